//! Paragraphs 12, 13 and 15 to 17: the number, Annex 1 and the consent.

use jiff::SignedDuration;
use rules::Value;
use stand::faults::Times;

use super::{before_the_official, consented, hours};
use crate::outside::{Sms, text};
use crate::people::{Decision, expect, expect_eq};
use crate::{Failed, Simulation};

/// What the SDU is told of the number and the consent, oldest first.
fn told(sim: &Simulation, case: &str) -> Vec<String> {
    sim.sent_of("SDU_CONSENT", case).iter().map(|row| text(row, "status")).collect()
}

/// §13. C09 (OP-52): no number in the base; the portal tells the SDU, and nobody is written to.
pub(super) fn s13_no_number(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("no-phone")?;
    sim.expect_closed(&case, "T04", None)?;
    expect_eq("told to the SDU", told(sim, &case), vec!["no-phone".to_owned()])?;
    expect_eq(
        "version of the format",
        text(&sim.nth_of("SDU_CONSENT", &case, 0)?, "formatVersion"),
        "1".into(),
    )?;
    expect_eq("asked for", text(&sim.nth("MAB_PHONE", 0)?, "iin"), sim.mother("no-phone")?)?;
    expect_eq("consents asked for", sim.count("PD_CONSENT_REQUEST"), 0)?;
    sim.pass(hours(24 * 10))?;
    sim.expect_no_sms()?;
    sim.expect_no_bank_asked()
}

/// §12 (OP-23): of several numbers the first is taken for the whole case.
pub(super) fn s12_first_of_several_numbers(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("several-banks")?;
    sim.expect_sms("several-banks", &[Sms::Annex1])?;
    expect("nothing to the second number", sim.smsc().thread("77770000002").is_empty())?;
    let now = sim.now();
    let written = sim.smsc().write("+77770000002", "1414", "7#1", now);
    written.map_err(|error| Failed(error.to_string()))?;
    sim.settle()?;
    sim.expect_at("pd-access-control", "consent-dialogue", &case, "dialogue-wait")?;
    sim.reply("several-banks", "7#1")?;
    expect_eq("told to the SDU", told(sim, &case), vec!["consented".to_owned()])
}

/// §15. C10: Annex 1 goes to the number of the base, through the control of access to personal data.
pub(super) fn s15_annex_1_through_access_control(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    let request = &sim.nth_of("PD_CONSENT_REQUEST", &case, 0)?;
    expect_eq("number", text(request, "phone"), "+77010000001".into())?;
    expect_eq("person", text(request, "iin"), sim.mother("one-account")?)?;
    expect_eq("action", text(request, "action"), "open".into())?;
    let order = &sim.nth_of("SMS_SEND", &case, 0)?;
    expect_eq("ordered by", text(order, "orderer"), "pd-access-control".into())?;
    expect_eq("to", text(order, "phone"), "+77010000001".into())?;
    let sender = sim
        .crossed()
        .iter()
        .find(|crossed| crossed.service == "SMS_SEND")
        .map(|crossed| crossed.sender.as_str());
    expect_eq("sender of the order", sender, Some("pd-access-control"))?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    let from = sim.smsc().thread("77010000001").first().map(|message| message.number.clone());
    expect_eq("the SMS comes from", from.as_deref(), Some("1414"))
}

/// §16. C11: 7#2; the SDU ends the process, and E-maket gets no list with the person.
pub(super) fn s16_refusal(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("refuses")?;
    sim.reply("refuses", "7#2")?;
    sim.expect_closed(&case, "T05", None)?;
    expect_eq("told to the SDU", told(sim, &case), vec!["refused".to_owned()])?;
    expect_eq("recorded consent", sim.trace_has_run("dialogue-record")?, false)?;
    sim.pass(hours(24 * 10))?;
    sim.expect_sms("refuses", &[Sms::Annex1])?;
    expect_eq("lists of those who consented", sim.count("EMAKET_CONSENT"), 0)?;
    sim.expect_no_bank_asked()
}

