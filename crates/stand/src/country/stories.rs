//! The named families: one for each branch of the procedure, so that a demonstration can take any of them.
//!
//! Data only. Numbers of persons are composed with serials below 1000, which no other family has.

use civic::{Iin, Sex};
use jiff::civil::{Date, date};
use rules::{Context, Value};

use super::families::{Person, account_row, ministry_row};
use super::{CountryError, iban, names, phone_row};
use crate::tables::Tables;

/// A member of a story family.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Given name.
    pub name: &'static str,
    /// Patronymic; of children it is made from the father's name.
    pub patronymic: &'static str,
    /// Date of birth.
    pub born: Date,
    /// Sex.
    pub sex: Sex,
}

/// What is special about a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circumstance {
    /// Nothing.
    None,
    /// The oldest child is on full state care.
    ChildInStateCare,
    /// State bodies do not confirm the family.
    NotConfirmed,
    /// The allowance is assigned already.
    AlreadyRecipient,
    /// The mother has died.
    MotherDied,
}

/// A named family.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// Short name in addresses and tests.
    pub id: &'static str,
    /// What it shows, in kk, ru, en.
    pub title: [&'static str; 3],
    /// What to do, in kk, ru, en.
    pub guide: [&'static str; 3],
    /// Surname in the form of a man.
    pub surname: &'static str,
    /// The mother.
    pub mother: Member,
    /// The father.
    pub father: Option<Member>,
    /// Children, the oldest first.
    pub children: &'static [Member],
    /// Telephones of the one who is asked.
    pub phones: &'static [&'static str],
    /// Banks in which the one who is asked has an account.
    pub banks: &'static [&'static str],
    /// What is special.
    pub circumstance: Circumstance,
    /// Language of messages.
    pub language: &'static str,
}

const fn woman(name: &'static str, patronymic: &'static str, born: Date) -> Member {
    Member { name, patronymic, born, sex: Sex::Female }
}
const fn man(name: &'static str, patronymic: &'static str, born: Date) -> Member {
    Member { name, patronymic, born, sex: Sex::Male }
}
const fn boy(name: &'static str, born: Date) -> Member {
    Member { name, patronymic: "", born, sex: Sex::Male }
}
const fn girl(name: &'static str, born: Date) -> Member {
    Member { name, patronymic: "", born, sex: Sex::Female }
}

