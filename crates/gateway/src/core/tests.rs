//! What passes a gateway, and every way in which something must not.

use std::time::Duration;

use bytes::Bytes;
use jiff::SignedDuration;
use registry::Gateway;
use soap::{Fault, FaultCode, Incoming, Message, MessageDate, Password, Property, Status, SyncResponse};

use super::*;
use crate::exchange::ORIGINAL_SENDER;
use crate::log::{self, Query, Side};
use crate::sample::{self, NOW, message, parts, registry, request, signed, world};
use crate::transport::{Reply, TransportFailure};

const MINISTRY: &[(&str, &str)] = &[("ministry", "http://127.0.0.1:9/m"), ("bank-1", "http://127.0.0.1:9/b")];

fn gateway() -> Arc<Core> {
    sample::core(Gateway::Internal, registry(MINISTRY, "", 30))
}

fn read(bytes: &[u8]) -> Incoming {
    soap::read(bytes, &Limits::message()).unwrap()
}

fn peer() -> PeerInfo {
    PeerInfo { address: "192.0.2.7:1234".into() }
}

fn forwarded(core: &Core, raw: Bytes) -> Outbound {
    match core.accept(raw, &peer(), NOW) {
        Accepted::Forward(outbound) => *outbound,
        Accepted::Refused(answer) => panic!("refused: {}", String::from_utf8_lossy(&answer.body)),
    }
}

fn fault_of(answer: &Answer) -> Fault {
    assert_eq!(answer.status, 500);
    match read(&answer.body).message() {
        Message::Fault(fault) => fault.clone(),
        other => panic!("{other:?}"),
    }
}

fn refused(core: &Core, raw: Bytes) -> Fault {
    match core.accept(raw, &peer(), NOW) {
        Accepted::Refused(answer) => fault_of(&answer),
        Accepted::Forward(outbound) => panic!("forwarded: {}", String::from_utf8_lossy(&outbound.bytes)),
    }
}

/// Own code of a refusal, wherever the fault has it, and the row that the journal got.
#[track_caller]
fn assert_refused(core: &Core, raw: Bytes, code: &str, words: &str) {
    let fault = refused(core, raw);
    let error = fault.error.as_ref().unwrap();
    let own = error.data.as_deref().unwrap_or(&error.code);
    assert_eq!(own, code, "{}", fault.reason);
    assert!(fault.reason.contains(words), "{}", fault.reason);
    assert!(error.date.is_some() && error.session_id.as_deref().is_some_and(|id| id.starts_with('{')));
    let row = newest(core);
    assert_eq!((row.state, row.code.as_deref()), (State::Refused, Some(code)));
    assert!(row.reason.is_some());
    let kinds = core.store.journal_of(row.partition(), &row.store_id(), 0, 10).unwrap();
    assert_eq!(kinds.iter().map(|record| record.kind).collect::<Vec<_>>(), [KIND_REFUSED]);
}

fn newest(core: &Core) -> ExchangeRow {
    // Ids count in these tests; many calls have the same moment.
    rows(core).into_iter().max_by_key(|row| row.id).unwrap()
}

fn rows(core: &Core) -> Vec<ExchangeRow> {
    log::search(&*core.store, &Query { limit: 500, ..Query::default() }).unwrap().rows
}

fn reply(body: Bytes) -> Result<Reply, TransportFailure> {
    Ok(Reply { status: 200, body })
}

const SOON: Duration = Duration::from_millis(12);

mod passing;

mod refusing;

mod repeating;

mod answering;

mod between_gateways;

mod hostile;

mod searching;
