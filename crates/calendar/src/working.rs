//! Which days are worked, and counting in working days. Dates only: moments and zones are the business of `deadline`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::source::{self, Facts, YearFacts};
use crate::{CalendarError, WorkingHours};

static KAZAKHSTAN: LazyLock<Calendar> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in; `the_embedded_calendar_loads` proves it"
    )]
    Calendar::load(include_str!("../data/kazakhstan.toml")).expect("the embedded calendar loads")
});

/// The names of a holiday in the languages of the state and in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayNames {
    /// In Kazakh.
    pub kk: String,
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

/// Where the days of a year were taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearSource {
    /// The year.
    pub year: i16,
    /// Raised with every change of the year's days.
    pub version: u32,
    /// Where the days were taken from.
    pub source: String,
    /// Number and date of the resolution that moves the year's days; `None` until somebody has compared the year with it.
    pub decree: Option<String>,
    /// What is doubtful about the year.
    pub note: Option<String>,
}

/// What a date is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// A weekday that is worked.
    Working,
    /// A day that would be off (nearly always of a weekend) and is worked in exchange for another.
    WorkedInExchange {
        /// The day off that it pays for.
        instead_of: Date,
    },
    /// A day of the weekly rest.
    Weekend,
    /// A holiday.
    Holiday {
        /// Its id; [`Calendar::holiday_names`] has the names.
        id: String,
        /// The date is a forecast (Kurban Ait of years to come).
        estimated: bool,
    },
    /// A day off because a holiday fell on a day off.
    Observed {
        /// The holiday's id.
        id: String,
    },
    /// A day off in exchange for a day that is worked.
    MovedDayOff {
        /// The day that is worked.
        from: Date,
    },
}

impl Day {
    /// Whether people work on it.
    pub fn is_working(&self) -> bool {
        matches!(self, Day::Working | Day::WorkedInExchange { .. })
    }
}

/// The working calendar of a country for the years its file holds.
#[derive(Debug, Clone)]
pub struct Calendar {
    version: String,
    hours: WorkingHours,
    names: BTreeMap<String, HolidayNames>,
    first_year: i16,
    years: Vec<Year>,
}

#[derive(Debug, Clone)]
struct Year {
    source: YearSource,
    special: BTreeMap<Date, Day>,
    working: Vec<Date>,
    /// `through[n]`: working days among the first n days of the year.
    through: Vec<u16>,
}

