//! The stand as a process of its own: its settings file, its start, and the legal clock that it follows.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use engine::LegalClock;
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::config::Config;
use crate::installation::SMPP_LOGIN;

/// Difference of the two legal clocks that is mended.
const MOST_APART_MS: i64 = 1_500;

/// The settings of the stand, as it reads them.
#[derive(Serialize)]
struct Settings {
    systems: String,
    pages: String,
    smsc: String,
    ncalayer: String,
    registers: String,
    data: String,
    keys: String,
    anchors: Vec<String>,
    intermediates: Vec<String>,
    revocation_lists: Vec<String>,
    officials: String,
    families: u32,
    today: String,
    legal_start: String,
    gateways: BTreeMap<String, String>,
    logins: BTreeMap<String, Login>,
    accounts: Vec<Account>,
}

#[derive(Serialize)]
struct Login {
    sender_id: String,
    password: String,
}

#[derive(Serialize)]
struct Account {
    system_id: String,
    password: String,
    numbers: Vec<String>,
}

/// Writes the settings of the stand and starts it; ends with this process.
///
/// # Errors
/// When the settings cannot be written or the process not be started.
pub fn start(config: &Config, folder: &Path, clock: &LegalClock, families: u32) -> Result<Child> {
    let path = folder.join("stand.toml");
    let settings = settings(config, folder, clock, families)?;
    std::fs::write(&path, toml::to_string(&settings)?).with_context(|| path.display().to_string())?;
    let binary = std::env::current_exe().context("this binary")?;
    Command::new(binary)
        .arg("stand")
        .arg("--config")
        .arg(&path)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("the stand cannot be started")
}

fn settings(config: &Config, folder: &Path, clock: &LegalClock, families: u32) -> Result<Settings> {
    let inside = |name: &str| folder.join(name).display().to_string();
    let passwords =
        std::fs::read_to_string(folder.join("passwords.toml")).context("passwords.toml of the stand")?;
    let mut passwords: BTreeMap<String, String> = toml::from_str(&passwords)?;
    let smpp = passwords.remove(SMPP_LOGIN).unwrap_or_default();
    let gateway = |at: Option<SocketAddr>| at.map(|at| format!("http://{at}/bip-sync-wss-gost/"));
    let mut gateways = BTreeMap::new();
    gateways.extend(gateway(config.gateway).map(|url| ("gateway".to_owned(), url)));
    gateways.extend(gateway(config.external_gateway).map(|url| ("external-gateway".to_owned(), url)));
    let ncalayer = config.ncalayer.trim_start_matches("ws://").trim_end_matches('/').to_owned();
    // The country stands as on the day the demonstration begins, whatever the clock shows at a later start.
    Ok(Settings {
        systems: config.stand_systems.to_string(),
        pages: config.stand.to_string(),
        smsc: config.smsc.to_string(),
        ncalayer,
        registers: config.content.join("registers").display().to_string(),
        data: inside("data"),
        keys: inside("keys"),
        anchors: vec![inside("trust/root.crt")],
        intermediates: vec![inside("trust/issuing.crt")],
        revocation_lists: vec![inside("trust/root.crl"), inside("trust/issuing.crl")],
        officials: inside("officials"),
        families,
        today: crate::DEMO_STARTS_ON.to_owned(),
        legal_start: clock.now().to_string(),
        gateways,
        logins: passwords
            .into_iter()
            .map(|(id, password)| (id.clone(), Login { sender_id: id, password }))
            .collect(),
        accounts: vec![Account {
            system_id: "sms-gateway".into(),
            password: smpp,
            numbers: vec!["1414".into()],
        }],
    })
}

/// Keeps the stand's legal clock at the platform's: looks twice a second, moves it when they are apart.
pub async fn follow_clock(stand: SocketAddr, clock: Arc<LegalClock>, mut stop: watch::Receiver<bool>) {
    let mut offset = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let now = clock.now();
        let present = now.as_millisecond() - jiff::Timestamp::now().as_millisecond();
        if offset.is_some_and(|known: i64| (known - present).abs() < MOST_APART_MS) {
            continue;
        }
        let body = format!("{{\"now\":\"{now}\"}}");
        match put(stand, "/control/clock", &body).await {
            Ok(200..=299) => offset = Some(present),
            Ok(status) => tracing::warn!(status, "the stand does not take the legal clock"),
            Err(error) => tracing::debug!(%error, "the stand does not answer yet"),
        }
    }
}

/// One `PUT` with a JSON body; gives the HTTP status.
async fn put(to: SocketAddr, path: &str, body: &str) -> Result<u16> {
    let exchange = async {
        let mut stream = TcpStream::connect(to).await?;
        let head = format!(
            "PUT {path} HTTP/1.1\r\nhost: {to}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(4_096).read_to_end(&mut answer).await?;
        let text = String::from_utf8_lossy(&answer);
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.context("no HTTP status")
    };
    tokio::time::timeout(Duration::from_secs(2), exchange).await?
}