/// §16 (OP-06): 7#1 after 7#2 has no effect.
pub(super) fn s16_refusal_stands(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("refuses")?;
    sim.reply("refuses", "7#2")?;
    sim.reply("refuses", "7#1")?;
    sim.expect_closed(&case, "T05", None)?;
    expect_eq("told to the SDU", told(sim, &case), vec!["refused".to_owned()])?;
    expect_eq("the second reply is recorded", sim.trace_has_run("withdrawal-none")?, true)?;
    sim.expect_sms("refuses", &[Sms::Annex1])
}

/// §17. C12: 7#1; the consent is recorded with its number, and the SDU gives the person in the list to E-maket.
pub(super) fn s17_consent_goes_to_emaket(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.pass(SignedDuration::from_mins(90))?;
    let replied = Value::from(sim.moment_now());
    sim.reply("one-account", "7#1")?;
    expect_eq("told to the SDU", told(sim, &case), vec!["consented".to_owned()])?;
    let result = sim.nth_of("SDU_CONSENT", &case, 0)?;
    expect_eq("evidence", text(&result, "evidence"), "7#1".into())?;
    expect_eq("moment of the reply", result.get("at").cloned(), Some(replied.clone()))?;
    expect_eq("version of the format", text(&result, "formatVersion"), "1".into())?;
    let list = sim.nth_of("EMAKET_CONSENT", &case, 0)?;
    expect("the consent has a number", !text(&list, "consentNumber").is_empty())?;
    expect_eq("the same number", text(&list, "consentNumber"), text(&result, "consentNumber"))?;
    expect_eq("consented at", list.get("consentedAt").cloned(), Some(replied))?;
    expect_eq("phone", text(&list, "phone"), "+77010000001".into())?;
    expect_eq("recipient", text(&list, "recipient.iin"), sim.mother("one-account")?)?;
    let children = list.get("child").and_then(Value::as_list).map_or(0, |children| children.len());
    expect_eq("children", children, 4)?;
    let mother = sim.mother("one-account")?;
    let iin = mother.parse().map_err(|_| Failed("the mother's number".into()))?;
    let control = sim.engine("pd-access-control").ok_or_else(|| Failed("no access control".into()))?;
    let consents = cases::consents_of(control, &iin).map_err(|error| Failed(error.to_string()))?;
    expect("the consent is in force", cases::consent::is_in_force(&consents, "large-family-allowance"))
}

/// §15, Annex 1 (OP-01, OP-02): until 23:59:59 of the third working day the request is open; a second later it is over.
pub(super) fn s15_silence_ends_after_three_working_days(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("silent")?;
    sim.until("2024-04-04T23:59:59")?;
    sim.expect_at("pd-access-control", "consent-dialogue", &case, "dialogue-wait")?;
    expect_eq("outcome", sim.outcome(&case)?, None)?;
    sim.until("2024-04-05T00:00:00")?;
    expect_eq("outcome", sim.outcome(&case)?.as_deref(), Some("T10"))?;
    expect_eq("told to the SDU", told(sim, &case), vec!["expired".to_owned()])?;
    sim.expect_sms("silent", &[Sms::Annex1])?;
    sim.until("2024-04-05T09:00:01")?;
    sim.expect_sms("silent", &[Sms::Annex1, Sms::Annex5])?;
    sim.reply("silent", "7#1")?;
    sim.pass(hours(48))?;
    sim.expect_closed(&case, "T10", None)?;
    sim.expect_sms("silent", &[Sms::Annex1, Sms::Annex5])?;
    sim.expect_no_bank_asked()
}

/// §15: a reply in the last second counts.
pub(super) fn s15_reply_in_the_last_second(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.until("2024-04-04T23:59:59")?;
    sim.reply("one-account", "7#1")?;
    expect_eq("told to the SDU", told(sim, &case), vec!["consented".to_owned()])?;
    sim.until("2024-04-05T09:00:01")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])
}

