//! Unsigned integers of 256 bits: just what exact products and sums of 34-digit coefficients need.
//!
//! Callers keep values below 2^256 (at most 77 decimal digits); nothing here checks it again.

use std::cmp::Ordering;

/// Four 64-bit limbs, the least significant first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wide([u64; 4]);

/// 10^0 … 10^77.
pub(super) const POWERS: [Wide; 78] = {
    let mut table = [Wide([1, 0, 0, 0]); 78];
    let mut index = 1;
    while index < 78 {
        table[index] = table[index - 1].times_small(10);
        index += 1;
    }
    table
};

/// How many decimal digits a number has (zero has none).
pub(super) fn decimal_digits(value: u128) -> u32 {
    value.checked_ilog10().map_or(0, |log| log + 1)
}

impl From<u128> for Wide {
    #[expect(clippy::cast_possible_truncation, reason = "splits a number into its halves")]
    fn from(value: u128) -> Wide {
        Wide([value as u64, (value >> 64) as u64, 0, 0])
    }
}

impl Wide {
    pub(super) fn is_zero(self) -> bool {
        self.0 == [0; 4]
    }

    /// The low 128 bits.
    pub(super) fn low(self) -> u128 {
        u128::from(self.0[1]) << 64 | u128::from(self.0[0])
    }

    #[expect(clippy::cast_possible_truncation, reason = "limbs are cut from 128-bit intermediate results")]
    const fn times_small(self, factor: u64) -> Wide {
        let mut limbs = [0u64; 4];
        let mut carry = 0u128;
        let mut index = 0;
        while index < 4 {
            let product = self.0[index] as u128 * factor as u128 + carry;
            limbs[index] = product as u64;
            carry = product >> 64;
            index += 1;
        }
        Wide(limbs)
    }

    /// The product of two 128-bit numbers.
    pub(super) fn product(left: u128, right: u128) -> Wide {
        if let Some(small) = left.checked_mul(right) {
            return Wide::from(small);
        }
        Wide::from(left).times(Wide::from(right))
    }

    /// The product, cut to 256 bits.
    #[expect(clippy::cast_possible_truncation, reason = "limbs are cut from 128-bit intermediate results")]
    pub(super) fn times(self, other: Wide) -> Wide {
        let mut limbs = [0u64; 4];
        for (i, left) in self.0.iter().enumerate() {
            let mut carry = 0u128;
            for (j, right) in other.0.iter().enumerate().take(4 - i) {
                let sum = u128::from(*left) * u128::from(*right) + u128::from(limbs[i + j]) + carry;
                limbs[i + j] = sum as u64;
                carry = sum >> 64;
            }
        }
        Wide(limbs)
    }

    pub(super) fn plus(self, other: Wide) -> Wide {
        let mut limbs = [0u64; 4];
        let mut carry = false;
        for (limb, (left, right)) in limbs.iter_mut().zip(self.0.iter().zip(other.0)) {
            let (sum, first) = left.overflowing_add(right);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = first || second;
        }
        Wide(limbs)
    }

    /// `self - other`; the caller knows that it is not negative.
    pub(super) fn minus(self, other: Wide) -> Wide {
        let mut limbs = [0u64; 4];
        let mut borrow = false;
        for (limb, (left, right)) in limbs.iter_mut().zip(self.0.iter().zip(other.0)) {
            let (difference, first) = left.overflowing_sub(right);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            *limb = difference;
            borrow = first || second;
        }
        Wide(limbs)
    }

    /// Quotient and remainder of a division by a 64-bit number.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a quotient limb is below 2^64, a remainder below the divisor"
    )]
    pub(super) fn divide_small(self, divisor: u64) -> (Wide, u64) {
        let mut limbs = [0u64; 4];
        let mut remainder = 0u128;
        for (limb, source) in limbs.iter_mut().zip(self.0).rev() {
            let current = remainder << 64 | u128::from(source);
            *limb = (current / u128::from(divisor)) as u64;
            remainder = current % u128::from(divisor);
        }
        (Wide(limbs), remainder as u64)
    }

    /// Quotient of a division by `10^power` and whether a remainder was left.
    pub(super) fn divide_power(self, power: u32) -> (Wide, bool) {
        let (mut value, mut left, mut rest) = (self, power, false);
        while left > 0 && !value.is_zero() {
            let step = left.min(19);
            let (quotient, remainder) = value.divide_small(10u64.pow(step));
            value = quotient;
            rest |= remainder != 0;
            left -= step;
        }
        (value, rest)
    }

    /// The integer square root and whether it is rounded down.
    pub(super) fn square_root(self) -> (Wide, bool) {
        let mut rest = self;
        let mut root = Wide([0; 4]);
        let mut bit = Wide([0, 0, 0, 1 << 62]);
        while bit.cmp(&rest) == Ordering::Greater {
            bit = bit.halved().halved();
        }
        while !bit.is_zero() {
            let trial = root.plus(bit);
            root = root.halved();
            if rest.cmp(&trial) != Ordering::Less {
                rest = rest.minus(trial);
                root = root.plus(bit);
            }
            bit = bit.halved().halved();
        }
        (root, !rest.is_zero())
    }

    fn halved(self) -> Wide {
        let [a, b, c, d] = self.0;
        Wide([a >> 1 | b << 63, b >> 1 | c << 63, c >> 1 | d << 63, d >> 1])
    }

    /// How many decimal digits the number has (zero has none).
    pub(super) fn digits(self) -> u32 {
        if self.0[2] == 0 && self.0[3] == 0 {
            return decimal_digits(self.low());
        }
        let bits = (0..4)
            .rev()
            .find(|i| self.0[*i] != 0)
            .map_or(0, |i| 64 * u32::try_from(i).unwrap_or(0) + 64 - self.0[i].leading_zeros());
        let estimate = (bits * 1233) >> 12;
        match POWERS.get(estimate as usize) {
            Some(power) if self.cmp(power) == Ordering::Less => estimate,
            _ => estimate + 1,
        }
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Wide) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Wide {
    fn cmp(&self, other: &Wide) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}
