//! Measures the coverage of the acts: `cargo run -p simulator --example coverage [-- --mutations]`.

use simulator::{Content, coverage};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let content = Content::read(&root)?;
    let mut law = Vec::new();
    for entry in std::fs::read_dir(root.join("law"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            law.push((path.display().to_string(), std::fs::read_to_string(&path)?));
        }
    }
    let full = std::env::args().any(|argument| argument == "--mutations");
    let report = coverage::run_with(&content, &law, full, &|line| eprintln!("{line}"))?;
    println!("{}", report.to_json());
    print!("{report}");
    Ok(())
}
