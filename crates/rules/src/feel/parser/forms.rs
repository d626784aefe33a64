//! The forms with words: if, for, some, every, function definitions, contexts, unary tests.

use super::{Domain, Kind, Node, Parsed, Parser, Test, Tests, comparison, distinct, tests_depth};
use crate::feel::ast::{Iterator, Lambda};
use crate::feel::scan::{Token, Word};
use crate::feel::types::Type;
use std::collections::HashSet;
use std::sync::Arc;

/// Most parameters of a function.
const MAX_PARAMETERS: usize = 64;

impl Parser<'_> {
    pub(super) fn if_form(&mut self, position: usize) -> Parsed<Node> {
        self.next()?;
        let condition = self.expression()?;
        self.expect_word(Word::Then, "then")?;
        let yes = self.expression()?;
        self.expect_word(Word::Else, "else")?;
        let no = self.expression()?;
        let depth = condition.depth.max(yes.depth).max(no.depth);
        self.node(position, depth, Kind::If(Box::new((condition, yes, no))))
    }

    pub(super) fn for_form(&mut self, position: usize) -> Parsed<Node> {
        let mark = self.names.mark();
        let iterators = self.iterators()?;
        // `partial` is the list made so far.
        self.names.declare(Arc::from("partial"));
        self.expect_word(Word::Return, "return")?;
        let body = self.expression()?;
        self.names.release(mark);
        self.unpeek();
        let depth = body.depth.max(iterators_depth(&iterators));
        self.node(position, depth, Kind::For(iterators, Box::new(body)))
    }

    pub(super) fn quantified(&mut self, every: bool, position: usize) -> Parsed<Node> {
        let mark = self.names.mark();
        let iterators = self.iterators()?;
        self.expect_word(Word::Satisfies, "satisfies")?;
        let body = self.expression()?;
        self.names.release(mark);
        self.unpeek();
        let depth = body.depth.max(iterators_depth(&iterators));
        self.node(position, depth, Kind::Quantified(every, iterators, Box::new(body)))
    }

    fn iterators(&mut self) -> Parsed<Vec<Iterator>> {
        let mut iterators = Vec::new();
        // The first time this takes the word itself (`for`), then the commas.
        loop {
            self.next()?;
            self.unpeek();
            let Some(name) = self.scanner.declared_name("in")? else {
                let token = self.peek()?;
                return Err(self.unexpected(&token, "the name of a variable"));
            };
            let name: Arc<str> = name.into();
            self.expect_word(Word::In, "in")?;
            let from = self.expression()?;
            let domain =
                if self.accept("..")? { Domain::Span(from, self.expression()?) } else { Domain::List(from) };
            self.names.declare(name.clone());
            iterators.push(Iterator { name, domain });
            self.unpeek();
            if self.peek()? != Token::Sign(",") {
                return Ok(iterators);
            }
        }
    }

    /// `function(a: type, b) body`
    pub(super) fn definition(&mut self, position: usize) -> Parsed<Node> {
        self.next()?;
        self.expect("(", "after \"function\"")?;
        let mark = self.names.mark();
        let mut parameters = Vec::new();
        if !self.accept(")")? {
            loop {
                if parameters.len() >= MAX_PARAMETERS {
                    return Err((position, format!("a function has more than {MAX_PARAMETERS} parameters")));
                }
                parameters.push(self.parameter()?);
                if !self.accept(",")? {
                    break;
                }
            }
            self.expect(")", "to close the parameters")?;
        }
        for (name, _) in &parameters {
            self.names.declare(name.clone());
        }
        self.unpeek();
        if self.peek()? == Token::Word(Word::External) {
            let reason = "external functions (Java, PMML) are refused: nothing outside is ever called; write it in FEEL";
            return Err((position, reason.into()));
        }
        let before = self.used.len();
        let body = self.expression()?;
        self.names.release(mark);
        self.unpeek();
        let names = distinct(self.used.get(before..).unwrap_or(&[]).iter().cloned());
        let depth = body.depth;
        let lambda = Lambda { parameters, body, names };
        self.node(position, depth, Kind::Lambda(Arc::new(lambda)))
    }

    fn parameter(&mut self) -> Parsed<(Arc<str>, Type)> {
        self.unpeek();
        let Some(name) = self.scanner.declared_name("")? else {
            let token = self.peek()?;
            return Err(self.unexpected(&token, "the name of a parameter"));
        };
        let kind = if self.accept(":")? { self.type_name()? } else { Type::Any };
        Ok((name.into(), kind))
    }

    /// `{ name : expression, … }`: each entry sees those before it.
    pub(super) fn context(&mut self, position: usize) -> Parsed<Node> {
        self.next()?;
        let mut entries: Vec<(Arc<str>, Node)> = Vec::new();
        let mut seen = HashSet::new();
        if self.accept("}")? {
            return self.node(position, 0, Kind::Context(entries));
        }
        let mark = self.names.mark();
        loop {
            let at = self.position()?;
            let key = self.key()?;
            if !seen.insert(key.clone()) {
                return Err((at, format!("the key \"{key}\" stands twice in this context")));
            }
            self.expect(":", "after the key")?;
            let value = self.expression()?;
            self.names.declare(key.clone());
            self.unpeek();
            entries.push((key, value));
            if !self.accept(",")? {
                break;
            }
        }
        self.expect("}", "to close the context")?;
        // The keys stay known: they come back as members of paths.
        let keys: Vec<Arc<str>> = entries.iter().map(|(key, _)| key.clone()).collect();
        self.names.release(mark);
        for key in keys.into_iter().filter(|key| key.chars().any(|letter| !letter.is_alphanumeric())) {
            self.names.declare(key);
        }
        self.unpeek();
        let depth = entries.iter().map(|(_, value)| value.depth).max().unwrap_or(0);
        self.node(position, depth, Kind::Context(entries))
    }

    fn key(&mut self) -> Parsed<Arc<str>> {
        if let Token::Text(text) = self.peek()? {
            self.next()?;
            return Ok(text);
        }
        self.unpeek();
        match self.scanner.declared_name("")? {
            Some(name) => Ok(name.into()),
            None => {
                let token = self.peek()?;
                Err(self.unexpected(&token, "a key"))
            }
        }
    }

    /// The tests of an input entry: `-`, `not(…)` or alternatives.
    pub(in crate::feel) fn tests(&mut self) -> Parsed<Tests> {
        self.names.declare(Arc::from("?"));
        let whole = self.attempt(|parser| {
            parser.expect("-", "")?;
            let token = parser.peek()?;
            if token == Token::End { Ok(()) } else { Err(parser.unexpected(&token, "the end")) }
        });
        if whole.is_some() {
            return Ok(Tests { any: true, negated: false, alternatives: Vec::new() });
        }
        let negated = self.attempt(|parser| {
            parser.expect_word(Word::Not, "not")?;
            parser.expect("(", "after \"not\"")?;
            let alternatives = parser.alternatives()?;
            parser.expect(")", "to close \"not\"")?;
            let token = parser.peek()?;
            if token == Token::End { Ok(alternatives) } else { Err(parser.unexpected(&token, "the end")) }
        });
        if let Some(alternatives) = negated {
            return Ok(Tests { any: false, negated: true, alternatives });
        }
        let alternatives = self.alternatives()?;
        Ok(Tests { any: false, negated: false, alternatives })
    }

    fn alternatives(&mut self) -> Parsed<Vec<Test>> {
        let mut alternatives = vec![self.test(0)?];
        while self.accept(",")? {
            alternatives.push(self.test(0)?);
        }
        Ok(alternatives)
    }

    /// One alternative: a comparison with the input, or an expression of at least this precedence.
    fn test(&mut self, lowest: u8) -> Parsed<Test> {
        let position = self.position()?;
        let uses = self.input_uses;
        let comparison = if let Token::Sign(sign) = self.peek()? { comparison(sign) } else { None };
        let node = match comparison {
            Some(comparison) => {
                self.next()?;
                let end = self.nested(|parser| parser.climb(3))?;
                let depth = end.depth;
                self.node(position, depth, Kind::Unary(comparison, Box::new(end)))?
            }
            None => self.nested(|parser| parser.climb(lowest))?,
        };
        Ok(Test { node, uses_input: self.input_uses > uses })
    }

    /// What stands after `in`: `(test, test)` or one test.
    pub(super) fn membership(&mut self) -> Parsed<Tests> {
        let listed = self.attempt(|parser| {
            parser.expect("(", "")?;
            let alternatives = parser.nested(Self::alternatives)?;
            parser.expect(")", "to close the tests")?;
            // `(a).b`, `(a)[1]` and `(a) + b` are expressions, not lists of tests.
            match parser.peek()? {
                Token::Sign("." | "[" | "+" | "-" | "*" | "/" | "**") if alternatives.len() == 1 => {
                    Err((0, String::new()))
                }
                _ => Ok(alternatives),
            }
        });
        let alternatives = match listed {
            Some(alternatives) => alternatives,
            None => vec![self.test(3)?],
        };
        let tests = Tests { any: false, negated: false, alternatives };
        if tests_depth(&tests) >= super::MAX_TREE {
            return Err((self.scanner.at, "too many operations hang on one another".into()));
        }
        Ok(tests)
    }
}

fn iterators_depth(iterators: &[Iterator]) -> u16 {
    let depths = iterators.iter().map(|iterator| match &iterator.domain {
        Domain::List(node) => node.depth,
        Domain::Span(from, to) => from.depth.max(to.depth),
    });
    depths.max().unwrap_or(0)
}
