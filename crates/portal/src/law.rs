//! The index of the act as pages need it: titles, chapters, open points with their defaults. Read from `law/<act>.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Largest index that is read, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// Why the index cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("index of the act: {0}")]
pub struct LawProblem(String);

/// The index of one act. Keys that pages do not need are left alone.
#[derive(Debug, Clone, Deserialize)]
pub struct LawIndex {
    /// Its id.
    pub id: String,
    /// How many paragraphs it has.
    pub paragraphs: u32,
    /// First day in force.
    pub in_force: toml::value::Datetime,
    /// Last day on which a case may start.
    pub last_day: toml::value::Datetime,
    /// Titles by language.
    pub titles: BTreeMap<String, String>,
    /// Chapters.
    #[serde(default, rename = "chapter")]
    pub chapters: Vec<Chapter>,
    /// Open points.
    #[serde(default, rename = "open_point")]
    pub open_points: Vec<OpenPointNote>,
}

/// A chapter.
#[derive(Debug, Clone, Deserialize)]
pub struct Chapter {
    /// Its number.
    pub number: u32,
    /// First paragraph.
    pub from: u32,
    /// Last paragraph.
    pub to: u32,
    /// The service that carries it out, where there is one.
    pub service: Option<String>,
    /// Title in Kazakh.
    pub kk: Option<String>,
    /// Title in Russian.
    pub ru: Option<String>,
    /// Title in English.
    pub en: Option<String>,
}

/// What the act leaves open and what is done by default.
#[derive(Debug, Clone, Deserialize)]
pub struct OpenPointNote {
    /// Its id, `OP-02`.
    pub id: String,
    /// What is open.
    pub gap: String,
    /// What is done.
    pub default: String,
    /// The paragraphs it concerns.
    #[serde(default)]
    pub paragraphs: Vec<String>,
}

impl LawIndex {
    /// Reads an index.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn read(text: &str) -> Result<LawIndex, LawProblem> {
        if text.len() > LARGEST {
            return Err(LawProblem(format!("it has {} bytes, at most {LARGEST} are read", text.len())));
        }
        toml::from_str(text).map_err(|error| LawProblem(error.to_string()))
    }

    /// The open point of this id.
    pub fn open_point(&self, id: &str) -> Option<&OpenPointNote> {
        self.open_points.iter().find(|point| point.id == id)
    }

    /// The title in a language, Kazakh where there is none.
    pub fn title(&self, language: &str) -> &str {
        self.titles.get(language).or_else(|| self.titles.get("kk")).map_or(&self.id, String::as_str)
    }
}

impl Chapter {
    /// The title in a language, English where there is none.
    pub fn title(&self, language: &str) -> &str {
        let own = match language {
            "kk" => &self.kk,
            "ru" => &self.ru,
            _ => &self.en,
        };
        own.as_deref().or(self.en.as_deref()).unwrap_or_default()
    }
}
