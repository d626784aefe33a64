//! The participants of the measured exchange: an authority, who asks, who answers, and the gateway between them.

use std::sync::Arc;

use eds::issue::{Authority, Period, Subject};
use eds::path::{Policy, TrustStore, Validator};
use eds::{CrlStore, PemSigner, RevocationList, SignatureAlgorithm};
use gateway::{Identity, Parts, PasswordKey};
use jiff::{SignedDuration, Timestamp};
use registry::{CertificateExpectation, Gateway, Registry};
use soap::{Data, MessageDate, Password, Sender, Status, SyncRequest, SyncResponse};
use store::Store;
use store::seal::{Keeper, MemoryKeys};
use xml::{Document, Limits};

use super::peers::Envelope;

const PARTICIPANTS: [(&str, &str); 4] = [
    ("sdu", "200140001012"),
    ("gateway", "200140001062"),
    ("external-gateway", "200140001072"),
    ("ministry", "200140001092"),
];
const PASSWORD: &str = "measured";

pub struct World {
    asks: Identity,
    answers: Identity,
    between: Identity,
    expected: CertificateExpectation,
}

fn day(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

impl World {
    /// Everybody signs by `algorithm`.
    pub fn new(algorithm: SignatureAlgorithm) -> anyhow::Result<World> {
        let now = Timestamp::now();
        let period = Period { from: now - day(30), to: now + day(300) };
        let root = Authority::root(&Subject::named("ӨЛШЕУ ТҮБІРІ"), period)?;
        let issuing = root.subordinate(&Subject::named("ӨЛШЕУ КУӘЛАНДЫРУШЫ"), period)?;
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::clone(root.certificate()))?;
        trust.add_intermediate(Arc::clone(issuing.certificate()))?;
        let trust = Arc::new(trust);
        let lists = CrlStore::new();
        for authority in [&root, &issuing] {
            let der = authority.revocation_list(1, now - day(1), now + day(30), &[])?;
            lists.add(RevocationList::from_der(&der)?, &trust)?;
        }
        let validator = Arc::new(Validator::new(trust, Arc::new(lists), Policy::default()));
        let identity = |bin: &str| -> anyhow::Result<Identity> {
            let subject = Subject::organization("ӨЛШЕУ", "123456789011", "АО ӨЛШЕУ", bin);
            let (key, certificate) = issuing.participant(&subject, algorithm, period)?;
            let signer = Arc::new(PemSigner::new(Arc::new(certificate), key)?);
            Ok(Identity { signer, validator: Arc::clone(&validator), directory: None })
        };
        let registered = registry(&PasswordKey::new(&[42; 32]), "http://127.0.0.1:9/")?;
        let expected = super::needed(registered.participant("sdu"), "who asks")?.certificate.clone();
        Ok(World {
            expected,
            asks: identity(PARTICIPANTS[0].1)?,
            between: identity(PARTICIPANTS[1].1)?,
            answers: identity(PARTICIPANTS[3].1)?,
        })
    }

    /// Signed questions and the signed answers to them; 1 KB of business data in each.
    pub fn messages(&self, count: usize) -> anyhow::Result<(Vec<Envelope>, Vec<Envelope>)> {
        let data = data();
        let document = Document::parse(data.as_bytes(), &Limits::message())?;
        let now = MessageDate::at(Timestamp::now());
        let (mut questions, mut answers) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for number in 0..count {
            let message_id = format!("measured-{number:08}");
            let question = question(message_id.clone(), now.clone());
            let outgoing =
                soap::write::request(&question, Some(Data::from_element(document.root())?), Some("id-1"))?;
            questions.push(Envelope { message_id: message_id.clone(), bytes: self.asks.sign(&outgoing)? });
            let answer = SyncResponse {
                message_id: format!("answer-{number:08}"),
                correlation_id: Some(message_id.clone()),
                response_date: now.clone(),
                status: Status::success(),
                session_id: None,
            };
            let outgoing =
                soap::write::response(&answer, Some(Data::from_element(document.root())?), Some("id-2"))?;
            answers.push(Envelope { message_id, bytes: self.answers.sign(&outgoing)? });
        }
        Ok((questions, answers))
    }

    /// Reads a question and verifies its signature as the gateway does.
    pub fn verify(&self, question: &Envelope) -> anyhow::Result<()> {
        let incoming = soap::read(&question.bytes, &Limits::message())
            .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        self.between
            .verify(&incoming, &self.expected, Timestamp::now())
            .map_err(|distrust| anyhow::anyhow!("{distrust:?}"))?;
        Ok(())
    }

    /// Writes and signs `count` questions.
    pub fn sign(&self, count: usize) -> anyhow::Result<usize> {
        let data = data();
        let document = Document::parse(data.as_bytes(), &Limits::message())?;
        for number in 0..count {
            let question = question(format!("measured-{number:08}"), MessageDate::at(Timestamp::now()));
            let outgoing =
                soap::write::request(&question, Some(Data::from_element(document.root())?), Some("id-1"))?;
            std::hint::black_box(self.asks.sign(&outgoing)?);
        }
        Ok(count)
    }

    /// What the gateway is made of, when the ministry answers at `ministry`.
    pub fn gateway(&self, ministry: &str, store: Arc<dyn Store>) -> anyhow::Result<Parts> {
        let passwords = PasswordKey::new(&[42; 32]);
        let keeper = Keeper::new(Arc::clone(&store), Arc::new(MemoryKeys::random()?))?;
        Ok(Parts {
            gateway: Gateway::Internal,
            identity: self.between.clone(),
            registry: Arc::new(registry(&passwords, ministry)?),
            passwords,
            login: None,
            store,
            keeper: Arc::new(keeper),
            limits: Limits::message(),
            retention: day(30),
            ids: Box::new(|| uuid::Uuid::new_v4().into_bytes()),
        })
    }
}

