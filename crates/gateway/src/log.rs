//! The searchable log of calls, newest first: for the operator's page, and for finding causes of failures (Rules § 2(18), 53(3)).
//!
//! Reading an envelope is apart from reading the log: it needs a named role, and the caller records that it was done.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use jiff::Timestamp;
use store::seal::{Keeper, Opened};
use store::{Partition, ReadError, Row, Store};

pub use crate::journal::Side;
use crate::journal::{ExchangeRow, LOG, NAMES, State, day_of, day_subject, name_prefix};

/// Most rows of one page.
const MOST_ROWS: usize = 500;
/// Most rows that one search looks at; then it stops and says where to go on.
const MOST_LOOKED_AT: usize = 20_000;
/// Rows read from a partition at once.
const CHUNK: usize = 64;

/// What is looked for. Empty: everything.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// A messageId or a sessionId (with or without braces), whole.
    pub name: Option<String>,
    /// A participant: who asks, hands over or answers.
    pub party: Option<String>,
    /// A service.
    pub service: Option<String>,
    /// Where calls stand.
    pub state: Option<State>,
    /// Calls received at or before this moment.
    pub until: Option<Timestamp>,
    /// Where the page before ended.
    pub after: Option<Vec<u8>>,
    /// Most rows, at most 500.
    pub limit: usize,
}

/// A page of the log.
#[derive(Clone, Debug)]
pub struct Page {
    /// Calls, newest first.
    pub rows: Vec<ExchangeRow>,
    /// Where to go on; `None` at the end.
    pub after: Option<Vec<u8>>,
}

impl Query {
    fn takes(&self, row: &ExchangeRow) -> bool {
        let party = self.party.as_ref().is_none_or(|party| {
            row.sender == *party || row.bearer.as_ref() == Some(party) || row.provider.as_ref() == Some(party)
        });
        party
            && self.service.as_ref().is_none_or(|service| row.service == *service)
            && self.state.is_none_or(|state| row.state == state)
    }
}

/// Searches the log.
///
/// # Errors
/// The store cannot be read, or a row is damaged.
pub fn search(store: &dyn Store, query: &Query) -> Result<Page, ReadError> {
    if let Some(name) = &query.name {
        return by_name(store, query, name.trim_start_matches('{').trim_end_matches('}'));
    }
    let start = match (&query.after, query.until) {
        (Some(after), _) => Some(after.clone()),
        (None, Some(until)) => Some(i64::MAX.saturating_sub(until.as_millisecond()).to_be_bytes().to_vec()),
        (None, None) => None,
    };
    let limit = query.limit.clamp(1, MOST_ROWS);
    let mut merged = Merged::new(store, start)?;
    let mut page = Page { rows: Vec::new(), after: None };
    let mut looked_at = 0;
    while let Some(found) = merged.next()? {
        let row = read(&found)?;
        looked_at += 1;
        if query.takes(&row) {
            page.rows.push(row);
        }
        if page.rows.len() == limit || looked_at == MOST_LOOKED_AT {
            page.after = Some(found.key);
            break;
        }
    }
    Ok(page)
}

/// One call by its id and time of receipt, as an address of a page has it.
///
/// # Errors
/// As [`search`].
pub fn one(store: &dyn Store, at: Timestamp, id: uuid::Uuid) -> Result<Option<ExchangeRow>, ReadError> {
    let key = crate::journal::log_key(at, id);
    for partition in Partition::all() {
        if let Some(value) = store.row(partition, LOG, &key)? {
            return read(&Row { partition, key, value }).map(Some);
        }
    }
    Ok(None)
}

/// The envelope as received. The caller checks the role and records the access.
///
/// # Errors
/// In words: it is not kept, or cannot be opened.
pub fn envelope(
    store: &dyn Store,
    keeper: &Keeper,
    row: &ExchangeRow,
    side: Side,
) -> Result<Envelope, store::seal::SealError> {
    let Some(document) = store.document(row.partition(), &side.document(row.id))? else {
        return Ok(Envelope::NotKept);
    };
    let opened = keeper.open(
        row.partition(),
        &day_subject(day_of(row.at)),
        &side.purpose(row.id),
        &document.sealed,
    )?;
    Ok(match opened {
        Opened::Plain(bytes) => Envelope::Kept(bytes),
        Opened::Erased { at } => Envelope::Erased { at },
    })
}

/// An envelope that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// Byte for byte as received.
    Kept(Vec<u8>),
    /// Its key was destroyed.
    Erased {
        /// When.
        at: Timestamp,
    },
    /// There is none: the call was refused, no answer came, or the retention is over.
    NotKept,
}

fn by_name(store: &dyn Store, query: &Query, name: &str) -> Result<Page, ReadError> {
    let mut rows = Vec::new();
    for found in store.rows_everywhere(NAMES, &name_prefix(name), MOST_ROWS)? {
        let key = found.key.get(16..).unwrap_or_default();
        let Some(value) = store.row(found.partition, LOG, key)? else { continue };
        let row = read(&Row { partition: found.partition, key: key.to_vec(), value })?;
        let named = row.message_id == name || row.session == name;
        if named && query.takes(&row) && rows.len() < query.limit.clamp(1, MOST_ROWS) {
            rows.push(row);
        }
    }
    Ok(Page { rows, after: None })
}

fn read(row: &Row) -> Result<ExchangeRow, ReadError> {
    serde_json::from_slice(&row.value)
        .map_err(|error| ReadError::Damaged(format!("row of the exchange log: {error}")))
}

/// The rows of all partitions in one order.
struct Merged<'s> {
    store: &'s dyn Store,
    partitions: Vec<(Partition, VecDeque<Row>, bool)>,
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
}

impl<'s> Merged<'s> {
    fn new(store: &'s dyn Store, start: Option<Vec<u8>>) -> Result<Self, ReadError> {
        let partitions = Partition::all().map(|partition| (partition, VecDeque::new(), true)).collect();
        let mut merged = Merged { store, partitions, heads: BinaryHeap::new() };
        for at in 0..merged.partitions.len() {
            merged.fill(at, start.as_deref())?;
        }
        Ok(merged)
    }

    /// Reads on in a partition and notes its first row.
    fn fill(&mut self, at: usize, after: Option<&[u8]>) -> Result<(), ReadError> {
        let (partition, rows, more) = &mut self.partitions[at];
        if rows.is_empty() && *more {
            rows.extend(self.store.rows(*partition, LOG, &[], after, CHUNK)?);
            *more = rows.len() == CHUNK;
        }
        if let Some(first) = rows.front() {
            self.heads.push(Reverse((first.key.clone(), at)));
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Row>, ReadError> {
        let Some(Reverse((_, at))) = self.heads.pop() else { return Ok(None) };
        let Some(row) = self.partitions[at].1.pop_front() else { return Ok(None) };
        self.fill(at, Some(&row.key))?;
        Ok(Some(row))
    }
}
