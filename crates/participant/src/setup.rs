//! Who a participant is, and what it needs to speak and to listen.

use std::fmt;
use std::sync::Arc;

use gateway::{Identity, Login};
use registry::{CertificateExpectation, Participant, Registry};
use xml::Limits;

use crate::{Contracts, Disclosures};

/// What provider and client of one participant share.
#[derive(Clone)]
pub struct Setup {
    /// Its id in the registry.
    pub participant: String,
    /// Its key, and trust in the gateway.
    pub identity: Identity,
    /// Login and password with its gateway.
    pub login: Login,
    /// Passports of services.
    pub registry: Arc<Registry>,
    /// Contracts of services.
    pub contracts: Arc<Contracts>,
    /// Bounds of a message.
    pub limits: Limits,
    /// The ledger of accesses.
    pub disclosures: Arc<dyn Disclosures>,
}

impl fmt::Debug for Setup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Setup({})", self.participant)
    }
}

impl Setup {
    /// The certificate that its gateway signs with; `None` when the registry does not know the participant or its gateway.
    pub(crate) fn gateway(&self) -> Option<&CertificateExpectation> {
        let own = self.registry.participant(&self.participant)?;
        self.registry.participant(own.gateway.participant()).map(|gateway| &gateway.certificate)
    }

    /// The participant with this login.
    pub(crate) fn sender(&self, login: &str) -> Option<&Participant> {
        self.registry.by_sender(login)
    }
}
