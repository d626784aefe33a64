//! Decimals as text: reading `-12.50e3`, writing plain digits.

use super::{Decimal, POWERS_128};
use std::fmt;
use std::str::FromStr;

/// Longest numeral read: far more than 34 digits, far less than a denial of service.
const MAX_LENGTH: usize = 8_000;
/// Beyond this many zeros a number is written with an exponent.
const MAX_PLAIN_ZEROS: i32 = 60;

/// A text that is no decimal number. It does not quote the text, which may be personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number, or too large (write it as -1234.56)")]
pub struct NotANumber;

impl FromStr for Decimal {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Decimal, NotANumber> {
        read(text).ok_or(NotANumber)
    }
}

fn read(text: &str) -> Option<Decimal> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, power) = match unsigned.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, read_power(power)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty()) || (digits.contains('.') && fraction.is_empty()) {
        return None;
    }
    let mut coefficient = 0u128;
    let mut exponent = power;
    let mut rest = false;
    for (index, byte) in whole.bytes().chain(fraction.bytes()).enumerate() {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        let after_point = index >= whole.len();
        if coefficient < POWERS_128[36] {
            coefficient = coefficient * 10 + u128::from(digit);
            exponent -= i32::from(after_point);
        } else {
            rest |= digit != 0;
            exponent += i32::from(!after_point);
        }
    }
    Decimal::build(negative, coefficient.into(), exponent, rest)
}

fn read_power(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.magnitude().to_string();
        let length = i32::try_from(digits.len()).unwrap_or(0);
        let exponent = self.exponent();
        let mut text = String::with_capacity(digits.len() + 8);
        if self.negative {
            text.push('-');
        }
        if exponent > MAX_PLAIN_ZEROS || exponent + length < -MAX_PLAIN_ZEROS {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            text.push_str(&format!("{first}{point}{rest}E{:+}", exponent + length - 1));
        } else if exponent >= 0 {
            text.push_str(&digits);
            text.extend(std::iter::repeat_n('0', usize::try_from(exponent).unwrap_or(0)));
        } else if exponent + length > 0 {
            let (whole, fraction) = digits.split_at(usize::try_from(exponent + length).unwrap_or(0));
            text.push_str(&format!("{whole}.{fraction}"));
        } else {
            text.push_str("0.");
            text.extend(std::iter::repeat_n('0', usize::try_from(-exponent - length).unwrap_or(0)));
            text.push_str(&digits);
        }
        out.pad(&text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
