# Texts of the pages. The three files hold the same texts; a test keeps it so.

tagline = Platform of public services
skip = Go to the content
language = Language
sections = Sections
legal-time = Legal time
sign-in = Sign in
sign-out = Sign out
footer = Qyzmet carries out public services from their law: every step names its paragraph, and every doubt its default.
demo-notice = Demonstration. People, keys and amounts are invented; legal time can be moved.
nav-overview = Overview
nav-cases = Cases
nav-inbox = Inbox
nav-log = Messages
nav-ledger = Who used my data
nav-ledger-staff = Access ledger
nav-clock = Legal clock
nav-parameters = Parameters
nav-about = About
nav-stand = Outside systems
role-citizen = citizen
role-official = official
role-operator = operator
refresh = Refresh
pause = Pause
go-on = Go on
live-lost = The connection is lost; what you see may be out of date.
show = Show
pages = Pages
page-before = Newer
page-after = Older
list-cut = There are more cases than this page counts.
value-none = none
value-yes = yes
value-no = no
mark-waits = waits for a system
mark-incident = incident
mark-illustrative = illustrative
overdue = overdue
overdue-count = { $count } overdue
participants = Participants
participant = Participant

## Overview

overview-running = cases under way
overview-ended = cases ended
overview-waiting = things are waited for
overview-stages = Cases by stage
overview-waits = What waits for whom
overview-waits-none = Nothing waits: every system answers and no task is open.
overview-facts = Facts that arrived
overview-facts-none = No fact has arrived yet.
overview-messages = Recent messages
overview-messages-none = No message has passed yet.
stage-between = Between stages
and-more = and { $count } more
waits-system = system
waits-operator = operator
waits-person = person
waits-since = since { $since }
group-operator = Operator
group-emaket-operator = E-maket operator
group-authorised-body = Authorised body

## Cases

case = Case
service = Service
stage = Stage
cases-search = Key of the case
cases-state = State
cases-stage = Stage
cases-any-stage = Any
cases-state-all = All cases
cases-state-running = Under way
cases-state-waiting = Waiting for a system or an operator
cases-state-ended = Ended
cases-state-every = With auxiliary procedures
cases-found = { $count ->
    [one] { $count } case found.
   *[other] { $count } cases found.
 }
cases-none = No case fits. Change the filter.
case-title = Case
case-key = Key of the case
case-started = Started
case-moved = Last moved
case-outcome = Outcome
case-show-data = Show personal data
case-reason = Reason
case-reason-hint = The access is recorded with your name and this reason; the person can see it.
case-reason-needed = Give the reason in at least 5 characters: it is recorded, and the person can see it.
case-open-button = Record and show
case-opened = Personal data are shown. The access is recorded.
case-close = Hide them
case-facts = Data of the case
case-history = History
case-no-incident = This incident is no longer there: it was resolved or the case went on. Open the case again.
part-ended = ended
part-at = Stands at
part-auxiliary = auxiliary
incident-retry = Try again
document-whole = unchanged since it was made
document-damaged = damaged: the stored bytes do not fit the digest
document-gone = its retention is over
document-erased = erased

## History

hist-started = Case opened: { $name }
hist-called = Begun: { $name }
hist-message = Message received: { $name }
hist-timer-set = Term begins: { $name }
hist-timer-moved = Term counted again by a changed calendar: { $name }
hist-timer-fired = Term has passed: { $name }
hist-decided = Decided by rule: { $name }
hist-rules = { $table }: rule { $rules }
hist-no-rule = none matched
hist-result = Result:
hist-caught = A refusal was handled: { $name }
hist-code = Code { $code }
hist-incident = Incident: { $name }
hist-resolved = Incident resolved: { $name }
hist-by = By { $by }
hist-outcome = Outcome: { $outcome }
hist-ended = Case ended
hist-cancelled = Case given up
hist-task-opened = Given to a person: { $name }
hist-task-done = Done by a person: { $name }
hist-sent = Sent: { $name }
hist-asked = Asked: { $name }
hist-answered = Answered: { $name }
hist-done = Done: { $name }
hist-failed = Did not succeed: { $name }
hist-withdrawn = No longer needed: { $name }
hist-trouble = An outside system does not answer; the case waits
hist-ignored = Something arrived that no longer concerns the case
hist-held = A message is kept until the case asks for it
hist-poisoned = An input was put aside for an operator
hist-erased = Data erased
hist-message-link = message
hist-defaults = rests on the default of an open point
default-is = Default:
deadline-after = { $term } after { $start }, until { $due }
deadline-from = { $term } counting the day of { $start }, until { $due }
deadline-from-moment = { $term } from { $start }, until { $due }
deadline-moment = until { $due }
term-working-days = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
 }
term-working-hours = { $count ->
    [one] { $count } working hour
   *[other] { $count } working hours
 }
term-calendar-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
 }
term-calendar-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
 }
term-calendar-years = { $count ->
    [one] { $count } year
   *[other] { $count } years
 }
term-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
term-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
 }

## Inbox and task

