//! `flow.durable`: P10 on the engine over a store on disk with synced commits, its calls carried out by another process.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver as Heard, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use engine::locals::{LocalCall, LocalOutcome, LocalTask, LocalTools};
use engine::{Arrival, Engine, LegalClock, Worker};
use rules::{Context, Value};
use store::seal::{Keeper, MemoryKeys};
use store::{SqliteOptions, SqliteStore, Store};

use crate::courier::{self, Bell};
use crate::procedure;
use crate::raw;
use crate::receiver::Receiver;
use crate::rows::Row;

/// Instances that run at the same time.
const IN_FLIGHT: usize = 1_000;
/// Instances measured, after the first [`WARM_UP`].
const MEASURED: usize = 10_000;
const WARM_UP: usize = 1_000;
/// Instances that run alone.
const ALONE: usize = 100;
/// The timer of the procedure.
const TIMER: Duration = Duration::from_millis(100);

/// Notes instances that come to their end; told after the commit of their turn.
#[derive(Default)]
struct Finished(Mutex<Vec<String>>);

impl LocalTask for Finished {
    fn perform(&self, call: &LocalCall<'_>, tools: &mut LocalTools<'_>) -> Result<LocalOutcome, String> {
        let _ = call;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(tools.case_ref().to_owned());
        Ok(LocalOutcome::Done(Value::Null))
    }
}

struct Running {
    engine: Arc<Engine>,
    store: Arc<SqliteStore>,
    clock: Arc<LegalClock>,
    ended: Heard<String>,
    worker: Worker,
    courier: std::thread::JoinHandle<()>,
    receiver: Receiver,
    next: AtomicU64,
}

impl Running {
    fn start(folder: &Path, program: &Path) -> anyhow::Result<Running> {
        let store = Arc::new(SqliteStore::open(folder, &SqliteOptions::default())?);
        let shared: Arc<dyn Store> = Arc::<SqliteStore>::clone(&store);
        let keeper = Arc::new(Keeper::new(Arc::clone(&shared), Arc::new(MemoryKeys::random()?))?);
        let finished = Arc::new(Finished::default());
        let engine = Engine::new(procedure::PARTICIPANT, shared, keeper, vec![procedure::ten_steps()?])?
            .with_local(procedure::FINISHED, Arc::<Finished>::clone(&finished));
        let (engine, clock) = (Arc::new(engine), Arc::new(LegalClock::production()));
        let (bell, rung) = Bell::new();
        let (told, ended): (Sender<String>, _) = channel();
        let worker = Worker::start(Arc::clone(&engine), Arc::clone(&clock), move || {
            bell.ring();
            for case_ref in finished.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                // Nobody listens at the end of the measurement.
                let _ = told.send(case_ref);
            }
        })?;
        let receiver = Receiver::start(program)?;
        let courier = {
            let (engine, clock, address) = (Arc::clone(&engine), Arc::clone(&clock), receiver.address());
            std::thread::spawn(move || courier::carry(&engine, &clock, address, &rung))
        };
        Ok(Running { engine, store, clock, ended, worker, courier, receiver, next: AtomicU64::new(0) })
    }

    /// Starts instances; durable when this returns.
    fn begin(&self, count: usize) -> anyhow::Result<()> {
        let arrivals = (0..count).map(|_| {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            arrival(&format!("case-{number:08}"))
        });
        self.engine.receive(arrivals.collect(), self.clock.now())?;
        Ok(())
    }

    /// Waits for the end of one instance, and takes whatever else has ended.
    fn wait(&self) -> anyhow::Result<usize> {
        if self.ended.recv_timeout(Duration::from_secs(20)).is_err() {
            let cases = self.engine.cases(1)?;
            let counts = self.store.counts()?;
            bail!("no instance came to its end within 20 s: {cases:?}, {counts:?}");
        }
        Ok(1 + self.ended.try_iter().count())
    }

    /// Carries `total` instances with at most [`IN_FLIGHT`] at a time.
    fn carry(&self, total: usize) -> anyhow::Result<()> {
        let (mut begun, mut ended) = (0, 0);
        while ended < total {
            let room = IN_FLIGHT.saturating_sub(begun - ended).min(total - begun);
            if room > 0 {
                self.begin(room)?;
                begun += room;
            }
            ended += self.wait()?;
        }
        Ok(())
    }
}

