//! Draws a process, pool or collaboration of a BPMN file as SVG: `cargo run -p flow --example draw FILE ID > picture.svg`.

use std::process::ExitCode;

use flow::Program;
use flow::diagram::{Marks, svg};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, id] = &arguments[..] else {
        eprintln!("give a file and the id of a process, pool or collaboration in it");
        return ExitCode::FAILURE;
    };
    let drawn = std::fs::read(file).map_err(|error| error.to_string()).and_then(|bytes| {
        let program = Program::read_to_draw(&[(file, bytes)]).map_err(|error| error.to_string())?;
        svg(&program, id, &Marks::default()).ok_or_else(|| format!("{file} does not draw `{id}`"))
    });
    match drawn {
        Ok(picture) => {
            println!("{picture}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
