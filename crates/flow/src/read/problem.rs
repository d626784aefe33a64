//! Why a bundle was refused: every reason at once, each with its place and what to write instead.

use std::fmt;
use std::sync::Arc;

/// One reason why a bundle cannot be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: Arc<str>,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// The name of the XML element, such as `complexGateway`; empty when the file as a whole is meant.
    pub element: String,
    /// Its id, if it has one.
    pub id: String,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub instead: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        if self.line > 0 {
            write!(out, ":{}", self.line)?;
        }
        out.write_str(": ")?;
        if !self.element.is_empty() {
            write!(out, "{}", self.element)?;
            if !self.id.is_empty() {
                write!(out, " `{}`", self.id)?;
            }
            out.write_str(": ")?;
        }
        write!(out, "{}", self.what)?;
        if !self.instead.is_empty() {
            write!(out, "; {}", self.instead)?;
        }
        Ok(())
    }
}

/// A refused bundle, with all its problems in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LoadError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                out.write_str("\n")?;
            }
            problem.fmt(out)?;
        }
        Ok(())
    }
}
