//! What happens in the country: births, deaths, accounts opened, numbers changed, documents brought. Each changes the tables and,
//! where the acts say that a system reports it, queues the report.

use civic::{Iin, Phone, Sex};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::{Context, Value};

use super::{Change, World};
use crate::country::{Bank, Chance, Newborn, account_row, date, iban, phone_row};
use crate::tables::TableError;

/// First serial of numbers given to the newborn of a running world.
const FIRST_SERIAL: u16 = 5000;

/// Why something cannot happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No such person.
    #[error("no person with this IIN in the register")]
    Person,
    /// The person is dead.
    #[error("the person's death is registered")]
    Dead,
    /// The person is no woman, so no mother.
    #[error("a birth is registered for a mother")]
    NotAMother,
    /// No such bank.
    #[error("no bank {0:?}; the banks are B1, B2, B3 and B4")]
    Bank(String),
    /// A telephone number of another form.
    #[error("{0:?} is no telephone number of the form +77XXXXXXXXX")]
    Phone(String),
    /// A date that cannot be.
    #[error("the date {0} lies in the future, or before the person's birth")]
    Date(Date),
    /// No case file of this number waits at the branch.
    #[error("no returned case {0:?} waits at the branch")]
    Case(String),
    /// The file was completed before.
    #[error("the case file was completed already")]
    Completed,
    /// The documents have not come yet.
    #[error("the missing documents have not come yet; register their arrival first")]
    NoDocuments,
    /// No number of a person is left for this day.
    #[error("no IIN is left for births on {0}")]
    Numbers(Date),
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// A birth to be registered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Birth {
    /// IIN of the mother.
    pub mother: String,
    /// Given name; by chance when absent.
    pub name: Option<String>,
    /// Sex; by chance when absent.
    pub sex: Option<Sex>,
    /// Day of birth; the day of registration when absent.
    pub born: Option<Date>,
}

