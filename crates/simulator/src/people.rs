//! What people do in a simulation, and what a scenario may ask about: births, replies by SMS, decisions, outcomes.

use engine::CaseSummary;
use jiff::{SignedDuration, Timestamp};
use rules::temporal::DateTime;
use rules::{Context, Value};
use stand::country::Story;
use stand::country::stories::STORIES;
use stand::smsc::Way;
use stand::world::Birth;
use store::Partition;

use crate::{Simulation, SimulationError};

/// Why a scenario failed: what was expected and what was found.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl From<SimulationError> for Failed {
    fn from(error: SimulationError) -> Self {
        Failed(error.to_string())
    }
}

impl From<engine::EngineError> for Failed {
    fn from(error: engine::EngineError) -> Self {
        Failed(error.to_string())
    }
}

/// What an official does with a case file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    /// Assigns.
    Assign,
    /// Refuses on this ground.
    Refuse(&'a str),
    /// Returns it for these documents.
    Return(&'a str),
}

/// Fails with a message unless the two are equal.
///
/// # Errors
/// When they differ.
pub fn expect_eq<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), Failed> {
    if found == expected {
        return Ok(());
    }
    Err(Failed(format!("{what}: expected {expected:?}, found {found:?}")))
}

/// Fails with a message unless `holds`.
///
/// # Errors
/// When it does not hold.
pub fn expect(what: &str, holds: bool) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(Failed(format!("expected: {what}"))) }
}

