# Texts of SMS. Annexes 1 to 5 are a translation of the act, for reading; what is sent is the Kazakh text (OP-53). The others are neutral texts by OP-25.

annex-1 =
    Dear citizen!
    You are entitled to receive { $benefitName }. To receive the service, please reply within 3 working days.
    If you confirm, you give consent to the collection and processing of personal data.
    With any question you can contact the Call centre at 1414. The call is free.
    To consent send - 7#1, to refuse - 7#2

annex-2 =
    Dear { $fullName }!
    To have { $benefitName } transferred to your bank account in { $bank1 }, send an SMS to 1414 with the text { $code }#3#1
    To choose another bank, send an SMS to 1414 with the text { $code }#3#0.
    We await your reply within 3 working days.
    With any question you can contact the Call centre at 1414. The call is free.

annex-3-line-1 = { "-" } send an SMS to 1414 with the text { $code }#3#1 to choose { $bank1 }
annex-3-line-2 = { "-" } send an SMS to 1414 with the text { $code }#3#2 to choose { $bank2 }
annex-3-line-3 = { "-" } send an SMS to 1414 with the text { $code }#3#3 to choose { $bank3 }
annex-3-line-4 = { "-" } send an SMS to 1414 with the text { $code }#3#4 to choose { $bank4 }
annex-3-line-5 = { "-" } send an SMS to 1414 with the text { $code }#3#5 to choose { $bank5 }
annex-3-line-6 = { "-" } send an SMS to 1414 with the text { $code }#3#6 to choose { $bank6 }
annex-3-line-7 = { "-" } send an SMS to 1414 with the text { $code }#3#7 to choose { $bank7 }
annex-3-line-8 = { "-" } send an SMS to 1414 with the text { $code }#3#8 to choose { $bank8 }
annex-3-line-9 = { "-" } send an SMS to 1414 with the text { $code }#3#9 to choose { $bank9 }
annex-3 =
    Dear { $fullName }!
    To have the set sum transferred to your bank account, choose a bank from the list below:
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
    To choose another bank, send an SMS to 1414 with the text { $code }#3#0.
    We await your reply within 3 working days.
    With any question you can contact the Call centre at 1414. The call is free.

annex-4 =
    Dear { $fullName }!
    To have the assigned sum transferred you need to open an account in any branch of the banks in the list below, or use the links below:
    { $bankList }
    The bank will inform us automatically that your account has been opened.
    We await the bank's message within 3 working days.
    With any question you can contact the Call centre at 1414. The call is free.

annex-5 =
    Dear { $fullName }!
    The period for providing the service has ended.
    On the assignment of { $benefitName } you can apply to a branch of the State Corporation "Government for Citizens", through the "Electronic government" portal http://egov.kz or through [gap in the act].
    To find the nearest branch, Telegram Bot: https://t.me/egovkzbot.

completion-notice =
    Dear { $fullName }!
    Your electronic case file for { $benefitName } was returned for completion. Needed: { $wanted }.
    Bring the documents within { $days } working days to: { $branch }.

decision-notice-assigned =
    Dear { $fullName }!
    It was decided to assign { $benefitName }. Decision No. { $decisionNumber }.

decision-notice-refused =
    Dear { $fullName }!
    It was decided to refuse { $benefitName }. Decision No. { $decisionNumber }.
    The reason and the way to appeal stand in your cabinet on the "Electronic government" portal.

## Words of the history

phrase-started = Case opened
phrase-entered = Begun: { $name }
phrase-completed = Done: { $name }
phrase-sent = Sent: { $name }
phrase-answered = Answered: { $name }
phrase-message = Message received: { $name }
phrase-timer-set = Term until { $due }: { $name }
phrase-timer-fired = Term has passed: { $name }
phrase-task-opened = Given to do: { $name }
phrase-task-done = Done by { $by }: { $name }
phrase-decided = Decided by rule: { $name }
phrase-incident = Obstacle: { $name }. { $reason }
phrase-default = Default of open point { $point }
phrase-ended = Case ended: { $outcome }

## Outcomes

outcome-T00 = The fact opens no case
outcome-T01 = Application or case file already exists
outcome-T02 = Condition not met
outcome-T03 = Not eligible
outcome-T04 = No number, or SMS not delivered
outcome-T05 = Consent refused or withdrawn
outcome-T06 = No reply on the bank
outcome-T07 = No reply after the account was opened
outcome-T08 = Assigned
outcome-T09 = Assignment refused
outcome-T10 = No reply to the consent request

