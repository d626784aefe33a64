//! Roots, powers, exponentials and logarithms, worked out with 76 digits and rounded once to 34.
//!
//! All answer `None` outside their domain or when the result is too large; none loops without bound.

use super::wide::{POWERS, Wide};
use super::{Decimal, Rounding};
use fastnum::D256;
use fastnum::decimal::{Context, RoundingMode};

/// Without traps: an overflow becomes an infinity, which is refused on the way back, never a panic.
const EXACT: Context = Context::default().with_rounding_mode(RoundingMode::HalfEven).without_traps();
/// Beyond this argument `e^x` is no decimal128.
const MAX_EXPONENTIAL: i64 = 14_300;

impl Decimal {
    /// The square root; `None` for a negative number.
    #[must_use]
    pub fn sqrt(self) -> Option<Decimal> {
        if self.is_negative() {
            return None;
        }
        if self.is_zero() {
            return Some(Decimal::ZERO);
        }
        // Raise to 71–76 digits with an even exponent: the root then has 36 digits or more.
        let digits = super::decimal_digits(self.magnitude());
        let mut shift = 74 - digits;
        if (self.exponent() - i32::try_from(shift).ok()?) % 2 != 0 {
            shift += 1;
        }
        let raised = Wide::from(self.magnitude()).times(POWERS[shift as usize]);
        let (root, rest) = raised.square_root();
        let exponent = (self.exponent() - i32::try_from(shift).ok()?) / 2;
        Decimal::build(false, root, exponent, rest)
    }

    /// `e` to the power of the number.
    #[must_use]
    pub fn exp(self) -> Option<Decimal> {
        if self < Decimal::from(-MAX_EXPONENTIAL) {
            return Some(Decimal::ZERO);
        }
        if self > Decimal::from(MAX_EXPONENTIAL) {
            return None;
        }
        from_wide(exponential(to_wide(self)?)?)
    }

    /// The natural logarithm; `None` unless the number is above zero.
    #[must_use]
    pub fn ln(self) -> Option<Decimal> {
        if self <= Decimal::ZERO {
            return None;
        }
        from_wide(logarithm(self)?)
    }

    /// The number to the power of `exponent`. A fractional exponent needs a positive base.
    #[must_use]
    pub fn power(self, exponent: Decimal) -> Option<Decimal> {
        if exponent.is_zero() {
            return Some(Decimal::ONE);
        }
        if self.is_zero() {
            return if exponent.is_negative() { None } else { Some(Decimal::ZERO) };
        }
        if self == Decimal::ONE {
            return Some(Decimal::ONE);
        }
        match exponent.to_i64() {
            Some(whole) => integer_power(self, whole),
            None if exponent.is_integer() || self.is_negative() => None,
            None => {
                let scaled = logarithm(self)? * to_wide(exponent)?;
                let rough = from_wide(scaled)?;
                if rough < Decimal::from(-MAX_EXPONENTIAL) {
                    return Some(Decimal::ZERO);
                }
                if rough > Decimal::from(MAX_EXPONENTIAL) {
                    return None;
                }
                from_wide(exponential(scaled)?)
            }
        }
    }
}

/// Halvings of an argument before its series: the series then needs [`TERMS`] terms for 50 digits and more.
const EXTRA_HALVINGS: u32 = 8;
const TERMS: i64 = 24;
/// The natural logarithm of ten.
const LN_10: &str = "2.302585092994045684017991454684364207601101488628772976033327900967572609677";

/// `e^x`: the argument is halved until its series is short, the result squared as often.
fn exponential(argument: D256) -> Option<D256> {
    let rough = from_wide(argument)?;
    let mut size = rough.abs().round(0, Rounding::Up)?.to_i64()?;
    let mut halvings = EXTRA_HALVINGS;
    while size > 1 {
        size = (size + 1) / 2;
        halvings += 1;
    }
    let one = to_wide(Decimal::ONE)?;
    let small = argument / to_wide(Decimal::from(1i64 << halvings))?;
    // Horner: 1 + x (1 + x/2 (1 + x/3 (…)))
    let mut result = one;
    for term in (1..=TERMS).rev() {
        result = one + small * result / to_wide(Decimal::from(term))?;
    }
    for _ in 0..halvings {
        result *= result;
    }
    Some(result)
}

/// The natural logarithm: a binary guess, made exact by one step of Halley's method (three times the digits).
fn logarithm(number: Decimal) -> Option<D256> {
    let half = Decimal::new(5, -1)?;
    let near_one = number > half && number < Decimal::from(2);
    let digits = i32::try_from(super::decimal_digits(number.magnitude())).ok()?;
    let tens = if near_one { 0 } else { number.exponent() + digits - 1 };
    let scaled = Decimal::new(number.coefficient(), number.exponent() - tens)?;
    let guess = to_wide(format!("{:e}", scaled.to_f64().ln()).parse().ok()?)?;
    let power = exponential(guess)?;
    let exact = to_wide(scaled)?;
    let step = to_wide(Decimal::from(2))? * (exact - power) / (exact + power);
    let ten = D256::from_str(LN_10, EXACT).ok()?;
    Some(guess + step + ten * to_wide(Decimal::from(tens))?)
}

/// Square and multiply: at most 64 rounds, stopping as soon as the result has left the range.
fn integer_power(base: Decimal, exponent: i64) -> Option<Decimal> {
    let mut square = to_wide(base)?;
    let mut result = to_wide(Decimal::ONE)?;
    let mut left = exponent.unsigned_abs();
    while left > 0 {
        if left & 1 == 1 {
            result *= square;
        }
        left >>= 1;
        if left > 0 {
            square = square * square;
        }
        if square.is_infinite() || square.is_nan() || square.is_zero() {
            break;
        }
    }
    if left > 0 {
        // The square left the range of 256-bit decimals: a large base grows away, a small one vanishes.
        let grows = (base.abs() > Decimal::ONE) == (exponent > 0);
        return if grows { None } else { Some(Decimal::ZERO) };
    }
    if exponent > 0 {
        return from_wide(result);
    }
    if result.is_zero() {
        return None;
    }
    from_wide(to_wide(Decimal::ONE)? / result)
}

fn to_wide(number: Decimal) -> Option<D256> {
    let text = format!("{}E{}", number.coefficient(), number.exponent());
    D256::from_str(&text, EXACT).ok()
}

fn from_wide(number: D256) -> Option<Decimal> {
    if number.is_nan() || number.is_infinite() {
        return None;
    }
    format!("{number:e}").parse().ok()
}
