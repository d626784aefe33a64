//! The parts of a decision model, checked and linked: references are places in one list of elements.

use super::DmnError;
use super::trace::LawRef;
use super::types::{ItemType, TypeTable};
use crate::feel::{Expression, UnaryTests};
use std::sync::Arc;

/// A model with everything it imports.
#[derive(Debug)]
pub(super) struct Inner {
    /// The files; the first one is the model itself.
    pub(super) documents: Vec<DocumentInfo>,
    pub(super) elements: Vec<Element>,
}

#[derive(Debug)]
pub(super) struct DocumentInfo {
    pub(super) file: String,
    pub(super) name: String,
    pub(super) types: Arc<TypeTable>,
}

/// An element of the requirement graph.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) id: String,
    /// The name its value has in the expressions of others.
    pub(super) name: Arc<str>,
    pub(super) document: usize,
    pub(super) line: usize,
    pub(super) law: Vec<LawRef>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Input(Arc<ItemType>),
    Decision(DecisionLogic),
    Knowledge(Knowledge),
    Service(Service),
}

#[derive(Debug)]
pub(super) struct DecisionLogic {
    pub(super) kind: Arc<ItemType>,
    pub(super) logic: Typed,
    pub(super) requirements: Vec<Requirement>,
}

/// A business knowledge model.
#[derive(Debug)]
pub(super) struct Knowledge {
    pub(super) kind: Arc<ItemType>,
    pub(super) function: Arc<FunctionBody>,
    pub(super) requirements: Vec<Requirement>,
}

#[derive(Debug)]
pub(super) struct Service {
    pub(super) kind: Arc<ItemType>,
    pub(super) outputs: Vec<usize>,
    /// Input data, then input decisions: the parameters in their order.
    pub(super) inputs: Vec<usize>,
    pub(super) input_names: Vec<Arc<str>>,
}

/// A use of another element.
#[derive(Clone, Debug)]
pub(super) struct Requirement {
    pub(super) target: usize,
    /// The name of the import it comes through.
    pub(super) through: Option<Arc<str>>,
}

/// A boxed expression with the type its value must have.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) kind: Arc<ItemType>,
    pub(super) boxed: Boxed,
}

#[derive(Debug)]
pub(super) enum Boxed {
    Literal(Expression),
    Table(Box<Table>),
    Context(Vec<ContextEntry>),
    List(Vec<Typed>),
    Relation(Vec<Arc<str>>, Vec<Vec<Typed>>),
    Invocation(Box<Typed>, Vec<(Arc<str>, Typed)>),
    Function(Arc<FunctionBody>),
    Conditional(Box<(Typed, Typed, Typed)>),
    For(Box<Iteration>),
    /// `some` (false) and `every` (true).
    Quantified(bool, Box<Iteration>),
    Filter(Box<(Typed, Typed)>),
    /// What could not be read, with the reason; only a tolerant reader keeps it.
    Faulty(DmnError),
}

#[derive(Debug)]
pub(super) struct ContextEntry {
    /// An entry without a name is the result of the whole context.
    pub(super) name: Option<Arc<str>>,
    pub(super) kind: Arc<ItemType>,
    pub(super) value: Typed,
}

#[derive(Debug)]
pub(super) struct Iteration {
    pub(super) variable: Arc<str>,
    pub(super) domain: Typed,
    pub(super) body: Typed,
}

#[derive(Debug)]
pub(super) struct FunctionBody {
    pub(super) parameters: Vec<(Arc<str>, Arc<ItemType>)>,
    pub(super) parameter_names: Vec<Arc<str>>,
    pub(super) body: Typed,
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) id: String,
    pub(super) policy: Policy,
    pub(super) inputs: Vec<InputColumn>,
    pub(super) outputs: Vec<OutputColumn>,
    pub(super) rules: Vec<Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    Unique,
    First,
    Priority,
    Any,
    RuleOrder,
    OutputOrder,
    Collect(Option<Aggregation>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregation {
    Sum,
    Count,
    Min,
    Max,
}

#[derive(Debug)]
pub(super) struct InputColumn {
    pub(super) label: String,
    pub(super) expression: Typed,
    pub(super) allowed: Option<UnaryTests>,
}

#[derive(Debug)]
pub(super) struct OutputColumn {
    pub(super) name: Arc<str>,
    pub(super) kind: Arc<ItemType>,
    /// The allowed values, the one of highest priority first.
    pub(super) values: Option<UnaryTests>,
    pub(super) default: Option<Expression>,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) number: u32,
    pub(super) law: Vec<LawRef>,
    pub(super) tests: Vec<UnaryTests>,
    pub(super) outputs: Vec<Expression>,
}
