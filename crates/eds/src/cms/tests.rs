use proptest::prelude::*;

use super::*;
use crate::key::Signer as _;
use crate::sample::{self, NOW};

const CONTENT: &[u8] = "Шешім № 1".as_bytes();

fn verify(content: &[u8], message: &[u8]) -> Result<Vec<SignedContent>, SignatureRefusal> {
    verify_as(content, message, &ExpectedHolder::Anyone)
}

fn verify_as(
    content: &[u8],
    message: &[u8],
    expected: &ExpectedHolder,
) -> Result<Vec<SignedContent>, SignatureRefusal> {
    static VALIDATOR: std::sync::LazyLock<crate::Validator> =
        std::sync::LazyLock::new(|| sample::pki().validator(&[]));
    verify_detached(
        content,
        message,
        expected,
        &Judge { validator: &VALIDATOR, moment: NOW, directory: None },
    )
}

#[test]
fn own_signatures_verify_and_tell_the_signer_and_the_claimed_time() {
    for signer in [&sample::pki().organization, &sample::pki().rsa] {
        let message = sign_detached(CONTENT, signer, NOW).unwrap();
        let good = verify(CONTENT, &message).unwrap();
        assert_eq!(good.len(), 1);
        assert_eq!(&good[0].certificate, signer.certificate());
        assert_eq!(good[0].claimed_time, Some(NOW));
    }
}

#[test]
fn another_content_or_holder_is_refused() {
    let message = sign_detached(CONTENT, &sample::pki().person, NOW).unwrap();
    let refusal = verify(b"other", &message).unwrap_err();
    assert!(refusal.to_string().contains("changed after signing"), "{refusal}");
    assert_eq!(refusal.kind.business_code(), "SCE016");
    let refusal = verify_as(CONTENT, &message, &ExpectedHolder::Iin("1".into())).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::OtherHolder);
    assert!(verify_as(CONTENT, &message, &ExpectedHolder::Iin("900101300123".into())).is_ok());
}

#[test]
fn text_of_a_signing_program_is_taken_with_and_without_its_frame() {
    let message = sign_detached(CONTENT, &sample::pki().person, NOW).unwrap();
    let text = crate::text::base64(&message);
    assert_eq!(from_text(&text).unwrap(), message);
    let framed =
        format!("-----BEGIN CMS-----\r\n{}\r\n{}\r\n-----END CMS-----\r\n", &text[..64], &text[64..]);
    assert_eq!(from_text(&framed).unwrap(), message);
    assert!(from_text("нет").is_err());
}

#[test]
fn a_message_of_other_kinds_is_refused() {
    let data = [0x30, 0x0b, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    assert!(verify(CONTENT, &data).unwrap_err().to_string().contains("not a signed message"));
    assert!(verify(CONTENT, b"").unwrap_err().to_string().contains("not ASN.1"));
    let refusal = verify(CONTENT, &vec![0; LONGEST_MESSAGE + 1]).unwrap_err();
    assert!(refusal.to_string().contains("longer than"), "{refusal}");
}

#[test]
fn a_stranger_and_a_missing_certificate_are_refused() {
    let stranger = crate::issue::Authority::root(&crate::issue::Subject::named("S"), sample::PERIOD).unwrap();
    let subject = crate::issue::Subject::person("АЗАМАТ", "900101300123");
    let (key, certificate) =
        stranger.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, sample::PERIOD).unwrap();
    let signer = crate::key::PemSigner::new(Arc::new(certificate), key).unwrap();
    let message = sign_detached(CONTENT, &signer, NOW).unwrap();
    assert_eq!(verify(CONTENT, &message).unwrap_err().kind, RefusalKind::CertificateNotValid);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn a_damaged_message_is_refused_or_still_says_the_same(at in any::<usize>(), value in any::<u8>(), cut in any::<usize>()) {
        static MESSAGE: std::sync::LazyLock<Vec<u8>> =
            std::sync::LazyLock::new(|| sign_detached(CONTENT, &sample::pki().person, NOW).unwrap());
        let mut damaged = MESSAGE.clone();
        let at = at % damaged.len();
        damaged[at] = value;
        // Some bytes are not covered (versions, the digest list); the signer and the content are.
        if let Ok(good) = verify(CONTENT, &damaged) {
            prop_assert_eq!(&good[0].certificate, sample::pki().person.certificate());
            prop_assert_eq!(good[0].claimed_time, Some(NOW));
        }
        damaged.truncate(cut % damaged.len());
        prop_assert!(verify(CONTENT, &damaged).is_err());
    }
}
