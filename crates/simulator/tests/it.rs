//! Every branch of the chapter in virtual time: one test for each scenario.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::{Arc, OnceLock};

use engine::bundle::Bundle;
use simulator::scenarios::Scenario;
use simulator::{Content, Simulation};

/// The contents, read once.
fn content() -> &'static (Content, Vec<Arc<Bundle>>) {
    static CONTENT: OnceLock<(Content, Vec<Arc<Bundle>>)> = OnceLock::new();
    CONTENT.get_or_init(|| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let content = Content::read(&root).unwrap_or_else(|error| panic!("{error}"));
        let bundles = content.loaded().unwrap_or_else(|error| panic!("{error}"));
        (content, bundles)
    })
}

/// What crossed and where each case stands.
fn tell(simulation: &Simulation) {
    for crossed in simulation.crossed() {
        let (at, sender, provider) = (crossed.at, &crossed.sender, &crossed.provider);
        eprintln!("{at} {sender} -> {provider} {} {}", crossed.service, crossed.outcome);
    }
    for engine in simulation.engines() {
        for case in engine.cases(1000).expect("the list of cases") {
            eprintln!(
                "{} {} at {:?} ended {} {:?} incidents {:?} troubles {:?}",
                engine.participant(),
                case.process,
                case.at,
                case.ended,
                case.outcome,
                case.incidents,
                case.troubles
            );
        }
    }
}

fn play(name: &str) {
    let (content, bundles) = content();
    let scenario = Scenario::of(name).expect("a scenario");
    let played = scenario.run(content, bundles).unwrap_or_else(|error| panic!("{error}"));
    if let Some(failed) = played.failed {
        tell(&played.simulation);
        panic!("{failed}");
    }
}

macro_rules! tests {
    ($($module:ident: [$($name:ident),* $(,)?])*) => {
        $(mod $module {
            $(#[test]
            fn $name() {
                super::play(stringify!($name));
            })*
        })*
    };
}
simulator::every_scenario!(tests);
