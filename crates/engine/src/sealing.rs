//! Sealed fields of the engine: everything of a case under the key of the case; what waits for its turn under one key of the
//! participant, whose items live only until then.

use store::seal::{Opened, SealError};
use store::{Commit, Id, Partition, Write};

use crate::{Engine, EngineError, INBOX_SUBJECT};

impl Engine {
    /// Makes the key of waiting items, once in the life of a store.
    pub(crate) fn prepare(&self) -> Result<(), EngineError> {
        let partition = Partition::of_bytes(&INBOX_SUBJECT);
        if self.store.seal_key(partition, &INBOX_SUBJECT)?.is_none() {
            let mut writes = Vec::new();
            self.keeper.seal(partition, &INBOX_SUBJECT, "key", &[], &mut writes)?;
            self.store.commit_one(Commit { partition, guard: None, record: None, writes })?;
        }
        Ok(())
    }

    /// Seals bytes of a case.
    pub(crate) fn seal(
        &self,
        partition: Partition,
        case: &Id,
        purpose: &str,
        plain: &[u8],
        writes: &mut Vec<Write>,
    ) -> Result<Vec<u8>, EngineError> {
        match self.keeper.seal(partition, case, purpose, plain, writes) {
            Ok(sealed) => Ok(sealed),
            Err(SealError::Erased { at, .. }) => Err(EngineError::Erased(at.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens bytes of a case.
    pub(crate) fn open(
        &self,
        partition: Partition,
        case: &Id,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, EngineError> {
        match self.keeper.open(partition, case, purpose, sealed)? {
            Opened::Plain(plain) => Ok(plain),
            Opened::Erased { at } => Err(EngineError::Erased(at.to_string())),
        }
    }

    /// Seals bytes that wait for a turn, whatever partition they wait in.
    pub(crate) fn seal_waiting(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, EngineError> {
        // The key exists since `prepare`: nothing is written for it.
        let partition = Partition::of_bytes(&INBOX_SUBJECT);
        self.seal(partition, &INBOX_SUBJECT, purpose, plain, &mut Vec::new())
    }

    /// Opens bytes that waited for a turn.
    pub(crate) fn open_waiting(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, EngineError> {
        self.open(Partition::of_bytes(&INBOX_SUBJECT), &INBOX_SUBJECT, purpose, sealed)
    }
}
