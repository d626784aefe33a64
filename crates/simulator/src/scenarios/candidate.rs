//! Paragraphs 6 to 8: who is a candidate, and who is not.

use jiff::civil::date;
use rules::{Context, Value};
use stand::faults::{Faults, Times};

use super::consented;
use crate::outside::{Sms, text};
use crate::people::{Decision, expect, expect_eq};
use crate::{Failed, Simulation};

/// §6, 7. C01, LF1: the family is gathered before the search for duplicates; a fourth child brings the family into the list.
pub(super) fn s06_fourth_child_opens_a_case(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.expect_crossed(&[
        "SDU_FACTS",
        "GBDFL_FAMILY",
        "EMAKET_APPLICATIONS",
        "ODQ_RECIPIENTS",
        "MO_CONFIRM",
        "EMAKET_LIST",
        "MINTRUD_FLC",
        "SDU_STATUS",
        "EGOV_PHONE_CHECK",
        "MAB_PHONE",
        "PD_CONSENT_REQUEST",
        "SMS_SEND",
    ])?;
    let mother = sim.mother("one-account")?;
    let children = sim.children("one-account")?;
    for service in ["EMAKET_APPLICATIONS", "ODQ_RECIPIENTS", "MO_CONFIRM"] {
        let question = &sim.nth(service, 0)?;
        expect_eq(
            service,
            (text(question, "iin"), text(question, "service")),
            (mother.clone(), "large-family-allowance".into()),
        )?;
    }
    expect_eq(
        "the child confirmed",
        text(&sim.nth("MO_CONFIRM", 0)?, "childIin"),
        sim.child("one-account", 3)?,
    )?;
    let list = &sim.nth_of("EMAKET_LIST", &case, 0)?;
    expect_eq("recipient in the list", text(list, "recipient.iin"), mother)?;
    expect_eq("name in the list", text(list, "recipient.name"), "Айнұр".into())?;
    let listed = list.get("child").and_then(Value::as_list).map(|listed| listed.to_vec()).unwrap_or_default();
    let listed: Vec<String> =
        listed.iter().filter_map(Value::as_context).map(|child| text(child, "iin")).collect();
    expect_eq("children in the list", listed, children)?;
    expect_eq("version of the format", text(list, "formatVersion"), "1".into())
}

/// §6. LF2: the birth of a third child starts nothing.
pub(super) fn s06_third_child_opens_none(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("third-child")?;
    sim.expect_closed(&case, "T00", None)?;
    sim.expect_crossed(&["SDU_FACTS", "GBDFL_FAMILY"])
}

/// §6 (OP-38): the mother has died, so the father is the recipient and is asked.
pub(super) fn s06_father_receives_when_the_mother_is_dead(sim: &mut Simulation) -> Result<(), Failed> {
    let story = sim.story("father-receives")?;
    let father = story.father_iin().map_err(|error| Failed(error.to_string()))?.unwrap_or_default();
    let case = sim.birth("father-receives")?;
    expect_eq("recipient in the list", text(&sim.nth_of("EMAKET_LIST", &case, 0)?, "recipient.iin"), father)?;
    sim.expect_sms("father-receives", &[Sms::Annex1])?;
    sim.reply("father-receives", "7#1")?;
    sim.expect_sms("father-receives", &[Sms::Annex1, Sms::Annex2("B4")])
}

/// §6 (OP-38): without a living parent nobody can receive.
pub(super) fn s06_no_parent_alive(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth_unseen("one-account")?;
    let story = sim.story("one-account")?;
    let died = Value::Date(rules::temporal::Date::from(date(2024, 4, 1)));
    let father = story.father_iin().map_err(|error| Failed(error.to_string()))?.unwrap_or_default();
    for parent in [sim.mother("one-account")?, father] {
        sim.change_rows("persons", "iin", &parent, Context::new().with("deathDate", died.clone()))?;
    }
    sim.settle()?;
    sim.expect_closed(&case, "T02", None)?;
    sim.expect_crossed(&["SDU_FACTS", "GBDFL_FAMILY"])
}

