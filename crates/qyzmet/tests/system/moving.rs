//! E-maket moves to a process of its own, and back, by configuration alone; stories pass across and go on.

use std::path::Path;

use crate::branches::CODE;
use crate::http;
use crate::people::Visitor;
use crate::system::{Departures, HOSTED, Ports, Process, System, eventually, program, write_config};

/// The configuration of the node that is left: E-maket is elsewhere.
fn without_emaket(port: u16) -> Departures {
    Departures {
        off: vec!["emaket"],
        elsewhere: vec![("emaket".into(), format!("http://127.0.0.1:{port}/shep"))],
        gateway_url: None,
    }
}

/// Starts a node that hosts E-maket only. Its folder has the moved store, the installation and the legal clock.
fn second_node(system: &System, ports: &Ports, data: &Path) -> Process {
    let others = HOSTED.into_iter().filter(|id| *id != "emaket").collect();
    let departures =
        Departures { off: others, elsewhere: Vec::new(), gateway_url: Some(system.ports.channel()) };
    let folder = system.folder.path();
    let config = folder.join("second.toml");
    write_config(&config, data, ports, &departures);
    let mut command = program();
    command.args(["up", "--demo", "--without-stand", "--config"]).arg(&config);
    let mut node = Process::start(command, &folder.join("second.out"), &folder.join("node.log"));
    eventually("the second node", || {
        assert!(node.runs(), "the second node ended: {}", system.log());
        match http::exchange(ports.portal, "GET", "/health/ready", &[], b"") {
            Ok(reply) if reply.status == 200 => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    node
}

#[test]
fn emaket_moves_to_another_process_and_back_and_stories_go_on() {
    let mut system = System::start();
    let first = system.family("one-account");
    let case = system.birth(&first);
    system.sms(&first, "7#1");
    system.reply(&first, "7#1");
    system.sms(&first, &format!("{CODE}#3#1"));

    // The move: stop, carry the store, two lines in one file, a file for the other node, start.
    system.stop_node();
    let other = Ports {
        stand: system.ports.stand,
        stand_systems: system.ports.stand_systems,
        smsc: system.ports.smsc,
        ncalayer: system.ports.ncalayer,
        ..Ports::free()
    };
    let data = system.folder.path().join("second");
    std::fs::create_dir(&data).unwrap();
    std::fs::rename(system.data().join("emaket"), data.join("emaket")).unwrap();
    std::os::unix::fs::symlink(system.data().join("installation"), data.join("installation")).unwrap();
    let clock = system.data().join("legal-clock");
    std::fs::copy(&clock, data.join("legal-clock")).unwrap();
    system.reconfigure(without_emaket(other.of("emaket")));
    system.start_all_again();
    let mut second = second_node(&system, &other, &data);
    assert!(!system.data().join("emaket").exists(), "the first node keeps nothing of E-maket");

    // The story that was under way goes on in the other process.
    system.reply(&first, &format!("{CODE}#3#1"));
    let mut official = Visitor::at(other.portal, system.ports.ncalayer);
    assert_eq!(official.sign_in_with_certificate().status, 303);
    official.decide(&case, &[("outcome", "assign")]);
    system.paid(&case);
    system.outcome(&case, "Assigned");
    // Another begins across the two.
    let later = system.family("another-bank");
    let next = system.birth(&later);
    system.sms(&later, "7#1");
    system.reply(&later, "7#1");
    system.sms(&later, &format!("{CODE}#3#1"));

    // And back.
    second.stop();
    system.stop_node();
    std::fs::rename(data.join("emaket"), system.data().join("emaket")).unwrap();
    system.reconfigure(Departures::default());
    system.start_all_again();
    system.reply(&later, &format!("{CODE}#3#1"));
    system.official().decide(&next, &[("outcome", "assign")]);
    system.paid(&next);
    system.outcome(&next, "Assigned");
    assert_eq!(system.payments(&case).len(), 1);
}
