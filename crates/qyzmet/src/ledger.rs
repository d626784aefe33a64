//! Disclosures of personal data through the gateway, entered in the ledger of accesses of the participant that gave or got them.

use std::sync::Arc;

use cases::{Access, Deed, Ledger, Subject};
use engine::Engine;
use participant::{Disclosure, Disclosures};

/// The ledger in the participant's own store.
pub struct DisclosureLedger {
    engine: Arc<Engine>,
}

impl DisclosureLedger {
    /// The ledger of this participant.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }
}

impl Disclosures for DisclosureLedger {
    fn on_disclosure(&self, disclosure: &Disclosure) {
        let subject = Subject::case(&self.engine, &disclosure.case_ref);
        let access = Access {
            who: disclosure.to.clone(),
            deed: Deed::Disclosed,
            what: disclosure.service.clone(),
            reason: format!("{} → {}", disclosure.from, disclosure.to),
            case_ref: disclosure.case_ref.clone(),
            message_id: Some(disclosure.message_id.clone()),
            at: disclosure.at,
        };
        if let Err(error) = Ledger::new(&self.engine).record(&[subject].into(), &access) {
            tracing::error!(participant = self.engine.participant(), %error, "a disclosure could not be entered in the ledger");
        }
    }
}
