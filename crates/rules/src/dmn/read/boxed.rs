//! Boxed expressions.

use super::Reader;
use crate::dmn::DmnError;
use crate::dmn::model::{Boxed, ContextEntry, FunctionBody, Iteration, Typed};
use crate::dmn::types::ItemType;
use crate::feel::{Expression, names::squeeze};
use std::sync::Arc;
use xml::Element as Node;

const EXPRESSIONS: [&str; 12] = [
    "literalExpression",
    "decisionTable",
    "context",
    "list",
    "relation",
    "invocation",
    "functionDefinition",
    "conditional",
    "for",
    "some",
    "every",
    "filter",
];

type Read<T> = Result<T, DmnError>;

impl<'r> Reader<'r> {
    /// A part that cannot be carried out.
    pub(super) fn faulty(&self, error: DmnError) -> Boxed {
        self.fault(error.clone());
        Boxed::Faulty(error)
    }

    fn is_expression(&self, node: Node<'r>) -> bool {
        node.namespace() == Some(self.source.version) && EXPRESSIONS.contains(&node.local_name())
    }

    /// The expression that stands in an element.
    pub(super) fn expression_in(&self, node: Node<'r>, missing: &str) -> Typed {
        match node.children().find(|child| self.is_expression(*child)) {
            Some(child) => self.typed(child),
            None => Typed { kind: ItemType::any(), boxed: self.faulty(self.source.error(node, missing)) },
        }
    }

    fn typed(&self, node: Node<'r>) -> Typed {
        let kind = self.type_of(node, "typeRef");
        let boxed = match self.boxed(node) {
            Ok(boxed) => boxed,
            Err(error) => self.faulty(error),
        };
        // The type of a function box is the function's, not its result's.
        let kind = if matches!(boxed, Boxed::Function(_)) { ItemType::any() } else { kind };
        Typed { kind, boxed }
    }

    fn boxed(&self, node: Node<'r>) -> Read<Boxed> {
        match node.local_name() {
            "literalExpression" => self.literal(node).map(Boxed::Literal),
            "decisionTable" => self.table(node).map(|table| Boxed::Table(Box::new(table))),
            "context" => Ok(Boxed::Context(self.context(node))),
            "list" => {
                let items = node.children().filter(|child| self.is_expression(*child));
                Ok(Boxed::List(items.map(|child| self.typed(child)).collect()))
            }
            "relation" => self.relation(node),
            "invocation" => Ok(self.invocation(node)),
            "functionDefinition" => Ok(Boxed::Function(self.function(node))),
            "conditional" => {
                let part = |name: &str| self.part(node, name);
                Ok(Boxed::Conditional(Box::new((part("if"), part("then"), part("else")))))
            }
            "for" => self.iteration(node, "return").map(|iteration| Boxed::For(Box::new(iteration))),
            "some" => self.iteration(node, "satisfies").map(|one| Boxed::Quantified(false, Box::new(one))),
            "every" => self.iteration(node, "satisfies").map(|all| Boxed::Quantified(true, Box::new(all))),
            _ => Ok(Boxed::Filter(Box::new((self.part(node, "in"), self.part(node, "match"))))),
        }
    }

    /// The expression inside a named part.
    fn part(&self, node: Node<'r>, name: &str) -> Typed {
        let missing = format!("\"{name}\" with an expression is missing");
        match self.source.child(node, name) {
            Some(part) => self.expression_in(part, &missing),
            None => Typed { kind: ItemType::any(), boxed: self.faulty(self.source.error(node, missing)) },
        }
    }

    /// The text of a literal expression, a table's expression or an output entry.
    pub(super) fn text(&self, node: Node<'r>) -> String {
        self.source.child(node, "text").map(|text| text.text().into_owned()).unwrap_or_default()
    }

    /// A FEEL expression; an empty one is null.
    pub(super) fn literal(&self, node: Node<'r>) -> Read<Expression> {
        if let Some(language) = node.attribute("", "expressionLanguage")
            && !language.to_ascii_lowercase().contains("feel")
            && !language.is_empty()
        {
            return Err(self
                .source
                .error(node, format!("the language {language} is refused; write it in FEEL")));
        }
        let text = self.text(node);
        let text = if text.trim().is_empty() { "null" } else { &text };
        self.expression(node, text)
    }

    fn context(&self, node: Node<'r>) -> Vec<ContextEntry> {
        let entries = self.source.children(node, "contextEntry");
        let entry = |entry: Node<'r>| {
            let variable = self.source.child(entry, "variable");
            let value = self.expression_in(entry, "the context entry has no expression");
            let kind = variable.map_or_else(ItemType::any, |variable| self.type_of(variable, "typeRef"));
            let name = variable.and_then(|variable| variable.attribute("", "name"));
            ContextEntry { name: name.map(|name| Arc::from(squeeze(name))), kind, value }
        };
        entries.map(entry).collect()
    }

    fn relation(&self, node: Node<'r>) -> Read<Boxed> {
        let columns: Vec<Arc<str>> = self
            .source
            .children(node, "column")
            .map(|column| Arc::from(squeeze(column.attribute("", "name").unwrap_or(""))))
            .collect();
        let mut rows = Vec::new();
        for row in self.source.children(node, "row") {
            let cells: Vec<Typed> = row
                .children()
                .filter(|child| self.is_expression(*child))
                .map(|child| self.typed(child))
                .collect();
            if cells.len() != columns.len() {
                let reason =
                    format!("the row has {} cells, the relation {} columns", cells.len(), columns.len());
                return Err(self.source.error(row, reason));
            }
            rows.push(cells);
        }
        Ok(Boxed::Relation(columns, rows))
    }

    fn invocation(&self, node: Node<'r>) -> Boxed {
        let callee = self.expression_in(node, "the invocation does not say what to invoke");
        let binding = |binding: Node<'r>| {
            let parameter = self.source.child(binding, "parameter");
            let name = parameter.and_then(|parameter| parameter.attribute("", "name")).unwrap_or("");
            (Arc::from(squeeze(name)), self.expression_in(binding, "the binding has no expression"))
        };
        Boxed::Invocation(Box::new(callee), self.source.children(node, "binding").map(binding).collect())
    }

    /// A function definition or the logic of a business knowledge model.
    pub(super) fn function(&self, node: Node<'r>) -> Arc<FunctionBody> {
        let parameters: Vec<(Arc<str>, Arc<ItemType>)> = self
            .source
            .children(node, "formalParameter")
            .map(|parameter| {
                let name = parameter.attribute("", "name").unwrap_or("");
                (Arc::from(squeeze(name)), self.type_of(parameter, "typeRef"))
            })
            .collect();
        let kind = node.attribute("", "kind").unwrap_or("FEEL");
        let body = if kind.eq_ignore_ascii_case("FEEL") {
            self.expression_in(node, "the function has no body")
        } else {
            let reason = format!(
                "external functions ({kind}) are refused: nothing outside is ever called; write it in FEEL"
            );
            Typed { kind: ItemType::any(), boxed: self.faulty(self.source.error(node, reason)) }
        };
        let parameter_names = parameters.iter().map(|(name, _)| name.clone()).collect();
        Arc::new(FunctionBody { parameters, parameter_names, body })
    }

    fn iteration(&self, node: Node<'r>, body: &str) -> Read<Iteration> {
        let Some(variable) = node.attribute("", "iteratorVariable") else {
            return Err(self.source.error(node, "the attribute iteratorVariable is missing"));
        };
        Ok(Iteration {
            variable: Arc::from(squeeze(variable)),
            domain: self.part(node, "in"),
            body: self.part(node, body),
        })
    }
}
