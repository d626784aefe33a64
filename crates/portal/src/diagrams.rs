//! Pictures of a case: the procedure of each participant and what it called, with the marks of where the case was and is.
//!
//! Only ids of elements go into a picture, nothing that the case knows of a person.

use engine::bundle::Bundle;
use flow::diagram::{Marks, svg_named};
use flow::{CaseState, Event, Fact, Role};

/// A picture with what it shows.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub name: String,
    pub svg: String,
    /// Whether the case is in it now; such a picture stands open.
    pub here: bool,
}

/// Most pictures of one case.
const MOST: usize = 12;

/// The pictures of a case, its own procedure first.
pub(crate) fn of_case(
    bundle: &Bundle,
    process: &str,
    events: &[&Event],
    name: impl Fn(&str) -> Option<String>,
) -> Vec<Picture> {
    let state = CaseState::fold(events.iter().copied());
    let marks = Marks::of(&state, events.iter().copied());
    let mut processes = vec![process];
    for event in events {
        if let Fact::Entered { element, role: Role::Called, .. } = &event.fact
            && !processes.contains(&element.as_str())
        {
            processes.push(element.as_str());
        }
    }
    let within = |process: &str, id: &str| {
        bundle.program.element(id).is_some_and(|element| element.process.as_str() == process)
    };
    let pictures = processes.into_iter().take(MOST).filter_map(|process| {
        let here = marks.tokens.iter().chain(&marks.incidents).any(|id| within(process, id));
        let svg = svg_named(&bundle.program, process, &marks, &name)?;
        Some(Picture { name: name(process).unwrap_or_else(|| process.to_owned()), svg, here })
    });
    let mut pictures: Vec<Picture> = pictures.collect();
    // An ended case is nowhere: its own procedure stands open.
    if let (Some(first), true) = (pictures.first_mut(), state.tokens().is_empty()) {
        first.here = true;
    }
    pictures
}
