//! Forms are read strictly and answers are checked by them.

use std::sync::Arc;

use civic::Lang;
use proptest::prelude::*;

use super::*;

const DECISION: &str = r#"{
  "title": {"kk": "Шешім", "en": "Decision"}, "type": "object", "required": ["outcome"], "additionalProperties": false,
  "properties": {
    "outcome": {"enum": ["assign", "refuse", "return"], "labels": {"assign": {"en": "Assign"}}},
    "grounds": {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": true, "maxItems": 4, "default": []},
    "wanted": {"type": ["string", "null"], "maxLength": 10, "default": null},
    "signature": {"$ref": "x"}
  },
  "allOf": [
    {"if": {"properties": {"outcome": {"const": "refuse"}}}, "then": {"required": ["grounds", "signature"], "properties": {"grounds": {"minItems": 1}}}},
    {"if": {"properties": {"outcome": {"const": "return"}}}, "then": {"required": ["wanted"], "properties": {"wanted": {"type": "string", "minLength": 3}}}}
  ]
}"#;

fn words() -> Words {
    Words::new(Arc::new(crate::words::load().expect("texts")), Lang::En)
}

fn form() -> Form {
    Form::read("decision", DECISION.as_bytes()).expect("reads")
}

fn sent(fields: &[(&str, &str)]) -> Fields {
    Fields(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn problems(fields: &[(&str, &str)]) -> Vec<String> {
    form()
        .answers(&sent(fields), &words())
        .expect_err("problems")
        .into_iter()
        .map(|problem| problem.field)
        .collect()
}

#[test]
fn conditions_of_the_schema_are_kept() {
    assert_eq!(problems(&[]), ["outcome"]);
    assert_eq!(problems(&[("outcome", "refuse")]), ["grounds"]);
    assert_eq!(problems(&[("outcome", "return"), ("wanted", "ab")]), ["wanted"]);
    assert_eq!(problems(&[("outcome", "destroy")]), ["outcome"]);
    assert_eq!(problems(&[("outcome", "assign"), ("wanted", "much too long")]), ["wanted"]);
    assert_eq!(problems(&[("outcome", "refuse"), ("grounds", "c")]), ["grounds"]);
    let answers = form().answers(
        &sent(&[("outcome", "refuse"), ("grounds", "b"), ("grounds", "a"), ("grounds", "b")]),
        &words(),
    );
    let answers = answers.expect("fine");
    assert_eq!(answers.get("grounds"), Some(&Value::list([Value::text("b"), Value::text("a")])));
    assert_eq!(answers.get("wanted"), Some(&Value::Null));
    assert!(form().needs_signature(&answers));
    let returned =
        form().answers(&sent(&[("outcome", "return"), ("wanted", "paper")]), &words()).expect("fine");
    assert!(!form().needs_signature(&returned));
    assert_eq!(form().needed_when("wanted"), Some(("outcome", "return")));
}

#[test]
fn a_rule_that_forms_do_not_know_is_refused_by_name() {
    for (wrong, named) in [
        (r#"{"properties": {"a": {"pattern": "x", "maxLength": 3}}}"#, "pattern"),
        (r#"{"properties": {"a": {"type": "string"}}}"#, "maxLength"),
        (r#"{"oneOf": []}"#, "oneOf"),
        (r#"{"allOf": [{"if": {"properties": {"a": {"minimum": 3}}}, "then": {}}]}"#, "const"),
        ("[]", "not an object"),
        ("{", "EOF"),
    ] {
        let error = Form::read("f", wrong.as_bytes()).expect_err(wrong).to_string();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn the_forms_of_the_services_are_understood() {
    let forms = concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/shared/forms");
    for file in std::fs::read_dir(forms).expect("forms") {
        let path = file.expect("a file").path();
        let form = Form::read(&path.display().to_string(), &std::fs::read(&path).expect("read"));
        let form = form.unwrap_or_else(|error| panic!("{error}"));
        assert!(form.title.get("kk").is_some(), "{}", path.display());
    }
}

proptest! {
    #[test]
    fn whatever_is_sent_gives_answers_or_problems(fields in prop::collection::vec(("[a-z]{0,8}|outcome|grounds|wanted", ".{0,20}|refuse|a"), 0..8)) {
        let form = form();
        if let Ok(answers) = form.answers(&Fields(fields), &words()) {
            prop_assert_eq!(answers.len(), form.fields.len());
        }
    }

    #[test]
    fn no_schema_makes_reading_panic(text in ".{0,200}") {
        let _ = Form::read("f", text.as_bytes());
    }
}
