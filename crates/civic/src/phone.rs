//! Telephone numbers of Kazakhstan. Personal data: masked in `Debug`, revealed only by [`Phone::e164`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// A telephone number of Kazakhstan: +7 7 and nine digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    /// `+7` and ten digits.
    text: [u8; 12],
}

/// Which rule a text fails as a telephone number. The texts never repeat the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Something other than digits, spaces, hyphens, brackets and a leading plus.
    #[error("a telephone number is written with digits, spaces, hyphens, round brackets and a leading +")]
    Character,
    /// Not eleven digits.
    #[error("a telephone number of Kazakhstan has 11 digits with the leading +7 or 8")]
    Length,
    /// The first digits are not +7, 7 or 8.
    #[error("a telephone number of Kazakhstan begins with +7 or 8")]
    Country,
    /// The digit after the country code is not 7.
    #[error("after +7 or 8 a telephone number of Kazakhstan goes on with 7")]
    Area,
}

impl Phone {
    /// `+7` and ten digits, as networks take it. Personal data: never write it to a log or into an error.
    pub fn e164(&self) -> &str {
        str::from_utf8(&self.text).unwrap_or_default()
    }

    /// Whether it is in a range of mobile operators (70x, 747, 77x), so that an SMS can reach it.
    pub fn is_mobile(&self) -> bool {
        matches!(&self.text[2..5], [b'7', b'0' | b'7', _] | b"747")
    }

    /// `+7701*****67`: enough for the owner to know it, too little for anybody else.
    pub fn masked(&self) -> String {
        format!("{}*****{}", &self.e164()[..5], &self.e164()[10..])
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Phone, PhoneError> {
        let text = text.trim();
        let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        // A written number has some 20 characters; a longer text is not one, and is not walked through.
        if rest.len() > 40 {
            return Err(PhoneError::Length);
        }
        let mut found = [0u8; 11];
        let mut count = 0;
        for character in rest.bytes() {
            match character {
                b'0'..=b'9' if count < 11 => {
                    found[count] = character;
                    count += 1;
                }
                b'0'..=b'9' => return Err(PhoneError::Length),
                b' ' | b'-' | b'(' | b')' => {}
                _ => return Err(PhoneError::Character),
            }
        }
        match (count, found[0], plus) {
            (0..11, ..) => return Err(PhoneError::Length),
            (_, b'7', _) | (_, b'8', false) => {}
            _ => return Err(PhoneError::Country),
        }
        if found[1] != b'7' {
            return Err(PhoneError::Area);
        }
        let mut text = *b"+7..........";
        text[2..].copy_from_slice(&found[1..]);
        Ok(Phone { text })
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.masked())
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Phone, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ways_people_write_a_number_mean_one() {
        for text in [
            "+77011234567",
            "77011234567",
            "87011234567",
            "8 701 123 45 67",
            "8 (701) 123-45-67",
            "+7 (701) 123 45 67",
            "  +7-701-1234567 ",
        ] {
            assert_eq!(text.parse::<Phone>().unwrap().e164(), "+77011234567", "{text}");
        }
    }

    #[test]
    fn a_wrong_number_is_refused_by_the_rule_it_breaks() {
        let cases = [
            ("", PhoneError::Length),
            ("7011234567", PhoneError::Length),
            ("+7701123456", PhoneError::Length),
            ("+770112345678", PhoneError::Length),
            ("+87011234567", PhoneError::Country),
            ("+19011234567", PhoneError::Country),
            ("+79161234567", PhoneError::Area),
            ("89161234567", PhoneError::Area),
            ("+7701123456o", PhoneError::Character),
            ("++77011234567", PhoneError::Character),
            ("+7 701 123 45 67 доб. 5", PhoneError::Character),
            ("+٧٧٠١١٢٣٤٥٦٧", PhoneError::Character),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<Phone>(), Err(error), "{text}");
        }
        assert_eq!("7".repeat(1 << 20).parse::<Phone>(), Err(PhoneError::Length));
    }

    #[test]
    fn mobile_ranges_are_told_from_towns() {
        let mobile = |text: &str| text.parse::<Phone>().unwrap().is_mobile();
        assert!(mobile("+77001234567") && mobile("+77471234567") && mobile("+77781234567"));
        assert!(!mobile("+77172123456") && !mobile("+77273123456") && !mobile("+77491234567"));
    }

    #[test]
    fn debug_does_not_tell_the_number() {
        assert_eq!(format!("{:?}", "+77011234567".parse::<Phone>().unwrap()), "+7701*****67");
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_an_error(text in "\\PC{0,30}") {
            if let Ok(phone) = text.parse::<Phone>() {
                prop_assert_eq!(phone.e164().parse::<Phone>().unwrap(), phone);
            }
        }

        #[test]
        fn a_number_survives_separators(digits in "7[0-9]{9}", places in prop::collection::vec(0usize..10, 0..5)) {
            let mut text = digits.clone();
            for place in places { text.insert(place, ' '); }
            let phone: Phone = format!("8{text}").parse().unwrap();
            prop_assert_eq!(phone.e164(), format!("+7{digits}"));
        }
    }
}
