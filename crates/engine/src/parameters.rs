//! Dated parameters of a service: what the act leaves to be set, each with its source and the days it holds.
//!
//! A value holds from its day until the day of the next. A parameter of the service goes before one of the same name in
//! `shared/parameters.toml`. What is not from the act is marked illustrative and shown so.

use jiff::civil::Date;
use rules::{Context, Value};
use serde::Deserialize;

use crate::bundle::File;
use crate::service::{ServiceProblem, text};

/// The parameters of a bundle.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    all: Vec<Parameter>,
}

/// One parameter with its values by date.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name in expressions: `parameters.<name>`.
    pub name: String,
    /// The paragraph or document that gives the value.
    pub source: Option<String>,
    /// Open points whose default it is.
    pub open_points: Vec<String>,
    /// Unit of the number.
    pub unit: Option<String>,
    /// Whether the value is illustrative, not from the act.
    pub illustrative: bool,
    /// In plain words.
    pub about: String,
    /// Values with the first day of each, earliest first.
    pub values: Vec<(Date, Value)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    #[serde(default)]
    parameter: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    source: Option<String>,
    #[serde(default)]
    default: Vec<String>,
    unit: Option<String>,
    #[serde(default)]
    illustrative: bool,
    about: String,
    values: Vec<WrittenValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenValue {
    from: toml::value::Datetime,
    value: toml::Value,
}

impl Parameters {
    /// Reads the parameter files of a bundle, the service's own first.
    pub(crate) fn read(files: &[File]) -> Result<Parameters, ServiceProblem> {
        let mut found: Vec<&File> =
            files.iter().filter(|(name, _)| name.ends_with("/parameters.toml")).collect();
        found.sort_by_key(|(name, _)| name.starts_with("shared/"));
        let mut parameters = Parameters::default();
        for file in found {
            let written: FileText =
                toml::from_str(text(file)?).map_err(|error| ServiceProblem::new(&file.0, error))?;
            let own = parameters.all.len();
            for parameter in written.parameter {
                let again = parameters.all[own..].iter().any(|known| known.name == parameter.name);
                if again {
                    let reason = format!("parameter `{}` stands twice", parameter.name);
                    return Err(ServiceProblem::new(&file.0, reason));
                }
                if parameters.all.iter().any(|known| known.name == parameter.name) {
                    continue;
                }
                parameters.all.push(read_one(&file.0, parameter)?);
            }
        }
        Ok(parameters)
    }

    /// The parameters as they hold on a day.
    pub fn at(&self, day: Date) -> Context {
        let mut context = Context::new();
        for parameter in &self.all {
            if let Some((_, value)) = parameter.values.iter().rev().find(|(from, _)| *from <= day) {
                context.insert(parameter.name.as_str(), value.clone());
            }
        }
        context
    }

    /// All parameters, for pages.
    pub fn all(&self) -> &[Parameter] {
        &self.all
    }
}

fn read_one(file: &str, written: Written) -> Result<Parameter, ServiceProblem> {
    let wrong = |reason: String| ServiceProblem::new(file, format!("parameter `{}`: {reason}", written.name));
    let mut values: Vec<(Date, Value)> = Vec::with_capacity(written.values.len());
    for given in &written.values {
        let from =
            civil(&given.from).ok_or_else(|| wrong(format!("`from` is {}: write a day", given.from)))?;
        if values.last().is_some_and(|(last, _)| *last >= from) {
            return Err(wrong("values have to stand in the order of their days".into()));
        }
        values.push((from, value(&given.value).map_err(&wrong)?));
    }
    if values.is_empty() {
        return Err(wrong("it has no value".into()));
    }
    Ok(Parameter {
        source: written.source,
        open_points: written.default,
        unit: written.unit,
        illustrative: written.illustrative,
        about: written.about,
        values,
        name: written.name,
    })
}

fn civil(day: &toml::value::Datetime) -> Option<Date> {
    match (day.date, day.time) {
        (Some(date), None) => {
            let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
            Date::new(i16::try_from(date.year).ok()?, month, day).ok()
        }
        _ => None,
    }
}

/// A TOML value as FEEL sees it. Decimal fractions are read by their text, so that 16.03 is exactly that.
fn value(written: &toml::Value) -> Result<Value, String> {
    Ok(match written {
        toml::Value::String(text) => Value::text(text),
        toml::Value::Integer(number) => Value::integer(*number),
        toml::Value::Float(number) => {
            let text = number.to_string();
            Value::Number(text.parse().map_err(|_| format!("{text} is not a decimal number"))?)
        }
        toml::Value::Boolean(value) => Value::Bool(*value),
        toml::Value::Datetime(day) => {
            civil(day).map(Value::from).ok_or_else(|| format!("{day} is not a day"))?
        }
        toml::Value::Array(items) => Value::list(items.iter().map(value).collect::<Result<Vec<_>, _>>()?),
        toml::Value::Table(table) => {
            let mut context = Context::new();
            for (name, item) in table {
                context.insert(name.as_str(), value(item)?);
            }
            context.into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(own: &str, shared: &str) -> Result<Parameters, ServiceProblem> {
        Parameters::read(&[
            ("shared/parameters.toml".into(), shared.into()),
            ("benefit/parameters.toml".into(), own.into()),
        ])
    }

    const DAYS: &str = r#"
        [[parameter]]
        name = "reply days"
        about = "How long."
        values = [{ from = 2023-10-03, value = 3 }, { from = 2024-07-01, value = 5 }]
    "#;

    #[test]
    fn a_value_holds_from_its_day_until_the_next() {
        let parameters = read("", DAYS).expect("reads");
        let at = |day: &str| parameters.at(day.parse().expect("a day")).get("reply days").cloned();
        assert_eq!(at("2023-10-02"), None);
        assert_eq!(at("2023-10-03"), Some(Value::integer(3)));
        assert_eq!(at("2024-06-30"), Some(Value::integer(3)));
        assert_eq!(at("2024-07-01"), Some(Value::integer(5)));
    }

    #[test]
    fn the_value_of_the_service_goes_first_and_fractions_are_exact() {
        let own = "[[parameter]]\nname = \"reply days\"\nabout = \"a\"\nvalues = [{ from = 2023-01-01, value = 16.03 }]";
        let parameters = read(own, DAYS).expect("reads");
        let value = parameters.at("2024-08-01".parse().expect("a day")).get("reply days").cloned();
        assert_eq!(value, Some(Value::Number("16.03".parse().expect("a number"))));
    }

    #[test]
    fn mistakes_name_file_and_parameter() {
        let twice = format!("{DAYS}{DAYS}");
        assert!(
            read("", &twice)
                .expect_err("twice")
                .to_string()
                .contains("shared/parameters.toml: parameter `reply days`")
        );
        let unknown = "[[parameter]]\nnam = \"x\"";
        assert!(read(unknown, "").expect_err("unknown key").to_string().contains("nam"));
        let backwards = "[[parameter]]\nname = \"x\"\nabout = \"\"\nvalues = [{ from = 2024-01-01, value = 1 }, { from = 2023-01-01, value = 1 }]";
        assert!(read(backwards, "").expect_err("order").to_string().contains("order"));
    }
}
