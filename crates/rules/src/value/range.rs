//! Ranges between two ends.

use super::Value;

/// A range; an absent end is unbounded.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: Option<Value>,
    /// Whether the lower end belongs to the range.
    pub low_included: bool,
    /// The upper end.
    pub high: Option<Value>,
    /// Whether the upper end belongs to the range.
    pub high_included: bool,
}

impl Range {
    /// The range `[low..high]`.
    pub fn closed(low: Value, high: Value) -> Range {
        Range { low: Some(low), low_included: true, high: Some(high), high_included: true }
    }

    pub(super) fn depth(&self) -> u16 {
        let end = |end: &Option<Value>| end.as_ref().map_or(0, Value::depth);
        end(&self.low).max(end(&self.high)).saturating_add(1)
    }
}
