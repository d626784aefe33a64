//! Rows of single hot paths: the journal, a decision, a transport signature, a deadline.

use std::path::Path;
use std::time::Duration;

use calendar::{Calendar, DeadlineRule, Unit};
use jiff::Timestamp;
use rules::{Context, Env, Functions};
use store::{Commit, Id, Partition, Record, SqliteOptions, SqliteStore, Store};

use crate::exchange;
use crate::raw;
use crate::rows::Row;

const BODY: usize = 1_024;
const TIME: Duration = Duration::from_secs(1);

fn record(number: u64) -> Commit {
    // As ids are: spread over the whole range.
    let mixed = u128::from(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let subject: Id = (mixed << 64 | u128::from(number)).to_be_bytes();
    let record = Record {
        subject,
        kind: 1,
        at: Timestamp::UNIX_EPOCH,
        header: b"{}".to_vec(),
        body: raw::noise(number, BODY),
    };
    Commit { record: Some(record), ..Commit::new(Partition::of_bytes(&subject)) }
}

/// `store.append`: journal records of 1 KB with their chain, in batches, beside the same bytes synced to a plain file.
///
/// # Errors
/// When the disk refuses.
pub fn append(folder: &Path, _: &Path) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for batch in [1, 32, 512] {
        let store = SqliteStore::open(&folder.join(format!("append-{batch}")), &SqliteOptions::default())?;
        let mut number = 0;
        let value = raw::per_second(TIME, || {
            let commits = (0..batch).map(|_| {
                number += 1;
                record(number)
            });
            for outcome in store.commit(commits.collect()) {
                outcome?;
            }
            Ok(batch)
        })?;
        let fsyncs = store.work().transactions;
        let bound = raw::plain_file(folder, batch as f64, BODY, TIME)?;
        let about = format!(
            "{batch} records of 1 KB per commit, {fsyncs} fsyncs; bound: the same bytes per fdatasync to a plain file"
        );
        rows.push(Row::more(&format!("store.append.{batch}"), value, "records/s", bound, about));
    }
    Ok(rows)
}

/// A table of eight rules over three inputs, a paragraph for each rule.
fn table() -> String {
    let rules: String = (0..8)
        .map(|n| {
            let (kind, income) = (["a", "b", "c", "d"][n % 4], if n < 4 { "&lt; 45000.50" } else { "[45000.50..90000]" });
            format!(
                "<rule id=\"r{n}\"><inputEntry><text>\"{kind}\"</text></inputEntry><inputEntry><text>&gt;= {}</text></inputEntry><inputEntry><text>{income}</text></inputEntry><outputEntry><text>3692 * {}.03</text></outputEntry><annotationEntry><text>19({n})</text></annotationEntry></rule>",
                n % 4,
                n + 1
            )
        })
        .collect();
    let inputs = ["kind", "children", "income"];
    let each = |write: fn(&str) -> String| inputs.iter().map(|name| write(name)).collect::<String>();
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"t\" namespace=\"t\">{}<decision id=\"amount\" name=\"amount\"><variable name=\"amount\" typeRef=\"number\"/>{}<decisionTable hitPolicy=\"UNIQUE\">{}<output/><annotation name=\"par\"/>{rules}</decisionTable></decision></definitions>",
        each(|name| format!(
            "<inputData id=\"i-{name}\" name=\"{name}\"><variable name=\"{name}\"/></inputData>"
        )),
        each(|name| format!(
            "<informationRequirement><requiredInput href=\"#i-{name}\"/></informationRequirement>"
        )),
        each(|name| format!("<input><inputExpression><text>{name}</text></inputExpression></input>")),
    )
}

/// `rules.table`: one decision of eight rules with the trace of what matched.
///
/// # Errors
/// When the table does not decide.
pub fn table_of_rules(_: &Path, _: &Path) -> anyhow::Result<Vec<Row>> {
    let model = rules::dmn::Model::read(table().as_bytes(), "table.dmn")?;
    let functions = Functions::new();
    let env = Env::new(Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let income: rules::Decimal = "50000.75".parse()?;
    let input = Context::new().with("kind", "b").with("children", 5).with("income", income);
    let decided = model.evaluate("amount", &input, &env)?;
    anyhow::ensure!(decided.trace.iter().any(|trace| !trace.tables.is_empty()), "no trace of the rules");
    let per_second = raw::per_second(TIME, || {
        for _ in 0..100 {
            std::hint::black_box(model.evaluate("amount", std::hint::black_box(&input), &env)?);
        }
        Ok(100)
    })?;
    Ok(vec![Row::less(
        "rules.table",
        1e6 / per_second,
        "µs",
        20.0,
        "a decision of 8 rules with its trace; bound: our yardstick",
    )])
}

/// `xml.verify`: a transport signature made and verified, beside the bare cryptography under it.
///
/// # Errors
/// When a signature does not hold.
pub fn signatures(_: &Path, _: &Path) -> anyhow::Result<Vec<Row>> {
    exchange::signatures(TIME)
}

/// `calendar.deadline`: three working days from a moment, in Almaty.
///
/// # Errors
/// When the calendar has no data.
pub fn deadline(_: &Path, _: &Path) -> anyhow::Result<Vec<Row>> {
    let (calendar, zone) = (Calendar::kazakhstan(), calendar::almaty());
    let (rule, start) =
        (DeadlineRule::after(3, Unit::WorkingDays), "2024-03-20T05:00:00Z".parse::<Timestamp>()?);
    let per_second = raw::per_second(TIME, || {
        for _ in 0..1_000 {
            std::hint::black_box(calendar.deadline(std::hint::black_box(start), rule, &zone, None)?);
        }
        Ok(1_000)
    })?;
    Ok(vec![Row::less(
        "calendar.deadline",
        1e6 / per_second,
        "µs",
        10.0,
        "3 working days over Nauryz; bound: a hundredth of a millisecond, our own",
    )])
}
