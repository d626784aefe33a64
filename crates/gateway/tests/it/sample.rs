//! A small world for tests: an authority, participants with keys, a registry, gateways over stores in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use eds::issue::{Authority, Period, Subject, ToRevoke};
use eds::path::{Policy, TrustStore, Validator};
use eds::{CrlStore, PemSigner, RevocationList, SignatureAlgorithm, Signer};
use gateway::{Core, Identity, Login, Parts, PasswordKey};
use jiff::{SignedDuration, Timestamp};
use registry::{Gateway, Registry};
use soap::{Data, MessageDate, Password, Sender, Status, SyncRequest, SyncResponse};
use store::MemoryStore;
use store::seal::{Keeper, MemoryKeys};

/// The moment most tests play at.
pub const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0); // 2026-05-28
pub const PERIOD: Period =
    Period { from: Timestamp::constant(1_767_225_600, 0), to: Timestamp::constant(1_798_761_600, 0) };

/// Participants: id, BIN, standing, gateway.
const PARTICIPANTS: [(&str, &str, &str, &str); 7] = [
    ("sdu", "200140001012", "state", "gateway"),
    ("emaket", "200140001022", "state", "gateway"),
    ("gateway", "200140001062", "state", "gateway"),
    ("external-gateway", "200140001072", "state", "external-gateway"),
    ("ministry", "200140001092", "state", "gateway"),
    ("bank-1", "200140001141", "non-state", "external-gateway"),
    ("bank-2", "200140001151", "non-state", "external-gateway"),
];

/// Services: id, provider, consumers, what a repeat does, external.
const SERVICES: [(&str, &str, &str, &str, bool); 5] = [
    ("PERSONS", "ministry", "'sdu', 'bank-1'", "safe", true),
    ("PAYMENT", "ministry", "'sdu'", "unsafe", false),
    ("ACCOUNTS", "bank-1", "'sdu'", "safe", true),
    ("CLOSED", "ministry", "'sdu'", "safe", false),
    ("NO_CONTRACT", "bank-2", "'sdu'", "safe", true),
];

pub struct World {
    pub root: Authority,
    pub issuing: Authority,
    signers: HashMap<&'static str, Arc<dyn Signer>>,
    /// A natural person: a good certificate that is nobody's here.
    pub stranger: Arc<dyn Signer>,
    /// A certificate of `sdu` that ended.
    pub expired: Arc<dyn Signer>,
    /// A certificate of `sdu` that is revoked by [`World::identity`].
    pub revoked: Arc<dyn Signer>,
    /// A certificate with the BIN of `sdu` by an authority that nobody trusts.
    pub untrusted: Arc<dyn Signer>,
    lists: Arc<CrlStore>,
}

/// Keys are slow to make, so the tests share one world.
pub fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(World::new);
    &WORLD
}

fn organisation(bin: &str) -> Subject {
    Subject::organization("ТЕСТ", "123456789011", "АО ТЕСТ", bin)
}

fn holder(
    authority: &Authority,
    subject: &Subject,
    algorithm: SignatureAlgorithm,
    period: Period,
) -> Arc<dyn Signer> {
    let (key, certificate) = authority.participant(subject, algorithm, period).unwrap();
    Arc::new(PemSigner::new(Arc::new(certificate), key).unwrap())
}

impl World {
    fn new() -> World {
        const P256: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;
        let root = Authority::root(&Subject::named("ДЕМО ТҮБІР"), PERIOD).unwrap();
        let issuing = root.subordinate(&Subject::named("ДЕМО КУӘЛАНДЫРУШЫ"), PERIOD).unwrap();
        let strange = Authority::root(&Subject::named("БӨТЕН"), PERIOD).unwrap();
        let mut signers = HashMap::new();
        for (id, bin, ..) in PARTICIPANTS {
            let algorithm = if id == "bank-1" { SignatureAlgorithm::RsaSha256 } else { P256 };
            signers.insert(id, holder(&issuing, &organisation(bin), algorithm, PERIOD));
        }
        let sdu = organisation(PARTICIPANTS[0].1);
        let ended = Period { to: NOW - SignedDuration::from_hours(24), ..PERIOD };
        let revoked = holder(&issuing, &sdu, P256, PERIOD);
        let withdrawn = ToRevoke {
            serial: revoked.certificate().serial().clone(),
            since: NOW - SignedDuration::from_hours(48),
            reason: eds::crl::Reason::KeyCompromise,
        };
        let mut world = World {
            stranger: holder(&issuing, &Subject::person("АЗАМАТ", "900101300123"), P256, PERIOD),
            expired: holder(&issuing, &sdu, P256, ended),
            untrusted: holder(&strange, &sdu, P256, PERIOD),
            lists: Arc::new(CrlStore::new()),
            revoked,
            root,
            issuing,
            signers,
        };
        world.lists = world.lists(&[withdrawn], SignedDuration::from_hours(24 * 200));
        world
    }

