//! What the gateway remembers of a call: metadata and digests in the journal and the searchable log, the envelopes as received as
//! sealed documents.
//!
//! Never a payload, a password or a name of a person: what stands here is read by operators and survives an erasure.

use eds::Certificate;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::seal::{Keeper, SealError};
use store::{Commit, Id, Partition, Record, Write};
use uuid::Uuid;

/// Journal kind: a request was admitted; it is forwarded after this record.
pub const KIND_FORWARDED: u16 = 0x0101;
/// Journal kind: the call ended with what is told to the sender.
pub const KIND_ANSWERED: u16 = 0x0102;
/// Journal kind: a call was refused before anything was forwarded.
pub const KIND_REFUSED: u16 = 0x0103;
/// Journal kind: an answer came after the sender had been told of a time-out; it was dropped.
pub const KIND_LATE: u16 = 0x0104;

/// Table of the searchable log: key is the time counted backwards and the id, so that the newest come first.
pub(crate) const LOG: &str = "exchange-log";
/// Table of look-ups: digest of a messageId or sessionId, then the key in the log.
pub(crate) const NAMES: &str = "exchange-names";

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 300;

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Forwarded; no answer yet.
    Forwarded,
    /// The provider answered, successfully or not: see the code.
    Answered,
    /// The gateway refused it.
    Refused,
    /// The provider answered with a fault.
    Faulted,
    /// The provider could not be reached, or its answer could not be accepted.
    Failed,
    /// No answer within the time of the service.
    TimedOut,
    /// The answer came after the time-out was told; it was dropped.
    Late,
}

/// What is kept of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateFacts {
    /// Serial number, in hexadecimal digits.
    pub serial: String,
    /// SHA-256 of the certificate, in hexadecimal digits.
    pub fingerprint: String,
    /// BIN in the subject.
    pub bin: Option<String>,
}

impl CertificateFacts {
    /// The facts of a certificate.
    #[must_use]
    pub fn of(certificate: &Certificate) -> CertificateFacts {
        CertificateFacts {
            serial: certificate.serial().to_string(),
            fingerprint: hex::encode(certificate.fingerprint()),
            bin: certificate.holder().bin.clone(),
        }
    }
}

/// One call, as the journal and the log have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeRow {
    /// Id of the call at this gateway.
    pub id: Uuid,
    /// Legal time of receipt.
    pub at: Timestamp,
    /// `gateway` or `external-gateway`.
    pub gateway: String,
    /// `sessionId` without braces.
    pub session: String,
    /// `messageId`; empty when the message could not be read.
    pub message_id: String,
    /// `correlationId`.
    pub correlation_id: Option<String>,
    /// The participant who asks; its login as claimed (shortened) while it is not authenticated.
    pub sender: String,
    /// The participant who handed the message over, where it is another.
    pub bearer: Option<String>,
    /// Who is to answer.
    pub provider: Option<String>,
    /// The service as asked for.
    pub service: String,
    /// Network address it came from.
    pub peer: String,
    /// Where it stands.
    pub state: State,
    /// The gateway's code of a refusal or failure, else the status or fault code of the provider.
    pub code: Option<String>,
    /// What went wrong, in words without anything personal.
    pub reason: Option<String>,
    /// Whether the same message was forwarded before.
    pub repeat: bool,
    /// Whether personal data pass.
    pub personal: bool,
    /// Bytes of the request.
    pub request_bytes: usize,
    /// SHA-256 of the request as received, in hexadecimal digits.
    pub request_digest: String,
    /// Digest of its Body, as its signature covers it, in hexadecimal digits.
    pub body_digest: Option<String>,
    /// The sender's certificate.
    pub certificate: Option<CertificateFacts>,
    /// Bytes of the answer.
    pub answer_bytes: Option<usize>,
    /// SHA-256 of the answer as received, in hexadecimal digits.
    pub answer_digest: Option<String>,
    /// The provider's certificate.
    pub answer_certificate: Option<CertificateFacts>,
    /// From the receipt to the answer, in milliseconds of monotonic time.
    pub milliseconds: Option<u64>,
}

impl ExchangeRow {
    /// The row of a call of which only the bytes are known.
    pub(crate) fn opened(id: Uuid, at: Timestamp, gateway: &str, peer: &str, raw: &[u8]) -> ExchangeRow {
        ExchangeRow {
            id,
            at,
            gateway: gateway.to_owned(),
            session: id.to_string(),
            message_id: String::new(),
            correlation_id: None,
            sender: String::new(),
            bearer: None,
            provider: None,
            service: String::new(),
            peer: shortened(peer, 80),
            state: State::Forwarded,
            code: None,
            reason: None,
            repeat: false,
            personal: false,
            request_bytes: raw.len(),
            request_digest: digest_of(raw),
            body_digest: None,
            certificate: None,
            answer_bytes: None,
            answer_digest: None,
            answer_certificate: None,
            milliseconds: None,
        }
    }

