//! The synthetic country: families with names, numbers, telephones and accounts, made from a seed.
//!
//! The same seed and size make the same country on every machine. Nobody in it is real: numbers of persons are composed by the
//! rule of the law with serial numbers of our own, banks and their links are invented.

mod accounts;
mod chance;
mod families;
mod names;
pub mod stories;

use jiff::civil::Date;
use rules::{Context, Value};

use crate::tables::{TableError, Tables};

pub use accounts::{BANKS, Bank, iban};
pub use stories::{STORIES, Story};

pub(crate) use chance::Chance;
pub(crate) use families::{Newborn, account_row};

/// What country to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Chooses everything that is left to chance.
    pub seed: u64,
    /// Families beside the named stories, at most 500,000.
    pub families: u32,
    /// The day on which the country stands: nobody is born later.
    pub today: Date,
}

/// Why a country cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountryError {
    /// More families than numbers of persons exist for.
    #[error("a country of {0} families is too large; at most 500000")]
    TooLarge(u32),
    /// No number of a person is left on a day.
    #[error("no number of a person is left for {0}")]
    Numbers(Date),
    /// A table refused a row.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Fills the tables with the banks, the story families and the other families.
///
/// # Errors
/// When the plan is too large.
pub fn populate(tables: &mut Tables, plan: Plan) -> Result<(), CountryError> {
    if plan.families > 500_000 {
        return Err(CountryError::TooLarge(plan.families));
    }
    for bank in &BANKS {
        tables.insert("banks", &bank.row())?;
    }
    stories::write(tables)?;
    families::write(tables, plan)
}

/// A date as a value.
pub(crate) fn date(date: Date) -> Value {
    Value::Date(rules::temporal::Date::from(date))
}

/// A text as a value, an absent one as null.
pub(crate) fn maybe(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::text)
}

/// A row of `phones`.
pub(crate) fn phone_row(iin: &str, phone: &str) -> Context {
    Context::new().with("iin", Value::text(iin)).with("phone", Value::text(phone))
}

#[cfg(test)]
mod tests;