    pub fn trust(&self) -> Arc<TrustStore> {
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::clone(self.root.certificate())).unwrap();
        trust.add_intermediate(Arc::clone(self.issuing.certificate())).unwrap();
        Arc::new(trust)
    }

    fn lists(&self, revoked: &[ToRevoke], valid: SignedDuration) -> Arc<CrlStore> {
        let lists = CrlStore::new();
        let from = NOW - SignedDuration::from_hours(1);
        for (authority, revoked) in [(&self.root, &[][..]), (&self.issuing, revoked)] {
            let der = authority.revocation_list(1, from, from + valid, revoked).unwrap();
            lists.add(RevocationList::from_der(&der).unwrap(), &self.trust()).unwrap();
        }
        Arc::new(lists)
    }

    pub fn signer(&self, participant: &str) -> Arc<dyn Signer> {
        Arc::clone(&self.signers[participant])
    }

    pub fn identity(&self, participant: &str) -> Identity {
        self.identity_with(self.signer(participant))
    }

    pub fn identity_with(&self, signer: Arc<dyn Signer>) -> Identity {
        let lists: Arc<CrlStore> = Arc::clone(&self.lists);
        Identity {
            signer,
            validator: Arc::new(Validator::new(self.trust(), lists, Policy::default())),
            directory: None,
        }
    }

    /// As [`World::identity`], but nobody can say what is revoked.
    pub fn identity_without_lists(&self, participant: &str) -> Identity {
        let validator = Validator::new(self.trust(), Arc::new(CrlStore::new()), Policy::default());
        Identity { signer: self.signer(participant), validator: Arc::new(validator), directory: None }
    }
}

pub fn passwords() -> PasswordKey {
    PasswordKey::new(&[42; 32])
}

pub fn password_of(participant: &str) -> String {
    format!("{participant}-password")
}

