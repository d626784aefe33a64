use super::*;

const KK: &str = "consent =\n    Құрметті Азамат!\n    Сіздің { $allowance } алуға құқығыңыз бар.\n    Келісім үшін жіберіңіз - 7#1\n";
const RU: &str = "consent =\n    Уважаемый гражданин!\n    Вы имеете право на { $allowance }.\n    Для согласия отправьте - 7#1\n";

fn arguments(pairs: &[(&str, &str)]) -> Arguments {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Argument::from(*value))).collect()
}

#[test]
fn a_text_is_rendered_line_by_line_without_isolation_marks() {
    let texts = Texts::load([("kk", KK)]).unwrap();
    let text =
        texts.render("kk", "consent", &arguments(&[("allowance", "көпбалалы отбасы жәрдемақысын")])).unwrap();
    assert_eq!(
        text,
        "Құрметті Азамат!\nСіздің көпбалалы отбасы жәрдемақысын алуға құқығыңыз бар.\nКелісім үшін жіберіңіз - 7#1"
    );
    assert!(!text.contains(['\u{2068}', '\u{2069}']));
}

#[test]
fn a_missing_argument_is_named() {
    let texts = Texts::load([("kk", KK)]).unwrap();
    let error = texts.render("kk", "consent", &Arguments::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "text \"consent\" in kk needs the argument $allowance, which was not given"
    );
}

#[test]
fn a_missing_text_and_language_are_named() {
    let texts = Texts::load([("kk", KK)]).unwrap();
    let error = texts.render("kk", "refusal", &Arguments::new()).unwrap_err();
    assert_eq!(error.to_string(), "no text \"refusal\" in kk; add it to texts/kk.ftl");
    assert_eq!(texts.render("ru", "consent", &Arguments::new()), Err(TextError::Language("ru".into())));
    assert_eq!(Texts::load([("fr", "a = b")]).unwrap_err(), TextError::Language("fr".into()));
}

#[test]
fn a_value_that_looks_like_a_placeholder_stays_text() {
    let texts = Texts::load([("kk", "hello = Сәлем, { $name }!")]).unwrap();
    let text = texts.render("kk", "hello", &arguments(&[("name", "{ $name } 7#1 -term")])).unwrap();
    assert_eq!(text, "Сәлем, { $name } 7#1 -term!");
}

#[test]
fn plural_forms_follow_the_language() {
    let source = "days = { $n ->\n    [one] { $n } день\n    [few] { $n } дня\n   *[many] { $n } дней\n}";
    let texts = Texts::load([("ru", source)]).unwrap();
    let days = |n: u32| texts.render("ru", "days", &Arguments::from([("n".to_owned(), n.into())])).unwrap();
    assert_eq!(
        (days(1), days(3), days(21), days(15)),
        ("1 день".into(), "3 дня".into(), "21 день".into(), "15 дней".into())
    );
}

#[test]
fn files_of_a_service_and_shared_files_add_up_but_never_override() {
    let texts = Texts::load([("kk", KK), ("kk", "other = басқа")]).unwrap();
    assert!(texts.has("kk", "consent") && texts.has("kk", "other"));
    let error = Texts::load([("kk", KK), ("kk", KK)]).unwrap_err();
    assert_eq!(error, TextError::Twice { language: "kk".into(), id: "consent".into() });
}

#[test]
fn a_syntax_fault_says_its_line() {
    let error = Texts::load([("ru", "good = да\nbad = { $x\n")]).unwrap_err();
    assert!(matches!(error, TextError::Syntax { line: 2 | 3, .. }), "{error}");
}

#[test]
fn windows_line_ends_do_not_reach_the_message() {
    let texts = Texts::load([("kk", "two =\r\n    бір\r\n    екі\r\n")]).unwrap();
    assert_eq!(texts.render("kk", "two", &Arguments::new()).unwrap(), "бір\nекі");
}

#[test]
fn languages_are_compared_by_texts_and_by_arguments() {
    let texts =
        Texts::load([("kk", KK), ("ru", RU), ("en", "consent = You are entitled to { $allowance }.")])
            .unwrap();
    assert_eq!(texts.compare(), Vec::<String>::new());
    let texts =
        Texts::load([("kk", KK), ("ru", "consent = Вы имеете право\nmore = { $n ->\n  *[one] { $m }\n}")])
            .unwrap();
    assert_eq!(
        texts.compare(),
        [
            "ru: consent does not use $allowance",
            "en lacks the text consent",
            "kk lacks the text more",
            "en lacks the text more"
        ]
    );
}

#[test]
fn a_reference_to_a_missing_text_is_refused_when_rendered() {
    let texts = Texts::load([("kk", "a = { b }")]).unwrap();
    assert!(matches!(texts.render("kk", "a", &Arguments::new()), Err(TextError::Broken { .. })));
}
