//! One running system: a node and its stand in processes of their own, in a folder and on ports of their own.
//!
//! Only one runs at a time in this test binary: the machine is small. A system that is dropped takes its processes with it.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http;

/// Longest wait for anything: far more than a sound system needs on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(40);

static MACHINE: Mutex<()> = Mutex::new(());

/// The hosted participants.
pub const HOSTED: [&str; 5] = ["sdu", "emaket", "egov-portal", "pd-access-control", "sms-gateway"];

/// The folder with `services/`, `registers/` and `law/`.
pub fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The program, or the one that `QYZMET_PROGRAM` names, without the environment of whoever runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(
        std::env::var_os("QYZMET_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_qyzmet").into()),
    );
    for (name, _) in std::env::vars() {
        if name.starts_with("QYZMET_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// Looks again and again until there is something to see; fails with what was seen last.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let began = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(seen) => assert!(began.elapsed() < PATIENCE, "{what} did not happen; seen last: {seen}"),
        }
        std::thread::sleep(LOOK);
    }
}

/// A port nobody listens on, below those that the kernel gives to outgoing connections.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let offset = u16::try_from(std::process::id() % 10_000).unwrap();
        let port = 18_000 + (offset + NEXT.fetch_add(1, Ordering::Relaxed)) % 14_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Where everything of a node listens.
#[derive(Debug, Clone)]
pub struct Ports {
    pub portal: u16,
    pub gateway: u16,
    pub external_gateway: u16,
    pub participants: [u16; 5],
    pub smsc: u16,
    pub stand: u16,
    pub stand_systems: u16,
    pub ncalayer: u16,
}

impl Ports {
    pub fn free() -> Ports {
        Ports {
            portal: free_port(),
            gateway: free_port(),
            external_gateway: free_port(),
            participants: std::array::from_fn(|_| free_port()),
            smsc: free_port(),
            stand: free_port(),
            stand_systems: free_port(),
            ncalayer: free_port(),
        }
    }

    /// The port of a participant.
    pub fn of(&self, participant: &str) -> u16 {
        let at = HOSTED.iter().position(|id| *id == participant).expect("a hosted participant");
        self.participants[at]
    }

    /// The address of the gateway's synchronous channel.
    pub fn channel(&self) -> String {
        format!("http://127.0.0.1:{}/bip-sync-wss-gost/", self.gateway)
    }
}

/// How a node's configuration departs from "everything here".
#[derive(Debug, Clone, Default)]
pub struct Departures {
    /// Participants that this node does not host.
    pub off: Vec<&'static str>,
    /// Lines of `[elsewhere]`.
    pub elsewhere: Vec<(String, String)>,
    /// The gateway of another node.
    pub gateway_url: Option<String>,
}

/// Writes a configuration file.
pub fn write_config(path: &Path, data: &Path, ports: &Ports, departures: &Departures) {
    let mut text = format!(
        "data = {data:?}\ncontent = {content:?}\nportal = \"127.0.0.1:{}\"\n",
        ports.portal,
        content = content()
    );
    match &departures.gateway_url {
        Some(url) => {
            let _ = write!(text, "gateway = \"off\"\nexternal-gateway = \"off\"\ngateway-url = \"{url}\"\n");
        }
        None => {
            let (gateway, external) = (ports.gateway, ports.external_gateway);
            let _ = write!(
                text,
                "gateway = \"127.0.0.1:{gateway}\"\nexternal-gateway = \"127.0.0.1:{external}\"\n"
            );
        }
    }
    for (key, port) in [("smsc", ports.smsc), ("stand", ports.stand), ("stand-systems", ports.stand_systems)]
    {
        let _ = writeln!(text, "{key} = \"127.0.0.1:{port}\"");
    }
    let _ = writeln!(text, "ncalayer = \"ws://127.0.0.1:{}/\"\n[participants]", ports.ncalayer);
    for id in HOSTED {
        let off = departures.off.contains(&id);
        let at = if off { "off".to_owned() } else { format!("127.0.0.1:{}", ports.of(id)) };
        let _ = writeln!(text, "{id} = \"{at}\"");
    }
    text.push_str("[elsewhere]\n");
    for (id, url) in &departures.elsewhere {
        let _ = writeln!(text, "{id} = \"{url}\"");
    }
    std::fs::write(path, text).unwrap();
}

/// A process that leads a group; the group ends with it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    group: u32,
}

