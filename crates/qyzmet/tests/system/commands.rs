//! What the program says to an operator: configuration, a second node, trust, the check of the services.

use std::path::Path;
use std::process::{Command, Output};

use crate::system::{Departures, Ports, System, content, program, write_config};

/// Runs to the end; a test fails when it goes on.
fn run(mut command: Command) -> (bool, String) {
    let mut full = Command::new("timeout");
    full.args(["120"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => full.env(name, value),
            None => full.env_remove(name),
        };
    }
    command = full;
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert_ne!(status.code(), Some(124), "it goes on instead of refusing");
    let told = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    (status.success(), told)
}

fn up(config: &Path, demo: bool) -> (bool, String) {
    let mut command = program();
    command.args(["up", "--without-stand"]);
    if demo {
        command.arg("--demo");
    }
    command.arg("--config").arg(config);
    run(command)
}

#[test]
fn a_second_node_on_the_same_data_is_refused_and_told_of_the_first() {
    let system = System::start();
    let other = Ports::free();
    let config = system.folder.path().join("second.toml");
    write_config(&config, &system.data(), &other, &Departures::default());
    let (success, told) = up(&config, true);
    assert!(!success, "{told}");
    // The first one is named by where it listens or by its process, so that an operator finds it.
    let first = [format!("127.0.0.1:{}", system.ports.gateway), system.node.id().to_string()];
    assert!(first.iter().any(|name| told.contains(name)), "{told}");
    assert!(system.is_healthy(), "the first is not disturbed");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_and_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("node.toml");
    std::fs::write(&config, "data = \"d\"\n\n  portl = \"127.0.0.1:1\"\n").unwrap();
    let (success, told) = up(&config, true);
    assert!(!success && told.contains("node.toml:3:3") && told.contains("did you mean `portal`?"), "{told}");
    std::fs::write(&config, "[participants]\nemakt = \"off\"\n").unwrap();
    let (success, told) = up(&config, true);
    assert!(!success && told.contains("node.toml:2:1") && told.contains("did you mean `emaket`?"), "{told}");
    std::fs::write(&config, "gateway = \"8081\"\n").unwrap();
    let (success, told) = up(&config, true);
    assert!(!success && told.contains("node.toml:1:11") && told.contains("127.0.0.1:8080"), "{told}");
    assert!(!folder.path().join("d").exists(), "a refused configuration makes nothing");
}

#[test]
fn without_an_installation_only_a_demonstration_starts() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("node.toml");
    let data = folder.path().join("data");
    write_config(&config, &data, &Ports::free(), &Departures::default());
    let (success, told) = up(&config, false);
    assert!(!success && told.contains("installation") && told.contains("does not exist"), "{told}");
    assert!(!data.join("installation").exists());
}

#[test]
fn wrong_certificates_are_refused_by_name_before_anything_listens() {
    let mut system = System::start();
    system.stop_node();
    let config = system.folder.path().join("qyzmet.toml");
    let installation = system.data().join("installation");
    // The folder of trusted authorities holds no authority.
    let trust = installation.join("trust");
    let aside = installation.join("trust-aside");
    std::fs::rename(&trust, &aside).unwrap();
    std::fs::create_dir(&trust).unwrap();
    let (success, told) = up(&config, true);
    assert!(!success && told.contains("trust") && told.contains("nobody can be trusted"), "{told}");
    std::fs::remove_dir(&trust).unwrap();
    let (success, told) = up(&config, true);
    assert!(!success && told.contains("trust"), "{told}");
    std::fs::rename(&aside, &trust).unwrap();
    // The certificate of another participant beside a key.
    let (own, foreign) = (installation.join("keys/emaket.crt.pem"), installation.join("keys/sdu.crt.pem"));
    let kept = std::fs::read(&own).unwrap();
    std::fs::copy(&foreign, &own).unwrap();
    let (success, told) = up(&config, true);
    assert!(!success && told.contains("emaket"), "{told}");
    std::fs::write(&own, kept).unwrap();
    system.start_all_again();
    assert!(system.is_healthy(), "with the right ones it starts");
}

#[test]
fn the_services_are_sound_and_a_broken_copy_is_refused_with_file_and_line() {
    let mut command = program();
    command.arg("check").arg(content().join("services"));
    let (success, told) = run(command);
    assert!(success && told.contains("large-family-allowance"), "{told}");

    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("services");
    let copied = Command::new("cp").arg("-r").arg(content().join("services")).arg(&copy).status().unwrap();
    assert!(copied.success());
    let check = |copy: &Path| {
        let mut command = program();
        command.arg("check").arg(copy);
        run(command)
    };
    assert!(check(&copy).0, "the copy is sound");
    // A model: an expression that is none. The line is that of the change.
    let model = copy.join("large-family-allowance/emaket.bpmn");
    let text = std::fs::read_to_string(&model).unwrap();
    let at = text.find("source=\"=").expect("an expression");
    let line = text[..at].lines().count();
    let broken = format!("{}source=\"=1 +* {}", &text[..at], &text[at + "source=\"=".len()..]);
    std::fs::write(&model, broken).unwrap();
    let (success, told) = check(&copy);
    assert!(
        !success && told.contains("emaket.bpmn") && told.contains(&format!(":{line}")),
        "line {line}: {told}"
    );
    std::fs::write(&model, &text).unwrap();
    // A parameter: a name that is no key.
    let parameters = copy.join("large-family-allowance/service.toml");
    let text = std::fs::read_to_string(&parameters).unwrap();
    std::fs::write(&parameters, text.replacen("priority", "priorty", 1)).unwrap();
    let line = text.lines().position(|line| line.starts_with("priority")).unwrap() + 1;
    let (success, told) = check(&copy);
    let place = [format!("service.toml:{line}"), format!("line {line}")];
    assert!(
        !success && told.contains("service.toml") && place.iter().any(|place| told.contains(place)),
        "{told}"
    );
    assert!(told.contains("priority"), "the right key is named: {told}");
    std::fs::write(&parameters, &text).unwrap();
    // A text that one language lacks.
    let texts = copy.join("large-family-allowance/texts/ru.ftl");
    let text = std::fs::read_to_string(&texts).unwrap();
    let first = text.lines().find(|line| line.contains(" = ") && !line.starts_with(['#', ' '])).unwrap();
    let name = first.split(' ').next().unwrap();
    std::fs::write(&texts, text.replacen(first, "", 1)).unwrap();
    let (success, told) = check(&copy);
    assert!(!success && told.contains(name), "`{name}` is missing: {told}");
    std::fs::write(&texts, &text).unwrap();
    assert!(check(&copy).0, "mended, it is sound again");
}
