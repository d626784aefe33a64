//! The dated parameters of every service, each with its source; what is not from the act is marked illustrative.

use askama::Template;

use crate::ask::{Answer, Ask, Page, html};
use crate::values;

#[derive(Template)]
#[template(path = "parameters.html")]
struct ParametersPage {
    page: Page,
    services: Vec<ServiceView>,
}

struct ServiceView {
    name: String,
    release: String,
    rows: Vec<ParameterRow>,
}

struct ParameterRow {
    name: String,
    about: String,
    values: Vec<DatedValue>,
    unit: String,
    source: String,
    open_points: Vec<PointView>,
    illustrative: bool,
}

struct DatedValue {
    from: String,
    value: String,
    holds: bool,
}

struct PointView {
    id: String,
    gap: String,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let mut services: Vec<ServiceView> = Vec::new();
        for bundle in ask.portal.state.engines.iter().flat_map(|engine| engine.bundles()) {
            let release: String = bundle.hash.chars().take(12).collect();
            if services.iter().any(|known| known.release == release) {
                continue;
            }
            let rows = bundle.parameters.all().iter().map(|parameter| row(ask, parameter)).collect();
            services.push(ServiceView {
                name: bundle.service.name(ask.words.lang.code()).to_owned(),
                release,
                rows,
            });
        }
        html(&ParametersPage { page: ask.page(ask.words.t("nav-parameters")), services })
    })
    .await
}

fn row(ask: &Ask, parameter: &engine::bundle::Parameter) -> ParameterRow {
    let today = ask.now.to_zoned_datetime(calendar::almaty()).date();
    let current = parameter.values.iter().rposition(|(from, _)| *from <= today);
    let value = |(at, (from, value)): (usize, &(jiff::civil::Date, rules::Value))| DatedValue {
        from: from.strftime("%d.%m.%Y").to_string(),
        value: values::written(&ask.words, &parameter.name, value),
        holds: Some(at) == current,
    };
    let point = |id: &String| {
        let known = ask.portal.state.law.open_point(id);
        PointView {
            id: id.clone(),
            gap: known.map(|point| format!("{}: {}", point.gap, point.default)).unwrap_or_default(),
        }
    };
    ParameterRow {
        name: parameter.name.clone(),
        about: parameter.about.clone(),
        values: parameter.values.iter().enumerate().map(value).collect(),
        unit: parameter.unit.as_deref().map(|unit| values::unit(&ask.words, unit)).unwrap_or_default(),
        source: parameter.source.clone().unwrap_or_default(),
        open_points: parameter.open_points.iter().map(point).collect(),
        illustrative: parameter.illustrative,
    }
}
