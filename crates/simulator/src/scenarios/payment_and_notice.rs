//! Paragraphs 27 and 28: placing for payment, the notice, the final information.

use jiff::civil::date;
use rules::Value;

use super::application_and_decision::{file, written};
use super::{before_the_official, hours};
use crate::outside::{Sms, text};
use crate::people::{Decision, expect, expect_eq};
use crate::{Failed, Simulation};

/// §27. LF9: what is placed for payment is what was decided, once, on the account agreed.
pub(super) fn s27_payment_under_the_rules(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.until("2024-04-03T12:00:00")?;
    sim.decide(&case, Decision::Assign)?;
    let orders = sim.sent_of("ODQ_PAYMENT", &case);
    expect_eq("orders", orders.len(), 1)?;
    let order = &sim.nth_of("ODQ_PAYMENT", &case, 0)?;
    expect_eq("person", text(order, "iin"), sim.mother("one-account")?)?;
    expect_eq("name", text(order, "fullName"), "Серікова Айнұр Маратқызы".into())?;
    expect_eq("amount in tiyn", order.get("amountTiyn").cloned(), Some(Value::from(5_918_276)))?;
    let born = Value::Date(rules::temporal::Date::from(date(2024, 4, 1)));
    expect_eq("paid from the day of the fact", order.get("payFrom").cloned(), Some(born))?;
    let decided = Value::Date(rules::temporal::Date::from(date(2024, 4, 3)));
    expect_eq("day of the decision", order.get("decisionDate").cloned(), Some(decided))?;
    let file = file(sim, &case)?;
    expect_eq(
        "number of the decision",
        text(order, "decisionNumber"),
        written(&file, "decision", "/number")?,
    )?;
    let digest = file.document("decision").map(|document| document.digest.clone());
    expect_eq("decision", Some(text(order, "decisionDigest")), digest)?;
    expect_eq("account", text(order, "iban"), written(&file, "decision", "/account/iban")?)?;
    let booked = sim.payments(&case)?;
    expect_eq("booked", booked.len(), 1)?;
    expect_eq(
        "amount booked",
        booked.first().cloned().unwrap_or_default().get("amountTiyn").cloned(),
        Some(Value::from(5_918_276)),
    )
}

/// §27: multiples of the index by the number of children who count: four to seven, and from eight for each child.
pub(super) fn s27_amounts_by_children(sim: &mut Simulation) -> Result<(), Failed> {
    let families = [
        ("one-account", 0, 5_918_276),
        ("silent", 1, 7_398_768),
        ("refuses", 2, 8_879_260),
        ("needs-completion", 3, 10_359_752),
        ("withdraws", 4, 11_814_400),
        ("dies", 5, 13_291_200),
    ];
    for (story, more, tiyn) in families {
        for number in 0..more {
            sim.older_child(story, date(2021, 1, 1 + number))?;
        }
        let case = before_the_official(sim, story)?;
        sim.decide(&case, Decision::Assign)?;
        let order = &sim.nth_of("ODQ_PAYMENT", &case, 0)?;
        expect_eq(
            &format!("{} children", 4 + more),
            order.get("amountTiyn").cloned(),
            Some(Value::from(tiyn)),
        )?;
    }
    Ok(())
}

/// §27: the payment database is silent: the decision stands, the case waits and says for whom; later it is paid once.
pub(super) fn s27_payment_database_is_silent(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.silence("ODQ_PAYMENT");
    sim.decide(&case, Decision::Assign)?;
    sim.pass(hours(5))?;
    expect_eq("waits for", sim.troubles(&case)?, vec!["gateway:ODQ_PAYMENT".to_owned()])?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    sim.heal()?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    expect_eq("booked", sim.payments(&case)?.len(), 1)?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Assigned])
}

/// §28. C27: from the birth to the payment: the whole conversation, the notice with the number, the final information.
pub(super) fn s28_from_the_birth_to_the_payment(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.decide(&case, Decision::Assign)?;
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
        "SMS",
        "PD_SMS_REPLY",
        "EGOV_CONSENT_RESULT",
        "SDU_CONSENT",
        "EMAKET_CONSENT",
        "MINTRUD_BANKS",
        "BANK_ACCOUNTS_1",
        "BANK_ACCOUNTS_2",
        "BANK_ACCOUNTS_3",
        "BANK_ACCOUNTS_4",
        "SMS_SEND",
        "SMS",
        "EMAKET_SMS_REPLY",
        "ODQ_RECIPIENTS",
        "ODQ_PAYMENT",
        "SMS_SEND",
        "SDU_STATUS",
    ])?;
    sim.expect_closed(&case, "T08", Some("T08"))?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Assigned])?;
    let number = written(&file(sim, &case)?, "decision", "/number")?;
    expect(
        "the notice names the decision",
        sim.last_sms("one-account")?.contains(&format!("Шешім № {number}.")),
    )?;
    let last = sim.sent_of("SDU_STATUS", &case).pop().unwrap_or_default();
    expect_eq(
        "final information",
        (text(&last, "kind"), text(&last, "outcome")),
        ("final".into(), "T08".into()),
    )?;
    expect_eq("number of the decision", text(&last, "decisionNumber"), number)?;
    let today = Value::Date(rules::temporal::Date::from(date(2024, 4, 1)));
    expect_eq("its day", last.get("decisionDate").cloned(), Some(today))?;
    expect_eq("version of the format", text(&last, "formatVersion"), "1".into())
}

/// §28. C27: a refusal is told to the person and, with its ground, to the SDU.
pub(super) fn s28_refusal_is_told(sim: &mut Simulation) -> Result<(), Failed> {
    let case = before_the_official(sim, "one-account")?;
    sim.decide(&case, Decision::Refuse("data-not-authentic"))?;
    sim.expect_closed(&case, "T09", Some("T09"))?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Refused])?;
    let number = written(&file(sim, &case)?, "decision", "/number")?;
    expect(
        "the notice names the decision",
        sim.last_sms("one-account")?.contains(&format!("Шешім № {number}.")),
    )?;
    let last = sim.sent_of("SDU_STATUS", &case).pop().unwrap_or_default();
    expect_eq(
        "final information",
        (text(&last, "kind"), text(&last, "outcome")),
        ("final".into(), "T09".into()),
    )?;
    expect_eq("ground", text(&last, "reasonCode"), "data-not-authentic".into())?;
    expect_eq("number of the decision", text(&last, "decisionNumber"), number)?;
    let today = Value::Date(rules::temporal::Date::from(date(2024, 4, 1)));
    expect_eq("its day", last.get("decisionDate").cloned(), Some(today))?;
    expect_eq("version of the format", text(&last, "formatVersion"), "1".into())
}
