# Беттердің мәтіндері. Үш файлда мәтіндер бірдей; оны сынақ тексереді.

tagline = Мемлекеттік қызметтер платформасы
skip = Мазмұнға өту
language = Тіл
sections = Бөлімдер
legal-time = Заңды уақыт
sign-in = Кіру
sign-out = Шығу
footer = Qyzmet мемлекеттік қызметтерді заң бойынша орындайды: әр қадам өз тармағын, әр күмән қабылданған шешімін атайды.
demo-notice = Көрсетілім. Адамдар, кілттер және сомалар ойдан шығарылған; заңды уақытты жылжытуға болады.
nav-overview = Шолу
nav-cases = Істер
nav-inbox = Тапсырмалар
nav-log = Хабарламалар
nav-ledger = Деректерімді кім көрді
nav-ledger-staff = Қолжетімділік журналы
nav-clock = Заңды сағат
nav-parameters = Параметрлер
nav-about = Жүйе туралы
nav-stand = Сыртқы жүйелер
role-citizen = азамат
role-official = лауазымды адам
role-operator = оператор
refresh = Жаңарту
pause = Тоқтата тұру
go-on = Жалғастыру
live-lost = Байланыс үзілді; көрсетілген мәліметтер ескірген болуы мүмкін.
show = Көрсету
pages = Беттер
page-before = Жаңарақ
page-after = Ескірек
list-cut = Істер осы бетте есептелгеннен көп.
value-none = жоқ
value-yes = иә
value-no = жоқ
mark-waits = жүйені күтуде
mark-incident = кедергі
mark-illustrative = шартты мән
overdue = мерзімі өтті
overdue-count = мерзімі өткені: { $count }
participants = Қатысушылар
participant = Қатысушы

## Шолу

overview-running = жүріп жатқан іс
overview-ended = аяқталған іс
overview-waiting = күту
overview-stages = Істер кезеңдер бойынша
overview-waits = Кім кімді күтеді
overview-waits-none = Күту жоқ: барлық жүйе жауап береді, ашық тапсырма жоқ.
overview-facts = Келіп түскен фактілер
overview-facts-none = Фактілер әлі келген жоқ.
overview-messages = Соңғы хабарламалар
overview-messages-none = Хабарлама әлі болған жоқ.
stage-between = Кезеңдер арасында
and-more = тағы { $count }
waits-system = жүйе
waits-operator = оператор
waits-person = адам
waits-since = { $since } бастап
group-operator = Оператор
group-emaket-operator = «Е-макет» операторы
group-authorised-body = Уәкілетті орган

## Істер

case = Іс
service = Қызмет
stage = Кезең
cases-search = Істің кілті
cases-state = Күйі
cases-stage = Кезең
cases-any-stage = Кез келген
cases-state-all = Барлық істер
cases-state-running = Жүріп жатқандар
cases-state-waiting = Жүйені не операторды күтетіндер
cases-state-ended = Аяқталғандар
cases-state-every = Көмекші рәсімдермен бірге
cases-found = { $count ->
    [one] { $count } іс табылды.
   *[other] { $count } іс табылды.
 }
cases-none = Сәйкес іс жоқ. Сүзгіні өзгертіңіз.
case-title = Іс
case-key = Істің кілті
case-started = Басталды
case-moved = Соңғы қозғалыс
case-outcome = Қорытынды
case-show-data = Дербес деректерді көрсету
case-reason = Негіздеме
case-reason-hint = Қолжетімділік сіздің атыңызбен және осы негіздемемен жазылады; адам оны көре алады.
case-reason-needed = Негіздемені кемінде 5 таңбамен жазыңыз: ол жазылады, адам оны көре алады.
case-open-button = Жазу және көрсету
case-opened = Дербес деректер көрсетілді. Қолжетімділік жазылды.
case-close = Жасыру
case-facts = Істің деректері
case-history = Тарихы
case-no-incident = Бұл кедергі енді жоқ: ол жойылды немесе іс әрі қарай кетті. Істі қайта ашыңыз.
part-ended = аяқталды
part-at = Тұрған қадамы
part-auxiliary = көмекші рәсім
incident-retry = Қайталап көру
document-whole = жасалғаннан бері өзгермеген
document-damaged = бүлінген: сақталған байттар хешке сәйкес емес
document-gone = сақтау мерзімі өтті
document-erased = өшірілді

