//! How a text becomes short messages: alphabet, segments, cost, and how segments become a text again.
//!
//! Pure: bytes and text in, bytes and text out. It must never drop or replace a character: what an alphabet cannot say
//! goes out in UCS-2, and what cannot be read back is refused by name.

pub mod alphabet;
pub mod concatenation;

use concatenation::{Reference, user_data_header};

/// Octets of user data in one short message (3GPP TS 23.040).
const USER_DATA_OCTETS: usize = 140;

/// The alphabet a whole message is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// The 7-bit default alphabet of GSM 03.38 with its extension table; one septet per octet on the SMPP wire.
    Gsm7,
    /// UCS-2, big-endian; characters outside the first plane travel as surrogate pairs, as phones do it.
    Ucs2,
}

impl Encoding {
    /// The narrowest alphabet that can say `text` without loss.
    pub fn of(text: &str) -> Self {
        if text.chars().all(|character| alphabet::septets(character).is_some()) {
            Self::Gsm7
        } else {
            Self::Ucs2
        }
    }

    /// SMPP `data_coding` of this alphabet (SMPP 3.4 §5.2.19).
    pub const fn data_coding(self) -> u8 {
        match self {
            Self::Gsm7 => 0,
            Self::Ucs2 => 8,
        }
    }

    /// Units (septets or 16-bit units) that fit beside a header of `header_octets`.
    const fn capacity(self, header_octets: usize) -> usize {
        match self {
            Self::Gsm7 => (USER_DATA_OCTETS * 8 - (header_octets * 8).div_ceil(7) * 7) / 7,
            Self::Ucs2 => (USER_DATA_OCTETS - header_octets) / 2,
        }
    }

    /// Units one character takes; 0 when this alphabet cannot say it.
    fn units(self, character: char) -> usize {
        match self {
            Self::Gsm7 => alphabet::septets(character).map_or(0, |septets| septets.len()),
            Self::Ucs2 => character.len_utf16(),
        }
    }

    /// `text` in this alphabet; characters that it cannot say are left out (see [`Encoding::of`], which never chooses so).
    fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Gsm7 => text.chars().filter_map(alphabet::septets).flatten().collect(),
            Self::Ucs2 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// What a text costs to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Alphabet of the message.
    pub encoding: Encoding,
    /// Septets (GSM 7-bit) or 16-bit units (UCS-2) of the text.
    pub units: usize,
    /// Short messages billed: 1 for a text that fits whole, otherwise the number of segments.
    pub segments: usize,
}

/// One short message as it goes into `short_message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// User data header with its length octet; empty when the text fits one message.
    pub header: Vec<u8>,
    /// The text octets after the header.
    pub payload: Vec<u8>,
}

impl Segment {
    /// Header and payload in one piece.
    pub fn octets(&self) -> Vec<u8> {
        [self.header.as_slice(), self.payload.as_slice()].concat()
    }
}

/// A text cut into short messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segmented {
    /// Alphabet of every segment.
    pub encoding: Encoding,
    /// At least one, at most 255.
    pub segments: Vec<Segment>,
}

/// Why a text cannot be sent as SMS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// More segments than allowed.
    #[error("the text needs {needed} short messages, at most {allowed} are allowed; shorten the text")]
    TooLong {
        /// Segments the text needs.
        needed: usize,
        /// The limit given (never above 255).
        allowed: usize,
    },
    /// Nothing to send.
    #[error("the text is empty; an SMS needs at least one character")]
    Empty,
}

/// What sending `text` costs, with an 8-bit or 16-bit reference when it must be cut.
pub fn cost(text: &str, reference: Reference) -> Cost {
    let encoding = Encoding::of(text);
    let units = text.chars().map(|character| encoding.units(character)).sum();
    Cost { encoding, units, segments: cut(text, encoding, reference).len() }
}

