//! The language: how texts are read and what they mean.

use super::*;
use crate::Decimal;

#[test]
fn numbers_bind_as_in_arithmetic() {
    same("1 + 2 * 3", "7");
    same("2 ** 3 ** 2", "64");
    same("-2 ** 2", "4");
    same("10 - 4 - 3", "3");
    same("0.1 + 0.2 = 0.3", "true");
    same("1.2e3", "1200");
    same("1 / 0", "null");
}

#[test]
fn names_with_spaces_are_joined_without_being_known() {
    let order = Context::new().with("date of birth", "2001-02-03").with("отбасы мүшелері", 5);
    assert_eq!(run("отбасы мүшелері + 1", order.clone()).unwrap(), Value::integer(6));
    let outer = Context::new().with("order", order);
    let joined = Expression::parse("order.date of birth").unwrap();
    let functions = Functions::new();
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    assert_eq!(joined.evaluate(&Scope::new(&env).with(outer)).unwrap(), Value::text("2001-02-03"));
}

#[test]
fn known_names_are_recognised_whole_the_longest_first() {
    let variables = Context::new()
        .with("a", 10)
        .with("b", 3)
        .with("a-b", 100)
        .with("terms and conditions", true)
        .with("жан басына шаққандағы табыс", 45_000);
    assert_eq!(run("a-b", variables.clone()).unwrap(), Value::integer(100));
    assert_eq!(run("a - b", variables.clone()).unwrap(), Value::integer(7));
    assert_eq!(run("terms and conditions", variables.clone()).unwrap(), Value::Bool(true));
    assert_eq!(run("жан басына шаққандағы табыс < 46000", variables.clone()).unwrap(), Value::Bool(true));
    assert_eq!(run("жан басына  шаққандағы\nтабыс / 2", variables).unwrap(), Value::integer(22_500));
}