## Тарихы

hist-started = Іс ашылды: { $name }
hist-called = Басталды: { $name }
hist-message = Хабарлама келді: { $name }
hist-timer-set = Мерзім басталды: { $name }
hist-timer-moved = Мерзім өзгерген күнтізбе бойынша қайта есептелді: { $name }
hist-timer-fired = Мерзім өтті: { $name }
hist-decided = Ереже бойынша шешілді: { $name }
hist-rules = { $table }: ереже { $rules }
hist-no-rule = бірде-біреуі сәйкес келмеді
hist-result = Нәтиже:
hist-caught = Бас тарту өңделді: { $name }
hist-code = Код { $code }
hist-incident = Кедергі: { $name }
hist-resolved = Кедергі жойылды: { $name }
hist-by = Кім: { $by }
hist-outcome = Қорытынды: { $outcome }
hist-ended = Іс аяқталды
hist-cancelled = Іс тоқтатылды
hist-task-opened = Адамға тапсырылды: { $name }
hist-task-done = Адам орындады: { $name }
hist-sent = Жіберілді: { $name }
hist-asked = Сұралды: { $name }
hist-answered = Жауап келді: { $name }
hist-done = Орындалды: { $name }
hist-failed = Орындалмады: { $name }
hist-withdrawn = Енді қажет емес: { $name }
hist-trouble = Сыртқы жүйе жауап бермейді; іс күтуде
hist-ignored = Іске енді қатысы жоқ мәлімет келді
hist-held = Хабарлама іс сұрағанша сақталады
hist-poisoned = Келген мәлімет оператор үшін бөлек қойылды
hist-erased = Деректер өшірілді
hist-message-link = хабарлама
hist-defaults = ашық мәселе бойынша шешімге сүйенеді
default-is = Қабылданғаны:
deadline-after = { $start } кейін { $term }, { $due } дейін
deadline-from = { $start } күнін қоса есептегенде { $term }, { $due } дейін
deadline-from-moment = { $start } бастап { $term }, { $due } дейін
deadline-moment = { $due } дейін
term-working-days = { $count ->
    [one] { $count } жұмыс күні
   *[other] { $count } жұмыс күні
 }
term-working-hours = { $count ->
    [one] { $count } жұмыс сағаты
   *[other] { $count } жұмыс сағаты
 }
term-calendar-days = { $count ->
    [one] { $count } күн
   *[other] { $count } күн
 }
term-calendar-months = { $count ->
    [one] { $count } ай
   *[other] { $count } ай
 }
term-calendar-years = { $count ->
    [one] { $count } жыл
   *[other] { $count } жыл
 }
term-minutes = { $count ->
    [one] { $count } минут
   *[other] { $count } минут
 }
term-seconds = { $count ->
    [one] { $count } секунд
   *[other] { $count } секунд
 }

## Тапсырмалар