## Grounds of refusal

ground-right-not-confirmed = The right is not confirmed
ground-data-not-authentic = The documents (data) are not authentic
ground-documents-not-supplied = The documents were not supplied
ground-assigned-already = Assigned already
ground-other = Other, see the comment

## Stages

stage-family = Family and duplicates
stage-control = Control in E-maket
stage-consent = Consent
stage-account = Bank account
stage-case-file = Application and case file
stage-decision = Decision
stage-completion = Completion of documents
stage-payment = Payment
stage-closed = Closed

## Elements of the procedures

# shared/bank-account.bpmn
element-find-start = Consent is there
element-find-banks = Which banks are integrated?
element-find-ask = Ask every bank for an account
element-find-choose = Which annex, which offer?
element-find-annex = Accounts?
element-find-silent-banks = A bank is silent: ask again
element-find-offer = Offer the accounts found
element-find-reply = Reply?
element-find-fix = Fix the account
element-find-selected = Account agreed
element-find-why-silent = After an opening?
element-find-silent-opened = Ended without Annex 5
element-find-annex-5 = Annex 5: the period has ended
element-find-silent = Ended: no reply
element-find-undelivered = Ended: not delivered
element-find-all-banks = List all integrated banks
element-find-other-banks = List the other banks
element-find-opening = Annex 4, await an account
element-find-was-opened = Account opened?
element-find-take = Select the opened account
element-bank-account = Find and agree the bank account

# shared/bank-query.bpmn
element-query-until = Until the bank answers
element-query-which = Which bank?
element-query-bank-1 = Ask bank 1
element-query-bank-2 = Ask bank 2
element-query-bank-3 = Ask bank 3
element-query-bank-4 = Ask bank 4
element-query-got = Answered
element-query-wait = Wait a little
element-query-too-long = One working day of silence
element-query-impatient = The wait is over
element-query-silence = No answer (not "no account")
element-query-result = The bank answered
element-query-end = Answer recorded
element-bank-query = Ask one bank for an account

# shared/bank-offer.bpmn
element-offer-word = Word the SMS (Annex 2 or 3)
element-offer-send = Order the SMS
element-offer-wait = What comes first?
element-offer-reply = Reply of the person
element-offer-meaning = What does the reply mean?
element-offer-valid = Valid?
element-offer-event = News of the SMS
element-offer-delivered = Given up?
element-offer-window = Three working days without a reply
element-offer-give-up = Not delivered
element-offer-end = Reply known
element-bank-offer = Offer banks by SMS and await the reply

# shared/account-opening.bpmn
element-opening-word = Word the SMS (Annex 4)
element-opening-send = Order the SMS
element-opening-wait = What comes first?
element-opening-bank-news = A bank reports an opened account
element-opening-tick = Time to ask again
element-opening-window = Three working days without an account
element-opening-event = News of the SMS
element-opening-ask = Ask the listed banks
element-opening-found = Account in a listed bank?
element-opening-there = Found?
element-opening-yes = Account opened
element-opening-no = No account opened
element-opening-delivered = Given up?
element-opening-give-up = Not delivered
element-opening-end = Known whether an account was opened
element-account-opening = Ask to open an account and watch for it

# shared/notification.bpmn
element-notify-word = Word the SMS
element-notify-send = Order the SMS
element-notify-end = Ordered
element-notify-person = Notify a person by SMS

# shared/decision.bpmn
element-decision-start = Case file and project arrived
element-decision-consider = Consider the case file and decide
element-decision-late = Term of the decision has passed
element-decision-mark = Mark as overdue
element-decision-marked = Marked
element-decision-what = Decision or return?
element-decision-completion = Completion at the State Corporation
element-decision-completed = Completed?
element-decision-refuse = Sign the refusal: documents did not come
element-decision-register = Register the decision
element-decision-file = Keep the signed decision
element-decision-end = Decided
element-decision = Decision of the authorised body