impl World {
    /// Registers a birth: the child stands in the register, and the population register reports the fact. Gives the child's IIN.
    ///
    /// # Errors
    /// When the mother is unknown or no woman, had died before, or the date cannot be.
    pub fn register_birth(&mut self, birth: &Birth, now: Timestamp) -> Result<String, ActionError> {
        let mother = self.tables().find_one("persons", "iin", &Value::text(&birth.mother))?;
        let mother = mother.ok_or(ActionError::Person)?;
        if mother.get("sex").and_then(Value::as_str) != Some("female") {
            return Err(ActionError::NotAMother);
        }
        // A mother may have died in childbirth: then the child was born on the day of her death at the latest.
        let died = mother.get("deathDate").and_then(Value::as_date).and_then(|died| died.to_civil());
        let born = birth.born.or(died).unwrap_or_else(|| self.day(now));
        if died.is_some_and(|died| born > died) {
            return Err(ActionError::Dead);
        }
        self.check_date(&mother, born, now)?;
        let mut chance = Chance::new(self.seed ^ self.draw()?.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let sex = birth.sex.unwrap_or(if chance.percent(51) { Sex::Male } else { Sex::Female });
        let iin = self.free_number(born, sex)?;
        let father = self.father_of(&birth.mother)?;
        let newborn = Newborn {
            iin: &iin,
            born,
            sex,
            name: birth.name.as_deref(),
            mother: &mother,
            father: father.as_ref(),
        };
        let row = newborn.row(&mut chance);
        self.apply(Change::Insert { table: "persons".to_owned(), row })?;
        self.report("birth", &iin, born, now)?;
        Ok(iin)
    }

    /// Registers a death and reports it. Gives the message id of the report.
    ///
    /// # Errors
    /// When the person is unknown or dead already, or the date cannot be.
    pub fn register_death(
        &mut self,
        iin: &str,
        died: Option<Date>,
        now: Timestamp,
    ) -> Result<String, ActionError> {
        let person = self.living(iin)?;
        let died = died.unwrap_or_else(|| self.day(now));
        self.check_date(&person, died, now)?;
        let change = Context::new().with("deathDate", date(died));
        let (table, column) = ("persons".to_owned(), "iin".to_owned());
        self.apply(Change::Update { table, column, value: Value::text(iin), change })?;
        self.report("death", iin, died, now)
    }

    /// Opens an account in tenge; the bank reports it. Gives the account's number.
    ///
    /// # Errors
    /// When person or bank are unknown.
    pub fn open_account(&mut self, iin: &str, bank: &str, now: Timestamp) -> Result<String, ActionError> {
        self.living(iin)?;
        let bank = Bank::of(bank).ok_or_else(|| ActionError::Bank(bank.chars().take(20).collect()))?;
        let number = self.draw()?;
        let account = iban(bank.code, 5_000_000_000_000 + number);
        let opened = self.day(now);
        self.apply(Change::Insert {
            table: "accounts".to_owned(),
            row: account_row(iin, bank.code, &account, opened),
        })?;
        let reference = format!("{}/opened/{number}", bank.code);
        let row = Context::new()
            .with("rowId", Value::text(&reference))
            .with("caseRef", Value::text(&reference))
            .with("iin", Value::text(iin))
            .with("bankCode", Value::text(bank.code))
            .with("iban", Value::text(&account))
            .with("openedOn", date(opened));
        self.queue(bank.participant, "EMAKET_ACCOUNT_OPENED", row)?;
        Ok(account)
    }

    /// Gives a person another number, or a first one.
    ///
    /// # Errors
    /// When the person is unknown or the number is none.
    pub fn change_phone(&mut self, iin: &str, phone: &str) -> Result<(), ActionError> {
        self.living(iin)?;
        let parsed: Phone =
            phone.parse().map_err(|_| ActionError::Phone(phone.chars().take(30).collect()))?;
        let phone = parsed.e164();
        let first = self.tables().find_one("phones", "iin", &Value::text(iin))?;
        let change = match first.as_ref().and_then(|row| row.get("phone")) {
            Some(old) => Change::Update {
                table: "phones".to_owned(),
                column: "phone".to_owned(),
                value: old.clone(),
                change: Context::new().with("phone", Value::text(phone)),
            },
            None => Change::Insert { table: "phones".to_owned(), row: phone_row(iin, phone) },
        };
        Ok(self.apply(change)?)
    }

    /// The missing documents of a returned case came to the branch: E-maket learns it.
    ///
    /// # Errors
    /// When no such case waits, or it was completed before.
    pub fn documents_arrived(&mut self, case_ref: &str, now: Timestamp) -> Result<String, ActionError> {
        let row = self.returned(case_ref)?;
        let change = Context::new().with("documentsReceivedAt", self.moment(now));
        self.change_returned(case_ref, &row, change)?;
        let row = self.completion_row(&row, "documents-received", self.moment(now))?;
        Ok(self.queue("state-corporation", "EMAKET_COMPLETED", row)?)
    }

    /// The branch sends the completed case file back.
    ///
    /// # Errors
    /// When no such case waits, its documents have not come, or it was completed before.
    pub fn complete(
        &mut self,
        case_ref: &str,
        note: Option<&str>,
        now: Timestamp,
    ) -> Result<String, ActionError> {
        let returned = self.returned(case_ref)?;
        let came = returned.get("documentsReceivedAt").cloned().unwrap_or_default();
        if came.is_null() {
            return Err(ActionError::NoDocuments);
        }
        self.change_returned(case_ref, &returned, Context::new().with("completedAt", self.moment(now)))?;
        let title = returned.get("wanted").cloned().unwrap_or_default();
        // The synthetic document is its title: its digest is that of nothing real.
        let document = Context::new().with("title", title).with("digest", Value::text("0".repeat(64)));
        let mut row = self
            .completion_row(&returned, "completed", came)?
            .with("completedAt", self.moment(now))
            .with("document", Value::list([Value::Context(document)]));
        if let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) {
            row.insert("note", Value::text(note.chars().take(500).collect::<String>()));
        }
        Ok(self.queue("state-corporation", "EMAKET_COMPLETED", row)?)
    }

