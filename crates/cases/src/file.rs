//! A case opened: documents, facts and history of one participant, for a named person and reason.
//!
//! Opening records the access for everybody whose identification number stands in the case, before anything is returned.

use std::collections::BTreeSet;

use civic::Iin;
use engine::{CaseSummary, Engine, Recorded};
use flow::{ActivationId, Fact, Role};
use rules::Context;
use store::Partition;
use store::seal::Opened;

use crate::document::{CaseDocument, Content, DOCUMENTS, ROW_PURPOSE, Row, purpose};
use crate::ledger::{Access, Ledger, people_named, people_within};
use crate::{CaseError, canonical};

/// Most documents of a case that are read.
const MOST_DOCUMENTS: usize = 1_000;

/// A case file in the hands of somebody whose access stands in the ledger.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// Documents in the order of their making, each with its source.
    pub documents: Vec<CaseDocument>,
    /// The variables of the case as a whole, as they stand or stood last.
    pub facts: Context,
    /// The journal of the case, oldest first.
    pub history: Vec<Recorded>,
}

impl CaseFile {
    /// Records the access and opens the case.
    ///
    /// # Errors
    /// When the access cannot be recorded, or store or keys cannot be read. An erased case opens, empty of data.
    pub fn open(engine: &Engine, case: &CaseSummary, access: &Access) -> Result<CaseFile, CaseError> {
        let opened = CaseFile::open_all(engine, std::slice::from_ref(case), access)?.pop();
        opened.ok_or(CaseError::Ledger(crate::LedgerError::Nobody))
    }

    /// Opens several cases of one participant under one record; in the order given.
    ///
    /// # Errors
    /// As [`CaseFile::open`].
    pub fn open_all(
        engine: &Engine,
        cases: &[CaseSummary],
        access: &Access,
    ) -> Result<Vec<CaseFile>, CaseError> {
        let mut histories = Vec::with_capacity(cases.len());
        let mut people = BTreeSet::new();
        for case in cases {
            let history = engine.history(case.case, partition(case))?;
            people.extend(people_in(&history));
            histories.push(history);
        }
        let ledger = Ledger::new(engine);
        ledger.record(&ledger.subjects(&people, &access.case_ref), access)?;
        let opened = cases.iter().zip(histories).map(|(case, history)| {
            let documents = documents(engine, case, partition(case))?;
            Ok(CaseFile { documents, facts: facts(&history), history })
        });
        opened.collect()
    }

    /// The last document of a kind.
    pub fn document(&self, kind: &str) -> Option<&CaseDocument> {
        self.documents.iter().rev().find(|document| document.kind == kind)
    }
}

/// The partition of a case.
pub(crate) fn partition(case: &CaseSummary) -> Partition {
    Partition::new(case.partition).unwrap_or_else(|| Partition::of(&case.case_ref))
}

/// The people whose identification numbers ever stood in the variables of a case.
pub fn people_in(history: &[Recorded]) -> BTreeSet<Iin> {
    let mut people = BTreeSet::new();
    for event in history.iter().flat_map(|recorded| recorded.events.iter().flatten()) {
        match &event.fact {
            Fact::VariablesSet { variables, .. } => people_named(variables, &mut people),
            Fact::RoundsBegan { items, .. } => items.iter().for_each(|item| people_within(item, &mut people)),
            Fact::RoundCompleted { output, .. } => people_within(output, &mut people),
            _ => {}
        }
    }
    people
}

/// The variables that the case as a whole held last.
fn facts(history: &[Recorded]) -> Context {
    let mut root: Option<ActivationId> = None;
    let mut facts = Context::new();
    for event in history.iter().flat_map(|recorded| recorded.events.iter().flatten()) {
        match &event.fact {
            Fact::Entered { activation, role: Role::Case, .. } => root = Some(*activation),
            Fact::VariablesSet { activation, variables } if Some(*activation) == root => {
                facts.extend(variables.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            _ => {}
        }
    }
    facts
}

fn documents(
    engine: &Engine,
    case: &CaseSummary,
    partition: Partition,
) -> Result<Vec<CaseDocument>, CaseError> {
    let mut documents = Vec::new();
    for found in engine.store().rows(partition, DOCUMENTS, &case.case, None, MOST_DOCUMENTS)? {
        let Opened::Plain(row) = engine.keeper().open(partition, &case.case, ROW_PURPOSE, &found.value)?
        else {
            continue;
        };
        let row: Row = serde_json::from_slice(&row)?;
        documents.push(document(engine, case, partition, row)?);
    }
    documents.sort_by_key(|document| document.at);
    Ok(documents)
}

fn document(
    engine: &Engine,
    case: &CaseSummary,
    partition: Partition,
    row: Row,
) -> Result<CaseDocument, CaseError> {
    let id = civic::DocumentId::from_bytes(row.id);
    let content = match engine.store().document(partition, &row.id)? {
        None => Content::Gone,
        Some(stored) => match engine.keeper().open(partition, &case.case, &purpose(&id), &stored.sealed)? {
            Opened::Erased { at } => Content::Erased { at },
            Opened::Plain(bytes) if canonical::digest(&bytes) != row.digest => Content::Damaged,
            Opened::Plain(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Content::Whole { value: serde_json::from_str(&text)?, text },
                Err(_) => Content::Damaged,
            },
        },
    };
    let Row { kind, title, digest, at, element, .. } = row;
    Ok(CaseDocument {
        id,
        kind,
        title,
        digest,
        at,
        element,
        participant: engine.participant().to_owned(),
        content,
    })
}
