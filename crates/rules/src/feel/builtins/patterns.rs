//! `matches`, `replace` and `split`: patterns of XPath, carried out by a matcher that takes linear time.
//!
//! A pattern is checked and translated letter by letter, so that only what XPath has gets through. Back-references
//! are refused: no matcher of linear time has them.

use super::{Entry, Outcome, or_refused, refused};
use crate::Value;
use crate::feel::Failure;
use crate::feel::session::Session;
use regex::{Regex, RegexBuilder};
use std::fmt::Write;
use std::sync::Arc;

pub(super) const TABLE: &[Entry] = &[
    ("matches", "input, pattern, flags?", matches),
    ("replace", "input, pattern, replacement, flags?", replace),
    ("split", "string, delimiter", split),
];

/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 1_000;
/// Largest compiled pattern, in bytes.
const MAX_COMPILED: usize = 128 * 1024;

fn matches(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let found = match (arguments, flags_of(arguments, 2)) {
        ([Value::String(input), Value::String(pattern), ..], Some(flags)) => {
            compiled(pattern, flags, input, session)?.map(|regex| regex.is_match(input))
        }
        _ => None,
    };
    or_refused(found.map(Value::from), "matches", arguments, session)
}

fn replace(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let ([Value::String(input), Value::String(pattern), Value::String(new), ..], Some(flags)) =
        (arguments, flags_of(arguments, 3))
    else {
        return refused("replace", arguments, session);
    };
    let Some(regex) = compiled(pattern, flags, input, session)? else {
        return refused("replace", arguments, session);
    };
    let template =
        if flags.contains('q') { Some(new.replace('$', "$$")) } else { template(new, regex.captures_len()) };
    let Some(template) = template else { return refused("replace", arguments, session) };
    let mut out = String::new();
    let mut last = 0;
    for captures in regex.captures_iter(input) {
        let Some(whole) = captures.get(0) else { continue };
        out.push_str(input.get(last..whole.start()).unwrap_or(""));
        let before = out.len();
        captures.expand(&template, &mut out);
        session.spend_parts(1 + (out.len() - before) / 32)?;
        if out.len() > 16 * 1024 * 1024 {
            return refused("replace", arguments, session);
        }
        last = whole.end();
    }
    out.push_str(input.get(last..).unwrap_or(""));
    session.bounded(out.into())
}

fn split(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let [Value::String(input), Value::String(delimiter)] = arguments else {
        return refused("split", arguments, session);
    };
    let Some(regex) = compiled(delimiter, "", input, session)? else {
        return refused("split", arguments, session);
    };
    let parts: Vec<Value> = regex.split(input).map(Value::from).collect();
    session.spend_parts(parts.len())?;
    session.bounded(parts.into())
}

/// The flags at a place: none when they are left out or null; `None` for what is no set of flags.
fn flags_of(arguments: &[Value], place: usize) -> Option<&str> {
    match arguments.get(place) {
        None | Some(Value::Null) => Some(""),
        Some(Value::String(flags)) if flags.chars().all(|flag| "smixq".contains(flag)) => Some(flags),
        Some(_) => None,
    }
}

fn compiled(
    pattern: &str,
    flags: &str,
    input: &str,
    session: &Session<'_>,
) -> Result<Option<Arc<Regex>>, Failure> {
    if pattern.len() > MAX_PATTERN {
        return Ok(None);
    }
    session.spend_parts(20 + input.len() / 16 * (1 + pattern.len() / 16))?;
    let compile_cost = 500 + 20 * u64::try_from(pattern.len()).unwrap_or(u64::MAX);
    let key = format!("{flags}/{pattern}");
    session.pattern(&key, compile_cost, || {
        let translated =
            if flags.contains('q') { Some(regex::escape(pattern)) } else { translate(pattern, flags) };
        RegexBuilder::new(&translated?)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m') && !flags.contains('q'))
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED)
            .nest_limit(50)
            .build()
            .ok()
    })
}

