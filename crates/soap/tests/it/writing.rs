//! Writing: exactly the prefixes the field parses, `data` as it came, and the canonical Body without a second parse.

use crate::shapes::REQUESTS;
use proptest::prelude::*;
use soap::{
    Data, ErrorInfo, Fault, FaultCode, Message, MessageDate, Password, Property, Sender, Status, SyncRequest,
    SyncResponse, read, write,
};
use xml::canonical::{Options, exclusive};
use xml::{Document, Limits};

fn sample() -> SyncRequest {
    SyncRequest {
        message_id: "m-1".into(),
        correlation_id: Some("c-1".into()),
        service_id: "DEMO".into(),
        message_date: MessageDate::at("2024-05-20T05:00:00Z".parse().unwrap()),
        route_id: Some("R".into()),
        sender: Sender { id: "login".into(), password: Some(Password::new("p<&>")) },
        properties: vec![
            Property { key: "k".into(), value: "v".into() },
            Property { key: "l".into(), value: String::new() },
        ],
        session_id: Some("{s}".into()),
    }
}

/// The canonical Body by parsing the envelope again: what every receiver computes.
fn canonical_of_envelope(envelope: &str) -> String {
    let document = Document::parse(envelope.as_bytes(), &Limits::message()).unwrap();
    let body = document.root().child(soap::namespaces::SOAP, "Body").unwrap();
    let mut out = String::new();
    exclusive(&document, body.id(), &Options::PLAIN, &mut out).unwrap();
    out
}

fn canonical(outgoing: &write::Outgoing) -> String {
    let mut out = String::new();
    outgoing.to_sign().unwrap().canonical(&mut out).unwrap();
    out
}

#[test]
fn a_request_has_the_form_the_field_parses() {
    let outgoing = write::request(&sample(), Some(Data::from_text("<r/>")), Some("id-1")).unwrap();
    assert_eq!(
        outgoing.envelope(Some("<wsse:Security/>")),
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header><wsse:Security/></soap:Header>\
         <soap:Body xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\" wsu:Id=\"id-1\">\
         <ns2:SendMessage xmlns:ns2=\"http://bip.bee.kz/SyncChannel/v10/Types\"><request><requestInfo><messageId>m-1</messageId>\
         <correlationId>c-1</correlationId><serviceId>DEMO</serviceId><messageDate>2024-05-20T10:00:00.000+05:00</messageDate>\
         <routeId>R</routeId><sender><senderId>login</senderId><password>p&lt;&amp;&gt;</password></sender>\
         <properties><key>k</key><value>v</value></properties><properties><key>l</key><value></value></properties>\
         <sessionId>{s}</sessionId></requestInfo><requestData>\
         <data xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"xs:string\">\
         &lt;r/&gt;</data></requestData></request></ns2:SendMessage></soap:Body></soap:Envelope>"
    );
}

#[test]
fn a_response_has_the_form_the_field_parses() {
    let response = SyncResponse {
        message_id: "r-1".into(),
        correlation_id: Some("m-1".into()),
        response_date: MessageDate::at("2024-05-20T05:00:01.477Z".parse().unwrap()),
        status: Status::success(),
        session_id: Some(soap::braced("00000000-0000-4000-8000-000000000002")),
    };
    let outgoing = write::response(&response, None, None).unwrap();
    assert!(outgoing.to_sign().is_none());
    assert_eq!(
        outgoing.envelope(None),
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
         <ns2:SendMessageResponse xmlns:ns2=\"http://bip.bee.kz/SyncChannel/v10/Types\"><response><responseInfo><messageId>r-1</messageId>\
         <correlationId>m-1</correlationId><responseDate>2024-05-20T10:00:01.477+05:00</responseDate><status><code>SCSS001</code>\
         <message>Message has been processed successfully</message></status><sessionId>{00000000-0000-4000-8000-000000000002}</sessionId>\
         </responseInfo><responseData></responseData></response></ns2:SendMessageResponse></soap:Body></soap:Envelope>"
    );
    let again = read(outgoing.envelope(None).as_bytes(), &Limits::message()).unwrap();
    let Message::SyncResponse(again) = again.message() else { panic!() };
    assert_eq!(*again, response);
}

#[test]
fn a_fault_has_the_form_the_field_parses_and_comes_back_whole() {
    let error = |code: &str, sub_error| ErrorInfo {
        code: code.into(),
        message: "m".into(),
        data: Some("d".into()),
        date: Some(MessageDate::read("2024-05-20T10:00:01+05:00")),
        sub_error,
        session_id: Some(format!("{{{code}}}")),
    };
    let inner = error("E2", Some(Box::new(error("E3", None))));
    let fault = Fault {
        code: FaultCode::Client,
        reason: "a < b".into(),
        error: Some(error("E1", Some(Box::new(inner)))),
    };
    let outgoing = write::fault(&fault, Some("id-f")).unwrap();
    let envelope = outgoing.envelope(None);
    assert!(envelope.contains(
        "<soap:Fault><faultcode>soap:Client</faultcode><faultstring>a &lt; b</faultstring><detail>\
         <ns2:SendMessageFault1_SendMessageFault xmlns:ns2=\"http://bip.bee.kz/SyncChannel/v10/Types\"><errorCode>E1</errorCode>\
         <errorMessage>m</errorMessage><errorData>d</errorData><errorDate>2024-05-20T10:00:01+05:00</errorDate><subError>"
    ));
    assert_eq!(canonical(&outgoing), canonical_of_envelope(&envelope));
    let again = read(envelope.as_bytes(), &Limits::message()).unwrap();
    let Message::Fault(again) = again.message() else { panic!() };
    assert_eq!(*again, fault);
}

