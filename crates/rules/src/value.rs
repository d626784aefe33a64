//! The values of FEEL: what variables hold, what expressions answer, what cases store.
//!
//! A value is immutable and cheap to clone (lists and contexts are shared). It knows its depth and weight, so that
//! no later walk over it (comparison, text, storage, dropping) can be made endless by sharing.

mod context;
mod function;
mod json;
mod list;
mod literal;
mod range;

pub use context::Context;
pub use function::Function;
pub(crate) use function::{Callable, Closure, FunctionKind};
pub use list::List;
pub use range::Range;

use crate::Decimal;
use crate::temporal::{Date, DateTime, DaysTime, Time, YearsMonths};
use std::sync::Arc;

/// Deepest nesting of lists, contexts and functions that the evaluator builds.
pub const MAX_DEPTH: u16 = 48;
/// Largest weight (number of parts, with long strings counting more) of one value that the evaluator builds.
pub const MAX_WEIGHT: u32 = 2_000_000;

/// A FEEL value.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Nothing, or not known.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A decimal number.
    Number(Decimal),
    /// A text.
    String(Arc<str>),
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date and time of day.
    DateTime(DateTime),
    /// A duration of years and months.
    YearsMonths(YearsMonths),
    /// A duration of days and time.
    DaysTime(DaysTime),
    /// A list.
    List(List),
    /// Names with values.
    Context(Context),
    /// A range between two ends.
    Range(Arc<Range>),
    /// A function.
    Function(Function),
}

impl Value {
    /// A list of these values.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(items.into_iter().collect())
    }

    /// A text.
    pub fn text(text: impl AsRef<str>) -> Value {
        Value::String(Arc::from(text.as_ref()))
    }

    /// A whole number.
    pub fn integer(number: i64) -> Value {
        Value::Number(Decimal::from(number))
    }

    /// Whether the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(value) = self { Some(*value) } else { None }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<Decimal> {
        if let Value::Number(value) = self { Some(*value) } else { None }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(value) = self { Some(value) } else { None }
    }

    /// The date, if it is one.
    pub fn as_date(&self) -> Option<Date> {
        if let Value::Date(value) = self { Some(*value) } else { None }
    }

    /// The moment, if it is one.
    pub fn as_date_time(&self) -> Option<&DateTime> {
        if let Value::DateTime(value) = self { Some(value) } else { None }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&List> {
        if let Value::List(value) = self { Some(value) } else { None }
    }

    /// The context, if it is one.
    pub fn as_context(&self) -> Option<&Context> {
        if let Value::Context(value) = self { Some(value) } else { None }
    }

    /// The name of the value's type as FEEL writes it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "Null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Date(_) => "date",
            Value::Time(_) => "time",
            Value::DateTime(_) => "date and time",
            Value::YearsMonths(_) => "years and months duration",
            Value::DaysTime(_) => "days and time duration",
            Value::List(_) => "list",
            Value::Context(_) => "context",
            Value::Range(_) => "range",
            Value::Function(_) => "function",
        }
    }

    /// How deep the value nests: 0 for a plain value.
    pub fn depth(&self) -> u16 {
        match self {
            Value::List(list) => list.depth(),
            Value::Context(context) => context.depth(),
            Value::Function(function) => function.depth(),
            Value::Range(range) => range.depth(),
            _ => 0,
        }
    }

    /// How many parts the value has; a long string counts more than one.
    pub fn weight(&self) -> u32 {
        match self {
            Value::String(text) => 1 + u32::try_from(text.len() / 32).unwrap_or(u32::MAX / 2),
            Value::List(list) => list.weight(),
            Value::Context(context) => context.weight(),
            Value::Range(_) => 3,
            _ => 1,
        }
    }
}

macro_rules! from_kind {
    ($($kind:ty => $variant:ident),* $(,)?) => { $(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Value {
                Value::$variant(value.into())
            }
        }
    )* };
}
from_kind! {
    bool => Bool, Decimal => Number, i32 => Number, i64 => Number, u32 => Number, u64 => Number,
    &str => String, String => String, Arc<str> => String,
    Date => Date, Time => Time, DateTime => DateTime, YearsMonths => YearsMonths, DaysTime => DaysTime,
    jiff::civil::Date => Date,
    List => List, Vec<Value> => List, Context => Context, Range => Range, Function => Function,
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests;
