//! How many exchanges one thread carries through the core of a gateway: verify the sender, journal, sign, verify the provider,
//! journal, sign. Over a store in memory, so that the cost of the gateway itself is seen. Prints rows `name value unit`.
//!
//! ```text
//! cargo run --release -p gateway --example exchanges
//! ```
#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement says by panicking what is wrong")]

#[path = "../tests/it/sample.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod sample;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use gateway::{Accepted, Core, Identity, Outbound, PeerInfo, Reply};
use registry::Gateway;

/// Exchanges of one measurement.
const COUNT: usize = 2_000;

fn accept(core: &Core, raw: Bytes) -> Outbound {
    match core.accept(raw, &PeerInfo::default(), sample::NOW) {
        Accepted::Forward(outbound) => *outbound,
        Accepted::Refused(answer) => panic!("{}", String::from_utf8_lossy(&answer.body)),
    }
}

/// A measurement: signatures of the given algorithm everywhere; `rows` rows of business data.
fn measure(name: &str, participant: &str, service: &str, gateway: Gateway, rows: usize) {
    let hosts = [("ministry", "http://127.0.0.1:9/"), ("bank-1", "http://127.0.0.1:9/")];
    let mut parts = sample::parts(gateway, sample::registry(&hosts, "", 30));
    let world = sample::world();
    // The gateway signs with a key of the same algorithm as the participant's.
    let own = world.identity(participant).signer.algorithm();
    let subject = eds::issue::Subject::organization("ТЕСТ", "123456789011", "АО ТЕСТ", bin(gateway));
    let (key, certificate) = world.issuing.participant(&subject, own, sample::PERIOD).unwrap();
    let signer = Arc::new(eds::PemSigner::new(Arc::new(certificate), key).unwrap());
    parts.identity = Identity { signer, ..world.identity(participant) };
    let core = Core::new(parts);
    let data =
        format!("<data>{}</data>", "<row><iin>880512400120</iin><name>Айнұр</name></row>".repeat(rows));
    let asking = world.identity(participant);
    let provider = world.identity("ministry");
    let messages: Vec<Bytes> = (0..COUNT)
        .map(|number| {
            sample::signed(&sample::message(participant, service, &format!("m-{number}")), &data, &asking)
        })
        .collect();
    let size = messages[0].len();
    let (mut outbounds, began) = (Vec::with_capacity(COUNT), Instant::now());
    for message in messages {
        outbounds.push(accept(&core, message));
    }
    let forward = began.elapsed();
    print(&format!("{name}_forward"), COUNT, forward, size);
    if participant == "bank-1" {
        return;
    }
    let answers: Vec<Bytes> =
        outbounds.iter().map(|outbound| sample::answer(&outbound.bytes, &data, &provider)).collect();
    let began = Instant::now();
    for (outbound, body) in outbounds.iter().zip(answers) {
        let answer = core.answered(
            &outbound.exchange,
            Ok(Reply { status: 200, body }),
            Duration::from_millis(5),
            sample::NOW,
        );
        assert_eq!(answer.status, 200);
    }
    let back = began.elapsed();
    print(&format!("{name}_back"), COUNT, back, size);
    print(&format!("{name}_whole"), COUNT, forward + back, size);
}

fn bin(gateway: Gateway) -> &'static str {
    match gateway {
        Gateway::Internal => "200140001062",
        Gateway::External => "200140001072",
    }
}

fn print(name: &str, count: usize, took: Duration, size: usize) {
    let per_second = u128::try_from(count).unwrap() * 1_000_000 / took.as_micros().max(1);
    println!("{name} {per_second} exchanges/s ({size} bytes, one thread)");
}

fn main() {
    measure("p256_small", "sdu", "PERSONS", Gateway::Internal, 1);
    measure("p256_100_rows", "sdu", "PERSONS", Gateway::Internal, 100);
    measure("rsa2048_small", "bank-1", "PERSONS", Gateway::External, 1);
}
