//! What the act does not foresee: silence, nonsense, repeats, many cases at once. A case waits and says why; it is never
//! decided wrongly for want of an answer.

use rules::Value;
use stand::faults::Times;
use stand::smsc::Way;
use stand::world::Birth;

use super::{before_the_official, consented, hours};
use crate::outside::{Sms, text};
use crate::people::{Decision, expect, expect_eq};
use crate::{Failed, Simulation};

/// Every outside service that is asked before the consent, in the order in which it is asked.
const ASKED: [&str; 5] = ["GBDFL_FAMILY", "ODQ_RECIPIENTS", "MO_CONFIRM", "MINTRUD_FLC", "MAB_PHONE"];

/// A register that is silent holds the case, whichever it is; the trouble names it; then it goes on as if nothing had been.
pub(super) fn h_a_silent_register_holds_the_case(sim: &mut Simulation) -> Result<(), Failed> {
    for id in ASKED {
        sim.silence(id);
    }
    let case = sim.birth("one-account")?;
    for (position, id) in ASKED.iter().enumerate() {
        sim.pass(hours(1))?;
        expect_eq("waits for", sim.troubles(&case)?, vec![format!("gateway:{id}")])?;
        expect_eq("outcome", sim.outcome(&case)?, None)?;
        sim.expect_no_sms()?;
        for next in ASKED.iter().skip(position + 1) {
            expect_eq(next, sim.count(next), 0)?;
        }
        sim.world().faults.set(id, stand::faults::Faults::default());
        sim.pass(jiff::SignedDuration::from_mins(6))?;
    }
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    expect_eq("incidents", sim.incidents()?, Vec::new())
}

/// A register that answers nonsense is as good as silent: no refusal, no approval.
pub(super) fn h_nonsense_is_not_an_answer(sim: &mut Simulation) -> Result<(), Failed> {
    for id in ASKED {
        sim.babble(id);
    }
    let case = sim.birth("one-account")?;
    for id in ASKED {
        sim.pass(hours(1))?;
        expect_eq("waits for", sim.troubles(&case)?, vec![format!("gateway:{id}")])?;
        expect_eq("outcome", sim.outcome(&case)?, None)?;
        sim.world().faults.set(id, stand::faults::Faults::default());
        sim.pass(jiff::SignedDuration::from_mins(6))?;
    }
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    expect_eq("incidents", sim.incidents()?, Vec::new())
}

/// A register that answers with an error of its own: nobody knows what follows, so a person is called; the case is not refused.
pub(super) fn h_a_business_error_waits_for_a_person(sim: &mut Simulation) -> Result<(), Failed> {
    for (story, id) in [("one-account", "MO_CONFIRM"), ("silent", "MINTRUD_FLC"), ("refuses", "MAB_PHONE")] {
        sim.refuse(id, "SCSE003", Times::Always);
        let before = sim.incidents()?.len();
        let case = sim.birth(story)?;
        sim.pass(hours(24))?;
        expect_eq("outcome", sim.outcome(&case)?, None)?;
        let incidents = sim.incidents()?;
        expect_eq("incidents", incidents.len(), before + 1)?;
        expect(
            &format!("the incident names the code: {incidents:?}"),
            incidents.iter().any(|reason| reason.contains("SCSE003")),
        )?;
        sim.expect_no_sms()?;
    }
    Ok(())
}

/// The centre delivers a reply twice: the second is one reply more of the same content, and changes nothing.
pub(super) fn h_replies_that_arrive_twice(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.smsc().faults.duplicate_incoming = Times::Always;
    sim.reply("one-account", "7#1")?;
    sim.reply("one-account", "205#3#1")?;
    sim.decide(&case, Decision::Assign)?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    expect_eq("consents told", sim.count("SDU_CONSENT"), 1)?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Assigned])?;
    expect_eq("incidents", sim.incidents()?, Vec::new())
}

/// Mothers of three and more children below eighteen, not of the named families.
fn mothers(sim: &mut Simulation) -> Result<Vec<String>, Failed> {
    let tables = sim.world().tables();
    let persons = tables.rows("persons", 0, 1_000_000).map_err(|error| Failed(error.to_string()))?;
    let mut children: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for person in persons {
        *children.entry(text(person, "motherIin")).or_default() += 1;
    }
    Ok(children
        .into_iter()
        .filter(|(mother, count)| !mother.is_empty() && *count >= 3)
        .map(|(mother, _)| mother)
        .collect())
}

