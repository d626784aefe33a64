//! ECDSA on P-256 with SHA-256, and the two layouts of its signature value.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, ParsedPublicKey,
};
use der::Encode;
use der::asn1::{ObjectIdentifier, UintRef};
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use zeroize::Zeroizing;

use super::{AlgorithmError, BadSignature, Sign, SignatureForm, Verify, spki_der};

pub(super) const KEY_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const NAME: &str = "ECDSA P-256 with SHA-256";

/// Width of `r` and of `s` in bytes.
const WIDTH: usize = 32;

#[derive(Debug)]
pub(super) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    pub(super) fn parse(info: &SubjectPublicKeyInfoOwned) -> Result<Self, AlgorithmError> {
        let parameters = info.algorithm.parameters.as_ref().ok_or(AlgorithmError::Parameters(NAME))?;
        if parameters.decode_as::<ObjectIdentifier>().map_err(|_| AlgorithmError::Parameters(NAME))?
            != P256_OID
        {
            return Err(AlgorithmError::Parameters(NAME));
        }
        let bytes = info.subject_public_key.as_bytes();
        let bytes =
            bytes.ok_or_else(|| AlgorithmError::Key("P-256 key is not a whole number of bytes".into()))?;
        ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, bytes)
            .map(Self)
            .map_err(|error| AlgorithmError::Key(format!("P-256: {error}")))
    }
}

impl Verify for PublicKey {
    fn verify(&self, message: &[u8], signature: &[u8], form: SignatureForm) -> Result<(), BadSignature> {
        let checked = match form {
            SignatureForm::Der => self.0.verify_sig(message, signature),
            SignatureForm::Xml => self.0.verify_sig(message, &der_from_raw(signature).ok_or(BadSignature)?),
        };
        checked.map_err(|_| BadSignature)
    }
}

pub(super) struct PrivateKey {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl PrivateKey {
    pub(super) fn parse(pkcs8: &[u8]) -> Result<Self, AlgorithmError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map_err(|error| AlgorithmError::Key(format!("P-256: {error}")))?;
        Ok(Self { pair, random: SystemRandom::new() })
    }

    pub(super) fn generate() -> Result<Self, AlgorithmError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| AlgorithmError::Computation(NAME))?;
        Ok(Self { pair, random: SystemRandom::new() })
    }
}

impl Sign for PrivateKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgorithmError> {
        let signature =
            self.pair.sign(&self.random, message).map_err(|_| AlgorithmError::Computation(NAME))?;
        Ok(signature.as_ref().to_vec())
    }

    fn spki(&self) -> Result<Vec<u8>, AlgorithmError> {
        spki_der(KEY_OID, Some(der::asn1::Any::from(P256_OID)), self.pair.public_key().as_ref())
    }

    fn pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, AlgorithmError> {
        let document =
            self.pair.to_pkcs8v1().map_err(|_| AlgorithmError::Key("P-256 key cannot be exported".into()))?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }
}

/// `r ‖ s` to the DER sequence of two integers; `None` when the width is not that of P-256.
pub(crate) fn der_from_raw(raw: &[u8]) -> Option<Vec<u8>> {
    if raw.len() != 2 * WIDTH {
        return None;
    }
    let (r, s) = raw.split_at(WIDTH);
    let (r, s) = (UintRef::new(r).ok()?, UintRef::new(s).ok()?);
    let mut body = Vec::with_capacity(2 * WIDTH + 6);
    r.encode_to_vec(&mut body).ok()?;
    s.encode_to_vec(&mut body).ok()?;
    // Two integers of at most 33 bytes: the length always fits one byte.
    let mut out = vec![0x30, u8::try_from(body.len()).ok()?];
    out.extend_from_slice(&body);
    Some(out)
}
