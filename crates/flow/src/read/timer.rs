//! Timers: plain ISO 8601, computed ones, and legal terms (`q:deadline`) with their cause.

use calendar::{Count, Unit};

use super::problem::shown;
use super::reader::{FileFacts, Reader, attribute, extensions};
use super::{BPMN, Q};
use crate::model::{Term, Text, TimerRule};
use crate::step::moment;

/// The rule of a timer event definition; none when it was refused.
pub(super) fn rule(reader: &mut Reader, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<TimerRule> {
    let mut found: Vec<xml::Element<'_>> = at
        .children()
        .filter(|child| child.namespace() == Some(BPMN))
        .filter(|child| matches!(child.local_name(), "timeDate" | "timeDuration" | "timeCycle"))
        .collect();
    found.extend(extensions(at, Q).filter(|child| child.local_name() == "deadline"));
    let [only] = found[..] else {
        let what = if found.is_empty() { "it does not say when" } else { "it says in several ways when" };
        let instead = "give one of timeDate, timeDuration, timeCycle and q:deadline";
        reader.report.at(&facts.file, at, what, instead);
        return None;
    };
    if only.namespace() == Some(Q) {
        return term(reader, facts, only).map(TimerRule::Term);
    }
    let text = reader.text(facts, only, &only.text())?;
    let (rule, fine): (fn(Text) -> TimerRule, bool) = match (only.local_name(), &text) {
        ("timeDate", Text::Fixed(fixed)) => (TimerRule::Date, moment::date(fixed).is_some()),
        ("timeDate", _) => (TimerRule::Date, true),
        ("timeDuration", Text::Fixed(fixed)) => (TimerRule::Duration, moment::duration(fixed).is_some()),
        ("timeDuration", _) => (TimerRule::Duration, true),
        (_, Text::Fixed(fixed)) => (TimerRule::Cycle, moment::cycle(fixed).is_some()),
        _ => (TimerRule::Cycle, true),
    };
    if !fine {
        let what = format!("`{}` is no {} of ISO 8601", shown(text.written()), only.local_name());
        let instead = "write 2024-04-01T09:00:00+05:00, P3D or PT30M, R3/PT1H, or FEEL after `=`";
        reader.report.at(&facts.file, only, what, instead);
        return None;
    }
    Some(rule(text))
}

fn term(reader: &mut Reader, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<Term> {
    let amount = attribute(at, "amount").unwrap_or_default();
    let amount = reader.text(facts, at, amount)?;
    if let Text::Fixed(fixed) = &amount
        && !fixed.parse::<i64>().is_ok_and(|amount| amount >= 0)
    {
        let what = format!("the amount `{}` is not a whole number of 0 or more", shown(fixed));
        reader.report.at(&facts.file, at, what, "write a number, or FEEL after `=`");
        return None;
    }
    let unit = parsed::<Unit>(reader, facts, at, "unit", None);
    let count = parsed::<Count>(reader, facts, at, "count", Some("after"));
    let from = match attribute(at, "from") {
        Some(from) => Some(reader.feel(facts, at, from)?),
        None => None,
    };
    let paragraph = attribute(at, "par").map(str::to_owned);
    if let Some(par) = &paragraph
        && let Err(error) = par.parse::<civic::Paragraph>()
    {
        reader.report.at(&facts.file, at, error.to_string(), "");
    }
    Some(Term { amount, unit: unit?, count: count?, from, paragraph })
}

fn parsed<T: std::str::FromStr<Err = String>>(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    name: &str,
    unwritten: Option<&str>,
) -> Option<T> {
    let written = attribute(at, name).or(unwritten).unwrap_or_default();
    written.parse().map_err(|reason: String| reader.report.at(&facts.file, at, reason, "")).ok()
}
