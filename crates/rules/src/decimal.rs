//! Decimal numbers with the semantics of IEEE 754-2008 decimal128: 34 significant digits, half-even.
//!
//! Every amount of money and every index of the law goes through this type, so it never rounds silently in
//! binary, never panics and never overflows: an operation whose result has no decimal128 answers `None`.
//! Values are canonical (no trailing zeros), hence `1.0 == 1.00` and equal numbers hash alike.

mod functions;
mod text;
mod wide;

pub use text::NotANumber;

use std::cmp::Ordering;
use wide::{POWERS, Wide, decimal_digits};

/// Most significant digits a number holds.
pub const DIGITS: u32 = 34;
/// Largest exponent of the leading digit (`9.99…E+6144` is the largest number).
const MAX_ADJUSTED: i32 = 6144;
/// Smallest exponent of the last digit (`1E-6176` is the smallest positive number).
const MIN_EXPONENT: i32 = -6176;

/// A decimal number of at most 34 significant digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    high: u64,
    low: u64,
    exponent: i16,
    negative: bool,
}

/// How digits are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest; a tie to the even digit (the default of the DMN standard).
    HalfEven,
    /// To the nearest; a tie away from zero.
    HalfUp,
    /// To the nearest; a tie towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceiling,
}

impl Rounding {
    /// Whether the kept part grows by one: `digit` is the first dropped digit, `rest` whether anything
    /// non-zero follows it, `odd` whether the last kept digit is odd.
    fn grows(self, negative: bool, digit: u64, rest: bool, odd: bool) -> bool {
        let inexact = digit != 0 || rest;
        match self {
            Rounding::HalfEven => digit > 5 || (digit == 5 && (rest || odd)),
            Rounding::HalfUp => digit >= 5,
            Rounding::HalfDown => digit > 5 || (digit == 5 && rest),
            Rounding::Up => inexact,
            Rounding::Down => false,
            Rounding::Floor => inexact && negative,
            Rounding::Ceiling => inexact && !negative,
        }
    }
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal { high: 0, low: 0, exponent: 0, negative: false };
    /// One.
    pub const ONE: Decimal = Decimal { high: 0, low: 1, exponent: 0, negative: false };

    /// `coefficient × 10^exponent`, rounded half-even to 34 digits; `None` when too large.
    pub fn new(coefficient: i128, exponent: i32) -> Option<Decimal> {
        Decimal::build(coefficient < 0, Wide::from(coefficient.unsigned_abs()), exponent, false)
    }

    /// The digits as an integer; the number is `coefficient × 10^exponent`.
    pub fn coefficient(&self) -> i128 {
        let magnitude = i128::try_from(self.magnitude()).unwrap_or(i128::MAX);
        if self.negative { -magnitude } else { magnitude }
    }

    /// The exponent of the last significant digit.
    pub fn exponent(&self) -> i32 {
        i32::from(self.exponent)
    }

    /// Whether the number is zero.
    pub fn is_zero(&self) -> bool {
        self.high == 0 && self.low == 0
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Whether the number has no fraction.
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The number as an integer, if it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.to_i128().and_then(|whole| i64::try_from(whole).ok())
    }

