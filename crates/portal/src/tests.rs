//! Rules that hold over the whole room: routes and access table, texts in three languages, templates and script.

use std::collections::BTreeSet;
use std::path::Path;

use crate::access::{TABLE, Who, allows, find};
use crate::routes;
use crate::sessions::{Role, Session};
use crate::words;

#[test]
fn routes_and_access_table_are_the_same() {
    let routes: BTreeSet<(String, String)> = routes::all()
        .into_iter()
        .flat_map(|(path, methods, _)| {
            methods.iter().map(move |method| ((*method).to_owned(), path.to_owned()))
        })
        .collect();
    let table: BTreeSet<(String, String)> =
        TABLE.iter().map(|row| (row.method.to_owned(), row.path.to_owned())).collect();
    assert_eq!(routes, table);
    assert_eq!(table.len(), TABLE.len(), "no row stands twice");
}

#[test]
fn a_demonstration_opens_only_pages_that_change_nothing() {
    for row in TABLE.iter().filter(|row| row.open_in_demo) {
        assert_eq!(row.method, "GET", "{}", row.path);
        assert!(!["/inbox", "/ledger"].iter().any(|path| row.path.starts_with(path)), "{}", row.path);
    }
}

fn somebody(role: Role, iin: Option<&str>) -> Session {
    Session {
        account: "somebody".into(),
        name: "Somebody".into(),
        role,
        groups: Vec::new(),
        iin: iin.map(str::to_owned),
        bin: None,
        by_certificate: iin.is_some(),
        csrf: String::new(),
        created: jiff::Timestamp::now(),
        seen: jiff::Timestamp::now(),
    }
}

#[test]
fn rights_are_those_of_the_table() {
    let (citizen, official, operator) =
        (somebody(Role::Citizen, Some("1")), somebody(Role::Official, None), somebody(Role::Operator, None));
    for row in TABLE {
        let may = |session| allows(row, session, false);
        let expected = match row.who {
            Who::Anyone => [true, true, true, true],
            Who::SignedIn => [false, true, true, true],
            Who::Staff => [false, false, true, true],
            Who::Official => [false, false, true, false],
            Who::Operator => [false, false, false, true],
            Who::Owner => [false, true, false, true],
        };
        assert_eq!(
            [may(None), may(Some(&citizen)), may(Some(&official)), may(Some(&operator))],
            expected,
            "{row:?}"
        );
    }
    assert_eq!(find("HEAD", "/about"), find("GET", "/about"));
    assert_eq!(find("DELETE", "/about"), None);
}

#[test]
fn the_texts_are_equal_in_three_languages() {
    let texts = words::load().expect("texts");
    assert_eq!(texts.compare(), Vec::<String>::new());
}

/// Names of texts that stand in quotes after one of these calls, in sources and templates.
fn texts_used() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = BTreeSet::new();
    for folder in ["src", "src/pages", "templates"] {
        for file in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = file.expect("a file").path();
            if path.extension().is_none_or(|ending| ending != "rs" && ending != "html")
                || path.ends_with("tests.rs")
            {
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("text");
            for call in [".t(\"", ".one(\"", ".count(\"", ".with(\"", "\"hist-", "\"deadline-", "\"exchange-"]
            {
                let skip = call.find('"').map_or(0, |quote| quote + 1);
                for (at, _) in source.match_indices(call) {
                    let id = source[at + skip..].split('"').next().unwrap_or_default();
                    if id.contains('-')
                        && !id.ends_with('-')
                        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
                    {
                        used.insert(id.to_owned());
                    }
                }
            }
        }
    }
    used
}

#[test]
fn every_text_that_pages_use_exists() {
    let texts = words::load().expect("texts");
    let used = texts_used();
    assert!(used.len() > 150, "the search for texts finds {}", used.len());
    let missing: Vec<_> = used.iter().filter(|id| !texts.has("kk", id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn pages_hold_no_script_or_style_of_their_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for file in std::fs::read_dir(root).expect("templates") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        for forbidden in ["style=", "<style", "onclick", "javascript:", "http://", "https://"] {
            let inside = text.replace("http://www.w3.org/2000/svg", "").replace("xmlns='http", "");
            assert!(!inside.contains(forbidden), "{}: {forbidden}", path.display());
        }
        let scripts = text.matches("<script").count();
        assert!(
            scripts == 0 || (scripts == 1 && text.contains("<script src=\"/assets/portal.js")),
            "{}",
            path.display()
        );
    }
}

mod sessions {
    use std::sync::Arc;

    use jiff::{SignedDuration, Timestamp};
    use store::seal::{Keeper, MemoryKeys};
    use store::{MemoryStore, Store};

    use super::somebody;
    use crate::accounts::SignIn;
    use crate::{Accounts, Home, NewAccount, Role};

    fn home() -> Home {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let keeper = Keeper::new(Arc::clone(&store), Arc::new(MemoryKeys::from_seed([3; 32]))).expect("keys");
        Home { store, keeper: Arc::new(keeper) }
    }

    #[test]
    fn a_session_ends_without_use_and_after_ten_hours_and_its_id_stands_nowhere() {
        let (home, start) = (home(), Timestamp::now());
        let after = |minutes| start + SignedDuration::from_mins(minutes);
        let id = home.begin_session(&somebody(Role::Operator, None), start).expect("begun");
        let rows = home.store.rows_everywhere("portal-sessions", &[], 10).expect("rows");
        let open = |needle: &[u8], hay: &[u8]| hay.windows(needle.len()).any(|window| window == needle);
        for needle in [id.as_bytes(), b"somebody"] {
            assert!(!rows.iter().any(|row| open(needle, &row.key) || open(needle, &row.value)));
        }
        for minutes in (20..600).step_by(20) {
            assert!(home.session(&id, after(minutes)).expect("read").is_some(), "in use at {minutes}");
        }
        assert!(home.session(&id, after(601)).expect("read").is_none(), "ten hours");
        let id = home.begin_session(&somebody(Role::Operator, None), start).expect("begun");
        assert!(home.session(&id, after(31)).expect("read").is_none(), "half an hour without use");
        assert!(home.session(&id, after(1)).expect("read").is_none(), "and it stays so");
        for wrong in ["", "x", &"0".repeat(64), &"f".repeat(10_000)] {
            assert!(home.session(wrong, start).expect("read").is_none());
        }
    }

    #[test]
    fn accounts_are_made_once_and_a_name_tried_too_often_waits() {
        let accounts = Accounts::new(home()).expect("accounts");
        let operator = || NewAccount {
            login: "operator".into(),
            name: "Operator".into(),
            role: Role::Operator,
            groups: Vec::new(),
            iin: None,
            bin: None,
        };
        let made = accounts.create_missing(vec![operator()]).expect("made");
        assert_eq!(accounts.create_missing(vec![operator()]).expect("made"), []);
        let [(login, password)] = &made[..] else { panic!("one account") };
        assert!(
            matches!(accounts.sign_in(login, password).expect("read"), SignIn::Welcome(account) if account.name == "Operator")
        );
        assert!(matches!(accounts.sign_in("nobody", password).expect("read"), SignIn::Wrong));
        for _ in 0..5 {
            assert!(matches!(accounts.sign_in(login, "wrong").expect("read"), SignIn::Wrong));
        }
        assert!(matches!(accounts.sign_in(login, password).expect("read"), SignIn::Wait));
        assert!(
            accounts.create(NewAccount { login: "../x".into(), ..operator() }, "long enough indeed").is_err()
        );
        assert!(accounts.create(NewAccount { login: "second".into(), ..operator() }, "short").is_err());
    }
}
