//! Every branch of the chapter in virtual time.

use simulator::{Content, Simulation, scenarios};

fn play(name: &str) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let content = Content::read(&root).unwrap_or_else(|error| panic!("{error}"));
    let now = Simulation::moment("2024-04-01T10:00:00").expect("a moment");
    let mut sim = Simulation::new(&content, now, 0).unwrap_or_else(|error| panic!("{error}"));
    let scenario = scenarios::ALL.iter().find(|scenario| scenario.name == name).expect("a scenario");
    if let Err(failed) = (scenario.play)(&mut sim) {
        for crossed in sim.crossed() {
            eprintln!("{} {} -> {} {} {}", crossed.at, crossed.sender, crossed.provider, crossed.service, crossed.outcome);
        }
        for engine in sim.engines() {
            for case in engine.cases(1000).expect("list") {
                eprintln!("{} {} at {:?} ended {} {:?} incidents {:?} troubles {:?}", engine.participant(), case.process, case.at, case.ended, case.outcome, case.incidents, case.troubles);
            }
        }
        panic!("{failed}");
    }
}

#[test]
fn s28() {
    play("s28_one_account_to_the_payment");
}