#[test]
fn handed_on_data_keeps_its_bytes_and_its_meaning() {
    for shape in REQUESTS {
        let incoming = read(shape.message.as_bytes(), &Limits::message()).unwrap();
        let Some(element) = incoming.data() else { continue };
        let data = Data::from_element(element).unwrap();
        let outgoing = write::request(incoming.request().unwrap(), Some(data), Some("id-2")).unwrap();
        let envelope = outgoing.envelope(None);
        assert!(envelope.contains(element.inner_source()), "{}: {envelope}", shape.name);
        assert_eq!(canonical(&outgoing), canonical_of_envelope(&envelope), "{}", shape.name);
        // The content means the same: equal canonical forms of every element below data.
        let again = read(envelope.as_bytes(), &Limits::message()).unwrap();
        let form = |element: xml::Element| {
            let mut out = String::new();
            exclusive(element.document(), element.id(), &Options::PLAIN, &mut out).unwrap();
            out
        };
        let (before, after) = (element.children().map(form), again.data().unwrap().children().map(form));
        assert!(before.eq(after), "{}", shape.name);
        for (name, value) in element.attributes().map(|a| (a.qualified_name(), a.value())) {
            let (prefix, _) = value.split_once(':').unwrap_or_default();
            let kept = again.data().unwrap();
            assert!(
                kept.attributes().any(|a| a.qualified_name() == name && a.value() == value),
                "{}",
                shape.name
            );
            assert_eq!(kept.namespace_in_scope(prefix), element.namespace_in_scope(prefix), "{}", shape.name);
        }
    }
}

#[test]
fn data_that_uses_our_own_prefixes_otherwise_keeps_its_bindings() {
    let text = REQUESTS[1].message.replace(
        "<data><a b='1'/></data>",
        "<data><soap:a/><ns2:b ns4:x=''/><wsu:c/><d t='ns4:q'>soap:e</d><f xmlns='urn:f'/></data>",
    );
    let incoming = read(text.as_bytes(), &Limits::message()).unwrap();
    let data = Data::from_element(incoming.data().unwrap()).unwrap();
    let outgoing = write::request(&sample(), Some(data), Some("id-2")).unwrap();
    let envelope = outgoing.envelope(None);
    assert_eq!(canonical(&outgoing), canonical_of_envelope(&envelope));
    let again = read(envelope.as_bytes(), &Limits::message()).unwrap();
    let data = again.data().unwrap();
    let namespaces: Vec<_> = data.children().map(|child| child.namespace().unwrap_or("")).collect();
    assert_eq!(namespaces, [soap::namespaces::SOAP, "urn:unused", soap::namespaces::WSU, "", "urn:f"]);
    assert_eq!(data.namespace_in_scope("ns4"), Some(soap::namespaces::SYNC_TYPES));
    // SOAP-ENV is in scope there too, but nothing mentions it.
    assert_eq!(data.namespace_in_scope("SOAP-ENV"), None);
}

#[test]
fn characters_that_xml_cannot_carry_are_refused_not_written() {
    let request = SyncRequest { message_id: "a\u{0}".into(), ..sample() };
    assert!(write::request(&request, None, None).unwrap_err().to_string().contains("messageId"));
    assert!(write::request(&sample(), None, Some("not a name")).is_err());
    assert!(write::request(&sample(), None, Some("\"><x/>")).is_err());
}

prop_compose! {
    fn text()(text in "[a-zA-Z0-9әғқңөұүһі <>&\"'\\r\\n\\t\\[\\]]{1,20}") -> String { text }
}
prop_compose! {
    fn id()(id in "[a-zA-Z0-9әғқ<>&\"'{}-]{1,20}") -> String { id }
}
prop_compose! {
    fn any_request()(
        ids in (id(), prop::option::of(id()), id(), prop::option::of(id()), prop::option::of(id()), id()),
        password in prop::option::of(text()),
        properties in prop::collection::vec((text(), text()), 0..3),
        millis in 0i64..4_000_000_000_000,
    ) -> SyncRequest {
        SyncRequest {
            message_id: ids.0,
            correlation_id: ids.1,
            service_id: ids.2,
            message_date: MessageDate::at(jiff::Timestamp::from_millisecond(millis).unwrap()),
            route_id: ids.3,
            sender: Sender { id: ids.5, password: password.map(Password::new) },
            properties: properties.into_iter().map(|(key, value)| Property { key, value }).collect(),
            session_id: ids.4,
        }
    }
}

proptest! {
    #[test]
    fn requests_come_back_as_they_were_written(request in any_request(), data in text()) {
        let outgoing = write::request(&request, Some(Data::from_text(&data)), Some("id-1")).unwrap();
        let envelope = outgoing.envelope(None);
        prop_assert_eq!(canonical(&outgoing), canonical_of_envelope(&envelope));
        let incoming = read(envelope.as_bytes(), &Limits::message()).unwrap();
        let again = incoming.request().unwrap();
        // Passwords have no equality; Debug hides them: compared on their own.
        let secret = |request: &SyncRequest| request.sender.password.as_ref().map(|p| p.reveal().to_owned());
        prop_assert_eq!(secret(again), secret(&request));
        prop_assert_eq!(format!("{again:?}"), format!("{request:?}"));
        prop_assert_eq!(incoming.data().unwrap().text(), data);
    }
}
