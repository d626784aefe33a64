# Тексты SMS. Приложения 1–5 — перевод текста акта (OP-53: второй текст по желанию владельца). Остальные — нейтральные тексты по OP-25.

annex-1 =
    Уважаемый гражданин!
    Вы имеете право на получение { $benefitName }. Для получения услуги просим ответить в течение 3 рабочих дней.
    В случае подтверждения Вы даёте согласие на сбор и обработку персональных данных.
    По всем вопросам Вы можете обратиться в Call-центр по номеру 1414. Звонок бесплатный.
    Для согласия отправьте - 7#1, для отказа - 7#2

annex-2 =
    Уважаемый(ая) { $fullName }!
    Для перечисления { $benefitName } на Ваш банковский счёт в { $bank1 } отправьте на номер 1414 SMS с текстом { $code }#3#1
    Для выбора другого банка отправьте на номер 1414 SMS с текстом { $code }#3#0.
    Ожидаем Ваш ответ в течение 3 рабочих дней.
    По всем вопросам Вы можете обратиться в Call-центр по номеру 1414. Звонок бесплатный.

annex-3-line-1 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#1 для выбора { $bank1 }
annex-3-line-2 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#2 для выбора { $bank2 }
annex-3-line-3 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#3 для выбора { $bank3 }
annex-3-line-4 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#4 для выбора { $bank4 }
annex-3-line-5 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#5 для выбора { $bank5 }
annex-3-line-6 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#6 для выбора { $bank6 }
annex-3-line-7 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#7 для выбора { $bank7 }
annex-3-line-8 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#8 для выбора { $bank8 }
annex-3-line-9 = { "-" } отправьте на номер 1414 SMS с текстом { $code }#3#9 для выбора { $bank9 }
annex-3 =
    Уважаемый(ая) { $fullName }!
    Для перечисления установленной суммы на Ваш банковский счёт выберите банк из списка ниже:
    { $lines ->
        [2]
            { annex-3-line-1 };
            { annex-3-line-2 }.
        [3]
            { annex-3-line-1 };
            { annex-3-line-2 };
            { annex-3-line-3 }.
        [4]
            { annex-3-line-1 };
            { annex-3-line-2 };
            { annex-3-line-3 };
            { annex-3-line-4 }.
        [5]
            { annex-3-line-1 };
            { annex-3-line-2 };
            { annex-3-line-3 };
            { annex-3-line-4 };
            { annex-3-line-5 }.
        [6]
            { annex-3-line-1 };
            { annex-3-line-2 };
            { annex-3-line-3 };
            { annex-3-line-4 };
            { annex-3-line-5 };
            { annex-3-line-6 }.
        [7]
            { annex-3-line-1 };
            { annex-3-line-2 };
            { annex-3-line-3 };
            { annex-3-line-4 };
            { annex-3-line-5 };
            { annex-3-line-6 };
            { annex-3-line-7 }.
        [8]
            { annex-3-line-1 };
            { annex-3-line-2 };
            { annex-3-line-3 };
            { annex-3-line-4 };
            { annex-3-line-5 };
            { annex-3-line-6 };
            { annex-3-line-7 };
            { annex-3-line-8 }.
       *[9]
            { annex-3-line-1 };
            { annex-3-line-2 };
            { annex-3-line-3 };
            { annex-3-line-4 };
            { annex-3-line-5 };
            { annex-3-line-6 };
            { annex-3-line-7 };
            { annex-3-line-8 };
            { annex-3-line-9 }.
    }
    Для выбора другого банка отправьте на номер 1414 SMS с текстом { $code }#3#0.
    Ожидаем Ваш ответ в течение 3 рабочих дней.
    По всем вопросам Вы можете обратиться в Call-центр по номеру 1414. Звонок бесплатный.

annex-4 =
    Уважаемый(ая) { $fullName }!
    Для перечисления назначенной суммы необходимо открыть счёт в любом отделении банков из списка ниже либо воспользуйтесь ссылками ниже:
    { $bankList }
    Банк автоматически сообщит нам об открытии Вашего счёта.
    Мы ожидаем сообщение от банка в течение 3 рабочих дней.
    По всем вопросам Вы можете обратиться в Call-центр по номеру 1414. Звонок бесплатный.

