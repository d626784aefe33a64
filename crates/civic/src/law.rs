//! References to law: an act, a paragraph in it, and the points that a specification had to leave open.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Longest reference that is read, in bytes.
const MAX_BYTES: usize = 64;
/// Deepest nesting of sub-paragraphs.
const MAX_DEPTH: usize = 4;

/// Why a text is not a reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// Not a paragraph.
    #[error(
        "`{0}` is not a paragraph: write 19, 19(1), 90 pt2(3), 45-6, O-2 (a point of the order), Annex 1 or Annex 6 par 1(2)"
    )]
    Paragraph(String),
    /// Not an act.
    #[error(
        "`{0}` is not the number of an act: write it in letters, digits, `-`, `/` and `.`, at most 32 (424-458)"
    )]
    Act(String),
    /// Not an open point.
    #[error("`{0}` is not an open point: write OP-02")]
    OpenPoint(String),
}

/// Which part of an act a paragraph stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Division {
    /// The order that approves the rules ("O-2").
    Order,
    /// The rules themselves.
    Rules,
    /// An annex, by number.
    Annex(u16),
}

/// A paragraph of an act, ordered as the act is.
///
/// Written `19`, `19(1)` (sub-paragraph), `90 pt2(3)` (in the second unnumbered part), `45-6` (inserted later), `O-2` (point of the
/// order itself), `Annex 1`, `Annex 6 par 1(2)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paragraph {
    division: Division,
    /// 0 for a whole annex.
    number: u16,
    /// The 6 of 45-6; 0 for none.
    inserted: u16,
    /// The 2 of "pt2"; 0 for none.
    part: u16,
    sub: Vec<u16>,
}

impl Paragraph {
    /// The number of the paragraph; 0 for a whole annex.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// The paragraph without part and sub-paragraphs: what coverage of an act is counted in.
    pub fn base(&self) -> Paragraph {
        Paragraph { part: 0, sub: Vec::new(), ..self.clone() }
    }

    /// Whether the other reference is this paragraph or stands inside it.
    pub fn holds(&self, other: &Paragraph) -> bool {
        let place = |paragraph: &Paragraph| (paragraph.division, paragraph.number, paragraph.inserted);
        let whole_annex = matches!(self.division, Division::Annex(_)) && self.number == 0;
        if whole_annex {
            return self.division == other.division;
        }
        place(self) == place(other)
            && (self.part == 0 || self.part == other.part)
            && other.sub.starts_with(&self.sub)
    }
}

impl FromStr for Paragraph {
    type Err = LawError;

    fn from_str(text: &str) -> Result<Paragraph, LawError> {
        let shown = || LawError::Paragraph(text.chars().take(40).collect());
        if text.len() > MAX_BYTES {
            return Err(shown());
        }
        parse_paragraph(text).ok_or_else(shown)
    }
}

fn parse_paragraph(text: &str) -> Option<Paragraph> {
    if let Some(rest) = text.strip_prefix("Annex ") {
        let (annex, rest) = number(rest)?;
        let division = Division::Annex(annex);
        return match rest.strip_prefix(" par ") {
            Some(rest) => parse_in(division, rest),
            None => rest.is_empty().then(|| Paragraph {
                division,
                number: 0,
                inserted: 0,
                part: 0,
                sub: Vec::new(),
            }),
        };
    }
    match text.strip_prefix("O-") {
        Some(rest) => parse_in(Division::Order, rest),
        None => parse_in(Division::Rules, text),
    }
}

fn parse_in(division: Division, text: &str) -> Option<Paragraph> {
    let optional = |rest, prefix| match str::strip_prefix(rest, prefix) {
        Some(rest) => number(rest),
        None => Some((0, rest)),
    };
    let (number_, rest) = number(text)?;
    let (inserted, rest) = optional(rest, "-")?;
    let (part, mut rest) = optional(rest, " pt")?;
    let mut sub = Vec::new();
    while let Some(inside) = rest.strip_prefix('(') {
        let (found, after) = number(inside)?;
        sub.push(found);
        rest = after.strip_prefix(')')?;
    }
    (rest.is_empty() && sub.len() <= MAX_DEPTH).then_some(Paragraph {
        division,
        number: number_,
        inserted,
        part,
        sub,
    })
}

