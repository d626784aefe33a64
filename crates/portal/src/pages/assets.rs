//! The style sheet and the one script. Both are our own files, compiled in; their address changes with their content.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

const CSS: &str = include_str!("../../assets/portal.css");
const JS: &str = include_str!("../../assets/portal.js");

/// Stands behind the address of both: their length and a sum over their bytes.
pub(crate) const VERSION: &str = {
    const DIGITS: [u8; 16] = {
        let (css, js) = (CSS.as_bytes(), JS.as_bytes());
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut at = 0;
        while at < css.len() + js.len() {
            let byte = if at < css.len() { css[at] } else { js[at - css.len()] };
            hash = (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
            at += 1;
        }
        let mut digits = [0; 16];
        let mut place = 0;
        while place < 16 {
            digits[place] = b"0123456789abcdef"[((hash >> (60 - 4 * place)) & 15) as usize];
            place += 1;
        }
        digits
    };
    match std::str::from_utf8(&DIGITS) {
        Ok(text) => text,
        Err(_) => "0",
    }
};

const FOR_GOOD: &str = "public, max-age=31536000, immutable";

pub(crate) async fn css() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, FOR_GOOD)], CSS).into_response()
}

pub(crate) async fn js() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, FOR_GOOD)], JS).into_response()
}
