//! The legal clock: what it shows, what is due next; in a demonstration an operator sets it forward. Every move is journaled in the
//! portal's own store.

use askama::Template;
use calendar::Calendar;
use jiff::Timestamp;
use store::{Commit, Partition, Record};

use crate::ask::{Answer, Ask, Page, encoded, go_to, html};
use crate::pages::log::{moment, written};
use crate::pages::overview::short;
use crate::refusal::Refusal;

/// Journal kind: the legal clock of a demonstration was set forward.
const KIND_CLOCK: u16 = 0x0301;
/// Subject of these records.
const CLOCK_SUBJECT: store::Id = *b"the-legal-clock-";
/// Deadlines shown.
const MOST: usize = 12;
/// How far ahead deadlines are looked for: ten years, as far as the clock can be set.
const HORIZON_MS: i64 = 10 * 366 * 24 * 3_600_000;

#[derive(Template)]
#[template(path = "clock.html")]
struct ClockPage {
    page: Page,
    now: String,
    weekday: String,
    working: bool,
    movable: bool,
    may_move: bool,
    deadlines: Vec<DeadlineView>,
    suggestion: String,
}

struct DeadlineView {
    due: String,
    name: String,
    participant: String,
    short: String,
    story: String,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let clock = &ask.portal.state.clock;
        let today = ask.now.to_zoned_datetime(calendar::almaty()).date();
        let weekday = today.weekday().to_monday_one_offset();
        html(&ClockPage {
            page: ask.page(ask.words.t("nav-clock")),
            now: ask.words.exact(&ask.now),
            weekday: ask.words.t(&format!("weekday-{weekday}")),
            working: Calendar::kazakhstan().is_working_day(today).unwrap_or(false),
            movable: clock.is_movable(),
            may_move: clock.is_movable()
                && ask.session.as_ref().is_some_and(|session| session.role == crate::Role::Operator),
            deadlines: deadlines(ask)?,
            suggestion: next_working_day(ask.now).map(|at| written(&at)).unwrap_or_default(),
        })
    })
    .await
}

/// What is due next over all participants.
fn deadlines(ask: &Ask) -> Result<Vec<DeadlineView>, Refusal> {
    let names = ask.names();
    let until = ask.now.as_millisecond().saturating_add(HORIZON_MS);
    let mut found = Vec::new();
    for engine in &ask.portal.state.engines {
        for timer in engine.store().timers_due(until, MOST)? {
            let Some(head) = engine.head(timer.case, timer.partition).ok().flatten() else { continue };
            let waiting = u32::try_from(timer.timer)
                .ok()
                .and_then(|number| head.state.timers.get(&flow::TimerId(number)));
            let element = waiting.map(|waiting| waiting.element.to_string()).unwrap_or_default();
            let bundle = engine.bundle(&head.bundle);
            let base = crate::snapshot::base(&head.case_ref).to_owned();
            let stored = Timestamp::from_millisecond(timer.due_ms).unwrap_or(Timestamp::MAX);
            let due = waiting.map_or(stored, |waiting| waiting.due);
            found.push((
                due,
                DeadlineView {
                    due: ask.words.exact(&due),
                    name: bundle.map_or_else(|| element.clone(), |bundle| names.element(bundle, &element)),
                    participant: names.participant(engine.participant()),
                    short: short(&base),
                    story: format!("/cases/{}", encoded(&base)),
                },
            ));
        }
    }
    found.sort_by_key(|(due, _)| *due);
    Ok(found.into_iter().take(MOST).map(|(_, view)| view).collect())
}

fn next_working_day(now: Timestamp) -> Option<Timestamp> {
    let local = now.to_zoned_datetime(calendar::almaty());
    let day = Calendar::kazakhstan().add_working_days(local.date(), 1).ok()?;
    day.to_datetime(local.time()).to_zoned_datetime(calendar::almaty()).ok().map(|zoned| zoned.timestamp())
}

/// Sets the clock of a demonstration forward.
pub(crate) async fn change(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let clock = &ask.portal.state.clock;
        if !clock.is_movable() {
            return Err(Refusal::NotHere(ask.words.t("clock-production")));
        }
        let asked = match ask.fields.get("to") {
            Some("deadline") => next_deadline(ask)?,
            Some("working-day") => {
                next_working_day(ask.now).ok_or_else(|| Refusal::Form(ask.words.t("clock-no-calendar")))?
            }
            _ => {
                let written = ask.fields.get("moment").and_then(moment);
                written.ok_or_else(|| Refusal::Form(ask.words.t("clock-moment-wrong")))?
            }
        };
        let before = clock.now();
        clock.advance_to(asked).map_err(|_| Refusal::Form(ask.words.t("clock-only-forward")))?;
        record(ask, before, asked)?;
        go_to("/clock")
    })
    .await
}

/// One second after the earliest deadline: then it has passed.
fn next_deadline(ask: &Ask) -> Result<Timestamp, Refusal> {
    let mut earliest: Option<Timestamp> = None;
    for engine in &ask.portal.state.engines {
        if let Some(due) = engine.next_due()? {
            earliest = Some(earliest.map_or(due, |known| known.min(due)));
        }
    }
    let due = earliest.ok_or_else(|| Refusal::Form(ask.words.t("clock-nothing-due")))?;
    Ok((due + jiff::SignedDuration::from_secs(1)).max(ask.portal.state.clock.now()))
}

fn record(ask: &Ask, from: Timestamp, to: Timestamp) -> Result<(), Refusal> {
    let header = serde_json::json!({ "format": 1, "from": from.to_string(), "to": to.to_string(), "by": ask.person()?.account });
    let mut commit = Commit::new(Partition::of_bytes(&CLOCK_SUBJECT));
    commit.record = Some(Record {
        subject: CLOCK_SUBJECT,
        kind: KIND_CLOCK,
        at: to,
        header: header.to_string().into_bytes(),
        body: Vec::new(),
    });
    ask.portal.state.home.store.commit_one(commit)?;
    Ok(())
}
