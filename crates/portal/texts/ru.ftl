# Тексты страниц. В трёх файлах одни и те же тексты; это проверяет тест.

tagline = Платформа государственных услуг
skip = К содержанию
language = Язык
sections = Разделы
legal-time = Юридическое время
sign-in = Войти
sign-out = Выйти
footer = Qyzmet исполняет государственные услуги по их закону: каждый шаг называет свой пункт, каждое сомнение — принятое решение.
demo-notice = Демонстрация. Люди, ключи и суммы вымышлены; юридическое время можно переводить.
nav-overview = Обзор
nav-cases = Дела
nav-inbox = Задания
nav-log = Сообщения
nav-ledger = Кто видел мои данные
nav-ledger-staff = Журнал обращений
nav-clock = Юридические часы
nav-parameters = Параметры
nav-about = О системе
nav-stand = Внешние системы
role-citizen = гражданин
role-official = должностное лицо
role-operator = оператор
refresh = Обновить
pause = Приостановить
go-on = Продолжить
live-lost = Связь потеряна; показанное могло устареть.
show = Показать
pages = Страницы
page-before = Новее
page-after = Старее
list-cut = Дел больше, чем учитывает эта страница.
value-none = нет
value-yes = да
value-no = нет
mark-waits = ждёт систему
mark-incident = помеха
mark-illustrative = условное значение
overdue = просрочено
overdue-count = просрочено: { $count }
participants = Участники
participant = Участник

## Обзор

overview-running = дел в работе
overview-ended = дел завершено
overview-waiting = ожиданий
overview-stages = Дела по стадиям
overview-waits = Кто кого ждёт
overview-waits-none = Ожиданий нет: все системы отвечают, открытых заданий нет.
overview-facts = Поступившие факты
overview-facts-none = Факты ещё не поступали.
overview-messages = Последние сообщения
overview-messages-none = Сообщений ещё не было.
stage-between = Между стадиями
and-more = и ещё { $count }
waits-system = система
waits-operator = оператор
waits-person = человек
waits-since = с { $since }
group-operator = Оператор
group-emaket-operator = Оператор «Е-макета»
group-authorised-body = Уполномоченный орган

## Дела

case = Дело
service = Услуга
stage = Стадия
cases-search = Ключ дела
cases-state = Состояние
cases-stage = Стадия
cases-any-stage = Любая
cases-state-all = Все дела
cases-state-running = В работе
cases-state-waiting = Ждут систему или оператора
cases-state-ended = Завершённые
cases-state-every = Вместе со вспомогательными процедурами
cases-found = { $count ->
    [one] Найдено { $count } дело.
    [few] Найдено { $count } дела.
   *[other] Найдено { $count } дел.
 }
cases-none = Подходящих дел нет. Измените условия поиска.
case-title = Дело
case-key = Ключ дела
case-started = Начато
case-moved = Последнее движение
case-outcome = Итог
case-show-data = Показать персональные данные
case-reason = Основание
case-reason-hint = Обращение записывается с вашим именем и этим основанием; человек может его увидеть.
case-reason-needed = Укажите основание, не менее 5 знаков: оно записывается, и человек может его увидеть.
case-open-button = Записать и показать
case-opened = Персональные данные показаны. Обращение записано.
case-close = Скрыть
case-facts = Данные дела
case-history = История
case-no-incident = Этой помехи больше нет: она устранена или дело пошло дальше. Откройте дело заново.
part-ended = завершено
part-at = Находится на шаге
part-auxiliary = вспомогательная процедура
incident-retry = Повторить попытку
document-whole = не изменялся с момента создания
document-damaged = повреждён: сохранённые байты не соответствуют хешу
document-gone = срок хранения истёк
document-erased = удалён

## История

