//! The start page: the named families, the others, a search.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use rules::Value;
use serde::Deserialize;

use super::{Asked, Frame, Shared, code, full_name, page, phone_path, text};
use crate::country::STORIES;
use crate::smsc::digits;

/// Families shown beside the named ones.
const OTHERS: usize = 30;

#[derive(Template)]
#[template(path = "country.html")]
struct Country {
    f: Frame,
    stories: Vec<StoryCard>,
    count: usize,
    others: Vec<(String, String)>,
}

struct StoryCard {
    title: &'static str,
    guide: &'static str,
    name: String,
    family: String,
    phones: Vec<(String, String)>,
}

pub(super) async fn show(State(stand): Shared, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/");
    let title = frame.t("country");
    let place = match frame.language {
        "ru" => 1,
        "en" => 2,
        _ => 0,
    };
    let world = stand.systems.world();
    let tables = world.tables();
    let mut stories = Vec::new();
    for story in &STORIES {
        let Ok(iin) = story.addressee_iin() else { continue };
        let person = tables.find_one("persons", "iin", &Value::text(&iin)).ok().flatten();
        let phones = tables.find("phones", "iin", &Value::text(&iin)).unwrap_or_default();
        stories.push(StoryCard {
            title: story.title[place],
            guide: story.guide[place],
            name: person.map(|row| full_name(&row)).unwrap_or_default(),
            family: format!("/family/{iin}"),
            phones: phones
                .iter()
                .map(|row| text(row, "phone"))
                .map(|phone| (phone.clone(), phone_path(&phone)))
                .collect(),
        });
    }
    // Behind the story families stand the others; mothers of many children are the interesting ones.
    let rows = tables.rows("persons", 0, 4_000).unwrap_or_default();
    let others = rows
        .iter()
        .skip(STORIES.len() * 6)
        .filter(|row| text(row, "sex") == "female" && text(row, "motherIin").is_empty())
        .filter(|row| {
            tables
                .find("persons", "motherIin", row.get("iin").unwrap_or(&Value::Null))
                .is_ok_and(|found| found.len() >= 3)
        })
        .take(OTHERS)
        .map(|row| (full_name(row), format!("/family/{}", text(row, "iin"))))
        .collect();
    let count = tables.count("persons");
    page(&Country { f: frame.titled(title), stories, count, others })
}

#[derive(Deserialize)]
pub(super) struct Sought {
    q: String,
    #[serde(default)]
    lang: String,
}

pub(super) async fn find(State(stand): Shared, Query(sought): Query<Sought>) -> Response {
    let asked = sought.q.trim();
    let by_phone = digits(asked).map(|digits| format!("+{digits}"));
    let target = {
        let world = stand.systems.world();
        let tables = world.tables();
        let person = tables.find_one("persons", "iin", &Value::text(asked)).ok().flatten();
        let phone =
            by_phone.and_then(|phone| tables.find_one("phones", "phone", &Value::text(phone)).ok().flatten());
        match (person, phone) {
            (Some(row), _) => format!("/family/{}", text(&row, "iin")),
            (None, Some(row)) => phone_path(&text(&row, "phone")),
            (None, None) => "/".to_owned(),
        }
    };
    let missing = if target == "/" { "&error=person" } else { "" };
    Redirect::to(&format!("{target}?lang={}{missing}", code(&sought.lang))).into_response()
}
