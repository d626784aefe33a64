//! The catalogue of texts: Fluent messages in Kazakh, Russian and English, rendered with named arguments.
//!
//! It must never send out a text with a hole in it: a missing message or argument is an error that names it, never a
//! placeholder. It adds no marks of its own (the isolation marks Fluent offers would cost characters in an SMS).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::resolver::ResolverError;
use fluent_bundle::resolver::errors::ReferenceKind;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use fluent_syntax::ast;

/// Bounds of the catalogue: texts come from the folders of the services.
const MOST_OCTETS_OF_A_FILE: usize = 1 << 20;

/// Languages a text can be asked in, in the order of their standing.
pub const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

/// A value put into a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// Put as it is.
    Text(String),
    /// Chooses plural forms and is written in digits without grouping.
    Number(f64),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

/// Arguments by name.
pub type Arguments = BTreeMap<String, Argument>;

/// Why a text cannot be loaded or rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The language is not one of [`LANGUAGES`].
    #[error("no texts in language {0:?}; the languages are kk, ru and en")]
    Language(String),
    /// The file is not Fluent.
    #[error("texts in {language}, line {line}: {reason}")]
    Syntax {
        /// Language of the file.
        language: String,
        /// Line from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// A file above one mebibyte.
    #[error("a file of texts in {language} has {octets} octets; at most {MOST_OCTETS_OF_A_FILE} are read")]
    TooLarge {
        /// Language of the file.
        language: String,
        /// Its size.
        octets: usize,
    },
    /// Two files of one language give the same message or term.
    #[error("text {id:?} stands twice in {language}; keep one of the two")]
    Twice {
        /// Language.
        language: String,
        /// Message or term.
        id: String,
    },
    /// No such message.
    #[error("no text {id:?} in {language}; add it to texts/{language}.ftl")]
    Missing {
        /// Language.
        language: String,
        /// Message.
        id: String,
    },
    /// The message uses an argument that was not given.
    #[error("text {id:?} in {language} needs the argument ${argument}, which was not given")]
    Argument {
        /// Language.
        language: String,
        /// Message.
        id: String,
        /// Argument.
        argument: String,
    },
    /// Any other fault inside the message (a reference to another message that is missing, a cycle, …).
    #[error("text {id:?} in {language} cannot be rendered: {reason}")]
    Broken {
        /// Language.
        language: String,
        /// Message.
        id: String,
        /// What is wrong.
        reason: String,
    },
}

/// Messages of all loaded languages.
pub struct Texts {
    bundles: BTreeMap<&'static str, FluentBundle<FluentResource>>,
    /// Per language: message (or `message.attribute`) → arguments it uses.
    uses: BTreeMap<&'static str, BTreeMap<String, BTreeSet<String>>>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("uses", &self.uses).finish_non_exhaustive()
    }
}