annex-5 =
    Уважаемый(ая) { $fullName }!
    Срок оказания услуги истёк.
    По вопросам назначения { $benefitName } Вы можете обратиться в отделение государственной корпорации «Правительство для граждан», через портал «электронного правительства» http://egov.kz или через [пропуск в акте].
    Для определения ближайшего филиала Telegram Bot: https://t.me/egovkzbot.

completion-notice =
    Уважаемый(ая) { $fullName }!
    Электронный макет Вашего дела по назначению { $benefitName } возвращён на дооформление. Требуется: { $wanted }.
    Представьте документы в течение { $days } рабочих дней в отделение: { $branch }.

decision-notice-assigned =
    Уважаемый(ая) { $fullName }!
    Принято решение о назначении { $benefitName }. Решение № { $decisionNumber }.

decision-notice-refused =
    Уважаемый(ая) { $fullName }!
    Принято решение об отказе в назначении { $benefitName }. Решение № { $decisionNumber }.
    Причину и порядок обжалования Вы можете узнать в личном кабинете на портале «электронного правительства».

## Слова истории дела

phrase-started = Дело открыто
phrase-entered = Начато: { $name }
phrase-completed = Выполнено: { $name }
phrase-sent = Отправлено: { $name }
phrase-answered = Получен ответ: { $name }
phrase-message = Получено сообщение: { $name }
phrase-timer-set = Срок до { $due }: { $name }
phrase-timer-fired = Срок истёк: { $name }
phrase-task-opened = Поручено: { $name }
phrase-task-done = { $by }: выполнено — { $name }
phrase-decided = Решено по правилу: { $name }
phrase-incident = Помеха: { $name }. { $reason }
phrase-default = Решение по умолчанию для открытого вопроса { $point }
phrase-ended = Дело завершено: { $outcome }

## Исходы

outcome-T00 = Факт не открывает дела
outcome-T01 = Заявление или ЭМД уже есть
outcome-T02 = Условие не выполнено
outcome-T03 = Не соответствует
outcome-T04 = Нет номера или SMS не доставлено
outcome-T05 = Отказ в согласии или отзыв
outcome-T06 = Нет ответа о банке
outcome-T07 = Нет ответа после открытия счёта
outcome-T08 = Назначено
outcome-T09 = В назначении отказано
outcome-T10 = Нет ответа на запрос согласия

## Основания отказа

ground-right-not-confirmed = Право не подтверждено
ground-data-not-authentic = Документы (сведения) недостоверны
ground-documents-not-supplied = Документы не представлены
ground-assigned-already = Уже назначено
ground-other = Иное, см. комментарий

## Этапы

stage-family = Семья и дубли
stage-control = Контроль в Е-макете
stage-consent = Согласие
stage-account = Банковский счёт
stage-case-file = Заявление и макет дела
stage-decision = Решение
stage-completion = Дооформление
stage-payment = Выплата
stage-closed = Завершено

## Элементы процедур

# shared/bank-account.bpmn
element-find-start = Согласие есть
element-find-banks = Какие банки интегрированы?
element-find-ask = Запросить счёт в каждом банке
element-find-choose = Какое приложение, какое предложение?
element-find-annex = Счета?
element-find-silent-banks = Банк молчит: спросить снова
element-find-offer = Предложить найденные счета
element-find-reply = Ответ?
element-find-fix = Закрепить счёт
element-find-selected = Счёт согласован
element-find-why-silent = После открытия?
element-find-silent-opened = Завершено без приложения 5
element-find-annex-5 = Приложение 5: срок истёк
element-find-silent = Завершено: нет ответа
element-find-undelivered = Завершено: не доставлено
element-find-all-banks = Перечислить все банки
element-find-other-banks = Перечислить другие банки
element-find-opening = Приложение 4, ожидать счёт
element-find-was-opened = Счёт открыт?
element-find-take = Выбрать открытый счёт
element-bank-account = Найти и согласовать банковский счёт