/// Cuts `text` into at most `allowed` short messages. Neither an escape pair nor a surrogate pair is ever torn apart.
///
/// # Errors
/// [`SegmentError::Empty`] for a text without characters, [`SegmentError::TooLong`] beyond `allowed` (or 255) segments.
pub fn segment(text: &str, reference: Reference, allowed: u8) -> Result<Segmented, SegmentError> {
    if text.is_empty() {
        return Err(SegmentError::Empty);
    }
    let encoding = Encoding::of(text);
    let pieces = cut(text, encoding, reference);
    let total = u8::try_from(pieces.len()).ok().filter(|total| *total <= allowed);
    let Some(total) = total else {
        return Err(SegmentError::TooLong { needed: pieces.len(), allowed: usize::from(allowed) });
    };
    let segments = (1..=total)
        .zip(pieces)
        .map(|(number, piece)| Segment {
            header: if total == 1 { Vec::new() } else { user_data_header(reference, total, number) },
            payload: encoding.encode(piece),
        })
        .collect();
    Ok(Segmented { encoding, segments })
}

fn cut(text: &str, encoding: Encoding, reference: Reference) -> Vec<&str> {
    let whole: usize = text.chars().map(|character| encoding.units(character)).sum();
    if whole <= encoding.capacity(0) {
        return vec![text];
    }
    let capacity = encoding.capacity(reference.header_octets());
    let (mut pieces, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, character) in text.char_indices() {
        let units = encoding.units(character);
        if used + units > capacity {
            pieces.push(&text[start..at]);
            (start, used) = (at, 0);
        }
        used += units;
    }
    pieces.push(&text[start..]);
    pieces
}

/// Why the octets of a received message cannot be read as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The `data_coding` names an alphabet this room does not read (binary, JIS, …).
    #[error(
        "data_coding {0:#04x} is not a text alphabet this link reads (read: 0x00, 0x01, 0x03, 0x06, 0x08)"
    )]
    Alphabet(u8),
    /// An octet that the alphabet does not have.
    #[error(
        "octet {octet:#04x} at position {position} is not in the alphabet of data_coding {data_coding:#04x}"
    )]
    Octet {
        /// The octet.
        octet: u8,
        /// Its position from 0.
        position: usize,
        /// The alphabet.
        data_coding: u8,
    },
    /// UCS-2 text with an odd number of octets or a lone surrogate.
    #[error("the UCS-2 text is broken (odd number of octets or half of a surrogate pair)")]
    Ucs2,
}

/// Reads the text octets of a message by its `data_coding`: 0 GSM default alphabet, 1 ASCII, 3 Latin-1, 6 Cyrillic
/// (ISO 8859-5), 8 UCS-2.
///
/// # Errors
/// When the alphabet is not one of these or an octet is not in it.
pub fn decode(data_coding: u8, octets: &[u8]) -> Result<String, DecodeError> {
    match data_coding {
        0x00 => alphabet::decode(octets).map_err(|(position, octet)| DecodeError::Octet {
            octet,
            position,
            data_coding,
        }),
        0x01 => single_octets(data_coding, octets, |octet| octet.is_ascii().then_some(char::from(octet))),
        0x03 => single_octets(data_coding, octets, |octet| Some(char::from(octet))),
        0x06 => single_octets(data_coding, octets, cyrillic),
        0x08 => {
            let (pairs, rest) = octets.as_chunks::<2>();
            if !rest.is_empty() {
                return Err(DecodeError::Ucs2);
            }
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            String::from_utf16(&units).map_err(|_| DecodeError::Ucs2)
        }
        other => Err(DecodeError::Alphabet(other)),
    }
}

fn single_octets(
    data_coding: u8,
    octets: &[u8],
    map: impl Fn(u8) -> Option<char>,
) -> Result<String, DecodeError> {
    octets
        .iter()
        .enumerate()
        .map(|(position, octet)| {
            map(*octet).ok_or(DecodeError::Octet { octet: *octet, position, data_coding })
        })
        .collect()
}

/// ISO 8859-5: ASCII and C1 as they are, then U+0401… in a block, with three exceptions.
fn cyrillic(octet: u8) -> Option<char> {
    match octet {
        0x00..=0xA0 => Some(char::from(octet)),
        0xAD => Some('\u{AD}'),
        0xF0 => Some('№'),
        0xFD => Some('§'),
        _ => char::from_u32(0x0360 + u32::from(octet)),
    }
}

#[cfg(test)]
mod tests;
