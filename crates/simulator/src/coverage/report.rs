//! What `law coverage` tells: for machines and for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::index::{Act, Named};
use super::trial::{Trial, Verdict};

/// The coverage of all acts.
#[derive(Debug, Clone)]
pub struct Report {
    /// One entry for each act.
    pub acts: Vec<ActReport>,
    /// How many scenarios pass.
    pub passed: usize,
    /// The scenarios that fail.
    pub failed: Vec<String>,
    /// Elements that name a paragraph and ran in no scenario.
    pub never_ran: BTreeSet<String>,
    /// What the mutations showed; none in a run without them.
    pub mutations: Option<Mutations>,
}

/// The coverage of one act.
#[derive(Debug, Clone)]
pub struct ActReport {
    /// The act, such as `424-458`.
    pub act: String,
    /// How many paragraphs it has.
    pub paragraphs: u32,
    /// The paragraphs of the index.
    pub known: Vec<ParagraphReport>,
}

/// The coverage of one paragraph.
#[derive(Debug, Clone)]
pub struct ParagraphReport {
    /// Its number.
    pub number: u32,
    /// Elements that name it.
    pub elements: BTreeSet<String>,
    /// What keeps it, when it orders nothing to be done in a case.
    pub kept_by: Option<String>,
    /// Elements that name it and ran in a passing scenario.
    pub ran: usize,
    /// Mutations of its elements that were caught, and all of them.
    pub caught: Option<(usize, usize)>,
}

/// What the mutations showed.
#[derive(Debug, Clone)]
pub struct Mutations {
    /// Mutations that load.
    pub tried: usize,
    /// Those that made a scenario fail.
    pub caught: usize,
    /// Those that do not load, and so count for nothing.
    pub refused: usize,
    /// Those that no scenario noticed.
    pub survived: Vec<Survivor>,
    /// How many each scenario caught first.
    pub by_scenario: BTreeMap<&'static str, usize>,
}

/// A mutation that no scenario noticed.
#[derive(Debug, Clone)]
pub struct Survivor {
    /// The file.
    pub file: String,
    /// The element.
    pub element: String,
    /// What was changed.
    pub description: String,
    /// How many scenarios were played.
    pub played: usize,
}

impl ParagraphReport {
    /// Whether an element names it, or the index says what keeps it.
    pub fn is_carried_out(&self) -> bool {
        !self.elements.is_empty() || self.kept_by.is_some()
    }

    /// Whether an element that names it ran in a passing scenario and, if mutations were tried, one of them was caught. What orders
    /// nothing to be done in a case has nothing that could run.
    pub fn is_tested(&self) -> bool {
        if self.elements.is_empty() {
            return self.kept_by.is_some();
        }
        self.ran > 0 && self.caught.is_none_or(|(caught, _)| caught > 0)
    }
}

impl ActReport {
    /// How many paragraphs are carried out.
    pub fn carried_out(&self) -> usize {
        self.known.iter().filter(|paragraph| paragraph.is_carried_out()).count()
    }

    /// How many paragraphs are tested.
    pub fn tested(&self) -> usize {
        self.known.iter().filter(|paragraph| paragraph.is_carried_out() && paragraph.is_tested()).count()
    }

    /// The paragraphs that are not both carried out and tested.
    pub fn missing(&self) -> Vec<String> {
        let whole = |number: u32| {
            let found = self.known.iter().find(|paragraph| paragraph.number == number);
            found.is_some_and(|paragraph| paragraph.is_carried_out() && paragraph.is_tested())
        };
        (1..=self.paragraphs).filter(|number| !whole(*number)).map(|number| number.to_string()).collect()
    }
}

impl Mutations {
    /// The share of those tried that were caught, in tenths of a percent.
    pub fn per_mille(&self) -> usize {
        (self.caught * 1_000).checked_div(self.tried).unwrap_or(0)
    }
}

