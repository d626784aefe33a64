//! The whole process: control interface, pages, reports through the gateway, the journal across a restart, the token.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use eds::dsig::{ExpectedHolder, Judge};
use serde_json::json;
use stand::country::Story;
use stand::{Running, start};

use super::scene::*;

fn mother(id: &str) -> String {
    Story::of(id).unwrap().mother_iin().unwrap()
}

async fn birth(running: &Running, id: &str) -> serde_json::Value {
    let answer = json(running, "POST", "/control/births", json!({ "mother": mother(id) })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_birth_reaches_the_gateway_once_the_gateway_is_there_under_one_id() {
    let folder = Folder::new("reports");
    write_keys(&folder.0);
    let (gateway, address) = Gateway::start().await;
    gateway.broken.store(true, Ordering::Relaxed);
    let running = start(config(&folder.0, &address)).await.unwrap();
    let born = birth(&running, "one-account").await;
    assert!(
        born["child"].as_str().is_some_and(|iin| iin.len() == 12)
            && born["caseRef"].as_str().is_some_and(|case| case.len() == 36)
    );
    until("a refused attempt", async || gateway.refusals.load(Ordering::Relaxed) >= 2).await;
    let waiting = get(&running, "/control/reports").await.json();
    assert_eq!(waiting["waiting"].as_array().unwrap().len(), 1);
    assert!(waiting["waiting"][0]["reason"].as_str().unwrap().contains("cannot be read"), "{waiting}");
    gateway.broken.store(false, Ordering::Relaxed);
    until("the report", async || {
        get(&running, "/control/reports").await.json()["settled"].as_array().unwrap().len() == 1
    })
    .await;
    let ids = gateway.ids.lock().unwrap().clone();
    assert_eq!(ids.len(), 1);
    assert_eq!(waiting["waiting"][0]["report"]["id"], ids[0], "the id was fixed before the first attempt");

    // A switch sends every report twice, under the same id.
    json(&running, "PUT", "/control/faults/population-register", json!({ "duplicate": "always" })).await;
    birth(&running, "silent").await;
    until("the duplicate", async || gateway.ids.lock().unwrap().len() == 3).await;
    let ids = gateway.ids.lock().unwrap().clone();
    assert_eq!(ids[1], ids[2]);
}

#[tokio::test]
async fn a_restart_forgets_nothing_that_was_told() {
    let folder = Folder::new("restart");
    write_keys(&folder.0);
    let nowhere = "http://127.0.0.1:9/";
    let running = start(config(&folder.0, nowhere)).await.unwrap();
    let born = birth(&running, "one-account").await;
    let opened =
        json(&running, "POST", "/control/accounts", json!({ "iin": mother("opens-later"), "bank": "B2" }))
            .await
            .json();
    drop(running);
    let running = start(config(&folder.0, nowhere)).await.unwrap();
    let path = format!("/control/tables/persons?column=iin&value={}", born["child"].as_str().unwrap());
    assert_eq!(get(&running, &path).await.json()["rows"].as_array().unwrap().len(), 1);
    let path = format!("/control/tables/accounts?column=iban&value={}", opened["iban"].as_str().unwrap());
    assert_eq!(get(&running, &path).await.json()["rows"][0]["bank"], "B2");
    let reports = get(&running, "/control/reports").await.json();
    let services: Vec<_> =
        reports["waiting"].as_array().unwrap().iter().map(|row| row["report"]["service"].clone()).collect();
    assert_eq!(services, ["SDU_FACTS", "EMAKET_ACCOUNT_OPENED"]);
}

#[tokio::test]
async fn the_control_interface_refuses_by_name() {
    let folder = Folder::new("control");
    write_keys(&folder.0);
    let running = start(config(&folder.0, "http://127.0.0.1:9/")).await.unwrap();
    let refused = [
        ("POST", "/control/births", json!({ "mother": "000000000000" }), 404, "no person"),
        ("POST", "/control/accounts", json!({ "iin": mother("silent"), "bank": "B9" }), 400, "no bank"),
        (
            "POST",
            "/control/phones",
            json!({ "iin": mother("silent"), "phone": "112" }),
            400,
            "no telephone number",
        ),
        ("POST", "/control/completions", json!({ "caseRef": "none" }), 404, "no returned case"),
        ("PUT", "/control/faults/NOTHING", json!({}), 404, "neither a system"),
        ("PUT", "/control/faults/MO_CONFIRM", json!({ "dwon": "always" }), 422, "dwon"),
        ("PUT", "/control/token", json!({ "inserted": "nobody" }), 404, "no token"),
        (
            "POST",
            "/control/sms/threads/77011234567",
            json!({ "number": "9", "text": "x" }),
            400,
            "owns the number",
        ),
    ];
    for (method, path, body, status, reason) in refused {
        let answer = json(&running, method, path, body).await;
        assert!(
            answer.status == status && answer.body.contains(reason),
            "{path}: {} {}",
            answer.status,
            answer.body
        );
    }
    assert_eq!(get(&running, "/control/tables/nothing").await.status, 404);
    let moved = json(&running, "PUT", "/control/clock", json!({ "now": "2024-05-01T00:00:00Z" })).await;
    assert!(moved.body.contains("2024-05-01T00:00:0"), "{}", moved.body);
    assert_eq!(
        get(&running, "/control/health").await.json()["systems"],
        json!(["bank-2", "population-register"])
    );
}

#[tokio::test]
async fn every_page_speaks_three_languages_and_its_buttons_work() {
    let folder = Folder::new("pages");
    write_keys(&folder.0);
    let running = start(config(&folder.0, "http://127.0.0.1:9/")).await.unwrap();
    let family = format!("/family/{}", mother("several-banks"));
    for path in [
        "/",
        &family,
        "/phones",
        "/phone/77010000002",
        "/branch",
        "/payments",
        "/reports",
        "/switches",
        "/token",
    ] {
        for lang in ["kk", "ru", "en"] {
            let page = get(&running, &format!("{path}?lang={lang}")).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(
                page.body.contains(&format!("<html lang=\"{lang}\">")) && page.body.contains("</html>"),
                "{path} {lang}"
            );
            assert!(
                page.body.contains("width=device-width") && page.body.contains("class=\"skip\""),
                "{path}"
            );
            let labels = page.body.matches("<label for=").count();
            let fields = page.body.matches("<select").count()
                + page.body.matches("<textarea").count()
                + page.body.matches("<input").count()
                - page.body.matches("<input type=\"hidden\"").count();
            assert_eq!(labels, fields, "{path}: every field has a label");
        }
    }
    let done =
        form(&running, &format!("{family}/birth"), "lang=ru&name=%D0%90%D0%B9%D1%88%D0%B0&sex=female&born=")
            .await;
    assert_eq!(
        (done.status, done.location.as_deref()),
        (303, Some(format!("{family}?lang=ru&done=birth").as_str()))
    );
    let page = get(&running, done.location.as_deref().unwrap()).await.body;
    assert!(page.contains("Рождение зарегистрировано") && page.contains("Айша Қанатқызы"), "{page}");
    let wrong = form(&running, &format!("{family}/phone"), "lang=en&phone=112").await;
    assert!(get(&running, wrong.location.as_deref().unwrap()).await.body.contains("must be of the form"));
    form(&running, &format!("{family}/account"), "lang=kk&bank=B4").await;
    assert!(get(&running, &family).await.body.contains("Мойынты Банк <code>KZ"));
    let sought = get(&running, "/find?q=%2B77010000002&lang=en").await;
    assert_eq!(sought.location.as_deref(), Some("/phone/77010000002?lang=en"));
    let sent = form(&running, "/phone/77010000002", "lang=kk&number=1414&text=7%231").await;
    assert_eq!(sent.location.as_deref(), Some("/phone/77010000002?lang=kk&done=sms"));
    let thread = get(&running, "/phone/77010000002/thread?lang=kk").await.body;
    assert!(thread.contains(">7#1</p>") && !thread.contains("<html"), "{thread}");
    form(&running, "/switches/population-register", "lang=kk&down=once&slow_ms=5").await;
    assert_eq!(
        get(&running, "/control/faults").await.json()["population-register"]["down"],
        json!({ "next": 1 })
    );
    form(&running, "/switches", "lang=kk").await;
    assert_eq!(get(&running, "/control/faults").await.json(), json!({}));
    form(&running, "/token", "lang=kk&token=head-revoked").await;
    assert_eq!(get(&running, "/control/token").await.json()["inserted"], "head-revoked");
    let page = get(&running, "/phone/77010000002?lang=%3Cscript%3E&error=%3Cscript%3E").await.body;
    assert!(!page.contains("<script>"), "what stands in an address does not come into the page");
}

/// The folder with the npm package, or the reason why the test skips.
fn node_modules() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let modules = std::env::var_os("QYZMET_NODE_PATH")
        .map_or_else(|| root.join(".work/node/node_modules"), PathBuf::from);
    if modules.join("ncalayer-js-client").is_dir() && modules.join("ws").is_dir() {
        return Some(modules);
    }
    assert!(
        std::env::var("QYZMET_PEERS").as_deref() != Ok("required"),
        "the peer is required: npm ncalayer-js-client"
    );
    println!("SKIPPED: no npm package ncalayer-js-client in {}", modules.display());
    None
}

#[tokio::test]
async fn a_browser_client_of_another_maker_signs_with_the_token() {
    let Some(modules) = node_modules() else { return };
    let folder = Folder::new("token");
    write_keys(&folder.0);
    let running = start(config(&folder.0, "http://127.0.0.1:9/")).await.unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/token.cjs");
    let drive = || async {
        let url = format!("ws://{}/", running.ncalayer.unwrap());
        let output = tokio::process::Command::new("node")
            .arg(script)
            .arg(url)
            .env("NODE_PATH", &modules)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str::<serde_json::Value>(&said)
            .unwrap_or_else(|error| panic!("{error}: {said} {}", String::from_utf8_lossy(&output.stderr)))
    };
    let said = drive().await;
    assert_eq!((&said["version"], &said["tokens"]), (&json!("1.4"), &json!(["AKKaztokenStore"])), "{said}");
    assert!(said["refused"].as_str().unwrap().contains("detached"), "{said}");
    let judge = Judge { validator: &PKI.validator, moment: start_of_time(), directory: None };
    let head = ExpectedHolder::Iin(stand::officials::iin_of("head").unwrap());
    for key in ["cms", "older"] {
        let message = eds::cms::from_text(said[key].as_str().unwrap()).unwrap();
        eds::cms::verify_detached("шешім № 1".as_bytes(), &message, &head, &judge).unwrap();
    }
    assert!(said["xml"].as_str().unwrap().contains("<ds:SignatureValue>"));
    json(&running, "PUT", "/control/token", json!({ "behaviour": "cancel" })).await;
    assert_eq!(drive().await, json!({ "error": "cancelled by user", "canceled": true }));
}