task = Тапсырма
task-due = Мерзімі
task-no-due = мерзімсіз
task-opened = Келіп түсті
task-gone = Бұл тапсырма сіз үшін енді ашық емес: оны басқа адам орындады немесе іс әрі қарай кетті.
task-reason = қарау: { $name }
task-recorded = Сіз дербес деректерді көріп тұрсыз. Қолжетімділік осы тапсырма негіздемесімен жазылды.
task-people = Адамдар және шот
task-proposed = Шешім жобасы
task-calculation = Есептің әр жолы
task-illustrative = Актіден алынбаған мәндер
task-illustrative-hint = Олар актіде жоқ қағидалардың орнына қойылған және тек осы көрсетілімде қолданылады.
task-documents = Істің құжаттары
task-no-documents = Басқа құжат жоқ.
task-go-on = Әрі қарай
task-go-on-hint = Шешімге келесі бетте қол қойылады; қайтару бірден жіберіледі.
decision-inputs = Не қаралды
decision-outputs = Не шықты
decision-rules = Ереже { $rules }
inbox-groups = Тапсырмалар кімге: { $groups }
inbox-no-groups = Тіркелгіңіз тапсырма алатын топқа кірмейді. Операторға жүгініңіз.
inbox-none = Ашық тапсырма жоқ.
inbox-done = Дайын. Жауап жазылды, іс жалғасуда.
inbox-being-recorded = Жауап сақталды және жазылуда; іс бір сәттен кейін жалғасады.
form-problems = Түзету керек
form-required = Осы өрісті толтырыңыз
form-required-mark = (міндетті)
form-needed-when = «{ $answer }» жауабында қажет
form-not-a-choice = Мұндай нұсқа жоқ
form-too-long = { $most } таңбадан ұзын
form-at-least = Кемінде { $least }
form-not-a-form = Жіберілген мәлімет нысан емес. Артқа қайтып, бетті қайта жүктеп, тағы бір рет жіберіңіз.
sign-title = Қол қою
sign-what = Неге қол қоясыз
sign-what-hint = Дәл осы мәтінге қол қойылады. Кілтіңіз платформада ешқашан сақталмайды.
sign-exact = Мәтіннің дәл өзі
sign-button = NCALayer арқылы қол қою
sign-by-hand = Қол қоюдың басқа бағдарламасы
sign-by-hand-label = CMS қолтаңбасы (бөлек), base64 түрінде
sign-send = Қолтаңбаны жіберу
sign-no-script = Скрипттер өшірулі: мәтінге басқа бағдарламамен қол қойып, қолтаңбаны осында қойыңыз немесе скрипттерге рұқсат беріңіз.
sign-refused = Қолтаңба қабылданбады. { $reason }
sign-no-certificate = Тіркелгіңізге сертификат бекітілмеген, сондықтан қолтаңбаңызды басқаныкінен ажырату мүмкін емес. Оператордан ЖСН-іңізді және органның БСН-ін енгізуді сұраңыз.
signing-connecting = Осы компьютерден NCALayer ізделуде …
signing-waiting = NCALayer терезесінен кілтіңізді таңдаңыз.
signing-none = NCALayer жауап бермейді. Оны іске қосып, қайталаңыз.
signing-cancelled = Сіз қол қоюдан бас тарттыңыз.
signing-failed = NCALayer қол қоя алмады.
signing-sending = Қол қойылды. Жіберілуде …

## Хабарламалар журналы

log-hint = Шақырулар туралы мәліметтер және хештер. Хабарламалардың мазмұны мұнда көрсетілмейді.
log-name = Идентификатор
log-party = Қатысушы
log-service = Сервис
log-state = Күйі
log-until = Дейін
log-any = Барлығы
log-none = Сәйкес хабарлама жоқ.
log-time = Уақыты
log-from = Кімнен
log-to = Кімге
log-ms = мс
log-older = Ертерек хабарламалар
log-until-wrong = Сәт оқылмайды. Күн мен уақытты жазыңыз, мысалы 2024-04-01T10:00.
call-forwarded = жолда
call-answered = жауап келді
call-refused = бас тартылды
call-faulted = қате
call-failed = жеткізілмеді
call-timed-out = уақытында жауап жоқ
call-late = жауап кешікті
exchange-title = Хабарлама
exchange-hint = Конверттердің өзі мөрленген.
exchange-message = Хабарламаның идентификаторы
exchange-session = Сессия
exchange-correlation = Корреляция
exchange-bearer = Тапсырған
exchange-peer = Желілік мекенжай
exchange-reason = Себебі
exchange-repeat = Қайталау
exchange-personal = Дербес деректер
exchange-request-bytes = Сұраудың байттары
exchange-request-digest = Сұраудың SHA-256 хеші
exchange-body-digest = Body бөлігінің SHA-256 хеші
exchange-certificate = Жіберушінің сертификаты
exchange-answer-bytes = Жауаптың байттары
exchange-answer-digest = Жауаптың SHA-256 хеші
exchange-answer-certificate = Жеткізушінің сертификаты

## Деректерге қолжетімділік

ledger-hint = Мұнда істің әр ашылуы және басқа жүйеге әр берілуі жазылған.
ledger-iin = Адамның ЖСН-і
ledger-iin-wrong = Бұл ЖСН емес: онда 12 цифр бар, алғашқы алтауы — туған күні, соңғысы — бақылау цифры.
ledger-entries = Деректерге қолжетімділік
ledger-none = Бұл деректерді ешкім пайдаланған жоқ.
ledger-when = Қашан
ledger-who = Кім
ledger-deed = Не істелді
ledger-why = Негіздеме
ledger-where = Қайда
ledger-consents = Келісімдер
ledger-no-consents = Келісім жоқ.
ledger-need-certificate = Сертификатпен кіріңіз: ол деректердің сіздікі екенін көрсетеді.
ledger-what-case-file = іс макеті
ledger-what-ledger = осы журнал
deed-seen = қаралды
deed-disclosed = берілді
deed-exported = шығарылды
consent-number = Нөмірі
consent-action = Келісім
consent-purpose = Не үшін
consent-given = берілді
consent-withdrawn = кері алынды
consent-for-all = барлығы үшін

