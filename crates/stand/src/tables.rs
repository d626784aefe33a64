//! The data of the outside systems: named tables of rows, found by any column.
//!
//! Rows are FEEL contexts, so that an answer written as data can use them as they are. A table must never grow without
//! bound, and a look-up must never walk a table from end to end.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use rules::{Context, Value};

/// Most rows of one table.
pub const MOST_ROWS: usize = 5_000_000;
/// Most tables, and most columns of one.
const MOST_TABLES: usize = 200;
const MOST_COLUMNS: usize = 100;
/// Most rows one look-up gives.
pub const MOST_FOUND: usize = 10_000;

/// Why a table cannot be used so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No such table.
    #[error("there is no table {0:?} in the stand")]
    Table(String),
    /// The table is full.
    #[error("table {0:?} has {MOST_ROWS} rows, the most it may have")]
    Full(String),
    /// Too many tables, or too many columns in one: rows are written by data, which must not grow without bound.
    #[error("{0:?}: at most {MOST_TABLES} tables of {MOST_COLUMNS} columns each")]
    TooMany(String),
    /// No row of the table has the column.
    #[error("table {table:?} has no column {column:?}")]
    Column {
        /// Table.
        table: String,
        /// Column.
        column: String,
    },
}

/// The tables there are from the start, with the columns every row has (absent ones are null). A `record` of an answer may bring
/// further columns, and further tables: a new service needs no change here.
pub const TABLES: [(&str, &[&str]); 9] = [
    (
        "persons",
        &[
            "iin",
            "surname",
            "name",
            "patronymic",
            "birthDate",
            "deathDate",
            "sex",
            "motherIin",
            "fatherIin",
            "region",
            "language",
        ],
    ),
    ("phones", &["iin", "phone"]),
    ("accounts", &["iin", "bank", "iban", "currency", "openedOn"]),
    ("recipients", &["iin", "service", "kind"]),
    ("ministry", &["iin", "resident", "stateSupport", "onFullStateCare", "deprivedOfRights"]),
    ("confirmations", &["iin", "confirmed", "reason"]),
    ("banks", &["code", "serviceId", "nameKk", "nameRu", "nameEn", "link", "integrated"]),
    ("payments", &["requestId", "caseRef", "service", "iin", "amountTiyn", "iban", "at"]),
    (
        "completions",
        &[
            "requestId",
            "caseRef",
            "service",
            "iin",
            "phone",
            "caseFileNumber",
            "wanted",
            "returnedAt",
            "acceptedUntil",
            "documentsReceivedAt",
            "completedAt",
        ],
    ),
];

/// All tables.
#[derive(Debug)]
pub struct Tables {
    by_name: BTreeMap<String, Table>,
}

#[derive(Debug, Default)]
struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<Context>,
    /// Column → value → rows; made at the first look-up by that column.
    indexes: Mutex<HashMap<String, HashMap<Key, Vec<usize>>>>,
}

/// A value as a key: its FEEL text tells equal values from different ones, also across types.
type Key = String;

fn key(value: &Value) -> Key {
    match value {
        Value::String(text) => text.to_string(),
        other => format!("\u{0}{other}"),
    }
}

impl Default for Tables {
    fn default() -> Self {
        let table = |(name, columns): &(&str, &[&str])| {
            let columns = columns.iter().map(|column| (*column).to_owned()).collect();
            ((*name).to_owned(), Table { name: (*name).to_owned(), columns, ..Table::default() })
        };
        Self { by_name: TABLES.iter().map(table).collect() }
    }
}

