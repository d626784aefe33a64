//! Changes inside expressions, on the text as it stands in the file (with its XML escapes).

use std::ops::Range;

/// Words of the service and the word each is mistaken for.
const MISTAKEN: &[(&str, &str)] = &[
    ("Тиісті", "Тиісті емес"),
    ("Тиісті емес", "Тиісті"),
    ("T01", "T06"),
    ("T02", "T05"),
    ("T03", "T02"),
    ("T04", "T06"),
    ("T05", "T02"),
    ("T06", "T07"),
    ("T07", "T06"),
    ("T08", "T09"),
    ("T09", "T08"),
    ("open", "close"),
    ("close", "open"),
    ("final", "eligibility"),
    ("eligibility", "final"),
    ("annex-1", "annex-5"),
    ("annex-2", "annex-3"),
    ("annex-3", "annex-2"),
    ("annex-4", "annex-5"),
    ("annex-5", "annex-4"),
    ("decision-notice-assigned", "decision-notice-refused"),
    ("decision-notice-refused", "decision-notice-assigned"),
    ("completion-notice", "decision-notice-refused"),
    ("emaket", "pd-access-control"),
    ("pd-access-control", "emaket"),
    ("died", "consent-withdrawn"),
    ("consent-withdrawn", "died"),
    ("no-phone", "expired"),
    ("withdrawn", "refused"),
    ("consented", "refused"),
    ("refused", "consented"),
    ("not-delivered", "expired"),
    ("expired", "refused"),
    ("stopped", "expired-late"),
    ("accepted", "undeliverable"),
    ("undeliverable", "accepted"),
    ("application", "case-file"),
    ("case-file", "application"),
    ("assign", "refuse"),
    ("refuse", "assign"),
    ("given", "withdrawn"),
    ("selected", "T06"),
    ("silence", "undeliverable"),
    ("opened", "none"),
    ("none", "opened"),
    ("completed", "no-documents"),
    ("documents-not-supplied", "right-not-confirmed"),
];

/// Operators and what each is mistaken for, as written in a file.
const OPERATORS: &[(&str, &str)] = &[
    (" and ", " or "),
    (" or ", " and "),
    (" &gt;= ", " &gt; "),
    (" &lt;= ", " &lt; "),
    (" &gt; ", " &gt;= "),
    (" &lt; ", " &lt;= "),
    (" = ", " != "),
    (" != ", " = "),
    ("not(", "("),
    ("[1]", "[2]"),
    (" * ", " + "),
];

/// A change inside an expression: where, what instead, and in words.
pub(super) type Change = (Range<usize>, String, String);

/// Every word of the service that is mistaken for another. `from` is where the expression begins in the file.
pub(super) fn mistaken_words(expression: &str, from: usize) -> Vec<Change> {
    let mut changes = Vec::new();
    for quote in ["\"", "&quot;"] {
        for (word, other) in MISTAKEN {
            let quoted = format!("{quote}{word}{quote}");
            for (at, _) in expression.match_indices(&quoted) {
                let range = from + at..from + at + quoted.len();
                changes.push((
                    range,
                    format!("{quote}{other}{quote}"),
                    format!("\"{word}\" became \"{other}\""),
                ));
            }
        }
    }
    changes
}

/// Every operator that is mistaken for another.
pub(super) fn mistaken_operators(expression: &str, from: usize) -> Vec<Change> {
    let mut changes = Vec::new();
    for (operator, other) in OPERATORS {
        for (at, _) in expression.match_indices(operator) {
            let range = from + at..from + at + operator.len();
            let words = format!("`{}` became `{}`", plain(operator), plain(other));
            changes.push((range, (*other).to_owned(), format!("{words} at {at}")));
        }
    }
    changes
}

fn plain(operator: &str) -> String {
    operator.trim().replace("&gt;", ">").replace("&lt;", "<")
}
