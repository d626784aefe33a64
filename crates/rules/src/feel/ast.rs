//! Trees of FEEL expressions: what the parser builds and the evaluator walks. Their depth is bounded by the parser.

use super::builtins::Builtin;
use super::types::Type;
use crate::Value;
use std::sync::Arc;

/// A node of the tree with its place in the text.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) position: u32,
    /// How deep the tree below is; bounds the recursion of every walk.
    pub(crate) depth: u16,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Literal(Value),
    /// A name; the built-in function of that name serves when no variable hides it.
    Name(Arc<str>, Option<&'static Builtin>),
    List(Vec<Node>),
    Context(Vec<(Arc<str>, Node)>),
    Range(Box<RangeNode>),
    /// `(< 5)` as a value, and `< 5` as a unary test.
    Unary(Comparison, Box<Node>),
    Negate(Box<Node>),
    Arithmetic(Operator, Box<(Node, Node)>),
    Compare(Comparison, Box<(Node, Node)>),
    And(Box<(Node, Node)>),
    Or(Box<(Node, Node)>),
    Between(Box<(Node, Node, Node)>),
    In(Box<Node>, Tests),
    InstanceOf(Box<Node>, Type),
    If(Box<(Node, Node, Node)>),
    For(Vec<Iterator>, Box<Node>),
    /// `some … satisfies` (false) and `every … satisfies` (true).
    Quantified(bool, Vec<Iterator>, Box<Node>),
    Path(Box<Node>, Arc<str>),
    Filter(Box<(Node, Node)>),
    Call(Box<Node>, Arguments),
    Lambda(Arc<Lambda>),
}

#[derive(Debug)]
pub(crate) struct RangeNode {
    pub(crate) low: Node,
    pub(crate) low_included: bool,
    pub(crate) high: Node,
    pub(crate) high_included: bool,
}

/// One `name in domain` of a `for`, `some` or `every`.
#[derive(Debug)]
pub(crate) struct Iterator {
    pub(crate) name: Arc<str>,
    pub(crate) domain: Domain,
}

#[derive(Debug)]
pub(crate) enum Domain {
    List(Node),
    /// `from..to`, counting up or down.
    Span(Node, Node),
}

#[derive(Debug)]
pub(crate) enum Arguments {
    Positional(Vec<Node>),
    Named(Vec<(Arc<str>, Node)>),
}

/// A function definition.
#[derive(Debug)]
pub(crate) struct Lambda {
    pub(crate) parameters: Vec<(Arc<str>, Type)>,
    pub(crate) body: Node,
    /// Every name that occurs in the body: what a closure may capture.
    pub(crate) names: Vec<Arc<str>>,
}

/// The alternatives of a unary test; one that holds is enough.
#[derive(Debug)]
pub(crate) struct Tests {
    /// `-`: every input passes.
    pub(crate) any: bool,
    /// `not(…)`: none of them may hold.
    pub(crate) negated: bool,
    pub(crate) alternatives: Vec<Test>,
}

#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) node: Node,
    /// The test names the input as `?`: its own truth value counts.
    pub(crate) uses_input: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Node {
    /// Visits the node and all below it.
    pub(crate) fn walk(&self, visit: &mut dyn FnMut(&Node)) {
        visit(self);
        match &self.kind {
            Kind::Literal(_) | Kind::Name(..) => {}
            Kind::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Kind::Context(entries) => entries.iter().for_each(|(_, value)| value.walk(visit)),
            Kind::Range(range) => {
                range.low.walk(visit);
                range.high.walk(visit);
            }
            Kind::Unary(_, inner)
            | Kind::Negate(inner)
            | Kind::InstanceOf(inner, _)
            | Kind::Path(inner, _) => {
                inner.walk(visit);
            }
            Kind::Arithmetic(_, pair)
            | Kind::Compare(_, pair)
            | Kind::And(pair)
            | Kind::Or(pair)
            | Kind::Filter(pair) => {
                pair.0.walk(visit);
                pair.1.walk(visit);
            }
            Kind::Between(parts) | Kind::If(parts) => {
                parts.0.walk(visit);
                parts.1.walk(visit);
                parts.2.walk(visit);
            }
            Kind::In(left, tests) => {
                left.walk(visit);
                tests.alternatives.iter().for_each(|test| test.node.walk(visit));
            }
            Kind::For(iterators, body) | Kind::Quantified(_, iterators, body) => {
                for iterator in iterators {
                    match &iterator.domain {
                        Domain::List(node) => node.walk(visit),
                        Domain::Span(from, to) => {
                            from.walk(visit);
                            to.walk(visit);
                        }
                    }
                }
                body.walk(visit);
            }
            Kind::Call(callee, arguments) => {
                callee.walk(visit);
                match arguments {
                    Arguments::Positional(nodes) => nodes.iter().for_each(|node| node.walk(visit)),
                    Arguments::Named(nodes) => nodes.iter().for_each(|(_, node)| node.walk(visit)),
                }
            }
            Kind::Lambda(lambda) => lambda.body.walk(visit),
        }
    }
}
