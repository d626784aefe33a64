//! Simple types: text of the wire to a FEEL value and back, with every facet checked. Reasons never quote the value.

use super::model::{Kind, Restriction, SimpleType};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rules::temporal::{Date, DateTime};
use rules::{Decimal, Value};

/// Digits that a FEEL number keeps exactly.
const EXACT_DIGITS: usize = 34;

/// Binds the text of an element.
pub(super) fn decode(simple: &SimpleType, text: &str) -> Result<Value, String> {
    if simple.kind == Kind::Text {
        check(simple, text, None)?;
        return Ok(Value::text(text));
    }
    let lexical = text.trim_matches([' ', '\t', '\n', '\r']);
    let value = match simple.kind {
        Kind::Text => Value::text(text),
        Kind::Boolean => match lexical {
            "true" | "1" => Value::Bool(true),
            "false" | "0" => Value::Bool(false),
            _ => return Err(expected(simple.kind, "true or false")),
        },
        Kind::Decimal | Kind::Integer { .. } => Value::Number(number(simple.kind, lexical)?),
        Kind::Date => Value::Date(date(lexical)?),
        Kind::DateTime => Value::DateTime(date_time(lexical)?),
        Kind::Base64 => Value::text(base64(lexical)?),
    };
    check(simple, lexical, value.as_number())?;
    Ok(value)
}

/// Writes a value as the text of an element.
pub(super) fn encode(simple: &SimpleType, value: &Value) -> Result<String, String> {
    let text = match (simple.kind, value) {
        (Kind::Text, Value::String(text)) => text.to_string(),
        (Kind::Base64, Value::String(text)) => base64(text)?,
        (Kind::Boolean, Value::Bool(value)) => value.to_string(),
        (Kind::Decimal | Kind::Integer { .. }, Value::Number(value)) => plain(simple.kind, *value)?,
        (Kind::Date, Value::Date(value)) => value.to_string(),
        (Kind::DateTime, Value::DateTime(value)) => moment_text(value)?,
        (kind, other) => {
            let wanted = wanted(kind);
            return Err(format!(
                "the value is a {}, the contract wants {wanted} ({})",
                other.type_name(),
                kind.name()
            ));
        }
    };
    check(simple, &text, value.as_number())?;
    Ok(text)
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a string",
        Kind::Base64 => "a string of base64",
        Kind::Boolean => "a boolean",
        Kind::Decimal => "a number",
        Kind::Integer { .. } => "a whole number",
        Kind::Date => "a date",
        Kind::DateTime => "a date and time",
    }
}

fn expected(kind: Kind, form: &str) -> String {
    format!("the text is no {}; write {form}", kind.name())
}

fn number(kind: Kind, lexical: &str) -> Result<Decimal, String> {
    let unsigned = lexical.strip_prefix(['-', '+']).unwrap_or(lexical);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let well_formed = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !well_formed || (kind != Kind::Decimal && unsigned.contains('.')) {
        let form =
            if kind == Kind::Decimal { "digits with a point, as -1234.56" } else { "digits, as -1234" };
        return Err(expected(kind, form));
    }
    let (lead, tail) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let exact = match (lead.is_empty(), tail.is_empty()) {
        (true, _) => tail.trim_start_matches('0').len(),
        (false, true) => lead.trim_end_matches('0').len(),
        (false, false) => lead.len() + tail.len(),
    };
    if exact > EXACT_DIGITS || lead.len() > 60 || tail.len() > 60 {
        return Err(format!(
            "the number has more than {EXACT_DIGITS} digits and would not stay exact; write fewer"
        ));
    }
    let sign = if lexical.starts_with('-') { "-" } else { "" };
    let tail = if tail.is_empty() { "0" } else { tail };
    let value: Decimal = format!("{sign}0{lead}.{tail}").parse().map_err(|_| expected(kind, "digits"))?;
    in_range(kind, value)
}

fn in_range(kind: Kind, value: Decimal) -> Result<Decimal, String> {
    let fits = match kind {
        Kind::Integer { bits: 32 } => value.to_i64().is_some_and(|whole| i32::try_from(whole).is_ok()),
        Kind::Integer { bits: 64 } => value.to_i64().is_some(),
        Kind::Integer { .. } => value.is_integer(),
        _ => true,
    };
    match (fits, value.is_integer()) {
        (true, _) => Ok(value),
        (false, true) => Err(format!("the number is outside the range of {}", kind.name())),
        (false, false) => Err("the number has a fraction, the contract wants a whole number".to_owned()),
    }
}

fn plain(kind: Kind, value: Decimal) -> Result<String, String> {
    let text = in_range(kind, value)?.to_string();
    match text.contains(['e', 'E']) {
        true => Err("the number is too large or too small to be written without an exponent".to_owned()),
        false => Ok(text),
    }
}

/// A date. Its zone, which FEEL dates do not have, is read and left out.
fn date(lexical: &str) -> Result<Date, String> {
    let end = lexical.len() - zone_length(lexical);
    Date::parse(&lexical[..end])
        .filter(|date| date.year() != 0)
        .ok_or_else(|| expected(Kind::Date, "a date as 2024-05-20"))
}