fn question(message_id: String, message_date: MessageDate) -> SyncRequest {
    SyncRequest {
        message_id,
        correlation_id: None,
        service_id: "PERSONS".into(),
        message_date,
        route_id: None,
        sender: Sender { id: "sdu".into(), password: Some(Password::new(PASSWORD)) },
        properties: Vec::new(),
        session_id: None,
    }
}

fn registry(passwords: &PasswordKey, ministry: &str) -> anyhow::Result<Registry> {
    let mut text = "connect = 'consumers'\n".to_owned();
    for (id, bin) in PARTICIPANTS {
        let (hosted, own) = (id != "ministry", if id == "external-gateway" { id } else { "gateway" });
        let mac = hex::encode(passwords.mac(id, PASSWORD));
        text += &format!(
            "[[participant]]\nid = '{id}'\nnames = {{ kk = 'а', ru = 'б' }}\nbin = '{bin}'\nstanding = 'state'\nhosted = {hosted}\n\
             gateway = '{own}'\n[[sender]]\nparticipant = '{id}'\nid = '{id}'\npassword_hmac = '{mac}'\n"
        );
    }
    text += &format!("[[host]]\nparticipant = 'ministry'\nat = '{ministry}'\n");
    let passport = "id = 'PERSONS'\nversion = 1\nprovider = 'ministry'\nconsumers = ['sdu']\nkind = 'exchange'\n\
         namespace = 'https://qyzmet.kz/contract/PERSONS/1'\nmaximum_seconds = 30\nrepeat = 'safe'\npersonal_data = true\n\
         external = false\nabout = 'x'\n[names]\nkk = 'а'\nru = 'б'\n[request]\nelement = 'request'\n[response]\nelement = 'response'\n";
    Registry::load(&[("participants.toml", &text)], &[("r/PERSONS/passport.toml", passport)])
        .map_err(|problems| anyhow::anyhow!("{problems}"))
}

/// 1 KB of business data.
fn data() -> String {
    let row = "<row><iin>880512400120</iin><name>Айнұр Серікқызы</name><born>1988-05-12</born></row>";
    let (mut data, end) = ("<data>".to_owned(), "</data>");
    while data.len() + row.len() + end.len() <= 1_100 {
        data += row;
    }
    data + end
}
