//! Names of people: surname, given name, patronymic, in Kazakh, Russian or Latin letters. Personal data: masked in `Debug`.

use std::fmt;

/// Longest part of a name, in letters.
const MAX_LETTERS: usize = 100;

/// A person's name. Equality is of the letters as written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName {
    surname: String,
    given: String,
    patronymic: Option<String>,
}

/// Which rule a name fails. The texts never repeat the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A part has no letter.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// A part is too long.
    #[error("the {0} is longer than 100 letters")]
    TooLong(&'static str),
    /// A part has a character that names do not have.
    #[error(
        "the {part} has the character {character:?}: a name has Kazakh, Russian or Latin letters, spaces, hyphens and apostrophes"
    )]
    Character {
        /// Which part.
        part: &'static str,
        /// The character.
        character: char,
    },
    /// A part begins or ends with a hyphen or an apostrophe.
    #[error("the {0} begins or ends with a hyphen or an apostrophe")]
    Edge(&'static str),
}

impl PersonName {
    /// A name from its parts. Spaces around and between are set right; an empty patronymic is none.
    ///
    /// # Errors
    /// [`NameError`] with the rule that a part breaks.
    pub fn new(surname: &str, given: &str, patronymic: Option<&str>) -> Result<PersonName, NameError> {
        let patronymic = patronymic.filter(|text| !text.trim().is_empty());
        Ok(PersonName {
            surname: part("surname", surname)?,
            given: part("given name", given)?,
            patronymic: patronymic.map(|text| part("patronymic", text)).transpose()?,
        })
    }

    /// The surname.
    pub fn surname(&self) -> &str {
        &self.surname
    }

    /// The given name.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The patronymic, where there is one.
    pub fn patronymic(&self) -> Option<&str> {
        self.patronymic.as_deref()
    }

    /// Surname, given name and patronymic, as documents write them.
    pub fn full(&self) -> String {
        let mut full = format!("{} {}", self.surname, self.given);
        if let Some(patronymic) = &self.patronymic {
            full.push(' ');
            full.push_str(patronymic);
        }
        full
    }

    /// `Сұлтан А. Е.`: for lists.
    pub fn short(&self) -> String {
        let initial = |text: &str| text.chars().next().map(|letter| format!(" {letter}."));
        let mut short = self.surname.clone();
        short.extend(initial(&self.given));
        short.extend(self.patronymic.as_deref().and_then(initial));
        short
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = |text: &str| text.chars().next().unwrap_or('…');
        write!(out, "{}… {}…", first(&self.surname), first(&self.given))
    }
}

fn part(name: &'static str, text: &str) -> Result<String, NameError> {
    // Before anything is copied: four bytes a letter, and as much again for spaces to be set right.
    if text.len() > MAX_LETTERS * 8 {
        return Err(NameError::TooLong(name));
    }
    let mut clean = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        for character in word.chars() {
            push(&mut clean, character)
                .map_err(|character| NameError::Character { part: name, character })?;
        }
    }
    if clean.is_empty() {
        return Err(NameError::Empty(name));
    }
    if clean.chars().count() > MAX_LETTERS {
        return Err(NameError::TooLong(name));
    }
    match clean.starts_with(['-', '\'']) || clean.ends_with(['-', '\'']) {
        true => Err(NameError::Edge(name)),
        false => Ok(clean),
    }
}

/// Adds a character of a name: letters as they are, й and ё put together from their two halves, one shape of apostrophe.
fn push(clean: &mut String, character: char) -> Result<(), char> {
    let composed = match (clean.chars().last(), character) {
        (Some('и'), '\u{306}') => Some('й'),
        (Some('И'), '\u{306}') => Some('Й'),
        (Some('е'), '\u{308}') => Some('ё'),
        (Some('Е'), '\u{308}') => Some('Ё'),
        _ => None,
    };
    match (composed, character) {
        (Some(letter), _) => {
            clean.pop();
            clean.push(letter);
        }
        (None, '-' | '\'') => clean.push(character),
        (None, '’' | 'ʼ') => clean.push('\''),
        (None, '‐' | '‑') => clean.push('-'),
        (None, letter) if is_letter(letter) => clean.push(letter),
        (None, other) => return Err(other),
    }
    Ok(())
}

fn is_letter(character: char) -> bool {
    let known = matches!(character, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{400}'..='\u{52F}' | '\u{1E00}'..='\u{1EFF}');
    known && character.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kazakh_letters_are_letters() {
        let name = PersonName::new(" Әбдіқадыр ", "Айгүл-Ұлжан", Some("Ерболқызы")).unwrap();
        assert_eq!(name.full(), "Әбдіқадыр Айгүл-Ұлжан Ерболқызы");
        assert_eq!(name.short(), "Әбдіқадыр А. Е.");
        let all = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі";
        assert_eq!(PersonName::new(all, "Ё", None).unwrap().surname(), all);
    }

    #[test]
    fn halves_of_letters_are_put_together() {
        let name = PersonName::new("Каи\u{306}рат", "Семе\u{308}н", Some("  ")).unwrap();
        assert_eq!(name.full(), "Кайрат Семён");
        assert_eq!(name.patronymic(), None);
        assert_eq!(PersonName::new("О’Нил", "Жан   Поль", None).unwrap().full(), "О'Нил Жан Поль");
    }

    #[test]
    fn a_wrong_name_is_refused_by_the_rule_it_breaks() {
        let surname = |text: &str| PersonName::new(text, "Асан", None).unwrap_err();
        assert_eq!(surname("  "), NameError::Empty("surname"));
        assert_eq!(surname("Серик1"), NameError::Character { part: "surname", character: '1' });
        assert_eq!(surname("<b>"), NameError::Character { part: "surname", character: '<' });
        assert_eq!(surname("А\u{202E}Б"), NameError::Character { part: "surname", character: '\u{202E}' });
        assert_eq!(surname("А\u{0}"), NameError::Character { part: "surname", character: '\u{0}' });
        assert_eq!(surname("-"), NameError::Edge("surname"));
        assert_eq!(surname(&"а".repeat(101)), NameError::TooLong("surname"));
        assert_eq!(surname(&"а".repeat(1 << 20)), NameError::TooLong("surname"));
    }

    #[test]
    fn debug_does_not_tell_the_name() {
        let name = PersonName::new("Сұлтан", "Айгүл", None).unwrap();
        assert_eq!(format!("{name:?}"), "С… А…");
    }

    proptest! {
        #[test]
        fn any_text_is_a_name_or_an_error_and_a_name_stays(surname in "\\PC{0,40}", given in "[А-яӘІҢҒҮҰҚӨҺ' -]{0,30}") {
            if let Ok(name) = PersonName::new(&surname, &given, None) {
                prop_assert_eq!(PersonName::new(name.surname(), name.given(), None).unwrap(), name);
            }
        }
    }
}
