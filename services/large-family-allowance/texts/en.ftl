## Service

service-large-family-allowance = Assignment of the allowance to a large family

## Reasons of "Тиісті емес"

reason-data-incomplete = The data of the person are not filled in
reason-data-of-another = The ministry data are of another person
reason-not-resident = The person does not live in Kazakhstan permanently
reason-deprived-of-rights = The person is deprived of parental rights or limited in them
reason-other-support = The person receives another support that excludes this one
reason-too-few-children = Fewer than four children count by the ministry data

## Elements of the procedures

# large-family-allowance/sdu.bpmn
element-sdu-fact = Fact received
element-sdu-kind = Birth or death?
element-sdu-no-open-case = A death of someone without an open case
element-sdu-pilot = Is the pilot in force?
element-sdu-pilot-over = No new case after the pilot
element-sdu-family = Find the kin and gather the family
element-sdu-entitlement = Is it the fourth or a later child, and who receives?
element-sdu-is-fact = Does the fact open a case?
element-sdu-not-this-service = Fewer than four children: no case
element-sdu-no-recipient = No parent alive to receive
element-sdu-until-consent = Up to the consent
element-sdu-in-emaket = Search E-maket for an application or case file
element-sdu-in-odq = Search the payment database
element-sdu-duplicate = Application or case file found?
element-sdu-duplicate-end = Application or case file exists
element-sdu-confirm = Ask the state bodies to confirm the data
element-sdu-confirmed = Confirmed?
element-sdu-not-confirmed = Data not confirmed
element-sdu-list = Send the list to E-maket
element-sdu-await-status = Await the status from E-maket
element-sdu-is-eligible = "Тиісті"?
element-sdu-not-eligible = "Тиісті емес" with the reason
element-sdu-phone-check = Send the list to the portal for the check of the number
element-sdu-await-consent = Await the number check and the consent
element-sdu-consent-kind = What came?
element-sdu-consented = Consent given
element-sdu-refused = Refusal: the SDU ends the process
element-sdu-no-phone = No number in the mobile citizens base
element-sdu-not-delivered = SMS not delivered
element-sdu-expired = No reply to Annex 1
element-sdu-died-before = The recipient died
element-sdu-take-back = Take the consent request back
element-sdu-died-end = Stopped without SMS: died
element-sdu-has-consent = Consent given?
element-sdu-ended-before = Ended before the consent
element-sdu-in-progress = Under way in E-maket
element-sdu-consent-list = Give E-maket the list of those who consented
element-sdu-await-final = Await the final information
element-sdu-outcome = How did it end?
element-sdu-assigned = Assigned
element-sdu-refused-decision = Assignment refused
element-sdu-silent = No reply on the bank
element-sdu-silent-opened = No reply after the account was opened
element-sdu-withdrawn = Consent withdrawn
element-sdu-died-after = Died before the decision
element-sdu-undeliverable = SMS not delivered
element-sdu-applied = Applied meanwhile by another channel
element-sdu-died-later = The recipient died
element-sdu-stop-died = Ask E-maket to stop
element-sdu-asked-died = E-maket answers with the final information
element-sdu-withdrawal = Consent withdrawn
element-sdu-stop-withdrawn = Ask E-maket to stop
element-sdu-asked-withdrawn = E-maket answers with the final information
element-sdu-closed = Case closed
element-large-family-sdu = Large-family allowance: from the birth to the end of the case

# large-family-allowance/emaket.bpmn
element-check-list = List received
element-check-ministry = Get the ministry data
element-check-control = Format-logic control
element-check-passed = Passed?
element-check-eligible = Send SDU "Тиісті"
element-check-eligible-end = Passed
element-check-reasons = Word the reasons
element-check-not-eligible = Send SDU "Тиісті емес" with the reason
element-check-not-eligible-end = Process ended
element-large-family-check = Large-family allowance: control in E-maket
element-assign-consents = List of those who consented
element-assign-before-decision = Up to the decision
element-assign-account = Find and agree the bank account
element-assign-account-agreed = Account agreed?
element-assign-silent = No reply
element-assign-silent-opened = No reply after opening
element-assign-undelivered = SMS not delivered
element-assign-again-emaket = Search own records again
element-assign-again-odq = Search the payment database again
element-assign-applied = Applied meanwhile?
element-assign-applied-end = Application exists
element-assign-application = Form the e-application
element-assign-register = Register the e-application
element-assign-amount = Amount by the number of children
element-assign-case-number = Give the case file its number
element-assign-case-file = Form the electronic case file
element-assign-project = Form the decision project
element-assign-decide = Decision of the authorised body
element-assign-decided = Decided
element-assign-stop = Stopped by the SDU
element-assign-report-stop = Tell the SDU that it is stopped
element-assign-stop-reason = Why?
element-assign-stop-withdrawn = Consent withdrawn
element-assign-stop-died = Died: stopped without SMS
element-assign-what = What was decided?
element-assign-payment = Place for payment
element-assign-notify-assigned = SMS: assigned
element-assign-final-assigned = Final information to the SDU
element-assign-assigned = Assigned
element-assign-notify-refused = SMS: refused
element-assign-final-refused = Final information to the SDU
element-assign-refused = Refused
element-assign-final-none = Tell the SDU how it ended
element-assign-none = Ended without a decision
element-large-family-assignment = Large-family allowance: assignment