impl Simulation {
    /// The named family.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn story(&self, id: &str) -> Result<&'static Story, Failed> {
        STORIES.iter().find(|story| story.id == id).ok_or_else(|| Failed(format!("no story `{id}`")))
    }

    /// A child is born to the named family today and the register reports it; everything that can follow at once follows.
    /// Gives the business key.
    ///
    /// # Errors
    /// When the register refuses or the system fails.
    pub fn birth(&mut self, story: &str) -> Result<String, Failed> {
        let case_ref = self.birth_unseen(story)?;
        self.settle()?;
        Ok(case_ref)
    }

    /// As [`Simulation::birth`], but nothing has followed yet.
    ///
    /// # Errors
    /// When the register refuses.
    pub fn birth_unseen(&mut self, story: &str) -> Result<String, Failed> {
        let mother = self.story(story)?.mother_iin().map_err(|error| Failed(error.to_string()))?;
        let now = self.now();
        let birth = Birth { mother, ..Birth::default() };
        self.world().register_birth(&birth, now).map_err(|error| Failed(error.to_string()))?;
        let last = self.world().waiting().last().map(|outgoing| text(&outgoing.row, "caseRef"));
        last.ok_or_else(|| Failed("the register reports nothing".into()))
    }

    /// The phone on which the person of a story is asked.
    ///
    /// # Errors
    /// When the person has none.
    pub fn phone(&self, story: &str) -> Result<&'static str, Failed> {
        let phones = self.story(story)?.phones;
        phones.first().copied().ok_or_else(|| Failed(format!("`{story}` has no phone")))
    }

    /// The person of a story sends an SMS to 1414.
    ///
    /// # Errors
    /// When the centre refuses or the system fails.
    pub fn reply(&mut self, story: &str, answer: &str) -> Result<(), Failed> {
        let (phone, now) = (self.phone(story)?, self.now());
        self.smsc().write(phone, "1414", answer, now).map_err(|error| Failed(error.to_string()))?;
        Ok(self.settle()?)
    }

    /// The SMS that came to the phone of a story, oldest first.
    ///
    /// # Errors
    /// When the person has no phone.
    pub fn received(&mut self, story: &str) -> Result<Vec<String>, Failed> {
        let phone = self.phone(story)?;
        let thread = self.smsc().thread(phone.trim_start_matches('+'));
        Ok(thread
            .into_iter()
            .filter(|message| message.way == Way::ToPhone)
            .map(|message| message.text)
            .collect())
    }

    /// The last SMS that came to the phone of a story.
    ///
    /// # Errors
    /// When none came.
    pub fn last_sms(&mut self, story: &str) -> Result<String, Failed> {
        self.received(story)?.pop().ok_or_else(|| Failed(format!("no SMS came to `{story}`")))
    }

    /// Lets legal time pass, stopping wherever something is due.
    ///
    /// # Errors
    /// When the system fails.
    pub fn pass(&mut self, duration: SignedDuration) -> Result<(), Failed> {
        let until = self.now() + duration;
        Ok(self.run_until(until)?)
    }

    /// Lets legal time pass until ten in the morning of the day that is so many working days later.
    ///
    /// # Errors
    /// When the calendar has no data or the system fails.
    pub fn pass_working_days(&mut self, days: i32) -> Result<(), Failed> {
        let zone = calendar::almaty();
        let today = self.now().to_zoned_datetime(zone.clone()).date();
        let calendar = calendar::Calendar::kazakhstan();
        let day = calendar.add_working_days(today, days).map_err(|error| Failed(error.to_string()))?;
        let until = day.at(10, 0, 0, 0).to_zoned_datetime(zone).map_err(|error| Failed(error.to_string()))?;
        Ok(self.run_until(until.timestamp())?)
    }

    /// The cases of a participant under a business key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cases(&self, participant: &str, case_ref: &str) -> Result<Vec<CaseSummary>, Failed> {
        let engine =
            self.engine(participant).ok_or_else(|| Failed(format!("no participant `{participant}`")))?;
        Ok(engine.cases_of(case_ref)?)
    }

    /// The case of a process under a business key.
    ///
    /// # Errors
    /// When there is none.
    pub fn case(&self, participant: &str, process: &str, case_ref: &str) -> Result<CaseSummary, Failed> {
        let cases = self.cases(participant, case_ref)?;
        let found = cases.iter().find(|case| case.process == process).cloned();
        found.ok_or_else(|| {
            let there: Vec<_> = cases.iter().map(|case| case.process.as_str()).collect();
            Failed(format!("{participant} has no case of `{process}`, only {there:?}"))
        })
    }

    /// The outcome of the SDU's case, once it has ended.
    ///
    /// # Errors
    /// When there is no such case.
    pub fn outcome(&self, case_ref: &str) -> Result<Option<String>, Failed> {
        let case = self.case("sdu", "large-family-sdu", case_ref)?;
        Ok(if case.ended { case.outcome } else { None })
    }

    /// Everything that stands in an incident, of all participants.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub fn incidents(&self) -> Result<Vec<String>, Failed> {
        let mut found = Vec::new();
        for engine in self.engines() {
            for case in engine.cases(10_000)? {
                let (participant, process) = (engine.participant(), &case.process);
                found
                    .extend(case.incidents.iter().map(|reason| format!("{participant}/{process}: {reason}")));
            }
        }
        Ok(found)
    }

    /// The official completes the open task of the case.
    ///
    /// # Errors
    /// When no task is open or the system fails.
    pub fn decide(&mut self, case_ref: &str, decision: Decision<'_>) -> Result<(), Failed> {
        let signature = Context::new()
            .with("documentId", "decision")
            .with("signedBy", "АХМЕТОВ ДАНИЯР")
            .with("at", DateTime::from_timestamp(self.now(), &calendar::almaty()));
        let mut form = Context::new()
            .with("grounds", Value::list([]))
            .with("wanted", Value::Null)
            .with("comment", Value::Null);
        match decision {
            Decision::Assign => {
                form.insert("outcome", "assign");
                form.insert("signature", signature);
            }
            Decision::Refuse(ground) => {
                form.insert("outcome", "refuse");
                form.insert("grounds", Value::list([Value::text(ground)]));
                form.insert("signature", signature);
            }
            Decision::Return(wanted) => {
                form.insert("outcome", "return");
                form.insert("wanted", wanted);
            }
        }
        self.complete_task(case_ref, form)
    }

    /// Completes the open task of the case with this form.
    ///
    /// # Errors
    /// When no task is open or the system fails.
    pub fn complete_task(&mut self, case_ref: &str, form: Context) -> Result<(), Failed> {
        let now = self.now();
        let engine = self.engine("emaket").cloned().ok_or_else(|| Failed("no E-maket".into()))?;
        let tasks = engine.tasks(&["authorised-body"], 1_000)?;
        let task = tasks.iter().find(|task| task.case_ref == case_ref);
        let task = task.ok_or_else(|| Failed(format!("no task of {case_ref} waits for an official")))?;
        let partition = Partition::new(task.partition).unwrap_or(Partition::of(case_ref));
        engine.complete_task(task.case, partition, task.work, "official", form, now)?;
        Ok(self.settle()?)
    }

    /// Whether a task of the case waits for an official, and whether it is overdue.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn task(&self, case_ref: &str) -> Result<Option<engine::TaskRow>, Failed> {
        let engine = self.engine("emaket").ok_or_else(|| Failed("no E-maket".into()))?;
        let tasks = engine.tasks(&["authorised-body"], 1_000)?;
        Ok(tasks.into_iter().find(|task| task.case_ref == case_ref))
    }

    /// The payments that the payment database booked for the case.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn payments(&mut self, case_ref: &str) -> Result<Vec<Context>, Failed> {
        let found = self.world().tables().find("payments", "caseRef", &Value::text(case_ref));
        found.map_err(|error| Failed(error.to_string()))
    }

    /// How many messages of a service crossed.
    pub fn count(&self, service: &str) -> usize {
        self.crossed().iter().filter(|crossed| crossed.service == service).count()
    }

    /// A moment in Almaty.
    ///
    /// # Errors
    /// When the text is no date and time.
    pub fn moment(date_time: &str) -> Result<Timestamp, Failed> {
        let civil: jiff::civil::DateTime =
            date_time.parse().map_err(|error| Failed(format!("{date_time}: {error}")))?;
        let zoned = civil.to_zoned_datetime(calendar::almaty()).map_err(|error| Failed(error.to_string()))?;
        Ok(zoned.timestamp())
    }
}

fn text(context: &Context, name: &str) -> String {
    context.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