/// A number from 1 without leading zeros, and the rest of the text.
fn number(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

impl fmt::Display for Paragraph {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.division {
            Division::Order => out.write_str("O-")?,
            Division::Rules => {}
            Division::Annex(annex) if self.number == 0 => return write!(out, "Annex {annex}"),
            Division::Annex(annex) => write!(out, "Annex {annex} par ")?,
        }
        write!(out, "{}", self.number)?;
        if self.inserted > 0 {
            write!(out, "-{}", self.inserted)?;
        }
        if self.part > 0 {
            write!(out, " pt{}", self.part)?;
        }
        self.sub.iter().try_for_each(|sub| write!(out, "({sub})"))
    }
}

impl Serialize for Paragraph {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Paragraph {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Paragraph, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A paragraph of an act. Ordered by act, then as the act is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LawRef {
    act: String,
    #[serde(rename = "par")]
    paragraph: Paragraph,
}

impl LawRef {
    /// A paragraph of an act, both as written in a model (`act="424-458" par="19(1)"`).
    ///
    /// # Errors
    /// [`LawError::Act`] or [`LawError::Paragraph`].
    pub fn new(act: &str, paragraph: &str) -> Result<LawRef, LawError> {
        let fine = |character: char| character.is_alphanumeric() || "-/.".contains(character);
        // 32 characters of up to four bytes; the length is looked at before the characters.
        if act.is_empty() || act.len() > 128 || act.chars().count() > 32 || !act.chars().all(fine) {
            return Err(LawError::Act(act.chars().take(40).collect()));
        }
        Ok(LawRef { act: act.to_owned(), paragraph: paragraph.parse()? })
    }

    /// The act's number, as `law/` indexes it.
    pub fn act(&self) -> &str {
        &self.act
    }

    /// The paragraph.
    pub fn paragraph(&self) -> &Paragraph {
        &self.paragraph
    }

    /// The paragraph without part and sub-paragraphs.
    pub fn base_paragraph(&self) -> Paragraph {
        self.paragraph.base()
    }
}

impl fmt::Display for LawRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} par. {}", self.act, self.paragraph)
    }
}

impl<'de> Deserialize<'de> for LawRef {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<LawRef, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            act: String,
            par: String,
        }
        let written = Written::deserialize(input)?;
        LawRef::new(&written.act, &written.par).map_err(de::Error::custom)
    }
}

/// A point that an act leaves open, for which the specification proposes a default: `OP-02`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenPoint(u16);

impl OpenPoint {
    /// Its number, 1 to 999.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for OpenPoint {
    type Err = LawError;

    fn from_str(text: &str) -> Result<OpenPoint, LawError> {
        text.strip_prefix("OP-")
            .filter(|digits| {
                (2..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
            .and_then(|digits| digits.parse().ok())
            .filter(|number| *number > 0)
            .map(OpenPoint)
            .filter(|point| point.to_string() == text)
            .ok_or_else(|| LawError::OpenPoint(text.chars().take(40).collect()))
    }
}

impl fmt::Display for OpenPoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "OP-{:02}", self.0)
    }
}

impl Serialize for OpenPoint {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OpenPoint {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<OpenPoint, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn par(text: &str) -> Paragraph {
        text.parse().unwrap()
    }

