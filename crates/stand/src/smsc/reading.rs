//! What a submission says, and how a delivery is written.

use std::str::FromStr;

use jiff::Timestamp;
use rusmpp::pdus::{DeliverSm, SubmitSm};
use rusmpp::tlvs::{MessageDeliveryRequestTlvValue, TlvValue};
use rusmpp::types::{AnyOctetString, COctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, MessagePayload, MessageState, Npi, Ton};

use super::{Submission, Waiting};

/// The default alphabet of GSM 03.38 in the order of its septets.
const DEFAULT_ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension table.
const EXTENSION: &str = "\u{0a}\u{0c}\u{14}^\u{28}{\u{29}}\u{2f}\\\u{3c}[\u{3d}~\u{3e}]\u{40}|\u{65}€";

/// Reads a `submit_sm`; `None` when its text cannot be read.
pub(super) fn submission(pdu: &SubmitSm) -> Option<Submission> {
    let mut octets = pdu.short_message().as_ref();
    for tlv in pdu.tlvs() {
        if let Some(TlvValue::MessagePayload(payload)) = tlv.value() {
            octets = payload.value.as_ref();
        }
    }
    let mut part = None;
    if u8::from(pdu.esm_class) & 0x40 != 0 {
        let header = usize::from(*octets.first()?);
        part = place(octets.get(1..=header)?);
        octets = &octets[header + 1..];
    }
    Some(Submission {
        source: pdu.source_addr.as_str().to_owned(),
        destination: pdu.destination_addr.as_str().to_owned(),
        text: text(u8::from(pdu.data_coding), octets)?,
        part,
        receipt: u8::from(pdu.registered_delivery) & 0x03 != 0,
    })
}

/// Reference, total and number from the information elements of a user data header.
fn place(mut elements: &[u8]) -> Option<(u16, u8, u8)> {
    while let [id, length, rest @ ..] = elements {
        let (value, after) = rest.split_at_checked(usize::from(*length))?;
        match (id, value) {
            (0, [reference, total, number]) if (1..=*total).contains(number) => {
                return Some((u16::from(*reference), *total, *number));
            }
            (8, [high, low, total, number]) if (1..=*total).contains(number) => {
                return Some((u16::from_be_bytes([*high, *low]), *total, *number));
            }
            _ => elements = after,
        }
    }
    None
}

fn text(coding: u8, octets: &[u8]) -> Option<String> {
    match coding {
        0 => default_alphabet(octets),
        8 => {
            let units: Vec<u16> = octets
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |unit, octet| unit << 8 | u16::from(*octet)))
                .collect();
            octets.len().is_multiple_of(2).then(|| String::from_utf16(&units).ok()).flatten()
        }
        1 => octets.is_ascii().then(|| String::from_utf8_lossy(octets).into_owned()),
        3 => Some(octets.iter().map(|octet| char::from(*octet)).collect()),
        _ => None,
    }
}

fn default_alphabet(octets: &[u8]) -> Option<String> {
    let mut escaped = false;
    let mut text = String::new();
    for octet in octets {
        if *octet == 0x1B && !escaped {
            escaped = true;
            continue;
        }
        let extended = EXTENSION
            .chars()
            .zip(EXTENSION.chars().skip(1))
            .step_by(2)
            .find(|(code, _)| *code == char::from(*octet));
        match extended {
            Some((_, character)) if escaped => text.push(character),
            _ => text.push(DEFAULT_ALPHABET.chars().nth(usize::from(*octet))?),
        }
        escaped = false;
    }
    (!escaped).then_some(text)
}

/// The `deliver_sm` for something waiting. A text is written in the default alphabet when it can be, else in UCS-2.
pub(super) fn delivery(waiting: &Waiting) -> DeliverSm {
    let address = |text: &str| COctetString::<1, 21>::from_str(text).unwrap_or_else(|_| COctetString::null());
    let base = |phone: &str, number: &str| {
        DeliverSm::builder()
            .source_addr_ton(Ton::International)
            .source_addr_npi(Npi::Isdn)
            .source_addr(address(phone))
            .dest_addr_ton(Ton::NetworkSpecific)
            .dest_addr_npi(Npi::Isdn)
            .destination_addr(address(number))
    };
    match waiting {
        Waiting::Incoming { phone, number, text } => {
            let (coding, octets) = encode_text(text);
            let pdu = base(phone, number).esm_class(EsmClass::from(0)).data_coding(DataCoding::from(coding));
            match OctetString::from_slice(&octets) {
                Ok(short) => pdu.short_message(short).build(),
                Err(_) => {
                    let payload = MessagePayload::new(AnyOctetString::from_vec(octets));
                    pdu.push_tlv(MessageDeliveryRequestTlvValue::MessagePayload(payload)).build()
                }
            }
        }
        Waiting::Receipt { message_id, phone, number, delivered, submitted, done } => {
            let (word, state, count) = if *delivered {
                ("DELIVRD", MessageState::Delivered, "001")
            } else {
                ("UNDELIV", MessageState::Undeliverable, "000")
            };
            let text = format!(
                "id:{message_id} sub:001 dlvrd:{count} submit date:{} done date:{} stat:{word} err:000 text:",
                short_date(*submitted),
                short_date(*done)
            );
            let pdu = base(phone, number)
                .esm_class(EsmClass::from(0x04))
                .short_message(
                    OctetString::from_slice(text.as_bytes()).unwrap_or_else(|_| OctetString::null()),
                )
                .push_tlv(MessageDeliveryRequestTlvValue::MessageState(state));
            match COctetString::from_str(message_id) {
                Ok(id) => pdu.push_tlv(MessageDeliveryRequestTlvValue::ReceiptedMessageId(id)).build(),
                Err(_) => pdu.build(),
            }
        }
    }
}

fn encode_text(text: &str) -> (u8, Vec<u8>) {
    let septet = |character: char| {
        let position = DEFAULT_ALPHABET.chars().position(|known| known == character && known != '\u{1b}')?;
        u8::try_from(position).ok()
    };
    match text.chars().map(septet).collect::<Option<Vec<u8>>>() {
        Some(septets) => (0, septets),
        None => (8, text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    }
}

fn short_date(at: Timestamp) -> String {
    at.strftime("%y%m%d%H%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_alphabet_has_128_characters_and_reads_back() {
        assert_eq!(DEFAULT_ALPHABET.chars().count(), 128);
        assert_eq!(encode_text("7#1 @£").1, [0x37, 0x23, 0x31, 0x20, 0x00, 0x01]);
        assert_eq!(default_alphabet(&[0x37, 0x23, 0x1B, 0x65, 0x1B, 0x28]).as_deref(), Some("7#€{"));
        assert_eq!(default_alphabet(&[0x80]), None);
        assert_eq!(default_alphabet(&[0x1B]), None);
    }

    #[test]
    fn a_kazakh_text_is_written_in_ucs2() {
        let (coding, octets) = encode_text("Иә");
        assert_eq!(coding, 8);
        assert_eq!(text(8, &octets).as_deref(), Some("Иә"));
        assert_eq!(text(8, &[4]), None);
    }

    #[test]
    fn a_broken_header_names_no_place() {
        assert_eq!(place(&[0, 3, 9, 2, 3]), None);
        assert_eq!(place(&[0, 3, 9, 2]), None);
        assert_eq!(place(&[5, 1, 0, 0, 3, 9, 2, 1]), Some((9, 2, 1)));
    }
}