impl Tables {
    /// Adds a row; a table of a new name begins with it. Columns the row lacks are null.
    ///
    /// # Errors
    /// A full table, too many tables or columns.
    pub fn insert(&mut self, table: &str, row: &Context) -> Result<(), TableError> {
        if !self.by_name.contains_key(table) {
            if self.by_name.len() >= MOST_TABLES {
                return Err(TableError::TooMany(table.chars().take(60).collect()));
            }
            self.by_name.insert(table.to_owned(), Table { name: table.to_owned(), ..Table::default() });
        }
        let table = self.by_name.get_mut(table).ok_or_else(|| TableError::Table(table.to_owned()))?;
        if table.rows.len() >= MOST_ROWS {
            return Err(TableError::Full(table.name.clone()));
        }
        table.learn(row)?;
        let whole = table.whole(row);
        let at = table.rows.len();
        let indexes = table.indexes.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (column, index) in indexes {
            let value = whole.get(column).unwrap_or(&Value::Null);
            index.entry(key(value)).or_default().push(at);
        }
        table.rows.push(whole);
        Ok(())
    }

    /// Changes columns of every row whose `column` is `value`; gives how many rows changed.
    ///
    /// # Errors
    /// An unknown table or column.
    pub fn update(
        &mut self,
        table: &str,
        column: &str,
        value: &Value,
        change: &Context,
    ) -> Result<usize, TableError> {
        let table = self.by_name.get_mut(table).ok_or_else(|| TableError::Table(table.to_owned()))?;
        table.learn(change)?;
        let found = table.found(column, value)?;
        for at in &found {
            let Some(row) = table.rows.get_mut(*at) else { continue };
            for (name, value) in change.iter() {
                row.insert(name.clone(), value.clone());
            }
        }
        // The indexes of changed columns are made anew at the next look-up.
        let indexes = table.indexes.get_mut().unwrap_or_else(PoisonError::into_inner);
        indexes.retain(|column, _| !change.contains(column));
        Ok(found.len())
    }

    /// The rows whose `column` is `value`, in the order they came (at most 10,000).
    ///
    /// # Errors
    /// An unknown table or column.
    pub fn find(&self, table: &str, column: &str, value: &Value) -> Result<Vec<Context>, TableError> {
        let table = self.by_name.get(table).ok_or_else(|| TableError::Table(table.to_owned()))?;
        let found = table.found(column, value)?;
        Ok(found.into_iter().take(MOST_FOUND).filter_map(|at| table.rows.get(at).cloned()).collect())
    }

    /// The first row whose `column` is `value`.
    ///
    /// # Errors
    /// An unknown table or column.
    pub fn find_one(&self, table: &str, column: &str, value: &Value) -> Result<Option<Context>, TableError> {
        let table = self.by_name.get(table).ok_or_else(|| TableError::Table(table.to_owned()))?;
        Ok(table.found(column, value)?.first().and_then(|at| table.rows.get(*at).cloned()))
    }

    /// The rows of a table from `skip`, at most `limit`, in the order they came.
    ///
    /// # Errors
    /// An unknown table.
    pub fn rows(&self, table: &str, skip: usize, limit: usize) -> Result<&[Context], TableError> {
        let table = self.by_name.get(table).ok_or_else(|| TableError::Table(table.to_owned()))?;
        let end = skip.saturating_add(limit).min(table.rows.len());
        Ok(table.rows.get(skip.min(end)..end).unwrap_or_default())
    }

    /// How many rows a table has; 0 for an unknown one.
    pub fn count(&self, table: &str) -> usize {
        self.by_name.get(table).map_or(0, |table| table.rows.len())
    }
}

impl Table {
    /// Takes over the columns that are new.
    fn learn(&mut self, row: &Context) -> Result<(), TableError> {
        for name in row.keys() {
            if !self.columns.iter().any(|column| **column == **name) {
                if self.columns.len() >= MOST_COLUMNS {
                    return Err(TableError::TooMany(self.name.clone()));
                }
                self.columns.push(name.to_string());
            }
        }
        Ok(())
    }

    /// The row with every column known so far, in the table's order.
    fn whole(&self, row: &Context) -> Context {
        let value = |column: &String| row.get(column).cloned().unwrap_or(Value::Null);
        self.columns.iter().fold(Context::new(), |whole, column| whole.with(column.as_str(), value(column)))
    }

