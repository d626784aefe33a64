//! The elements of the requirement graph: found first, then read and linked.

use super::Reader;
use super::source::Source;
use super::types::{builtin, unknown};
use crate::dmn::model::{DecisionLogic, Element, FunctionBody, Kind, Knowledge, Requirement, Service, Typed};
use crate::dmn::trace::LawRef;
use crate::dmn::types::ItemType;
use crate::dmn::{DmnError, QYZMET};
use crate::feel::types::Type;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use xml::Element as Node;

/// An element found in a file.
pub(super) struct Placed<'d> {
    pub(super) document: usize,
    pub(super) node: Node<'d>,
    pub(super) id: &'d str,
    pub(super) namespace: &'d str,
}

/// Finds the elements of all files.
pub(super) fn place<'d>(sources: &[Source<'d>], faults: &mut Vec<DmnError>) -> Vec<Placed<'d>> {
    const KINDS: [&str; 4] = ["inputData", "decision", "businessKnowledgeModel", "decisionService"];
    let mut placed = Vec::new();
    for (document, source) in sources.iter().enumerate() {
        let mut seen = HashSet::new();
        for node in source.root.children() {
            if node.namespace() != Some(source.version) || !KINDS.contains(&node.local_name()) {
                continue;
            }
            // An element without an id cannot be required by others; its name serves for messages.
            let id = node.attribute("", "id").or_else(|| node.attribute("", "name")).unwrap_or("");
            if !seen.insert(id) {
                faults.push(source.error(node, format!("the id \"{id}\" is used twice")));
            }
            placed.push(Placed { document, node, id, namespace: source.namespace });
        }
    }
    placed
}

/// The elements by their file and id.
pub(super) struct Index<'d> {
    pub(super) placed: &'d [Placed<'d>],
    by_document: HashMap<(usize, &'d str), usize>,
    by_namespace: HashMap<(&'d str, &'d str), usize>,
}

impl<'d> Index<'d> {
    pub(super) fn new(placed: &'d [Placed<'d>]) -> Index<'d> {
        let mut index = Index { placed, by_document: HashMap::new(), by_namespace: HashMap::new() };
        for (number, place) in placed.iter().enumerate() {
            index.by_document.entry((place.document, place.id)).or_insert(number);
            index.by_namespace.entry((place.namespace, place.id)).or_insert(number);
        }
        index
    }

    /// The place of the element a reference in a file means: `#id`, or `namespace#id`.
    fn find(&self, document: usize, href: &str) -> Option<usize> {
        let (namespace, id) = href.rsplit_once('#').unwrap_or(("", href));
        let here = self.by_document.get(&(document, id)).copied();
        let own = |place: &usize| namespace.is_empty() || self.placed[*place].namespace == namespace;
        here.filter(own).or_else(|| self.by_namespace.get(&(namespace, id)).copied())
    }

    /// The names of required elements that are more than one plain word.
    pub(super) fn required_names(&self, place: &Placed<'d>) -> Vec<&'d str> {
        let references = place.node.children().filter(|child| child.local_name().ends_with("Requirement"));
        let hrefs =
            references.flat_map(|holder| holder.children()).filter_map(|child| child.attribute("", "href"));
        let found = hrefs.filter_map(|href| self.find(place.document, href));
        let names = found.map(|index| declared_name(self.placed[index].node));
        names.filter(|name| !super::source::is_word(name)).collect()
    }
}

impl<'r> Reader<'r> {
    /// Reads an element with its faults.
    pub(super) fn element(mut self, place: &Placed<'r>) -> (Element, Vec<DmnError>) {
        let node = place.node;
        let law = self.law(node);
        self.act = law.first().map(|law| law.act.clone()).unwrap_or_default();
        let variable = self.source.child(node, "variable");
        let kind = match variable {
            Some(variable) => self.type_of(variable, "typeRef"),
            None => ItemType::any(),
        };
        let kind = match node.local_name() {
            "inputData" => Kind::Input(kind),
            "decision" => Kind::Decision(self.decision(node, kind)),
            "businessKnowledgeModel" => Kind::Knowledge(self.knowledge(node, &kind)),
            _ => Kind::Service(self.service(node, &kind)),
        };
        let element = Element {
            id: place.id.to_owned(),
            name: Arc::from(crate::feel::names::squeeze(declared_name(node))),
            document: place.document,
            line: node.line(),
            law,
            kind,
        };
        (element, self.faults.into_inner())
    }

