//! RSASSA-PKCS1-v1_5 with SHA-256, keys of 2048 to 4096 bits.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use der::asn1::ObjectIdentifier;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use zeroize::Zeroizing;

use super::{AlgorithmError, BadSignature, Sign, SignatureForm, Verify, spki_der};

pub(super) const KEY_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const NAME: &str = "RSA with SHA-256";

/// Longer keys only serve to burn the verifier's time.
const LONGEST_MODULUS_BYTES: usize = 4096 / 8;
const SHORTEST_MODULUS_BYTES: usize = 2048 / 8;

#[derive(Debug)]
pub(super) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    pub(super) fn parse(info: &SubjectPublicKeyInfoOwned) -> Result<Self, AlgorithmError> {
        if !info.algorithm.parameters.as_ref().is_none_or(der::asn1::Any::is_null) {
            return Err(AlgorithmError::Parameters(NAME));
        }
        let bytes = info.subject_public_key.as_bytes();
        let bytes =
            bytes.ok_or_else(|| AlgorithmError::Key("RSA key is not a whole number of bytes".into()))?;
        let refused = |error: aws_lc_rs::error::KeyRejected| AlgorithmError::Key(format!("RSA: {error}"));
        let length = aws_lc_rs::rsa::PublicKey::from_der(bytes).map_err(refused)?.modulus_len();
        if !(SHORTEST_MODULUS_BYTES..=LONGEST_MODULUS_BYTES).contains(&length) {
            return Err(AlgorithmError::Key(format!(
                "RSA key of {} bits; 2048 to 4096 are accepted",
                length * 8
            )));
        }
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, bytes).map(Self).map_err(refused)
    }
}

impl Verify for PublicKey {
    fn verify(&self, message: &[u8], signature: &[u8], _: SignatureForm) -> Result<(), BadSignature> {
        self.0.verify_sig(message, signature).map_err(|_| BadSignature)
    }
}

pub(super) struct PrivateKey {
    pair: KeyPair,
    random: SystemRandom,
}

impl PrivateKey {
    pub(super) fn parse(pkcs8: &[u8]) -> Result<Self, AlgorithmError> {
        let pair =
            KeyPair::from_pkcs8(pkcs8).map_err(|error| AlgorithmError::Key(format!("RSA: {error}")))?;
        Ok(Self { pair, random: SystemRandom::new() })
    }

    pub(super) fn generate() -> Result<Self, AlgorithmError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| AlgorithmError::Computation(NAME))?;
        Ok(Self { pair, random: SystemRandom::new() })
    }
}

impl Sign for PrivateKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgorithmError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature)
            .map_err(|_| AlgorithmError::Computation(NAME))?;
        Ok(signature)
    }

    fn spki(&self) -> Result<Vec<u8>, AlgorithmError> {
        spki_der(KEY_OID, Some(der::asn1::Any::from(der::asn1::Null)), self.pair.public_key().as_ref())
    }

    fn pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, AlgorithmError> {
        let document: Pkcs8V1Der<'static> =
            self.pair.as_der().map_err(|_| AlgorithmError::Key("RSA key cannot be exported".into()))?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }
}
