//! Reading: every tolerated deviation, every refusal.

use crate::shapes::REQUESTS;
use soap::{Code, FaultCode, Message, Refusal, SyncRequest, read};
use xml::Limits;

fn request(text: &str) -> SyncRequest {
    let incoming = read(text.as_bytes(), &Limits::message()).unwrap();
    incoming.request().unwrap().clone()
}

fn refusal(text: &str) -> Refusal {
    read(text.as_bytes(), &Limits::message()).unwrap_err()
}

#[test]
fn every_shape_of_the_field_says_the_same() {
    for shape in REQUESTS {
        let request = request(shape.message);
        assert_eq!(request.message_id, "m-1", "{}", shape.name);
        assert_eq!(request.service_id, "DEMO", "{}", shape.name);
        assert_eq!(request.sender.id, "login", "{}", shape.name);
        assert_eq!(request.sender.password.as_ref().map(|p| p.reveal()), Some("pass"), "{}", shape.name);
        assert_eq!(request.correlation_id, None, "{}", shape.name);
        assert_eq!(request.check(), Ok(()), "{}", shape.name);
        let day = request.message_date.moment().unwrap().to_string();
        assert!(
            ["2024-05-19T19:00:00Z", "2024-05-20T05:00:00Z"].contains(&&*format!("{}Z", &day[..19])),
            "{day}"
        );
    }
}

#[test]
fn data_is_cut_out_byte_for_byte() {
    for shape in REQUESTS {
        let incoming = read(shape.message.as_bytes(), &Limits::message()).unwrap();
        let Some(source) = incoming.data_source() else {
            assert!(!shape.message.contains("data>"), "{}", shape.name);
            continue;
        };
        let from = shape.message.find("<data").or_else(|| shape.message.find("<i:data")).unwrap();
        assert!(shape.message[from..].starts_with(source), "{}", shape.name);
        assert!(source.ends_with("data>") || source == "<data/>", "{}: {source}", shape.name);
    }
}

#[test]
fn single_fields_are_read_as_written() {
    let with = |n: usize| request(REQUESTS[n].message);
    assert_eq!(with(2).route_id.as_deref(), Some("ROUTE"));
    assert_eq!(with(2).session_id.as_deref(), Some("{00000000-0000-4000-8000-000000000002}"));
    assert_eq!(with(3).property("CONNECTOR_CLIENT"), Some("true"));
    assert_eq!(with(4).properties.len(), 2);
    assert_eq!(with(4).property("k2"), Some(""));
    assert!(with(5).properties.is_empty());
    assert_eq!((with(5).route_id, with(5).session_id), (None, None));
    assert_eq!(with(7).session_id.as_deref(), Some("not-a-guid"));
    let id = |n: usize| {
        read(REQUESTS[n].message.as_bytes(), &Limits::message()).unwrap().body_id().map(str::to_owned)
    };
    assert_eq!((id(0), id(1).as_deref(), id(7).as_deref()), (None, Some("id-1"), Some("id-1")));
}

#[test]
fn soap_1_2_is_a_version_mismatch() {
    let text = REQUESTS[0]
        .message
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let refusal = refusal(&text);
    assert_eq!((refusal.code, &refusal.fault_code), (Code::EnvelopeInvalid, &FaultCode::VersionMismatch));
    assert!(refusal.reason.contains("SOAP 1.2"), "{refusal}");
}

#[test]
fn what_two_readers_could_read_differently_is_refused() {
    let base = REQUESTS[1].message;
    let body = &base[base.find("<soap:Body").unwrap()..base.find("</soap:Envelope>").unwrap()];
    let security = r#"<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"/>"#;
    let with_header = |content: &str| {
        base.replace("<SOAP-ENV:Header/>", &format!("<SOAP-ENV:Header>{content}</SOAP-ENV:Header>"))
    };
    for (text, word) in [
        (base.replace("</soap:Envelope>", &format!("{body}</soap:Envelope>")), "exactly one Body"),
        (base.replace("<SOAP-ENV:Header/>", "<SOAP-ENV:Header/><SOAP-ENV:Header/>"), "at most one Header"),
        (base.replace("</soap:Envelope>", "<soap:Header/></soap:Envelope>"), "at most one Header"),
        (base.replace("</soap:Envelope>", "<x/></soap:Envelope>"), "remove it"),
        (base.replace("</soap:Body>", "<x/></soap:Body>"), "more than one element"),
        (with_header(&security.repeat(2)), "two wsse:Security"),
        (base.replace("<messageId>", "<messageId>m-0</messageId><messageId>"), "more than once"),
        (base.replace("<data>", "<data/><data>"), "more than once"),
        (base.replace("<requestInfo>", "<requestInfo/><requestInfo>"), "more than once"),
        (base.replace("m-1", "<x/>m-1"), "text only"),
        (base.replace("m-1", &"m".repeat(256)), "longer than 255"),
        (base.replace("SendMessage", "sendMessage"), "this address serves"),
        (base.replace("SyncChannel", "AsyncChannel"), "asynchronous channel"),
        (base.replace("requestInfo", "info"), "no requestInfo"),
        (base.replace("requestData", "info"), "no requestData"),
        ("<a/>".to_owned(), "root element is not Envelope"),
        (base.replace("http://schemas.xmlsoap.org/soap/envelope/", "urn:x"), "another envelope namespace"),
        (
            base.replace(
                "</sender>",
                &format!("</sender>{}", "<properties><key>k</key></properties>".repeat(101)),
            ),
            "more than 100",
        ),
        ("<!DOCTYPE a><a/>".to_owned(), "DOCTYPE"),
    ] {
        let refusal = refusal(&text);
        assert_eq!(refusal.code, Code::EnvelopeInvalid, "{refusal}");
        assert!(refusal.reason.contains(word), "{refusal} should say {word}");
    }
    assert!(read(with_header(security).as_bytes(), &Limits::message()).unwrap().security().is_some());
}

