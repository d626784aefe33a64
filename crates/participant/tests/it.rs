//! Two hosted participants and the gateway between them, each on a socket of its own, with a real engine behind the provider.
#![expect(clippy::unwrap_used, reason = "a test says by panicking what is wrong")]

#[path = "it/sample.rs"]
#[expect(dead_code, reason = "the unit tests use more of it")]
mod sample;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::{Engine, Outgoing, Settlement};
use gateway::http::{Addresses, Parts as ShellParts, Shell};
use gateway::log::{Query, search};
use gateway::server::Bounds;
use gateway::{Address, Core, HttpTransport, State, Transport, TransportFailure};
use participant::{Business, Client, Courier, Provider, Server, ServerParts, Settle};
use rules::Value;
use store::seal::{Keeper, MemoryKeys};
use store::{MemoryStore, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use sample::{Desk, NOW, outgoing, registry, sample, sample_row, setup_over};

fn clock() -> Arc<dyn Fn() -> jiff::Timestamp + Send + Sync> {
    Arc::new(|| NOW)
}

fn transport() -> Arc<HttpTransport> {
    Arc::new(HttpTransport::new(Duration::from_secs(1), 10_000_000))
}

/// The engine of a participant with the services of the pilot, over a store in memory.
fn engine(participant: &str) -> (Arc<Engine>, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::new());
    let keys = Arc::new(MemoryKeys::from_seed([7; 32]));
    let keeper = Arc::new(Keeper::new(Arc::clone(&store) as Arc<dyn Store>, keys).unwrap());
    let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
    let bundles = engine::bundle::read_services(&services).unwrap();
    let engine = Engine::new(participant, Arc::clone(&store) as Arc<dyn Store>, keeper, bundles).unwrap();
    (Arc::new(engine), store)
}

/// Everything that one test needs; it ends with the runtime of the test.
struct Town {
    core: Arc<Core>,
    gateway: Address,
    provider: Address,
    stop: watch::Sender<bool>,
}

async fn town(business: Arc<dyn Business>, calls: usize) -> Town {
    let registry = registry();
    let addresses = Arc::new(Addresses::default());
    let (stop, stopping) = watch::channel(false);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let provider_address =
        Address::parse(&format!("http://{}/shep", listener.local_addr().unwrap())).unwrap();
    addresses.set("emaket", provider_address.clone());
    let provider = Provider::new(setup_over("emaket", Arc::clone(&registry), Arc::default()), business);
    let parts =
        ServerParts { provider: Arc::new(provider), clock: clock(), calls, bounds: Bounds::default() };
    tokio::spawn(Server::new(parts).serve(listener, stopping.clone()));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Address::parse(&format!("{base}/bip-sync-wss-gost/")).unwrap();
    let core = sample::core(registry);
    let shell = Shell::new(ShellParts {
        core: Arc::clone(&core),
        transport: transport(),
        addresses,
        clock: clock(),
        public: base,
        calls: 64,
        late: Duration::from_secs(1),
        bounds: Bounds::default(),
    });
    tokio::spawn(shell.serve(listener, stopping));
    Town { core, gateway, provider: provider_address, stop }
}

fn courier(gateway: Address) -> Arc<Courier> {
    let client = Client::new(setup_over("sdu", registry(), Arc::default()));
    Courier::new(client, transport(), gateway, clock(), 8)
}

