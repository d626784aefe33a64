//! Forms of user tasks, read from the JSON Schema of the service: fields for the page, checked answers for the engine.
//!
//! A small part of JSON Schema is known: choices, several choices, texts, a signature, and conditions of the form "if a field is this
//! value, then these are required". Anything else in a schema is an error that names it, never passed over: a rule of a form that is
//! not understood would not be kept.

use rules::{Context, Value};
use serde_json::{Map, Value as Json};

use crate::ask::Fields;
use crate::words::Words;

/// The property that holds the signature.
pub(crate) const SIGNATURE: &str = "signature";

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub title: Titles,
    pub fields: Vec<Field>,
    conditions: Vec<Condition>,
    /// Whether a signature is needed whatever is answered.
    signed: bool,
}

/// A text in the languages it stands in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Titles(Vec<(String, String)>);

impl Titles {
    /// In a language, else in the first there is.
    pub fn get(&self, lang: &str) -> Option<&str> {
        let own = self.0.iter().find(|(code, _)| code == lang).or_else(|| self.0.first());
        own.map(|(_, text)| text.as_str())
    }
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: String,
    pub title: Titles,
    pub kind: Kind,
    pub required: bool,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of these values.
    One(Vec<(String, Titles)>),
    /// Some of these values.
    Some(Vec<(String, Titles)>),
    /// A text of at most so many characters.
    Text(usize),
}

/// If the field is the value, then …
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    field: String,
    value: String,
    required: Vec<String>,
    /// At least so many values, or characters.
    least: Vec<(String, usize)>,
}

/// Something to be mended in the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub field: String,
    pub text: String,
}

/// A schema that cannot be shown as a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("form {form}: {reason}")]
pub(crate) struct FormError {
    form: String,
    reason: String,
}

impl Form {
    /// Reads a schema; `name` is for messages.
    ///
    /// # Errors
    /// What is not known, by its place.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Form, FormError> {
        let wrong = |reason: String| FormError { form: name.to_owned(), reason };
        let schema: Json = serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        read(&schema).map_err(wrong)
    }

    /// The answers of a sent form, without the signature; texts that are empty become null.
    ///
    /// # Errors
    /// What is to be mended, by field.
    pub fn answers(&self, sent: &Fields, words: &Words) -> Result<Context, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut answers = Context::new();
        for field in &self.fields {
            let value = field.value(sent, words).unwrap_or_else(|text| {
                problems.push(Problem { field: field.name.clone(), text });
                Value::Null
            });
            answers.insert(field.name.as_str(), value);
        }
        let add = |problems: &mut Vec<Problem>, name: &str, text: String| {
            if problems.iter().all(|problem| problem.field != name) {
                problems.push(Problem { field: name.to_owned(), text });
            }
        };
        let conditions: Vec<&Condition> =
            self.conditions.iter().filter(|condition| condition.holds(&answers)).collect();
        let always = self.fields.iter().filter(|field| field.required).map(|field| &field.name);
        for name in always.chain(conditions.iter().flat_map(|condition| &condition.required)) {
            if name != SIGNATURE && answers.get(name).is_none_or(is_empty) {
                add(&mut problems, name, words.t("form-required"));
            }
        }
        for (name, least) in conditions.iter().flat_map(|condition| &condition.least) {
            if answers.get(name).is_none_or(|value| size(value) < *least) {
                add(&mut problems, name, words.one("form-at-least", "least", least));
            }
        }
        if problems.is_empty() { Ok(answers) } else { Err(problems) }
    }

    /// Whether these answers have to be signed.
    pub fn needs_signature(&self, answers: &Context) -> bool {
        let by_condition = |condition: &&Condition| condition.required.iter().any(|name| name == SIGNATURE);
        self.signed || self.conditions.iter().filter(by_condition).any(|condition| condition.holds(answers))
    }

    /// Under which answer a field is needed, for a hint: field and value of the condition.
    pub fn needed_when(&self, name: &str) -> Option<(&str, &str)> {
        let needs = |condition: &&Condition| condition.required.iter().any(|required| required == name);
        self.conditions
            .iter()
            .find(needs)
            .map(|condition| (condition.field.as_str(), condition.value.as_str()))
    }
}

impl Condition {
    fn holds(&self, answers: &Context) -> bool {
        answers.get(&self.field).and_then(Value::as_str) == Some(self.value.as_str())
    }
}

impl Field {
    fn value(&self, sent: &Fields, words: &Words) -> Result<Value, String> {
        match &self.kind {
            Kind::One(values) => match sent.get(&self.name) {
                None => Ok(Value::Null),
                Some(value) if values.iter().any(|(known, _)| known == value) => Ok(Value::text(value)),
                Some(_) => Err(words.t("form-not-a-choice")),
            },
            Kind::Some(values) => {
                let mut chosen: Vec<Value> = Vec::new();
                for value in sent.all(&self.name).filter(|value| !value.is_empty()) {
                    if !values.iter().any(|(known, _)| known == value) {
                        return Err(words.t("form-not-a-choice"));
                    }
                    if !chosen.iter().any(|known| known.as_str() == Some(value)) {
                        chosen.push(Value::text(value));
                    }
                }
                Ok(Value::list(chosen))
            }
            Kind::Text(longest) => match sent.get(&self.name) {
                None => Ok(Value::Null),
                Some(text) if text.chars().count() > *longest => {
                    Err(words.one("form-too-long", "most", longest))
                }
                Some(text) => Ok(Value::text(text.replace("\r\n", "\n"))),
            },
        }
    }
}

