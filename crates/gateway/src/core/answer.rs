//! The way back: the provider's answer is verified, bound to its request, journaled, signed anew. What is no answer becomes a fault.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use soap::{Code, Data, ErrorInfo, Fault, FaultCode, Incoming, Message, MessageDate, Refusal, SyncResponse};
use store::{Commit, CommitError, Receipt};

use super::{Answer, Closing, Core, internal};
use crate::exchange::Exchange;
use crate::journal::{
    CertificateFacts, ExchangeRow, KIND_ANSWERED, KIND_LATE, Side, State, digest_of, keep_envelope,
};
use crate::transport::{Reply, TransportFailure};

/// Status of HTTP for a fault (SOAP 1.1, section 6.2).
const FAULT: u16 = 500;
/// Status of HTTP when there is no room for another call.
const NO_ROOM: u16 = 503;

/// What came of a call: what the log says and what the sender hears.
struct Outcome {
    state: State,
    code: String,
    reason: Option<String>,
    answer: Answer,
}

impl Core {
    /// Takes the answer of the provider in: judges it, records it and gives what goes back to the sender. Waits for the commit.
    /// `elapsed` is the monotonic time since the message was handed on.
    pub fn answered(
        &self,
        exchange: &Exchange,
        outcome: Result<Reply, TransportFailure>,
        elapsed: Duration,
        now: Timestamp,
    ) -> Answer {
        let mut closing = self.judge_answer(exchange, outcome, elapsed, now);
        let outcome = self.store.commit_one(closing.take_commit());
        self.closed(closing, outcome, now)
    }

    /// Judges what came back. Nothing is recorded yet.
    pub fn judge_answer(
        &self,
        exchange: &Exchange,
        outcome: Result<Reply, TransportFailure>,
        elapsed: Duration,
        now: Timestamp,
    ) -> Closing {
        let mut row = ExchangeRow::clone(&exchange.row);
        row.milliseconds = u64::try_from(elapsed.as_millis()).ok();
        let mut received = None;
        let outcome = match outcome {
            Ok(reply) => {
                row.answer_bytes = Some(reply.body.len());
                row.answer_digest = Some(digest_of(&reply.body));
                if elapsed > exchange.limit {
                    self.timed_out(exchange, &row, State::Late, now)
                } else {
                    received = Some(reply.body.clone());
                    self.weigh(exchange, &mut row, &reply.body, now)
                }
            }
            Err(TransportFailure::TimedOut(_)) => self.timed_out(exchange, &row, State::TimedOut, now),
            Err(failure) => {
                let reason = format!("{} {failure}", exchange.answering);
                self.failed(exchange, &row, "cannot be reached now", &reason, now)
            }
        };
        row.end(outcome.state, &outcome.code, outcome.reason.as_deref());
        match self.closing_commit(&row, received.as_ref(), now) {
            Ok(commit) => Closing { commit: Some(commit), row, answer: outcome.answer },
            Err(error) => {
                tracing::error!(exchange = %row.id, %error, "an answer could not be recorded and is dropped");
                let answer = self.fault(&row, &internal(), now);
                Closing { commit: None, row, answer }
            }
        }
    }

    /// What goes back to the sender, once the commit of `closing` has this outcome.
    pub fn closed(&self, closing: Closing, outcome: Result<Receipt, CommitError>, now: Timestamp) -> Answer {
        match outcome {
            Ok(_) => closing.answer,
            Err(error) => {
                // An exchange the journal does not have did not happen: the sender repeats it.
                tracing::error!(exchange = %closing.row.id, %error, "an answer could not be recorded and is dropped");
                self.fault(&closing.row, &internal(), now)
            }
        }
    }

    /// The commit that notes an answer which came after its sender was told of the time-out. The answer goes nowhere.
    pub fn late(
        &self,
        exchange: &Exchange,
        reply: &Reply,
        elapsed: Duration,
        now: Timestamp,
    ) -> Option<Commit> {
        let mut row = ExchangeRow::clone(&exchange.row);
        row.milliseconds = u64::try_from(elapsed.as_millis()).ok();
        row.answer_bytes = Some(reply.body.len());
        row.answer_digest = Some(digest_of(&reply.body));
        row.end(
            State::Late,
            Code::TimeOut.number(),
            Some("the answer came after the time-out and was dropped"),
        );
        let commit = row.commit(KIND_LATE, now, Vec::new());
        commit
            .inspect_err(
                |error| tracing::error!(exchange = %row.id, %error, "a late answer could not be recorded"),
            )
            .ok()
    }

