//! Configuration in TOML, read with the place of every value, so that a mistake is shown as `file:line:column` with what to write
//! instead. A key that is not known is refused with the nearest one that is. Text in, values out: no file is opened here.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;
/// Problems that are collected before reading gives up.
const MAX_PROBLEMS: usize = 100;
/// How much of a wrong text is shown.
const SHOWN: usize = 60;

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {reason}")]
pub struct Problem {
    /// The file's name as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub reason: String,
}

/// Every mistake that was found, in the order of the files.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            let line = if place == 0 { "" } else { "\n" };
            write!(out, "{line}{problem}")?;
        }
        Ok(())
    }
}

impl Problems {
    /// The mistakes.
    pub fn all(&self) -> &[Problem] {
        &self.0
    }

    /// Notes one more; past the hundredth nothing is kept.
    pub fn note(&mut self, problem: Problem) {
        if self.0.len() < MAX_PROBLEMS {
            self.0.push(problem);
        }
    }

    /// The value when nothing was noted.
    ///
    /// # Errors
    /// The mistakes.
    pub fn or<T>(self, value: T) -> Result<T, Problems> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

/// A place in a file, to be named when what stands there turns out wrong later.
#[derive(Clone, Copy)]
pub struct Place<'f> {
    name: &'f str,
    text: &'f str,
    at: usize,
}

impl Place<'_> {
    /// A mistake at this place.
    pub fn problem(&self, reason: impl Into<String>) -> Problem {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Problem { file: self.name.to_owned(), line, column, reason: reason.into() }
    }
}

/// A parsed file.
pub struct TomlFile<'t> {
    name: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> TomlFile<'t> {
    /// Parses a text; `name` is how the file is called in mistakes.
    ///
    /// # Errors
    /// The mistake that keeps the text from being TOML, or its size.
    pub fn parse(name: &'t str, text: &'t str) -> Result<TomlFile<'t>, Problem> {
        let place = |at| Place { name, text, at };
        if text.len() > MAX_BYTES {
            return Err(place(0).problem(format!("{} bytes; at most {MAX_BYTES} are read", text.len())));
        }
        match DeTable::parse(text) {
            Ok(root) => Ok(TomlFile { name, text, root }),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                Err(place(at).problem(format!("this is not TOML: {}", error.message())))
            }
        }
    }

    /// The top of the file.
    pub fn root(&self) -> Section<'_> {
        Section {
            file: Place { name: self.name, text: self.text, at: 0 },
            label: String::new(),
            table: self.root.get_ref(),
        }
    }
}

/// A table of a file.
pub struct Section<'f> {
    /// The place of the table itself.
    file: Place<'f>,
    /// `[participant]`, or nothing at the top.
    label: String,
    table: &'f DeTable<'f>,
}

