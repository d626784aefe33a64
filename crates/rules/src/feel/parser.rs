//! The parser of FEEL: precedence climbing over tokens that are cut on demand.
//!
//! Its recursion is bounded by [`MAX_NESTING`], the depth of the tree it builds by [`MAX_TREE`]; whatever comes in,
//! it answers a tree or a refusal with its place.

mod forms;
mod operands;
mod types;

use super::FeelError;
use super::ast::{Comparison, Domain, Kind, Node, Operator, RangeNode, Test, Tests};
use super::names::{KnownNames, Names};
use super::scan::{MAX_TEXT, Scanner, Token, Word};
use crate::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// Deepest nesting of brackets, functions and the like.
const MAX_NESTING: u16 = 60;
/// Deepest tree: also bounds chains such as `a + b + c + …`.
const MAX_TREE: u16 = 250;

/// Where and why a text was refused; the place is a byte position.
pub(super) type Refusal = (usize, String);
type Parsed<T> = Result<T, Refusal>;

pub(super) struct Parser<'a> {
    scanner: Scanner<'a>,
    names: Names<'a>,
    peeked: Option<(Token, usize, Scanner<'a>)>,
    nesting: u16,
    /// Names referred to so far, for the captures of function definitions.
    used: Vec<Arc<str>>,
    /// How often the input `?` was named.
    input_uses: u32,
    /// Tokens that may still be cut: taking back attempts must not become endless.
    budget: usize,
    /// The refusal of an attempt that came farthest: usually the true cause.
    farthest: Option<Refusal>,
}

/// Reads a whole expression.
pub(super) fn expression(text: &str, names: &[&KnownNames]) -> Result<Node, FeelError> {
    read(text, names, Parser::expression)
}

/// Reads the unary tests of an input entry.
pub(super) fn unary_tests(text: &str, names: &[&KnownNames]) -> Result<Tests, FeelError> {
    read(text, names, Parser::tests)
}

/// Reads a type.
pub(crate) fn type_text(text: &str) -> Result<super::types::Type, FeelError> {
    read(text, &[], Parser::type_name)
}

fn read<'a, T>(
    text: &'a str,
    names: &'a [&'a KnownNames],
    rule: impl FnOnce(&mut Parser<'a>) -> Parsed<T>,
) -> Result<T, FeelError> {
    if text.len() > MAX_TEXT {
        return Err(FeelError::at(text, 0, format!("the text is longer than {MAX_TEXT} bytes")));
    }
    let mut parser = Parser {
        scanner: Scanner::new(text),
        names: Names::new(names),
        peeked: None,
        nesting: 0,
        used: Vec::new(),
        input_uses: 0,
        budget: text.len() * 8 + 1000,
        farthest: None,
    };
    let result = rule(&mut parser).and_then(|tree| match parser.peek()? {
        Token::End => Ok(tree),
        other => Err(parser.unexpected(&other, "the end")),
    });
    result.map_err(|refusal| {
        let farther = parser.farthest.take().filter(|(position, _)| *position > refusal.0);
        let (position, reason) = farther.unwrap_or(refusal);
        FeelError::at(text, position, reason)
    })
}

impl<'a> Parser<'a> {
    fn peek(&mut self) -> Parsed<Token> {
        if let Some((token, _, _)) = &self.peeked {
            return Ok(token.clone());
        }
        let Some(left) = self.budget.checked_sub(1) else {
            return Err((self.scanner.at, "the text can be read in too many ways; add brackets".into()));
        };
        self.budget = left;
        let mut ahead = self.scanner;
        ahead.skip_space()?;
        let start = ahead.at;
        let token = ahead.token(&self.names)?;
        self.peeked = Some((token.clone(), start, ahead));
        Ok(token)
    }

    fn next(&mut self) -> Parsed<Token> {
        let token = self.peek()?;
        if let Some((_, _, after)) = self.peeked.take() {
            self.scanner = after;
        }
        Ok(token)
    }

    /// The byte position of the next token.
    fn position(&mut self) -> Parsed<usize> {
        self.peek()?;
        Ok(self.peeked.as_ref().map_or(self.scanner.at, |(_, start, _)| *start))
    }