/// The families, in the order in which the procedure meets their branches.
pub const STORIES: [Story; 15] = [
    Story {
        id: "one-account",
        title: [
            "Бір шот: бәрі соңына дейін барады",
            "Один счёт: всё проходит до выплаты",
            "One account: through to the payment",
        ],
        guide: [
            "Баланың тууын тіркеңіз; 7#1 деп жауап беріңіз; содан кейін банк туралы SMS-тегі кодпен …#3#1 жіберіңіз.",
            "Зарегистрируйте рождение; ответьте 7#1; затем на SMS о банке ответьте кодом из него: …#3#1.",
            "Register a birth; reply 7#1; then answer the SMS about the bank with its code: …#3#1.",
        ],
        surname: "Серіков",
        mother: woman("Айнұр", "Маратқызы", date(1988, 5, 12)),
        father: Some(man("Ержан", "Болатұлы", date(1985, 2, 3))),
        children: &[
            boy("Алихан", date(2010, 3, 4)),
            boy("Дамир", date(2012, 6, 11)),
            girl("Аяна", date(2018, 9, 16)),
        ],
        phones: &["+77010000001"],
        banks: &["B1"],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "several-banks",
        title: ["Бірнеше банкте шот", "Счета в нескольких банках", "Accounts in several banks"],
        guide: [
            "Туу, 7#1; үшінші қосымша банктер тізімін береді: …#3#1 немесе …#3#2.",
            "Рождение, 7#1; приложение 3 даёт список банков: …#3#1 или …#3#2.",
            "Birth, 7#1; Annex 3 lists the banks: …#3#1 or …#3#2.",
        ],
        surname: "Әлиев",
        mother: woman("Гүлмира", "Сейітқызы", date(1986, 11, 20)),
        father: Some(man("Қанат", "Оразұлы", date(1984, 7, 9))),
        children: &[
            girl("Аружан", date(2009, 1, 30)),
            boy("Мирас", date(2013, 4, 2)),
            girl("Томирис", date(2019, 12, 5)),
        ],
        phones: &["+77010000002", "+77770000002"],
        banks: &["B1", "B3"],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "opens-later",
        title: ["Шоты жоқ, кейін ашады", "Счёта нет, откроет позже", "No account yet, opens one later"],
        guide: [
            "Туу, 7#1; төртінші қосымша келеді; осы бетте шот ашыңыз.",
            "Рождение, 7#1; придёт приложение 4; откройте счёт на этой странице.",
            "Birth, 7#1; Annex 4 comes; open an account on this page.",
        ],
        surname: "Омаров",
        mother: woman("Жанар", "Қайратқызы", date(1990, 3, 14)),
        father: Some(man("Асхат", "Ерланұлы", date(1989, 8, 1))),
        children: &[
            boy("Алдияр", date(2012, 2, 17)),
            boy("Санжар", date(2015, 10, 23)),
            girl("Дана", date(2020, 6, 6)),
        ],
        phones: &["+77010000003"],
        banks: &[],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "refuses",
        title: ["Бас тартады", "Отказывается", "Refuses"],
        guide: ["Туу; 7#2 деп жауап беріңіз.", "Рождение; ответьте 7#2.", "Birth; reply 7#2."],
        surname: "Петров",
        mother: woman("Ольга", "Николаевна", date(1985, 1, 25)),
        father: Some(man("Сергей", "Иванович", date(1982, 5, 30))),
        children: &[
            boy("Максим", date(2008, 8, 8)),
            girl("Дарья", date(2011, 12, 19)),
            boy("Кирилл", date(2017, 7, 27)),
        ],
        phones: &["+77010000004"],
        banks: &["B2"],
        circumstance: Circumstance::None,
        language: "ru",
    },
    Story {
        id: "silent",
        title: ["Жауап бермейді", "Не отвечает", "Does not answer"],
        guide: [
            "Туу; ештеңе жауап бермеңіз, уақытты үш жұмыс күніне жылжытыңыз.",
            "Рождение; не отвечайте, переведите время на три рабочих дня.",
            "Birth; answer nothing, move the clock by three working days.",
        ],
        surname: "Төлегенов",
        mother: woman("Сәуле", "Жанібекқызы", date(1987, 9, 3)),
        father: Some(man("Нұрлан", "Сәкенұлы", date(1986, 4, 21))),
        children: &[
            girl("Мерей", date(2011, 5, 5)),
            girl("Айдана", date(2014, 1, 11)),
            boy("Рамазан", date(2019, 3, 29)),
        ],
        phones: &["+77010000005"],
        banks: &["B2"],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "no-phone",
        title: ["Телефоны жоқ", "Нет телефона", "No telephone"],
        guide: [
            "Туу; іс T04 нәтижесімен аяқталады, SMS жіберілмейді.",
            "Рождение; дело кончается исходом T04, SMS не отправляется.",
            "Birth; the case ends with outcome T04, no SMS is sent.",
        ],
        surname: "Қасенов",
        mother: woman("Маржан", "Бекзатқызы", date(1991, 12, 2)),
        father: Some(man("Дәулет", "Мұратұлы", date(1988, 10, 10))),
        children: &[
            boy("Ерасыл", date(2012, 11, 1)),
            girl("Жансая", date(2016, 4, 18)),
            girl("Асел", date(2021, 2, 9)),
        ],
        phones: &[],
        banks: &["B1"],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "not-eligible",
        title: [
            "Тиісті емес: бала мемлекет қамқорлығында",
            "Не положено: ребёнок на полном гособеспечении",
            "Not eligible: a child in state care",
        ],
        guide: [
            "Туу; министрлік деректері бойынша «Тиісті емес».",
            "Рождение; по данным министерства «не положено».",
            "Birth; by the ministry's data the answer is “not entitled”.",
        ],
        surname: "Ибраев",
        mother: woman("Динара", "Талғатқызы", date(1989, 6, 15)),
        father: Some(man("Ербол", "Маратұлы", date(1987, 3, 12))),
        children: &[
            boy("Темірлан", date(2010, 9, 9)),
            girl("Кәмила", date(2014, 5, 24)),
            boy("Жандос", date(2018, 8, 30)),
        ],
        phones: &["+77010000007"],
        banks: &["B3"],
        circumstance: Circumstance::ChildInStateCare,
        language: "kk",
    },
    Story {
        id: "not-confirmed",
        title: [
            "Мемлекеттік органдар растамайды",
            "Госорганы не подтверждают",
            "State bodies do not confirm",
        ],
        guide: [
            "Туу; МО АЖ растамайды.",
            "Рождение; ИС госорганов не подтверждает.",
            "Birth; the state bodies' system does not confirm.",
        ],
        surname: "Садықов",
        mother: woman("Айгерім", "Болатқызы", date(1988, 2, 28)),
        father: Some(man("Арман", "Серікұлы", date(1985, 12, 12))),
        children: &[
            girl("Назерке", date(2009, 10, 3)),
            boy("Олжас", date(2013, 7, 7)),
            boy("Дархан", date(2017, 11, 21)),
        ],
        phones: &["+77010000008"],
        banks: &["B1"],
        circumstance: Circumstance::NotConfirmed,
        language: "kk",
    },
    Story {
        id: "already-recipient",
        title: ["Бұрыннан алушы", "Уже получает", "Already a recipient"],
        guide: [
            "Туу; қайталау тексеруі T01 береді, SMS жіберілмейді.",
            "Рождение; проверка на дубли даёт T01, SMS не отправляется.",
            "Birth; the duplicate check gives T01, no SMS is sent.",
        ],
        surname: "Нұрғалиев",
        mother: woman("Шолпан", "Ержанқызы", date(1984, 4, 4)),
        father: Some(man("Қайрат", "Болатұлы", date(1980, 1, 17))),
        children: &[
            boy("Шыңғыс", date(2007, 6, 1)),
            girl("Ботагөз", date(2010, 2, 13)),
            boy("Бекзат", date(2014, 9, 28)),
            girl("Әсем", date(2019, 1, 8)),
        ],
        phones: &["+77010000009"],
        banks: &["B1", "B2"],
        circumstance: Circumstance::AlreadyRecipient,
        language: "kk",
    },
    Story {
        id: "needs-completion",
        title: [
            "Құжат жетпейді: жете рәсімдеу",
            "Не хватает документа: дооформление",
            "A document is missing: completion",
        ],
        guide: [
            "Туу, 7#1, банк; маман істі қайтарады; корпорация бөлімшесінің бетінде аяқтаңыз.",
            "Рождение, 7#1, банк; специалист возвращает дело; завершите на странице отделения корпорации.",
            "Birth, 7#1, bank; the official returns the file; complete it on the page of the corporation's branch.",
        ],
        surname: "Мұсаев",
        mother: woman("Ләззат", "Асхатқызы", date(1987, 7, 19)),
        father: Some(man("Бауыржан", "Нұрланұлы", date(1983, 11, 6))),
        children: &[
            boy("Тимур", date(2008, 12, 31)),
            girl("Мадина", date(2012, 8, 15)),
            girl("Ақерке", date(2016, 2, 29)),
        ],
        phones: &["+77010000010"],
        banks: &["B1"],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "father-receives",
        title: [
            "Анасы қайтыс болған: әкесіне тағайындалады",
            "Матери нет: получает отец",
            "The mother has died: the father receives",
        ],
        guide: [
            "Туу; сұрау әкесіне жіберіледі.",
            "Рождение; запрос приходит отцу.",
            "Birth; the father is asked.",
        ],
        surname: "Беков",
        mother: woman("Гүлнәр", "Темірланқызы", date(1990, 10, 27)),
        father: Some(man("Ерлан", "Қанатұлы", date(1988, 6, 22))),
        children: &[
            boy("Ұлан", date(2011, 3, 8)),
            girl("Айжан", date(2014, 12, 1)),
            boy("Рустам", date(2019, 7, 13)),
        ],
        phones: &["+77010000011"],
        banks: &["B4"],
        circumstance: Circumstance::MotherDied,
        language: "kk",
    },
    Story {
        id: "another-bank",
        title: ["Басқа банкті таңдайды", "Выбирает другой банк", "Chooses another bank"],
        guide: [
            "Туу, 7#1; банк туралы SMS-ке …#3#0 деп жауап беріп, басқа банкте шот ашыңыз.",
            "Рождение, 7#1; на SMS о банке ответьте …#3#0 и откройте счёт в другом банке.",
            "Birth, 7#1; answer the bank SMS with …#3#0 and open an account in another bank.",
        ],
        surname: "Кузнецов",
        mother: woman("Марина", "Алексеевна", date(1986, 8, 11)),
        father: Some(man("Андрей", "Викторович", date(1985, 9, 14))),
        children: &[
            girl("Анна", date(2010, 5, 20)),
            boy("Роман", date(2013, 3, 3)),
            girl("Вера", date(2018, 1, 26)),
        ],
        phones: &["+77010000012"],
        banks: &["B1"],
        circumstance: Circumstance::None,
        language: "ru",
    },
    Story {
        id: "dies",
        title: ["Рәсім кезінде қайтыс болады", "Умирает во время процедуры", "Dies during the procedure"],
        guide: [
            "Туу, 7#1; содан кейін анасының қайтыс болуын тіркеңіз.",
            "Рождение, 7#1; затем зарегистрируйте смерть матери.",
            "Birth, 7#1; then register the death of the mother.",
        ],
        surname: "Абенов",
        mother: woman("Назгүл", "Дарханқызы", date(1982, 2, 7)),
        father: Some(man("Жасұлан", "Ерболұлы", date(1981, 12, 30))),
        children: &[
            boy("Бірлік", date(2009, 4, 12)),
            girl("Жадыра", date(2012, 10, 25)),
            boy("Талғат", date(2016, 6, 17)),
        ],
        phones: &["+77010000013"],
        banks: &["B2"],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "withdraws",
        title: ["Келісімін қайтарып алады", "Отзывает согласие", "Withdraws consent"],
        guide: [
            "Туу, 7#1; шешімге дейін 7#2 жіберіңіз.",
            "Рождение, 7#1; до решения отправьте 7#2.",
            "Birth, 7#1; send 7#2 before the decision.",
        ],
        surname: "Исаев",
        mother: woman("Ақмарал", "Олжасқызы", date(1992, 1, 19)),
        father: Some(man("Мұрат", "Асхатұлы", date(1990, 5, 2))),
        children: &[
            girl("Айгүл", date(2013, 9, 14)),
            boy("Санжар", date(2016, 11, 11)),
            girl("Дана", date(2020, 4, 9)),
        ],
        phones: &["+77010000014"],
        banks: &["B1"],
        circumstance: Circumstance::None,
        language: "kk",
    },
    Story {
        id: "third-child",
        title: [
            "Үшінші бала: көпбалалы емес",
            "Третий ребёнок: ещё не многодетная",
            "The third child: not yet a large family",
        ],
        guide: [
            "Туу; балалар саны жеткіліксіз, SMS жіберілмейді.",
            "Рождение; детей недостаточно, SMS не отправляется.",
            "Birth; too few children, no SMS is sent.",
        ],
        surname: "Сапаров",
        mother: woman("Індіра", "Жандосқызы", date(1993, 3, 22)),
        father: Some(man("Алихан", "Тимурұлы", date(1991, 7, 5))),
        children: &[boy("Ерасыл", date(2015, 2, 2)), girl("Аяжан", date(2019, 8, 18))],
        phones: &["+77010000015"],
        banks: &["B3"],
        circumstance: Circumstance::None,
        language: "kk",
    },
];

