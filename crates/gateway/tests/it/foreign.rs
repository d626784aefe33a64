//! Peers of other make: a zeep client and a provider in Python, each with an own signer and verifier (lxml and cryptography), on
//! both sides of our gateway.
//!
//! Skips, and says so, when the modules cannot be had; with `QYZMET_PEERS=required` that is a failure.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use gateway::State;
use registry::Gateway;

use crate::net::Node;
use crate::sample::{self, core, registry, world};

/// A Python with the modules of the peers.
fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let given = std::env::var_os("QYZMET_PYTHON").map(PathBuf::from);
    let candidates = [given, Some(root.join(".work/venv/bin/python")), Some(PathBuf::from("python3"))];
    let has = |python: &PathBuf| {
        let imported = Command::new(python).args(["-c", "import zeep, lxml, cryptography"]).output();
        imported.is_ok_and(|output| output.status.success())
    };
    let found = candidates.into_iter().flatten().find(has);
    if found.is_none() {
        assert!(
            std::env::var("QYZMET_PEERS").as_deref() != Ok("required"),
            "the peer is required: Python with zeep, lxml, cryptography"
        );
        println!("SKIPPED: no Python with zeep, lxml and cryptography");
    }
    found
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name)
}

/// Writes the key and certificate of a new holder with the BIN of a participant, and the gateway's certificate.
fn keys(folder: &Path, bin: &str, algorithm: eds::SignatureAlgorithm) {
    let subject = eds::issue::Subject::organization("ТЕСТ", "123456789011", "АО ТЕСТ", bin);
    let (key, certificate) = world().issuing.participant(&subject, algorithm, sample::PERIOD).unwrap();
    std::fs::write(folder.join("key.pem"), key.to_pem().unwrap().as_bytes()).unwrap();
    std::fs::write(folder.join("certificate.pem"), certificate.to_pem().unwrap()).unwrap();
    let gateway = world().signer("gateway").certificate().to_pem().unwrap();
    std::fs::write(folder.join("gateway.pem"), gateway).unwrap();
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn both_peers(algorithm: eds::SignatureAlgorithm) {
    let Some(python) = python() else { return };
    let (consumer, provider) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    keys(consumer.path(), "200140001012", algorithm);
    keys(provider.path(), "200140001092", algorithm);
    let mut running = Command::new(&python)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(script("provider.py"))
        .arg(provider.path())
        .stdout(Stdio::piped())
        .spawn()
        .map(Running)
        .unwrap();
    let mut address = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let address = address.trim();
    let core = core(Gateway::Internal, registry(&[("ministry", address)], "", 30));
    let node = Node::start(core, &Arc::default()).await;
    let output = tokio::process::Command::new(&python)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(script("consumer.py"))
        .arg(consumer.path())
        .arg(format!("{}/bip-sync-wss-gost/?wsdl", node.base))
        .args(["sdu", &sample::password_of("sdu")])
        .output()
        .await
        .unwrap();
    let told =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}");
    let told: Vec<&str> = told.lines().filter(|line| line.starts_with("ok ")).collect();
    assert_eq!(
        told,
        [
            "ok answer SCSS001 Әлия & <b>",
            "ok business refusal SCSE001",
            "ok fault of the provider SCE001",
            "ok lie of the provider GW-4001",
            "ok wrong password GW-1001",
            "ok unsigned SCE007",
            "ok changed after signing SCE006",
        ]
    );
    let mut states: Vec<State> = node.rows().iter().map(|row| row.state).collect();
    states.sort_by_key(|state| format!("{state:?}"));
    use State::{Answered, Failed, Faulted, Refused};
    assert_eq!(states, [Answered, Answered, Failed, Faulted, Refused, Refused, Refused]);
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_of_other_make_with_elliptic_keys() {
    both_peers(eds::SignatureAlgorithm::EcdsaP256Sha256).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_of_other_make_with_rsa_keys() {
    both_peers(eds::SignatureAlgorithm::RsaSha256).await;
}