task = Task
task-due = Due
task-no-due = no term
task-opened = Arrived
task-gone = This task is no longer open for you: somebody has done it, or the case went on.
task-reason = consideration: { $name }
task-recorded = You see personal data. The access is recorded with this task as its reason.
task-people = Persons and account
task-proposed = Proposed decision
task-calculation = Calculation, line by line
task-illustrative = Values that are not from the act
task-illustrative-hint = They stand for rules outside the act and hold for this demonstration only.
task-documents = Documents of the case file
task-no-documents = There is no other document.
task-go-on = Go on
task-go-on-hint = A decision is signed on the next page; a return is sent at once.
decision-inputs = What was looked at
decision-outputs = What came out
decision-rules = Rule { $rules }
inbox-groups = Tasks of: { $groups }
inbox-no-groups = Your account belongs to no group that takes tasks. Ask the operator.
inbox-none = No task is open.
inbox-done = Done. Your answer is recorded and the case goes on.
inbox-being-recorded = Your answer is durable and is being recorded; the case goes on in a moment.
form-problems = Something has to be mended
form-required = Has to be filled in
form-required-mark = (needed)
form-needed-when = Needed with “{ $answer }”
form-not-a-choice = Is not one of the choices
form-too-long = Is longer than { $most } characters
form-at-least = At least { $least }
form-not-a-form = What was sent is not a form. Go back, load the page again and send it once more.
sign-title = Sign
sign-what = What you sign
sign-what-hint = Exactly this text is signed. The platform never holds your key.
sign-exact = The text, character by character
sign-button = Sign with NCALayer
sign-by-hand = Another signing program
sign-by-hand-label = CMS signature (detached) in base64
sign-send = Send the signature
sign-no-script = Scripts are switched off: sign the text with another program and paste the signature here, or allow scripts.
sign-refused = The signature is not accepted. { $reason }
sign-no-certificate = No certificate belongs to your account, so nobody could tell your signature from another's. Ask the operator to enter your IIN and the BIN of your body.
signing-connecting = Looking for NCALayer on this computer …
signing-waiting = Choose your key in the window of NCALayer.
signing-none = NCALayer does not answer. Start it and try again.
signing-cancelled = You cancelled the signature.
signing-failed = NCALayer could not sign.
signing-sending = Signed. Sending …

## Message log

log-hint = Metadata and digests of calls. What a message says is not shown here.
log-name = Identifier
log-party = Participant
log-service = Service
log-state = State
log-until = Until
log-any = Any
log-none = No message fits.
log-time = Time
log-from = From
log-to = To
log-ms = ms
log-older = Older messages
log-until-wrong = The moment cannot be read. Write day and time, such as 2024-04-01T10:00.
call-forwarded = under way
call-answered = answered
call-refused = refused
call-faulted = fault
call-failed = not reached
call-timed-out = no answer in time
call-late = answered too late
exchange-title = Message
exchange-hint = The envelopes themselves are sealed.
exchange-message = Identifier of the message
exchange-session = Session
exchange-correlation = Correlation
exchange-bearer = Handed over by
exchange-peer = Network address
exchange-reason = Reason
exchange-repeat = A repeat
exchange-personal = Personal data
exchange-request-bytes = Bytes of the request
exchange-request-digest = SHA-256 of the request
exchange-body-digest = SHA-256 of its Body
exchange-certificate = Sender's certificate
exchange-answer-bytes = Bytes of the answer
exchange-answer-digest = SHA-256 of the answer
exchange-answer-certificate = Provider's certificate

## Ledger

ledger-hint = Every opening of a case file and every disclosure to another system stands here.
ledger-iin = IIN of the person
ledger-iin-wrong = This is not an IIN: it has 12 digits, the first six are the date of birth, and the last one is a control digit.
ledger-entries = Accesses to the data
ledger-none = Nobody has used these data.
ledger-when = When
ledger-who = Who
ledger-deed = What was done
ledger-why = Why
ledger-where = Where
ledger-consents = Consents
ledger-no-consents = There is no consent.
ledger-need-certificate = Sign in with your certificate: it shows that the data are yours.
ledger-what-case-file = the case file
ledger-what-ledger = this ledger
deed-seen = seen
deed-disclosed = passed on
deed-exported = taken out
consent-number = Number
consent-action = Consent
consent-purpose = For
consent-given = given
consent-withdrawn = withdrawn
consent-for-all = everything

## Clock

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
clock-working = working day
clock-not-working = not a working day
clock-to-deadline = To the next deadline
clock-working-day = +1 working day
clock-set = Moment (Almaty)
clock-set-button = Set forward
clock-hint = Terms, dates and validity follow legal time. It goes forward only; every move is journaled.
clock-operator = An operator can set the clock forward.
clock-deadlines = Next deadlines
clock-nothing-due = No case waits for a moment.
clock-due = When
clock-what = What
clock-production = Legal time is the machine's time here and cannot be moved: this is not a demonstration.
clock-no-calendar = The working calendar has no data for the next working day. Set a moment within the years it knows.
clock-moment-wrong = The moment cannot be read. Write day and time, such as 2024-04-05T10:00.
clock-only-forward = The legal clock goes forward only, and at most ten years. Choose a later moment.

