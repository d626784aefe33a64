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

/// How many problems are told at most; whoever made more learns enough from these.
const MOST_PROBLEMS: usize = 500;

/// Collects problems while files are read.
#[derive(Debug, Default)]
pub(crate) struct Report {
    problems: Vec<Problem>,
}

impl Report {
    /// Tells a problem of an XML element. It is told by the id of the nearest BPMN element around it.
    pub fn at(
        &mut self,
        file: &Arc<str>,
        element: xml::Element<'_>,
        what: impl Into<String>,
        instead: impl Into<String>,
    ) {
        let named = std::iter::once(element)
            .chain(element.ancestors())
            .find(|around| around.namespace() == Some(super::BPMN) && around.attribute("", "id").is_some());
        let owner = named.unwrap_or(element);
        self.add(Problem {
            file: file.clone(),
            line: element.line(),
            element: shown(owner.local_name()),
            id: shown(owner.attribute("", "id").unwrap_or_default()),
            what: what.into(),
            instead: instead.into(),
        });
    }

    /// Tells a problem of something that was read before.
    pub fn of(&mut self, element: &crate::Element, what: impl Into<String>, instead: impl Into<String>) {
        self.add(Problem {
            file: element.file.clone(),
            line: element.line,
            element: element.kind.tag().to_owned(),
            id: shown(&element.id),
            what: what.into(),
            instead: instead.into(),
        });
    }

    /// Tells that a file is not XML.
    pub fn unreadable(&mut self, file: Arc<str>, error: &xml::XmlError) {
        self.add(Problem {
            file,
            line: error.line,
            element: String::new(),
            id: String::new(),
            what: format!("not readable as XML: {}", error.message),
            instead: String::new(),
        });
    }

    pub fn add(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub fn len(&self) -> usize {
        self.problems.len()
    }

    /// The problems in the order of files and lines; none is good.
    pub fn finish(mut self) -> Result<(), LoadError> {
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Err(LoadError { problems: self.problems })
    }
}

/// A piece of a file as it is told in a message: short.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain("…".chars()).collect()
}
