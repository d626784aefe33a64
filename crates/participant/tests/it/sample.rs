//! A small world for tests: the registers of the pilot, keys of its participants, an engine's double that remembers.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use eds::issue::{Authority, Period, Subject};
use eds::path::{Policy, TrustStore, Validator};
use eds::{CrlStore, PemSigner, RevocationList, SignatureAlgorithm, Signer};
use engine::{Arrival, EngineError, Outgoing, Received};
use gateway::{Core, Identity, Login, Parts, PasswordKey};
use jiff::{SignedDuration, Timestamp};
use participant::{Business, Contracts, Disclosure, Disclosures, Setup};
use registry::{Gateway, Registry};
use rules::Context;
use soap::Password;
use store::seal::{Keeper, MemoryKeys};
use store::{CommitError, MemoryStore};

/// The moment tests play at.
pub const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0); // 2026-05-28
const PERIOD: Period =
    Period { from: Timestamp::constant(1_767_225_600, 0), to: Timestamp::constant(1_798_761_600, 0) };

pub fn registers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../registers")
}

/// The registry of the pilot with logins; texts of passports and rows can be changed. `hosts` are addresses.
pub fn registry_with(change: impl Fn(String) -> String, hosts: &[(&str, &str)]) -> Arc<Registry> {
    let participants = std::fs::read_to_string(registers().join("participants.toml")).unwrap();
    let bare = Registry::load(&[("participants.toml", &participants)], &[]).unwrap();
    let mut rows = String::new();
    for participant in bare.participants() {
        let id = participant.id.as_str();
        let mac: String =
            passwords().mac(id, &password_of(id)).iter().map(|byte| format!("{byte:02x}")).collect();
        rows += &format!("[[sender]]\nparticipant = '{id}'\nid = '{id}'\npassword_hmac = '{mac}'\n");
    }
    for (id, address) in hosts {
        rows += &format!("[[host]]\nparticipant = '{id}'\nat = '{address}'\n");
    }
    let passports: Vec<(String, String)> = registry::read_registers(&registers())
        .unwrap()
        .into_iter()
        .map(|(path, text)| (path, change(text)))
        .collect();
    let passports: Vec<(&str, &str)> =
        passports.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files = [("participants.toml", participants.as_str()), ("rows.toml", rows.as_str())];
    Arc::new(Registry::load(&files, &passports).unwrap())
}

pub fn registry() -> Arc<Registry> {
    registry_with(|text| text, &[])
}

pub fn contracts(registry: &Registry) -> Arc<Contracts> {
    Arc::new(Contracts::read(&registers(), registry).unwrap())
}

pub fn passwords() -> PasswordKey {
    PasswordKey::new(&[42; 32])
}

pub fn password_of(participant: &str) -> String {
    format!("{participant}-password")
}

struct World {
    trust: Arc<TrustStore>,
    lists: Arc<CrlStore>,
    signers: HashMap<String, Arc<dyn Signer>>,
}

/// Keys are slow to make, so the tests share one world.
fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let root = Authority::root(&Subject::named("ДЕМО"), PERIOD).unwrap();
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::clone(root.certificate())).unwrap();
        let from = NOW - SignedDuration::from_hours(1);
        let der = root.revocation_list(1, from, from + SignedDuration::from_hours(9_000), &[]).unwrap();
        let lists = CrlStore::new();
        lists.add(RevocationList::from_der(&der).unwrap(), &trust).unwrap();
        let mut signers: HashMap<String, Arc<dyn Signer>> = HashMap::new();
        for participant in registry().participants() {
            let subject = Subject::organization(
                "ТЕСТ",
                "123456789011",
                "АО ТЕСТ",
                participant.certificate.bin.as_str(),
            );
            let (key, certificate) =
                root.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, PERIOD).unwrap();
            let signer = PemSigner::new(Arc::new(certificate), key).unwrap();
            signers.insert(participant.id.to_string(), Arc::new(signer));
        }
        World { trust: Arc::new(trust), lists: Arc::new(lists), signers }
    });
    &WORLD
}

pub fn identity(participant: &str) -> Identity {
    let world = world();
    let lists: Arc<CrlStore> = Arc::clone(&world.lists);
    let validator = Validator::new(Arc::clone(&world.trust), lists, Policy::default());
    Identity {
        signer: Arc::clone(&world.signers[participant]),
        validator: Arc::new(validator),
        directory: None,
    }
}

/// Disclosures as they were told.
#[derive(Default)]
pub struct Ledger(pub Mutex<Vec<Disclosure>>);

