//! The XSD reader: the part of XML Schema that contracts use, everything else refused by line with what to write instead.

use super::model::{ComplexType, DEEPEST, Declaration, Kind, Particle, SimpleType, TypeRef};
use super::{Contract, ContractError};
use crate::namespaces::XSD;
use rules::{Context, Value};
use std::collections::{BTreeMap, BTreeSet};
use xml::{Document, Element, Limits};

mod facets;

/// Occurrences that may be written as a number.
const MOST_OCCURRENCES: usize = 1_000_000;

pub(super) fn load(schema: &str) -> Result<Contract, ContractError> {
    let document = Document::parse(schema.as_bytes(), &Limits::model())
        .map_err(|error| ContractError { line: error.line, message: error.message })?;
    let root = document.root();
    if !root.is(XSD, "schema") {
        return refuse(root, format!("the root element is not xs:schema of {XSD}"));
    }
    only_attributes(
        root,
        &["targetNamespace", "elementFormDefault", "attributeFormDefault", "version", "id"],
    )?;
    let namespace = match root.attribute("", "targetNamespace") {
        Some(namespace) if namespace.contains(':') => namespace.to_owned(),
        _ => return refuse(root, "targetNamespace is missing or no absolute URI; give one".to_owned()),
    };
    if root.attribute("", "elementFormDefault") != Some("qualified") {
        return refuse(root, "write elementFormDefault=\"qualified\"".to_owned());
    }
    let mut loader = Loader::new(namespace);
    for child in schema_children(root)? {
        loader.collect(child)?;
    }
    let contract = loader.finish()?;
    // The validator's own reading of the same text: what it refuses is no schema, whatever was read here.
    uppsala::Parser::new()
        .with_forbid_dtd(true)
        .parse(schema)
        .and_then(|document| uppsala::XsdValidator::from_schema(&document).map(drop))
        .map_err(|error| ContractError { line: 0, message: format!("the schema is not valid: {error}") })?;
    Ok(contract)
}

fn refuse<T>(element: Element<'_>, message: String) -> Result<T, ContractError> {
    Err(ContractError { line: element.line(), message })
}

/// The children that mean something: elements of XML Schema without annotations. Foreign elements and text are refused.
fn schema_children<'d>(element: Element<'d>) -> Result<Vec<Element<'d>>, ContractError> {
    if !element.text().trim_ascii().is_empty() {
        return refuse(element, "text between the elements of the schema; put it into a comment".to_owned());
    }
    let mut children = Vec::new();
    for child in element.children() {
        if child.namespace() != Some(XSD) {
            return refuse(
                child,
                format!("{} is no element of XML Schema; remove it", child.qualified_name()),
            );
        }
        if child.local_name() != "annotation" {
            children.push(child);
        }
    }
    Ok(children)
}

fn only_attributes(element: Element<'_>, known: &[&str]) -> Result<(), ContractError> {
    for attribute in element.attributes() {
        let name = attribute.local_name();
        if attribute.namespace().is_some() || !known.contains(&name) {
            let instead = match name {
                "ref" => "; write the element where it is used, with a type",
                "nillable" => "; make it optional with minOccurs=\"0\"",
                "default" | "fixed" => "; the service decides what an absent value means",
                "mixed" => "; use a text of its own",
                "abstract" | "substitutionGroup" => "; use xs:choice",
                _ => "; remove it",
            };
            return refuse(element, format!("the attribute {name} is not part of contracts{instead}"));
        }
    }
    Ok(())
}

/// What a declaration of another kind is to be replaced by.
fn instead_of(name: &str) -> &'static str {
    match name {
        "import" | "include" | "redefine" => "put everything into this one file",
        "attribute" | "attributeGroup" | "anyAttribute" => "use an element",
        "all" | "group" => "use xs:sequence",
        "any" => "name the elements that may come",
        "simpleContent" | "complexContent" | "extension" => "write the elements of the type out",
        "list" | "union" => "use an element with maxOccurs, or xs:choice",
        "unique" | "key" | "keyref" => "check it in a rule",
        _ => "use element, complexType with sequence or choice, and simpleType with restriction",
    }
}

