//! Functions of texts. Places count letters (Unicode code points) from 1; negative ones from the end.

use super::{Entry, Outcome, or_refused, refused};
use crate::Value;
use crate::feel::session::Session;

pub(super) const TABLE: &[Entry] = &[
    ("substring", "string, start position, length?", substring),
    ("string length", "string", string_length),
    ("upper case", "string", upper_case),
    ("lower case", "string", lower_case),
    ("substring before", "string, match", substring_before),
    ("substring after", "string, match", substring_after),
    ("contains", "string, match", contains),
    ("starts with", "string, match", starts_with),
    ("ends with", "string, match", ends_with),
    ("string join", "list, delimiter? | list, delimiter, prefix, suffix", string_join),
];

fn spend(text: &str, session: &Session<'_>) -> Result<(), super::Failure> {
    session.spend_parts(text.len() / 32)
}

fn substring(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let cut = || {
        let text = arguments.first()?.as_str()?;
        let start = arguments.get(1)?.as_number()?.truncate_to_i64()?;
        let length = match arguments.get(2) {
            None | Some(Value::Null) => usize::MAX,
            Some(length) => {
                usize::try_from(length.as_number()?.truncate_to_i64()?).ok().filter(|length| *length > 0)?
            }
        };
        let total = text.chars().count();
        let skip = if start > 0 {
            usize::try_from(start).ok()? - 1
        } else if start < 0 {
            total.saturating_sub(usize::try_from(start.unsigned_abs()).ok()?)
        } else {
            return None;
        };
        if skip > total {
            return Some(String::new());
        }
        Some(text.chars().skip(skip).take(length).collect::<String>())
    };
    if let Some(text) = arguments.first().and_then(Value::as_str) {
        spend(text, session)?;
    }
    or_refused(cut().map(Value::from), "substring", arguments, session)
}

/// The text in a list of one, where a text is wanted.
fn unpacked(arguments: &[Value]) -> &[Value] {
    match arguments {
        [Value::List(items)] if items.len() == 1 => items,
        other => other,
    }
}

fn of_text(
    function: &str,
    arguments: &[Value],
    session: &Session<'_>,
    work: impl FnOnce(&str) -> Value,
) -> Outcome {
    match unpacked(arguments) {
        [Value::String(text)] => {
            spend(text, session)?;
            session.bounded(work(text))
        }
        _ => refused(function, arguments, session),
    }
}

fn string_length(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_text("string length", arguments, session, |text| {
        i64::try_from(text.chars().count()).map_or(Value::Null, Value::from)
    })
}

fn upper_case(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_text("upper case", arguments, session, |text| text.to_uppercase().into())
}

fn lower_case(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_text("lower case", arguments, session, |text| text.to_lowercase().into())
}

fn of_two(
    function: &str,
    arguments: &[Value],
    session: &Session<'_>,
    work: impl FnOnce(&str, &str) -> Value,
) -> Outcome {
    match [unpacked(arguments.get(..1).unwrap_or(&[])), unpacked(arguments.get(1..).unwrap_or(&[]))] {
        [[Value::String(text)], [Value::String(sought)]] => {
            spend(text, session)?;
            Ok(work(text, sought))
        }
        _ => refused(function, arguments, session),
    }
}

fn substring_before(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_two("substring before", arguments, session, |text, sought| {
        text.split_once(sought).map_or("", |(before, _)| before).into()
    })
}

fn substring_after(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_two("substring after", arguments, session, |text, sought| {
        text.split_once(sought).map_or("", |(_, after)| after).into()
    })
}

fn contains(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_two("contains", arguments, session, |text, sought| text.contains(sought).into())
}

fn starts_with(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_two("starts with", arguments, session, |text, sought| text.starts_with(sought).into())
}

fn ends_with(arguments: &[Value], session: &Session<'_>) -> Outcome {
    of_two("ends with", arguments, session, |text, sought| text.ends_with(sought).into())
}

/// Longest text that is joined, in bytes.
const MAX_JOINED: usize = 16 * 1024 * 1024;

/// Nulls in the list are left out; anything else that is no text makes null.
fn string_join(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let extra = |place: usize| match arguments.get(place) {
        None | Some(Value::Null) => Some(""),
        Some(value) => value.as_str(),
    };
    let join = || {
        let items = match arguments.first()? {
            Value::List(items) => items,
            Value::String(_) => arguments.get(..1)?,
            _ => return None,
        };
        let (delimiter, prefix, suffix) = (extra(1)?, extra(2)?, extra(3)?);
        let texts: Option<Vec<&str>> =
            items.iter().filter(|item| !item.is_null()).map(Value::as_str).collect();
        let texts = texts?;
        let length: usize = texts.iter().map(|text| text.len() + delimiter.len()).sum();
        (length <= MAX_JOINED).then(|| format!("{prefix}{}{suffix}", texts.join(delimiter)))
    };
    let joined = join();
    session.spend_parts(joined.as_ref().map_or(0, String::len) / 32)?;
    or_refused(joined.map(Value::from), "string join", arguments, session)
}
