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
    /// sender ever sends; a repeat is answered [`Received::Duplicate`], another content under the same name
    /// [`Received::Conflict`]. The name of the envelope may differ: a repeat may come in company of other rows.
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
            let content = (&arrival.message, &arrival.case_ref, &arrival.correlation, &arrival.payload);
            let digest = self.keeper.blind("arrival", &serde_json::to_vec(&content)?);
            let body = self.seal_waiting("inbox", &serde_json::to_vec(&InboxItem::Message(arrival))?)?;
            let writes =
                vec![Write::PutInbox { id, partition, digest, body, received_ms: now.as_millisecond() }];
            commits.push(Commit { partition, guard: None, record: None, writes });
        }
        let outcomes = self.store.commit(commits);
        // Some may stand in the inbox even when others were refused.
        self.wake();
        let told = |outcome| match outcome {
            Ok(_) => Ok(Received::Accepted),
            Err(CommitError::Duplicate { .. }) => Ok(Received::Duplicate),
            Err(CommitError::DigestMismatch { .. }) => Ok(Received::Conflict),
            Err(error) => Err(EngineError::Commit(error)),
        };
        outcomes.into_iter().map(told).collect()
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

    /// An operator gives a case up: everything it waits for is withdrawn, its keys are given back, the reason stands in its history.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn cancel_case(
        &self,
        case: Id,
        partition: Partition,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Received, EngineError> {
        let id = civic::MessageId::derive(case, &format!("cancel/{}", now.as_millisecond())).into_bytes();
        self.put_item(id, partition, &InboxItem::Cancel { case, reason: format!("{by}: {reason}") }, now)
    }

    /// Has the deadlines of all running cases counted again after a change of the working calendar; how many cases were told.
    /// A repeat at the same moment tells nobody twice.
    ///
    /// # Errors
    /// When the store cannot be read or refuses; cases told before stay told.
    pub fn recount_deadlines(&self, now: Timestamp) -> Result<usize, EngineError> {
        let mut told = 0;
        self.each_case(|page| {
            let mut commits = Vec::with_capacity(page.len());
            for summary in page.into_iter().filter(|summary| !summary.ended) {
                let Some(partition) = Partition::new(summary.partition) else { continue };
                let case = summary.case;
                let salt = format!("recount/{}", now.as_millisecond());
                let id = civic::MessageId::derive(case, &salt).into_bytes();
                let mut writes = Vec::new();
                self.inbox_write(id, partition, &InboxItem::Recount { case }, now, &mut writes)?;
                commits.push(Commit { partition, guard: None, record: None, writes });
            }
            for outcome in self.store.commit(commits) {
                match outcome {
                    Ok(_) => told += 1,
                    Err(CommitError::Duplicate { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(())
        })?;
        self.wake();
        Ok(told)
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
        let mut working = Working { case, partition, version: 0, listed: None, head, bundle: start.bundle };
        let input = Input::Start {
            process: start.process.as_str().into(),
            start_event: Some(start.start_event.as_str().into()),
            variables,
            message_id: Some(message_id.to_owned()),
        };
        let _one_at_a_time = self.turning.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let unanswered =
            |reason: &str| EngineError::NoAnswer { process: start.process.clone(), reason: reason.into() };
        if self.store.head(partition, &case)?.is_some() {
            let answered = self.answered(case, partition)?;
            return answered.ok_or_else(|| unanswered("it ended without `response`"));
        }
        let mut batch = Batch::default();
        let advanced = self.advance(&mut working, input, &mut batch.overlay, now, Vec::new())?;
        if !working.head.state.has_ended() {
            let waits: Vec<String> =
                working.head.state.tokens().iter().map(|element| element.to_string()).collect();
            let reasons: Vec<String> =
                working.head.state.incidents.values().map(|i| i.reason.clone()).collect();
            let reason = format!("it waits at {}; {}", waits.join(", "), reasons.join("; "));
            return Err(unanswered(&reason));
        }
        let response = advanced.ended_with.as_ref().and_then(|variables| variables.get("response"));
        let response = response.and_then(Value::as_context).cloned();
        // Without an answer nothing is kept: the same question may be asked again once the model is mended.
        let response = response.ok_or_else(|| unanswered("it ended without `response`"))?;
        self.store.commit_one(advanced.commit)?;
        self.wake();
        Ok(response)
    }

    /// What a question was answered when it was asked before, from its journal.
    fn answered(&self, case: Id, partition: Partition) -> Result<Option<Context>, EngineError> {
        let mut state = flow::CaseState::new();
        let mut answer = None;
        for record in self.history(case, partition)? {
            let Some(events) = record.events else {
                return Err(EngineError::Erased(record.at.to_string()));
            };
            for event in &events {
                state.apply(event);
                if let Some(response) = state.root().and_then(|(_, root)| root.variables.get("response")) {
                    answer = response.as_context().cloned();
                }
            }
        }
        Ok(answer)
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
