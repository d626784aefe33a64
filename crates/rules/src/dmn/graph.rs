//! The requirement graph: what an element rests on, and that nothing rests on itself.

use super::model::{Element, Inner, Kind, Requirement};

/// The elements an element uses directly.
pub(super) fn uses(element: &Element) -> Vec<usize> {
    let requirements: &[Requirement] = match &element.kind {
        Kind::Input(_) => &[],
        Kind::Decision(decision) => &decision.requirements,
        Kind::Knowledge(knowledge) => &knowledge.requirements,
        Kind::Service(service) => return service.outputs.clone(),
    };
    requirements.iter().map(|requirement| requirement.target).collect()
}

/// An element that rests on itself, if there is one. Walks without recursion: the graph may be deep.
pub(super) fn cycle(elements: &[Element]) -> Option<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; elements.len()];
    for start in 0..elements.len() {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        let mut path = vec![(start, uses(&elements[start]))];
        while let Some((node, left)) = path.last_mut() {
            match left.pop() {
                None => {
                    marks[*node] = Mark::Done;
                    path.pop();
                }
                Some(next) => match marks[next] {
                    Mark::Open => return Some(next),
                    Mark::Done => {}
                    Mark::New => {
                        marks[next] = Mark::Open;
                        path.push((next, uses(&elements[next])));
                    }
                },
            }
        }
    }
    None
}

/// The names of the input data an element rests on, each once.
pub(super) fn inputs(model: &Inner, index: usize) -> Vec<&str> {
    let mut seen = vec![false; model.elements.len()];
    let mut open = vec![index];
    let mut names = Vec::new();
    while let Some(next) = open.pop() {
        if std::mem::replace(&mut seen[next], true) {
            continue;
        }
        let element = &model.elements[next];
        if matches!(element.kind, Kind::Input(_)) {
            names.push(&*element.name);
        }
        open.extend(uses(element).into_iter().rev());
    }
    names
}
