//! One task of an official: the case file, the proposed decision with its calculation, the form, the signature.
//!
//! Opening the page opens the case file: the access is recorded with the task as its reason. What is to be signed is shown whole, signed
//! by the official's own program, and verified here against the official who is signed in; only then the engine hears of it.

mod views;

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::Path;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cases::signature::Ruling;
use cases::{CaseDocument, CaseFile, ExpectedOfficial};
use civic::CaseId;
use eds::cms;
use engine::bundle::Bundle;
use engine::{CaseSummary, Engine, Received, TaskRow};
use rules::{Context, Value};

use crate::ask::{Answer, Ask, Page, encoded, go_to, html, html_with};
use crate::forms::{Form, Problem, SIGNATURE};
use crate::pages::case::{DocumentView, access, bundle_of, cases_partition, documents};
use crate::refusal::Refusal;
use crate::values::{self, Line};
use views::{
    DecisionView, FieldView, ParameterView, ProblemView, decisions, fields, illustrative, people,
    ruling_lines,
};

/// How long a page waits for the engine to take the answer up before it says "being recorded".
const WAIT: Duration = Duration::from_millis(200);

#[derive(Template)]
#[template(path = "task.html")]
struct TaskPage {
    page: Page,
    head: Head,
    facts: Vec<Line>,
    proposed: Option<DocumentView>,
    documents: Vec<DocumentView>,
    decisions: Vec<DecisionView>,
    illustrative: Vec<ParameterView>,
    fields: Vec<FieldView>,
    problems: Vec<ProblemView>,
    form_title: String,
}

#[derive(Template)]
#[template(path = "sign.html")]
struct SignPage {
    page: Page,
    head: Head,
    ruling: Vec<Line>,
    lines: Vec<Line>,
    text: String,
    content: String,
    digest: String,
    signing_program: String,
    hidden: Vec<(String, String)>,
    problem: String,
}

/// What stands over both pages.
struct Head {
    name: String,
    service: String,
    case_ref: String,
    story: String,
    action: String,
    due: String,
    overdue: bool,
    paragraphs: Vec<String>,
}

/// A task with everything about it.
struct Opened<'a> {
    engine: &'a Arc<Engine>,
    task: TaskRow,
    case: CaseSummary,
    bundle: &'a Arc<Bundle>,
    form: Form,
    file: CaseFile,
}

pub(crate) async fn show(Path((case, work)): Path<(String, u32)>, ask: Ask) -> Answer {
    ask.blocking(move |ask| {
        let opened = open(ask, &case, work)?;
        form_page(ask, &opened, Vec::new())
    })
    .await
}

pub(crate) async fn answer(Path((case, work)): Path<(String, u32)>, ask: Ask) -> Answer {
    ask.blocking(move |ask| {
        let opened = open(ask, &case, work)?;
        let answers = match opened.form.answers(&ask.fields, &ask.words) {
            Ok(answers) => answers,
            Err(problems) => return form_page(ask, &opened, problems),
        };
        if !opened.form.needs_signature(&answers) {
            return complete(ask, &opened, answers.with(SIGNATURE, Value::Null));
        }
        match ask.fields.get(SIGNATURE) {
            None => sign_page(ask, &opened, &answers, String::new()),
            Some(signature) => signed(ask, &opened, answers, signature),
        }
    })
    .await
}

/// Finds the task among those the official may take, records the access and opens the case file.
fn open<'a>(ask: &'a Ask, case: &str, work: u32) -> Result<Opened<'a>, Refusal> {
    let case: CaseId = case.parse().map_err(|_| Refusal::NotFound)?;
    let groups: Vec<&str> = ask.person()?.groups.iter().map(String::as_str).collect();
    for engine in &ask.portal.state.engines {
        let tasks = engine.tasks(&groups, usize::MAX)?;
        let Some(task) = tasks.into_iter().find(|task| task.case == case.into_bytes() && task.work == work)
        else {
            continue;
        };
        let partition = store::Partition::new(task.partition).ok_or(Refusal::NotFound)?;
        let summary = engine.summary(task.case, partition)?.ok_or(Refusal::NotFound)?;
        let bundle = bundle_of(engine, &summary, partition).ok_or(Refusal::NotFound)?;
        let form = form(bundle, &task)?;
        let reason = ask.words.one("task-reason", "name", ask.names().element(bundle, &task.element));
        let file = CaseFile::open(engine, &summary, &access(ask, &task.case_ref, "case file", &reason)?)?;
        return Ok(Opened { engine, task, case: summary, bundle, form, file });
    }
    Err(Refusal::Conflict(ask.words.t("task-gone")))
}

/// The form of a task, from the bundle the case is pinned to.
fn form(bundle: &Bundle, task: &TaskRow) -> Result<Form, Refusal> {
    let id = task.form.as_deref().unwrap_or_default();
    let path = bundle.service.forms.get(id);
    let file = path.and_then(|path| bundle.files(path).next());
    let Some((name, bytes)) = file else {
        return Err(Refusal::Unavailable(format!(
            "element {}: the service has no form `{id}`",
            task.element
        )));
    };
    Form::read(name, bytes).map_err(|error| Refusal::Unavailable(error.to_string()))
}

