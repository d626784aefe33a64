//! Delivery receipts: the optional parameters first, the customary text as a fallback (SMPP 3.4 §5.3.2, appendix B).

use rusmpp::pdus::DeliverSm;
use rusmpp::tlvs::TlvValue;

/// What became of a message, in the words of the standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    /// On its way (intermediate).
    Enroute,
    /// The phone has it.
    Delivered,
    /// Its validity ended first.
    Expired,
    /// The centre deleted it.
    Deleted,
    /// Cannot be delivered.
    Undeliverable,
    /// Read manually on the subscriber's behalf.
    Accepted,
    /// The centre does not know.
    Unknown,
    /// Rejected by the centre or network.
    Rejected,
    /// Anything else, as it was written.
    Other(String),
}

impl DeliveryState {
    /// Whether no other state will follow.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Enroute | Self::Unknown | Self::Other(_))
    }

    fn of_number(number: u8) -> Self {
        match number {
            0 | 1 => Self::Enroute,
            2 => Self::Delivered,
            3 => Self::Expired,
            4 => Self::Deleted,
            5 => Self::Undeliverable,
            6 => Self::Accepted,
            7 => Self::Unknown,
            8 => Self::Rejected,
            other => Self::Other(other.to_string()),
        }
    }

    fn of_word(word: &str) -> Self {
        match word.to_ascii_uppercase().as_str() {
            "ENROUTE" | "SCHEDUL" => Self::Enroute,
            "DELIVRD" => Self::Delivered,
            "EXPIRED" => Self::Expired,
            "DELETED" => Self::Deleted,
            "UNDELIV" => Self::Undeliverable,
            "ACCEPTD" => Self::Accepted,
            "UNKNOWN" => Self::Unknown,
            "REJECTD" => Self::Rejected,
            other => Self::Other(other.chars().take(20).collect()),
        }
    }
}

/// A receipt for one submitted segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The centre's id of the segment.
    pub smsc_message_id: String,
    /// What became of it.
    pub state: DeliveryState,
    /// The network's error code, as written, when there is one other than zero.
    pub error: Option<String>,
    /// The phone the message went to.
    pub phone: String,
}

/// Reads the receipt in a `deliver_sm`; `None` when neither the parameters nor the text name a message.
pub(crate) fn read(pdu: &DeliverSm) -> Option<Receipt> {
    let text = String::from_utf8_lossy(pdu.short_message().as_ref()).into_owned();
    let (mut id, mut state, mut error) = (None, None, None);
    for tlv in pdu.tlvs() {
        match tlv.value() {
            Some(TlvValue::ReceiptedMessageId(value)) => id = Some(value.as_str().to_owned()),
            Some(TlvValue::MessageState(value)) => state = Some(DeliveryState::of_number(u8::from(*value))),
            Some(TlvValue::NetworkErrorCode(value)) => error = Some(value.error_code.to_string()),
            _ => {}
        }
    }
    let smsc_message_id =
        id.or_else(|| field(&text, "id:").map(str::to_owned)).filter(|id| !id.is_empty())?;
    let state = state.or_else(|| field(&text, "stat:").map(DeliveryState::of_word))?;
    let error = error.or_else(|| field(&text, "err:").map(str::to_owned));
    let error = error.filter(|code| !code.bytes().all(|octet| octet == b'0'));
    Some(Receipt { smsc_message_id, state, error, phone: pdu.source_addr.as_str().to_owned() })
}

/// The word after `name` (in any case) in a text like `id:… sub:001 … stat:DELIVRD err:000 text:…`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let head = text.to_ascii_lowercase();
    let head = head.find("text:").map_or(head.as_str(), |end| &head[..end]);
    let at =
        head.match_indices(name).map(|(at, _)| at).find(|at| *at == 0 || head.as_bytes()[at - 1] == b' ')?;
    let from = at + name.len();
    text.get(from..)?.split_ascii_whitespace().next().filter(|_| !text[from..].starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusmpp::types::{COctetString, OctetString};
    use std::str::FromStr;

    fn receipt(text: &str) -> Option<Receipt> {
        let pdu = DeliverSm::builder()
            .source_addr(COctetString::from_str("77011234567").unwrap())
            .short_message(OctetString::from_slice(text.as_bytes()).unwrap())
            .build();
        read(&pdu)
    }

    #[test]
    fn the_customary_text_is_read() {
        let text = "id:0000A1 sub:001 dlvrd:001 submit date:2404011000 done date:2404011001 stat:DELIVRD err:000 text:id:7 stat:X";
        let receipt = receipt(text).unwrap();
        assert_eq!(receipt.smsc_message_id, "0000A1");
        assert_eq!(receipt.state, DeliveryState::Delivered);
        assert_eq!((receipt.error, receipt.phone.as_str()), (None, "77011234567"));
    }

    #[test]
    fn other_spellings_and_failures_are_read() {
        let receipt = receipt("ID:77 SUB:001 DLVRD:000 STAT:undeliv ERR:069 Text:").unwrap();
        assert_eq!((receipt.state, receipt.error.as_deref()), (DeliveryState::Undeliverable, Some("069")));
    }

    #[test]
    fn a_text_that_names_no_message_is_no_receipt() {
        assert_eq!(receipt(""), None);
        assert_eq!(receipt("stat:DELIVRD"), None);
        assert_eq!(receipt("text:id:5 stat:DELIVRD"), None);
        assert_eq!(receipt("id: stat:DELIVRD"), None);
    }
}
