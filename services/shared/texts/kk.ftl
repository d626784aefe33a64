# SMS мәтіндері. 1–5-қосымшалар актідегідей, сөзбе-сөз; өзгертуге болмайды. Қалғандары — OP-25 бойынша бейтарап мәтіндер.

annex-1 =
    Құрметті Азамат!
    Сіздің { $benefitName } алуға құқығыңыз бар. Қызметті алу үшін 3 жұмыс күні ішінде жауап беруді сұраймыз.
    Расталған жағдайда, Сіз дербес деректерді жинауға және өңдеуге келісім бересіз.
    Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін.
    Келісім үшін жіберіңіз - 7#1, бас тарту үшін - 7#2

annex-2 =
    Құрметті { $fullName }!
    Сіздің банктік шотыңызға { $benefitName } аудару үшін { $bank1 }, мәтінмен 1414 нөміріне SMS жіберіңіз { $code }#3#1
    Басқа банкті таңдау үшін 1414 нөміріне { $code }#3#0 мәтінімен SMS жіберіңіз.
    Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз.
    Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін.

annex-3-line-1 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#1 таңдау үшін { $bank1 }
annex-3-line-2 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#2 таңдау үшін { $bank2 }
annex-3-line-3 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#3 таңдау үшін { $bank3 }
annex-3-line-4 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#4 таңдау үшін { $bank4 }
annex-3-line-5 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#5 таңдау үшін { $bank5 }
annex-3-line-6 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#6 таңдау үшін { $bank6 }
annex-3-line-7 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#7 таңдау үшін { $bank7 }
annex-3-line-8 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#8 таңдау үшін { $bank8 }
annex-3-line-9 = { "-" } 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#9 таңдау үшін { $bank9 }
annex-3 =
    Құрметті { $fullName }!
    Белгіленген соманы банктік шотыңызға аудару үшін төмендегі тізімнен банкті таңдаңыз:
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
    Басқа банкті таңдау үшін 1414 нөміріне мәтіні бар SMS жіберіңіз { $code }#3#0.
    Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз.
    Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін.

annex-4 =
    Құрметті { $fullName }!
    Тағайындалған соманы аудару үшін төмендегі тізімнен банктердің кез келген бөлімшесінде шот ашу қажет немесе төмендегі сілтемелерді пайдаланыңыз:
    { $bankList }
    Банк сіздің шотыңыздың ашылғаны туралы бізге автоматты түрде хабарлайды.
    Біз банктен 3 жұмыс күні ішінде хабарлама күтеміз.
    Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін.

annex-5 =
    Құрметті { $fullName }!
    Қызмет көрсету мерзімі аяқталды.
    Тағайындау мәселелері бойынша { $benefitName } Сіз "Азаматтарға арналған үкімет" мемлекеттік корпорациясының бөлімшесіне, "Электрондық үкімет" порталы арқылы http://egov.kz немесе арқылы жүгіне аласыз.
    Ең жақын филиалды анықтау үшін Telegram Bot: https://t.me/egovkzbot.

completion-notice =
    Құрметті { $fullName }!
    Сіздің { $benefitName } бойынша электрондық іс макетіңіз жете рәсімдеуге қайтарылды. Қажет: { $wanted }.
    Құжаттарды { $days } жұмыс күні ішінде мына бөлімшеге тапсырыңыз: { $branch }.

decision-notice-assigned =
    Құрметті { $fullName }!
    Сізге { $benefitName } тағайындалды. Шешім № { $decisionNumber }.

decision-notice-refused =
    Құрметті { $fullName }!
    Сізге { $benefitName } бойынша тағайындаудан бас тартылды. Шешім № { $decisionNumber }.
    Себебі мен шағымдану тәртібін "Электрондық үкімет" порталындағы жеке кабинетіңізден көре аласыз.

## Іс тарихының сөздері

