//! The routes and their handlers. Each must stand in the access table; a test compares the two, and the guard refuses what does not.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use crate::guard::guard;
use crate::pages::{
    about, assets, case, cases, clock, health, inbox, ledger, log, overview, parameters, sign_in, task,
};
use crate::portal::Portal;
use crate::refusal::Refusal;

/// A route: path, its methods, what serves them.
pub(crate) type Route = (&'static str, &'static [&'static str], MethodRouter<Arc<Portal>>);

/// Every route of the portal.
pub(crate) fn all() -> Vec<Route> {
    vec![
        ("/", &["GET"], get(overview::show)),
        ("/fragments/overview", &["GET"], get(overview::fragment)),
        ("/cases", &["GET"], get(cases::show)),
        ("/cases/{case_ref}", &["GET", "POST"], get(case::show).post(case::open)),
        ("/cases/{case_ref}/retry", &["POST"], post(case::retry)),
        ("/inbox", &["GET"], get(inbox::show)),
        ("/inbox/{case}/{work}", &["GET", "POST"], get(task::show).post(task::answer)),
        ("/log", &["GET"], get(log::show)),
        ("/log/{exchange}", &["GET"], get(log::one)),
        ("/ledger", &["GET", "POST"], get(ledger::show).post(ledger::search)),
        ("/clock", &["GET", "POST"], get(clock::show).post(clock::change)),
        ("/parameters", &["GET"], get(parameters::show)),
        ("/about", &["GET"], get(about::show)),
        ("/sign-in", &["GET", "POST"], get(sign_in::show).post(sign_in::by_password)),
        ("/sign-in/certificate", &["POST"], post(sign_in::by_certificate)),
        ("/sign-out", &["POST"], post(sign_in::out)),
        ("/health/live", &["GET"], get(health::live)),
        ("/health/ready", &["GET"], get(health::ready)),
        ("/metrics", &["GET"], get(health::metrics)),
        ("/assets/portal.css", &["GET"], get(assets::css)),
        ("/assets/portal.js", &["GET"], get(assets::js)),
    ]
}

/// The router with its guard.
pub(crate) fn router(portal: Arc<Portal>) -> Router {
    let routes =
        all().into_iter().fold(Router::new(), |router, (path, _, methods)| router.route(path, methods));
    routes
        .fallback(|| async { Refusal::NotFound })
        .layer(from_fn_with_state(Arc::clone(&portal), guard))
        .with_state(portal)
}
