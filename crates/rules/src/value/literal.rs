//! Values as FEEL literals: what `Display` writes reads back as the same value.

use super::{Context, Range, Value};
use std::fmt::{self, Write};

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => out.write_str("null"),
            Value::Bool(value) => write!(out, "{value}"),
            Value::Number(value) => write!(out, "{value}"),
            Value::String(value) => write_text(out, value),
            Value::Date(value) => write!(out, "@\"{value}\""),
            Value::Time(value) => write!(out, "@\"{value}\""),
            Value::DateTime(value) => write!(out, "@\"{value}\""),
            Value::YearsMonths(value) => write!(out, "@\"{value}\""),
            Value::DaysTime(value) => write!(out, "@\"{value}\""),
            Value::List(items) => {
                out.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(out, "{comma}{item}")?;
                }
                out.write_char(']')
            }
            Value::Context(context) => write!(out, "{context}"),
            Value::Range(range) => write!(out, "{range}"),
            Value::Function(function) => write!(out, "{function:?}"),
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_char('{')?;
        for (index, (name, value)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            out.write_str(comma)?;
            if is_plain_name(name) {
                out.write_str(name)?
            } else {
                write_text(out, name)?
            }
            write!(out, ": {value}")?;
        }
        out.write_char('}')
    }
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) => {
                let open = if self.low_included { '[' } else { '(' };
                let close = if self.high_included { ']' } else { ')' };
                write!(out, "{open}{low}..{high}{close}")
            }
            (Some(low), None) => write!(out, "({} {low})", if self.low_included { ">=" } else { ">" }),
            (None, Some(high)) => write!(out, "({} {high})", if self.high_included { "<=" } else { "<" }),
            (None, None) => out.write_str("[null..null]"),
        }
    }
}

/// Whether a context key can stand without quotes.
fn is_plain_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn write_text(out: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            _ => out.write_char(letter)?,
        }
    }
    out.write_char('"')
}
