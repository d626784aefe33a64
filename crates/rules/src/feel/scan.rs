//! Tokens of FEEL, cut on demand: which words make one name depends on the names in scope at that place.

use super::names::{MAX_NAME, Names};
use std::sync::Arc;

/// Longest FEEL text read, in bytes.
pub(crate) const MAX_TEXT: usize = 256 * 1024;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Number(Arc<str>),
    Text(Arc<str>),
    /// `@"…"`
    At(Arc<str>),
    Name(Arc<str>),
    Word(Word),
    Sign(&'static str),
    End,
}

/// Words of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    If,
    Then,
    Else,
    For,
    In,
    Return,
    Some,
    Every,
    Satisfies,
    And,
    Or,
    Between,
    Instance,
    Not,
    Function,
    External,
    True,
    False,
    Null,
}

impl Word {
    fn of(text: &str) -> Option<Word> {
        Some(match text {
            "if" => Word::If,
            "then" => Word::Then,
            "else" => Word::Else,
            "for" => Word::For,
            "in" => Word::In,
            "return" => Word::Return,
            "some" => Word::Some,
            "every" => Word::Every,
            "satisfies" => Word::Satisfies,
            "and" => Word::And,
            "or" => Word::Or,
            "between" => Word::Between,
            "instance" => Word::Instance,
            "not" => Word::Not,
            "function" => Word::Function,
            "external" => Word::External,
            "true" => Word::True,
            "false" => Word::False,
            "null" => Word::Null,
            _ => return None,
        })
    }

    /// Whether the word can only stand after an operand, so that it ends a name before it.
    fn ends_name(self) -> bool {
        use Word::{And, Between, Else, In, Instance, Or, Return, Satisfies, Then};
        matches!(self, Then | Else | In | Return | Satisfies | And | Or | Between | Instance)
    }
}

/// Signs, the longer first.
const SIGNS: [&str; 26] = [
    "**", "..", "!=", "<=", ">=", "->", "(", ")", "[", "]", "{", "}", ",", ":", ".", "+", "-", "*", "/", "=",
    "<", ">", "@", "?", "|", ";",
];

/// What may be written inside a name beside its letters.
fn is_name_sign(letter: char) -> bool {
    matches!(letter, '.' | '/' | '-' | '\u{2019}' | '\'' | '+' | '*')
}

pub(crate) fn is_name_start(letter: char) -> bool {
    match letter {
        '_' | '?' => true,
        _ if letter.is_ascii() => letter.is_ascii_alphabetic(),
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' => true,
        '\u{37F}'..='\u{1FFF}' => !letter.is_whitespace(),
        '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' => true,
        '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' => true,
        '\u{10000}'..='\u{EFFFF}' => true,
        _ => false,
    }
}

