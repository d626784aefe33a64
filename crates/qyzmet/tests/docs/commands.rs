//! Commands in documents: those shown exist, those to be run succeed.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use super::markdown::Document;

/// The program under test.
const QYZMET: &str = env!("CARGO_BIN_EXE_qyzmet");
/// Longest session of one document.
const LONGEST: Duration = Duration::from_secs(600);
/// Programs that a machine may lack.
const PEERS: [&str; 4] = ["curl", "openssl", "xmlsec1", "xmllint"];

/// Commands of `sh show` blocks that do not exist, or not with these flags.
pub fn unknown(root: &Path, document: &Document) -> Vec<String> {
    let entry = fs::read_to_string(root.join("x")).expect("./x");
    let mut wrong = Vec::new();
    for block in document.blocks.iter().filter(|block| block.info.starts_with("sh")) {
        for line in block.text.replace("\\\n", " ").lines() {
            let words: Vec<&str> =
                line.split_whitespace().take_while(|word| *word != "#" && *word != "|").collect();
            let place = format!("{}:{}", document.path, block.line);
            match words[..] {
                ["./x", command, ..] if !entry.contains(&format!("\n  {command})\n")) => {
                    wrong.push(format!("{place}: ./x has no `{command}`"));
                }
                ["qyzmet", ..] => {
                    wrong.extend(unknown_flags(&words[1..]).map(|reason| format!("{place}: {reason}")))
                }
                _ => {}
            }
        }
    }
    wrong
}

fn unknown_flags(words: &[&str]) -> Option<String> {
    let mut commands: Vec<&str> = words.iter().copied().take_while(|word| !word.starts_with('-')).collect();
    commands.retain(|word| !word.contains(['/', '.', '"', '$', '>', '&']));
    // A word behind the last command is an argument: it is left out until there is a help.
    loop {
        let output = Command::new(QYZMET).args(&commands).arg("--help").output().expect("qyzmet runs");
        let help = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            let flags = words.iter().filter(|word| word.starts_with("--"));
            let mut missing = flags.filter(|flag| !help.contains(flag.split('=').next().unwrap_or(flag)));
            return missing.next().map(|flag| format!("qyzmet {} has no `{flag}`", commands.join(" ")));
        }
        if commands.pop().is_none() {
            return Some(format!("qyzmet {} is no command", words.join(" ")));
        }
    }
}

/// Runs the blocks of a document as one session; gives what went wrong.
pub fn run(root: &Path, document: &Document) -> Option<String> {
    let blocks: Vec<&str> = document
        .blocks
        .iter()
        .filter(|block| block.info == "sh run")
        .map(|block| block.text.as_str())
        .collect();
    if blocks.is_empty() {
        return None;
    }
    let script = blocks.join("\n");
    let missing: Vec<&str> =
        PEERS.into_iter().filter(|peer| script.contains(peer) && !present(peer)).collect();
    if !missing.is_empty() {
        assert!(std::env::var_os("QYZMET_PEERS").is_none(), "{}: needs {missing:?}", document.path);
        println!("skipped {}: needs {missing:?}", document.path);
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let defaults = fs::read_to_string(root.join("crates/qyzmet/src/qyzmet.default.toml")).expect("defaults");
    let ports = free_ports(&[&script, &defaults]);
    prepare(root, folder.path(), &replaced(&defaults, &ports));
    session(folder.path(), document, &replaced(&script, &ports))
}

fn present(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The next port to be looked at, outside the range from which the system takes ports for connections.
static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

/// A free port for every port of this machine that the texts name. Sessions never get the same.
fn free_ports(texts: &[&str]) -> BTreeMap<String, u16> {
    const HOST: &str = "127.0.0.1:";
    let mut found = BTreeMap::new();
    for text in texts {
        for (at, _) in text.match_indices(HOST) {
            let port: String = text[at + HOST.len()..].chars().take_while(char::is_ascii_digit).collect();
            if !port.is_empty() {
                found.entry(format!("{HOST}{port}")).or_insert_with(free_port);
            }
        }
    }
    found
}

fn free_port() -> u16 {
    let first = 20_000 + u16::try_from(std::process::id() % 100).unwrap_or_default() * 100;
    for _ in 0..5_000 {
        let port = 20_000 + (first - 20_000 + NEXT_PORT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

fn replaced(text: &str, ports: &BTreeMap<String, u16>) -> String {
    // Two steps, so that a port that was put in is never replaced again; the longest first.
    let mut keys: Vec<&String> = ports.keys().collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
    let mut text = text.to_owned();
    for (number, key) in keys.iter().enumerate() {
        text = text.replace(key.as_str(), &format!("127.0.0.1:@{number}@"));
    }
    for (number, key) in keys.iter().enumerate() {
        text = text.replace(&format!("@{number}@"), &ports[*key].to_string());
    }
    text
}

/// The folder of a session: copies of the data, and a `qyzmet` that takes the free ports where no configuration is given.
fn prepare(root: &Path, folder: &Path, defaults: &str) {
    for name in ["services", "registers", "law"] {
        copy(&root.join(name), &folder.join(name));
    }
    symlink(root.join("crates"), folder.join("crates")).expect("crates");
    let bin = folder.join("bin");
    fs::create_dir(&bin).expect("bin");
    fs::write(bin.join("defaults.toml"), defaults).expect("defaults");
    let wrapper = format!(
        "#!/bin/sh\ncase \" $* \" in *\" --config \"* | *\" --help \"*) ;; \" up \"*) set -- \"$@\" --config '{}';; esac\nexec '{QYZMET}' \"$@\"\n",
        bin.join("defaults.toml").display()
    );
    let program = bin.join("qyzmet");
    fs::write(&program, wrapper).expect("wrapper");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a readable folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

fn session(folder: &Path, document: &Document, script: &str) -> Option<String> {
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let said = fs::File::create(folder.join("bin/said")).expect("a file");
    let mut shell = Command::new("bash")
        .args(["-c", &format!("set -euo pipefail\n{script}")])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("QYZMET_LOG")
        .stdin(Stdio::null())
        .stdout(said.try_clone().expect("a file"))
        .stderr(said)
        .process_group(0)
        .spawn()
        .expect("bash runs");
    let began = Instant::now();
    let status = loop {
        match shell.try_wait().expect("a process") {
            Some(status) => break Some(status),
            None if began.elapsed() > LONGEST => break None,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    // What a document started and did not stop ends here, the stand of a demonstration included.
    let group = format!("-{}", shell.id());
    let _ = Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status();
    if status.is_none() {
        std::thread::sleep(Duration::from_secs(1));
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = shell.wait();
    }
    if status.is_some_and(|status| status.success()) {
        return None;
    }
    let mut said = fs::read_to_string(folder.join("bin/said")).unwrap_or_default();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "log") {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            said.push_str(&format!("--- {}\n{text}", entry.file_name().display()));
        }
    }
    let how = status.map_or("takes too long".to_owned(), |status| status.to_string());
    Some(format!("{}: {how}\n--- commands\n{script}\n--- said\n{said}", document.path))
}
