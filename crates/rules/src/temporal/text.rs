//! Dates, times and durations as text: the ISO 8601 forms that FEEL names, read strictly and written back.

use super::{Date, DateTime, DaysTime, Time, YearsMonths, Zone};
use std::fmt;

/// A reader over the bytes of a short text.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Option<Reader<'a>> {
        (text.len() <= 128 && text.is_ascii()).then_some(Reader { text, at: 0 })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn done(&self) -> bool {
        self.at == self.text.len()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.text.as_bytes().get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    fn digits(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn two(&mut self) -> Option<u8> {
        let text = self.rest().get(..2).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        self.at += 2;
        text.parse().ok()
    }
}

impl Date {
    /// Reads `YYYY-MM-DD`; a year of more than four digits has no leading zero.
    pub fn parse(text: &str) -> Option<Date> {
        let mut reader = Reader::new(text)?;
        let date = read_date(&mut reader)?;
        reader.done().then_some(date)
    }
}

fn read_date(reader: &mut Reader<'_>) -> Option<Date> {
    let negative = reader.take(b'-').is_some();
    let digits = reader.digits();
    if digits.len() < 4 || digits.len() > 9 || (digits.len() > 4 && digits.starts_with('0')) {
        return None;
    }
    let year: i32 = digits.parse().ok()?;
    reader.take(b'-')?;
    let month = reader.two()?;
    reader.take(b'-')?;
    let day = reader.two()?;
    Date::new(if negative { -year } else { year }, month, day)
}

impl Time {
    /// Reads `hh:mm:ss[.fraction][Z|±hh:mm[:ss]|@Zone/Name]`.
    pub fn parse(text: &str) -> Option<Time> {
        let mut reader = Reader::new(text)?;
        let time = read_time(&mut reader)?;
        reader.done().then_some(time)
    }
}

fn read_time(reader: &mut Reader<'_>) -> Option<Time> {
    let hour = reader.two()?;
    reader.take(b':')?;
    let minute = reader.two()?;
    reader.take(b':')?;
    let second = reader.two()?;
    let nano = read_fraction(reader)?;
    let zone = read_zone(reader)?;
    Time::new(hour, minute, second, nano, zone)
}

/// `24:00:00`, the midnight at the end of a day, as the midnight that begins the next one.
fn read_end_of_day(reader: &mut Reader<'_>) -> Option<Time> {
    reader.at += "24:00:00".len();
    if read_fraction(reader)? != 0 {
        return None;
    }
    Some(Time::midnight(read_zone(reader)?))
}

/// The fraction of a second in nanoseconds; digits beyond the ninth are cut off.
fn read_fraction(reader: &mut Reader<'_>) -> Option<u32> {
    if reader.take(b'.').is_none() {
        return Some(0);
    }
    let digits = reader.digits();
    if digits.is_empty() {
        return None;
    }
    let padded: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
    padded.parse().ok()
}

fn read_zone(reader: &mut Reader<'_>) -> Option<Option<Zone>> {
    if reader.done() {
        return Some(None);
    }
    if reader.take(b'Z').is_some() {
        return Some(Some(Zone::UTC));
    }
    if reader.take(b'@').is_some() {
        let name = reader.rest();
        reader.at = reader.text.len();
        return Zone::named(name).map(Some);
    }
    let negative = match reader.take(b'-') {
        Some(()) => true,
        None => {
            reader.take(b'+')?;
            false
        }
    };
    let hours = i32::from(reader.two()?);
    reader.take(b':')?;
    let minutes = i32::from(reader.two()?);
    let seconds = if reader.take(b':').is_some() { i32::from(reader.two()?) } else { 0 };
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let total = hours * 3600 + minutes * 60 + seconds;
    Zone::offset(if negative { -total } else { total }).map(Some)
}

impl DateTime {
    /// Reads a date, `T` and a time.
    pub fn parse(text: &str) -> Option<DateTime> {
        let mut reader = Reader::new(text)?;
        let date = read_date(&mut reader)?;
        reader.take(b'T')?;
        let end_of_day = reader.rest().starts_with("24:00:00");
        let time = if end_of_day { read_end_of_day(&mut reader)? } else { read_time(&mut reader)? };
        let date = if end_of_day { date.plus_days(1)? } else { date };
        reader.done().then_some(DateTime::new(date, time))
    }
}

impl YearsMonths {
    /// Reads `[-]PnYnM`.
    pub fn parse(text: &str) -> Option<YearsMonths> {
        let mut reader = Reader::new(text)?;
        let negative = reader.take(b'-').is_some();
        reader.take(b'P')?;
        let mut months = 0i64;
        let mut parts = 0;
        for (unit, factor) in [(b'Y', 12i64), (b'M', 1)] {
            let start = reader.at;
            let digits = reader.digits();
            if !digits.is_empty() && reader.take(unit).is_some() {
                months = months.checked_add(digits.parse::<i64>().ok()?.checked_mul(factor)?)?;
                parts += 1;
            } else {
                reader.at = start;
            }
        }
        if parts == 0 || !reader.done() {
            return None;
        }
        YearsMonths::try_from_months(if negative { -months } else { months })
    }
}

impl DaysTime {
    /// Reads `[-]PnDTnHnMn[.n]S`.
    pub fn parse(text: &str) -> Option<DaysTime> {
        let mut reader = Reader::new(text)?;
        let negative = reader.take(b'-').is_some();
        reader.take(b'P')?;
        let (mut seconds, mut parts) = (0i64, 0);
        let mut part = |reader: &mut Reader<'_>, unit: u8, factor: i64| -> Option<()> {
            let start = reader.at;
            let digits = reader.digits();
            if !digits.is_empty() && reader.take(unit).is_some() {
                seconds = seconds.checked_add(digits.parse::<i64>().ok()?.checked_mul(factor)?)?;
                parts += 1;
            } else {
                reader.at = start;
            }
            Some(())
        };
        part(&mut reader, b'D', 86_400)?;
        let mut nanos = 0;
        if reader.take(b'T').is_some() {
            let before = reader.at;
            part(&mut reader, b'H', 3_600)?;
            part(&mut reader, b'M', 60)?;
            part(&mut reader, b'S', 1)?;
            let start = reader.at;
            let whole = reader.digits();
            if !whole.is_empty() {
                // The conformance suite writes `PT0.S` too.
                nanos = if reader.rest() == ".S" { 0 } else { read_fraction(&mut reader)? };
                reader.at += usize::from(reader.rest() == ".S");
                reader.take(b'S')?;
                seconds = seconds.checked_add(whole.parse().ok()?)?;
                parts += 1;
            } else {
                reader.at = start;
            }
            if reader.at == before {
                return None;
            }
        }
        if parts == 0 || !reader.done() {
            return None;
        }
        let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        DaysTime::from_nanos(if negative { -total } else { total })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year() < 0 { "-" } else { "" };
        write!(out, "{sign}{:04}-{:02}-{:02}", self.year().abs(), self.month(), self.day())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Offset(0) => out.write_str("Z"),
            Zone::Offset(seconds) => {
                let sign = if *seconds < 0 { '-' } else { '+' };
                let size = seconds.abs();
                write!(out, "{sign}{:02}:{:02}", size / 3600, size / 60 % 60)?;
                if size % 60 != 0 { write!(out, ":{:02}", size % 60) } else { Ok(()) }
            }
            Zone::Named(_) => write!(out, "@{}", self.name().unwrap_or("")),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}:{:02}", self.hour(), self.minute(), self.second())?;
        if self.nano() != 0 {
            write!(out, ".{}", fraction(i64::from(self.nano())))?;
        }
        match self.zone() {
            Some(zone) => write!(out, "{zone}"),
            None => Ok(()),
        }
    }
}

