//! XML to a context: one walk that checks the structure and every value. Recursion follows the schema, never the input.

use super::model::{ComplexType, Declaration, Particle, TypeRef};
use super::path::Path;
use super::{BindError, Contract, simple};
use crate::namespaces::XSI;
use rules::{Context, Value};
use std::iter::Peekable;
use xml::{Children, Element, Node};

pub(super) struct Decoder<'c> {
    contract: &'c Contract,
}

impl<'c> Decoder<'c> {
    pub(super) fn new(contract: &'c Contract) -> Decoder<'c> {
        Decoder { contract }
    }

    pub(super) fn root(
        &self,
        declaration: &'c Declaration,
        element: Element<'_>,
    ) -> Result<Context, BindError> {
        let path = Path::root(&declaration.name);
        match self.value(declaration, element, &path)? {
            Value::Context(context) => Ok(context),
            // A root of simple type: bound under the name of the element.
            value => Ok(Context::new().with(declaration.name.clone(), value)),
        }
    }

    fn value(
        &self,
        declaration: &'c Declaration,
        element: Element<'_>,
        path: &Path<'_>,
    ) -> Result<Value, BindError> {
        for attribute in element.attributes() {
            if attribute.namespace() != Some(XSI)
                || !attribute.local_name().to_lowercase().ends_with("schemalocation")
            {
                let message =
                    "attributes are not part of contracts; leave it out (and an element that is nil, too)";
                return Err(BindError::new(format!("{path}.@{}", attribute.local_name()), message));
            }
        }
        match declaration.kind {
            TypeRef::Simple(at) => {
                if element.nodes().any(|node| matches!(node, Node::Element(_))) {
                    return Err(BindError::new(
                        path,
                        "the element holds text only; remove the elements in it",
                    ));
                }
                simple::decode(&self.contract.simple[at], &element.text())
                    .map_err(|reason| BindError::new(path, reason))
            }
            TypeRef::Complex(at) => {
                self.context(&self.contract.complex[at], element, path).map(Value::Context)
            }
        }
    }

    fn context(
        &self,
        complex: &'c ComplexType,
        element: Element<'_>,
        path: &Path<'_>,
    ) -> Result<Context, BindError> {
        if !element.text().trim_ascii().is_empty() {
            return Err(BindError::new(
                path,
                "the element holds elements only; remove the text between them",
            ));
        }
        let mut context = complex.absent.clone();
        let mut children = element.children().peekable();
        if let Some(content) = &complex.content {
            self.particle(content, &mut children, &mut context, path)?;
        }
        match children.next() {
            None => Ok(context),
            Some(extra) => Err(self.unexpected(complex, extra, path)),
        }
    }

    fn particle(
        &self,
        particle: &'c Particle,
        children: &mut Peekable<Children<'_>>,
        context: &mut Context,
        path: &Path<'_>,
    ) -> Result<(), BindError> {
        match particle {
            Particle::Element(declaration) => self.element(declaration, children, context, path),
            Particle::Sequence { optional, items } => {
                if *optional && !self.comes(particle, children) {
                    return Ok(());
                }
                items.iter().try_for_each(|item| self.particle(item, children, context, path))
            }
            Particle::Choice { items, .. } => match items.iter().find(|item| self.comes(item, children)) {
                Some(item) => self.particle(item, children, context, path),
                None if particle.may_be_empty() => Ok(()),
                None => {
                    let mut names = Vec::new();
                    particle.declarations(&mut names);
                    let names: Vec<&str> = names.iter().map(|declaration| &*declaration.name).collect();
                    Err(BindError::new(path, format!("one of {} is missing; give one", names.join(", "))))
                }
            },
        }
    }

    /// Whether the next child belongs to the particle.
    fn comes(&self, particle: &Particle, children: &mut Peekable<Children<'_>>) -> bool {
        let namespace = self.contract.namespace.as_str();
        children
            .peek()
            .is_some_and(|next| next.namespace() == Some(namespace) && particle.mentions(next.local_name()))
    }

    fn element(
        &self,
        declaration: &'c Declaration,
        children: &mut Peekable<Children<'_>>,
        context: &mut Context,
        path: &Path<'_>,
    ) -> Result<(), BindError> {
        let mut found = Vec::new();
        while found.len() < declaration.max
            && let Some(child) = children.next_if(|next| next.is(&self.contract.namespace, &declaration.name))
        {
            let place = declaration.is_list().then_some(found.len() + 1);
            found.push(self.value(declaration, child, &path.child(&declaration.name, place))?);
        }
        if found.len() < declaration.min {
            let message = match found.len() {
                0 => match children.peek() {
                    Some(other) => format!("the element is missing; {} stands in its place", shown(*other)),
                    None => "the element is missing; it is mandatory here".to_owned(),
                },
                some => format!("the element comes {some} times, at least {} are wanted", declaration.min),
            };
            return Err(BindError::new(path.child(&declaration.name, None), message));
        }
        if let Some(last) = found.pop() {
            let value = match declaration.is_list() {
                true => {
                    found.push(last);
                    Value::list(found)
                }
                false => last,
            };
            context.insert(declaration.name.clone(), value);
        }
        Ok(())
    }

    fn unexpected(&self, complex: &ComplexType, extra: Element<'_>, path: &Path<'_>) -> BindError {
        let mut declarations = Vec::new();
        if let Some(content) = &complex.content {
            content.declarations(&mut declarations);
        }
        let name = shown(extra);
        let known = declarations.iter().find(|declaration| *declaration.name == *name);
        let message = match known {
            Some(_) if extra.namespace() != Some(self.contract.namespace.as_str()) => {
                format!("the element is in another namespace; put it into {}", self.contract.namespace)
            }
            Some(declaration) if declaration.max != usize::MAX => {
                format!("the element stands in the wrong place, or more often than {} times", declaration.max)
            }
            Some(_) => "the element stands in the wrong place; keep the order of the contract".to_owned(),
            None => {
                let names: Vec<&str> = declarations.iter().map(|declaration| &*declaration.name).collect();
                format!("the contract has no such element here; it has {}", names.join(", "))
            }
        };
        BindError::new(path.child(&name, None), message)
    }
}

/// The name of an element in a message, shortened.
fn shown(element: Element<'_>) -> String {
    element.local_name().chars().take(60).collect()
}