impl Disclosures for Ledger {
    fn on_disclosure(&self, disclosure: &Disclosure) {
        self.0.lock().unwrap().push(disclosure.clone());
    }
}

impl Ledger {
    /// From whom to whom, by what, of what.
    pub fn lines(&self) -> Vec<String> {
        let all = self.0.lock().unwrap();
        all.iter().map(|one| format!("{} -> {} {} {}", one.from, one.to, one.service, one.case_ref)).collect()
    }
}

pub fn setup_over(participant: &str, registry: Arc<Registry>, ledger: Arc<Ledger>) -> Arc<Setup> {
    Arc::new(Setup {
        participant: participant.to_owned(),
        identity: identity(participant),
        login: Login { id: participant.to_owned(), password: Password::new(password_of(participant)) },
        contracts: contracts(&registry),
        registry,
        limits: xml::Limits::message(),
        disclosures: ledger,
    })
}

pub fn setup(participant: &str) -> Arc<Setup> {
    setup_over(participant, registry(), Arc::default())
}

/// An engine's double: remembers rows, answers questions with what it was given.
#[derive(Default)]
pub struct Desk {
    pub seen: Mutex<HashSet<String>>,
    pub arrivals: Mutex<Vec<(String, Arrival)>>,
    pub questions: Mutex<Vec<(String, String, Context, String)>>,
    pub answer: Context,
    pub refuses: bool,
}

impl Business for Desk {
    fn receive(&self, arrivals: Vec<(String, Arrival)>, _: Timestamp) -> Result<Vec<Received>, EngineError> {
        if self.refuses {
            let (what, remedy) = ("disk full at /var/secret".to_owned(), "free space".to_owned());
            return Err(CommitError::Refused { what, remedy }.into());
        }
        let mut seen = self.seen.lock().unwrap();
        let received = arrivals
            .iter()
            .map(|(row, _)| if seen.insert(row.clone()) { Received::Accepted } else { Received::Duplicate })
            .collect();
        self.arrivals.lock().unwrap().extend(arrivals);
        Ok(received)
    }

    fn query(
        &self,
        message: &str,
        case_ref: &str,
        variables: Context,
        message_id: &str,
        _: Timestamp,
    ) -> Result<Context, EngineError> {
        let question = (message.to_owned(), case_ref.to_owned(), variables, message_id.to_owned());
        self.questions.lock().unwrap().push(question);
        Ok(self.answer.clone())
    }
}

/// The sample of a service's request or response as a context.
pub fn sample(service: &str, side: &str) -> Context {
    let registry = registry();
    let contracts = contracts(&registry);
    let text = std::fs::read_to_string(registers().join(service).join(format!("{side}.sample.xml"))).unwrap();
    let document = xml::Document::parse(text.as_bytes(), &xml::Limits::message()).unwrap();
    let passport = registry.service(service).unwrap();
    let root = if side == "request" { &passport.request } else { &passport.response };
    contracts.get(service).unwrap().decode(root, document.root()).unwrap()
}

/// The one row of a list's sample.
pub fn sample_row(service: &str) -> Context {
    sample(service, "request").get("row").unwrap().as_list().unwrap()[0].as_context().unwrap().clone()
}

pub fn outgoing(number: u8, task_type: &str, request: Context) -> Outgoing {
    Outgoing {
        id: [number; 16],
        partition: store::Partition::of("case"),
        lane: format!("{task_type}/{number}"),
        work: 1,
        element: "element".into(),
        task_type: task_type.into(),
        case_ref: format!("case-{number}"),
        case: [number; 16],
        headers: Vec::new(),
        request,
        attempts: 0,
    }
}

/// The inner gateway over a store in memory.
pub fn core(registry: Arc<Registry>) -> Arc<Core> {
    let store = Arc::new(MemoryStore::new());
    let keeper = Keeper::new(Arc::clone(&store) as _, Arc::new(MemoryKeys::from_seed([9; 32]))).unwrap();
    let next = AtomicU64::new(1);
    Arc::new(Core::new(Parts {
        gateway: Gateway::Internal,
        identity: identity("gateway"),
        registry,
        passwords: passwords(),
        login: None,
        store,
        keeper: Arc::new(keeper),
        limits: xml::Limits::message(),
        retention: SignedDuration::from_hours(24),
        ids: Box::new(move || {
            let mut id = [0x40; 16];
            id[8..].copy_from_slice(&(next.fetch_add(1, Ordering::Relaxed) | 1 << 63).to_be_bytes());
            id
        }),
    }))
}