    fn decision(&self, node: Node<'r>, kind: Arc<ItemType>) -> DecisionLogic {
        let logic = self.expression_in(node, "the decision has no logic; give it an expression");
        DecisionLogic { kind, logic, requirements: self.requirements(node) }
    }

    fn knowledge(&self, node: Node<'r>, kind: &Arc<ItemType>) -> Knowledge {
        let function = match self.source.child(node, "encapsulatedLogic") {
            Some(logic) => self.function(logic),
            None => {
                let error = self.source.error(node, "the business knowledge model has no logic");
                let body = Typed { kind: ItemType::any(), boxed: self.faulty(error) };
                Arc::new(FunctionBody { parameters: Vec::new(), parameter_names: Vec::new(), body })
            }
        };
        Knowledge { kind: result_of(kind), function, requirements: self.requirements(node) }
    }

    fn service(&self, node: Node<'r>, kind: &Arc<ItemType>) -> Service {
        let targets = |name: &'r str| -> Vec<usize> {
            self.source
                .children(node, name)
                .filter_map(|child| self.target(child))
                .map(|r| r.target)
                .collect()
        };
        let outputs = targets("outputDecision");
        if outputs.is_empty() {
            self.fault(self.source.error(node, "the decision service has no output decision"));
        }
        let mut inputs = targets("inputData");
        inputs.extend(targets("inputDecision"));
        let input_names = inputs.iter().map(|index| self.name_of(*index)).collect();
        Service { kind: result_of(kind), outputs, inputs, input_names }
    }

    fn name_of(&self, index: usize) -> Arc<str> {
        Arc::from(crate::feel::names::squeeze(declared_name(self.index.placed[index].node)))
    }

    fn requirements(&self, node: Node<'r>) -> Vec<Requirement> {
        let kinds = ["informationRequirement", "knowledgeRequirement"];
        let holders =
            node.children().filter(|child| kinds.iter().any(|kind| child.is(self.source.version, kind)));
        holders.flat_map(|holder| holder.children()).filter_map(|reference| self.target(reference)).collect()
    }

    /// The element a reference means: `#id`, or `namespace#id` of an imported file.
    fn target(&self, reference: Node<'r>) -> Option<Requirement> {
        let href = reference.attribute("", "href")?;
        let namespace = href.rsplit_once('#').map_or("", |(namespace, _)| namespace);
        let through =
            self.source.imports.iter().find(|import| !namespace.is_empty() && import.namespace == namespace);
        match self.index.find(self.document, href) {
            Some(target) => {
                Some(Requirement { target, through: through.map(|import| Arc::from(import.name)) })
            }
            None => {
                self.fault(self.source.error(reference, format!("there is no element \"{href}\"")));
                None
            }
        }
    }

    /// The type an attribute names.
    pub(super) fn type_of(&self, node: Node<'r>, attribute: &str) -> Arc<ItemType> {
        let reference =
            node.attribute("", attribute).map(str::trim).filter(|reference| !reference.is_empty());
        let Some(reference) = reference else { return ItemType::any() };
        if let Some(kind) = self.types.types.get(reference) {
            return Arc::clone(kind);
        }
        match builtin(reference) {
            Some(kind) => Arc::new(ItemType::plain(kind)),
            None => {
                self.fault(self.source.error(node, unknown(reference)));
                ItemType::any()
            }
        }
    }

    /// The paragraphs written in the extension elements of an element.
    pub(super) fn law(&self, node: Node<'r>) -> Vec<LawRef> {
        let Some(extensions) = self.source.child(node, "extensionElements") else { return Vec::new() };
        let laws = extensions.children().filter(|child| child.is(QYZMET, "law"));
        laws.filter_map(|law| {
            let par = law.attribute("", "par");
            if par.is_none() {
                self.fault(self.source.error(law, "q:law needs the attributes act and par"));
            }
            Some(LawRef { act: law.attribute("", "act").unwrap_or("").to_owned(), par: par?.to_owned() })
        })
        .collect()
    }
}

/// The name an element's value has: that of its variable, else its own.
fn declared_name(node: Node<'_>) -> &str {
    let variable = node.children().find(|child| child.local_name() == "variable");
    let name = variable.and_then(|variable| variable.attribute("", "name"));
    name.or_else(|| node.attribute("", "name")).unwrap_or("")
}

/// The type of what an invocable answers: its variable may name the function's type or the result's.
fn result_of(kind: &Arc<ItemType>) -> Arc<ItemType> {
    match kind.outline() {
        Type::Function(_, result) => Arc::new(ItemType::plain(*result)),
        _ => Arc::clone(kind),
    }
}
