//! What comes in from outside a turn: rows of lists, queries, answers of people. Each is durable when its call returns.

use std::collections::BTreeMap;

use flow::Input;
use jiff::Timestamp;
use rules::{Context, Value};
use store::{Commit, CommitError, Id, Partition, Write};

use crate::advance::Working;
use crate::head::{FORMAT, Head};
use crate::inbox::{Arrival, InboxItem, Received};
use crate::turn::{Batch, case_id};
use crate::{Engine, EngineError};

impl Engine {
    /// Takes messages in: each is durable and known by its id when this returns. `row_id` names an arrival among all that its
    /// sender ever sends; a repeat is answered [`Received::Duplicate`].
    ///
    /// # Errors
    /// When the store refuses; then none or some were taken, and the sender repeats all of them.
    pub fn receive(
        &self,
        arrivals: Vec<(String, Arrival)>,
        now: Timestamp,
    ) -> Result<Vec<Received>, EngineError> {
        let mut commits = Vec::with_capacity(arrivals.len());
        for (row_id, arrival) in arrivals {
            let id = civic::MessageId::derive([3; 16], &format!("{}/{row_id}", arrival.sender)).into_bytes();
            let partition = Partition::of(&arrival.case_ref);
            let mut writes = Vec::new();
            self.inbox_write(id, partition, &InboxItem::Message(arrival), now, &mut writes)?;
            commits.push(Commit { partition, guard: None, record: None, writes });
        }
        let mut received = Vec::with_capacity(commits.len());
        for outcome in self.store.commit(commits) {
            received.push(match outcome {
                Ok(_) => Received::Accepted,
                Err(CommitError::Duplicate { .. } | CommitError::DigestMismatch { .. }) => {
                    Received::Duplicate
                }
                Err(error) => return Err(error.into()),
            });
        }
        self.wake();
        Ok(received)
    }

    /// A person completes a task; durable when this returns, applied by the next turn.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn complete_task(
        &self,
        case: Id,
        partition: Partition,
        work: u32,
        by: &str,
        result: Context,
        now: Timestamp,
    ) -> Result<Received, EngineError> {
        let id = civic::MessageId::derive(case, &format!("person/{work}")).into_bytes();
        self.put_item(id, partition, &InboxItem::Person { case, work, by: by.to_owned(), result }, now)
    }

    /// An operator asks to try an incident again.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn retry_incident(
        &self,
        case: Id,
        partition: Partition,
        incident: u32,
        by: &str,
        now: Timestamp,
    ) -> Result<Received, EngineError> {
        let id = civic::MessageId::derive(case, &format!("retry/{incident}/{}", now.as_millisecond()))
            .into_bytes();
        self.put_item(id, partition, &InboxItem::Retry { case, incident, by: by.to_owned() }, now)
    }

    fn put_item(
        &self,
        id: Id,
        partition: Partition,
        item: &InboxItem,
        now: Timestamp,
    ) -> Result<Received, EngineError> {
        let mut writes = Vec::new();
        self.inbox_write(id, partition, item, now, &mut writes)?;
        let commit = Commit { partition, guard: None, record: None, writes };
        let outcome = self.store.commit(vec![commit]).into_iter().next();
        self.wake();
        match outcome {
            Some(Err(CommitError::Duplicate { .. } | CommitError::DigestMismatch { .. })) => {
                Ok(Received::Duplicate)
            }
            Some(Err(error)) => Err(error.into()),
            _ => Ok(Received::Accepted),
        }
    }

    /// Runs a process from its message start to its end within the call and answers its variable `response` (duplicate checks
    /// and other questions to this participant, §6). The run is a case with a journal like every other.
    ///
    /// # Errors
    /// When no process answers, when it does not come to its end at once, or when the store refuses.
    pub fn query(
        &self,
        message: &str,
        case_ref: &str,
        variables: Context,
        message_id: &str,
        now: Timestamp,
    ) -> Result<Context, EngineError> {
        let Some(start) = self.start_points(message).into_iter().next() else {
            let (participant, message) = (self.participant.clone(), message.to_owned());
            return Err(EngineError::NoProcess { participant, message });
        };
        let partition = Partition::of(case_ref);
        let case = case_id(&self.participant, &start.process, &format!("{case_ref}/{message_id}"));
        let head = Head {
            format: FORMAT,
            bundle: start.bundle.hash.clone(),
            service: start.bundle.service.id.clone(),
            process: start.process.clone(),
            case_ref: case_ref.to_owned(),
            started: now,
            effective: now.to_zoned_datetime(self.zone.clone()).date(),
            state: flow::CaseState::new(),
            locks: Vec::new(),
            troubles: BTreeMap::new(),
        };
        let mut working = Working { case, partition, version: 0, head, bundle: start.bundle };
        let input = Input::Start {
            process: start.process.as_str().into(),
            start_event: Some(start.start_event.as_str().into()),
            variables,
            message_id: Some(message_id.to_owned()),
        };
        let _one_at_a_time = self.turning.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut batch = Batch::default();
        let advanced = self.advance(&mut working, input, &mut batch.overlay, now, Vec::new())?;
        if !working.head.state.has_ended() {
            let waits: Vec<String> =
                working.head.state.tokens().iter().map(|element| element.to_string()).collect();
            let reasons: Vec<String> =
                working.head.state.incidents.values().map(|i| i.reason.clone()).collect();
            let reason = format!("it waits at {}; {}", waits.join(", "), reasons.join("; "));
            return Err(EngineError::NoAnswer { process: start.process, reason });
        }
        let response = advanced.ended_with.as_ref().and_then(|variables| variables.get("response"));
        let response = response.and_then(Value::as_context).cloned();
        match self.store.commit(vec![advanced.commit]).into_iter().next() {
            // The same question under the same id: the answer stands as it was computed now.
            Some(Err(CommitError::Conflict { .. })) | Some(Ok(_)) | None => {}
            Some(Err(error)) => return Err(error.into()),
        }
        response.ok_or_else(|| EngineError::NoAnswer {
            process: start.process,
            reason: "it ended without `response`".into(),
        })
    }

    /// Writes an inbox item for a later transition into the partition where it will be applied.
    pub(crate) fn inbox_write(
        &self,
        id: Id,
        partition: Partition,
        item: &InboxItem,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) -> Result<(), EngineError> {
        let plain = serde_json::to_vec(item)?;
        let digest = self.keeper.blind("inbox", &plain);
        let body = self.seal_waiting("inbox", &plain)?;
        writes.push(Write::PutInbox { id, partition, digest, body, received_ms: now.as_millisecond() });
        Ok(())
    }
}
