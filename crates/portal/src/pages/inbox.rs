//! The official's inbox: tasks of the official's groups with their deadlines, the most urgent first. Nothing personal.

use askama::Template;
use civic::CaseId;

use crate::ask::{Answer, Ask, Page, encoded, html};
use crate::pages::overview::short;

/// Tasks shown.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    page: Page,
    done: &'static str,
    rows: Vec<TaskView>,
    overdue: usize,
    groups: String,
    has_groups: bool,
}

struct TaskView {
    href: String,
    name: String,
    service: String,
    case_ref: String,
    short: String,
    story: String,
    opened: String,
    due: String,
    overdue: bool,
    paragraphs: Vec<String>,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let person = ask.person()?;
        let groups: Vec<&str> = person.groups.iter().map(String::as_str).collect();
        let names = ask.names();
        let mut rows = Vec::new();
        for engine in &ask.portal.state.engines {
            for task in engine.tasks(&groups, MOST)? {
                let bundle = engine.bundles().iter().find(|bundle| bundle.service.id == task.service);
                let element = bundle.and_then(|bundle| bundle.program.element(&task.element));
                let due = task.due.unwrap_or(jiff::Timestamp::MAX);
                rows.push((
                    due,
                    TaskView {
                        href: format!("/inbox/{}/{}", CaseId::from_bytes(task.case), task.work),
                        name: bundle
                            .map_or_else(|| task.name.clone(), |bundle| names.element(bundle, &task.element)),
                        service: names.service(&task.service),
                        short: short(&task.case_ref),
                        story: format!("/cases/{}", encoded(crate::snapshot::base(&task.case_ref))),
                        case_ref: task.case_ref.clone(),
                        opened: ask.words.moment(&task.opened),
                        due: task.due.map(|due| ask.words.moment(&due)).unwrap_or_default(),
                        overdue: task.is_overdue(ask.now),
                        paragraphs: element
                            .map(|element| {
                                element.law.iter().map(|law| law.paragraph().to_string()).collect()
                            })
                            .unwrap_or_default(),
                    },
                ));
            }
        }
        rows.sort_by_key(|(due, _)| *due);
        let rows: Vec<TaskView> = rows.into_iter().map(|(_, row)| row).take(MOST).collect();
        let done = match ask.query.get("done") {
            Some("yes") => "inbox-done",
            Some("soon") => "inbox-being-recorded",
            _ => "",
        };
        html(&InboxPage {
            page: ask.page(ask.words.t("nav-inbox")),
            done,
            overdue: rows.iter().filter(|row| row.overdue).count(),
            rows,
            groups: groups.iter().map(|group| names.group(group)).collect::<Vec<_>>().join(", "),
            has_groups: !groups.is_empty(),
        })
    })
    .await
}
