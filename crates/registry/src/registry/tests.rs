//! The registry of the pilot, the way of a message, refusals with their codes, and configurations that must not load.

use super::*;
use crate::{Hop, Host, ServiceState};

const PARTICIPANTS: &str = r#"
[[participant]]
id = "emaket"
names = { kk = "а", ru = "б" }
bin = "000740000728"
standing = "state"
hosted = true
gateway = "gateway"

[[participant]]
id = "ministry"
names = { kk = "а", ru = "б" }
bin = "000740000728"
standing = "state"
hosted = false
gateway = "gateway"
certificate = { common_name = "Ministry" }

[[participant]]
id = "bank-1"
names = { kk = "а", ru = "б" }
bin = "000740000728"
standing = "non-state"
hosted = false
gateway = "external-gateway"
contract = "12"

[[connection]]
sender = "emaket"
service = "MINISTRY"
state = "allowed"

[[connection]]
sender = "emaket"
service = "BANK"
state = "allowed"
"#;

const SECRETS: &str = r#"
[[sender]]
participant = "emaket"
id = "emaket_login"
password_hmac = "00000000000000000000000000000000000000000000000000000000000000fF"

[[host]]
participant = "ministry"
at = "http://127.0.0.1:8090/ministry"
"#;

fn passport(id: &str, provider: &str, consumers: &str, external: bool) -> String {
    format!(
        "id = '{id}'\nversion = 1\nprovider = '{provider}'\nconsumers = [{consumers}]\nkind = 'exchange'\n\
         namespace = 'https://qyzmet.kz/contract/{id}/1'\nmaximum_seconds = 5\nrepeat = 'safe'\npersonal_data = true\n\
         external = {external}\nabout = 'x'\n[names]\nkk = 'а'\nru = 'б'\n[request]\nelement = 'request'\n[response]\nelement = 'response'\n"
    )
}

fn load(participants: &str) -> Result<Registry, String> {
    let ministry = passport("MINISTRY", "ministry", "'emaket', 'bank-1'", true);
    let bank = passport("BANK", "bank-1", "'emaket'", true);
    let files = [("participants.toml", participants), ("secrets.toml", SECRETS)];
    Registry::load(&files, &[("r/MINISTRY/passport.toml", &ministry), ("r/BANK/passport.toml", &bank)])
        .map_err(|problems| problems.to_string())
}

fn with(rows: &str) -> Result<Registry, String> {
    load(&format!("{PARTICIPANTS}\n{rows}"))
}

fn without(row: &str, instead: &str) -> String {
    assert!(PARTICIPANTS.contains(row), "{row}");
    load(&PARTICIPANTS.replacen(row, instead, 1)).unwrap_err()
}

#[test]
fn a_sender_is_found_by_its_login_and_compared_by_digest() {
    let registry = load(PARTICIPANTS).unwrap();
    let emaket = registry.by_sender("emaket_login").unwrap();
    assert_eq!(emaket.id.as_str(), "emaket");
    let mut right = [0; 32];
    right[31] = 0xff;
    let password = emaket.sender.as_ref().unwrap().password;
    assert!(password.matches(&right) && !password.matches(&[0; 32]));
    assert_eq!(format!("{password:?}"), "PasswordMac(…)");
    assert!(registry.by_sender("emaket").is_none(), "the login is not the id");
    assert_eq!(emaket.host, Some(Host::Here));
    assert_eq!(
        registry.participant("ministry").unwrap().host,
        Some(Host::At("http://127.0.0.1:8090/ministry".into()))
    );
    assert_eq!(registry.participant("bank-1").unwrap().host, None);
}

#[test]
fn a_certificate_has_to_say_what_is_registered() {
    let registry = load(PARTICIPANTS).unwrap();
    let expected = &registry.participant("ministry").unwrap().certificate;
    assert!(expected.check(Some("000740000728"), Some("Ministry")).is_ok());
    for (bin, name) in
        [(None, Some("Ministry")), (Some("200140001012"), Some("Ministry")), (Some("000740000728"), None)]
    {
        assert!(expected.check(bin, name).is_err());
    }
    assert!(registry.participant("emaket").unwrap().certificate.check(Some("000740000728"), None).is_ok());
}

