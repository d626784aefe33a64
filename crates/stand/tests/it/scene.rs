//! A whole stand with keys of a made-up authority, and a gateway that takes its reports.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use eds::issue::{Authority, Period, Subject};
use eds::path::Policy;
use eds::revocation::{NoRevocationSource, RevocationPolicy, Unknown};
use eds::{PemSigner, SignatureAlgorithm, Signer, TrustStore, Validator};
use jiff::Timestamp;
use rules::{Context, Value};
use soap::contract::Contract;
use soap::{Data, Message, MessageDate, Status, SyncResponse};
use stand::{Config, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub fn start_of_time() -> Timestamp {
    "2024-04-01T04:00:00Z".parse().unwrap()
}

pub struct Pki {
    root: Authority,
    pub gateway: Arc<dyn Signer>,
    pub validator: Arc<Validator>,
}

/// One authority for all tests: keys are slow to make.
pub static PKI: LazyLock<Pki> = LazyLock::new(|| {
    let period =
        Period { from: "2020-01-01T00:00:00Z".parse().unwrap(), to: "2040-01-01T00:00:00Z".parse().unwrap() };
    let root = Authority::root(&Subject::named("ДЕМО"), period).unwrap();
    let subject = Subject::organization("ШЛЮЗ", "900101300123", "ШЛЮЗ", "200140001062");
    let (key, certificate) = root.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, period).unwrap();
    let gateway: Arc<dyn Signer> = Arc::new(PemSigner::new(Arc::new(certificate), key).unwrap());
    let mut trust = TrustStore::new();
    trust.add_anchor(Arc::clone(root.certificate())).unwrap();
    let revocation =
        RevocationPolicy { unknown: Unknown::Accept("a test without lists"), ..RevocationPolicy::strict() };
    let policy = Policy { revocation, ..Policy::default() };
    Pki {
        root,
        gateway,
        validator: Arc::new(Validator::new(Arc::new(trust), Arc::new(NoRevocationSource), policy)),
    }
});

/// A folder of its own, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("stand-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("keys")).unwrap();
        std::fs::create_dir_all(path.join("officials")).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind when it cannot be removed: it lies in the system's temporary folder.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Writes the keys of two systems and of the officials.
pub fn write_keys(folder: &Path) {
    let period =
        Period { from: "2020-01-01T00:00:00Z".parse().unwrap(), to: "2040-01-01T00:00:00Z".parse().unwrap() };
    for (id, bin) in [("population-register", "200140001082"), ("bank-2", "200140001151")] {
        let subject = Subject::organization("ЖҮЙЕ", "900101300123", id, bin);
        let (key, certificate) =
            PKI.root.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, period).unwrap();
        std::fs::write(folder.join("keys").join(format!("{id}.crt.pem")), certificate.to_pem().unwrap())
            .unwrap();
        std::fs::write(folder.join("keys").join(format!("{id}.key.pem")), key.to_pem().unwrap().as_bytes())
            .unwrap();
    }
    for pair in stand::officials::issue(&PKI.root, start_of_time()).unwrap() {
        std::fs::write(folder.join("officials").join(format!("{}.crt.pem", pair.id)), &pair.certificate_pem)
            .unwrap();
        std::fs::write(
            folder.join("officials").join(format!("{}.key.pem", pair.id)),
            pair.key_pem.as_bytes(),
        )
        .unwrap();
    }
    std::fs::write(folder.join("root.pem"), PKI.root.certificate().to_pem().unwrap()).unwrap();
}

fn registers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../registers")
}

pub fn config(folder: &Path, gateway: &str) -> Config {
    let any = || "127.0.0.1:0".to_owned();
    Config {
        systems: any(),
        pages: any(),
        smsc: any(),
        ncalayer: Some(any()),
        registers: registers(),
        data: folder.join("data"),
        keys: folder.join("keys"),
        anchors: vec![folder.join("root.pem")],
        officials: Some(folder.join("officials")),
        gateways: [("gateway".to_owned(), gateway.to_owned())].into(),
        accounts: vec![stand::smsc::Account {
            system_id: "gov".into(),
            password: "secret".into(),
            numbers: vec!["1414".into()],
        }],
        families: 50,
        legal_start: Some(start_of_time()),
        ..Config::default()
    }
}