    /// The number as an integer, if it is one and fits.
    pub fn to_i128(&self) -> Option<i128> {
        let power = u32::try_from(self.exponent).ok()?;
        self.coefficient().checked_mul(10i128.checked_pow(power)?)
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(self) -> Decimal {
        Decimal { negative: false, ..self }
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(self) -> Decimal {
        Decimal { negative: !self.negative && !self.is_zero(), ..self }
    }

    fn magnitude(&self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// Rounds a wide coefficient into a number. `rest`: something non-zero follows below the coefficient.
    fn build(negative: bool, coefficient: Wide, exponent: i32, rest: bool) -> Option<Decimal> {
        let digits = coefficient.digits();
        let excess = digits.saturating_sub(DIGITS).max(u32::try_from(MIN_EXPONENT - exponent).unwrap_or(0));
        let (kept, exponent) = if excess == 0 {
            (coefficient.low(), exponent)
        } else {
            let kept = drop_digits(coefficient, excess, rest, negative, Rounding::HalfEven);
            (kept, exponent.checked_add(i32::try_from(excess).ok()?)?)
        };
        Decimal::canonical(negative, kept, exponent)
    }

    /// Strips trailing zeros and checks the exponent; `magnitude` is at most 10^34.
    fn canonical(negative: bool, magnitude: u128, exponent: i32) -> Option<Decimal> {
        if magnitude == 0 {
            return Some(Decimal::ZERO);
        }
        if exponent > MAX_ADJUSTED {
            return None;
        }
        let (magnitude, exponent) = strip_zeros(magnitude, exponent);
        let adjusted = exponent + i32::try_from(decimal_digits(magnitude)).ok()? - 1;
        if adjusted > MAX_ADJUSTED {
            return None;
        }
        let high = u64::try_from(magnitude >> 64).ok()?;
        #[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
        let low = magnitude as u64;
        Some(Decimal { high, low, exponent: i16::try_from(exponent).ok()?, negative })
    }

    /// The sum; `None` when it is too large for a decimal128.
    #[must_use]
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        if self.is_zero() {
            return Some(other);
        }
        if other.is_zero() {
            return Some(self);
        }
        let (upper, lower) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let gap = u32::try_from(upper.exponent() - lower.exponent()).ok()?;
        // 34 + 42 digits still fit 256 bits; beyond that the lower number only matters for rounding.
        let shift = gap.min(42);
        let raised = Wide::from(upper.magnitude()).times(POWERS[shift as usize]);
        let (shifted, rest) = shift_right(lower.magnitude(), gap - shift);
        let exponent = upper.exponent() - i32::try_from(shift).ok()?;
        let shifted = Wide::from(shifted);
        if upper.negative == lower.negative {
            return Decimal::build(upper.negative, raised.plus(shifted), exponent, rest);
        }
        match raised.cmp(&shifted) {
            Ordering::Less => Decimal::build(lower.negative, shifted.minus(raised), exponent, rest),
            Ordering::Equal => Some(Decimal::ZERO),
            Ordering::Greater => {
                let mut difference = raised.minus(shifted);
                if rest {
                    difference = difference.minus(Wide::from(1));
                }
                Decimal::build(upper.negative, difference, exponent, rest)
            }
        }
    }

    /// The difference; `None` when it is too large for a decimal128.
    #[must_use]
    pub fn checked_sub(self, other: Decimal) -> Option<Decimal> {
        self.checked_add(other.negate())
    }

    /// The product; `None` when it is too large for a decimal128.
    #[must_use]
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        let product = Wide::product(self.magnitude(), other.magnitude());
        let exponent = self.exponent() + other.exponent();
        Decimal::build(self.negative != other.negative, product, exponent, false)
    }

    /// The quotient; `None` for a division by zero or when it is too large for a decimal128.
    #[must_use]
    pub fn checked_div(self, other: Decimal) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        let divisor = other.magnitude();
        let mut exponent = self.exponent() - other.exponent();
        let mut quotient = self.magnitude() / divisor;
        let mut remainder = self.magnitude() % divisor;
        // Four digits a step: the remainder is below 10^34, so it stays within 128 bits.
        while remainder != 0 && quotient < POWERS_128[34] {
            remainder *= 10_000;
            quotient = quotient * 10_000 + remainder / divisor;
            remainder %= divisor;
            exponent -= 4;
        }
        Decimal::build(self.negative != other.negative, Wide::from(quotient), exponent, remainder != 0)
    }

    /// FEEL `modulo`: `dividend - divisor * floor(dividend / divisor)`; `None` for a zero divisor.
    #[must_use]
    pub fn modulo(self, divisor: Decimal) -> Option<Decimal> {
        let quotient = self.checked_div(divisor)?.round(0, Rounding::Floor)?;
        let rest = self.checked_sub(divisor.checked_mul(quotient)?)?;
        // A quotient of more than 34 digits is rounded; keep the remainder inside the divisor.
        if rest.abs() < divisor.abs() { Some(rest) } else { Some(Decimal::ZERO) }
    }