    fn closing_commit(
        &self,
        row: &ExchangeRow,
        received: Option<&Bytes>,
        now: Timestamp,
    ) -> Result<Commit, crate::journal::NotRecorded> {
        let mut writes = Vec::with_capacity(4);
        if let Some(envelope) = received {
            keep_envelope(&self.keeper, row, Side::Answer, envelope, self.keep_until(now), &mut writes)?;
        }
        row.commit(if row.state == State::Late { KIND_LATE } else { KIND_ANSWERED }, now, writes)
    }

    /// Reads and verifies an answer that came in time.
    fn weigh(&self, exchange: &Exchange, row: &mut ExchangeRow, body: &[u8], now: Timestamp) -> Outcome {
        let incoming = match soap::read(body, &self.limits) {
            Ok(incoming) => incoming,
            Err(refusal) => return self.nonsense(exchange, row, &refusal.reason, now),
        };
        let trusted = match self.identity.verify(&incoming, &exchange.expected, now) {
            Ok(signed) => {
                row.answer_certificate = Some(CertificateFacts::of(&signed.certificate));
                Ok(())
            }
            Err(distrust) => {
                row.answer_certificate = distrust.certificate.map(|facts| *facts);
                Err(distrust.noted)
            }
        };
        match (incoming.message(), trusted) {
            (Message::SyncResponse(response), Ok(())) => {
                match self.bound(exchange, response).and_then(|()| self.relay(row, &incoming, response)) {
                    Ok(answer) => Outcome {
                        state: State::Answered,
                        code: response.status.code.chars().take(40).collect(),
                        reason: None,
                        answer,
                    },
                    Err(refusal) => self.nonsense(exchange, row, &refusal.reason, now),
                }
            }
            (Message::Fault(fault), trusted) => self.relay_fault(exchange, row, fault, trusted.is_ok(), now),
            (_, Err(noted)) => self.nonsense(exchange, row, noted, now),
            _ => self.nonsense(exchange, row, "neither an answer nor a fault", now),
        }
    }

    /// An answer belongs to its request: what it says of session and message has to be theirs, or an old answer could be
    /// played again.
    fn bound(&self, exchange: &Exchange, response: &SyncResponse) -> Result<(), Refusal> {
        let bare = |text: &str| text.trim_matches(['{', '}']).to_ascii_lowercase();
        let session = response.session_id.as_deref().is_none_or(|id| bare(id) == bare(&exchange.row.session));
        let message = response.correlation_id.as_deref().is_none_or(|id| {
            id == exchange.row.message_id || Some(id) == exchange.row.correlation_id.as_deref()
        });
        if session && message {
            return Ok(());
        }
        Err(Refusal::envelope("an answer to another message"))
    }

    fn relay(
        &self,
        row: &ExchangeRow,
        incoming: &Incoming,
        response: &SyncResponse,
    ) -> Result<Answer, Refusal> {
        let mut message = response.clone();
        message.session_id = Some(soap::braced(&row.session));
        let data = incoming.data().map(Data::from_element).transpose()?;
        let written = soap::write::response(&message, data, Some(&answer_id(row)));
        let outgoing = written.map_err(|error| Refusal::envelope(error.to_string()))?;
        let body = self.identity.sign(&outgoing).map_err(|error| Refusal::envelope(error.to_string()))?;
        Ok(Answer { status: 200, body, code: None })
    }