## Сағат

weekday-1 = дүйсенбі
weekday-2 = сейсенбі
weekday-3 = сәрсенбі
weekday-4 = бейсенбі
weekday-5 = жұма
weekday-6 = сенбі
weekday-7 = жексенбі
clock-working = жұмыс күні
clock-not-working = жұмыс күні емес
clock-to-deadline = Келесі мерзімге
clock-working-day = +1 жұмыс күні
clock-set = Сәт (Алматы)
clock-set-button = Алға жылжыту
clock-hint = Мерзімдер, күндер және жарамдылық заңды уақыт бойынша есептеледі. Ол тек алға жүреді; әр жылжыту жазылады.
clock-operator = Сағатты оператор жылжыта алады.
clock-deadlines = Келесі мерзімдер
clock-nothing-due = Мерзім күтетін іс жоқ.
clock-due = Қашан
clock-what = Не
clock-production = Мұнда заңды уақыт — машинаның уақыты, оны жылжытуға болмайды: бұл көрсетілім емес.
clock-no-calendar = Жұмыс күнтізбесінде келесі жұмыс күні туралы дерек жоқ. Белгілі жылдардағы сәтті таңдаңыз.
clock-moment-wrong = Сәт оқылмайды. Күн мен уақытты жазыңыз, мысалы 2024-04-05T10:00.
clock-only-forward = Заңды сағат тек алға және ең көбі он жылға жылжиды. Кейінірек сәтті таңдаңыз.

## Параметрлер және жүйе туралы

parameters-hint = Акт белгілеуге қалдырған мәндер. Мән өз күнінен бастап қолданылады; іс өз фактісінің күніндегі мәндерді алады.
release = Шығарылым { $hash }
parameter = Параметр
parameter-value = Мәні
parameter-source = Көзі
parameter-from = { $from } бастап
unit-working-days = жұмыс күні
unit-minutes = минут
unit-tenge = теңге
unit-years = жас
unit-hour-of-the-day = сағат
unit-monthly-calculation-indices = АЕК
about-act = Акт
about-act-id = Нөмірі
about-in-force = Күшіне енген күні
about-last-day = Жаңа істердің соңғы күні
about-over = өтті
about-calendar = Жұмыс күнтізбесі
about-illustrative = Актіден алынбағаны
about-illustrative-count = { $count ->
    [one] { $count } шартты параметр:
   *[other] { $count } шартты параметр:
 }
about-chapters = Тараулар
about-chapter = Тарау
about-paragraphs = Тармақтар
about-carried-out = Орындалуы
about-not-yet = әзірге жоқ
about-points = Ашық мәселелер
about-points-hint = Акт ашық қалдырған мәселелер және иесі шешкенше жүйенің әрекеті. Оған сүйенетін әр қадам бұл туралы айтады.
about-point = Мәселе
about-gap = Не ашық
about-default = Не істейміз

## Кіру

sign-in-title = Кіру
sign-in-certificate = Сертификатпен
sign-in-certificate-hint = Азаматтар мен лауазымды адамдар үшін. Бағдарламаңыз тек осы бетке жарамды жолға қол қояды; құпиясөз керек емес.
sign-in-with-key = NCALayer арқылы кіру
sign-in-account = Тіркелгімен
sign-in-account-hint = Операторлар үшін. Көрсетілімде лауазымды адамдар үшін де.
sign-in-login = Тіркелгі
sign-in-password = Құпиясөз
sign-in-wrong = Тіркелгі немесе құпиясөз қате.
sign-in-wait = Тым көп әрекет жасалды. Бір минут күтіп, қайталаңыз.
sign-in-late = Қол қойылатын жол ескірген немесе бұрын пайдаланылған. Жаңасына қол қойыңыз.
sign-in-several = Хабарламада бірнеше қолтаңба бар. Бір сертификатпен қол қойыңыз.
sign-in-refused = Қолтаңба қабылданбады. { $reason }
sign-in-nobody = Сертификат адамды атамайды: онда ЖСН жоқ.

