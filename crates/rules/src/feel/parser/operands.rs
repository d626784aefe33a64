//! Operands: literals, names, brackets, ranges, and what may follow them (paths, filters, calls).

use super::{Kind, Node, Parsed, Parser, RangeNode, comparison};
use crate::feel::ast::Arguments;
use crate::feel::builtins;
use crate::feel::scan::{Token, Word};
use crate::{Decimal, Value};
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Parsed<Node> {
        let position = self.position()?;
        match self.peek()? {
            Token::Number(text) => {
                self.next()?;
                let number: Decimal =
                    text.parse().map_err(|_| (position, format!("the number {text} is too large")))?;
                self.node(position, 0, Kind::Literal(Value::Number(number)))
            }
            Token::Text(text) => {
                self.next()?;
                self.node(position, 0, Kind::Literal(Value::String(text)))
            }
            Token::At(text) => {
                self.next()?;
                self.node(position, 0, Kind::Literal(builtins::at_literal(&text)))
            }
            Token::Name(name) => {
                self.next()?;
                self.name(name, position)
            }
            Token::Word(word) => self.word(word, position),
            Token::Sign("(") => self.bracket(position),
            Token::Sign("[") => self.list_or_range(position),
            Token::Sign("]") => {
                self.next()?;
                let low = self.nested(|parser| parser.climb(3))?;
                self.range(low, false, position)
            }
            Token::Sign("{") => self.context(position),
            other => Err(self.unexpected(&other, "an expression")),
        }
    }

    fn name(&mut self, name: Arc<str>, position: usize) -> Parsed<Node> {
        if &*name == "?" {
            self.input_uses += 1;
        }
        self.used.push(name.clone());
        let builtin = builtins::find(&name);
        self.node(position, 0, Kind::Name(name, builtin))
    }

    fn word(&mut self, word: Word, position: usize) -> Parsed<Node> {
        let literal = match word {
            Word::True => Value::Bool(true),
            Word::False => Value::Bool(false),
            Word::Null => Value::Null,
            Word::If => return self.nested(|parser| parser.if_form(position)),
            Word::For => return self.nested(|parser| parser.for_form(position)),
            Word::Some => return self.nested(|parser| parser.quantified(false, position)),
            Word::Every => return self.nested(|parser| parser.quantified(true, position)),
            Word::Function => return self.nested(|parser| parser.definition(position)),
            Word::Not => {
                self.next()?;
                return self.name(Arc::from("not"), position);
            }
            _ => {
                let token = self.peek()?;
                return Err(self.unexpected(&token, "an expression"));
            }
        };
        self.next()?;
        self.node(position, 0, Kind::Literal(literal))
    }

    /// `(` begins a bracketed expression, an open range, or a comparison as a value such as `(> 5)`.
    fn bracket(&mut self, position: usize) -> Parsed<Node> {
        self.next()?;
        if let Token::Sign(sign) = self.peek()?
            && let Some(comparison) = comparison(sign)
        {
            self.next()?;
            let end = self.nested(|parser| parser.climb(3))?;
            self.expect(")", "to close the bracket")?;
            let depth = end.depth;
            return self.node(position, depth, Kind::Unary(comparison, Box::new(end)));
        }
        let inner = self.expression()?;
        if self.peek()? == Token::Sign("..") {
            return self.range(inner, false, position);
        }
        self.expect(")", "to close the bracket")?;
        Ok(inner)
    }

    fn list_or_range(&mut self, position: usize) -> Parsed<Node> {
        self.next()?;
        let mut items = Vec::new();
        if self.accept("]")? {
            return self.node(position, 0, Kind::List(items));
        }
        let first = self.expression()?;
        if self.peek()? == Token::Sign("..") {
            return self.range(first, true, position);
        }
        items.push(first);
        while self.accept(",")? {
            items.push(self.expression()?);
        }
        self.expect("]", "to close the list")?;
        let depth = items.iter().map(|item| item.depth).max().unwrap_or(0);
        self.node(position, depth, Kind::List(items))
    }

    /// The rest of a range, from the two points on.
    fn range(&mut self, low: Node, low_included: bool, position: usize) -> Parsed<Node> {
        self.expect("..", "between the ends of the range")?;
        let high = self.nested(|parser| parser.climb(3))?;
        let high_included = self.accept("]")?;
        if !high_included && !self.accept(")")? && !self.accept("[")? {
            let token = self.peek()?;
            return Err(self.unexpected(&token, "\"]\", \")\" or \"[\" to close the range"));
        }
        let depth = low.depth.max(high.depth);
        let range = RangeNode { low, low_included, high, high_included };
        self.node(position, depth, Kind::Range(Box::new(range)))
    }

    /// Paths, filters and calls after an operand.
    pub(super) fn postfix(&mut self, mut operand: Node) -> Parsed<Node> {
        loop {
            let position = self.position()?;
            match self.peek()? {
                Token::Sign(".") => {
                    self.next()?;
                    let name = self.member()?;
                    let depth = operand.depth;
                    operand = self.node(position, depth, Kind::Path(Box::new(operand), name))?;
                }
                Token::Sign("[") => {
                    // After the end of a range, `[` may close it: take it as a filter only when it reads as one.
                    let filter = self.attempt(|parser| {
                        parser.next()?;
                        let filter = parser.expression()?;
                        parser.expect("]", "to close the filter")?;
                        Ok(filter)
                    });
                    let Some(filter) = filter else { return Ok(operand) };
                    let depth = operand.depth.max(filter.depth);
                    operand = self.node(position, depth, Kind::Filter(Box::new((operand, filter))))?;
                }
                Token::Sign("(") => {
                    self.next()?;
                    let arguments = self.nested(Self::arguments)?;
                    let depth = operand.depth.max(arguments_depth(&arguments));
                    operand = self.node(position, depth, Kind::Call(Box::new(operand), arguments))?;
                }
                _ => return Ok(operand),
            }
        }
    }

    /// The name after a point; words of the language may stand there too.
    fn member(&mut self) -> Parsed<Arc<str>> {
        let start = self.position()?;
        match self.next()? {
            Token::Name(name) => {
                self.used.push(name.clone());
                Ok(name)
            }
            Token::Word(_) => {
                let text = self.scanner.between(start);
                Ok(Arc::from(text))
            }
            other => Err(self.unexpected(&other, "a name after the point")),
        }
    }

    fn arguments(&mut self) -> Parsed<Arguments> {
        if self.accept(")")? {
            return Ok(Arguments::Positional(Vec::new()));
        }
        if let Some(first) = self.attempt(Self::argument_name) {
            let mut named = vec![(first, self.expression()?)];
            while self.accept(",")? {
                let name = self.argument_name()?;
                named.push((name, self.expression()?));
            }
            self.expect(")", "to close the call")?;
            return Ok(Arguments::Named(named));
        }
        let mut arguments = vec![self.expression()?];
        while self.accept(",")? {
            arguments.push(self.expression()?);
        }
        self.expect(")", "to close the call")?;
        Ok(Arguments::Positional(arguments))
    }

    /// `name :`
    fn argument_name(&mut self) -> Parsed<Arc<str>> {
        self.unpeek();
        let Some(name) = self.scanner.declared_name("")? else {
            return Err((self.scanner.at, "every argument of this call needs its name".into()));
        };
        self.expect(":", "after the name of the argument")?;
        Ok(name.into())
    }
}

pub(super) fn arguments_depth(arguments: &Arguments) -> u16 {
    let depth = match arguments {
        Arguments::Positional(list) => list.iter().map(|node| node.depth).max(),
        Arguments::Named(list) => list.iter().map(|(_, node)| node.depth).max(),
    };
    depth.unwrap_or(0)
}
