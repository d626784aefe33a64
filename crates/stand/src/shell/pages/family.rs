//! A family, and what can happen to it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use civic::Sex;
use jiff::civil::Date;
use rules::{Context, Value};
use serde::Deserialize;

use super::{
    Asked, Frame, Shared, done, error_key, failed, full_name, not_found, page, phone_path, some_text, text,
};
use crate::country::{BANKS, Bank};
use crate::tables::Tables;
use crate::world::{ActionError, Birth};

#[derive(Template)]
#[template(path = "family.html")]
struct Family {
    f: Frame,
    /// The mother, when a birth can be registered.
    mother: Option<String>,
    persons: Vec<Person>,
    banks: Vec<(&'static str, &'static str)>,
}

struct Person {
    iin: String,
    name: String,
    role: &'static str,
    born: String,
    died: Option<String>,
    adult: bool,
    phones: Vec<(String, String)>,
    accounts: Vec<(&'static str, String)>,
    marks: Vec<&'static str>,
}

fn bank_name(bank: &Bank, language: &str) -> &'static str {
    let [kk, ru, en] = bank.names;
    match language {
        "ru" => ru,
        "en" => en,
        _ => kk,
    }
}

pub(super) async fn show(
    State(stand): Shared,
    Path(iin): Path<String>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, &format!("/family/{iin}"));
    let world = stand.systems.world();
    let tables = world.tables();
    let find = |iin: &str| tables.find_one("persons", "iin", &Value::text(iin)).ok().flatten();
    let Some(person) = find(&iin) else { return not_found(&frame) };
    let (mother, father, children) = relations(&tables, &person);
    let mut persons = Vec::new();
    for (role, row) in [("mother", &mother), ("father", &father)] {
        persons.extend(row.as_ref().map(|row| describe(&tables, row, role, frame.language)));
    }
    persons.extend(children.iter().map(|row| describe(&tables, row, "child", frame.language)));
    let living_mother =
        mother.as_ref().filter(|row| text(row, "deathDate").is_empty()).map(|row| text(row, "iin"));
    let surname = mother.as_ref().or(father.as_ref()).map(|row| text(row, "surname")).unwrap_or_default();
    let title = format!("{} {surname}", frame.t("family"));
    let banks = BANKS.iter().map(|bank| (bank.code, bank_name(bank, frame.language))).collect();
    page(&Family { f: frame.titled(title), mother: living_mother, persons, banks })
}

/// Mother, father and children of the family a person belongs to.
fn relations(tables: &Tables, person: &Context) -> (Option<Context>, Option<Context>, Vec<Context>) {
    let find = |iin: &str| {
        if iin.is_empty() {
            None
        } else {
            tables.find_one("persons", "iin", &Value::text(iin)).ok().flatten()
        }
    };
    let children_of =
        |column: &str, iin: &str| tables.find("persons", column, &Value::text(iin)).unwrap_or_default();
    let iin = text(person, "iin");
    let (mother_iin, father_iin) = (text(person, "motherIin"), text(person, "fatherIin"));
    if !mother_iin.is_empty() || !father_iin.is_empty() {
        let children = if mother_iin.is_empty() {
            children_of("fatherIin", &father_iin)
        } else {
            children_of("motherIin", &mother_iin)
        };
        return (find(&mother_iin), find(&father_iin), children);
    }
    let (own, other) =
        if text(person, "sex") == "female" { ("motherIin", "fatherIin") } else { ("fatherIin", "motherIin") };
    let children = children_of(own, &iin);
    let partner = children
        .iter()
        .map(|child| text(child, other))
        .find(|iin| !iin.is_empty())
        .and_then(|iin| find(&iin));
    if own == "motherIin" {
        (Some(person.clone()), partner, children)
    } else {
        (partner, Some(person.clone()), children)
    }
}

