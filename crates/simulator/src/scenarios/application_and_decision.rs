//! Paragraphs 23 and 24: application, case file, project, decision.

use cases::{Access, CaseFile, Deed};
use rules::Context;

use super::{before_the_official, consented, hours};
use crate::outside::{Sms, text};
use crate::people::{Decision, expect, expect_eq};
use crate::{Failed, Simulation};

/// The case file in E-maket, opened for a look.
pub(super) fn file(sim: &Simulation, case: &str) -> Result<CaseFile, Failed> {
    let engine = sim.engine("emaket").ok_or_else(|| Failed("no E-maket".into()))?;
    let access = Access {
        who: "scenario".into(),
        deed: Deed::Seen,
        what: "case file".into(),
        reason: "to see what was formed".into(),
        case_ref: case.into(),
        message_id: None,
        at: sim.now(),
    };
    let case = sim.case("emaket", "large-family-assignment", case)?;
    CaseFile::open(engine, &case, &access).map_err(|error| Failed(error.to_string()))
}

/// A text of the last document of a kind, at this JSON pointer.
pub(super) fn written(file: &CaseFile, kind: &str, pointer: &str) -> Result<String, Failed> {
    let document = file.document(kind).ok_or_else(|| Failed(format!("no document `{kind}`")))?;
    let value = document.body().pointer(pointer).cloned().unwrap_or_default();
    Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// §23. LF3: consent and account are there; the application is formed and registered, case file and project are formed and
/// given to the authorised body, and no person did anything.
pub(super) fn s23_application_file_and_project(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "one-account")?;
    expect_eq("nothing is formed before the account", file(sim, &case)?.documents.len(), 0)?;
    sim.reply("one-account", "205#3#1")?;
    let file = file(sim, &case)?;
    let kinds: Vec<&str> = file.documents.iter().map(|document| document.kind.as_str()).collect();
    expect_eq("documents in order", kinds, vec!["application", "case-file", "decision-project"])?;
    let titles: Vec<&str> = file.documents.iter().map(|document| document.title.as_str()).collect();
    let expected = [
        "Көпбалалы отбасыға жәрдемақы тағайындау туралы электрондық өтініш",
        "Электрондық іс макеті",
        "Электрондық шешім жобасы",
    ];
    expect_eq("titles", titles, expected.to_vec())?;
    let mother = sim.mother("one-account")?;
    let consent = text(&sim.nth("EMAKET_CONSENT", 0)?, "consentNumber");
    expect_eq("applicant", written(&file, "application", "/applicant/iin")?, mother.clone())?;
    expect_eq("consent", written(&file, "application", "/consentNumber")?, consent)?;
    expect_eq(
        "fourth child",
        written(&file, "application", "/children/3/iin")?,
        sim.child("one-account", 3)?,
    )?;
    let account = written(&file, "application", "/account/iban")?;
    expect("account", account.starts_with("KZ"))?;
    let number = written(&file, "case-file", "/applicationNumber")?;
    expect("the application is registered", number.len() > 3 && number != "null")?;
    let digest = file.document("application").map(|document| document.digest.clone());
    expect_eq("application in the file", Some(written(&file, "case-file", "/applicationDigest")?), digest)?;
    let digest = file.document("case-file").map(|document| document.digest.clone());
    expect_eq("file in the project", Some(written(&file, "decision-project", "/caseFileDigest")?), digest)?;
    expect_eq(
        "number of the file",
        written(&file, "decision-project", "/caseFileNumber")?,
        written(&file, "case-file", "/number")?,
    )?;
    expect("the file has a number", written(&file, "case-file", "/number")? != "null")?;
    expect_eq("proposal", written(&file, "decision-project", "/proposal")?, "assign".into())?;
    expect_eq(
        "amount",
        written(&file, "decision-project", "/amountTiyn")?.replace('"', ""),
        "5918276".into(),
    )?;
    expect_eq("account in the project", written(&file, "decision-project", "/account/iban")?, account)?;
    let task = sim.task(&case)?.ok_or_else(|| Failed("no task".into()))?;
    expect_eq("task", task.element.as_str(), "decision-consider")?;
    expect_eq("due", task.due, Some(Simulation::moment("2024-04-04T23:59:59")?))?;
    expect_eq("paid", sim.count("ODQ_PAYMENT"), 0)?;
    // The application can be found from now on, under its own case only.
    let asked = sim.count("ODQ_RECIPIENTS");
    expect_eq("the payment database was searched twice", asked, 2)
}

/// §23 (OP-46): meanwhile the person applied by another channel: found right before the application is formed; T01, no SMS.
pub(super) fn s23_applied_meanwhile(sim: &mut Simulation) -> Result<(), Failed> {
    for (story, kind) in [("one-account", "application"), ("silent", "emd")] {
        let case = consented(sim, story)?;
        let row = Context::new()
            .with("iin", sim.mother(story)?)
            .with("service", "large-family-allowance")
            .with("kind", kind);
        sim.add_row("recipients", row)?;
        sim.reply(story, "205#3#1")?;
        sim.expect_closed(&case, "T01", Some("T01"))?;
        let last = sim.sent_of("SDU_STATUS", &case).pop().unwrap_or_default();
        expect_eq(
            "final information",
            (text(&last, "kind"), text(&last, "outcome")),
            ("final".into(), "T01".into()),
        )?;
        expect_eq("SMS", sim.received(story)?.len(), 2)?;
    }
    sim.pass(hours(24 * 7))?;
    expect_eq("applications formed", sim.trace_has_run("assign-application")?, false)?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])
}

