//! Legal terms: cases checked by hand in local time, the night Almaty changed its clocks, recomputation, and files.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::almaty;

fn kz() -> &'static Calendar {
    Calendar::kazakhstan()
}

fn at(local: &str) -> Timestamp {
    local.parse::<jiff::civil::DateTime>().unwrap().to_zoned_datetime(almaty()).unwrap().timestamp()
}

fn due(local: &str, rule: DeadlineRule) -> String {
    let due = kz().deadline(at(local), rule, &almaty(), None).unwrap().due;
    due.to_zoned_datetime(almaty()).strftime("%F %T %:z").to_string()
}

#[test]
fn terms_in_days_end_with_their_last_day() {
    use Unit::{CalendarDays, WorkingDays};
    let cases = [
        // The reply to an SMS: three working days after it (OP-02).
        ("2024-04-01T10:15", DeadlineRule::after(3, WorkingDays), "2024-04-04 23:59:59 +05:00"),
        ("2024-04-01T00:00", DeadlineRule::after(3, WorkingDays), "2024-04-04 23:59:59 +05:00"),
        ("2024-04-01T23:59:59", DeadlineRule::after(3, WorkingDays), "2024-04-04 23:59:59 +05:00"),
        ("2024-03-20T12:00", DeadlineRule::after(3, WorkingDays), "2024-03-28 23:59:59 +05:00"), // Nauryz
        ("2024-05-03T12:00", DeadlineRule::after(3, WorkingDays), "2024-05-10 23:59:59 +05:00"), // May with a moved day
        ("2023-12-29T12:00", DeadlineRule::after(3, WorkingDays), "2024-01-05 23:59:59 +06:00"),
        ("2024-04-06T12:00", DeadlineRule::after(3, WorkingDays), "2024-04-10 23:59:59 +05:00"), // on a Saturday
        // The decision: four working days from the day the file arrives (par. 111, 180).
        ("2024-04-01T12:00", DeadlineRule::from(4, WorkingDays), "2024-04-04 23:59:59 +05:00"),
        ("2024-04-06T12:00", DeadlineRule::from(4, WorkingDays), "2024-04-11 23:59:59 +05:00"), // arrived on a Saturday
        ("2024-05-04T12:00", DeadlineRule::from(1, WorkingDays), "2024-05-04 23:59:59 +05:00"), // a worked Saturday
        ("2024-04-01T12:00", DeadlineRule::after(30, WorkingDays), "2024-05-16 23:59:59 +05:00"), // 21 in April, 9 in May
        ("2024-04-06T12:00", DeadlineRule::after(0, WorkingDays), "2024-04-08 23:59:59 +05:00"),
        ("2024-04-01T12:00", DeadlineRule::after(5, CalendarDays), "2024-04-06 23:59:59 +05:00"),
        ("2024-04-01T12:00", DeadlineRule::from(5, CalendarDays), "2024-04-05 23:59:59 +05:00"),
        ("2024-04-01T12:00", DeadlineRule::after(0, CalendarDays), "2024-04-01 23:59:59 +05:00"),
    ];
    for (start, rule, expected) in cases {
        assert_eq!(due(start, rule), expected, "{start}: {rule}");
    }
}

#[test]
fn terms_in_months_and_years_are_clamped_to_the_end_of_the_month() {
    use Unit::{CalendarMonths, CalendarYears};
    let cases = [
        ("2024-01-31T12:00", DeadlineRule::after(1, CalendarMonths), "2024-02-29"),
        ("2023-01-31T12:00", DeadlineRule::after(1, CalendarMonths), "2023-02-28"),
        ("2024-03-15T12:00", DeadlineRule::after(1, CalendarMonths), "2024-04-15"),
        ("2024-03-01T12:00", DeadlineRule::from(1, CalendarMonths), "2024-03-31"),
        ("2024-01-31T12:00", DeadlineRule::from(1, CalendarMonths), "2024-02-29"),
        ("2024-02-29T12:00", DeadlineRule::after(1, CalendarYears), "2025-02-28"),
        ("2024-02-29T12:00", DeadlineRule::after(4, CalendarYears), "2028-02-29"), // beyond the file: no working day is asked for
        ("2024-04-01T12:00", DeadlineRule::from(1, CalendarYears), "2025-03-31"),
    ];
    for (start, rule, expected) in cases {
        assert_eq!(&due(start, rule)[..10], expected, "{start}: {rule}");
    }
}