# shared/completion.bpmn
element-completion-start = File returned
element-completion-return = Return the file to the branch
element-completion-notice = SMS to the recipient
element-completion-documents = Await the documents
element-completion-missing = Twenty-five working days without documents
element-completion-limit-1 = Thirty working days
element-completion-stage = Completed at once?
element-completion-file = Await the completed file
element-completion-branch-late = Two working days of the branch
element-completion-mark = Mark the branch as late
element-completion-marked = Marked
element-completion-limit-2 = Thirty working days
element-completion-done = File is completed
element-completion-no-documents = The documents did not come
element-completion-limit = Nothing is accepted any more
element-completion-end = Completion ended
element-completion = Completion of the case file

# shared/consent.bpmn
element-phone-start = Person to check
element-phone-action = Opened or taken back?
element-phone-mab = Look for a number in the mobile citizens base
element-phone-has = Number present?
element-phone-ask = Initiate the consent SMS
element-phone-asked = Consent asked for
element-phone-none = Tell the SDU: no number
element-phone-none-end = No number
element-phone-close = Take the consent request back
element-phone-closed = Taken back
element-phone-check = Check of the subscriber number
element-relay-start = Result from access control
element-relay-pass = Tell the SDU
element-relay-end = Passed on
element-consent-relay = Passing the consent on to the SDU
element-dialogue-start = Consent request
element-dialogue-action = Opened or taken back?
element-dialogue-nothing = Nothing to take back
element-dialogue-open = Request is open
element-dialogue-queue = Wait until no other request is open for the number
element-dialogue-pilot = Is the pilot in force?
element-dialogue-word = Word the SMS (Annex 1)
element-dialogue-send = Order the SMS
element-dialogue-wait = What comes first?
element-dialogue-reply = Reply of the person
element-dialogue-event = News of the SMS
element-dialogue-delivered = Given up?
element-dialogue-give-up = Not delivered
element-dialogue-window = Three working days without a reply
element-dialogue-pilot-end = The pilot ended
element-dialogue-a-done = Result known
element-dialogue-a-over = Stopped without SMS
element-dialogue-taken-back = Request taken back
element-dialogue-free = Free the number
element-dialogue-taken = Closed without SMS
element-dialogue-what = What came?
element-dialogue-record = Record the consent
element-dialogue-annex-5 = Annex 5: the period has ended
element-dialogue-release = Free the number for the next request
element-dialogue-tell = Tell the portal
element-dialogue-end = Reported
element-consent-dialogue = Consent by SMS
element-withdrawal-start = Reply without an open request
element-withdrawal-digit = 7#2?
element-withdrawal-none = No effect
element-withdrawal-who = Whose number is it?
element-withdrawal-known = Known?
element-withdrawal-unknown = Number of no one
element-withdrawal-record = Record the withdrawal
element-withdrawal-tell = Tell the portal
element-withdrawal-end = Withdrawal reported
element-consent-withdrawal = Withdrawal of consent

# shared/sms-gateway.bpmn
element-order-start = SMS ordered
element-order-hours = May people be written to now?
element-order-morning = Wait for the morning
element-order-deliver = Submit, repeat for one working day
element-order-submit = Submit to the SMS centre
element-order-first = First time?
element-order-who-accepted = Ordered by?
element-order-accepted-emaket = Tell E-maket: accepted
element-order-accepted-pd = Tell access control: accepted
element-order-receipt = Delivery receipt
element-order-no-receipt = No receipt
element-order-unknown = Accepted, delivery unknown
element-order-state = Delivered?
element-order-delivered = Delivered
element-order-wait = Wait before the repeat
element-order-note = Not delivered
element-order-day = One working day has passed
element-order-lost = Accepted and not refused?
element-order-day-ok = Accepted, delivery unknown
element-order-who-lost = Ordered by?
element-order-lost-emaket = Tell E-maket: not delivered
element-order-lost-pd = Tell access control: not delivered
element-order-lost-end = Given up
element-order-lost-end-pd = Given up
element-order-end = Done
element-sms-order = Sending of an SMS
element-reply-start = SMS received
element-reply-grammar = Read the reply
element-reply-kind = Kind of reply?
element-reply-consent = Pass to access control
element-reply-bank = Pass to E-maket
element-reply-unread = Cannot be read: recorded, no effect
element-reply-consent-end = Passed
element-reply-bank-end = Passed
element-sms-reply = Reply by SMS

# shared/applications-query.bpmn
element-applications-start = Question
element-applications-find = Search own records
element-applications-end = Answered
element-applications-query = Is there an application or a case file?