/// §15, 19 (OP-02): nobody is written to at night, and the three days begin with the acceptance in the morning.
pub(super) fn s15_at_night_nobody_is_written_to(sim: &mut Simulation) -> Result<(), Failed> {
    sim.until("2024-04-01T19:59:59")?;
    sim.birth("one-account")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.until("2024-04-01T20:00:00")?;
    let evening = sim.birth("silent")?;
    sim.until("2024-04-02T03:00:00")?;
    let night = sim.birth("refuses")?;
    sim.until("2024-04-02T08:59:59")?;
    sim.expect_sms("silent", &[])?;
    sim.expect_sms("refuses", &[])?;
    sim.until("2024-04-02T09:00:01")?;
    sim.expect_sms("silent", &[Sms::Annex1])?;
    sim.expect_sms("refuses", &[Sms::Annex1])?;
    sim.until("2024-04-05T23:59:59")?;
    sim.expect_at("pd-access-control", "consent-dialogue", &evening, "dialogue-wait")?;
    sim.expect_at("pd-access-control", "consent-dialogue", &night, "dialogue-wait")?;
    sim.until("2024-04-06T00:00:00")?;
    expect_eq("outcome", sim.outcome(&evening)?.as_deref(), Some("T10"))?;
    expect_eq("outcome", sim.outcome(&night)?.as_deref(), Some("T10"))
}

/// §15, 19. C22 (OP-03): 1, 7 and 9 May are holidays, 8 May was moved to Saturday, 4 May, which is worked.
pub(super) fn s15_may_holidays_are_not_counted(sim: &mut Simulation) -> Result<(), Failed> {
    sim.until("2024-04-30T12:00:00")?;
    let first = sim.birth("silent")?;
    sim.until("2024-05-03T12:00:00")?;
    let second = sim.birth("refuses")?;
    // Counted for the first: Thursday 2, Friday 3, Saturday 4 May.
    sim.until("2024-05-04T23:59:59")?;
    expect_eq("still open", sim.outcome(&first)?, None)?;
    sim.until("2024-05-05T00:00:00")?;
    expect_eq("over", sim.outcome(&first)?.as_deref(), Some("T10"))?;
    // Counted for the second: Saturday 4, Monday 6, Friday 10 May.
    sim.until("2024-05-10T23:59:59")?;
    expect_eq("still open", sim.outcome(&second)?, None)?;
    sim.until("2024-05-11T00:00:00")?;
    expect_eq("over", sim.outcome(&second)?.as_deref(), Some("T10"))
}

/// Annex 1. C29 (OP-04): what cannot be read changes nothing, is recorded and is not answered; the term runs on.
pub(super) fn s15_unreadable_reply_changes_nothing(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    for nonsense in ["ИӘ", "7", "7#3", "#1", "1", "7#1#", "7 1", "77#1", "7#11", "<7#1>", "7#1 7#2"] {
        sim.reply("one-account", nonsense)?;
    }
    sim.expect_at("pd-access-control", "consent-dialogue", &case, "dialogue-wait")?;
    expect_eq("passed to access control", sim.count("PD_SMS_REPLY"), 0)?;
    expect_eq("recorded", sim.trace_has_run("reply-unread")?, true)?;
    sim.until("2024-04-04T23:59:58")?;
    sim.reply("one-account", " 7 # 1 . ")?;
    expect_eq("told to the SDU", told(sim, &case), vec!["consented".to_owned()])
}

