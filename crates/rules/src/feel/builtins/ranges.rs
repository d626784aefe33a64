//! Relations between points and ranges (Allen's algebra), as table 78 of the standard gives them.

use super::{Entry, Outcome, or_refused};
use crate::Value;
use crate::feel::eval::{contains, order};
use crate::feel::session::Session;
use crate::value::Range;
use std::cmp::Ordering::{self, Equal, Greater, Less};

const POINTS: &str = "point1, point2 | point, range | range, point | range1, range2";
const RANGES: &str = "range1, range2";
const POINT_OR_RANGE: &str = "point, range | range1, range2";
const RANGE_OR_POINT: &str = "range, point | range1, range2";

pub(super) const TABLE: &[Entry] = &[
    ("before", POINTS, |a, s| relation("before", a, s, before)),
    ("after", POINTS, |a, s| relation("after", a, s, |x, y| before(y, x))),
    ("meets", RANGES, |a, s| relation("meets", a, s, |x, y| between(x, y, meets))),
    ("met by", RANGES, |a, s| relation("met by", a, s, |x, y| between(y, x, meets))),
    ("overlaps", RANGES, |a, s| relation("overlaps", a, s, |x, y| between(x, y, overlaps))),
    ("overlaps before", RANGES, |a, s| {
        relation("overlaps before", a, s, |x, y| between(x, y, overlaps_before))
    }),
    ("overlaps after", RANGES, |a, s| {
        relation("overlaps after", a, s, |x, y| between(y, x, overlaps_before))
    }),
    ("finishes", POINT_OR_RANGE, |a, s| relation("finishes", a, s, finishes)),
    ("finished by", RANGE_OR_POINT, |a, s| relation("finished by", a, s, |x, y| finishes(y, x))),
    ("includes", RANGE_OR_POINT, |a, s| relation("includes", a, s, includes)),
    ("during", POINT_OR_RANGE, |a, s| relation("during", a, s, |x, y| includes(y, x))),
    ("starts", POINT_OR_RANGE, |a, s| relation("starts", a, s, starts)),
    ("started by", RANGE_OR_POINT, |a, s| relation("started by", a, s, |x, y| starts(y, x))),
    ("coincides", "point1, point2 | range1, range2", |a, s| relation("coincides", a, s, coincides)),
];

fn relation(
    function: &str,
    arguments: &[Value],
    session: &Session<'_>,
    holds: impl FnOnce(&Value, &Value) -> Option<bool>,
) -> Outcome {
    let result = match arguments {
        [first, second] => holds(first, second),
        _ => None,
    };
    or_refused(result.map(Value::from), function, arguments, session)
}

fn between(first: &Value, second: &Value, holds: fn(&Range, &Range) -> Option<bool>) -> Option<bool> {
    match (first, second) {
        (Value::Range(first), Value::Range(second)) => holds(first, second),
        _ => None,
    }
}

/// The order of two lower ends: an unbounded one is lowest, an excluded one comes after an included one.
fn lows(first: &Range, second: &Range) -> Option<Ordering> {
    Some(match (&first.low, &second.low) {
        (None, None) => Equal,
        (None, Some(_)) => Less,
        (Some(_), None) => Greater,
        (Some(a), Some(b)) => order(a, b)?.then(second.low_included.cmp(&first.low_included)),
    })
}

/// The order of two upper ends: an unbounded one is highest, an excluded one comes before an included one.
fn highs(first: &Range, second: &Range) -> Option<Ordering> {
    Some(match (&first.high, &second.high) {
        (None, None) => Equal,
        (None, Some(_)) => Greater,
        (Some(_), None) => Less,
        (Some(a), Some(b)) => order(a, b)?.then(first.high_included.cmp(&second.high_included)),
    })
}

/// Whether the first range ends before the second begins.
fn ends_before(first: &Range, second: &Range) -> Option<bool> {
    match (&first.high, &second.low) {
        (Some(high), Some(low)) => Some(match order(high, low)? {
            Less => true,
            Equal => !(first.high_included && second.low_included),
            Greater => false,
        }),
        _ => Some(false),
    }
}

fn before(first: &Value, second: &Value) -> Option<bool> {
    match (first, second) {
        (Value::Range(first), Value::Range(second)) => ends_before(first, second),
        (Value::Range(range), point) => match &range.high {
            None => Some(false),
            Some(high) => Some(match order(high, point)? {
                Less => true,
                Equal => !range.high_included,
                Greater => false,
            }),
        },
        (point, Value::Range(range)) => match &range.low {
            None => Some(false),
            Some(low) => Some(match order(point, low)? {
                Less => true,
                Equal => !range.low_included,
                Greater => false,
            }),
        },
        (first, second) => Some(order(first, second)? == Less),
    }
}

fn meets(first: &Range, second: &Range) -> Option<bool> {
    match (&first.high, &second.low) {
        (Some(high), Some(low)) => {
            Some(first.high_included && second.low_included && order(high, low)? == Equal)
        }
        _ => Some(false),
    }
}

fn overlaps(first: &Range, second: &Range) -> Option<bool> {
    // Ends of different types have no order: ask for every order first.
    lows(first, second)?;
    highs(first, second)?;
    Some(!ends_before(first, second)? && !ends_before(second, first)?)
}

fn overlaps_before(first: &Range, second: &Range) -> Option<bool> {
    Some(lows(first, second)? == Less && highs(first, second)? != Greater && !ends_before(first, second)?)
}

fn finishes(first: &Value, second: &Value) -> Option<bool> {
    match (first, second) {
        (Value::Range(first), Value::Range(second)) => {
            let same_end = highs(first, second)? == Equal;
            Some(same_end && lows(first, second)? != Less)
        }
        (Value::Range(_), _) => None,
        (point, Value::Range(range)) => match &range.high {
            Some(high) => Some(range.high_included && order(point, high)? == Equal),
            None => Some(false),
        },
        _ => None,
    }
}

fn starts(first: &Value, second: &Value) -> Option<bool> {
    match (first, second) {
        (Value::Range(first), Value::Range(second)) => {
            let same_start = lows(first, second)? == Equal;
            Some(same_start && highs(first, second)? != Greater)
        }
        (Value::Range(_), _) => None,
        (point, Value::Range(range)) => match &range.low {
            Some(low) => Some(range.low_included && order(point, low)? == Equal),
            None => Some(false),
        },
        _ => None,
    }
}

fn includes(first: &Value, second: &Value) -> Option<bool> {
    match (first, second) {
        (Value::Range(outer), Value::Range(inner)) => {
            Some(lows(outer, inner)? != Greater && highs(outer, inner)? != Less)
        }
        (Value::Range(range), point) => contains(range, point),
        _ => None,
    }
}

fn coincides(first: &Value, second: &Value) -> Option<bool> {
    match (first, second) {
        (Value::Range(first), Value::Range(second)) => {
            Some(lows(first, second)? == Equal && highs(first, second)? == Equal)
        }
        (Value::Range(_), _) | (_, Value::Range(_)) => None,
        (first, second) => Some(order(first, second)? == Equal),
    }
}
