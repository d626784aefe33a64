//! The families beside the named stories.

use std::collections::HashMap;

use civic::{Iin, Sex};
use jiff::ToSpan;
use jiff::civil::Date;
use rules::{Context, Value};

use super::names::{Custom, man_of, surname_of};
use super::{BANKS, Chance, CountryError, Plan, date, iban, maybe, phone_row};
use crate::tables::Tables;

/// Regions, as the third-level names of the classification give them in Kazakh.
const REGIONS: &[&str] = &[
    "Абай облысы",
    "Ақмола облысы",
    "Ақтөбе облысы",
    "Алматы облысы",
    "Атырау облысы",
    "Батыс Қазақстан облысы",
    "Жамбыл облысы",
    "Жетісу облысы",
    "Қарағанды облысы",
    "Қостанай облысы",
    "Қызылорда облысы",
    "Маңғыстау облысы",
    "Павлодар облысы",
    "Солтүстік Қазақстан облысы",
    "Түркістан облысы",
    "Ұлытау облысы",
    "Шығыс Қазақстан облысы",
    "Астана қаласы",
    "Алматы қаласы",
    "Шымкент қаласы",
];

/// Of a hundred families, how many have so many children at most (0, 1, 2 …).
const CHILDREN: &[u32] = &[12, 30, 52, 80, 92, 97, 99, 100];

/// Operator codes of mobile numbers.
const OPERATORS: &[&str] = &["700", "702", "705", "707", "708", "747", "771", "775", "776", "777", "778"];

/// A person as the register of the population has them.
#[derive(Debug, Clone)]
pub(super) struct Person<'a> {
    pub(super) iin: &'a str,
    pub(super) surname: &'a str,
    pub(super) name: &'a str,
    pub(super) patronymic: Option<&'a str>,
    pub(super) born: Date,
    pub(super) died: Option<Date>,
    pub(super) sex: Sex,
    pub(super) mother: Option<&'a str>,
    pub(super) father: Option<&'a str>,
    pub(super) region: &'a str,
    pub(super) language: &'a str,
}

impl Person<'_> {
    pub(super) fn row(&self) -> Context {
        Context::new()
            .with("iin", Value::text(self.iin))
            .with("surname", Value::text(self.surname))
            .with("name", Value::text(self.name))
            .with("patronymic", maybe(self.patronymic))
            .with("birthDate", date(self.born))
            .with("deathDate", self.died.map_or(Value::Null, date))
            .with("sex", Value::text(if self.sex == Sex::Male { "male" } else { "female" }))
            .with("motherIin", maybe(self.mother))
            .with("fatherIin", maybe(self.father))
            .with("region", Value::text(self.region))
            .with("language", Value::text(self.language))
    }
}

/// Numbers of persons, each given out once.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    next: HashMap<(Date, Sex), u16>,
}

impl Numbers {
    /// The first serial of the families; below it are the stories.
    const FIRST: u16 = 1000;

    fn take(&mut self, born: Date, sex: Sex) -> Result<Iin, CountryError> {
        let next = self.next.entry((born, sex)).or_insert(Self::FIRST);
        loop {
            let serial = *next;
            if serial >= 5000 {
                return Err(CountryError::Numbers(born));
            }
            *next += 1;
            if let Ok(iin) = Iin::compose(born, sex, serial) {
                return Ok(iin);
            }
        }
    }
}

struct Maker<'a> {
    tables: &'a mut Tables,
    chance: Chance,
    numbers: Numbers,
    today: Date,
    phones: u32,
    accounts: u64,
}

pub(super) fn write(tables: &mut Tables, plan: Plan) -> Result<(), CountryError> {
    let mut maker = Maker {
        tables,
        chance: Chance::new(plan.seed),
        numbers: Numbers::default(),
        today: plan.today,
        phones: 0,
        accounts: 10_000,
    };
    (0..plan.families).try_for_each(|_| maker.family())
}

