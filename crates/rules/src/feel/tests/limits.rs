//! Nothing that comes in makes an evaluation endless, the stack overflow or the memory run out.

use super::*;
use proptest::prelude::*;

/// Too large, or too much work: both keep the memory small.
fn is_bounded(reason: &str) -> bool {
    reason.contains("parts") || reason.contains("steps")
}

fn refused(text: &str) -> String {
    match run(text, Context::new()) {
        Ok(value) => panic!("{} gave {value}", text.chars().take(60).collect::<String>()),
        Err(error) => error.reason,
    }
}

#[test]
fn an_endless_loop_ends_when_the_fuel_is_used_up() {
    assert!(refused("for i in 1..1000000000 return i").contains("steps"));
    assert!(refused("some i in 1..100000, j in 1..100000 satisfies i * j = -1").contains("steps"));
    assert!(refused("{f: function(f, n) f(f, n + 1), r: f(f, 0)}.r").contains("deeper"));
    assert!(refused("count(for i in 1..1000000000000 return [i])").contains("steps"));
}

#[test]
fn growing_values_are_refused_before_they_are_too_large() {
    assert!(refused("for i in 1..100 return [partial[-1]]").contains("nests deeper"));
    assert!(is_bounded(&refused(
        "for i in 1..60 return if i = 1 then \"aaaaaaaaaa\" else partial[-1] + partial[-1]"
    )));
    assert!(refused("for i in 1..100 return [partial[-1], partial[-1]]").contains("parts"));
    assert!(refused("for i in 1..100 return function() partial").contains("nests deeper"));
    assert!(is_bounded(&refused(
        "for i in 1..40 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])"
    )));
}

#[test]
fn deep_and_long_texts_are_refused() {
    let deep = |open: &str, close: &str| {
        format!("{}1{}", open.repeat(100_000 / open.len()), close.repeat(100_000 / open.len()))
    };
    assert!(refused(&deep("(", ")")).contains("nested deeper"));
    assert!(refused(&deep("[", "]")).contains("nested deeper"));
    assert!(refused(&deep("{a:", "}")).contains("nested deeper"));
    assert!(refused(&"-".repeat(100_000)).contains("nested deeper"));
    assert!(refused(&"if true then ".repeat(10_000)).contains("nested deeper"));
    assert!(refused(&format!("1{}", " + 1".repeat(10_000))).contains("hang on one another"));
    assert!(refused(&format!("a{}", ".b".repeat(10_000))).contains("hang on one another"));
    assert!(refused(&format!("a{}", "[1]".repeat(10_000))).contains("hang on one another"));
    assert!(refused(&"1".repeat(300_000)).contains("longer than"));
    assert!(refused(&"1 in (".repeat(50)).len() > 10);
    assert!(refused(&"list<".repeat(1000)).len() > 10);
}

#[test]
fn the_deepest_evaluation_fits_a_thread_of_two_mebibytes() {
    let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    assert!(run(&nested(40), Context::new()).is_ok());
    let recursion = "{f: function(f, n) if n = 0 then 0 else 1 + abs(sum([f(f, n - 1)])), r: f(f, 30)}.r";
    assert_eq!(run(recursion, Context::new()).unwrap(), Value::integer(30));
    assert!(refused(&recursion.replace("f(f, 30)", "f(f, 5000)")).contains("deeper"));
}

#[test]
fn patterns_are_bounded() {
    same("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\", \"(a+)+$\")", "false");
    same("matches(\"a\", \"((((a{100}){100}){100}){100})\")", "null");
    same("matches(\"a\", \"\\p{L}{1000000}\")", "null");
}

const PIECES: [&str; 46] = [
    "1",
    "2.5",
    "\"a\"",
    "x",
    "list",
    "null",
    "true",
    "false",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ",",
    ":",
    "..",
    ".",
    "+",
    "-",
    "*",
    "/",
    "**",
    "=",
    "!=",
    "<",
    ">=",
    "and",
    "or",
    "not",
    "in",
    "between",
    "if",
    "then",
    "else",
    "for",
    "return",
    "some",
    "every",
    "satisfies",
    "instance of",
    "function",
    "@\"2024-01-01\"",
    "?",
    "item",
    "count",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = Expression::parse(&text);
        let _ = Expression::parse_unary_tests(&text);
    }

    #[test]
    fn any_order_of_words_is_read_or_refused(pieces in proptest::collection::vec(0..PIECES.len(), 0..30)) {
        let text = pieces.iter().map(|piece| PIECES[*piece]).collect::<Vec<_>>().join(" ");
        if let Ok(value) = run(&text, Context::new().with("x", 5).with("list", Value::list([Value::integer(1)]))) {
            prop_assert!(value.weight() <= crate::value::MAX_WEIGHT);
        }
        let _ = Expression::parse_unary_tests(&text);
    }

    #[test]
    fn a_literal_reads_back_as_the_same_value(numbers in proptest::collection::vec(any::<i64>(), 0..5), text in "\\PC{0,10}") {
        let mut context = Context::new().with("text", text.as_str());
        context.insert("numbers", Value::list(numbers.into_iter().map(Value::integer)));
        let literal = Value::Context(context.clone()).to_string();
        prop_assert_eq!(run(&literal, Context::new()).unwrap(), Value::Context(context));
    }

    #[test]
    fn fuel_bounds_the_work(fuel in 0u64..5_000, limit in 1i64..100_000) {
        let functions = Functions::new();
        let mut env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
        env.fuel = fuel;
        let text = format!("sum(for i in 1..{limit} return i)");
        let outcome = Expression::parse(&text).unwrap().evaluate(&Scope::new(&env));
        let turns = u64::try_from(limit).unwrap();
        prop_assert!(outcome.is_err() || turns < fuel, "{turns} turns with {fuel} steps");
        prop_assert!(outcome.is_ok() || turns * 8 + 20 > fuel, "{turns} turns need more than {fuel} steps");
    }
}
