//! Private keys and who holds them.
//!
//! A [`Signer`] is a key together with its certificate, wherever the key lives: in a PEM file ([`PemSigner`]), later in a PKCS#12
//! container or a token. A key is parsed once and kept parsed; the private number never leaves its type except to be written to its file
//! ([`SigningKey::to_pem`]), and is never printed.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::algorithm::{self, AlgorithmError, Sign, SignatureAlgorithm, der_from_raw};
use crate::certificate::{Certificate, CertificateError};

/// Longest PEM text of a key or a certificate file, in bytes.
const LONGEST_PEM: usize = 256 * 1024;

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The PEM text is not a private key this room reads.
    #[error("private key: {reason}; {hint}")]
    Pem {
        /// What is wrong.
        reason: String,
        /// How to mend it.
        hint: &'static str,
    },
    /// The key's algorithm or its value.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The certificate beside the key.
    #[error("certificate of the key: {0}")]
    Certificate(#[from] CertificateError),
    /// Key and certificate do not belong together.
    #[error(
        "the private key does not belong to the certificate of {0}; take the key the certificate was issued for"
    )]
    Mismatch(String),
}

/// A private key with the certificate that vouches for its public half.
pub trait Signer: Send + Sync {
    /// The certificate of the key.
    fn certificate(&self) -> &Arc<Certificate>;

    /// The algorithm the key signs with.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// Signs a message; the value has the XML form (for ECDSA `r ‖ s`).
    ///
    /// # Errors
    /// The key is not reachable or the computation fails.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// A private key, parsed.
pub struct SigningKey {
    algorithm: SignatureAlgorithm,
    key: Box<dyn Sign>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.algorithm.row().name)
    }
}

impl SigningKey {
    /// Makes a new key: P-256, or RSA of 2048 bits.
    ///
    /// # Errors
    /// An algorithm this build does not compute.
    pub fn generate(algorithm: SignatureAlgorithm) -> Result<Self, KeyError> {
        Ok(Self { algorithm, key: algorithm::generate(algorithm)? })
    }

    /// Parses a DER PKCS#8 key.
    ///
    /// # Errors
    /// Not PKCS#8, an algorithm outside the table or not computed here, a damaged key.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let (algorithm, key) = algorithm::private_key(der)?;
        Ok(Self { algorithm, key })
    }

    /// Parses a PEM PKCS#8 key (`-----BEGIN PRIVATE KEY-----`).
    ///
    /// # Errors
    /// As [`Self::from_pkcs8`]; other PEM containers are refused with a hint how to convert them.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        const CONVERT: &str = "convert it with: openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pk8.pem";
        if pem.len() > LONGEST_PEM {
            return Err(KeyError::Pem {
                reason: format!("{} bytes long", pem.len()),
                hint: "give the key file alone",
            });
        }
        let (label, der) = der::pem::decode_vec(pem)
            .map_err(|error| KeyError::Pem { reason: format!("not PEM text ({error})"), hint: CONVERT })?;
        let der = Zeroizing::new(der);
        match label {
            "PRIVATE KEY" => Self::from_pkcs8(&der),
            other => Err(KeyError::Pem { reason: format!("container {other:?}, not PKCS#8"), hint: CONVERT }),
        }
    }

    /// The key as PEM PKCS#8, for its file.
    ///
    /// # Errors
    /// The cryptographic library does not export the key.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der = self.key.pkcs8()?;
        der::pem::encode_string("PRIVATE KEY", der::pem::LineEnding::LF, &der)
            .map(Zeroizing::new)
            .map_err(|error| KeyError::Algorithm(AlgorithmError::Key(error.to_string())))
    }

    /// The key's algorithm.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// DER `SubjectPublicKeyInfo` of the public half.
    ///
    /// # Errors
    /// The public half cannot be encoded.
    pub fn spki(&self) -> Result<Vec<u8>, KeyError> {
        Ok(self.key.spki()?)
    }

    /// Signs; the value has the XML form (for ECDSA `r ‖ s`).
    ///
    /// # Errors
    /// The computation fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.key.sign(message)?)
    }

    /// Signs; the value has the form of X.509 and CMS.
    ///
    /// # Errors
    /// The computation fails.
    pub fn sign_der(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        to_der_form(self.algorithm, self.sign(message)?)
    }
}

/// A signature value of the XML form in the form of X.509 and CMS.
pub(crate) fn to_der_form(algorithm: SignatureAlgorithm, value: Vec<u8>) -> Result<Vec<u8>, KeyError> {
    if algorithm != SignatureAlgorithm::EcdsaP256Sha256 {
        return Ok(value);
    }
    let computed =
        der_from_raw(&value).ok_or(AlgorithmError::Computation("the DER form of the signature"))?;
    Ok(computed)
}

/// A [`Signer`] whose key lies in a PEM file beside its certificate. The caller reads the files.
pub struct PemSigner {
    key: SigningKey,
    certificate: Arc<Certificate>,
}

impl fmt::Debug for PemSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PemSigner({:?}, {})", self.key, self.certificate.subject())
    }
}

impl PemSigner {
    /// Reads a certificate and its key from the texts of their PEM files.
    ///
    /// # Errors
    /// A text that is not what it should be, or a key that does not belong to the certificate.
    pub fn read(certificate_pem: &[u8], key_pem: &[u8]) -> Result<Self, KeyError> {
        Self::new(Arc::new(Certificate::from_pem(certificate_pem)?), SigningKey::from_pem(key_pem)?)
    }

    /// Puts a key and its certificate together.
    ///
    /// # Errors
    /// [`KeyError::Mismatch`] when the key does not belong to the certificate.
    pub fn new(certificate: Arc<Certificate>, key: SigningKey) -> Result<Self, KeyError> {
        if key.spki()? != certificate.spki() {
            return Err(KeyError::Mismatch(certificate.subject().to_string()));
        }
        // A key nobody could verify with (too long, say) shows itself here, not at the first message.
        certificate.verifying_key()?;
        Ok(Self { key, certificate })
    }
}

impl Signer for PemSigner {
    fn certificate(&self) -> &Arc<Certificate> {
        &self.certificate
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.key.sign(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_key_reads_back_and_signs_for_the_same_public_key() {
        for algorithm in [SignatureAlgorithm::RsaSha256, SignatureAlgorithm::EcdsaP256Sha256] {
            let key = SigningKey::generate(algorithm).unwrap();
            let pem = key.to_pem().unwrap();
            assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
            let again = SigningKey::from_pem(pem.as_bytes()).unwrap();
            assert_eq!(again.algorithm(), algorithm);
            assert_eq!(again.spki().unwrap(), key.spki().unwrap());
        }
    }

    #[test]
    fn other_containers_are_refused_with_the_way_to_convert_them() {
        let pem = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
        let error = SigningKey::from_pem(pem.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("EC PRIVATE KEY") && error.contains("openssl pkcs8 -topk8"), "{error}");
        assert!(SigningKey::from_pem(b"").is_err());
    }

    #[test]
    fn printing_a_key_shows_its_algorithm_only() {
        let key = SigningKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(ECDSA P-256 with SHA-256)");
    }
}
