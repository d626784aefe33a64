//! Prints how long one evaluation of a decision table of eight rules takes, with its full trace.
//! Run it with `cargo run --release -p rules --example speed`.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must stop")]

use rules::dmn::Model;
use rules::{Context, Decimal, Env, Functions};
use std::fmt::Write;
use std::time::Instant;

const ROUNDS: u32 = 200_000;

/// A table of eight rules over three inputs with a paragraph for each rule.
fn model() -> String {
    let mut rules = String::new();
    let kinds = [("многодетная", 4), ("көп балалы", 4), ("толық емес", 1), ("толық", 2)];
    for (index, (kind, children)) in kinds.iter().cycle().take(8).enumerate() {
        let income = if index < 4 { "&lt; 45000.50" } else { "[45000.50..90000]" };
        write!(
            rules,
            "<rule id=\"r{index}\"><inputEntry><text>\"{kind}\"</text></inputEntry><inputEntry><text>&gt;= {children}</text></inputEntry>\
             <inputEntry><text>{income}</text></inputEntry><outputEntry><text>3692 * {}.03</text></outputEntry>\
             <annotationEntry><text>19({index})</text></annotationEntry></rule>",
            index + 1
        )
        .unwrap();
    }
    let inputs = ["отбасы түрі", "балалар саны", "табыс"];
    let mut data = String::new();
    let mut required = String::new();
    let mut columns = String::new();
    for (index, name) in inputs.iter().enumerate() {
        write!(data, "<inputData id=\"i{index}\" name=\"{name}\"><variable name=\"{name}\"/></inputData>")
            .unwrap();
        write!(
            required,
            "<informationRequirement><requiredInput href=\"#i{index}\"/></informationRequirement>"
        )
        .unwrap();
        write!(columns, "<input><inputExpression><text>{name}</text></inputExpression></input>").unwrap();
    }
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"speed\" namespace=\"speed\">{data}\
         <decision id=\"amount\" name=\"amount\"><variable name=\"amount\" typeRef=\"number\"/>{required}\
         <decisionTable hitPolicy=\"UNIQUE\">{columns}<output/><annotation name=\"par\"/>{rules}</decisionTable></decision></definitions>"
    )
}

fn main() {
    let model = Model::read(model().as_bytes(), "speed.dmn").unwrap();
    let functions = Functions::new();
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let income: Decimal = "50000.75".parse().unwrap();
    let input =
        Context::new().with("отбасы түрі", "көп балалы").with("балалар саны", 5).with("табыс", income);
    let decided = model.evaluate("amount", &input, &env).unwrap();
    println!("{} by rule {:?}, {} steps", decided.value, decided.trace[0].tables[0].rules, decided.fuel_used);
    let start = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(model.evaluate("amount", std::hint::black_box(&input), &env).unwrap());
    }
    let each = start.elapsed() / ROUNDS;
    println!("rules.table_of_8_with_trace {:.2} µs, bound 20 µs", each.as_nanos() as f64 / 1000.0);
}
