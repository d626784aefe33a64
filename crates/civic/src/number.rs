//! Identification numbers: `Iin` of a person and `Bin` of an organisation. A number that exists as a value has passed every rule.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::digits::{self, Twelve};

/// Which sex the seventh digit of an IIN says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Male: 1, 3, 5.
    Male,
    /// Female: 2, 4, 6.
    Female,
}

/// Individual identification number (ЖСН, ИИН) of a person: twelve digits.
///
/// Six digits of the birth date, one of century and sex, four of a serial number, one control digit. It is personal data: no
/// `Display`, no `Serialize`, and `Debug` shows the last two digits only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iin(Twelve);

/// Which rule a text fails as an IIN. The texts never repeat the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IinError {
    /// Not twelve ASCII digits.
    #[error("an IIN is exactly 12 digits without spaces")]
    Digits,
    /// The seventh digit is not 0 to 6.
    #[error("the 7th digit of an IIN is 1 to 6 (century of birth and sex) or 0 (a foreigner)")]
    Century,
    /// The first six digits are not a date of that century.
    #[error("the first 6 digits of an IIN are the date of birth as YYMMDD; this one is not a date")]
    Date,
    /// The twelfth digit does not follow from the others.
    #[error("the control digit (the 12th) of the IIN is wrong: a digit is mistyped or two are exchanged")]
    Control,
    /// [`Iin::compose`]: a serial number above 9999, or a birth date outside 1800 to 2099.
    #[error("an IIN can be composed for births from 1800 to 2099 and serial numbers from 0 to 9999")]
    Range,
    /// [`Iin::compose`]: this serial number is never issued on this date, because both passes of the control digit give 10.
    #[error("no IIN exists with this serial number on this date: take the next one")]
    NeverIssued,
}

impl Iin {
    /// The number of the `serial`-th person of that sex born on that date. Made for synthetic people and tests.
    ///
    /// # Errors
    /// [`IinError::Range`], and [`IinError::NeverIssued`] for about one serial number in a hundred: take the next one.
    pub fn compose(born: Date, sex: Sex, serial: u16) -> Result<Iin, IinError> {
        let century = u8::try_from((born.year() - 1800).div_euclid(100)).ok().filter(|century| *century < 3);
        let (Some(century), true) = (century, serial <= 9999) else { return Err(IinError::Range) };
        let seventh = 1 + 2 * century + u8::from(sex == Sex::Female);
        let head =
            format!("{:02}{:02}{:02}{seventh}{serial:04}", born.year() % 100, born.month(), born.day());
        let control = digits::control(head.as_bytes()).ok_or(IinError::NeverIssued)?;
        let mut all = [control; 12];
        all[..11].copy_from_slice(head.as_bytes());
        Ok(Iin(all))
    }

    /// All twelve digits. Personal data: never write them to a log or into an error.
    pub fn reveal(&self) -> &str {
        digits::text(&self.0)
    }

    /// The date of birth; `None` for a foreigner's number (7th digit 0), which does not tell the century.
    pub fn born(&self) -> Option<Date> {
        birth_date(&self.0).ok().flatten()
    }

    /// The sex; `None` for a foreigner's number (7th digit 0).
    pub fn sex(&self) -> Option<Sex> {
        match self.0[6] {
            b'1' | b'3' | b'5' => Some(Sex::Male),
            b'2' | b'4' | b'6' => Some(Sex::Female),
            _ => None,
        }
    }
}

/// The date of the first six digits. A foreigner's number has no century: it is checked against any, and gives none.
fn birth_date(all: &Twelve) -> Result<Option<Date>, IinError> {
    let date = |century: i16| {
        let [year, month, day] = [0, 2, 4].map(|at| digits::pair(all, at).cast_signed());
        Date::new(century + i16::from(year), month, day).map_err(|_| IinError::Date)
    };
    match all[6] {
        // 2000 and 1900: the year 00 is leap in one of them only, so that 29 February is refused in no possible century.
        b'0' => date(2000).or_else(|_| date(1900)).map(|_| None),
        b'1' | b'2' => date(1800).map(Some),
        b'3' | b'4' => date(1900).map(Some),
        b'5' | b'6' => date(2000).map(Some),
        _ => Err(IinError::Century),
    }
}

impl FromStr for Iin {
    type Err = IinError;

    fn from_str(text: &str) -> Result<Iin, IinError> {
        let all = digits::twelve(text).ok_or(IinError::Digits)?;
        birth_date(&all)?;
        match digits::control(&all[..11]) {
            Some(control) if control == all[11] => Ok(Iin(all)),
            _ => Err(IinError::Control),
        }
    }
}