fn arrival(case_ref: &str) -> (String, Arrival) {
    let family: Vec<Value> = (1..=5).map(|n| Value::text(format!("90010130000{n}"))).collect();
    let payload = Context::new()
        .with("key", case_ref)
        .with("iin", "880101300011")
        .with("family", Value::list(family))
        .with("income", 50_000);
    let arrival = Arrival {
        message: "list".into(),
        case_ref: case_ref.to_owned(),
        correlation: case_ref.to_owned(),
        payload,
        message_id: case_ref.to_owned(),
        sender: "sdu".into(),
        time_to_live_ms: 0,
        by_key: false,
    };
    (case_ref.to_owned(), arrival)
}

/// Measures; `program` is this very program, which plays the receiver in a process of its own.
///
/// # Errors
/// When it cannot be measured, or when an instance or a call was lost or repeated.
pub fn durable(folder: &Path, program: &Path) -> anyhow::Result<Vec<Row>> {
    let data = folder.join("flow");
    let running = Running::start(&data, program)?;
    let mut alone = Vec::with_capacity(ALONE);
    for _ in 0..ALONE {
        let began = Instant::now();
        running.begin(1)?;
        running.wait()?;
        alone.push(began.elapsed().saturating_sub(TIMER).as_secs_f64() * 1e3);
    }
    alone.sort_unstable_by(f64::total_cmp);
    running.carry(WARM_UP)?;
    let (before, began) = (running.store.work(), Instant::now());
    running.carry(MEASURED)?;
    let seconds = began.elapsed().as_secs_f64();
    let work = running.store.work();
    let (commits, transactions) = (work.commits - before.commits, work.transactions - before.transactions);
    let total = ALONE + WARM_UP + MEASURED;
    let bytes = end(running, &data, total)?;
    let (commits, transactions, measured) = (commits as f64, transactions as f64, MEASURED as f64);
    let (per_batch, per_instance) = (commits / transactions, commits / measured);
    let raw_commits = raw::plain_file(folder, per_batch, bytes, Duration::from_secs(2))?;
    let one_by_one = 1e3 * per_instance / raw::plain_file(folder, 1.0, bytes, Duration::from_secs(1))?;
    let about = format!(
        "{IN_FLIGHT} in flight; bound: {per_batch:.0} commits of {bytes} bytes per fdatasync to a plain file, {per_instance:.1} commits per instance"
    );
    Ok(vec![
        Row::more("flow.durable", measured / seconds, "instances/s", raw_commits / per_instance, about),
        Row::fact(
            "flow.durable.commits",
            commits / seconds,
            "commits/s",
            format!("{transactions:.0} fsyncs in {seconds:.1} s"),
        ),
        Row::fact("flow.durable.batch", per_batch, "commits", "accepted commits per fsync"),
        Row::less(
            "flow.durable.alone",
            alone[ALONE / 2],
            "ms",
            5.0,
            format!(
                "p50 over the timer of 100 ms; p90 {:.1} ms; {per_instance:.0} fdatasyncs one by one take {one_by_one:.1} ms here",
                alone[ALONE * 9 / 10]
            ),
        ),
    ])
}

/// Ends the run and looks whether everything was done once; gives the bytes of a commit.
fn end(running: Running, data: &Path, total: usize) -> anyhow::Result<usize> {
    let Running { engine, store, mut worker, courier, receiver, .. } = running;
    worker.stop();
    drop(worker);
    drop(engine);
    store.close();
    let books = receiver.books()?;
    ensure!(books.len() == 2 * total, "{} calls stand in the books, {} were due", books.len(), 2 * total);
    ensure!(books.values().all(|entry| entry.times == 1), "a call was repeated without a crash");
    drop((store, courier));
    let database = rusqlite::Connection::open(data.join("store.db"))?;
    let ended: i64 =
        database.query_row("SELECT count(*) FROM heads WHERE status = 1", [], |row| row.get(0))?;
    ensure!(usize::try_from(ended)? == total, "{ended} of {total} instances ended");
    let (rows, journal): (i64, i64) = database.query_row(
        "SELECT count(*), sum(length(header) + length(body)) FROM journal",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let head: f64 = database.query_row("SELECT avg(length(body)) FROM heads", [], |row| row.get(0))?;
    Ok(usize::try_from(journal / rows.max(1))? + head as usize)
}