impl Story {
    /// The family of an id.
    pub fn of(id: &str) -> Option<&'static Story> {
        STORIES.iter().find(|story| story.id == id)
    }

    /// Serial number of the mother; the other members follow.
    fn serial(&self) -> u16 {
        let position = STORIES.iter().position(|story| story.id == self.id).unwrap_or(0);
        10 + u16::try_from(position).unwrap_or(0) * 40
    }

    /// Number of the mother.
    ///
    /// # Errors
    /// When the table of stories was made wrong.
    pub fn mother_iin(&self) -> Result<String, CountryError> {
        Ok(compose(self.mother, self.serial())?.0)
    }

    /// Number of the father, if there is one.
    ///
    /// # Errors
    /// When the table of stories was made wrong.
    pub fn father_iin(&self) -> Result<Option<String>, CountryError> {
        self.father.map(|father| Ok(compose(father, self.serial() + 2)?.0)).transpose()
    }

    /// Number of the one who is asked: the mother, or the father when she has died.
    ///
    /// # Errors
    /// When the table of stories was made wrong.
    pub fn addressee_iin(&self) -> Result<String, CountryError> {
        let father = if self.circumstance == Circumstance::MotherDied { self.father_iin()? } else { None };
        father.map_or_else(|| self.mother_iin(), Ok)
    }
}

