use super::*;
use crate::{Context, Functions};

mod language;
mod limits;

/// Evaluates a text over variables, with the default fuel.
fn run(text: &str, variables: Context) -> Result<Value, FeelError> {
    let functions = Functions::new();
    let now = "2024-04-01T10:00:00Z".parse().unwrap();
    let env = Env::new(now, jiff::tz::TimeZone::get("Asia/Almaty").unwrap(), &functions);
    let names: Vec<String> = variables.keys().map(|name| name.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Expression::parse_with(text, &names)?.evaluate(&Scope::new(&env).with(variables))
}

/// Asserts that a text evaluates to the value of another one.
#[track_caller]
fn same(text: &str, expected: &str) {
    let value = run(text, Context::new()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let expected = run(expected, Context::new()).unwrap();
    assert_eq!(value, expected, "{text}");
}