/// Carries effects and waits for all settlements.
async fn carry(courier: &Arc<Courier>, items: Vec<Outgoing>) -> Vec<(Outgoing, Settlement)> {
    let settled = Arc::new(Mutex::new(Vec::new()));
    let noting = Arc::clone(&settled);
    let settle: Arc<Settle> =
        Arc::new(move |item, settlement| noting.lock().unwrap().push((item.clone(), settlement)));
    let mut under_way = JoinSet::new();
    assert!(courier.carry(items, &settle, &mut under_way).is_empty());
    while under_way.join_next().await.is_some() {}
    let mut settled = settled.lock().unwrap();
    settled.sort_by_key(|(item, _)| item.id);
    std::mem::take(&mut *settled)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_by_the_engine_of_another_participant() {
    let (engine, store) = engine("emaket");
    let town = town(engine, 16).await;
    let courier = courier(town.gateway.clone());
    let question = outgoing(1, "gateway:EMAKET_APPLICATIONS", sample("EMAKET_APPLICATIONS", "request"));
    let settled = carry(&courier, vec![question]).await;
    let Settlement::Answered(answer) = &settled[0].1 else { panic!("{settled:?}") };
    assert_eq!(answer, &sample("EMAKET_APPLICATIONS", "response"), "no application, no case file yet");
    assert!(
        store.counts().unwrap().journal > 0,
        "the question stands in the journal of the one who answered"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_durable_at_the_receiver_before_they_are_settled_and_a_repeat_adds_none() {
    let (engine, store) = engine("emaket");
    let town = town(engine, 16).await;
    let courier = courier(town.gateway.clone());
    let rows = || -> Vec<Outgoing> {
        let row = |number: u8| {
            sample_row("EMAKET_LIST")
                .with("rowId", format!("r{number}"))
                .with("caseRef", format!("c{number}"))
        };
        (1..=20).map(|number| outgoing(number, "send:EMAKET_LIST", row(number))).collect()
    };
    for (round, status) in ["accepted", "duplicate"].into_iter().enumerate() {
        let settled = carry(&courier, rows()).await;
        assert_eq!(settled.len(), 20);
        for (_, settlement) in settled {
            let Settlement::Answered(result) = settlement else { panic!("{settlement:?}") };
            assert_eq!(result.get("status").and_then(Value::as_str), Some(status));
        }
        assert_eq!(store.inbox_pending(100).unwrap().len(), 20, "round {round}");
    }
    let log = search(&**town.core.store(), &Query { limit: 10, ..Query::default() }).unwrap();
    assert_eq!(log.rows.len(), 2, "twenty rows went in one envelope, twice");
    assert!(log.rows.iter().any(|row| row.repeat) && log.rows.iter().all(|row| row.state == State::Answered));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_away_is_named_and_tried_again() {
    let reserved = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let away = Address::parse(&format!("http://{}/", reserved.local_addr().unwrap())).unwrap();
    drop(reserved);
    let question =
        || vec![outgoing(1, "gateway:EMAKET_APPLICATIONS", sample("EMAKET_APPLICATIONS", "request"))];
    let settled = carry(&courier(away), question()).await;
    let Settlement::Later { reason, .. } = &settled[0].1 else { panic!("{settled:?}") };
    assert!(reason.starts_with("gateway: cannot be reached"), "{reason}");

    let desk = Desk { answer: sample("EMAKET_APPLICATIONS", "response"), ..Desk::default() };
    let town = town(Arc::new(desk), 16).await;
    let settled = carry(&courier(town.gateway.clone()), question()).await;
    assert!(matches!(settled[0].1, Settlement::Answered(_)), "{settled:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_questions_at_once_are_all_settled() {
    let desk = Desk { answer: sample("EMAKET_APPLICATIONS", "response"), ..Desk::default() };
    let town = town(Arc::new(desk), 16).await;
    let courier = courier(town.gateway.clone());
    let items = (1..=60)
        .map(|number| {
            outgoing(number, "gateway:EMAKET_APPLICATIONS", sample("EMAKET_APPLICATIONS", "request"))
        })
        .collect();
    let settled = carry(&courier, items).await;
    assert_eq!(
        settled.iter().filter(|(_, settlement)| matches!(settlement, Settlement::Answered(_))).count(),
        60
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_without_room_is_tried_again_later() {
    let town = town(Arc::new(Desk::default()), 0).await;
    let settled = carry(
        &courier(town.gateway.clone()),
        vec![outgoing(1, "send:EMAKET_LIST", sample_row("EMAKET_LIST"))],
    )
    .await;
    let Settlement::Later { reason, .. } = &settled[0].1 else { panic!("{settled:?}") };
    assert!(reason.starts_with("emaket: GW-4001"), "{reason}");
    let direct = transport().post(&town.provider, bytes::Bytes::new(), Duration::from_secs(2)).await;
    assert!(matches!(direct, Err(TransportFailure::Status(503))), "{direct:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_courier_looks_at_the_outbox_until_it_is_stopped() {
    let (engine, _) = engine("sdu");
    let town = town(Arc::new(Desk::default()), 16).await;
    let running = tokio::spawn(courier(town.gateway.clone()).run(
        engine,
        Arc::new(Notify::new()),
        |item| panic!("no other effects are expected: {item:?}"),
        town.stop.subscribe(),
        Duration::from_secs(5),
    ));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!running.is_finished());
    town.stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();
}
