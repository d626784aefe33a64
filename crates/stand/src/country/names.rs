//! Names of the synthetic people: Kazakh and Russian, with the forms of surname and patronymic that documents carry.

use civic::Sex;

use super::Chance;

const KAZAKH_MEN: &[&str] = &[
    "Алихан",
    "Алдияр",
    "Арман",
    "Асхат",
    "Бауыржан",
    "Бекзат",
    "Бірлік",
    "Болат",
    "Дамир",
    "Дархан",
    "Дәулет",
    "Ерасыл",
    "Ербол",
    "Ержан",
    "Ерлан",
    "Жандос",
    "Жанібек",
    "Жасұлан",
    "Қайрат",
    "Қанат",
    "Марат",
    "Мұрат",
    "Мирас",
    "Нұрлан",
    "Нұрсұлтан",
    "Олжас",
    "Рамазан",
    "Рустам",
    "Санжар",
    "Сәкен",
    "Серік",
    "Талғат",
    "Темірлан",
    "Тимур",
    "Ұлан",
    "Шыңғыс",
];
const KAZAKH_WOMEN: &[&str] = &[
    "Айгерім",
    "Айгүл",
    "Айдана",
    "Айжан",
    "Айнұр",
    "Аружан",
    "Асел",
    "Аяжан",
    "Аяна",
    "Ақерке",
    "Ақмарал",
    "Бибігүл",
    "Ботагөз",
    "Гүлнәр",
    "Гүлмира",
    "Дана",
    "Динара",
    "Әйгерім",
    "Әсем",
    "Жадыра",
    "Жанар",
    "Жансая",
    "Кәмила",
    "Қарлығаш",
    "Ләззат",
    "Мадина",
    "Маржан",
    "Мерей",
    "Назгүл",
    "Назерке",
    "Нұргүл",
    "Сәуле",
    "Томирис",
    "Ұлболсын",
    "Шолпан",
    "Індіра",
];
const KAZAKH_SURNAMES: &[&str] = &[
    "Абдрахманов",
    "Абенов",
    "Ахметов",
    "Әлиев",
    "Әбілов",
    "Байжанов",
    "Бекенов",
    "Беков",
    "Досымов",
    "Есенов",
    "Жақсыбеков",
    "Жұмабаев",
    "Ибраев",
    "Исаев",
    "Касымов",
    "Қалиев",
    "Қасенов",
    "Мұқанов",
    "Мұсаев",
    "Нұрғалиев",
    "Нұрпейісов",
    "Оразов",
    "Омаров",
    "Өтегенов",
    "Садықов",
    "Сапаров",
    "Сейітов",
    "Смағұлов",
    "Сүлейменов",
    "Тілеубаев",
    "Төлегенов",
    "Үсенов",
    "Хасенов",
];
const RUSSIAN_MEN: &[&str] = &[
    "Александр",
    "Алексей",
    "Андрей",
    "Антон",
    "Артём",
    "Борис",
    "Виктор",
    "Владимир",
    "Денис",
    "Дмитрий",
    "Евгений",
    "Иван",
    "Кирилл",
    "Максим",
    "Михаил",
    "Николай",
    "Олег",
    "Павел",
    "Роман",
    "Сергей",
];
const RUSSIAN_WOMEN: &[&str] = &[
    "Алина",
    "Анастасия",
    "Анна",
    "Валентина",
    "Вера",
    "Виктория",
    "Галина",
    "Дарья",
    "Екатерина",
    "Елена",
    "Ирина",
    "Ксения",
    "Людмила",
    "Марина",
    "Мария",
    "Надежда",
    "Наталья",
    "Ольга",
    "Светлана",
    "Татьяна",
];
const RUSSIAN_SURNAMES: &[&str] = &[
    "Андреев",
    "Белов",
    "Волков",
    "Гусев",
    "Егоров",
    "Зайцев",
    "Иванов",
    "Ковалёв",
    "Козлов",
    "Кузнецов",
    "Лебедев",
    "Макаров",
    "Морозов",
    "Никитин",
    "Орлов",
    "Петров",
    "Соколов",
    "Тарасов",
    "Фёдоров",
    "Яковлев",
];

