//! A case that is carried out in a test: what it asks for is kept and answered by name. After every step the promises of the room
//! are checked: the state is the fold of the events, the same input gives the same step, and a stored state is the state.

use std::collections::{BTreeMap, BTreeSet};

use flow::{
    ActivationId, CaseState, Effect, ElementId, Env, Event, Fact, IncidentId, Input, Program, Resolution,
    StepError, SubscriptionId, TimerId, Transition, WorkId, step,
};
use jiff::Timestamp;
use rules::{Context, Functions};

use crate::notation::bpmn;

/// Reads a model in the short notation.
pub fn program(text: &str) -> Program {
    let dmn = r##"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:q="https://qyzmet.kz/schema/bpmn/1.0" id="d" name="d" namespace="d">
<inputData id="in" name="n"><variable name="n" typeRef="number"/></inputData>
<decision id="double" name="double"><extensionElements><q:law act="424-458" par="9"/></extensionElements><variable name="double"/>
<informationRequirement id="r"><requiredInput href="#in"/></informationRequirement>
<decisionTable id="t"><input id="i"><inputExpression><text>n</text></inputExpression></input><output id="o"/>
<rule id="rule_small"><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>n * 2</text></outputEntry></rule>
<rule id="rule_large"><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>n * 3</text></outputEntry></rule>
</decisionTable></decision></definitions>"##;
    match Program::read(&[("test.bpmn", bpmn(text)), ("test.dmn", dmn.to_owned())]) {
        Ok(program) => program,
        Err(error) => panic!("the model is refused:\n{error}\n{}", bpmn(text)),
    }
}