fn date_time(lexical: &str) -> Result<DateTime, String> {
    let form = "a date and time as 2024-05-20T10:00:00+05:00";
    // FEEL writes zones by name and offsets with seconds, XML Schema does not.
    let local = &lexical[..lexical.len() - zone_length(lexical)];
    let plain = local.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'T' | b'.'));
    let seconds = local
        .split_once('T')
        .is_some_and(|(_, time)| time.split('.').next().is_some_and(|time| time.len() == 8));
    let value = DateTime::parse(lexical).filter(|value| plain && seconds && value.date().year() != 0);
    value.ok_or_else(|| expected(Kind::DateTime, form))
}

/// Bytes of the zone (`Z`, `+05:00`) a text ends with.
fn zone_length(lexical: &str) -> usize {
    let bytes = lexical.as_bytes();
    match bytes {
        [.., b'Z'] => 1,
        [.., b'+' | b'-', h, i, b':', m, n] if [h, i, m, n].iter().all(|digit| digit.is_ascii_digit()) => 6,
        _ => 0,
    }
}

fn moment_text(value: &DateTime) -> Result<String, String> {
    let mut time = value.time().clone().with_zone(None).to_string();
    match value.offset_seconds() {
        None => {}
        Some(0) => time.push('Z'),
        Some(offset) if offset % 60 == 0 && offset.abs() <= 14 * 3600 => {
            let (sign, size) = (if offset < 0 { '-' } else { '+' }, offset.abs());
            time.push_str(&format!("{sign}{:02}:{:02}", size / 3600, size / 60 % 60));
        }
        Some(_) => {
            return Err("the zone of that moment has an offset that XML Schema cannot write; give it in UTC"
                .to_owned());
        }
    }
    Ok(format!("{}T{time}", value.date()))
}

fn base64(lexical: &str) -> Result<String, String> {
    let compact: String =
        lexical.chars().filter(|character| !matches!(character, ' ' | '\t' | '\n' | '\r')).collect();
    match STANDARD.decode(&compact) {
        Ok(_) => Ok(compact),
        Err(_) => Err(expected(Kind::Base64, "base64 with its padding")),
    }
}

fn check(simple: &SimpleType, lexical: &str, number: Option<Decimal>) -> Result<(), String> {
    simple.steps.iter().try_for_each(|step| check_step(simple.kind, step, lexical, number))
}

fn check_step(kind: Kind, step: &Restriction, lexical: &str, number: Option<Decimal>) -> Result<(), String> {
    if !step.texts.is_empty() && !step.texts.iter().any(|allowed| allowed == lexical) {
        return Err(format!("the text is none of the values of the contract: {}", some_of(&step.texts)));
    }
    check_length(kind, step, lexical)?;
    if let Some(number) = number {
        check_number(step, lexical, number)?;
    }
    if !step.patterns.is_empty() && !step.patterns.iter().any(|(_, pattern)| pattern.is_match(lexical)) {
        let patterns: Vec<&str> = step.patterns.iter().map(|(text, _)| text.as_str()).collect();
        return Err(format!("the text does not have the form {}", patterns.join(" or ")));
    }
    Ok(())
}

fn check_length(kind: Kind, step: &Restriction, lexical: &str) -> Result<(), String> {
    if step.min_length == 0 && step.max_length.is_none() {
        return Ok(());
    }
    let (length, unit) = match kind {
        Kind::Base64 => (decoded_length(lexical), "bytes"),
        _ => (lexical.chars().count(), "characters"),
    };
    if length < step.min_length {
        return Err(format!("the text has {length} {unit}, at least {} are wanted", step.min_length));
    }
    match step.max_length {
        Some(most) if length > most => {
            Err(format!("the text has {length} {unit}, at most {most} are allowed"))
        }
        _ => Ok(()),
    }
}

fn decoded_length(base64: &str) -> usize {
    let digits =
        base64.bytes().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).count();
    digits * 3 / 4
}

fn check_number(step: &Restriction, lexical: &str, number: Decimal) -> Result<(), String> {
    if !step.numbers.is_empty() && !step.numbers.contains(&number) {
        return Err("the number is none of the values of the contract".to_owned());
    }
    for (bound, limit) in &step.bounds {
        if !bound.holds(&number, limit) {
            return Err(format!("the number must be {} {limit}", bound.words()));
        }
    }
    let unsigned = lexical.trim_start_matches(['-', '+']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let (whole, fraction) = (whole.trim_start_matches('0').len(), fraction.trim_end_matches('0').len());
    if step.total_digits.is_some_and(|most| whole + fraction > most) {
        return Err("the number has more digits than the contract allows".to_owned());
    }
    if step.fraction_digits.is_some_and(|most| fraction > most) {
        return Err("the number has more digits behind the point than the contract allows".to_owned());
    }
    Ok(())
}

fn some_of(values: &[String]) -> String {
    let shown: Vec<&str> = values.iter().take(12).map(String::as_str).collect();
    let more = if values.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
