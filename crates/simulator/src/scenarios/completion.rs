//! Paragraphs 25 and 26: the return for completion and its terms. All begin with a return on Monday, 1 April 2024.

use rules::{Context, Value};

use super::application_and_decision::{file, written};
use super::{before_the_official, hours};
use crate::outside::{Sms, text};
use crate::people::{Decision, expect, expect_eq};
use crate::{Failed, Simulation};

const WANTED: &str = "тұрғылықты жер туралы анықтама";
const UP_TO_THE_RETURN: [Sms; 3] = [Sms::Annex1, Sms::Annex2("B1"), Sms::Completion(WANTED)];

fn returned(sim: &mut Simulation) -> Result<String, Failed> {
    let case = before_the_official(sim, "needs-completion")?;
    sim.decide(&case, Decision::Return(WANTED))?;
    Ok(case)
}

fn documents_arrive(sim: &mut Simulation, case: &str) -> Result<(), Failed> {
    let now = sim.now();
    sim.world().documents_arrived(case, now).map_err(|error| Failed(error.to_string()))?;
    Ok(sim.settle()?)
}

fn completed(sim: &mut Simulation, case: &str) -> Result<(), Failed> {
    let now = sim.now();
    sim.world().complete(case, None, now).map_err(|error| Failed(error.to_string()))?;
    Ok(sim.settle()?)
}

/// The official signs the refusal for want of documents; it is told to the person and the SDU.
fn refusal_is_signed(sim: &mut Simulation, case: &str, sms: &[Sms]) -> Result<(), Failed> {
    let task = sim.task(case)?.ok_or_else(|| Failed("no task".into()))?;
    expect_eq("task", task.element.as_str(), "decision-refuse")?;
    expect_eq("outcome before the signature", sim.outcome(case)?, None)?;
    let signature = Context::new()
        .with("documentId", "d")
        .with("signedBy", "АХМЕТОВ ДАНИЯР")
        .with("at", sim.moment_now());
    sim.complete_task(case, Context::new().with("comment", Value::Null).with("signature", signature))?;
    sim.expect_closed(case, "T09", Some("T09"))?;
    let file = file(sim, case)?;
    expect_eq("outcome in the decision", written(&file, "decision", "/outcome")?, "refuse".into())?;
    expect_eq("ground", written(&file, "decision", "/grounds/0")?, "documents-not-supplied".into())?;
    expect_eq("signed by", written(&file, "decision", "/signature/signedBy")?, "АХМЕТОВ ДАНИЯР".into())?;
    let last = sim.sent_of("SDU_STATUS", case).pop().unwrap_or_default();
    expect_eq(
        "told to the SDU",
        (text(&last, "outcome"), text(&last, "reasonCode")),
        ("T09".into(), "documents-not-supplied".into()),
    )?;
    sim.pass(hours(12))?;
    sim.expect_sms("needs-completion", sms)?;
    expect_eq("payments", sim.payments(case)?.len(), 0)
}

/// §25. LF5: the file is at the branch of the State Corporation, the recipient has an SMS, the term of the decision stands.
pub(super) fn s25_returned_with_an_sms(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.expect_sms("needs-completion", &UP_TO_THE_RETURN)?;
    let row = &sim.nth_of("SC_COMPLETION", &case, 0)?;
    expect_eq("wanted", text(row, "wanted"), WANTED.into())?;
    expect_eq("person", text(row, "iin"), sim.mother("needs-completion")?)?;
    expect_eq("phone", text(row, "phone"), "+77010000010".into())?;
    let number = written(&file(sim, &case)?, "case-file", "/number")?;
    expect_eq("number of the file", text(row, "caseFileNumber"), number)?;
    expect_eq("limit", row.get("limitWorkingDays").cloned(), Some(Value::from(30)))?;
    expect_eq("returned at", row.get("returnedAt").cloned(), Some(Value::from(sim.moment_now())))?;
    expect("no task of the official", sim.task(&case)?.is_none())?;
    sim.expect_at("emaket", "large-family-assignment", &case, "completion-documents")?;
    // The term of §24 does not run meanwhile (OP-47).
    sim.until("2024-04-10T10:00:00")?;
    expect_eq("marked overdue", sim.trace_has_run("decision-mark")?, false)?;
    sim.expect_sms("needs-completion", &UP_TO_THE_RETURN)
}

