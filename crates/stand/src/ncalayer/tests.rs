use std::sync::{Arc, LazyLock};

use eds::dsig::{ExpectedHolder, Judge};
use eds::issue::{Authority, Period, Subject};
use eds::path::Policy;
use eds::{CrlStore, RevocationList, TrustStore, Validator};

use super::*;
use crate::officials::{iin_of, issue, read_directory};

fn now() -> Timestamp {
    "2024-04-01T04:00:00Z".parse().unwrap()
}

static OFFICIALS: LazyLock<(Vec<Official>, Validator)> = LazyLock::new(|| {
    let period =
        Period { from: "2020-01-01T00:00:00Z".parse().unwrap(), to: "2030-01-01T00:00:00Z".parse().unwrap() };
    let root = Authority::root(&Subject::named("ДЕМО"), period).unwrap();
    let folder = std::env::temp_dir().join(format!("stand-officials-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let issued = issue(&root, now()).unwrap();
    for pair in &issued {
        std::fs::write(folder.join(format!("{}.crt.pem", pair.id)), &pair.certificate_pem).unwrap();
        std::fs::write(folder.join(format!("{}.key.pem", pair.id)), pair.key_pem.as_bytes()).unwrap();
    }
    let officials = read_directory(&folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let mut trust = TrustStore::new();
    trust.add_anchor(Arc::clone(root.certificate())).unwrap();
    let trust = Arc::new(trust);
    let revoked: Vec<_> = issued.iter().filter_map(|pair| pair.revoke.clone()).collect();
    assert_eq!(revoked.len(), 1);
    let list = root
        .revocation_list(
            1,
            "2024-03-31T20:00:00Z".parse().unwrap(),
            "2024-04-30T00:00:00Z".parse().unwrap(),
            &revoked,
        )
        .unwrap();
    let lists = CrlStore::new();
    lists.add(RevocationList::from_der(&list).unwrap(), &trust).unwrap();
    (officials, Validator::new(trust, Arc::new(lists), Policy::default()))
});

fn desk() -> Desk {
    Desk::new(OFFICIALS.0.clone())
}

fn ask(desk: &mut Desk, request: Value) -> Value {
    serde_json::from_str(&desk.handle(&request.to_string(), now()).unwrap()).unwrap()
}

fn sign_request(data: &[u8]) -> Value {
    json!({ "module": "kz.gov.pki.knca.basics", "method": "sign", "args": {
        "allowedStorages": ["PKCS12"], "format": "cms", "data": STANDARD.encode(data),
        "signingParams": { "decode": true, "encapsulate": false, "digested": false },
        "signerParams": { "extKeyUsageOids": ["1.3.6.1.5.5.7.3.4"] }, "locale": "kk" } })
}

fn verify(answer: &Value, content: &[u8]) -> Result<(), String> {
    let text = answer["body"]["result"][0].as_str().ok_or_else(|| answer.to_string())?;
    let message = cms::from_text(text).map_err(|error| error.to_string())?;
    let judge = Judge { validator: &OFFICIALS.1, moment: now(), directory: None };
    let expected = ExpectedHolder::Iin(iin_of("head").unwrap());
    cms::verify_detached(content, &message, &expected, &judge).map(drop).map_err(|error| error.to_string())
}

#[test]
fn the_head_signs_and_the_signature_is_good() {
    let mut desk = desk();
    assert_eq!(desk.inserted().unwrap().id, "head");
    let answer = ask(&mut desk, sign_request(b"decision"));
    verify(&answer, b"decision").unwrap();
    assert!(verify(&answer, b"another").is_err());
    assert_eq!(desk.signatures(), 1);
}

#[test]
fn tokens_that_must_not_be_accepted_are_not() {
    for (id, reason) in
        [("head-expired", "expired"), ("head-revoked", "revoked"), ("stranger", "IIN"), ("specialist", "IIN")]
    {
        let mut desk = desk();
        desk.insert(Some(id)).unwrap();
        let error = verify(&ask(&mut desk, sign_request(b"decision")), b"decision").unwrap_err();
        assert!(error.contains(reason), "{id}: {error}");
    }
}

#[test]
fn the_person_may_cancel_ignore_or_the_program_cheat() {
    let mut desk = desk();
    desk.behaviour = Behaviour::Cancel;
    assert_eq!(ask(&mut desk, sign_request(b"x")), json!({ "status": true, "body": {} }));
    let old = json!({ "module": "kz.gov.pki.knca.commonUtils", "method": "signXml", "args": ["PKCS12", "SIGNATURE", "<a/>", "", ""] });
    assert_eq!(ask(&mut desk, old.clone()), json!({ "code": "500", "message": "action.canceled" }));
    desk.behaviour = Behaviour::Ignore;
    assert_eq!(desk.handle(&old.to_string(), now()), None);
    desk.behaviour = Behaviour::OtherData;
    assert!(verify(&ask(&mut desk, sign_request(b"x")), b"x").is_err());
}

#[test]
fn the_older_module_signs_xml_and_base64() {
    let mut desk = desk();
    let old = |method: &str, args: Value| json!({ "module": "kz.gov.pki.knca.commonUtils", "method": method, "args": args });
    assert_eq!(
        ask(&mut desk, old("getActiveTokens", Value::Null))["responseObject"],
        json!(["AKKaztokenStore"])
    );
    let answer = ask(&mut desk, old("signXml", json!(["PKCS12", "SIGNATURE", "<a>шешім</a>", "", ""])));
    let signed = answer["responseObject"].as_str().unwrap();
    assert!(signed.starts_with("<a>шешім") && signed.contains("<ds:Signature "), "{signed}");
    let answer = ask(&mut desk, old("createCAdESFromBase64", json!(["PKCS12", "SIGNATURE", "eA==", false])));
    assert_eq!(answer["code"], "200");
    assert_eq!(ask(&mut desk, old("getKeyInfo", json!(["PKCS12"])))["responseObject"]["alias"], "head");
    desk.insert(None).unwrap();
    assert_eq!(ask(&mut desk, old("getActiveTokens", Value::Null))["responseObject"], json!([]));
    assert_eq!(ask(&mut desk, old("signXml", json!(["PKCS12", "SIGNATURE", "<a/>"])))["code"], "500");
    assert_eq!(desk.insert(Some("nobody")), Err(NoToken("nobody".into())));
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let mut desk = desk();
    for request in ["", "[]", "{}", "{\"module\":1}", "nonsense"] {
        let answer = desk.handle(request, now()).unwrap();
        assert!(answer.contains("\"500\""), "{answer}");
    }
    let refuse = |desk: &mut Desk, change: &dyn Fn(&mut Value)| {
        let mut request = sign_request(b"x");
        change(&mut request["args"]);
        ask(desk, request)["details"].as_str().unwrap().to_owned()
    };
    assert!(refuse(&mut desk, &|args| args["format"] = json!("pdf")).contains("cms and xml"));
    assert!(refuse(&mut desk, &|args| args["data"] = json!([])).contains("1–500"));
    assert!(refuse(&mut desk, &|args| args["data"] = json!("###")).contains("base64"));
    assert!(
        refuse(&mut desk, &|args| args["signingParams"]["encapsulate"] = json!(true)).contains("detached")
    );
}

proptest::proptest! {
    #[test]
    fn no_request_makes_the_double_panic(method in "sign|signXml|signXmls|createCAdESFromBase64|getKeyInfo|x", old: bool, data in ".{0,40}", list: bool) {
        let mut desk = desk();
        let module = if old { "kz.gov.pki.knca.commonUtils" } else { "kz.gov.pki.knca.basics" };
        let args = if list { json!([data, 1, [data], null]) } else { json!({ "format": data, "data": [data, 5], "signingParams": data }) };
        let answer = desk.handle(&json!({ "module": module, "method": method, "args": args }).to_string(), now());
        proptest::prop_assert!(answer.is_some_and(|answer| serde_json::from_str::<Value>(&answer).is_ok()));
        let _ = desk.handle(&data, now());
    }
}
