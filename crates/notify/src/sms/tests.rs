use super::concatenation::{Assembly, HeaderError, Joined, Place, Reference, Set, split_header};
use super::*;
use proptest::prelude::*;

const EIGHT: Reference = Reference::EightBit(0x2A);
const SIXTEEN: Reference = Reference::SixteenBit(0x1234);

#[test]
fn kazakh_text_needs_ucs2_and_plain_latin_does_not() {
    assert_eq!(Encoding::of("Hello, 7#1 {€}"), Encoding::Gsm7);
    assert_eq!(Encoding::of("Құрметті Азамат!"), Encoding::Ucs2);
    assert_eq!(
        Encoding::of("\u{1B}"),
        Encoding::Ucs2,
        "a bare escape is not a character of the default alphabet"
    );
}

#[test]
fn the_limits_of_one_message_and_of_segments_are_those_of_the_standard() {
    let segments = |text: &str, reference| cost(text, reference).segments;
    assert_eq!(segments(&"a".repeat(160), EIGHT), 1);
    assert_eq!(segments(&"a".repeat(161), EIGHT), 2);
    assert_eq!(segments(&"a".repeat(306), EIGHT), 2);
    assert_eq!(segments(&"a".repeat(307), EIGHT), 3);
    assert_eq!(segments(&"a".repeat(304), SIXTEEN), 2);
    assert_eq!(segments(&"a".repeat(305), SIXTEEN), 3);
    assert_eq!(segments(&"ә".repeat(70), EIGHT), 1);
    assert_eq!(segments(&"ә".repeat(71), EIGHT), 2);
    assert_eq!(segments(&"ә".repeat(134), EIGHT), 2);
    assert_eq!(segments(&"ә".repeat(135), EIGHT), 3);
    assert_eq!(segments(&"ә".repeat(132), SIXTEEN), 2);
    assert_eq!(segments(&"ә".repeat(133), SIXTEEN), 3);
}

#[test]
fn an_escape_pair_is_not_torn_between_segments() {
    let text = format!("{}€{}", "a".repeat(152), "b".repeat(20));
    let segmented = segment(&text, EIGHT, 10).unwrap();
    assert_eq!(segmented.segments[0].payload.len(), 152, "the pair moves whole to the second segment");
    assert_eq!(segmented.segments[1].payload[..2], [0x1B, 0x65]);
}

#[test]
fn a_surrogate_pair_is_not_torn_between_segments() {
    let text = format!("{}😀{}", "ә".repeat(66), "ә".repeat(20));
    let segmented = segment(&text, EIGHT, 10).unwrap();
    assert_eq!(segmented.segments[0].payload.len(), 132);
    assert!(decode(8, &segmented.segments[1].payload).unwrap().starts_with('😀'));
}

#[test]
fn the_header_says_reference_count_and_number() {
    let segmented = segment(&"ә".repeat(100), EIGHT, 10).unwrap();
    assert_eq!(segmented.segments[1].header, [5, 0, 3, 0x2A, 2, 2]);
    let segmented = segment(&"ә".repeat(100), SIXTEEN, 10).unwrap();
    assert_eq!(segmented.segments[0].header, [6, 8, 4, 0x12, 0x34, 2, 1]);
}

#[test]
fn too_long_and_empty_are_refused_with_numbers() {
    assert_eq!(segment("", EIGHT, 10), Err(SegmentError::Empty));
    let error = segment(&"ә".repeat(700), EIGHT, 10).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the text needs 11 short messages, at most 10 are allowed; shorten the text"
    );
    assert!(segment(&"ә".repeat(67 * 255), EIGHT, 255).is_ok());
    assert!(segment(&"ә".repeat(67 * 255 + 1), EIGHT, 255).is_err());
}

#[test]
fn foreign_alphabets_are_read() {
    assert_eq!(decode(0, &[0x37, 0x23, 0x31]).unwrap(), "7#1");
    assert_eq!(decode(0, &[0x1B, 0x65, 0x00]).unwrap(), "€@");
    assert_eq!(decode(0, &[0x1B, 0x41]).unwrap(), "A", "an unknown extension shows its basic character");
    assert_eq!(decode(6, &[0xB0, 0xDF, 0xA1, 0xF1, 0xF0]).unwrap(), "АпЁё№");
    assert_eq!(decode(3, &[0xE9]).unwrap(), "é");
}

#[test]
fn unreadable_octets_are_refused_by_name() {
    assert_eq!(decode(0, &[0x80]), Err(DecodeError::Octet { octet: 0x80, position: 0, data_coding: 0 }));
    assert_eq!(
        decode(0, &[0x41, 0x1B]),
        Err(DecodeError::Octet { octet: 0x1B, position: 1, data_coding: 0 })
    );
    assert_eq!(decode(1, &[0xC3]), Err(DecodeError::Octet { octet: 0xC3, position: 0, data_coding: 1 }));
    assert_eq!(decode(8, &[0x04]), Err(DecodeError::Ucs2));
    assert_eq!(decode(8, &[0xD8, 0x3D]), Err(DecodeError::Ucs2));
    assert_eq!(decode(4, &[0x00]), Err(DecodeError::Alphabet(4)));
}

