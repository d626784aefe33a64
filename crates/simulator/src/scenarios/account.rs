//! Paragraphs 18 to 22: the banks, Annexes 2 to 5 and the account.

use jiff::SignedDuration;
use rules::{Context, Value};
use stand::faults::Times;

use super::{before_the_official, consented, hours};
use crate::outside::{Sms, text};
use crate::people::{Decision, expect, expect_eq};
use crate::{Failed, Simulation};

const ALL_BANKS: Sms = Sms::Annex4(&["B1", "B2", "B3", "B4"]);

/// The account of the person of the story in this bank.
fn iban(sim: &mut Simulation, story: &str, bank: &str) -> Result<String, Failed> {
    let mother = Value::text(sim.mother(story)?);
    let found =
        sim.world().tables().find("accounts", "iin", &mother).map_err(|error| Failed(error.to_string()))?;
    let account = found.iter().find(|row| text(row, "bank") == bank).map(|row| text(row, "iban"));
    account.ok_or_else(|| Failed(format!("no account in {bank}")))
}

/// The official assigns, and the money goes to this account.
fn paid_to(sim: &mut Simulation, case: &str, bank: &str, iban: &str) -> Result<(), Failed> {
    sim.decide(case, Decision::Assign)?;
    let order = sim.sent_of("ODQ_PAYMENT", case).pop().unwrap_or_default();
    expect_eq(
        "account paid to",
        (text(&order, "bankCode"), text(&order, "iban")),
        (bank.into(), iban.into()),
    )?;
    sim.expect_closed(case, "T08", Some("T08"))
}

/// Ended as "no reply", with the SDU told so.
fn ended_as(sim: &Simulation, case: &str, outcome: &str) -> Result<(), Failed> {
    sim.expect_closed(case, outcome, Some(outcome))?;
    let last = sim.sent_of("SDU_STATUS", case).pop().unwrap_or_default();
    expect_eq(
        "final information",
        (text(&last, "kind"), text(&last, "outcome")),
        ("final".into(), outcome.into()),
    )?;
    expect_eq("version of the format", text(&last, "formatVersion"), "1".into())?;
    expect_eq("applications formed", sim.trace_has_run("assign-application")?, false)
}

fn at_offer(sim: &Simulation, case: &str) -> Result<(), Failed> {
    sim.expect_at("emaket", "large-family-assignment", case, "offer-wait")
}

fn at_opening(sim: &Simulation, case: &str) -> Result<(), Failed> {
    sim.expect_at("emaket", "large-family-assignment", case, "opening-wait")
}

/// §18. C13: without a consent no bank is asked, and a question without one is refused by the contract.
pub(super) fn s18_no_bank_is_asked_without_consent(sim: &mut Simulation) -> Result<(), Failed> {
    sim.birth("one-account")?;
    sim.pass(hours(24 * 2))?;
    sim.expect_no_bank_asked()?;
    let without = Context::new()
        .with("requestId", "1")
        .with("service", "large-family-allowance")
        .with("iin", sim.mother("one-account")?);
    let with = without.clone().with("consentNumber", "C-1").with("consentedAt", sim.moment_now());
    for service in ["BANK_ACCOUNTS_1", "BANK_ACCOUNTS_2", "BANK_ACCOUNTS_3", "BANK_ACCOUNTS_4"] {
        expect("refused without a consent", sim.would_pass("emaket", service, &without).is_err())?;
        expect("refused to another than E-maket", sim.would_pass("sdu", service, &with).is_err())?;
        expect("taken with a consent", sim.would_pass("emaket", service, &with).is_ok())?;
    }
    sim.reply("one-account", "7#1")?;
    let consent = text(&sim.nth("EMAKET_CONSENT", 0)?, "consentNumber");
    for service in ["BANK_ACCOUNTS_1", "BANK_ACCOUNTS_2", "BANK_ACCOUNTS_3", "BANK_ACCOUNTS_4"] {
        let question = &sim.nth(service, 0)?;
        expect_eq("consent in the question", text(question, "consentNumber"), consent.clone())?;
        expect_eq("person", text(question, "iin"), sim.mother("one-account")?)?;
    }
    Ok(())
}

