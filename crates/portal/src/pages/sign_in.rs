//! Signing in: with a certificate (the challenge of this page signed by the person's own program) or with an account's password.
//!
//! A sign-in always begins a new session with a new id. What a certificate makes of its holder is configuration; a holder whom it does
//! not name is a citizen who sees what concerns themselves.

use std::sync::PoisonError;
use std::time::Duration;

use askama::Template;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eds::certificate::Holder;
use eds::{ExpectedHolder, Judge, cms};
use jiff::{SignedDuration, Timestamp};

use crate::accounts::SignIn;
use crate::ask::{Answer, Ask, Page, go_to, html};
use crate::guard::{SESSION, VISIT, session_cookie, set_cookie};
use crate::portal::CertificateRole;
use crate::sessions::{Role, Session, random};

/// How long a challenge may wait for its signature.
const CHALLENGE: Duration = Duration::from_secs(300);
/// How long a sign-in waits for its turn while others digest their passwords.
const PATIENCE: Duration = Duration::from_secs(5);
/// Life of the cookie: that of the longest session.
const COOKIE_SECONDS: u32 = 36_000;

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage {
    page: Page,
    next: String,
    challenge_at: String,
    challenge: String,
    signing_program: String,
    problem: String,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    form(&ask, String::new())
}

fn form(ask: &Ask, problem: String) -> Answer {
    let at = Timestamp::now().as_millisecond();
    html(&SignInPage {
        page: ask.page(ask.words.t("sign-in-title")),
        next: next(ask),
        challenge_at: at.to_string(),
        challenge: STANDARD.encode(challenge(ask, at)),
        signing_program: ask.portal.state.ncalayer_url.clone(),
        problem,
    })
}

/// Where to go on: only to pages of the portal.
fn next(ask: &Ask) -> String {
    let wished = ask.fields.get("next").or_else(|| ask.query.get("next")).unwrap_or("/");
    let within = wished.starts_with('/') && !wished.starts_with("//") && !wished.contains('\\');
    let plain = wished.len() < 500 && wished.bytes().all(|byte| byte.is_ascii_graphic());
    if within && plain { wished.to_owned() } else { "/".to_owned() }
}

/// The text to be signed: bound to the visitor's cookie and to the moment.
fn challenge(ask: &Ask, at: i64) -> String {
    let bound = format!("{at}/{}", ask.visit);
    let nonce = ask.portal.state.home.keeper.blind("sign-in-challenge", bound.as_bytes());
    format!("Qyzmet: sign-in\nat: {at}\nnonce: {}\n", hex::encode(nonce))
}

pub(crate) async fn by_password(headers: HeaderMap, ask: Ask) -> Answer {
    let (login, password) = (text(&ask, "login"), text(&ask, "password"));
    let (tried, portal) = (ask.clone(), ask.portal.clone());
    let Ok(Ok(_turn)) = tokio::time::timeout(PATIENCE, portal.digesting.acquire()).await else {
        return form(&ask, ask.words.t("sign-in-wait"));
    };
    let found = tried.blocking(move |ask| Ok(ask.portal.state.accounts.sign_in(&login, &password)?)).await?;
    match found {
        SignIn::Wrong => form(&ask, ask.words.t("sign-in-wrong")),
        SignIn::Wait => form(&ask, ask.words.t("sign-in-wait")),
        SignIn::Welcome(account) => {
            let session = Session {
                account: account.login,
                name: account.name,
                role: account.role,
                groups: account.groups,
                iin: account.iin,
                bin: account.bin,
                by_certificate: false,
                csrf: random(32)?,
                created: Timestamp::now(),
                seen: Timestamp::now(),
            };
            welcome(&headers, ask, session).await
        }
    }
}