pub(crate) fn is_name_part(letter: char) -> bool {
    is_name_start(letter) && letter != '?'
        || letter.is_ascii_digit()
        || matches!(letter, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// White space of FEEL: Unicode's, and the byte-order mark.
pub(crate) fn is_space(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{FEFF}' | '\u{180E}' | '\u{200B}')
}

/// A cursor over the text.
#[derive(Clone, Copy)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    /// Bytes already read.
    pub(crate) at: usize,
}

type Refusal = (usize, String);

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The text from a place up to here.
    pub(crate) fn between(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    fn letter(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) -> Result<(), Refusal> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(is_space);
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                let Some(end) = trimmed.find("*/") else {
                    return Err((self.at, "this comment has no end; close it with */".into()));
                };
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    /// The next token; `names` are the names that are recognised whole here.
    pub(crate) fn token(&mut self, names: &Names<'_>) -> Result<Token, Refusal> {
        self.skip_space()?;
        let Some(first) = self.letter() else { return Ok(Token::End) };
        let follows = self.rest().chars().nth(1);
        if first.is_ascii_digit() || (first == '.' && follows.is_some_and(|next| next.is_ascii_digit())) {
            return Ok(Token::Number(self.number().into()));
        }
        if first == '"' {
            return Ok(Token::Text(self.string()?.into()));
        }
        if first == '@' {
            let start = self.at;
            self.at += 1;
            self.skip_space()?;
            if self.letter() != Some('"') {
                return Err((start, "after @ comes a text such as @\"2024-04-01\"".into()));
            }
            return Ok(Token::At(self.string()?.into()));
        }
        if is_name_start(first) {
            return Ok(self.name_or_word(names));
        }
        for sign in SIGNS {
            if self.rest().starts_with(sign) {
                self.at += sign.len();
                return Ok(Token::Sign(sign));
            }
        }
        Err((self.at, format!("the sign {first:?} has no meaning here")))
    }

    fn number(&mut self) -> &'a str {
        let start = self.at;
        self.digits();
        let mut ahead = self.rest().chars();
        if ahead.next() == Some('.') && ahead.next().is_some_and(|next| next.is_ascii_digit()) {
            self.at += 1;
            self.digits();
        }
        let exponent = self.rest();
        if exponent.starts_with(['e', 'E']) {
            let sign = usize::from(exponent.get(1..).is_some_and(|rest| rest.starts_with(['+', '-'])));
            if exponent.as_bytes().get(1 + sign).is_some_and(u8::is_ascii_digit) {
                self.at += 1 + sign;
                self.digits();
            }
        }
        self.text.get(start..self.at).unwrap_or("0")
    }

    fn digits(&mut self) {
        self.at += self.rest().bytes().take_while(u8::is_ascii_digit).count();
    }

    /// A text in quotes with its escapes resolved. An unknown escape stays as it is written (patterns need it).
    pub(crate) fn string(&mut self) -> Result<String, Refusal> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let Some(letter) = self.letter() else {
                return Err((start, "this text has no end; close it with \"".into()));
            };
            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(out),
                '\\' => self.escape(&mut out)?,
                _ => out.push(letter),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Refusal> {
        let Some(letter) = self.letter() else { return Ok(()) };
        let plain = match letter {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '"' | '\'' | '\\' => letter,
            'u' | 'U' => {
                let length = if letter == 'u' { 4 } else { 6 };
                if let Some(code) = self.hexadecimal(1, length) {
                    return self.unicode(code, length, out);
                }
                out.push('\\');
                letter
            }
            _ => {
                out.push('\\');
                letter
            }
        };
        // An unknown escape such as `\d` keeps its backslash.
        self.at += letter.len_utf8();
        out.push(plain);
        Ok(())
    }

    fn hexadecimal(&self, skip: usize, length: usize) -> Option<u32> {
        let digits = self.rest().get(skip..skip + length)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }

    /// The letter of a `\u` escape; two escapes may make one letter beyond the first 65,536.
    fn unicode(&mut self, code: u32, length: usize, out: &mut String) -> Result<(), Refusal> {
        let mut code = code;
        let mut used = 1 + length;
        if (0xD800..0xDC00).contains(&code)
            && self.rest().get(used..used + 2) == Some("\\u")
            && let Some(low @ 0xDC00..0xE000) = self.hexadecimal(used + 2, 4)
        {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            used += 6;
        }
        let Some(letter) = char::from_u32(code) else {
            return Err((self.at, format!("\\u{code:04X} is no letter of Unicode")));
        };
        out.push(letter);
        self.at += used;
        Ok(())
    }

    fn word(&mut self) -> &'a str {
        let start = self.at;
        let mut letters = self.rest().chars();
        if let Some(first) = letters.next() {
            self.at += first.len_utf8();
        }
        for letter in letters {
            if !is_name_part(letter) {
                break;
            }
            self.at += letter.len_utf8();
        }
        self.text.get(start..self.at).unwrap_or("")
    }

    /// The longest known name here, or the words that stand side by side, or a word of the language.
    fn name_or_word(&mut self, names: &Names<'_>) -> Token {
        let start = *self;
        let first = self.word();
        let known = start.longest_known(names);
        if let Some(word) = Word::of(first)
            && known.as_ref().is_none_or(|(name, _)| name.len() <= first.len())
        {
            return Token::Word(word);
        }
        let mut name = first.to_owned();
        if let Some((longest, end)) = known.filter(|(name, _)| name.len() >= first.len()) {
            name = longest;
            self.at = end;
        }
        if first != "?" {
            self.join_words(&mut name);
        }
        Token::Name(name.into())
    }

    /// Words side by side can only be one name, unless a word of the language comes.
    fn join_words(&mut self, name: &mut String) {
        loop {
            let mut ahead = *self;
            let rest = ahead.rest();
            let trimmed = rest.trim_start_matches(is_space);
            ahead.at += rest.len() - trimmed.len();
            let starts = trimmed.chars().next().is_some_and(is_name_part);
            if trimmed.len() == rest.len() || !starts {
                return;
            }
            let word = ahead.word();
            if Word::of(word).is_some_and(Word::ends_name) {
                return;
            }
            name.push(' ');
            name.push_str(word);
            self.at = ahead.at;
        }
    }

    /// The longest known name that is written here, and where it ends.
    fn longest_known(mut self, names: &Names<'_>) -> Option<(String, usize)> {
        let limit = names.longest();
        let mut candidate = String::new();
        let mut found = None;
        let mut gap = false;
        while candidate.len() <= limit {
            let Some(letter) = self.letter() else { break };
            if is_space(letter) {
                gap = true;
                self.at += letter.len_utf8();
                continue;
            }
            if gap {
                candidate.push(' ');
                gap = false;
            }
            if is_name_part(letter) || (candidate.is_empty() && is_name_start(letter)) {
                let word = self.word();
                candidate.push_str(word);
            } else if is_name_sign(letter) {
                candidate.push(letter);
                self.at += letter.len_utf8();
            } else {
                break;
            }
            if names.knows(&candidate) {
                found = Some((candidate.clone(), self.at));
            }
        }
        found
    }

    /// A name as a declaration writes it (context key, parameter, loop variable): everything up to a sign that
    /// cannot belong to a name. `stop`: a word that ends it.
    pub(crate) fn declared_name(&mut self, stop: &str) -> Result<Option<String>, Refusal> {
        self.skip_space()?;
        if !self.letter().is_some_and(is_name_start) {
            return Ok(None);
        }
        let mut name = String::new();
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(is_space);
            let gap = trimmed.len() != rest.len();
            let Some(letter) = trimmed.chars().next() else { break };
            let mut ahead = Scanner { text: self.text, at: self.at + rest.len() - trimmed.len() };
            if gap && !name.is_empty() {
                if !stop.is_empty() && ahead.word() == stop {
                    break;
                }
                ahead.at = self.at + rest.len() - trimmed.len();
            }
            let piece = if is_name_part(letter) || (name.is_empty() && is_name_start(letter)) {
                ahead.word().to_owned()
            } else if is_name_sign(letter) {
                ahead.at += letter.len_utf8();
                letter.to_string()
            } else {
                break;
            };
            if gap && !name.is_empty() {
                name.push(' ');
            }
            name.push_str(&piece);
            if name.len() > MAX_NAME {
                return Err((self.at, format!("a name is longer than {MAX_NAME} bytes")));
            }
            self.at = ahead.at;
        }
        Ok(Some(name))
    }
}
