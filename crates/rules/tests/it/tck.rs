//! The conformance suite of DMN (TCK), levels 2 and 3: every case is run, and the number that pass must not fall.

use rules::dmn::Model;
use rules::temporal::{Date, DateTime, DaysTime, Time, YearsMonths};
use rules::{Context, Decimal, Env, Functions, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use xml::{Document, Element, Limits};

/// How many of the 3,391 cases must pass at least. Never lower it.
const FLOOR: usize = 3_372;
const ALL: usize = 3_391;

const TESTCASE: &str = "http://www.omg.org/spec/DMN/20160719/testcase";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

#[test]
fn the_conformance_suite_passes() {
    let archive =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/dmn-tck/testcases.tar.gz");
    if !archive.exists() {
        println!("skipped: the conformance suite is not there");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let unpacked =
        Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(folder.path()).status().unwrap();
    assert!(unpacked.success());
    let mut report = Report::default();
    for level in ["compliance-level-2", "compliance-level-3"] {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(folder.path().join("TestCases").join(level))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        for folder in folders {
            run_folder(&folder, &mut report);
        }
    }
    for (folder, (passed, failed)) in &report.folders {
        if *failed > 0 {
            println!("{folder}: {passed} passed, {failed} failed");
        }
    }
    println!("conformance suite: {} of {} cases pass", report.passed, report.passed + report.failed);
    assert_eq!(report.passed + report.failed, ALL, "every case of the suite is run");
    assert!(report.passed >= FLOOR, "{} cases pass, {FLOOR} must", report.passed);
}

#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
    folders: BTreeMap<String, (usize, usize)>,
}

impl Report {
    fn add(&mut self, folder: &str, case: &str, problem: Option<String>) {
        let entry = self.folders.entry(folder.to_owned()).or_default();
        match problem {
            None => {
                self.passed += 1;
                entry.0 += 1;
            }
            Some(problem) => {
                self.failed += 1;
                entry.1 += 1;
                println!("FAILED {folder} {case}: {problem}");
            }
        }
    }
}

fn run_folder(folder: &Path, report: &mut Report) {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let models: Vec<(String, Vec<u8>)> = files
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "dmn"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    for test in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "xml")) {
        let document = Document::parse(&std::fs::read(test).unwrap(), &Limits::model()).unwrap();
        run_file(folder, &document, &models, report);
    }
}

fn run_file(folder: &Path, document: &Document, models: &[(String, Vec<u8>)], report: &mut Report) {
    let label = folder.file_name().unwrap().to_string_lossy().into_owned();
    let root = document.root();
    let name =
        root.child(TESTCASE, "modelName").map(|node| node.text().trim().to_owned()).unwrap_or_default();
    let main = models.iter().find(|(file, _)| *file == name).or_else(|| models.first()).unwrap();
    let others: Vec<(&[u8], &str)> = models
        .iter()
        .filter(|(file, _)| *file != main.0)
        .map(|(file, bytes)| (&bytes[..], &file[..]))
        .collect();
    let model = Model::read_tolerant(&main.1, &main.0, &others);
    for case in root.children().filter(|child| child.is(TESTCASE, "testCase")) {
        let id = case.attribute("", "id").unwrap_or("");
        let problem = match &model {
            Err(error) => Some(format!("the model is refused: {error}")),
            Ok((model, _)) => run_case(model, case),
        };
        report.add(&label, id, problem);
    }
}

/// Runs a case; answers what went wrong.
fn run_case(model: &Model, case: Element<'_>) -> Option<String> {
    let mut input = Context::new();
    for node in case.children().filter(|child| child.is(TESTCASE, "inputNode")) {
        input.insert(node.attribute("", "name").unwrap_or(""), value_of(node));
    }
    let functions = Functions::new();
    let now = "2024-04-01T10:00:00Z".parse().unwrap();
    let env = Env::new(now, jiff::tz::TimeZone::UTC, &functions);
    for result in case.children().filter(|child| child.is(TESTCASE, "resultNode")) {
        let name = result.attribute("", "name").unwrap_or("");
        let decided = match case.attribute("", "invocableName") {
            Some(service) => model.evaluate_service(service, &input, &env),
            None => model.evaluate(name, &input, &env),
        };
        let error_expected = result.attribute("", "errorResult") == Some("true");
        let expected = result.child(TESTCASE, "expected").map_or(Value::Null, value_of);
        // Of a service with several outputs the case names one.
        let decided = decided.map(|mut decided| {
            let outputs = case.attribute("", "invocableName").and(decided.value.as_context());
            if let Some(output) = outputs.and_then(|all| all.get(name)).cloned() {
                decided.value = output;
            }
            decided
        });
        match decided {
            Ok(decided) if same(&decided.value, &expected) => {}
            Ok(decided) => {
                let warnings: Vec<String> =
                    decided.warnings.into_iter().map(|warning| warning.text).collect();
                return Some(format!("{name}: {} instead of {expected} {warnings:?}", decided.value));
            }
            Err(_) if error_expected => {}
            Err(error) => return Some(format!("{name}: {error}")),
        }
    }
    None
}

/// A value as the suite writes it: `value`, `list` of `item`, or `component`s.
fn value_of(node: Element<'_>) -> Value {
    let nil = |node: Element<'_>| node.attribute(XSI, "nil") == Some("true");
    if nil(node) {
        return Value::Null;
    }
    let mut context = Context::new();
    for child in node.children() {
        match child.local_name() {
            "value" if nil(child) => return Value::Null,
            "value" => return scalar(child),
            "list" if nil(child) => return Value::Null,
            "list" => return Value::list(child.children().map(value_of)),
            "component" => {
                context.insert(child.attribute("", "name").unwrap_or(""), value_of(child));
            }
            _ => {}
        }
    }
    if context.is_empty() { Value::Null } else { context.into() }
}

fn scalar(node: Element<'_>) -> Value {
    let text = node.text();
    let kind = node.attribute(XSI, "type").unwrap_or("xsd:string");
    let trimmed = text.trim();
    match kind.rsplit(':').next().unwrap_or("") {
        "decimal" | "double" | "integer" | "int" | "long" | "float" => {
            trimmed.parse::<Decimal>().unwrap_or_else(|_| panic!("{trimmed} is no number")).into()
        }
        "boolean" => (trimmed == "true").into(),
        "date" => Date::parse(trimmed).unwrap().into(),
        "time" => Time::parse(trimmed).unwrap().into(),
        "dateTime" => DateTime::parse(trimmed).unwrap().into(),
        "duration" => match YearsMonths::parse(trimmed) {
            Some(months) => months.into(),
            None => DaysTime::parse(trimmed).unwrap().into(),
        },
        "string" => Value::text(text),
        other => panic!("the suite has values of the unknown type {other}"),
    }
}

/// Equality of the suite: numbers that were written with fewer digits are near enough, zones count by their moment.
fn same(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Number(a), Value::Number(b)) => {
            let difference = a.checked_sub(*b).unwrap().abs();
            let tolerance = b.abs().checked_mul("0.00000001".parse().unwrap()).unwrap();
            difference <= tolerance
        }
        (Value::Time(a), Value::Time(b)) => a.compare(b) == Some(Ordering::Equal),
        (Value::DateTime(a), Value::DateTime(b)) => a.compare(b) == Some(Ordering::Equal),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        (a, b) => a == b,
    }
}
