//! The executable form of a bundle: an immutable graph of processes, built once by `read` and looked at by every step.
//!
//! Nodes, flows and scopes lie in flat lists and refer to each other by place; cases refer to them by BPMN id, so that a stored
//! case outlives the program that was in memory when it was stored.

mod behaviour;
mod catches;
mod element;

use std::collections::{BTreeMap, HashMap};

pub(crate) use behaviour::{
    Behaviour, CallRequest, DecisionCall, Feel, Mapping, MessageWait, ProcessCall, Repeat, RepeatOutput,
    Script, Term, Text, TimerRule, Trigger, UserTask,
};
pub use element::{Element, ElementKind};

use crate::ElementId;
use crate::read::drawing::Drawing;

/// The place of a node in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeIndex(pub u32);

/// The place of a sequence flow in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FlowIndex(pub u32);

/// The place of a scope in its program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ScopeIndex(pub u32);

/// A flow node.
#[derive(Debug)]
pub(crate) struct Node {
    pub element: Element,
    /// The process or sub-process it stands in.
    pub scope: ScopeIndex,
    pub behaviour: Behaviour,
    pub incoming: Vec<FlowIndex>,
    /// In the order in which conditions are tried.
    pub outgoing: Vec<FlowIndex>,
    /// The flow of an exclusive or inclusive gateway that is taken when no condition holds.
    pub default: Option<FlowIndex>,
    pub inputs: Vec<Mapping>,
    pub outputs: Vec<Mapping>,
    /// Boundary events attached to it.
    pub boundaries: Vec<NodeIndex>,
    pub repeat: Option<Repeat>,
}

impl Node {
    pub fn new(element: Element, scope: ScopeIndex, behaviour: Behaviour) -> Node {
        Node {
            element,
            scope,
            behaviour,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            default: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
            boundaries: Vec::new(),
            repeat: None,
        }
    }

    pub fn id(&self) -> &ElementId {
        &self.element.id
    }

    /// Whether tokens wait here for each other.
    pub fn is_join(&self) -> bool {
        self.incoming.len() > 1 && matches!(self.behaviour, Behaviour::Parallel | Behaviour::Inclusive)
    }
}

/// A sequence flow.
#[derive(Debug)]
pub(crate) struct Flow {
    pub element: Element,
    pub source: NodeIndex,
    pub target: NodeIndex,
    pub condition: Option<Feel>,
    /// It has a condition that could not be read.
    pub condition_refused: bool,
}

/// The inside of a process or sub-process.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The sub-process whose inside it is; none for a process.
    pub owner: Option<NodeIndex>,
    pub nodes: Vec<NodeIndex>,
    /// Start events, of every kind.
    pub starts: Vec<NodeIndex>,
    pub event_sub_processes: Vec<NodeIndex>,
    /// Something in it was refused, so that what follows from its graph means nothing.
    pub refused: bool,
}

/// A process that can be carried out.
#[derive(Debug)]
pub struct Process {
    pub(crate) element: Element,
    pub(crate) scope: ScopeIndex,
    pub(crate) participant: Option<usize>,
}

impl Process {
    /// The id.
    pub fn id(&self) -> &ElementId {
        &self.element.id
    }

    /// What stands in the model about it.
    pub fn element(&self) -> &Element {
        &self.element
    }
}

/// A pool of a collaboration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// The id of the pool in the file.
    pub element: ElementId,
    /// The id of the participant that carries the pool out: `q:participant id`, else the pool's name.
    pub id: String,
    /// The name of the pool.
    pub name: String,
    /// The process in it; a pool without one shows an outside system.
    pub process: Option<ElementId>,
}

/// A way to begin a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPoint {
    /// The process.
    pub process: ElementId,
    /// The start event.
    pub start_event: ElementId,
    /// The participant whose pool the process is in.
    pub participant: Option<String>,
    /// What begins it.
    pub kind: StartKind,
}

/// What begins a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartKind {
    /// A request.
    Plain,
    /// A message of this name.
    Message(String),
    /// A moment; [`crate::next_start`] computes it.
    Timer,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Process(u32),
    Node(NodeIndex),
    Flow(FlowIndex),
}