pub(super) fn act(act: Act, named: &[Named], ran: &dyn Fn(&str) -> bool, trial: Option<&Trial>) -> ActReport {
    let known = act.known.iter().map(|paragraph| {
        let of_paragraph = named.iter().filter(|one| one.act == act.id && one.paragraph == paragraph.number);
        let elements: BTreeSet<String> = of_paragraph.map(|one| one.element.clone()).collect();
        let caught = trial.map(|trial| {
            let of_elements = trial.tried.iter().filter(|(mutation, verdict)| {
                *verdict != Verdict::Refused && elements.contains(&mutation.element)
            });
            let (caught, all) = of_elements.fold((0, 0), |(caught, all), (_, verdict)| {
                (caught + usize::from(matches!(verdict, Verdict::Caught(_))), all + 1)
            });
            (caught, all)
        });
        ParagraphReport {
            number: paragraph.number,
            ran: elements.iter().filter(|element| ran(element)).count(),
            kept_by: (paragraph.kind == "informational").then(|| paragraph.carried_out_by.clone()),
            elements,
            caught,
        }
    });
    let known = known.collect();
    ActReport { act: act.id, paragraphs: act.paragraphs, known }
}

pub(super) fn mutations(trial: Trial) -> Mutations {
    let mut found =
        Mutations { tried: 0, caught: 0, refused: 0, survived: Vec::new(), by_scenario: BTreeMap::new() };
    for (mutation, verdict) in trial.tried {
        match verdict {
            Verdict::Refused => {
                found.refused += 1;
                continue;
            }
            Verdict::Caught(scenario) => {
                found.caught += 1;
                *found.by_scenario.entry(scenario).or_default() += 1;
            }
            Verdict::Survived(played) => found.survived.push(Survivor {
                file: mutation.file,
                element: mutation.element,
                description: mutation.description,
                played,
            }),
        }
        found.tried += 1;
    }
    found
}

impl Report {
    /// For machines: `{"acts":[{"act":…,"paragraphs":…,"carried_out":…,"tested":…,"missing":[…]}]}`.
    pub fn to_json(&self) -> String {
        let acts: Vec<serde_json::Value> = self
            .acts
            .iter()
            .map(|act| {
                serde_json::json!({
                    "act": act.act,
                    "paragraphs": act.paragraphs,
                    "carried_out": act.carried_out(),
                    "tested": act.tested(),
                    "missing": act.missing(),
                })
            })
            .collect();
        serde_json::json!({ "acts": acts }).to_string()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for act in &self.acts {
            writeln!(
                f,
                "Act {}: {} paragraphs, {} carried out, {} tested.",
                act.act,
                act.paragraphs,
                act.carried_out(),
                act.tested()
            )?;
            for paragraph in &act.known {
                paragraph_line(f, paragraph)?;
            }
        }
        writeln!(f, "{} scenarios pass, {} fail.", self.passed, self.failed.len())?;
        for name in &self.failed {
            writeln!(f, "  fails: {name}")?;
        }
        if !self.never_ran.is_empty() {
            let names: Vec<&str> = self.never_ran.iter().map(String::as_str).collect();
            writeln!(f, "Elements that name a paragraph and ran in no scenario: {}.", names.join(", "))?;
        }
        if let Some(mutations) = &self.mutations {
            let share = mutations.per_mille();
            writeln!(
                f,
                "{} mutations tried ({} more do not load): {} caught ({}.{} %), {} survived.",
                mutations.tried,
                mutations.refused,
                mutations.caught,
                share / 10,
                share % 10,
                mutations.survived.len()
            )?;
            for one in &mutations.survived {
                writeln!(
                    f,
                    "  survived {} scenarios: {} {}: {}",
                    one.played, one.file, one.element, one.description
                )?;
            }
        }
        Ok(())
    }
}

fn paragraph_line(f: &mut fmt::Formatter<'_>, paragraph: &ParagraphReport) -> fmt::Result {
    let mark = if paragraph.is_carried_out() && paragraph.is_tested() { "tested" } else { "NOT TESTED" };
    match &paragraph.kept_by {
        Some(kept_by) if paragraph.elements.is_empty() => {
            writeln!(f, "  §{:<4}orders nothing in a case; kept by: {kept_by}", paragraph.number)
        }
        _ => {
            let elements = paragraph.elements.len();
            write!(f, "  §{:<4}{mark}: {} of {elements} elements ran", paragraph.number, paragraph.ran)?;
            match paragraph.caught {
                Some((caught, all)) => writeln!(f, ", {caught} of {all} mutations caught"),
                None => writeln!(f),
            }
        }
    }
}
