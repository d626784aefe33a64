//! The room `civic`: the small exact things that public services are written in: identification numbers, telephone numbers, names,
//! money, references to law, languages and the ids of the platform's own records.
//!
//! Values are checked once, at the border, and cannot exist unchecked afterwards. What identifies a person (`Iin`, `Phone`,
//! `PersonName`) has no `Display`, masks itself in `Debug` and cannot be serialised by accident: the digits leave only through a
//! method that says so. The room has no clock, no randomness and no IO.

mod digits;
mod ids;
mod lang;
mod law;
mod money;
mod number;
mod person_name;
mod phone;
mod slug;

pub use ids::*;
pub use lang::{Lang, LangError, Texts};
pub use law::{LawError, LawRef, OpenPoint, Paragraph};
pub use money::{Money, MoneyError};
pub use number::{Bin, BinDivision, BinError, BinKind, Iin, IinError, Sex};
pub use person_name::{NameError, PersonName};
pub use phone::{Phone, PhoneError};
pub use slug::{ParticipantId, SenderId, ServiceId, SlugError};
