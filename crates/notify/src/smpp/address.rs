//! Numbers on the SMPP wire: digits with their type of number and numbering plan.

use std::str::FromStr;

use rusmpp::types::COctetString;
use rusmpp::values::{Npi, Ton};

/// Why a number cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{side} {text:?} is neither digits (3–15, optionally with +) nor, for a sender, up to 11 Latin letters and digits"
)]
pub struct AddressError {
    /// `sender` or `recipient`.
    pub side: &'static str,
    /// What was given.
    pub text: String,
}

/// A number as it goes into a PDU.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) ton: Ton,
    pub(crate) npi: Npi,
    pub(crate) text: COctetString<1, 21>,
}

/// Digits of 7 places and more are international, shorter ones are the network's own numbers (1414).
pub(crate) fn parse(side: &'static str, text: &str) -> Result<Address, AddressError> {
    let error = || AddressError { side, text: text.chars().take(40).collect() };
    let digits = text.strip_prefix('+').unwrap_or(text);
    let (ton, npi, written) =
        if (3..=15).contains(&digits.len()) && digits.bytes().all(|octet| octet.is_ascii_digit()) {
            let international = text.starts_with('+') || digits.len() >= 7;
            (if international { Ton::International } else { Ton::NetworkSpecific }, Npi::Isdn, digits)
        } else if side == "sender" && is_name(text) {
            (Ton::Alphanumeric, Npi::Unknown, text)
        } else {
            return Err(error());
        };
    Ok(Address { ton, npi, text: COctetString::from_str(written).map_err(|_| error())? })
}

fn is_name(text: &str) -> bool {
    (1..=11).contains(&text.len())
        && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b" .-_".contains(&octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_international_and_short_numbers_the_networks_own() {
        let phone = parse("recipient", "+77011234567").unwrap();
        assert_eq!(
            (phone.ton, phone.npi, phone.text.as_str()),
            (Ton::International, Npi::Isdn, "77011234567")
        );
        assert_eq!(parse("sender", "1414").unwrap().ton, Ton::NetworkSpecific);
        assert_eq!(parse("sender", "eGov").unwrap().ton, Ton::Alphanumeric);
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        for text in ["", "+", "12", "eGov", "7701123456789012", "٧٧٠١"] {
            assert_eq!(parse("recipient", text).unwrap_err().text, text);
        }
        assert!(parse("sender", "электронный").is_err());
    }
}
