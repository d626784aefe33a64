//! FEEL, the expression language of the DMN standard (1.5), read once and evaluated many times.
//!
//! Reading and evaluating are bounded: a text has a largest size and nesting, every step of an evaluation costs
//! fuel. Nothing here reads a clock, a file or a socket; what an expression can see is its [`Scope`] alone.
//!
//! Chosen where the standard or its conformance suite would have it otherwise:
//! - external functions (Java, PMML) are refused when they are read;
//! - moments are compared to the nanosecond (the suite wants milliseconds);
//! - patterns have no back-references, for they cannot be matched in linear time;
//! - names of words that stand side by side need not be declared: `date of birth` is one name.

pub(crate) mod ast;
pub(crate) mod builtins;
pub(crate) mod eval;
pub(crate) mod free;
pub(crate) mod names;
pub(crate) mod parser;
mod scan;
mod scope;
pub(crate) mod session;
pub(crate) mod types;

pub use names::KnownNames;
pub use scope::{Env, Functions, Scope, Warning};

use crate::Value;
use ast::{Node, Tests};
use session::{Frame, Layer};
use std::sync::Arc;

/// Why a FEEL text was refused or its evaluation stopped, and where. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct FeelError {
    /// The line in the text of the expression.
    pub line: u32,
    /// The column (in characters) in that line.
    pub column: u32,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl FeelError {
    /// The error at a byte position of a text.
    pub(crate) fn at(text: &str, position: usize, reason: impl Into<String>) -> FeelError {
        let before = text.get(..position.min(text.len())).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        FeelError { line: small(line), column: small(column), reason: reason.into() }
    }
}

/// Why an evaluation must stop at once (out of fuel, too deep, too large): unlike a null it cannot be caught.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The byte position in the text, once a node has added its own.
    position: Option<u32>,
    reason: String,
}

impl Failure {
    pub(crate) fn new(reason: impl Into<String>) -> Failure {
        Failure { position: None, reason: reason.into() }
    }

    /// The failure with the position of the innermost node it passed.
    fn within(mut self, position: u32) -> Failure {
        self.position.get_or_insert(position);
        self
    }

    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    pub(crate) fn at(self, text: &str) -> FeelError {
        FeelError::at(text, usize::try_from(self.position.unwrap_or(0)).unwrap_or(0), self.reason)
    }
}

/// A FEEL expression, ready to be evaluated. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Expression {
    text: Arc<str>,
    root: Arc<Node>,
}

impl Expression {
    /// Reads an expression. Names with spaces are joined from the words that stand side by side; for names with
    /// signs in them (`a-b`) or with words of the language (`terms and conditions`) see [`Expression::parse_with`].
    pub fn parse(text: &str) -> Result<Expression, FeelError> {
        Expression::parse_with(text, &[])
    }

    /// Reads an expression with the names that will be in scope, which are recognised whole, the longest first.
    pub fn parse_with(text: &str, names: &[&str]) -> Result<Expression, FeelError> {
        Expression::parse_known(text, &[&KnownNames::new(names.iter().copied())])
    }

    /// As [`Expression::parse_with`], for many expressions that see the same names.
    pub fn parse_known(text: &str, names: &[&KnownNames]) -> Result<Expression, FeelError> {
        let root = parser::expression(text, names)?;
        Ok(Expression { text: Arc::from(text), root: Arc::new(root) })
    }

    /// Reads the unary tests of an input entry of a decision table, such as `< 18, [60..70]`.
    pub fn parse_unary_tests(text: &str) -> Result<UnaryTests, FeelError> {
        UnaryTests::parse_with(text, &[])
    }

    /// The text the expression was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names the expression takes from its scope, built-in functions left out, each once: for checking a
    /// model or process before it runs. Names inside filters, which may be members of the items, are left out.
    pub fn free_names(&self) -> Vec<&str> {
        free::FreeNames::of(&self.root)
    }

    /// Evaluates the expression. Errors of the data are nulls with a warning in the scope, as the standard
    /// demands; only exhausted fuel, depth or size is an error.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, FeelError> {
        let frame = Frame::root(Layer::Contexts(&scope.contexts));
        eval::evaluate(&self.root, &frame, &scope.session).map_err(|failure| failure.at(&self.text))
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }
}

/// Unary tests, ready to be evaluated against an input. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct UnaryTests {
    text: Arc<str>,
    tests: Arc<Tests>,
}

impl UnaryTests {
    /// Reads unary tests with the names that will be in scope, which are recognised whole.
    pub fn parse_with(text: &str, names: &[&str]) -> Result<UnaryTests, FeelError> {
        UnaryTests::parse_known(text, &[&KnownNames::new(names.iter().copied())])
    }

    /// As [`UnaryTests::parse_with`], for many tests that see the same names.
    pub fn parse_known(text: &str, names: &[&KnownNames]) -> Result<UnaryTests, FeelError> {
        let tests = parser::unary_tests(text, names)?;
        Ok(UnaryTests { text: Arc::from(text), tests: Arc::new(tests) })
    }

    /// The text the tests were read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether `input` (which the tests may name `?`) satisfies them; what is not known does not.
    pub fn matches(&self, input: &Value, scope: &Scope<'_>) -> Result<bool, FeelError> {
        let frame = Frame::root(Layer::Contexts(&scope.contexts));
        let result = eval::test_value(&self.tests, input, &frame, &scope.session);
        result.map(|passed| passed == Some(true)).map_err(|failure| failure.at(&self.text))
    }

    pub(crate) fn tests(&self) -> &Tests {
        &self.tests
    }
}

#[cfg(test)]
mod tests;
