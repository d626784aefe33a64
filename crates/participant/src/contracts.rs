//! The contracts of all services, read once at the start.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use registry::Registry;
use soap::contract::{Contract, ContractError};

/// Longest contract file, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// Why the contracts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContractsError {
    /// A file cannot be read.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is too long.
    #[error("{}: more than {LONGEST} bytes", .0.display())]
    TooLong(PathBuf),
    /// A contract is not of the supported part of XML Schema.
    #[error("{service}/contract.xsd: {source}")]
    Contract {
        /// Which.
        service: String,
        /// Why.
        source: ContractError,
    },
    /// A contract does not belong to its passport.
    #[error("{service}/contract.xsd: {reason}")]
    Mismatch {
        /// Which.
        service: String,
        /// In what.
        reason: String,
    },
}

/// Contracts by service.
#[derive(Debug, Default)]
pub struct Contracts(BTreeMap<String, Contract>);

impl Contracts {
    /// Reads contracts given as (service, text of the XSD) and compares them with the passports.
    ///
    /// # Errors
    /// The first contract that is not read or does not fit its passport.
    pub fn load<'a>(
        registry: &Registry,
        schemas: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Contracts, ContractsError> {
        let mut contracts = BTreeMap::new();
        for (service, text) in schemas {
            let contract = Contract::load(text)
                .map_err(|source| ContractsError::Contract { service: service.to_owned(), source })?;
            check(registry, service, &contract)?;
            contracts.insert(service.to_owned(), contract);
        }
        Ok(Contracts(contracts))
    }

    /// Reads `contract.xsd` of every service of the registry from the folder of registers.
    ///
    /// # Errors
    /// As [`Contracts::load`]; a file that cannot be read.
    pub fn read(registers: &Path, registry: &Registry) -> Result<Contracts, ContractsError> {
        let mut texts = Vec::new();
        for service in registry.services() {
            let path = registers.join(service.id.as_str()).join("contract.xsd");
            let at = |source| ContractsError::Io { path: path.clone(), source };
            if fs::metadata(&path).map_err(at)?.len() > LONGEST {
                return Err(ContractsError::TooLong(path));
            }
            texts.push((service.id.as_str(), fs::read_to_string(&path).map_err(at)?));
        }
        Contracts::load(registry, texts.iter().map(|(service, text)| (*service, text.as_str())))
    }

    /// The contract of a service.
    #[must_use]
    pub fn get(&self, service: &str) -> Option<&Contract> {
        self.0.get(service)
    }
}

fn check(registry: &Registry, service: &str, contract: &Contract) -> Result<(), ContractsError> {
    let mismatch = |reason: String| ContractsError::Mismatch { service: service.to_owned(), reason };
    let Some(passport) = registry.service(service) else {
        return Err(mismatch("there is no passport of this service".to_owned()));
    };
    if contract.namespace() != passport.namespace {
        return Err(mismatch(format!(
            "its namespace is {}, the passport says {}",
            contract.namespace(),
            passport.namespace
        )));
    }
    for root in [&passport.request, &passport.response] {
        if !contract.roots().any(|known| known == root) {
            return Err(mismatch(format!("it has no root element {root}, which the passport names")));
        }
    }
    Ok(())
}