    /// The id as the store has it.
    #[must_use]
    pub fn store_id(&self) -> Id {
        self.id.into_bytes()
    }

    /// The partition the call lives in: that of its messageId, of its own id while there is none.
    #[must_use]
    pub fn partition(&self) -> Partition {
        match self.message_id.as_str() {
            "" => Partition::of_bytes(self.id.as_bytes()),
            message_id => Partition::of(message_id),
        }
    }

    pub(crate) fn end(&mut self, state: State, code: &str, reason: Option<&str>) {
        self.state = state;
        self.code = Some(code.to_owned());
        self.reason = reason.map(|reason| shortened(reason, LONGEST_REASON));
    }

    fn log_key(&self) -> Vec<u8> {
        log_key(self.at, self.id)
    }

    /// The commit of a record of this kind, with the row in the log and, the first time, the names it is found by.
    pub(crate) fn commit(
        &self,
        kind: u16,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<Commit, NotRecorded> {
        let row = serde_json::to_vec(self)?;
        if kind == KIND_FORWARDED || kind == KIND_REFUSED {
            let names = [(!self.message_id.is_empty()).then_some(&self.message_id), Some(&self.session)];
            for name in names.into_iter().flatten() {
                let mut key = name_prefix(name).to_vec();
                key.extend_from_slice(&self.log_key());
                writes.push(Write::PutRow { table: NAMES, key, value: Vec::new() });
            }
        }
        writes.push(Write::PutRow { table: LOG, key: self.log_key(), value: row.clone() });
        let record = Record { subject: self.store_id(), kind, at: now, header: row, body: Vec::new() };
        Ok(Commit { partition: self.partition(), guard: None, record: Some(record), writes })
    }
}

/// Why a call cannot be recorded, and so is not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRecorded {
    /// The record.
    #[error("the record cannot be written: {0}")]
    Record(#[from] serde_json::Error),
    /// The sealed envelope.
    #[error("the envelope cannot be sealed: {0}")]
    Seal(#[from] SealError),
}

/// The key of a row in the log: newest first.
pub(crate) fn log_key(at: Timestamp, id: Uuid) -> Vec<u8> {
    let backwards = i64::MAX.saturating_sub(at.as_millisecond());
    let mut key = backwards.to_be_bytes().to_vec();
    key.extend_from_slice(id.as_bytes());
    key
}

/// What stands before the keys of everything with this messageId or sessionId.
pub(crate) fn name_prefix(name: &str) -> [u8; 16] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    let mut prefix = [0; 16];
    prefix.copy_from_slice(&digest.as_ref()[..16]);
    prefix
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

/// Cuts a text visibly.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Which envelope of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The request as received.
    Request,
    /// The answer as received.
    Answer,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Request => "request",
            Side::Answer => "answer",
        }
    }

    /// The id of the document.
    pub(crate) fn document(self, exchange: Uuid) -> Id {
        match self {
            Side::Request => exchange.into_bytes(),
            Side::Answer => civic::DocumentId::derive(exchange.into_bytes(), "answer").into_bytes(),
        }
    }

    pub(crate) fn purpose(self, exchange: Uuid) -> String {
        format!("{} {exchange}", self.name())
    }
}

/// Under this subject are sealed the envelopes of one day of one partition; destroying its key ends them all at once.
pub(crate) fn day_subject(day: Date) -> Id {
    const ENVELOPES: Id = *b"envelopes of day";
    civic::DocumentId::derive(ENVELOPES, &day.to_string()).into_bytes()
}

/// The day of a call, by which its envelopes are sealed.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

/// Adds the write of a sealed envelope.
pub(crate) fn keep_envelope(
    keeper: &Keeper,
    row: &ExchangeRow,
    side: Side,
    envelope: &[u8],
    retention_until_ms: i64,
    writes: &mut Vec<Write>,
) -> Result<(), NotRecorded> {
    let subject = day_subject(day_of(row.at));
    let sealed = keeper.seal(row.partition(), &subject, &side.purpose(row.id), envelope, writes)?;
    writes.push(Write::PutDocument { id: side.document(row.id), sealed, retention_until_ms });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_calls_come_first_in_the_log() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let id = Uuid::from_bytes([7; 16]);
        let early = log_key(at("2024-04-01T04:00:00Z"), id);
        let late = log_key(at("2024-04-01T04:00:00.001Z"), id);
        assert!(late < early);
        assert_eq!(late.len(), 24);
    }

    #[test]
    fn long_texts_are_cut_visibly() {
        assert_eq!(shortened("әбв", 3), "әбв");
        assert_eq!(shortened("әбвг", 3), "әбв…");
    }
}