hist-started = Дело открыто: { $name }
hist-called = Начато: { $name }
hist-message = Получено сообщение: { $name }
hist-timer-set = Начался срок: { $name }
hist-timer-moved = Срок пересчитан по изменённому календарю: { $name }
hist-timer-fired = Срок истёк: { $name }
hist-decided = Решено по правилу: { $name }
hist-rules = { $table }: правило { $rules }
hist-no-rule = ни одно не подошло
hist-result = Результат:
hist-caught = Отказ обработан: { $name }
hist-code = Код { $code }
hist-incident = Помеха: { $name }
hist-resolved = Помеха устранена: { $name }
hist-by = Кто: { $by }
hist-outcome = Итог: { $outcome }
hist-ended = Дело завершено
hist-cancelled = Дело прекращено
hist-task-opened = Поручено человеку: { $name }
hist-task-done = Выполнено человеком: { $name }
hist-sent = Отправлено: { $name }
hist-asked = Запрошено: { $name }
hist-answered = Получен ответ: { $name }
hist-done = Выполнено: { $name }
hist-failed = Не удалось: { $name }
hist-withdrawn = Больше не требуется: { $name }
hist-trouble = Внешняя система не отвечает; дело ждёт
hist-ignored = Поступило то, что уже не относится к делу
hist-held = Сообщение хранится, пока дело его не запросит
hist-poisoned = Поступившее отложено для оператора
hist-erased = Данные удалены
hist-message-link = сообщение
hist-defaults = опирается на решение по открытому вопросу
default-is = Принято:
deadline-after = { $term } после { $start }, до { $due }
deadline-from = { $term }, считая день { $start }, до { $due }
deadline-from-moment = { $term } с { $start }, до { $due }
deadline-moment = до { $due }
term-working-days = { $count ->
    [one] { $count } рабочий день
    [few] { $count } рабочих дня
   *[other] { $count } рабочих дней
 }
term-working-hours = { $count ->
    [one] { $count } рабочий час
    [few] { $count } рабочих часа
   *[other] { $count } рабочих часов
 }
term-calendar-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[other] { $count } дней
 }
term-calendar-months = { $count ->
    [one] { $count } месяц
    [few] { $count } месяца
   *[other] { $count } месяцев
 }
term-calendar-years = { $count ->
    [one] { $count } год
    [few] { $count } года
   *[other] { $count } лет
 }
term-minutes = { $count ->
    [one] { $count } минута
    [few] { $count } минуты
   *[other] { $count } минут
 }
term-seconds = { $count ->
    [one] { $count } секунда
    [few] { $count } секунды
   *[other] { $count } секунд
 }

## Задания

task = Задание
task-due = Срок
task-no-due = без срока
task-opened = Поступило
task-gone = Это задание для вас больше не открыто: его уже выполнили или дело пошло дальше.
task-reason = рассмотрение: { $name }
task-recorded = Вы видите персональные данные. Обращение записано с этим заданием в качестве основания.
task-people = Люди и счёт
task-proposed = Проект решения
task-calculation = Расчёт построчно
task-illustrative = Значения не из акта
task-illustrative-hint = Они заменяют правила, которых нет в акте, и действуют только в этой демонстрации.
task-documents = Документы дела
task-no-documents = Других документов нет.
task-go-on = Далее
task-go-on-hint = Решение подписывается на следующей странице; возврат отправляется сразу.
decision-inputs = Что рассмотрено
decision-outputs = Что получилось
decision-rules = Правило { $rules }
inbox-groups = Задания для: { $groups }
inbox-no-groups = Ваша учётная запись не входит в группы, которым поручаются задания. Обратитесь к оператору.
inbox-none = Открытых заданий нет.
inbox-done = Готово. Ответ записан, дело идёт дальше.
inbox-being-recorded = Ответ сохранён и записывается; через мгновение дело пойдёт дальше.
form-problems = Нужно исправить
form-required = Заполните это поле
form-required-mark = (обязательно)
form-needed-when = Нужно при ответе «{ $answer }»
form-not-a-choice = Такого варианта нет
form-too-long = Длиннее { $most } знаков
form-at-least = Не менее { $least }
form-not-a-form = Отправленное не является формой. Вернитесь, загрузите страницу заново и отправьте ещё раз.
sign-title = Подписание
sign-what = Что вы подписываете
sign-what-hint = Подписывается именно этот текст. Ваш ключ никогда не хранится на платформе.
sign-exact = Текст буква в букву
sign-button = Подписать через NCALayer
sign-by-hand = Другая программа подписи
sign-by-hand-label = Подпись CMS (отсоединённая) в base64
sign-send = Отправить подпись
sign-no-script = Скрипты отключены: подпишите текст другой программой и вставьте подпись сюда или разрешите скрипты.
sign-refused = Подпись не принята. { $reason }
sign-no-certificate = К вашей учётной записи не отнесён сертификат, поэтому вашу подпись нельзя отличить от чужой. Попросите оператора указать ваш ИИН и БИН органа.
signing-connecting = Поиск NCALayer на этом компьютере …
signing-waiting = Выберите ключ в окне NCALayer.
signing-none = NCALayer не отвечает. Запустите его и повторите.
signing-cancelled = Вы отменили подпись.
signing-failed = NCALayer не смог подписать.
signing-sending = Подписано. Отправка …

## Журнал сообщений

