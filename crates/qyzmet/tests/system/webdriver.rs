//! A headless Chromium, spoken to by the WebDriver protocol over `chromedriver`: the few calls that these tests need.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::http::exchange;
use crate::system::{Process, eventually};

/// The member that holds the name of an element (WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser that ends with the test.
pub struct Browser {
    port: u16,
    session: String,
    _driver: Process,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser on a port of its own.
    pub fn start(port: u16) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).env("HOME", profile.path());
        let log = profile.path().join("driver.log");
        let driver = Process::start(command, &log, &log);
        eventually("the driver", || match exchange(port, "GET", "/status", &[], b"") {
            Ok(reply) if reply.json()["value"]["ready"] == true => Ok(()),
            other => Err(format!("{other:?}")),
        });
        let data = profile.path().join("profile").display().to_string();
        let arguments = json!([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--force-prefers-reduced-motion",
            "--window-size=1280,1000",
            "--force-color-profile=srgb",
            format!("--user-data-dir={data}"),
        ]);
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let mut browser = Browser { port, session: String::new(), _driver: driver, _profile: profile };
        let session = browser.call("POST", "/session", &wanted);
        browser.session = format!("/session/{}", session["sessionId"].as_str().expect("a session"));
        browser
    }

    fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let headers = [("content-type", "application/json")];
        let reply = exchange(self.port, method, path, &headers, body.as_bytes())
            .map_err(|error| error.to_string())?;
        let value = reply.json()["value"].clone();
        if reply.status == 200 {
            Ok(value)
        } else {
            Err(value["message"].as_str().unwrap_or_default().to_owned())
        }
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn of_session(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, &format!("{}{path}", self.session), body)
    }

    /// Opens an address and waits until it is loaded.
    pub fn open(&self, url: &str) {
        self.of_session("POST", "/url", &json!({ "url": url }));
    }

    /// Where the browser is.
    pub fn address(&self) -> String {
        self.of_session("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    /// The page as it stands.
    pub fn source(&self) -> String {
        self.of_session("GET", "/source", &Value::Null).as_str().unwrap().to_owned()
    }

    /// Shows the page as a phone of this width would.
    pub fn as_phone(&self, width: u32, height: u32) {
        let parameters = json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true });
        self.devtools("Emulation.setDeviceMetricsOverride", &parameters);
    }

    /// Shows the page in the browser's own window again.
    pub fn as_desk(&self) {
        self.devtools("Emulation.clearDeviceMetricsOverride", &json!({}));
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.of_session("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Clicks the first element of a selector.
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        let path = format!("{}/element/{element}/click", self.session);
        // What is in its way, for the message: an element that people cannot reach is a fault of the page.
        if let Err(error) = self.try_call("POST", &path, &json!({})) {
            let seen = self.script(
                "return [innerWidth, innerHeight, scrollX, scrollY, visualViewport.height].join(' ')",
            );
            panic!("{selector}: {error} {seen}");
        }
    }

    /// Types into the first element of a selector.
    pub fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.of_session("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    fn element(&self, selector: &str) -> String {
        let wanted = json!({ "using": "css selector", "value": selector });
        eventually(selector, || {
            let found = self.try_call("POST", &format!("{}/element", self.session), &wanted)?;
            Ok(found[ELEMENT].as_str().expect("an element").to_owned())
        })
    }

    /// Runs a script in the page and gives what it returns.
    pub fn script(&self, script: &str) -> Value {
        self.of_session("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until the browser is at an address that contains this.
    pub fn arrives(&self, part: &str) {
        eventually(&format!("the browser comes to {part}"), || {
            let (address, state) = (self.address(), self.script("return document.readyState"));
            let said = self.script("return (document.querySelector('.signing')||{}).textContent||''");
            if address.contains(part) && state == "complete" {
                Ok(())
            } else {
                Err(format!("{address} {said}"))
            }
        });
    }

    /// What the page complained of: errors of scripts, refused resources, breaches of the content policy.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.of_session("POST", "/se/log", &json!({ "type": "browser" }));
        let severe = entries.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Keeps the whole page as a picture.
    pub fn picture(&self, path: &Path) {
        let parameters = json!({ "format": "png", "captureBeyondViewport": true });
        let picture = self.devtools("Page.captureScreenshot", &parameters);
        std::fs::write(path, decoded(picture["data"].as_str().expect("a picture"))).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver's group is ended in any case.
        let _ = self.try_call("DELETE", &self.session, &json!({}));
    }
}

/// Base64.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}
