## Қызмет

service-large-family-allowance = Көпбалалы отбасыға жәрдемақы тағайындау

## "Тиісті емес" себептері

reason-data-incomplete = Тұлғаның деректері толық толтырылмаған
reason-data-of-another = Еңбекмині деректері басқа тұлғаға қатысты
reason-not-resident = Тұлға Қазақстанда тұрақты тұрмайды
reason-deprived-of-rights = Тұлға ата-ана құқығынан айырылған немесе оған шектеу қойылған
reason-other-support = Тұлға осы жәрдемақыны болдырмайтын басқа қолдау алады
reason-too-few-children = Еңбекмині деректері бойынша төрттен аз бала есептеледі

## Рәсім элементтері

# large-family-allowance/sdu.bpmn
element-sdu-fact = Факт түсті
element-sdu-kind = Туу ма, қайтыс болу ма?
element-sdu-no-open-case = Ашық ісі жоқ адамның қайтыс болуы
element-sdu-pilot = Пилот қолданыста ма?
element-sdu-pilot-over = Пилоттан кейін жаңа іс ашылмайды
element-sdu-family = Туыстарын анықтап, отбасы құрамын жинау
element-sdu-entitlement = Төртінші не одан кейінгі бала ма? Алушы кім?
element-sdu-is-fact = Факт іс аша ма?
element-sdu-not-this-service = Балалар төртеуден аз: іс ашылмайды
element-sdu-no-recipient = Алушы болатын тірі ата-ана жоқ
element-sdu-until-consent = Келісімге дейін
element-sdu-in-emaket = "E-макет"-тен өтінішті не ЭІМ-ді іздеу
element-sdu-in-odq = ОДҚ-дан іздеу
element-sdu-duplicate = Өтініш не ЭІМ табылды ма?
element-sdu-duplicate-end = Өтініш не ЭІМ бар
element-sdu-confirm = Мемлекеттік органдардан растауды сұрау
element-sdu-confirmed = Расталды ма?
element-sdu-not-confirmed = Деректер расталмады
element-sdu-list = Тізімді "E-макет"-ке жіберу
element-sdu-await-status = "E-макет"-тен мәртебе күту
element-sdu-is-eligible = "Тиісті" ме?
element-sdu-not-eligible = "Тиісті емес", себебімен
element-sdu-phone-check = Нөмірді тексеру үшін тізімді ЭҮП-ке жіберу
element-sdu-await-consent = Нөмірді тексеру мен келісімді күту
element-sdu-consent-kind = Не келді?
element-sdu-consented = Келісім берілді
element-sdu-refused = Бас тарту: SDU процесті аяқтайды
element-sdu-no-phone = МАБ-да нөмір жоқ
element-sdu-not-delivered = SMS жеткізілмеді
element-sdu-expired = 1-қосымшаға жауап жоқ
element-sdu-died-before = Алушы қайтыс болды
element-sdu-take-back = Келісім сұрауын кері қайтару
element-sdu-died-end = SMS-сіз тоқтатылды: қайтыс болды
element-sdu-has-consent = Келісім берілді ме?
element-sdu-ended-before = Келісімге дейін аяқталды
element-sdu-in-progress = "E-макет"-те орындалуда
element-sdu-consent-list = Келісім бергендер тізімін "E-макет"-ке беру
element-sdu-await-final = Қорытынды ақпаратты күту
element-sdu-outcome = Қалай аяқталды?
element-sdu-assigned = Тағайындалды
element-sdu-refused-decision = Тағайындаудан бас тартылды
element-sdu-silent = Банк бойынша жауап жоқ
element-sdu-silent-opened = Шот ашылғаннан кейін жауап жоқ
element-sdu-withdrawn = Келісім кері алынды
element-sdu-died-after = Шешімге дейін қайтыс болды
element-sdu-undeliverable = SMS жеткізілмеді
element-sdu-applied = Осы аралықта басқа арнамен өтініш берілді
element-sdu-died-later = Алушы қайтыс болды
element-sdu-stop-died = "E-макет"-тен тоқтатуды сұрау
element-sdu-asked-died = "E-макет" қорытынды ақпаратпен жауап береді
element-sdu-withdrawal = Келісім кері алынды
element-sdu-stop-withdrawn = "E-макет"-тен тоқтатуды сұрау
element-sdu-asked-withdrawn = "E-макет" қорытынды ақпаратпен жауап береді
element-sdu-closed = Іс жабылды
element-large-family-sdu = Көпбалалы отбасыға жәрдемақы: туу фактісінен істің аяқталуына дейін

# large-family-allowance/emaket.bpmn
element-check-list = Тізім алынды
element-check-ministry = Еңбекмині деректерін алу
element-check-control = Форматты-логикалық бақылау
element-check-passed = Өтті ме?
element-check-eligible = SDU-ға "Тиісті" мәртебесін жіберу
element-check-eligible-end = Өтті
element-check-reasons = Себептерін жазу
element-check-not-eligible = SDU-ға себебімен "Тиісті емес" мәртебесін жіберу
element-check-not-eligible-end = Процесс аяқталды
element-large-family-check = Көпбалалы отбасыға жәрдемақы: "E-макет"-тегі бақылау
element-assign-consents = Келісім бергендер тізімі
element-assign-before-decision = Шешімге дейін
element-assign-account = Банк шотын анықтап, келісу
element-assign-account-agreed = Шот келісілді ме?
element-assign-silent = Жауап жоқ
element-assign-silent-opened = Шот ашылғаннан кейін жауап жоқ
element-assign-undelivered = SMS жеткізілмеді
element-assign-again-emaket = Өз деректерінен қайта іздеу
element-assign-again-odq = ОДҚ-дан қайта іздеу
element-assign-applied = Осы аралықта берілді ме?
element-assign-applied-end = Өтініш бар
element-assign-application = Э-өтінішті қалыптастыру
element-assign-register = Э-өтінішті тіркеу
element-assign-amount = Балалар саны бойынша мөлшері
element-assign-case-number = ЭІМ нөмірін беру
element-assign-case-file = ЭІМ-ді қалыптастыру
element-assign-project = Шешім жобасын қалыптастыру
element-assign-decide = Уәкілетті органның шешімі
element-assign-decided = Шешім қабылданды
element-assign-stop = SDU тоқтатты
element-assign-report-stop = Тоқтатылғанын SDU-ға хабарлау
element-assign-stop-reason = Неге?
element-assign-stop-withdrawn = Келісім кері алынды
element-assign-stop-died = Қайтыс болды: SMS-сіз тоқтатылды
element-assign-what = Не шешілді?
element-assign-payment = Төлеуге қою
element-assign-notify-assigned = SMS: тағайындалды
element-assign-final-assigned = SDU-ға қорытынды ақпарат
element-assign-assigned = Тағайындалды
element-assign-notify-refused = SMS: бас тартылды
element-assign-final-refused = SDU-ға қорытынды ақпарат
element-assign-refused = Бас тартылды
element-assign-final-none = Аяқталғанын SDU-ға хабарлау
element-assign-none = Шешімсіз аяқталды
element-large-family-assignment = Көпбалалы отбасыға жәрдемақы: тағайындау
