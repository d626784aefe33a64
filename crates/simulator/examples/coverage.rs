//! Measures the coverage of the acts: `cargo run -p simulator --example coverage [-- --mutations [--one-in N]]`.

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
    let arguments: Vec<String> = std::env::args().collect();
    let full = arguments.iter().any(|argument| argument == "--mutations");
    let one_in = arguments.iter().skip_while(|argument| *argument != "--one-in").nth(1);
    let one_in = one_in.map_or(Ok(1), |number| number.parse::<usize>())?;
    let report = coverage::sampled(&content, &law, full.then_some(one_in), &|line| eprintln!("{line}"))?;
    println!("{}", report.to_json());
    print!("{report}");
    Ok(())
}
