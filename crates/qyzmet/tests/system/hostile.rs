//! Hostile input at the gateway's socket: each is refused with a code and a reason, stands in the log, reaches nobody.

use std::path::PathBuf;

use eds::PemSigner;
use jiff::Timestamp;
use soap::{Data, Message, MessageDate, Password, Property, Sender, SyncRequest};

use crate::http::{Reply, exchange};
use crate::people::{metric, plain};
use crate::system::{System, content, eventually};

/// The envelope of the synchronous channel.
const CHANNEL: &str = "/bip-sync-wss-gost/";

/// What the population register would send, with its key and login from the stand's folder.
pub struct Register {
    folder: PathBuf,
    data: String,
}

impl Register {
    pub fn of(system: &System) -> Register {
        let sample = content().join("registers/SDU_FACTS/request.sample.xml");
        let text = std::fs::read_to_string(sample).unwrap();
        let data = format!("<data>{}</data>", text.split_once("?>").unwrap().1.trim());
        Register { folder: system.data().join("stand"), data }
    }

    /// The password of an outside system with its gateway.
    pub fn password(&self, id: &str) -> String {
        let text = std::fs::read_to_string(self.folder.join("passwords.toml")).unwrap();
        let line = text.lines().find(|line| line.starts_with(&format!("{id} = "))).expect("a password");
        line.split('"').nth(1).unwrap().to_owned()
    }

    /// The envelope, signed with the key of `signer` in the name of `sender`.
    fn envelope(
        &self,
        id: &str,
        sender: &str,
        password: &str,
        signer: Option<&str>,
        now: Timestamp,
    ) -> String {
        let request = SyncRequest {
            message_id: id.to_owned(),
            correlation_id: None,
            service_id: "SDU_FACTS".to_owned(),
            message_date: MessageDate::at(now),
            route_id: None,
            sender: Sender { id: sender.to_owned(), password: Some(Password::new(password.to_owned())) },
            properties: vec![Property { key: "idempotencyKey".to_owned(), value: id.to_owned() }],
            session_id: None,
        };
        let document = xml::Document::parse(self.data.as_bytes(), &xml::Limits::message()).unwrap();
        let data = Data::from_element(document.root()).unwrap();
        let outgoing = soap::write::request(&request, Some(data), signer.map(|_| "id-1")).unwrap();
        let Some(signer) = signer else { return outgoing.envelope(None) };
        let read =
            |ending: &str| std::fs::read(self.folder.join(format!("keys/{signer}.{ending}.pem"))).unwrap();
        outgoing.signed(&PemSigner::read(&read("crt"), &read("key")).unwrap()).unwrap()
    }
}

fn post(system: &System, body: &[u8]) -> Reply {
    let headers = [("content-type", "text/xml; charset=utf-8"), ("soapaction", "\"\"")];
    exchange(system.ports.gateway, "POST", CHANNEL, &headers, body).expect("the gateway answers")
}

/// Code and reason of a fault.
fn fault(reply: &Reply) -> (String, String) {
    let incoming = soap::read(reply.body.as_bytes(), &xml::Limits::message());
    let incoming =
        incoming.unwrap_or_else(|refusal| panic!("{}: {} {}", refusal.reason, reply.status, reply.body));
    match incoming.message() {
        Message::Fault(fault) => {
            let told = fault.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
            (fault.error_code().to_owned(), told)
        }
        other => panic!("no fault: {other:?}"),
    }
}

#[test]
fn what_cannot_be_trusted_is_refused_by_name_logged_and_reaches_nobody() {
    let system = System::start();
    let (register, now) = (Register::of(&system), system.legal_now());
    let password = register.password("population-register");
    let good =
        register.envelope("hostile-good", "population-register", &password, Some("population-register"), now);
    let envelope = |id: &str, sender: &str, secret: &str, signer: Option<&str>| {
        register.envelope(id, sender, secret, signer, now)
    };
    let id = "population-register";
    let deep = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{}{}</soap:Body></soap:Envelope>",
        "<a>".repeat(5_000),
        "</a>".repeat(5_000)
    );
    let doctype = format!("<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>{good}");
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("too deep", deep.into_bytes(), "SCE001"),
        ("a document type with entities", doctype.into_bytes(), "SCE001"),
        ("no XML", b"{\"a\": 1}".to_vec(), "SCE001"),
        ("cut", good.as_bytes()[..good.len() / 2].to_vec(), "SCE001"),
        ("unsigned", envelope("hostile-1", id, &password, None).into_bytes(), "SCE007"),
        ("changed after signing", good.replace("hostile-good", "hostile-2").into_bytes(), "SCE006"),
        ("signed by another", envelope("hostile-3", id, &password, Some("ministry")).into_bytes(), "GW-3003"),
        ("a wrong password", envelope("hostile-4", id, "guess", Some(id)).into_bytes(), "GW-1001"),
        ("an unknown sender", envelope("hostile-5", "nobody", &password, Some(id)).into_bytes(), "GW-1001"),
    ];
    for (what, body, code) in cases {
        let reply = post(&system, &body);
        let (found, reason) = fault(&reply);
        assert_eq!((reply.status, found.as_str()), (500, code), "{what}: {reason}");
        assert!(!reason.is_empty(), "{what}: a reason");
        assert!(!reason.contains(&password), "{what}: no password is told");
    }
    // Larger than anything a channel takes: refused, whether by a fault or before it was read.
    let huge = post(&system, &vec![b'a'; 11 << 20]);
    assert!(
        huge.status == 413 || (huge.status == 500 && fault(&huge).0 == "SCE001"),
        "{} {}",
        huge.status,
        huge.body
    );
    // The log knows what was refused and why, by the gateway's own codes, and shows no password.
    for code in ["GW-2001", "GW-3001", "GW-3002", "GW-3003", "GW-1001"] {
        eventually("the refusal in the log", || {
            let page = system.log_page("state=refused");
            assert!(!page.contains(&password));
            if page.contains(code) { Ok(()) } else { Err(format!("{code}: {}", plain(&page))) }
        });
    }
    let cases = |participant: &str| {
        let numbers = metric(system.ports.portal, "qyzmet_cases");
        numbers.into_iter().find(|(id, _)| id == participant).map(|(_, cases)| cases).expect("a metric")
    };
    assert_eq!(cases("sdu"), 0, "nothing was forwarded");
    assert!(system.is_healthy());
    // The same from the register itself is taken: the test's envelopes are right but for what is wrong with each.
    let reply = post(&system, good.as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.body.contains("accepted"), "{}", reply.body);
    eventually("the case", || if cases("sdu") == 1 { Ok(()) } else { Err(cases("sdu").to_string()) });
}
