//! Canonical JSON (RFC 8785): one text for one value, so that a digest or a signature over it means the value.
//!
//! Only what the platform stores is written: whole numbers within ±(2^53 − 1), texts, truth values, null, lists and objects.
//! Fractions stand as tagged texts (see `rules::Value`), never as binary floating point; such a number is refused.

use serde::Serialize;
use serde_json::{Map, Value};

/// Deepest nesting that is written.
const MAX_DEPTH: usize = 64;

/// A value that has no canonical form here.
#[derive(Debug, thiserror::Error)]
pub enum NotCanonical {
    /// It cannot be written as JSON at all.
    #[error("the value cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A binary fraction.
    #[error("the number {0} is not whole: write fractions as decimal numbers of the rules")]
    Fraction(String),
    /// Nested too deeply.
    #[error("the value nests more than {MAX_DEPTH} levels deep")]
    Depth,
}

/// The canonical text of a value.
///
/// # Errors
/// [`NotCanonical`].
pub fn text(value: &impl Serialize) -> Result<String, NotCanonical> {
    let value = serde_json::to_value(value)?;
    let mut out = String::new();
    write(&value, 0, &mut out)?;
    Ok(out)
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

fn write(value: &Value, depth: usize, out: &mut String) -> Result<(), NotCanonical> {
    if depth > MAX_DEPTH {
        return Err(NotCanonical::Depth);
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) if number.is_i64() || number.is_u64() => out.push_str(&number.to_string()),
        Value::Number(number) => return Err(NotCanonical::Fraction(number.to_string())),
        Value::String(text) => out.push_str(&serde_json::to_string(text)?),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, depth + 1, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => object(members, depth, out)?,
    }
    Ok(())
}

/// Members in the order of the UTF-16 code units of their names, as the standard has it.
fn object(members: &Map<String, Value>, depth: usize, out: &mut String) -> Result<(), NotCanonical> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
    out.push('{');
    for (at, (name, value)) in sorted.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&serde_json::to_string(name)?);
        out.push(':');
        write(value, depth + 1, out)?;
    }
    out.push('}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_order_of_names_is_that_of_the_standard() {
        // The example of RFC 8785, 3.2.3.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        let written = text(&value).expect("canonical");
        let order = ["Carriage Return", "One", "Control", "Latin Small", "Euro Sign", "Emoji", "Hebrew"];
        let places: Vec<_> = order.iter().map(|name| written.find(name).expect("there")).collect();
        assert!(places.is_sorted(), "{written}");
    }

    #[test]
    fn letters_stand_as_they_are_and_controls_are_escaped() {
        let value = json!({"ә": "б\n\u{1}\"\\", "n": 12, "l": [true, null]});
        assert_eq!(
            text(&value).expect("canonical"),
            "{\"l\":[true,null],\"n\":12,\"ә\":\"б\\n\\u0001\\\"\\\\\"}"
        );
    }

    #[test]
    fn a_binary_fraction_is_refused() {
        assert!(matches!(text(&json!({"n": 0.5})), Err(NotCanonical::Fraction(_))));
    }

    #[test]
    fn bottomless_values_are_refused() {
        let mut value = json!(1);
        for _ in 0..100 {
            value = json!([value]);
        }
        assert!(matches!(text(&value), Err(NotCanonical::Depth)));
    }

    proptest! {
        #[test]
        fn it_reads_back_and_does_not_depend_on_the_order(pairs in prop::collection::btree_map(".{0,6}", any::<i32>(), 0..8)) {
            let forward: Map<String, Value> = pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            let backward: Map<String, Value> = pairs.iter().rev().map(|(name, value)| (name.clone(), json!(value))).collect();
            let written = text(&Value::Object(forward.clone())).expect("canonical");
            prop_assert_eq!(&written, &text(&Value::Object(backward)).expect("canonical"));
            let read: Value = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(read, Value::Object(forward));
        }
    }
}
