//! Arbitrary and changed bytes; the end of a retention.

use super::*;
use proptest::prelude::*;

#[test]
fn no_changed_byte_changes_what_is_handed_on() {
    let core = gateway();
    let raw = request("sdu", "PERSONS", "m-1");
    let mut passed = Vec::new();
    for place in 0..raw.len() {
        let mut changed = raw.to_vec();
        changed[place] ^= 0x01;
        if let Accepted::Forward(outbound) = core.accept(changed.into(), &peer(), NOW) {
            passed.push(place);
            let incoming = read(&outbound.bytes);
            let request = incoming.request().unwrap();
            assert_eq!(incoming.data_source(), Some("<data><a>1</a></data>"), "byte {place}");
            assert_eq!((request.message_id.as_str(), request.service_id.as_str()), ("m-1", "PERSONS"));
        }
    }
    // Covered by no signature, and without consequence: two attributes that say what is understood without them.
    let text = String::from_utf8_lossy(&raw);
    let free = [" soap:mustUnderstand=\"1\"", " EncodingType=\""].map(|attribute| {
        let start = text.find(attribute).unwrap();
        start..start + attribute.len()
    });
    let covered = |at: &&usize| !free.iter().any(|range| range.contains(*at));
    let shown: Vec<&str> = passed.iter().filter(covered).map(|at| &text[at - 20..at + 20]).collect();
    assert_eq!(shown, Vec::<&str>::new());
    assert_eq!(rows(&core).len(), raw.len().min(500), "every one is journaled");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_answered_with_a_fault_that_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let core = gateway();
        let fault = refused(&core, bytes.into());
        prop_assert_eq!(fault.error.unwrap().code, "SCE001");
    }

    #[test]
    fn any_answer_of_a_provider_is_answered_with_a_fault_that_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let core = gateway();
        let outbound = forwarded(&core, request("sdu", "PERSONS", "m-1"));
        let answer = core.answered(&outbound.exchange, reply(bytes.into()), SOON, NOW);
        prop_assert_eq!(fault_of(&answer).error.unwrap().code, "GW-4001");
    }

    #[test]
    fn fields_of_any_text_are_told_in_faults_that_can_be_read(service in "\\PC{0,100}", id in "\\PC{0,300}") {
        let core = gateway();
        let mut odd = message("sdu", &service, &id);
        odd.correlation_id = Some(id.clone());
        let raw = signed(&odd, "<data/>", &world().identity("sdu"));
        refused(&core, raw);
    }
}

#[test]
fn envelopes_are_deleted_when_their_retention_is_over_and_not_before() {
    let core = gateway();
    let outbound = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    let answer = sample::answer(&outbound.bytes, "<data/>", &world().identity("ministry"));
    core.answered(&outbound.exchange, reply(answer), SOON, NOW);
    let days = |days: i64| NOW + SignedDuration::from_hours(24 * days);
    assert_eq!(core.sweep(days(29), 100).unwrap(), 0);
    assert_eq!(core.sweep(days(31), 100).unwrap(), 2);
    let row = newest(&core);
    assert_eq!(
        log::envelope(&*core.store, &core.keeper, &row, Side::Request).unwrap(),
        log::Envelope::NotKept
    );
    assert_eq!(row.state, State::Answered, "the log keeps what it knows");
}