/// Thirty families at once, each answering in its own way: every case ends, each with its own outcome, and nobody gets
/// another's SMS.
pub(super) fn h_thirty_families_at_once(sim: &mut Simulation) -> Result<(), Failed> {
    sim.populate(120)?;
    let mut cases = Vec::new();
    let stories = [
        "one-account",
        "several-banks",
        "opens-later",
        "refuses",
        "silent",
        "no-phone",
        "not-eligible",
        "not-confirmed",
    ];
    for story in stories {
        cases.push(sim.birth_unseen(story)?);
    }
    let named: Vec<String> = stories.iter().map(|story| sim.mother(story)).collect::<Result<_, _>>()?;
    let others: Vec<String> = mothers(sim)?.into_iter().filter(|mother| !named.contains(mother)).collect();
    for mother in others {
        if cases.len() == 30 {
            break;
        }
        let now = sim.now();
        let birth = Birth { mother, ..Birth::default() };
        if sim.world().register_birth(&birth, now).is_ok() {
            cases.push(
                sim.world()
                    .waiting()
                    .last()
                    .map(|outgoing| text(&outgoing.row, "caseRef"))
                    .unwrap_or_default(),
            );
        }
    }
    expect_eq("cases", cases.len(), 30)?;
    sim.settle()?;
    for round in 0..12 {
        answer_everyone(sim, round)?;
        sim.pass(hours(20))?;
    }
    let mut outcomes = std::collections::BTreeMap::new();
    for case in &cases {
        let outcome = sim.outcome(case)?.ok_or_else(|| Failed(format!("{case} has not ended")))?;
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    expect(&format!("the branches are mixed: {outcomes:?}"), outcomes.len() >= 6)?;
    for (story, case) in stories.iter().zip(&cases) {
        let expected = match *story {
            "no-phone" => "T04",
            "not-eligible" => "T03",
            "not-confirmed" => "T02",
            "silent" => "T10",
            "refuses" => "T05",
            _ => continue,
        };
        expect_eq(story, sim.outcome(case)?.as_deref(), Some(expected))?;
    }
    let paid: usize = cases.iter().map(|case| sim.payments(case).map_or(0, |paid| paid.len())).sum();
    expect_eq("paid as often as assigned", paid, outcomes.get("T08").copied().unwrap_or(0))?;
    expect_eq("incidents", sim.incidents()?, Vec::new())
}

/// Everyone answers what was asked last; the phones of some stories say no or nothing; the official decides what lies there.
fn answer_everyone(sim: &mut Simulation, round: usize) -> Result<(), Failed> {
    let phones: Vec<String> = sim.smsc().phones().into_iter().map(|(phone, _)| phone).collect();
    for (number, phone) in phones.iter().enumerate() {
        let last = sim.smsc().thread(phone).pop();
        let Some(last) = last.filter(|message| message.way == Way::ToPhone) else { continue };
        let answer = match phone.as_str() {
            "77010000004" => "7#2",
            "77010000005" => continue,
            _ if last.text.contains("7#1") && number % 7 == 3 => "7#2",
            _ if last.text.contains("7#1") => "7#1",
            _ if last.text.contains("205#3#1") && number % 5 == 2 => continue,
            _ if last.text.contains("205#3#1") => "205#3#1",
            _ => continue,
        };
        let now = sim.now();
        sim.smsc().write(phone, "1414", answer, now).map_err(|error| Failed(error.to_string()))?;
    }
    sim.settle()?;
    let tasks = sim
        .engine("emaket")
        .map(|engine| engine.tasks(&["authorised-body"], 100))
        .transpose()?
        .unwrap_or_default();
    for (number, task) in tasks.iter().enumerate() {
        let decision = if (number + round) % 4 == 3 {
            Decision::Refuse("right-not-confirmed")
        } else {
            Decision::Assign
        };
        sim.decide(&task.case_ref, decision)?;
    }
    Ok(())
}

/// The same run is the same run: nothing depends on chance, on the order of a map or on the wall clock.
pub(super) fn h_the_same_run_is_the_same(sim: &mut Simulation) -> Result<(), Failed> {
    let play = |sim: &mut Simulation| -> Result<Vec<String>, Failed> {
        let case = before_the_official(sim, "one-account")?;
        consented(sim, "several-banks")?;
        sim.decide(&case, Decision::Assign)?;
        sim.pass(hours(24 * 5))?;
        Ok(sim
            .crossed()
            .iter()
            .map(|crossed| {
                format!(
                    "{} {} {} {} {}",
                    crossed.at,
                    crossed.sender,
                    crossed.service,
                    crossed.outcome,
                    Value::Context(crossed.request.clone())
                )
            })
            .collect())
    };
    let first = play(sim)?;
    let mut again = sim.afresh()?;
    let second = play(&mut again)?;
    for (one, other) in first.iter().zip(&second) {
        expect_eq("message", other, one)?;
    }
    expect_eq("messages", second.len(), first.len())
}