    /// Forgets the token looked at: the names in scope have changed, or it is read in another way.
    fn unpeek(&mut self) {
        self.peeked = None;
    }

    fn accept(&mut self, sign: &str) -> Parsed<bool> {
        let found = self.peek()? == Token::Sign(sign_of(sign));
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn accept_word(&mut self, word: Word) -> Parsed<bool> {
        let found = self.peek()? == Token::Word(word);
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn expect(&mut self, sign: &str, what: &str) -> Parsed<()> {
        if self.accept(sign)? {
            return Ok(());
        }
        let token = self.peek()?;
        Err(self.unexpected(&token, &format!("\"{sign}\" {what}")))
    }

    fn expect_word(&mut self, word: Word, text: &str) -> Parsed<()> {
        if self.accept_word(word)? {
            return Ok(());
        }
        let token = self.peek()?;
        Err(self.unexpected(&token, &format!("\"{text}\"")))
    }

    fn unexpected(&self, token: &Token, wanted: &str) -> Refusal {
        let position = self.peeked.as_ref().map_or(self.scanner.at, |(_, start, _)| *start);
        let found = match token {
            Token::Number(text) => format!("the number {text}"),
            Token::Text(text) | Token::At(text) => format!("the text {:?}", shortened(text)),
            Token::Name(name) => format!("the name \"{}\"", shortened(name)),
            Token::Word(word) => format!("the word \"{}\"", format!("{word:?}").to_lowercase()),
            Token::Sign(sign) => format!("\"{sign}\""),
            Token::End => "the end".to_owned(),
        };
        (position, format!("found {found} where {wanted} is needed"))
    }

    fn node(&self, position: usize, depth: u16, kind: Kind) -> Parsed<Node> {
        if depth >= MAX_TREE {
            return Err((
                position,
                format!("more than {MAX_TREE} operations hang on one another; split the expression"),
            ));
        }
        Ok(Node { kind, position: u32::try_from(position).unwrap_or(u32::MAX), depth: depth + 1 })
    }

    /// Runs a rule one level deeper.
    fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting >= MAX_NESTING {
            return Err((self.scanner.at, format!("nested deeper than {MAX_NESTING}; split the expression")));
        }
        self.nesting += 1;
        let result = rule(self);
        self.nesting -= 1;
        result
    }

    /// Tries a rule and takes everything back when it does not fit.
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parsed<T>) -> Option<T> {
        let (scanner, peeked, mark) = (self.scanner, self.peeked.clone(), self.names.mark());
        let (used, uses, nesting) = (self.used.len(), self.input_uses, self.nesting);
        let result = rule(self);
        if let Err((position, reason)) = &result {
            if self.farthest.as_ref().is_none_or(|(far, _)| position > far) {
                self.farthest = Some((*position, reason.clone()));
            }
            (self.scanner, self.peeked, self.nesting, self.input_uses) = (scanner, peeked, nesting, uses);
            self.names.release(mark);
            self.used.truncate(used);
        }
        result.ok()
    }

    pub(super) fn expression(&mut self) -> Parsed<Node> {
        self.nested(|parser| parser.climb(0))
    }

    /// Operators by precedence: `or` 0, `and` 1, comparisons 2, sums 3, products 4, powers 5.
    fn climb(&mut self, lowest: u8) -> Parsed<Node> {
        let mut left = self.prefix()?;
        loop {
            let position = self.position()?;
            let token = self.peek()?;
            let Some(level) = precedence(&token).filter(|level| *level >= lowest) else { return Ok(left) };
            self.next()?;
            left = match token {
                Token::Word(Word::Between) => self.between(left, position)?,
                Token::Word(Word::In) => {
                    let tests = self.membership()?;
                    let depth = left.depth.max(tests_depth(&tests));
                    self.node(position, depth, Kind::In(Box::new(left), tests))?
                }
                Token::Word(Word::Instance) => self.instance(left, position)?,
                _ => {
                    let right = self.climb(level + 1)?;
                    self.binary(&token, left, right, position)?
                }
            };
        }
    }

