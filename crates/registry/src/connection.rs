//! Connections: whether a sender may ask for a service, and the way its message takes.

use crate::{Gateway, Participant, Service, ServiceState};

/// The gateways a message passes, in order. A message between the two worlds passes both (gateway rules, annex 6, scenario 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    first: Gateway,
    second: Option<Gateway>,
}

/// Who gets a message next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hop {
    /// The other gateway.
    Gateway(Gateway),
    /// The provider.
    Provider,
}

impl Route {
    /// The way from a participant of one gateway to a participant of another.
    pub(crate) fn between(sender: Gateway, provider: Gateway) -> Route {
        Route { first: sender, second: (sender != provider).then_some(provider) }
    }

    /// The gateways in order.
    pub fn gateways(self) -> impl Iterator<Item = Gateway> {
        std::iter::once(self.first).chain(self.second)
    }

    /// Who gets the message after a gateway; `None` when it does not pass that gateway.
    pub fn after(self, gateway: Gateway) -> Option<Hop> {
        match self.second {
            Some(second) if gateway == self.first => Some(Hop::Gateway(second)),
            Some(second) => (gateway == second).then_some(Hop::Provider),
            None => (gateway == self.first).then_some(Hop::Provider),
        }
    }
}

/// A connection that is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'r> {
    /// Who asks.
    pub sender: &'r Participant,
    /// Who answers.
    pub provider: &'r Participant,
    /// What is asked for.
    pub service: &'r Service,
    /// The way.
    pub route: Route,
}

impl Grant<'_> {
    /// Whether `bearer` (an id of a participant) may hand this message to a gateway: the sender to the first on its way, the first
    /// to the second, and nobody else. Without this a bank could speak to the inner gateway itself.
    pub fn may_be_handed_by(&self, bearer: &str, gateway: Gateway) -> bool {
        match self.route.second {
            Some(second) if second == gateway => bearer == self.route.first.participant(),
            _ => gateway == self.route.first && bearer == self.sender.id.as_str(),
        }
    }
}

/// Why a sender may not ask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// GW-1002.
    #[error("{sender} is not connected to {service}")]
    NotConnected {
        /// Who asks.
        sender: String,
        /// What for.
        service: String,
    },
    /// GW-1003.
    #[error("the connection of {sender} to {service} is suspended: {reason}")]
    Suspended {
        /// Who asks.
        sender: String,
        /// What for.
        service: String,
        /// Why.
        reason: String,
    },
    /// GW-1004.
    #[error("there is no service {service}")]
    UnknownService {
        /// What for; at most 80 characters of it.
        service: String,
    },
    /// GW-1004, GW-1005.
    #[error("{service} takes no requests now: {}", state_in_words(*.state))]
    Closed {
        /// What for.
        service: String,
        /// In which state the service is.
        state: ServiceState,
    },
}

impl Refusal {
    /// The code of the fault.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotConnected { .. } => "GW-1002",
            Refusal::Suspended { .. } => "GW-1003",
            Refusal::Closed { state: ServiceState::TechnologicalBreak, .. } => "GW-1005",
            Refusal::UnknownService { .. } | Refusal::Closed { .. } => "GW-1004",
        }
    }
}

fn state_in_words(state: ServiceState) -> &'static str {
    match state {
        ServiceState::Published => "published",
        ServiceState::TechnologicalBreak => "a technological break",
        ServiceState::Suspended => "suspended by the operator",
        ServiceState::Disconnected => "disconnected by its owner",
        ServiceState::Removed => "removed from the registry",
    }
}
