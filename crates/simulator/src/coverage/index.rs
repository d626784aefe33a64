//! The index of an act (`law/*.toml`), and which elements of the models name which paragraph.

use serde::Deserialize;
use xml::{Document, Element, Limits};

use crate::{Content, SimulationError};

const Q: &str = "https://qyzmet.kz/schema/bpmn/1.0";

/// An act as its index has it.
pub(super) struct Act {
    pub id: String,
    pub paragraphs: u32,
    pub known: Vec<Paragraph>,
}

/// A paragraph of the index.
#[derive(Deserialize)]
pub(super) struct Paragraph {
    pub number: u32,
    pub kind: String,
    #[serde(default)]
    pub carried_out_by: String,
}

#[derive(Deserialize)]
struct Written {
    id: Option<String>,
    paragraphs: Option<u32>,
    #[serde(default)]
    paragraph: Vec<Paragraph>,
}

/// An element that names a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub act: String,
    /// The number, without its points: 19 for `19(1)`.
    pub paragraph: u32,
    pub element: String,
}

/// The acts; files that are no index of an act are passed over.
pub(super) fn acts(law: &[(String, String)]) -> Result<Vec<Act>, SimulationError> {
    let mut acts = Vec::new();
    for (path, text) in law {
        let written: Written =
            toml::from_str(text).map_err(|error| SimulationError::Content(format!("{path}: {error}")))?;
        let (Some(id), Some(paragraphs)) = (written.id, written.paragraphs) else { continue };
        for paragraph in &written.paragraph {
            let problem = match paragraph.kind.as_str() {
                "executable" => None,
                "informational" if paragraph.carried_out_by.trim().is_empty() => {
                    Some("`carried_out_by` is missing")
                }
                "informational" => None,
                _ => Some("`kind` is neither executable nor informational"),
            };
            let problem =
                problem.or((paragraph.number > paragraphs).then_some("the act has no such paragraph"));
            if let Some(problem) = problem {
                return Err(SimulationError::Content(format!(
                    "{path}: paragraph {}: {problem}",
                    paragraph.number
                )));
            }
        }
        acts.push(Act { id, paragraphs, known: written.paragraph });
    }
    Ok(acts)
}

/// The elements and decisions of all bundles with the paragraphs they name.
pub(super) fn elements(content: &Content) -> Vec<Named> {
    let mut named = Vec::new();
    for (name, bytes) in content.bundles.iter().flatten() {
        if !name.ends_with(".bpmn") && !name.ends_with(".dmn") {
            continue;
        }
        let Ok(document) = Document::parse(bytes, &Limits::model()) else { continue };
        for law in document.elements().filter(|element| element.is(Q, "law")) {
            let owner = law.ancestors().find(|one| one.local_name() != "extensionElements");
            let (Some(owner), Some(act), Some(par)) = (owner, plain(law, "act"), plain(law, "par")) else {
                continue;
            };
            let digits: String = par.chars().take_while(char::is_ascii_digit).collect();
            if let (Some(element), Ok(paragraph)) = (plain(owner, "id"), digits.parse()) {
                named.push(Named { act: act.to_owned(), paragraph, element: element.to_owned() });
            }
        }
    }
    named
}

fn plain<'d>(element: Element<'d>, name: &str) -> Option<&'d str> {
    element
        .attributes()
        .find(|attribute| attribute.qualified_name() == name)
        .map(|attribute| attribute.value())
}