/// §15. C31 (OP-07): one open request for a number; the second waits, and each reply belongs to the one that is open.
pub(super) fn s15_one_open_request_for_a_number(sim: &mut Simulation) -> Result<(), Failed> {
    let other = sim.mother("silent")?;
    sim.world().change_phone(&other, "+77010000001").map_err(|error| Failed(error.to_string()))?;
    let first = sim.birth("one-account")?;
    let second = sim.birth("silent")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.expect_at("pd-access-control", "consent-dialogue", &second, "dialogue-queue")?;
    sim.until("2024-04-02T12:00:00")?;
    expect_eq("still one", sim.received("one-account")?.len(), 1)?;
    sim.reply("one-account", "7#2")?;
    expect_eq("the first is over", sim.outcome(&first)?.as_deref(), Some("T05"))?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex1])?;
    sim.expect_at("pd-access-control", "consent-dialogue", &second, "dialogue-wait")?;
    // The term of the second begins with its own SMS.
    sim.until("2024-04-05T23:59:59")?;
    expect_eq("the second is open", sim.outcome(&second)?, None)?;
    sim.reply("one-account", "7#1")?;
    expect_eq("told to the SDU of the second", told(sim, &second), vec!["consented".to_owned()])?;
    expect_eq("told to the SDU of the first", told(sim, &first), vec!["refused".to_owned()])
}

/// §15 (OP-24): an SMS that is never delivered is repeated for one working day, by day only; then T04, without another SMS.
pub(super) fn s15_never_delivered(sim: &mut Simulation) -> Result<(), Failed> {
    sim.smsc().faults.undeliverable = Times::Always;
    let case = sim.birth("one-account")?;
    sim.until("2024-04-01T12:00:01")?;
    expect_eq("submitted by noon", sim.smsc().submissions(), 2)?;
    sim.until("2024-04-02T08:59:59")?;
    expect_eq("submitted on the first day", sim.smsc().submissions(), 5)?;
    sim.until("2024-04-02T23:59:59")?;
    expect_eq("submitted in all", sim.smsc().submissions(), 11)?;
    expect_eq("still tried", sim.outcome(&case)?, None)?;
    let hours: Vec<i8> =
        sim.smsc().books().map(|entry| entry.at.to_zoned_datetime(calendar::almaty()).hour()).collect();
    expect(&format!("never at night: {hours:?}"), hours.iter().all(|hour| (9..20).contains(hour)))?;
    sim.until("2024-04-03T00:00:00")?;
    sim.expect_closed(&case, "T04", None)?;
    expect_eq("told to the SDU", told(sim, &case), vec!["not-delivered".to_owned()])?;
    sim.smsc().faults.undeliverable = Times::Off;
    sim.pass(days(5))?;
    sim.expect_sms("one-account", &[])
}

fn days(days: i64) -> SignedDuration {
    hours(24 * days)
}

/// §15 (OP-24): the first attempt fails, the second reaches the person; there is one SMS and one request.
pub(super) fn s15_delivered_at_the_second_attempt(sim: &mut Simulation) -> Result<(), Failed> {
    sim.smsc().faults.undeliverable = Times::Next(1);
    let case = sim.birth("one-account")?;
    sim.expect_sms("one-account", &[])?;
    sim.until("2024-04-01T11:59:59")?;
    sim.expect_sms("one-account", &[])?;
    sim.until("2024-04-01T12:00:01")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.until("2024-04-04T12:00:00")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    expect_eq("news of the acceptance", sim.count("PD_SMS_EVENT"), 1)?;
    sim.reply("one-account", "7#1")?;
    expect_eq("told to the SDU", told(sim, &case), vec!["consented".to_owned()])
}

/// §15 (OP-24): accepted, but no receipt comes: that is no failure, and nothing is repeated.
pub(super) fn s15_no_receipt_is_no_failure(sim: &mut Simulation) -> Result<(), Failed> {
    sim.smsc().faults.no_receipt = Times::Always;
    let case = sim.birth("silent")?;
    sim.until("2024-04-04T23:59:59")?;
    expect_eq("submitted", sim.smsc().submissions(), 1)?;
    sim.expect_at("pd-access-control", "consent-dialogue", &case, "dialogue-wait")?;
    sim.until("2024-04-08T12:00:00")?;
    sim.expect_sms("silent", &[Sms::Annex1, Sms::Annex5])?;
    sim.expect_closed(&case, "T10", None)
}

