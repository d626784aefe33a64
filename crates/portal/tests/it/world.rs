//! A system with a few families at different stages, and the portal over it.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use eds::issue::{Authority, Period, Subject};
use eds::path::Policy;
use eds::{CrlStore, PemSigner, RevocationList, Signer, TrustStore, Validator, cms};
use engine::LegalClock;
use jiff::SignedDuration;
use portal::{Accounts, CertificateRole, GatewayLog, Home, LawIndex, NewAccount, Portal, Role, State};
use stand::officials::{self, AUTHORISED_BODY_BIN, Official};
use store::seal::{Keeper, MemoryKeys};
use store::{Commit, MemoryStore, Partition, Store, Write};
use tokio::sync::{Mutex, MutexGuard};

use crate::browser::Browser;
use crate::system::{System, moment};

/// Everything a test needs.
pub struct World {
    pub system: System,
    pub browser: Browser,
    /// The case that waits for a decision, and one under way that has a silent recipient.
    pub decided_by: String,
    pub waiting: String,
    pub clock: Arc<LegalClock>,
    pub home: Home,
    /// Logins and passwords.
    pub passwords: Vec<(String, String)>,
    signers: Vec<(String, Arc<dyn Signer>)>,
}

static PKI: LazyLock<Pki> = LazyLock::new(Pki::make);
static HOME: LazyLock<Shared> = LazyLock::new(accounts);

/// The portal's own store, its accounts, logins with passwords.
type Shared = (Home, Arc<Accounts>, Vec<(String, String)>);
/// The system is heavy: one test at a time builds one, so that two cores are enough.
static ONE: Mutex<()> = Mutex::const_new(());

pub fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Takes the place of the one test that runs a system.
pub async fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().await
}

struct Pki {
    trust: Arc<TrustStore>,
    lists: Arc<CrlStore>,
    signers: Vec<(String, String, String)>,
}

impl Pki {
    fn make() -> Pki {
        let now = moment("2024-04-01T10:00:00");
        let hours = |hours| now + SignedDuration::from_hours(hours);
        let period = Period { from: hours(-50_000), to: hours(100_000) };
        let root = Authority::root(&Subject::named("DEMO ROOT"), period).expect("root");
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::clone(root.certificate())).expect("anchor");
        let issued = officials::issue(&root, now).expect("officials");
        let revoked: Vec<_> = issued.iter().filter_map(|official| official.revoke.clone()).collect();
        let list = root.revocation_list(1, hours(-1), hours(50_000), &revoked).expect("list");
        let lists = CrlStore::new();
        lists.add(RevocationList::from_der(&list).expect("list"), &trust).expect("added");
        let mut signers: Vec<(String, String, String)> = issued
            .iter()
            .map(|official| {
                (official.id.to_owned(), official.certificate_pem.clone(), official.key_pem.to_string())
            })
            .collect();
        let mother = stand::country::stories::STORIES[0].mother_iin().expect("an IIN");
        let subject = Subject::person("АЗАМАТША", &mother);
        let (key, certificate) =
            root.participant(&subject, eds::SignatureAlgorithm::EcdsaP256Sha256, period).expect("issued");
        let (certificate, key) = (certificate.to_pem().expect("pem"), key.to_pem().expect("pem").to_string());
        signers.push(("mother".into(), certificate, key));
        Pki { trust: Arc::new(trust), lists: Arc::new(lists), signers }
    }
}

impl World {
    /// A demonstration.
    pub fn demo() -> World {
        World::new(true)
    }

    pub fn new(demo: bool) -> World {
        World::signing_at(demo, "ws://127.0.0.1:13579/")
    }

