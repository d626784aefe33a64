//! What the tests against peers share: running a peer, and a small public key infrastructure in files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use eds::issue::{Authority, Period, Subject, ToRevoke};
use eds::path::{Policy, TrustStore, Validator};
use eds::{Certificate, CrlStore, PemSigner, RevocationList, SignatureAlgorithm, Signer};
use jiff::{SignedDuration, Timestamp};

/// Whether the command is there; says so when not.
pub fn present(command: &str) -> bool {
    let found = Command::new(command).arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var_os("QYZMET_PEERS").is_none(), "{command} is not installed");
        println!("skipped: {command} is not installed");
    }
    found
}

/// Runs a peer in a folder; gives its exit state and everything it said.
pub fn run(folder: &Path, command: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(command).args(arguments).current_dir(folder).output().unwrap();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), said)
}

/// Runs a peer that must succeed.
pub fn succeed(folder: &Path, command: &str, arguments: &[&str]) -> String {
    let (good, said) = run(folder, command, arguments);
    assert!(good, "{command} {}: {said}", arguments.join(" "));
    said
}

/// The moment the made-up country lives at.
pub const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0);

/// The year 2026.
pub const PERIOD: Period =
    Period { from: Timestamp::constant(1_767_225_600, 0), to: Timestamp::constant(1_798_761_600, 0) };

/// A root, an issuing authority and two organizations, with `root.pem`, `issuing.pem`, `lists.pem`, and a certificate and key in PEM of
/// each holder in `folder`.
pub struct World {
    pub folder: tempfile::TempDir,
    pub issuing: Authority,
    pub root: Authority,
    pub holders: Vec<Holder>,
}

/// A holder and the names of its files.
pub struct Holder {
    pub signer: PemSigner,
    pub certificate_file: String,
    pub key_file: String,
}

impl World {
    pub fn new() -> Self {
        let root = Authority::root(&Subject::named("ДЕМО ТҮБІР"), PERIOD).unwrap();
        let issuing = root.subordinate(&Subject::named("ДЕМО КУӘЛАНДЫРУШЫ"), PERIOD).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self { folder, issuing, root, holders: Vec::new() };
        world.write("root.pem", &world.root.certificate().to_pem().unwrap());
        world.write("issuing.pem", &world.issuing.certificate().to_pem().unwrap());
        let both = [&world.root, &world.issuing].map(|authority| authority.certificate().to_pem().unwrap());
        world.write("authorities.pem", &both.concat());
        world.write_lists(&[]);
        for (name, algorithm) in
            [("rsa", SignatureAlgorithm::RsaSha256), ("p256", SignatureAlgorithm::EcdsaP256Sha256)]
        {
            let subject = Subject::organization("ТЕСТОВ ТЕСТ", "123456789011", "АО ТЕСТ", "123456789021");
            let (key, certificate) = world.issuing.participant(&subject, algorithm, PERIOD).unwrap();
            let (certificate_file, key_file) = (format!("{name}.pem"), format!("{name}.key"));
            world.write(&key_file, &key.to_pem().unwrap());
            world.write(&certificate_file, &certificate.to_pem().unwrap());
            let signer = PemSigner::new(Arc::new(certificate), key).unwrap();
            world.holders.push(Holder { signer, certificate_file, key_file });
        }
        world
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn write_lists(&self, revoked: &[ToRevoke]) {
        let lists = self
            .lists(revoked)
            .map(|der| der::pem::encode_string("X509 CRL", der::pem::LineEnding::LF, &der).unwrap());
        self.write("lists.pem", &lists.concat());
    }

    fn lists(&self, revoked: &[ToRevoke]) -> [Vec<u8>; 2] {
        let (from, to) = (NOW - SignedDuration::from_hours(1), NOW + SignedDuration::from_hours(24));
        [
            self.root.revocation_list(1, from, to, &[]).unwrap(),
            self.issuing.revocation_list(1, from, to, revoked).unwrap(),
        ]
    }

    pub fn validator(&self) -> Validator {
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::clone(self.root.certificate())).unwrap();
        trust.add_intermediate(Arc::clone(self.issuing.certificate())).unwrap();
        let store = CrlStore::new();
        for der in self.lists(&[]) {
            store.add(RevocationList::from_der(&der).unwrap(), &trust).unwrap();
        }
        Validator::new(Arc::new(trust), Arc::new(store), Policy::default())
    }
}

/// Base64 of a certificate, as messages carry it.
pub fn certificate_text(certificate: &Certificate) -> String {
    certificate.to_pem().unwrap().lines().filter(|line| !line.starts_with("-----")).collect()
}

impl Holder {
    pub fn certificate_text(&self) -> String {
        certificate_text(self.signer.certificate())
    }
}
