//! What a scenario may do to the outside world, and what it may ask about messages, SMS and the ends of cases.

use jiff::civil::Date;
use rules::temporal::DateTime;
use rules::{Context, Value};
use stand::country::Bank;
use stand::faults::{Faults, Times};
use stand::world::{Birth, Change, Outgoing};

use crate::people::{expect, expect_eq};
use crate::{Crossed, Failed, HOSTED, Simulation};

/// A name of the allowance as the texts have it.
const BENEFIT: &str = "көпбалалы отбасыларға берілетін жәрдемақы";

/// An SMS that a person is to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sms {
    /// Annex 1: the question for consent.
    Annex1,
    /// Annex 2: the account in this bank, or another.
    Annex2(&'static str),
    /// Annex 3: one of these banks, in this order.
    Annex3(&'static [&'static str]),
    /// Annex 4: open an account in one of these banks.
    Annex4(&'static [&'static str]),
    /// Annex 5: the period has ended.
    Annex5,
    /// The file was returned for these documents.
    Completion(&'static str),
    /// The allowance is assigned.
    Assigned,
    /// The assignment is refused.
    Refused,
}

impl Sms {
    /// How the text begins and what else must stand in it, for a person of this name.
    fn words(self, name: &str) -> Result<(String, Vec<String>), Failed> {
        let dear = format!("Құрметті {name}!\n");
        Ok(match self {
            Sms::Annex1 => (
                format!("Құрметті Азамат!\nСіздің {BENEFIT}ны алуға құқығыңыз бар."),
                vec!["Келісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2".into()],
            ),
            Sms::Annex2(bank) => (
                format!(
                    "{dear}Сіздің банктік шотыңызға {BENEFIT}ны аудару үшін {}, мәтінмен",
                    bank_of(bank)?.names[0]
                ),
                vec!["SMS жіберіңіз 205#3#1\n".into(), "205#3#0 мәтінімен".into()],
            ),
            Sms::Annex3(banks) => {
                let mut lines = Vec::new();
                for (number, bank) in (1..).zip(banks) {
                    lines.push(format!("205#3#{number} таңдау үшін {}", bank_of(bank)?.names[0]));
                }
                (format!("{dear}Белгіленген соманы банктік шотыңызға аудару үшін"), lines)
            }
            Sms::Annex4(banks) => {
                let mut lines = Vec::new();
                for (number, bank) in (1..).zip(banks) {
                    let bank = bank_of(bank)?;
                    lines.push(format!("{number}. {} {}", bank.names[0], bank.link));
                }
                lines.push("Банк сіздің шотыңыздың ашылғаны туралы бізге автоматты түрде хабарлайды.".into());
                (format!("{dear}Тағайындалған соманы аудару үшін төмендегі тізімнен"), lines)
            }
            Sms::Annex5 => (
                format!(
                    "{dear}Қызмет көрсету мерзімі аяқталды.\nТағайындау мәселелері бойынша {BENEFIT} Сіз"
                ),
                vec!["http://egov.kz".into()],
            ),
            Sms::Completion(wanted) => (
                format!(
                    "{dear}Сіздің {BENEFIT} бойынша электрондық іс макетіңіз жете рәсімдеуге қайтарылды."
                ),
                vec![format!("Қажет: {wanted}."), "25 жұмыс күні".into(), "№ 7 бөлімшесі".into()],
            ),
            Sms::Assigned => (format!("{dear}Сізге {BENEFIT} тағайындалды. Шешім № "), Vec::new()),
            Sms::Refused => {
                (format!("{dear}Сізге {BENEFIT} бойынша тағайындаудан бас тартылды. Шешім № "), Vec::new())
            }
        })
    }
}

fn bank_of(code: &str) -> Result<&'static Bank, Failed> {
    Bank::of(code).ok_or_else(|| Failed(format!("no bank `{code}`")))
}

impl Simulation {
    /// Changes what the outside systems know.
    ///
    /// # Errors
    /// When the change does not fit the tables.
    pub fn change(&mut self, change: Change) -> Result<(), Failed> {
        self.world().restore(change).map_err(|error| Failed(error.to_string()))
    }

    /// Adds a row to a table of the outside systems.
    ///
    /// # Errors
    /// When the row does not fit.
    pub fn add_row(&mut self, table: &str, row: Context) -> Result<(), Failed> {
        self.change(Change::Insert { table: table.into(), row })
    }