## Бас тартулар

to-start = Басына
refusal-address = Мекенжай
refusal-number = Журналдағы нөмірі
refusal-not-found = Мұндай бет жоқ
refusal-not-found-mend = Мекенжайда қате болуы мүмкін немесе бұл енді жоқ. Шолудан бастаңыз.
refusal-sign-in = Кіру қажет
refusal-sign-in-mend = Кіріп, бетті қайта ашыңыз.
refusal-forbidden = Бұл бет сізге арналмаған
refusal-forbidden-mend = Тіркелгіңіздің оған құқығы жоқ. Қажет болса, операторға жүгініңіз.
refusal-csrf = Нысан сіздің бетіңізден келген жоқ
refusal-csrf-mend = Ештеңе жасалмады. Бетті қайта жүктеп, нысанды тағы бір рет жіберіңіз.
refusal-form = Нысанда бірдеңе дұрыс емес
refusal-form-mend = Ештеңе жасалмады. Артқа қайтып, түзетіп, қайта жіберіңіз.
refusal-too-large = Тым көп жіберілді
refusal-too-large-mend = Нысанның көлемі 512 КиБ-тан аспайды. Ештеңе жасалмады.
refusal-method = Бұл мекенжай осылай қолданылмайды
refusal-method-mend = Беттер мен олардың нысандарын пайдаланыңыз.
refusal-conflict = Осы арада басқа нәрсе болды
refusal-conflict-mend = Ештеңе жасалмады. Тізімді ашып, қазіргі жағдайды қараңыз.
refusal-not-here = Бұл орнатылым бас тартады
refusal-not-here-mend = Ештеңе жасалмады.
refusal-unavailable = Бетті қазір көрсету мүмкін емес
refusal-unavailable-mend = Ештеңе жасалмады. Бір минуттан кейін қайталаңыз; болмаса, төмендегі нөмірді операторға айтыңыз.

## Деректердің атаулары

field-recipient = Алушы
field-applicant = Өтініш беруші
field-child = Балалар
field-children = Балалар
field-iin = ЖСН
field-childIin = Баланың ЖСН-і
field-surname = Тегі
field-name = Аты
field-patronymic = Әкесінің аты
field-birthDate = Туған күні
field-phone = Телефон
field-account = Банк шоты
field-bank = Банк
field-iban = ЖСК
field-amountTiyn = Айлық сома
field-tiyn = Айлық сома
field-coefficient = Коэффициент
field-monthlyIndex = Айлық есептік көрсеткіш
field-monthlyIndexTiyn = Айлық есептік көрсеткіш
field-numberOfChildren = Балалар саны
field-outcome = Қорытынды
field-grounds = Негіздер
field-comment = Түсіндірме
field-wanted = Жетіспейтін құжаттар
field-factDate = Факт күні
field-payFrom = Төлем басталатын күн
field-formedAt = Қалыптастырылды
field-caseRef = Істің кілті
field-caseFileNumber = Іс макетінің нөмірі
field-applicationNumber = Өтініштің нөмірі
field-caseFileDigest = Іс макетінің хеші
field-applicationDigest = Өтініштің хеші
field-consentNumber = Келісімнің нөмірі
field-consentedAt = Келісім берілді
field-proposal = Ұсыныс
field-service = Қызмет
field-kind = Түрі
field-task = Тапсырма
field-ruling = Шешім
field-document = Құжат
field-title = Атауы
field-content = Мазмұны
field-digest = Хеш
field-id = Идентификатор
field-number = Нөмірі
field-at = Қашан
field-signedBy = Қол қойған
field-signature = Қолтаңба
field-participant = Қатысушы
field-result = Нәтиже
field-code = Код
field-bankCode = Банктің коды
field-bankName = Банк
field-nameKk = Атауы (kk)
field-nameRu = Атауы (ru)
field-nameEn = Атауы (en)
field-serviceId = Сервис
field-link = Мекенжай
field-answered = Жауап берді
field-currency = Валюта
field-openedOn = Ашылды
field-option = Нұсқа
field-lines = Жолдар
field-offer = Ұсыныс
field-annex = Қосымша
field-silent = Үнсіз
field-bankAnswers = Банктің жауабы
field-accounts = Шоттар
field-coefficients = Коэффициенттер
