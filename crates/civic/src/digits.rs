//! Twelve digits with a control digit in two passes: what an IIN and a BIN share.

/// Twelve ASCII digits.
pub(crate) type Twelve = [u8; 12];

const FIRST_WEIGHTS: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/// Exactly twelve ASCII digits, or `None`.
pub(crate) fn twelve(text: &str) -> Option<Twelve> {
    let bytes: Twelve = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then_some(bytes)
}

/// The control digit of the first eleven, as ASCII; `None` for a number that is never issued because both passes give 10.
pub(crate) fn control(eleven: &[u8]) -> Option<u8> {
    let pass = |weights: [u32; 11]| {
        let sum: u32 =
            weights.iter().zip(eleven).map(|(weight, digit)| weight * u32::from(digit - b'0')).sum();
        sum % 11
    };
    [FIRST_WEIGHTS, SECOND_WEIGHTS]
        .into_iter()
        .map(pass)
        .find(|remainder| *remainder < 10)
        .and_then(|remainder| u8::try_from(remainder).ok())
        .map(|digit| digit + b'0')
}

/// Two digits as a number.
pub(crate) fn pair(digits: &Twelve, at: usize) -> u8 {
    (digits[at] - b'0') * 10 + (digits[at + 1] - b'0')
}

/// The digits as text.
pub(crate) fn text(digits: &Twelve) -> &str {
    str::from_utf8(digits).unwrap_or_default()
}
