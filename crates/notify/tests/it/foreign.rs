//! The client against a message centre of another maker: the npm package `smpp`.
//!
//! Skips, and says so, when Node or the package cannot be had; with `QYZMET_PEERS=required` that is a failure.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use notify::smpp::{Acceptance, SmppClient, SmppConfig, SmsOrder, SubmitFault};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::link::{Desk, moment};
use super::scripted::within;

struct Centre {
    said: Lines<BufReader<ChildStdout>>,
    orders: ChildStdin,
    _process: Child,
}

impl Centre {
    async fn start(modules: &Path) -> (Self, String) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/centre.cjs");
        let mut process = Command::new("node")
            .arg(script)
            .env("NODE_PATH", modules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut centre = Self { said, orders: process.stdin.take().unwrap(), _process: process };
        let line = centre.hear("port").await;
        let port: u16 = line.trim_start_matches("{\"port\":").trim_end_matches('}').parse().unwrap();
        (centre, format!("127.0.0.1:{port}"))
    }

    /// The next line that speaks of `what`.
    async fn hear(&mut self, what: &str) -> String {
        loop {
            let line = within(self.said.next_line()).await.unwrap().expect("the centre ended");
            if line.contains(&format!("\"{what}\":")) {
                return line;
            }
        }
    }

    async fn order(&mut self, line: &str) {
        self.orders.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }
}

/// The folder with the package, installed on the first need; the error says what is missing.
fn modules() -> Result<PathBuf, String> {
    if let Some(given) = std::env::var_os("QYZMET_NODE_PATH") {
        let given = PathBuf::from(given);
        return if given.join("smpp").is_dir() {
            Ok(given)
        } else {
            Err(format!("no smpp in {}", given.display()))
        };
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (target, package) = (root.join(".work/node"), root.join("tests/foreign/package.json"));
    if !target.join("node_modules/smpp").is_dir() {
        std::fs::create_dir_all(&target).map_err(|error| error.to_string())?;
        std::fs::copy(package, target.join("package.json")).map_err(|error| error.to_string())?;
        let installed = std::process::Command::new("npm")
            .args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&target)
            .status();
        match installed {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(format!("npm install ended with {status}")),
            Err(error) => return Err(format!("npm cannot be started: {error}")),
        }
    }
    Ok(target.join("node_modules"))
}

#[tokio::test]
async fn a_centre_of_another_maker_understands_us_and_we_it() {
    let modules = match modules() {
        Ok(modules) => modules,
        Err(reason) => {
            assert!(
                std::env::var("QYZMET_PEERS").as_deref() != Ok("required"),
                "the peer is required: {reason}"
            );
            println!("SKIPPED: the npm package smpp is not at hand: {reason}");
            return;
        }
    };
    let (mut centre, address) = Centre::start(&modules).await;
    let desk = Arc::new(Desk::default());
    let acceptance: Arc<dyn Acceptance> = Arc::clone(&desk) as _;
    let config = SmppConfig {
        reconnect: (Duration::from_millis(50), Duration::from_millis(200)),
        ..SmppConfig::new(&address, "esme", "secret")
    };
    let client = SmppClient::start(config, Arc::new(moment), acceptance, None).unwrap();
    assert_eq!(centre.hear("bound").await, "{\"bound\":\"esme\",\"version\":52}");

    let order = |text: &str| SmsOrder {
        id: "case-1".into(),
        source: "1414".into(),
        destination: "+77011234567".into(),
        text: text.into(),
        registered_delivery: true,
    };
    // A text in the default alphabet, and its receipt.
    assert_eq!(client.submit(&order("7#1 {€}")).await.unwrap().smsc_message_id(), "M1");
    let seen = centre.hear("submitted").await;
    assert!(
        seen.contains(
            "\"from\":\"1414\",\"to\":\"77011234567\",\"coding\":0,\"receipt\":1,\"text\":\"7#1 {€}\""
        ),
        "{seen}"
    );
    assert_eq!(centre.hear("receipt_answered").await, "{\"receipt_answered\":0}");
    assert_eq!(desk.texts(), ["M1=Delivered"]);

    // A Kazakh text in two segments, after the centre has throttled once.
    centre.order("{\"throttle\":1}").await;
    centre.order("{\"bring\":{\"from\":\"77011234567\",\"text\":\"7#1\"}}").await;
    assert_eq!(centre.hear("answered").await, "{\"answered\":0}");
    let text = "Құрметті Азамат! Сіздің жәрдемақы алуға құқығыңыз бар. Келісім үшін жіберіңіз - 7#1";
    assert_eq!(client.submit(&order(text)).await.unwrap().smsc_message_ids, ["M2", "M3"]);
    let (first, second) = (centre.hear("submitted").await, centre.hear("submitted").await);
    assert!(first.contains("Құрметті Азамат!") && first.contains("0201\"]"), "{first}");
    assert!(second.contains("7#1") && second.contains("0202\"]"), "{second}");

    // The reply reached the desk; a Kazakh one does too.
    centre.order("{\"bring\":{\"from\":\"77011234567\",\"text\":\"Иә, келісемін\"}}").await;
    assert_eq!(centre.hear("answered").await, "{\"answered\":0}");
    assert!(desk.texts().contains(&"7#1".to_owned()) && desk.texts().contains(&"Иә, келісемін".to_owned()));

    // A connection broken after the submission was counted leaves doubt; the link comes back.
    centre.order("{\"drop\":true}").await;
    centre.order("{\"bring\":{\"from\":\"77011234567\",\"text\":\"x\"}}").await;
    centre.hear("answered").await;
    let error = client.submit(&order("7#2")).await.unwrap_err();
    assert_eq!((error.fault, error.possibly_sent), (SubmitFault::Disconnected, true));
    assert_eq!(client.submit(&order("7#2")).await.unwrap().smsc_message_id(), "M5");
    client.close().await;
    centre.hear("unbound").await;
}