#[test]
fn a_broken_header_is_refused() {
    assert_eq!(split_header(&[]), Err(HeaderError::CutOff { needed: 1, present: 0 }));
    assert_eq!(split_header(&[5, 0, 3, 1]), Err(HeaderError::CutOff { needed: 6, present: 4 }));
    assert_eq!(split_header(&[5, 0, 3, 1, 2, 0]), Err(HeaderError::Number { number: 0, total: 2 }));
    assert_eq!(split_header(&[5, 0, 3, 1, 2, 3]), Err(HeaderError::Number { number: 3, total: 2 }));
    assert!(split_header(&[3, 0, 200, 1]).is_err());
}

#[test]
fn other_information_elements_are_passed_over() {
    let octets = [0x0B, 0x05, 4, 1, 2, 3, 4, 0x00, 3, 9, 2, 1, b'x'];
    let (place, rest) = split_header(&octets).unwrap();
    assert_eq!(place, Some(Place { reference: Reference::EightBit(9), total: 2, number: 1 }));
    assert_eq!(rest, b"x");
}

#[test]
fn parts_of_different_senders_are_never_joined() {
    let mut assembly = Assembly::new(255);
    let place = |number| Place { reference: EIGHT, total: 2, number };
    assert_eq!(assembly.add("7701", place(1), vec![1], 0).0, Joined::Waiting);
    assert_eq!(assembly.add("7702", place(2), vec![2], 0).0, Joined::Waiting);
    assert_eq!(assembly.add("7701", place(2), vec![3], 0).0, Joined::Whole(vec![1, 3]));
    assert_eq!(assembly.held(), 3, "a whole message is held until it is handed over");
    assembly.forget(&Set { key: "7701", reference: EIGHT, total: 2 });
    assert_eq!(assembly.held(), 1);
}

#[test]
fn parts_of_an_old_message_do_not_meet_a_new_one_with_the_same_reference() {
    let mut assembly = Assembly::new(255);
    let place = |number| Place { reference: EIGHT, total: 2, number };
    assembly.add("7701", place(1), vec![1], 1_000);
    assert_eq!(assembly.expire(1_000), []);
    assert_eq!(assembly.expire(1_001).len(), 1);
    assert_eq!(assembly.add("7701", place(2), vec![2], 2_000).0, Joined::Waiting);
}

#[test]
fn a_flood_of_first_parts_is_bounded_and_the_dropped_are_named() {
    let mut assembly = Assembly::new(255);
    let mut dropped = Vec::new();
    for sender in 0..1000_u32 {
        let place = Place { reference: EIGHT, total: 255, number: 1 };
        dropped.extend(assembly.add(sender, place, vec![0; 134], 0).1);
    }
    assert_eq!(assembly.held(), 255);
    assert_eq!(dropped.len(), 745);
    assert_eq!(dropped[0].set.key, 0, "the oldest gives way first");
}

proptest! {
    #[test]
    fn what_is_cut_is_joined_again(text in "[a-zA-Z0-9 #€{}ҚқӘәЯя😀\n]{1,600}", sixteen: bool, seed: u64) {
        let reference = if sixteen { SIXTEEN } else { EIGHT };
        let segmented = segment(&text, reference, 255).unwrap();
        prop_assert_eq!(segmented.segments.len(), cost(&text, reference).segments);
        let fits = |segment: &Segment| match segmented.encoding {
            Encoding::Gsm7 => (segment.header.len() * 8).div_ceil(7) + segment.payload.len() <= 160,
            Encoding::Ucs2 => segment.octets().len() <= 140,
        };
        prop_assert!(segmented.segments.iter().all(fits));
        let coding = segmented.encoding.data_coding();
        if segmented.segments.len() == 1 {
            prop_assert_eq!(decode(coding, &segmented.segments[0].payload).unwrap(), text);
            return Ok(());
        }
        let mut order: Vec<_> = segmented.segments.iter().map(Segment::octets).collect();
        let turn = seed as usize % order.len();
        order.rotate_left(turn);
        let mut assembly = Assembly::new(1000);
        let mut whole = None;
        for octets in &order {
            let (place, rest) = split_header(octets).unwrap();
            if let (Joined::Whole(octets), _) = assembly.add((), place.unwrap(), rest.to_vec(), 0) {
                whole = Some(octets);
                assembly.forget(&Set { key: (), reference, total: segmented.segments.len() as u8 });
            }
        }
        prop_assert_eq!(decode(coding, &whole.unwrap()).unwrap(), text);
        prop_assert_eq!(assembly.held(), 0);
    }

    #[test]
    fn no_octets_make_the_readers_panic(octets in proptest::collection::vec(any::<u8>(), 0..300), coding: u8) {
        let _ = split_header(&octets);
        let _ = decode(coding, &octets);
    }
}
