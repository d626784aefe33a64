//! Writing of a detached CMS signature, CAdES-BES: content type, signing time, digest and the certificate's hash are signed.

use der::asn1::{ObjectIdentifier, OctetStringRef, UtcTime};
use der::{Decode, Encode};
use jiff::Timestamp;

use super::ber::write;
use super::read::{CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNED_DATA, SIGNING_CERTIFICATE, SIGNING_TIME};
use crate::algorithm::{AlgorithmError, Digester};
use crate::key::{KeyError, Signer, to_der_form};

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const EXPLICIT: u8 = 0xa0;

/// Signs a content; gives the DER encoding of a message without the content. `signing_time` is what the signer claims.
///
/// # Errors
/// The key does not sign, or a value does not fit its encoding.
pub fn sign_detached(
    content: &[u8],
    signer: &dyn Signer,
    signing_time: Timestamp,
) -> Result<Vec<u8>, KeyError> {
    let algorithm = signer.algorithm();
    let digest = Digester::of(algorithm.digest(), content)?;
    let attributes = attributes(signer, digest.as_ref(), signing_time).map_err(unencodable)?;
    let signature = to_der_form(algorithm, signer.sign(&value(SET, &attributes))?)?;
    message(signer, &attributes, &signature).map_err(unencodable)
}

fn unencodable(error: der::Error) -> KeyError {
    KeyError::Algorithm(AlgorithmError::Key(format!("CMS message cannot be encoded: {error}")))
}

fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    write(tag, content, &mut out);
    out
}

/// The content of the set of signed attributes, in the order DER prescribes.
fn attributes(signer: &dyn Signer, digest: &[u8], time: Timestamp) -> der::Result<Vec<u8>> {
    let attribute = |kind: ObjectIdentifier, content: &[u8]| {
        Ok::<_, der::Error>(value(SEQUENCE, &[kind.to_der()?, value(SET, content)].concat()))
    };
    let seconds = u64::try_from(time.as_second()).map_err(|_| der::ErrorKind::DateTime)?;
    let time = der::DateTime::from_unix_duration(std::time::Duration::from_secs(seconds))?;
    let fingerprint = signer.certificate().fingerprint();
    let reference =
        value(SEQUENCE, &value(SEQUENCE, &value(SEQUENCE, &OctetStringRef::new(&fingerprint)?.to_der()?)));
    let mut all = [
        attribute(CONTENT_TYPE, &DATA.to_der()?)?,
        attribute(SIGNING_TIME, &UtcTime::from_date_time(time)?.to_der()?)?,
        attribute(MESSAGE_DIGEST, &OctetStringRef::new(digest)?.to_der()?)?,
        attribute(SIGNING_CERTIFICATE, &reference)?,
    ];
    all.sort();
    Ok(all.concat())
}

fn message(signer: &dyn Signer, attributes: &[u8], signature: &[u8]) -> der::Result<Vec<u8>> {
    let certificate = x509_cert::Certificate::from_der(signer.certificate().der())?;
    let body = certificate.tbs_certificate();
    let digest_algorithm = value(SEQUENCE, &signer.algorithm().digest().oid().to_der()?);
    let version = 1_u8.to_der()?;
    let identifier = [body.issuer().to_der()?, body.serial_number().to_der()?].concat();
    let signer_info = [
        version.clone(),
        value(SEQUENCE, &identifier),
        digest_algorithm.clone(),
        value(EXPLICIT, attributes),
        signer.algorithm().identifier().to_der()?,
        OctetStringRef::new(signature)?.to_der()?,
    ]
    .concat();
    let signed_data = [
        version,
        value(SET, &digest_algorithm),
        value(SEQUENCE, &DATA.to_der()?),
        value(EXPLICIT, signer.certificate().der()),
        value(SET, &value(SEQUENCE, &signer_info)),
    ]
    .concat();
    let explicit = value(EXPLICIT, &value(SEQUENCE, &signed_data));
    Ok(value(SEQUENCE, &[SIGNED_DATA.to_der()?, explicit].concat()))
}
