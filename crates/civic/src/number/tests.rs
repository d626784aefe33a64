//! Numbers checked by hand, numbers made up, and numbers with one thing wrong.

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn a_published_bin_passes_and_tells_what_it_is() {
    // The BIN of the joint-stock company National Information Technologies, as its site prints it.
    let bin: Bin = "000740000728".parse().unwrap();
    assert_eq!((bin.kind(), bin.division()), (BinKind::Resident, BinDivision::Head));
    assert_eq!(bin.to_string(), "000740000728");
}

#[test]
fn an_iin_tells_birth_and_sex() {
    // Born 12 April 1961. Control: 6·1+1·2+0·3+4·4+1·5+2·6+3·7+0·8+0·9+0·10+1·11 = 73 = 6·11 + 7.
    let iin: Iin = "610412300017".parse().unwrap();
    assert_eq!(iin.born(), Some(date(1961, 4, 12)));
    assert_eq!(iin.sex(), Some(Sex::Male));
    let iin = Iin::compose(date(2024, 2, 29), Sex::Female, 1).unwrap();
    assert_eq!(&iin.reveal()[..11], "24022960001");
    assert_eq!((iin.born(), iin.sex()), (Some(date(2024, 2, 29)), Some(Sex::Female)));
    assert_eq!(&Iin::compose(date(1899, 12, 31), Sex::Male, 9999).unwrap().reveal()[..11], "99123119999");
}

#[test]
fn the_second_pass_decides_where_the_first_gives_ten() {
    // By hand: the first pass gives 87 = 7·11 + 10, the second 24+5+12+7+8+54+2 = 112 = 10·11 + 2.
    assert!("061211600012".parse::<Iin>().is_ok());
    // Found by a counter of its own, so that the product is not asked about itself.
    let head = (0..10_000u32)
        .map(|serial| format!("0001013{serial:04}"))
        .find(|head| weighted(head, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) == 10)
        .unwrap();
    let second = weighted(&head, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]);
    assert!(second < 10, "{head}");
    assert!(format!("{head}{second}").parse::<Iin>().is_ok());
    for other in (0..10).filter(|digit| *digit != second) {
        assert_eq!(format!("{head}{other}").parse::<Iin>(), Err(IinError::Control));
    }
}

fn weighted(head: &str, weights: [u32; 11]) -> u32 {
    head.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum::<u32>() % 11
}

#[test]
fn a_number_that_both_passes_refuse_is_never_made_nor_read() {
    let made = |serial| Iin::compose(date(1990, 1, 1), Sex::Male, serial);
    let never: Vec<u16> = (0..10_000).filter(|serial| made(*serial) == Err(IinError::NeverIssued)).collect();
    assert!((50..200).contains(&never.len()), "about one in 121: {}", never.len());
    for control in 0..10 {
        assert_eq!(format!("9001013{:04}{control}", never[0]).parse::<Iin>(), Err(IinError::Control));
    }
}

#[test]
fn a_wrong_iin_is_refused_by_the_rule_it_breaks() {
    let cases = [
        ("", IinError::Digits),
        ("61041230001", IinError::Digits),
        ("6104123000177", IinError::Digits),
        ("61041230001 ", IinError::Digits),
        ("61041230001O", IinError::Digits),
        ("٦١٠٤١٢٣٠٠٠١٧", IinError::Digits),
        ("610412700017", IinError::Century),
        ("611312300017", IinError::Date),
        ("610431300017", IinError::Date),
        ("610229300017", IinError::Date), // 1961 was not a leap year
        ("000229300017", IinError::Date), // nor was 1900
        ("610412300018", IinError::Control),
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<Iin>(), Err(error), "{text}");
    }
}

#[test]
fn a_foreigners_iin_has_neither_century_nor_sex() {
    let head = "00022900001";
    let control = char::from(digits::control(head.as_bytes()).unwrap());
    let iin: Iin = format!("{head}{control}").parse().unwrap();
    assert_eq!((iin.born(), iin.sex()), (None, None));
    assert_eq!("991332000010".parse::<Iin>(), Err(IinError::Date));
}