/// A gateway that takes rows: remembers every message id, refuses with 502 while told to.
#[derive(Default)]
pub struct Gateway {
    pub ids: Mutex<Vec<String>>,
    pub broken: AtomicBool,
    pub refusals: AtomicU32,
}

impl Gateway {
    pub async fn start() -> (Arc<Self>, String) {
        let gateway = Arc::new(Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/bip-sync-wss-gost/", listener.local_addr().unwrap());
        let routes = Router::new().route("/bip-sync-wss-gost/", post(take)).with_state(Arc::clone(&gateway));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        (gateway, address)
    }
}

async fn take(State(gateway): State<Arc<Gateway>>, body: Bytes) -> (StatusCode, Vec<u8>) {
    if gateway.broken.load(Ordering::Relaxed) {
        gateway.refusals.fetch_add(1, Ordering::Relaxed);
        return (StatusCode::BAD_GATEWAY, b"<html>502</html>".to_vec());
    }
    let incoming = soap::read(&body, &xml::Limits::message()).unwrap();
    let judge = eds::dsig::Judge { validator: &PKI.validator, moment: start_of_time(), directory: None };
    eds::wssec::verify(incoming.document(), &judge, &eds::wssec::Expectations::default()).unwrap();
    let Message::SyncRequest(request) = incoming.message() else { panic!("no request") };
    gateway.ids.lock().unwrap().push(request.message_id.clone());
    let schema = registers().join(&request.service_id).join("contract.xsd");
    let contract = Contract::load(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let rows = contract.decode("rows", incoming.data().unwrap()).unwrap();
    let row =
        rows.get("row").unwrap().as_list().unwrap().iter().next().unwrap().as_context().unwrap().clone();
    let result = Context::new()
        .with("rowId", row.get("rowId").unwrap().clone())
        .with("status", Value::text("accepted"));
    let results = contract
        .encode("results", &Context::new().with("result", Value::list([Value::Context(result)])))
        .unwrap();
    let response = SyncResponse {
        message_id: "answer".into(),
        correlation_id: Some(request.message_id.clone()),
        response_date: MessageDate::at(start_of_time()),
        status: Status::success(),
        session_id: None,
    };
    let outgoing =
        soap::write::response(&response, Some(Data::from_fragment(&results)), Some("id-1")).unwrap();
    let mut canonical = Vec::new();
    outgoing.to_sign().unwrap().canonical(&mut canonical).unwrap();
    let security = eds::wssec::sign(PKI.gateway.as_ref(), "id-1", &canonical).unwrap();
    (StatusCode::OK, outgoing.envelope(Some(&security)).into_bytes())
}

/// An HTTP answer.
#[derive(Debug)]
pub struct Http {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

impl Http {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// One exchange on a connection of its own.
pub async fn http(running: &Running, method: &str, path: &str, kind: &str, body: &str) -> Http {
    let mut stream = TcpStream::connect(running.pages).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: stand\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let location = head.lines().find_map(|line| line.strip_prefix("location: ")).map(str::to_owned);
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        unchunk(body)
    } else {
        body.to_owned()
    };
    Http { status: head.split(' ').nth(1).unwrap().parse().unwrap(), location, body }
}

fn unchunk(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
        if size == 0 {
            break;
        }
    }
    whole
}

pub async fn get(running: &Running, path: &str) -> Http {
    http(running, "GET", path, "text/plain", "").await
}

pub async fn json(running: &Running, method: &str, path: &str, body: serde_json::Value) -> Http {
    http(running, method, path, "application/json", &body.to_string()).await
}

pub async fn form(running: &Running, path: &str, body: &str) -> Http {
    http(running, "POST", path, "application/x-www-form-urlencoded", body).await
}

/// Waits until the condition holds, for ten seconds at most.
pub async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if condition().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within ten seconds");
}
