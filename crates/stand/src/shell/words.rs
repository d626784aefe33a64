//! The words of the stand's pages, in Kazakh, Russian and English.

/// Languages of the pages.
pub(super) const LANGUAGES: [(&str, &str); 3] = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")];

/// The word of a key in a language. An unknown key shows itself: a test finds it.
pub(super) fn word(language: &str, key: &str) -> &'static str {
    let place = match language {
        "ru" => 1,
        "en" => 2,
        _ => 0,
    };
    WORDS.iter().find(|(known, _)| *known == key).map_or("?", |(_, words)| words[place])
}

const WORDS: &[(&str, [&str; 3])] = &[
    ("stand", ["Сыртқы әлем", "Внешний мир", "The outside world"]),
    ("skip", ["Мазмұнға өту", "К содержанию", "Skip to content"]),
    ("menu", ["Бөлімдер", "Разделы", "Sections"]),
    ("language", ["Тіл", "Язык", "Language"]),
    (
        "synthetic",
        [
            "Бұл елдегі адамдар, банктер мен нөмірлер ойдан шығарылған.",
            "Люди, банки и номера этой страны вымышлены.",
            "The people, banks and numbers of this country are invented.",
        ],
    ),
    ("legal-time", ["Заңды уақыт", "Юридическое время", "Legal time"]),
    ("country", ["Ел", "Страна", "Country"]),
    ("phones", ["Телефондар", "Телефоны", "Telephones"]),
    ("branch", ["Корпорация бөлімшесі", "Отделение корпорации", "Corporation branch"]),
    ("payments", ["Төлем кітабы", "Книга выплат", "Payment books"]),
    ("reports", ["Хабарламалар", "Сообщения систем", "Reports"]),
    ("switches", ["Ақаулар", "Неисправности", "Fault switches"]),
    ("token", ["ЭЦҚ кілті", "Ключ ЭЦП", "Signing token"]),
    (
        "stories",
        [
            "Отбасылар: рәсімнің әр тармағына бірі",
            "Семьи: по одной на каждую ветвь процедуры",
            "Families: one for each branch of the procedure",
        ],
    ),
    ("open-family", ["Отбасын ашу", "Открыть семью", "Open the family"]),
    ("find", ["Табу", "Найти", "Find"]),
    ("find-label", ["ЖСН немесе телефон", "ИИН или телефон", "IIN or telephone"]),
    ("other-families", ["Басқа отбасылар", "Другие семьи", "Other families"]),
    ("persons-count", ["адам тіркелген", "человек в регистре", "people in the register"]),
    ("not-found", ["Табылмады", "Не найдено", "Not found"]),
    ("family", ["Отбасы", "Семья", "Family"]),
    ("mother", ["Анасы", "Мать", "Mother"]),
    ("father", ["Әкесі", "Отец", "Father"]),
    ("child", ["Баласы", "Ребёнок", "Child"]),
    ("iin", ["ЖСН", "ИИН", "IIN"]),
    ("born", ["Туған күні", "Дата рождения", "Born"]),
    ("died", ["Қайтыс болған күні", "Дата смерти", "Died"]),
    ("none", ["жоқ", "нет", "none"]),
    ("accounts", ["Шоттар", "Счета", "Accounts"]),
    ("recipient-already", ["Жәрдемақы алады", "Получает пособие", "Receives the allowance"]),
    (
        "not-confirmed",
        ["Мемлекеттік органдар растамайды", "Госорганы не подтверждают", "Not confirmed by state bodies"],
    ),
    ("in-state-care", ["Толық мемлекет қамқорлығында", "На полном гособеспечении", "In full state care"]),
    ("register-birth", ["Туу туралы тіркеу", "Зарегистрировать рождение", "Register a birth"]),
    (
        "child-name",
        [
            "Баланың аты (бос болса – кездейсоқ)",
            "Имя ребёнка (пусто – случайное)",
            "Name of the child (by chance when empty)",
        ],
    ),
    ("sex", ["Жынысы", "Пол", "Sex"]),
    ("by-chance", ["кездейсоқ", "случайно", "by chance"]),
    ("girl", ["қыз", "девочка", "girl"]),
    ("boy", ["ұл", "мальчик", "boy"]),
    (
        "birth-date",
        [
            "Туған күні (бос болса – бүгін)",
            "Дата рождения (пусто – сегодня)",
            "Date of birth (today when empty)",
        ],
    ),
    ("register-death", ["Қайтыс болуды тіркеу", "Зарегистрировать смерть", "Register the death"]),
    ("open-account", ["Шот ашу", "Открыть счёт", "Open an account"]),
    ("bank", ["Банк", "Банк", "Bank"]),
    ("change-phone", ["Нөмірді өзгерту", "Сменить номер", "Change the number"]),
    ("new-number", ["Жаңа нөмір", "Новый номер", "New number"]),
    ("open-phone", ["Телефонды ашу", "Открыть телефон", "Open the telephone"]),
    ("messages", ["Хабарламалар", "Сообщения", "Messages"]),
    ("no-messages", ["Хабарлама жоқ", "Сообщений нет", "No messages"]),
    ("write", ["Жауап жазу", "Написать ответ", "Write a reply"]),
    ("number-to", ["Нөмірге", "На номер", "To the number"]),
    ("text", ["Мәтін", "Текст", "Text"]),
    ("send", ["Жіберу", "Отправить", "Send"]),
    ("quick-replies", ["Дайын жауаптар", "Готовые ответы", "Ready replies"]),
    ("segments", ["SMS саны", "число SMS", "SMS count"]),
    ("last-message", ["Соңғы хабарлама", "Последнее сообщение", "Last message"]),
    ("sms-books", ["Барлық жіберілген SMS", "Все отправленные SMS", "Everything submitted"]),
    ("returned-cases", ["Қайтарылған істер", "Возвращённые дела", "Returned cases"]),
    ("case-number", ["Іс нөмірі", "Номер дела", "Case file"]),
    ("wanted", ["Жетпейтін құжат", "Чего не хватает", "Missing"]),
    ("returned-at", ["Қайтарылған уақыты", "Возвращено", "Returned"]),
    ("documents-at", ["Құжат келген уақыты", "Документы поступили", "Documents came"]),
    ("completed-at", ["Аяқталған уақыты", "Завершено", "Completed"]),
    ("documents-arrived", ["Құжаттар келді", "Документы поступили", "Documents arrived"]),
    ("complete", ["Істі аяқтап жіберу", "Завершить и отправить", "Complete and send back"]),
    ("note", ["Ескертпе", "Примечание", "Note"]),
    ("empty", ["Бос", "Пусто", "Empty"]),
    ("amount", ["Сома, теңге", "Сумма, тенге", "Amount, tenge"]),
    ("service", ["Қызмет", "Услуга", "Service"]),
    ("account", ["Шот", "Счёт", "Account"]),
    ("when", ["Уақыты", "Время", "When"]),
    ("case", ["Іс", "Дело", "Case"]),
    ("waiting", ["Жіберуді күтуде", "Ожидают отправки", "Waiting to be sent"]),
    ("settled", ["Жіберілген", "Отправлены", "Sent"]),
    ("sender", ["Жіберуші", "Отправитель", "Sender"]),
    ("attempts", ["Әрекет саны", "Попыток", "Attempts"]),
    ("outcome", ["Нәтиже", "Исход", "Outcome"]),
    ("taken", ["қабылданды", "принято", "taken"]),
    ("refused", ["қабылданбады", "отклонено", "refused"]),
    ("system", ["Жүйелер", "Системы", "Systems"]),
    ("services", ["Қызметтер", "Сервисы", "Services"]),
    ("smsc", ["SMS-орталық", "SMS-центр", "Message centre"]),
    ("set", ["Қою", "Установить", "Set"]),
    ("clear-all", ["Бәрін өшіру", "Выключить всё", "Switch everything off"]),
    ("on", ["қосулы", "включено", "on"]),
    ("off", ["жоқ", "нет", "off"]),
    ("once", ["бір рет", "один раз", "once"]),
    ("always", ["әрдайым", "всегда", "always"]),
    ("fault-down", ["Қосылмайды (503)", "Не отвечает на соединение (503)", "Down (503)"]),
    ("fault-silent", ["Үнсіз", "Молчит", "Silent"]),
    ("fault-slow", ["Кешігу, мс", "Задержка, мс", "Delay, ms"]),
    ("fault-nonsense", ["Мағынасыз жауап", "Бессмыслица", "Nonsense"]),
    ("fault-kind", ["Түрі", "Вид", "Kind"]),
    ("fault-status", ["Қате мәртебесі", "Код ошибки", "Error status"]),
    ("fault-code", ["Коды", "Код", "Code"]),
    ("fault-duplicate", ["Екі рет жібереді", "Отправляет дважды", "Sends twice"]),
    ("fault-lie", ["Жалған жауап (FEEL)", "Ложный ответ (FEEL)", "Lie (FEEL)"]),
    ("smsc-throttle", ["Баяулатады", "Просит замедлиться", "Throttles"]),
    ("smsc-drop", ["Жауабы жоғалады", "Ответ теряется", "Response lost"]),
    ("smsc-disconnect", ["Байланысты үзеді", "Рвёт соединение", "Disconnects"]),
    ("smsc-duplicate", ["Жауап екі рет келеді", "Входящее приходит дважды", "Incoming twice"]),
    ("smsc-undeliverable", ["Телефонға жетпейді", "Не доставляется", "Not delivered"]),
    ("smsc-no-receipt", ["Есеп жоқ", "Нет отчёта", "No receipt"]),
    ("smsc-refuse-bind", ["Қосылудан бас тартады", "Отказывает в соединении", "Refuses to bind"]),
    ("inserted", ["Салынған", "Вставлен", "Inserted"]),
    ("insert", ["Салу", "Вставить", "Insert"]),
    ("take-out", ["Шығару", "Вынуть", "Take out"]),
    ("valid-to", ["Жарамды", "Действует до", "Valid to"]),
    ("person-does", ["Маман не істейді", "Что делает специалист", "What the person does"]),
    ("does-sign", ["қол қояды", "подписывает", "signs"]),
    ("does-cancel", ["бас тартады", "отменяет", "cancels"]),
    ("does-ignore", ["жауап бермейді", "не отвечает", "does not answer"]),
    ("does-other-data", ["басқа деректерге қол қояды", "подписывает другие данные", "signs other data"]),
    ("signatures", ["Қойылған қолтаңбалар", "Поставлено подписей", "Signatures made"]),
    ("done-birth", ["Туу тіркелді", "Рождение зарегистрировано", "The birth is registered"]),
    ("done-death", ["Қайтыс болу тіркелді", "Смерть зарегистрирована", "The death is registered"]),
    ("done-account", ["Шот ашылды", "Счёт открыт", "The account is open"]),
    ("done-phone", ["Нөмір өзгертілді", "Номер изменён", "The number is changed"]),
    ("done-sms", ["Хабарлама жіберілді", "Сообщение отправлено", "The message is sent"]),
    ("done-documents", ["Құжаттар тіркелді", "Поступление отмечено", "The documents are registered"]),
    ("done-completion", ["Іс жіберілді", "Дело отправлено", "The case file is sent back"]),
    ("done-switch", ["Қойылды", "Установлено", "Set"]),
    ("error-person", ["Мұндай адам жоқ", "Такого человека нет", "No such person"]),
    (
        "error-dead",
        ["Қайтыс болуы тіркелген", "Смерть уже зарегистрирована", "The death is registered already"],
    ),
    (
        "error-mother",
        ["Туу анаға тіркеледі", "Рождение регистрируется на мать", "A birth is registered for a mother"],
    ),
    ("error-bank", ["Мұндай банк жоқ", "Такого банка нет", "No such bank"]),
    (
        "error-phone",
        [
            "Нөмір +77XXXXXXXXX түрінде болуы керек",
            "Номер должен быть вида +77XXXXXXXXX",
            "The number must be of the form +77XXXXXXXXX",
        ],
    ),
    ("error-date", ["Күн дұрыс емес", "Дата невозможна", "The date is not possible"]),
    ("error-case", ["Мұндай қайтарылған іс жоқ", "Такого возвращённого дела нет", "No such returned case"]),
    ("error-completed", ["Іс аяқталған", "Дело уже завершено", "The case is completed already"]),
    (
        "error-documents",
        [
            "Алдымен құжаттар келуі керек",
            "Сначала должны поступить документы",
            "The documents must come first",
        ],
    ),
    (
        "error-numbers",
        ["Бұл күнге ЖСН қалмады", "На этот день не осталось ИИН", "No IIN is left for this day"],
    ),
    ("error-message", ["Хабарлама жіберілмеді", "Сообщение не отправлено", "The message was not sent"]),
    ("error-other", ["Орындалмады", "Не выполнено", "Not done"]),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    /// Beginnings of keys that code passes on without naming `t`.
    const PREFIXES: [&str; 6] = ["fault-", "smsc-", "does-", "done-", "error-", "recipient-"];

    /// Every literal key of templates and code, with the file it stands in.
    fn used() -> Vec<(String, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = vec![root.join("src/shell/pages.rs")];
        for folder in ["templates", "src/shell/pages"] {
            files.extend(std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()));
        }
        let mut used = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let file = file.display().to_string();
            for rest in text.split(".t(\"").skip(1) {
                used.push((file.clone(), rest.split('"').next().unwrap_or_default().to_owned()));
            }
            let literals = text.split('"').filter(|literal| {
                PREFIXES.iter().any(|prefix| literal.starts_with(prefix) && literal.len() > prefix.len())
                    && literal.chars().all(|character| character.is_ascii_lowercase() || character == '-')
            });
            used.extend(literals.map(|literal| (file.clone(), literal.to_owned())));
        }
        assert!(used.len() > 100, "the search finds too little: {}", used.len());
        used
    }

    #[test]
    fn every_key_of_the_pages_has_its_words() {
        for (file, key) in used() {
            assert_ne!(word("kk", &key), "?", "{file} uses {key:?}, which has no words");
        }
    }

    #[test]
    fn no_key_stands_twice_and_no_word_is_empty() {
        let keys: HashSet<_> = WORDS.iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), WORDS.len());
        assert!(WORDS.iter().all(|(_, words)| words.iter().all(|word| !word.trim().is_empty())));
    }
}