/// A replacement in the matcher's form: `$1` and `\$`; a `$` must name a group.
fn template(replacement: &str, groups: usize) -> Option<String> {
    let mut out = String::new();
    let mut letters = replacement.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                '$' => out.push_str("$$"),
                '\\' => out.push('\\'),
                _ => return None,
            },
            '$' => {
                let mut group = letters.next()?.to_digit(10)?;
                // `$12` is group 12 when there are so many, else group 1 and the digit 2.
                while let Some(digit) = letters.peek().and_then(|next| next.to_digit(10)) {
                    let longer = group.checked_mul(10)?.checked_add(digit)?;
                    if usize::try_from(longer).ok()? >= groups {
                        break;
                    }
                    group = longer;
                    letters.next();
                }
                write!(out, "${{{group}}}").ok()?;
            }
            other => out.push(other),
        }
    }
    Some(out)
}

/// An XPath pattern in the matcher's form; `None` when it is none.
fn translate(pattern: &str, flags: &str) -> Option<String> {
    let mut translation = Translation {
        letters: pattern.chars().collect(),
        at: 0,
        out: String::with_capacity(pattern.len() * 2),
        spaced: flags.contains('x'),
        dot_all: flags.contains('s'),
    };
    translation.pattern()?;
    Some(translation.out)
}

struct Translation {
    letters: Vec<char>,
    at: usize,
    out: String,
    /// White space means nothing (flag `x`).
    spaced: bool,
    /// The point matches line ends too (flag `s`).
    dot_all: bool,
}

impl Translation {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += 1;
        letter
    }

    fn pattern(&mut self) -> Option<()> {
        while let Some(letter) = self.next() {
            match letter {
                ' ' | '\t' | '\n' | '\r' if self.spaced => {}
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '.' => self.out.push_str(if self.dot_all { "(?s:.)" } else { r"[^\n\r]" }),
                '(' => self.group()?,
                // Signs that mean nothing alone in XPath must be escaped there.
                ']' | '}' => return None,
                '{' => self.quantity()?,
                '$' | '^' | ')' | '|' | '?' | '*' | '+' => self.out.push(letter),
                other => self.literal(other),
            }
        }
        Some(())
    }

    fn literal(&mut self, letter: char) {
        if letter.is_ascii_punctuation() {
            self.out.push('\\');
        }
        self.out.push(letter);
    }

    /// Groups count, or do not when they begin with `?:`; nothing else may follow the bracket.
    fn group(&mut self) -> Option<()> {
        self.out.push('(');
        if self.peek() == Some('?') {
            self.next();
            if self.next() != Some(':') {
                return None;
            }
            self.out.push_str("?:");
        }
        Some(())
    }

    fn quantity(&mut self) -> Option<()> {
        self.out.push('{');
        loop {
            match self.next()? {
                '}' => break,
                letter @ ('0'..='9' | ',') => self.out.push(letter),
                _ => return None,
            }
        }
        self.out.push('}');
        Some(())
    }

    fn escape(&mut self, inside: bool) -> Option<()> {
        let mut letter = self.next()?;
        while self.spaced && !inside && matches!(letter, ' ' | '\t' | '\n' | '\r') {
            letter = self.next()?;
        }
        match letter {
            'n' | 'r' | 't' | 'd' | 'D' => {
                self.out.push('\\');
                self.out.push(letter);
            }
            's' => self.out.push_str(r"[ \t\n\r]"),
            'S' => self.out.push_str(r"[^ \t\n\r]"),
            'w' => self.out.push_str(r"[^\p{P}\p{Z}\p{C}]"),
            'W' => self.out.push_str(r"[\p{P}\p{Z}\p{C}]"),
            'i' => self.out.push_str(r"[\p{L}\p{Nl}_:]"),
            'I' => self.out.push_str(r"[^\p{L}\p{Nl}_:]"),
            'c' => self.out.push_str(r"[\p{L}\p{N}\p{M}_:.\-\x{B7}]"),
            'C' => self.out.push_str(r"[^\p{L}\p{N}\p{M}_:.\-\x{B7}]"),
            'p' | 'P' => self.category(letter == 'P')?,
            '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '$' | '-' | '[' | ']' | '^' => {
                self.out.push('\\');
                self.out.push(letter);
            }
            _ => return None,
        }
        Some(())
    }

    /// `\p{Lu}` or `\p{IsCyrillic}`.
    fn category(&mut self, negated: bool) -> Option<()> {
        let mut name = String::new();
        if self.next()? != '{' {
            return None;
        }
        loop {
            match self.next()? {
                '}' => break,
                ' ' | '\t' | '\n' | '\r' if self.spaced => {}
                letter if letter.is_ascii_alphanumeric() || letter == '-' => name.push(letter),
                _ => return None,
            }
        }
        let sign = if negated { "^" } else { "" };
        if let Some(block) = name.strip_prefix("Is") {
            let (first, last) = block_of(block)?;
            return write!(self.out, r"[{sign}\x{{{first:X}}}-\x{{{last:X}}}]").ok();
        }
        if name.is_empty() || name.len() > 2 {
            return None;
        }
        write!(self.out, r"[{sign}\p{{{name}}}]").ok()
    }

    /// `[a-z-[aeiou]]`: items and ranges, then perhaps a class taken away.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.peek() == Some('^') {
            self.next();
            self.out.push('^');
        }
        let mut first = true;
        loop {
            match self.next()? {
                ']' if first => return None,
                ']' => break,
                '[' => return None,
                '-' if self.peek() == Some('[') && !first => {
                    self.next();
                    self.out.push_str("--");
                    self.class()?;
                    if self.next()? != ']' {
                        return None;
                    }
                    break;
                }
                '\\' => self.escape(true)?,
                '-' => self.hyphen(first)?,
                other => self.literal(other),
            }
            first = false;
        }
        self.out.push(']');
        Some(())
    }

    /// A hyphen stands for itself at either end of a class, else it makes a range.
    fn hyphen(&mut self, first: bool) -> Option<()> {
        let at_end = matches!(self.peek(), Some(']'));
        let before_subtraction = self.peek() == Some('-') && self.letters.get(self.at + 1) == Some(&'[');
        if first || at_end || before_subtraction {
            self.out.push_str(r"\-");
        } else {
            self.out.push('-');
        }
        Some(())
    }
}

