//! Finding cases: where a message may start one, which may yet ask for it, and reading one into the hands of a turn.

use std::sync::Arc;

use flow::StartKind;
use jiff::Timestamp;
use rules::{Context, Value};
use store::{Id, Partition};

use crate::advance::Working;
use crate::head::Head;
use crate::turn::Batch;
use crate::{Engine, EngineError, StartAt};

impl Engine {
    /// Takes a case into the hands of the turn: from this batch, from memory, or from the store.
    pub(crate) fn take_case(
        &self,
        batch: &mut Batch,
        partition: Partition,
        case: Id,
    ) -> Result<Option<Working>, EngineError> {
        if let Some(working) = batch.cases.remove(&case) {
            return Ok(Some(working));
        }
        if let Some(working) =
            self.heads.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take(&case)
        {
            return Ok(Some(working));
        }
        let Some(row) = self.store.head(partition, &case)? else { return Ok(None) };
        let head = Head::from_bytes(&self.open(partition, &case, "head", &row.body)?)?;
        let Some(bundle) = self.bundle(&head.bundle) else { return Err(EngineError::NoBundle(head.bundle)) };
        let (listed, bundle) = (Some(row.status), Arc::clone(bundle));
        Ok(Some(Working { case, partition, version: row.version, listed, bundle, head }))
    }

    /// The processes in the pools of this participant, of all bundles.
    pub fn processes(&self) -> Vec<String> {
        let mut processes: Vec<String> = Vec::new();
        for bundle in &self.bundles {
            for process in bundle.program.processes_of(&self.participant) {
                if !processes.iter().any(|known| known == process.id().as_str()) {
                    processes.push(process.id().as_str().to_owned());
                }
            }
        }
        processes
    }

    /// The processes of this participant that hold, themselves or in what they call, an element that waits for the message.
    pub(crate) fn processes_that_catch(&self, message: &str) -> Vec<String> {
        let mut processes: Vec<String> = Vec::new();
        for bundle in &self.bundles {
            for process in bundle.program.processes_of(&self.participant) {
                let catches = bundle.program.catches(process.id(), message);
                if catches && !processes.iter().any(|known| known == process.id().as_str()) {
                    processes.push(process.id().as_str().to_owned());
                }
            }
        }
        processes
    }

    /// The start points of this participant for a message, newest bundle first.
    pub(crate) fn start_points(&self, message: &str) -> Vec<StartAt> {
        let mut found = Vec::new();
        for bundle in &self.bundles {
            for start in bundle.program.start_points() {
                let ours = start.participant.as_deref() == Some(self.participant.as_str());
                if ours && matches!(&start.kind, StartKind::Message(name) if name == message) {
                    let process = start.process.as_str().to_owned();
                    if found.iter().any(|known: &StartAt| known.process == process) {
                        continue;
                    }
                    let only_records = bundle.only_records(&process);
                    let start_event = start.start_event.as_str().to_owned();
                    found.push(StartAt { bundle: Arc::clone(bundle), process, start_event, only_records });
                }
            }
        }
        found.sort_by_key(|start| start.only_records);
        found
    }

    /// The first moment for an effect: at once, unless the request names a later one (`notBefore`).
    pub(crate) fn not_before(request: &Context, now: Timestamp) -> i64 {
        let asked = request.get("notBefore").and_then(Value::as_date_time).and_then(|at| at.to_timestamp());
        asked.map_or(now, |asked| asked.max(now)).as_millisecond()
    }
}
