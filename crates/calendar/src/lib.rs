//! The room `calendar`: the working calendar of Kazakhstan and the arithmetic of legal terms.
//!
//! Which days are worked is data (`data/kazakhstan.toml`), never code; a year without data is an error, never a guess.
//! The room reads no clock, no file and no time-zone folder of the machine: moments come in as arguments, and zones come from the
//! tzdb that is compiled in, so that a machine with old rules cannot move a deadline (Almaty left UTC+6 on 1 March 2024).

mod deadline;
mod error;
mod hours;
mod source;
mod window;
mod working;
mod zone;

pub use deadline::{Cause, Count, Deadline, DeadlineRule, Unit, months_after, years_after};
pub use error::CalendarError;
pub use hours::WorkingHours;
pub use window::{DayWindow, next_allowed};
pub use working::{Calendar, Day, HolidayNames, YearSource};
pub use zone::{almaty, zone};