/// OP-40: one month, then three years, each clamped; thirty-seven months at once would give another day.
#[test]
fn a_month_and_then_three_years_are_counted_in_two_steps() {
    let died = date(2021, 1, 31);
    assert_eq!(years_after(months_after(died, 1).unwrap(), 3).unwrap(), date(2024, 2, 28));
    assert_eq!(months_after(died, 37).unwrap(), date(2024, 2, 29));
    assert!(months_after(died, i64::MAX).is_err() && years_after(died, 9000).is_err());
}

/// On 29 February 2024 Almaty set 24:00 back to 23:00: 23:59:59 came twice, and the day ended with the second.
#[test]
fn a_day_with_twenty_five_hours_ends_once() {
    assert_eq!(
        due("2024-02-26T12:00", DeadlineRule::after(3, Unit::WorkingDays)),
        "2024-02-29 23:59:59 +05:00"
    );
    let deadline = kz()
        .deadline(at("2024-02-26T12:00"), DeadlineRule::after(3, Unit::WorkingDays), &almaty(), None)
        .unwrap();
    assert_eq!(deadline.due.to_string(), "2024-02-29T18:59:59Z");
}

/// The same moment is another day elsewhere: the zone decides which day is not counted.
#[test]
fn the_day_of_the_start_is_the_day_in_the_zone() {
    let start: Timestamp = "2024-04-01T19:30:00Z".parse().unwrap(); // 2 April, 00:30, in Almaty
    let rule = DeadlineRule::after(1, Unit::WorkingDays);
    assert_eq!(kz().deadline(start, rule, &almaty(), None).unwrap().due.to_string(), "2024-04-03T18:59:59Z");
    let london = crate::zone("Europe/London").unwrap();
    assert_eq!(kz().deadline(start, rule, &london, None).unwrap().due.to_string(), "2024-04-02T22:59:59Z");
}

#[test]
fn short_terms_run_from_the_moment() {
    assert_eq!(
        due("2024-04-06T12:00:01", DeadlineRule::after(90, Unit::Minutes)),
        "2024-04-06 13:30:01 +05:00"
    );
    assert_eq!(
        due("2024-04-06T12:00:01", DeadlineRule::from(30, Unit::Seconds)),
        "2024-04-06 12:00:31 +05:00"
    );
    assert_eq!(
        due("2024-04-05T18:00", DeadlineRule::after(1, Unit::WorkingHours)),
        "2024-04-08 09:30:00 +05:00"
    );
}

#[test]
fn a_term_without_meaning_is_refused() {
    let refused = |rule| kz().deadline(at("2024-04-01T12:00"), rule, &almaty(), None).unwrap_err();
    for unit in Unit::ALL {
        assert!(matches!(refused(DeadlineRule::after(-1, unit)), CalendarError::Rule { amount: -1, .. }));
        for count in [Count::After, Count::From] {
            refused(DeadlineRule { amount: i64::MAX, unit, count });
        }
    }
    assert!(matches!(
        refused(DeadlineRule::from(0, Unit::WorkingDays)),
        CalendarError::Rule { amount: 0, .. }
    ));
    let offset = TimeZone::fixed(jiff::tz::offset(5));
    let nameless =
        kz().deadline(at("2024-04-01T12:00"), DeadlineRule::after(1, Unit::Minutes), &offset, None);
    assert!(matches!(nameless, Err(CalendarError::Zone(_))));
}

#[test]
fn a_moved_holiday_recomputes_the_deadline_from_its_cause() {
    let rule = DeadlineRule::after(3, Unit::WorkingDays);
    let before = kz().deadline(at("2024-04-01T12:00"), rule, &almaty(), Some("19".into())).unwrap();
    let file = include_str!("../../data/kazakhstan.toml");
    let row = "  { date = \"2024-05-01\", holiday = \"unity\" },\n";
    let moved = Calendar::load(
        &file.replace(row, &format!("{row}  {{ date = \"2024-04-03\", observes = \"unity\" }},\n")),
    )
    .unwrap();
    let after = before.recompute(&moved).unwrap();
    assert_eq!(before.due, at("2024-04-04T23:59:59"));
    assert_eq!(after.due, at("2024-04-05T23:59:59"));
    assert_eq!(after.cause.calendar_version, moved.version());
    assert_ne!(after.cause.calendar_version, before.cause.calendar_version);
    assert_eq!(
        Cause { calendar_version: before.cause.calendar_version.clone(), ..after.cause },
        before.cause
    );
    assert_eq!(before.recompute(kz()).unwrap(), before);
}