    fn completion_row(
        &mut self,
        returned: &Context,
        stage: &str,
        came: Value,
    ) -> Result<Context, ActionError> {
        let text = |name: &str| returned.get(name).cloned().unwrap_or_default();
        let request = text("requestId");
        let row_id = format!("{}/{stage}", request.as_str().unwrap_or_default());
        Ok(Context::new()
            .with("rowId", Value::text(row_id))
            .with("caseRef", text("caseRef"))
            .with("caseFileNumber", text("caseFileNumber"))
            .with("stage", Value::text(stage))
            .with("documentsReceivedAt", came))
    }

    /// The last return of a case that is not completed.
    fn returned(&self, case_ref: &str) -> Result<Context, ActionError> {
        let rows = self.tables().find("completions", "caseRef", &Value::text(case_ref))?;
        let last = rows
            .into_iter()
            .next_back()
            .ok_or_else(|| ActionError::Case(case_ref.chars().take(100).collect()))?;
        if last.get("completedAt").is_none_or(Value::is_null) {
            Ok(last)
        } else {
            Err(ActionError::Completed)
        }
    }

    fn change_returned(&mut self, case_ref: &str, row: &Context, change: Context) -> Result<(), ActionError> {
        let request = row.get("requestId").cloned().unwrap_or_else(|| Value::text(case_ref));
        let (table, column) = ("completions".to_owned(), "requestId".to_owned());
        Ok(self.apply(Change::Update { table, column, value: request, change })?)
    }

    fn report(&mut self, kind: &str, iin: &str, event: Date, now: Timestamp) -> Result<String, ActionError> {
        let number = self.draw()?;
        let case = self.uuid(&format!("fact/{number}/{kind}/{iin}"));
        let row = Context::new()
            .with("rowId", Value::text(format!("{case}/fact")))
            .with("caseRef", Value::text(&case))
            .with("kind", Value::text(kind))
            .with("iin", Value::text(iin))
            .with("eventDate", date(event))
            .with("registeredAt", self.moment(now));
        Ok(self.queue("population-register", "SDU_FACTS", row)?)
    }

    fn living(&self, iin: &str) -> Result<Context, ActionError> {
        let person =
            self.tables().find_one("persons", "iin", &Value::text(iin))?.ok_or(ActionError::Person)?;
        if person.get("deathDate").is_none_or(Value::is_null) { Ok(person) } else { Err(ActionError::Dead) }
    }

    fn check_date(&self, person: &Context, event: Date, now: Timestamp) -> Result<(), ActionError> {
        let born = person.get("birthDate").and_then(Value::as_date).and_then(|born| born.to_civil());
        let possible = event <= self.day(now) && born.is_none_or(|born| event >= born);
        if possible { Ok(()) } else { Err(ActionError::Date(event)) }
    }

    /// The father of the mother's youngest child.
    fn father_of(&self, mother: &str) -> Result<Option<Context>, ActionError> {
        let children = self.tables().find("persons", "motherIin", &Value::text(mother))?;
        let father = children
            .iter()
            .rev()
            .find_map(|child| child.get("fatherIin").filter(|iin| !iin.is_null()).cloned());
        Ok(match father {
            Some(iin) => self.tables().find_one("persons", "iin", &iin)?,
            None => None,
        })
    }

    fn free_number(&self, born: Date, sex: Sex) -> Result<String, ActionError> {
        for serial in FIRST_SERIAL..10_000 {
            let Ok(iin) = Iin::compose(born, sex, serial) else { continue };
            if self.tables().find_one("persons", "iin", &Value::text(iin.reveal()))?.is_none() {
                return Ok(iin.reveal().to_owned());
            }
        }
        Err(ActionError::Numbers(born))
    }
}
