//! The message centre of the synthetic country: telephones, their threads of messages, and the books of everything submitted.
//!
//! This file is the centre itself, without sockets: the simulator drives it directly, `server` puts SMPP 3.4 around it.
//! It must never merge two submissions into one: its books are the evidence whether somebody sent twice.

mod frame;
mod reading;
pub mod server;

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::faults::Times;

/// Most messages kept in a thread and most entries kept in the books; the oldest go first.
const MOST_KEPT: usize = 20_000;
/// Most deliveries waiting for one account.
const MOST_WAITING: usize = 10_000;

/// Who may bind, and which short number it owns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// `system_id`.
    pub system_id: String,
    /// Password.
    pub password: String,
    /// Short numbers whose incoming messages go to this account.
    pub numbers: Vec<String>,
}

/// The switches of the centre.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmscFaults {
    /// Submissions are refused with `ESME_RTHROTTLED`.
    pub throttle: Times,
    /// Submissions are accepted and counted, and the response is lost.
    pub drop_response: Times,
    /// Submissions are accepted and counted, and the connection breaks before the response.
    pub disconnect: Times,
    /// Messages from phones are brought twice.
    pub duplicate_incoming: Times,
    /// Nothing that comes in is answered.
    pub silent: Times,
    /// Binding is refused.
    pub refuse_bind: Times,
    /// Messages do not reach the phone: the receipt says `UNDELIV`.
    pub undeliverable: Times,
    /// No receipt is sent although one was asked for.
    pub no_receipt: Times,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// To the phone.
    ToPhone,
    /// From the phone.
    FromPhone,
}

/// A message in the thread of a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The other side: a short number or a name.
    pub number: String,
    /// Which way.
    pub way: Way,
    /// The text.
    pub text: String,
    /// Legal time of the centre.
    pub at: Timestamp,
    /// Short messages it took.
    pub segments: u8,
}

/// One submission, as it stood on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BookEntry {
    /// The centre's id.
    pub message_id: String,
    /// Account that submitted.
    pub account: String,
    /// Sender.
    pub source: String,
    /// Recipient.
    pub destination: String,
    /// Text of this segment.
    pub text: String,
    /// `part/total` when it is a segment.
    pub part: Option<(u8, u8)>,
    /// When.
    pub at: Timestamp,
    /// Whether the account was told (false: the response was lost by a switch).
    pub answered: bool,
}

/// A submission as the centre sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Sender.
    pub source: String,
    /// Recipient, digits.
    pub destination: String,
    /// Text of this segment.
    pub text: String,
    /// Reference, total, number of a segment.
    pub part: Option<(u16, u8, u8)>,
    /// Whether a receipt is wanted.
    pub receipt: bool,
}

/// How a submission is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Accepted under this id.
    Accepted(String),
    /// Accepted under this id, but the response does not arrive.
    Lost(String),
    /// Accepted under this id, and the connection breaks.
    Broken(String),
    /// `ESME_RTHROTTLED`.
    Throttled,
    /// The recipient is no telephone number.
    BadNumber,
    /// No answer at all, and nothing done.
    Nothing,
}

/// Something waiting to be brought to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// A message from a phone.
    Incoming {
        /// Phone, digits.
        phone: String,
        /// Short number.
        number: String,
        /// Text.
        text: String,
    },
    /// A receipt.
    Receipt {
        /// The centre's id of the submission.
        message_id: String,
        /// Phone.
        phone: String,
        /// Short number.
        number: String,
        /// `DELIVRD` or `UNDELIV`.
        delivered: bool,
        /// When it was submitted.
        submitted: Timestamp,
        /// When it was done.
        done: Timestamp,
    },
}

/// Why a reply cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// Nobody owns the number.
    #[error("no account of the message centre owns the number {0}")]
    NoSuchNumber(String),
    /// Empty or longer than a phone sends.
    #[error("a message has 1–1000 characters, this one {0}")]
    Length(usize),
    /// Not a telephone number.
    #[error("{0:?} is no telephone number of 10–15 digits")]
    Phone(String),
    /// The account has not taken its messages for long.
    #[error("{MOST_WAITING} messages wait for the account already; it must bind and take them first")]
    Full,
}

/// The centre.
#[derive(Debug, Default)]
pub struct Smsc {
    accounts: Vec<Account>,
    /// The switches.
    pub faults: SmscFaults,
    threads: BTreeMap<String, VecDeque<Message>>,
    unfinished: BTreeMap<(String, String, u16, u8), BTreeMap<u8, String>>,
    books: VecDeque<BookEntry>,
    submissions: u64,
    waiting: BTreeMap<String, VecDeque<Waiting>>,
}