/// §15 (OP-24): the centre takes nothing for a while: the case says for whom it waits, and goes on when it does.
pub(super) fn s15_the_centre_is_busy(sim: &mut Simulation) -> Result<(), Failed> {
    sim.smsc().faults.throttle = Times::Next(2);
    let case = sim.birth("one-account")?;
    sim.expect_sms("one-account", &[])?;
    expect_eq("waits for", sim.troubles(&case)?, vec!["smpp:submit".to_owned()])?;
    sim.pass(hours(1))?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    expect_eq("waits for nothing", sim.troubles(&case)?, Vec::<String>::new())?;
    sim.reply("one-account", "7#2")?;
    sim.expect_closed(&case, "T05", None)
}

/// §15 (OP-23): a reply from another number has no effect on the case.
pub(super) fn s15_another_phone_has_no_effect(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.reply("silent", "7#1")?;
    sim.reply("refuses", "7#2")?;
    sim.expect_at("pd-access-control", "consent-dialogue", &case, "dialogue-wait")?;
    sim.reply("one-account", "7#1")?;
    sim.reply("silent", "205#3#1")?;
    expect_eq("no account is agreed", sim.task(&case)?.is_none(), true)?;
    sim.expect_at("emaket", "large-family-assignment", &case, "offer-wait")
}

/// §16 (OP-06, OP-20): 7#2 after 7#1 and before the decision stops the case; the data are not processed any more.
pub(super) fn s16_withdrawal_before_the_decision(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "withdraws")?;
    sim.reply("withdraws", "7#2")?;
    sim.expect_closed(&case, "T05", Some("T05"))?;
    let stop = &sim.nth_of("EMAKET_STOP", &case, 0)?;
    expect_eq("reason of the stop", text(stop, "reason"), "consent-withdrawn".into())?;
    let last = sim.sent_of("SDU_STATUS", &case).pop().unwrap_or_default();
    expect_eq(
        "final information",
        (text(&last, "kind"), text(&last, "outcome")),
        ("final".into(), "T05".into()),
    )?;
    expect_eq("its reason", text(&last, "reasonCode"), "consent-withdrawn".into())?;
    let told = sim.sent("SDU_CONSENT").pop().unwrap_or_default();
    expect_eq(
        "told to the SDU",
        (text(&told, "status"), text(&told, "iin")),
        ("withdrawn".into(), sim.mother("withdraws")?),
    )?;
    let iin = sim.mother("withdraws")?.parse().map_err(|_| Failed("the mother's number".into()))?;
    let control = sim.engine("pd-access-control").ok_or_else(|| Failed("no access control".into()))?;
    let consents = cases::consents_of(control, &iin).map_err(|error| Failed(error.to_string()))?;
    expect("the consent is not in force", !cases::consent::is_in_force(&consents, "large-family-allowance"))?;
    sim.pass(days(10))?;
    sim.expect_sms("withdraws", &[Sms::Annex1, Sms::Annex2("B1")])?;
    expect_eq("payments", sim.payments(&case)?.len(), 0)
}

/// §16 (OP-20): after the decision a withdrawal has no effect on it.
pub(super) fn s16_withdrawal_after_the_decision_has_no_effect(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "withdraws")?;
    sim.decide(&case, Decision::Assign)?;
    sim.reply("withdraws", "7#2")?;
    sim.pass(days(2))?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    expect_eq("stops asked for", sim.count("EMAKET_STOP"), 0)?;
    sim.expect_sms("withdraws", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Assigned])
}

/// §16 (OP-23): 7#2 from a number that the base does not know withdraws nothing.
pub(super) fn s16_withdrawal_of_a_stranger(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "one-account")?;
    let now = sim.now();
    sim.smsc().write("+77779999999", "1414", "7#2", now).map_err(|error| Failed(error.to_string()))?;
    sim.settle()?;
    expect_eq("number looked for", text(&sim.nth("MAB_PHONE", 1)?, "phone"), "+77779999999".into())?;
    expect_eq("recorded", sim.trace_has_run("withdrawal-unknown")?, true)?;
    expect_eq("told to the SDU", told(sim, &case), vec!["consented".to_owned()])?;
    sim.expect_at("emaket", "large-family-assignment", &case, "offer-wait")
}

