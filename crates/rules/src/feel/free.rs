//! The names an expression takes from the scope around it: what a checker compares with what is declared.
//!
//! Inside a filter any name may be a member of the item, so nothing is said of names there.

use super::ast::{Arguments, Domain, Iterator, Kind, Node, Tests};
use std::collections::HashSet;
use std::sync::Arc;

/// Collects the free names of a tree.
pub(crate) struct FreeNames<'t> {
    bound: Vec<&'t str>,
    found: Vec<&'t str>,
    seen: HashSet<&'t str>,
}

impl<'t> FreeNames<'t> {
    /// The free names of an expression, each once, in the order of their first use.
    pub(crate) fn of(node: &'t Node) -> Vec<&'t str> {
        let mut names = FreeNames { bound: Vec::new(), found: Vec::new(), seen: HashSet::new() };
        names.visit(node);
        names.found
    }

    /// The free names of unary tests.
    pub(crate) fn of_tests(tests: &'t Tests) -> Vec<&'t str> {
        let mut names = FreeNames { bound: vec!["?"], found: Vec::new(), seen: HashSet::new() };
        names.tests(tests);
        names.found
    }

    fn tests(&mut self, tests: &'t Tests) {
        tests.alternatives.iter().for_each(|test| self.visit(&test.node));
    }

    /// Visits with more names bound.
    fn within(&mut self, names: impl IntoIterator<Item = &'t Arc<str>>, node: &'t Node) {
        let mark = self.bound.len();
        self.bound.extend(names.into_iter().map(|name| &**name));
        self.visit(node);
        self.bound.truncate(mark);
    }

    fn visit(&mut self, node: &'t Node) {
        match &node.kind {
            Kind::Literal(_) => {}
            Kind::Name(name, builtin) => {
                let known = builtin.is_some() || self.bound.contains(&&**name);
                if !known && self.seen.insert(name) {
                    self.found.push(name);
                }
            }
            Kind::List(items) => items.iter().for_each(|item| self.visit(item)),
            Kind::Context(entries) => {
                let mark = self.bound.len();
                for (name, value) in entries {
                    self.visit(value);
                    self.bound.push(name);
                }
                self.bound.truncate(mark);
            }
            Kind::Range(range) => {
                self.visit(&range.low);
                self.visit(&range.high);
            }
            Kind::Unary(_, inner)
            | Kind::Negate(inner)
            | Kind::InstanceOf(inner, _)
            | Kind::Path(inner, _) => {
                self.visit(inner);
            }
            Kind::Arithmetic(_, pair) | Kind::Compare(_, pair) | Kind::And(pair) | Kind::Or(pair) => {
                self.visit(&pair.0);
                self.visit(&pair.1);
            }
            Kind::Filter(pair) => self.visit(&pair.0),
            Kind::Between(parts) | Kind::If(parts) => {
                self.visit(&parts.0);
                self.visit(&parts.1);
                self.visit(&parts.2);
            }
            Kind::In(left, tests) => {
                self.visit(left);
                let mark = self.bound.len();
                self.bound.push("?");
                self.tests(tests);
                self.bound.truncate(mark);
            }
            Kind::For(iterators, body) | Kind::Quantified(_, iterators, body) => {
                self.iterators(iterators, body)
            }
            Kind::Call(callee, arguments) => {
                self.visit(callee);
                match arguments {
                    Arguments::Positional(nodes) => nodes.iter().for_each(|node| self.visit(node)),
                    Arguments::Named(nodes) => nodes.iter().for_each(|(_, node)| self.visit(node)),
                }
            }
            Kind::Lambda(lambda) => self.within(lambda.parameters.iter().map(|(name, _)| name), &lambda.body),
        }
    }

    fn iterators(&mut self, iterators: &'t [Iterator], body: &'t Node) {
        let mark = self.bound.len();
        for iterator in iterators {
            match &iterator.domain {
                Domain::List(node) => self.visit(node),
                Domain::Span(from, to) => {
                    self.visit(from);
                    self.visit(to);
                }
            }
            self.bound.push(&iterator.name);
        }
        self.bound.push("partial");
        self.visit(body);
        self.bound.truncate(mark);
    }
}