fn not_part<T>(element: Element<'_>) -> Result<T, ContractError> {
    let name = element.local_name();
    refuse(element, format!("xs:{name} is not part of contracts; {}", instead_of(name)))
}

/// A named type while the schema is read.
enum Named<'d, T> {
    Waiting(Element<'d>),
    /// Being read: met again, it contains itself.
    Open,
    Read(T),
}

struct Loader<'d> {
    contract: Contract,
    roots: Vec<Element<'d>>,
    simple: BTreeMap<&'d str, Named<'d, usize>>,
    complex: BTreeMap<&'d str, Named<'d, usize>>,
    built_in: BTreeMap<&'static str, usize>,
}

impl<'d> Loader<'d> {
    fn new(namespace: String) -> Loader<'d> {
        let contract = Contract { namespace, roots: Vec::new(), simple: Vec::new(), complex: Vec::new() };
        Loader {
            contract,
            roots: Vec::new(),
            simple: BTreeMap::new(),
            complex: BTreeMap::new(),
            built_in: BTreeMap::new(),
        }
    }

    fn collect(&mut self, child: Element<'d>) -> Result<(), ContractError> {
        let name = || match child.attribute("", "name") {
            Some(name) if xml::is_ncname(name) => Ok(name),
            _ => refuse(child, format!("xs:{} has no name; give it one", child.local_name())),
        };
        let twice = match child.local_name() {
            "element" => {
                let name = name()?;
                let twice = self.roots.iter().any(|root| root.attribute("", "name") == Some(name));
                self.roots.push(child);
                twice
            }
            // Simple and complex types share one space of names.
            "simpleType" => {
                let name = name()?;
                self.simple.insert(name, Named::Waiting(child)).is_some() || self.complex.contains_key(name)
            }
            "complexType" => {
                let name = name()?;
                self.complex.insert(name, Named::Waiting(child)).is_some() || self.simple.contains_key(name)
            }
            _ => return not_part(child),
        };
        if twice {
            return refuse(child, "this name is declared twice; give one of them another name".to_owned());
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Contract, ContractError> {
        // Types that no element uses are read too: an error in them is an error.
        let simple: Vec<&str> = self.simple.keys().copied().collect();
        for name in simple {
            self.named_simple(name, 0)?;
        }
        let complex: Vec<&str> = self.complex.keys().copied().collect();
        for name in complex {
            self.named_complex(name, 0)?;
        }
        for root in std::mem::take(&mut self.roots) {
            only_attributes(root, &["name", "type", "id"])?;
            let kind = self.type_of(root, 0)?;
            let name = root.attribute("", "name").unwrap_or_default().into();
            self.contract.roots.push(Declaration { name, kind, min: 1, max: 1 });
        }
        Ok(self.contract)
    }

    /// The type of an element: named by its attribute or written inside it.
    fn type_of(&mut self, element: Element<'d>, depth: usize) -> Result<TypeRef, ContractError> {
        let children = schema_children(element)?;
        match (element.attribute("", "type"), &children[..]) {
            (Some(name), []) => self.type_named(element, name, depth),
            (None, [child]) if child.local_name() == "simpleType" => {
                self.simple_type(*child, depth).map(TypeRef::Simple)
            }
            (None, [child]) if child.local_name() == "complexType" => {
                only_attributes(*child, &["id"])?;
                self.complex_type(*child, depth).map(TypeRef::Complex)
            }
            (None, []) => refuse(element, "the element has no type; give it one".to_owned()),
            (None, [child]) => not_part(*child),
            _ => refuse(element, "the element has a type and content; keep one".to_owned()),
        }
    }

    fn type_named(
        &mut self,
        element: Element<'d>,
        name: &'d str,
        depth: usize,
    ) -> Result<TypeRef, ContractError> {
        let (prefix, local) = name.trim_ascii().split_once(':').unwrap_or(("", name.trim_ascii()));
        match element.namespace_in_scope(prefix) {
            Some(XSD) => self.built_in(element, local).map(TypeRef::Simple),
            Some(namespace) if namespace == self.contract.namespace => {
                if self.simple.contains_key(local) {
                    return self.named_simple(local, depth).map(TypeRef::Simple);
                }
                match self.complex.contains_key(local) {
                    true => self.named_complex(local, depth).map(TypeRef::Complex),
                    false => {
                        refuse(element, format!("the type {local} is not declared; declare it in this file"))
                    }
                }
            }
            _ => refuse(element, format!("the type {name} is in another namespace; declare it in this file")),
        }
    }

    fn built_in(&mut self, element: Element<'_>, name: &str) -> Result<usize, ContractError> {
        let kind = match name {
            "string" => Kind::Text,
            "boolean" => Kind::Boolean,
            "decimal" => Kind::Decimal,
            "integer" => Kind::Integer { bits: 0 },
            "int" => Kind::Integer { bits: 32 },
            "long" => Kind::Integer { bits: 64 },
            "date" => Kind::Date,
            "dateTime" => Kind::DateTime,
            "base64Binary" => Kind::Base64,
            other => {
                let message = format!(
                    "xs:{other} is not part of contracts; use xs:string, boolean, decimal, integer, int, long, date, \
                     dateTime or base64Binary"
                );
                return refuse(element, message);
            }
        };
        let simple = &mut self.contract.simple;
        Ok(*self.built_in.entry(kind.name()).or_insert_with(|| {
            simple.push(SimpleType { kind, steps: Vec::new() });
            simple.len() - 1
        }))
    }

    fn named_simple(&mut self, name: &'d str, depth: usize) -> Result<usize, ContractError> {
        let element = match self.simple.insert(name, Named::Open) {
            Some(Named::Read(at)) => {
                self.simple.insert(name, Named::Read(at));
                return Ok(at);
            }
            Some(Named::Waiting(element)) => element,
            _ => return Err(itself(name)),
        };
        let at = self.simple_type(element, depth)?;
        self.simple.insert(name, Named::Read(at));
        Ok(at)
    }

    fn named_complex(&mut self, name: &'d str, depth: usize) -> Result<usize, ContractError> {
        let element = match self.complex.insert(name, Named::Open) {
            Some(Named::Read(at)) => {
                self.complex.insert(name, Named::Read(at));
                return Ok(at);
            }
            Some(Named::Waiting(element)) => element,
            _ => return Err(itself(name)),
        };
        only_attributes(element, &["name", "id"])?;
        let at = self.complex_type(element, depth)?;
        self.complex.insert(name, Named::Read(at));
        Ok(at)
    }

    fn simple_type(&mut self, element: Element<'d>, depth: usize) -> Result<usize, ContractError> {
        deep(element, depth)?;
        only_attributes(element, &["name", "id"])?;
        let restriction = match schema_children(element)?[..] {
            [child] if child.local_name() == "restriction" => child,
            [child] => return not_part(child),
            _ => return refuse(element, "xs:simpleType holds one xs:restriction".to_owned()),
        };
        only_attributes(restriction, &["base", "id"])?;
        let Some(base) = restriction.attribute("", "base") else {
            return refuse(restriction, "the restriction has no base; name one".to_owned());
        };
        let TypeRef::Simple(base) = self.type_named(restriction, base, depth + 1)? else {
            return refuse(restriction, "the base is no simple type; name one".to_owned());
        };
        let SimpleType { kind, mut steps } = self.contract.simple[base].clone();
        steps.push(facets::read(restriction, kind)?);
        self.contract.simple.push(SimpleType { kind, steps });
        Ok(self.contract.simple.len() - 1)
    }

    fn complex_type(&mut self, element: Element<'d>, depth: usize) -> Result<usize, ContractError> {
        deep(element, depth)?;
        let content = match schema_children(element)?[..] {
            [] => None,
            [child] => Some(self.particle(child, depth)?),
            [_, second, ..] => return not_part(second),
        };
        let mut complex = ComplexType { content, absent: Context::new(), depth: 1 };
        if let Some(content) = &complex.content {
            let mut declarations = Vec::new();
            content.declarations(&mut declarations);
            let mut names = BTreeSet::new();
            if let Some(twice) = declarations.iter().find(|declaration| !names.insert(&declaration.name)) {
                let message = format!(
                    "the element {} comes twice in one type; give one of them another name",
                    twice.name
                );
                return refuse(element, message);
            }
            let below = declarations.iter().map(|declaration| match declaration.kind {
                TypeRef::Complex(at) => self.contract.complex[at].depth,
                TypeRef::Simple(_) => 0,
            });
            complex.depth += below.max().unwrap_or(0);
            complex.absent = declarations
                .iter()
                .map(|declaration| {
                    let absent = if declaration.is_list() { Value::list([]) } else { Value::Null };
                    (declaration.name.clone(), absent)
                })
                .collect();
        }
        if complex.depth > DEEPEST {
            return refuse(element, format!("types nest deeper than {DEEPEST}; flatten them"));
        }
        self.contract.complex.push(complex);
        Ok(self.contract.complex.len() - 1)
    }

    fn particle(&mut self, element: Element<'d>, depth: usize) -> Result<Particle, ContractError> {
        match element.local_name() {
            "element" => self.local_element(element, depth),
            group @ ("sequence" | "choice") => {
                only_attributes(element, &["minOccurs", "maxOccurs", "id"])?;
                let (min, max) = occurrences(element)?;
                if max != 1 {
                    return refuse(
                        element,
                        format!("xs:{group} may not repeat; repeat an element with this content"),
                    );
                }
                let mut items = Vec::new();
                for child in schema_children(element)? {
                    items.push(self.particle(child, depth)?);
                }
                match group {
                    "choice" if items.is_empty() => {
                        refuse(element, "xs:choice is empty; give it elements".to_owned())
                    }
                    "choice" => Ok(Particle::Choice { optional: min == 0, items }),
                    _ => Ok(Particle::Sequence { optional: min == 0, items }),
                }
            }
            _ => not_part(element),
        }
    }

    fn local_element(&mut self, element: Element<'d>, depth: usize) -> Result<Particle, ContractError> {
        only_attributes(element, &["name", "type", "minOccurs", "maxOccurs", "id"])?;
        let name = match element.attribute("", "name") {
            Some(name) if xml::is_ncname(name) => name.into(),
            _ => return refuse(element, "the element has no name; give it one".to_owned()),
        };
        let (min, max) = occurrences(element)?;
        if max == 0 {
            return refuse(element, "maxOccurs is 0; remove the element".to_owned());
        }
        let kind = self.type_of(element, depth + 1)?;
        Ok(Particle::Element(Declaration { name, kind, min, max }))
    }
}

fn itself(name: &str) -> ContractError {
    ContractError {
        line: 0,
        message: format!("the type {name} contains itself; give the depth you need as types of their own"),
    }
}

fn deep(element: Element<'_>, depth: usize) -> Result<(), ContractError> {
    match depth > DEEPEST {
        true => refuse(element, format!("types nest deeper than {DEEPEST}; flatten them")),
        false => Ok(()),
    }
}

fn occurrences(element: Element<'_>) -> Result<(usize, usize), ContractError> {
    let number = |name: &str| match element.attribute("", name) {
        None => Ok(1),
        Some("unbounded") if name == "maxOccurs" => Ok(usize::MAX),
        Some(text) => match text.parse::<usize>() {
            Ok(number) if number <= MOST_OCCURRENCES => Ok(number),
            _ => refuse(
                element,
                format!("{name} is a number up to {MOST_OCCURRENCES}, or maxOccurs=\"unbounded\""),
            ),
        },
    };
    let (min, max) = (number("minOccurs")?, number("maxOccurs")?);
    if min > max {
        return refuse(element, "minOccurs is larger than maxOccurs; exchange them".to_owned());
    }
    Ok((min, max))
}
