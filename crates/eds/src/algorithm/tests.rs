use proptest::prelude::*;

use der::asn1::UintRef;
use der::{Reader, SliceReader};

use super::*;
use crate::key::SigningKey;

#[test]
fn rows_stand_in_the_order_of_the_enumeration() {
    for (index, row) in TABLE.iter().enumerate() {
        assert_eq!(row.algorithm as usize, index, "{}", row.name);
    }
}

#[test]
fn identifiers_lead_to_their_algorithms() {
    for algorithm in [SignatureAlgorithm::RsaSha256, SignatureAlgorithm::EcdsaP256Sha256] {
        assert_eq!(SignatureAlgorithm::from_xml(algorithm.xml()), Ok(algorithm));
        assert_eq!(SignatureAlgorithm::from_identifier(&algorithm.identifier()), Ok(algorithm));
        assert_eq!(DigestAlgorithm::from_xml(algorithm.digest().xml()), Ok(algorithm.digest()));
        assert_eq!(DigestAlgorithm::from_oid(algorithm.digest().oid()), Ok(algorithm.digest()));
    }
}

#[test]
fn algorithms_not_computed_here_are_refused_by_name() {
    for row in TABLE.iter().filter(|row| row.support != Support::Here) {
        for identifier in row.xml {
            let error = SignatureAlgorithm::from_xml(identifier).unwrap_err();
            assert!(
                matches!(error, AlgorithmError::NotSupported { name, .. } if name == row.name),
                "{error}"
            );
        }
        assert!(
            matches!(Digester::new(row.digest), Err(AlgorithmError::NotSupported { .. })),
            "{}",
            row.name
        );
    }
    let error = SignatureAlgorithm::from_xml(
        "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-512",
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "GOST R 34.10-2015, 512 bit is recognised but refused: the national GOST algorithms are not supported in this build"
    );
}

#[test]
fn unknown_identifiers_are_refused() {
    assert!(matches!(SignatureAlgorithm::from_xml("urn:none"), Err(AlgorithmError::Unknown(_))));
    assert!(matches!(DigestAlgorithm::from_xml(""), Err(AlgorithmError::Unknown(_))));
    // HMAC in place of a signature is the oldest algorithm substitution.
    assert!(SignatureAlgorithm::from_xml("http://www.w3.org/2000/09/xmldsig#hmac-sha1").is_err());
}

#[test]
fn sha256_of_the_standard_vector() {
    let digest = Digester::of(DigestAlgorithm::Sha256, b"abc").unwrap();
    assert_eq!(format!("{digest:?}"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn signatures_verify_in_both_forms_and_break_with_the_message() {
    for algorithm in [SignatureAlgorithm::RsaSha256, SignatureAlgorithm::EcdsaP256Sha256] {
        let key = SigningKey::generate(algorithm).unwrap();
        let public = VerifyingKey::from_spki(&key.spki().unwrap()).unwrap();
        assert_eq!(public.algorithm(), algorithm);
        let raw = key.sign(b"message").unwrap();
        let der = key.sign_der(b"message").unwrap();
        assert_eq!(public.verify(b"message", &raw, SignatureForm::Xml), Ok(()));
        assert_eq!(public.verify(b"message", &der, SignatureForm::Der), Ok(()));
        assert_eq!(public.verify(b"massage", &raw, SignatureForm::Xml), Err(BadSignature));
        assert_eq!(public.verify(b"massage", &der, SignatureForm::Der), Err(BadSignature));
        assert_eq!(public.verify(b"message", &[], SignatureForm::Xml), Err(BadSignature));
    }
}

#[test]
fn elliptic_signature_in_the_wrong_layout_is_refused() {
    let key = SigningKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
    let public = VerifyingKey::from_spki(&key.spki().unwrap()).unwrap();
    let raw = key.sign(b"message").unwrap();
    assert_eq!(raw.len(), 64);
    assert_eq!(public.verify(b"message", &raw, SignatureForm::Der), Err(BadSignature));
    let der = der_from_raw(&raw).unwrap();
    assert_eq!(public.verify(b"message", &der, SignatureForm::Xml), Err(BadSignature));
    assert_eq!(public.verify(b"message", &[0; 64], SignatureForm::Xml), Err(BadSignature));
}

/// The DER sequence of two integers to `r ‖ s`; `None` when it is not one or a number is too wide.
fn raw_from_der(der: &[u8]) -> Option<Vec<u8>> {
    let mut reader = SliceReader::new(der).ok()?;
    let mut out = vec![0; 64];
    reader
        .sequence(|inner| {
            for half in out.chunks_mut(32_usize) {
                let number = inner.decode::<UintRef<'_>>()?;
                let bytes = number.as_bytes();
                let start =
                    32_usize.checked_sub(bytes.len()).ok_or_else(|| der::ErrorKind::Overlength.to_error())?;
                half[start..].copy_from_slice(bytes);
            }
            Ok::<_, der::Error>(())
        })
        .ok()?;
    reader.finish().ok()?;
    Some(out)
}

proptest! {
    #[test]
    fn layouts_of_an_elliptic_signature_convert_back(raw in proptest::array::uniform32(any::<u8>()), leading in 0_usize..32) {
        let mut both = [raw, raw].concat();
        both[..leading].fill(0);
        let der = der_from_raw(&both).unwrap();
        prop_assert_eq!(raw_from_der(&der), Some(both));
    }

    #[test]
    fn no_bytes_make_the_key_parser_or_the_layout_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = VerifyingKey::from_spki(&bytes);
        let _ = private_key(&bytes);
        let _ = der_from_raw(&bytes);
    }
}
