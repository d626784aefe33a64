//! What the outside systems send by themselves: rows waiting to go through the gateway, each under one message id for ever.

use rules::Context;
use serde::{Deserialize, Serialize};

use super::{Change, World};
use crate::tables::TableError;

/// Most settled messages kept to be shown.
const MOST_SETTLED: usize = 5_000;

/// A row to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outgoing {
    /// Order in which rows were queued.
    pub number: u64,
    /// `messageId`, the same for every attempt.
    pub id: String,
    /// Participant who sends.
    pub sender: String,
    /// Service.
    pub service: String,
    /// The row.
    pub row: Context,
}

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sent {
    /// The receiver took it (`accepted`, or `duplicate` after a lost answer).
    Taken(String),
    /// The receiver refused it for good.
    Refused(String),
}

impl World {
    /// Queues a row of a service.
    pub(super) fn queue(&mut self, sender: &str, service: &str, row: Context) -> Result<String, TableError> {
        let number = self.draw()?;
        let id = self.uuid(&format!("message/{number}"));
        let outgoing =
            Outgoing { number, id: id.clone(), sender: sender.to_owned(), service: service.to_owned(), row };
        self.apply(Change::Queued(outgoing))?;
        Ok(id)
    }

    pub(super) fn enqueue(&mut self, outgoing: &Outgoing) {
        self.outgoing_by_id.insert(outgoing.id.clone(), outgoing.number);
        self.outgoing.insert(outgoing.number, outgoing.clone());
    }

    pub(super) fn settle_queued(&mut self, id: &str, sent: &Sent) {
        let number = self.outgoing_by_id.remove(id);
        if let Some(outgoing) = number.and_then(|number| self.outgoing.remove(&number)) {
            self.settled.push_back((outgoing, sent.clone()));
            if self.settled.len() > MOST_SETTLED {
                self.settled.pop_front();
            }
        }
    }

    /// The rows that wait, the oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Outgoing> {
        self.outgoing.values()
    }

    /// The rows that were sent or refused, the oldest first (the last 5,000).
    pub fn settled(&self) -> impl Iterator<Item = &(Outgoing, Sent)> {
        self.settled.iter()
    }

    /// Notes how a row ended. An id that does not wait is ignored: its answer came twice.
    ///
    /// # Errors
    /// Never by itself; the signature is that of every change.
    pub fn settle(&mut self, id: &str, sent: Sent) -> Result<(), TableError> {
        if self.outgoing_by_id.contains_key(id) {
            self.apply(Change::Settled { id: id.to_owned(), sent })?;
        }
        Ok(())
    }
}
