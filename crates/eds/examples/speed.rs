//! Signatures per second on one core: `cargo run --release -p eds --example speed`.
//!
//! Prints rows `name value unit`. Verification is measured from bytes to verdict (one parse), with a known signer and, apart, with a
//! signer never seen before; the bare operations of the cryptographic library stand beside as the bound.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eds::algorithm::SignatureForm;
use eds::issue::{Authority, Period, Subject};
use eds::path::{Policy, TrustStore, Validator};
use eds::wssec::{self, Expectations, SOAP, WSU};
use eds::{CrlStore, Judge, PemSigner, RevocationList, SignatureAlgorithm, Signer};
use jiff::Timestamp;
use xml::{Document, Limits, canonical};

/// How long each row is measured.
const SPAN: Duration = Duration::from_millis(1500);
const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0);
const PERIOD: Period =
    Period { from: Timestamp::constant(1_767_225_600, 0), to: Timestamp::constant(1_798_761_600, 0) };

fn row(name: &str, mut work: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    for _ in 0..20 {
        work()?;
    }
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < SPAN {
        work()?;
        count += 1;
    }
    println!("{name:<44} {:>9.0} /s", f64::from(count) / start.elapsed().as_secs_f64());
    Ok(())
}

fn body(size: usize) -> String {
    let row = "<row><iin>900101300123</iin><name>Әлия Қазақбаева</name><sum currency=\"KZT\">43 000 &amp; 00</sum></row>";
    let rows = row.repeat((size / row.len()).max(1));
    format!(
        "<soap:Body xmlns:wsu=\"{WSU}\" wsu:Id=\"id-6f1d\"><ns2:SendMessage xmlns:ns2=\"http://bip.bee.kz/SyncChannel/v10/Types\">\
         <request><requestData><data>{rows}</data></requestData></request></ns2:SendMessage></soap:Body>"
    )
}

fn envelope(header: &str, body: &str) -> String {
    format!("<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Header>{header}</soap:Header>{body}</soap:Envelope>")
}

fn canonical_body(message: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let document = Document::parse(message.as_bytes(), &Limits::message())?;
    let body = document.root().child(SOAP, "Body").ok_or("no Body")?;
    let mut bytes = Vec::new();
    canonical::exclusive(&document, body.id(), &canonical::Options::default(), &mut bytes)?;
    Ok(bytes)
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Authority::root(&Subject::named("ROOT"), PERIOD)?;
    let issuing = root.subordinate(&Subject::named("ISSUING"), PERIOD)?;
    let mut trust = TrustStore::new();
    trust.add_anchor(Arc::clone(root.certificate()))?;
    trust.add_intermediate(Arc::clone(issuing.certificate()))?;
    let trust = Arc::new(trust);
    let lists = Arc::new(CrlStore::new());
    for authority in [&root, &issuing] {
        let der = authority.revocation_list(1, PERIOD.from, PERIOD.to, &[])?;
        lists.add(RevocationList::from_der(&der)?, &trust)?;
    }
    let fresh = || Validator::new(Arc::clone(&trust), Arc::clone(&lists) as _, Policy::default());

    for (name, algorithm) in
        [("rsa-2048", SignatureAlgorithm::RsaSha256), ("p-256", SignatureAlgorithm::EcdsaP256Sha256)]
    {
        let subject = Subject::organization("ЖҮЙЕ", "123456789011", "АО ТЕСТ", "123456789021");
        let (key, certificate) = issuing.participant(&subject, algorithm, PERIOD)?;
        let signer = PemSigner::new(Arc::new(certificate), key)?;
        let value = signer.sign(b"message")?;
        let public = signer.certificate().verifying_key()?;
        row(&format!("{name} bare verify"), || Ok(public.verify(b"message", &value, SignatureForm::Xml)?))?;
        row(&format!("{name} bare sign"), || {
            signer.sign(b"message").map(|value| drop(black_box(value))).map_err(Into::into)
        })?;
        for size in [1_500, 48_000] {
            let body = body(size);
            let canonical = canonical_body(&envelope("", &body))?;
            let message = envelope(&wssec::sign(&signer, "id-6f1d", &canonical)?, &body);
            let label = format!("{name}, message of {} bytes:", message.len());
            let validator = fresh();
            let verify = |validator: &Validator| {
                let document = Document::parse(message.as_bytes(), &Limits::message())?;
                let judge = Judge { validator, moment: NOW, directory: None };
                black_box(wssec::verify(&document, &judge, &Expectations::default())?);
                Ok(())
            };
            row(&format!("{label} parse"), || {
                black_box(Document::parse(message.as_bytes(), &Limits::message())?);
                Ok(())
            })?;
            row(&format!("{label} verify"), || verify(&validator))?;
            row(&format!("{label} verify, new signer"), || verify(&fresh()))?;
            row(&format!("{label} sign"), || {
                black_box(wssec::sign(&signer, "id-6f1d", &canonical)?);
                Ok(())
            })?;
        }
    }
    Ok(())
}
