//! A browser without a screen: keeps cookies, follows nothing by itself, finds the token of forms.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt as _;

#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Further headers of every request.
    pub headers: Vec<(&'static str, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }

    /// The value of the first attribute that begins so.
    pub fn after(&self, before: &str) -> String {
        let rest = self.text.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.text)).1;
        rest.split('"').next().unwrap_or_default().replace("&#34;", "\"").replace("&amp;", "&")
    }

    pub fn csrf(&self) -> String {
        self.after("name=\"csrf\" value=\"")
    }
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    let part = |text: &str| {
        text.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect::<Vec<_>>().join("&")
}

impl Browser {
    pub fn new(router: Router) -> Browser {
        Browser { router, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    /// The router, to be served.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub async fn send(&mut self, request: Request<Body>) -> Page {
        let (mut parts, body) = request.into_parts();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            parts.headers.insert(header::COOKIE, cookies.join("; ").parse().expect("a header"));
        }
        for (name, value) in &self.headers {
            parts.headers.insert(*name, value.parse().expect("a header"));
        }
        let answer = self.router.clone().oneshot(Request::from_parts(parts, body)).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().expect("text").split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(encoded(fields))).expect("a request")).await
    }

    /// Signs in with an account.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Page {
        let csrf = self.get("/sign-in").await.csrf();
        self.post(
            "/sign-in",
            &[("csrf", &csrf), ("login", login), ("password", password), ("next", "/about")],
        )
        .await
    }
}
