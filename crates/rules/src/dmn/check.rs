//! A check of a whole model before it is used: names in its expressions that nothing declares.
//!
//! The standard makes such a name null when it is evaluated; in the text of a law it is a slip of the pen.

use super::DmnError;
use super::model::{Boxed, Element, FunctionBody, Inner, Kind, Requirement, Typed};
use crate::feel::free::FreeNames;
use crate::feel::{Expression, Functions, UnaryTests};
use std::sync::Arc;

/// The names that nothing declares, each as a fault of the element it stands in.
pub(super) fn unknown_names(model: &Inner, functions: &Functions) -> Vec<DmnError> {
    let mut faults = Vec::new();
    for element in model.elements.iter().filter(|element| element.document == 0) {
        let (requirements, logic): (&[Requirement], &Typed) = match &element.kind {
            Kind::Decision(decision) => (&decision.requirements, &decision.logic),
            Kind::Knowledge(knowledge) => (&knowledge.requirements, &knowledge.function.body),
            Kind::Input(_) | Kind::Service(_) => continue,
        };
        let mut known: Vec<Arc<str>> = functions.names().map(Arc::from).collect();
        known.extend(requirements.iter().map(|requirement| match &requirement.through {
            Some(import) => import.clone(),
            None => model.elements[requirement.target].name.clone(),
        }));
        if let Kind::Knowledge(knowledge) = &element.kind {
            known.extend(knowledge.function.parameter_names.iter().cloned());
        }
        let mut checker = Checker { known, unknown: Vec::new() };
        checker.typed(logic);
        let file = &model.documents[element.document].file;
        faults.extend(checker.unknown.into_iter().map(|name| fault(file, element, &name)));
    }
    faults
}

fn fault(file: &str, element: &Element, name: &str) -> DmnError {
    let reason = format!(
        "\"{name}\" is not declared: require the input data or decision of that name, or correct the spelling"
    );
    DmnError { file: file.to_owned(), line: element.line, id: Some(element.id.clone()), reason }
}

struct Checker {
    known: Vec<Arc<str>>,
    unknown: Vec<String>,
}

impl Checker {
    fn note(&mut self, names: Vec<&str>) {
        for name in names {
            if !self.known.iter().any(|known| **known == *name)
                && !self.unknown.iter().any(|known| known == name)
            {
                self.unknown.push(name.to_owned());
            }
        }
    }

    fn expression(&mut self, expression: &Expression) {
        self.note(expression.free_names());
    }

    fn tests(&mut self, tests: &UnaryTests) {
        self.note(FreeNames::of_tests(tests.tests()));
    }

    /// Visits with more names known.
    fn within(&mut self, names: impl IntoIterator<Item = Arc<str>>, typed: &Typed) {
        let mark = self.known.len();
        self.known.extend(names);
        self.typed(typed);
        self.known.truncate(mark);
    }

    fn function(&mut self, function: &FunctionBody) {
        self.within(function.parameter_names.iter().cloned(), &function.body);
    }

    fn typed(&mut self, typed: &Typed) {
        match &typed.boxed {
            Boxed::Literal(expression) => self.expression(expression),
            Boxed::Faulty(_) => {}
            Boxed::Table(table) => {
                for column in &table.inputs {
                    self.typed(&column.expression);
                    column.allowed.iter().for_each(|tests| self.tests(tests));
                }
                table
                    .outputs
                    .iter()
                    .filter_map(|column| column.default.as_ref())
                    .for_each(|one| self.expression(one));
                for rule in &table.rules {
                    rule.tests.iter().for_each(|tests| self.tests(tests));
                    rule.outputs.iter().for_each(|output| self.expression(output));
                }
            }
            Boxed::Context(entries) => {
                let mark = self.known.len();
                for entry in entries {
                    self.typed(&entry.value);
                    self.known.extend(entry.name.clone());
                }
                self.known.truncate(mark);
            }
            Boxed::List(items) => items.iter().for_each(|item| self.typed(item)),
            Boxed::Relation(_, rows) => rows.iter().flatten().for_each(|cell| self.typed(cell)),
            Boxed::Invocation(callee, bindings) => {
                self.typed(callee);
                bindings.iter().for_each(|(_, value)| self.typed(value));
            }
            Boxed::Function(function) => self.function(function),
            Boxed::Conditional(parts) => {
                self.typed(&parts.0);
                self.typed(&parts.1);
                self.typed(&parts.2);
            }
            Boxed::For(iteration) | Boxed::Quantified(_, iteration) => {
                self.typed(&iteration.domain);
                self.within([iteration.variable.clone(), Arc::from("partial")], &iteration.body);
            }
            // Names in the condition may be members of the items.
            Boxed::Filter(parts) => self.typed(&parts.0),
        }
    }
}
