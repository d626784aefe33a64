//! Paragraphs 9 to 11 and 14: the control in E-maket on the ministry's data.

use rules::{Context, Value};

use super::hours;
use crate::outside::{Sms, text};
use crate::people::{expect, expect_eq};
use crate::{Failed, Simulation};

/// What the ministry knows about a person.
fn ministry(iin: &str, column: &str, value: bool) -> Context {
    let row = Context::new().with("iin", iin).with("resident", true).with("stateSupport", false);
    let mut row = row.with("onFullStateCare", false).with("deprivedOfRights", false);
    row.insert(column, Value::Bool(value));
    row
}

/// The case has ended as "Тиісті емес" with this code; nobody was written to, not even by the end of the day (C06, C07).
fn not_eligible(sim: &mut Simulation, case: &str, code: &str) -> Result<(), Failed> {
    sim.expect_closed(case, "T03", None)?;
    let statuses = sim.sent_of("SDU_STATUS", case);
    expect_eq("statuses", statuses.len(), 1)?;
    expect_eq("status", text(&sim.nth_of("SDU_STATUS", case, 0)?, "status"), "Тиісті емес".into())?;
    expect_eq("kind", text(&sim.nth_of("SDU_STATUS", case, 0)?, "kind"), "eligibility".into())?;
    expect_eq("outcome", text(&sim.nth_of("SDU_STATUS", case, 0)?, "outcome"), "T03".into())?;
    expect_eq(
        "version of the format",
        text(&sim.nth_of("SDU_STATUS", case, 0)?, "formatVersion"),
        "1".into(),
    )?;
    expect_eq("code of the reason", text(&sim.nth_of("SDU_STATUS", case, 0)?, "reasonCode"), code.into())?;
    expect(
        "the reason is in words",
        text(&sim.nth_of("SDU_STATUS", case, 0)?, "reason").chars().count() > 10,
    )?;
    let check = sim.case("emaket", "large-family-check", case)?;
    expect_eq("E-maket has ended it", check.outcome.as_deref(), Some("T03"))?;
    expect_eq("numbers looked for", sim.sent_of("EGOV_PHONE_CHECK", case).len(), 0)
}

/// §9, 10, 14. C05, C08, C28: passed; SDU gets "Тиісті" in the agreed format, and only then is a number looked for.
pub(super) fn s10_passed(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    let question = &sim.nth("MINTRUD_FLC", 0)?;
    expect_eq("person asked about", text(question, "iin"), sim.mother("one-account")?)?;
    let asked = question.get("childIin").and_then(Value::as_list).map_or(0, |children| children.len());
    expect_eq("children asked about", asked, 4)?;
    let statuses = sim.sent_of("SDU_STATUS", &case);
    expect_eq("statuses", statuses.len(), 1)?;
    expect_eq("status", text(&sim.nth_of("SDU_STATUS", &case, 0)?, "status"), "Тиісті".into())?;
    expect_eq("kind", text(&sim.nth_of("SDU_STATUS", &case, 0)?, "kind"), "eligibility".into())?;
    expect_eq(
        "version of the format",
        text(&sim.nth_of("SDU_STATUS", &case, 0)?, "formatVersion"),
        "1".into(),
    )?;
    expect_eq(
        "no reason",
        sim.nth_of("SDU_STATUS", &case, 0)?.get("reasonCode").cloned().unwrap_or_default(),
        Value::Null,
    )?;
    let check = sim.case("emaket", "large-family-check", &case)?;
    expect("the control has ended without an outcome", check.ended && check.outcome.is_none())?;
    let check = &sim.nth_of("EGOV_PHONE_CHECK", &case, 0)?;
    expect_eq("action", text(check, "action"), "open".into())?;
    expect_eq("name", text(check, "fullName"), "Серікова Айнұр Маратқызы".into())?;
    expect_eq("priority", check.get("priority").cloned(), Some(Value::from(50)))?;
    expect_eq("version of the check's format", text(check, "formatVersion"), "1".into())
}

/// §11. C06, C07: a child on full state care does not count, so there are too few.
pub(super) fn s11_child_in_state_care(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("not-eligible")?;
    not_eligible(sim, &case, "too-few-children")?;
    sim.pass(hours(14))?;
    sim.expect_no_sms()
}

/// §11 (OP-18): each ground has its own code.
pub(super) fn s11_each_reason_has_its_code(sim: &mut Simulation) -> Result<(), Failed> {
    let grounds = [
        ("one-account", "resident", false, "not-resident"),
        ("silent", "deprivedOfRights", true, "deprived-of-rights"),
        ("refuses", "stateSupport", true, "other-support"),
    ];
    for (story, column, value, code) in grounds {
        let mother = sim.mother(story)?;
        sim.add_row("ministry", ministry(&mother, column, value))?;
        let case = sim.birth(story)?;
        not_eligible(sim, &case, code)?;
    }
    sim.expect_no_sms()
}

/// §11: a child that does not live in Kazakhstan does not count; with four others that do, the family passes.
pub(super) fn s11_child_abroad(sim: &mut Simulation) -> Result<(), Failed> {
    let child = sim.child("one-account", 1)?;
    sim.add_row("ministry", ministry(&child, "resident", false))?;
    let case = sim.birth("one-account")?;
    not_eligible(sim, &case, "too-few-children")?;
    let child = sim.child("silent", 1)?;
    sim.add_row("ministry", ministry(&child, "resident", false))?;
    sim.older_child("silent", jiff::civil::date(2021, 7, 7))?;
    sim.birth("silent")?;
    sim.expect_sms("silent", &[Sms::Annex1])
}

/// §9, 11: the ministry's answer speaks of somebody else: no status "Тиісті" can rest on it.
pub(super) fn s11_data_of_another_person(sim: &mut Simulation) -> Result<(), Failed> {
    let other = sim.mother("silent")?;
    sim.lie(
        "MINTRUD_FLC",
        &format!(
            "{{response: {{recipient: {{iin: \"{other}\", resident: true, deprivedOfRights: false, stateSupport: false}}, \
             child: answer.child}}}}"
        ),
    );
    let case = sim.birth("one-account")?;
    not_eligible(sim, &case, "data-of-another")?;
    sim.expect_no_sms()
}

/// §9, 11: the person's data are not filled in: the surname is only blanks.
pub(super) fn s11_data_not_filled_in(sim: &mut Simulation) -> Result<(), Failed> {
    let mother = sim.mother("one-account")?;
    sim.change_rows("persons", "iin", &mother, Context::new().with("surname", " "))?;
    let case = sim.birth("one-account")?;
    not_eligible(sim, &case, "data-incomplete")?;
    sim.expect_no_sms()
}

/// §11: several grounds are all told, the first as the code.
pub(super) fn s11_several_reasons(sim: &mut Simulation) -> Result<(), Failed> {
    let mother = sim.mother("not-eligible")?;
    sim.add_row("ministry", ministry(&mother, "deprivedOfRights", true))?;
    let case = sim.birth("not-eligible")?;
    not_eligible(sim, &case, "deprived-of-rights")?;
    let reason = text(&sim.nth_of("SDU_STATUS", &case, 0)?, "reason");
    expect(
        "both grounds are told",
        reason.contains("айырылған") && reason.contains("; ") && reason.contains("төрттен аз"),
    )
}
