//! The fault switches of every system, service and of the message centre.

use std::collections::HashMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Asked, Frame, Shared, done, failed, page};
use crate::faults::{Faults, Nonsense, Times};
use crate::smsc::SmscFaults;

/// Kinds of nonsense as the forms write them.
const KINDS: [(&str, Nonsense); 5] = [
    ("malformed", Nonsense::Malformed),
    ("wrong-schema", Nonsense::WrongSchema),
    ("wrong-signature", Nonsense::WrongSignature),
    ("unsigned", Nonsense::Unsigned),
    ("wrong-correlation", Nonsense::WrongCorrelation),
];

#[derive(Template)]
#[template(path = "switches.html")]
struct Switches {
    f: Frame,
    smsc: Vec<Switch>,
    smsc_on: bool,
    groups: [(&'static str, Vec<Item>); 2],
    kinds: [&'static str; 5],
}

/// One switch: name in the form, key of its words, how it stands.
struct Switch {
    name: &'static str,
    key: &'static str,
    value: &'static str,
}

struct Item {
    id: String,
    name: String,
    on: bool,
    switches: Vec<Switch>,
    slow: u64,
    kind: &'static str,
    code: String,
    lie: String,
}

fn switch(name: &'static str, key: &'static str, times: Times) -> Switch {
    let value = match times {
        Times::Off | Times::Next(0) => "off",
        Times::Next(_) => "once",
        Times::Always => "always",
    };
    Switch { name, key, value }
}

fn item(id: &str, name: String, faults: &Faults) -> Item {
    let kind = faults.nonsense_kind.and_then(|kind| KINDS.iter().find(|(_, known)| *known == kind));
    Item {
        id: id.to_owned(),
        name,
        on: !faults.is_quiet(),
        switches: vec![
            switch("down", "fault-down", faults.down),
            switch("silent", "fault-silent", faults.silent),
            switch("nonsense", "fault-nonsense", faults.nonsense),
            switch("status", "fault-status", faults.status),
            switch("duplicate", "fault-duplicate", faults.duplicate),
        ],
        slow: faults.slow_ms,
        kind: kind.map_or("malformed", |(name, _)| name),
        code: faults.status_code.clone().unwrap_or_default(),
        lie: faults.lie.clone().unwrap_or_default(),
    }
}

pub(super) async fn show(State(stand): Shared, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/switches");
    let title = frame.t("switches");
    let centre = stand.smsc.with(|smsc, _| smsc.faults.clone());
    let smsc = vec![
        switch("throttle", "smsc-throttle", centre.throttle),
        switch("drop_response", "smsc-drop", centre.drop_response),
        switch("disconnect", "smsc-disconnect", centre.disconnect),
        switch("duplicate_incoming", "smsc-duplicate", centre.duplicate_incoming),
        switch("silent", "fault-silent", centre.silent),
        switch("refuse_bind", "smsc-refuse-bind", centre.refuse_bind),
        switch("undeliverable", "smsc-undeliverable", centre.undeliverable),
        switch("no_receipt", "smsc-no-receipt", centre.no_receipt),
    ];
    let world = stand.systems.world();
    let systems = stand.systems.identities().values().map(|identity| {
        item(
            &identity.row.id,
            identity.row.names.get(frame.language).to_owned(),
            &world.faults.get(&identity.row.id),
        )
    });
    let services = world.services().values().filter(|service| service.answer.is_some());
    let services = services.map(|service| {
        item(&service.passport.id, service.passport.provider.clone(), &world.faults.get(&service.passport.id))
    });
    let groups = [("system", systems.collect()), ("services", services.collect())];
    drop(world);
    let smsc_on = centre != SmscFaults::default();
    page(&Switches { f: frame.titled(title), smsc, smsc_on, groups, kinds: KINDS.map(|(name, _)| name) })
}

type Fields = HashMap<String, String>;

fn times(fields: &Fields, name: &str) -> Times {
    match fields.get(name).map(String::as_str) {
        Some("once") => Times::Next(1),
        Some("always") => Times::Always,
        _ => Times::Off,
    }
}

fn lang(fields: &Fields) -> String {
    fields.get("lang").cloned().unwrap_or_default()
}

pub(super) async fn clear(State(stand): Shared, Form(fields): Form<Fields>) -> Response {
    stand.systems.world().faults.clear();
    stand.smsc.with(|smsc, _| smsc.faults = SmscFaults::default());
    done("/switches", &lang(&fields), "switch")
}

pub(super) async fn set(
    State(stand): Shared,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    if id == "smsc" {
        stand.smsc.with(|smsc, _| smsc.faults = centre(&fields));
        return done("/switches", &lang(&fields), "switch");
    }
    let mut world = stand.systems.world();
    if !stand.systems.identities().contains_key(&id) && !world.services().contains_key(&id) {
        return failed("/switches", &lang(&fields), "other");
    }
    let filled =
        |name: &str| fields.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let nonsense = times(&fields, "nonsense");
    let status = times(&fields, "status");
    let kind = filled("nonsense_kind")
        .and_then(|text| KINDS.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind));
    let faults = Faults {
        down: times(&fields, "down"),
        silent: times(&fields, "silent"),
        slow_ms: filled("slow_ms").and_then(|text| text.parse().ok()).unwrap_or(0).min(120_000),
        nonsense,
        // Without the fault its details say nothing: a quiet system shows as quiet.
        nonsense_kind: kind.filter(|_| nonsense.is_on()),
        status,
        status_code: filled("status_code").filter(|_| status.is_on()),
        lie: filled("lie"),
        duplicate: times(&fields, "duplicate"),
    };
    world.faults.set(&id, faults);
    done("/switches", &lang(&fields), "switch")
}

fn centre(fields: &Fields) -> SmscFaults {
    SmscFaults {
        throttle: times(fields, "throttle"),
        drop_response: times(fields, "drop_response"),
        disconnect: times(fields, "disconnect"),
        duplicate_incoming: times(fields, "duplicate_incoming"),
        silent: times(fields, "silent"),
        refuse_bind: times(fields, "refuse_bind"),
        undeliverable: times(fields, "undeliverable"),
        no_receipt: times(fields, "no_receipt"),
    }
}