impl<'f> Section<'f> {
    /// Where the table stands.
    pub fn place(&self) -> Place<'f> {
        self.file
    }

    /// Where a key's value stands; the table when it has no such key.
    pub fn place_of(&self, key: &str) -> Place<'f> {
        self.table.get(key).map_or(self.file, |value| self.at(value.span()))
    }

    fn at(&self, span: Range<usize>) -> Place<'f> {
        Place { at: span.start, ..self.file }
    }

    /// Refuses every key that is not among these.
    pub fn known(&self, keys: &[&str], problems: &mut Problems) {
        for key in self.table.keys() {
            let written = key.get_ref().as_ref();
            if !keys.contains(&written) {
                let hint = match nearest(written, keys.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", keys.join(", ")),
                };
                problems.note(self.at(key.span()).problem(format!(
                    "unknown key `{}`{}: {hint}",
                    short(written),
                    self.inside()
                )));
            }
        }
    }

    fn inside(&self) -> String {
        if self.label.is_empty() { String::new() } else { format!(" in [{}]", self.label) }
    }

    fn value<T>(
        &self,
        key: &str,
        expected: &str,
        problems: &mut Problems,
        take: impl FnOnce(&'f DeValue<'f>) -> Option<T>,
    ) -> Option<T> {
        let value = self.table.get(key)?;
        let taken = take(value.get_ref());
        if taken.is_none() {
            problems.note(self.at(value.span()).problem(format!("`{key}` has to be {expected}")));
        }
        taken
    }

    fn required<T>(&self, key: &str, expected: &str, found: Option<T>, problems: &mut Problems) -> Option<T> {
        if found.is_none() && !self.table.contains_key(key) {
            problems
                .note(self.file.problem(format!("`{key}`{} is missing: write {expected}", self.inside())));
        }
        found
    }

    /// A text, where there is one.
    pub fn text_if(&self, key: &str, problems: &mut Problems) -> Option<&'f str> {
        self.value(key, "a text", problems, DeValue::as_str)
    }

    /// A text that has to be there and not be empty.
    pub fn text(&self, key: &str, problems: &mut Problems) -> Option<&'f str> {
        let found = self.text_if(key, problems);
        let found = self.required(key, "a text", found, problems)?;
        if found.trim().is_empty() {
            problems.note(self.place_of(key).problem(format!("`{key}` is empty")));
            return None;
        }
        Some(found)
    }

    /// A text that is read by its type, where there is one.
    pub fn parsed_if<T: FromStr<Err: fmt::Display>>(&self, key: &str, problems: &mut Problems) -> Option<T> {
        let text = self.text_if(key, problems)?;
        self.note_error(key, text.parse(), problems)
    }

    /// A text that is read by its type and has to be there.
    pub fn parsed<T: FromStr<Err: fmt::Display>>(&self, key: &str, problems: &mut Problems) -> Option<T> {
        let text = self.text(key, problems)?;
        self.note_error(key, text.parse(), problems)
    }

    /// The value, or the error noted at the key.
    pub fn note_error<T, E: fmt::Display>(
        &self,
        key: &str,
        result: Result<T, E>,
        problems: &mut Problems,
    ) -> Option<T> {
        result.map_err(|error| problems.note(self.place_of(key).problem(format!("`{key}`: {error}")))).ok()
    }

    /// One of these words.
    pub fn one_of<T: Copy>(&self, key: &str, words: &[(&str, T)], problems: &mut Problems) -> Option<T> {
        let text = self.text(key, problems)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            problems.note(self.place_of(key).problem(format!(
                "`{key}` is `{}`: write one of {}",
                short(text),
                all.join(", ")
            )));
        }
        found
    }

    /// `true` or `false` that has to be there.
    pub fn flag(&self, key: &str, problems: &mut Problems) -> Option<bool> {
        let found = self.value(key, "true or false", problems, DeValue::as_bool);
        self.required(key, "true or false", found, problems)
    }

    /// A whole number of the range that has to be there.
    pub fn whole(&self, key: &str, range: RangeInclusive<u32>, problems: &mut Problems) -> Option<u32> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let found = self.value(key, &expected, problems, |value| {
            let number = value.as_integer()?;
            u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| range.contains(number))
        });
        self.required(key, &expected, found, problems)
    }

    /// A table that has to be there.
    pub fn section(&self, key: &str, problems: &mut Problems) -> Option<Section<'f>> {
        let found = self.section_if(key, problems);
        self.required(key, &format!("[{key}]"), found, problems)
    }

    /// A table, where there is one.
    pub fn section_if(&self, key: &str, problems: &mut Problems) -> Option<Section<'f>> {
        let table = self.value(key, "a table", problems, DeValue::as_table)?;
        Some(Section { file: self.place_of(key), label: key.to_owned(), table })
    }

    /// The tables of a list (`[[key]]` or `key = [{ … }]`); none when there is no such key.
    pub fn sections(&self, key: &str, problems: &mut Problems) -> Vec<Section<'f>> {
        self.list(key, "a list of tables", problems, |value| {
            let table = value.get_ref().as_table()?;
            Some(Section { file: self.at(value.span()), label: key.to_owned(), table })
        })
    }

    /// The texts of a list, each with its place; none when there is no such key.
    pub fn texts(&self, key: &str, problems: &mut Problems) -> Vec<(Place<'f>, &'f str)> {
        self.list(key, "a list of texts", problems, |value| {
            Some((self.at(value.span()), value.get_ref().as_str()?))
        })
    }

    fn list<T>(
        &self,
        key: &str,
        expected: &str,
        problems: &mut Problems,
        take: impl Fn(&'f Spanned<DeValue<'f>>) -> Option<T>,
    ) -> Vec<T> {
        let Some(values) = self.value(key, expected, problems, DeValue::as_array) else { return Vec::new() };
        let mut taken = Vec::new();
        for value in values.iter() {
            match take(value) {
                Some(item) => taken.push(item),
                None => problems.note(self.at(value.span()).problem(format!("`{key}` has to be {expected}"))),
            }
        }
        taken
    }
}

/// The word that was probably meant, when one is near enough.
pub fn nearest<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    // The distance is quadratic in the length: a text far longer than any word is near to none.
    if written.len() > 100 {
        return None;
    }
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(written, word), word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

fn short(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests;
