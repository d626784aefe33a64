//! Damaged and hostile messages: refused or read, never a panic, and what is read can be handed on.

use crate::shapes::REQUESTS;
use proptest::prelude::*;
use soap::{Data, read, write};
use std::time::{Duration, Instant};
use xml::Limits;
use xml::canonical::{Options, exclusive};

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn damaged_messages_never_panic_and_what_is_read_can_be_handed_on(
        shape in 0..REQUESTS.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5u8, any::<u8>()), 1..4),
    ) {
        let mut bytes = REQUESTS[shape].message.as_bytes().to_vec();
        for (index, other, kind, value) in damage {
            let (at, from) = (index.index(bytes.len()), other.index(bytes.len()));
            match kind {
                0 => { bytes.remove(at); }
                1 => bytes.insert(at, value),
                2 => bytes[at] = value,
                3 => { let piece = bytes[from..(from + 40).min(bytes.len())].to_vec(); bytes.splice(at..at, piece); }
                _ => { let end = (at + 40).min(bytes.len()); bytes.drain(at..end); }
            }
            if bytes.is_empty() { break; }
        }
        let Ok(incoming) = read(&bytes, &Limits::message()) else { return Ok(()) };
        let Ok(request) = incoming.request() else { return Ok(()) };
        let data = incoming.data().map(|element| Data::from_element(element).unwrap());
        let outgoing = write::request(request, data, Some("id-1")).unwrap();
        let mut fast = Vec::new();
        if outgoing.to_sign().unwrap().canonical(&mut fast).is_err() {
            return Ok(()); // A relative namespace name.
        }
        let envelope = outgoing.envelope(None);
        let again = read(envelope.as_bytes(), &Limits::message()).unwrap();
        let mut slow = Vec::new();
        exclusive(again.document(), again.body(), &Options::PLAIN, &mut slow).unwrap();
        prop_assert_eq!(fast, slow);
    }
}

#[test]
fn handing_on_costs_linear_time() {
    let attack = |n: usize| {
        let declarations: String =
            (0..100).map(|i| format!(" xmlns:{}{i}='urn:{i}'", "p".repeat(60))).collect();
        let content = format!("<a>{}</a>", "p:p:".repeat(n));
        REQUESTS[1]
            .message
            .replace("<soap:Envelope", &format!("<soap:Envelope{declarations}"))
            .replace("<a b='1'/>", &content)
    };
    let cost = |text: &str| {
        let incoming = read(text.as_bytes(), &Limits::message()).unwrap();
        (0..3)
            .map(|_| {
                let begun = Instant::now();
                let data = Data::from_element(incoming.data().unwrap()).unwrap();
                let outgoing = write::request(incoming.request().unwrap(), Some(data), Some("id-1")).unwrap();
                outgoing.to_sign().unwrap().canonical(&mut Vec::new()).unwrap();
                begun.elapsed()
            })
            .min()
            .unwrap()
    };
    let (small, large) = (cost(&attack(20_000)), cost(&attack(160_000)));
    assert!(
        large < small.max(Duration::from_millis(1)) * 30,
        "{small:?} for an eighth, {large:?} for the whole"
    );
}

#[test]
fn deep_errors_in_a_fault_end_somewhere() {
    let depth = 100;
    let text = format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><s:Fault><detail><e>{}{}</e></detail></s:Fault></s:Body></s:Envelope>",
        "<subError><errorCode>E</errorCode>".repeat(depth),
        "</subError>".repeat(depth)
    );
    let incoming = read(text.as_bytes(), &Limits::message()).unwrap();
    let soap::Message::Fault(fault) = incoming.message() else { panic!() };
    let mut count = 0;
    let mut next = fault.error.as_ref();
    while let Some(error) = next {
        count += 1;
        next = error.sub_error.as_deref();
    }
    assert_eq!(count, 8);
}

#[test]
fn messages_and_contracts_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<soap::Incoming>();
    crosses::<soap::contract::Contract>();
    crosses::<xml::Document>();
}