    /// With the signing program at this address.
    pub fn signing_at(demo: bool, address: &str) -> World {
        let mut system = System::new(&root(), moment("2024-04-01T10:00:00"));
        let decided_by = system.birth("one-account");
        system.reply("one-account", "7#1");
        system.reply("one-account", "205#3#1");
        let waiting = system.birth("silent");
        system.birth("third-child");
        system.birth("several-banks");
        system.silence_banks();
        system.reply("several-banks", "7#1");
        let clock =
            Arc::new(if demo { LegalClock::demonstration(system.now()) } else { LegalClock::production() });
        let (home, accounts, passwords) = (HOME.0.clone(), Arc::clone(&HOME.1), HOME.2.clone());
        let pki = &*PKI;
        let state = State {
            engines: system.engines.clone(),
            clock: Arc::clone(&clock),
            gateways: vec![GatewayLog { id: "gateway".into(), store: log(&system) }],
            validator: Arc::new(Validator::new(
                Arc::clone(&pki.trust),
                Arc::clone(&pki.lists) as _,
                Policy::default(),
            )),
            home: home.clone(),
            accounts,
            registry: Arc::clone(&system.registry),
            law: Arc::new(
                LawIndex::read(&std::fs::read_to_string(root().join("law/424-458.toml")).expect("law"))
                    .expect("law"),
            ),
            certificate_roles: vec![CertificateRole {
                bin: Some(AUTHORISED_BODY_BIN.into()),
                iin: None,
                role: Role::Official,
                groups: vec!["authorised-body".into()],
            }],
            demo,
            secure_cookies: !demo,
            stand_url: demo.then(|| "http://127.0.0.1:8090/".to_owned()),
            ncalayer_url: address.into(),
            metrics: vec![Arc::new(|| "qyzmet_probe 1\n".to_owned())],
        };
        let browser = Browser::new(Portal::router(state).unwrap_or_else(|error| panic!("{error}")));
        let signers = pki.signers.iter().map(|(id, certificate, key)| {
            let signer = PemSigner::read(certificate.as_bytes(), key.as_bytes()).expect("a signer");
            (id.clone(), Arc::new(signer) as Arc<dyn Signer>)
        });
        let signers = signers.collect();
        World { system, browser, decided_by, waiting, clock, home, passwords, signers }
    }

    /// A detached CMS signature of an official's token, in base64.
    pub fn sign(&self, token: &str, content: &[u8]) -> String {
        use base64::Engine as _;
        let (_, signer) = self.signers.iter().find(|(id, _)| id == token).expect("a token");
        let now = self.clock.now();
        base64::engine::general_purpose::STANDARD
            .encode(cms::sign_detached(content, &**signer, now).expect("signed"))
    }

    /// The tokens for the double of the signing program.
    pub fn officials(&self) -> Vec<Official> {
        let official = |(id, signer): &(String, Arc<dyn Signer>)| Official {
            id: id.clone(),
            subject: signer.certificate().subject().to_string(),
            iin: signer.certificate().holder().iin.clone(),
            not_after: signer.certificate().not_after(),
            signer: Arc::clone(signer),
        };
        self.signers.iter().map(official).collect()
    }

    pub fn password(&self, login: &str) -> String {
        self.passwords.iter().find(|(known, _)| known == login).expect("an account").1.clone()
    }
}

/// The portal's own store with its accounts: passwords are slow to digest, so all tests share it.
fn accounts() -> Shared {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let keeper = Keeper::new(Arc::clone(&store), Arc::new(MemoryKeys::from_seed([9; 32]))).expect("keys");
    let home = Home { store, keeper: Arc::new(keeper) };
    let accounts = Accounts::new(home.clone()).expect("accounts");
    let account = |login: &str, role, iin: Option<String>| NewAccount {
        login: login.into(),
        name: login.to_uppercase(),
        role,
        groups: if role == Role::Official {
            vec!["authorised-body".into(), "emaket-operator".into()]
        } else {
            Vec::new()
        },
        bin: iin.is_some().then(|| AUTHORISED_BODY_BIN.to_owned()),
        iin,
    };
    let wanted = vec![
        account("operator", Role::Operator, None),
        account("head", Role::Official, officials::iin_of("head")),
        account("paper", Role::Official, None),
        account("citizen", Role::Citizen, None),
    ];
    let passwords = accounts.create_missing(wanted).expect("accounts");
    (home, Arc::new(accounts), passwords)
}

/// The log of a gateway through which what crossed would have gone.
fn log(system: &System) -> Arc<dyn Store> {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    for (number, crossed) in system.crossed.iter().enumerate() {
        let id = uuid::Uuid::from_u128(number as u128 + 1);
        let at = crossed.at + SignedDuration::from_millis(number as i64);
        let row = serde_json::json!({
            "id": id, "at": at, "gateway": "gateway", "session": id, "messageId": uuid::Uuid::from_u128(number as u128 + 5_000),
            "correlationId": null, "sender": crossed.sender, "bearer": null, "provider": crossed.provider, "service": crossed.service,
            "peer": "127.0.0.1", "state": if number % 9 == 8 { "timed-out" } else { "answered" }, "code": "SCSS001", "reason": null,
            "repeat": false, "personal": true, "requestBytes": 4211, "requestDigest": "ab".repeat(32), "bodyDigest": null,
            "certificate": null, "answerBytes": 3822, "answerDigest": null, "answerCertificate": null, "milliseconds": 12,
        });
        let mut key = (i64::MAX - at.as_millisecond()).to_be_bytes().to_vec();
        key.extend(id.as_bytes());
        let mut commit = Commit::new(Partition::of_bytes(id.as_bytes()));
        commit.writes.push(Write::PutRow { table: "exchange-log", key, value: row.to_string().into_bytes() });
        store.commit_one(commit).expect("committed");
    }
    store
}
