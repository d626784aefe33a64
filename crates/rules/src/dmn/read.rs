//! The reader of DMN files: XML to a checked and linked model.
//!
//! Everything that cannot be carried out becomes a fault with file, line, element and reason. Reading never looks for
//! imported files itself: they are given.

mod boxed;
mod elements;
mod source;
mod tables;
mod types;

use super::DmnError;
use super::graph;
use super::model::{DocumentInfo, Element, Inner};
use crate::feel::{Expression, KnownNames, UnaryTests};
use elements::Index;
use source::Source;
use std::sync::Arc;
use xml::Element as Node;

/// Most files of one model.
const MAX_FILES: usize = 64;
/// Most elements of one model.
const MAX_ELEMENTS: usize = 20_000;

/// Reads a model and its imports; the faults are those of parts that cannot be carried out.
pub(super) fn read(
    bytes: &[u8],
    file_name: &str,
    imported: &[(&[u8], &str)],
) -> Result<(Inner, Vec<DmnError>), DmnError> {
    if imported.len() > MAX_FILES {
        let reason = format!("more than {MAX_FILES} files are given; give only those that are imported");
        return Err(DmnError { file: file_name.to_owned(), line: 1, id: None, reason });
    }
    let mut documents = vec![source::parse(bytes, file_name)?];
    for (bytes, name) in imported {
        documents.push(source::parse(bytes, name)?);
    }
    let mut faults = Vec::new();
    let mut sources: Vec<Source<'_>> = Vec::with_capacity(documents.len());
    for (document, file) in
        documents.iter().zip(std::iter::once(file_name).chain(imported.iter().map(|(_, n)| *n)))
    {
        sources.push(Source::new(document, file)?);
    }
    source::link_imports(&mut sources, &mut faults);
    let tables = types::tables(&sources, &mut faults);
    let placed = elements::place(&sources, &mut faults);
    if placed.len() > MAX_ELEMENTS {
        return Err(
            sources[0].error(sources[0].root, format!("the model has more than {MAX_ELEMENTS} elements"))
        );
    }
    let mut elements: Vec<Element> = Vec::with_capacity(placed.len());
    let index = Index::new(&placed);
    for place in &placed {
        let reader = Reader::new(&sources, place, &index, &tables[place.document]);
        let (element, found) = reader.element(place);
        elements.push(element);
        faults.extend(found);
    }
    if let Some(index) = graph::cycle(&elements) {
        let place = &placed[index];
        let reason = "the element rests on itself through its requirements; break the circle";
        // Nothing of a model whose graph is a circle can be evaluated safely.
        return Err(sources[place.document].error(place.node, reason));
    }
    let infos = sources.iter().zip(tables).map(|(source, types)| DocumentInfo {
        file: source.file.to_owned(),
        name: source.name.to_owned(),
        types,
    });
    Ok((Inner { documents: infos.collect(), elements }, faults))
}

/// Reads one element of one file.
struct Reader<'r> {
    source: &'r Source<'r>,
    document: usize,
    index: &'r Index<'r>,
    types: &'r Arc<super::types::TypeTable>,
    /// Names with signs or spaces, recognised whole in expressions: those of the element, those of all types.
    names: KnownNames,
    members: Vec<&'r KnownNames>,
    /// The act of the element, for rules that name a paragraph alone.
    act: String,
    faults: std::cell::RefCell<Vec<DmnError>>,
}

impl<'r> Reader<'r> {
    fn new(
        sources: &'r [Source<'r>],
        place: &elements::Placed<'r>,
        index: &'r Index<'r>,
        types: &'r Arc<super::types::TypeTable>,
    ) -> Reader<'r> {
        const DECLARING: [&str; 4] = ["variable", "formalParameter", "column", "output"];
        let source = &sources[place.document];
        let mut names = source::names(place.node, &DECLARING);
        names.extend(source.imports.iter().map(|import| import.name).filter(|name| !source::is_word(name)));
        names.extend(index.required_names(place));
        let members = sources.iter().map(|source| &source.members).collect();
        let names = KnownNames::new(names);
        Reader {
            source,
            document: place.document,
            index,
            types,
            names,
            members,
            act: String::new(),
            faults: std::cell::RefCell::default(),
        }
    }

    fn expression(&self, node: Node<'r>, text: &str) -> Result<Expression, DmnError> {
        let known: Vec<&KnownNames> = self.members.iter().copied().chain([&self.names]).collect();
        Expression::parse_known(text, &known).map_err(|error| self.source.error(node, error.to_string()))
    }

    fn tests(&self, node: Node<'r>, text: &str) -> Result<UnaryTests, DmnError> {
        let known: Vec<&KnownNames> = self.members.iter().copied().chain([&self.names]).collect();
        UnaryTests::parse_known(text, &known).map_err(|error| self.source.error(node, error.to_string()))
    }

    fn fault(&self, error: DmnError) {
        self.faults.borrow_mut().push(error);
    }
}
