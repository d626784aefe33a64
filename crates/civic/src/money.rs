//! Money in whole tiyn. Arithmetic is checked: a sum that does not fit is an error, never another sum.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount of tenge, kept in whole tiyn (a hundredth); negative for what is owed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money {
    tiyn: i64,
}

/// Why a text is not an amount, or a sum not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not a decimal number with at most two digits after the point.
    #[error("`{0}` is not an amount: write digits, and after a point one or two digits of tiyn (12345.67)")]
    Text(String),
    /// The text has more than two digits after the point.
    #[error(
        "`{0}` has parts of a tiyn: round it to two digits after the point first, by the rule of the act"
    )]
    PartsOfTiyn(String),
    /// The result does not fit.
    #[error("the amount leaves the range of ±92 233 720 368 547 758.07 tenge")]
    Overflow,
}

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money { tiyn: 0 };

    /// An amount in tiyn.
    pub const fn from_tiyn(tiyn: i64) -> Money {
        Money { tiyn }
    }

    /// An amount in whole tenge.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn from_tenge(tenge: i64) -> Result<Money, MoneyError> {
        tenge.checked_mul(100).map(Money::from_tiyn).ok_or(MoneyError::Overflow)
    }

    /// The amount in tiyn.
    pub const fn tiyn(self) -> i64 {
        self.tiyn
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.tiyn.checked_add(other.tiyn).map(Money::from_tiyn).ok_or(MoneyError::Overflow)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.tiyn.checked_sub(other.tiyn).map(Money::from_tiyn).ok_or(MoneyError::Overflow)
    }

    /// So many times the amount.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, count: i64) -> Result<Money, MoneyError> {
        self.tiyn.checked_mul(count).map(Money::from_tiyn).ok_or(MoneyError::Overflow)
    }

    /// The sum of many amounts.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn total(amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::ZERO, Money::plus)
    }

    /// `12345.67`: the number as FEEL and contracts write it, always with two digits after the point.
    pub fn decimal_text(self) -> String {
        let sign = if self.tiyn < 0 { "-" } else { "" };
        let tiyn = self.tiyn.unsigned_abs();
        format!("{sign}{}.{:02}", tiyn / 100, tiyn % 100)
    }

    /// Like `Display`, with spaces that do not break: for pages and documents.
    pub fn typeset(self) -> String {
        self.to_string().replace(' ', "\u{A0}")
    }
}

/// Reads a decimal text (`12345`, `12345.6`, `-12345.67`), as FEEL numbers and contracts give it. Zeros after the second digit are
/// fine (`10.500`); any other digit there is a part of a tiyn and refused.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Money, MoneyError> {
        let shown = || text.chars().take(40).collect::<String>();
        let wrong = || MoneyError::Text(shown());
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = match digits.split_once('.') {
            None => (digits, ""),
            Some((_, "")) => return Err(wrong()),
            Some(parts) => parts,
        };
        let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || text.len() > 60 || !only_digits(whole) || !only_digits(fraction) {
            return Err(wrong());
        }
        let (hundredths, rest) = fraction.split_at(fraction.len().min(2));
        if rest.bytes().any(|byte| byte != b'0') {
            return Err(MoneyError::PartsOfTiyn(shown()));
        }
        let mut tiyn: i64 = 0;
        // Built up on the negative side, which reaches one further.
        for digit in
            whole.bytes().chain(hundredths.bytes()).chain(std::iter::repeat_n(b'0', 2 - hundredths.len()))
        {
            tiyn = tiyn
                .checked_mul(10)
                .and_then(|tiyn| tiyn.checked_sub(i64::from(digit - b'0')))
                .ok_or(MoneyError::Overflow)?;
        }
        let tiyn = if negative { tiyn } else { tiyn.checked_neg().ok_or(MoneyError::Overflow)? };
        Ok(Money { tiyn })
    }
}