/// Which lists a family takes its names from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Custom {
    Kazakh,
    Russian,
}

impl Custom {
    /// Language of the family's messages.
    pub(super) const fn language(self) -> &'static str {
        match self {
            Self::Kazakh => "kk",
            Self::Russian => "ru",
        }
    }

    pub(super) fn given(self, sex: Sex, chance: &mut Chance) -> &'static str {
        chance.one(match (self, sex) {
            (Self::Kazakh, Sex::Male) => KAZAKH_MEN,
            (Self::Kazakh, Sex::Female) => KAZAKH_WOMEN,
            (Self::Russian, Sex::Male) => RUSSIAN_MEN,
            (Self::Russian, Sex::Female) => RUSSIAN_WOMEN,
        })
    }

    /// A family's surname in the form of a man.
    pub(super) fn surname(self, chance: &mut Chance) -> &'static str {
        chance.one(if self == Self::Kazakh { KAZAKH_SURNAMES } else { RUSSIAN_SURNAMES })
    }

    pub(super) fn patronymic(self, father: &str, sex: Sex) -> String {
        match (self, sex) {
            (Self::Kazakh, Sex::Male) => format!("{father}ұлы"),
            (Self::Kazakh, Sex::Female) => format!("{father}қызы"),
            (Self::Russian, sex) => russian_patronymic(father, sex),
        }
    }
}

/// The surname in the form of a man or a woman.
pub(super) fn surname_of(surname: &str, sex: Sex) -> String {
    let woman = sex == Sex::Female
        && (surname.ends_with("ов")
            || surname.ends_with("ев")
            || surname.ends_with("ёв")
            || surname.ends_with("ин"));
    if woman { format!("{surname}а") } else { surname.to_owned() }
}

/// The surname in the form of a man, from either form.
pub(super) fn man_of(surname: &str) -> String {
    let stem = surname.strip_suffix('а').unwrap_or(surname);
    if surname_of(stem, Sex::Female) == surname { stem.to_owned() } else { surname.to_owned() }
}

fn russian_patronymic(father: &str, sex: Sex) -> String {
    let (stem, joint) = match father {
        "Илья" => ("Ильи", ""),
        _ if father.ends_with("ий") => (father.strip_suffix("ий").unwrap_or(father), "ье"),
        _ if father.ends_with("ей") || father.ends_with("ай") => {
            (father.strip_suffix('й').unwrap_or(father), "е")
        }
        "Павел" => ("Павл", "о"),
        _ => (father, "о"),
    };
    format!("{stem}{joint}{}", if sex == Sex::Male { "вич" } else { "вна" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_patronymics_are_those_of_documents() {
        let of = |father, sex| russian_patronymic(father, sex);
        assert_eq!(of("Иван", Sex::Male), "Иванович");
        assert_eq!(of("Сергей", Sex::Female), "Сергеевна");
        assert_eq!(of("Николай", Sex::Male), "Николаевич");
        assert_eq!(of("Дмитрий", Sex::Female), "Дмитриевна".replace("иевна", "ьевна"));
        assert_eq!(of("Павел", Sex::Female), "Павловна");
        assert_eq!(of("Артём", Sex::Male), "Артёмович");
    }

    #[test]
    fn surnames_take_the_form_of_a_woman() {
        assert_eq!(surname_of("Серіков", Sex::Female), "Серікова");
        assert_eq!(surname_of("Ковалёв", Sex::Female), "Ковалёва");
        assert_eq!(surname_of("Никитин", Sex::Female), "Никитина");
        assert_eq!(surname_of("Никитин", Sex::Male), "Никитин");
        assert_eq!(
            (man_of("Серікова"), man_of("Серіков"), man_of("Дана")),
            ("Серіков".into(), "Серіков".into(), "Дана".into())
        );
    }
}
