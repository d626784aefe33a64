use super::*;
use proptest::prelude::*;
use std::str::FromStr;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn arithmetic_is_exact_where_binary_is_not() {
    assert_eq!(decimal("0.1").checked_add(decimal("0.2")), Some(decimal("0.3")));
    assert_eq!(decimal("1.10").checked_mul(decimal("3")), Some(decimal("3.3")));
    assert_eq!(decimal("1000000").checked_sub(decimal("0.01")), Some(decimal("999999.99")));
}

#[test]
fn a_quotient_has_34_digits_and_is_rounded_half_even() {
    let third = decimal("1").checked_div(decimal("3")).unwrap();
    assert_eq!(third.to_string(), "0.3333333333333333333333333333333333");
    let two_thirds = decimal("2").checked_div(decimal("3")).unwrap();
    assert_eq!(two_thirds.to_string(), "0.6666666666666666666666666666666667");
    assert_eq!(decimal("1").checked_div(Decimal::ZERO), None);
}

#[test]
fn a_tie_goes_to_the_even_digit() {
    let nines = decimal("1000000000000000000000000000000001");
    assert_eq!(nines.checked_mul(decimal("10")).unwrap().to_string(), "10000000000000000000000000000000010");
    assert_eq!(
        decimal("10000000000000000000000000000000005"),
        decimal("10000000000000000000000000000000000")
    );
    assert_eq!(
        decimal("10000000000000000000000000000000015"),
        decimal("10000000000000000000000000000000020")
    );
}

#[test]
fn rounding_modes_differ_on_ties_and_signs() {
    let cases = [
        (Rounding::HalfEven, "2.5", "2"),
        (Rounding::HalfUp, "2.5", "3"),
        (Rounding::HalfUp, "-2.5", "-3"),
        (Rounding::HalfDown, "2.5", "2"),
        (Rounding::Up, "-1.1", "-2"),
        (Rounding::Down, "-1.9", "-1"),
        (Rounding::Floor, "-1.1", "-2"),
        (Rounding::Ceiling, "-1.9", "-1"),
    ];
    for (mode, from, to) in cases {
        assert_eq!(decimal(from).round(0, mode), Some(decimal(to)), "{mode:?} {from}");
    }
    assert_eq!(decimal("155").round(-1, Rounding::HalfEven), Some(decimal("160")));
    assert_eq!(decimal("0.0004").round(2, Rounding::Up), Some(decimal("0.01")));
    assert_eq!(decimal("5").round(i32::MIN, Rounding::HalfEven), Some(Decimal::ZERO));
    assert_eq!(decimal("5").round(i32::MAX, Rounding::HalfEven), Some(decimal("5")));
}

#[test]
fn modulo_takes_the_sign_of_the_divisor() {
    for (a, b, result) in [("12", "5", "2"), ("-12", "5", "3"), ("12", "-5", "-3"), ("10.1", "4.5", "1.1")] {
        assert_eq!(decimal(a).modulo(decimal(b)), Some(decimal(result)), "{a} mod {b}");
    }
}

#[test]
fn too_large_is_none_and_too_small_is_zero() {
    let large = decimal("9e6144");
    assert_eq!(large.checked_add(large), None);
    assert_eq!(large.checked_mul(large), None);
    assert_eq!(decimal("1e-6176").checked_mul(decimal("0.1")), Some(Decimal::ZERO));
    assert!(Decimal::from_str("1e7000").is_err());
}

#[test]
fn powers_roots_and_logarithms() {
    assert_eq!(decimal("2").power(decimal("10")), Some(decimal("1024")));
    assert_eq!(decimal("2").power(decimal("-2")), Some(decimal("0.25")));
    assert_eq!(decimal("-2").power(decimal("3")), Some(decimal("-8")));
    assert_eq!(decimal("-2").power(decimal("0.5")), None);
    assert_eq!(decimal("2").sqrt().unwrap().to_string(), "1.414213562373095048801688724209698");
    assert_eq!(decimal("16").sqrt(), Some(decimal("4")));
    assert_eq!(decimal("0.0009").sqrt(), Some(decimal("0.03")));
    assert_eq!(decimal("1").exp().unwrap().to_string(), "2.718281828459045235360287471352662");
    assert_eq!(decimal("10").ln().unwrap().to_string(), "2.302585092994045684017991454684364");
    assert_eq!(decimal("2").power(decimal("0.5")), decimal("2").sqrt());
    assert_eq!(decimal("10").power(decimal("999999999999")), None);
    assert_eq!(decimal("0.1").power(decimal("999999999999")), Some(Decimal::ZERO));
    assert_eq!(decimal("100").exp().unwrap().to_string(), "26881171418161354484126255515800140000000000");
}