#[test]
fn a_message_within_the_state_passes_one_gateway() {
    let registry = load(PARTICIPANTS).unwrap();
    let grant = registry.connection("emaket", "MINISTRY").unwrap();
    assert_eq!((grant.sender.id.as_str(), grant.provider.id.as_str()), ("emaket", "ministry"));
    assert_eq!(grant.route.gateways().collect::<Vec<_>>(), [Gateway::Internal]);
    assert_eq!(grant.route.after(Gateway::Internal), Some(Hop::Provider));
    assert_eq!(grant.route.after(Gateway::External), None);
    assert!(grant.may_be_handed_by("emaket", Gateway::Internal));
    assert!(
        !grant.may_be_handed_by("emaket", Gateway::External)
            && !grant.may_be_handed_by("ministry", Gateway::Internal)
    );
}

#[test]
fn a_message_to_or_from_a_bank_passes_both_gateways_in_their_order() {
    let registry =
        with("[[connection]]\nsender = 'bank-1'\nservice = 'MINISTRY'\nstate = 'allowed'").unwrap();
    let to = registry.connection("emaket", "BANK").unwrap();
    assert_eq!(to.route.gateways().collect::<Vec<_>>(), [Gateway::Internal, Gateway::External]);
    assert_eq!(to.route.after(Gateway::Internal), Some(Hop::Gateway(Gateway::External)));
    assert_eq!(to.route.after(Gateway::External), Some(Hop::Provider));
    let from = registry.connection("bank-1", "MINISTRY").unwrap();
    assert_eq!(from.route.gateways().collect::<Vec<_>>(), [Gateway::External, Gateway::Internal]);
    assert!(
        from.may_be_handed_by("bank-1", Gateway::External)
            && from.may_be_handed_by("external-gateway", Gateway::Internal)
    );
    assert!(
        !from.may_be_handed_by("bank-1", Gateway::Internal),
        "a bank does not speak to the inner gateway"
    );
    assert!(!from.may_be_handed_by("gateway", Gateway::External));
}

#[test]
fn what_is_not_allowed_is_refused_with_its_code() {
    let suspended = "[[connection]]\nsender = 'bank-1'\nservice = 'MINISTRY'\nstate = 'suspended'\nreason = 'errors are not mended (51)'";
    let registry = with(suspended).unwrap();
    let refused = |sender, service| registry.connection(sender, service).unwrap_err();
    assert_eq!(refused("emaket", "NOTHING").code(), "GW-1004");
    assert_eq!(refused("ministry", "BANK").code(), "GW-1002");
    assert_eq!(refused("nobody", "BANK").code(), "GW-1002");
    let refusal = refused("bank-1", "MINISTRY");
    assert_eq!(refusal.code(), "GW-1003");
    assert_eq!(
        refusal.to_string(),
        "the connection of bank-1 to MINISTRY is suspended: errors are not mended (51)"
    );
    let long = registry.connection(&"x".repeat(1 << 20), "BANK").unwrap_err();
    assert!(long.to_string().len() < 300 && refused("emaket", &"y".repeat(1 << 20)).to_string().len() < 300);
}

#[test]
fn a_service_that_takes_no_requests_is_refused_by_its_state() {
    for (state, code) in [
        ("suspended", "GW-1004"),
        ("disconnected", "GW-1004"),
        ("removed", "GW-1004"),
        ("technological-break", "GW-1005"),
    ] {
        let registry = with(&format!("[[service]]\nid = 'BANK'\nstate = '{state}'")).unwrap();
        assert_eq!(registry.connection("emaket", "BANK").unwrap_err().code(), code, "{state}");
        assert_eq!(
            registry.connection("ministry", "BANK").unwrap_err().code(),
            "GW-1002",
            "a stranger learns nothing of the state"
        );
        assert!(registry.connection("emaket", "MINISTRY").is_ok());
    }
    let registry = with("[[service]]\nid = 'BANK'\nstate = 'published'").unwrap();
    assert_eq!(registry.service("BANK").unwrap().state, ServiceState::Published);
}

