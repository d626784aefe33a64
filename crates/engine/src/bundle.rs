//! A release of a service: models, decisions, parameters, texts and forms, pinned by one content hash.
//!
//! A bundle is the folder of the service together with `services/shared`. Cases keep the hash and are carried out by that bundle to
//! their end. Nothing here reads files: the caller hands over paths and bytes.

use std::sync::Arc;

use calendar::Calendar;
use flow::Program;
use rules::Value;
use rules::feel::Functions;

pub use crate::parameters::{Parameter, Parameters};
pub use crate::service::{Outcome, ParagraphRange, Service, ServiceProblem, Stage};

/// A file of a bundle: its path inside `services/`, and its bytes.
pub type File = (String, Vec<u8>);

/// One release of one service.
#[derive(Debug)]
pub struct Bundle {
    /// Hexadecimal SHA-256 over all files: the same for the same law.
    pub hash: String,
    /// What `service.toml` says.
    pub service: Service,
    /// The executable procedures with their decisions.
    pub program: Arc<Program>,
    /// The dated parameters.
    pub parameters: Parameters,
    files: Vec<File>,
}

/// Why a bundle cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Models or decisions that cannot be carried out.
    #[error("{0}")]
    Program(#[from] flow::LoadError),
    /// `service.toml` or `parameters.toml`.
    #[error("{0}")]
    Service(#[from] ServiceProblem),
}

impl Bundle {
    /// Reads a bundle; everything in it is checked.
    ///
    /// # Errors
    /// Every problem found, each with its file and line.
    pub fn load(files: Vec<File>) -> Result<Bundle, BundleError> {
        let service = Service::find(&files)?;
        let parameters = Parameters::read(&files)?;
        let models: Vec<(&str, &[u8])> = files
            .iter()
            .filter(|(name, _)| name.ends_with(".bpmn") || name.ends_with(".dmn"))
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect();
        let program = Program::read(&models)?;
        let hash = crate::advance::hex(&content_hash(&files));
        Ok(Bundle { hash, service, program: Arc::new(program), parameters, files })
    }

    /// The files whose path ends so, e.g. `texts/kk.ftl`.
    pub fn files<'b>(&'b self, ending: &'b str) -> impl Iterator<Item = &'b File> {
        self.files.iter().filter(move |(name, _)| name.ends_with(ending))
    }

    /// Whether a process only records messages that no case wants.
    pub(crate) fn only_records(&self, process: &str) -> bool {
        self.service.late_processes.iter().any(|late| late == process) || process.starts_with("late-")
    }
}

/// SHA-256 over names and contents in the order of the names; line ends do not matter.
fn content_hash(files: &[File]) -> [u8; 32] {
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let mut all = Vec::new();
    for (name, bytes) in sorted {
        all.extend((name.len() as u64).to_be_bytes());
        all.extend(name.as_bytes());
        let text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
        all.extend((text.len() as u64).to_be_bytes());
        all.extend(text);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &all).as_ref());
    digest
}

/// What FEEL knows here beyond the standard: the arithmetic of the working calendar.
pub fn functions() -> Functions {
    let mut functions = Functions::new();
    functions.register("add working days", &["date", "days"], |arguments| {
        let [date, days] = arguments else { return Err("needs a date and a number of days".into()) };
        let date = date.as_date().ok_or("`date` is not a date")?;
        let days = days
            .as_number()
            .and_then(|days| i32::try_from(days.to_i64()?).ok())
            .ok_or("`days` is not a whole number")?;
        let civil = date.to_civil().ok_or("the date is out of range")?;
        let moved =
            Calendar::kazakhstan().add_working_days(civil, days).map_err(|error| error.to_string())?;
        Ok(Value::from(moved))
    });
    functions.register("is working day", &["date"], |arguments| {
        let date = arguments.first().and_then(Value::as_date).and_then(|date| date.to_civil());
        let date = date.ok_or("`date` is not a date")?;
        let working = Calendar::kazakhstan().is_working_day(date).map_err(|error| error.to_string())?;
        Ok(Value::Bool(working))
    });
    functions
}

/// Why the folder of services cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ServicesError {
    /// A file or folder cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// What could not be read.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A service that cannot be used.
    #[error("{0}")]
    Bundle(#[from] BundleError),
}

/// Deepest folder that is looked into.
const DEEPEST: usize = 6;

/// Reads `services/`: each folder with a `service.toml`, together with `shared/`, is one bundle.
///
/// # Errors
/// What cannot be read, or the problems of the first service that cannot be used.
pub fn read_services(services: &std::path::Path) -> Result<Vec<Arc<Bundle>>, ServicesError> {
    let files = read_files(services)?;
    files.into_iter().map(|files| Ok(Arc::new(Bundle::load(files)?))).collect()
}

/// The files of every bundle under `services/`. The only code here that opens files.
///
/// # Errors
/// What cannot be read.
pub fn read_files(services: &std::path::Path) -> Result<Vec<Vec<File>>, ServicesError> {
    let mut shared = Vec::new();
    collect(services, "shared", 0, &mut shared)?;
    let mut names: Vec<String> = Vec::new();
    for entry in list(services)? {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name != "shared" && entry.path().join("service.toml").is_file() {
            names.push(name);
        }
    }
    names.sort();
    let mut bundles = Vec::with_capacity(names.len());
    for name in names {
        let mut files = shared.clone();
        collect(services, &name, 0, &mut files)?;
        bundles.push(files);
    }
    Ok(bundles)
}

fn list(folder: &std::path::Path) -> Result<Vec<std::fs::DirEntry>, ServicesError> {
    let wrong = |source| ServicesError::Read { path: folder.display().to_string(), source };
    std::fs::read_dir(folder).map_err(wrong)?.collect::<Result<Vec<_>, _>>().map_err(wrong)
}

/// Adds the files under `root/inside`, named by their path below `root`.
fn collect(
    root: &std::path::Path,
    inside: &str,
    depth: usize,
    files: &mut Vec<File>,
) -> Result<(), ServicesError> {
    let mut entries = list(&root.join(inside))?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let (path, inside) = (entry.path(), format!("{inside}/{name}"));
        if path.is_dir() && depth < DEEPEST {
            collect(root, &inside, depth + 1, files)?;
        } else if path.is_file() {
            let bytes = std::fs::read(&path)
                .map_err(|source| ServicesError::Read { path: path.display().to_string(), source })?;
            files.push((inside, bytes));
        }
    }
    Ok(())
}