/// Nanoseconds as the digits of a fraction, without trailing zeros.
fn fraction(nanos: i64) -> String {
    format!("{nanos:09}").trim_end_matches('0').to_owned()
}

impl fmt::Display for DateTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}T{}", self.date(), self.time())
    }
}

impl fmt::Display for YearsMonths {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.months().abs();
        out.write_str(if self.months() < 0 { "-P" } else { "P" })?;
        if size / 12 != 0 {
            write!(out, "{}Y", size / 12)?;
        }
        if size % 12 != 0 || size == 0 {
            write!(out, "{}M", size % 12)?;
        }
        Ok(())
    }
}

impl fmt::Display for DaysTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [days, hours, minutes, seconds, nanos] = self.parts();
        out.write_str(if self.is_negative() { "-P" } else { "P" })?;
        if days != 0 {
            write!(out, "{days}D")?;
        }
        if [hours, minutes, seconds, nanos] == [0; 4] {
            return if days == 0 { out.write_str("T0S") } else { Ok(()) };
        }
        out.write_str("T")?;
        if hours != 0 {
            write!(out, "{hours}H")?;
        }
        if minutes != 0 {
            write!(out, "{minutes}M")?;
        }
        match (seconds, nanos) {
            (0, 0) => Ok(()),
            (_, 0) => write!(out, "{seconds}S"),
            _ => write!(out, "{seconds}.{}S", fraction(nanos)),
        }
    }
}
