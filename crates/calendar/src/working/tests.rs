//! Which days are worked: cases checked by hand, the embedded file, an independent counter, files that must be refused.

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn kz() -> &'static Calendar {
    Calendar::kazakhstan()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn the_embedded_calendar_loads() {
    assert!(kz().version().starts_with("KZ-1-"), "{}", kz().version());
    let years: Vec<_> = kz().sources().map(|source| source.year).collect();
    assert_eq!(years, (2018..=2027).collect::<Vec<_>>());
}

/// A changed day without a raised edition would recompute deadlines without anybody having meant it.
#[test]
fn a_change_of_the_days_is_made_on_purpose() {
    assert_eq!(
        kz().version(),
        "KZ-1-c982b592580ecb52",
        "raise `edition` and the year's `version`, then write the new version here"
    );
}

#[test]
fn a_year_without_its_resolution_is_reported() {
    assert_eq!(kz().unconfirmed_years().count(), 10, "no resolution has been recorded yet");
}

#[test]
fn days_around_new_year_nauryz_may_and_kurban_ait() {
    let working = |text| kz().is_working_day(day(text)).unwrap();
    let cases = [
        ("2023-12-29", true), // Friday
        ("2024-01-01", false),
        ("2024-01-02", false),
        ("2024-01-03", true),
        ("2024-01-07", false), // Christmas on a Sunday
        ("2024-01-08", true),  // and no other day for it
        ("2024-03-20", true),
        ("2024-03-21", false),
        ("2024-03-22", false),
        ("2024-03-23", false), // Saturday
        ("2024-03-25", false), // for the 23rd
        ("2024-03-26", true),
        ("2024-05-01", false),
        ("2024-05-02", true),
        ("2024-05-03", true),
        ("2024-05-04", true), // Saturday worked for Wednesday the 8th
        ("2024-05-06", true),
        ("2024-05-07", false),
        ("2024-05-08", false),
        ("2024-05-09", false),
        ("2024-05-10", true),
        ("2024-06-14", true),
        ("2024-06-16", false), // first day of Kurban Ait, a Sunday
        ("2024-06-17", true),
        ("2023-06-28", false), // Kurban Ait on a Wednesday
        ("2025-01-03", false), // moved from Sunday the 5th
        ("2025-01-05", true),
        ("2022-10-22", true),
        ("2022-10-24", false),
        ("2020-05-08", false), // Friday, for Monday the 11th, which would have been off for Saturday the 9th
        ("2020-05-11", true),
        ("2020-12-20", true),
        ("2020-12-18", false),
    ];
    for (text, expected) in cases {
        assert_eq!(working(text), expected, "{text}");
    }
}

#[test]
fn counting_of_working_days_checked_by_hand() {
    let cases = [
        ("2024-04-01", 3, "2024-04-04"),
        ("2023-12-29", 1, "2024-01-03"),
        ("2023-12-29", 3, "2024-01-05"),
        ("2024-03-20", 1, "2024-03-26"),
        ("2024-03-19", 3, "2024-03-27"),
        ("2024-04-30", 3, "2024-05-04"), // 2, 3, 4 May
        ("2024-05-03", 3, "2024-05-10"), // 4, 6, 10 May
        ("2024-05-04", 1, "2024-05-06"), // from a worked Saturday
        ("2024-05-07", 1, "2024-05-10"), // from a holiday
        ("2024-06-14", 1, "2024-06-17"),
        ("2024-05-10", -1, "2024-05-06"),
        ("2024-05-10", -2, "2024-05-04"),
        ("2024-05-08", -1, "2024-05-06"),
        ("2024-01-03", -1, "2023-12-29"),
        ("2024-05-08", 0, "2024-05-08"),
        ("2018-01-03", 2463, "2027-12-31"), // the file has 2464 working days
    ];
    for (from, n, to) in cases {
        assert_eq!(kz().add_working_days(day(from), n).unwrap().to_string(), to, "{from} + {n}");
    }
}