#[test]
fn a_wrong_bin_is_refused_by_the_rule_it_breaks() {
    let cases = [
        ("00074000072", BinError::Digits),
        ("001340000728", BinError::Month),
        ("000040000728", BinError::Month),
        ("000730000728", BinError::Kind),
        ("000770000728", BinError::Kind),
        ("000744000728", BinError::Division),
        ("000740000729", BinError::Control),
        ("610412300017", BinError::Kind), // an IIN is not a BIN
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<Bin>(), Err(error), "{text}");
    }
}

#[test]
fn neither_debug_nor_an_error_tells_an_iin() {
    let iin: Iin = "610412300017".parse().unwrap();
    assert_eq!(format!("{iin:?}"), "IIN…17");
    assert_eq!(format!("{:?}", Some([iin])), "Some([IIN…17])");
    let error = serde_json::from_str::<Iin>("\"610412300018\"").unwrap_err().to_string();
    assert!(error.contains("control digit") && !error.contains("6104"), "{error}");
}

#[test]
fn composing_outside_the_range_is_refused() {
    assert_eq!(Iin::compose(date(1799, 12, 31), Sex::Male, 1), Err(IinError::Range));
    assert_eq!(Iin::compose(date(2100, 1, 1), Sex::Male, 1), Err(IinError::Range));
    assert_eq!(Iin::compose(date(-1, 1, 1), Sex::Male, 1), Err(IinError::Range));
    assert_eq!(Iin::compose(date(2000, 1, 1), Sex::Male, 10_000), Err(IinError::Range));
    assert_eq!(Bin::compose(date(1999, 1, 1), BinKind::Resident, BinDivision::Head, 1), Err(BinError::Range));
    assert_eq!(
        Bin::compose(date(2000, 1, 1), BinKind::Resident, BinDivision::Head, 100_000),
        Err(BinError::Range)
    );
}

fn any_birth() -> impl Strategy<Value = jiff::civil::Date> {
    (0i64..109_000).prop_map(|days| date(1800, 1, 1).checked_add(days.days()).unwrap())
}

proptest! {
    #[test]
    fn what_is_composed_reads_back(born in any_birth(), female in any::<bool>(), serial in 0u16..10_000) {
        let sex = if female { Sex::Female } else { Sex::Male };
        match Iin::compose(born, sex, serial) {
            Ok(iin) => {
                let read: Iin = iin.reveal().parse().unwrap();
                prop_assert_eq!((read.born(), read.sex()), (Some(born), Some(sex)));
                prop_assert_eq!(&iin.reveal()[7..11], &format!("{serial:04}"));
            }
            Err(error) => prop_assert_eq!(error, IinError::NeverIssued),
        }
    }

    #[test]
    fn a_composed_bin_reads_back(year in 2000i16..2100, month in 1i8..=12, kind in 0usize..3, division in 0usize..4, serial in 0u32..100_000) {
        let kind = [BinKind::Resident, BinKind::NonResident, BinKind::JointEntrepreneurs][kind];
        let division = [BinDivision::Head, BinDivision::Branch, BinDivision::Representation, BinDivision::Farm][division];
        match Bin::compose(date(year, month, 1), kind, division, serial) {
            Ok(bin) => {
                let read: Bin = serde_json::from_str(&serde_json::to_string(&bin).unwrap()).unwrap();
                prop_assert_eq!((read, read.kind(), read.division()), (bin, kind, division));
            }
            Err(error) => prop_assert_eq!(error, BinError::NeverIssued),
        }
    }

    #[test]
    fn a_wrong_control_digit_never_passes(born in any_birth(), serial in 0u16..10_000, other in 1u8..10) {
        prop_assume!(Iin::compose(born, Sex::Male, serial).is_ok());
        let mut text = Iin::compose(born, Sex::Male, serial).unwrap().reveal().to_owned().into_bytes();
        text[11] = b'0' + (text[11] - b'0' + other) % 10;
        prop_assert_eq!(String::from_utf8(text).unwrap().parse::<Iin>(), Err(IinError::Control));
    }

    #[test]
    fn any_text_is_a_number_or_an_error(text in "\\PC{0,14}", digits in "[0-9]{12}") {
        let _ = (text.parse::<Iin>(), text.parse::<Bin>(), digits.parse::<Iin>(), digits.parse::<Bin>());
    }
}