    #[test]
    fn paragraphs_read_and_write_alike() {
        for text in [
            "1",
            "19",
            "19(1)",
            "90 pt2(3)",
            "90 pt2",
            "45-6",
            "45-6(2)(1)",
            "O-2",
            "Annex 1",
            "Annex 6 par 1(2)",
        ] {
            assert_eq!(par(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_paragraph_is_refused() {
        for text in [
            "",
            "0",
            "019",
            "19(",
            "19()",
            "19(0)",
            "19(1",
            "19 (1)",
            "19(1) ",
            " 19",
            "19(a)",
            "90 pt",
            "90pt2",
            "19-",
            "O-",
            "o-2",
            "Annex",
            "Annex 1 par",
            "§19",
            "70000",
            "1(1)(1)(1)(1)(1)",
            "1٩",
        ] {
            let error = text.parse::<Paragraph>().unwrap_err();
            assert!(error.to_string().contains("is not a paragraph: write"), "{text}");
        }
        assert!("1".repeat(1 << 20).parse::<Paragraph>().unwrap_err().to_string().len() < 300);
    }

    #[test]
    fn paragraphs_stand_in_the_order_of_the_act() {
        let ordered = [
            "O-2",
            "9",
            "19",
            "19(1)",
            "19(2)",
            "19(10)",
            "45",
            "45-6",
            "90",
            "90(4)",
            "90 pt2",
            "90 pt2(3)",
            "100",
            "Annex 1",
            "Annex 1 par 3",
            "Annex 2",
            "Annex 10",
        ];
        let mut shuffled: Vec<_> = ordered.iter().rev().map(|text| par(text)).collect();
        shuffled.sort();
        assert_eq!(shuffled.iter().map(Paragraph::to_string).collect::<Vec<_>>(), ordered);
    }

    #[test]
    fn the_base_paragraph_is_what_coverage_counts() {
        assert_eq!(par("90 pt2(3)").base(), par("90"));
        assert_eq!(par("45-6(1)").base(), par("45-6"));
        assert_eq!(par("Annex 1").base(), par("Annex 1"));
        assert_eq!(LawRef::new("424-458", "19(1)").unwrap().base_paragraph().to_string(), "19");
    }

    #[test]
    fn a_paragraph_holds_what_stands_in_it() {
        assert!(par("19").holds(&par("19(1)")) && par("19").holds(&par("19")));
        assert!(
            !par("19(1)").holds(&par("19")) && !par("19").holds(&par("19-1")) && !par("1").holds(&par("19"))
        );
        assert!(par("90 pt2").holds(&par("90 pt2(3)")) && !par("90 pt2").holds(&par("90(3)")));
        assert!(par("Annex 6").holds(&par("Annex 6 par 1")) && !par("Annex 6").holds(&par("Annex 5")));
    }

    #[test]
    fn a_reference_has_one_form_in_files() {
        let law = LawRef::new("424-458", "90 pt2(3)").unwrap();
        assert_eq!(law.to_string(), "424-458 par. 90 pt2(3)");
        let json = serde_json::to_string(&law).unwrap();
        assert_eq!(json, r#"{"act":"424-458","par":"90 pt2(3)"}"#);
        assert_eq!(serde_json::from_str::<LawRef>(&json).unwrap(), law);
        assert!(LawRef::new("458/НҚ", "1").is_ok());
        for act in ["", "a b", "<x>", "a\nb"] {
            assert!(matches!(LawRef::new(act, "1"), Err(LawError::Act(_))), "{act}");
        }
        assert!(LawRef::new(&"1".repeat(33), "1").is_err());
    }

    #[test]
    fn open_points_have_one_spelling() {
        for text in ["OP-02", "OP-59", "OP-101"] {
            assert_eq!(text.parse::<OpenPoint>().unwrap().to_string(), text);
        }
        for text in ["OP-2", "OP-00", "OP-002", "OP02", "op-02", "OP-", "OP-1x", "OP-+1", "OP-1000"] {
            assert!(text.parse::<OpenPoint>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_paragraph_or_an_error(text in "[0-9()pt O-]{0,12}") {
            if let Ok(paragraph) = text.parse::<Paragraph>() {
                prop_assert_eq!(paragraph.to_string(), text);
                prop_assert!(paragraph.base().holds(&paragraph));
                prop_assert!(paragraph.base() <= paragraph);
            }
        }
    }
}