/// All processes of one bundle. Immutable; share it by reference between threads.
#[derive(Debug)]
pub struct Program {
    pub(crate) processes: Vec<Process>,
    pub(crate) participants: Vec<Participant>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) places: HashMap<ElementId, Place>,
    pub(crate) drawings: Vec<Drawing>,
    /// Decision ids with the models they stand in.
    pub(crate) decisions: BTreeMap<String, rules::dmn::Model>,
    pub(crate) content_hash: [u8; 32],
}

impl Program {
    /// The executable processes, in the order of the files.
    pub fn processes(&self) -> &[Process] {
        &self.processes
    }

    /// The executable process of that id.
    pub fn process(&self, id: &str) -> Option<&Process> {
        match self.places.get(id)? {
            Place::Process(at) => self.processes.get(*at as usize),
            _ => None,
        }
    }

    /// The pools of all files, in their order.
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// The processes in the pools of this participant.
    pub fn processes_of<'p>(&'p self, participant: &'p str) -> impl Iterator<Item = &'p Process> {
        self.processes.iter().filter(move |process| self.participant_of(process) == Some(participant))
    }

    /// The participant whose pool the process is in.
    pub fn participant_of(&self, process: &Process) -> Option<&str> {
        Some(&self.participants.get(process.participant?)?.id)
    }

    /// What stands in the model about a process, flow node or sequence flow of that id.
    pub fn element(&self, id: &str) -> Option<&Element> {
        match *self.places.get(id)? {
            Place::Process(at) => self.processes.get(at as usize).map(|process| &process.element),
            Place::Node(at) => self.nodes.get(at.0 as usize).map(|node| &node.element),
            Place::Flow(at) => self.flows.get(at.0 as usize).map(|flow| &flow.element),
        }
    }

    /// Every process, flow node and sequence flow.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        let processes = self.processes.iter().map(|process| &process.element);
        let nodes = self.nodes.iter().map(|node| &node.element);
        processes.chain(nodes).chain(self.flows.iter().map(|flow| &flow.element))
    }

    /// Every way to begin a process.
    pub fn start_points(&self) -> impl Iterator<Item = StartPoint> {
        self.processes.iter().flat_map(move |process| {
            self.scope(process.scope).starts.iter().map(move |start| {
                let node = self.node(*start);
                let kind = match &node.behaviour {
                    Behaviour::Start(Some(Trigger::Message(wait))) => {
                        StartKind::Message(wait.name.written().to_owned())
                    }
                    Behaviour::Start(Some(Trigger::Timer(_))) => StartKind::Timer,
                    _ => StartKind::Plain,
                };
                let participant = self.participant_of(process).map(str::to_owned);
                StartPoint {
                    process: process.id().clone(),
                    start_event: node.id().clone(),
                    participant,
                    kind,
                }
            })
        })
    }

    /// The processes that a message of this name begins.
    pub fn message_starts(&self, message: &str) -> impl Iterator<Item = StartPoint> {
        self.start_points()
            .filter(move |start| matches!(&start.kind, StartKind::Message(name) if name == message))
    }

    /// Every task type that the bundle calls, with the element that does.
    pub fn task_types(&self) -> impl Iterator<Item = (&ElementId, &str)> {
        self.nodes.iter().filter_map(|node| Some((node.id(), node.behaviour.call()?.task_type.as_str())))
    }

    /// SHA-256 over names and contents of the files, carriage returns left out, in the order of the names: the same for the same law.
    pub fn content_hash(&self) -> &[u8; 32] {
        &self.content_hash
    }

    pub(crate) fn node(&self, at: NodeIndex) -> &Node {
        &self.nodes[at.0 as usize]
    }

    pub(crate) fn flow(&self, at: FlowIndex) -> &Flow {
        &self.flows[at.0 as usize]
    }

    pub(crate) fn scope(&self, at: ScopeIndex) -> &Scope {
        &self.scopes[at.0 as usize]
    }

    pub(crate) fn node_index(&self, id: &str) -> Option<NodeIndex> {
        match self.places.get(id)? {
            Place::Node(at) => Some(*at),
            _ => None,
        }
    }
}