/// Number of a person from the first serial that exists; also the serial after it.
fn compose(member: Member, from: u16) -> Result<(String, u16), CountryError> {
    let found = (from..from + 20)
        .find_map(|serial| Some((Iin::compose(member.born, member.sex, serial).ok()?, serial + 1)));
    found.map(|(iin, next)| (iin.reveal().to_owned(), next)).ok_or(CountryError::Numbers(member.born))
}

/// Writes all story families.
pub(super) fn write(tables: &mut Tables) -> Result<(), CountryError> {
    for (position, story) in (0_u64..).zip(&STORIES) {
        write_one(tables, story, position)?;
    }
    Ok(())
}

fn write_one(tables: &mut Tables, story: &Story, position: u64) -> Result<(), CountryError> {
    let mother = story.mother_iin()?;
    let father = story.father_iin()?;
    let mother_died = (story.circumstance == Circumstance::MotherDied).then(|| date(2023, 11, 15));
    insert(tables, story, story.mother, &mother, story.mother.patronymic, mother_died, (None, None))?;
    if let (Some(member), Some(iin)) = (story.father, &father) {
        insert(tables, story, member, iin, member.patronymic, None, (None, None))?;
    }
    let mut serial = story.serial() + 4;
    for (number, child) in (0..).zip(story.children) {
        let (iin, next) = compose(*child, serial)?;
        serial = next;
        let patronymic =
            story.father.map(|father| patronymic(story, father.name, child.sex)).unwrap_or_default();
        insert(tables, story, *child, &iin, &patronymic, None, (Some(&mother), father.as_deref()))?;
        if number == 0 && story.circumstance == Circumstance::ChildInStateCare {
            tables.insert("ministry", &ministry_row(&iin, true, true, false))?;
        }
    }
    let asked = story.addressee_iin()?;
    for phone in story.phones {
        tables.insert("phones", &phone_row(&asked, phone))?;
    }
    for (number, bank) in (0..).zip(story.banks) {
        let account = iban(bank, 100 + position * 10 + number);
        tables.insert("accounts", &account_row(&asked, bank, &account, date(2020, 6, 1)))?;
    }
    circumstance(tables, story, &asked)
}