impl Maker<'_> {
    fn family(&mut self) -> Result<(), CountryError> {
        let custom = if self.chance.percent(78) { Custom::Kazakh } else { Custom::Russian };
        let region = self.chance.one(REGIONS);
        let surname = custom.surname(&mut self.chance);
        let (mother_age, difference) = (22 + self.chance.below(23), self.chance.below(7));
        let mother_born = self.day_years_ago(mother_age);
        let father_born = self.day_years_ago(mother_age + difference);
        let mother = self.parent(custom, surname, region, mother_born, Sex::Female)?;
        let father = if self.chance.percent(88) {
            Some(self.parent(custom, surname, region, father_born, Sex::Male)?)
        } else {
            None
        };
        let drawn = self.chance.below(100);
        let children = CHILDREN.iter().position(|most| drawn < *most).unwrap_or(0);
        let mut child_iins = Vec::new();
        // Children are born from the mother's 19th year on, the oldest first.
        let fertile = mother_age.saturating_sub(19);
        for number in 0..children {
            let before = fertile.saturating_sub(fertile * u32::try_from(number).unwrap_or(0) / 8).max(1);
            let Some(born) = self.past_day(before) else { continue };
            child_iins.push(self.child(custom, surname, region, born, &mother, father.as_ref())?);
        }
        self.circumstances(&mother.0, &child_iins)?;
        if let Some((father, _)) = &father {
            self.circumstances(father, &[])?;
        }
        Ok(())
    }

    /// An adult with telephone and accounts: number and given name.
    fn parent(
        &mut self,
        custom: Custom,
        surname: &str,
        region: &str,
        born: Date,
        sex: Sex,
    ) -> Result<(String, &'static str), CountryError> {
        let iin = self.numbers.take(born, sex)?.reveal().to_owned();
        let name = custom.given(sex, &mut self.chance);
        let patronymic = custom.patronymic(custom.given(Sex::Male, &mut self.chance), sex);
        let surname = surname_of(surname, sex);
        let person = Person {
            iin: &iin,
            surname: &surname,
            name,
            patronymic: Some(&patronymic),
            born,
            died: None,
            sex,
            mother: None,
            father: None,
            region,
            language: custom.language(),
        };
        self.tables.insert("persons", &person.row())?;
        self.telephones(&iin)?;
        self.bank_accounts(&iin)?;
        Ok((iin, name))
    }

    fn child(
        &mut self,
        custom: Custom,
        surname: &str,
        region: &str,
        born: Date,
        mother: &(String, &'static str),
        father: Option<&(String, &'static str)>,
    ) -> Result<String, CountryError> {
        let sex = if self.chance.percent(51) { Sex::Male } else { Sex::Female };
        let iin = self.numbers.take(born, sex)?.reveal().to_owned();
        let patronymic = father.map(|(_, name)| custom.patronymic(name, sex));
        let surname = surname_of(surname, sex);
        let person = Person {
            iin: &iin,
            surname: &surname,
            name: custom.given(sex, &mut self.chance),
            patronymic: patronymic.as_deref(),
            born,
            died: None,
            sex,
            mother: Some(&mother.0),
            father: father.map(|(iin, _)| iin.as_str()),
            region,
            language: custom.language(),
        };
        self.tables.insert("persons", &person.row())?;
        Ok(iin)
    }

    fn telephones(&mut self, iin: &str) -> Result<(), CountryError> {
        let count = match self.chance.below(100) {
            0..8 => 0,
            8..90 => 1,
            _ => 2,
        };
        for _ in 0..count {
            self.phones += 1;
            let operator = self.chance.one(OPERATORS);
            self.tables.insert("phones", &phone_row(iin, &format!("+7{operator}{:07}", self.phones)))?;
        }
        Ok(())
    }

    fn bank_accounts(&mut self, iin: &str) -> Result<(), CountryError> {
        let count = match self.chance.below(100) {
            0..15 => 0,
            15..70 => 1,
            70..90 => 2,
            _ => 3,
        };
        let first = self.chance.below(4) as usize;
        for number in 0..count {
            let bank = BANKS[(first + number) % BANKS.len()];
            self.accounts += 1;
            let opened = self.past_day(10).unwrap_or(self.today);
            self.tables
                .insert("accounts", &account_row(iin, bank.code, &iban(bank.code, self.accounts), opened))?;
        }
        Ok(())
    }

    /// What the ministry, state bodies and the payment database know of a parent and the children.
    fn circumstances(&mut self, iin: &str, children: &[String]) -> Result<(), CountryError> {
        if children.len() >= 4 && self.chance.percent(85) {
            let kind = if self.chance.percent(70) { "application" } else { "emd" };
            let row = Context::new()
                .with("iin", Value::text(iin))
                .with("service", Value::text("large-family-allowance"))
                .with("kind", Value::text(kind));
            self.tables.insert("recipients", &row)?;
        }
        if self.chance.percent(2) {
            let abroad = self.chance.percent(50);
            let row = ministry_row(iin, !abroad, false, !abroad && self.chance.percent(30));
            self.tables.insert("ministry", &row)?;
        }
        for child in children {
            if self.chance.below(1000) < 8 {
                self.tables.insert("ministry", &ministry_row(child, true, true, false))?;
            }
        }
        if self.chance.percent(1) {
            let row = Context::new()
                .with("iin", Value::text(iin))
                .with("confirmed", false)
                .with("reason", Value::text("тұрғылықты жері расталмады"));
            self.tables.insert("confirmations", &row)?;
        }
        Ok(())
    }

    fn day_years_ago(&mut self, years: u32) -> Date {
        let days = i64::from(years) * 365 + i64::from(self.chance.below(365));
        self.today.checked_sub(days.days()).unwrap_or(self.today)
    }

    /// A day in the last so many years, today excluded.
    fn past_day(&mut self, years: u32) -> Option<Date> {
        let days = 1 + i64::from(self.chance.below(years.saturating_mul(365)));
        self.today.checked_sub(days.days()).ok()
    }
}

/// A child born while the world runs.
#[derive(Debug)]
pub(crate) struct Newborn<'a> {
    pub(crate) iin: &'a str,
    pub(crate) born: Date,
    pub(crate) sex: Sex,
    /// By chance when absent.
    pub(crate) name: Option<&'a str>,
    /// Row of the mother.
    pub(crate) mother: &'a Context,
    /// Row of the father.
    pub(crate) father: Option<&'a Context>,
}