/// §6: a child that did not live opens no case, even in a family with four others.
pub(super) fn s06_child_that_died_opens_none(sim: &mut Simulation) -> Result<(), Failed> {
    sim.older_child("one-account", date(2022, 2, 2))?;
    let case = sim.birth_unseen("one-account")?;
    let newborn = sim.child("one-account", 4)?;
    let died = Value::Date(rules::temporal::Date::from(date(2024, 4, 1)));
    sim.change_rows("persons", "iin", &newborn, Context::new().with("deathDate", died))?;
    sim.settle()?;
    sim.expect_closed(&case, "T00", None)?;
    sim.expect_crossed(&["SDU_FACTS", "GBDFL_FAMILY"])
}

/// §6 (OP-38): a child counts until the day on which it is eighteen, not on it; a dead child does not count.
pub(super) fn s06_children_of_age_do_not_count(sim: &mut Simulation) -> Result<(), Failed> {
    let born = |year, month, day| Value::Date(rules::temporal::Date::from(date(year, month, day)));
    let mut oldest = sim.child("one-account", 0)?;
    sim.change_rows("persons", "iin", &oldest, Context::new().with("birthDate", born(2006, 4, 2)))?;
    let case = sim.birth("one-account")?;
    expect_eq("of seventeen years: in the list", sim.sent_of("EMAKET_LIST", &case).len(), 1)?;
    oldest = sim.child("silent", 0)?;
    sim.change_rows("persons", "iin", &oldest, Context::new().with("birthDate", born(2006, 4, 1)))?;
    let case = sim.birth("silent")?;
    sim.expect_closed(&case, "T00", None)?;
    oldest = sim.child("withdraws", 0)?;
    sim.change_rows("persons", "iin", &oldest, Context::new().with("deathDate", born(2020, 1, 1)))?;
    let case = sim.birth("withdraws")?;
    sim.expect_closed(&case, "T00", None)
}

/// §6 (OP-38): a child without a recorded mother belongs to the father's family.
pub(super) fn s06_family_of_the_father_alone(sim: &mut Simulation) -> Result<(), Failed> {
    let story = sim.story("one-account")?;
    let father = story.father_iin().map_err(|error| Failed(error.to_string()))?.unwrap_or_default();
    let case = sim.birth_unseen("one-account")?;
    for child in sim.children("one-account")? {
        sim.change_rows("persons", "iin", &child, Context::new().with("motherIin", Value::Null))?;
    }
    sim.settle()?;
    expect_eq("recipient in the list", text(&sim.nth_of("EMAKET_LIST", &case, 0)?, "recipient.iin"), father)
}

/// §6 (OP-46, OP-55): twins after two children are two facts, but one allowance.
pub(super) fn s06_twins_bring_one_allowance(sim: &mut Simulation) -> Result<(), Failed> {
    let first = sim.birth_unseen("third-child")?;
    let second = sim.birth_unseen("third-child")?;
    sim.settle()?;
    sim.expect_sms("third-child", &[Sms::Annex1])?;
    sim.reply("third-child", "7#1")?;
    sim.expect_sms("third-child", &[Sms::Annex1, Sms::Annex1, Sms::Annex2("B3")])?;
    sim.reply("third-child", "205#3#1")?;
    sim.reply("third-child", "7#1")?;
    sim.reply("third-child", "205#3#1")?;
    let (decided, other) = if sim.task(&first)?.is_some() { (first, second) } else { (second, first) };
    sim.decide(&decided, Decision::Assign)?;
    sim.expect_closed(&decided, "T08", Some("T08"))?;
    sim.expect_closed(&other, "T01", Some("T01"))?;
    expect_eq("payments", sim.payments(&decided)?.len() + sim.payments(&other)?.len(), 1)?;
    sim.expect_sms(
        "third-child",
        &[Sms::Annex1, Sms::Annex1, Sms::Annex2("B3"), Sms::Annex2("B3"), Sms::Assigned],
    )
}