fn circumstance(tables: &mut Tables, story: &Story, asked: &str) -> Result<(), CountryError> {
    let person = Context::new().with("iin", Value::text(asked));
    match story.circumstance {
        Circumstance::NotConfirmed => {
            let row =
                person.with("confirmed", false).with("reason", Value::text("тұрғылықты жері расталмады"));
            tables.insert("confirmations", &row)?;
        }
        Circumstance::AlreadyRecipient => {
            let row = person
                .with("service", Value::text("large-family-allowance"))
                .with("kind", Value::text("application"));
            tables.insert("recipients", &row)?;
        }
        Circumstance::None | Circumstance::ChildInStateCare | Circumstance::MotherDied => {}
    }
    Ok(())
}

fn patronymic(story: &Story, father: &str, sex: Sex) -> String {
    let custom = if story.language == "ru" { names::Custom::Russian } else { names::Custom::Kazakh };
    custom.patronymic(father, sex)
}

fn insert(
    tables: &mut Tables,
    story: &Story,
    member: Member,
    iin: &str,
    patronymic: &str,
    died: Option<Date>,
    parents: (Option<&str>, Option<&str>),
) -> Result<(), CountryError> {
    let surname = names::surname_of(story.surname, member.sex);
    let person = Person {
        iin,
        surname: &surname,
        name: member.name,
        patronymic: (!patronymic.is_empty()).then_some(patronymic),
        born: member.born,
        died,
        sex: member.sex,
        mother: parents.0,
        father: parents.1,
        region: "Астана қаласы",
        language: story.language,
    };
    Ok(tables.insert("persons", &person.row())?)
}
