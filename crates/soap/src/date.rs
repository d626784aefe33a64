//! The dates of messages as clients really write them: with and without zone, with milliseconds, or a bare date.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// A date of a message: the text as it stood on the wire, and the moment it means where that can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageDate {
    text: String,
    moment: Option<Timestamp>,
}

impl MessageDate {
    /// A moment as it is written here: local time of `Asia/Almaty` with its offset, milliseconds always.
    #[must_use]
    pub fn at(moment: Timestamp) -> MessageDate {
        let local = moment.to_zoned_datetime(calendar::almaty());
        MessageDate { text: local.strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string(), moment: Some(moment) }
    }

    /// A text from the wire. A date without zone is local time of `Asia/Almaty`, a date without time the beginning of that day.
    #[must_use]
    pub fn read(text: &str) -> MessageDate {
        MessageDate { text: text.to_owned(), moment: moment_of(text) }
    }

    /// The text as it stood on the wire.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The moment, `None` when the text is no date.
    #[must_use]
    pub fn moment(&self) -> Option<Timestamp> {
        self.moment
    }
}

fn moment_of(text: &str) -> Option<Timestamp> {
    // xs:dateTime needs a year of four digits at least; what else jiff can read is no date of a message.
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(4..=6).contains(&year) || text.len() > 48 || !text.is_ascii() {
        return None;
    }
    let local = |moment: DateTime| calendar::almaty().to_ambiguous_timestamp(moment).compatible().ok();
    if text.contains('T') {
        return text.parse::<Timestamp>().ok().or_else(|| local(text.parse::<DateTime>().ok()?));
    }
    // A date may have a zone of its own; without one its day begins in Almaty.
    let (date, zone) = text.split_at_checked(year + "-MM-DD".len())?;
    match zone {
        "" => local(date.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())),
        zone => format!("{date}T00:00:00{zone}").parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Option<String> {
        MessageDate::read(text).moment().map(|moment| moment.to_string())
    }

    #[test]
    fn every_form_seen_in_the_field_has_its_moment() {
        for (text, expected) in [
            ("2024-05-20T10:00:00+05:00", "2024-05-20T05:00:00Z"),
            ("2024-05-20T10:00:00.123+05:00", "2024-05-20T05:00:00.123Z"),
            ("2024-05-20T05:00:00.024Z", "2024-05-20T05:00:00.024Z"),
            ("2024-05-20T10:00:00", "2024-05-20T05:00:00Z"),
            ("2024-05-20T10:00:00.518", "2024-05-20T05:00:00.518Z"),
            ("2024-05-20", "2024-05-19T19:00:00Z"),
            ("2024-05-20+05:00", "2024-05-19T19:00:00Z"),
            ("2019-09-24T12:20:34.539+06:00", "2019-09-24T06:20:34.539Z"),
            // Before 1 March 2024 Almaty was at UTC+6.
            ("2024-02-20T10:00:00", "2024-02-20T04:00:00Z"),
        ] {
            assert_eq!(moment(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "today",
            "20.05.2024",
            "2024-13-01",
            "2024-05-20T25:00:00",
            "2024-05-2",
            "2024-05-20 x",
            "-2024-05-20",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn own_dates_are_written_with_milliseconds_and_offset() {
        let date = MessageDate::at("2024-05-20T05:00:00.1239Z".parse().unwrap());
        assert_eq!(date.text(), "2024-05-20T10:00:00.123+05:00");
        assert_eq!(
            MessageDate::at("2024-02-01T00:00:00Z".parse().unwrap()).text(),
            "2024-02-01T06:00:00.000+06:00"
        );
    }
}