#[test]
fn an_error_says_where_it_is() {
    let error = Expression::parse("1 +\n  (2 * )").unwrap_err();
    assert_eq!((error.line, error.column), (2, 8));
    assert!(error.reason.contains("\")\""), "{}", error.reason);
    let error = Expression::parse("\"әғқ\" + \"open").unwrap_err();
    assert_eq!((error.line, error.column), (1, 9));
    for bad in [
        "",
        "1 2",
        "if 1 then 2",
        "for x in",
        "[1, 2",
        "{a 1}",
        "{a: 1, a: 2}",
        "function(x) external {}",
        "a..b",
        "@2",
        "some x",
    ] {
        assert!(Expression::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn texts_keep_unknown_escapes_for_patterns() {
    same(r#""\u0061\U01F40E\uD83D\uDC0E""#, "\"a🐎🐎\"");
    same(r#""a\tb\"\\" "#, "\"a\tb\\\"\\\\\"");
    same(r#"string length("\d")"#, "2");
    same("1 // one\n + /* two */ 2", "3");
}

#[test]
fn truth_has_three_values() {
    same("null and false", "false");
    same("null and true", "null");
    same("null or true", "true");
    same("not(null)", "null");
    same("1 = \"1\"", "null");
    same("if null then 1 else 2", "2");
    same("[1, null] = [1, null]", "true");
}

#[test]
fn ranges_tests_and_membership() {
    same("5 in [1..5]", "true");
    same("5 in [1..5)", "false");
    same("5 in ]1..5]", "true");
    same("5 in (> 3, < 1)", "true");
    same("5 in (1, 2, [4..6])", "true");
    same("[1..5].end included", "true");
    same("5 between 1 and 5 and true", "true");
    same("@\"2024-04-01\" in [@\"2024-03-01\"..@\"2024-04-01\"]", "true");
    same("before([1..5], (5..8])", "true");
    same("includes([5..1], 3)", "null");
}

#[test]
fn unary_tests_see_their_input() {
    let passes = |text: &str, input: Value| {
        let functions = Functions::new();
        let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
        UnaryTests::parse_with(text, &[]).unwrap().matches(&input, &Scope::new(&env)).unwrap()
    };
    assert!(passes("< 18, [60..70]", Value::integer(65)));
    assert!(!passes("< 18, [60..70]", Value::integer(30)));
    assert!(passes("not(1, 2)", Value::integer(3)));
    assert!(passes("-", Value::Null));
    assert!(passes("? > 3 and even(?)", Value::integer(4)));
    assert!(passes("\"тиісті\", \"тиісті емес\"", Value::text("тиісті")));
    assert!(passes("null", Value::Null));
    assert!(!passes("< 18", Value::Null));
    assert!(passes("count(?) > 1", Value::list([Value::Null, Value::Null])));
    assert!(!passes("-5", Value::integer(5)));
}

#[test]
fn lists_are_filtered_and_walked() {
    same("[1, 2, 3, 4][item > 2]", "[3, 4]");
    same("[{a: 1}, {a: 2}][a = 2].a", "[2]");
    same("[1, 2, 3][-1]", "3");
    same("[1, 2, 3][4]", "null");
    same("for x in [1, 2], y in x..3 return x * y", "[1, 2, 3, 4, 6]");
    same("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]");
    same("for d in @\"2024-02-28\"..@\"2024-03-01\" return d.day", "[28, 29, 1]");
    same("every x in [1, 2] satisfies x > 0", "true");
    same("some x in [] satisfies true", "false");
    same("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]");
}

#[test]
fn functions_are_values_and_keep_what_they_saw() {
    same("{n: 10, add: function(x: number) x + n, r: add(5)}.r", "15");
    same("(function(f, x) f(f(x)))(function(x) x * 2, 3)", "12");
    same("{f: function(a, b) a - b, r: f(b: 1, a: 3)}.r", "2");
    same("{f: function(a: number) a, r: f(\"x\")}.r", "null");
    same("substring(string: \"foobar\", start position: 3)", "\"obar\"");
    same("count()", "null");
    same("[1, 2] instance of list<number>", "true");
    same("{a: 1} instance of context<a: number, b: string>", "false");
    same("(function(x: number) x) instance of function<number> -> Any", "true");
}

#[test]
fn dates_and_durations_follow_the_calendar() {
    same("@\"2024-01-31\" + @\"P1M\"", "@\"2024-02-29\"");
    same("@\"2024-03-01\" - @\"2024-02-01\"", "@\"P29D\"");
    same("date(2024, 4, 1).weekday", "1");
    same("years and months duration(@\"2001-05-20\", @\"2024-04-01\").years", "22");
    same(
        "date and time(@\"2024-02-29\", @\"23:30:00@Asia/Almaty\") + @\"PT1H\" = @\"2024-02-29T18:30:00Z\"",
        "true",
    );
    same("now() = @\"2024-04-01T10:00:00Z\"", "true");
    same("string(today())", "\"2024-04-01\"");
    same("@\"P1Y\" / @\"P1M\"", "12");
    same("week of year(@\"2024-12-30\")", "1");
}

#[test]
fn texts_and_patterns() {
    same("upper case(\"әғқңөұүһі\")", "\"ӘҒҚҢӨҰҮҺІ\"");
    same("matches(\"870101300123\", \"^[0-9]{12}$\")", "true");
    same("replace(\"2024-04-01\", \"(\\d{4})-(\\d{2})-(\\d{2})\", \"$3.$2.$1\")", "\"01.04.2024\"");
    same("split(\"a;b;;c\", \";\")", "[\"a\", \"b\", \"\", \"c\"]");
    same("matches(\"ә\", \"\\p{IsCyrillic}\")", "true");
    same("matches(\"x\", \"[a-z-[aeiou]]\") and not(matches(\"e\", \"[a-z-[aeiou]]\"))", "true");
    same("matches(\"a\", \"(?=a)\")", "null");
    same("matches(\"aa\", \"(a)\\1\")", "null");
}

#[test]
fn registered_functions_stand_beside_the_built_in_ones() {
    let mut functions = Functions::new();
    functions.register("add working days", &["date", "days"], |arguments| {
        let (Some(date), Some(days)) = (arguments[0].as_date(), arguments[1].as_number()) else {
            return Err("a date and a number are needed".to_owned());
        };
        let later = date.plus_days(days.to_i64().unwrap_or(0)).ok_or("out of range")?;
        Ok(later.into())
    });
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let scope = Scope::new(&env);
    let value = |text: &str| Expression::parse(text).unwrap().evaluate(&scope).unwrap().to_string();
    assert_eq!(value("add working days(@\"2024-04-01\", 3)"), "@\"2024-04-04\"");
    assert_eq!(value("add working days(days: 1, date: @\"2024-04-01\")"), "@\"2024-04-02\"");
    assert_eq!(value("add working days(1)"), "null");
    let warnings = scope.take_warnings();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].text.contains("a date and a number are needed"));
}

#[test]
fn a_null_leaves_a_warning_with_its_cause() {
    let functions = Functions::new();
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let scope = Scope::new(&env).with(Context::new().with("income", Decimal::ONE));
    assert_eq!(Expression::parse("incme * 2").unwrap().evaluate(&scope).unwrap(), Value::Null);
    let warnings: Vec<String> = scope.take_warnings().into_iter().map(|warning| warning.text).collect();
    assert_eq!(warnings[0], "there is no variable \"incme\"");
    assert!(scope.fuel_left() < Env::FUEL);
}
