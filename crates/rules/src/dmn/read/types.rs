//! Item definitions, resolved file by file, the imported ones first.

use super::source::Source;
use crate::dmn::DmnError;
use crate::dmn::types::{ItemType, Shape, TypeTable};
use crate::feel::UnaryTests;
use crate::feel::types::Type;
use std::collections::HashMap;
use std::sync::Arc;
use xml::Element;

/// Deepest nesting of type references.
const MAX_NESTING: usize = 40;

/// The types of every file, imported ones under `import.name`.
pub(super) fn tables(sources: &[Source<'_>], faults: &mut Vec<DmnError>) -> Vec<Arc<TypeTable>> {
    let mut own: Vec<Option<HashMap<Arc<str>, Arc<ItemType>>>> = sources.iter().map(|_| None).collect();
    for index in 0..sources.len() {
        complete(index, sources, &mut own, faults, 0);
    }
    own.into_iter().map(|types| Arc::new(TypeTable { types: types.unwrap_or_default() })).collect()
}

type Tables = Vec<Option<HashMap<Arc<str>, Arc<ItemType>>>>;

/// Fills the table of a file after those of its imports. A circle of imports leaves the later one without the earlier.
fn complete(
    index: usize,
    sources: &[Source<'_>],
    tables: &mut Tables,
    faults: &mut Vec<DmnError>,
    depth: usize,
) {
    if tables[index].is_some() || depth > sources.len() {
        return;
    }
    tables[index] = Some(HashMap::new());
    let source = &sources[index];
    let mut types = HashMap::new();
    for import in &source.imports {
        let Some(document) = import.document else { continue };
        complete(document, sources, tables, faults, depth + 1);
        for (name, kind) in tables[document].iter().flatten() {
            types.insert(Arc::from(format!("{}.{name}", import.name)), Arc::clone(kind));
        }
    }
    let nodes: HashMap<&str, Element<'_>> = source
        .children(source.root, "itemDefinition")
        .filter_map(|node| node.attribute("", "name").map(|name| (name, node)))
        .collect();
    let mut resolver = Resolver { source, nodes, types, open: Vec::new(), faults };
    let mut names: Vec<&str> = resolver.nodes.keys().copied().collect();
    names.sort_unstable();
    for name in names {
        resolver.defined(name);
    }
    tables[index] = Some(resolver.types);
}

struct Resolver<'r, 'd> {
    source: &'r Source<'d>,
    nodes: HashMap<&'d str, Element<'d>>,
    types: HashMap<Arc<str>, Arc<ItemType>>,
    /// The definitions being resolved, to find circles.
    open: Vec<String>,
    faults: &'r mut Vec<DmnError>,
}

impl<'d> Resolver<'_, 'd> {
    /// The type of a definition of this file; `None`: there is none of that name.
    fn defined(&mut self, name: &str) -> Option<Arc<ItemType>> {
        if let Some(known) = self.types.get(name) {
            return Some(Arc::clone(known));
        }
        let node = *self.nodes.get(name)?;
        if self.open.iter().any(|open| open == name) || self.open.len() >= MAX_NESTING {
            let reason = format!("the type \"{name}\" is made of itself, or nests too deep");
            self.faults.push(self.source.error(node, reason));
            return Some(ItemType::any());
        }
        self.open.push(name.to_owned());
        let kind = self.definition(node);
        self.open.pop();
        self.types.insert(Arc::from(name), Arc::clone(&kind));
        Some(kind)
    }

    /// An item definition or component.
    fn definition(&mut self, node: Element<'d>) -> Arc<ItemType> {
        let allowed = self.tests(node, "allowedValues");
        let constraint = self.tests(node, "typeConstraint");
        let inner = self.structure(node);
        let collection = node.attribute("", "isCollection").is_some_and(|flag| flag == "true" || flag == "1");
        let shape = if collection { Shape::List(inner) } else { Shape::Alias(inner) };
        Arc::new(ItemType { shape, allowed, constraint })
    }

    fn structure(&mut self, node: Element<'d>) -> Arc<ItemType> {
        let components: Vec<Element<'d>> = self.source.children(node, "itemComponent").collect();
        if !components.is_empty() {
            let mut entries = Vec::with_capacity(components.len());
            for component in components {
                let name = component.attribute("", "name").unwrap_or("");
                entries.push((Arc::from(name), self.definition(component)));
            }
            return Arc::new(ItemType { shape: Shape::Context(entries), allowed: None, constraint: None });
        }
        if let Some(function) = self.source.child(node, "functionItem") {
            let parameters: Vec<Element<'d>> = self.source.children(function, "parameters").collect();
            let parameters = parameters
                .into_iter()
                .map(|node| self.named(node, node.attribute("", "typeRef")).outline())
                .collect();
            let result = self.named(function, function.attribute("", "outputTypeRef")).outline();
            return Arc::new(ItemType::plain(Type::Function(Some(parameters), Box::new(result))));
        }
        let reference = self.source.child(node, "typeRef").map(|node| node.text());
        self.named(node, reference.as_deref().map(str::trim))
    }

    fn named(&mut self, node: Element<'d>, reference: Option<&str>) -> Arc<ItemType> {
        let Some(reference) = reference.filter(|reference| !reference.is_empty()) else {
            return ItemType::any();
        };
        if let Some(kind) = self.defined(reference) {
            return kind;
        }
        match builtin(reference) {
            Some(kind) => Arc::new(ItemType::plain(kind)),
            None => {
                self.faults.push(self.source.error(node, unknown(reference)));
                ItemType::any()
            }
        }
    }

    fn tests(&mut self, node: Element<'d>, name: &str) -> Option<UnaryTests> {
        let text = self.source.child(self.source.child(node, name)?, "text")?.text();
        match UnaryTests::parse_known(&text, &[&self.source.members]) {
            Ok(tests) => Some(tests),
            Err(error) => {
                self.faults.push(self.source.error(node, format!("{name}: {error}")));
                None
            }
        }
    }
}

/// A built-in type by its name, with or without the prefix that older versions wrote.
pub(super) fn builtin(reference: &str) -> Option<Type> {
    let plain = reference.rsplit_once(':').map_or(reference, |(_, name)| name);
    Type::named(plain).or_else(|| match crate::feel::parser::type_text(reference) {
        Ok(Type::Named(_)) | Err(_) => None,
        Ok(kind) => Some(kind),
    })
}

pub(super) fn unknown(reference: &str) -> String {
    format!("there is no type \"{reference}\"; define it as an itemDefinition or use a type of FEEL")
}
