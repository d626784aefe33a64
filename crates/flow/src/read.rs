//! From files to a program: BPMN 2.0 XML as standard modellers write it, or the list of all reasons why not.
//!
//! Reading is generous with what only draws or documents (it is kept or passed over) and strict with what executes: an element
//! that would be carried out otherwise than drawn is refused, never skipped.

mod activity;
mod check;
mod cross;
mod decisions;
mod definitions;
pub(crate) mod drawing;
mod event;
mod problem;
mod process;
mod reader;
mod timer;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use problem::Report;
pub use problem::{LoadError, Problem};
use reader::Reader;
use xml::{Document, Limits};

use crate::Program;
use crate::model::Place;

/// The namespace of BPMN 2.0 models.
pub(crate) const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
/// The namespace of the executable attributes (Camunda 8).
pub(crate) const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";
/// The namespace of what the platform adds: law, open points, deadlines, outcomes.
pub(crate) const Q: &str = "https://qyzmet.kz/schema/bpmn/1.0";

/// Files of one bundle.
const MOST_FILES: usize = 200;
/// Flow nodes and sequence flows of one bundle.
const MOST_ELEMENTS: usize = 50_000;

/// A file that is well-formed BPMN XML.
struct Source {
    name: Arc<str>,
    document: Document,
}

impl Program {
    /// Reads the files of a bundle: `.bpmn` files, and the `.dmn` files whose decisions they call.
    ///
    /// # Errors
    /// Every problem of every file, with file, line and id.
    pub fn read<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Result<Program, LoadError> {
        let (program, report) = read_all(files);
        report.finish()?;
        Ok(program)
    }

    /// Reads files only to draw them: what is not executable is no problem here, and the program may have no process.
    ///
    /// # Errors
    /// Only when a file is not well-formed BPMN XML.
    pub fn read_to_draw<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Result<Program, LoadError> {
        let mut report = Report::default();
        let sources = parse_all(files, &mut report);
        report.finish()?;
        let drawings = sources.iter().flat_map(|source| drawing::read(&source.document)).collect();
        Ok(assemble(Reader::default(), drawings, BTreeMap::new(), content_hash(files)))
    }
}

fn read_all<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> (Program, Report) {
    let mut report = Report::default();
    let sources = parse_all(files, &mut report);
    let decisions = decisions::read(files, &mut report);
    let mut reader = Reader { report, ..Reader::default() };
    let mut drawings = Vec::new();
    for source in &sources {
        definitions::read(&mut reader, &source.name, source.document.root());
        drawings.extend(drawing::read(&source.document));
    }
    if reader.nodes.len() + reader.flows.len() > MOST_ELEMENTS {
        whole_bundle(&mut reader.report, format!("more than {MOST_ELEMENTS} elements"), "split the bundle");
    } else {
        check::check(&mut reader);
        cross::check(&mut reader, &decisions);
    }
    if reader.processes.is_empty() && reader.report.len() == 0 {
        let instead = "set isExecutable=\"true\" on the processes that are to be carried out";
        whole_bundle(&mut reader.report, "no process in it is executable".to_owned(), instead);
    }
    let report = std::mem::take(&mut reader.report);
    (assemble(reader, drawings, decisions, content_hash(files)), report)
}

fn whole_bundle(report: &mut Report, what: String, instead: &str) {
    let (element, id) = (String::new(), String::new());
    report.add(Problem { file: "bundle".into(), line: 0, element, id, what, instead: instead.to_owned() });
}

fn parse_all<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)], report: &mut Report) -> Vec<Source> {
    let mut sources = Vec::new();
    let models = files.iter().filter(|(name, _)| !name.as_ref().ends_with(".dmn"));
    if files.len() > MOST_FILES {
        whole_bundle(report, format!("more than {MOST_FILES} files"), "split the bundle");
        return sources;
    }
    for (name, bytes) in models {
        let name: Arc<str> = problem::shown(name.as_ref()).into();
        match Document::parse(&utf8(bytes.as_ref()), &Limits::model()) {
            Ok(document) if document.root().is(BPMN, "definitions") => {
                sources.push(Source { name, document });
            }
            Ok(document) => {
                let what = format!("the root element is not bpmn:definitions of {BPMN}");
                report.at(&name, document.root(), what, "give a BPMN 2.0 file");
            }
            Err(error) => report.unreadable(name, &error),
        }
    }
    sources
}

/// Some modellers write Latin-1 and say so; every byte of it is a character of the same number.
fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let head = &bytes[..bytes.len().min(200)];
    let Some(end) = head.windows(2).position(|pair| pair == b"?>") else { return Cow::Borrowed(bytes) };
    let (declaration, rest) = bytes.split_at(end);
    let declaration = String::from_utf8_lossy(declaration);
    let lower = declaration.to_ascii_lowercase();
    let Some(at) = lower.find("iso-8859-1") else { return Cow::Borrowed(bytes) };
    if !lower.starts_with("<?xml") {
        return Cow::Borrowed(bytes);
    }
    let mut text = format!("{}UTF-8{}", &declaration[..at], &declaration[at + "iso-8859-1".len()..]);
    text.extend(rest.iter().map(|byte| char::from(*byte)));
    Cow::Owned(text.into_bytes())
}

fn assemble(
    reader: Reader,
    drawings: Vec<drawing::Drawing>,
    decisions: BTreeMap<String, rules::dmn::Model>,
    content_hash: [u8; 32],
) -> Program {
    let Reader { processes, participants, nodes, flows, scopes, .. } = reader;
    let mut places = HashMap::with_capacity(processes.len() + nodes.len() + flows.len());
    for (at, process) in (0..).zip(&processes) {
        places.insert(process.element.id.clone(), Place::Process(at));
    }
    for (at, node) in (0..).zip(&nodes) {
        places.insert(node.element.id.clone(), Place::Node(crate::model::NodeIndex(at)));
    }
    for (at, flow) in (0..).zip(&flows) {
        places.insert(flow.element.id.clone(), Place::Flow(crate::model::FlowIndex(at)));
    }
    Program { processes, participants, nodes, flows, scopes, places, drawings, decisions, content_hash }
}

/// SHA-256 over the files in the order of their names; each name and content goes in with its length; carriage returns do not count.
fn content_hash<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> [u8; 32] {
    let mut sorted: Vec<(&str, Vec<u8>)> = files
        .iter()
        .map(|(name, bytes)| {
            let mut content = bytes.as_ref().to_vec();
            content.retain(|byte| *byte != b'\r');
            (name.as_ref(), content)
        })
        .collect();
    sorted.sort();
    let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for (name, content) in &sorted {
        for part in [name.as_bytes(), content] {
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.finish().as_ref());
    hash
}
