//! The calendar file: its shape in TOML and the checks that make it a calendar. Text in, facts out; nothing is guessed.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use serde::Deserialize;

use crate::working::{Day, HolidayNames, YearSource};
use crate::{CalendarError, WorkingHours};

/// A calendar file of ten years has some 20 KB; anything past this is not one.
const MAX_BYTES: usize = 1 << 20;
/// Years a file may hold.
const MAX_YEARS: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    country: String,
    edition: String,
    weekend: Vec<WeekdayName>,
    working_hours: Hours,
    holidays: BTreeMap<String, HolidayNames>,
    year: Vec<YearRows>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum WeekdayName {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    start: Time,
    end: Time,
    lunch_start: Time,
    lunch_end: Time,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearRows {
    year: i16,
    version: u32,
    source: String,
    decree: Option<String>,
    note: Option<String>,
    days_off: Vec<DayOff>,
    #[serde(default)]
    worked_in_exchange: Vec<WorkedInExchange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayOff {
    date: Date,
    holiday: Option<String>,
    observes: Option<String>,
    moved_from: Option<Date>,
    #[serde(default)]
    estimated: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkedInExchange {
    date: Date,
    instead_of: Date,
}

/// The facts of a calendar file after its checks.
pub(crate) struct Facts {
    pub country: String,
    pub edition: String,
    pub hours: WorkingHours,
    pub names: BTreeMap<String, HolidayNames>,
    /// Ascending and without a gap.
    pub years: Vec<YearFacts>,
}

/// One year: every day that differs from its weekday, and the days worked.
pub(crate) struct YearFacts {
    pub year: i16,
    pub source: YearSource,
    pub special: BTreeMap<Date, Day>,
    pub working: Vec<Date>,
}

pub(crate) fn read(text: &str) -> Result<Facts, CalendarError> {
    if text.len() > MAX_BYTES {
        return Err(CalendarError::File(format!("{} bytes, at most {MAX_BYTES} are read", text.len())));
    }
    let file: File = toml::from_str(text).map_err(|error| CalendarError::File(error.to_string()))?;
    if file.year.is_empty() || file.year.len() > MAX_YEARS {
        return Err(CalendarError::File(format!(
            "{} years; there have to be 1 to {MAX_YEARS}",
            file.year.len()
        )));
    }
    let hours = working_hours(&file.working_hours)?;
    let mut years = Vec::with_capacity(file.year.len());
    for rows in file.year {
        years.push(year_facts(rows, &file.weekend, &file.holidays)?);
    }
    years.sort_by_key(|facts| facts.year);
    for pair in years.windows(2) {
        if i32::from(pair[1].year) != i32::from(pair[0].year) + 1 {
            let reason = format!("follows {}: write each year once and leave none out", pair[0].year);
            return Err(CalendarError::Year { year: pair[1].year, reason });
        }
    }
    moves_agree(&years)?;
    Ok(Facts { country: file.country, edition: file.edition, hours, names: file.holidays, years })
}

fn working_hours(hours: &Hours) -> Result<WorkingHours, CalendarError> {
    let Hours { start, lunch_start, lunch_end, end } = *hours;
    WorkingHours::new(start, lunch_start, lunch_end, end).ok_or_else(|| {
        CalendarError::File("working_hours have to run start < lunch_start <= lunch_end < end".to_owned())
    })
}

fn year_facts(
    rows: YearRows,
    weekend: &[WeekdayName],
    names: &BTreeMap<String, HolidayNames>,
) -> Result<YearFacts, CalendarError> {
    let year = rows.year;
    let wrong = |reason: String| CalendarError::Year { year, reason };
    if !(1900..=2999).contains(&year) {
        return Err(wrong("write a year from 1900 to 2999".to_owned()));
    }
    if rows.source.trim().is_empty() {
        return Err(wrong("say in `source` where the days were taken from".to_owned()));
    }
    let mut special = BTreeMap::new();
    let rests = |date: Date| weekend.contains(&weekday_name(date.weekday()));
    for row in rows.days_off {
        let date = row.date;
        let day = day_off(row, names).map_err(|reason| wrong(format!("{date}: {reason}")))?;
        if date.year() != year || special.insert(date, day).is_some() {
            return Err(wrong(format!("{date} stands twice or belongs to another year")));
        }
    }
    for row in rows.worked_in_exchange {
        let date = row.date;
        let day = Day::WorkedInExchange { instead_of: row.instead_of };
        if date.year() != year || special.insert(date, day).is_some() {
            return Err(wrong(format!("{date} stands twice or belongs to another year")));
        }
    }
    let working = (1..=days_in(year))
        .filter_map(|ordinal| {
            Date::new(year, 1, 1).and_then(|first| first.with().day_of_year(ordinal).build()).ok()
        })
        .filter(|date| special.get(date).map_or(!rests(*date), Day::is_working))
        .collect();
    let source =
        YearSource { year, version: rows.version, source: rows.source, decree: rows.decree, note: rows.note };
    Ok(YearFacts { year, source, special, working })
}

fn day_off(row: DayOff, names: &BTreeMap<String, HolidayNames>) -> Result<Day, String> {
    let known = |id: String| match names.contains_key(&id) {
        true => Ok(id),
        false => Err(format!("`{id}` is not among [holidays]: add its names in kk, ru and en")),
    };
    match (row.holiday, row.observes, row.moved_from) {
        (Some(id), None, None) => Ok(Day::Holiday { id: known(id)?, estimated: row.estimated }),
        (None, Some(id), None) => Ok(Day::Observed { id: known(id)? }),
        (None, None, Some(from)) => Ok(Day::MovedDayOff { from }),
        _ => Err("write exactly one of `holiday`, `observes` and `moved_from`".to_owned()),
    }
}

/// A moved day has two sides; both have to be written, each naming the other. A side in a year without data is not looked for.
fn moves_agree(years: &[YearFacts]) -> Result<(), CalendarError> {
    let of = |date: Date| years.iter().find(|facts| facts.year == date.year());
    for facts in years {
        for (date, day) in &facts.special {
            let (other, expected, key) = match day {
                Day::WorkedInExchange { instead_of } => {
                    (*instead_of, Day::MovedDayOff { from: *date }, "moved_from")
                }
                Day::MovedDayOff { from } => {
                    (*from, Day::WorkedInExchange { instead_of: *date }, "instead_of")
                }
                _ => continue,
            };
            if of(other).is_some_and(|year| year.special.get(&other) != Some(&expected)) {
                let reason =
                    format!("{date} is exchanged with {other}, but {other} has no {key} = \"{date}\"");
                return Err(CalendarError::Year { year: facts.year, reason });
            }
        }
    }
    Ok(())
}

fn days_in(year: i16) -> i16 {
    Date::new(year, 1, 1).map_or(365, Date::days_in_year)
}

fn weekday_name(weekday: Weekday) -> WeekdayName {
    match weekday {
        Weekday::Monday => WeekdayName::Monday,
        Weekday::Tuesday => WeekdayName::Tuesday,
        Weekday::Wednesday => WeekdayName::Wednesday,
        Weekday::Thursday => WeekdayName::Thursday,
        Weekday::Friday => WeekdayName::Friday,
        Weekday::Saturday => WeekdayName::Saturday,
        Weekday::Sunday => WeekdayName::Sunday,
    }
}