impl Process {
    /// Starts `command` as the leader of a new group, its output going to files.
    pub fn start(mut command: Command, out: &Path, log: &Path) -> Process {
        use std::os::unix::process::CommandExt as _;
        let append = |path: &Path| File::options().create(true).append(true).open(path).unwrap();
        command.stdout(append(out)).stderr(append(log)).process_group(0);
        let child = command.spawn().expect("the program starts");
        Process { group: child.id(), child }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Ends this process at once, as a power cut would; what it started stays.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits.
    pub fn stop(&mut self) {
        signal("TERM", &self.child.id().to_string());
        eventually("the process stops", || if self.runs() { Err("it runs".into()) } else { Ok(()) });
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        signal("KILL", &format!("-{}", self.group));
        // It may have ended before.
        let _ = self.child.wait();
    }
}

fn signal(name: &str, whom: &str) {
    // Nobody may be there any more.
    let _ = Command::new("kill").args([&format!("-{name}"), "--", whom]).stderr(Stdio::null()).status();
}

/// A running system.
pub struct System {
    pub ports: Ports,
    pub folder: TempDir,
    pub node: Process,
    /// Earlier nodes whose stand still runs.
    earlier: Vec<Process>,
    departures: Departures,
    _machine: MutexGuard<'static, ()>,
}

impl System {
    /// Starts everything in one process and the stand in another; ready when this returns.
    pub fn start() -> System {
        System::start_with(Departures::default())
    }

    /// As [`System::start`], with departures from the configuration.
    pub fn start_with(departures: Departures) -> System {
        let machine = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::Builder::new().prefix("qyzmet-system-").tempdir().unwrap();
        let ports = Ports::free();
        write_config(&folder.path().join("qyzmet.toml"), &folder.path().join("data"), &ports, &departures);
        let node = start_node(folder.path(), true);
        let mut system = System { ports, folder, node, earlier: Vec::new(), departures, _machine: machine };
        system.wait_ready();
        system
    }

    /// The folder of stores and of the installation.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the nodes wrote to standard error, the stand's lines among them.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("node.log")).unwrap_or_default()
    }

    /// What the nodes wrote to standard output.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("node.out")).unwrap_or_default()
    }

    /// Whether the pages say that every store can be read.
    pub fn is_healthy(&self) -> bool {
        http::exchange(self.ports.portal, "GET", "/health/ready", &[], b"")
            .is_ok_and(|reply| reply.status == 200)
    }

    fn wait_ready(&mut self) {
        let ports = self.ports.clone();
        for (what, port, path) in
            [("the node", ports.portal, "/health/ready"), ("the stand", ports.stand, "/control/health")]
        {
            let log = self.folder.path().join("node.log");
            let node = &mut self.node;
            eventually(what, || {
                assert!(node.runs(), "the node ended: {}", std::fs::read_to_string(&log).unwrap_or_default());
                match http::exchange(port, "GET", path, &[], b"") {
                    Ok(reply) if reply.status == 200 => Ok(()),
                    Ok(reply) => Err(format!("{} {}", reply.status, reply.body)),
                    Err(error) => Err(error.to_string()),
                }
            });
        }
    }

    /// Ends the node at once, as a power cut would, and leaves the stand.
    pub fn kill_node(&mut self) {
        self.node.kill();
    }

    /// Starts the node again beside the stand that still runs; returns at once.
    pub fn start_again(&mut self) {
        let node = start_node(self.folder.path(), false);
        self.earlier.push(std::mem::replace(&mut self.node, node));
    }

    /// Starts a stand of its own with these settings.
    pub fn start_stand(&mut self, settings: &Path) {
        let mut command = program();
        command.args(["stand", "--config"]).arg(settings);
        let folder = self.folder.path();
        self.earlier.push(Process::start(command, &folder.join("stand.out"), &folder.join("node.log")));
    }

    /// Waits until node and stand are ready.
    pub fn ready_again(&mut self) {
        self.wait_ready();
    }

    /// Stops the node in order, which stops a stand that it started itself.
    pub fn stop_node(&mut self) {
        self.node.stop();
    }

    /// Starts node and stand again after [`System::stop_node`].
    pub fn start_all_again(&mut self) {
        let node = start_node(self.folder.path(), true);
        self.earlier.push(std::mem::replace(&mut self.node, node));
        self.wait_ready();
    }

    /// Writes the configuration anew, for the next start.
    pub fn reconfigure(&mut self, departures: Departures) {
        self.departures = departures;
        write_config(&self.folder.path().join("qyzmet.toml"), &self.data(), &self.ports, &self.departures);
    }
}

fn start_node(folder: &Path, with_stand: bool) -> Process {
    let mut command = program();
    command.args(["up", "--demo", "--config"]).arg(folder.join("qyzmet.toml"));
    if !with_stand {
        command.arg("--without-stand");
    }
    Process::start(command, &folder.join("node.out"), &folder.join("node.log"))
}

impl Drop for System {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("--- the last lines of the node and its stand");
            for line in &lines[lines.len().saturating_sub(40)..] {
                eprintln!("{line}");
            }
        }
    }
}
