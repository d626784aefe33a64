## Услуга

service-large-family-allowance = Назначение пособия многодетной семье

## Причины «Тиісті емес»

reason-data-incomplete = Данные лица заполнены не полностью
reason-data-of-another = Данные Минтруда относятся к другому лицу
reason-not-resident = Лицо не проживает постоянно в Казахстане
reason-deprived-of-rights = Лицо лишено родительских прав или ограничено в них
reason-other-support = Лицо получает иную поддержку, исключающую данную
reason-too-few-children = По данным Минтруда учитывается менее четырёх детей

## Элементы процедур

# large-family-allowance/sdu.bpmn
element-sdu-fact = Факт получен
element-sdu-kind = Рождение или смерть?
element-sdu-no-open-case = Смерть лица без открытого дела
element-sdu-pilot = Пилот действует?
element-sdu-pilot-over = После пилота новые дела не открываются
element-sdu-family = Найти родственников и собрать состав семьи
element-sdu-entitlement = Четвёртый или последующий ребёнок? Кто получатель?
element-sdu-is-fact = Открывает ли факт дело?
element-sdu-not-this-service = Детей меньше четырёх: дело не открывается
element-sdu-no-recipient = Нет живого родителя-получателя
element-sdu-until-consent = До согласия
element-sdu-in-emaket = Искать заявление или ЭМД в Е-макете
element-sdu-in-odq = Искать в ЦБД
element-sdu-duplicate = Заявление или ЭМД найдены?
element-sdu-duplicate-end = Заявление или ЭМД уже есть
element-sdu-confirm = Запросить подтверждение у госорганов
element-sdu-confirmed = Подтверждено?
element-sdu-not-confirmed = Данные не подтверждены
element-sdu-list = Направить список в Е-макет
element-sdu-await-status = Ожидать статус от Е-макета
element-sdu-is-eligible = «Соответствует»?
element-sdu-not-eligible = «Не соответствует» с причиной
element-sdu-phone-check = Направить список в ПЭП для проверки номера
element-sdu-await-consent = Ожидать проверку номера и согласие
element-sdu-consent-kind = Что получено?
element-sdu-consented = Согласие дано
element-sdu-refused = Отказ: SDU завершает процесс
element-sdu-no-phone = Номера в БМГ нет
element-sdu-not-delivered = SMS не доставлено
element-sdu-expired = Нет ответа на приложение 1
element-sdu-died-before = Получатель умер
element-sdu-take-back = Отозвать запрос согласия
element-sdu-died-end = Остановлено без SMS: смерть
element-sdu-has-consent = Согласие дано?
element-sdu-ended-before = Завершено до согласия
element-sdu-in-progress = В работе в Е-макете
element-sdu-consent-list = Передать в Е-макет список давших согласие
element-sdu-await-final = Ожидать итоговую информацию
element-sdu-outcome = Чем закончилось?
element-sdu-assigned = Назначено
element-sdu-refused-decision = В назначении отказано
element-sdu-silent = Нет ответа о банке
element-sdu-silent-opened = Нет ответа после открытия счёта
element-sdu-withdrawn = Согласие отозвано
element-sdu-died-after = Смерть до решения
element-sdu-undeliverable = SMS не доставлено
element-sdu-applied = Тем временем подано заявление
element-sdu-died-later = Получатель умер
element-sdu-stop-died = Просить Е-макет остановить
element-sdu-asked-died = Е-макет ответит итоговой информацией
element-sdu-withdrawal = Согласие отозвано
element-sdu-stop-withdrawn = Просить Е-макет остановить
element-sdu-asked-withdrawn = Е-макет ответит итоговой информацией
element-sdu-closed = Дело закрыто
element-large-family-sdu = Пособие многодетной семье: от рождения до окончания дела

# large-family-allowance/emaket.bpmn
element-check-list = Список получен
element-check-ministry = Получить данные Минтруда
element-check-control = Форматно-логический контроль
element-check-passed = Пройден?
element-check-eligible = Направить в SDU «Тиісті»
element-check-eligible-end = Пройден
element-check-reasons = Изложить причины
element-check-not-eligible = Направить в SDU «Тиісті емес» с причиной
element-check-not-eligible-end = Процесс завершён
element-large-family-check = Пособие многодетной семье: контроль в Е-макете
element-assign-consents = Список давших согласие
element-assign-before-decision = До решения
element-assign-account = Найти и согласовать счёт
element-assign-account-agreed = Счёт согласован?
element-assign-silent = Нет ответа
element-assign-silent-opened = Нет ответа после открытия
element-assign-undelivered = SMS не доставлено
element-assign-again-emaket = Повторно искать у себя
element-assign-again-odq = Повторно искать в ЦБД
element-assign-applied = Тем временем подано?
element-assign-applied-end = Заявление уже есть
element-assign-application = Сформировать э-заявление
element-assign-register = Зарегистрировать э-заявление
element-assign-amount = Размер по числу детей
element-assign-case-number = Присвоить номер ЭМД
element-assign-case-file = Сформировать ЭМД
element-assign-project = Сформировать проект решения
element-assign-decide = Решение уполномоченного органа
element-assign-decided = Решено
element-assign-stop = Остановлено SDU
element-assign-report-stop = Сообщить SDU об остановке
element-assign-stop-reason = Почему?
element-assign-stop-withdrawn = Согласие отозвано
element-assign-stop-died = Смерть: остановлено без SMS
element-assign-what = Что решено?
element-assign-payment = Поставить на выплату
element-assign-notify-assigned = SMS: назначено
element-assign-final-assigned = Итоговая информация в SDU
element-assign-assigned = Назначено
element-assign-notify-refused = SMS: отказано
element-assign-final-refused = Итоговая информация в SDU
element-assign-refused = Отказано
element-assign-final-none = Сообщить SDU об окончании
element-assign-none = Завершено без решения
element-large-family-assignment = Пособие многодетной семье: назначение
