//! The branches of the chapter over real sockets, each named after its paragraph.

use serde_json::json;

use crate::people::plain;
use crate::system::{System, eventually};

/// The code that the allowance has in SMS (OP-09).
pub const CODE: &str = "205";

/// Consents and chooses the first bank.
pub fn consent_and_choose(system: &System, family: &crate::people::Family) {
    system.sms(family, "7#1");
    system.reply(family, "7#1");
    system.sms(family, &format!("{CODE}#3#1"));
    system.reply(family, &format!("{CODE}#3#1"));
}

#[test]
fn s24_s27_s28_one_account_decision_payment_and_notice() {
    let system = System::start();
    let family = system.family("one-account");
    let case = system.birth(&family);
    consent_and_choose(&system, &family);
    let mut official = system.official();
    official.decide(&case, &[("outcome", "assign")]);
    let payment = system.paid(&case);
    assert_eq!(payment["iin"], family.addressee.as_str());
    system.outcome(&case, "Assigned");
    eventually("the notice of the decision", || {
        let received = system.received(&family);
        if received.len() == 3 { Ok(()) } else { Err(format!("{received:?}")) }
    });
    // Whoever looks at the case finds its paragraphs and the official, and no personal data.
    let story = system.story(&case);
    for paragraph in ["§6", "§9", "§15", "§18", "§24", "§27", "§28"] {
        assert!(story.contains(paragraph), "{paragraph}: {}", plain(&story));
    }
    assert!(!story.contains(&family.addressee), "no IIN on a page that anybody may see");
    assert_eq!(system.payments(&case).len(), 1);
}

#[test]
fn s19_annex_3_several_banks_the_second_is_chosen() {
    let system = System::start();
    let family = system.family("several-banks");
    let case = system.birth(&family);
    system.sms(&family, "7#1");
    system.reply(&family, "7#1");
    let annex = system.sms(&family, &format!("{CODE}#3#2"));
    let links: Vec<&str> = annex.lines().filter(|line| line.contains("#3#2")).collect();
    assert!(annex.contains(&format!("{CODE}#3#1")) && links.len() == 1, "Annex 3 lists the banks: {annex}");
    system.reply(&family, &format!("{CODE}#3#2"));
    system.official().decide(&case, &[("outcome", "assign")]);
    let payment = system.paid(&case);
    // The account of the payment is one of the person's, and not that of the first line.
    let path = format!("/tables/accounts?column=iin&value={}", family.addressee);
    let accounts = system.control("GET", &path, None)["rows"].as_array().unwrap().clone();
    assert!(
        accounts.len() > 1 && accounts.iter().any(|account| account["iban"] == payment["iban"]),
        "{payment}"
    );
    let chosen = accounts.iter().find(|account| account["iban"] == payment["iban"]).unwrap();
    let banks = system.control(
        "GET",
        &format!("/tables/banks?column=code&value={}", chosen["bank"].as_str().unwrap()),
        None,
    );
    let name = banks["rows"][0]["nameKk"].as_str().unwrap();
    assert!(links[0].contains(name), "the second line was {:?}, paid to {name}", links[0]);
    system.outcome(&case, "Assigned");
}

#[test]
fn s16_refused_consent_ends_with_t05() {
    let system = System::start();
    let family = system.family("refuses");
    let case = system.birth(&family);
    system.sms(&family, "7#1");
    system.reply(&family, "7#2");
    system.outcome(&case, "Consent refused or withdrawn");
    assert!(system.payments(&case).is_empty());
    assert_eq!(system.received(&family).len(), 1, "nothing more is sent to who refused");
}

#[test]
fn s21_s22_no_account_annex_4_an_account_is_opened_and_confirmed() {
    let system = System::start();
    let family = system.family("opens-later");
    let case = system.birth(&family);
    system.sms(&family, "7#1");
    system.reply(&family, "7#1");
    let annex = eventually("Annex 4", || {
        let received = system.received(&family);
        received.get(1).cloned().ok_or_else(|| format!("{received:?} {}", plain(&system.story(&case))))
    });
    assert!(annex.contains(".example"), "links of the banks: {annex}");
    let opened = system.control("POST", "/accounts", Some(&json!({ "iin": family.addressee, "bank": "B2" })));
    system.sms(&family, &format!("{CODE}#3#1"));
    system.reply(&family, &format!("{CODE}#3#1"));
    system.official().decide(&case, &[("outcome", "assign")]);
    assert_eq!(system.paid(&case)["iban"], opened["iban"]);
    system.outcome(&case, "Assigned");
}