phrase-started = Іс ашылды
phrase-entered = Басталды: { $name }
phrase-completed = Орындалды: { $name }
phrase-sent = Жіберілді: { $name }
phrase-answered = Жауап келді: { $name }
phrase-message = Хабарлама келді: { $name }
phrase-timer-set = Мерзім { $due } дейін: { $name }
phrase-timer-fired = Мерзім өтті: { $name }
phrase-task-opened = Тапсырма берілді: { $name }
phrase-task-done = { $by } орындады: { $name }
phrase-decided = Ереже бойынша шешілді: { $name }
phrase-incident = Кедергі: { $name }. { $reason }
phrase-default = Ашық мәселе бойынша әдепкі шешім: { $point }
phrase-ended = Іс аяқталды: { $outcome }

## Нәтижелер

outcome-T00 = Факт іс ашпайды
outcome-T01 = Өтініш не ЭІМ бар
outcome-T02 = Шарт орындалмады
outcome-T03 = Тиісті емес
outcome-T04 = Нөмір жоқ немесе SMS жеткізілмеді
outcome-T05 = Келісімнен бас тартылды немесе кері алынды
outcome-T06 = Банк бойынша жауап жоқ
outcome-T07 = Шот ашылғаннан кейін жауап жоқ
outcome-T08 = Тағайындалды
outcome-T09 = Тағайындаудан бас тартылды
outcome-T10 = Келісім сұрауына жауап жоқ

## Бас тарту негіздері

ground-right-not-confirmed = Құқық расталмады
ground-data-not-authentic = Құжаттар (мәліметтер) анық емес
ground-documents-not-supplied = Құжаттар ұсынылмады
ground-assigned-already = Бұрын тағайындалған
ground-other = Басқа, түсіндірмені қараңыз

## Кезеңдер

stage-family = Отбасы мен қайталану
stage-control = "E-макет"-тегі бақылау
stage-consent = Келісім
stage-account = Банк шоты
stage-case-file = Өтініш және іс макеті
stage-decision = Шешім
stage-completion = Жете рәсімдеу
stage-payment = Төлем
stage-closed = Аяқталды

## Рәсім элементтері

# shared/bank-account.bpmn
element-find-start = Келісім бар
element-find-banks = Қай банктер интеграцияланған?
element-find-ask = Әр банктен шотты сұрау
element-find-choose = Қай қосымша, қандай ұсыныс?
element-find-annex = Шоттар?
element-find-silent-banks = Банк үнсіз: қайта сұрау
element-find-offer = Табылған шоттарды ұсыну
element-find-reply = Жауап?
element-find-fix = Шотты бекіту
element-find-selected = Шот келісілді
element-find-why-silent = Шот ашылғаннан кейін бе?
element-find-silent-opened = 5-қосымшасыз аяқталды
element-find-annex-5 = 5-қосымша: мерзім аяқталды
element-find-silent = Аяқталды: жауап жоқ
element-find-undelivered = Аяқталды: жеткізілмеді
element-find-all-banks = Барлық банктер тізімі
element-find-other-banks = Басқа банктер тізімі
element-find-opening = 4-қосымша, шотты күту
element-find-was-opened = Шот ашылды ма?
element-find-take = Ашылған шотты таңдау
element-bank-account = Банк шотын анықтап, келісу

# shared/bank-query.bpmn
element-query-until = Банк жауап бергенше
element-query-which = Қай банк?
element-query-bank-1 = 1-банктен сұрау
element-query-bank-2 = 2-банктен сұрау
element-query-bank-3 = 3-банктен сұрау
element-query-bank-4 = 4-банктен сұрау
element-query-got = Жауап берді
element-query-wait = Аз ғана күту
element-query-too-long = Бір жұмыс күні үнсіздік
element-query-impatient = Күту аяқталды
element-query-silence = Жауап жоқ ("шот жоқ" емес)
element-query-result = Банк жауап берді
element-query-end = Жауап жазылды
element-bank-query = Бір банктен шотты сұрау

# shared/bank-offer.bpmn
element-offer-word = SMS мәтінін жасау (2 не 3-қосымша)
element-offer-send = SMS-ке тапсырыс беру
element-offer-wait = Не бірінші болады?
element-offer-reply = Алушының жауабы
element-offer-meaning = Жауап нені білдіреді?
element-offer-valid = Жарамды ма?
element-offer-event = SMS туралы хабар
element-offer-delivered = Жеткізу тоқтатылды ма?
element-offer-window = Жауапсыз үш жұмыс күні
element-offer-give-up = Жеткізілмеді
element-offer-end = Жауап белгілі
element-bank-offer = Банктерді SMS арқылы ұсынып, жауап күту

