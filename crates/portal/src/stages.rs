//! Where a business case stands, seen over all participants: the stages that the service names for people.

use engine::CaseSummary;
use engine::bundle::Service;

/// The number of the furthest stage at which a part of the case stands; none between stages.
pub(crate) fn of_parts<'c>(service: &Service, parts: impl Iterator<Item = &'c CaseSummary>) -> Option<usize> {
    // What a stage names may stand inside a called procedure, or be the call itself.
    let elements = parts.filter(|part| !part.ended).flat_map(|part| part.at.iter().chain(&part.within));
    elements.filter_map(|element| of_element(service, element)).max()
}

/// The number of the stage of an element.
pub(crate) fn of_element(service: &Service, element: &str) -> Option<usize> {
    service.stages.iter().position(|stage| stage.elements.iter().any(|known| known == element))
}

/// Whether a process belongs to the procedure itself, rather than to what it calls on (an SMS, a question).
pub(crate) fn is_main(service: &Service, process: &str) -> bool {
    service.processes.values().flatten().any(|known| known == process)
}