#[test]
fn s13_no_phone_ends_with_t04() {
    let system = System::start();
    let family = system.family("no-phone");
    let case = system.birth(&family);
    system.outcome(&case, "No number, or SMS not delivered");
    let books = system.control("GET", "/sms/books", None);
    assert_eq!(books["submissions"], 0, "no SMS was sent to anybody");
}

#[test]
fn a_register_that_is_down_is_named_and_the_case_goes_on_when_it_answers() {
    let system = System::start();
    system.fault("MO_CONFIRM", &json!({ "down": "always" }));
    let family = system.family("one-account");
    let case = system.birth(&family);
    let story = system.told(&case, "class=\"warning\"");
    assert!(plain(&story).contains("MO_CONFIRM"), "the trouble names the register: {}", plain(&story));
    assert!(system.received(&family).is_empty());
    system.mend();
    system.sms(&family, "7#1");
    assert!(system.is_healthy());
}

#[test]
fn a_bank_that_answers_nonsense_does_not_stop_the_others_and_is_not_believed() {
    let system = System::start();
    // The bank of the account is sound; another one changes its answers after signing, and a third is no XML at all.
    system.fault("BANK_ACCOUNTS_2", &json!({ "nonsense": "always", "nonsense_kind": "wrong-signature" }));
    system.fault("BANK_ACCOUNTS_3", &json!({ "nonsense": { "next": 3 }, "nonsense_kind": "malformed" }));
    let family = system.family("one-account");
    let case = system.birth(&family);
    system.sms(&family, "7#1");
    system.reply(&family, "7#1");
    // The answers of the bank that is not believed are refused with the code of a wrong signature, and logged.
    eventually("the refusals in the log", || {
        let page = system.log_page("service=BANK_ACCOUNTS_2");
        if page.contains("GW-4001") { Ok(()) } else { Err(plain(&page)) }
    });
    system.mend();
    system.sms(&family, &format!("{CODE}#3#1"));
    system.reply(&family, &format!("{CODE}#3#1"));
    system.official().decide(&case, &[("outcome", "assign")]);
    assert_eq!(system.paid(&case)["iin"], family.addressee.as_str());
}

#[test]
fn s15_s16_silence_ends_with_t10_after_three_working_days() {
    let system = System::start();
    let family = system.family("silent");
    let case = system.birth(&family);
    system.sms(&family, "7#1");
    let mut operator = system.operator();
    // Two working days later nothing is decided yet.
    system.advance(&mut operator, 48);
    assert!(!system.story(&case).contains("No reply to the consent request</b>"));
    system.advance(&mut operator, 72);
    system.outcome(&case, "No reply to the consent request");
}

#[test]
fn s18_banks_silent_for_a_working_day_are_put_before_an_operator_of_emaket() {
    let system = System::start();
    for bank in 1..=4 {
        system.fault(&format!("BANK_ACCOUNTS_{bank}"), &json!({ "down": "always" }));
    }
    let family = system.family("one-account");
    let case = system.birth(&family);
    system.sms(&family, "7#1");
    system.reply(&family, "7#1");
    system.told(&case, "class=\"warning\"");
    system.advance(&mut system.operator(), 48);
    // Somebody of those whom the installation began with finds the task in the inbox and can answer it (OP-13).
    let accounts = system.accounts();
    let (mut operator, task) = eventually("somebody's task about the silent banks", || {
        for (login, password) in &accounts {
            let mut visitor = crate::people::Visitor::new(&system);
            assert_eq!(visitor.sign_in(login, password).status, 303, "{login}");
            let inbox = visitor.request("GET", "/inbox", "").expect("the pages answer");
            let row = inbox.body.split("<tr").find(|row| row.contains(&case)).map(str::to_owned);
            let address =
                row.and_then(|row| crate::http::between(&row, "href=\"/inbox/", "\"").map(str::to_owned));
            if let Some(address) = address {
                return Ok((visitor, format!("/inbox/{address}")));
            }
        }
        Err(format!("none of {:?} has it; {}", accounts, crate::people::parts(&system.story(&case))))
    });
    system.mend();
    let page = operator.page(&task);
    let reply = operator.send(&page, &task, &[("comment", "банктер қайта қосылды")]);
    assert_eq!(reply.status, 303, "{}", plain(&reply.body));
    // The banks are asked again, and the story goes on.
    system.sms(&family, &format!("{CODE}#3#1"));
}
