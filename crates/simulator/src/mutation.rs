//! Small wrong changes of the models, decisions, parameters and texts: does a scenario notice each of them?
//!
//! A mutation is text in place of text in one file of a bundle, with the elements on which it can have an influence. The
//! generators are systematic: every element of a kind gets every change of that kind. They must never look at the scenarios.

mod bpmn;
mod data;
mod dmn;
mod wording;

use std::collections::BTreeSet;
use std::ops::Range;

use engine::bundle::File;

/// A wrong change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The file, by its path inside `services/`.
    pub file: String,
    /// The element, decision, parameter or text that is changed.
    pub element: String,
    /// What is changed, in words.
    pub description: String,
    /// The elements and decisions through which it can be noticed; the first ones carry the paragraph.
    pub reach: BTreeSet<String>,
    range: Range<usize>,
    replacement: String,
}

impl Mutation {
    /// The files with the change in them.
    pub fn applied(&self, files: &[File]) -> Vec<File> {
        let mut changed = files.to_vec();
        if let Some((_, bytes)) = changed.iter_mut().find(|(name, _)| *name == self.file)
            && self.range.end <= bytes.len()
        {
            bytes.splice(self.range.clone(), self.replacement.bytes());
        }
        changed
    }
}

/// All mutations of a bundle, in the order of its files.
pub fn of(files: &[File]) -> Vec<Mutation> {
    let mut all = Vec::new();
    for (name, bytes) in files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if name.ends_with(".bpmn") {
            bpmn::mutations(name, text, &mut all);
        } else if name.ends_with(".dmn") {
            dmn::mutations(name, text, &mut all);
        }
    }
    data::mutations(files, &mut all);
    all
}

/// One place in one file that mutations are made of.
struct Place<'a> {
    file: &'a str,
    element: &'a str,
    reach: BTreeSet<String>,
}

impl<'a> Place<'a> {
    fn at(file: &'a str, element: &'a str) -> Self {
        Place { file, element, reach: BTreeSet::from([element.to_owned()]) }
    }

    fn change(&self, range: Range<usize>, replacement: String, description: impl Into<String>) -> Mutation {
        Mutation {
            file: self.file.to_owned(),
            element: self.element.to_owned(),
            description: description.into(),
            reach: self.reach.clone(),
            range,
            replacement,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stands_where_the_text_stood_and_nowhere_else() {
        let files =
            vec![("a.bpmn".to_owned(), b"one two three".to_vec()), ("b.bpmn".to_owned(), b"two".to_vec())];
        let mutation = Place::at("a.bpmn", "x").change(4..7, "2".into(), "a figure");
        let changed = mutation.applied(&files);
        assert_eq!(changed[0].1, b"one 2 three");
        assert_eq!(changed[1].1, b"two");
    }

    #[test]
    fn a_deadline_gets_one_more_day_another_count_and_another_start() {
        let model = r#"<d xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:q="https://qyzmet.kz/schema/bpmn/1.0">
            <bpmn:intermediateCatchEvent id="w"><bpmn:timerEventDefinition><bpmn:extensionElements>
            <q:deadline amount="=days" unit="working-days" count="after" from="=sent" par="20" />
            </bpmn:extensionElements></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent></d>"#;
        let mut found = Vec::new();
        bpmn::mutations("m.bpmn", model, &mut found);
        let files = vec![("m.bpmn".to_owned(), model.as_bytes().to_vec())];
        let texts: Vec<String> = found
            .iter()
            .map(|one| String::from_utf8(one.applied(&files)[0].1.clone()).expect("text"))
            .collect();
        assert!(texts.iter().any(|text| text.contains(r#"amount="=(days) + 1""#)), "{texts:?}");
        assert!(texts.iter().any(|text| text.contains(r#"count="from""#)), "{texts:?}");
        assert!(texts.iter().any(|text| text.contains(r#"from="=now()""#)), "{texts:?}");
        assert!(found.iter().all(|one| one.element == "w"));
    }
}
