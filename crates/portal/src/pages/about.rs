//! What this installation carries out: the act, its term and chapters, the services, and the open points with their defaults.

use askama::Template;

use crate::ask::{Answer, Ask, Page, html};

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    page: Page,
    act: String,
    act_id: String,
    in_force: String,
    last_day: String,
    over: bool,
    chapters: Vec<ChapterView>,
    points: Vec<PointView>,
    illustrative: usize,
    calendar: String,
}

struct ChapterView {
    number: u32,
    paragraphs: String,
    title: String,
    service: String,
}

struct PointView {
    id: String,
    gap: String,
    default: String,
    paragraphs: Vec<String>,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let (law, lang, names) = (&ask.portal.state.law, ask.words.lang.code(), ask.names());
        let mut illustrative = 0;
        if let Some(bundle) = ask.portal.state.engines.iter().flat_map(|engine| engine.bundles()).next() {
            illustrative = bundle.parameters.all().iter().filter(|parameter| parameter.illustrative).count();
        }
        let today = ask.now.to_zoned_datetime(calendar::almaty()).date().strftime("%Y-%m-%d").to_string();
        html(&AboutPage {
            page: ask.page(ask.words.t("nav-about")),
            act: law.title(lang).to_owned(),
            act_id: law.id.clone(),
            in_force: law.in_force.to_string(),
            last_day: law.last_day.to_string(),
            over: today > law.last_day.to_string(),
            chapters: law
                .chapters
                .iter()
                .map(|chapter| ChapterView {
                    number: chapter.number,
                    paragraphs: format!("{}–{}", chapter.from, chapter.to),
                    title: chapter.title(lang).to_owned(),
                    service: chapter.service.as_deref().map(|id| names.service(id)).unwrap_or_default(),
                })
                .collect(),
            points: law
                .open_points
                .iter()
                .map(|point| PointView {
                    id: point.id.clone(),
                    gap: point.gap.clone(),
                    default: point.default.clone(),
                    paragraphs: point.paragraphs.clone(),
                })
                .collect(),
            illustrative,
            calendar: calendar::Calendar::kazakhstan().version().to_owned(),
        })
    })
    .await
}