/// Gateway rules, paragraph 4, both halves.
#[test]
fn a_participant_outside_the_state_needs_the_external_gateway_and_a_contract() {
    let shown = without("gateway = \"external-gateway\"", "gateway = \"gateway\"");
    assert!(
        shown.contains("bank-1 is not a system of the state: `gateway` has to be \"external-gateway\""),
        "{shown}"
    );
    let registry = load(&PARTICIPANTS.replacen("contract = \"12\"\n", "", 1)).unwrap();
    let refusal = registry.connection("emaket", "BANK").unwrap_err();
    assert_eq!(refusal.code(), "GW-1003");
    assert!(refusal.to_string().contains("bank-1 has no contract with the operator"), "{refusal}");
}

#[test]
fn a_passport_cannot_hide_that_a_participant_is_outside() {
    let files = [("participants.toml", PARTICIPANTS)];
    let ministry = passport("MINISTRY", "ministry", "'emaket', 'bank-1'", false);
    let bank = passport("BANK", "bank-1", "'emaket'", true);
    let paths = ["r/MINISTRY/passport.toml", "r/BANK/passport.toml"];
    let shown = Registry::load(&files, &[(paths[0], &ministry), (paths[1], &bank)]).unwrap_err().to_string();
    assert!(
        shown.starts_with("r/MINISTRY/passport.toml:10:12: ") && shown.ends_with("write `external = true`"),
        "{shown}"
    );
    let ministry = passport("MINISTRY", "ministry", "'emaket'", true);
    let shown = Registry::load(&files, &[(paths[0], &ministry), (paths[1], &bank)]).unwrap_err().to_string();
    assert!(shown.contains("write `external = false`"), "{shown}");
}

#[test]
fn rows_that_contradict_each_other_do_not_load() {
    let shown = |rows: &str| with(rows).unwrap_err();
    let cases = [
        (
            "[[connection]]\nsender = 'ministry'\nservice = 'BANK'\nstate = 'allowed'",
            "its passport has to name it",
        ),
        (
            "[[connection]]\nsender = 'emaket'\nservice = 'BANKS'\nstate = 'allowed'",
            "no service `BANKS`: did you mean `BANK`?",
        ),
        (
            "[[connection]]\nsender = 'emakt'\nservice = 'BANK'\nstate = 'allowed'",
            "no participant `emakt`: did you mean `emaket`?",
        ),
        (
            "[[connection]]\nsender = 'emaket'\nservice = 'BANK'\nstate = 'suspended'\nreason = 'x'",
            "stands twice",
        ),
        (
            "[[connection]]\nsender = 'bank-1'\nservice = 'MINISTRY'\nstate = 'suspended'",
            "says in `reason` why",
        ),
        ("[[service]]\nid = 'BNK'\nstate = 'published'", "did you mean `BANK`?"),
        ("[[host]]\nparticipant = 'bank-1'\nat = 'here'", "`bank-1` is an outside system"),
        ("[[host]]\nparticipant = 'bank-1'\nat = 'http://user:secret@x/'", "without a login in it"),
        ("[[host]]\nparticipant = 'ministry'\nat = 'http://x/'", "has two hosts"),
        (
            "[[sender]]\nparticipant = 'bank-1'\nid = 'emaket_login'\npassword_hmac = '00'",
            "never the password itself",
        ),
        ("[[sendr]]\nid = 1", "unknown key `sendr`: did you mean `sender`?"),
        ("[[connection]]\nsendr = 'emaket'", "unknown key `sendr` in [connection]: did you mean `sender`?"),
    ];
    for (rows, expected) in cases {
        let shown = shown(rows);
        assert!(shown.contains(expected), "{rows}: {shown}");
    }
    let mac = "0".repeat(64);
    let two = format!("[[sender]]\nparticipant = 'bank-1'\nid = 'emaket_login'\npassword_hmac = '{mac}'");
    assert!(shown(&two).contains("login `emaket_login` belongs to two participants"));
    let second = format!("[[sender]]\nparticipant = 'emaket'\nid = 'other'\npassword_hmac = '{mac}'");
    assert!(shown(&second).contains("`emaket` has two logins"));
}

