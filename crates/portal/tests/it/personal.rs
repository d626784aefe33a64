//! Personal data are not shown without a record of who looked and why.

use axum::http::StatusCode;
use cases::{Ledger, Subject};

use crate::world::{World, alone};

/// What of a person must not stand on a page that was not opened: number, name, telephone.
fn secrets(world: &World) -> Vec<String> {
    let story = world.system.story("one-account");
    let iin = story.mother_iin().expect("an IIN");
    let phone = world.system.story("one-account").phones[0].trim_start_matches('+').to_owned();
    vec![iin, phone]
}

#[tokio::test]
async fn no_page_shows_personal_data_without_a_record() {
    let _alone = alone().await;
    let mut world = World::demo();
    let secrets = secrets(&world);
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    for path in [
        "/",
        "/cases?state=every",
        &format!("/cases/{}", world.decided_by),
        "/log",
        "/clock",
        "/ledger",
        "/metrics",
    ] {
        let page = world.browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for secret in &secrets {
            assert!(!page.text.contains(secret.as_str()), "{path} shows {secret}");
        }
    }
}

#[tokio::test]
async fn opening_a_case_needs_a_reason_and_the_person_sees_who_looked() {
    let _alone = alone().await;
    let mut world = World::demo();
    let (secrets, story) = (secrets(&world), format!("/cases/{}", world.decided_by));
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    let csrf = world.browser.get(&story).await.csrf();
    let refused = world.browser.post(&story, &[("csrf", &csrf), ("reason", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let engine = world.system.engine("emaket");
    let subject = Subject::person(&engine, &secrets[0].parse().expect("an IIN"));
    assert_eq!(
        Ledger::new(&engine).of(subject, 10).expect("read"),
        [],
        "nothing was shown, nothing recorded"
    );

    let opened =
        world.browser.post(&story, &[("csrf", &csrf), ("reason", "the person called"), ("lang", "en")]).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert!(
        opened.text.contains(&secrets[0]) && opened.text.contains("СЕЙІТ")
            || opened.text.contains(&secrets[0])
    );
    let entries = Ledger::new(&engine).of(subject, 10).expect("read");
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry.reason == "the person called"));

    // The person signs in with a certificate and finds the entry.
    let mut citizen = world.browser.clone();
    citizen.cookies.clear();
    let page = citizen.get("/sign-in?lang=en&next=/ledger").await;
    let (csrf, at) = (page.csrf(), page.after("name=\"at\" value=\""));
    use base64::Engine as _;
    let challenge =
        base64::engine::general_purpose::STANDARD.decode(page.after("data-content=\"")).expect("base64");
    let signature = world.sign("mother", &challenge);
    let fields = [
        ("csrf", csrf.as_str()),
        ("at", at.as_str()),
        ("signature", signature.as_str()),
        ("next", "/ledger"),
    ];
    let welcome = citizen.post("/sign-in/certificate", &fields).await;
    assert_eq!((welcome.status, welcome.location()), (StatusCode::SEE_OTHER, "/ledger"), "{}", welcome.text);
    let ledger = citizen.get("/ledger").await;
    assert!(ledger.text.contains("the person called") && ledger.text.contains("OPERATOR"), "{}", ledger.text);
    assert!(ledger.text.contains(">given<"), "the consent is shown");
    assert_eq!(citizen.get("/inbox").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        citizen
            .post("/ledger", &[("csrf", &ledger.csrf()), ("iin", &secrets[0]), ("reason", "curious")])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_operator_who_looks_into_the_ledger_stands_in_it() {
    let _alone = alone().await;
    let mut world = World::demo();
    let iin = secrets(&world)[0].clone();
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    let csrf = world.browser.get("/ledger?lang=en").await.csrf();
    let wrong = world
        .browser
        .post("/ledger", &[("csrf", &csrf), ("iin", "123456789012"), ("reason", "complaint 7")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let found =
        world.browser.post("/ledger", &[("csrf", &csrf), ("iin", &iin), ("reason", "complaint 7")]).await;
    assert!(found.text.contains("complaint 7") && found.text.contains("this ledger"), "{}", found.text);
}
