//! A story at the screen: a headless Chromium, three languages, a desk and a phone; the official signs by the page's own script.

use std::path::PathBuf;

use crate::branches::consent_and_choose;
use crate::peers;
use crate::system::{System, content, eventually, free_port};
use crate::webdriver::Browser;

/// Where pictures are kept, for people to look at.
fn pictures() -> PathBuf {
    let folder = content().join("target/screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Takes a picture of the page on a desk and on a phone; notes when the page is wider than the screen, or lacks a text.
fn look(browser: &Browser, name: &str, ugly: &mut Vec<String>) {
    for device in ["desk", "phone"] {
        if device == "phone" {
            browser.as_phone(390, 844);
        }
        browser.picture(&pictures().join(format!("{name}-{device}.png")));
        let wide = browser
            .script("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if wide.as_i64().unwrap() > 1 {
            ugly.push(format!("{name}: wider than the {device} by {wide}"));
        }
        let missing =
            browser.script("return document.body.innerText.match(/\\{ ?[a-z-]+ ?\\}|\\?\\?[a-z-]+/g) || []");
        if !missing.as_array().unwrap().is_empty() {
            ugly.push(format!("{name}: texts that are not there: {missing}"));
        }
    }
    browser.as_desk();
}

#[test]
fn an_official_signs_in_the_browser_and_every_page_fits_in_three_languages() {
    if !peers::have(&["chromedriver", "chromium"]) {
        return;
    }
    let system = System::start();
    let family = system.family("one-account");
    let case = system.birth(&family);
    consent_and_choose(&system, &family);
    system.official().task(&case);
    let (browser, mut ugly) = (Browser::start(free_port()), Vec::new());
    let portal = format!("http://127.0.0.1:{}", system.ports.portal);
    for lang in ["kk", "ru", "en"] {
        for (name, path) in [
            ("overview", "/".to_owned()),
            ("case", format!("/cases/{case}")),
            ("cases", "/cases".to_owned()),
            ("log", "/log".to_owned()),
            ("clock", "/clock".to_owned()),
            ("parameters", "/parameters".to_owned()),
            ("about", "/about".to_owned()),
            ("sign-in", "/sign-in".to_owned()),
        ] {
            browser.open(&format!("{portal}{path}?lang={lang}"));
            assert_eq!(browser.script("return document.documentElement.lang"), lang, "{path}");
            look(&browser, &format!("{lang}-{name}"), &mut ugly);
        }
    }
    // The official signs in with the key and finds the case.
    browser.open(&format!("{portal}/sign-in?next=/inbox&lang=kk"));
    browser.click("form[data-sign] [data-sign-button]");
    browser.arrives("/inbox");
    look(&browser, "kk-inbox", &mut ugly);
    browser.click("main table a[href^='/inbox/']");
    browser.arrives("/inbox/");
    for lang in ["ru", "en", "kk"] {
        let task = browser.address();
        let task = task.split('?').next().unwrap();
        browser.open(&format!("{task}?lang={lang}"));
        look(&browser, &format!("{lang}-task"), &mut ugly);
    }
    browser.click("input[name=outcome][value=assign]");
    browser.click("form.answer button.strong");
    eventually("what is to be signed", || {
        if browser.source().contains("data-sign-button") { Ok(()) } else { Err(browser.address()) }
    });
    look(&browser, "kk-sign", &mut ugly);
    assert!(system.payments(&case).is_empty(), "nothing is paid before it is signed");
    browser.click("form[data-sign] [data-sign-button]");
    browser.arrives("/inbox?done=");
    system.paid(&case);
    system.outcome(&case, "Assigned");
    browser.open(&format!("{portal}/cases/{case}?lang=ru"));
    look(&browser, "ru-case-paid", &mut ugly);
    // The operator sets the clock forward.
    browser.click("form.out button");
    browser.arrives("/sign-in");
    let (login, password) = system.operator_account();
    browser.open(&format!("{portal}/sign-in?next=/clock"));
    browser.type_into("input[name=login]", &login);
    browser.type_into("input[name=password]", &password);
    browser.click("form[action='/sign-in'] button");
    browser.arrives("/clock");
    let before = system.legal_now();
    browser.click("input[value='working-day'] ~ button");
    eventually("the stand follows the clock that the operator set", || {
        let ahead = system.legal_now().duration_since(before).as_hours();
        if ahead >= 23 { Ok(()) } else { Err(format!("{ahead} hours")) }
    });
    browser.arrives("/clock");
    look(&browser, "kk-clock-operator", &mut ugly);
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "the pages complain: {complaints:?}");
    assert!(ugly.is_empty(), "{ugly:#?}");
}
