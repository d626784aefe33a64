//! Who saw or received a person's data: for the person after signing in with a certificate; for an operator by IIN, with a reason that
//! is recorded like every other access.

use std::collections::BTreeSet;

use askama::Template;
use cases::consent::Action;
use cases::{Deed, Ledger, Subject, consents_of};
use civic::Iin;

use crate::Role;
use crate::ask::{Answer, Ask, Page, encoded, html};
use crate::pages::case::access;
use crate::pages::overview::short;
use crate::refusal::Refusal;

/// Entries shown of each participant.
const MOST: usize = 200;
/// Shortest reason of an operator, in characters.
const SHORTEST_REASON: usize = 5;

#[derive(Template)]
#[template(path = "ledger.html")]
struct LedgerPage {
    page: Page,
    operator: bool,
    asked: bool,
    entries: Vec<EntryView>,
    consents: Vec<ConsentView>,
}

struct EntryView {
    at: String,
    who: String,
    deed: &'static str,
    deed_text: String,
    what: String,
    reason: String,
    participant: String,
    short: String,
    story: String,
    message: String,
}

struct ConsentView {
    number: String,
    at: String,
    action: &'static str,
    action_text: String,
    purpose: String,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let person = ask.person()?;
        match (&person.iin, person.by_certificate) {
            (Some(iin), true) => {
                let iin: Iin = iin.parse().map_err(|_| Refusal::Form(ask.words.t("ledger-iin-wrong")))?;
                page(ask, Some(&iin))
            }
            _ => page(ask, None),
        }
    })
    .await
}

/// An operator looks for a person.
pub(crate) async fn search(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        if ask.person()?.role != Role::Operator {
            return Err(Refusal::Forbidden);
        }
        let iin = ask.fields.get("iin").and_then(|iin| iin.parse::<Iin>().ok());
        let iin = iin.ok_or_else(|| Refusal::Form(ask.words.t("ledger-iin-wrong")))?;
        let reason = ask.fields.get("reason").filter(|reason| reason.chars().count() >= SHORTEST_REASON);
        let reason = reason.ok_or_else(|| Refusal::Form(ask.words.t("case-reason-needed")))?;
        for engine in &ask.portal.state.engines {
            let subjects = BTreeSet::from([Subject::person(engine, &iin)]);
            Ledger::new(engine).record(&subjects, &access(ask, "", "ledger", reason)?)?;
        }
        page(ask, Some(&iin))
    })
    .await
}

fn page(ask: &Ask, iin: Option<&Iin>) -> Answer {
    let (mut entries, mut consents) = (Vec::new(), Vec::new());
    if let Some(iin) = iin {
        for engine in &ask.portal.state.engines {
            let ledger = Ledger::new(engine);
            entries.extend(ledger.of(Subject::person(engine, iin), MOST)?);
            consents.extend(consents_of(engine, iin)?);
        }
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    consents.sort_by_key(|consent| std::cmp::Reverse(consent.at));
    let staff = ask.person()?.role != Role::Citizen;
    html(&LedgerPage {
        page: ask.page(ask.words.t(ask.title_of("nav-ledger"))),
        operator: ask.person()?.role == Role::Operator,
        asked: iin.is_some(),
        entries: entries.iter().map(|entry| entry_view(ask, entry, staff)).collect(),
        consents: consents.iter().map(|consent| consent_view(ask, consent)).collect(),
    })
}

fn entry_view(ask: &Ask, entry: &cases::Entry, staff: bool) -> EntryView {
    let names = ask.names();
    let (deed, who) = match entry.deed {
        Deed::Seen => ("seen", entry.who.clone()),
        Deed::Disclosed => ("disclosed", names.participant(&entry.who)),
        Deed::Exported => ("exported", entry.who.clone()),
    };
    let what = match entry.what.as_str() {
        "case file" => ask.words.t("ledger-what-case-file"),
        "ledger" => ask.words.t("ledger-what-ledger"),
        other => names.wire_service(other),
    };
    let base = crate::snapshot::base(&entry.case_ref);
    EntryView {
        at: ask.words.exact(&entry.at),
        who,
        deed,
        deed_text: ask.words.t(&format!("deed-{deed}")),
        what,
        reason: entry.reason.clone(),
        participant: names.participant(&entry.participant),
        short: short(base),
        story: if staff && !base.is_empty() { format!("/cases/{}", encoded(base)) } else { String::new() },
        message: entry.message_id.clone().filter(|_| staff).unwrap_or_default(),
    }
}

fn consent_view(ask: &Ask, consent: &cases::Consent) -> ConsentView {
    let action = match consent.action {
        Action::Given => "given",
        Action::Withdrawn => "withdrawn",
    };
    let purpose = match consent.purpose.as_str() {
        "all" => ask.words.t("consent-for-all"),
        service => ask.names().service(service),
    };
    ConsentView {
        number: consent.number.clone(),
        at: ask.words.exact(&consent.at),
        action,
        action_text: ask.words.t(&format!("consent-{action}")),
        purpose,
    }
}
