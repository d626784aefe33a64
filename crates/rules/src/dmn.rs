//! Decision models: the DMN standard, versions 1.2 to 1.5, read from XML and evaluated with a trace.
//!
//! A model is read once, checked as a whole and refused with file, line, element and reason when anything in it
//! cannot be carried out. Evaluating it reads nothing but its input and the given [`Env`]; external functions are
//! refused by name.

mod boxed;
mod check;
mod graph;
mod model;
mod read;
mod run;
mod table;
pub(crate) mod trace;
mod types;

pub use trace::{DecisionTrace, LawRef, RuleTrace, TableTrace};

use crate::feel::{Env, Functions, Warning};
use crate::{Context, Value};
use model::{Element, Inner, Kind};
use std::sync::Arc;

/// Namespace of the platform's own elements inside `extensionElements`.
pub const QYZMET: &str = "https://qyzmet.kz/schema/bpmn/1.0";

/// Why a model was refused, or an evaluation stopped, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}{}: {reason}", .id.as_ref().map(|id| format!(", element {id}")).unwrap_or_default())]
pub struct DmnError {
    /// The file of the model.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// The id (else the name) of the element.
    pub id: Option<String>,
    /// What is wrong and how to mend it.
    pub reason: String,
}

/// A decision model, ready to be evaluated. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Model {
    inner: Arc<Inner>,
}

/// A decision of a model.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'m> {
    model: &'m Model,
    index: usize,
}

/// What an evaluation answers.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The result; null when the rules give none.
    pub value: Value,
    /// Every decision, business knowledge model and decision service that was evaluated, in the order they ended.
    pub trace: Vec<DecisionTrace>,
    /// Nulls that errors of the data made, at most 100.
    pub warnings: Vec<Warning>,
    /// Steps the evaluation took.
    pub fuel_used: u64,
}

impl Model {
    /// Reads a model that stands in one file.
    pub fn read(bytes: &[u8], file_name: &str) -> Result<Model, DmnError> {
        Model::read_with(bytes, file_name, &[])
    }

    /// Reads a model and the models it imports (bytes and file names, in any order).
    pub fn read_with(bytes: &[u8], file_name: &str, imported: &[(&[u8], &str)]) -> Result<Model, DmnError> {
        let (model, faults) = Model::read_tolerant(bytes, file_name, imported)?;
        match faults.into_iter().next() {
            Some(first) => Err(first),
            None => Ok(model),
        }
    }

    /// Reads a model, keeping parts that cannot be carried out: they answer null with a warning. For editors and
    /// conformance tests, which want all the faults; what runs for people is read with [`Model::read`].
    pub fn read_tolerant(
        bytes: &[u8],
        file_name: &str,
        imported: &[(&[u8], &str)],
    ) -> Result<(Model, Vec<DmnError>), DmnError> {
        let (inner, faults) = read::read(bytes, file_name, imported)?;
        Ok((Model { inner: Arc::new(inner) }, faults))
    }

    /// The name of the model.
    pub fn name(&self) -> &str {
        self.inner.documents.first().map_or("", |document| &document.name)
    }

    /// The decisions of the model's own file, in their order.
    pub fn decisions(&self) -> impl Iterator<Item = Decision<'_>> {
        let own = self.inner.elements.iter().enumerate().filter(|(_, element)| element.document == 0);
        own.filter(|(_, element)| matches!(element.kind, Kind::Decision(_)))
            .map(|(index, _)| Decision { model: self, index })
    }

    /// The decision of that id, else of that name.
    pub fn decision(&self, id_or_name: &str) -> Option<Decision<'_>> {
        self.decisions()
            .find(|decision| decision.id() == id_or_name)
            .or_else(|| self.decisions().find(|decision| decision.name() == id_or_name))
    }

    /// Names in the expressions of the model that nothing declares, neither a requirement nor the caller's
    /// functions. The standard makes them null; whoever deploys a model refuses it for them.
    pub fn unknown_names(&self, functions: &Functions) -> Vec<DmnError> {
        check::unknown_names(&self.inner, functions)
    }

    /// Evaluates the decision of that id or name.
    pub fn evaluate(&self, decision: &str, input: &Context, env: &Env<'_>) -> Result<Decided, DmnError> {
        match self.decision(decision) {
            Some(decision) => decision.evaluate(input, env),
            None => Err(self.missing("decision", decision)),
        }
    }

    /// Evaluates the decision service of that id or name; its input data and input decisions come by their names.
    pub fn evaluate_service(
        &self,
        service: &str,
        input: &Context,
        env: &Env<'_>,
    ) -> Result<Decided, DmnError> {
        let services = || {
            let elements = self.inner.elements.iter().enumerate();
            elements.filter(|(_, element)| matches!(element.kind, Kind::Service(_)) && element.document == 0)
        };
        let found = services()
            .find(|(_, element)| element.id == service)
            .or_else(|| services().find(|(_, element)| *element.name == *service));
        match found {
            Some((index, _)) => run::service(&self.inner, index, input, env),
            None => Err(self.missing("decision service", service)),
        }
    }

    fn missing(&self, what: &str, name: &str) -> DmnError {
        let file = self.inner.documents.first().map(|document| document.file.clone());
        let reason = format!("the model has no {what} \"{name}\"");
        DmnError { file: file.unwrap_or_default(), line: 1, id: None, reason }
    }
}

impl<'m> Decision<'m> {
    fn element(&self) -> &'m Element {
        &self.model.inner.elements[self.index]
    }

    /// The id.
    pub fn id(&self) -> &'m str {
        &self.element().id
    }

    /// The name.
    pub fn name(&self) -> &'m str {
        &self.element().name
    }

    /// The paragraphs the decision carries out.
    pub fn law(&self) -> &'m [LawRef] {
        &self.element().law
    }

    /// The names of the input data the decision rests on, directly or through others.
    pub fn inputs(&self) -> Vec<&'m str> {
        graph::inputs(&self.model.inner, self.index)
    }

    /// Evaluates the decision. `input` holds the input data by their names.
    pub fn evaluate(&self, input: &Context, env: &Env<'_>) -> Result<Decided, DmnError> {
        run::decision(&self.model.inner, self.index, input, env)
    }
}

#[cfg(test)]
mod tests;
