//! An order becomes `submit_sm` PDUs.

use rusmpp::pdus::SubmitSm;
use rusmpp::tlvs::MessageSubmissionRequestTlvValue;
use rusmpp::types::{AnyOctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, MessagePayload, RegisteredDelivery};

use super::{LongText, SmsOrder, SubmitFault, address};
use crate::sms::concatenation::Reference;
use crate::sms::{Encoding, SegmentError, segment};

/// The PDUs of an order, one for each segment.
pub(crate) fn pdus(
    order: &SmsOrder,
    long_text: LongText,
    most_segments: u8,
) -> Result<Vec<SubmitSm>, SubmitFault> {
    let source = address::parse("sender", &order.source)?;
    let destination = address::parse("recipient", &order.destination)?;
    let segmented = segment(&order.text, reference(&order.id, long_text), most_segments)?;
    let base = |esm_class: u8, encoding: Encoding| {
        SubmitSm::builder()
            .source_addr_ton(source.ton)
            .source_addr_npi(source.npi)
            .source_addr(source.text.clone())
            .dest_addr_ton(destination.ton)
            .dest_addr_npi(destination.npi)
            .destination_addr(destination.text.clone())
            // From the octet: the library's default for this field is not zero.
            .esm_class(EsmClass::from(esm_class))
            .registered_delivery(RegisteredDelivery::from(u8::from(order.registered_delivery)))
            .data_coding(DataCoding::from(encoding.data_coding()))
    };
    let encoding = segmented.encoding;
    if long_text == LongText::Payload && segmented.segments.len() > 1 {
        let octets: Vec<u8> = segmented.segments.into_iter().flat_map(|segment| segment.payload).collect();
        let payload = MessagePayload::new(AnyOctetString::from_vec(octets));
        let tlv = MessageSubmissionRequestTlvValue::MessagePayload(payload);
        return Ok(vec![base(0, encoding).push_tlv(tlv).build()]);
    }
    let too_long = SubmitFault::Text(SegmentError::TooLong { needed: 256, allowed: 255 });
    segmented
        .segments
        .into_iter()
        .map(|segment| {
            let esm_class = if segment.header.is_empty() { 0 } else { 0x40 };
            let octets = OctetString::from_vec(segment.octets()).map_err(|_| too_long.clone())?;
            Ok(base(esm_class, encoding).short_message(octets).build())
        })
        .collect()
}

/// A reference fixed by the order's key: a repeated order has the same, so that a phone that got half of it completes it.
fn reference(id: &str, long_text: LongText) -> Reference {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    });
    let [low, high, ..] = hash.to_le_bytes();
    match long_text {
        LongText::SixteenBit => Reference::SixteenBit(u16::from_le_bytes([low, high])),
        LongText::EightBit | LongText::Payload => Reference::EightBit(low),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> SmsOrder {
        SmsOrder {
            id: "order-1".into(),
            source: "1414".into(),
            destination: "+77011234567".into(),
            text: text.into(),
            registered_delivery: true,
        }
    }

    #[test]
    fn a_short_text_is_one_plain_pdu() {
        let pdus = pdus(&order("7#1"), LongText::EightBit, 10).unwrap();
        assert_eq!(pdus.len(), 1);
        assert_eq!(u8::from(pdus[0].esm_class), 0);
        assert_eq!(u8::from(pdus[0].registered_delivery), 1);
        assert_eq!(pdus[0].short_message().as_ref(), b"7#1");
    }

    #[test]
    fn a_long_text_has_headers_with_one_reference_for_each_repeat() {
        let first = pdus(&order(&"ә".repeat(100)), LongText::EightBit, 10).unwrap();
        let again = pdus(&order(&"ә".repeat(100)), LongText::EightBit, 10).unwrap();
        assert_eq!(first.len(), 2);
        assert_eq!(first, again);
        assert_eq!(u8::from(first[0].esm_class), 0x40);
        assert_eq!(u8::from(first[0].data_coding), 8);
    }

    #[test]
    fn a_payload_is_one_pdu_with_the_whole_text() {
        let pdus = pdus(&order(&"ә".repeat(300)), LongText::Payload, 10).unwrap();
        assert_eq!((pdus.len(), pdus[0].sm_length(), pdus[0].tlvs().len()), (1, 0, 1));
    }

    #[test]
    fn a_bad_number_is_refused_before_anything_is_sent() {
        let bad = SmsOrder { destination: "8 701".into(), ..order("x") };
        assert!(matches!(pdus(&bad, LongText::EightBit, 10), Err(SubmitFault::Address(_))));
    }
}
