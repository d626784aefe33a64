//! Decision tables with all hit policies of the standard, and the trace of the rules that matched.

use super::boxed;
use super::model::{Aggregation, Inner, OutputColumn, Policy, Rule, Table};
use super::trace::{RuleTrace, TableTrace, storable};
use crate::Value;
use crate::feel::session::{Frame, Session};
use crate::feel::{Failure, builtins, eval};
use crate::value::Context;
use std::sync::Arc;

type Outcome = Result<Value, Failure>;

/// The outputs of one rule, column by column.
type Row = Vec<Value>;

pub(super) fn evaluate(
    table: &Table,
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Outcome {
    let mut inputs = Vec::with_capacity(table.inputs.len());
    for column in &table.inputs {
        let value = boxed::evaluate(&column.expression, frame, model, session)?;
        if let Some(allowed) = &column.allowed
            && !value.is_null()
            && eval::test_value(allowed.tests(), &value, frame, session)? != Some(true)
        {
            return Ok(session.null(format!("a value is not among those of the input \"{}\"", column.label)));
        }
        inputs.push(value);
    }
    let matched = matching(table, &inputs, frame, session)?;
    record(table, inputs, &matched, session);
    let mut rows = Vec::with_capacity(matched.len());
    for rule in &matched {
        rows.push(outputs(table, rule, frame, session)?);
    }
    if rows.is_empty() {
        return nothing(table, frame, session);
    }
    hit(table, rows, frame, session)
}

fn matching<'t>(
    table: &'t Table,
    inputs: &[Value],
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Result<Vec<&'t Rule>, Failure> {
    let mut matched = Vec::new();
    for rule in &table.rules {
        session.spend(1)?;
        let mut holds = true;
        for (tests, input) in rule.tests.iter().zip(inputs) {
            if eval::test_value(tests.tests(), input, frame, session)? != Some(true) {
                holds = false;
                break;
            }
        }
        if holds {
            matched.push(rule);
            if table.policy == Policy::First {
                break;
            }
        }
    }
    Ok(matched)
}

fn record(table: &Table, inputs: Vec<Value>, matched: &[&Rule], session: &Session<'_>) {
    let labels = table.inputs.iter().map(|column| column.label.clone());
    let rule = |rule: &&Rule| RuleTrace { id: rule.id.clone(), number: rule.number, law: rule.law.clone() };
    session.recorder.table(TableTrace {
        id: table.id.clone(),
        inputs: labels.zip(inputs.iter().map(storable)).collect(),
        rules: matched.iter().map(rule).collect(),
    });
}

fn outputs(table: &Table, rule: &Rule, frame: &Frame<'_>, session: &Session<'_>) -> Result<Row, Failure> {
    let mut row = Vec::with_capacity(rule.outputs.len());
    for (expression, column) in rule.outputs.iter().zip(&table.outputs) {
        let value = eval::evaluate(expression.root(), frame, session)?;
        row.push(super::run::coerced(value, &column.kind, &column.name, session));
    }
    Ok(row)
}

/// No rule matched: the defaults, where every column has one.
fn nothing(table: &Table, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let mut row = Vec::with_capacity(table.outputs.len());
    for column in &table.outputs {
        match &column.default {
            Some(expression) => row.push(eval::evaluate(expression.root(), frame, session)?),
            None => row.push(Value::Null),
        }
    }
    if table.outputs.iter().any(|column| column.default.is_some()) {
        return Ok(one(table, row));
    }
    match table.policy {
        Policy::Collect(Some(Aggregation::Count)) => Ok(Value::integer(0)),
        _ => Ok(session.null(format!("no rule of the table {} matches", table.id))),
    }
}

fn hit(table: &Table, mut rows: Vec<Row>, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    match table.policy {
        Policy::Unique if rows.len() > 1 => {
            Ok(session.null(format!("{} rules of the table {} match where one may", rows.len(), table.id)))
        }
        Policy::Any if rows.windows(2).any(|pair| pair[0] != pair[1]) => {
            Ok(session
                .null(format!("the rules of the table {} that match differ in their outputs", table.id)))
        }
        Policy::Unique | Policy::First | Policy::Any => Ok(first(table, rows)),
        Policy::Priority => {
            by_priority(table, &mut rows, frame, session)?;
            Ok(first(table, rows))
        }
        Policy::OutputOrder => {
            by_priority(table, &mut rows, frame, session)?;
            list(table, rows, session)
        }
        Policy::RuleOrder | Policy::Collect(None) => list(table, rows, session),
        Policy::Collect(Some(aggregation)) => aggregate(table, aggregation, rows, session),
    }
}

fn first(table: &Table, rows: Vec<Row>) -> Value {
    rows.into_iter().next().map_or(Value::Null, |row| one(table, row))
}

fn list(table: &Table, rows: Vec<Row>, session: &Session<'_>) -> Outcome {
    session.bounded(rows.into_iter().map(|row| one(table, row)).collect::<Vec<_>>().into())
}

/// One row as a value: the output itself, or a context of several.
fn one(table: &Table, mut row: Row) -> Value {
    if let [_] = &table.outputs[..] {
        return row.pop().unwrap_or_default();
    }
    let names = table.outputs.iter().map(|column| column.name.clone());
    Value::Context(names.zip(row).collect::<Context>())
}

/// Sorts rows by the order of the allowed values, the first column first.
fn by_priority(
    table: &Table,
    rows: &mut [Row],
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Result<(), Failure> {
    let mut orders = Vec::with_capacity(table.outputs.len());
    for column in &table.outputs {
        orders.push(order_of(column, frame, session)?);
    }
    session.spend_parts(rows.len() * orders.iter().map(|order| 1 + order.len()).sum::<usize>())?;
    let place = |row: &Row| -> Vec<usize> {
        let places = row.iter().zip(&orders).map(|(value, order)| {
            order.iter().position(|known| eval::equal(known, value) == Some(true)).unwrap_or(usize::MAX)
        });
        places.collect()
    };
    rows.sort_by_cached_key(place);
    Ok(())
}

fn order_of(column: &OutputColumn, frame: &Frame<'_>, session: &Session<'_>) -> Result<Vec<Value>, Failure> {
    let Some(values) = &column.values else { return Ok(Vec::new()) };
    values.tests().alternatives.iter().map(|value| eval::evaluate(&value.node, frame, session)).collect()
}

fn aggregate(table: &Table, aggregation: Aggregation, rows: Vec<Row>, session: &Session<'_>) -> Outcome {
    if aggregation == Aggregation::Count {
        return Ok(Value::integer(i64::try_from(rows.len()).unwrap_or(i64::MAX)));
    }
    let values: Vec<Value> = rows.into_iter().map(|row| one(table, row)).collect();
    let name = match aggregation {
        Aggregation::Sum => "sum",
        Aggregation::Min => "min",
        Aggregation::Max | Aggregation::Count => "max",
    };
    match builtins::find(name) {
        Some(function) => (function.run)(&[values.into()], session),
        None => Ok(Value::Null),
    }
}
