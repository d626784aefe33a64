use super::*;
use proptest::prelude::*;

fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn plain_values_are_plain_json_and_others_are_tagged() {
    let value = Value::Context(
        Context::new()
            .with("саны", 3)
            .with("share", "0.1".parse::<Decimal>().unwrap())
            .with("born", Date::parse("2024-04-01").unwrap())
            .with("$date", "not a tag")
            .with("names", Value::list([Value::text("Әсел"), Value::Null])),
    );
    let expected = r#"{"саны":3,"share":{"$number":"0.1"},"born":{"$date":"2024-04-01"},"$$date":"not a tag","names":["Әсел",null]}"#;
    assert_eq!(json(&value), expected);
    assert_eq!(serde_json::from_str::<Value>(expected).unwrap(), value);
}

#[test]
fn json_that_is_no_value_is_refused() {
    let deep = "[".repeat(60) + &"]".repeat(60);
    for bad in [
        r#"{"$date":"2024-02-30"}"#,
        r#"{"$date":"2024-02-01","a":1}"#,
        r#"{"a":1,"$date":"2024-02-01"}"#,
        r#"{"$x":1}"#,
        &deep,
    ] {
        assert!(serde_json::from_str::<Value>(bad).is_err(), "{bad}");
    }
    assert_eq!(serde_json::from_str::<Value>("0.5").unwrap(), Value::Number("0.5".parse().unwrap()));
}

#[test]
fn contexts_are_equal_in_any_order_and_keep_their_own() {
    let one = Context::new().with("a", 1).with("b", 2);
    let two = Context::new().with("b", 2).with("a", 1);
    assert_eq!(one, two);
    assert_eq!(one.to_string(), "{a: 1, b: 2}");
    let nested = Context::new().with("x y", one);
    assert_eq!(nested.path("x y.b"), Some(&Value::integer(2)));
    assert_eq!(nested.path("x y.c"), None);
}

#[test]
fn changing_a_clone_leaves_the_original() {
    let original = Context::new().with("a", 1);
    let mut copy = original.clone();
    copy.insert("a", 2);
    assert_eq!(original.get("a"), Some(&Value::integer(1)));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (any::<i64>(), -20i32..20).prop_map(|(c, e)| Value::Number(Decimal::new(c.into(), e).unwrap())),
        "\\PC{0,8}".prop_map(Value::from),
        (-800_000i64..2_900_000).prop_map(|day| Value::Date(Date::from_epoch_day(day).unwrap())),
        any::<i32>().prop_map(|months| Value::YearsMonths(YearsMonths::from_months(months.into()))),
        any::<i64>().prop_map(|nanos| Value::DaysTime(DaysTime::from_nanos(nanos.into()).unwrap())),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec(("\\$?\\$?[a-zә ]{0,4}", inner.clone()), 0..5)
                .prop_map(|entries| Value::Context(entries.into_iter().collect())),
            (inner.clone(), inner).prop_filter_map("ends are not null", |(low, high)| {
                (!low.is_null() && !high.is_null()).then(|| Value::from(Range::closed(low, high)))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn json_round_trips_without_loss(value in any_value()) {
        prop_assert_eq!(serde_json::from_str::<Value>(&json(&value)).unwrap(), value);
    }
}
