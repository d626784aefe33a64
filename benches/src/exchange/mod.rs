//! `gateway.sync.signed`: one gateway over HTTP with a journal on disk; who asks and who answers are processes of their own.
//!
//! Questions are distinct and signed beforehand, and so are the answers: what is measured is the gateway. The bound is one over
//! the sum of what no gateway can do without, each cost measured in the same run.

pub mod costs;
pub mod peers;
mod world;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use eds::SignatureAlgorithm;
use gateway::http::{Addresses, Parts as ShellParts, Shell};
use gateway::server::Bounds;
use gateway::{Core, HttpTransport};
use jiff::Timestamp;
use store::{SqliteOptions, SqliteStore};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::raw;
use crate::rows::Row;
use peers::{Provider, Result as Measured};
use world::World;

/// Calls at the same time.
pub const CALLERS: usize = 64;
/// Exchanges measured, after the warm-up.
const MEASURED: usize = 6_000;
/// Exchanges before the measurement.
pub const WARM_UP: usize = 1_000;

/// Measures with both kinds of keys.
///
/// # Errors
/// When it cannot be measured.
pub fn signed(folder: &Path, program: &Path) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (name, algorithm) in
        [("p256", SignatureAlgorithm::EcdsaP256Sha256), ("rsa2048", SignatureAlgorithm::RsaSha256)]
    {
        rows.extend(one(&folder.join(name), program, name, algorithm)?);
    }
    Ok(rows)
}

fn one(folder: &Path, program: &Path, name: &str, algorithm: SignatureAlgorithm) -> anyhow::Result<Vec<Row>> {
    std::fs::create_dir_all(folder)?;
    let total = WARM_UP + MEASURED;
    let world = World::new(algorithm)?;
    let (questions, answers) = world.messages(total)?;
    peers::keep(&folder.join("questions"), &questions)?;
    peers::keep(&folder.join("answers"), &answers)?;
    let provider = Provider::start(program, &folder.join("answers"))?;
    let data = folder.join("gateway");
    let store = Arc::new(SqliteStore::open(&data, &SqliteOptions::default())?);
    let core = Arc::new(Core::new(world.gateway(&provider.url(), Arc::<SqliteStore>::clone(&store))?));
    let (measured, before) = {
        let runtime = tokio::runtime::Runtime::new()?;
        let (stop, stopping) = watch::channel(false);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let port = listener.local_addr()?.port();
        let shell = Shell::new(ShellParts {
            core,
            transport: Arc::new(HttpTransport::new(Duration::from_secs(2), 1_000_000)),
            addresses: Arc::new(Addresses::default()),
            clock: Arc::new(Timestamp::now),
            public: format!("http://127.0.0.1:{port}"),
            calls: 2 * CALLERS,
            late: Duration::from_secs(1),
            bounds: Bounds::default(),
        });
        let serving = runtime.spawn(shell.serve(listener, stopping));
        let ask = |from| peers::ask(program, &folder.join("questions"), port, "/bip-sync-wss-gost/", from);
        ask((0, WARM_UP))?;
        let before = store.work();
        let measured = ask((WARM_UP, MEASURED))?;
        stop.send(true)?;
        runtime.block_on(serving)?;
        (measured, before)
    };
    let work = store.work();
    let (transactions, commits) = (work.transactions - before.transactions, work.commits - before.commits);
    store.close();
    let kept = journaled(&data, total)?;
    rows(folder, program, name, algorithm, (&questions, &answers), &measured, (transactions, commits, kept))
}

