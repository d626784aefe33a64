//! The hosted participants over stores in memory, the outside systems of the stand, and messages carried from one to the other on
//! one thread: enough of the whole to fill the pages. Contracts are the simulator's and the system tests' to hold.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cases::with_local_tasks;
use engine::bundle::{Bundle, read_files};
use engine::{Arrival, CaseSummary, Engine, Outgoing, Settlement};
use jiff::Timestamp;
use registry::{Registry, ServiceKind};
use rules::feel::Functions;
use rules::temporal::DateTime;
use rules::{Context, Env, Scope, Value};
use stand::country::stories::STORIES;
use stand::country::{Plan, Story};
use stand::smsc::{Account, Answer, Smsc, Submission, Waiting};
use stand::world::{Answered, Birth, Sent, World as Outside};
use store::seal::{Keeper, MemoryKeys};
use store::{MemoryStore, Store};

const HOSTED: [&str; 5] = ["sdu", "emaket", "egov-portal", "pd-access-control", "sms-gateway"];

/// A call that crossed, for the log.
pub struct Crossed {
    pub at: Timestamp,
    pub sender: String,
    pub service: String,
    pub provider: String,
}

/// The running system.
pub struct System {
    now: Timestamp,
    pub registry: Arc<Registry>,
    pub engines: Vec<Arc<Engine>>,
    outside: Outside,
    smsc: Smsc,
    pub crossed: Vec<Crossed>,
    /// Systems that do not answer.
    silent: Vec<&'static str>,
}

/// A moment in Almaty.
pub fn moment(text: &str) -> Timestamp {
    let civil: jiff::civil::DateTime = text.parse().expect("a moment");
    civil.to_zoned_datetime(calendar::almaty()).expect("a moment").timestamp()
}