## Parameters and about

parameters-hint = What the act leaves to be set. A value holds from its day; a case takes the values of the date of its fact.
release = Release { $hash }
parameter = Parameter
parameter-value = Value
parameter-source = Source
parameter-from = from { $from }
unit-working-days = working days
unit-minutes = minutes
unit-tenge = tenge
unit-years = years
unit-hour-of-the-day = o'clock
unit-monthly-calculation-indices = monthly calculation indices
about-act = The act
about-act-id = Number
about-in-force = In force since
about-last-day = Last day for new cases
about-over = over
about-calendar = Working calendar
about-illustrative = Not from the act
about-illustrative-count = { $count ->
    [one] { $count } illustrative parameter:
   *[other] { $count } illustrative parameters:
 }
about-chapters = Chapters
about-chapter = Chapter
about-paragraphs = Paragraphs
about-carried-out = Carried out
about-not-yet = not yet
about-points = Open points
about-points-hint = What the act leaves open, and what is done until its owner rules. Every step that rests on one says so.
about-point = Point
about-gap = What is open
about-default = What is done

## Signing in

sign-in-title = Sign in
sign-in-certificate = With a certificate
sign-in-certificate-hint = For citizens and officials. Your program signs a line that holds only for this page; no password is needed.
sign-in-with-key = Sign in with NCALayer
sign-in-account = With an account
sign-in-account-hint = For operators. In the demonstration also for officials.
sign-in-login = Account
sign-in-password = Password
sign-in-wrong = Account or password is wrong.
sign-in-wait = Too many attempts. Wait a minute and try again.
sign-in-late = The line to be signed is too old or was used before. Sign the new one.
sign-in-several = The message has several signatures. Sign with one certificate.
sign-in-refused = The signature is not accepted. { $reason }
sign-in-nobody = The certificate names no person: it has no IIN.

## Refusals

to-start = To the start
refusal-address = Address
refusal-number = Number in the log
refusal-not-found = There is no such page
refusal-not-found-mend = The address may be mistyped, or the thing no longer exists. Start from the overview.
refusal-sign-in = Signing in is needed
refusal-sign-in-mend = Sign in and open the page again.
refusal-forbidden = This page is not for you
refusal-forbidden-mend = Your account has no right to it. If you need it, ask the operator of the installation.
refusal-csrf = The form did not come from a page of yours
refusal-csrf-mend = Nothing was done. Load the page again and send the form once more.
refusal-form = Something in the form is not right
refusal-form-mend = Nothing was done. Go back, mend it and send it again.
refusal-too-large = Too much was sent
refusal-too-large-mend = A form has at most 512 KiB. Nothing was done.
refusal-method = This address is not used this way
refusal-method-mend = Use the pages and their forms.
refusal-conflict = Something else happened meanwhile
refusal-conflict-mend = Nothing was done. Open the list again and see how it stands now.
refusal-not-here = This installation refuses it
refusal-not-here-mend = Nothing was done.
refusal-unavailable = The page cannot be made now
refusal-unavailable-mend = Nothing was done. Try again in a minute; if it stays so, tell the operator the number below.

## Names of data

field-recipient = Recipient
field-applicant = Applicant
field-child = Children
field-children = Children
field-iin = IIN
field-childIin = IIN of the child
field-surname = Surname
field-name = Name
field-patronymic = Patronymic
field-birthDate = Date of birth
field-phone = Telephone
field-account = Bank account
field-bank = Bank
field-iban = IBAN
field-amountTiyn = Amount per month
field-tiyn = Amount per month
field-coefficient = Coefficient
field-monthlyIndex = Monthly calculation index
field-monthlyIndexTiyn = Monthly calculation index
field-numberOfChildren = Number of children
field-outcome = Outcome
field-grounds = Grounds
field-comment = Comment
field-wanted = Documents wanted
field-factDate = Date of the fact
field-payFrom = Paid from
field-formedAt = Formed at
field-caseRef = Key of the case
field-caseFileNumber = Number of the case file
field-applicationNumber = Number of the application
field-caseFileDigest = Digest of the case file
field-applicationDigest = Digest of the application
field-consentNumber = Number of the consent
field-consentedAt = Consent given at
field-proposal = Proposal
field-service = Service
field-kind = Kind
field-task = Task
field-ruling = Ruling
field-document = Document
field-title = Title
field-content = Content
field-digest = Digest
field-id = Identifier
field-number = Number
field-at = At
field-signedBy = Signed by
field-signature = Signature
field-participant = Participant
field-result = Result
field-code = Code
field-bankCode = Code of the bank
field-bankName = Bank
field-nameKk = Name (kk)
field-nameRu = Name (ru)
field-nameEn = Name (en)
field-serviceId = Service
field-link = Address
field-answered = Answered
field-currency = Currency
field-openedOn = Opened on
field-option = Option
field-lines = Lines
field-offer = Offer
field-annex = Annex
field-silent = Silent
field-bankAnswers = Answer of a bank
field-accounts = Accounts
field-coefficients = Coefficients
