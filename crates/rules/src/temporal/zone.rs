//! Zones of times: a fixed offset, or a name of the tz database.

use super::{DAY, Date, DateTime, NANOS};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

/// The zone of a time.
#[derive(Clone)]
pub enum Zone {
    /// Seconds east of Greenwich, at most 14 hours either way.
    Offset(i32),
    /// A zone of the tz database, such as `Asia/Almaty`.
    Named(Arc<NamedZone>),
}

/// A zone of the tz database.
pub struct NamedZone {
    name: String,
    rules: TimeZone,
}

/// The data bundled with the library, so that no file of the machine changes a result.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

impl Zone {
    /// Greenwich.
    pub const UTC: Zone = Zone::Offset(0);

    /// A fixed offset in seconds, if it is at most 14 hours.
    pub fn offset(seconds: i32) -> Option<Zone> {
        (seconds.abs() <= 14 * 3600).then_some(Zone::Offset(seconds))
    }

    /// The zone of that name, if the tz database has it.
    pub fn named(name: &str) -> Option<Zone> {
        if name.len() > 64 {
            return None;
        }
        let rules = DATABASE.get(name).ok()?;
        let name = rules.iana_name().unwrap_or(name).to_owned();
        Some(Zone::Named(Arc::new(NamedZone { name, rules })))
    }

    /// A zone of the calendar library.
    pub fn from_time_zone(zone: &TimeZone) -> Zone {
        match zone.iana_name() {
            Some("UTC") => Zone::UTC,
            Some(name) => Zone::Named(Arc::new(NamedZone { name: name.to_owned(), rules: zone.clone() })),
            None => Zone::Offset(zone.to_fixed_offset().map_or(0, jiff::tz::Offset::seconds)),
        }
    }

    /// The name, unless the zone is a fixed offset.
    pub fn name(&self) -> Option<&str> {
        match self {
            Zone::Offset(_) => None,
            Zone::Named(zone) => Some(&zone.name),
        }
    }

    /// Seconds east of Greenwich at this local moment (in a gap or an overlap: the earlier offset).
    pub fn offset_at(&self, local: &DateTime) -> i32 {
        let zone = match self {
            Zone::Offset(seconds) => return *seconds,
            Zone::Named(zone) => zone,
        };
        let Some(civil) = local.to_civil().or_else(|| same_in_known_years(local)) else { return 0 };
        zone.rules
            .to_ambiguous_timestamp(civil)
            .compatible()
            .map_or(0, |stamp| zone.rules.to_offset(stamp).seconds())
    }

    /// Seconds east of Greenwich at a moment, given in nanoseconds since 1970 in Greenwich.
    pub(super) fn offset_after(&self, nanos: i128) -> Option<i32> {
        let zone = match self {
            Zone::Offset(seconds) => return Some(*seconds),
            Zone::Named(zone) => zone,
        };
        let stamp = jiff::Timestamp::from_nanosecond(nanos).or_else(|_| {
            // The Gregorian calendar repeats every 400 years: ask in the years from 1970 on.
            jiff::Timestamp::from_nanosecond(nanos.rem_euclid(146_097 * i128::from(DAY * NANOS)))
        });
        stamp.ok().map(|stamp| zone.rules.to_offset(stamp).seconds())
    }

    /// The offset when no date is known: only a fixed one is.
    pub fn fixed_offset(&self) -> Option<i32> {
        match self {
            Zone::Offset(seconds) => Some(*seconds),
            Zone::Named(_) => None,
        }
    }
}

/// The same day in a year the zone data cover: the Gregorian calendar repeats every 400 years.
fn same_in_known_years(local: &DateTime) -> Option<jiff::civil::DateTime> {
    let date = local.date();
    let year = 2000 + date.year().rem_euclid(400);
    DateTime::new(Date::new(year, date.month(), date.day())?, local.time().clone()).to_civil()
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        match (self, other) {
            (Zone::Offset(a), Zone::Offset(b)) => a == b,
            (Zone::Named(a), Zone::Named(b)) => a.name == b.name,
            _ => false,
        }
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Zone::Offset(seconds) => seconds.hash(state),
            Zone::Named(zone) => zone.name.hash(state),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