/// A context from JSON.
pub fn context(json: &str) -> Context {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// What a case waits for, by number.
#[derive(Default, Debug, Clone)]
pub struct Open {
    pub works: BTreeMap<WorkId, Effect>,
    pub timers: BTreeMap<TimerId, Effect>,
    pub subscriptions: BTreeMap<SubscriptionId, Effect>,
    pub incidents: BTreeMap<IncidentId, Effect>,
    pub ended: Option<Effect>,
}

impl Open {
    /// Performs effects as an engine would.
    pub fn take(&mut self, effects: &[Effect]) {
        for effect in effects {
            let kept = effect.clone();
            match effect {
                Effect::Call { work, .. } | Effect::OpenUserTask { work, .. } => {
                    assert!(self.works.insert(*work, kept).is_none(), "asked twice: {effect:?}");
                }
                Effect::CancelCall { work } | Effect::CloseUserTask { work } => {
                    assert!(self.works.remove(work).is_some(), "{effect:?}");
                }
                Effect::Schedule { timer, .. } => drop(self.timers.insert(*timer, kept)),
                Effect::CancelTimer { timer } => assert!(self.timers.remove(timer).is_some(), "{effect:?}"),
                Effect::Subscribe { subscription, .. } => {
                    drop(self.subscriptions.insert(*subscription, kept))
                }
                Effect::Unsubscribe { subscription } => {
                    assert!(self.subscriptions.remove(subscription).is_some(), "{effect:?}");
                }
                Effect::RaiseIncident { incident, .. } => drop(self.incidents.insert(*incident, kept)),
                Effect::ClearIncident { incident } => {
                    assert!(self.incidents.remove(incident).is_some(), "{effect:?}")
                }
                Effect::Ended { .. } => assert!(self.ended.replace(kept).is_none(), "ended twice"),
            }
        }
    }
}

pub struct Run {
    pub program: Program,
    pub state: CaseState,
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
    pub open: Open,
    pub now: Timestamp,
    pub parameters: Context,
    pub fuel: u64,
}

impl Run {
    /// A case of the first process, not yet begun.
    pub fn new(text: &str) -> Run {
        Run::of(program(text))
    }

    pub fn of(program: Program) -> Run {
        Run {
            program,
            state: CaseState::new(),
            events: Vec::new(),
            effects: Vec::new(),
            open: Open::default(),
            now: "2024-04-01T05:00:00Z".parse().unwrap(),
            parameters: context(r#"{"bank reply days": 3}"#),
            fuel: 1_000_000,
        }
    }

    /// A case of the first process, begun with these variables.
    pub fn started(text: &str, variables: &str) -> Run {
        let mut run = Run::new(text);
        run.start(variables);
        run
    }

    pub fn start(&mut self, variables: &str) {
        let process = self.program.processes()[0].id().clone();
        let variables = context(variables);
        self.step(Input::Start { process, start_event: None, variables, message_id: None });
    }

    pub fn try_step(&self, input: Input) -> Result<Transition, StepError> {
        let functions = Functions::new();
        let zone = calendar::almaty();
        let env = Env {
            now: self.now,
            zone: &zone,
            calendar: calendar::Calendar::kazakhstan(),
            parameters: &self.parameters,
            functions: &functions,
            decisions: &self.program,
            fuel: self.fuel,
        };
        let transition = step(&self.program, &self.state, input.clone(), &env)?;
        let again = step(&self.program, &self.state, input, &env)?;
        assert_eq!(transition, again, "the same input gives the same step");
        Ok(transition)
    }

    pub fn step(&mut self, input: Input) {
        let transition = self.try_step(input).unwrap_or_else(|error| panic!("{error}"));
        let mut folded = self.state.clone();
        transition.events.iter().for_each(|event| folded.apply(event));
        assert!(folded == transition.state, "the state is the fold of the events");
        let stored = serde_json::to_string(&transition.state).unwrap();
        assert!(serde_json::from_str::<CaseState>(&stored).unwrap() == transition.state, "{stored}");
        let journal = serde_json::to_string(&transition.events).unwrap();
        assert!(serde_json::from_str::<Vec<Event>>(&journal).unwrap() == transition.events, "{journal}");
        self.events.extend(transition.events);
        self.state = transition.state;
        self.open.take(&transition.effects);
        self.effects = transition.effects;
        self.check_waits();
    }

    /// What was asked for outside is what the state waits for; no token stands still without a reason.
    fn check_waits(&self) {
        let (state, open) = (&self.state, &self.open);
        assert_eq!(state.works.keys().collect::<Vec<_>>(), open.works.keys().collect::<Vec<_>>());
        assert_eq!(state.timers.keys().collect::<Vec<_>>(), open.timers.keys().collect::<Vec<_>>());
        assert_eq!(
            state.subscriptions.keys().collect::<Vec<_>>(),
            open.subscriptions.keys().collect::<Vec<_>>()
        );
        assert_eq!(state.incidents.keys().collect::<Vec<_>>(), open.incidents.keys().collect::<Vec<_>>());
        assert_eq!(state.has_ended(), open.ended.is_some());
        assert_eq!(
            state.has_ended(),
            state.activations.is_empty(),
            "a case has tokens exactly as long as it runs"
        );
        let mut children: BTreeMap<ActivationId, u32> = BTreeMap::new();
        for (id, activation) in &state.activations {
            if let Some(parent) = activation.parent {
                assert!(state.activations.contains_key(&parent), "an orphan: {activation:?}");
                assert!(parent < *id);
                *children.entry(parent).or_default() += 1;
            }
        }
        let mut waits: BTreeMap<ActivationId, u32> = BTreeMap::new();
        let works = state.works.values().map(|work| work.activation);
        let timers = state.timers.values().map(|timer| timer.activation);
        let subscriptions = state.subscriptions.values().map(|subscription| subscription.activation);
        let incidents: BTreeSet<_> = state.incidents.values().map(|incident| incident.activation).collect();
        let all_incidents = state.incidents.values().map(|incident| incident.activation);
        for id in works.chain(timers).chain(subscriptions).chain(all_incidents) {
            *waits.entry(id).or_default() += 1;
        }
        for (id, activation) in &state.activations {
            let counted = (children.get(id).copied().unwrap_or(0), waits.get(id).copied().unwrap_or(0));
            assert_eq!((activation.children, activation.waits), counted, "{activation:?}");
            // A start event stands still while its scope cannot be entered.
            let held = activation.parent.is_some_and(|parent| incidents.contains(&parent));
            assert!(counted != (0, 0) || held, "nothing will ever move {activation:?}");
        }
    }

    /// The elements at which tokens are, as one text.
    pub fn at(&self) -> String {
        self.state.tokens().iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// A variable of the case as JSON; of the ended case too.
    pub fn variable(&self, name: &str) -> String {
        let variables = match &self.open.ended {
            Some(Effect::Ended { variables, .. }) => variables.clone(),
            _ => self.state.variables(),
        };
        variables.get(name).map_or("none".to_owned(), |value| serde_json::to_string(value).unwrap())
    }

    pub fn work(&self, element: &str) -> WorkId {
        let open = self.open.works.iter().find(|(_, effect)| match effect {
            Effect::Call { element: at, .. } | Effect::OpenUserTask { element: at, .. } => *at == element,
            _ => false,
        });
        *open.unwrap_or_else(|| panic!("{element} asks for nothing; tokens at {}", self.at())).0
    }

    pub fn timer(&self, element: &str) -> TimerId {
        let open = self.state.timers.iter().find(|(_, timer)| timer.element == element);
        *open.unwrap_or_else(|| panic!("{element} has no timer; tokens at {}", self.at())).0
    }

    pub fn subscription(&self, message: &str) -> SubscriptionId {
        let open = self.state.subscriptions.iter().find(|(_, awaited)| awaited.message == message);
        *open.unwrap_or_else(|| panic!("{message} is not awaited; tokens at {}", self.at())).0
    }

    pub fn incident(&self) -> (IncidentId, String) {
        let (id, incident) = self.state.incidents.first_key_value().expect("an incident");
        (*id, format!("{}: {}", incident.element, incident.reason))
    }

    pub fn complete(&mut self, element: &str, result: &str) {
        let (work, result) = (self.work(element), context(result));
        match &self.open.works.remove(&work) {
            Some(Effect::OpenUserTask { .. }) => {
                self.step(Input::UserCompleted { work, by: "A. Official".into(), result })
            }
            _ => self.step(Input::Completed { work, result }),
        }
    }

    pub fn fail(&mut self, element: &str, code: Option<&str>) {
        let work = self.work(element);
        self.open.works.remove(&work);
        let (code, message) = (code.map(str::to_owned), "it did not work".to_owned());
        self.step(Input::Failed { work, code, message, retry: false });
    }

    pub fn message(&mut self, name: &str, payload: &str) {
        let (subscription, payload) = (self.subscription(name), context(payload));
        self.step(Input::MessageArrived { subscription, payload, message_id: Some("m-1".into()) });
    }

    pub fn fire(&mut self, element: &str) {
        let timer = self.timer(element);
        self.now = self.state.timers[&timer].due;
        self.step(Input::TimerFired { timer });
    }

    pub fn retry(&mut self, variables: &str) {
        let (incident, _) = self.incident();
        let resolution = Resolution::Retry { variables: context(variables) };
        self.step(Input::Resolve { incident, by: "A. Operator".into(), resolution });
    }

    pub fn outcome(&self) -> Option<String> {
        match &self.open.ended {
            Some(Effect::Ended { outcome, .. }) => outcome.clone(),
            _ => panic!("the case has not ended; tokens at {}", self.at()),
        }
    }

    /// The elements that were completed, in order.
    pub fn completed(&self) -> String {
        let done = self.events.iter().filter_map(|event| match &event.fact {
            Fact::Completed { element, .. } => Some(element.as_str()),
            _ => None,
        });
        done.collect::<Vec<_>>().join(" ")
    }

    /// The elements that were given up, in order.
    pub fn withdrawn(&self) -> Vec<ElementId> {
        let gone = self.events.iter().filter_map(|event| match &event.fact {
            Fact::Withdrawn { element, .. } => Some(element.clone()),
            _ => None,
        });
        gone.collect()
    }
}