#[test]
fn a_date_tells_what_it_is() {
    assert_eq!(kz().day(day("2024-05-04")).unwrap(), Day::WorkedInExchange { instead_of: day("2024-05-08") });
    assert_eq!(kz().day(day("2024-05-08")).unwrap(), Day::MovedDayOff { from: day("2024-05-04") });
    assert_eq!(kz().day(day("2024-03-25")).unwrap(), Day::Observed { id: "nauryz".into() });
    assert_eq!(kz().day(day("2024-04-06")).unwrap(), Day::Weekend);
    assert_eq!(kz().day(day("2024-04-05")).unwrap(), Day::Working);
    assert_eq!(
        kz().day(day("2027-05-16")).unwrap(),
        Day::Holiday { id: "kurban-ait".into(), estimated: true }
    );
    assert_eq!(kz().holiday_names("nauryz").unwrap().kk, "Наурыз мейрамы");
}

#[test]
fn a_year_without_data_is_an_error_that_names_it() {
    let error = kz().is_working_day(day("2028-01-03")).unwrap_err();
    assert_eq!(error, CalendarError::NoData { year: 2028, first: 2018, last: 2027 });
    assert!(error.to_string().contains("2028") && error.to_string().contains("add the year"));
    assert!(kz().add_working_days(day("2027-12-31"), 1).is_err());
    assert!(
        kz().add_working_days(day("2018-01-03"), -1).is_err(),
        "3 January 2018 is the first working day of the file"
    );
    assert!(kz().add_working_days(day("2024-01-03"), i32::MAX).is_err());
    assert!(kz().add_working_days(day("2024-01-03"), i32::MIN).is_err());
    assert!(kz().add_working_days(date(-9999, 1, 1), 5).is_err());
    assert!(kz().working_days_between(day("2024-01-03"), date(9999, 12, 31)).is_err());
    assert!(kz().working_days_between(day("2017-12-31"), day("2024-01-03")).is_err());
}

/// The slow way: one day at a time, asking only whether a day is worked.
fn count_slowly(from: Date, n: i32) -> Option<Date> {
    let step = if n < 0 { (-1).days() } else { 1.days() };
    let (mut at, mut left) = (from, n.abs());
    while left > 0 {
        at = at.checked_add(step).ok()?;
        left -= i32::from(kz().is_working_day(at).ok()?);
    }
    Some(at)
}

fn any_day() -> impl Strategy<Value = Date> {
    (0i64..3652).prop_map(|days| date(2018, 1, 1).checked_add(days.days()).unwrap())
}

proptest! {
    #[test]
    fn counting_agrees_with_an_independent_counter(from in any_day(), n in -400i32..400) {
        prop_assert_eq!(kz().add_working_days(from, n).ok(), count_slowly(from, n));
    }

    #[test]
    fn between_undoes_adding(from in any_day(), n in -900i32..900) {
        if let Ok(to) = kz().add_working_days(from, n) {
            prop_assert_eq!(kz().working_days_between(from, to).unwrap(), n);
        }
    }

    #[test]
    fn between_counts_the_days_one_by_one(from in any_day(), length in 0i64..800) {
        let to = from.checked_add(length.days()).unwrap();
        prop_assume!(to.year() <= 2027);
        let slowly = (1..=length).filter(|n| kz().is_working_day(from.checked_add((*n).days()).unwrap()).unwrap()).count();
        prop_assert_eq!(kz().working_days_between(from, to).unwrap(), i32::try_from(slowly).unwrap());
        let backwards = (0..length).filter(|n| kz().is_working_day(from.checked_add((*n).days()).unwrap()).unwrap()).count();
        prop_assert_eq!(kz().working_days_between(to, from).unwrap(), -i32::try_from(backwards).unwrap());
    }

    #[test]
    fn a_file_of_noise_is_refused_without_a_panic(text in "\\PC{0,200}") {
        prop_assert!(Calendar::load(&text).is_err());
    }
}