# shared/bank-query.bpmn
element-query-until = Пока банк не ответит
element-query-which = Какой банк?
element-query-bank-1 = Запросить банк 1
element-query-bank-2 = Запросить банк 2
element-query-bank-3 = Запросить банк 3
element-query-bank-4 = Запросить банк 4
element-query-got = Ответил
element-query-wait = Немного подождать
element-query-too-long = Один рабочий день молчания
element-query-impatient = Ожидание окончено
element-query-silence = Ответа нет (это не «нет счёта»)
element-query-result = Банк ответил
element-query-end = Ответ записан
element-bank-query = Запросить счёт в одном банке

# shared/bank-offer.bpmn
element-offer-word = Составить SMS (приложение 2 или 3)
element-offer-send = Заказать SMS
element-offer-wait = Что наступит раньше?
element-offer-reply = Ответ получателя
element-offer-meaning = Что означает ответ?
element-offer-valid = Верный?
element-offer-event = Сведения об SMS
element-offer-delivered = Доставка прекращена?
element-offer-window = Три рабочих дня без ответа
element-offer-give-up = Не доставлено
element-offer-end = Ответ известен
element-bank-offer = Предложить банки по SMS и ждать ответа

# shared/account-opening.bpmn
element-opening-word = Составить SMS (приложение 4)
element-opening-send = Заказать SMS
element-opening-wait = Что наступит раньше?
element-opening-bank-news = Банк сообщает об открытии
element-opening-tick = Пора спросить снова
element-opening-window = Три рабочих дня без счёта
element-opening-event = Сведения об SMS
element-opening-ask = Запросить банки из списка
element-opening-found = Счёт в банке из списка?
element-opening-there = Найден?
element-opening-yes = Счёт открыт
element-opening-no = Счёт не открыт
element-opening-delivered = Доставка прекращена?
element-opening-give-up = Не доставлено
element-opening-end = Известно, открыт ли счёт
element-account-opening = Предложить открыть счёт и следить

# shared/notification.bpmn
element-notify-word = Составить SMS
element-notify-send = Заказать SMS
element-notify-end = Заказано
element-notify-person = Уведомить по SMS

# shared/decision.bpmn
element-decision-start = ЭМД и проект поступили
element-decision-consider = Рассмотреть ЭМД и решить
element-decision-late = Срок решения истёк
element-decision-mark = Отметить просрочку
element-decision-marked = Отмечено
element-decision-what = Решение или возврат?
element-decision-completion = Дооформление в Госкорпорации
element-decision-completed = Дооформлено?
element-decision-refuse = Подписать отказ: документы не поступили
element-decision-register = Зарегистрировать решение
element-decision-file = Сохранить подписанное решение
element-decision-end = Решено
element-decision = Решение уполномоченного органа

# shared/completion.bpmn
element-completion-start = ЭМД возвращён
element-completion-return = Вернуть ЭМД в отделение
element-completion-notice = SMS получателю
element-completion-documents = Ожидать документы
element-completion-missing = Двадцать пять рабочих дней без документов
element-completion-limit-1 = Тридцать рабочих дней
element-completion-stage = Дооформлено сразу?
element-completion-file = Ожидать дооформленный ЭМД
element-completion-branch-late = Два рабочих дня отделения
element-completion-mark = Отметить просрочку отделения
element-completion-marked = Отмечено
element-completion-limit-2 = Тридцать рабочих дней
element-completion-done = ЭМД дооформлен
element-completion-no-documents = Документы не поступили
element-completion-limit = Больше ничего не принимается
element-completion-end = Дооформление завершено
element-completion = Дооформление ЭМД

