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

/// The texts of the acts' indexes.
fn law() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
    let paths = std::fs::read_dir(folder).expect("law/").map(|entry| entry.expect("an entry").path());
    let read = |path: std::path::PathBuf| {
        (path.display().to_string(), std::fs::read_to_string(&path).expect("the text of an index"))
    };
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).map(read).collect()
}

#[test]
fn every_paragraph_of_the_first_two_chapters_is_carried_out_and_tested() {
    let report = simulator::coverage::run(&content().0, &law(), false).expect("a report");
    let act = report.acts.first().expect("the act");
    assert_eq!((act.act.as_str(), act.paragraphs), ("424-458", 184));
    let expected: Vec<String> = (29..=184).map(|number: u32| number.to_string()).collect();
    assert_eq!(act.missing(), expected, "{report}");
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).expect("JSON");
    let first = &json["acts"][0];
    assert_eq!((&first["carried_out"], &first["tested"]), (&28.into(), &28.into()));
}

#[test]
fn another_day_a_flipped_guard_and_a_removed_sms_are_noticed() {
    let (content, bundles) = content();
    let files = &content.bundles[0];
    let mutations = simulator::mutation::of(files);
    for (element, change, scenario) in [
        ("offer-window", "the term is one longer", "s20_silence_brings_annex_5"),
        ("sdu-is-eligible", "the guard to `sdu-phone-check` is flipped", "s10_passed"),
        ("notify-send", "the message is not sent", "s28_refusal_is_told"),
    ] {
        let mutation = mutations.iter().find(|one| one.element == element && one.description == change);
        let mutation = mutation.unwrap_or_else(|| panic!("no mutation of `{element}`: {change}"));
        let changed =
            Bundle::load(mutation.applied(files)).unwrap_or_else(|error| panic!("{element}: {error}"));
        let scenario = Scenario::of(scenario).expect("a scenario");
        let unchanged = scenario.run(content, bundles).expect("a run");
        assert!(unchanged.failed.is_none(), "{}", scenario.name);
        let played = scenario.run(content, &[Arc::new(changed)]).expect("a run");
        assert!(played.failed.is_some(), "{} does not notice: {element}: {change}", scenario.name);
    }
}