log-hint = Сведения о вызовах и хеши. Содержание сообщений здесь не показывается.
log-name = Идентификатор
log-party = Участник
log-service = Сервис
log-state = Состояние
log-until = До
log-any = Все
log-none = Подходящих сообщений нет.
log-time = Время
log-from = От кого
log-to = Кому
log-ms = мс
log-older = Более ранние сообщения
log-until-wrong = Момент не читается. Укажите день и время, например 2024-04-01T10:00.
call-forwarded = в пути
call-answered = ответ получен
call-refused = отказано
call-faulted = ошибка
call-failed = не доставлено
call-timed-out = нет ответа вовремя
call-late = ответ опоздал
exchange-title = Сообщение
exchange-hint = Сами конверты запечатаны.
exchange-message = Идентификатор сообщения
exchange-session = Сессия
exchange-correlation = Корреляция
exchange-bearer = Передал
exchange-peer = Сетевой адрес
exchange-reason = Причина
exchange-repeat = Повтор
exchange-personal = Персональные данные
exchange-request-bytes = Байт в запросе
exchange-request-digest = SHA-256 запроса
exchange-body-digest = SHA-256 его Body
exchange-certificate = Сертификат отправителя
exchange-answer-bytes = Байт в ответе
exchange-answer-digest = SHA-256 ответа
exchange-answer-certificate = Сертификат поставщика

## Обращения к данным

ledger-hint = Здесь записано каждое открытие дела и каждая передача другой системе.
ledger-iin = ИИН человека
ledger-iin-wrong = Это не ИИН: в нём 12 цифр, первые шесть — дата рождения, последняя — контрольная.
ledger-entries = Обращения к данным
ledger-none = Эти данные никто не использовал.
ledger-when = Когда
ledger-who = Кто
ledger-deed = Что сделано
ledger-why = Основание
ledger-where = Где
ledger-consents = Согласия
ledger-no-consents = Согласий нет.
ledger-need-certificate = Войдите с сертификатом: он показывает, что данные — ваши.
ledger-what-case-file = дело
ledger-what-ledger = этот журнал
deed-seen = просмотрено
deed-disclosed = передано
deed-exported = выгружено
consent-number = Номер
consent-action = Согласие
consent-purpose = Для чего
consent-given = дано
consent-withdrawn = отозвано
consent-for-all = для всего

## Часы

weekday-1 = понедельник
weekday-2 = вторник
weekday-3 = среда
weekday-4 = четверг
weekday-5 = пятница
weekday-6 = суббота
weekday-7 = воскресенье
clock-working = рабочий день
clock-not-working = нерабочий день
clock-to-deadline = К ближайшему сроку
clock-working-day = +1 рабочий день
clock-set = Момент (Алматы)
clock-set-button = Перевести вперёд
clock-hint = Сроки, даты и действительность считаются по юридическому времени. Оно идёт только вперёд; каждый перевод записывается.
clock-operator = Перевести часы может оператор.
clock-deadlines = Ближайшие сроки
clock-nothing-due = Ни одно дело не ждёт срока.
clock-due = Когда
clock-what = Что
clock-production = Здесь юридическое время — время машины, перевести его нельзя: это не демонстрация.
clock-no-calendar = В рабочем календаре нет данных о следующем рабочем дне. Укажите момент в пределах известных лет.
clock-moment-wrong = Момент не читается. Укажите день и время, например 2024-04-05T10:00.
clock-only-forward = Юридические часы идут только вперёд и не более чем на десять лет. Выберите более поздний момент.

## Параметры и о системе

parameters-hint = То, что акт оставляет установить. Значение действует со своего дня; дело берёт значения на дату своего факта.
release = Выпуск { $hash }
parameter = Параметр
parameter-value = Значение
parameter-source = Источник
parameter-from = с { $from }
unit-working-days = рабочих дней
unit-minutes = минут
unit-tenge = тенге
unit-years = лет
unit-hour-of-the-day = час дня
unit-monthly-calculation-indices = МРП
about-act = Акт
about-act-id = Номер
about-in-force = Действует с
about-last-day = Последний день для новых дел
about-over = истёк
about-calendar = Рабочий календарь
about-illustrative = Не из акта
about-illustrative-count = { $count ->
    [one] { $count } условный параметр:
    [few] { $count } условных параметра:
   *[other] { $count } условных параметров:
 }
about-chapters = Главы
about-chapter = Глава
about-paragraphs = Пункты
about-carried-out = Исполняется
about-not-yet = ещё нет
about-points = Открытые вопросы
about-points-hint = Что акт оставляет открытым и как поступает система, пока не решил владелец. Каждый шаг, который на это опирается, говорит об этом.
about-point = Вопрос
about-gap = Что открыто
about-default = Как поступаем

