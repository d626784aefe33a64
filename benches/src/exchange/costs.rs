//! What no gateway can do without, each measured alone: bare signatures, and reading XML with its canonical form and digest.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm,
};
use eds::SignatureAlgorithm;
use xml::canonical::{Blocks, Options, exclusive};
use xml::{Document, Limits};

use crate::raw;

/// Seconds of one signature and one verification, without anything around them.
#[derive(Debug, Clone, Copy)]
pub struct Signatures {
    /// One signature.
    pub sign: f64,
    /// One verification.
    pub verify: f64,
}

/// The usual length of a canonical SignedInfo.
const SIGNED_INFO: usize = 560;
const TIME: Duration = Duration::from_millis(500);
/// A cost is measured in so many slices, and the quickest counts: work of others must not make a bound easier to reach.
const SLICES: u32 = 10;

/// Seconds of one act in the quickest slice.
fn each(mut act: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let mut quickest = f64::MAX;
    for _ in 0..SLICES {
        let per_second = raw::per_second(TIME / SLICES, || {
            for _ in 0..20 {
                act()?;
            }
            Ok(20)
        })?;
        quickest = quickest.min(1.0 / per_second);
    }
    Ok(quickest)
}

fn fault(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("cryptography failed: {error}")
}

fn verification(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> anyhow::Result<f64> {
    let key = UnparsedPublicKey::new(algorithm, key);
    each(|| key.verify(message, signature).map_err(fault))
}

/// Bare signatures of this algorithm.
///
/// # Errors
/// For an algorithm that is not measured.
pub fn signatures(algorithm: SignatureAlgorithm) -> anyhow::Result<Signatures> {
    let (message, random) = (raw::noise(5, SIGNED_INFO), SystemRandom::new());
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => {
            let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(fault)?;
            let sign = each(|| key.sign(&random, &message).map(drop).map_err(fault))?;
            let signature = key.sign(&random, &message).map_err(fault)?;
            let public = key.public_key().as_ref();
            let verify = verification(&ECDSA_P256_SHA256_FIXED, public, &message, signature.as_ref())?;
            Ok(Signatures { sign, verify })
        }
        SignatureAlgorithm::RsaSha256 => {
            let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(fault)?;
            let mut signature = vec![0; key.public_modulus_len()];
            let sign =
                each(|| key.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).map_err(fault))?;
            let public = key.public_key().as_ref();
            let verify = verification(&RSA_PKCS1_2048_8192_SHA256, public, &message, &signature)?;
            Ok(Signatures { sign, verify })
        }
        other => anyhow::bail!("{other:?} is not measured"),
    }
}

/// Reads a file of an envelope many times with libxml2: parse, exclusive canonical form of the Body, digest. Says seconds for one.
const LXML: &str = r"
import hashlib, sys, time
from lxml import etree
text = open(sys.argv[1], 'rb').read()
body = '{http://schemas.xmlsoap.org/soap/envelope/}Body'
def once():
    root = etree.fromstring(text)
    return hashlib.sha256(etree.tostring(root.find(body), method='c14n', exclusive=True)).digest()
once()
best = 1e9
for _ in range(10):
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < 0.05:
        once()
        count += 1
    best = min(best, (time.perf_counter() - start) / count)
print(best)
";

/// Seconds to read both envelopes, write the canonical form of both Bodies and digest them; and by what.
///
/// # Errors
/// When neither libxml2 nor our own reader reads them.
pub fn xml(folder: &Path, question: &[u8], answer: &[u8]) -> anyhow::Result<(f64, &'static str)> {
    let mut sum = 0.0;
    for envelope in [question, answer] {
        match libxml2(folder, envelope)? {
            Some(seconds) => sum += seconds,
            None => {
                return Ok((
                    own(question)? + own(answer)?,
                    "own parse, c14n, digest (bound without libxml2)",
                ));
            }
        }
    }
    Ok((sum, "libxml2 parse, c14n, digest"))
}

fn libxml2(folder: &Path, envelope: &[u8]) -> anyhow::Result<Option<f64>> {
    let path = folder.join("envelope.xml");
    std::fs::write(&path, envelope)?;
    let python = std::env::var("QYZMET_PYTHON").unwrap_or_else(|_| "python3".into());
    for python in [python.as_str(), "python3"] {
        let Ok(output) = Command::new(python).args(["-c", LXML]).arg(&path).output() else { continue };
        if output.status.success() {
            return Ok(Some(String::from_utf8(output.stdout)?.trim().parse()?));
        }
    }
    Ok(None)
}

/// Our own reader, for installations without lxml and as a row of its own.
///
/// # Errors
/// When the envelope cannot be read.
pub fn own(envelope: &[u8]) -> anyhow::Result<f64> {
    each(|| {
        let document = Document::parse(envelope, &Limits::message())?;
        let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        let body = document.root().children().last();
        let body = super::needed(body, "the Body")?;
        let mut blocks = Blocks::new(|bytes: &[u8]| digest.update(bytes));
        exclusive(&document, body.id(), &Options::PLAIN, &mut blocks)?;
        blocks.finish();
        std::hint::black_box(digest.finish());
        Ok(())
    })
}