/// §18. C14: only the banks that are integrated are asked; an account elsewhere is not found.
pub(super) fn s18_only_integrated_banks(sim: &mut Simulation) -> Result<(), Failed> {
    sim.change_rows("banks", "code", "B1", Context::new().with("integrated", false))?;
    let case = consented(sim, "one-account")?;
    expect_eq("the bank asked", sim.count("BANK_ACCOUNTS_1"), 0)?;
    expect_eq(
        "the others asked",
        sim.count("BANK_ACCOUNTS_2") + sim.count("BANK_ACCOUNTS_3") + sim.count("BANK_ACCOUNTS_4"),
        3,
    )?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex4(&["B2", "B3", "B4"])])?;
    at_opening(sim, &case)
}

/// §19(1). C15, C18: one account; exactly one SMS, by Annex 2; `205#3#1` fixes the account.
pub(super) fn s19_1_one_bank(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "one-account")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    let order = sim.sent_of("SMS_SEND", &case).pop().unwrap_or_default();
    expect_eq("ordered by", text(&order, "orderer"), "emaket".into())?;
    sim.reply("one-account", "205#3#1")?;
    let account = iban(sim, "one-account", "B1")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    paid_to(sim, &case, "B1", &account)
}

/// §19(2). C16, C19: accounts in two banks; exactly one SMS, by Annex 3 with both; `205#3#2` fixes the second.
pub(super) fn s19_2_several_banks(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "several-banks")?;
    sim.expect_sms("several-banks", &[Sms::Annex1, Sms::Annex3(&["B1", "B3"])])?;
    expect("two lines only", !sim.last_sms("several-banks")?.contains("205#3#3"))?;
    sim.reply("several-banks", "205#3#2")?;
    let account = iban(sim, "several-banks", "B3")?;
    paid_to(sim, &case, "B3", &account)
}

/// §19(2). The first line; a second reply does not change what was fixed (OP-06).
pub(super) fn s19_2_first_line(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "several-banks")?;
    sim.reply("several-banks", "205#3#1")?;
    sim.reply("several-banks", "205#3#2")?;
    let account = iban(sim, "several-banks", "B1")?;
    paid_to(sim, &case, "B1", &account)
}

/// §19(3). C17: no account; exactly one SMS, by Annex 4 with the list of the integrated banks.
pub(super) fn s19_3_no_account(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS])?;
    let order = sim.sent_of("SMS_SEND", &case).pop().unwrap_or_default();
    expect_eq("ordered by", text(&order, "orderer"), "emaket".into())?;
    sim.reply("opens-later", "205#3#1")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS])?;
    at_opening(sim, &case)
}

/// §19 (OP-11): several accounts in one bank are one bank; it names the account, the oldest.
pub(super) fn s19_several_accounts_in_one_bank(sim: &mut Simulation) -> Result<(), Failed> {
    let account = iban(sim, "one-account", "B1")?;
    sim.opens_account_unreported("one-account", "B1")?;
    let case = before_the_official(sim, "one-account")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    paid_to(sim, &case, "B1", &account)
}

/// §19. C29 (OP-04): a reply that names no line, another service or nothing changes neither state nor term.
pub(super) fn s19_reply_that_fits_nothing(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "several-banks")?;
    for reply in [
        "205#3#3", "205#3#5", "206#3#1", "205#4#1", "205##1", "205#3", "3#1", "205#3#01", "205#3#-1", "банк",
        "7#1",
    ] {
        sim.reply("several-banks", reply)?;
        at_offer(sim, &case)?;
    }
    sim.until("2024-04-04T23:59:59")?;
    at_offer(sim, &case)?;
    sim.expect_sms("several-banks", &[Sms::Annex1, Sms::Annex3(&["B1", "B3"])])?;
    sim.until("2024-04-05T00:00:00")?;
    ended_as(sim, &case, "T06")
}

