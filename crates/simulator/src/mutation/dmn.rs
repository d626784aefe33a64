//! Mutations of decisions: rules left out, conditions turned round, results exchanged, operators mistaken.

use xml::{Document, Element, Limits};

use super::wording::mistaken_operators;
use super::{Mutation, Place};

pub(super) fn mutations(file: &str, text: &str, all: &mut Vec<Mutation>) {
    let Ok(document) = Document::parse(text.as_bytes(), &Limits::model()) else { return };
    for decision in document.elements().filter(|one| one.local_name() == "decision") {
        let Some(id) = id(decision) else { continue };
        let place = Place::at(file, id);
        for element in decision.descendants() {
            match element.local_name() {
                "rule" => rule(&place, element, all),
                "literalExpression" | "inputExpression" => expression(&place, element, all),
                "decisionTable" => exchange(&place, element, all),
                _ => {}
            }
        }
    }
}

fn id<'d>(element: Element<'d>) -> Option<&'d str> {
    element
        .attributes()
        .find(|attribute| attribute.qualified_name() == "id")
        .map(|attribute| attribute.value())
}

fn texts<'d>(element: Element<'d>, kind: &str) -> Vec<Element<'d>> {
    let kind = kind.to_owned();
    let entries = element.children().filter(move |child| child.local_name() == kind);
    entries.filter_map(|entry| entry.children().find(|child| child.local_name() == "text")).collect()
}

fn rule(place: &Place<'_>, rule: Element<'_>, all: &mut Vec<Mutation>) {
    let name = id(rule).unwrap_or_default();
    all.push(place.change(rule.byte_range(), String::new(), format!("rule {name} is left out")));
    for (number, text) in (1..).zip(texts(rule, "inputEntry")) {
        let condition = text.inner_source();
        if condition.trim() != "-" {
            let words = format!("rule {name}: condition {number} is turned round");
            all.push(place.change(text.inner_range(), format!("not({condition})"), words));
        }
    }
    for (number, text) in (1..).zip(texts(rule, "outputEntry")) {
        let result = text.inner_source();
        if result.trim() != "null" {
            let words = format!("rule {name}: result {number} is nothing");
            all.push(place.change(text.inner_range(), "null".to_owned(), words));
        }
        for (range, instead, words) in mistaken_operators(result, text.inner_range().start) {
            all.push(place.change(range, instead, format!("rule {name}: {words}")));
        }
    }
}

/// Each rule with the result of the next.
fn exchange(place: &Place<'_>, table: Element<'_>, all: &mut Vec<Mutation>) {
    let rules: Vec<Element<'_>> = table.children().filter(|child| child.local_name() == "rule").collect();
    for (number, rule) in rules.iter().enumerate() {
        let Some(next) = rules.get((number + 1) % rules.len()) else { continue };
        let (Some(own), Some(other)) =
            (texts(*rule, "outputEntry").first().copied(), texts(*next, "outputEntry").first().copied())
        else {
            continue;
        };
        if own.inner_source() != other.inner_source() {
            let words = format!("rule {}: the result of the next rule", id(*rule).unwrap_or_default());
            all.push(place.change(own.inner_range(), other.inner_source().to_owned(), words));
        }
    }
}

fn expression(place: &Place<'_>, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(text) = element.children().find(|child| child.local_name() == "text") else { return };
    for (range, instead, words) in mistaken_operators(text.inner_source(), text.inner_range().start) {
        all.push(place.change(range, instead, words));
    }
}
