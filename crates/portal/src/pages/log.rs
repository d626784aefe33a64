//! The message log of the gateways: metadata and digests of calls, never what they say.

use askama::Template;
use axum::extract::Path;
use gateway::{ExchangeRow, State as CallState, log};
use jiff::Timestamp;
use jiff::civil::DateTime;
use uuid::Uuid;

use crate::ask::{Answer, Ask, Page, encoded, html};
use crate::pages::cases::Choice;
use crate::refusal::Refusal;

/// Calls on a page.
const ON_PAGE: usize = 50;

/// Where calls stand, with the names of their texts.
const STATES: [(CallState, &str); 7] = [
    (CallState::Forwarded, "forwarded"),
    (CallState::Answered, "answered"),
    (CallState::Refused, "refused"),
    (CallState::Faulted, "faulted"),
    (CallState::Failed, "failed"),
    (CallState::TimedOut, "timed-out"),
    (CallState::Late, "late"),
];

/// A line of the log.
pub(crate) struct MessageRow {
    pub href: String,
    pub at: String,
    pub time: String,
    pub from: String,
    pub to: String,
    pub service: String,
    pub service_id: String,
    pub state: &'static str,
    pub state_text: String,
    pub code: String,
    pub milliseconds: String,
    pub gateway: String,
    moment: Timestamp,
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    page: Page,
    name: String,
    until: String,
    states: Vec<Choice>,
    parties: Vec<Choice>,
    services: Vec<Choice>,
    rows: Vec<MessageRow>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "exchange.html")]
struct ExchangePage {
    page: Page,
    row: MessageRow,
    facts: Vec<(String, String)>,
}

/// The latest calls over all gateways.
pub(crate) fn latest(ask: &Ask, limit: usize) -> Result<Vec<MessageRow>, Refusal> {
    let query = log::Query { limit, ..log::Query::default() };
    search(ask, &query).map(|(rows, _)| rows)
}

fn search(ask: &Ask, query: &log::Query) -> Result<(Vec<MessageRow>, bool), Refusal> {
    let (mut rows, mut more) = (Vec::new(), false);
    for gateway in &ask.portal.state.gateways {
        let page = log::search(&*gateway.store, query)?;
        more |= page.after.is_some();
        rows.extend(page.rows.iter().map(|row| view(ask, row)));
    }
    rows.sort_by(|a, b| b.moment.cmp(&a.moment).then_with(|| a.href.cmp(&b.href)));
    more |= rows.len() > query.limit;
    rows.truncate(query.limit);
    Ok((rows, more))
}

fn view(ask: &Ask, row: &ExchangeRow) -> MessageRow {
    let names = ask.names();
    let state = STATES.iter().find(|(state, _)| *state == row.state).map_or("failed", |(_, id)| id);
    MessageRow {
        href: format!("/log/{}-{}", row.at.as_millisecond(), row.id),
        at: ask.words.exact(&row.at),
        time: ask.words.time(&row.at),
        from: names.participant(&row.sender),
        to: row.provider.as_deref().map(|id| names.participant(id)).unwrap_or_default(),
        service: names.wire_service(&row.service),
        service_id: row.service.clone(),
        state,
        state_text: ask.words.t(&format!("call-{state}")),
        code: row.code.clone().unwrap_or_default(),
        milliseconds: row.milliseconds.map(|ms| ms.to_string()).unwrap_or_default(),
        gateway: names.participant(&row.gateway),
        moment: row.at,
    }
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let text = |name: &str| ask.query.get(name).map(str::to_owned);
        let state = text("state");
        let until = match text("until") {
            None => None,
            Some(written) => {
                Some(moment(&written).ok_or_else(|| Refusal::Form(ask.words.t("log-until-wrong")))?)
            }
        };
        let query = log::Query {
            name: text("name"),
            party: text("party"),
            service: text("service"),
            state: STATES.iter().find(|(_, id)| state.as_deref() == Some(id)).map(|(state, _)| *state),
            until,
            after: None,
            limit: ON_PAGE,
        };
        let (rows, more) = search(ask, &query)?;
        // The next page begins with the moment of the last call shown; calls of that very moment stand on both.
        let older = rows.last().filter(|_| more && query.name.is_none()).map(|row| {
            let part = |name: &str| encoded(ask.query.get(name).unwrap_or_default());
            let until = row.moment.as_millisecond();
            format!(
                "/log?party={}&service={}&state={}&until={until}",
                part("party"),
                part("service"),
                part("state")
            )
        });
        html(&LogPage {
            page: ask.page(ask.words.t("nav-log")),
            states: states(ask, state.as_deref()),
            parties: parties(ask, query.party.as_deref()),
            services: services(ask, query.service.as_deref()),
            name: query.name.unwrap_or_default(),
            until: until.map(|until| written(&until)).unwrap_or_default(),
            rows,
            older,
        })
    })
    .await
}