fn head(ask: &Ask, opened: &Opened<'_>) -> Head {
    let (task, names) = (&opened.task, ask.names());
    let element = opened.bundle.program.element(&task.element);
    Head {
        name: names.element(opened.bundle, &task.element),
        service: opened.bundle.service.name(ask.words.lang.code()).to_owned(),
        story: format!("/cases/{}", encoded(crate::snapshot::base(&task.case_ref))),
        case_ref: task.case_ref.clone(),
        action: format!("/inbox/{}/{}", CaseId::from_bytes(task.case), task.work),
        due: task.due.map(|due| ask.words.moment(&due)).unwrap_or_default(),
        overdue: task.is_overdue(ask.now),
        paragraphs: element
            .map(|element| element.law.iter().map(|law| law.paragraph().to_string()).collect())
            .unwrap_or_default(),
    }
}

/// The document that is ruled on.
fn proposed(file: &CaseFile) -> Option<&CaseDocument> {
    file.document("decision-project").or_else(|| file.documents.last())
}

fn form_page(ask: &Ask, opened: &Opened<'_>, problems: Vec<Problem>) -> Answer {
    let status = if problems.is_empty() {
        axum::http::StatusCode::OK
    } else {
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut views = documents(ask, Some(opened.bundle), &opened.file);
    let proposed_id = proposed(&opened.file).map(|document| document.id.to_string());
    let at = views.iter().position(|view| Some(&view.id) == proposed_id.as_ref());
    let proposed = at.map(|at| views.remove(at));
    let lang = ask.words.lang.code();
    let title_of = |name: &str| {
        opened
            .form
            .fields
            .iter()
            .find(|field| field.name == name)
            .and_then(|field| field.title.get(lang))
            .unwrap_or(name)
            .to_owned()
    };
    let head = head(ask, opened);
    let page = TaskPage {
        page: ask.page(head.name.clone()),
        facts: people(ask, &opened.file.facts),
        proposed,
        documents: views,
        decisions: decisions(ask, opened),
        illustrative: illustrative(ask, opened),
        fields: fields(ask, opened, &problems),
        problems: problems
            .iter()
            .map(|problem| ProblemView {
                field: problem.field.clone(),
                title: title_of(&problem.field),
                text: problem.text.clone(),
            })
            .collect(),
        form_title: opened.form.title.get(lang).unwrap_or_default().to_owned(),
        head,
    };
    Ok(html_with(status, page.render()?))
}

fn ruling_text(opened: &Opened<'_>, answers: &Context) -> Result<String, Refusal> {
    let ruling = Ruling {
        case_ref: &opened.task.case_ref,
        service: &opened.task.service,
        element: &opened.task.element,
        document: proposed(&opened.file),
        answers,
    };
    cases::signed_text(&ruling).map_err(|error| Refusal::Unavailable(error.to_string()))
}

/// Shows the text to be signed, whole and in words, and hands it to the official's program.
fn sign_page(ask: &Ask, opened: &Opened<'_>, answers: &Context, problem: String) -> Answer {
    let text = ruling_text(opened, answers)?;
    let head = head(ask, opened);
    let sent =
        ask.fields.0.iter().filter(|(name, _)| opened.form.fields.iter().any(|field| field.name == *name));
    html(&SignPage {
        page: ask.page(ask.words.t("sign-title")),
        ruling: ruling_lines(ask, opened, answers),
        lines: proposed(&opened.file)
            .map(|document| values::lines_of_json(&ask.words, document.body()))
            .unwrap_or_default(),
        content: STANDARD.encode(&text),
        digest: cases::canonical::digest(text.as_bytes()),
        signing_program: ask.portal.state.ncalayer_url.clone(),
        hidden: sent.cloned().collect(),
        text,
        head,
        problem,
    })
}

fn signed(ask: &Ask, opened: &Opened<'_>, answers: Context, signature: &str) -> Answer {
    let person = ask.person()?;
    let expected = ExpectedOfficial { iin: person.iin.clone(), bin: person.bin.clone() };
    if expected == ExpectedOfficial::default() {
        return Err(Refusal::Form(ask.words.t("sign-no-certificate")));
    }
    let text = ruling_text(opened, &answers)?;
    let document = proposed(&opened.file)
        .map_or_else(|| opened.task.element.clone(), |document| document.id.to_string());
    let checked = cms::from_text(signature).and_then(|message| {
        cases::verify_signature(&message, &text, &document, &expected, &ask.portal.state.validator, ask.now)
    });
    match checked {
        Ok(record) => complete(ask, opened, answers.with(SIGNATURE, record.to_context())),
        Err(refusal) => {
            let problem = ask.words.one("sign-refused", "reason", &refusal);
            sign_page(ask, opened, &answers, problem)
        }
    }
}

/// Hands the answers to the engine and waits a little until it has taken them up.
fn complete(ask: &Ask, opened: &Opened<'_>, result: Context) -> Answer {
    let (task, partition) = (&opened.task, cases_partition(&opened.case));
    let who = ask.person()?.who();
    match opened.engine.complete_task(task.case, partition, task.work, &who, result, ask.now)? {
        Received::Duplicate | Received::Conflict => return Err(Refusal::Conflict(ask.words.t("task-gone"))),
        Received::Accepted => {}
    }
    let until = std::time::Instant::now() + WAIT;
    while std::time::Instant::now() < until {
        let open = opened.engine.open_tasks(usize::MAX)?;
        if !open.iter().any(|open| open.case == task.case && open.work == task.work) {
            return go_to("/inbox?done=yes");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    go_to("/inbox?done=soon")
}
