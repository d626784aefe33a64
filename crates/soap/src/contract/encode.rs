//! A context to XML: in the order of the schema, everything checked, nothing silently left out. Recursion follows the schema.

use super::model::{ComplexType, Declaration, Particle, TypeRef};
use super::path::Path;
use super::{BindError, Contract, simple};
use rules::{Context, Value};
use xml::Writer;

/// The prefix of the contract's namespace: no default namespace is ever written.
const PREFIX: &str = "c";

pub(super) fn encode(
    contract: &Contract,
    root: &Declaration,
    context: &Context,
) -> Result<String, BindError> {
    let path = Path::root(&root.name);
    let mut encoder = Encoder { contract, writer: Writer::with_capacity(1024) };
    match root.kind {
        TypeRef::Complex(at) => {
            let name = format!("{PREFIX}:{}", root.name);
            encoder.writer.open(&name).attribute("xmlns:c", &contract.namespace);
            encoder.content(&contract.complex[at], context, &path)?;
            encoder.writer.close();
        }
        TypeRef::Simple(at) => {
            let value = context.get(&root.name).unwrap_or(&Value::Null);
            let text =
                simple::encode(&contract.simple[at], value).map_err(|reason| BindError::new(path, reason))?;
            let name = format!("{PREFIX}:{}", root.name);
            encoder.writer.open(&name).attribute("xmlns:c", &contract.namespace).text(&text).close();
        }
    }
    encoder.writer.finish().map_err(|error| BindError::new(path, error.to_string()))
}

struct Encoder<'c> {
    contract: &'c Contract,
    writer: Writer,
}

/// Whether a value says nothing: null, or a list without items.
fn is_absent(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::List(items)) => items.is_empty(),
        Some(_) => false,
    }
}

impl Encoder<'_> {
    fn content(
        &mut self,
        complex: &ComplexType,
        context: &Context,
        path: &Path<'_>,
    ) -> Result<(), BindError> {
        let mut declarations = Vec::new();
        if let Some(content) = &complex.content {
            content.declarations(&mut declarations);
        }
        for name in context.keys() {
            if !declarations.iter().any(|declaration| *declaration.name == **name) {
                return Err(unknown(name, &declarations, path));
            }
        }
        match &complex.content {
            Some(content) => self.particle(content, context, path),
            None => Ok(()),
        }
    }

    fn particle(&mut self, particle: &Particle, context: &Context, path: &Path<'_>) -> Result<(), BindError> {
        match particle {
            Particle::Element(declaration) => self.element(declaration, context, path),
            Particle::Sequence { optional, items } => {
                if *optional && !has_any(particle, context) {
                    return Ok(());
                }
                items.iter().try_for_each(|item| self.particle(item, context, path))
            }
            Particle::Choice { items, .. } => {
                let given: Vec<&Particle> = items.iter().filter(|item| has_any(item, context)).collect();
                match given[..] {
                    [one] => self.particle(one, context, path),
                    [] if particle.may_be_empty() => Ok(()),
                    _ => {
                        let mut names = Vec::new();
                        particle.declarations(&mut names);
                        let names: Vec<&str> = names.iter().map(|declaration| &*declaration.name).collect();
                        let count = if given.is_empty() { "none" } else { "more than one" };
                        let message = format!(
                            "{count} of {} is given; the contract wants exactly one",
                            names.join(", ")
                        );
                        Err(BindError::new(path, message))
                    }
                }
            }
        }
    }

    fn element(
        &mut self,
        declaration: &Declaration,
        context: &Context,
        path: &Path<'_>,
    ) -> Result<(), BindError> {
        let value = context.get(&declaration.name);
        let path = path.child(&declaration.name, None);
        if is_absent(value) && declaration.min > 0 {
            return Err(BindError::new(path, "the value is missing; the contract wants one"));
        }
        match value {
            _ if is_absent(value) && (declaration.is_list() || !matches!(value, Some(Value::List(_)))) => {
                Ok(())
            }
            Some(Value::List(items)) if declaration.is_list() => self.items(declaration, items, &path),
            Some(Value::List(_)) => Err(BindError::new(
                path,
                "the value is a list, the contract wants one value; take one item of it",
            )),
            Some(other) if declaration.is_list() => {
                let message = format!(
                    "the value is a {}, the contract wants a list; put it into brackets",
                    other.type_name()
                );
                Err(BindError::new(path, message))
            }
            Some(value) => self.value(declaration, value, &path),
            None => Ok(()),
        }
    }

    fn items(
        &mut self,
        declaration: &Declaration,
        items: &[Value],
        path: &Path<'_>,
    ) -> Result<(), BindError> {
        if items.len() < declaration.min || items.len() > declaration.max {
            let most = match declaration.max {
                usize::MAX => "any number".to_owned(),
                most => most.to_string(),
            };
            let message = format!(
                "the list has {} items, the contract wants {} to {most}",
                items.len(),
                declaration.min
            );
            return Err(BindError::new(path, message));
        }
        items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| self.value(declaration, item, &path.item(index + 1)))
    }

    fn value(&mut self, declaration: &Declaration, value: &Value, path: &Path<'_>) -> Result<(), BindError> {
        let name = format!("{PREFIX}:{}", declaration.name);
        match (declaration.kind, value) {
            (TypeRef::Simple(at), value) => {
                let text = simple::encode(&self.contract.simple[at], value)
                    .map_err(|reason| BindError::new(path, reason))?;
                self.writer.element(&name, &text);
                Ok(())
            }
            (TypeRef::Complex(at), Value::Context(context)) => {
                self.writer.open(&name);
                self.content(&self.contract.complex[at], context, path)?;
                self.writer.close();
                Ok(())
            }
            (TypeRef::Complex(_), other) => {
                let message = format!("the value is a {}, the contract wants a context", other.type_name());
                Err(BindError::new(path, message))
            }
        }
    }
}

fn has_any(particle: &Particle, context: &Context) -> bool {
    match particle {
        Particle::Element(declaration) => !is_absent(context.get(&declaration.name)),
        Particle::Sequence { items, .. } | Particle::Choice { items, .. } => {
            items.iter().any(|item| has_any(item, context))
        }
    }
}

fn unknown(name: &str, declarations: &[&Declaration], path: &Path<'_>) -> BindError {
    let shown: String = name.chars().take(60).collect();
    let nearest = declarations
        .iter()
        .map(|declaration| (strsim::damerau_levenshtein(&shown, &declaration.name), &declaration.name))
        .min()
        .filter(|(distance, nearest)| *distance * 2 <= nearest.chars().count().max(4));
    let message = match nearest {
        Some((_, nearest)) => format!("the contract has no such name here; did you mean {nearest}?"),
        None => {
            let names: Vec<&str> = declarations.iter().map(|declaration| &*declaration.name).collect();
            format!("the contract has no such name here; it has {}", names.join(", "))
        }
    };
    BindError::new(path.child(&shown, None), message)
}