/// Every exchange stands in the journal twice, as admitted and as answered; gives the bytes kept of one.
fn journaled(data: &Path, total: usize) -> anyhow::Result<usize> {
    let database = rusqlite::Connection::open(data.join("store.db"))?;
    let number = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (journal, documents) =
        (number("SELECT count(*) FROM journal")?, number("SELECT count(*) FROM documents")?);
    let twice = i64::try_from(2 * total)?;
    ensure!(
        (journal, documents) == (twice, twice),
        "{journal} records and {documents} envelopes of {total} exchanges"
    );
    let bytes = number(
        "SELECT (SELECT sum(length(header)) FROM journal) + (SELECT sum(length(sealed)) FROM documents) + (SELECT sum(length(value)) FROM projections)",
    )?;
    Ok(usize::try_from(bytes)? / total)
}

fn rows(
    folder: &Path,
    program: &Path,
    name: &str,
    algorithm: SignatureAlgorithm,
    (questions, answers): (&[peers::Envelope], &[peers::Envelope]),
    measured: &Measured,
    (transactions, commits, kept): (u64, u64, usize),
) -> anyhow::Result<Vec<Row>> {
    let batch = commits as f64 / transactions as f64;
    let commit = 2.0 / raw::plain_file(folder, batch, kept / 2, Duration::from_secs(1))?;
    let echo = Provider::start(program, &folder.join("answers"))?;
    let echoed = peers::ask(program, &folder.join("questions"), echo.port(), "/", (0, MEASURED))?;
    let echo = 1.0 / echoed.per_second();
    let crypto = costs::signatures(algorithm)?;
    let (xml, parser) = costs::xml(folder, &questions[0].bytes, &answers[0].bytes)?;
    let sum = echo + commit + xml + 2.0 * crypto.verify + 2.0 * crypto.sign;
    let microseconds = |seconds: f64| seconds * 1e6;
    let about = format!(
        "{CALLERS} callers, {} bytes asked; bound: 1 / (echo {:.0} + {parser} {:.0} + 2 verify {:.0} + 2 sign {:.0} + commits {:.0} µs)",
        questions[0].bytes.len(),
        microseconds(echo),
        microseconds(xml),
        microseconds(2.0 * crypto.verify),
        microseconds(2.0 * crypto.sign),
        microseconds(commit),
    );
    let title = format!("gateway.sync.signed.{name}");
    Ok(vec![
        Row::more(&title, measured.per_second(), "exchanges/s", 1.0 / sum, about),
        Row::fact(&format!("{title}.p99"), measured.p99_ms, "ms", format!("p50 {:.1} ms", measured.p50_ms)),
        Row::fact(&format!("{title}.batch"), batch, "commits", format!("per fsync; {transactions} fsyncs")),
    ])
}

/// The first line of an answer that is not as it must be.
pub(crate) fn complaint(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(2_000).collect()
}

/// Whether this is `Some`, in words.
pub(crate) fn needed<T>(value: Option<T>, what: &str) -> anyhow::Result<T> {
    value.with_context(|| format!("{what} is missing"))
}

/// Transport signatures made and verified on the measured question, beside the bare cryptography under them.
///
/// # Errors
/// When a signature does not hold.
pub fn signatures(time: Duration) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (name, algorithm) in
        [("p256", SignatureAlgorithm::EcdsaP256Sha256), ("rsa2048", SignatureAlgorithm::RsaSha256)]
    {
        let world = World::new(algorithm)?;
        let bare = costs::signatures(algorithm)?;
        let (questions, _) = world.messages(1)?;
        let verified = raw::per_second(time, || {
            for _ in 0..20 {
                world.verify(&questions[0])?;
            }
            Ok(20)
        })?;
        let signed = raw::per_second(time, || world.sign(20))?;
        let bytes = questions[0].bytes.len();
        rows.push(Row::more(
            &format!("xml.verify.{name}"),
            verified,
            "per s",
            1.0 / bare.verify,
            format!(
                "read {bytes} bytes, digest the Body, check key and certificate; bound: bare verification"
            ),
        ));
        rows.push(Row::more(
            &format!("xml.sign.{name}"),
            signed,
            "per s",
            1.0 / bare.sign,
            "write, digest and sign an envelope; bound: bare signature",
        ));
    }
    Ok(rows)
}