/// Annex 2. C20 (OP-10): `205#3#0`; no account is fixed, Annex 4 lists the other banks; a second such turn is not given.
pub(super) fn s19_another_bank(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "another-bank")?;
    sim.until("2024-04-03T12:00:00")?;
    sim.reply("another-bank", "205#3#0")?;
    let others = Sms::Annex4(&["B2", "B3", "B4"]);
    sim.expect_sms("another-bank", &[Sms::Annex1, Sms::Annex2("B1"), others])?;
    at_opening(sim, &case)?;
    // Three new working days: Thursday 4, Friday 5, Monday 8 April.
    sim.until("2024-04-08T18:30:00")?;
    let asked = sim.count("BANK_ACCOUNTS_1");
    let account = sim.opens_account("another-bank", "B3")?;
    expect_eq(
        "the bank that was declined is not asked again",
        (asked, sim.count("BANK_ACCOUNTS_1")),
        (1, 1),
    )?;
    sim.expect_sms("another-bank", &[Sms::Annex1, Sms::Annex2("B1"), others, Sms::Annex2("B3")])?;
    sim.reply("another-bank", "205#3#0")?;
    at_offer(sim, &case)?;
    sim.reply("another-bank", "205#3#1")?;
    sim.expect_sms("another-bank", &[Sms::Annex1, Sms::Annex2("B1"), others, Sms::Annex2("B3")])?;
    paid_to(sim, &case, "B3", &account)
}

/// §22, Annex 2 (OP-10): after an opening another bank can be wanted as well, once.
pub(super) fn s22_another_bank_after_the_opening(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    sim.opens_account("opens-later", "B2")?;
    sim.reply("opens-later", "205#3#0")?;
    let others = Sms::Annex4(&["B1", "B3", "B4"]);
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex2("B2"), others])?;
    let account = sim.opens_account("opens-later", "B4")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex2("B2"), others, Sms::Annex2("B4")])?;
    sim.reply("opens-later", "205#3#1")?;
    paid_to(sim, &case, "B4", &account)
}

/// Annex 3 (OP-10): with an account in every integrated bank there is no other; `205#3#0` has no effect.
pub(super) fn s19_no_other_bank_left(sim: &mut Simulation) -> Result<(), Failed> {
    for bank in ["B2", "B3", "B4"] {
        sim.opens_account_unreported("one-account", bank)?;
    }
    let case = consented(sim, "one-account")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex3(&["B1", "B2", "B3", "B4"])])?;
    sim.reply("one-account", "205#3#0")?;
    at_offer(sim, &case)?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex3(&["B1", "B2", "B3", "B4"])])
}

/// Annex 3 (OP-12): the line chosen is the line that was sent, here the fourth and, for another person, `0` of three.
pub(super) fn s19_every_bank_can_be_chosen(sim: &mut Simulation) -> Result<(), Failed> {
    for bank in ["B2", "B3", "B4"] {
        sim.opens_account_unreported("one-account", bank)?;
    }
    for bank in ["B1", "B3"] {
        sim.opens_account_unreported("silent", bank)?;
    }
    let case = consented(sim, "one-account")?;
    sim.reply("one-account", "205#3#4")?;
    let account = iban(sim, "one-account", "B4")?;
    paid_to(sim, &case, "B4", &account)?;
    let case = consented(sim, "silent")?;
    sim.expect_sms("silent", &[Sms::Annex1, Sms::Annex3(&["B1", "B2", "B3"])])?;
    sim.reply("silent", "205#3#0")?;
    sim.expect_sms("silent", &[Sms::Annex1, Sms::Annex3(&["B1", "B2", "B3"]), Sms::Annex4(&["B4"])])?;
    at_opening(sim, &case)
}

/// §20. C21: open until 23:59:59 of the third working day; a second later the process ends, and Annex 5 is sent once.
pub(super) fn s20_silence_brings_annex_5(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "one-account")?;
    sim.until("2024-04-04T23:59:59")?;
    at_offer(sim, &case)?;
    sim.until("2024-04-05T00:00:00")?;
    expect_eq("outcome", sim.outcome(&case)?.as_deref(), Some("T06"))?;
    sim.pass(hours(24 * 7))?;
    ended_as(sim, &case, "T06")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Annex5])
}

/// §20, Annex 3: the same for several banks.
pub(super) fn s20_silence_to_annex_3(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "several-banks")?;
    sim.until("2024-04-04T23:59:59")?;
    at_offer(sim, &case)?;
    sim.pass(hours(24 * 7))?;
    ended_as(sim, &case, "T06")?;
    sim.expect_sms("several-banks", &[Sms::Annex1, Sms::Annex3(&["B1", "B3"]), Sms::Annex5])
}

