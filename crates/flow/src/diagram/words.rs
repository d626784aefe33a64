//! Breaking names into lines that fit. No font is at hand, so widths are those of a common sans-serif, rather too wide than too
//! narrow.

/// Height of a line, in font sizes.
pub(super) const LINE: f64 = 1.2;

/// The width of a text in font sizes.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(letter_width).sum()
}

fn letter_width(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 'I' | 'і' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' => 0.30,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | ' ' | '/' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | 'ж' | 'ш' | 'щ' | 'ю' | 'ы' | 'Ж' | 'Ш' | 'Щ' | 'Ю' | 'Ы'
        | 'М' | 'Ф' => 0.90,
        letter if letter.is_uppercase() => 0.70,
        letter if u32::from(letter) > 0x2E80 => 1.0,
        _ => 0.57,
    }
}

/// Breaks a text into at most `most` lines of `room` font sizes; what does not fit ends in `…`.
pub(super) fn wrap(text: &str, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let fits = lines.last().is_some_and(|line| width(line) + width(word) + 0.38 <= room);
        match lines.last_mut() {
            Some(line) if fits => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.extend(pieces(word, room)),
        }
        if lines.len() > most {
            break;
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while width(last) + 0.9 > room && last.pop().is_some() {}
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    lines
}

/// A word that is wider than the room is cut.
fn pieces(word: &str, room: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0.0;
    for letter in word.chars() {
        let wide = letter_width(letter);
        if used + wide > room && used > 0.0 {
            pieces.push(String::new());
            used = 0.0;
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(letter);
        }
        used += wide;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_when_they_fit() {
        assert_eq!(wrap("Check of the subscriber number", 7.0, 9), ["Check of the", "subscriber", "number"]);
        assert_eq!(wrap("", 9.0, 9), Vec::<String>::new());
    }

    #[test]
    fn what_does_not_fit_is_told_by_an_ellipsis() {
        assert_eq!(wrap("one two three four five six", 5.0, 2), ["one two", "three fo…"]);
        let long = wrap(&"ұ".repeat(40), 6.0, 3);
        assert!(long.len() == 3 && long.iter().all(|line| width(line) <= 6.6), "{long:?}");
    }
}