impl Smsc {
    /// A centre with these accounts.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self { accounts, ..Self::default() }
    }

    /// Whether system and password are those of an account.
    pub fn may_bind(&mut self, system_id: &str, password: &str) -> bool {
        let known = self
            .accounts
            .iter()
            .any(|account| account.system_id == system_id && account.password == password);
        known && !self.faults.refuse_bind.fire()
    }

    /// Takes a submission of a bound account at the legal time `now`.
    pub fn submit(&mut self, account: &str, submission: Submission, now: Timestamp) -> Answer {
        if self.faults.silent.fire() {
            return Answer::Nothing;
        }
        if self.faults.throttle.fire() {
            return Answer::Throttled;
        }
        let Some(phone) = digits(&submission.destination) else { return Answer::BadNumber };
        self.submissions += 1;
        let message_id = format!("{:08X}", self.submissions);
        let answer = if self.faults.disconnect.fire() {
            Answer::Broken(message_id.clone())
        } else if self.faults.drop_response.fire() {
            Answer::Lost(message_id.clone())
        } else {
            Answer::Accepted(message_id.clone())
        };
        keep(
            &mut self.books,
            BookEntry {
                message_id: message_id.clone(),
                account: account.to_owned(),
                source: submission.source.clone(),
                destination: phone.clone(),
                text: submission.text.clone(),
                part: submission.part.map(|(_, total, number)| (number, total)),
                at: now,
                answered: matches!(answer, Answer::Accepted(_)),
            },
        );
        let delivered = !self.faults.undeliverable.fire();
        if submission.receipt && !self.faults.no_receipt.fire() {
            self.wait(
                account,
                Waiting::Receipt {
                    message_id,
                    phone: phone.clone(),
                    number: submission.source.clone(),
                    delivered,
                    submitted: now,
                    done: now,
                },
            );
        }
        if delivered {
            self.reach(phone, submission, now);
        }
        answer
    }

    /// Puts a delivered segment into the thread of the phone, joined when it is the last.
    fn reach(&mut self, phone: String, submission: Submission, now: Timestamp) {
        let (text, segments) = match submission.part {
            None => (submission.text, 1),
            Some((reference, total, number)) => {
                let key = (phone.clone(), submission.source.clone(), reference, total);
                let parts = self.unfinished.entry(key.clone()).or_default();
                parts.insert(number, submission.text);
                if parts.len() < usize::from(total) {
                    return self.bound_unfinished();
                }
                let parts = self.unfinished.remove(&key).unwrap_or_default();
                (parts.into_values().collect(), total)
            }
        };
        let message = Message { number: submission.source, way: Way::ToPhone, text, at: now, segments };
        keep(self.threads.entry(phone).or_default(), message);
    }

    fn bound_unfinished(&mut self) {
        while self.unfinished.len() > MOST_KEPT {
            self.unfinished.pop_first();
        }
    }

    /// A person writes `text` to `number`. The message waits until an account takes it.
    ///
    /// # Errors
    /// When nobody owns the number or the message is not one a phone could send.
    pub fn write(&mut self, phone: &str, number: &str, text: &str, now: Timestamp) -> Result<(), ReplyError> {
        let length = text.chars().count();
        if !(1..=1000).contains(&length) {
            return Err(ReplyError::Length(length));
        }
        let phone = digits(phone).ok_or_else(|| ReplyError::Phone(phone.chars().take(30).collect()))?;
        let owner = self.accounts.iter().find(|account| account.numbers.iter().any(|owned| owned == number));
        let owner = owner.map(|account| account.system_id.clone());
        let account = owner.ok_or_else(|| ReplyError::NoSuchNumber(number.chars().take(30).collect()))?;
        if self.waiting(&account) >= MOST_WAITING {
            return Err(ReplyError::Full);
        }
        let thread = self.threads.entry(phone.clone()).or_default();
        keep(
            thread,
            Message {
                number: number.to_owned(),
                way: Way::FromPhone,
                text: text.to_owned(),
                at: now,
                segments: 1,
            },
        );
        let incoming = Waiting::Incoming { phone, number: number.to_owned(), text: text.to_owned() };
        if self.faults.duplicate_incoming.fire() {
            self.wait(&account, incoming.clone());
        }
        self.wait(&account, incoming);
        Ok(())
    }

    fn wait(&mut self, account: &str, waiting: Waiting) {
        let queue = self.waiting.entry(account.to_owned()).or_default();
        if queue.len() < MOST_WAITING {
            queue.push_back(waiting);
        }
    }

    /// Takes the next delivery of an account; it must be given back by [`Smsc::put_back`] when it is not acknowledged.
    pub fn take_waiting(&mut self, account: &str) -> Option<Waiting> {
        self.waiting.get_mut(account)?.pop_front()
    }

    /// A delivery was not acknowledged: it is the next one again.
    pub fn put_back(&mut self, account: &str, waiting: Waiting) {
        self.waiting.entry(account.to_owned()).or_default().push_front(waiting);
    }

    /// Deliveries waiting for an account.
    pub fn waiting(&self, account: &str) -> usize {
        self.waiting.get(account).map_or(0, VecDeque::len)
    }

    /// The messages of a phone, the oldest first.
    pub fn thread(&self, phone: &str) -> Vec<Message> {
        let thread = digits(phone).and_then(|phone| self.threads.get(&phone));
        thread.map(|thread| thread.iter().cloned().collect()).unwrap_or_default()
    }

    /// The phones with messages, with the time of the last one, the latest first.
    pub fn phones(&self) -> Vec<(String, Timestamp)> {
        let last = |thread: &VecDeque<Message>| thread.back().map(|message| message.at);
        let mut phones: Vec<_> =
            self.threads.iter().filter_map(|(phone, thread)| Some((phone.clone(), last(thread)?))).collect();
        phones.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        phones
    }

    /// Everything submitted (the last 20,000), the oldest first.
    pub fn books(&self) -> impl Iterator<Item = &BookEntry> {
        self.books.iter()
    }

    /// How many submissions were accepted in all.
    pub fn submissions(&self) -> u64 {
        self.submissions
    }
}

fn keep<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() >= MOST_KEPT {
        queue.pop_front();
    }
    queue.push_back(item);
}

/// The digits of a telephone number, or `None` when it is none.
pub(crate) fn digits(number: &str) -> Option<String> {
    let digits: String =
        number.chars().filter(|character| !matches!(character, '+' | ' ' | '-' | '(' | ')')).collect();
    let fits = (10..=15).contains(&digits.len()) && digits.bytes().all(|octet| octet.is_ascii_digit());
    fits.then_some(digits)
}

#[cfg(test)]
mod tests;