/// §26. LF6: documents came, the branch completes within two working days; the file is back, with a new term (OP-47).
pub(super) fn s26_completed_and_decided(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-04-08T15:00:00")?;
    documents_arrive(sim, &case)?;
    sim.expect_at("emaket", "large-family-assignment", &case, "completion-file")?;
    expect("not before the official yet", sim.task(&case)?.is_none())?;
    sim.until("2024-04-10T23:59:59")?;
    expect_eq("the branch is late", sim.trace_has_run("completion-mark")?, false)?;
    completed(sim, &case)?;
    let task = sim.task(&case)?.ok_or_else(|| Failed("no task".into()))?;
    expect_eq("task", task.element.as_str(), "decision-consider")?;
    expect_eq("due", task.due, Some(Simulation::moment("2024-04-15T23:59:59")?))?;
    sim.decide(&case, Decision::Assign)?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    expect_eq(
        "overdue in the decision",
        written(&file(sim, &case)?, "decision", "/overdue")?,
        "false".into(),
    )?;
    sim.pass(hours(12))?;
    sim.expect_sms(
        "needs-completion",
        &[Sms::Annex1, Sms::Annex2("B1"), Sms::Completion(WANTED), Sms::Assigned],
    )
}

/// §26: the branch sends the completed file at once, without saying before that the documents came.
pub(super) fn s26_completed_at_once(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-04-03T11:00:00")?;
    let number = text(&sim.nth_of("SC_COMPLETION", &case, 0)?, "caseFileNumber");
    let document = Context::new().with("title", WANTED).with("digest", "0".repeat(64));
    let row = Context::new()
        .with("rowId", format!("{case}/completed"))
        .with("caseRef", case.as_str())
        .with("caseFileNumber", number)
        .with("stage", "completed")
        .with("documentsReceivedAt", sim.moment_now())
        .with("completedAt", sim.moment_now())
        .with("document", Value::list([Value::Context(document)]));
    sim.outside_sends("state-corporation", "EMAKET_COMPLETED", row)?;
    let task = sim.task(&case)?.ok_or_else(|| Failed("no task".into()))?;
    expect_eq("due", task.due, Some(Simulation::moment("2024-04-08T23:59:59")?))?;
    sim.decide(&case, Decision::Assign)?;
    sim.expect_closed(&case, "T08", Some("T08"))
}

/// §26: the branch lets its two working days pass: it is marked from the first second after them, and its file is still taken.
pub(super) fn s26_branch_is_late(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-04-03T11:00:00")?;
    documents_arrive(sim, &case)?;
    sim.until("2024-04-05T23:59:59")?;
    expect_eq("marked", sim.trace_has_run("completion-mark")?, false)?;
    sim.until("2024-04-06T00:00:00")?;
    expect_eq("marked", sim.trace_has_run("completion-mark")?, true)?;
    sim.until("2024-04-22T11:00:00")?;
    completed(sim, &case)?;
    sim.decide(&case, Decision::Assign)?;
    sim.expect_closed(&case, "T08", Some("T08"))
}

/// §26. LF7: without the documents until the end of the twenty-fifth working day (Saturday, 4 May, which is worked; OP-33)
/// the authorised body refuses; it signs, nothing refuses by itself.
pub(super) fn s26_no_documents_in_twenty_five_days(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-05-04T23:59:59")?;
    sim.expect_at("emaket", "large-family-assignment", &case, "completion-documents")?;
    expect("no task", sim.task(&case)?.is_none())?;
    sim.until("2024-05-05T00:00:00")?;
    let [first, second, third] = UP_TO_THE_RETURN;
    sim.until("2024-05-06T10:00:00")?;
    refusal_is_signed(sim, &case, &[first, second, third, Sms::Refused])
}

