//! `qyzmet.up`: how long the platform needs from its start until it is ready, what it holds when idle, how large it is.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::rows::Row;

/// Longest wait for readiness.
const LONGEST: Duration = Duration::from_secs(30);

/// Ends the process with the value: at first in order.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.0.id().to_string();
        // Asked to end in order; whoever does not listen is ended.
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            if let Ok(Some(_)) = self.0.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(200))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Starts `qyzmet up --demo` beside this program on an empty store.
///
/// # Errors
/// When it is not there or does not become ready.
pub fn up(folder: &Path, program: &Path) -> anyhow::Result<Vec<Row>> {
    let qyzmet = program.with_file_name("qyzmet");
    let size = std::fs::metadata(&qyzmet).context("the program `qyzmet` is not built")?.len();
    let (portal, gateway) = (free_address()?, free_address()?);
    let log = std::fs::File::create(folder.join("up.log"))?;
    let began = Instant::now();
    let process = Command::new(&qyzmet)
        .args(["up", "--demo", "--data"])
        .arg(folder.join("up"))
        .args(["--portal", &portal.to_string(), "--gateway", &gateway.to_string()])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    let mut running = Running(process);
    let seconds = loop {
        if ready(portal) {
            break began.elapsed().as_secs_f64();
        }
        if let Some(status) = running.0.try_wait()? {
            let said = std::fs::read_to_string(folder.join("up.log"))?;
            bail!("`qyzmet up --demo` ended with {status}: {}", said.lines().last().unwrap_or_default());
        }
        ensure!(began.elapsed() < LONGEST, "`qyzmet up --demo` was not ready after {} s", LONGEST.as_secs());
        std::thread::sleep(Duration::from_millis(5));
    };
    std::thread::sleep(Duration::from_secs(5));
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.0.id()))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    let kib: f64 = resident.context("the system does not say what the process holds")?.trim().parse()?;
    Ok(vec![
        Row::less(
            "qyzmet.up",
            seconds,
            "s",
            1.0,
            "from start to /health/ready on an empty store; bound: our own",
        ),
        Row::less(
            "qyzmet.memory",
            kib / 1024.0,
            "MiB",
            80.0,
            "resident, idle for 5 s, the process of the platform without the stand",
        ),
        Row::less("qyzmet.size", size as f64 / 1_048_576.0, "MiB", 60.0, "the one program"),
    ])
}
