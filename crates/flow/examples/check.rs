//! Reads BPMN and DMN files as one bundle and prints why they cannot be executed: `cargo run -p flow --example check FILES…`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut files = Vec::new();
    for name in std::env::args().skip(1) {
        match std::fs::read(&name) {
            Ok(bytes) => files.push((name, bytes)),
            Err(error) => {
                eprintln!("{name}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    match flow::Program::read(&files) {
        Ok(program) => {
            println!("{} processes, {} elements", program.processes().len(), program.elements().count());
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