/// §6 (OP-21): death before the consent: the request is taken back, and no SMS follows, not even Annex 5.
pub(super) fn s06_death_before_the_consent(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("dies")?;
    let mother = sim.mother("dies")?;
    sim.pass(hours(3))?;
    sim.death(&mother)?;
    sim.expect_closed(&case, "T02", None)?;
    let actions: Vec<String> =
        sim.sent_of("EGOV_PHONE_CHECK", &case).iter().map(|row| text(row, "action")).collect();
    expect_eq("actions", actions, vec!["open".to_owned(), "close".to_owned()])?;
    expect_eq("nobody is told of a consent", told(sim, &case), Vec::<String>::new())?;
    sim.pass(days(10))?;
    sim.reply("dies", "7#1")?;
    sim.expect_sms("dies", &[Sms::Annex1])
}

/// §6 (OP-21, OP-07): the number of one who died is free for the next request.
pub(super) fn s06_death_while_another_waits_for_the_number(sim: &mut Simulation) -> Result<(), Failed> {
    let other = sim.mother("silent")?;
    sim.world().change_phone(&other, "+77010000013").map_err(|error| Failed(error.to_string()))?;
    sim.birth("dies")?;
    let second = sim.birth("silent")?;
    sim.expect_at("pd-access-control", "consent-dialogue", &second, "dialogue-queue")?;
    let mother = sim.mother("dies")?;
    sim.death(&mother)?;
    sim.expect_at("pd-access-control", "consent-dialogue", &second, "dialogue-wait")?;
    sim.reply("dies", "7#1")?;
    expect_eq("told to the SDU of the second", told(sim, &second), vec!["consented".to_owned()])
}

/// Order, point 6 (OP-50): the pilot ends while the consent is awaited: the case stops without SMS.
pub(super) fn o6_pilot_ends_before_the_consent(sim: &mut Simulation) -> Result<(), Failed> {
    sim.until("2024-10-02T12:00:00")?;
    let case = sim.birth("silent")?;
    sim.until("2024-10-03T23:59:58")?;
    sim.expect_at("pd-access-control", "consent-dialogue", &case, "dialogue-wait")?;
    sim.until("2024-10-04T00:00:01")?;
    sim.expect_closed(&case, "T10", None)?;
    sim.pass(days(10))?;
    sim.reply("silent", "7#1")?;
    sim.expect_sms("silent", &[Sms::Annex1])?;
    expect_eq("lists of those who consented", sim.count("EMAKET_CONSENT"), 0)
}

/// Order, point 6 (OP-50): those who consented are finished.
pub(super) fn o6_those_with_consent_are_finished(sim: &mut Simulation) -> Result<(), Failed> {
    sim.until("2024-10-03T12:00:00")?;
    let case = consented(sim, "one-account")?;
    sim.until("2024-10-07T12:00:00")?;
    sim.reply("one-account", "205#3#1")?;
    sim.decide(&case, Decision::Assign)?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Assigned])
}

/// Order, point 6 (OP-50, OP-07): a request that waits for its number is not sent after the pilot.
pub(super) fn o6_a_request_in_the_queue_is_not_sent_after_the_pilot(
    sim: &mut Simulation,
) -> Result<(), Failed> {
    let other = sim.mother("silent")?;
    sim.world().change_phone(&other, "+77010000001").map_err(|error| Failed(error.to_string()))?;
    sim.until("2024-10-03T12:00:00")?;
    let first = sim.birth("one-account")?;
    let second = sim.birth("silent")?;
    sim.until("2024-10-08T12:00:00")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.expect_closed(&first, "T10", None)?;
    sim.expect_closed(&second, "T10", None)
}