    /// Rounds to `scale` digits after the decimal point (negative: before it).
    #[must_use]
    pub fn round(self, scale: i32, mode: Rounding) -> Option<Decimal> {
        let excess = -i64::from(self.exponent) - i64::from(scale);
        let Ok(excess) = u32::try_from(excess.max(0)) else { return Some(Decimal::ZERO) };
        if excess == 0 {
            return Some(self);
        }
        let kept = drop_digits(Wide::from(self.magnitude()), excess, false, self.negative, mode);
        if kept == 0 {
            return Some(Decimal::ZERO);
        }
        Decimal::canonical(self.negative, kept, scale.checked_neg()?)
    }

    /// The largest integer not above the number.
    #[must_use]
    pub fn floor(self) -> Decimal {
        self.round(0, Rounding::Floor).unwrap_or(self)
    }

    /// The integer part of the number, if it fits (the fraction is cut off).
    pub fn truncate_to_i64(self) -> Option<i64> {
        self.round(0, Rounding::Down)?.to_i64()
    }

    /// The nearest binary number; for charts and statistics, never for amounts.
    pub fn to_f64(&self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

/// Powers of ten that fit 128 bits.
const POWERS_128: [u128; 39] = {
    let mut table = [1u128; 39];
    let mut index = 1;
    while index < 39 {
        table[index] = table[index - 1] * 10;
        index += 1;
    }
    table
};

fn strip_zeros(mut magnitude: u128, mut exponent: i32) -> (u128, i32) {
    while magnitude > u128::from(u64::MAX) {
        if !magnitude.is_multiple_of(10) {
            return (magnitude, exponent);
        }
        magnitude /= 10;
        exponent += 1;
    }
    let mut small = u64::try_from(magnitude).unwrap_or(u64::MAX);
    while small.is_multiple_of(10) && small != 0 {
        small /= 10;
        exponent += 1;
    }
    (u128::from(small), exponent)
}

/// Integer part of `magnitude / 10^digits` and whether anything was cut off.
fn shift_right(magnitude: u128, digits: u32) -> (u128, bool) {
    match POWERS_128.get(digits as usize) {
        Some(power) => (magnitude / power, !magnitude.is_multiple_of(*power)),
        None => (0, magnitude != 0),
    }
}

/// Drops the last `count` digits of a coefficient, rounding. The result is at most 10^34 by the callers' choice.
fn drop_digits(coefficient: Wide, count: u32, rest: bool, negative: bool, mode: Rounding) -> u128 {
    if count > 78 {
        let rest = rest || !coefficient.is_zero();
        return u128::from(mode.grows(negative, 0, rest, false));
    }
    let (above, below) = coefficient.divide_power(count - 1);
    let (kept, digit) = above.divide_small(10);
    let kept = kept.low();
    kept + u128::from(mode.grows(negative, digit, rest || below, kept % 2 == 1))
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            _ => {}
        }
        let order = compare_magnitudes(self, other);
        if self.negative { order.reverse() } else { order }
    }
}

fn compare_magnitudes(left: &Decimal, right: &Decimal) -> Ordering {
    let (a, b) = (left.magnitude(), right.magnitude());
    if a == 0 || b == 0 || left.exponent == right.exponent {
        return a.cmp(&b);
    }
    let adjusted =
        |number: &Decimal, magnitude: u128| i64::from(number.exponent) + i64::from(decimal_digits(magnitude));
    let order = adjusted(left, a).cmp(&adjusted(right, b));
    if order != Ordering::Equal {
        return order;
    }
    // Equal leading positions: the gap is at most 33 digits and the raised number has at most 34.
    let gap = usize::from(left.exponent.abs_diff(right.exponent)).min(38);
    if left.exponent > right.exponent {
        (a.saturating_mul(POWERS_128[gap])).cmp(&b)
    } else {
        a.cmp(&b.saturating_mul(POWERS_128[gap]))
    }
}

macro_rules! from_integer {
    ($($kind:ty),*) => { $(
        impl From<$kind> for Decimal {
            fn from(value: $kind) -> Decimal {
                // An integer of 64 bits has at most 20 digits and always fits.
                Decimal::new(i128::from(value), 0).unwrap_or(Decimal::ZERO)
            }
        }
    )* };
}
from_integer!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Default for Decimal {
    fn default() -> Decimal {
        Decimal::ZERO
    }
}

#[cfg(test)]
mod tests;
