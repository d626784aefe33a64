//! What `service.toml` says of a service: names, term of the act, processes, forms, stages and outcomes for people.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bundle::File;

/// A service as its folder describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The id: the name of the folder.
    pub id: String,
    /// Short code in lists.
    pub code: String,
    /// Code in bank replies by SMS (OP-09).
    pub sms_service_code: String,
    /// The act.
    pub act: String,
    /// Its chapter.
    pub chapter: u32,
    /// The paragraphs that the service carries out.
    pub paragraphs: ParagraphRange,
    /// First day on which a case may start.
    pub valid_from: toml::value::Datetime,
    /// Last day on which a case may start.
    pub valid_to: toml::value::Datetime,
    /// The provider.
    pub provider: String,
    /// Which kind of authorised body decides (OP-29).
    pub authorised_body: String,
    /// Rules that the act refers to.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Order among the services that one fact opens (OP-45).
    pub priority: u32,
    /// The fact that opens it.
    pub trigger: String,
    /// Processes that only record messages that no case wants.
    #[serde(default)]
    pub late_processes: Vec<String>,
    /// Names in kk, ru, en.
    pub names: BTreeMap<String, String>,
    /// Processes by participant.
    pub processes: BTreeMap<String, Vec<String>>,
    /// Forms of user tasks: id → path inside `services/`.
    #[serde(default)]
    pub forms: BTreeMap<String, String>,
    /// Stages of a case for people.
    #[serde(default, rename = "stage")]
    pub stages: Vec<Stage>,
    /// Terminal outcomes.
    #[serde(default)]
    pub outcomes: BTreeMap<String, Outcome>,
}

/// First and last paragraph.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParagraphRange {
    /// First.
    pub from: u32,
    /// Last.
    pub to: u32,
}

/// A stage of a case as people speak of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its id; its name is the text `stage-<id>`.
    pub id: String,
    /// The elements at which a case stands in it.
    pub elements: Vec<String>,
    /// The paragraph.
    pub par: String,
}

/// How a case may end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The paragraph.
    pub par: String,
    /// Whether an SMS goes out at the end.
    pub sms: bool,
}

/// A mistake in the data of a service.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct ServiceProblem {
    /// The file.
    pub file: String,
    /// What is wrong, with its line.
    pub reason: String,
}

impl ServiceProblem {
    pub(crate) fn new(file: &str, reason: impl ToString) -> Self {
        Self { file: file.to_owned(), reason: reason.to_string().trim_end().to_owned() }
    }
}

/// A file of the bundle as text.
pub(crate) fn text(file: &File) -> Result<&str, ServiceProblem> {
    std::str::from_utf8(&file.1).map_err(|_| ServiceProblem::new(&file.0, "not UTF-8: save it as UTF-8"))
}

impl Service {
    /// Finds and reads `service.toml`.
    pub(crate) fn find(files: &[File]) -> Result<Service, ServiceProblem> {
        let mut found = files.iter().filter(|(name, _)| name.ends_with("/service.toml"));
        let (Some(file), None) = (found.next(), found.next()) else {
            return Err(ServiceProblem::new(
                "service.toml",
                "a bundle has exactly one <service>/service.toml",
            ));
        };
        let service: Service =
            toml::from_str(text(file)?).map_err(|error| ServiceProblem::new(&file.0, error))?;
        if file.0 != format!("{}/service.toml", service.id) {
            let reason = format!("id is `{}`: it has to be the name of the folder", service.id);
            return Err(ServiceProblem::new(&file.0, reason));
        }
        Ok(service)
    }

    /// The name in a language, Kazakh when there is none.
    pub fn name(&self, language: &str) -> &str {
        self.names.get(language).or_else(|| self.names.get("kk")).map_or(&self.id, String::as_str)
    }

    /// The stage in which a case stands that is at this element.
    pub fn stage_of(&self, element: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.elements.iter().any(|known| known == element))
    }
}
