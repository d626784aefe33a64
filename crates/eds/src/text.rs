//! Small texts shared by the room: hexadecimal and decimal forms of numbers, base64 as XML carries it.

use std::fmt::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn write_hex(out: &mut impl Write, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// Base64 without line breaks.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes base64 after taking out white space (line breaks, indentation, a literal `&#13;` that the reader has resolved to CR).
/// `None` when a character or the padding is wrong, or when the text is longer than `limit` characters.
pub(crate) fn base64_bytes(text: &str, limit: usize) -> Option<Vec<u8>> {
    if text.len() > limit {
        return None;
    }
    let tight: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).collect();
    STANDARD.decode(tight).ok()
}

/// An unsigned big-endian number in decimal digits.
pub(crate) fn decimal(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = vec![0];
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).unwrap_or(0);
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or(0));
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// Decimal digits to an unsigned big-endian number without leading zero bytes; `None` for anything but 1 to 60 digits.
pub(crate) fn from_decimal(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > 60 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for digit in text.bytes() {
        let mut carry = u16::from(digit - b'0');
        for byte in bytes.iter_mut().rev() {
            carry += u16::from(*byte) * 10;
            *byte = u8::try_from(carry & 0xff).unwrap_or(0);
            carry >>= 8;
        }
        if carry > 0 {
            bytes.insert(0, u8::try_from(carry).unwrap_or(0));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decimal_form_of_a_number_reads_back(number in any::<u128>()) {
            let bytes = number.to_be_bytes();
            prop_assert_eq!(decimal(&bytes), number.to_string());
            let tight: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
            prop_assert_eq!(from_decimal(&number.to_string()), Some(tight));
        }
    }

    #[test]
    fn white_space_of_xml_is_taken_out_of_base64() {
        assert_eq!(base64_bytes(" AQ\r\nI\tD ", 100), Some(vec![1, 2, 3]));
        assert_eq!(base64_bytes("AQ=", 100), None);
        assert_eq!(base64_bytes("AQID", 3), None);
    }
}
