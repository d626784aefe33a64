//! Rows of a measurement: `name value unit bound ratio`, as text or JSON, and what they were measured on.
//!
//! A row always says what stands beside it. What could not be measured is a row too, with its reason: never a number.

use std::path::Path;

use serde::Serialize;

/// One measured value beside its bound or peer.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// `group.row`.
    pub name: String,
    /// The measured value; absent when it could not be measured.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// The bound or the peer, in the same unit.
    pub bound: Option<f64>,
    /// How good the value is: 1 is the bound itself, higher is better.
    pub ratio: Option<f64>,
    /// What the bound is, and how it was measured.
    pub about: String,
}

impl Row {
    /// A value of which more is better.
    pub fn more(name: &str, value: f64, unit: &str, bound: f64, about: impl Into<String>) -> Row {
        Row::new(name, value, unit, Some(bound), Some(value / bound), about)
    }

    /// A value of which less is better.
    pub fn less(name: &str, value: f64, unit: &str, bound: f64, about: impl Into<String>) -> Row {
        Row::new(name, value, unit, Some(bound), Some(bound / value), about)
    }

    /// A value that explains others and has no bound of its own.
    pub fn fact(name: &str, value: f64, unit: &str, about: impl Into<String>) -> Row {
        Row::new(name, value, unit, None, None, about)
    }

    /// What could not be measured, and why.
    pub fn not_measured(name: &str, unit: &str, reason: impl std::fmt::Display) -> Row {
        Row { value: None, ..Row::new(name, 0.0, unit, None, None, format!("not measured: {reason}")) }
    }

    fn new(
        name: &str,
        value: f64,
        unit: &str,
        bound: Option<f64>,
        ratio: Option<f64>,
        about: impl Into<String>,
    ) -> Row {
        Row { name: name.into(), value: Some(value), unit: unit.into(), bound, ratio, about: about.into() }
    }

    /// The row as one aligned line.
    pub fn line(&self) -> String {
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), shown);
        let ratio = self.ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
        format!(
            "{:<34} {:>12} {:<12} {:>12} {:>7}  {}",
            self.name,
            number(self.value),
            self.unit,
            number(self.bound),
            ratio,
            self.about
        )
    }
}

/// A number with as many digits as say something.
fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// What a run was measured on.
#[derive(Debug, Clone, Serialize)]
pub struct Header {
    /// Moment of the run.
    pub at: String,
    /// Processor and number of cores.
    pub machine: String,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// The system's load over the last minute, before the run: work of others.
    pub load_before: String,
    /// File system of the folder that carried the data.
    pub file_system: String,
    /// Whether commits were synced.
    pub fsync: bool,
}

impl Header {
    /// The header of a run whose data stand in `folder`.
    pub fn of(folder: &Path) -> Header {
        let cpu = read("/proc/cpuinfo");
        let name =
            cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|pair| pair.1);
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let memory = read("/proc/meminfo");
        let kib = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
        let load = read("/proc/loadavg");
        Header {
            at: jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
            machine: format!("{}, {cores} cores", name.unwrap_or("processor not named")),
            memory_mib: kib.and_then(|kib| kib.trim().parse::<u64>().ok()).map_or(0, |kib| kib / 1024),
            load_before: load.split(' ').next().unwrap_or("?").to_owned(),
            file_system: file_system(folder),
            fsync: true,
        }
    }

    /// The header as lines of a text.
    pub fn text(&self) -> String {
        format!(
            "# {}; {}; {} MiB; load before {}; file system {}; fsync {}\n",
            self.at,
            self.machine,
            self.memory_mib,
            self.load_before,
            self.file_system,
            if self.fsync { "on" } else { "off" },
        )
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The type of the file system that holds a folder: that of the longest mount point above it.
fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = read("/proc/mounts");
    let found = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (point, kind) = (fields.next()?, fields.next()?);
        folder.starts_with(point).then_some((point.len(), kind))
    });
    found.max_by_key(|(length, _)| *length).map_or_else(|| "unknown".to_owned(), |(_, kind)| kind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_value_unit_bound_and_ratio_in_this_order() {
        let line = Row::more("flow.durable", 1500.0, "instances/s", 3000.0, "c").line();
        assert_eq!(
            line.split_whitespace().take(5).collect::<Vec<_>>(),
            ["flow.durable", "1500", "instances/s", "3000", "0.50"]
        );
        assert_eq!(Row::less("up", 0.5, "s", 1.0, "").ratio, Some(2.0));
    }

    #[test]
    fn what_was_not_measured_shows_no_number() {
        let row = Row::not_measured("qyzmet.up", "s", "the program is not built");
        assert!(row.value.is_none() && row.line().contains("not measured: the program is not built"));
        assert_eq!(row.line().split_whitespace().nth(1), Some("-"));
    }
}
