//! Concatenated short messages: the user data header that says "part 2 of 3", read and written (3GPP TS 23.040 §9.2.3.24).
//!
//! Pure. It must never join parts of different senders, references or counts, and never hold more than it is told to.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// The reference shared by the parts of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reference {
    /// Information element 0x00.
    EightBit(u8),
    /// Information element 0x08.
    SixteenBit(u16),
}

impl Reference {
    /// Octets of the user data header, the length octet included.
    pub const fn header_octets(self) -> usize {
        match self {
            Self::EightBit(_) => 6,
            Self::SixteenBit(_) => 7,
        }
    }
}

/// The header of part `number` of `total`, the length octet first.
pub fn user_data_header(reference: Reference, total: u8, number: u8) -> Vec<u8> {
    match reference {
        Reference::EightBit(reference) => vec![5, 0x00, 3, reference, total, number],
        Reference::SixteenBit(reference) => {
            let [high, low] = reference.to_be_bytes();
            vec![6, 0x08, 4, high, low, total, number]
        }
    }
}

/// Where a received part belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// Reference of the whole message.
    pub reference: Reference,
    /// Number of parts, 1–255.
    pub total: u8,
    /// This part, 1–`total`.
    pub number: u8,
}

/// Why a user data header is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The lengths inside do not fit the octets given.
    #[error("the user data header is cut off: {needed} octets announced, {present} present")]
    CutOff {
        /// Octets the header announces.
        needed: usize,
        /// Octets present.
        present: usize,
    },
    /// A part number outside 1..=total, or a total of 0.
    #[error("part {number} of {total} cannot be")]
    Number {
        /// Part number on the wire.
        number: u8,
        /// Count on the wire.
        total: u8,
    },
}

/// Splits user data that begins with a header into the place (if the header has one) and the octets after the header.
/// Other information elements are passed over, as the standard demands.
///
/// # Errors
/// When the header is cut off or names an impossible part.
pub fn split_header(octets: &[u8]) -> Result<(Option<Place>, &[u8]), HeaderError> {
    let cut_off = |needed| HeaderError::CutOff { needed, present: octets.len() };
    let length = usize::from(*octets.first().ok_or_else(|| cut_off(1))?);
    let mut elements = octets.get(1..=length).ok_or_else(|| cut_off(length + 1))?;
    let mut place = None;
    while let [id, size, rest @ ..] = elements {
        let (value, after) = rest
            .split_at_checked(usize::from(*size))
            .ok_or_else(|| cut_off(length + 1 + usize::from(*size)))?;
        match (id, value) {
            (0x00, [reference, total, number]) => {
                place = Some(checked(Reference::EightBit(*reference), *total, *number)?);
            }
            (0x08, [high, low, total, number]) => {
                place =
                    Some(checked(Reference::SixteenBit(u16::from_be_bytes([*high, *low])), *total, *number)?);
            }
            _ => {}
        }
        elements = after;
    }
    Ok((place, &octets[length + 1..]))
}

fn checked(reference: Reference, total: u8, number: u8) -> Result<Place, HeaderError> {
    if number == 0 || number > total {
        return Err(HeaderError::Number { number, total });
    }
    Ok(Place { reference, total, number })
}

/// Joins parts of messages into whole ones. Bounded: at most `limit` parts are held; the message touched longest ago
/// gives way. A whole message stays held until it is forgotten, so that a failed hand-over can be repeated.
#[derive(Debug)]
pub struct Assembly<K> {
    limit: usize,
    held: usize,
    turn: u64,
    open: HashMap<Set<K>, Open>,
}

/// What the parts of one message share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Set<K> {
    /// Whose message it is.
    pub key: K,
    /// Its reference.
    pub reference: Reference,
    /// Number of parts.
    pub total: u8,
}

#[derive(Debug, Default)]
struct Open {
    touched: u64,
    begun: i64,
    parts: BTreeMap<u8, Vec<u8>>,
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// Kept; others are still missing.
    Waiting,
    /// Nothing is missing: the octets of all parts in order.
    Whole(Vec<u8>),
}

/// An unfinished message that gave way to newer ones, or grew too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped<K> {
    /// Which message.
    pub set: Set<K>,
    /// Parts that had come.
    pub had: usize,
}

impl<K: Eq + Hash + Clone> Assembly<K> {
    /// An empty assembly that holds at most `limit` parts (at least 255, so that one message always fits).
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.max(255), held: 0, turn: 0, open: HashMap::new() }
    }

    /// Parts held now.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Takes a part that came at `now` (milliseconds of any clock). A part seen before replaces the earlier copy.
    /// Returns the whole, and the sets that had to give way.
    pub fn add(&mut self, key: K, place: Place, octets: Vec<u8>, now: i64) -> (Joined, Vec<Dropped<K>>) {
        self.turn += 1;
        let set = Set { key, reference: place.reference, total: place.total };
        let open = self.open.entry(set.clone()).or_insert_with(|| Open { begun: now, ..Open::default() });
        open.touched = self.turn;
        if open.parts.insert(place.number, octets).is_none() {
            self.held += 1;
        }
        if open.parts.len() < usize::from(place.total) {
            return (Joined::Waiting, self.make_room(&set));
        }
        (Joined::Whole(open.parts.values().flatten().copied().collect()), Vec::new())
    }

    /// Lets a message go: it was handed over.
    pub fn forget(&mut self, set: &Set<K>) {
        if let Some(open) = self.open.remove(set) {
            self.held -= open.parts.len();
        }
    }

    /// Lets go what was begun before `moment`: a phone uses its references again, and parts of two messages must not meet.
    pub fn expire(&mut self, moment: i64) -> Vec<Dropped<K>> {
        let old = self.open.iter().filter(|(_, open)| open.begun < moment).map(|(set, _)| set.clone());
        let old: Vec<_> = old.collect();
        old.into_iter().filter_map(|set| self.drop_set(set)).collect()
    }

    fn make_room(&mut self, newest: &Set<K>) -> Vec<Dropped<K>> {
        let mut dropped = Vec::new();
        while self.held > self.limit {
            let oldest =
                self.open.iter().filter(|(set, _)| *set != newest).min_by_key(|(_, open)| open.touched);
            let Some(set) = oldest.map(|(set, _)| set.clone()) else { break };
            dropped.extend(self.drop_set(set));
        }
        dropped
    }

    fn drop_set(&mut self, set: Set<K>) -> Option<Dropped<K>> {
        let open = self.open.remove(&set)?;
        self.held -= open.parts.len();
        Some(Dropped { set, had: open.parts.len() })
    }
}