    fn binary(&mut self, token: &Token, left: Node, right: Node, position: usize) -> Parsed<Node> {
        let depth = left.depth.max(right.depth);
        let pair = Box::new((left, right));
        let kind = match token {
            Token::Word(Word::And) => Kind::And(pair),
            Token::Word(_) => Kind::Or(pair),
            Token::Sign(sign) => match (comparison(sign), operator(sign)) {
                (Some(comparison), _) => Kind::Compare(comparison, pair),
                (_, Some(operator)) => Kind::Arithmetic(operator, pair),
                _ => return Err(self.unexpected(token, "an operator")),
            },
            _ => return Err(self.unexpected(token, "an operator")),
        };
        self.node(position, depth, kind)
    }

    fn between(&mut self, left: Node, position: usize) -> Parsed<Node> {
        let low = self.climb(3)?;
        self.expect_word(Word::And, "and")?;
        let high = self.climb(3)?;
        let depth = left.depth.max(low.depth).max(high.depth);
        self.node(position, depth, Kind::Between(Box::new((left, low, high))))
    }

    fn instance(&mut self, left: Node, position: usize) -> Parsed<Node> {
        match self.next()? {
            Token::Name(name) if &*name == "of" => {}
            Token::Name(name) if name.starts_with("of ") => {
                // The scanner has joined "of" with the type's name: read the type again after "of".
                self.unpeek();
                self.rewind_after("of", position)?;
            }
            other => return Err(self.unexpected(&other, "\"of\" after \"instance\"")),
        }
        let kind = self.type_name()?;
        let depth = left.depth;
        self.node(position, depth, Kind::InstanceOf(Box::new(left), kind))
    }

    /// Sets the scanner just behind the word that stands after the one at `position`.
    fn rewind_after(&mut self, word: &str, position: usize) -> Parsed<()> {
        self.scanner.at = position + "instance".len();
        self.scanner.skip_space()?;
        self.scanner.at += word.len();
        Ok(())
    }

    fn prefix(&mut self) -> Parsed<Node> {
        let position = self.position()?;
        if self.accept("-")? {
            let inner = self.nested(Self::prefix)?;
            if let Kind::Literal(Value::Number(number)) = inner.kind {
                return self.node(position, 0, Kind::Literal(Value::Number(number.negate())));
            }
            let depth = inner.depth;
            return self.node(position, depth, Kind::Negate(Box::new(inner)));
        }
        let operand = self.operand()?;
        self.postfix(operand)
    }
}

/// The static text of a sign.
fn sign_of(sign: &str) -> &'static str {
    const ALL: [&str; 24] = [
        "**", "..", "!=", "<=", ">=", "->", "(", ")", "[", "]", "{", "}", ",", ":", ".", "+", "-", "*", "/",
        "=", "<", ">", "@", "?",
    ];
    ALL.into_iter().find(|known| *known == sign).unwrap_or("")
}

fn precedence(token: &Token) -> Option<u8> {
    Some(match token {
        Token::Word(Word::Or) => 0,
        Token::Word(Word::And) => 1,
        Token::Word(Word::Between | Word::In | Word::Instance) => 2,
        Token::Sign(sign) => match *sign {
            "+" | "-" => 3,
            "*" | "/" => 4,
            "**" => 5,
            _ => comparison(sign).map(|_| 2)?,
        },
        _ => return None,
    })
}

fn comparison(sign: &str) -> Option<Comparison> {
    Some(match sign {
        "=" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn operator(sign: &str) -> Option<Operator> {
    Some(match sign {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "**" => Operator::Power,
        _ => return None,
    })
}

fn tests_depth(tests: &Tests) -> u16 {
    tests.alternatives.iter().map(|test| test.node.depth).max().unwrap_or(0)
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The names without repetition, in the order of their first use.
fn distinct(names: impl IntoIterator<Item = Arc<str>>) -> Vec<Arc<str>> {
    let mut seen = HashSet::new();
    names.into_iter().filter(|name| seen.insert(name.clone())).collect()
}
