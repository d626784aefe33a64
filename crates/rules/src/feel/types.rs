//! Types of FEEL as expressions and models write them.

use std::sync::Arc;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Any,
    Null,
    Number,
    Text,
    Boolean,
    Date,
    Time,
    DateTime,
    YearsMonths,
    DaysTime,
    List(Box<Type>),
    Context(Vec<(Arc<str>, Type)>),
    /// A function; `None` for the parameters: any.
    Function(Option<Vec<Type>>, Box<Type>),
    Range(Box<Type>),
    /// A type of the model, by name.
    Named(Arc<str>),
}

impl Type {
    /// The built-in type of that name.
    pub(crate) fn named(name: &str) -> Option<Type> {
        Some(match name {
            "Any" => Type::Any,
            "Null" => Type::Null,
            "number" => Type::Number,
            "string" => Type::Text,
            "boolean" => Type::Boolean,
            "date" => Type::Date,
            "time" => Type::Time,
            "date and time" | "dateTime" => Type::DateTime,
            "years and months duration" | "yearMonthDuration" => Type::YearsMonths,
            "days and time duration" | "dayTimeDuration" => Type::DaysTime,
            "list" => Type::List(Box::new(Type::Any)),
            "context" => Type::Context(Vec::new()),
            "function" => Type::Function(None, Box::new(Type::Any)),
            "range" => Type::Range(Box::new(Type::Any)),
            _ => return None,
        })
    }

    /// Names of the built-in types that have spaces.
    pub(crate) const SPACED: [&'static str; 3] =
        ["date and time", "years and months duration", "days and time duration"];
}
