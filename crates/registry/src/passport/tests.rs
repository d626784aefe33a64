//! Passports with one thing wrong.

use super::*;

const ROWS: &str = r#"
id = "SDU_FACTS"
version = 1
provider = "sdu"
consumers = ["population-register"]
kind = "rows"
namespace = "https://qyzmet.kz/contract/SDU_FACTS/1"
maximum_seconds = 30
repeat = "same-answer"
personal_data = true
external = false
about = "Facts."
law = [{ act = "424-458", par = "6" }, { act = "424-458", par = "90 pt2(3)" }]
[names]
kk = "Фактілер"
ru = "Факты"
[request]
element = "rows"
[response]
element = "results"
[rows]
element = "row"
message = "fact"
case_ref = "=row.caseRef"
correlation = '=if row.kind = "death" then row.iin else row.caseRef'
maximum = 500
wait_seconds = 604800
"#;

fn read_text(text: &str) -> Result<Service, String> {
    let file =
        TomlFile::parse("registers/SDU_FACTS/passport.toml", text).map_err(|problem| problem.to_string())?;
    let mut problems = Problems::default();
    let service = read(&file, Some("SDU_FACTS"), &mut problems).map(|read| read.service);
    problems.or(()).map_err(|problems| problems.to_string())?;
    Ok(service.expect("no problem, so a service"))
}

#[test]
fn a_passport_is_read_whole() {
    let service = read_text(ROWS).unwrap();
    assert_eq!(service.id.as_str(), "SDU_FACTS");
    assert_eq!(service.maximum, Duration::from_secs(30));
    assert!(service.repeat.may_resend() && service.personal_data && !service.external);
    assert_eq!(
        service.law.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["424-458 par. 6", "424-458 par. 90 pt2(3)"]
    );
    assert_eq!(service.names.get(civic::Lang::En), "Фактілер");
    assert_eq!((service.request.as_str(), service.response.as_str()), ("rows", "results"));
    let ServiceKind::Rows(rows) = service.kind else { panic!("rows") };
    assert_eq!((rows.element.as_str(), rows.message.as_str(), rows.maximum), ("row", "fact", 500));
    assert_eq!(rows.wait, Duration::from_secs(7 * 86_400));
    assert_eq!(rows.case_ref.unwrap().text, "row.caseRef");
    assert_eq!(rows.correlation.unwrap().text, "if row.kind = \"death\" then row.iin else row.caseRef");
}

#[test]
fn a_passport_with_one_thing_wrong_says_where_and_what() {
    let cases = [
        ("id = \"SDU_FACTS\"", "id = \"SDU_FACT\"", ":2:6: `id` is SDU_FACT, but the folder is SDU_FACTS"),
        ("id = \"SDU_FACTS\"", "id = \"../x\"", ":2:6: `id`: `../x` is not a service id"),
        ("version = 1", "version = 2", "ends with the version: …/2"),
        ("provider = ", "provder = ", "unknown key `provder`: did you mean `provider`?"),
        ("[\"population-register\"]", "[]", "`consumers` names nobody"),
        ("[\"population-register\"]", "[\"a\", \"a\"]", "`a` stands twice"),
        ("[\"population-register\"]", "[\"A b\"]", "`A b` is not a participant"),
        ("maximum_seconds = 30", "maximum_seconds = 31", "a whole number from 1 to 30"),
        ("repeat = \"same-answer\"", "repeat = \"once\"", "write one of same-answer, safe, unsafe"),
        ("kind = \"rows\"", "kind = \"exchange\"", "`kind` and tables disagree"),
        ("kind = \"rows\"", "kind = \"row\"", "write one of exchange, rows, query"),
        ("[rows]", "[query]\nprocess = \"p\"\nmessage = \"m\"\n[rows]", "`kind` and tables disagree"),
        ("maximum = 500", "maximum = 501", "a whole number from 1 to 500"),
        ("\"=row.caseRef\"", "\"row.caseRef\"", "`case_ref` is a FEEL expression: begin it with `=`"),
        ("par = \"6\"", "par = \"§6\"", "`par`: `§6` is not a paragraph"),
        ("element = \"results\"", "element = \"re:sults\"", "an element is named in Latin letters"),
        ("kk = \"Фактілер\"\n", "", "`kk` in [names] is missing"),
        ("external = false\n", "", ":1:1: `external` is missing: write true or false"),
        ("about = \"Facts.\"", "about = \"\"", "`about` is empty"),
    ];
    for (text, instead, expected) in cases {
        assert!(ROWS.contains(text), "{text}");
        let shown = read_text(&ROWS.replacen(text, instead, 1)).unwrap_err();
        assert!(
            shown.contains(expected) && shown.starts_with("registers/SDU_FACTS/passport.toml:"),
            "{instead}: {shown}"
        );
    }
    let silent =
        ROWS.lines().filter(|line| !line.starts_with("case_ref") && !line.starts_with("correlation"));
    let shown = read_text(&silent.collect::<Vec<_>>().join("\n")).unwrap_err();
    assert!(shown.contains("else a row reaches no case"), "{shown}");
}

#[test]
fn all_mistakes_of_a_passport_are_shown_at_once() {
    let wrong = ROWS
        .replace("version = 1", "version = 0")
        .replace("kind = \"rows\"", "kind = \"x\"")
        .replace("maximum = 500", "");
    assert_eq!(read_text(&wrong).unwrap_err().lines().count(), 3);
}
