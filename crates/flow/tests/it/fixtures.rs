//! The models that the BPMN Model Interchange Working Group made to compare tools: each is carried out or refused in full, and
//! each is drawn. They lie outside the repository; without them the tests say so and pass.

use std::path::{Path, PathBuf};

use flow::Program;
use flow::diagram::{Marks, svg};

fn models() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/bpmn-miwg");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no fixtures in {}", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (named(path), std::fs::read(path).unwrap())).collect()
}

/// The model with every process said to be executable, so that everything in it is judged.
fn executable(bytes: &[u8]) -> Vec<u8> {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let text = text.replace("isExecutable=\"false\"", "").replace("isExecutable=\"true\"", "");
    let text = text.replace("<process ", "<process isExecutable=\"true\" ");
    let text = text.replace("<bpmn:process ", "<bpmn:process isExecutable=\"true\" ");
    let text = text.replace("<semantic:process ", "<semantic:process isExecutable=\"true\" ");
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

#[test]
fn every_model_is_carried_out_or_refused_with_places() {
    let mut told = Vec::new();
    for (name, bytes) in models() {
        for (how, bytes) in [("as it is", bytes.clone()), ("executable", executable(&bytes))] {
            match Program::read(&[(&name, bytes)]) {
                Ok(program) => told.push(format!("{name} {how}: {} elements", program.elements().count())),
                Err(error) => {
                    assert!(!error.problems.is_empty());
                    for problem in &error.problems {
                        let whole = &*problem.file == "bundle";
                        assert!(whole || (problem.line > 0 && *problem.file == name), "{problem}");
                        assert!(!problem.what.is_empty());
                        assert!(!problem.what.contains("not readable as XML"), "{problem}");
                    }
                    told.push(format!("{name} {how}: {} problems", error.problems.len()));
                }
            }
        }
    }
    assert!(told.is_empty() || told.len() == 42, "{told:#?}");
}

#[test]
fn every_model_is_drawn() {
    for (name, bytes) in models() {
        let program = Program::read_to_draw(&[(&name, &bytes)]).unwrap_or_else(|error| panic!("{error}"));
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let shapes = text.matches("BPMNShape ").count();
        let planes = text.match_indices("BPMNPlane ").filter_map(|(at, _)| {
            let (_, rest) = text[at..].split_once("bpmnElement=\"")?;
            let id = rest.split('"').next()?;
            Some(id.rsplit(':').next().unwrap_or(id).to_owned())
        });
        let mut drawn = 0;
        for plane in planes {
            let picture =
                svg(&program, &plane, &Marks::default()).unwrap_or_else(|| panic!("{name}: {plane}"));
            xml::Document::parse(picture.as_bytes(), &xml::Limits::model())
                .unwrap_or_else(|error| panic!("{error}"));
            assert!(!picture.contains("NaN") && !picture.contains("\"inf"), "{name}");
            drawn += picture.matches("data-element=").count();
        }
        assert!(drawn >= shapes, "{name}: {drawn} of {shapes}");
    }
}

#[test]
fn the_models_of_services_are_read_and_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
    let mut files = Vec::new();
    let mut open = vec![root];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "bpmn") {
                files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    if files.is_empty() {
        eprintln!("skipped: no services");
        return;
    }
    let program = Program::read_to_draw(&files).unwrap_or_else(|error| panic!("{error}"));
    for (_, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        let (_, rest) = text.split_once("<bpmn:process id=\"").unwrap();
        let process = rest.split('"').next().unwrap();
        let picture =
            svg(&program, process, &Marks::default()).unwrap_or_else(|| panic!("{process} is not drawn"));
        xml::Document::parse(picture.as_bytes(), &xml::Limits::model())
            .unwrap_or_else(|error| panic!("{error}"));
    }
}