impl fmt::Debug for Iin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "IIN…{}", &self.reveal()[10..])
    }
}

impl<'de> Deserialize<'de> for Iin {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Iin, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Business identification number (БСН, БИН) of an organisation: twelve digits.
///
/// Two digits of the year and two of the month of registration, one of the kind, one of the division, five of a serial number, one
/// control digit. It is public.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bin(Twelve);

/// What the fifth digit of a BIN says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinKind {
    /// 4: a resident legal entity.
    Resident,
    /// 5: a non-resident legal entity.
    NonResident,
    /// 6: a joint enterprise of individual entrepreneurs.
    JointEntrepreneurs,
}

/// What the sixth digit of a BIN says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinDivision {
    /// 0: the head unit.
    Head,
    /// 1: a branch.
    Branch,
    /// 2: a representative office.
    Representation,
    /// 3: a peasant or farm enterprise.
    Farm,
}

/// Which rule a text fails as a BIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BinError {
    /// Not twelve ASCII digits.
    #[error("a BIN is exactly 12 digits without spaces")]
    Digits,
    /// The third and fourth digits are not a month.
    #[error("the 3rd and 4th digits of a BIN are the month of registration, 01 to 12")]
    Month,
    /// The fifth digit is not 4 to 6.
    #[error(
        "the 5th digit of a BIN is 4 (resident), 5 (non-resident) or 6 (joint entrepreneurs); an IIN has 0 to 3 there"
    )]
    Kind,
    /// The sixth digit is not 0 to 3.
    #[error("the 6th digit of a BIN is 0 (head unit), 1 (branch), 2 (representative office) or 3 (farm)")]
    Division,
    /// The twelfth digit does not follow from the others.
    #[error("the control digit (the 12th) of the BIN is wrong: a digit is mistyped or two are exchanged")]
    Control,
    /// [`Bin::compose`]: a serial number above 99999 or a date outside 2000 to 2099.
    #[error("a BIN can be composed for registrations from 2000 to 2099 and serial numbers from 0 to 99999")]
    Range,
    /// [`Bin::compose`]: this serial number is never issued in this month.
    #[error("no BIN exists with this serial number in this month: take the next one")]
    NeverIssued,
}

impl Bin {
    /// The number of the `serial`-th organisation of that kind registered in the month of `registered`.
    ///
    /// # Errors
    /// [`BinError::Range`], and [`BinError::NeverIssued`] for about one serial number in a hundred: take the next one.
    pub fn compose(
        registered: Date,
        kind: BinKind,
        division: BinDivision,
        serial: u32,
    ) -> Result<Bin, BinError> {
        if !(2000..2100).contains(&registered.year()) || serial > 99_999 {
            return Err(BinError::Range);
        }
        let kind = match kind {
            BinKind::Resident => 4,
            BinKind::NonResident => 5,
            BinKind::JointEntrepreneurs => 6,
        };
        let division = match division {
            BinDivision::Head => 0,
            BinDivision::Branch => 1,
            BinDivision::Representation => 2,
            BinDivision::Farm => 3,
        };
        let head =
            format!("{:02}{:02}{kind}{division}{serial:05}", registered.year() % 100, registered.month());
        let control = digits::control(head.as_bytes()).ok_or(BinError::NeverIssued)?;
        let mut all = [control; 12];
        all[..11].copy_from_slice(head.as_bytes());
        Ok(Bin(all))
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        digits::text(&self.0)
    }

    /// What kind of organisation it is.
    pub fn kind(&self) -> BinKind {
        match self.0[4] {
            b'5' => BinKind::NonResident,
            b'6' => BinKind::JointEntrepreneurs,
            _ => BinKind::Resident,
        }
    }

    /// Which part of the organisation it is.
    pub fn division(&self) -> BinDivision {
        match self.0[5] {
            b'1' => BinDivision::Branch,
            b'2' => BinDivision::Representation,
            b'3' => BinDivision::Farm,
            _ => BinDivision::Head,
        }
    }
}

impl FromStr for Bin {
    type Err = BinError;

    fn from_str(text: &str) -> Result<Bin, BinError> {
        let all = digits::twelve(text).ok_or(BinError::Digits)?;
        let rules = [
            ((1..=12).contains(&digits::pair(&all, 2)), BinError::Month),
            ((b'4'..=b'6').contains(&all[4]), BinError::Kind),
            ((b'0'..=b'3').contains(&all[5]), BinError::Division),
            (digits::control(&all[..11]) == Some(all[11]), BinError::Control),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(Bin(all)), |(_, broken)| Err(broken))
    }
}

impl fmt::Display for Bin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Bin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "BIN {self}")
    }
}

impl Serialize for Bin {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Bin {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Bin, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