impl System {
    pub fn new(root: &Path, now: Timestamp) -> System {
        let files = read_files(&root.join("services")).expect("services");
        let bundles: Vec<Arc<Bundle>> = files
            .into_iter()
            .map(|files| Arc::new(Bundle::load(files).unwrap_or_else(|error| panic!("{error}"))))
            .collect();
        let registers = root.join("registers");
        let passports = registry::read_registers(&registers).expect("registers");
        let passports: Vec<(&str, &str)> =
            passports.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let participants =
            std::fs::read_to_string(registers.join("participants.toml")).expect("participants");
        let registry = Registry::load(&[("registers/participants.toml", &participants)], &passports);
        let engines = HOSTED.iter().zip(1_u8..).map(|(participant, seed)| {
            let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
            let keeper =
                Keeper::new(Arc::clone(&store), Arc::new(MemoryKeys::from_seed([seed; 32]))).expect("keys");
            let engine =
                Engine::new(*participant, store, Arc::new(keeper), bundles.clone()).expect("an engine");
            Arc::new(with_local_tasks(engine))
        });
        let today = now.to_zoned_datetime(calendar::almaty()).date();
        let services = stand::registers::read_directory(&registers).expect("registers");
        let account = Account {
            system_id: "sms-gateway".into(),
            password: "in-memory".into(),
            numbers: vec!["1414".into()],
        };
        System {
            now,
            registry: Arc::new(registry.unwrap_or_else(|problems| panic!("{problems}"))),
            engines: engines.collect(),
            outside: Outside::new(Plan { seed: 1, families: 0, today }, services)
                .unwrap_or_else(|error| panic!("{error}")),
            smsc: Smsc::new(vec![account]),
            crossed: Vec::new(),
            silent: Vec::new(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn engine(&self, participant: &str) -> Arc<Engine> {
        Arc::clone(self.engines.iter().find(|engine| engine.participant() == participant).expect("an engine"))
    }

    pub fn story(&self, id: &str) -> &'static Story {
        STORIES.iter().find(|story| story.id == id).expect("a story")
    }

    /// A child is born to the named family; gives the business key.
    pub fn birth(&mut self, story: &str) -> String {
        let mother = self.story(story).mother_iin().expect("an IIN");
        self.outside.register_birth(&Birth { mother, ..Birth::default() }, self.now).expect("registered");
        let case_ref =
            self.outside.waiting().last().map(|outgoing| text(&outgoing.row, "caseRef")).expect("reported");
        self.settle();
        case_ref
    }

    /// The person of a story writes to 1414.
    pub fn reply(&mut self, story: &str, answer: &str) {
        let phone = self.story(story).phones[0];
        self.smsc.write(phone, "1414", answer, self.now).expect("written");
        self.settle();
    }

    /// The banks do not answer from now on.
    pub fn silence_banks(&mut self) {
        self.silent = ["bank-1", "bank-2", "bank-3", "bank-4"].to_vec();
    }

    /// Lets the clock run to a moment, stopping where something is due.
    pub fn run_until(&mut self, until: Timestamp) {
        self.settle();
        while let Some(due) = self
            .engines
            .iter()
            .filter_map(|engine| engine.next_due().expect("read"))
            .min()
            .filter(|due| *due < until)
        {
            self.now = due.max(self.now) + jiff::SignedDuration::from_millis(1);
            self.settle();
        }
        self.now = until.max(self.now);
        self.settle();
    }

    /// The case of a process under a business key.
    pub fn case(&self, participant: &str, process: &str, case_ref: &str) -> CaseSummary {
        let cases = self.engine(participant).cases_of(case_ref).expect("read");
        cases.into_iter().find(|case| case.process == process).expect("the case")
    }

    /// Lets everything happen that can happen at this moment.
    pub fn settle(&mut self) {
        for _ in 0..2_000 {
            let mut moved = self.facts() | self.sms();
            for engine in self.engines.clone() {
                let turned = engine.turn(self.now).expect("a turn");
                moved |= turned.applied > 0 || turned.more;
                for item in engine.outgoing(self.now, 1_000).expect("outgoing") {
                    moved = true;
                    let settlement = self.carry(&engine, &item);
                    engine.settle_outgoing(&item, settlement);
                }
            }
            if !moved {
                return;
            }
        }
        panic!("the system does not come to rest");
    }

    fn carry(&mut self, engine: &Engine, item: &Outgoing) -> Settlement {
        let (kind, service) = item.task_type.split_once(':').unwrap_or_default();
        if kind == "smpp" {
            return self.submit(item);
        }
        let registry = Arc::clone(&self.registry);
        let grant = registry
            .connection(engine.participant(), service)
            .unwrap_or_else(|refusal| panic!("{service}: {refusal}"));
        let provider = grant.provider.id.to_string();
        if self.silent.iter().any(|silent| *silent == provider) {
            return Settlement::Later {
                reason: format!("{provider} does not answer"),
                after: Duration::from_secs(3_600),
            };
        }
        let (sender, provider_id) = (engine.participant().to_owned(), provider.clone());
        self.crossed.push(Crossed {
            at: self.now,
            sender: sender.clone(),
            service: service.to_owned(),
            provider: provider_id,
        });
        let id = uuid::Uuid::from_bytes(item.id).to_string();
        match &grant.service.kind {
            ServiceKind::Rows(_) => {
                self.hand(&sender, service, item.request.clone(), &id);
                Settlement::Answered(Context::new().with("status", "accepted"))
            }
            ServiceKind::Query(query) => {
                let answer = self.engine(&provider).query(
                    &query.message,
                    &item.case_ref,
                    item.request.clone(),
                    &id,
                    self.now,
                );
                Settlement::Answered(answer.unwrap_or_else(|error| panic!("{service}: {error}")))
            }
            ServiceKind::Exchange => match self.outside.answer(service, &item.request, self.now) {
                Ok(Answered::Response(response)) => Settlement::Answered(response),
                Ok(Answered::Status { code, message }) => Settlement::Refused { code, message },
                Err(error) => panic!("{service}: {error}"),
            },
        }
    }

    /// One row for a hosted participant.
    fn hand(&mut self, sender: &str, service: &str, row: Context, id: &str) {
        let registry = Arc::clone(&self.registry);
        let service = registry.service(service).expect("a service");
        let ServiceKind::Rows(rows) = &service.kind else { panic!("{} takes no rows", service.id) };
        let key = |feel: &Option<registry::Feel>| {
            let Some(feel) = feel else { return text(&row, "caseRef") };
            let (functions, context) = (Functions::new(), Context::new().with("row", row.clone()));
            let env = Env::new(self.now, calendar::almaty(), &functions);
            let value = feel.expression.evaluate(&Scope::new(&env).with(context)).expect("a key");
            value.as_str().expect("a text").to_owned()
        };
        let arrival = Arrival {
            message: rows.message.clone(),
            case_ref: key(&rows.case_ref),
            correlation: key(&rows.correlation),
            message_id: id.to_owned(),
            sender: sender.to_owned(),
            time_to_live_ms: i64::try_from(rows.wait.as_millis()).unwrap_or(i64::MAX / 4),
            by_key: false,
            payload: row.clone(),
        };
        self.engine(service.provider.as_str())
            .receive(vec![(format!("{}/{id}", service.id), arrival)], self.now)
            .expect("received");
    }

    fn submit(&mut self, item: &Outgoing) -> Settlement {
        let (destination, text) = (text(&item.request, "phone"), text(&item.request, "text"));
        let submission = Submission { source: "1414".into(), destination, text, part: None, receipt: true };
        match self.smsc.submit("sms-gateway", submission, self.now) {
            Answer::Accepted(id) => {
                let at = DateTime::from_timestamp(self.now, &calendar::almaty());
                Settlement::Answered(Context::new().with("smppId", id).with("at", at))
            }
            _ => Settlement::Refused { code: "SMPP-0B".into(), message: "no such number".into() },
        }
    }

    fn sms(&mut self) -> bool {
        let mut any = false;
        while let Some(waiting) = self.smsc.take_waiting("sms-gateway") {
            any = true;
            let at = DateTime::from_timestamp(self.now, &calendar::almaty());
            let (message, key, payload) = match waiting {
                Waiting::Incoming { phone, text, .. } => {
                    let id = format!("sms/{}/{}", self.now.as_millisecond(), self.crossed.len());
                    let payload = Context::new().with("phone", format!("+{phone}")).with("text", text);
                    ("incoming sms", id.clone(), payload.with("receivedAt", at).with("smppId", id))
                }
                Waiting::Receipt { message_id, delivered, .. } => {
                    let state = if delivered { "delivered" } else { "undeliverable" };
                    let payload = Context::new()
                        .with("smppId", message_id.as_str())
                        .with("state", state)
                        .with("at", at);
                    ("delivery receipt", message_id, payload)
                }
            };
            let arrival = Arrival {
                message: message.into(),
                case_ref: key.clone(),
                correlation: key.clone(),
                payload,
                message_id: key.clone(),
                sender: "smsc".into(),
                time_to_live_ms: 86_400_000,
                by_key: false,
            };
            self.engine("sms-gateway")
                .receive(vec![(format!("{message}/{key}"), arrival)], self.now)
                .expect("received");
        }
        any
    }

    fn facts(&mut self) -> bool {
        let waiting: Vec<stand::world::Outgoing> = self.outside.waiting().cloned().collect();
        for outgoing in &waiting {
            let provider = self.registry.service(&outgoing.service).expect("a service").provider.to_string();
            let (sender, service) = (outgoing.sender.clone(), outgoing.service.clone());
            self.crossed.push(Crossed {
                at: self.now,
                sender: sender.clone(),
                service: service.clone(),
                provider,
            });
            self.hand(&sender, &service, outgoing.row.clone(), &outgoing.id);
            self.outside.settle(&outgoing.id, Sent::Taken("accepted".into())).expect("settled");
        }
        !waiting.is_empty()
    }
}

fn text(context: &Context, name: &str) -> String {
    context.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
