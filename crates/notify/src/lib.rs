//! Messages to people: the texts in three languages, how a text becomes SMS segments, and the SMPP link to the message centre.
//!
//! This room knows how a message is worded and carried. It must never decide whether, when or to whom a message goes:
//! that is the procedure's, and the order reaches this room only after it stands in the journal.

pub mod smpp;
pub mod sms;
pub mod texts;