#[test]
fn a_deadline_is_kept_with_its_cause() {
    let deadline = kz()
        .deadline(
            at("2024-04-01T12:00"),
            DeadlineRule::from(4, Unit::WorkingDays),
            &almaty(),
            Some("111".into()),
        )
        .unwrap();
    let json = serde_json::to_string(&deadline).unwrap();
    let expected = format!(
        "{{\"cause\":{{\"paragraph\":\"111\",\"start\":\"2024-04-01T07:00:00Z\",\"rule\":{{\"amount\":4,\"unit\":\"working-days\",\
         \"count\":\"from\"}},\"zone\":\"Asia/Almaty\",\"calendar_version\":\"{}\"}},\"due\":\"2024-04-04T18:59:59Z\"}}",
        kz().version()
    );
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_str::<Deadline>(&json).unwrap(), deadline);
}

#[test]
fn units_and_ways_to_count_have_one_spelling() {
    for unit in Unit::ALL {
        assert_eq!(unit.name().parse::<Unit>().unwrap(), unit);
        assert_eq!(serde_json::to_string(&unit).unwrap(), format!("\"{}\"", unit.name()));
    }
    assert!("days".parse::<Unit>().unwrap_err().contains("write working-days, working-hours"));
    assert_eq!("from".parse::<Count>(), Ok(Count::From));
    assert!("since".parse::<Count>().unwrap_err().contains("`after`"));
    assert_eq!(
        DeadlineRule::after(3, Unit::WorkingDays).to_string(),
        "3 working days after the day of the start"
    );
    assert_eq!(DeadlineRule::from(2, Unit::WorkingHours).to_string(), "2 working hours");
}

fn any_rule() -> impl Strategy<Value = DeadlineRule> {
    (1i64..200, prop::sample::select(&Unit::ALL[..]), any::<bool>()).prop_map(|(amount, unit, from)| {
        DeadlineRule { amount, unit, count: if from { Count::From } else { Count::After } }
    })
}

proptest! {
    #[test]
    fn a_later_start_is_never_due_earlier_and_a_deadline_never_lies_before_its_start(
        second in 1_520_000_000i64..1_780_000_000, later in 0i64..10_000_000, rule in any_rule()
    ) {
        let deadline = |second| kz().deadline(Timestamp::from_second(second).unwrap(), rule, &almaty(), None);
        let (Ok(first), Ok(second)) = (deadline(second), deadline(second + later)) else { return Ok(()) };
        prop_assert!(first.due <= second.due);
        prop_assert!(first.due >= first.cause.start);
    }

    /// Counted in another way: step through the days and count those that the rule counts.
    #[test]
    fn days_are_counted_one_by_one(second in 1_520_000_000i64..1_780_000_000, amount in 1i64..60, working: bool, from: bool) {
        let unit = if working { Unit::WorkingDays } else { Unit::CalendarDays };
        let rule = DeadlineRule { amount, unit, count: if from { Count::From } else { Count::After } };
        let start = Timestamp::from_second(second).unwrap();
        let mut day = start.to_zoned_datetime(almaty()).date();
        if !from { day = day.tomorrow().unwrap(); }
        let mut left = amount;
        loop {
            left -= i64::from(!working || kz().is_working_day(day).unwrap());
            if left == 0 { break; }
            day = day.tomorrow().unwrap();
        }
        let due = kz().deadline(start, rule, &almaty(), None).unwrap().due.to_zoned_datetime(almaty());
        prop_assert_eq!((due.date(), due.time()), (day, time(23, 59, 59, 0)));
        let next = due.timestamp().checked_add(SignedDuration::from_secs(1)).unwrap().to_zoned_datetime(almaty());
        prop_assert_eq!(next.date(), day.tomorrow().unwrap(), "nothing of the last day is left");
    }
}