/// §20: a reply in the last second counts.
pub(super) fn s20_reply_in_the_last_second(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "one-account")?;
    sim.until("2024-04-04T23:59:59")?;
    sim.reply("one-account", "205#3#1")?;
    expect("a task waits for the official", sim.task(&case)?.is_some())?;
    sim.pass(hours(12))?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])
}

/// §20. C30 (OP-05): a reply after the window changes nothing.
pub(super) fn s20_late_reply_has_no_effect(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "one-account")?;
    sim.until("2024-04-05T00:00:00")?;
    sim.reply("one-account", "205#3#1")?;
    sim.until("2024-04-05T10:00:00")?;
    sim.reply("one-account", "205#3#1")?;
    ended_as(sim, &case, "T06")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1"), Sms::Annex5])
}

/// §19, 20 (OP-02): the offer ordered at night is accepted in the morning, and the window begins then.
pub(super) fn s19_at_night_the_window_begins_in_the_morning(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.until("2024-04-01T21:00:00")?;
    sim.reply("one-account", "7#1")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.until("2024-04-02T09:00:01")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    sim.until("2024-04-05T23:59:59")?;
    at_offer(sim, &case)?;
    sim.until("2024-04-06T00:00:00")?;
    ended_as(sim, &case, "T06")
}

/// §21, 22. C23: the bank says nothing, E-maket asks again every four hours, selects the account and asks by Annex 2.
pub(super) fn s21_account_found_by_asking_again(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    sim.until("2024-04-02T12:30:00")?;
    let account = sim.opens_account_unreported("opens-later", "B2")?;
    sim.until("2024-04-02T13:59:59")?;
    at_opening(sim, &case)?;
    sim.until("2024-04-02T14:00:01")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex2("B2")])?;
    // First at once, then at 14, 18, 22, 2, 6, 10 and 14 o'clock.
    expect_eq("times asked", sim.count("BANK_ACCOUNTS_4"), 8)?;
    let mut ids: Vec<String> =
        sim.sent("BANK_ACCOUNTS_4").iter().map(|question| text(question, "requestId")).collect();
    ids.sort();
    ids.dedup();
    expect_eq("each time a new question", ids.len(), 8)?;
    sim.reply("opens-later", "205#3#1")?;
    paid_to(sim, &case, "B2", &account)
}

/// §21, Annex 4 (OP-15): the bank reports the opening; E-maket asks it before relying on that.
pub(super) fn s21_account_reported_by_the_bank(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    let report = Context::new()
        .with("rowId", "B2/opened/x")
        .with("caseRef", "B2/opened/x")
        .with("iin", sim.mother("opens-later")?)
        .with("bankCode", "B2")
        .with("iban", "KZ000000000000000000")
        .with("openedOn", Value::Date(rules::temporal::Date::from(jiff::civil::date(2024, 4, 1))));
    sim.outside_sends("bank-2", "EMAKET_ACCOUNT_OPENED", report)?;
    at_opening(sim, &case)?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS])?;
    sim.until("2024-04-01T15:00:00")?;
    let account = sim.opens_account("opens-later", "B3")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex2("B3")])?;
    sim.reply("opens-later", "205#3#1")?;
    paid_to(sim, &case, "B3", &account)
}

/// §20, 21. C25 (OP-16): no account in three working days; the process ends with Annex 5.
pub(super) fn s21_nobody_opens_an_account(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    sim.until("2024-04-04T23:59:59")?;
    at_opening(sim, &case)?;
    sim.until("2024-04-05T00:00:00")?;
    expect_eq("outcome", sim.outcome(&case)?.as_deref(), Some("T06"))?;
    sim.pass(hours(24 * 7))?;
    ended_as(sim, &case, "T06")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex5])
}

/// §21: an account opened in the last hour, of which no bank speaks, is found by the last question.
pub(super) fn s21_account_in_the_last_hour(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    sim.until("2024-04-04T23:00:00")?;
    sim.opens_account_unreported("opens-later", "B1")?;
    sim.until("2024-04-05T09:00:01")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex2("B1")])?;
    at_offer(sim, &case)?;
    sim.reply("opens-later", "205#3#1")?;
    expect("a task waits for the official", sim.task(&case)?.is_some())
}