/// A moment as `<input type="datetime-local">` gives it, in Almaty; or milliseconds since 1970, as our own links have it.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(ms) = text.parse::<i64>() {
        return Timestamp::from_millisecond(ms).ok();
    }
    let local: DateTime = text.parse().ok()?;
    local.to_zoned_datetime(calendar::almaty()).ok().map(|zoned| zoned.timestamp())
}

/// The same, written for the input.
pub(crate) fn written(at: &Timestamp) -> String {
    at.to_zoned_datetime(calendar::almaty()).strftime("%Y-%m-%dT%H:%M").to_string()
}

fn states(ask: &Ask, chosen: Option<&str>) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), text: ask.words.t("log-any"), chosen: chosen.is_none() }];
    choices.extend(STATES.iter().map(|(_, id)| Choice {
        value: (*id).to_owned(),
        text: ask.words.t(&format!("call-{id}")),
        chosen: chosen == Some(id),
    }));
    choices
}

fn parties(ask: &Ask, chosen: Option<&str>) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), text: ask.words.t("log-any"), chosen: chosen.is_none() }];
    choices.extend(ask.portal.state.registry.participants().map(|participant| Choice {
        value: participant.id.to_string(),
        text: participant.names.get(ask.words.lang).to_owned(),
        chosen: chosen == Some(participant.id.as_str()),
    }));
    choices
}

fn services(ask: &Ask, chosen: Option<&str>) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), text: ask.words.t("log-any"), chosen: chosen.is_none() }];
    choices.extend(ask.portal.state.registry.services().map(|service| Choice {
        value: service.id.to_string(),
        text: format!("{} ({})", service.names.get(ask.words.lang), service.id),
        chosen: chosen == Some(service.id.as_str()),
    }));
    choices
}

pub(crate) async fn one(Path(exchange): Path<String>, ask: Ask) -> Answer {
    ask.blocking(move |ask| {
        let parsed = exchange.split_once('-').and_then(|(at, id)| {
            let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
            Some((at, Uuid::try_parse(id).ok()?))
        });
        let (at, id) = parsed.ok_or(Refusal::NotFound)?;
        for gateway in &ask.portal.state.gateways {
            if let Some(found) = log::one(&*gateway.store, at, id)? {
                let facts = facts(ask, &found);
                return html(&ExchangePage {
                    page: ask.page(ask.words.t("exchange-title")),
                    row: view(ask, &found),
                    facts,
                });
            }
        }
        Err(Refusal::NotFound)
    })
    .await
}

/// Everything that is kept of a call, in words.
fn facts(ask: &Ask, row: &ExchangeRow) -> Vec<(String, String)> {
    let names = ask.names();
    let yes_no = |value: bool| ask.words.t(if value { "value-yes" } else { "value-no" });
    let certificate = |facts: &Option<gateway::CertificateFacts>| {
        facts
            .as_ref()
            .map(|facts| format!("{} · SHA-256 {}", facts.serial, facts.fingerprint))
            .unwrap_or_default()
    };
    let number = |number: Option<usize>| number.map(|number| number.to_string()).unwrap_or_default();
    let rows = [
        ("exchange-message", row.message_id.clone()),
        ("exchange-session", row.session.clone()),
        ("exchange-correlation", row.correlation_id.clone().unwrap_or_default()),
        ("exchange-bearer", row.bearer.as_deref().map(|id| names.participant(id)).unwrap_or_default()),
        ("exchange-peer", row.peer.clone()),
        ("exchange-reason", row.reason.clone().unwrap_or_default()),
        ("exchange-repeat", yes_no(row.repeat)),
        ("exchange-personal", yes_no(row.personal)),
        ("exchange-request-bytes", row.request_bytes.to_string()),
        ("exchange-request-digest", row.request_digest.clone()),
        ("exchange-body-digest", row.body_digest.clone().unwrap_or_default()),
        ("exchange-certificate", certificate(&row.certificate)),
        ("exchange-answer-bytes", number(row.answer_bytes)),
        ("exchange-answer-digest", row.answer_digest.clone().unwrap_or_default()),
        ("exchange-answer-certificate", certificate(&row.answer_certificate)),
    ];
    let filled = rows.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(id, value)| (ask.words.t(id), value)).collect()
}
