//! The decision models of a bundle.

use std::collections::BTreeMap;

use rules::dmn::{DmnError, Model};

use super::problem::{Problem, Report, shown};

/// The decisions of the `.dmn` files, by id, each with the model it stands in. Models may import each other.
pub(crate) fn read<N: AsRef<str>, B: AsRef<[u8]>>(
    files: &[(N, B)],
    report: &mut Report,
) -> BTreeMap<String, Model> {
    let mut decisions: BTreeMap<String, Model> = BTreeMap::new();
    let models: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_ref(), bytes.as_ref()))
        .filter(|(name, _)| name.ends_with(".dmn"))
        .collect();
    for (at, (name, bytes)) in models.iter().enumerate() {
        let others = models.iter().enumerate().filter(|(other, _)| *other != at);
        let others: Vec<(&[u8], &str)> = others.map(|(_, (name, bytes))| (*bytes, *name)).collect();
        let model = match Model::read_tolerant(bytes, name, &others) {
            Ok((model, faults)) => {
                faults.into_iter().for_each(|fault| report.add(problem(fault)));
                model
            }
            Err(error) => {
                report.add(problem(error));
                continue;
            }
        };
        for decision in model.decisions() {
            if decisions.insert(decision.id().to_owned(), model.clone()).is_some() {
                report.add(Problem {
                    file: shown(name).into(),
                    line: 0,
                    element: "decision".to_owned(),
                    id: shown(decision.id()),
                    what: "another file of the bundle has a decision of this id".to_owned(),
                    instead: "rename one of them".to_owned(),
                });
            }
        }
    }
    decisions
}

fn problem(error: DmnError) -> Problem {
    let DmnError { file, line, id, reason } = error;
    let element = if id.is_some() { "DMN element" } else { "" };
    Problem {
        file: shown(&file).into(),
        line,
        element: element.to_owned(),
        id: shown(&id.unwrap_or_default()),
        what: reason,
        instead: String::new(),
    }
}
