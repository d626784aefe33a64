use super::*;
use proptest::prelude::*;

#[test]
fn dates_of_nine_digits_exist_and_dates_the_calendar_lacks_do_not() {
    for good in ["2024-02-29", "-0001-01-01", "999999999-12-31", "-999999999-12-31", "10000-01-01"] {
        assert_eq!(Date::parse(good).unwrap().to_string(), good);
    }
    for bad in
        ["2023-02-29", "2024-13-01", "24-01-01", "012024-01-01", "2024-1-1", "+2024-01-01", "2024-01-01 "]
    {
        assert_eq!(Date::parse(bad), None, "{bad}");
    }
}

#[test]
fn times_keep_their_zone_as_written() {
    for good in [
        "00:00:00",
        "23:59:59.123456789",
        "10:00:00Z",
        "10:00:00+05:00",
        "10:00:00-03:30",
        "10:00:00@Asia/Almaty",
    ] {
        assert_eq!(Time::parse(good).unwrap().to_string(), good);
    }
    for bad in
        ["24:00:00", "10:60:00", "10:00", "10:00:00+15:00", "10:00:00@Asia/Nowhere", "10:00:00.", "10:00:00z"]
    {
        assert_eq!(Time::parse(bad), None, "{bad}");
    }
}

#[test]
fn almaty_changed_its_offset_on_1_march_2024() {
    let before = DateTime::parse("2024-02-29T12:00:00@Asia/Almaty").unwrap();
    let after = DateTime::parse("2024-03-01T12:00:00@Asia/Almaty").unwrap();
    assert_eq!(before.offset_seconds(), Some(6 * 3600));
    assert_eq!(after.offset_seconds(), Some(5 * 3600));
    assert_eq!(after.since(&before).unwrap().to_string(), "P1DT1H");
    assert_eq!(before.plus(after.since(&before).unwrap()), Some(after));
}

#[test]
fn durations_are_written_in_their_shortest_form() {
    for (text, canonical) in [("P13M", "P1Y1M"), ("P0Y", "P0M"), ("-P1Y", "-P1Y")] {
        assert_eq!(YearsMonths::parse(text).unwrap().to_string(), canonical);
    }
    let cases = [
        ("PT90M", "PT1H30M"),
        ("P1DT0S", "P1D"),
        ("PT0.500S", "PT0.5S"),
        ("-PT25H", "-P1DT1H"),
        ("P0D", "PT0S"),
    ];
    for (text, canonical) in cases {
        assert_eq!(DaysTime::parse(text).unwrap().to_string(), canonical);
    }
    for bad in ["P", "PT", "P1DT", "P1Y", "PT1M1H", "P-1D", "P1.5D"] {
        assert_eq!(DaysTime::parse(bad), None, "{bad}");
    }
}

#[test]
fn months_are_whole_and_a_missing_day_becomes_the_last() {
    let date = |text: &str| Date::parse(text).unwrap();
    assert_eq!(date("2024-01-31").plus_months(1), Some(date("2024-02-29")));
    assert_eq!(date("2024-01-31").months_until(&date("2024-02-29")).months(), 0);
    assert_eq!(date("2023-12-31").months_until(&date("2025-12-30")).months(), 23);
    assert_eq!(date("2017-08-11").months_until(&date("2015-12-24")).months(), -19);
    assert_eq!(date("999999999-12-31").plus_months(1), None);
}

#[test]
fn weeks_and_weekdays_follow_iso_8601() {
    let date = |text: &str| Date::parse(text).unwrap();
    assert_eq!(date("2024-11-24").weekday(), 7);
    assert_eq!(date("2019-09-17").day_of_year(), 260);
    assert_eq!(date("2005-01-01").week_of_year(), 53);
    assert_eq!(date("2003-12-29").week_of_year(), 1);
}

#[test]
fn moments_with_and_without_zone_are_not_comparable() {
    let local = DateTime::parse("2024-01-01T00:00:00").unwrap();
    let zoned = DateTime::parse("2024-01-01T00:00:00Z").unwrap();
    assert_eq!(local.compare(&zoned), None);
    assert_eq!(local.since(&zoned), None);
}

proptest! {
    #[test]
    fn days_and_dates_agree_both_ways_and_with_the_library(day in -4_371_587i64..2_932_896) {
        let date = Date::from_epoch_day(day).unwrap();
        prop_assert_eq!(date.epoch_day(), day);
        let civil = date.to_civil().unwrap();
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = i64::from((civil - epoch).get_days());
        prop_assert_eq!(days, day);
        prop_assert_eq!(i16::from(civil.weekday().to_monday_one_offset()), i16::from(date.weekday()));
        prop_assert_eq!(i16::from(civil.iso_week_date().week()), i16::from(date.week_of_year()));
    }

    #[test]
    fn far_days_and_dates_agree_both_ways(day in -365_000_000_000i64..365_000_000_000) {
        prop_assert_eq!(Date::from_epoch_day(day).unwrap().epoch_day(), day);
    }

    #[test]
    fn no_text_panics(text in "[-+PTYMDHS0-9:.Z@/a-z]{0,24}") {
        let _ = (Date::parse(&text), Time::parse(&text), DateTime::parse(&text));
        let _ = (YearsMonths::parse(&text), DaysTime::parse(&text));
    }

    #[test]
    fn durations_round_trip(nanos in -10i128.pow(24)..10i128.pow(24), months in -1_000_000i64..1_000_000) {
        let duration = DaysTime::from_nanos(nanos).unwrap();
        prop_assert_eq!(DaysTime::parse(&duration.to_string()), Some(duration));
        let duration = YearsMonths::from_months(months);
        prop_assert_eq!(YearsMonths::parse(&duration.to_string()), Some(duration));
    }
}
