//! Mutations of parameters and of the words of the SMS.

use std::collections::BTreeSet;

use engine::bundle::File;
use xml::{Document, Limits};

use super::{Mutation, Place};

/// Texts that reach people or the SDU, by how their names begin.
const TEXTS: &[&str] = &["annex-", "completion-notice", "decision-notice-", "reason-"];

pub(super) fn mutations(files: &[File], all: &mut Vec<Mutation>) {
    for (name, bytes) in files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if name.ends_with("parameters.toml") {
            parameters(files, name, text, all);
        } else if name.ends_with("texts/kk.ftl") {
            texts(files, name, text, all);
        }
    }
}

/// The elements whose own part of a model contains these words.
fn mentioning(files: &[File], words: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, bytes) in files.iter().filter(|(name, _)| name.ends_with(".bpmn")) {
        let Ok(document) = Document::parse(bytes, &Limits::model()) else { continue };
        for element in document.elements() {
            let within = |attribute: &xml::Attribute<'_>| attribute.value().contains(words);
            let says = element.attributes().any(|attribute| within(&attribute))
                || (element.children().next().is_none() && element.inner_source().contains(words));
            if !says {
                continue;
            }
            for ancestor in element.ancestors() {
                let attribute = |name: &str| {
                    ancestor
                        .attributes()
                        .find(|one| one.qualified_name() == name)
                        .map(|one| one.value().to_owned())
                };
                let name = if ancestor.local_name() == "sequenceFlow" { "sourceRef" } else { "id" };
                if let Some(id) = attribute(name)
                    && ancestor.local_name() != "timerEventDefinition"
                {
                    found.insert(id);
                    break;
                }
            }
        }
    }
    found
}

fn parameters(files: &[File], file: &str, text: &str, all: &mut Vec<Mutation>) {
    let mut name = String::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(written) = line.trim_end().strip_prefix("name = ") {
            name = written.trim_matches('"').to_owned();
        } else if line.starts_with("values = ") {
            let place =
                Place { file, element: &name, reach: mentioning(files, &format!("parameters.{name}")) };
            for (range, instead, words) in values(line, at) {
                all.push(place.change(range, instead, format!("parameter `{name}`: {words}")));
            }
        }
        at += line.len();
    }
}

/// Each single value of a line, changed: the values that hold on the day on which the scenarios begin.
fn values(line: &str, from: usize) -> Vec<super::wording::Change> {
    let mut changes = Vec::new();
    let mut rest = 0;
    while let Some(found) = line[rest..].find("value = ") {
        let begins = rest + found + "value = ".len();
        let since = line[..begins].rfind("from = ").map_or("", |at| &line[at + 7..]);
        let ends = begins + value_length(&line[begins..]);
        rest = ends;
        let holds = since.get(..10).is_some_and(|since| since <= "2024-04-01");
        let superseded = line[ends..].contains("from = 2024-01-01");
        if holds && !superseded {
            changes.extend(single(&line[begins..ends], from + begins));
        }
    }
    changes
}

/// How long a value is: to the end of its braces, brackets or word.
fn value_length(text: &str) -> usize {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' | ',' | ' ' if !quoted && depth == 0 => return at,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

fn single(value: &str, from: usize) -> Vec<super::wording::Change> {
    let whole = from..from + value.len();
    let told = |instead: &str| format!("`{value}` became `{instead}`");
    if let Ok(number) = value.parse::<i64>() {
        let instead = (number + 1).to_string();
        return vec![(whole, instead.clone(), told(&instead))];
    }
    match value {
        "true" => return vec![(whole, "false".into(), told("false"))],
        "false" => return vec![(whole, "true".into(), told("true"))],
        "2024-10-03" => return vec![(whole, "2024-10-04".into(), told("2024-10-04"))],
        r#"["mother", "father"]"# => {
            let instead = r#"["father", "mother"]"#;
            return vec![
                (whole, instead.into(), told(instead)),
                (from..from + value.len(), r#"["mother"]"#.into(), told("[mother]")),
            ];
        }
        r#"["kk"]"# => return vec![(whole, r#"["ru"]"#.into(), told("[ru]"))],
        _ => {}
    }
    if let Some(written) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        let instead = format!("\"{written}6\"");
        return vec![(whole, instead.clone(), told(&instead))];
    }
    members(value, from)
}

/// The members of a table of values: numbers one greater, texts emptied (of the languages only the Kazakh one is sent).
fn members(value: &str, from: usize) -> Vec<super::wording::Change> {
    let mut changes = Vec::new();
    let inside = value.trim_start_matches('{').trim_end_matches('}');
    let start = value.len() - value.trim_start_matches('{').len();
    let mut at = start;
    for member in inside.split(", ") {
        if let Some((name, written)) = member.split_once(" = ") {
            let begins = from + at + name.len() + 3;
            let written = written.trim_end();
            let name = name.trim();
            let range = begins..begins + written.len();
            if let Ok(number) = written.parse::<f64>() {
                changes.push((range, format!("{}", number + 1.0), format!("`{name}` is one greater")));
            } else if name != "ru" && name != "en" {
                changes.push((range, "\"…\"".into(), format!("the words of `{name}` are missing")));
            }
        }
        at += member.len() + 2;
    }
    changes
}

fn texts(files: &[File], file: &str, text: &str, all: &mut Vec<Mutation>) {
    let mut messages: Vec<(String, usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let named = line
            .split_once(" =")
            .map(|(name, _)| name)
            .filter(|name| TEXTS.iter().any(|start| name.starts_with(start)) && !name.contains(' '));
        if let Some(name) = named {
            messages.push((name.to_owned(), at, at + line.len()));
        } else if line.starts_with(' ')
            && let Some(last) = messages.last_mut()
            && last.2 == at
        {
            last.2 += line.len();
        }
        at += line.len();
    }
    for (name, begins, ends) in messages {
        let words = match name.split_once("-line-") {
            Some((annex, _)) => annex.to_owned(),
            None if name.starts_with("reason-") => "reason-".to_owned(),
            None => name.clone(),
        };
        let place = Place { file, element: &name, reach: mentioning(files, &format!("\"{words}")) };
        all.push(place.change(begins..ends, format!("{name} = …\n"), "the words are missing"));
    }
}
