use proptest::prelude::*;

use super::*;
use crate::issue::{self, Subject};
use crate::key::Signer;
use crate::sample;

#[test]
fn holder_facts_are_read_from_the_subject_and_the_extensions() {
    let pki = sample::pki();
    let certificate = pki.organization.certificate();
    assert_eq!(certificate.holder().iin.as_deref(), Some("123456789011"));
    assert_eq!(certificate.holder().bin.as_deref(), Some("123456789021"));
    assert_eq!(certificate.holder().organization.as_deref(), Some("АО ТЕСТ"));
    assert_eq!(certificate.holder().roles, [Role::LegalPerson]);
    let usage = certificate.key_usage().unwrap();
    assert!(usage.digital_signature && usage.non_repudiation && !usage.key_encipherment);
    assert_eq!(certificate.issuer(), pki.issuing.certificate().subject());
    assert_eq!(certificate.authority_key_identifier(), pki.issuing.certificate().subject_key_identifier());
    assert_eq!(certificate.not_after(), sample::moment("2027-01-01T00:00:00Z"));
}

#[test]
fn numbers_are_twelve_digits_and_two_different_ones_are_none() {
    let bin = |units: &str| {
        let name = DistinguishedName::parse(&format!("CN=X,{units}")).unwrap();
        Holder::of(&name, &facts::Extensions::default()).bin
    };
    assert_eq!(bin("OU=Department,OU=BIN123456789021").as_deref(), Some("123456789021"));
    assert_eq!(bin("OU=BIN123456789021,OU=BIN123456789021").as_deref(), Some("123456789021"));
    assert_eq!(bin("OU=BIN123456789021,OU=BIN123456789022"), None);
    for wrong in
        ["BIN12345678902", "BIN1234567890211", "BIN12345678902x", "bin123456789021", "BIN 123456789021", ""]
    {
        assert_eq!(bin(&format!("OU={wrong}")), None, "{wrong}");
    }
}

#[test]
fn encoding_is_kept_byte_for_byte_and_reads_back_from_pem() {
    let pki = sample::pki();
    let certificate = pki.organization.certificate();
    let pem = certificate.to_pem().unwrap();
    let again = Certificate::from_pem(format!("some words before\n{pem}").as_bytes()).unwrap();
    assert_eq!(again.der(), certificate.der());
    let both = format!("{pem}between\n{}", pki.root.certificate().to_pem().unwrap());
    assert_eq!(Certificate::bundle_from_pem(both.as_bytes()).unwrap().len(), 2);
    assert!(Certificate::from_pem(both.as_bytes()).unwrap_err().to_string().contains("more than one"));
    assert!(Certificate::from_pem(b"nothing").unwrap_err().to_string().contains("no certificate"));
    let key = pki.root.key().to_pem().unwrap();
    assert!(Certificate::from_pem(key.as_bytes()).unwrap_err().to_string().contains("PRIVATE KEY"));
}

#[test]
fn signature_of_another_authority_of_the_same_name_is_told_apart() {
    let pki = sample::pki();
    let certificate = pki.organization.certificate();
    assert_eq!(certificate.verify_signed_by(pki.issuing.certificate()), Ok(()));
    let impostor = issue::Authority::root(&Subject::named("ДЕМО КУӘЛАНДЫРУШЫ"), sample::PERIOD).unwrap();
    assert_eq!(certificate.verify_signed_by(impostor.certificate()), Err(SignedByError::Bad(BadSignature)));
    let rsa = pki.rsa.certificate();
    assert!(matches!(certificate.verify_signed_by(rsa), Err(SignedByError::OtherAlgorithm { .. })));
}

#[test]
fn certificates_of_the_national_authority_read() {
    let Some(folder) = sample::fixtures("shep/pki") else { return };
    for (file, name, algorithm) in [
        ("nca_rsa_test.crt", "C=KZ,CN=ҰКО 3.0 (RSA TEST)", None),
        ("nca_gost_test.crt", "C=KZ,CN=ҰКО 3.0 (GOST TEST)", Some("GOST 34.310-2004 with GOST 34.311-95")),
        (
            "nca_gost2015_test.cer",
            "CN=ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) TEST 2022,C=KZ",
            Some("GOST R 34.10-2015, 512 bit"),
        ),
    ] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let certificate =
            Certificate::from_pem(&bytes).or_else(|_| Certificate::from_der(&bytes)).expect(file);
        assert_eq!(certificate.subject().to_string(), name);
        assert_eq!(certificate.authority(), Some(Authority { path_length: None }));
        match (certificate.verifying_key(), algorithm) {
            (Ok(key), None) => assert_eq!(key.algorithm(), SignatureAlgorithm::RsaSha256),
            (Err(AlgorithmError::NotSupported { name, .. }), Some(expected)) => assert_eq!(name, expected),
            (found, _) => panic!("{file}: {found:?}"),
        }
    }
}

proptest! {
    #[test]
    fn a_damaged_certificate_never_makes_the_reader_panic(
        at in 0_usize..600, value in any::<u8>(), cut in 0_usize..700, length in any::<u8>(),
    ) {
        let mut der = sample::pki().organization.certificate().der().to_vec();
        let at = at % der.len();
        der[at] = value;
        if let Ok(certificate) = Certificate::from_der(&der) {
            // What still reads is either the certificate itself or one whose signature no longer holds.
            let same = certificate.der() == sample::pki().organization.certificate().der();
            prop_assert_eq!(certificate.verify_signed_by(sample::pki().issuing.certificate()).is_ok(), same);
        }
        der.truncate(cut);
        der.insert(at.min(der.len()), length);
        let _ = Certificate::from_der(&der);
        let _ = Certificate::from_pem(&der);
    }
}

#[test]
fn an_oversized_certificate_is_refused_before_it_is_read() {
    assert_eq!(
        Certificate::from_der(&vec![0x30; LONGEST_CERTIFICATE + 1]),
        Err(CertificateError::TooLong(LONGEST_CERTIFICATE + 1))
    );
}
