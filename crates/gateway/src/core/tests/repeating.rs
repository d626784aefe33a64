//! The same identifier again.

use super::*;

#[test]
fn the_same_message_is_handed_on_again_where_the_passport_allows_it() {
    let core = gateway();
    let first = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    // A client that repeats writes a new date and a new Id; what it says is the same.
    let mut again = message("sdu", "PERSONS", "m-1");
    again.message_date = MessageDate::at(NOW + SignedDuration::from_secs(60));
    let second = forwarded(&core, signed(&again, "<data><a>1</a></data>", &world().identity("sdu")));
    assert!(!first.exchange.row().repeat && second.exchange.row().repeat);
    assert_ne!(first.exchange.row().id, second.exchange.row().id);
    assert_refused(
        &core,
        signed(&again, "<data><a>2</a></data>", &world().identity("sdu")),
        "GW-2006",
        "other content",
    );
}

#[test]
fn the_same_message_is_not_handed_on_again_where_it_would_be_done_twice() {
    let core = gateway();
    forwarded(&core, request("sdu", "PAYMENT", "m-1"));
    assert_refused(&core, request("sdu", "PAYMENT", "m-1"), "GW-2006", "twice");
    forwarded(&core, request("sdu", "PAYMENT", "m-2"));
}

#[test]
fn an_identifier_belongs_to_its_sender() {
    let core = gateway();
    forwarded(&core, request("sdu", "PERSONS", "m-1"));
    let external = sample::core(Gateway::External, registry(MINISTRY, "", 30));
    let outbound = forwarded(
        &external,
        signed(&message("bank-1", "PERSONS", "m-1"), "<data><b/></data>", &world().identity("bank-1")),
    );
    forwarded(&core, outbound.bytes);
}
