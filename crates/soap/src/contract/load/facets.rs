//! The facets of a restriction.

use super::{not_part, only_attributes, refuse, schema_children};
use crate::contract::ContractError;
use crate::contract::model::{Bound, Kind, Restriction};
use rules::Decimal;
use uppsala::XsdRegex;
use xml::Element;

/// Values of one enumeration, and patterns of one restriction.
const MOST_VALUES: usize = 5000;

pub(super) fn read(restriction: Element<'_>, kind: Kind) -> Result<Restriction, ContractError> {
    let mut read = Restriction::default();
    for facet in schema_children(restriction)? {
        only_attributes(facet, &["value", "id"])?;
        let Some(value) = facet.attribute("", "value") else {
            return refuse(facet, "the facet has no value; give it one".to_owned());
        };
        if read.texts.len() + read.numbers.len() + read.patterns.len() >= MOST_VALUES {
            return refuse(
                facet,
                format!("more than {MOST_VALUES} values; use a pattern, or check it in a rule"),
            );
        }
        one(facet, value, kind, &mut read)?;
    }
    Ok(read)
}

fn one(facet: Element<'_>, value: &str, kind: Kind, read: &mut Restriction) -> Result<(), ContractError> {
    let text_like = matches!(kind, Kind::Text | Kind::Base64);
    match facet.local_name() {
        "pattern" => {
            let pattern = pattern(facet, value)?;
            read.patterns.push((value.to_owned(), pattern));
        }
        "enumeration" if kind == Kind::Text => read.texts.push(value.to_owned()),
        "enumeration" if kind.is_number() => read.numbers.push(number(facet, value)?),
        "length" if text_like => {
            read.min_length = count(facet, value)?;
            read.max_length = Some(read.min_length);
        }
        "minLength" if text_like => read.min_length = count(facet, value)?,
        "maxLength" if text_like => read.max_length = Some(count(facet, value)?),
        "minInclusive" if kind.is_number() => read.bounds.push((Bound::AtLeast, number(facet, value)?)),
        "minExclusive" if kind.is_number() => read.bounds.push((Bound::MoreThan, number(facet, value)?)),
        "maxInclusive" if kind.is_number() => read.bounds.push((Bound::AtMost, number(facet, value)?)),
        "maxExclusive" if kind.is_number() => read.bounds.push((Bound::LessThan, number(facet, value)?)),
        "totalDigits" if kind.is_number() => read.total_digits = Some(count(facet, value)?),
        "fractionDigits" if kind.is_number() => read.fraction_digits = Some(count(facet, value)?),
        name @ ("enumeration" | "length" | "minLength" | "maxLength" | "minInclusive" | "minExclusive"
        | "maxInclusive" | "maxExclusive" | "totalDigits" | "fractionDigits") => {
            let message = format!(
                "the facet {name} is not read on {}; use xs:pattern, or check it in a rule",
                kind.name()
            );
            return refuse(facet, message);
        }
        _ => return not_part(facet),
    }
    Ok(())
}

fn count(facet: Element<'_>, value: &str) -> Result<usize, ContractError> {
    match value.parse::<u32>() {
        Ok(number) => Ok(number as usize),
        Err(_) => refuse(facet, "the facet is no count; write a whole number".to_owned()),
    }
}

fn number(facet: Element<'_>, value: &str) -> Result<Decimal, ContractError> {
    let plain = value.len() <= 40 && !value.contains(['e', 'E']);
    match value.parse::<Decimal>() {
        Ok(number) if plain => Ok(number),
        _ => refuse(facet, "the facet is no number; write digits with a point".to_owned()),
    }
}

fn pattern(facet: Element<'_>, value: &str) -> Result<XsdRegex, ContractError> {
    // What these classes hold differs between validators: some take Arabic digits for \d.
    for class in ["\\d", "\\D", "\\w", "\\W"] {
        if value.contains(class) {
            return refuse(
                facet,
                format!("the class {class} in a pattern; write the characters out, [0-9] for example"),
            );
        }
    }
    if value.chars().nth(1000).is_some() {
        return refuse(facet, "the pattern is longer than 1000 characters; shorten it".to_owned());
    }
    match XsdRegex::compile(value) {
        Ok(pattern) => Ok(pattern),
        Err(error) => refuse(facet, format!("the pattern is not read: {error}")),
    }
}
