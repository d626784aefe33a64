//! A story with programs of other makers on one end of each protocol: the population register is a zeep client with its own signer, the
//! base of mobile citizens a Python server with its own signer and verifier, and `xmlsec1` looks at an envelope from the wire.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::branches::CODE;
use crate::hostile::Register;
use crate::peers;
use crate::people::NUMBER;
use crate::system::{System, eventually};

/// A number that no register of the stand knows: whoever is asked there was found by the foreign base.
const PHONE: &str = "77771234567";

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The folder of a peer: the key that the installation made for the outside system, and the gateway's certificate.
fn keys(system: &System, id: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = system.data();
    let copy = |from: &Path, to: &str| {
        std::fs::copy(from, folder.path().join(to)).unwrap();
    };
    copy(&data.join(format!("stand/keys/{id}.key.pem")), "key.pem");
    copy(&data.join(format!("stand/keys/{id}.crt.pem")), "certificate.pem");
    copy(&data.join("installation/keys/gateway.crt.pem"), "gateway.pem");
    folder
}

/// The row of the birth that the stand's own register cannot report.
fn unreported(system: &System, case: &str) -> Value {
    let reports = system.control("GET", "/reports", None);
    let waiting = reports["waiting"].as_array().unwrap();
    let found = waiting.iter().find(|waiting| waiting["report"]["row"]["caseRef"] == case);
    found.unwrap_or_else(|| panic!("the birth waits: {reports}"))["report"].clone()
}

/// A FEEL value of the control interface as it stands in XML.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(tagged) => tagged.values().next().and_then(Value::as_str).expect("a text").to_owned(),
        other => other.to_string(),
    }
}

#[test]
fn a_birth_told_by_zeep_and_a_number_found_by_a_python_server_end_in_a_payment() {
    let Some(python) = peers::python() else { return };
    if !peers::have(&["xmlsec1"]) {
        return;
    }
    let mut system = System::start();
    let family = system.family("one-account");
    let (client, server) = (keys(&system, "population-register"), keys(&system, "mobile-citizens"));
    let mut base = peers::script(&python, "mobile_citizens.py")
        .arg(server.path())
        .args([family.addressee.as_str(), &format!("+{PHONE}")])
        .stdout(Stdio::piped())
        .spawn()
        .map(Running)
        .unwrap();
    let mut address = String::new();
    BufReader::new(base.0.stdout.take().unwrap()).read_line(&mut address).unwrap();

    // The installation says where the base is; the stand's own register loses its way to the gateway.
    system.stop_node();
    let participants = system.data().join("installation/participants.toml");
    let mut text = std::fs::read_to_string(&participants).unwrap();
    text.push_str(&format!("\n[[host]]\nparticipant = \"mobile-citizens\"\nat = \"{}\"\n", address.trim()));
    std::fs::write(&participants, text).unwrap();
    let nowhere = format!("http://127.0.0.1:{}/", system.ports.of("sdu"));
    system.start_all_with_stand(|settings| settings.replace(&system_channel(settings), &nowhere));

    let case = system.birth(&family);
    let report = unreported(&system, &case);
    let row = &report["row"];
    let mut rows = "<rows xmlns=\"https://qyzmet.kz/contract/SDU_FACTS/1\"><row>".to_owned();
    for name in ["rowId", "caseRef", "kind", "iin", "eventDate", "registeredAt"] {
        rows.push_str(&format!("<{name}>{}</{name}>", written(&row[name])));
    }
    rows.push_str("</row></rows>");
    let register = Register::of(&system);
    let mut zeep = peers::script(&python, "register.py")
        .arg(client.path())
        .arg(format!("{}?wsdl", system.ports.channel()))
        .args(["population-register", &register.password("population-register")])
        .args([report["id"].as_str().unwrap(), &system.legal_now().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    zeep.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    let output = zeep.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[0].starts_with("ok SCSS001") && lines[0].contains("accepted"), "{told}");
    assert!(lines[1].contains("accepted") || lines[1].contains("duplicate"), "the repeat is known: {told}");

    // The number is the foreign base's, and the story goes on over it.
    let thread = |part: &str| {
        eventually(&format!("`{part}` on the phone of the foreign base"), || {
            let thread = system.control("GET", &format!("/sms/threads/{PHONE}"), None).to_string();
            if thread.contains(part) { Ok(()) } else { Err(format!("{thread} {}", system.story(&case))) }
        });
    };
    let write = |text: &str| {
        let body = serde_json::json!({ "number": NUMBER, "text": text });
        system.control("POST", &format!("/sms/threads/{PHONE}"), Some(&body));
    };
    thread("7#1");
    write("7#1");
    thread(&format!("{CODE}#3#1"));
    write(&format!("{CODE}#3#1"));
    system.official().decide(&case, &[("outcome", "assign")]);
    assert_eq!(system.paid(&case)["iin"], family.addressee.as_str());
    assert!(system.received(&family).is_empty(), "nothing went to the number that the stand knows");
    verify_with_xmlsec(server.path());
}

/// The channel of the gateway in the stand's settings.
fn system_channel(settings: &str) -> String {
    let line = settings.lines().find(|line| line.starts_with("gateway = ")).expect("the gateway's address");
    line.split('"').nth(1).unwrap().to_owned()
}

/// An envelope as it was on the wire: `xmlsec1` accepts it, and refuses it with a changed byte.
fn verify_with_xmlsec(folder: &Path) {
    let wire = folder.join("wire-1.xml");
    let verify = |file: &Path| {
        Command::new("xmlsec1")
            .args([
                "--verify",
                "--id-attr:Id",
                "http://schemas.xmlsoap.org/soap/envelope/:Body",
                "--pubkey-cert-pem",
            ])
            .arg(folder.join("gateway.pem"))
            .arg(file)
            .output()
            .unwrap()
    };
    let output = verify(&wire);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&wire).unwrap();
    let changed = folder.join("changed.xml");
    std::fs::write(&changed, text.replacen("MAB_PHONE", "MAB_PHONF", 1)).unwrap();
    assert!(!verify(&changed).status.success(), "a changed message must not verify");
}

/// A stand of the test's own settings.
impl System {
    /// Starts the stand with changed settings and the node beside it, after [`System::stop_node`].
    fn start_all_with_stand(&mut self, change: impl Fn(&str) -> String) {
        let settings = self.data().join("stand/stand.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let own = self.data().join("stand/stand-of-the-test.toml");
        std::fs::write(&own, change(&text)).unwrap();
        self.start_stand(&own);
        self.start_again();
        self.ready_again();
    }
}
