//! The languages of the platform and texts that exist in them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language of texts for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Kazakh, the state language: every text for people exists in it.
    #[default]
    Kk,
    /// Russian.
    Ru,
    /// English.
    En,
}

/// A code that is not a language of the platform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language here: write kk, ru or en")]
pub struct LangError(String);

impl Lang {
    /// All, the state language first.
    pub const ALL: [Lang; 3] = [Lang::Kk, Lang::Ru, Lang::En];

    /// `kk`, `ru` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Kk => "kk",
            Lang::Ru => "ru",
            Lang::En => "en",
        }
    }

    /// The languages to try in turn for a reader of this one.
    pub fn fallback(self) -> [Lang; 3] {
        match self {
            Lang::Kk => [Lang::Kk, Lang::Ru, Lang::En],
            Lang::Ru => [Lang::Ru, Lang::Kk, Lang::En],
            Lang::En => [Lang::En, Lang::Kk, Lang::Ru],
        }
    }

    /// The language of an HTTP `Accept-Language` header that the platform speaks and the reader likes best; Kazakh when there is
    /// none. Reads the first 20 entries and ignores what it does not understand, as the protocol asks.
    pub fn from_accept_language(header: &str) -> Lang {
        let mut best: Option<(u16, Lang)> = None;
        for entry in header.split(',').take(20) {
            let mut parts = entry.split(';').map(str::trim);
            let language =
                parts.next().and_then(|tag| tag.split('-').next()).and_then(|tag| tag.parse::<Lang>().ok());
            let Some(language) = language else { continue };
            let weight =
                parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1000), thousandths).unwrap_or(0);
            if weight > best.map_or(0, |(most, _)| most) {
                best = Some((weight, language));
            }
        }
        best.map_or(Lang::default(), |(_, language)| language)
    }
}

/// A quality value `0` to `1` with up to three digits, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, fraction) {
        ("0", _) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl FromStr for Lang {
    type Err = LangError;

    fn from_str(text: &str) -> Result<Lang, LangError> {
        Lang::ALL
            .into_iter()
            .find(|lang| lang.code().eq_ignore_ascii_case(text))
            .ok_or_else(|| LangError(text.chars().take(20).collect()))
    }
}

/// A short text, such as a name, in the languages it exists in. Kazakh and Russian, the languages of official use, always do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// In Kazakh.
    pub kk: String,
    /// In Russian.
    pub ru: String,
    /// In English, where somebody wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Texts {
    /// The text in the language, or in the next one that has it.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Kk => &self.kk,
            Lang::Ru => &self.ru,
            Lang::En => self.en.as_deref().unwrap_or(&self.kk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_falls_back_to_all_and_begins_with_itself() {
        for lang in Lang::ALL {
            assert_eq!(lang.fallback()[0], lang);
            let mut sorted = lang.fallback();
            sorted.sort();
            assert_eq!(sorted, Lang::ALL);
            assert_eq!(lang.code().parse::<Lang>().unwrap(), lang);
        }
        assert_eq!(
            "de".parse::<Lang>().unwrap_err().to_string(),
            "`de` is not a language here: write kk, ru or en"
        );
    }

    #[test]
    fn a_browser_gets_the_language_it_likes_best() {
        let cases = [
            ("", Lang::Kk),
            ("ru", Lang::Ru),
            ("ru-KZ, kk;q=0.9, en;q=0.8", Lang::Ru),
            ("en;q=0.5, ru;q=0.7", Lang::Ru),
            ("de, fr;q=0.9, en-GB;q=0.1", Lang::En),
            ("en;q=0, ru;q=0.001", Lang::Ru),
            ("en;q=0", Lang::Kk),
            ("en;q=nonsense, *;q=0.3", Lang::Kk),
            ("EN", Lang::En),
            (";;;,,,q=1", Lang::Kk),
        ];
        for (header, lang) in cases {
            assert_eq!(Lang::from_accept_language(header), lang, "{header}");
        }
        assert_eq!(Lang::from_accept_language(&format!("{}ru", "x,".repeat(100_000))), Lang::Kk);
    }

    #[test]
    fn a_missing_english_text_is_read_in_kazakh() {
        let texts: Texts = serde_json::from_str(r#"{"kk":"Қызмет","ru":"Услуга"}"#).unwrap();
        assert_eq!(texts.get(Lang::En), "Қызмет");
        assert_eq!(texts.get(Lang::Ru), "Услуга");
        assert!(serde_json::from_str::<Texts>(r#"{"kk":"a","ru":"b","de":"c"}"#).is_err());
    }
}
