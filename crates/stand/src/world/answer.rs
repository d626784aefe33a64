//! How an outside system answers: the FEEL expression of its folder over the request and the tables.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use rules::feel::FeelError;
use rules::{Context, Env, Expression, Functions, Scope, Value};
use serde::{Deserialize, Serialize};

use super::{Change, World};
use crate::registers::{NAMES, Repeat};
use crate::tables::{TableError, Tables};

/// What a system answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answered {
    /// The business answer.
    Response(Context),
    /// A business refusal.
    Status {
        /// Code, `SCSE…`.
        code: String,
        /// What is wrong.
        message: String,
    },
}

/// Why there is no answer. Every case is a fault of the stand's data, not of the one who asks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// No such service here.
    #[error("the stand has no service {0:?}")]
    Service(String),
    /// The service is not provided by an outside system.
    #[error("registers/{0} has no answer.feel: the stand does not provide it")]
    NotProvided(String),
    /// The expression stopped.
    #[error("registers/{service}/answer.feel: {error}")]
    Evaluation {
        /// Service.
        service: String,
        /// Where and why.
        error: FeelError,
    },
    /// The expression gave something else than an answer.
    #[error(
        "registers/{service}/answer.feel gives {found}; it must give {{ response }} or {{ status: {{ code, message }} }}{warnings}"
    )]
    Shape {
        /// Service.
        service: String,
        /// What it gave.
        found: String,
        /// Warnings of the evaluation.
        warnings: String,
    },
    /// A record cannot be written.
    #[error("registers/{service}/answer.feel, record: {error}")]
    Record {
        /// Service.
        service: String,
        /// Why.
        error: TableError,
    },
}

/// The look-ups an answer may use.
pub(super) fn functions(tables: &Arc<RwLock<Tables>>) -> Functions {
    let mut functions = Functions::new();
    let parameters = ["table", "column", "value"];
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let shared = Arc::clone(tables);
    functions.register("find", &parameters, move |arguments| {
        let tables = shared.read().unwrap_or_else(PoisonError::into_inner);
        let value = arguments.get(2).unwrap_or(&Value::Null);
        let rows = tables.find(&text(arguments.first()), &text(arguments.get(1)), value);
        rows.map(|rows| Value::list(rows.into_iter().map(Value::Context))).map_err(|error| error.to_string())
    });
    let shared = Arc::clone(tables);
    functions.register("find one", &parameters, move |arguments| {
        let tables = shared.read().unwrap_or_else(PoisonError::into_inner);
        let value = arguments.get(2).unwrap_or(&Value::Null);
        let row = tables.find_one(&text(arguments.first()), &text(arguments.get(1)), value);
        row.map(|row| row.map_or(Value::Null, Value::Context)).map_err(|error| error.to_string())
    });
    functions
}

impl World {
    /// The answer of an outside system to a request, at the legal moment `now`. A service that answers a repeat the same
    /// (`repeat = "same-answer"`) does so.
    ///
    /// # Errors
    /// When the stand's own data or expression are at fault.
    pub fn answer(
        &mut self,
        service_id: &str,
        request: &Context,
        now: Timestamp,
    ) -> Result<Answered, AnswerError> {
        let service =
            self.services.get(service_id).ok_or_else(|| AnswerError::Service(service_id.to_owned()))?;
        let expression =
            service.answer.clone().ok_or_else(|| AnswerError::NotProvided(service_id.to_owned()))?;
        let request_id = request.get("requestId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let remembers = service.passport.repeat == Repeat::SameAnswer && !request_id.is_empty();
        if remembers && let Some(first) = self.answers.get(&(service_id.to_owned(), request_id.clone())) {
            return Ok(first.clone());
        }
        let scope = Context::new().with("request", Value::Context(request.clone()));
        let (answered, record) = self.evaluate(service_id, &expression, scope, now)?;
        let failed = |error| AnswerError::Record { service: service_id.to_owned(), error };
        if let Some((table, row)) = record {
            self.apply(Change::Insert { table, row }).map_err(failed)?;
        }
        if remembers {
            let change = Change::Answered {
                service: service_id.to_owned(),
                request: request_id,
                answer: answered.clone(),
            };
            self.apply(change).map_err(failed)?;
        }
        Ok(answered)
    }

    /// What a lying system answers: the expression `lie` over `request` and the honest `answer`.
    ///
    /// # Errors
    /// As [`World::answer`].
    pub fn lie(
        &self,
        service_id: &str,
        lie: &str,
        request: &Context,
        honest: &Answered,
        now: Timestamp,
    ) -> Result<Answered, AnswerError> {
        let failed = |error| AnswerError::Evaluation { service: service_id.to_owned(), error };
        let expression = Expression::parse_with(lie, &NAMES).map_err(failed)?;
        let answer = match honest {
            Answered::Response(response) => response.clone(),
            Answered::Status { .. } => Context::new(),
        };
        let scope = Context::new()
            .with("request", Value::Context(request.clone()))
            .with("answer", Value::Context(answer));
        Ok(self.evaluate(service_id, &expression, scope, now)?.0)
    }

    fn evaluate(
        &self,
        service: &str,
        expression: &Expression,
        scope: Context,
        now: Timestamp,
    ) -> Result<(Answered, Option<(String, Context)>), AnswerError> {
        let env = Env::new(now, self.zone.clone(), &self.functions);
        let scope = Scope::new(&env).with(scope);
        let value = expression
            .evaluate(&scope)
            .map_err(|error| AnswerError::Evaluation { service: service.to_owned(), error })?;
        read(&value).ok_or_else(|| {
            let warnings: Vec<String> =
                scope.take_warnings().into_iter().map(|warning| warning.text).collect();
            let found = value.type_name().to_owned();
            let warnings =
                if warnings.is_empty() { String::new() } else { format!(" ({})", warnings.join("; ")) };
            AnswerError::Shape { service: service.to_owned(), found, warnings }
        })
    }
}

/// Reads `{ response, record? }` or `{ status: { code, message } }`.
fn read(value: &Value) -> Option<(Answered, Option<(String, Context)>)> {
    let value = value.as_context()?;
    let text = |context: &Context, name: &str| Some(context.get(name)?.as_str()?.to_owned());
    if let Some(status) = value.get("status").and_then(Value::as_context) {
        return Some((
            Answered::Status { code: text(status, "code")?, message: text(status, "message")? },
            None,
        ));
    }
    let response = value.get("response")?.as_context()?.clone();
    let record = match value.get("record") {
        None | Some(Value::Null) => None,
        Some(record) => {
            let record = record.as_context()?;
            Some((text(record, "table")?, record.get("row")?.as_context()?.clone()))
        }
    };
    Some((Answered::Response(response), record))
}