#[test]
fn headers_that_must_be_understood_but_are_not_are_refused() {
    let base = REQUESTS[1].message;
    let with = |attributes: &str| {
        base.replace(
            "<SOAP-ENV:Header/>",
            &format!("<SOAP-ENV:Header><x:y xmlns:x='urn:x' {attributes}/></SOAP-ENV:Header>"),
        )
    };
    assert_eq!(refusal(&with("soap:mustUnderstand='1'")).fault_code, FaultCode::MustUnderstand);
    for attributes in ["", "soap:mustUnderstand='0'", "soap:mustUnderstand='1' soap:actor='urn:someone-else'"]
    {
        assert_eq!(request(&with(attributes)).service_id, "DEMO");
    }
}

#[test]
fn fields_are_judged_after_the_sender_is_known() {
    let base = REQUESTS[1].message;
    for (text, code) in [
        (base.replace("<serviceId>DEMO</serviceId>", ""), Code::FieldMissing),
        (
            base.replace("<messageDate>2024-05-20T10:00:00+05:00</messageDate>", "<messageDate/>"),
            Code::FieldMissing,
        ),
        (base.replace("2024-05-20T10:00:00+05:00", "yesterday"), Code::EnvelopeInvalid),
        (base.replace("</sender>", "</sender><properties><value>v</value></properties>"), Code::FieldMissing),
        (
            base.replace(
                "</sender>",
                &format!("</sender><properties><key>{}</key></properties>", "k".repeat(31)),
            ),
            Code::EnvelopeInvalid,
        ),
        (
            base.replace(
                "</sender>",
                &format!("</sender><properties><key>k</key><value>{}</value></properties>", "v".repeat(501)),
            ),
            Code::EnvelopeInvalid,
        ),
    ] {
        assert_eq!(request(&text).check().unwrap_err().code, code);
    }
    assert_eq!(
        request(&base.replace("<password>pass</password>", ""))
            .sender
            .password
            .map(|p| p.reveal().to_owned()),
        None
    );
    let nobody =
        request(&base.replace("<sender><senderId>login</senderId><password>pass</password></sender>", ""));
    assert_eq!(nobody.sender.id, "");
}

#[test]
fn responses_and_faults_of_others_are_read() {
    let response = r#"<a:Envelope xmlns:a="http://schemas.xmlsoap.org/soap/envelope/"><a:Body><b:SendMessageResponse xmlns:b="http://bip.bee.kz/SyncChannel/v10/Types"><response><responseInfo><messageId>r-1</messageId><correlationId>m-1</correlationId><responseDate>2024-05-20T10:00:01.477+05:00</responseDate><status><code>Success</code><message>ОК</message></status></responseInfo><responseData><data><return>true</return></data></responseData></response></b:SendMessageResponse></a:Body></a:Envelope>"#;
    let incoming = read(response.as_bytes(), &Limits::message()).unwrap();
    let Message::SyncResponse(read_response) = incoming.message() else { panic!("{incoming:?}") };
    assert!(read_response.status.is_success());
    assert_eq!(read_response.correlation_id.as_deref(), Some("m-1"));
    assert_eq!(incoming.data().unwrap().text(), "");
    assert!(incoming.request().is_err());
    assert!(refusal(&response.replace("status", "state")).reason.contains("no status"));

    let fault = r#"<a:Envelope xmlns:a="http://schemas.xmlsoap.org/soap/envelope/"><a:Body><a:Fault><faultcode>SCE004</faultcode><faultstring>service not found</faultstring><detail><b:SendMessageFault1_SendMessageFault xmlns:b="http://bip.bee.kz/SyncChannel/v10/Types"><errorCode>SCE004</errorCode><errorMessage>x</errorMessage><errorDate>2024-05-20T10:00:01+05:00</errorDate><subError><errorCode>E2</errorCode><subError><errorCode>E3</errorCode></subError></subError></b:SendMessageFault1_SendMessageFault></detail></a:Fault></a:Body></a:Envelope>"#;
    let incoming = read(fault.as_bytes(), &Limits::message()).unwrap();
    let Message::Fault(fault) = incoming.message() else { panic!("{incoming:?}") };
    assert_eq!((fault.code.clone(), fault.error_code()), (FaultCode::Other("SCE004".into()), "SCE004"));
    let inner = fault.error.as_ref().unwrap().sub_error.as_ref().unwrap();
    assert_eq!((inner.code.as_str(), inner.sub_error.as_ref().unwrap().code.as_str()), ("E2", "E3"));

    let bare = r#"<a:Envelope xmlns:a="http://schemas.xmlsoap.org/soap/envelope/"><a:Body><a:Fault><faultcode>a:Server.Busy</faultcode><faultstring>later</faultstring></a:Fault></a:Body></a:Envelope>"#;
    let incoming = read(bare.as_bytes(), &Limits::message()).unwrap();
    let Message::Fault(fault) = incoming.message() else { panic!("{incoming:?}") };
    assert_eq!((fault.error_code(), fault.error.is_none()), ("Server", true));
}