#[test]
fn logarithms_keep_their_digits_near_one_and_far_away() {
    let ln = |text: &str| decimal(text).ln().unwrap().to_string();
    assert_eq!(ln("1"), "0");
    assert_eq!(ln("2"), "0.6931471805599453094172321214581766");
    assert_eq!(ln("1.0000000001"), "0.00000000009999999999500000000033333333330833");
    assert_eq!(ln("0.999"), "-0.001000500333583533500142982254068345");
    assert_eq!(ln("1e6000"), "13815.51055796427410410794872810619");
    assert_eq!(ln("7"), "1.94591014905531330510535274344318");
    assert_eq!(decimal("0").ln(), None);
}

#[test]
fn text_is_plain_unless_very_long() {
    assert_eq!(decimal("1e3").to_string(), "1000");
    assert_eq!(decimal("-.5").to_string(), "-0.5");
    assert_eq!(decimal("1.2300").to_string(), "1.23");
    assert_eq!(decimal("1.5e100").to_string(), "1.5E+100");
    for bad in ["", ".", "1.", "-", "1e", "e5", "1_0", "٣", "1e9999999", "NaN"] {
        assert!(Decimal::from_str(bad).is_err(), "{bad}");
    }
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    let coefficient = prop_oneof![
        any::<i32>().prop_map(i128::from),
        any::<i64>().prop_map(i128::from),
        -10i128.pow(34) + 1..10i128.pow(34)
    ];
    (coefficient, -60i32..60).prop_map(|(coefficient, exponent)| Decimal::new(coefficient, exponent).unwrap())
}

/// The peer: fastnum with 512 bits, rounded once to 34 digits by its own rules.
fn peer(number: &Decimal) -> fastnum::D512 {
    let context =
        fastnum::decimal::Context::default().with_rounding_mode(fastnum::decimal::RoundingMode::HalfEven);
    fastnum::D512::from_str(&format!("{}E{}", number.coefficient(), number.exponent()), context).unwrap()
}

fn rounded(number: fastnum::D512) -> Decimal {
    format!("{number:e}").parse().unwrap()
}

proptest! {
    #[test]
    fn sums_and_products_agree_with_wider_arithmetic(a in any_decimal(), b in any_decimal()) {
        prop_assert_eq!(a.checked_add(b).unwrap(), rounded(peer(&a) + peer(&b)));
        prop_assert_eq!(a.checked_sub(b).unwrap(), rounded(peer(&a) - peer(&b)));
        prop_assert_eq!(a.checked_mul(b).unwrap(), rounded(peer(&a) * peer(&b)));
        prop_assert_eq!(a.cmp(&b), peer(&a).cmp(&peer(&b)));
    }

    #[test]
    fn quotients_agree_with_wider_arithmetic(a in any_decimal(), b in any_decimal()) {
        prop_assume!(!b.is_zero());
        prop_assert_eq!(a.checked_div(b).unwrap(), rounded(peer(&a) / peer(&b)));
    }

    #[test]
    fn text_round_trips(a in any_decimal()) {
        prop_assert_eq!(a.to_string().parse::<Decimal>().unwrap(), a);
    }

    #[test]
    fn a_square_root_squared_is_the_number(a in any_decimal()) {
        let a = a.abs();
        let root = a.sqrt().unwrap();
        let back = root.checked_mul(root).unwrap();
        let error = back.checked_sub(a).unwrap().abs();
        prop_assert!(error <= a.checked_mul(decimal("1e-32")).unwrap());
    }

    #[test]
    fn no_text_panics(text in "[-+0-9.eE]{0,20}") {
        let _ = Decimal::from_str(&text);
    }
}