    fn found(&self, column: &str, value: &Value) -> Result<Vec<usize>, TableError> {
        if !self.columns.iter().any(|known| known == column) {
            let (table, column) = (self.name.clone(), column.chars().take(60).collect());
            return Err(TableError::Column { table, column });
        }
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        let index = indexes.entry(column.to_owned()).or_insert_with(|| {
            let mut index: HashMap<Key, Vec<usize>> = HashMap::new();
            for (at, row) in self.rows.iter().enumerate() {
                index.entry(key(row.get(column).unwrap_or(&Value::Null))).or_default().push(at);
            }
            index
        });
        Ok(index.get(&key(value)).cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(iin: &str, phone: &str) -> Context {
        Context::new().with("iin", Value::text(iin)).with("phone", Value::text(phone))
    }

    #[test]
    fn rows_are_found_by_any_column_before_and_after_changes() {
        let mut tables = Tables::default();
        tables.insert("phones", &phone("1", "+77010000001")).unwrap();
        assert_eq!(tables.find("phones", "iin", &Value::text("1")).unwrap().len(), 1);
        tables.insert("phones", &phone("1", "+77010000002")).unwrap();
        assert_eq!(
            tables.find("phones", "iin", &Value::text("1")).unwrap().len(),
            2,
            "the index follows an insertion"
        );
        let change = Context::new().with("phone", Value::text("+77019999999"));
        assert_eq!(tables.update("phones", "phone", &Value::text("+77010000001"), &change).unwrap(), 1);
        assert!(tables.find_one("phones", "phone", &Value::text("+77010000001")).unwrap().is_none());
        assert!(tables.find_one("phones", "phone", &Value::text("+77019999999")).unwrap().is_some());
    }

    #[test]
    fn values_of_different_types_are_never_equal() {
        let mut tables = Tables::default();
        tables
            .insert("banks", &Context::new().with("code", Value::text("true")).with("integrated", true))
            .unwrap();
        assert_eq!(tables.find("banks", "integrated", &Value::Bool(true)).unwrap().len(), 1);
        assert_eq!(tables.find("banks", "integrated", &Value::text("true")).unwrap().len(), 0);
        assert_eq!(tables.find("banks", "code", &Value::Bool(true)).unwrap().len(), 0);
    }

    #[test]
    fn absent_columns_are_null_and_unknown_look_ups_refused() {
        let mut tables = Tables::default();
        tables.insert("ministry", &Context::new().with("iin", Value::text("1"))).unwrap();
        let row = tables.find_one("ministry", "iin", &Value::text("1")).unwrap().unwrap();
        assert_eq!(row.get("resident"), Some(&Value::Null));
        assert!(matches!(tables.find("nothing", "iin", &Value::Null), Err(TableError::Table(_))));
        assert!(matches!(tables.find("phones", "colour", &Value::Null), Err(TableError::Column { .. })));
    }

    #[test]
    fn a_record_may_bring_columns_and_tables_within_bounds() {
        let mut tables = Tables::default();
        let red = Context::new().with("colour", Value::text("red"));
        tables.insert("phones", &red).unwrap();
        tables.insert("licences", &red).unwrap();
        assert_eq!(tables.find("phones", "colour", &Value::text("red")).unwrap().len(), 1);
        assert_eq!(tables.find("licences", "colour", &Value::text("red")).unwrap().len(), 1);
        let wide = (0..200).fold(Context::new(), |row, number| row.with(format!("c{number}"), Value::Null));
        assert!(matches!(tables.insert("wide", &wide), Err(TableError::TooMany(_))));
        let refused = (0..300).filter(|number| tables.insert(&format!("t{number}"), &red).is_err()).count();
        assert!(refused > 90, "tables grow without bound");
    }
}
