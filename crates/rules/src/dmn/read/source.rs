//! One DMN file: its root, its version, its imports and the names declared in it.

use crate::dmn::DmnError;
use crate::feel::KnownNames;
use std::collections::HashSet;
use xml::{Document, Element, Limits};

/// The namespaces of DMN 1.2 to 1.5.
const VERSIONS: [&str; 5] = [
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/",
];

pub(super) struct Source<'d> {
    pub(super) file: &'d str,
    pub(super) root: Element<'d>,
    /// The namespace of the DMN version.
    pub(super) version: &'d str,
    /// The namespace of the model's own elements.
    pub(super) namespace: &'d str,
    pub(super) name: &'d str,
    pub(super) imports: Vec<Import<'d>>,
    /// Names of components of types that are more than one plain word: members of paths.
    pub(super) members: KnownNames,
}

pub(super) struct Import<'d> {
    pub(super) node: Element<'d>,
    pub(super) name: &'d str,
    pub(super) namespace: &'d str,
    /// The file with that namespace, if it was given.
    pub(super) document: Option<usize>,
}

pub(super) fn parse(bytes: &[u8], file: &str) -> Result<Document, DmnError> {
    Document::parse(bytes, &Limits::model()).map_err(|error| DmnError {
        file: file.to_owned(),
        line: error.line,
        id: None,
        reason: error.message,
    })
}

impl<'d> Source<'d> {
    pub(super) fn new(document: &'d Document, file: &'d str) -> Result<Source<'d>, DmnError> {
        let root = document.root();
        let version = root.namespace().unwrap_or("");
        let mut source = Source {
            file,
            root,
            version,
            namespace: root.attribute("", "namespace").unwrap_or(""),
            name: root.attribute("", "name").unwrap_or(""),
            imports: Vec::new(),
            members: KnownNames::new(names(root, &["itemComponent"])),
        };
        if root.local_name() != "definitions" || !VERSIONS.contains(&version) {
            let reason = "this is no DMN model: its root must be \"definitions\" of DMN 1.2, 1.3, 1.4 or 1.5";
            return Err(source.error(root, reason));
        }
        for node in root.children().filter(|child| child.is(version, "import")) {
            // Other kinds of imports (schemas, predictive models) carry no decisions.
            if node.attribute("", "importType").is_some_and(|kind| VERSIONS.contains(&kind)) {
                let name = node.attribute("", "name").unwrap_or("");
                let namespace = node.attribute("", "namespace").unwrap_or("");
                source.imports.push(Import { node, name, namespace, document: None });
            }
        }
        Ok(source)
    }

    /// A fault of this file at an element.
    pub(super) fn error(&self, node: Element<'_>, reason: impl Into<String>) -> DmnError {
        let id = node.attribute("", "id").or_else(|| node.attribute("", "name"));
        let above = || node.ancestors().find_map(|above| above.attribute("", "id"));
        DmnError {
            file: self.file.to_owned(),
            line: node.line(),
            id: id.or_else(above).map(str::to_owned),
            reason: reason.into(),
        }
    }

    /// The first child of that name.
    pub(super) fn child(&self, node: Element<'d>, name: &str) -> Option<Element<'d>> {
        node.child(self.version, name)
    }

    /// The children of that name.
    pub(super) fn children(
        &self,
        node: Element<'d>,
        name: &'d str,
    ) -> impl Iterator<Item = Element<'d>> + use<'d> {
        let version = self.version;
        node.children().filter(move |child| child.is(version, name))
    }
}

/// Finds the files of the imports by their namespaces.
pub(super) fn link_imports(sources: &mut [Source<'_>], faults: &mut Vec<DmnError>) {
    let namespaces: Vec<String> = sources.iter().map(|source| source.namespace.to_owned()).collect();
    for (index, source) in sources.iter_mut().enumerate() {
        let mut missing = Vec::new();
        for import in &mut source.imports {
            let found = namespaces.iter().position(|known| known == import.namespace);
            import.document = found.filter(|found| *found != index);
            if import.document.is_none() {
                missing.push((import.node, import.namespace.to_owned()));
            }
        }
        for (node, namespace) in missing {
            faults.push(source.error(node, format!("no given file has the imported namespace {namespace}")));
        }
    }
}

/// Names declared below an element that an expression could not recognise by itself: those of more than one word.
pub(super) fn names<'d>(root: Element<'d>, declaring: &[&str]) -> Vec<&'d str> {
    let mut seen = HashSet::new();
    for node in root.descendants() {
        let declared = if declaring.contains(&node.local_name()) { node.attribute("", "name") } else { None };
        seen.extend(
            declared.into_iter().chain(node.attribute("", "iteratorVariable")).filter(|name| !is_word(name)),
        );
    }
    seen.into_iter().collect()
}

/// Whether a name is one plain word.
pub(super) fn is_word(name: &str) -> bool {
    name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}