impl Newborn<'_> {
    /// The child's row: the surname of the father (or mother) in the child's form, the patronymic from the father's name.
    pub(crate) fn row(&self, chance: &mut Chance) -> Context {
        let text = |row: &Context, column: &str| {
            row.get(column).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let language = text(self.mother, "language");
        let custom = if language == "ru" { Custom::Russian } else { Custom::Kazakh };
        let stem = match self.father {
            Some(father) => text(father, "surname"),
            None => man_of(&text(self.mother, "surname")),
        };
        let surname = surname_of(&stem, self.sex);
        let patronymic = self.father.map(|father| custom.patronymic(&text(father, "name"), self.sex));
        let father = self.father.map(|father| text(father, "iin"));
        let name: String = match self.name.map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => name.chars().take(60).collect(),
            None => custom.given(self.sex, chance).to_owned(),
        };
        let (mother, region) = (text(self.mother, "iin"), text(self.mother, "region"));
        Person {
            iin: self.iin,
            surname: &surname,
            name: &name,
            patronymic: patronymic.as_deref(),
            born: self.born,
            died: None,
            sex: self.sex,
            mother: Some(&mother),
            father: father.as_deref(),
            region: &region,
            language: &language,
        }
        .row()
    }
}

/// A row of `accounts`, in tenge.
pub(crate) fn account_row(iin: &str, bank: &str, iban: &str, opened: Date) -> Context {
    Context::new()
        .with("iin", Value::text(iin))
        .with("bank", Value::text(bank))
        .with("iban", Value::text(iban))
        .with("currency", Value::text("KZT"))
        .with("openedOn", date(opened))
}

/// A row of `ministry`.
pub(super) fn ministry_row(iin: &str, resident: bool, on_full_state_care: bool, deprived: bool) -> Context {
    Context::new()
        .with("iin", Value::text(iin))
        .with("resident", resident)
        .with("stateSupport", false)
        .with("onFullStateCare", on_full_state_care)
        .with("deprivedOfRights", deprived)
}