# shared/account-opening.bpmn
element-opening-word = SMS мәтінін жасау (4-қосымша)
element-opening-send = SMS-ке тапсырыс беру
element-opening-wait = Не бірінші болады?
element-opening-bank-news = Банк шот ашылғанын хабарлады
element-opening-tick = Қайта сұрайтын уақыт
element-opening-window = Шотсыз үш жұмыс күні
element-opening-event = SMS туралы хабар
element-opening-ask = Тізімдегі банктерден сұрау
element-opening-found = Тізімдегі банкте шот бар ма?
element-opening-there = Табылды ма?
element-opening-yes = Шот ашылды
element-opening-no = Шот ашылмады
element-opening-delivered = Жеткізу тоқтатылды ма?
element-opening-give-up = Жеткізілмеді
element-opening-end = Шот ашылған-ашылмағаны белгілі
element-account-opening = Шот ашуды ұсынып, бақылау

# shared/notification.bpmn
element-notify-word = SMS мәтінін жасау
element-notify-send = SMS-ке тапсырыс беру
element-notify-end = Тапсырыс берілді
element-notify-person = SMS арқылы хабарлау

# shared/decision.bpmn
element-decision-start = ЭІМ мен жоба келіп түсті
element-decision-consider = ЭІМ-ді қарап, шешім қабылдау
element-decision-late = Шешім мерзімі өтті
element-decision-mark = Мерзімі өтті деп белгілеу
element-decision-marked = Белгіленді
element-decision-what = Шешім бе, қайтару ма?
element-decision-completion = Мемлекеттік корпорацияда жете рәсімдеу
element-decision-completed = Жете рәсімделді ме?
element-decision-refuse = Бас тартуға қол қою: құжаттар келмеді
element-decision-register = Шешімді тіркеу
element-decision-file = Қол қойылған шешімді сақтау
element-decision-end = Шешім қабылданды
element-decision = Уәкілетті органның шешімі

# shared/completion.bpmn
element-completion-start = ЭІМ қайтарылды
element-completion-return = ЭІМ-ді бөлімшеге қайтару
element-completion-notice = Алушыға SMS
element-completion-documents = Құжаттарды күту
element-completion-missing = Құжатсыз жиырма бес жұмыс күні
element-completion-limit-1 = Отыз жұмыс күні
element-completion-stage = Бірден жете рәсімделді ме?
element-completion-file = Жете рәсімделген ЭІМ-ді күту
element-completion-branch-late = Бөлімшенің екі жұмыс күні
element-completion-mark = Бөлімшенің кешіккенін белгілеу
element-completion-marked = Белгіленді
element-completion-limit-2 = Отыз жұмыс күні
element-completion-done = ЭІМ жете рәсімделді
element-completion-no-documents = Құжаттар келмеді
element-completion-limit = Енді ештеңе қабылданбайды
element-completion-end = Жете рәсімдеу аяқталды
element-completion = ЭІМ-ді жете рәсімдеу

