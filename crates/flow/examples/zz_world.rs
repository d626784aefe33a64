//! throw-away: all participants in one thread, virtual time
use flow::*;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::feel::{Env as FeelEnv, Expression, Functions, Scope};
use rules::{Context, Value};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

struct Service {
    id: String,
    kind: String,
    provider: String,
    message: String,
    case_ref: String,
    correlation: String,
    wait: i64,
    feel: String,
}
struct Case {
    participant: String,
    process: String,
    case_ref: String,
    state: CaseState,
}
#[derive(Clone)]
enum Item {
    Input(usize, Input),
    Row(String, Context),
    Start(String, String, String, Context),
}
struct World {
    program: Program,
    services: BTreeMap<String, Service>,
    tables: Arc<Mutex<Context>>,
    functions: Functions,
    params: Context,
    zone: TimeZone,
    now: Timestamp,
    cases: Vec<Case>,
    queue: VecDeque<Item>,
    timers: BTreeMap<(Timestamp, usize, u32), ()>,
    held: Vec<(String, String, String, Context)>,
    locks: BTreeMap<String, VecDeque<(usize, WorkId)>>,
    registered: Vec<Context>,
    phone_script: VecDeque<String>,
    sms: u32,
    silent: Vec<String>,
    tasks: Vec<(usize, WorkId, String)>,
    log: bool,
    undeliverable: bool,
    no_submit: bool,
    reqs: Vec<String>,
    docs: u32,
}
fn feel(env: &FeelEnv<'_>, text: &str, ctx: Context) -> Value {
    let e = Expression::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let s = Scope::new(env).with(ctx);
    match e.evaluate(&s) {
        Ok(v) => v,
        Err(e) => panic!("{text}: {e}"),
    }
}
impl World {
    fn env(&self) -> FeelEnv<'_> {
        FeelEnv::new(self.now, self.zone.clone(), &self.functions)
    }
    fn say(&self, s: String) {
        if self.log {
            println!("{} {s}", self.zone.to_datetime(self.now));
        }
    }
    fn step(&mut self, at: usize, input: Input) {
        let cal = calendar::Calendar::kazakhstan();
        let (tr, who) = {
            let c = &self.cases[at];
            let env = flow::Env {
                now: self.now,
                zone: &self.zone,
                calendar: cal,
                parameters: &self.params,
                functions: &self.functions,
                decisions: &self.program,
                fuel: 500_000,
            };
            match flow::step(&self.program, &c.state, input.clone(), &env) {
                Ok(t) => (t, format!("{}/{}", c.participant, c.process)),
                Err(e) => {
                    self.say(format!("{}: {e}", c.process));
                    return;
                }
            }
        };
        for e in &tr.events {
            match &e.fact {
                Fact::IncidentRaised { element, reason, .. } => {
                    println!("INCIDENT {who} {element}: {reason}")
                }
                Fact::OutcomeReached { code, element, .. } => {
                    self.say(format!("{who} OUTCOME {code} at {element}"))
                }
                Fact::TimerFired { element, .. } => self.say(format!("{who} timer {element}")),
                _ => {}
            }
        }
        self.cases[at].state = tr.state.clone();
        let case_ref = self.cases[at].case_ref.clone();
        let mut look = false;
        for ef in tr.effects {
            match ef {
                Effect::Call { work, task_type, input, element, .. } => {
                    let request = input
                        .get("request")
                        .and_then(Value::as_context)
                        .cloned()
                        .unwrap_or_else(|| panic!("{element} has no request: {input:?}"));
                    self.call(at, work, &task_type, request, &case_ref);
                }
                Effect::Schedule { timer, due, .. } => {
                    self.timers.retain(|(_, c, t), _| !(*c == at && *t == timer.0));
                    self.timers.insert((due, at, timer.0), ());
                }
                Effect::CancelTimer { timer } => {
                    self.timers.retain(|(_, c, t), _| !(*c == at && *t == timer.0))
                }
                Effect::Subscribe { .. } => look = true,
                Effect::OpenUserTask { work, element, .. } => {
                    self.say(format!("{who} TASK {element}"));
                    self.tasks.push((at, work, element.to_string()));
                }
                Effect::CloseUserTask { work } => self.tasks.retain(|(c, w, _)| !(*c == at && *w == work)),
                Effect::Ended { outcome, .. } => {
                    self.say(format!("{who} ENDED {outcome:?}"));
                    let keys: Vec<String> = self
                        .locks
                        .iter()
                        .filter(|(_, q)| q.iter().any(|(c, _)| *c == at))
                        .map(|(k, _)| k.clone())
                        .collect();
                    for k in keys {
                        self.release(&k, at);
                    }
                }
                _ => {}
            }
        }
        if look {
            let held = std::mem::take(&mut self.held);
            for (p, m, k, row) in held {
                self.deliver(&p, &m, &k, row, "", 1);
            }
        }
    }
    fn release(&mut self, key: &str, at: usize) {
        let Some(q) = self.locks.get_mut(key) else { return };
        let first = q.front().map(|f| f.0) == Some(at);
        q.retain(|(c, _)| *c != at);
        if first {
            if let Some((c, w)) = q.front().copied() {
                self.queue.push_back(Item::Input(c, done(w, Value::Null)));
            }
        }
    }
    fn call(&mut self, at: usize, work: WorkId, ty: &str, request: Context, case_ref: &str) {
        let (kind, name) = ty.split_once(':').unwrap();
        match kind {
            "local" => {
                let v = match name {
                    "acquire" => {
                        let k = request.get("key").unwrap().as_str().unwrap().to_owned();
                        let q = self.locks.entry(k).or_default();
                        q.push_back((at, work));
                        if q.len() == 1 {
                            self.queue.push_back(Item::Input(at, done(work, Value::Null)));
                        }
                        return;
                    }
                    "release" => {
                        let k = request.get("key").unwrap().as_str().unwrap().to_owned();
                        self.release(&k, at);
                        Value::Null
                    }
                    "register" => {
                        self.docs += 1;
                        let n = format!("2024-{:06}", self.docs);
                        if request.get("iin").is_some() {
                            self.registered.push(
                                request
                                    .clone()
                                    .with("stage", request.get("kind").unwrap().clone())
                                    .with("who", self.cases[at].participant.as_str()),
                            );
                        }
                        Context::new()
                            .with("number", n)
                            .with("at", feel(&self.env(), "now()", Context::new()))
                            .into()
                    }
                    "find-cases" => {
                        let iin = request.get("iin").unwrap();
                        let l: Vec<Value> = self
                            .registered
                            .iter()
                            .filter(|r| r.get("iin") == Some(iin))
                            .map(|r| r.clone().into())
                            .collect();
                        Context::new().with("cases", Value::list(l)).into()
                    }
                    "text" => Context::new()
                        .with(
                            "text",
                            format!(
                                "[{}] {}",
                                request.get("id").unwrap().as_str().unwrap(),
                                request.get("arguments").unwrap()
                            ),
                        )
                        .into(),
                    "document" => {
                        self.docs += 1;
                        Context::new()
                            .with("id", format!("doc-{}", self.docs))
                            .with("digest", "0".repeat(64))
                            .into()
                    }
                    "consent" => {
                        self.docs += 1;
                        Context::new().with("number", format!("2024-{:06}", self.docs)).into()
                    }
                    _ => panic!("{name}"),
                };
                self.say(format!("  local {name}"));
                self.queue.push_back(Item::Input(at, done(work, v)));
            }
            "smpp" => {
                let (phone, text) = (
                    request.get("phone").unwrap().as_str().unwrap().to_owned(),
                    request.get("text").unwrap().as_str().unwrap().to_owned(),
                );
                if self.no_submit {
                    self.queue.push_back(Item::Input(
                        at,
                        Input::Failed {
                            work,
                            code: Some("ESME_RSUBMITFAIL".into()),
                            message: "no".into(),
                            retry: false,
                        },
                    ));
                    return;
                }
                self.sms += 1;
                let id = format!("smpp-{}", self.sms);
                self.say(format!("  SMS to {phone}: {}", text.chars().take(170).collect::<String>()));
                let at_ = feel(&self.env(), "now()", Context::new());
                // the person answers before anything else happens
                let wants =
                    text.contains("[annex-1]") || text.contains("[annex-2]") || text.contains("[annex-3]");
                if wants
                    && let Some(reply) = self.phone_script.pop_front()
                    && !reply.is_empty()
                {
                    for (n, one) in reply.split('|').enumerate() {
                        self.queue.push_back(Item::Start(
                            "sms-gateway".into(),
                            "incoming sms".into(),
                            format!("{id}-{n}"),
                            Context::new()
                                .with("phone", phone.as_str())
                                .with("text", one)
                                .with("receivedAt", at_.clone())
                                .with("smppId", format!("mo-{id}-{n}")),
                        ));
                    }
                }
                self.queue.push_back(Item::Input(
                    at,
                    done(work, Context::new().with("smppId", id.as_str()).with("at", at_.clone()).into()),
                ));
                let state = if self.undeliverable { "undeliverable" } else { "delivered" };
                self.held.push((
                    "sms-gateway".into(),
                    "delivery receipt".into(),
                    id,
                    Context::new().with("smppId", "x").with("state", state).with("at", at_),
                ));
            }
            "gateway" => {
                self.reqs.push(format!(
                    "{name}\u{1}request\u{1}{}",
                    Value::from(request.clone()).to_string().replace(char::from(10), " ")
                ));
                let s = &self.services[name];
                if s.kind == "query" {
                    let (p, m) = (s.provider.clone(), s.message.clone());
                    let start = self
                        .program
                        .message_starts(&m)
                        .find(|x| x.participant.as_deref() == Some(&p))
                        .unwrap();
                    let n = self.cases.len();
                    self.cases.push(Case {
                        participant: p,
                        process: start.process.to_string(),
                        case_ref: String::new(),
                        state: CaseState::new(),
                    });
                    self.step(
                        n,
                        Input::Start {
                            process: start.process.clone(),
                            start_event: Some(start.start_event.clone()),
                            variables: request,
                            message_id: None,
                        },
                    );
                    while let Some(i) =
                        self.queue.iter().position(|i| matches!(i, Item::Input(c, _) if *c == n))
                    {
                        if let Some(Item::Input(_, input)) = self.queue.remove(i) {
                            // last answer: capture response
                            let cal = calendar::Calendar::kazakhstan();
                            let env = flow::Env {
                                now: self.now,
                                zone: &self.zone,
                                calendar: cal,
                                parameters: &self.params,
                                functions: &self.functions,
                                decisions: &self.program,
                                fuel: 500_000,
                            };
                            let t = flow::step(&self.program, &self.cases[n].state, input, &env).unwrap();
                            for e in &t.effects {
                                if let Effect::Ended { variables, .. } = e {
                                    let r = variables.get("response").cloned().unwrap();
                                    self.queue.push_back(Item::Input(at, done(work, r)));
                                }
                            }
                            for e in &t.events {
                                if let Fact::IncidentRaised { element, reason, .. } = &e.fact {
                                    println!("INCIDENT {element} {reason}");
                                }
                            }
                            self.cases[n].state = t.state;
                        }
                    }
                    return;
                }
                if self.silent.iter().any(|x| x == name) {
                    self.say(format!("  {name} silent"));
                    return;
                }
                let a = feel(&self.env(), &s.feel, Context::new().with("request", request));
                let a = a.as_context().cloned().unwrap_or_else(|| panic!("{name}: {a}"));
                if let Some(st) = a.get("status") {
                    self.queue.push_back(Item::Input(
                        at,
                        Input::Failed {
                            work,
                            code: st
                                .as_context()
                                .and_then(|c| c.get("code"))
                                .and_then(Value::as_str)
                                .map(str::to_owned),
                            message: "refused".into(),
                            retry: false,
                        },
                    ));
                    return;
                }
                self.say(format!(
                    "  {name} -> {}",
                    a.get("response").unwrap().to_string().chars().take(150).collect::<String>()
                ));
                self.reqs.push(format!("{name}\u{1}response\u{1}{}", a.get("response").unwrap().to_string()));
                self.queue.push_back(Item::Input(at, done(work, a.get("response").unwrap().clone())));
            }
            "send" => {
                self.reqs.push(format!(
                    "{name}\u{1}row\u{1}{}",
                    Value::from(request.clone()).to_string().replace(char::from(10), " ")
                ));
                self.say(format!(
                    "  {} -> {name} {}",
                    self.cases[at].participant,
                    request
                        .get("status")
                        .or(request.get("outcome"))
                        .or(request.get("kind"))
                        .map(|v| v.to_string())
                        .unwrap_or_default()
                ));
                // receipt may come after the effect
                self.queue.push_back(Item::Row(name.into(), request));
                self.queue
                    .push_back(Item::Input(at, done(work, Context::new().with("status", "accepted").into())));
            }
            _ => panic!("{ty} {case_ref}"),
        }
    }
    fn deliver(
        &mut self,
        participant: &str,
        message: &str,
        key: &str,
        row: Context,
        case_ref: &str,
        wait: i64,
    ) {
        let hit = self.cases.iter().enumerate().find_map(|(n, c)| {
            (c.participant == participant).then(|| {
                c.state
                    .subscriptions
                    .iter()
                    .find(|(_, s)| s.message == message && s.key == key)
                    .map(|(id, _)| (n, *id))
            })?
        });
        if let Some((n, sub)) = hit {
            self.step(n, Input::MessageArrived { subscription: sub, payload: row, message_id: None });
            return;
        }
        let found =
            self.program.message_starts(message).find(|x| x.participant.as_deref() == Some(participant));
        if !case_ref.is_empty()
            && let Some(start) = found
        {
            if self.cases.iter().any(|c| {
                c.participant == participant && c.process == &*start.process && c.case_ref == case_ref
            }) {
                self.say(format!("duplicate {message} {case_ref}"));
                return;
            }
            let n = self.cases.len();
            self.cases.push(Case {
                participant: participant.into(),
                process: start.process.to_string(),
                case_ref: case_ref.into(),
                state: CaseState::new(),
            });
            self.step(
                n,
                Input::Start {
                    process: start.process.clone(),
                    start_event: Some(start.start_event.clone()),
                    variables: row,
                    message_id: None,
                },
            );
            return;
        }
        if wait > 0 {
            self.held.push((participant.into(), message.into(), key.into(), row));
        } else {
            self.say(format!("no effect: {message} {key}"));
        }
    }
    fn row(&mut self, service: &str, row: Context) {
        let s = &self.services[service];
        let env = self.env();
        let c = Context::new().with("row", row.clone());
        let (k, r) = (feel(&env, &s.correlation[1..], c.clone()), feel(&env, &s.case_ref[1..], c));
        let (p, m, w) = (s.provider.clone(), s.message.clone(), s.wait);
        self.deliver(&p, &m, k.as_str().unwrap(), row, r.as_str().unwrap(), w);
    }
    fn drain(&mut self) {
        while let Some(i) = self.queue.pop_front() {
            match i {
                Item::Input(c, i) => self.step(c, i),
                Item::Row(s, r) => self.row(&s, r),
                Item::Start(p, m, r, v) => self.deliver(&p, &m, &r.clone(), v, &r, 0),
            }
        }
        let held = std::mem::take(&mut self.held);
        let n = held.len();
        for (p, m, k, row) in held {
            self.deliver(&p, &m, &k, row, "", 1);
        }
        if self.held.len() < n {
            self.drain()
        }
    }
    fn until(&mut self, to: &str) {
        let to: Timestamp = self
            .zone
            .to_ambiguous_timestamp(to.parse::<jiff::civil::DateTime>().unwrap())
            .compatible()
            .unwrap();
        self.drain();
        while let Some(((due, c, t), ())) = self.timers.first_key_value().map(|(k, v)| (*k, *v)) {
            if due > to {
                break;
            }
            self.timers.remove(&(due, c, t));
            if due >= self.now {
                self.now = due;
            }
            self.step(c, Input::TimerFired { timer: TimerId(t) });
            self.drain();
        }
        self.now = to;
    }
    fn task(&mut self, result: &str) {
        if self.tasks.is_empty() {
            println!("NO TASK; {}", self.outcomes());
            return;
        }
        let (c, w, e) = self.tasks.remove(0);
        let r = feel(&self.env(), result, Context::new());
        self.say(format!("person does {e}: {result}"));
        self.step(
            c,
            Input::UserCompleted { work: w, by: "official".into(), result: r.as_context().unwrap().clone() },
        );
        self.drain();
    }
    fn outcomes(&self) -> String {
        self.cases
            .iter()
            .filter(|c| c.process.starts_with("large"))
            .map(|c| {
                format!(
                    "{}={}{}",
                    c.process,
                    c.state.outcome.clone().unwrap_or("-".into()),
                    if c.state.has_ended() { "" } else { " OPEN at " }.to_owned()
                        + &if c.state.has_ended() {
                            String::new()
                        } else {
                            format!(
                                "{:?}",
                                c.state.tokens().iter().map(|t| t.to_string()).collect::<Vec<_>>()
                            )
                        }
                )
            })
            .collect::<Vec<_>>()
            .join(", ")
    }
}
fn done(work: WorkId, response: Value) -> Input {
    Input::Completed { work, result: Context::new().with("response", response) }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let only = args.get(2).cloned();
    let setup = std::fs::read_to_string(&args[1]).unwrap();
    for (name, script, extra, start) in SCENARIOS {
        if only.as_deref().is_some_and(|o| o != *name) {
            continue;
        }
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for d in ["services/shared", "services/large-family-allowance"] {
            for e in std::fs::read_dir(d).unwrap() {
                let p = e.unwrap().path();
                let n = p.display().to_string();
                if n.ends_with(".bpmn") || n.ends_with(".dmn") {
                    files.push((n, std::fs::read(p).unwrap()));
                }
            }
        }
        files.sort();
        let program = Program::read(&files).unwrap_or_else(|e| panic!("{e}"));
        let zone = TimeZone::get("Asia/Almaty").unwrap();
        let plain = Functions::new();
        let env0 = FeelEnv::new(Timestamp::UNIX_EPOCH, zone.clone(), &plain);
        let mut lines = setup.split('\u{3}');
        let params = feel(&env0, lines.next().unwrap(), Context::new()).as_context().unwrap().clone();
        let tables = feel(&env0, lines.next().unwrap(), Context::new()).as_context().unwrap().clone();
        let tables = Arc::new(Mutex::new(tables));
        let mut functions = Functions::new();
        let t1 = tables.clone();
        let t2 = tables.clone();
        let find = move |t: &Mutex<Context>, a: &[Value]| -> Vec<Value> {
            let t = t.lock().unwrap();
            match t.get(a[0].as_str().unwrap()) {
                Some(Value::List(l)) => l
                    .iter()
                    .filter(|r| r.as_context().unwrap().get(a[1].as_str().unwrap()) == Some(&a[2]))
                    .cloned()
                    .collect(),
                _ => vec![],
            }
        };
        functions.register("find", &["t", "c", "v"], move |a| Ok(Value::list(find(&t1, a))));
        functions.register("find one", &["t", "c", "v"], move |a| {
            Ok(find(&t2, a).into_iter().next().unwrap_or(Value::Null))
        });
        let services = lines
            .map(|l| {
                let f: Vec<&str> = l.split('\u{1}').collect();
                (
                    f[0].to_owned(),
                    Service {
                        id: f[0].into(),
                        kind: f[1].into(),
                        provider: f[2].into(),
                        message: f[3].into(),
                        case_ref: f[4].into(),
                        correlation: f[5].into(),
                        wait: f[6].parse().unwrap(),
                        feel: f[7].into(),
                    },
                )
            })
            .collect();
        let mut w = World {
            program,
            services,
            tables,
            functions,
            params,
            zone,
            now: start.parse().unwrap(),
            cases: vec![],
            queue: VecDeque::new(),
            timers: BTreeMap::new(),
            held: vec![],
            locks: BTreeMap::new(),
            registered: vec![],
            phone_script: script.iter().map(|s| s.to_string()).collect(),
            sms: 0,
            silent: vec![],
            tasks: vec![],
            log: only.is_some(),
            undeliverable: false,
            no_submit: false,
            reqs: vec![],
            docs: 0,
        };
        let _ = &w.services["SDU_FACTS"].id;
        extra(&mut w);
        println!("== {name}: {}", w.outcomes());
        std::fs::write(format!("/tmp/gen/reqs-{name}.txt"), w.reqs.join("\n")).unwrap();
    }
}
fn birth(w: &mut World, child: &str) {
    let r = feel(&w.env(), &format!("{{rowId: \"f\", caseRef: \"case-{child}\", kind: \"birth\", iin: \"{child}\", eventDate: date(\"2024-03-25\"), registeredAt: now()}}"), Context::new()).as_context().unwrap().clone();
    w.row("SDU_FACTS", r);
    w.drain();
}
fn death(w: &mut World, iin: &str) {
    let r = feel(&w.env(), &format!("{{rowId: \"d\", caseRef: \"death-{iin}\", kind: \"death\", iin: \"{iin}\", eventDate: today(), registeredAt: now()}}"), Context::new()).as_context().unwrap().clone();
    w.row("SDU_FACTS", r);
    w.drain();
}
fn sms(w: &mut World, text: &str) {
    let at = feel(&w.env(), "now()", Context::new());
    w.sms += 1;
    let id = format!("mo-{}", w.sms);
    let c = Context::new()
        .with("phone", "+77010000017")
        .with("text", text)
        .with("receivedAt", at)
        .with("smppId", id.as_str());
    w.deliver("sms-gateway", "incoming sms", &id.clone(), c, &id, 0);
    w.drain();
}
fn set(w: &World, table: &str, rows: &str) {
    let v = feel(&w.env(), rows, Context::new());
    w.tables.lock().unwrap().insert(table, v);
}
fn completed(w: &mut World, n: u32, stage: &str) {
    let r = feel(&w.env(), &format!("{{rowId: \"c{n}\", caseRef: \"case-{C}\", caseFileNumber: \"2024-1\", stage: \"{stage}\", documentsReceivedAt: now(), completedAt: now(), document: []}}"), Context::new()).as_context().unwrap().clone();
    w.row("EMAKET_COMPLETED", r);
    w.drain();
}
const C: &str = "240325600154";
const M: &str = "880512400120";
const ASSIGN: &str = "{outcome: \"assign\", grounds: [], comment: null, signature: {documentId: \"d\", signedBy: \"X\", at: now()}}";
const RETURN: &str = "{outcome: \"return\", wanted: \"paper\", comment: null}";
const REFUSE: &str = "{outcome: \"refuse\", grounds: [\"other\"], comment: \"no\", signature: {documentId: \"d\", signedBy: \"X\", at: now()}}";
const ONE: &str = "[{iin: \"880512400120\", bank: \"B1\", iban: \"KZ95901000000000017A\", currency: \"KZT\", openedOn: date(\"2019-02-11\")}]";
const TWO: &str = "[{iin: \"880512400120\", bank: \"B1\", iban: \"KZ95901000000000017A\", currency: \"KZT\", openedOn: date(\"2019-02-11\")}, {iin: \"880512400120\", bank: \"B3\", iban: \"KZ95903000000000017A\", currency: \"KZT\", openedOn: date(\"2019-02-11\")}]";
const DAY: &str = "2024-04-01T04:00:00Z"; // 09:00 (UTC+5)
type Run = fn(&mut World);
const SCENARIOS: &[(&str, &[&str], Run, &str)] = &[
    (
        "happy",
        &["7#1", "205#3#1"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            w.task(ASSIGN);
            w.until("2024-04-03T10:00:00");
        },
        DAY,
    ),
    (
        "two-banks",
        &["7#1", "205#3#9|xx|205#3#2"],
        |w| {
            set(w, "accounts", TWO);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            w.task(REFUSE);
            w.until("2024-04-03T10:00:00");
        },
        DAY,
    ),
    (
        "night",
        &["7#1", "205#3#1"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-01T23:00:00");
            println!("   tasks {}", w.tasks.len());
        },
        "2024-03-31T20:00:00Z",
    ),
    (
        "third-child",
        &[],
        |w| {
            set(
                w,
                "persons",
                "[{iin: \"240325600154\", surname: \"a\", name: \"b\", patronymic: null, birthDate: date(\"2024-03-25\"), deathDate: null, motherIin: null, fatherIin: null}]",
            );
            birth(w, C);
        },
        DAY,
    ),
    (
        "duplicate",
        &[],
        |w| {
            set(
                w,
                "recipients",
                "[{iin: \"880512400120\", service: \"large-family-allowance\", kind: \"emd\"}]",
            );
            birth(w, C);
        },
        DAY,
    ),
    (
        "not-confirmed",
        &[],
        |w| {
            set(w, "confirmations", "[{iin: \"880512400120\", confirmed: false, reason: \"x\"}]");
            birth(w, C);
        },
        DAY,
    ),
    (
        "not-eligible",
        &[],
        |w| {
            set(w, "ministry", "[{iin: \"880512400120\", resident: false, stateSupport: true}]");
            birth(w, C);
        },
        DAY,
    ),
    (
        "no-phone",
        &[],
        |w| {
            set(w, "phones", "[]");
            birth(w, C);
        },
        DAY,
    ),
    (
        "refused",
        &["7#2"],
        |w| {
            birth(w, C);
            w.until("2024-04-03T10:00:00");
        },
        DAY,
    ),
    (
        "silence",
        &["7 1"],
        |w| {
            birth(w, C);
            w.until("2024-04-04T23:00:00");
            println!("   before: {}", w.outcomes());
            w.until("2024-04-05T23:00:00");
        },
        DAY,
    ),
    (
        "bank-silence",
        &["7#1", ""],
        |w| {
            set(w, "accounts", TWO);
            birth(w, C);
            w.until("2024-04-08T23:00:00");
        },
        DAY,
    ),
    (
        "other-bank-none",
        &["7#1", "205#3#0"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-08T23:00:00");
        },
        DAY,
    ),
    (
        "opened",
        &["7#1", "205#3#1"],
        |w| {
            birth(w, C);
            w.until("2024-04-02T12:00:00");
            set(w, "accounts", TWO);
            w.until("2024-04-03T10:00:00");
            println!("   tasks {}", w.tasks.len());
            w.task(ASSIGN);
            w.until("2024-04-04T10:00:00");
        },
        DAY,
    ),
    (
        "opened-silence",
        &["7#1", ""],
        |w| {
            birth(w, C);
            w.until("2024-04-02T12:00:00");
            set(w, "accounts", ONE);
            w.until("2024-04-09T23:59:59");
        },
        DAY,
    ),
    (
        "opened-other",
        &["7#1", "205#3#0", "205#3#0|205#3#1"],
        |w| {
            birth(w, C);
            w.until("2024-04-02T12:00:00");
            set(w, "accounts", ONE);
            w.until("2024-04-02T23:00:00");
            set(w, "accounts", TWO);
            w.until("2024-04-03T23:59:59");
            println!("   tasks {}", w.tasks.len());
        },
        DAY,
    ),
    (
        "bank-silent",
        &["7#1", "205#3#1"],
        |w| {
            w.silent = vec!["BANK_ACCOUNTS_2".into()];
            birth(w, C);
            w.until("2024-04-03T10:00:00");
            println!("   tasks {:?}", w.tasks);
            w.silent.clear();
            set(w, "accounts", ONE);
            w.task("{comment: null}");
            w.until("2024-04-03T12:00:00");
            println!("   tasks {:?}", w.tasks);
        },
        DAY,
    ),
    (
        "bank-silent-one-found",
        &["7#1", "205#3#1"],
        |w| {
            w.silent = vec!["BANK_ACCOUNTS_2".into()];
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-03T10:00:00");
            println!("   tasks {:?}", w.tasks);
        },
        DAY,
    ),
    (
        "withdrawn",
        &["7#1", ""],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            sms(w, "7#2");
            w.until("2024-04-20T10:00:00");
            sms(w, "7#2");
            sms(w, "7#1");
            sms(w, "205#3#1");
        },
        DAY,
    ),
    (
        "died-consent",
        &[""],
        |w| {
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            death(w, M);
            w.until("2024-04-20T10:00:00");
            println!(
                "   open {:?}",
                w.cases
                    .iter()
                    .filter(|c| !c.state.has_ended())
                    .map(|c| c.process.clone())
                    .collect::<Vec<_>>()
            );
        },
        DAY,
    ),
    (
        "died-review",
        &["7#1", "205#3#1"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            death(w, M);
            w.until("2024-04-20T10:00:00");
            println!("   tasks {}", w.tasks.len());
            death(w, "1");
        },
        DAY,
    ),
    (
        "undeliverable",
        &[],
        |w| {
            w.undeliverable = true;
            birth(w, C);
            w.until("2024-04-04T10:00:00");
        },
        DAY,
    ),
    (
        "no-submit",
        &[],
        |w| {
            w.no_submit = true;
            birth(w, C);
            w.until("2024-04-04T10:00:00");
        },
        DAY,
    ),
    (
        "overdue",
        &["7#1", "205#3#1"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-10T10:00:00");
            w.task(ASSIGN);
        },
        DAY,
    ),
    (
        "completion",
        &["7#1", "205#3#1"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            w.task(RETURN);
            w.until("2024-04-15T10:00:00");
            completed(w, 1, "documents-received");
            w.until("2024-04-16T10:00:00");
            completed(w, 2, "completed");
            w.until("2024-04-17T10:00:00");
            w.task(RETURN);
            w.until("2024-04-18T10:00:00");
            completed(w, 3, "completed");
            w.task(ASSIGN);
        },
        DAY,
    ),
    (
        "no-documents",
        &["7#1", "205#3#1"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            w.task(RETURN);
            w.until("2024-05-20T10:00:00");
            println!("   tasks {:?}", w.tasks);
            w.task("{comment: null, signature: {documentId: \"d\", signedBy: \"X\", at: now()}}");
        },
        DAY,
    ),
    (
        "limit",
        &["7#1", "205#3#1"],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            w.task(RETURN);
            w.until("2024-05-06T10:00:00");
            completed(w, 1, "documents-received");
            w.until("2024-05-30T10:00:00");
            println!("   tasks {:?}", w.tasks);
        },
        DAY,
    ),
    (
        "applied-meanwhile",
        &["7#1", ""],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            w.until("2024-04-02T10:00:00");
            set(
                w,
                "recipients",
                "[{iin: \"880512400120\", service: \"large-family-allowance\", kind: \"application\"}]",
            );
            sms(w, "205#3#1");
        },
        DAY,
    ),
    (
        "pilot-over",
        &[],
        |w| {
            birth(w, C);
        },
        "2024-10-04T04:00:00Z",
    ),
    (
        "pilot-ends",
        &[""],
        |w| {
            birth(w, C);
            w.until("2024-10-20T04:00:00");
            println!(
                "   open {:?}",
                w.cases
                    .iter()
                    .filter(|c| !c.state.has_ended())
                    .map(|c| c.process.clone())
                    .collect::<Vec<_>>()
            );
        },
        "2024-10-03T04:00:00Z",
    ),
    (
        "two-children-one-phone",
        &["", "7#1", ""],
        |w| {
            set(w, "accounts", ONE);
            birth(w, C);
            let more = "concatenate(p, [])";
            let _ = more;
            birth(w, "180916600440");
            w.until("2024-04-02T10:00:00");
            sms(w, "7#2");
            w.until("2024-04-02T11:00:00");
        },
        DAY,
    ),
];
