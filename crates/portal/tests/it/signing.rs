//! From the inbox to a signed decision that the engine has taken up.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::browser::Page;
use crate::world::{World, alone};

/// Signs the account in and opens its first task; gives the task's address and page.
async fn first_task(world: &mut World, login: &str) -> (String, Page) {
    let password = world.password(login);
    world.browser.sign_in(login, &password).await;
    let inbox = world.browser.get("/inbox?lang=en").await;
    assert_eq!(inbox.status, StatusCode::OK);
    let task = inbox.after("data-label=\"Task\"><a href=\"");
    let page = world.browser.get(&task).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    (task, page)
}

#[tokio::test]
async fn an_official_considers_signs_and_the_case_goes_on_to_the_payment() {
    let _alone = alone().await;
    let mut world = World::demo();
    let (task, page) = first_task(&mut world, "head").await;
    let iin = world.system.story("one-account").mother_iin().expect("an IIN");
    for said in [
        iin.as_str(),
        "Proposed decision",
        "Calculation, line by line",
        "Amount by the number of children",
        "illustrative",
        "16.03",
        "Needed with “Outcome: Refuse”",
    ] {
        assert!(page.text.contains(said), "{said}");
    }
    let nothing = world.browser.post(&task, &[("csrf", &page.csrf())]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("Something has to be mended"));
    let sign = world
        .browser
        .post(&task, &[("csrf", &page.csrf()), ("outcome", "assign"), ("comment", "тексерілді")])
        .await;
    assert_eq!(sign.status, StatusCode::OK);
    let content = STANDARD.decode(sign.after("data-content=\"")).expect("base64");
    let text = String::from_utf8(content.clone()).expect("text");
    assert!(
        text.contains("\"outcome\":\"assign\"") && text.contains("тексерілді") && text.contains(&iin),
        "{text}"
    );

    for token in ["specialist", "head-expired", "head-revoked", "stranger"] {
        let signature = world.sign(token, &content);
        let fields = [
            ("csrf", page.csrf()),
            ("outcome", "assign".into()),
            ("comment", "тексерілді".into()),
            ("signature", signature),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = world.browser.post(&task, &fields).await;
        assert!(refused.text.contains("The signature is not accepted"), "{token}");
    }
    let signature = world.sign("head", &content);
    let changed = [
        ("csrf", page.csrf()),
        ("outcome", "assign".into()),
        ("comment", "changed".into()),
        ("signature", signature.clone()),
    ];
    let changed: Vec<(&str, &str)> = changed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(world.browser.post(&task, &changed).await.text.contains("The signature is not accepted"));

    let fields = [
        ("csrf", page.csrf()),
        ("outcome", "assign".into()),
        ("comment", "тексерілді".into()),
        ("signature", signature),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = world.browser.post(&task, &fields).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/inbox?done=soon"), "{}", done.text);
    let again = world.browser.post(&task, &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it is answered once: {}", again.text);
    world.system.settle();
    assert_eq!(
        world.system.case("sdu", "large-family-sdu", &world.decided_by).outcome.as_deref(),
        Some("T08")
    );
    assert_eq!(world.browser.get(&task).await.status, StatusCode::CONFLICT);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let story = world.browser.get(&format!("/cases/{}", world.decided_by)).await;
    assert!(story.text.contains("By HEAD") && story.text.contains("Outcome: Assigned"));
}

#[tokio::test]
async fn a_return_needs_no_signature_and_names_what_is_wanted() {
    let _alone = alone().await;
    let mut world = World::demo();
    let (task, page) = first_task(&mut world, "head").await;
    let short = world.browser.post(&task, &[("csrf", &page.csrf()), ("outcome", "return")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = world
        .browser
        .post(&task, &[("csrf", &page.csrf()), ("outcome", "return"), ("wanted", "Неке туралы куәлік")])
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    world.system.settle();
    let case = world.system.case("emaket", "large-family-assignment", &world.decided_by);
    assert!(case.at.iter().any(|element| element.starts_with("completion-")), "{:?}", case.at);
}

#[tokio::test]
async fn an_account_without_a_certificate_cannot_sign_with_somebody_elses() {
    let _alone = alone().await;
    let mut world = World::demo();
    let (task, page) = first_task(&mut world, "paper").await;
    let sign = world.browser.post(&task, &[("csrf", &page.csrf()), ("outcome", "assign")]).await;
    let content = STANDARD.decode(sign.after("data-content=\"")).expect("base64");
    let signature = world.sign("head", &content);
    let refused = world
        .browser
        .post(&task, &[("csrf", &page.csrf()), ("outcome", "assign"), ("signature", &signature)])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("No certificate belongs to your account"));
}

#[tokio::test]
async fn a_task_of_another_group_is_not_shown() {
    let _alone = alone().await;
    let mut world = World::demo();
    let (task, _) = first_task(&mut world, "head").await;
    let password = world.password("operator");
    world.browser.sign_in("operator", &password).await;
    assert_eq!(world.browser.get(&task).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.browser.get("/inbox/not-an-id/1").await.status, StatusCode::FORBIDDEN);
}
