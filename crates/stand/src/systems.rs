//! The outside systems as participants of the exchange: each with its BIN, key and login, its services, and what it reports.
//!
//! Bytes in, bytes out, no socket: [`Systems::handle_envelope`] is a whole SOAP provider, [`Systems::compose`] and
//! [`Systems::read_answer`] a whole client. A system must never answer a request whose transport signature is not that of its gateway,
//! and never act in the name of another.

mod envelope;
mod provider;
mod reporter;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eds::{Signer, Validator};
use serde::Deserialize;
use soap::contract::{Contract, ContractError};

use crate::world::World;

pub use provider::Reply;
pub use reporter::{ComposeError, Letter, Outcome};

/// A participant as `registers/participants.toml` has it; further keys are the registry's.
#[derive(Debug, Clone, Deserialize)]
pub struct ParticipantRow {
    /// Id.
    pub id: String,
    /// BIN.
    pub bin: String,
    /// Whether the platform carries its logic.
    #[serde(default)]
    pub hosted: bool,
    /// The gateway it is connected to.
    pub gateway: String,
    /// Names.
    pub names: Names,
}

/// Names in three languages.
#[derive(Debug, Clone, Deserialize)]
pub struct Names {
    /// Kazakh.
    pub kk: String,
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Names {
    /// The name in a language; Kazakh when there is none.
    pub fn get(&self, language: &str) -> &str {
        match language {
            "ru" => &self.ru,
            "en" => &self.en,
            _ => &self.kk,
        }
    }
}

#[derive(Deserialize)]
struct ParticipantsFile {
    participant: Vec<ParticipantRow>,
}

/// Reads `participants.toml`.
///
/// # Errors
/// What TOML says, with its line.
pub fn read_participants(text: &str) -> Result<BTreeMap<String, ParticipantRow>, Box<toml::de::Error>> {
    let file: ParticipantsFile = toml::from_str(text)?;
    Ok(file.participant.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// An outside system with its key and login.
#[derive(Clone)]
pub struct Identity {
    /// Its row.
    pub row: ParticipantRow,
    /// Its key.
    pub signer: Arc<dyn Signer>,
    /// Its login with the gateway.
    pub sender_id: String,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("id", &self.row.id).finish_non_exhaustive()
    }
}

/// Why the systems cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum SystemsError {
    /// A contract is not read.
    #[error("registers/{service}/contract.xsd: {error}")]
    Contract {
        /// Service.
        service: String,
        /// Where and why.
        error: ContractError,
    },
    /// A contract is not text.
    #[error("registers/{0}/contract.xsd is not UTF-8")]
    NotText(String),
    /// A participant names a gateway that is not one.
    #[error("participant {participant} is connected to {gateway:?}, which is no participant")]
    Gateway {
        /// Participant.
        participant: String,
        /// Gateway.
        gateway: String,
    },
}

/// All outside systems.
pub struct Systems {
    world: Mutex<World>,
    contracts: BTreeMap<String, Contract>,
    identities: BTreeMap<String, Identity>,
    /// BIN of the gateway of each system.
    gateway_bins: BTreeMap<String, String>,
    validator: Arc<Validator>,
}

impl std::fmt::Debug for Systems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Systems").field("identities", &self.identities.keys()).finish_non_exhaustive()
    }
}

impl Systems {
    /// Puts the systems together. `participants` are all participants of the exchange: the gateways among them are known by their BIN.
    ///
    /// # Errors
    /// A contract that is not read, a gateway that is no participant.
    pub fn new(
        world: World,
        participants: &BTreeMap<String, ParticipantRow>,
        identities: Vec<Identity>,
        validator: Arc<Validator>,
    ) -> Result<Self, SystemsError> {
        let mut contracts = BTreeMap::new();
        for (id, service) in world.services() {
            let text =
                std::str::from_utf8(&service.contract).map_err(|_| SystemsError::NotText(id.clone()))?;
            let contract = Contract::load(text)
                .map_err(|error| SystemsError::Contract { service: id.clone(), error })?;
            contracts.insert(id.clone(), contract);
        }
        let mut gateway_bins = BTreeMap::new();
        for identity in &identities {
            let (participant, gateway) = (identity.row.id.clone(), identity.row.gateway.clone());
            let bin = participants.get(&gateway).map(|row| row.bin.clone());
            let bin =
                bin.ok_or_else(|| SystemsError::Gateway { participant: participant.clone(), gateway })?;
            gateway_bins.insert(participant, bin);
        }
        let identities = identities.into_iter().map(|identity| (identity.row.id.clone(), identity)).collect();
        Ok(Self { world: Mutex::new(world), contracts, identities, gateway_bins, validator })
    }

    /// The world behind the systems.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The systems, by id.
    pub fn identities(&self) -> &BTreeMap<String, Identity> {
        &self.identities
    }
}

#[cfg(test)]
mod tests;
