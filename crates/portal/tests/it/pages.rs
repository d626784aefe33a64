//! What the pages show, in three languages.

use axum::http::StatusCode;

use crate::world::{World, alone};

#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    let _alone = alone().await;
    let mut world = World::demo();
    let story = format!("/cases/{}", world.decided_by);
    let password = world.password("operator");
    assert_eq!(world.browser.sign_in("operator", &password).await.status, StatusCode::SEE_OTHER);
    for lang in ["kk", "ru", "en"] {
        for path in [
            "/",
            "/cases",
            story.as_str(),
            "/log",
            "/ledger",
            "/clock",
            "/parameters",
            "/about",
            "/sign-in",
            "/nowhere",
        ] {
            let page = world.browser.get(&format!("{path}?lang={lang}")).await;
            let expected = if path == "/nowhere" { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(page.status, expected, "{path}");
            assert!(page.text.contains(&format!("<html lang=\"{lang}\">")), "{path}");
            assert!(!page.text.contains('⟦'), "{path} {lang} lacks a text");
            for landmark in ["class=\"skip\"", "<main", "<header", "<nav", "<footer", "<h1"] {
                assert!(page.text.contains(landmark), "{path}: {landmark}");
            }
        }
    }
    let kept = world.browser.get("/about").await;
    assert!(kept.text.contains("<html lang=\"en\">"), "the language is kept");
}

#[tokio::test]
async fn the_overview_counts_cases_by_stage_and_says_who_is_waited_for() {
    let _alone = alone().await;
    let mut world = World::demo();
    let page = world.browser.get("/?lang=en").await;
    for said in
        ["Decision", "Authorised body", "Consider the case file and decide", "The fact opens no case", "§24"]
    {
        assert!(page.text.contains(said), "{said}");
    }
    let fragment = world.browser.get("/fragments/overview").await;
    assert!(fragment.text.starts_with("<ul class=\"figures\">") && page.text.contains(&fragment.text[..60]));
    let found = world.browser.get("/cases?state=ended").await;
    assert!(found.text.contains("1 case found"), "one fact opened no case");
    let found = world.browser.get(&format!("/cases?search={}", &world.waiting[..13])).await;
    assert!(found.text.contains("1 case found"));
}

#[tokio::test]
async fn the_story_tells_paragraphs_defaults_terms_and_rules_in_plain_words() {
    let _alone = alone().await;
    let mut world = World::demo();
    let page = world.browser.get(&format!("/cases/{}?lang=en", world.decided_by)).await;
    for said in [
        "3 working days after",
        "until 04.04.2024 23:59:59 (§20)",
        "OP-02",
        "that day is not counted",
        "Decided by rule: Amount by the number of children",
        "<svg",
        "E-maket automated information system",
        "/log?name=",
    ] {
        assert!(page.text.contains(said), "{said} in {}", page.text);
    }
    let kazakh = world.browser.get(&format!("/cases/{}?lang=kk", world.decided_by)).await;
    assert!(kazakh.text.contains("кейін 3 жұмыс күні") && kazakh.text.contains("Ереже бойынша шешілді"));
}

#[tokio::test]
async fn the_log_is_searched_and_one_call_is_shown_whole() {
    let _alone = alone().await;
    let mut world = World::demo();
    let page = world.browser.get("/log?lang=en&service=GBDFL_FAMILY").await;
    assert!(page.text.contains("GBDFL_FAMILY") && !page.text.contains("<code>SMS_SEND</code>"));
    let call = page.after("<tbody><tr>\n<td data-label=\"Time\"><a href=\"");
    let one = world.browser.get(&call).await;
    assert!(
        one.text.contains("SHA-256 of the request") && one.text.contains("GBDFL_FAMILY"),
        "{}",
        one.status
    );
    let wrong = world.browser.get("/log?until=yesterday").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for path in ["/log/1-2", "/log/x", "/log/99999999999999999999-00000000-0000-0000-0000-000000000001"] {
        assert_eq!(world.browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_operator_sets_the_demonstrations_clock_forward_and_it_is_journaled() {
    let _alone = alone().await;
    let mut world = World::demo();
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    let page = world.browser.get("/clock?lang=en").await;
    assert!(page.text.contains("Three working days without a reply"), "the next deadlines are shown");
    let journal = |world: &World| {
        let rows = world.home.store.journal_of(
            store::Partition::of_bytes(b"the-legal-clock-"),
            b"the-legal-clock-",
            1,
            100,
        );
        rows.expect("read").len()
    };
    let (before, journaled) = (world.clock.now(), journal(&world));
    let moved = world.browser.post("/clock", &[("csrf", &page.csrf()), ("to", "deadline")]).await;
    assert_eq!((moved.status, moved.location()), (StatusCode::SEE_OTHER, "/clock"));
    assert!(world.clock.now() > before);
    assert_eq!(journal(&world), journaled + 1);
    for fields in [
        [("to", ""), ("moment", "2020-01-01T10:00")],
        [("to", ""), ("moment", "soon")],
        [("to", "x"), ("moment", "2094-01-01T10:00")],
    ] {
        let csrf = page.csrf();
        let refused = world.browser.post("/clock", &[("csrf", csrf.as_str()), fields[0], fields[1]]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
    }
}

#[tokio::test]
async fn machines_are_told_how_it_stands() {
    let _alone = alone().await;
    let mut world = World::demo();
    assert_eq!(world.browser.get("/health/live").await.text, "alive\n");
    let ready = world.browser.get("/health/ready").await;
    assert!(ready.text.contains("emaket ready") && ready.text.contains("portal ready"));
    let metrics = world.browser.get("/metrics").await;
    assert!(
        metrics.text.contains("qyzmet_cases{participant=\"sdu\"} 4")
            && metrics.text.contains("qyzmet_probe 1"),
        "{}",
        metrics.text
    );
}
