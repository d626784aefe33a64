//! `qyzmet check`: a folder of services as the platform would load it, every problem with file and line.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

/// Checks; prints what is wrong, one line each.
///
/// # Errors
/// When the folder cannot be read.
pub fn check(path: &Path, json: bool) -> Result<ExitCode> {
    let bundles = match engine::bundle::read_services(path) {
        Ok(bundles) => bundles,
        Err(error) => {
            if json {
                println!("{}", serde_json::json!({ "sound": false, "problems": error.to_string() }));
            } else {
                eprintln!("{error}");
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut wrong = Vec::new();
    for bundle in &bundles {
        match cases::texts_of(bundle) {
            Ok(texts) => {
                wrong.extend(texts.compare().into_iter().map(|line| format!("{}: {line}", bundle.service.id)))
            }
            Err(reason) => wrong.push(format!("{}: {reason}", bundle.service.id)),
        }
        for path in bundle.service.forms.values() {
            if bundle.files(path).next().is_none() {
                wrong.push(format!("{}/service.toml: form `{path}` is not there", bundle.service.id));
            }
        }
    }
    if json {
        let services: Vec<_> = bundles
            .iter()
            .map(|bundle| serde_json::json!({ "id": bundle.service.id, "hash": bundle.hash }))
            .collect();
        println!(
            "{}",
            serde_json::json!({ "sound": wrong.is_empty(), "services": services, "problems": wrong })
        );
    } else {
        for bundle in &bundles {
            let processes = bundle.program.processes().len();
            println!("{}: {processes} processes, bundle {}", bundle.service.id, &bundle.hash[..12]);
        }
        for line in &wrong {
            eprintln!("{line}");
        }
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
