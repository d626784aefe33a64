//! BPMN: reading a bundle of models into a program, refusing what cannot be executed, and carrying cases out.
//!
//! A pure room. [`step`] takes the program, the state of a case and one input, and gives what happened ([`Event`]s) and what has
//! to be done ([`Effect`]s). It reads no clock and performs nothing; the state of a case is the fold of its events
//! ([`CaseState::apply`]) and nothing is kept outside it.
//!
//! - [`Program::read`] reads BPMN and DMN files; a bundle that cannot be executed is refused with every reason at once.
//! - [`step`] runs a case until it waits, bounded by fuel.
//! - [`diagram::svg`] draws a model with the marks of a case.

mod decisions;
pub mod diagram;
mod event;
mod ids;
mod interface;
mod model;
mod read;
mod state;
mod step;

pub use civic::{LawRef, OpenPoint};
pub use event::{Event, Fact, Role, Stage, WorkKind};
pub use ids::{ActivationId, ElementId, IncidentId, SubscriptionId, TimerId, WorkId};
pub use interface::{
    DeadlineCause, Decision, Decisions, Effect, Env, Input, Resolution, StepError, Transition,
};
pub use model::{Element, ElementKind, Participant, Process, Program, StartKind, StartPoint};
pub use read::{LoadError, Problem};
pub use rules::dmn::DecisionTrace;
pub use state::{Activation, Arrived, CaseState, Incident, Rounds, Status, Subscription, Timer, Work};
pub use step::{next_start, step};