#[test]
fn a_wrong_participant_is_refused_by_the_rule_it_breaks() {
    assert!(without("bin = \"000740000728\"", "bin = \"000740000729\"").contains("control digit"));
    assert!(without("id = \"ministry\"", "id = \"emaket\"").contains("participant `emaket` stands twice"));
    assert!(
        without("standing = \"state\"", "standing = \"public\"").contains("write one of state, non-state")
    );
    assert!(without("hosted = true\n", "").contains("`hosted` in [participant] is missing"));
    assert!(without("common_name", "comon_name").contains("did you mean `common_name`?"));
    let long = format!("ru = \"{}\"", "б".repeat(2000));
    assert!(without("ru = \"б\"", &long).contains("at most 1000"));
}

#[test]
fn a_rows_service_has_a_hosted_provider() {
    let rows = passport("MINISTRY", "ministry", "'emaket'", false).replace("'exchange'", "'rows'")
        + "[rows]\nelement = 'row'\nmessage = 'm'\ncase_ref = '=row.caseRef'\nmaximum = 5\nwait_seconds = 0\n";
    let shown = Registry::load(
        &[("p.toml", &PARTICIPANTS.replace("BANK", "MINISTRY"))],
        &[("r/MINISTRY/passport.toml", &rows)],
    );
    assert!(shown.unwrap_err().to_string().contains("`ministry` is not hosted"));
}

#[test]
fn consumers_are_connected_only_when_the_configuration_says_so() {
    let only_people = &PARTICIPANTS[..PARTICIPANTS.find("[[connection]]").unwrap()];
    assert_eq!(load(only_people).unwrap().connection("emaket", "BANK").unwrap_err().code(), "GW-1002");
    let registry = load(&format!("connect = 'consumers'\n{only_people}")).unwrap();
    assert!(
        registry.connection("emaket", "BANK").is_ok() && registry.connection("bank-1", "MINISTRY").is_ok()
    );
    assert_eq!(registry.connection("ministry", "BANK").unwrap_err().code(), "GW-1002");
    assert!(
        load(&format!("connect = 'all'\n{only_people}"))
            .unwrap_err()
            .contains("write one of consumers, listed")
    );
}

/// The files of the pilot load, and every consumer of every passport is connected by the way that its participants demand.
#[test]
fn the_registers_of_the_pilot_load() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../registers");
    let passports = crate::read_registers(&root).unwrap();
    let participants = std::fs::read_to_string(root.join("participants.toml")).unwrap();
    let passports: Vec<_> = passports.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let registry = match Registry::load(&[("registers/participants.toml", &participants)], &passports) {
        Ok(registry) => registry,
        Err(problems) => panic!("{problems}"),
    };
    assert!(registry.services().count() >= 29);
    for service in registry.services() {
        for consumer in &service.consumers {
            let grant = registry.connection(consumer.as_str(), service.id.as_str()).unwrap();
            let crossing = grant.sender.standing != grant.provider.standing;
            assert_eq!(
                grant.route.gateways().count(),
                1 + usize::from(crossing),
                "{consumer} → {}",
                service.id
            );
            assert!(!crossing || service.external);
        }
    }
    assert_eq!(registry.connection("sdu", "BANK_ACCOUNTS_1").unwrap_err().code(), "GW-1002");
    for gateway in [Gateway::Internal, Gateway::External] {
        assert_eq!(registry.participant(gateway.participant()).unwrap().gateway, gateway);
    }
}
