//! Types: `number`, `list<string>`, `context<a: number>`, `function<number> -> string`, names of the model.

use super::{Parsed, Parser};
use crate::feel::scan::{Token, Word};
use crate::feel::types::Type;
use std::sync::Arc;

impl Parser<'_> {
    pub(in crate::feel) fn type_name(&mut self) -> Parsed<Type> {
        self.nested(Self::type_form)
    }

    fn type_form(&mut self) -> Parsed<Type> {
        self.unpeek();
        let name = match self.next()? {
            Token::Name(name) => name,
            Token::Word(Word::Function) => Arc::from("function"),
            Token::Word(Word::Null) => Arc::from("Null"),
            other => return Err(self.unexpected(&other, "a type")),
        };
        let parameters = matches!(&*name, "list" | "context" | "function" | "range") && self.accept("<")?;
        if !parameters {
            return self.simple(name);
        }
        match &*name {
            "list" => Ok(Type::List(Box::new(self.last_parameter()?))),
            "range" => Ok(Type::Range(Box::new(self.last_parameter()?))),
            "context" => self.context_type(),
            _ => self.function_type(),
        }
    }

    fn last_parameter(&mut self) -> Parsed<Type> {
        let inner = self.type_name()?;
        self.expect(">", "to close the type")?;
        Ok(inner)
    }

    fn simple(&mut self, name: Arc<str>) -> Parsed<Type> {
        if let Some(kind) = Type::named(&name) {
            return Ok(kind);
        }
        let mut whole = name.to_string();
        while self.accept(".")? {
            match self.next()? {
                Token::Name(part) => {
                    whole.push('.');
                    whole.push_str(&part);
                }
                other => return Err(self.unexpected(&other, "a name after the point")),
            }
        }
        Ok(Type::Named(whole.into()))
    }

    fn context_type(&mut self) -> Parsed<Type> {
        let mut entries = Vec::new();
        while !self.accept(">")? {
            if !entries.is_empty() {
                self.expect(",", "between the entries of the type")?;
            }
            self.unpeek();
            let Some(name) = self.scanner.declared_name("")? else {
                let token = self.peek()?;
                return Err(self.unexpected(&token, "the name of an entry"));
            };
            self.expect(":", "after the name of the entry")?;
            entries.push((Arc::from(name), self.type_name()?));
        }
        Ok(Type::Context(entries))
    }

    fn function_type(&mut self) -> Parsed<Type> {
        let mut parameters = Vec::new();
        while !self.accept(">")? {
            if !parameters.is_empty() {
                self.expect(",", "between the parameters of the type")?;
            }
            parameters.push(self.type_name()?);
        }
        let result = if self.accept("->")? { self.type_name()? } else { Type::Any };
        Ok(Type::Function(Some(parameters), Box::new(result)))
    }
}
