//! Messages signed here verify in the room `eds`, whatever `data` holds; a changed one does not.

use crate::shapes::REQUESTS;
use eds::issue::{Authority, Period, Subject};
use eds::path::Policy;
use eds::{CrlStore, Judge, PemSigner, RevocationList, SignatureAlgorithm, TrustStore, Validator, wssec};
use soap::{Code, Data, Refusal, read, write};
use std::sync::Arc;
use xml::Limits;

const PERIOD: Period = Period {
    from: jiff::Timestamp::constant(1_767_225_600, 0),
    to: jiff::Timestamp::constant(1_798_761_600, 0),
};
const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_780_000_000, 0);

fn signer_and_validator() -> (PemSigner, Validator) {
    let root = Authority::root(&Subject::named("ROOT"), PERIOD).unwrap();
    let subject = Subject::organization("ЖҮЙЕ", "123456789011", "АО", "123456789021");
    let (key, certificate) = root.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, PERIOD).unwrap();
    let mut trust = TrustStore::new();
    trust.add_anchor(Arc::clone(root.certificate())).unwrap();
    let lists = CrlStore::new();
    let list = root.revocation_list(1, NOW, PERIOD.to, &[]).unwrap();
    lists.add(RevocationList::from_der(&list).unwrap(), &trust).unwrap();
    let validator = Validator::new(Arc::new(trust), Arc::new(lists), Policy::default());
    (PemSigner::new(Arc::new(certificate), key).unwrap(), validator)
}

fn verify(envelope: &str, validator: &Validator) -> Result<(), Refusal> {
    let incoming = read(envelope.as_bytes(), &Limits::message())?;
    let judge = Judge { validator, moment: NOW, directory: None };
    let signed = wssec::verify(incoming.document(), &judge, &wssec::Expectations::default())?;
    assert_eq!(signed.body, incoming.body());
    Ok(())
}

#[test]
fn every_shape_handed_on_is_signed_so_that_it_verifies() {
    let (signer, validator) = signer_and_validator();
    for shape in REQUESTS {
        let incoming = read(shape.message.as_bytes(), &Limits::message()).unwrap();
        let data = incoming.data().map(|element| Data::from_element(element).unwrap());
        let outgoing = write::request(incoming.request().unwrap(), data, Some("id-7")).unwrap();
        let envelope = outgoing.signed(&signer).unwrap();
        assert_eq!(verify(&envelope, &validator), Ok(()), "{}", shape.name);
        let changed = envelope.replace("<serviceId>DEMO<", "<serviceId>DEMA<");
        assert_eq!(verify(&changed, &validator).unwrap_err().code, Code::SignatureWrong);
        let unsigned = outgoing.envelope(None);
        assert_eq!(verify(&unsigned, &validator).unwrap_err().code, Code::SignatureMissing);
    }
    let incoming = read(REQUESTS[1].message.as_bytes(), &Limits::message()).unwrap();
    let outgoing = write::request(incoming.request().unwrap(), None, None).unwrap();
    assert!(matches!(outgoing.signed(&signer), Err(write::SignError::NoIdentifier)));
}