/// §26: documents in the last second of the twenty-fifth working day are in time.
pub(super) fn s26_documents_on_the_last_day(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-05-04T23:59:59")?;
    documents_arrive(sim, &case)?;
    sim.until("2024-05-06T10:00:00")?;
    sim.expect_at("emaket", "large-family-assignment", &case, "completion-file")?;
    completed(sim, &case)?;
    let task = sim.task(&case)?.ok_or_else(|| Failed("no task".into()))?;
    expect_eq("task", task.element.as_str(), "decision-consider")
}

/// §26. LF8 (OP-33): thirty working days from the return end on Wednesday, 15 May; after them no completion is accepted.
pub(super) fn s26_thirty_days_and_nothing_more(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-04-10T11:00:00")?;
    documents_arrive(sim, &case)?;
    sim.until("2024-05-15T23:59:59")?;
    sim.expect_at("emaket", "large-family-assignment", &case, "completion-file")?;
    sim.until("2024-05-16T00:00:00")?;
    let task = sim.task(&case)?.ok_or_else(|| Failed("no task".into()))?;
    expect_eq("task", task.element.as_str(), "decision-refuse")?;
    sim.until("2024-05-16T10:00:00")?;
    completed(sim, &case)?;
    let [first, second, third] = UP_TO_THE_RETURN;
    refusal_is_signed(sim, &case, &[first, second, third, Sms::Refused])
}

/// §25, 26 (OP-33): a second return within the first thirty days is a return of its own, with its own SMS.
pub(super) fn s26_second_return(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-04-04T11:00:00")?;
    documents_arrive(sim, &case)?;
    completed(sim, &case)?;
    sim.until("2024-04-08T11:00:00")?;
    sim.decide(&case, Decision::Return("некелік куәлік"))?;
    expect_eq("returns", sim.sent_of("SC_COMPLETION", &case).len(), 2)?;
    let sms = [Sms::Annex1, Sms::Annex2("B1"), Sms::Completion(WANTED), Sms::Completion("некелік куәлік")];
    sim.expect_sms("needs-completion", &sms)?;
    sim.until("2024-04-12T11:00:00")?;
    documents_arrive(sim, &case)?;
    completed(sim, &case)?;
    sim.decide(&case, Decision::Assign)?;
    sim.expect_closed(&case, "T08", Some("T08"))
}

/// §26 (OP-33): the thirty days of the first return end before the twenty-five of the second.
pub(super) fn s26_second_return_ends_with_the_first_thirty_days(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-04-08T11:00:00")?;
    documents_arrive(sim, &case)?;
    completed(sim, &case)?;
    sim.until("2024-04-10T11:00:00")?;
    sim.decide(&case, Decision::Return(WANTED))?;
    sim.until("2024-05-15T23:59:59")?;
    sim.expect_at("emaket", "large-family-assignment", &case, "completion-documents")?;
    sim.until("2024-05-16T10:00:00")?;
    let [first, second, third] = UP_TO_THE_RETURN;
    refusal_is_signed(sim, &case, &[first, second, third, third, Sms::Refused])
}

/// §16 (OP-20): the consent is withdrawn while the file is at the branch.
pub(super) fn s26_withdrawn_meanwhile(sim: &mut Simulation) -> Result<(), Failed> {
    let case = returned(sim)?;
    sim.until("2024-04-10T11:00:00")?;
    sim.reply("needs-completion", "7#2")?;
    sim.expect_closed(&case, "T05", Some("T05"))?;
    sim.until("2024-06-03T11:00:00")?;
    sim.expect_closed(&case, "T05", Some("T05"))?;
    sim.expect_sms("needs-completion", &UP_TO_THE_RETURN)
}
