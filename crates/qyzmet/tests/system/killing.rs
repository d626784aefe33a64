//! Kills of the node at any moment while children are born and people answer: nothing is lost, nothing is paid twice.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::branches::CODE;
use crate::http::between;
use crate::people::{Family, Visitor, plain};
use crate::system::{HOSTED, PATIENCE, System, program};

/// Kills of the node over the whole test.
const KILLS: usize = 20;
/// The families, and whether they consent.
const FAMILIES: [(&str, bool); 8] = [
    ("one-account", true),
    ("several-banks", true),
    ("refuses", false),
    ("needs-completion", true),
    ("father-receives", true),
    ("another-bank", true),
    ("dies", true),
    ("withdraws", true),
];

/// How far a family has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unborn,
    Born,
    Consented,
    Chosen,
    Decided,
}

struct Person {
    family: Family,
    consents: bool,
    case: String,
    stage: Stage,
}

/// A generator of moments (xorshift); its seed is printed, so that a failure can be repeated.
struct Chance(u64);

impl Chance {
    fn new() -> Chance {
        let given = std::env::var("QYZMET_SEED").ok().and_then(|seed| seed.parse().ok());
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
        let seed = given.unwrap_or_else(|| u64::try_from(now % u128::from(u64::MAX)).unwrap() | 1);
        println!("QYZMET_SEED={seed}");
        Chance(seed)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// The official, who signs in again whenever the node lost the session or was away.
struct Desk {
    official: Option<Visitor>,
}

impl Desk {
    /// Decides a case when its task is there and the node answers all along; everything else is tried again later.
    fn try_decide(&mut self, system: &System, case: &str) -> Option<()> {
        if self.official.is_none() {
            let mut visitor = Visitor::new(system);
            let page = visitor.request("GET", "/sign-in?next=/inbox", "").ok()?;
            let at = between(&page.body, "name=\"at\" value=\"", "\"")?.to_owned();
            let signature = visitor.signature(&page.body);
            let reply = visitor.try_send(
                &page.body,
                "/sign-in/certificate",
                &[("next", "/inbox"), ("at", &at), ("signature", &signature)],
            )?;
            (reply.status == 303).then_some(())?;
            self.official = Some(visitor);
        }
        let official = self.official.as_mut()?;
        let inbox = official.request("GET", "/inbox", "").ok()?;
        if inbox.status != 200 {
            self.official = None;
            return None;
        }
        let row = inbox.body.split("<tr").find(|row| row.contains(case))?;
        let task = format!("/inbox/{}", between(row, "href=\"/inbox/", "\"")?);
        let page = official.request("GET", &task, "").ok()?;
        let ask = official.try_send(&page.body, &task, &[("outcome", "assign")])?;
        between(&ask.body, "data-content=\"", "\"")?;
        let signature = official.signature(&ask.body);
        let reply =
            official.try_send(&ask.body, &task, &[("outcome", "assign"), ("signature", &signature)])?;
        (reply.status == 303).then_some(())
    }
}

/// Everybody does what is theirs to do now.
fn act(system: &System, desk: &mut Desk, people: &mut [Person]) {
    let mut decided = false;
    for person in people.iter_mut().filter(|person| person.stage != Stage::Unborn) {
        let has = |part: &str| system.received(&person.family).iter().any(|text| text.contains(part));
        match person.stage {
            Stage::Born if has("7#1") => {
                system.reply(&person.family, if person.consents { "7#1" } else { "7#2" });
                person.stage = if person.consents { Stage::Consented } else { Stage::Decided };
            }
            Stage::Consented if has(&format!("{CODE}#3#1")) => {
                system.reply(&person.family, &format!("{CODE}#3#1"));
                person.stage = Stage::Chosen;
            }
            // One decision a round is enough: the node may be gone at any moment of it.
            Stage::Chosen if !decided => {
                decided = desk.try_decide(system, &person.case).is_some();
                if decided || !system.payments(&person.case).is_empty() {
                    person.stage = Stage::Decided;
                }
            }
            _ => {}
        }
    }
}

#[test]
fn twenty_kills_lose_no_case_pay_nobody_twice_and_repeat_an_sms_only_over_a_kill() {
    let mut system = System::start();
    let (mut chance, mut desk) = (Chance::new(), Desk { official: None });
    let mut people: Vec<Person> = FAMILIES
        .iter()
        .map(|(id, consents)| Person {
            family: system.family(id),
            consents: *consents,
            case: String::new(),
            stage: Stage::Unborn,
        })
        .collect();
    // How many submissions the message centre had booked when the node was dead.
    let mut kills = Vec::new();
    for round in 0..KILLS {
        if let Some(person) = people.get_mut(round / 2)
            && person.stage == Stage::Unborn
        {
            person.case = system.birth(&person.family);
            person.stage = Stage::Born;
        }
        let until = Instant::now() + Duration::from_millis(chance.below(1_800));
        while Instant::now() < until {
            act(&system, &mut desk, &mut people);
            std::thread::sleep(Duration::from_millis(10));
        }
        system.kill_node();
        kills.push(system.control("GET", "/sms/books", None)["books"].as_array().unwrap().len());
        // People write and registers report also while the node is away.
        act_without_the_node(&system, &mut people);
        system.start_again();
        if chance.below(4) > 0 {
            system.ready_again();
        }
    }
    system.ready_again();
    finish(&system, &mut desk, &mut people);
    check_payments(&system, &people);
    check_messages(&system, &people, &kills);
    system.stop_node();
    check_journals(&system);
}

/// Those who have been asked answer while nobody listens.
fn act_without_the_node(system: &System, people: &mut [Person]) {
    for person in people.iter_mut().filter(|person| person.stage == Stage::Born) {
        if system.received(&person.family).iter().any(|text| text.contains("7#1")) {
            system.reply(&person.family, if person.consents { "7#1" } else { "7#2" });
            person.stage = if person.consents { Stage::Consented } else { Stage::Decided };
        }
    }
}

/// Lets everything come to its end.
fn finish(system: &System, desk: &mut Desk, people: &mut [Person]) {
    let began = Instant::now();
    loop {
        act(system, desk, people);
        let ended = |person: &&Person| {
            let words = if person.consents { "Assigned" } else { "Consent refused or withdrawn" };
            system.story(&person.case).contains(&format!("<dd><b>{words}</b></dd>"))
        };
        let open: Vec<_> = people.iter().filter(|person| !ended(person)).collect();
        let Some(first) = open.first() else { return };
        let seen = (&first.family.id, first.stage, plain(&system.story(&first.case)));
        assert!(began.elapsed() < PATIENCE, "{} cases are lost; {seen:?}", open.len());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn check_payments(system: &System, people: &[Person]) {
    let table = system.control("GET", "/tables/payments?limit=1000", None);
    let mut requests: BTreeMap<&str, usize> = BTreeMap::new();
    let mut cases: BTreeMap<&str, usize> = BTreeMap::new();
    for row in table["rows"].as_array().unwrap() {
        *requests.entry(row["requestId"].as_str().unwrap()).or_default() += 1;
        *cases.entry(row["caseRef"].as_str().unwrap()).or_default() += 1;
    }
    assert!(requests.values().all(|count| *count == 1), "a payment stands twice: {requests:?}");
    let expected: BTreeMap<&str, usize> =
        people.iter().filter(|person| person.consents).map(|person| (person.case.as_str(), 1)).collect();
    assert_eq!(cases, expected, "one payment for each case that was assigned, and no other");
}

/// Every SMS came; one that was submitted again was on its way when the node was killed.
fn check_messages(system: &System, people: &[Person], kills: &[usize]) {
    let books = system.control("GET", "/sms/books", None);
    let mut submitted: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let segment = |entry: &Value| format!("{} {} {}", entry["destination"], entry["part"], entry["text"]);
    for (at, entry) in books["books"].as_array().unwrap().iter().enumerate() {
        submitted.entry(segment(entry)).or_default().push(at);
    }
    let mut repeats = 0;
    for (segment, places) in &submitted {
        for pair in places.windows(2) {
            repeats += 1;
            let killed = kills.iter().any(|kill| pair[0] < *kill && *kill <= pair[1]);
            assert!(killed, "submitted twice without a kill in between (entries {pair:?}): {segment}");
        }
    }
    println!("{} segments, {repeats} submitted again over {} kills", submitted.len(), kills.len());
    for person in people {
        // Annex 1, the bank, the notice; who refuses gets no more than Annex 1.
        let mut texts = system.received(&person.family);
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), if person.consents { 3 } else { 1 }, "{}: {texts:?}", person.family.id);
    }
}

fn check_journals(system: &System) {
    for participant in HOSTED {
        let data = system.data();
        let certificate = data.join(format!("installation/keys/{participant}.crt.pem"));
        let mut command: Command = program();
        command.args(["journal", "verify"]).arg(data.join(participant)).arg("--certificate").arg(certificate);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{participant}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
