//! The portal's own texts and how moments and amounts are written in the three languages.
//!
//! A missing text is shown as its name in marked brackets and logged; a test holds that none is missing and that the languages are equal.

use std::sync::Arc;

use civic::Lang;
use jiff::Timestamp;
use notify::texts::{Argument, Arguments, TextError, Texts};

/// Source texts, by language.
pub(crate) const SOURCES: [(&str, &str); 3] = [
    ("kk", include_str!("../texts/kk.ftl")),
    ("ru", include_str!("../texts/ru.ftl")),
    ("en", include_str!("../texts/en.ftl")),
];

/// Reads the portal's texts.
pub(crate) fn load() -> Result<Texts, TextError> {
    Texts::load(SOURCES)
}

/// Texts in the visitor's language.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    texts: Arc<Texts>,
    /// The language.
    pub lang: Lang,
}

impl Words {
    pub fn new(texts: Arc<Texts>, lang: Lang) -> Words {
        Words { texts, lang }
    }

    /// A text without arguments.
    pub fn t(&self, id: &str) -> String {
        self.with(id, [])
    }

    /// A text with one argument.
    pub fn one(&self, id: &str, name: &str, value: impl ToString) -> String {
        self.with(id, [(name, Argument::Text(value.to_string()))])
    }

    /// A text with a number, which chooses the plural form.
    pub fn count(&self, id: &str, count: &usize) -> String {
        let count = u32::try_from(*count).unwrap_or(u32::MAX);
        self.with(id, [("count", Argument::from(count))])
    }

    /// A text with arguments.
    pub fn with<const N: usize>(&self, id: &str, arguments: [(&str, Argument); N]) -> String {
        let arguments: Arguments =
            arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        match self.texts.render(self.lang.code(), id, &arguments) {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(%error, "a text of the pages is missing");
                format!("⟦{id}⟧")
            }
        }
    }

    /// Whether there is such a text.
    pub fn has(&self, id: &str) -> bool {
        self.texts.has(self.lang.code(), id)
    }

    /// A paragraph as people write it: `§19(1)`; an annex or a document by its name.
    pub fn par(&self, paragraph: &str) -> String {
        match paragraph.starts_with(|first: char| first.is_ascii_digit()) {
            true => format!("§{paragraph}"),
            false => paragraph.to_owned(),
        }
    }

    /// Day and minute in Almaty, as people write them.
    pub fn moment(&self, at: &Timestamp) -> String {
        at.to_zoned_datetime(calendar::almaty()).strftime("%d.%m.%Y %H:%M").to_string()
    }

    /// Without the year, for cards.
    pub fn short_moment(&self, at: &Timestamp) -> String {
        at.to_zoned_datetime(calendar::almaty()).strftime("%d.%m %H:%M").to_string()
    }

    /// With seconds.
    pub fn exact(&self, at: &Timestamp) -> String {
        at.to_zoned_datetime(calendar::almaty()).strftime("%d.%m.%Y %H:%M:%S").to_string()
    }

    /// Hour, minute and second only.
    pub fn time(&self, at: &Timestamp) -> String {
        at.to_zoned_datetime(calendar::almaty()).strftime("%H:%M:%S").to_string()
    }
}