/// §22. C24: an account in a bank that is not integrated is not selected.
pub(super) fn s21_bank_that_is_not_integrated(sim: &mut Simulation) -> Result<(), Failed> {
    sim.change_rows("banks", "code", "B4", Context::new().with("integrated", false))?;
    let case = consented(sim, "opens-later")?;
    let banks = Sms::Annex4(&["B1", "B2", "B3"]);
    sim.expect_sms("opens-later", &[Sms::Annex1, banks])?;
    sim.opens_account("opens-later", "B4")?;
    at_opening(sim, &case)?;
    sim.until("2024-04-04T12:00:00")?;
    at_opening(sim, &case)?;
    expect_eq("the bank asked", sim.count("BANK_ACCOUNTS_4"), 0)?;
    sim.expect_sms("opens-later", &[Sms::Annex1, banks])
}

/// §22. C26: no reply in three working days after the opening; the process ends, and no Annex 5 is sent.
pub(super) fn s22_silence_after_the_opening(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    sim.until("2024-04-02T12:00:00")?;
    sim.opens_account("opens-later", "B2")?;
    sim.until("2024-04-05T23:59:59")?;
    at_offer(sim, &case)?;
    sim.until("2024-04-06T00:00:00")?;
    expect_eq("outcome", sim.outcome(&case)?.as_deref(), Some("T07"))?;
    sim.pass(hours(24 * 7))?;
    sim.reply("opens-later", "205#3#1")?;
    ended_as(sim, &case, "T07")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex2("B2")])
}

/// §22: confirmed in the last second.
pub(super) fn s22_confirmed_in_the_last_second(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    let account = sim.opens_account("opens-later", "B2")?;
    sim.until("2024-04-04T23:59:59")?;
    sim.reply("opens-later", "205#3#1")?;
    paid_to(sim, &case, "B2", &account)
}

/// §18, 19(3) (OP-13): one bank refuses to answer for a working day, the others have no account: that is not "no account". No
/// annex is sent, a person of E-maket has the banks asked again.
pub(super) fn s18_a_silent_bank_is_not_no_account(sim: &mut Simulation) -> Result<(), Failed> {
    sim.refuse("BANK_ACCOUNTS_2", "SCSE003", Times::Always);
    let case = consented(sim, "silent")?;
    sim.until("2024-04-02T23:59:59")?;
    sim.expect_at("emaket", "large-family-assignment", &case, "query-wait")?;
    sim.until("2024-04-03T00:00:00")?;
    sim.expect_at("emaket", "large-family-assignment", &case, "find-silent-banks")?;
    sim.expect_sms("silent", &[Sms::Annex1])?;
    sim.until("2024-04-03T12:00:00")?;
    sim.heal()?;
    sim.ask_banks_again(&case)?;
    sim.expect_sms("silent", &[Sms::Annex1, Sms::Annex2("B2")])?;
    sim.reply("silent", "205#3#1")?;
    expect("a task waits for the official", sim.task(&case)?.is_some())
}

/// §18 (OP-13): a bank that never comes back while another has an account: the account found is offered after one working day.
pub(super) fn s18_silence_ends_after_one_working_day(sim: &mut Simulation) -> Result<(), Failed> {
    for (story, service, bank) in
        [("one-account", "BANK_ACCOUNTS_4", "B1"), ("silent", "BANK_ACCOUNTS_1", "B2")]
    {
        sim.silence(service);
        let case = sim.birth(story)?;
        sim.reply(story, "7#1")?;
        sim.pass(hours(13))?;
        expect_eq("waits for", sim.troubles(&case)?, vec![format!("gateway:{service}")])?;
        sim.expect_sms(story, &[Sms::Annex1])?;
        sim.pass(hours(24 * 2))?;
        sim.expect_sms(story, &[Sms::Annex1, Sms::Annex2(bank)])?;
        sim.heal()?;
        sim.pass(hours(9))?;
    }
    Ok(())
}

/// §18 (OP-13): each bank in turn refuses and is asked again after half an hour; no answer is taken for "none".
pub(super) fn s18_every_bank_is_asked_again(sim: &mut Simulation) -> Result<(), Failed> {
    for bank in ["BANK_ACCOUNTS_1", "BANK_ACCOUNTS_2", "BANK_ACCOUNTS_3", "BANK_ACCOUNTS_4"] {
        sim.refuse(bank, "SCSE003", Times::Next(1));
    }
    consented(sim, "one-account")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.until("2024-04-01T10:29:59")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.until("2024-04-01T10:30:01")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    for bank in ["BANK_ACCOUNTS_1", "BANK_ACCOUNTS_2", "BANK_ACCOUNTS_3", "BANK_ACCOUNTS_4"] {
        expect_eq(bank, sim.count(bank), 2)?;
        let ids: Vec<String> = sim.sent(bank).iter().map(|question| text(question, "requestId")).collect();
        expect("a new question, not a repeat", ids.first() != ids.last())?;
    }
    Ok(())
}