/// `12 345,67 ₸`, as Kazakh and Russian texts write it.
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenge = (self.tiyn.unsigned_abs() / 100).to_string();
        if self.tiyn < 0 {
            out.write_str("-")?;
        }
        for (place, digit) in tenge.char_indices() {
            if place > 0 && (tenge.len() - place).is_multiple_of(3) {
                out.write_str(" ")?;
            }
            write!(out, "{digit}")?;
        }
        write!(out, ",{:02} ₸", self.tiyn.unsigned_abs() % 100)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(&self.decimal_text())
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Money, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_written_as_people_read_it() {
        let cases = [
            (0, "0,00 ₸"),
            (7, "0,07 ₸"),
            (99_999, "999,99 ₸"),
            (1_234_567, "12 345,67 ₸"),
            (100_000_000, "1 000 000,00 ₸"),
            (-123_456, "-1 234,56 ₸"),
            (i64::MIN, "-92 233 720 368 547 758,08 ₸"),
        ];
        for (tiyn, text) in cases {
            assert_eq!(Money::from_tiyn(tiyn).to_string(), text);
        }
        assert_eq!(Money::from_tiyn(1_234_567).typeset(), "12\u{A0}345,67\u{A0}₸");
    }

    #[test]
    fn decimal_texts_are_read_exactly_or_refused() {
        let tiyn = |text: &str| text.parse::<Money>().map(Money::tiyn);
        assert_eq!(tiyn("12345.67"), Ok(1_234_567));
        assert_eq!(tiyn("12345"), Ok(1_234_500));
        assert_eq!(tiyn("12345.6"), Ok(1_234_560));
        assert_eq!(tiyn("-0.05"), Ok(-5));
        assert_eq!(tiyn("10.500"), Ok(1050));
        assert_eq!(tiyn("92233720368547758.07"), Ok(i64::MAX));
        assert_eq!(tiyn("-92233720368547758.08"), Ok(i64::MIN));
        assert_eq!(tiyn("92233720368547758.08"), Err(MoneyError::Overflow));
        assert_eq!(tiyn("10.505"), Err(MoneyError::PartsOfTiyn("10.505".into())));
        for text in ["", "-", ".5", "5.", "1,5", "1 000", "+5", "1e3", "--5", "٥", "1.2.3", "0x10", "1.-5"] {
            assert_eq!(tiyn(text), Err(MoneyError::Text(text.into())));
        }
        assert!(tiyn(&"9".repeat(1 << 20)).unwrap_err().to_string().len() < 300);
    }

    #[test]
    fn a_sum_that_does_not_fit_is_an_error() {
        let most = Money::from_tiyn(i64::MAX);
        assert_eq!(most.plus(Money::from_tiyn(1)), Err(MoneyError::Overflow));
        assert_eq!(Money::from_tiyn(i64::MIN).minus(Money::from_tiyn(1)), Err(MoneyError::Overflow));
        assert_eq!(most.times(2), Err(MoneyError::Overflow));
        assert_eq!(Money::from_tenge(i64::MAX), Err(MoneyError::Overflow));
        assert_eq!(Money::total([most, most]), Err(MoneyError::Overflow));
        assert_eq!(Money::total([Money::from_tiyn(5), Money::from_tiyn(-7)]), Ok(Money::from_tiyn(-2)));
    }

    proptest! {
        #[test]
        fn decimal_text_reads_back(tiyn in any::<i64>()) {
            let money = Money::from_tiyn(tiyn);
            prop_assert_eq!(money.decimal_text().parse::<Money>().unwrap(), money);
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn arithmetic_agrees_with_wider_arithmetic(a in any::<i64>(), b in any::<i64>()) {
            let (left, right) = (Money::from_tiyn(a), Money::from_tiyn(b));
            let narrow = |wide: i128| i64::try_from(wide).map(Money::from_tiyn).map_err(|_| MoneyError::Overflow);
            prop_assert_eq!(left.plus(right), narrow(i128::from(a) + i128::from(b)));
            prop_assert_eq!(left.minus(right), narrow(i128::from(a) - i128::from(b)));
            prop_assert_eq!(left.times(b), narrow(i128::from(a) * i128::from(b)));
        }

        #[test]
        fn any_text_is_an_amount_or_an_error(text in "[-0-9.]{0,30}") {
            let _ = text.parse::<Money>();
        }
    }
}
