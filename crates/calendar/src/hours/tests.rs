//! Working hours: cases checked by hand and an independent minute-by-minute counter.

use jiff::civil::{datetime, time};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::*;
use crate::almaty;

fn kz() -> &'static Calendar {
    Calendar::kazakhstan()
}

fn after(from: &str, hours: i64) -> String {
    let from = from.parse::<DateTime>().unwrap().to_zoned_datetime(almaty()).unwrap();
    kz().add_working_hours(&from, hours).unwrap().datetime().to_string()
}

#[test]
fn a_working_day_has_eight_hours_with_lunch_between() {
    let hours = kz().working_hours();
    assert_eq!(hours.length(), SignedDuration::from_hours(8));
    assert!(
        hours.contains(time(9, 0, 0, 0))
            && hours.contains(time(12, 59, 59, 0))
            && hours.contains(time(14, 30, 0, 0))
    );
    assert!(
        !hours.contains(time(8, 59, 59, 0))
            && !hours.contains(time(13, 0, 0, 0))
            && !hours.contains(time(18, 30, 0, 0))
    );
}

#[test]
fn counting_of_working_hours_checked_by_hand() {
    let cases = [
        ("2024-04-01T09:00", 4, "2024-04-01T13:00:00"),
        ("2024-04-01T09:00", 5, "2024-04-01T15:30:00"),
        ("2024-04-01T09:00", 8, "2024-04-01T18:30:00"),
        ("2024-04-01T09:00", 9, "2024-04-02T10:00:00"),
        ("2024-04-01T13:30", 1, "2024-04-01T15:30:00"), // asked at lunch
        ("2024-04-01T12:30", 1, "2024-04-01T15:00:00"), // lunch in between
        ("2024-04-01T20:00", 1, "2024-04-02T10:00:00"), // asked in the evening
        ("2024-04-05T18:00", 1, "2024-04-08T09:30:00"), // Friday to Monday
        ("2024-04-06T12:00", 16, "2024-04-09T18:30:00"), // Saturday; ends with the second day, not the third morning
        ("2024-05-03T17:30", 2, "2024-05-04T10:00:00"),  // Saturday the 4th is worked
        ("2024-05-06T17:30", 2, "2024-05-10T10:00:00"),  // three days off
        ("2024-02-29T17:30", 2, "2024-03-01T10:00:00"),  // Almaty changed its clocks in that night
        ("2024-04-01T03:00", 0, "2024-04-01T03:00:00"),
    ];
    for (from, hours, to) in cases {
        assert_eq!(after(from, hours), to, "{from} + {hours}");
    }
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let from = datetime(2024, 4, 1, 9, 0, 0, 0).to_zoned_datetime(almaty()).unwrap();
    assert!(matches!(kz().add_working_hours(&from, -1), Err(CalendarError::Rule { amount: -1, .. })));
    assert!(matches!(kz().add_working_hours(&from, i64::MAX), Err(CalendarError::Rule { .. })));
    assert!(kz().add_working_hours(&from, i64::MAX / 3600).is_err());
    assert!(matches!(kz().add_working_hours(&from, 100_000), Err(CalendarError::NoData { year: 2028, .. })));
}

/// The slow way: minute by minute, asking only whether the minute is worked.
fn count_slowly(mut at: DateTime, hours: i64) -> DateTime {
    let mut left = hours * 60;
    while left > 0 {
        left -=
            i64::from(kz().is_working_day(at.date()).unwrap() && kz().working_hours().contains(at.time()));
        at = at.checked_add(1.minute()).unwrap();
    }
    at
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn counting_agrees_with_an_independent_counter(minute in 0i64..5_000_000, hours in 1i64..60) {
        let from = datetime(2018, 1, 1, 0, 0, 0, 0).checked_add(minute.minutes()).unwrap();
        let zoned = from.to_zoned_datetime(almaty()).unwrap();
        let got = kz().add_working_hours(&zoned, hours).unwrap();
        prop_assert_eq!(got.datetime(), count_slowly(from, hours));
    }

    #[test]
    fn counting_in_two_steps_is_counting_in_one(second in 1_520_000_000i64..1_800_000_000, nano in 0i32..1_000_000_000, a in 1i64..100, b in 1i64..100) {
        let from = Timestamp::new(second, nano).unwrap().to_zoned_datetime(almaty());
        let twice = kz().add_working_hours(&kz().add_working_hours(&from, a).unwrap(), b).unwrap();
        prop_assert_eq!(twice, kz().add_working_hours(&from, a + b).unwrap());
    }
}