/// §6: the register reports the same birth twice; the second report is known as one.
pub(super) fn s06_a_fact_reported_twice_opens_one_case(sim: &mut Simulation) -> Result<(), Failed> {
    let faults = Faults { duplicate: Times::Next(1), ..Faults::default() };
    sim.world().faults.set("population-register", faults);
    sim.birth("one-account")?;
    let outcome = sim
        .crossed()
        .iter()
        .find(|crossed| crossed.service == "SDU_FACTS")
        .map(|crossed| crossed.outcome.as_str());
    expect_eq("the second report", outcome, Some("duplicate"))?;
    expect_eq("families gathered", sim.count("GBDFL_FAMILY"), 1)?;
    sim.expect_sms("one-account", &[Sms::Annex1])
}

/// §6, 7. C03: an application on record in the payment database; the person is not listed and gets no SMS.
pub(super) fn s06_application_in_the_payment_database(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("already-recipient")?;
    sim.expect_closed(&case, "T01", None)?;
    sim.expect_crossed(&["SDU_FACTS", "GBDFL_FAMILY", "EMAKET_APPLICATIONS", "ODQ_RECIPIENTS"])?;
    sim.expect_no_sms()
}

/// §6, 7. C03: a case file on record in the payment database.
pub(super) fn s06_case_file_in_the_payment_database(sim: &mut Simulation) -> Result<(), Failed> {
    let row = Context::new()
        .with("iin", sim.mother("one-account")?)
        .with("service", "large-family-allowance")
        .with("kind", "emd");
    sim.add_row("recipients", row)?;
    let other = Context::new()
        .with("iin", sim.mother("silent")?)
        .with("service", "awarded-mother-allowance")
        .with("kind", "emd");
    sim.add_row("recipients", other)?;
    let case = sim.birth("one-account")?;
    sim.expect_closed(&case, "T01", None)?;
    let case = sim.birth("silent")?;
    expect_eq("a case file of another service is none", sim.sent_of("EMAKET_LIST", &case).len(), 1)?;
    sim.expect_sms("one-account", &[])
}

/// §6, 7. C02 (OP-55): an application exists in E-maket; the fifth child opens no second case.
pub(super) fn s06_application_in_emaket(sim: &mut Simulation) -> Result<(), Failed> {
    let first = consented(sim, "one-account")?;
    sim.reply("one-account", "205#3#1")?;
    expect("the file lies before the official", sim.task(&first)?.is_some())?;
    expect_eq("nothing is paid", sim.payments(&first)?.len(), 0)?;
    let fifth = sim.birth("one-account")?;
    sim.expect_closed(&fifth, "T01", None)?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    expect_eq("confirmations asked for", sim.count("MO_CONFIRM"), 1)
}

/// §6 (OP-21): the death of someone without an open case concerns nobody here.
pub(super) fn s06_death_without_a_case(sim: &mut Simulation) -> Result<(), Failed> {
    let mother = sim.mother("one-account")?;
    sim.death(&mother)?;
    sim.expect_crossed(&["SDU_FACTS"])?;
    let cases = sim.engine("sdu").map(|sdu| sdu.cases(10)).transpose()?.unwrap_or_default();
    let ends: Vec<_> = cases.iter().map(|case| (case.ended, case.outcome.as_deref())).collect();
    expect_eq("cases", ends, vec![(true, Some("T00"))])
}

/// §8. C04: the state bodies do not confirm; nothing goes to E-maket.
pub(super) fn s08_not_confirmed(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("not-confirmed")?;
    sim.expect_closed(&case, "T02", None)?;
    sim.expect_crossed(&[
        "SDU_FACTS",
        "GBDFL_FAMILY",
        "EMAKET_APPLICATIONS",
        "ODQ_RECIPIENTS",
        "MO_CONFIRM",
    ])?;
    sim.expect_no_sms()
}

/// Order, point 6. C32 (OP-50): on the last day a case is opened, on the day after it none.
pub(super) fn o6_no_new_case_after_the_pilot(sim: &mut Simulation) -> Result<(), Failed> {
    sim.until("2024-10-03T15:00:00")?;
    sim.birth("one-account")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.until("2024-10-04T00:00:00")?;
    let families = sim.count("GBDFL_FAMILY");
    let case = sim.birth("silent")?;
    sim.expect_closed(&case, "T00", None)?;
    expect_eq("families gathered after the pilot", sim.count("GBDFL_FAMILY"), families)?;
    sim.pass(super::hours(24))?;
    sim.expect_sms("silent", &[])
}