    /// A fault of the provider. Signed, it is the provider's word and goes on as it is; unsigned, anybody on the line may have
    /// written it: it is told as the reason of a failure, so that nothing is given up because of it.
    fn relay_fault(
        &self,
        exchange: &Exchange,
        row: &ExchangeRow,
        fault: &Fault,
        signed: bool,
        now: Timestamp,
    ) -> Outcome {
        let mut told = fault.clone();
        told.code = match &fault.code {
            FaultCode::Client => FaultCode::Client,
            _ => FaultCode::Server,
        };
        let info = told.error.get_or_insert_with(|| ErrorInfo {
            code: fault.error_code().to_owned(),
            message: fault.reason.clone(),
            data: None,
            date: None,
            sub_error: None,
            session_id: None,
        });
        info.date.get_or_insert_with(|| MessageDate::at(now));
        info.session_id = Some(soap::braced(&row.session));
        if !signed {
            let reason = format!(
                "{} answered with a fault that it did not sign; send the same message again later",
                exchange.answering
            );
            let mut outer = Refusal::new(Code::RecipientUnreachable, reason)
                .fault(now, Some(&soap::braced(&row.session)));
            if let Some(error) = &mut outer.error {
                error.sub_error = told.error.take().map(Box::new);
            }
            told = outer;
        }
        Outcome {
            state: State::Faulted,
            code: fault.error_code().chars().take(40).collect(),
            reason: (!signed).then(|| "the fault was not signed".to_owned()),
            answer: self.signed_fault(row, &told, now),
        }
    }

    fn timed_out(&self, exchange: &Exchange, row: &ExchangeRow, state: State, now: Timestamp) -> Outcome {
        let reason = format!(
            "{} gave no answer within {} s; send the same message again under the same messageId where the service \
             allows a repeat",
            exchange.answering,
            exchange.limit.as_secs_f32()
        );
        let refusal = Refusal::new(Code::TimeOut, reason);
        Outcome {
            state,
            code: Code::TimeOut.number().to_owned(),
            reason: Some(refusal.reason.clone()),
            answer: self.fault(row, &refusal, now),
        }
    }

    fn nonsense(&self, exchange: &Exchange, row: &ExchangeRow, noted: &str, now: Timestamp) -> Outcome {
        let reason = format!("answer of {} not accepted: {noted}", exchange.answering);
        self.failed(exchange, row, "gave an answer that cannot be accepted", &reason, now)
    }

    /// `reason` is for the journal; the sender hears of internals no more than `told`.
    fn failed(
        &self,
        exchange: &Exchange,
        row: &ExchangeRow,
        told: &str,
        reason: &str,
        now: Timestamp,
    ) -> Outcome {
        let told = format!("{} {told}; send the same message again later", exchange.answering);
        let refusal = Refusal::new(Code::RecipientUnreachable, told);
        Outcome {
            state: State::Failed,
            code: refusal.code.number().to_owned(),
            reason: Some(reason.to_owned()),
            answer: self.fault(row, &refusal, now),
        }
    }

    /// A fault of this gateway. It is signed for those who have been authenticated; strangers cost no signature.
    pub(super) fn fault(&self, row: &ExchangeRow, refusal: &Refusal, now: Timestamp) -> Answer {
        let fault = refusal.fault(now, Some(&soap::braced(&row.session)));
        let mut answer = match row.body_digest {
            Some(_) => self.signed_fault(row, &fault, now),
            None => unsigned_fault(&fault),
        };
        answer.code = Some(refusal.code.number());
        if refusal.code == Code::RateLimit {
            answer.status = NO_ROOM;
        }
        answer
    }

    fn signed_fault(&self, row: &ExchangeRow, fault: &Fault, now: Timestamp) -> Answer {
        let written = soap::write::fault(fault, Some(&answer_id(row)));
        let signed = written
            .map_err(|error| error.to_string())
            .and_then(|outgoing| self.identity.sign(&outgoing).map_err(|error| error.to_string()));
        match signed {
            Ok(body) => Answer { status: FAULT, body, code: None },
            Err(error) => {
                tracing::error!(exchange = %row.id, %error, "a fault could not be signed");
                unsigned_fault(&internal().fault(now, Some(&soap::braced(&row.session))))
            }
        }
    }
}

fn unsigned_fault(fault: &Fault) -> Answer {
    let body = match soap::write::fault(fault, None) {
        Ok(outgoing) => outgoing.envelope(None),
        Err(error) => {
            // A character that XML cannot carry: our own texts have none, and what is quoted came as XML.
            tracing::error!(%error, "a fault could not be written");
            String::new()
        }
    };
    Answer { status: FAULT, body: body.into(), code: None }
}

fn answer_id(row: &ExchangeRow) -> String {
    format!("id-{}", civic::MessageId::derive(row.id.into_bytes(), "answer"))
}