/// Unicode blocks by their XPath names: those of the scripts this platform meets.
fn block_of(name: &str) -> Option<(u32, u32)> {
    const BLOCKS: [(&str, u32, u32); 22] = [
        ("BasicLatin", 0x0000, 0x007F),
        ("Latin-1Supplement", 0x0080, 0x00FF),
        ("LatinExtended-A", 0x0100, 0x017F),
        ("LatinExtended-B", 0x0180, 0x024F),
        ("IPAExtensions", 0x0250, 0x02AF),
        ("SpacingModifierLetters", 0x02B0, 0x02FF),
        ("CombiningDiacriticalMarks", 0x0300, 0x036F),
        ("Greek", 0x0370, 0x03FF),
        ("GreekandCoptic", 0x0370, 0x03FF),
        ("Cyrillic", 0x0400, 0x04FF),
        ("CyrillicSupplement", 0x0500, 0x052F),
        ("Armenian", 0x0530, 0x058F),
        ("Hebrew", 0x0590, 0x05FF),
        ("Arabic", 0x0600, 0x06FF),
        ("Georgian", 0x10A0, 0x10FF),
        ("LatinExtendedAdditional", 0x1E00, 0x1EFF),
        ("GeneralPunctuation", 0x2000, 0x206F),
        ("CurrencySymbols", 0x20A0, 0x20CF),
        ("NumberForms", 0x2150, 0x218F),
        ("Arrows", 0x2190, 0x21FF),
        ("MathematicalOperators", 0x2200, 0x22FF),
        ("CJKUnifiedIdeographs", 0x4E00, 0x9FFF),
    ];
    BLOCKS.iter().find(|(known, _, _)| *known == name).map(|(_, first, last)| (*first, *last))
}