fn is_empty(value: &Value) -> bool {
    size(value) == 0
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::String(text) => text.chars().count(),
        Value::List(items) => items.len(),
        _ => 1,
    }
}

/// Members that say nothing about answers.
const SILENT: &[&str] =
    &["$schema", "$id", "$defs", "title", "type", "labels", "default", "additionalProperties", "uniqueItems"];

fn read(schema: &Json) -> Result<Form, String> {
    let members = object(schema, "the schema")?;
    known(members, &["properties", "required", "allOf"], "the schema")?;
    let required = names(members.get("required"), "required")?;
    let mut fields = Vec::new();
    let properties =
        members.get("properties").map(|properties| object(properties, "properties")).transpose()?;
    for (name, property) in properties.into_iter().flatten() {
        if name != SIGNATURE {
            fields.push(field(name, property, required.contains(name))?);
        }
    }
    let mut conditions = Vec::new();
    for rule in members.get("allOf").and_then(Json::as_array).into_iter().flatten() {
        conditions.push(condition(rule)?);
    }
    Ok(Form {
        title: titles(members.get("title")),
        fields,
        conditions,
        signed: required.iter().any(|name| name == SIGNATURE),
    })
}

fn field(name: &str, property: &Json, required: bool) -> Result<Field, String> {
    let place = format!("properties.{name}");
    let members = object(property, &place)?;
    known(members, &["enum", "items", "maxItems", "maxLength"], &place)?;
    let labels = members.get("labels");
    let kind = if let Some(values) = members.get("enum") {
        Kind::One(choices(values, labels, &place)?)
    } else if let Some(items) = members.get("items") {
        let items = object(items, &place)?;
        known(items, &["enum"], &format!("{place}.items"))?;
        Kind::Some(choices(items.get("enum").unwrap_or(&Json::Null), labels, &place)?)
    } else {
        let longest =
            members.get("maxLength").and_then(Json::as_u64).and_then(|longest| usize::try_from(longest).ok());
        Kind::Text(longest.ok_or_else(|| format!("{place}: a text needs `maxLength`"))?)
    };
    Ok(Field { name: name.to_owned(), title: titles(members.get("title")), kind, required })
}

fn choices(values: &Json, labels: Option<&Json>, place: &str) -> Result<Vec<(String, Titles)>, String> {
    let values = names(Some(values), place)?;
    let label = |value: &str| titles(labels.and_then(|labels| labels.get(value)));
    Ok(values.into_iter().map(|value| (value.clone(), label(&value))).collect())
}

/// `{"if": {"properties": {f: {"const": v}}}, "then": {"required": […], "properties": {…: {"minItems" | "minLength": n}}}}`.
fn condition(rule: &Json) -> Result<Condition, String> {
    let members = object(rule, "allOf")?;
    known(members, &["if", "then"], "allOf")?;
    let asked = members.get("if").and_then(|asked| asked.get("properties")).and_then(Json::as_object);
    let single = asked.filter(|asked| asked.len() == 1).and_then(|asked| asked.iter().next());
    let constant =
        single.and_then(|(field, rule)| Some((field.clone(), rule.get("const")?.as_str()?.to_owned())));
    let (field, value) = constant.ok_or("allOf: `if` has to ask for one property with a `const` text")?;
    let then = object(members.get("then").unwrap_or(&Json::Null), "allOf.then")?;
    known(then, &["required", "properties"], "allOf.then")?;
    let mut least = Vec::new();
    for (name, rule) in then.get("properties").and_then(Json::as_object).into_iter().flatten() {
        let rule = object(rule, "allOf.then.properties")?;
        known(rule, &["minItems", "minLength"], "allOf.then.properties")?;
        let number = rule.get("minItems").or_else(|| rule.get("minLength")).and_then(Json::as_u64);
        least.extend(
            number.and_then(|number| usize::try_from(number).ok()).map(|number| (name.clone(), number)),
        );
    }
    Ok(Condition { field, value, required: names(then.get("required"), "allOf.then.required")?, least })
}

fn object<'j>(json: &'j Json, place: &str) -> Result<&'j Map<String, Json>, String> {
    json.as_object().ok_or_else(|| format!("{place} is not an object"))
}

fn known(members: &Map<String, Json>, names: &[&str], place: &str) -> Result<(), String> {
    match members.keys().find(|name| !names.contains(&name.as_str()) && !SILENT.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(format!("{place}: `{name}` is not known to forms; known are {}", names.join(", "))),
    }
}

fn names(json: Option<&Json>, place: &str) -> Result<Vec<String>, String> {
    let Some(json) = json else { return Ok(Vec::new()) };
    let wrong = || format!("{place}: a list of texts is needed");
    let items = json.as_array().ok_or_else(wrong)?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

fn titles(json: Option<&Json>) -> Titles {
    match json {
        Some(Json::String(text)) => Titles(vec![("en".into(), text.clone())]),
        Some(Json::Object(texts)) => {
            let texts =
                texts.iter().filter_map(|(code, text)| Some((code.clone(), text.as_str()?.to_owned())));
            Titles(texts.collect())
        }
        _ => Titles::default(),
    }
}

#[cfg(test)]
mod tests;