impl Texts {
    /// Loads `(language, Fluent text)` pairs; several pairs of one language add up.
    ///
    /// # Errors
    /// An unknown language, a syntax fault (with its line), a message given twice.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, TextError> {
        let mut texts = Self { bundles: BTreeMap::new(), uses: BTreeMap::new() };
        for (language, source) in files {
            texts.add(known(language)?, source)?;
        }
        Ok(texts)
    }

    fn add(&mut self, language: &'static str, source: &str) -> Result<(), TextError> {
        if source.len() > MOST_OCTETS_OF_A_FILE {
            return Err(TextError::TooLarge { language: language.to_owned(), octets: source.len() });
        }
        // Fluent reads CR as text at the end of a line; an SMS must not carry it.
        let source = source.replace("\r\n", "\n");
        let resource = FluentResource::try_new(source).map_err(|(resource, faults)| {
            let fault = faults.first();
            let at = fault.map_or(0, |fault| fault.pos.start).min(resource.source().len());
            TextError::Syntax {
                language: language.to_owned(),
                line: resource.source().as_bytes()[..at].iter().filter(|octet| **octet == b'\n').count() + 1,
                reason: fault.map_or_else(|| "not Fluent".to_owned(), |fault| fault.kind.to_string()),
            }
        })?;
        let uses = self.uses.entry(language).or_default();
        for entry in resource.entries() {
            note_uses(entry, uses);
        }
        let bundle = self.bundles.entry(language).or_insert_with(|| {
            let locale = language.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![locale]);
            bundle.set_use_isolating(false);
            bundle
        });
        bundle.add_resource(resource).map_err(|faults| {
            let id = faults.iter().find_map(|fault| match fault {
                FluentError::Overriding { id, .. } => Some(id.clone()),
                _ => None,
            });
            TextError::Twice { language: language.to_owned(), id: id.unwrap_or_default() }
        })
    }

    /// The text `id` in `language` with `arguments` put in. Arguments the text does not use are ignored.
    ///
    /// # Errors
    /// A language, message or argument that is missing, by name.
    pub fn render(&self, language: &str, id: &str, arguments: &Arguments) -> Result<String, TextError> {
        let missing = || TextError::Missing { language: language.to_owned(), id: id.to_owned() };
        let bundle = self.bundles.get(language).ok_or_else(|| TextError::Language(language.to_owned()))?;
        let message = bundle.get_message(id).ok_or_else(missing)?;
        let pattern = message.value().ok_or_else(missing)?;
        let mut given = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            given.set(name.as_str(), value(argument));
        }
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&given), &mut faults).into_owned();
        faults.first().map_or(Ok(text), |fault| Err(render_fault(language, id, fault)))
    }

    /// Whether the message exists in the language.
    pub fn has(&self, language: &str, id: &str) -> bool {
        self.bundles.get(language).is_some_and(|bundle| bundle.has_message(id))
    }

    /// The arguments that message `id` uses in `language`; empty when there is no such message.
    pub fn arguments(&self, language: &str, id: &str) -> BTreeSet<String> {
        self.uses.get(language).and_then(|uses| uses.get(id)).cloned().unwrap_or_default()
    }

    /// What differs between the languages: a message that one lacks, an argument that one does not use. Empty = equal.
    pub fn compare(&self) -> Vec<String> {
        let every: BTreeSet<&String> = self.uses.values().flat_map(BTreeMap::keys).collect();
        let mut differences = Vec::new();
        for id in every {
            let whole: BTreeSet<&String> =
                self.uses.values().filter_map(|uses| uses.get(id)).flatten().collect();
            for language in LANGUAGES {
                let Some(used) = self.uses.get(language).and_then(|uses| uses.get(id)) else {
                    differences.push(format!("{language} lacks the text {id}"));
                    continue;
                };
                let lacking = whole.iter().filter(|argument| !used.contains(**argument));
                differences
                    .extend(lacking.map(|argument| format!("{language}: {id} does not use ${argument}")));
            }
        }
        differences
    }
}

fn known(language: &str) -> Result<&'static str, TextError> {
    let found = LANGUAGES.into_iter().find(|known| *known == language);
    found.ok_or_else(|| TextError::Language(language.to_owned()))
}

fn value(argument: &Argument) -> FluentValue<'_> {
    match argument {
        Argument::Text(text) => FluentValue::String(Cow::Borrowed(text)),
        Argument::Number(number) => FluentValue::from(*number),
    }
}

fn render_fault(language: &str, id: &str, fault: &FluentError) -> TextError {
    let (language, id) = (language.to_owned(), id.to_owned());
    match fault {
        FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id: argument })) => {
            TextError::Argument { language, id, argument: argument.clone() }
        }
        other => TextError::Broken { language, id, reason: other.to_string() },
    }
}

fn note_uses(entry: &ast::Entry<&str>, uses: &mut BTreeMap<String, BTreeSet<String>>) {
    let (id, value, attributes) = match entry {
        ast::Entry::Message(message) => {
            (message.id.name.to_owned(), message.value.as_ref(), &message.attributes)
        }
        ast::Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
        _ => return,
    };
    for attribute in attributes {
        let mut used = BTreeSet::new();
        in_pattern(&attribute.value, &mut used);
        uses.insert(format!("{id}.{}", attribute.id.name), used);
    }
    let mut used = BTreeSet::new();
    if let Some(pattern) = value {
        in_pattern(pattern, &mut used);
    }
    uses.insert(id, used);
}

fn in_pattern(pattern: &ast::Pattern<&str>, used: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let ast::PatternElement::Placeable { expression } = element else { continue };
        in_expression(expression, used);
    }
}

fn in_expression(expression: &ast::Expression<&str>, used: &mut BTreeSet<String>) {
    match expression {
        ast::Expression::Inline(inline) => in_inline(inline, used),
        ast::Expression::Select { selector, variants } => {
            in_inline(selector, used);
            variants.iter().for_each(|variant| in_pattern(&variant.value, used));
        }
    }
}

fn in_inline(inline: &ast::InlineExpression<&str>, used: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            used.insert(id.name.to_owned());
        }
        ast::InlineExpression::Placeable { expression } => in_expression(expression, used),
        ast::InlineExpression::FunctionReference { arguments, .. }
        | ast::InlineExpression::TermReference { arguments: Some(arguments), .. } => {
            arguments.positional.iter().for_each(|argument| in_inline(argument, used));
            arguments.named.iter().for_each(|argument| in_inline(&argument.value, used));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