## Вход

sign-in-title = Вход
sign-in-certificate = С сертификатом
sign-in-certificate-hint = Для граждан и должностных лиц. Ваша программа подписывает строку, действительную только для этой страницы; пароль не нужен.
sign-in-with-key = Войти через NCALayer
sign-in-account = С учётной записью
sign-in-account-hint = Для операторов. В демонстрации также для должностных лиц.
sign-in-login = Учётная запись
sign-in-password = Пароль
sign-in-wrong = Учётная запись или пароль неверны.
sign-in-wait = Слишком много попыток. Подождите минуту и повторите.
sign-in-late = Строка для подписи устарела или уже использована. Подпишите новую.
sign-in-several = В сообщении несколько подписей. Подпишите одним сертификатом.
sign-in-refused = Подпись не принята. { $reason }
sign-in-nobody = Сертификат не называет человека: в нём нет ИИН.

## Отказы

to-start = В начало
refusal-address = Адрес
refusal-number = Номер в журнале
refusal-not-found = Такой страницы нет
refusal-not-found-mend = Возможно, в адресе ошибка или этого больше нет. Начните с обзора.
refusal-sign-in = Нужно войти
refusal-sign-in-mend = Войдите и откройте страницу снова.
refusal-forbidden = Эта страница не для вас
refusal-forbidden-mend = У вашей учётной записи нет права на неё. Если оно нужно, обратитесь к оператору.
refusal-csrf = Форма пришла не с вашей страницы
refusal-csrf-mend = Ничего не сделано. Загрузите страницу заново и отправьте форму ещё раз.
refusal-form = В форме что-то не так
refusal-form-mend = Ничего не сделано. Вернитесь, исправьте и отправьте снова.
refusal-too-large = Отправлено слишком много
refusal-too-large-mend = В форме может быть не более 512 КиБ. Ничего не сделано.
refusal-method = Этим адресом так не пользуются
refusal-method-mend = Пользуйтесь страницами и их формами.
refusal-conflict = Тем временем произошло другое
refusal-conflict-mend = Ничего не сделано. Откройте список и посмотрите, как обстоит дело сейчас.
refusal-not-here = Эта установка отказывает
refusal-not-here-mend = Ничего не сделано.
refusal-unavailable = Сейчас страницу показать нельзя
refusal-unavailable-mend = Ничего не сделано. Повторите через минуту; если не поможет, сообщите оператору номер ниже.

## Названия данных

field-recipient = Получатель
field-applicant = Заявитель
field-child = Дети
field-children = Дети
field-iin = ИИН
field-childIin = ИИН ребёнка
field-surname = Фамилия
field-name = Имя
field-patronymic = Отчество
field-birthDate = Дата рождения
field-phone = Телефон
field-account = Банковский счёт
field-bank = Банк
field-iban = ИИК
field-amountTiyn = Сумма в месяц
field-tiyn = Сумма в месяц
field-coefficient = Коэффициент
field-monthlyIndex = Месячный расчётный показатель
field-monthlyIndexTiyn = Месячный расчётный показатель
field-numberOfChildren = Число детей
field-outcome = Итог
field-grounds = Основания
field-comment = Комментарий
field-wanted = Недостающие документы
field-factDate = Дата факта
field-payFrom = Выплачивается с
field-formedAt = Сформировано
field-caseRef = Ключ дела
field-caseFileNumber = Номер дела
field-applicationNumber = Номер заявления
field-caseFileDigest = Хеш дела
field-applicationDigest = Хеш заявления
field-consentNumber = Номер согласия
field-consentedAt = Согласие дано
field-proposal = Предложение
field-service = Услуга
field-kind = Вид
field-task = Задание
field-ruling = Решение
field-document = Документ
field-title = Название
field-content = Содержание
field-digest = Хеш
field-id = Идентификатор
field-number = Номер
field-at = Когда
field-signedBy = Подписал
field-signature = Подпись
field-participant = Участник
field-result = Результат
field-code = Код
field-bankCode = Код банка
field-bankName = Банк
field-nameKk = Название (kk)
field-nameRu = Название (ru)
field-nameEn = Название (en)
field-serviceId = Сервис
field-link = Адрес
field-answered = Ответил
field-currency = Валюта
field-openedOn = Открыт
field-option = Вариант
field-lines = Строк
field-offer = Предложение
field-annex = Приложение
field-silent = Молчит
field-bankAnswers = Ответ банка
field-accounts = Счета
field-coefficients = Коэффициенты