/// The facts were copied from a published list; where the list is at hand, every day of ten years has to agree with it.
#[test]
fn every_day_agrees_with_the_reference_list() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures/calendar/kazakhstan-2018-2027.csv");
    let Ok(list) = std::fs::read_to_string(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let kinds: BTreeMap<Date, &str> =
        list.lines().skip(1).map(|line| (day(&line[..10]), line[11..].split(',').next().unwrap())).collect();
    assert_eq!(kinds.len(), 222);
    let mut at = date(2018, 1, 1);
    while at <= date(2027, 12, 31) {
        let rests = matches!(at.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        let kind = kinds.get(&at).copied();
        let expected = kind.map_or(!rests, |kind| kind == "working_weekend");
        assert_eq!(kz().is_working_day(at).unwrap(), expected, "{at}");
        let named = match kz().day(at).unwrap() {
            Day::Working | Day::Weekend => None,
            Day::WorkedInExchange { .. } => Some("working_weekend"),
            Day::MovedDayOff { .. } => Some("day_off_moved_here"),
            Day::Observed { .. } => Some("day_off_observed"),
            Day::Holiday { id, .. } if ["orthodox-christmas", "kurban-ait"].contains(&id.as_str()) => {
                Some("religious_holiday")
            }
            Day::Holiday { .. } => Some("public_holiday"),
        };
        assert_eq!(named, kind, "{at}");
        at = at.tomorrow().unwrap();
    }
}

const SMALL: &str = r#"
country = "KZ"
edition = "t"
weekend = ["saturday", "sunday"]
[working_hours]
start = "09:00"
end = "18:30"
lunch_start = "13:00"
lunch_end = "14:30"
[holidays]
feast = { kk = "a", ru = "b", en = "c" }
[[year]]
year = 2024
version = 1
source = "made up"
days_off = [{ date = "2024-05-08", moved_from = "2024-05-04" }, { date = "2024-05-09", holiday = "feast" }]
worked_in_exchange = [{ date = "2024-05-04", instead_of = "2024-05-08" }]
"#;

#[test]
fn a_file_that_contradicts_itself_is_refused_with_the_reason() {
    assert!(Calendar::load(SMALL).is_ok());
    let cases = [
        ("holiday = \"feast\"", "holiday = \"feasd\"", "is not among [holidays]"),
        ("holiday = \"feast\"", "holiday = \"feast\", observes = \"feast\"", "exactly one of"),
        ("holiday = \"feast\"", "", "exactly one of"),
        ("date = \"2024-05-09\"", "date = \"2025-05-09\"", "belongs to another year"),
        ("date = \"2024-05-09\"", "date = \"2024-05-08\"", "stands twice"),
        ("date = \"2024-05-09\"", "date = \"2024-02-30\"", "cannot be read"),
        ("date = \"2024-05-04\", instead_of", "date = \"2024-05-03\", instead_of", "is exchanged with"),
        ("moved_from = \"2024-05-04\"", "moved_from = \"2024-05-11\"", "is exchanged with"),
        ("{ date = \"2024-05-04\", instead_of = \"2024-05-08\" }", "", "has no instead_of"),
        ("lunch_end = \"14:30\"", "lunch_end = \"12:30\"", "working_hours"),
        ("version = 1", "versoin = 1", "versoin"),
        ("source = \"made up\"", "source = \" \"", "where the days were taken from"),
        ("year = 2024", "year = 24", "1900 to 2999"),
    ];
    for (text, instead, reason) in cases {
        assert!(SMALL.contains(text), "{text}");
        let error = Calendar::load(&SMALL.replacen(text, instead, 1)).unwrap_err().to_string();
        assert!(error.contains(reason), "{instead}: {error}");
    }
    let later = "[[year]]\nyear = 2026\nversion = 1\nsource = \"s\"\ndays_off = []\n";
    let error = Calendar::load(&format!("{SMALL}{later}")).unwrap_err().to_string();
    assert!(error.contains("2026") && error.contains("leave none out"), "{error}");
    assert!(Calendar::load(&"#".repeat((1 << 20) + 1)).is_err());
}

#[test]
fn the_version_follows_the_days_and_the_hours_but_not_the_words() {
    let version = |text: &str| Calendar::load(text).unwrap().version().to_owned();
    let base = version(SMALL);
    assert_ne!(version(&SMALL.replace("2024-05-09", "2024-05-10")), base);
    assert_ne!(version(&SMALL.replace("18:30", "18:00")), base);
    assert_eq!(version(&SMALL.replace("made up", "made up anew")), base);
}
