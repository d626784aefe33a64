//! Mistakes are shown where they stand and with what to write instead.

use proptest::prelude::*;

use super::*;

fn first_problem(text: &str, read: impl Fn(&Section<'_>, &mut Problems)) -> String {
    let file = TomlFile::parse("a.toml", text).unwrap();
    let mut problems = Problems::default();
    read(&file.root(), &mut problems);
    problems.or(()).unwrap_err().to_string()
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one_and_its_place() {
    let known =
        |section: &Section<'_>, problems: &mut Problems| section.known(&["provider", "consumers"], problems);
    assert_eq!(
        first_problem("\n  provder = 1", known),
        "a.toml:2:3: unknown key `provder`: did you mean `provider`?"
    );
    assert_eq!(
        first_problem("colour = 1", known),
        "a.toml:1:1: unknown key `colour`: known are provider, consumers"
    );
    let long = format!("{} = 1", "x".repeat(5000));
    assert!(first_problem(&long, known).len() < 200);
}

#[test]
fn a_value_of_another_kind_is_refused_at_its_place() {
    type Read = fn(&Section<'_>, &mut Problems);
    let cases: [(&str, Read, &str); 8] = [
        (
            "a = 1",
            |s, p| {
                let _ = s.text("a", p);
            },
            "a.toml:1:5: `a` has to be a text",
        ),
        (
            "a = '  '",
            |s, p| {
                let _ = s.text("a", p);
            },
            "a.toml:1:5: `a` is empty",
        ),
        (
            "",
            |s, p| {
                let _ = s.text("a", p);
            },
            "a.toml:1:1: `a` is missing: write a text",
        ),
        (
            "a = 'yes'",
            |s, p| {
                let _ = s.flag("a", p);
            },
            "a.toml:1:5: `a` has to be true or false",
        ),
        (
            "a = 31",
            |s, p| {
                let _ = s.whole("a", 1..=30, p);
            },
            "a.toml:1:5: `a` has to be a whole number from 1 to 30",
        ),
        (
            "a = -1",
            |s, p| {
                let _ = s.whole("a", 1..=30, p);
            },
            "a.toml:1:5: `a` has to be a whole number from 1 to 30",
        ),
        (
            "a = ['ә', 1]",
            |s, p| {
                let _ = s.texts("a", p);
            },
            "a.toml:1:11: `a` has to be a list of texts",
        ),
        (
            "a = 'c'",
            |s, p| {
                let _ = s.one_of("a", &[("b", 1), ("d", 2)], p);
            },
            "a.toml:1:5: `a` is `c`: write one of b, d",
        ),
    ];
    for (text, read, expected) in cases {
        assert_eq!(first_problem(text, read), expected);
    }
}

#[test]
fn a_missing_key_of_a_table_names_the_table() {
    let read = |section: &Section<'_>, problems: &mut Problems| {
        for row in section.sections("row", problems) {
            row.parsed::<u8>("n", problems);
        }
    };
    let text = "[[row]]\nn = '1'\n[[row]]\n[[row]]\nn = 'x'";
    let shown = first_problem(text, read);
    assert_eq!(
        shown,
        "a.toml:3:1: `n` in [row] is missing: write a text\na.toml:5:5: `n`: invalid digit found in string"
    );
}

#[test]
fn numbers_are_read_in_every_way_toml_writes_them() {
    let file = TomlFile::parse("a.toml", "a = 0x1E\nb = 1_0\nc = 30").unwrap();
    let mut problems = Problems::default();
    let read: Vec<_> = ["a", "b", "c"]
        .map(|key| file.root().whole(key, 1..=30, &mut problems))
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(read, [30, 10, 30]);
}

#[test]
fn text_that_is_not_toml_is_refused_at_its_place() {
    let problem = TomlFile::parse("a.toml", "ok = 1\nә = = 2").err().unwrap();
    assert_eq!((problem.line, problem.file.as_str()), (2, "a.toml"));
    assert!(problem.reason.starts_with("this is not TOML: "), "{problem}");
    let twice = TomlFile::parse("a.toml", "a = 1\na = 2").err().unwrap();
    assert_eq!(twice.line, 2);
    assert!(TomlFile::parse("a.toml", &"#".repeat(MAX_BYTES + 1)).is_err());
    assert!(
        TomlFile::parse("a.toml", &format!("a = {}", "[".repeat(100_000))).is_err(),
        "deep nesting ends in an error"
    );
}

#[test]
fn no_more_mistakes_are_kept_than_anybody_reads() {
    let text: String = (0..1000).map(|n| format!("k{n} = 1\n")).collect();
    let shown = first_problem(&text, |section, problems| section.known(&[], problems));
    assert_eq!(shown.lines().count(), MAX_PROBLEMS);
}

#[test]
fn the_nearest_word_is_near() {
    assert_eq!(nearest("emakte", ["emaket", "sdu"]), Some("emaket"));
    assert_eq!(nearest("sdi", ["emaket", "sdu"]), Some("sdu"));
    assert_eq!(nearest("bank", ["emaket", "sdu"]), None);
    assert_eq!(nearest(&"x".repeat(1 << 20), ["x"]), None);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[-a-z0-9\\[\\]{}=\"',.\n# ]{0,80}") {
        if let Ok(file) = TomlFile::parse("a.toml", &text) {
            let mut problems = Problems::default();
            let root = file.root();
            root.known(&["a", "b"], &mut problems);
            for section in root.sections("a", &mut problems) {
                section.text("b", &mut problems);
            }
            root.texts("b", &mut problems);
            root.whole("c", 0..=9, &mut problems);
        }
    }
}