impl Calendar {
    /// The calendar of Kazakhstan that is compiled in.
    pub fn kazakhstan() -> &'static Calendar {
        &KAZAKHSTAN
    }

    /// Reads a calendar file (its shape: `data/kazakhstan.toml`).
    ///
    /// # Errors
    /// [`CalendarError::File`] when the text is not such a file, [`CalendarError::Year`] when a year contradicts itself.
    pub fn load(text: &str) -> Result<Calendar, CalendarError> {
        let facts = source::read(text)?;
        let version = format!("{}-{}-{:016x}", facts.country, facts.edition, fingerprint(&facts));
        let first_year = facts.years.first().map_or(0, |year| year.year);
        let years = facts.years.into_iter().map(Year::new).collect();
        Ok(Calendar { version, hours: facts.hours, names: facts.names, first_year, years })
    }

    /// Country, edition and a fingerprint of the days and hours: it differs whenever any term could come out differently.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The hours of a working day.
    pub fn working_hours(&self) -> &WorkingHours {
        &self.hours
    }

    /// Where each year's days come from, in order.
    pub fn sources(&self) -> impl Iterator<Item = &YearSource> {
        self.years.iter().map(|year| &year.source)
    }

    /// The years whose resolution is not recorded yet: not to be relied on in production.
    pub fn unconfirmed_years(&self) -> impl Iterator<Item = i16> + '_ {
        self.sources().filter(|source| source.decree.is_none()).map(|source| source.year)
    }

    /// The names of a holiday by its id.
    pub fn holiday_names(&self, id: &str) -> Option<&HolidayNames> {
        self.names.get(id)
    }

    /// What a date is.
    ///
    /// # Errors
    /// [`CalendarError::NoData`] for a year without data.
    pub fn day(&self, date: Date) -> Result<Day, CalendarError> {
        let year = self.year(date.year())?;
        Ok(match year.special.get(&date) {
            Some(day) => day.clone(),
            None if year.is_working(date) => Day::Working,
            None => Day::Weekend,
        })
    }

    /// Whether people work on a date.
    ///
    /// # Errors
    /// [`CalendarError::NoData`] for a year without data.
    pub fn is_working_day(&self, date: Date) -> Result<bool, CalendarError> {
        Ok(self.year(date.year())?.is_working(date))
    }

    /// The date itself when it is worked, else the next one that is.
    ///
    /// # Errors
    /// [`CalendarError::NoData`] when the search reaches a year without data.
    pub fn working_day_on_or_after(&self, date: Date) -> Result<Date, CalendarError> {
        if self.is_working_day(date)? { Ok(date) } else { self.add_working_days(date, 1) }
    }

    /// The n-th working day after the date (before it for a negative n). The date itself is never counted, be it worked or not;
    /// n = 0 gives the date back.
    ///
    /// # Errors
    /// [`CalendarError::NoData`] when counting reaches a year without data.
    pub fn add_working_days(&self, date: Date, n: i32) -> Result<Date, CalendarError> {
        let mut at = date.year();
        let mut year = self.year(at)?;
        // Place of the wanted day among the working days of `year`, from 0; walked from year to year until it falls inside.
        let mut place = match n {
            0 => return Ok(date),
            1.. => i64::from(year.worked_through(date)) + i64::from(n) - 1,
            _ => i64::from(year.worked_before(date)) + i64::from(n),
        };
        loop {
            let length = i64::try_from(year.working.len()).unwrap_or(i64::MAX);
            if place >= length {
                place -= length;
                at += 1;
            } else if place < 0 {
                at -= 1;
                place += i64::try_from(self.year(at)?.working.len()).unwrap_or(i64::MAX);
            } else if let Some(found) = usize::try_from(place).ok().and_then(|place| year.working.get(place))
            {
                return Ok(*found);
            }
            year = self.year(at)?;
        }
    }

    /// How many working days lie after `from` up to and with `to`; negative, and counted from `to` up to but without `from`, when
    /// `to` is earlier. It undoes [`Calendar::add_working_days`]: `between(d, add(d, n)) == n`.
    ///
    /// # Errors
    /// [`CalendarError::NoData`] when either date or a year between them has no data.
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<i32, CalendarError> {
        if to < from {
            let upto = |date: Date| {
                Ok(self.worked_before_year(date.year())?
                    + i32::from(self.year(date.year())?.worked_before(date)))
            };
            return Ok(upto(to)? - upto(from)?);
        }
        let upto = |date: Date| {
            Ok(self.worked_before_year(date.year())?
                + i32::from(self.year(date.year())?.worked_through(date)))
        };
        Ok(upto(to)? - upto(from)?)
    }

    /// Working days in the years of the file before a year.
    fn worked_before_year(&self, year: i16) -> Result<i32, CalendarError> {
        let place = self.place(year)?;
        Ok(self.years[..place].iter().map(|year| i32::try_from(year.working.len()).unwrap_or(0)).sum())
    }

    fn place(&self, year: i16) -> Result<usize, CalendarError> {
        usize::try_from(i32::from(year) - i32::from(self.first_year))
            .ok()
            .filter(|place| *place < self.years.len())
            .ok_or_else(|| {
                let last = self.years.last().map_or(self.first_year, |year| year.source.year);
                CalendarError::NoData { year, first: self.first_year, last }
            })
    }

    fn year(&self, year: i16) -> Result<&Year, CalendarError> {
        Ok(&self.years[self.place(year)?])
    }
}

impl Year {
    fn new(facts: YearFacts) -> Year {
        let mut through = vec![0; 367];
        for date in &facts.working {
            through[ordinal(*date)] = 1;
        }
        for n in 1..through.len() {
            through[n] += through[n - 1];
        }
        Year { source: facts.source, special: facts.special, working: facts.working, through }
    }

    fn is_working(&self, date: Date) -> bool {
        self.worked_through(date) > self.worked_before(date)
    }

    fn worked_through(&self, date: Date) -> u16 {
        self.through[ordinal(date)]
    }

    fn worked_before(&self, date: Date) -> u16 {
        self.through[ordinal(date) - 1]
    }
}

/// Day of the year, 1 to 366.
fn ordinal(date: Date) -> usize {
    usize::from(date.day_of_year().unsigned_abs()).clamp(1, 366)
}

/// FNV-1a over everything a term depends on.
fn fingerprint(facts: &Facts) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |text: &str| {
        for byte in text.bytes().chain([b'\n']) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (start, end) in facts.hours.sessions() {
        eat(&format!("{start}-{end}"));
    }
    for year in &facts.years {
        eat(&year.year.to_string());
        for date in &year.working {
            eat(&date.to_string());
        }
    }
    hash
}

#[cfg(test)]
mod tests;