/// §23 (OP-46): another case of the same person has come to an application in E-maket first.
pub(super) fn s23_applied_meanwhile_in_emaket(sim: &mut Simulation) -> Result<(), Failed> {
    let first = consented(sim, "one-account")?;
    let second = sim.birth("one-account")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Annex1])?;
    sim.reply("one-account", "205#3#1")?;
    expect("the first lies before the official", sim.task(&first)?.is_some())?;
    sim.reply("one-account", "7#1")?;
    sim.reply("one-account", "205#3#1")?;
    sim.expect_closed(&second, "T01", Some("T01"))?;
    expect("the first still lies there", sim.task(&first)?.is_some())
}

/// §24. The right is confirmed: assigned.
pub(super) fn s24_assigned(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.until("2024-04-03T16:00:00")?;
    sim.decide(&case, Decision::Assign)?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    let file = file(sim, &case)?;
    expect_eq("documents", file.documents.len(), 4)?;
    expect_eq("outcome in the decision", written(&file, "decision", "/outcome")?, "assign".into())?;
    expect_eq("signed by", written(&file, "decision", "/signature/signedBy")?, "АХМЕТОВ ДАНИЯР".into())?;
    expect_eq("in time", written(&file, "decision", "/overdue")?, "false".into())?;
    expect_eq("recipient", written(&file, "decision", "/recipient/iin")?, sim.mother("one-account")?)?;
    expect_eq("amount", written(&file, "decision", "/amountTiyn")?.replace('"', ""), "5918276".into())
}

/// §24. The right is not confirmed: refused, nothing is paid.
pub(super) fn s24_refused(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.decide(&case, Decision::Refuse("right-not-confirmed"))?;
    sim.expect_closed(&case, "T09", Some("T09"))?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Refused])?;
    let file = file(sim, &case)?;
    expect_eq("outcome in the decision", written(&file, "decision", "/outcome")?, "refuse".into())?;
    expect_eq("ground", written(&file, "decision", "/grounds/0")?, "right-not-confirmed".into())?;
    expect_eq("no amount", written(&file, "decision", "/amountTiyn")?, "null".into())?;
    expect_eq("payments", (sim.payments(&case)?.len(), sim.count("ODQ_PAYMENT")), (0, 0))
}

/// §24: a decision in the last second of the third working day is in time.
pub(super) fn s24_decision_of_the_last_day_is_in_time(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.until("2024-04-04T23:59:59")?;
    let task = sim.task(&case)?.ok_or_else(|| Failed("no task".into()))?;
    expect("not overdue", !task.is_overdue(sim.now()))?;
    sim.decide(&case, Decision::Assign)?;
    expect_eq(
        "overdue in the decision",
        written(&file(sim, &case)?, "decision", "/overdue")?,
        "false".into(),
    )?;
    expect_eq("marked", sim.trace_has_run("decision-mark")?, false)
}

/// §24. LF4: three working days end without a decision: the case is marked overdue, nothing decides by itself, and the
/// decision that follows says that it is late.
pub(super) fn s24_overdue_is_marked(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.until("2024-04-04T23:59:59")?;
    expect_eq("marked", sim.trace_has_run("decision-mark")?, false)?;
    sim.until("2024-04-05T00:00:00")?;
    expect_eq("marked", sim.trace_has_run("decision-mark")?, true)?;
    sim.until("2024-04-12T10:00:00")?;
    expect_eq("outcome", sim.outcome(&case)?, None)?;
    let task = sim.task(&case)?.ok_or_else(|| Failed("no task".into()))?;
    expect("overdue", task.is_overdue(sim.now()))?;
    sim.decide(&case, Decision::Assign)?;
    expect_eq(
        "overdue in the decision",
        written(&file(sim, &case)?, "decision", "/overdue")?,
        "true".into(),
    )?;
    sim.expect_closed(&case, "T08", Some("T08"))
}

/// §6 (OP-21): the recipient dies while the file lies before the official: stopped without SMS, T02.
pub(super) fn s24_death_before_the_decision(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "dies")?;
    let mother = sim.mother("dies")?;
    sim.death(&mother)?;
    sim.expect_closed(&case, "T02", Some("T02"))?;
    let stop = &sim.nth_of("EMAKET_STOP", &case, 0)?;
    expect_eq("reason of the stop", text(stop, "reason"), "died".into())?;
    let last = sim.sent_of("SDU_STATUS", &case).pop().unwrap_or_default();
    expect_eq(
        "final information",
        (text(&last, "kind"), text(&last, "outcome")),
        ("final".into(), "T02".into()),
    )?;
    expect_eq("its reason", text(&last, "reasonCode"), "died".into())?;
    sim.pass(hours(24 * 7))?;
    expect_eq("marked overdue", sim.trace_has_run("decision-mark")?, false)?;
    sim.expect_sms("dies", &[Sms::Annex1, Sms::Annex2("B2")])
}

/// §6 (OP-21): after the decision the Rules apply, not this procedure.
pub(super) fn s24_death_after_the_decision(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "dies")?;
    sim.decide(&case, Decision::Assign)?;
    let mother = sim.mother("dies")?;
    sim.death(&mother)?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    expect_eq("stops asked for", sim.count("EMAKET_STOP"), 0)
}