# shared/consent.bpmn
element-phone-start = Лицо на проверку
element-phone-action = Открыто или отозвано?
element-phone-mab = Искать номер в БМГ
element-phone-has = Номер есть?
element-phone-ask = Инициировать SMS о согласии
element-phone-asked = Согласие запрошено
element-phone-none = Сообщить SDU: номера нет
element-phone-none-end = Номера нет
element-phone-close = Отозвать запрос согласия
element-phone-closed = Отозвано
element-phone-check = Проверка абонентского номера
element-relay-start = Результат контроля доступа
element-relay-pass = Сообщить SDU
element-relay-end = Передано
element-consent-relay = Передача согласия в SDU
element-dialogue-start = Запрос согласия
element-dialogue-action = Открыто или отозвано?
element-dialogue-nothing = Отзывать нечего
element-dialogue-open = Запрос открыт
element-dialogue-queue = Ждать, пока по номеру не останется открытых запросов
element-dialogue-pilot = Пилот действует?
element-dialogue-word = Составить SMS (приложение 1)
element-dialogue-send = Заказать SMS
element-dialogue-wait = Что наступит раньше?
element-dialogue-reply = Ответ получателя
element-dialogue-event = Сведения об SMS
element-dialogue-delivered = Доставка прекращена?
element-dialogue-give-up = Не доставлено
element-dialogue-window = Три рабочих дня без ответа
element-dialogue-pilot-end = Пилот завершился
element-dialogue-a-done = Результат известен
element-dialogue-a-over = Остановлено без SMS
element-dialogue-taken-back = Запрос отозван
element-dialogue-free = Освободить номер
element-dialogue-taken = Закрыто без SMS
element-dialogue-what = Что получено?
element-dialogue-record = Записать согласие
element-dialogue-annex-5 = Приложение 5: срок истёк
element-dialogue-release = Освободить номер для следующего запроса
element-dialogue-tell = Сообщить порталу
element-dialogue-end = Сообщено
element-consent-dialogue = Согласие по SMS
element-withdrawal-start = Ответ без открытого запроса
element-withdrawal-digit = 7#2?
element-withdrawal-none = Без последствий
element-withdrawal-who = Чей это номер?
element-withdrawal-known = Известен?
element-withdrawal-unknown = Номер ничей
element-withdrawal-record = Записать отзыв
element-withdrawal-tell = Сообщить порталу
element-withdrawal-end = Отзыв передан
element-consent-withdrawal = Отзыв согласия

# shared/sms-gateway.bpmn
element-order-start = SMS заказано
element-order-hours = Можно ли писать людям сейчас?
element-order-morning = Ждать утра
element-order-deliver = Отправлять, повторять один рабочий день
element-order-submit = Передать в SMS-центр
element-order-first = Впервые?
element-order-who-accepted = Кто заказал?
element-order-accepted-emaket = Сообщить Е-макету: принято
element-order-accepted-pd = Сообщить контролю доступа: принято
element-order-receipt = Отчёт о доставке
element-order-no-receipt = Нет отчёта
element-order-unknown = Принято, доставка неизвестна
element-order-state = Доставлено?
element-order-delivered = Доставлено
element-order-wait = Ждать перед повтором
element-order-note = Не доставлено
element-order-day = Прошёл один рабочий день
element-order-lost = Принято и не отвергнуто?
element-order-day-ok = Принято, доставка неизвестна
element-order-who-lost = Кто заказал?
element-order-lost-emaket = Сообщить Е-макету: не доставлено
element-order-lost-pd = Сообщить контролю доступа: не доставлено
element-order-lost-end = Отправка прекращена
element-order-lost-end-pd = Отправка прекращена
element-order-end = Готово
element-sms-order = Отправка SMS
element-reply-start = SMS получено
element-reply-grammar = Прочитать ответ
element-reply-kind = Вид ответа?
element-reply-consent = Передать контролю доступа
element-reply-bank = Передать в Е-макет
element-reply-unread = Не прочитано: записано, без последствий
element-reply-consent-end = Передано
element-reply-bank-end = Передано
element-sms-reply = Ответ по SMS

# shared/applications-query.bpmn
element-applications-start = Вопрос
element-applications-find = Искать у себя
element-applications-end = Отвечено
element-applications-query = Есть ли заявление или ЭМД?
