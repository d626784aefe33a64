//! The default alphabet of GSM 03.38 (3GPP TS 23.038 §6.2.1) with its extension table, as data.
//!
//! Septets stand one per octet, the way SMPP carries them; packing is the radio network's affair.

/// Marks the next septet as one of the extension table.
const ESCAPE: u8 = 0x1B;

/// Characters in the order of their septets; at [`ESCAPE`] stands a placeholder that no text can contain as a character.
const BASIC: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{1B}', 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

const EXTENSION: [(u8, char); 10] = [
    (0x0A, '\u{0C}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2F, '\\'),
    (0x3C, '['),
    (0x3D, '~'),
    (0x3E, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

/// One or two septets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Septets {
    octets: [u8; 2],
    length: u8,
}

impl Septets {
    /// Number of septets: 1, or 2 with the escape.
    pub const fn len(self) -> usize {
        self.length as usize
    }

    /// Never true: a character takes at least one septet.
    pub const fn is_empty(self) -> bool {
        self.length == 0
    }
}

impl IntoIterator for Septets {
    type Item = u8;
    type IntoIter = std::iter::Take<std::array::IntoIter<u8, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.octets.into_iter().take(self.len())
    }
}

/// The septets of a character, or `None` when the alphabet does not have it.
pub fn septets(character: char) -> Option<Septets> {
    if character == char::from(ESCAPE) {
        return None;
    }
    if let Some(position) = BASIC.iter().position(|known| *known == character) {
        let octet = u8::try_from(position).ok()?;
        return Some(Septets { octets: [octet, 0], length: 1 });
    }
    EXTENSION
        .iter()
        .find(|(_, known)| *known == character)
        .map(|(octet, _)| Septets { octets: [ESCAPE, *octet], length: 2 })
}

/// Reads septets, one per octet. An unknown extension septet is read as its basic character, as the standard demands.
///
/// # Errors
/// `(position, octet)` of an octet above 0x7F or of an escape with nothing after it.
pub fn decode(octets: &[u8]) -> Result<String, (usize, u8)> {
    let mut text = String::with_capacity(octets.len());
    let mut walk = octets.iter().copied().enumerate();
    while let Some((position, octet)) = walk.next() {
        if octet != ESCAPE {
            text.push(basic(position, octet)?);
            continue;
        }
        let (position, extended) = walk.next().ok_or((position, octet))?;
        let known = EXTENSION.iter().find(|(septet, _)| *septet == extended).map(|(_, character)| *character);
        text.push(known.map_or_else(|| basic(position, extended), Ok)?);
    }
    Ok(text)
}

fn basic(position: usize, octet: u8) -> Result<char, (usize, u8)> {
    if octet == ESCAPE {
        return Ok(' '); // a second escape in a row is reserved; the standard shows it as a space
    }
    BASIC.get(usize::from(octet)).copied().ok_or((position, octet))
}
