//! Every check refuses in its code, with the way to mend it, and is journaled.

use super::*;

#[test]
fn wrong_unknown_and_missing_logins_are_refused_alike() {
    let core = gateway();
    let mut wrong = message("sdu", "PERSONS", "m-1");
    wrong.sender.password = Some(Password::new("guess"));
    let mut unknown = message("sdu", "PERSONS", "m-1");
    unknown.sender.id = "nobody".into();
    let identity = world().identity("sdu");
    let texts = [wrong, unknown].map(|message| {
        let raw = signed(&message, "<data/>", &identity);
        assert_refused(&core, raw.clone(), "GW-1001", "not known or the password is wrong");
        refused(&core, raw).reason
    });
    assert_eq!(texts[0], texts[1], "a stranger cannot tell which of the two it was");
    let mut missing = message("sdu", "PERSONS", "m-1");
    missing.sender.password = None;
    assert_refused(&core, signed(&missing, "<data/>", &identity), "GW-1001", "are needed in every call");
}

#[test]
fn a_signature_of_another_is_refused() {
    let core = gateway();
    let raw = |identity: Identity| signed(&message("sdu", "PERSONS", "m-1"), "<data/>", &identity);
    let world = world();
    assert_refused(&core, raw(world.identity("emaket")), "GW-3003", "200140001012");
    assert_refused(&core, raw(world.identity_with(Arc::clone(&world.stranger))), "GW-3003", "expected");
    assert_refused(&core, raw(world.identity_with(Arc::clone(&world.untrusted))), "GW-3004", "");
    assert_refused(&core, raw(world.identity_with(Arc::clone(&world.expired))), "GW-3004", "expired");
    assert_refused(&core, raw(world.identity_with(Arc::clone(&world.revoked))), "GW-3004", "revoked");
    let row = newest(&core);
    assert_eq!(row.reason.as_deref(), Some("certificate not valid"), "no name of a person in the journal");
    assert!(row.certificate.is_some(), "whose certificate it was is known");
}

#[test]
fn without_a_revocation_list_nobody_is_believed() {
    let mut parts = parts(Gateway::Internal, registry(MINISTRY, "", 30));
    parts.identity = world().identity_without_lists("gateway");
    assert_refused(&Core::new(parts), request("sdu", "PERSONS", "m-1"), "GW-3005", "revocation");
}

#[test]
fn unsigned_changed_and_moved_messages_are_refused() {
    let core = gateway();
    let raw = String::from_utf8(request("sdu", "PERSONS", "m-1").to_vec()).unwrap();
    let (head, body) = raw.split_once("<soap:Body").unwrap();
    let header_at = head.find("<soap:Header>").unwrap();
    let unsigned = format!("{}<soap:Body{body}", &head[..header_at]);
    assert_refused(&core, unsigned.into(), "GW-3001", "Header");
    assert_refused(&core, raw.replace("<a>1</a>", "<a>2</a>").into(), "GW-3002", "changed after signing");
    // The signed Body is hidden in the Header, a forged one stands in its place.
    let original = format!("<soap:Body{}", body.strip_suffix("</soap:Envelope>").unwrap());
    let forged = original.split_once('>').unwrap().1.replace("<a>1</a>", "<a>9</a>");
    for place in ["<wrap>", "<wrap xmlns='urn:x'>"] {
        let hidden = format!("</wsse:Security>{place}{original}</wrap>");
        let wrapped =
            format!("{}<soap:Body>{forged}</soap:Envelope>", head.replace("</wsse:Security>", &hidden));
        assert_refused(&core, wrapped.into(), "GW-3002", "not the Body");
    }
    // Two elements with the identifier.
    let twice = raw.replace("<a>1</a>", "<a>1</a><b Id='id-1'/>");
    assert_refused(&core, twice.into(), "GW-3002", "");
}

#[test]
fn what_is_no_envelope_is_refused_and_says_why() {
    let core = gateway();
    let good = String::from_utf8(request("sdu", "PERSONS", "m-1").to_vec()).unwrap();
    let cases = [
        (String::new(), ""),
        ("junk".to_owned(), ""),
        (good[..good.len() / 2].to_owned(), ""),
        (format!("<!DOCTYPE a [<!ENTITY x 'y'>]>{good}"), "DOCTYPE"),
        (
            good.replace(
                "http://schemas.xmlsoap.org/soap/envelope/",
                "http://www.w3.org/2003/05/soap-envelope",
            ),
            "SOAP 1.1",
        ),
        (good.replace("SendMessage", "Transfer"), "SendMessage"),
        (good.replace("<a>1</a>", &"x".repeat(100_001)), "100000"),
    ];
    for (raw, words) in cases {
        assert_refused(&core, raw.into(), "GW-2001", words);
    }
    let response = sample::answer(
        &forwarded(&core, request("sdu", "PERSONS", "m-2")).bytes,
        "<data/>",
        &world().identity("sdu"),
    );
    assert_refused(&core, response, "GW-2001", "a SendMessage request is expected");
}

#[test]
fn soap_1_2_is_answered_with_version_mismatch() {
    let good = String::from_utf8(request("sdu", "PERSONS", "m-1").to_vec()).unwrap();
    let raw =
        good.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    assert_eq!(refused(&gateway(), raw.into()).code, FaultCode::VersionMismatch);
}

#[test]
fn fields_are_judged_only_after_the_sender_is_known() {
    let core = gateway();
    let mut bad = message("sdu", "", "m-1");
    assert_refused(&core, signed(&bad, "<data/>", &world().identity("sdu")), "GW-2003", "serviceId");
    bad.sender.password = Some(Password::new("guess"));
    assert_refused(&core, signed(&bad, "<data/>", &world().identity("sdu")), "GW-1001", "");
    let mut routed = message("sdu", "PERSONS", "m-2");
    routed.route_id = Some("r".into());
    assert_refused(&core, signed(&routed, "<data/>", &world().identity("sdu")), "GW-2005", "routeId");
}

#[test]
fn connections_decide() {
    let core = gateway();
    let by = |sender: &str, service: &str| request(sender, service, "m-1");
    assert_refused(&core, by("emaket", "PERSONS"), "GW-1002", "not connected");
    assert_refused(&core, by("sdu", "UNHEARD_OF"), "GW-1004", "no service");
    assert_refused(&core, by("sdu", "CLOSED"), "GW-1005", "technological break");
    assert_refused(&core, by("sdu", "NO_CONTRACT"), "GW-1003", "no contract");
    let rows = "[[connection]]\nsender = 'sdu'\nservice = 'PERSONS'\nstate = 'suspended'\nreason = 'audit'\n";
    let suspended = sample::core(Gateway::Internal, registry(MINISTRY, rows, 30));
    assert_refused(&suspended, by("sdu", "PERSONS"), "GW-1003", "audit");
    let nowhere = sample::core(Gateway::Internal, registry(&[], "", 30));
    assert_refused(&nowhere, by("sdu", "PERSONS"), "GW-4001", "no address");
}

#[test]
fn a_changed_registry_holds_from_the_next_message_on() {
    let core = gateway();
    forwarded(&core, request("sdu", "PERSONS", "m-1"));
    let rows = "[[service]]\nid = 'PERSONS'\nstate = 'suspended'\n";
    core.replace_registry(registry(MINISTRY, rows, 30));
    assert_refused(&core, request("sdu", "PERSONS", "m-2"), "GW-1004", "suspended");
}
