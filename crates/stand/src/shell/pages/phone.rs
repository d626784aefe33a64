//! A citizen's telephone: its messages and a box to answer.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use rules::Value;
use serde::Deserialize;

use super::{
    Asked, Frame, Shared, Stand, done, failed, full_name, moment, not_found, page, phone_path, text,
};
use crate::smsc::{Message, Way, digits};

/// Messages and book entries shown.
const SHOWN: usize = 200;
/// The number people write to when nobody has written to them yet.
const DEFAULT_NUMBER: &str = "1414";

#[derive(Template)]
#[template(path = "phones.html")]
struct Phones {
    f: Frame,
    phones: Vec<(String, String, String)>,
    submissions: u64,
    books: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "phone.html")]
struct Phone {
    f: Frame,
    owner: String,
    fresh: &'static str,
    phone: String,
    number: String,
    messages: Vec<Bubble>,
    replies: Vec<String>,
}

#[derive(Template)]
#[template(path = "thread.html")]
struct Thread {
    f: Frame,
    phone: String,
    number: String,
    messages: Vec<Bubble>,
    replies: Vec<String>,
}

struct Bubble {
    class: &'static str,
    text: String,
    number: String,
    at: String,
    segments: u8,
}

pub(super) async fn list(State(stand): Shared, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/phones");
    let title = frame.t("phones");
    let (phones, submissions, books) = stand.smsc.with(|smsc, _| {
        let books: Vec<_> = smsc.books().collect();
        let entry = |entry: &&crate::smsc::BookEntry| {
            (moment(entry.at), format!("+{}", entry.destination), entry.text.clone())
        };
        (smsc.phones(), smsc.submissions(), books.iter().rev().take(SHOWN).map(entry).collect())
    });
    let row = |(phone, at): (String, jiff::Timestamp)| (format!("+{phone}"), phone_path(&phone), moment(at));
    let phones = phones.into_iter().take(SHOWN).map(row).collect();
    page(&Phones { f: frame.titled(title), phones, submissions, books })
}

pub(super) async fn show(
    State(stand): Shared,
    Path(phone): Path<String>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let Some(phone) = digits(&phone) else {
        return not_found(&Frame::new(&stand, &headers, &asked, "/phones"));
    };
    let frame = Frame::new(&stand, &headers, &asked, &phone_path(&phone));
    let (messages, number, replies) = content(&stand, &phone);
    let title = format!("+{phone}");
    let owner = owner(&stand, &phone);
    // The part that is brought anew stands under the same address.
    let fresh = "thread";
    page(&Phone {
        f: Frame { path: phone_path(&phone), ..frame }.titled(title),
        owner,
        fresh,
        phone,
        number,
        messages,
        replies,
    })
}

/// Only the messages, for the open page to renew.
pub(super) async fn thread(
    State(stand): Shared,
    Path(phone): Path<String>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/phones");
    let Some(phone) = digits(&phone) else { return not_found(&frame) };
    let (messages, number, replies) = content(&stand, &phone);
    page(&Thread { f: frame, phone, number, messages, replies })
}

#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    lang: String,
    number: String,
    text: String,
}

pub(super) async fn write(
    State(stand): Shared,
    Path(phone): Path<String>,
    Form(written): Form<Written>,
) -> Response {
    let path = digits(&phone).map_or_else(|| "/phones".to_owned(), |phone| phone_path(&phone));
    let sent = stand.smsc.with(|smsc, now| smsc.write(&phone, written.number.trim(), &written.text, now));
    match sent {
        Ok(()) => done(&path, &written.lang, "sms"),
        Err(_) => failed(&path, &written.lang, "message"),
    }
}

/// The messages, the number to answer, and the answers the last message names.
fn content(stand: &Stand, phone: &str) -> (Vec<Bubble>, String, Vec<String>) {
    let thread = stand.smsc.with(|smsc, _| smsc.thread(phone));
    let last = thread.iter().rev().find(|message| message.way == Way::ToPhone);
    let number = last.map_or_else(|| DEFAULT_NUMBER.to_owned(), |message| message.number.clone());
    let replies = last.map(|message| codes(&message.text)).unwrap_or_default();
    let skip = thread.len().saturating_sub(SHOWN);
    (thread.into_iter().skip(skip).map(bubble).collect(), number, replies)
}

fn bubble(message: Message) -> Bubble {
    let class = if message.way == Way::ToPhone { "in" } else { "out" };
    Bubble {
        class,
        text: message.text,
        number: message.number,
        at: moment(message.at),
        segments: message.segments,
    }
}

fn owner(stand: &Stand, phone: &str) -> String {
    let world = stand.systems.world();
    let tables = world.tables();
    let row = tables.find_one("phones", "phone", &Value::text(format!("+{phone}"))).ok().flatten();
    let person =
        row.and_then(|row| tables.find_one("persons", "iin", &Value::text(text(&row, "iin"))).ok().flatten());
    person.map(|row| full_name(&row)).unwrap_or_default()
}

/// Words of digits with one or two `#` between them, as the messages ask for: `7#1`, `205#3#0`.
fn codes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|character: char| !character.is_ascii_digit() && character != '#') {
        let parts: Vec<&str> = word.split('#').collect();
        let shaped = (2..=3).contains(&parts.len()) && parts.iter().all(|part| (1..=6).contains(&part.len()));
        if shaped && !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found.truncate(8);
    found
}

#[cfg(test)]
mod tests {
    use super::codes;

    #[test]
    fn the_answers_a_message_asks_for_are_found() {
        assert_eq!(codes("Келісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2"), ["7#1", "7#2"]);
        assert_eq!(
            codes("SMS жіберіңіз 205#3#1\nБасқа банк: 205#3#0 мәтінімен, 205#3#1."),
            ["205#3#1", "205#3#0"]
        );
        assert_eq!(codes("1414 нөмірі, ## 5# #5 1#2#3#4 http://egov.kz"), Vec::<String>::new());
    }
}