fn text(ask: &Ask, name: &str) -> String {
    // A password may begin or end with a space: taken as it is.
    ask.fields.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

pub(crate) async fn by_certificate(headers: HeaderMap, ask: Ask) -> Answer {
    let checked = ask.clone();
    match checked.blocking(|ask| Ok(check(ask))).await? {
        Ok(session) => welcome(&headers, ask, session).await,
        Err(problem) => form(&ask, problem),
    }
}

/// The session that a signed challenge begins, or what is wrong, in words.
fn check(ask: &Ask) -> Result<Session, String> {
    let at: i64 =
        ask.fields.get("at").and_then(|at| at.parse().ok()).ok_or_else(|| ask.words.t("sign-in-late"))?;
    let made = Timestamp::from_millisecond(at).map_err(|_| ask.words.t("sign-in-late"))?;
    let age = Timestamp::now().duration_since(made);
    if age.is_negative() || age > SignedDuration::try_from(CHALLENGE).unwrap_or(SignedDuration::ZERO) {
        return Err(ask.words.t("sign-in-late"));
    }
    let challenge = challenge(ask, at);
    let message = cms::from_text(ask.fields.get("signature").unwrap_or_default())
        .map_err(|refusal| refused(ask, &refusal))?;
    let judge = Judge { validator: &ask.portal.state.validator, moment: ask.now, directory: None };
    let signed = cms::verify_detached(challenge.as_bytes(), &message, &ExpectedHolder::Anyone, &judge);
    let signed = signed.map_err(|refusal| refused(ask, &refusal))?;
    let [signature] = &signed[..] else { return Err(ask.words.t("sign-in-several")) };
    let mut used = ask.portal.challenges.lock().unwrap_or_else(PoisonError::into_inner);
    if !used.use_once(&challenge, CHALLENGE * 2) {
        return Err(ask.words.t("sign-in-late"));
    }
    drop(used);
    session(
        &ask.portal.state.certificate_roles,
        signature.certificate.holder(),
        &signature.certificate.subject().to_string(),
    )
    .map_err(|error| error.unwrap_or_else(|| ask.words.t("sign-in-nobody")))
}

fn refused(ask: &Ask, refusal: &eds::SignatureRefusal) -> String {
    ask.words.one("sign-in-refused", "reason", refusal)
}

/// The session of a certificate's holder; none when the certificate names nobody.
fn session(roles: &[CertificateRole], holder: &Holder, subject: &str) -> Result<Session, Option<String>> {
    let fits = |role: &&CertificateRole| {
        role.bin.as_ref().is_none_or(|bin| holder.bin.as_ref() == Some(bin))
            && role.iin.as_ref().is_none_or(|iin| holder.iin.as_ref() == Some(iin))
            && (role.bin.is_some() || role.iin.is_some())
    };
    let found = roles.iter().find(fits);
    if found.is_none() && holder.iin.is_none() {
        return Err(None);
    }
    Ok(Session {
        account: subject.to_owned(),
        name: holder.common_name.clone().unwrap_or_else(|| subject.to_owned()),
        role: found.map_or(Role::Citizen, |role| role.role),
        groups: found.map(|role| role.groups.clone()).unwrap_or_default(),
        iin: holder.iin.clone(),
        bin: holder.bin.clone(),
        by_certificate: true,
        csrf: random(32).map_err(|error| Some(error.to_string()))?,
        created: Timestamp::now(),
        seen: Timestamp::now(),
    })
}

async fn welcome(headers: &HeaderMap, ask: Ask, session: Session) -> Answer {
    let (next, portal, old) = (next(&ask), ask.portal.clone(), session_cookie(headers));
    let id = ask.blocking(move |ask| {
        if let Some(old) = old {
            ask.portal.state.home.end_session(&old)?;
        }
        Ok(ask.portal.state.home.begin_session(&session, Timestamp::now())?)
    });
    let id = id.await?;
    let mut response = go_to(&next)?;
    set_cookie(&portal, &mut response, SESSION, &id, COOKIE_SECONDS);
    set_cookie(&portal, &mut response, VISIT, "", 0);
    Ok(response)
}

pub(crate) async fn out(headers: HeaderMap, ask: Ask) -> Answer {
    let (portal, old) = (ask.portal.clone(), session_cookie(&headers));
    ask.blocking(move |ask| match old {
        Some(old) => Ok(ask.portal.state.home.end_session(&old)?),
        None => Ok(()),
    })
    .await?;
    let mut response = go_to("/sign-in")?;
    set_cookie(&portal, &mut response, SESSION, "", 0);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_what_the_configuration_says_else_a_citizen_and_never_an_unnamed_one() {
        let roles = [
            CertificateRole { bin: None, iin: None, role: Role::Operator, groups: Vec::new() },
            CertificateRole {
                bin: Some("200140001181".into()),
                iin: None,
                role: Role::Official,
                groups: vec!["authorised-body".into()],
            },
        ];
        let holder = |iin: Option<&str>, bin: Option<&str>| Holder {
            iin: iin.map(str::to_owned),
            bin: bin.map(str::to_owned),
            ..Holder::default()
        };
        let official =
            session(&roles, &holder(Some("850315400015"), Some("200140001181")), "CN=A").expect("fits");
        assert_eq!((official.role, official.groups.len()), (Role::Official, 1));
        let citizen = session(&roles, &holder(Some("850315400015"), None), "CN=A").expect("a person");
        assert_eq!(citizen.role, Role::Citizen, "a row that names nobody fits nobody");
        assert!(session(&roles, &holder(None, Some("200140001191")), "CN=A").is_err());
    }
}