# shared/consent.bpmn
element-phone-start = Тексерілетін тұлға
element-phone-action = Ашылды ма, қайтарылды ма?
element-phone-mab = МАБ-дан нөмір іздеу
element-phone-has = Нөмір бар ма?
element-phone-ask = Келісім SMS-ін бастау
element-phone-asked = Келісім сұралды
element-phone-none = SDU-ға хабарлау: нөмір жоқ
element-phone-none-end = Нөмір жоқ
element-phone-close = Келісім сұрауын қайтару
element-phone-closed = Қайтарылды
element-phone-check = Абоненттік нөмірді тексеру
element-relay-start = Қол жеткізуді бақылау нәтижесі
element-relay-pass = SDU-ға хабарлау
element-relay-end = Берілді
element-consent-relay = Келісімді SDU-ға беру
element-dialogue-start = Келісім сұрауы
element-dialogue-action = Ашылды ма, қайтарылды ма?
element-dialogue-nothing = Қайтаратын ештеңе жоқ
element-dialogue-open = Сұрау ашық
element-dialogue-queue = Нөмір бойынша ашық сұрау қалмағанша күту
element-dialogue-pilot = Пилот қолданыста ма?
element-dialogue-word = SMS мәтінін жасау (1-қосымша)
element-dialogue-send = SMS-ке тапсырыс беру
element-dialogue-wait = Не бірінші болады?
element-dialogue-reply = Алушының жауабы
element-dialogue-event = SMS туралы хабар
element-dialogue-delivered = Жеткізу тоқтатылды ма?
element-dialogue-give-up = Жеткізілмеді
element-dialogue-window = Жауапсыз үш жұмыс күні
element-dialogue-pilot-end = Пилот аяқталды
element-dialogue-a-done = Нәтиже белгілі
element-dialogue-a-over = SMS-сіз тоқтатылды
element-dialogue-taken-back = Сұрау қайтарылды
element-dialogue-free = Нөмірді босату
element-dialogue-taken = SMS-сіз жабылды
element-dialogue-what = Не келді?
element-dialogue-record = Келісімді тіркеу
element-dialogue-annex-5 = 5-қосымша: мерзім аяқталды
element-dialogue-release = Нөмірді келесі сұрауға босату
element-dialogue-tell = Порталға хабарлау
element-dialogue-end = Хабарланды
element-consent-dialogue = SMS арқылы келісім
element-withdrawal-start = Ашық сұраусыз жауап
element-withdrawal-digit = 7#2 ме?
element-withdrawal-none = Салдары жоқ
element-withdrawal-who = Бұл кімнің нөмірі?
element-withdrawal-known = Белгілі ме?
element-withdrawal-unknown = Иесіз нөмір
element-withdrawal-record = Кері алуды тіркеу
element-withdrawal-tell = Порталға хабарлау
element-withdrawal-end = Кері алу хабарланды
element-consent-withdrawal = Келісімді кері алу

# shared/sms-gateway.bpmn
element-order-start = SMS-ке тапсырыс түсті
element-order-hours = Қазір адамдарға жазуға бола ма?
element-order-morning = Таңды күту
element-order-deliver = Жіберу, бір жұмыс күні қайталау
element-order-submit = SMS-орталыққа беру
element-order-first = Алғаш рет пе?
element-order-who-accepted = Кім тапсырды?
element-order-accepted-emaket = "E-макет"-ке хабарлау: қабылданды
element-order-accepted-pd = Қол жеткізуді бақылауға хабарлау: қабылданды
element-order-receipt = Жеткізу туралы есеп
element-order-no-receipt = Есеп жоқ
element-order-unknown = Қабылданды, жеткізілгені белгісіз
element-order-state = Жеткізілді ме?
element-order-delivered = Жеткізілді
element-order-wait = Қайталау алдында күту
element-order-note = Жеткізілмеді
element-order-day = Бір жұмыс күні өтті
element-order-lost = Қабылданып, кері қайтарылмады ма?
element-order-day-ok = Қабылданды, жеткізілгені белгісіз
element-order-who-lost = Кім тапсырды?
element-order-lost-emaket = "E-макет"-ке хабарлау: жеткізілмеді
element-order-lost-pd = Қол жеткізуді бақылауға хабарлау: жеткізілмеді
element-order-lost-end = Жіберу тоқтатылды
element-order-lost-end-pd = Жіберу тоқтатылды
element-order-end = Дайын
element-sms-order = SMS жіберу
element-reply-start = SMS келді
element-reply-grammar = Жауапты оқу
element-reply-kind = Жауап түрі?
element-reply-consent = Қол жеткізуді бақылауға беру
element-reply-bank = "E-макет"-ке беру
element-reply-unread = Оқылмады: жазылды, салдары жоқ
element-reply-consent-end = Берілді
element-reply-bank-end = Берілді
element-sms-reply = SMS арқылы жауап

# shared/applications-query.bpmn
element-applications-start = Сұрақ
element-applications-find = Өз деректерінен іздеу
element-applications-end = Жауап берілді
element-applications-query = Өтініш не ЭІМ бар ма?