/// The registry with further rows; `hosts` are addresses of participants outside.
pub fn registry(hosts: &[(&str, &str)], rows: &str, maximum_seconds: u32) -> Arc<Registry> {
    let mut text = "connect = 'consumers'\n".to_owned();
    for (id, bin, standing, gateway) in PARTICIPANTS {
        let hosted = id != "ministry" && !id.starts_with("bank");
        let contract = if id == "bank-1" { "contract = '1'\n" } else { "" };
        let mac = hex(&passwords().mac(id, &password_of(id)));
        text += &format!(
            "[[participant]]\nid = '{id}'\nnames = {{ kk = 'а', ru = 'б' }}\nbin = '{bin}'\nstanding = '{standing}'\n\
             hosted = {hosted}\ngateway = '{gateway}'\n{contract}[[sender]]\nparticipant = '{id}'\nid = '{id}'\npassword_hmac = '{mac}'\n"
        );
    }
    for (id, address) in hosts {
        text += &format!("[[host]]\nparticipant = '{id}'\nat = '{address}'\n");
    }
    text += "[[service]]\nid = 'CLOSED'\nstate = 'technological-break'\n";
    text += rows;
    let passports: Vec<(String, String)> = SERVICES
        .iter()
        .map(|(id, provider, consumers, repeat, external)| {
            let passport = format!(
                "id = '{id}'\nversion = 1\nprovider = '{provider}'\nconsumers = [{consumers}]\nkind = 'exchange'\n\
                 namespace = 'https://qyzmet.kz/contract/{id}/1'\nmaximum_seconds = {maximum_seconds}\nrepeat = '{repeat}'\n\
                 personal_data = true\nexternal = {external}\nabout = 'x'\n[names]\nkk = 'а'\nru = 'б'\n[request]\n\
                 element = 'request'\n[response]\nelement = 'response'\n"
            );
            (format!("r/{id}/passport.toml"), passport)
        })
        .collect();
    let passports: Vec<(&str, &str)> =
        passports.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    match Registry::load(&[("participants.toml", &text)], &passports) {
        Ok(registry) => Arc::new(registry),
        Err(problems) => panic!("{problems}"),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a gateway is made of, over a store in memory, with ids that count.
pub fn parts(gateway: Gateway, registry: Arc<Registry>) -> Parts {
    let store: Arc<MemoryStore> = Arc::new(MemoryStore::new());
    parts_over(gateway, registry, store)
}

pub fn parts_over(gateway: Gateway, registry: Arc<Registry>, store: Arc<MemoryStore>) -> Parts {
    let own: &'static str = gateway.participant();
    let keeper = Keeper::new(Arc::clone(&store) as _, Arc::new(MemoryKeys::from_seed([9; 32]))).unwrap();
    let next = AtomicU64::new(1);
    Parts {
        gateway,
        identity: world().identity(own),
        registry,
        passwords: passwords(),
        login: Some(Login { id: own.to_owned(), password: Password::new(password_of(own)) }),
        store,
        keeper: Arc::new(keeper),
        limits: xml::Limits { max_bytes: 100_000, ..xml::Limits::message() },
        retention: SignedDuration::from_hours(24 * 30),
        ids: Box::new(move || {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let mut id = [0x40; 16];
            id[8..].copy_from_slice(&(number | 0x8000_0000_0000_0000).to_be_bytes());
            id
        }),
    }
}

pub fn core(gateway: Gateway, registry: Arc<Registry>) -> Arc<Core> {
    Arc::new(Core::new(parts(gateway, registry)))
}

/// A message of a sender, before it is signed.
pub fn message(sender: &str, service: &str, message_id: &str) -> SyncRequest {
    SyncRequest {
        message_id: message_id.to_owned(),
        correlation_id: None,
        service_id: service.to_owned(),
        message_date: MessageDate::at(NOW),
        route_id: None,
        sender: Sender { id: sender.to_owned(), password: Some(Password::new(password_of(sender))) },
        properties: Vec::new(),
        session_id: None,
    }
}

/// The envelope of a message, signed.
pub fn signed(request: &SyncRequest, data: &str, identity: &Identity) -> Bytes {
    let document = data_document(data);
    let data = Data::from_element(document.root()).unwrap();
    let outgoing = soap::write::request(request, Some(data), Some("id-1")).unwrap();
    identity.sign(&outgoing).unwrap()
}

/// The ordinary request of a sender.
pub fn request(sender: &str, service: &str, message_id: &str) -> Bytes {
    signed(&message(sender, service, message_id), "<data><a>1</a></data>", &world().identity(sender))
}

fn data_document(data: &str) -> xml::Document {
    xml::Document::parse(data.as_bytes(), &xml::Limits::message()).unwrap()
}

/// What a well-behaved provider answers to an envelope.
pub fn answer(envelope: &[u8], data: &str, identity: &Identity) -> Bytes {
    let incoming = soap::read(envelope, &xml::Limits::message()).unwrap();
    let request = incoming.request().unwrap();
    let response = SyncResponse {
        message_id: "answer-1".to_owned(),
        correlation_id: Some(request.message_id.clone()),
        response_date: MessageDate::at(NOW),
        status: Status::success(),
        session_id: request.session_id.clone(),
    };
    signed_answer(&response, data, identity)
}

pub fn signed_answer(response: &SyncResponse, data: &str, identity: &Identity) -> Bytes {
    let document = data_document(data);
    let data = Data::from_element(document.root()).unwrap();
    let outgoing = soap::write::response(response, Some(data), Some("id-2")).unwrap();
    identity.sign(&outgoing).unwrap()
}