fn describe(tables: &Tables, row: &Context, role: &'static str, language: &str) -> Person {
    let iin = text(row, "iin");
    let key = Value::text(&iin);
    let found = |table: &str| tables.find(table, "iin", &key).unwrap_or_default();
    let phones = found("phones")
        .iter()
        .map(|row| text(row, "phone"))
        .map(|phone| (phone.clone(), phone_path(&phone)))
        .collect();
    let account = |row: &Context| {
        let bank = Bank::of(&text(row, "bank")).map_or("", |bank| bank_name(bank, language));
        (bank, text(row, "iban"))
    };
    let mut marks = Vec::new();
    if !found("recipients").is_empty() {
        marks.push("recipient-already");
    }
    if found("confirmations").iter().any(|row| row.get("confirmed") == Some(&Value::Bool(false))) {
        marks.push("not-confirmed");
    }
    if found("ministry").iter().any(|row| row.get("onFullStateCare") == Some(&Value::Bool(true))) {
        marks.push("in-state-care");
    }
    Person {
        name: full_name(row),
        role,
        born: text(row, "birthDate"),
        died: some_text(row, "deathDate"),
        adult: role != "child",
        phones,
        accounts: found("accounts").iter().map(account).collect(),
        marks,
        iin,
    }
}

#[derive(Deserialize)]
pub(super) struct BirthForm {
    #[serde(default)]
    lang: String,
    name: Option<String>,
    sex: Option<String>,
    born: Option<String>,
}

pub(super) async fn birth(
    State(stand): Shared,
    Path(iin): Path<String>,
    Form(form): Form<BirthForm>,
) -> Response {
    let path = format!("/family/{iin}");
    let sex = match form.sex.as_deref() {
        Some("male") => Some(Sex::Male),
        Some("female") => Some(Sex::Female),
        _ => None,
    };
    let born =
        match form.born.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::parse::<Date>) {
            None => None,
            Some(Ok(date)) => Some(date),
            Some(Err(_)) => return failed(&path, &form.lang, "date"),
        };
    let birth = Birth { mother: iin, name: form.name, sex, born };
    let now = stand.now();
    let registered = stand.act(|world| world.register_birth(&birth, now).map(drop)).await;
    back(&path, &form.lang, registered.map_err(drop), "birth")
}

#[derive(Deserialize)]
pub(super) struct PlainForm {
    #[serde(default)]
    lang: String,
}

pub(super) async fn death(
    State(stand): Shared,
    Path(iin): Path<String>,
    Form(form): Form<PlainForm>,
) -> Response {
    let now = stand.now();
    let registered = stand.act(|world| world.register_death(&iin, None, now).map(drop)).await;
    back(&format!("/family/{iin}"), &form.lang, registered.map_err(drop), "death")
}

#[derive(Deserialize)]
pub(super) struct AccountForm {
    #[serde(default)]
    lang: String,
    bank: String,
}

pub(super) async fn account(
    State(stand): Shared,
    Path(iin): Path<String>,
    Form(form): Form<AccountForm>,
) -> Response {
    let now = stand.now();
    let opened = stand.act(|world| world.open_account(&iin, &form.bank, now).map(drop)).await;
    back(&format!("/family/{iin}"), &form.lang, opened.map_err(drop), "account")
}

#[derive(Deserialize)]
pub(super) struct PhoneForm {
    #[serde(default)]
    lang: String,
    phone: String,
}

pub(super) async fn phone(
    State(stand): Shared,
    Path(iin): Path<String>,
    Form(form): Form<PhoneForm>,
) -> Response {
    let changed = stand.act(|world| world.change_phone(&iin, &form.phone)).await;
    back(&format!("/family/{iin}"), &form.lang, changed.map_err(drop), "phone")
}

/// To the page again, with the word of success or of the error.
pub(super) fn back(
    path: &str,
    lang: &str,
    acted: Result<Result<(), ActionError>, ()>,
    what: &str,
) -> Response {
    match acted {
        Ok(Ok(())) => done(path, lang, what),
        Ok(Err(error)) => failed(path, lang, error_key(&error)),
        Err(()) => failed(path, lang, "other"),
    }
}
