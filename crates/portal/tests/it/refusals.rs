//! What is refused, and how it is said.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use portal::access::{TABLE, Who};

use crate::world::{World, alone};

/// A path that fits a route.
fn concrete(path: &str, world: &World) -> String {
    path.replace("{case_ref}", &world.decided_by)
        .replace("{case}", "00000000-0000-0000-0000-000000000001")
        .replace("{work}", "1")
        .replace("{exchange}", "1-00000000-0000-0000-0000-000000000001")
}

#[tokio::test]
async fn in_production_every_route_is_refused_without_rights() {
    let _alone = alone().await;
    let mut world = World::new(false);
    for row in TABLE {
        let path = concrete(row.path, &world);
        let page = match row.method {
            "GET" => world.browser.get(&path).await,
            _ => world.browser.post(&path, &[]).await,
        };
        match row.who {
            Who::Anyone if row.method == "GET" => assert_eq!(page.status, StatusCode::OK, "{path}"),
            Who::Anyone => assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} without its token"),
            _ => {
                assert_eq!(page.status, StatusCode::SEE_OTHER, "{} {path}", row.method);
                assert!(page.location().starts_with("/sign-in?next="), "{path}");
            }
        }
    }
    let password = world.password("citizen");
    world.browser.sign_in("citizen", &password).await;
    for row in TABLE.iter().filter(|row| !matches!(row.who, Who::Anyone | Who::SignedIn)) {
        let path = concrete(row.path, &world);
        let page = match row.method {
            "GET" => world.browser.get(&path).await,
            _ => world.browser.post(&path, &[]).await,
        };
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{} {path}", row.method);
    }
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_session_and_must_not_come_from_elsewhere() {
    let _alone = alone().await;
    let mut world = World::demo();
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    let csrf = world.browser.get("/clock").await.csrf();
    for token in ["", "0", &csrf[1..], &"f".repeat(64)] {
        let page = world.browser.post("/clock", &[("csrf", token), ("to", "working-day")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{token}");
    }
    let mut elsewhere = world.browser.clone();
    elsewhere.headers.push(("sec-fetch-site", "cross-site".into()));
    assert_eq!(
        elsewhere.post("/clock", &[("csrf", &csrf), ("to", "working-day")]).await.status,
        StatusCode::FORBIDDEN
    );
    let page = world.browser.post("/clock", &[("csrf", &csrf), ("to", "working-day")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_begins_a_new_session_and_signing_out_ends_it() {
    let _alone = alone().await;
    let mut world = World::demo();
    let password = world.password("operator");
    let wrong = world.browser.sign_in("operator", "wrong password").await;
    assert_eq!(wrong.status, StatusCode::OK);
    assert!(!world.browser.cookies.contains_key("qyzmet-session"));
    let welcome = world.browser.sign_in("operator", &password).await;
    let cookie = welcome
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .find(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.starts_with("qyzmet-session")));
    let cookie = cookie.expect("a cookie").to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let first = world.browser.clone();
    world.browser.sign_in("operator", &password).await;
    assert_ne!(first.cookies["qyzmet-session"], world.browser.cookies["qyzmet-session"]);
    let mut old = first.clone();
    assert!(!old.get("/about").await.text.contains("OPERATOR"), "the session before has ended");
    let csrf = world.browser.get("/about").await.csrf();
    let mut stolen = world.browser.clone();
    world.browser.post("/sign-out", &[("csrf", &csrf)]).await;
    assert!(!stolen.get("/about").await.text.contains("OPERATOR"));
    for next in ["//evil.example", "https://evil.example", "/\\evil", "javascript:1"] {
        let csrf = world.browser.get("/sign-in").await.csrf();
        let fields =
            [("csrf", csrf.as_str()), ("login", "operator"), ("password", password.as_str()), ("next", next)];
        assert_eq!(world.browser.post("/sign-in", &fields).await.location(), "/", "{next}");
        world.browser.cookies.clear();
    }
}

#[tokio::test]
async fn a_challenge_is_signed_once_by_its_own_visitor_and_in_time() {
    let _alone = alone().await;
    use base64::Engine as _;
    let mut world = World::demo();
    let page = world.browser.get("/sign-in?lang=en").await;
    let visitor = world.browser.clone();
    let (csrf, at) = (page.csrf(), page.after("name=\"at\" value=\""));
    let challenge =
        base64::engine::general_purpose::STANDARD.decode(page.after("data-content=\"")).expect("base64");
    let attempt = |signature: String, at: String| {
        let (mut browser, csrf) = (visitor.clone(), csrf.clone());
        async move {
            browser
                .post("/sign-in/certificate", &[("csrf", &csrf), ("at", &at), ("signature", &signature)])
                .await
        }
    };
    for (token, said) in [("head-expired", "not accepted"), ("head-revoked", "not accepted")] {
        let refused = attempt(world.sign(token, &challenge), at.clone()).await;
        assert!(refused.status == StatusCode::OK && refused.text.contains(said), "{token}");
    }
    let other = attempt(world.sign("head", b"another text"), at.clone()).await;
    assert!(other.text.contains("not accepted"));
    let late = attempt(world.sign("head", &challenge), "1000".into()).await;
    assert!(late.text.contains("too old"));
    let welcome = attempt(world.sign("head", &challenge), at.clone()).await;
    assert_eq!(welcome.status, StatusCode::SEE_OTHER, "{}", welcome.text);
    let again = attempt(world.sign("head", &challenge), at.clone()).await;
    assert!(again.text.contains("used before"));
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let _alone = alone().await;
    let mut world = World::demo();
    for path in ["/", "/nowhere", "/inbox", "/assets/portal.js", "/health/live"] {
        let page = world.browser.get(path).await;
        let policy = page.headers["content-security-policy"].to_str().expect("text");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "connect-src 'self' ws://127.0.0.1:13579",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "same-origin");
    }
}

#[tokio::test]
async fn what_is_malformed_is_refused_in_words_and_harms_nothing() {
    let _alone = alone().await;
    let mut world = World::demo();
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    let large = "x".repeat(600 * 1024);
    assert_eq!(world.browser.post("/clock", &[("csrf", &large)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let many: Vec<(&str, &str)> = (0..300).map(|_| ("a", "b")).collect();
    assert_eq!(world.browser.post("/clock", &many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = Request::post("/clock")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("csrf=1"))
        .expect("a request");
    assert_eq!(world.browser.send(request).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let request = Request::delete("/about").body(Body::empty()).expect("a request");
    assert_eq!(world.browser.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    for path in [
        "/cases/%00",
        "/cases/..%2f..",
        "/cases/%3Cscript%3E",
        "/cases?page=99999999999999999999",
        "/?lang=xx",
        "/cases?search=%F0%9F%98%80",
    ] {
        let page = world.browser.get(path).await;
        assert!(
            [StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST].contains(&page.status),
            "{path} {}",
            page.status
        );
        assert!(!page.text.contains("<script>"), "{path}");
    }
    let reflected = world.browser.get("/cases?search=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!reflected.text.contains("<script>alert"));
    world.browser.headers.push((
        "cookie",
        "qyzmet-session=';--, qyzmet-lang=xx; a; ==; qyzmet-visit=ÿ".chars().filter(char::is_ascii).collect(),
    ));
    assert_eq!(world.browser.get("/about").await.status, StatusCode::OK);
}

#[tokio::test]
async fn production_refuses_to_move_the_clock_and_says_why() {
    let _alone = alone().await;
    let mut world = World::new(false);
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    let page = world.browser.get("/clock?lang=en").await;
    assert!(page.text.contains("cannot be moved") && !page.text.contains("name=\"moment\""));
    let refused = world.browser.post("/clock", &[("csrf", &page.csrf()), ("to", "working-day")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("not a demonstration"));
}
