//! Time zones by name, from the tzdb that is compiled in and from nowhere else.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::CalendarError;

static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

static ALMATY: LazyLock<TimeZone> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the tzdb is compiled in; `almaty_left_utc_plus_6_on_1_march_2024` proves the name"
    )]
    BUNDLED.get("Asia/Almaty").expect("the compiled tzdb holds Asia/Almaty")
});

/// The zone of that IANA name.
///
/// # Errors
/// [`CalendarError::Zone`] when the tzdb has no such name.
pub fn zone(name: &str) -> Result<TimeZone, CalendarError> {
    // An unknown name is echoed into messages and logs: keep it short.
    BUNDLED.get(name).map_err(|_| CalendarError::Zone(name.chars().take(64).collect()))
}

/// The zone of legal deadlines (OP-02: Astana time, whose tzdb name is Asia/Almaty).
pub fn almaty() -> TimeZone {
    ALMATY.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn local(moment: &str) -> String {
        let moment: Timestamp = moment.parse().unwrap();
        moment.to_zoned_datetime(almaty()).strftime("%F %T %:z").to_string()
    }

    #[test]
    fn almaty_left_utc_plus_6_on_1_march_2024() {
        assert_eq!(local("2024-02-29T17:59:59Z"), "2024-02-29 23:59:59 +06:00");
        assert_eq!(
            local("2024-02-29T18:00:00Z"),
            "2024-02-29 23:00:00 +05:00",
            "the last hour of February came twice"
        );
        assert_eq!(local("2024-02-29T19:00:00Z"), "2024-03-01 00:00:00 +05:00");
    }

    #[test]
    fn an_unknown_zone_is_refused_by_name() {
        assert_eq!(zone("Asia/Astana").unwrap_err(), CalendarError::Zone("Asia/Astana".into()));
        assert!(zone(&"x".repeat(10_000)).unwrap_err().to_string().len() < 200);
        assert!(zone("../../etc/passwd").is_err());
        assert!(zone("").is_err());
    }
}
