//! Values as JSON, without loss.
//!
//! | value | JSON |
//! |---|---|
//! | null, boolean, string, list, context | as JSON writes them |
//! | number | a JSON number when it is whole and within ±(2^53 − 1), else `{"$number": "0.1"}` |
//! | date, time, date and time | `{"$date": "2024-04-01"}`, `{"$time": "10:00:00Z"}`, `{"$dateTime": "…"}` |
//! | durations | `{"$yearsMonths": "P1Y"}`, `{"$daysTime": "PT1H"}` |
//! | range | `{"$range": {"low": 1, "high": 5, "lowIncluded": true, "highIncluded": false}}`, an unbounded end is left out |
//! | context key that begins with `$` | the key with one more `$` in front |
//!
//! JSON numbers with a fraction are read too, by their shortest text. Functions are refused. Only self-describing
//! formats can be read; the nesting is bounded by [`MAX_DEPTH`] here and by the reader's own limit.

use super::{Context, MAX_DEPTH, Range, Value};
use crate::Decimal;
use crate::temporal::{Date, DateTime, DaysTime, Time, YearsMonths};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{self, SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Largest whole number that every JSON reader keeps exactly.
const MAX_EXACT: i64 = (1 << 53) - 1;

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => match number.to_i64() {
                Some(whole) if whole.abs() <= MAX_EXACT => serializer.serialize_i64(whole),
                _ => tagged(serializer, "$number", number),
            },
            Value::String(text) => serializer.serialize_str(text),
            Value::Date(value) => tagged(serializer, "$date", value),
            Value::Time(value) => tagged(serializer, "$time", value),
            Value::DateTime(value) => tagged(serializer, "$dateTime", value),
            Value::YearsMonths(value) => tagged(serializer, "$yearsMonths", value),
            Value::DaysTime(value) => tagged(serializer, "$daysTime", value),
            Value::List(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(item)?;
                }
                sequence.end()
            }
            Value::Context(context) => context.serialize(serializer),
            Value::Range(range) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$range", &range_parts(range))?;
                map.end()
            }
            Value::Function(_) => {
                Err(ser::Error::custom("a function cannot be stored; store what it answers"))
            }
        }
    }
}

/// The parts of a range; an unbounded end is left out, an end that is not known is null.
fn range_parts(range: &Range) -> Context {
    let mut parts = Context::new();
    if let Some(low) = &range.low {
        parts.insert("low", low.clone());
    }
    if let Some(high) = &range.high {
        parts.insert("high", high.clone());
    }
    parts.with("lowIncluded", range.low_included).with("highIncluded", range.high_included)
}

fn tagged<S: Serializer>(serializer: S, tag: &str, value: &impl fmt::Display) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, &value.to_string())?;
    map.end()
}

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            if name.starts_with('$') {
                map.serialize_entry(&format!("${name}"), value)?;
            } else {
                map.serialize_entry(&**name, value)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Reading { depth: 0 }.deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Context, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Context(context) => Ok(context),
            other => Err(de::Error::custom(format!("expected a context, found a {}", other.type_name()))),
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Reads one value at a known depth.
#[derive(Clone, Copy)]
struct Reading {
    depth: u16,
}

impl Reading {
    fn deeper<E: de::Error>(self) -> Result<Reading, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format!("nested deeper than {MAX_DEPTH}")));
        }
        Ok(Reading { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Reading {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a FEEL value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        let number: Decimal = format!("{value:e}").parse().map_err(E::custom)?;
        Ok(number.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut context = Context::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.strip_prefix('$') {
                Some(rest) if rest.starts_with('$') => {
                    context.insert(rest, map.next_value_seed(inner)?);
                }
                Some(tag) => {
                    let content = map.next_value_seed(inner)?;
                    if !context.is_empty() || map.next_key::<String>()?.is_some() {
                        return Err(de::Error::custom(format!("\"${tag}\" must stand alone in its object")));
                    }
                    return untagged(tag, &content).ok_or_else(|| {
                        de::Error::custom(format!("\"${tag}\" is no known tag, or its content is not valid"))
                    });
                }
                None => {
                    context.insert(Arc::<str>::from(key), map.next_value_seed(inner)?);
                }
            }
        }
        Ok(context.into())
    }
}

fn untagged(tag: &str, content: &Value) -> Option<Value> {
    if tag == "range" {
        let parts = content.as_context()?;
        return Some(Value::from(Range {
            low: parts.get("low").cloned(),
            low_included: parts.get("lowIncluded")?.as_bool()?,
            high: parts.get("high").cloned(),
            high_included: parts.get("highIncluded")?.as_bool()?,
        }));
    }
    let text = content.as_str()?;
    match tag {
        "number" => text.parse::<Decimal>().ok().map(Value::Number),
        "date" => Date::parse(text).map(Value::Date),
        "time" => Time::parse(text).map(Value::Time),
        "dateTime" => DateTime::parse(text).map(Value::DateTime),
        "yearsMonths" => YearsMonths::parse(text).map(Value::YearsMonths),
        "daysTime" => DaysTime::parse(text).map(Value::DaysTime),
        _ => None,
    }
}