    /// Changes columns of the rows whose `column` is `value`.
    ///
    /// # Errors
    /// When the change does not fit.
    pub fn change_rows(
        &mut self,
        table: &str,
        column: &str,
        value: &str,
        change: Context,
    ) -> Result<(), Failed> {
        let (table, column) = (table.into(), column.into());
        self.change(Change::Update { table, column, value: Value::text(value), change })
    }

    /// The mother's number.
    ///
    /// # Errors
    /// When there is no such story.
    pub fn mother(&self, story: &str) -> Result<String, Failed> {
        self.story(story)?.mother_iin().map_err(|error| Failed(error.to_string()))
    }

    /// The person of a number, as the population register has it.
    ///
    /// # Errors
    /// When there is none.
    pub fn person(&mut self, iin: &str) -> Result<Context, Failed> {
        let found = self.world().tables().find_one("persons", "iin", &Value::text(iin));
        found.map_err(|error| Failed(error.to_string()))?.ok_or_else(|| Failed("no such person".into()))
    }

    /// The numbers of the mother's children on record, the oldest first.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn children(&mut self, story: &str) -> Result<Vec<String>, Failed> {
        let mother = self.mother(story)?;
        let found = self.world().tables().find("persons", "motherIin", &Value::text(mother));
        let found = found.map_err(|error| Failed(error.to_string()))?;
        Ok(found.iter().map(|child| text(child, "iin")).collect())
    }

    /// Registers a child of the family born earlier, of whom nothing is reported any more.
    ///
    /// # Errors
    /// When the register refuses.
    pub fn older_child(&mut self, story: &str, born: Date) -> Result<String, Failed> {
        let (mother, now) = (self.mother(story)?, self.now());
        let birth = Birth { mother, born: Some(born), ..Birth::default() };
        let iin = self.world().register_birth(&birth, now).map_err(|error| Failed(error.to_string()))?;
        self.unsay()?;
        Ok(iin)
    }

    /// What the outside systems were about to send is never sent.
    fn unsay(&mut self) -> Result<(), Failed> {
        let waiting: Vec<String> = self.world().waiting().map(|outgoing| outgoing.id.clone()).collect();
        for id in waiting {
            let sent = stand::world::Sent::Taken("told before".into());
            self.world().settle(&id, sent).map_err(|error| Failed(error.to_string()))?;
        }
        Ok(())
    }

    /// The register reports a death.
    ///
    /// # Errors
    /// When the register refuses or the system fails.
    pub fn death(&mut self, iin: &str) -> Result<(), Failed> {
        let now = self.now();
        self.world().register_death(iin, None, now).map_err(|error| Failed(error.to_string()))?;
        Ok(self.settle()?)
    }

    /// The person of the story opens an account; the bank reports it.
    ///
    /// # Errors
    /// When the bank refuses or the system fails.
    pub fn opens_account(&mut self, story: &str, bank: &str) -> Result<String, Failed> {
        let (mother, now) = (self.mother(story)?, self.now());
        let iban =
            self.world().open_account(&mother, bank, now).map_err(|error| Failed(error.to_string()))?;
        self.settle()?;
        Ok(iban)
    }

    /// As [`Simulation::opens_account`], but the bank reports nothing.
    ///
    /// # Errors
    /// When the bank refuses.
    pub fn opens_account_unreported(&mut self, story: &str, bank: &str) -> Result<String, Failed> {
        let (mother, now) = (self.mother(story)?, self.now());
        let iban =
            self.world().open_account(&mother, bank, now).map_err(|error| Failed(error.to_string()))?;
        self.unsay()?;
        Ok(iban)
    }

    /// An outside system sends a row by itself.
    ///
    /// # Errors
    /// When it cannot be queued or the system fails.
    pub fn outside_sends(&mut self, sender: &str, service: &str, row: Context) -> Result<(), Failed> {
        let number = 1_000_000 + self.crossed().len() as u64;
        let id = format!("outside-{number}");
        let outgoing = Outgoing { number, id, sender: sender.into(), service: service.into(), row };
        self.change(Change::Queued(outgoing))?;
        Ok(self.settle()?)
    }

    /// A system or service does not answer until [`Simulation::heal`].
    pub fn silence(&mut self, id: &str) {
        self.world().faults.set(id, Faults { silent: Times::Always, ..Faults::default() });
    }

    /// A system or service answers what cannot be read until [`Simulation::heal`].
    pub fn babble(&mut self, id: &str) {
        self.world().faults.set(id, Faults { nonsense: Times::Always, ..Faults::default() });
    }

    /// A system or service answers this status the next so many times.
    pub fn refuse(&mut self, id: &str, code: &str, times: Times) {
        let status_code = Some(code.to_owned());
        self.world().faults.set(id, Faults { status: times, status_code, ..Faults::default() });
    }

    /// A system or service lies: it answers this expression over `request` and `answer`.
    pub fn lie(&mut self, id: &str, lie: &str) {
        self.world().faults.set(id, Faults { lie: Some(lie.to_owned()), ..Faults::default() });
    }

    /// All outside systems are well again; what was put off is tried within six minutes.
    ///
    /// # Errors
    /// When the system fails.
    pub fn heal(&mut self) -> Result<(), Failed> {
        self.world().faults.clear();
        self.pass(jiff::SignedDuration::from_mins(6))
    }

    /// Lets legal time pass until this moment in Almaty, such as `2024-04-04T23:59:59`.
    ///
    /// # Errors
    /// When the text is no moment or the system fails.
    pub fn until(&mut self, date_time: &str) -> Result<(), Failed> {
        let moment = Self::moment(date_time)?;
        Ok(self.run_until(moment)?)
    }

    /// What crossed to a service: its rows or questions, oldest first.
    pub fn sent(&self, service: &str) -> Vec<Context> {
        self.crossed().iter().filter(|crossed| crossed.service == service).map(content).collect()
    }

    /// The rows or questions of one case that crossed to a service.
    pub fn sent_of(&self, service: &str, case_ref: &str) -> Vec<Context> {
        self.sent(service).into_iter().filter(|row| text(row, "caseRef") == case_ref).collect()
    }

    /// What crossed to a service as number `number`, from 0.
    ///
    /// # Errors
    /// When fewer crossed.
    pub fn nth(&self, service: &str, number: usize) -> Result<Context, Failed> {
        let found = self.sent(service).into_iter().nth(number);
        found.ok_or_else(|| Failed(format!("expected at least {} messages to {service}", number + 1)))
    }

    /// What of one case crossed to a service as number `number`, from 0.
    ///
    /// # Errors
    /// When fewer crossed.
    pub fn nth_of(&self, service: &str, case_ref: &str, number: usize) -> Result<Context, Failed> {
        let found = self.sent_of(service, case_ref).into_iter().nth(number);
        found.ok_or_else(|| {
            Failed(format!("expected at least {} messages of the case to {service}", number + 1))
        })
    }

    /// The mother's child number `number`, from 0, the oldest first.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn child(&mut self, story: &str, number: usize) -> Result<String, Failed> {
        let found = self.children(story)?.into_iter().nth(number);
        found.ok_or_else(|| Failed(format!("`{story}` has no child number {number}")))
    }

    /// The services that messages crossed to, in order, each as often as it crossed.
    pub fn services(&self) -> Vec<&str> {
        self.crossed().iter().map(|crossed| crossed.service.as_str()).collect()
    }

    /// Fails unless exactly this crossed, in this order (news about SMS left out: their place depends on nothing).
    ///
    /// # Errors
    /// When something else crossed.
    pub fn expect_crossed(&self, services: &[&str]) -> Result<(), Failed> {
        let news = ["EMAKET_SMS_EVENT", "PD_SMS_EVENT"];
        let found: Vec<&str> =
            self.services().into_iter().filter(|service| !news.contains(service)).collect();
        expect_eq("messages that crossed", found, services.to_vec())
    }

    /// Fails unless the person of the story got exactly these SMS.
    ///
    /// # Errors
    /// When another, more or fewer came.
    pub fn expect_sms(&mut self, story: &str, expected: &[Sms]) -> Result<(), Failed> {
        let addressee = self.story(story)?.addressee_iin().map_err(|error| Failed(error.to_string()))?;
        let person = self.person(&addressee)?;
        let name = [text(&person, "surname"), text(&person, "name"), text(&person, "patronymic")].join(" ");
        let received = self.received(story)?;
        if received.len() != expected.len() {
            return Err(Failed(format!("SMS to `{story}`: expected {expected:?}, found {received:#?}")));
        }
        for (sms, found) in expected.iter().zip(&received) {
            let (start, parts) = sms.words(&name)?;
            let fits = found.starts_with(&start) && parts.iter().all(|part| found.contains(part.as_str()));
            if !fits {
                return Err(Failed(format!(
                    "SMS to `{story}`: expected {start:?}… with {parts:?}, found {found:?}"
                )));
            }
        }
        Ok(())
    }

    /// Fails if an SMS was ordered for anyone.
    ///
    /// # Errors
    /// When one was.
    pub fn expect_no_sms(&self) -> Result<(), Failed> {
        expect_eq("SMS ordered", self.count("SMS_SEND"), 0)
    }

    /// Fails if a bank was asked for an account.
    ///
    /// # Errors
    /// When one was.
    pub fn expect_no_bank_asked(&self) -> Result<(), Failed> {
        let asked =
            self.services().into_iter().filter(|service| service.starts_with("BANK_ACCOUNTS")).count();
        expect_eq("banks asked", asked, 0)
    }

    /// Fails unless the case is over everywhere with this outcome at the SDU and, if it came so far, this one in E-maket.
    ///
    /// # Errors
    /// When it is not.
    pub fn expect_closed(&self, case_ref: &str, sdu: &str, emaket: Option<&str>) -> Result<(), Failed> {
        expect_eq("outcome at the SDU", self.outcome(case_ref)?.as_deref(), Some(sdu))?;
        for participant in HOSTED {
            for case in self.cases(participant, case_ref)? {
                expect_eq(&format!("{participant}/{} has ended", case.process), case.ended, true)?;
                if case.process == "large-family-assignment" {
                    expect_eq("outcome in E-maket", case.outcome.as_deref(), emaket)?;
                }
            }
        }
        let assignments = self
            .cases("emaket", case_ref)?
            .iter()
            .filter(|case| case.process == "large-family-assignment")
            .count();
        expect_eq("procedures of assignment", assignments, usize::from(emaket.is_some()))?;
        expect("no task is left open", self.task(case_ref)?.is_none())
    }

    /// Fails unless the case of the process stands at this element.
    ///
    /// # Errors
    /// When it does not.
    pub fn expect_at(
        &self,
        participant: &str,
        process: &str,
        case_ref: &str,
        element: &str,
    ) -> Result<(), Failed> {
        let case = self.case(participant, process, case_ref)?;
        if case.at.iter().any(|at| at == element) {
            return Ok(());
        }
        Err(Failed(format!(
            "{participant}/{process} should stand at `{element}`, it stands at {:?}",
            case.at
        )))
    }

    /// Which outside services are waited for in vain, by the case's business key.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub fn troubles(&self, case_ref: &str) -> Result<Vec<String>, Failed> {
        let mut found = Vec::new();
        for participant in HOSTED {
            let engine = self.engine(participant).ok_or_else(|| Failed(format!("no `{participant}`")))?;
            // An order of an SMS has the business key of its case before its own.
            for case in engine.cases(10_000)?.iter().filter(|case| case.case_ref.starts_with(case_ref)) {
                found.extend(case.troubles.iter().map(|trouble| trouble.task_type.clone()));
            }
        }
        Ok(found)
    }

    /// An operator of E-maket, who was asked to look after silent banks, has them asked again.
    ///
    /// # Errors
    /// When no such task waits or the system fails.
    pub fn ask_banks_again(&mut self, case_ref: &str) -> Result<(), Failed> {
        let now = self.now();
        let engine = self.engine("emaket").cloned().ok_or_else(|| Failed("no E-maket".into()))?;
        let tasks = engine.tasks(&["emaket-operator"], 1_000)?;
        let task = tasks.iter().find(|task| task.case_ref == case_ref);
        let task = task.ok_or_else(|| Failed(format!("no task of {case_ref} waits for an operator")))?;
        let partition = store::Partition::new(task.partition).unwrap_or(store::Partition::of(case_ref));
        let form = Context::new().with("comment", "the bank is well again");
        engine.complete_task(task.case, partition, task.work, "operator", form, now)?;
        Ok(self.settle()?)
    }

    /// Whether the element has been carried out in any case.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub fn trace_has_run(&self, element: &str) -> Result<bool, Failed> {
        Ok(self.trace()?.has_run(element))
    }

    /// This legal moment as a message has it: Almaty's date and time with their offset.
    pub fn moment_now(&self) -> DateTime {
        let offset = calendar::almaty().to_offset(self.now());
        DateTime::from_timestamp(self.now(), &jiff::tz::TimeZone::fixed(offset))
    }
}

/// The row or question of a message that crossed.
fn content(crossed: &Crossed) -> Context {
    let row = crossed.request.get("row").and_then(Value::as_list).and_then(|rows| rows.first()).cloned();
    row.and_then(|row| row.as_context().cloned()).unwrap_or_else(|| crossed.request.clone())
}

/// A text of a context, empty when there is none.
pub(crate) fn text(context: &Context, path: &str) -> String {
    context.path(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}
