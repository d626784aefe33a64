//! Decision tables.

use super::Reader;
use crate::dmn::DmnError;
use crate::dmn::model::{Aggregation, Boxed, InputColumn, OutputColumn, Policy, Rule, Table, Typed};
use crate::dmn::trace::LawRef;
use crate::feel::{Expression, UnaryTests, names::squeeze};
use std::sync::Arc;
use xml::Element as Node;

/// Most rules of one table.
const MAX_RULES: usize = 10_000;

type Read<T> = Result<T, DmnError>;

impl<'r> Reader<'r> {
    pub(super) fn table(&self, node: Node<'r>) -> Read<Table> {
        let policy = self.policy(node)?;
        let inputs: Vec<InputColumn> =
            self.source.children(node, "input").map(|input| self.input(input)).collect::<Read<_>>()?;
        let outputs: Vec<OutputColumn> =
            self.source.children(node, "output").map(|output| self.output(output)).collect::<Read<_>>()?;
        if outputs.is_empty() {
            return Err(self.source.error(node, "the decision table has no output"));
        }
        let annotations: Vec<&str> = self
            .source
            .children(node, "annotation")
            .map(|annotation| annotation.attribute("", "name").unwrap_or(""))
            .collect();
        let mut rules = Vec::new();
        for (index, rule) in self.source.children(node, "rule").enumerate() {
            if index >= MAX_RULES {
                return Err(self.source.error(node, format!("the table has more than {MAX_RULES} rules")));
            }
            rules.push(self.rule(rule, index, inputs.len(), outputs.len(), &annotations)?);
        }
        self.check(node, policy, &outputs)?;
        let owner = || node.ancestors().find_map(|above| above.attribute("", "id"));
        let id = node.attribute("", "id").or_else(owner).unwrap_or("").to_owned();
        Ok(Table { id, policy, inputs, outputs, rules })
    }

    fn policy(&self, node: Node<'r>) -> Read<Policy> {
        let aggregation = match node.attribute("", "aggregation") {
            None => None,
            Some("SUM") => Some(Aggregation::Sum),
            Some("COUNT") => Some(Aggregation::Count),
            Some("MIN") => Some(Aggregation::Min),
            Some("MAX") => Some(Aggregation::Max),
            Some(other) => {
                return Err(self.source.error(node, format!("the aggregation {other} is unknown")));
            }
        };
        Ok(match node.attribute("", "hitPolicy").unwrap_or("UNIQUE") {
            "UNIQUE" => Policy::Unique,
            "FIRST" => Policy::First,
            "PRIORITY" => Policy::Priority,
            "ANY" => Policy::Any,
            "RULE ORDER" => Policy::RuleOrder,
            "OUTPUT ORDER" => Policy::OutputOrder,
            "COLLECT" => Policy::Collect(aggregation),
            other => return Err(self.source.error(node, format!("the hit policy {other} is unknown"))),
        })
    }

    fn check(&self, node: Node<'r>, policy: Policy, outputs: &[OutputColumn]) -> Read<()> {
        if outputs.len() > 1 {
            if let Some(unnamed) = outputs.iter().position(|output| output.name.is_empty()) {
                return Err(self
                    .source
                    .error(node, format!("output {} of several needs a name", unnamed + 1)));
            }
            if matches!(policy, Policy::Collect(Some(_))) {
                return Err(self.source.error(node, "an aggregation needs a single output"));
            }
        }
        let ordered = matches!(policy, Policy::Priority | Policy::OutputOrder);
        if ordered && outputs.iter().all(|output| output.values.is_none()) {
            return Err(self
                .source
                .error(node, "this hit policy needs outputValues, the first of highest priority"));
        }
        Ok(())
    }

    fn input(&self, node: Node<'r>) -> Read<InputColumn> {
        let Some(expression) = self.source.child(node, "inputExpression") else {
            return Err(self.source.error(node, "the input has no inputExpression"));
        };
        let literal = self.literal(expression)?;
        let allowed = self.allowed(node, "inputValues")?;
        let label =
            node.attribute("", "label").map_or_else(|| literal.text().trim().to_owned(), str::to_owned);
        let kind = self.type_of(expression, "typeRef");
        Ok(InputColumn { label, expression: Typed { kind, boxed: Boxed::Literal(literal) }, allowed })
    }

    fn allowed(&self, node: Node<'r>, name: &str) -> Read<Option<UnaryTests>> {
        let Some(values) = self.source.child(node, name) else { return Ok(None) };
        let text = self.text(values);
        if text.trim().is_empty() {
            return Ok(None);
        }
        self.tests(values, &text).map(Some)
    }

    fn output(&self, node: Node<'r>) -> Read<OutputColumn> {
        let values = self.allowed(node, "outputValues")?;
        let default = match self.source.child(node, "defaultOutputEntry") {
            Some(entry) => Some(self.literal(entry)?),
            None => None,
        };
        let name = Arc::from(squeeze(node.attribute("", "name").unwrap_or("")));
        Ok(OutputColumn { name, kind: self.type_of(node, "typeRef"), values, default })
    }

    fn rule(
        &self,
        node: Node<'r>,
        index: usize,
        inputs: usize,
        outputs: usize,
        annotations: &[&str],
    ) -> Read<Rule> {
        let mut tests = Vec::with_capacity(inputs);
        for entry in self.source.children(node, "inputEntry") {
            let text = self.text(entry);
            let text = if text.trim().is_empty() { "-" } else { &text };
            tests.push(self.tests(entry, text)?);
        }
        let entries = self.source.children(node, "outputEntry");
        let results: Vec<Expression> = entries.map(|entry| self.literal(entry)).collect::<Read<_>>()?;
        if tests.len() != inputs || results.len() != outputs {
            let reason = format!(
                "the rule has {} input and {} output entries, the table {inputs} inputs and {outputs} outputs",
                tests.len(),
                results.len()
            );
            return Err(self.source.error(node, reason));
        }
        let mut law = self.law(node);
        law.extend(self.annotated_law(node, annotations));
        Ok(Rule {
            id: node.attribute("", "id").unwrap_or("").to_owned(),
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            law,
            tests,
            outputs: results,
        })
    }

    /// The paragraphs in the annotation column `par`: `19(1)`, or `424-458 19(1)` with the act; several by `;`.
    fn annotated_law(&self, node: Node<'r>, annotations: &[&str]) -> Vec<LawRef> {
        let entries = self.source.children(node, "annotationEntry").zip(annotations);
        let texts =
            entries.filter(|(_, name)| name.eq_ignore_ascii_case("par")).map(|(entry, _)| self.text(entry));
        let mut law = Vec::new();
        for text in texts {
            for one in text.split(';').map(str::trim).filter(|one| !one.is_empty()) {
                let (act, par) = one.split_once(char::is_whitespace).unwrap_or((&self.act, one));
                law.push(LawRef { act: act.to_owned(), par: par.trim().to_owned() });
            }
        }
        law
    }
}
