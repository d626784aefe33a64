use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::issue::ToRevoke;
use crate::key::Signer;
use crate::sample::{self, NOW};

fn list(revoked: &[ToRevoke]) -> Vec<u8> {
    sample::pki().issuing.revocation_list(7, NOW, NOW + SignedDuration::from_hours(24), revoked).unwrap()
}

#[test]
fn entries_dates_and_number_are_read() {
    let serial = |number: u8| SerialNumber::from_bytes(&[number, 1]);
    let entries: Vec<ToRevoke> = (1..=200)
        .rev()
        .map(|number| ToRevoke { serial: serial(number), since: NOW, reason: Reason::Superseded })
        .collect();
    let list = RevocationList::from_der(&list(&entries)).unwrap();
    assert_eq!((list.len(), list.this_update()), (200, NOW));
    assert_eq!(list.next_update(), NOW + SignedDuration::from_hours(24));
    assert_eq!(list.number().unwrap().to_decimal(), "7");
    assert_eq!(list.find(&serial(42)), Some(&Revocation { since: NOW, reason: Reason::Superseded }));
    assert_eq!(list.find(&serial(201)), None);
    assert_eq!(list.verify_signed_by(sample::pki().issuing.certificate()), Ok(()));
    assert!(list.verify_signed_by(sample::pki().root.certificate()).is_err());
}

#[test]
fn an_empty_list_reads() {
    let list = RevocationList::from_der(&list(&[])).unwrap();
    assert!(list.is_empty());
    assert_eq!(list.find(sample::pki().organization.certificate().serial()), None);
}

/// A list with an extension put in place of its number.
fn with_extension(oid: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    use der::Encode;
    use x509_cert::crl::CertificateList;
    let mut written: CertificateList = CertificateList::from_der(&list(&[])).unwrap();
    let extension = Extension {
        extn_id: ObjectIdentifier::new_unwrap(oid),
        critical,
        extn_value: der::asn1::OctetString::new(value).unwrap(),
    };
    written.tbs_cert_list.crl_extensions = Some(vec![extension]);
    written.to_der().unwrap()
}

#[test]
fn lists_that_cannot_be_judged_as_a_whole_are_refused() {
    for (oid, critical, value, reason) in [
        ("2.5.29.27", true, &[2, 1, 1][..], "a delta list"),
        ("2.5.29.27", false, &[2, 1, 1], "a delta list"),
        ("2.5.29.28", true, &[0x30, 3, 0x84, 1, 0xff], "an indirect list"),
        ("2.5.29.28", true, &[0x30, 3, 0x85, 1, 0xff], "attribute certificates"),
        ("2.5.29.28", true, &[0x30, 4, 0x83, 2, 6, 0x40], "some reasons only"),
        ("1.2.3.4", true, &[5, 0], "critical extension 1.2.3.4"),
    ] {
        let error = RevocationList::from_der(&with_extension(oid, critical, value)).unwrap_err().to_string();
        assert!(error.contains(reason), "{oid}: {error}");
    }
    assert!(RevocationList::from_der(&with_extension("1.2.3.4", false, &[5, 0])).is_ok());
    let holders_only =
        RevocationList::from_der(&with_extension("2.5.29.28", true, &[0x30, 3, 0x81, 1, 0xff])).unwrap();
    assert!(holders_only.scope().only_holders);
}

#[test]
fn a_list_without_next_update_is_refused() {
    use der::Encode;
    use x509_cert::crl::CertificateList;
    let mut written: CertificateList = CertificateList::from_der(&list(&[])).unwrap();
    written.tbs_cert_list.next_update = None;
    assert!(matches!(RevocationList::from_der(&written.to_der().unwrap()), Err(ListError::NoNextUpdate)));
}

proptest! {
    #[test]
    fn a_damaged_list_never_makes_the_reader_panic(at in 0_usize..600, value in any::<u8>(), cut in 0_usize..700) {
        let entry = ToRevoke { serial: SerialNumber::from_bytes(&[9]), since: NOW, reason: Reason::Hold };
        let mut der = list(&[entry]);
        let at = at % der.len();
        let whole = der[at] == value;
        der[at] = value;
        if let Ok(read) = RevocationList::from_der(&der) {
            prop_assert_eq!(read.verify_signed_by(sample::pki().issuing.certificate()).is_ok(), whole);
        }
        der.truncate(cut);
        let _ = RevocationList::from_der(&der);
        let _ = RevocationList::from_pem(&der);
    }
}