/// §18 (OP-13): a bank that is down for two hours is waited for; the case says so.
pub(super) fn s18_a_bank_answers_later(sim: &mut Simulation) -> Result<(), Failed> {
    sim.silence("BANK_ACCOUNTS_1");
    let case = consented(sim, "one-account")?;
    sim.pass(hours(2))?;
    expect_eq("waits for", sim.troubles(&case)?, vec!["gateway:BANK_ACCOUNTS_1".to_owned()])?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.heal()?;
    expect_eq("waits for nothing", sim.troubles(&case)?, Vec::<String>::new())?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    sim.reply("one-account", "205#3#1")?;
    expect("a task waits for the official", sim.task(&case)?.is_some())
}

/// §21 (OP-13): a bank that is silent in one round is asked in the next; an account in another is found meanwhile.
pub(super) fn s21_a_silent_bank_while_an_account_is_awaited(sim: &mut Simulation) -> Result<(), Failed> {
    let case = consented(sim, "opens-later")?;
    sim.silence("BANK_ACCOUNTS_3");
    sim.until("2024-04-01T13:00:00")?;
    sim.opens_account_unreported("opens-later", "B2")?;
    sim.until("2024-04-01T14:59:59")?;
    expect_eq("waits for", sim.troubles(&case)?, vec!["gateway:BANK_ACCOUNTS_3".to_owned()])?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS])?;
    sim.until("2024-04-01T15:00:01")?;
    sim.expect_sms("opens-later", &[Sms::Annex1, ALL_BANKS, Sms::Annex2("B2")])
}

/// §19 (OP-24): Annex 2 is never delivered: one working day of repeats, then T04, told to the SDU, no other SMS.
pub(super) fn s19_offer_not_delivered(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.smsc().faults.undeliverable = Times::Always;
    sim.reply("one-account", "7#1")?;
    sim.until("2024-04-02T23:59:59")?;
    at_offer(sim, &case)?;
    sim.until("2024-04-03T00:00:00")?;
    sim.smsc().faults.undeliverable = Times::Off;
    ended_as(sim, &case, "T04")?;
    sim.pass(hours(24 * 7))?;
    sim.expect_sms("one-account", &[Sms::Annex1])
}

/// §19 (OP-24): Annex 2 reaches the person at the second attempt; the window is not begun anew by it.
pub(super) fn s19_offer_delivered_at_the_second_attempt(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    sim.smsc().faults.undeliverable = Times::Next(5);
    sim.until("2024-04-01T12:00:00")?;
    sim.reply("one-account", "7#1")?;
    sim.until("2024-04-02T09:00:01")?;
    sim.expect_sms("one-account", &[Sms::Annex1])?;
    sim.until("2024-04-02T11:00:01")?;
    sim.expect_sms("one-account", &[Sms::Annex1, Sms::Annex2("B1")])?;
    expect_eq("news of the acceptance", sim.sent_of("EMAKET_SMS_EVENT", &case).len(), 1)?;
    sim.until("2024-04-04T23:59:59")?;
    at_offer(sim, &case)?;
    sim.until("2024-04-05T00:00:00")?;
    ended_as(sim, &case, "T06")
}

/// §19(3) (OP-24): Annex 4 is never delivered.
pub(super) fn s21_annex_4_not_delivered(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("opens-later")?;
    sim.smsc().faults.undeliverable = Times::Always;
    sim.reply("opens-later", "7#1")?;
    sim.until("2024-04-02T23:59:59")?;
    at_opening(sim, &case)?;
    sim.until("2024-04-03T00:00:00")?;
    ended_as(sim, &case, "T04")?;
    sim.smsc().faults.undeliverable = Times::Off;
    sim.pass(SignedDuration::from_hours(48))?;
    sim.expect_sms("opens-later", &[Sms::Annex1])
}
