use der::asn1::{ObjectIdentifier, OctetString};
use x509_cert::ext::Extension;

use super::*;
use crate::algorithm::SignatureAlgorithm;
use crate::certificate::Role;
use crate::crl::{Reason, RevocationList};
use crate::issue::{Authority, Period, Profile, Request, Subject, ToRevoke};
use crate::key::{Signer, SigningKey};
use crate::revocation::{CrlStore, ListRefusal, NoRevocationSource};
use crate::sample::{self, NOW, PERIOD};

fn problem(verdict: &Verdict) -> Option<Problem> {
    verdict.refusal().map(|refusal| refusal.problem)
}

/// A certificate of a fresh key under `authority`.
fn issued(
    authority: &Authority,
    profile: Profile,
    period: Period,
    further: Vec<Extension>,
) -> Arc<Certificate> {
    let key = SigningKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
    let spki = key.spki().unwrap();
    let subject = Subject::organization("ТЕСТ", "123456789011", "АО", "123456789021");
    let request = Request { subject: &subject, spki: &spki, profile, period, list_address: None, further };
    Arc::new(authority.issue(&request).unwrap())
}

fn signing() -> Profile {
    Profile::Signing(vec![Role::LegalPerson])
}

#[test]
fn a_good_certificate_is_accepted_and_the_verdict_says_why() {
    let pki = sample::pki();
    let verdict = pki.validator(&[]).verdict(pki.organization.certificate(), Purpose::Signature, NOW);
    assert!(verdict.is_accepted(), "{verdict}");
    assert_eq!(verdict.chain().len(), 3);
    let words = verdict.to_string();
    for expected in [
        "each signature verified",
        "key usage has digitalSignature and nonRepudiation",
        "valid from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z",
        "may issue certificates",
        "not revoked by revocation list of CN=ДЕМО КУӘЛАНДЫРУШЫ,C=KZ",
        "not revoked by revocation list of CN=ДЕМО ТҮБІР,C=KZ",
    ] {
        assert!(words.contains(expected), "{expected:?} not in:\n{words}");
    }
}

#[test]
fn trust_is_in_authorities_not_in_known_certificates() {
    let pki = sample::pki();
    let mut trust = TrustStore::new();
    let error = trust.add_anchor(Arc::clone(pki.organization.certificate())).unwrap_err();
    assert!(error.to_string().contains("trust the authority that issued it"), "{error}");
}

#[test]
fn without_the_anchor_the_chain_is_refused() {
    let pki = sample::pki();
    let mut trust = TrustStore::new();
    trust.add_intermediate(Arc::clone(pki.issuing.certificate())).unwrap();
    let validator = Validator::new(Arc::new(trust), Arc::new(pki.lists(&[])), Policy::default());
    let verdict = validator.verdict(pki.organization.certificate(), Purpose::Signature, NOW);
    assert_eq!(problem(&verdict), Some(Problem::IssuerNotTrusted));
    assert!(verdict.to_string().contains("no authority named CN=ДЕМО ТҮБІР,C=KZ is trusted"), "{verdict}");
}

#[test]
fn an_impostor_authority_of_the_same_name_is_refused() {
    let pki = sample::pki();
    let impostor = Authority::root(&Subject::named("ДЕМО КУӘЛАНДЫРУШЫ"), PERIOD).unwrap();
    let forged = issued(&impostor, signing(), PERIOD, vec![]);
    let verdict = pki.validator(&[]).verdict(&forged, Purpose::Signature, NOW);
    assert!(!verdict.is_accepted());
    // Bringing the impostor's own certificate along does not help.
    let brought = [Arc::clone(impostor.certificate())];
    let verdict = pki.validator(&[]).verdict_with(&forged, &brought, Purpose::Signature, NOW);
    assert_eq!(problem(&verdict), Some(Problem::IssuerNotTrusted), "{verdict}");
}

#[test]
fn an_intermediate_may_come_with_the_message() {
    let pki = sample::pki();
    let mut trust = TrustStore::new();
    trust.add_anchor(Arc::clone(pki.root.certificate())).unwrap();
    let validator = Validator::new(Arc::new(trust), Arc::new(pki.lists(&[])), Policy::default());
    let holder = pki.organization.certificate();
    assert!(!validator.verdict(holder, Purpose::Signature, NOW).is_accepted());
    let brought = [Arc::clone(pki.issuing.certificate())];
    assert!(validator.verdict_with(holder, &brought, Purpose::Signature, NOW).is_accepted());
}

#[test]
fn dates_are_judged_at_the_given_moment() {
    let pki = sample::pki();
    for (text, expected) in
        [("2025-12-31T23:59:59Z", Problem::NotYetValid), ("2027-01-01T00:00:01Z", Problem::Expired)]
    {
        let policy = Policy { revocation: lenient(), ..Policy::default() };
        let validator = Validator::new(Arc::new(pki.trust()), Arc::new(NoRevocationSource), policy);
        let verdict =
            validator.verdict(pki.organization.certificate(), Purpose::Signature, sample::moment(text));
        assert_eq!(problem(&verdict), Some(expected), "{verdict}");
    }
    let edge = sample::moment("2027-01-01T00:00:00Z");
    let policy = Policy { revocation: lenient(), ..Policy::default() };
    let validator = Validator::new(Arc::new(pki.trust()), Arc::new(NoRevocationSource), policy);
    assert!(validator.verdict(pki.organization.certificate(), Purpose::Signature, edge).is_accepted());
}

fn lenient() -> RevocationPolicy {
    RevocationPolicy { unknown: Unknown::Accept("the test says so"), ..RevocationPolicy::strict() }
}

#[test]
fn an_accepted_unknown_state_stands_in_the_verdict_with_its_reason() {
    let pki = sample::pki();
    let policy = Policy { revocation: lenient(), ..Policy::default() };
    let validator = Validator::new(Arc::new(pki.trust()), Arc::new(NoRevocationSource), policy);
    let verdict = validator.verdict(pki.organization.certificate(), Purpose::Signature, NOW);
    assert!(verdict.to_string().contains("accepted because the test says so"), "{verdict}");
}

#[test]
fn a_certificate_for_authentication_does_not_sign() {
    let pki = sample::pki();
    let certificate = issued(&pki.issuing, Profile::Authentication(vec![]), PERIOD, vec![]);
    let validator = pki.validator(&[]);
    let verdict = validator.verdict(&certificate, Purpose::Signature, NOW);
    assert_eq!(problem(&verdict), Some(Problem::NotForPurpose));
    assert!(validator.verdict(&certificate, Purpose::Authentication, NOW).is_accepted());
}

#[test]
fn an_authority_does_not_sign_messages() {
    let pki = sample::pki();
    let verdict = pki.validator(&[]).verdict(pki.issuing.certificate(), Purpose::Signature, NOW);
    assert_eq!(problem(&verdict), Some(Problem::NotForPurpose));
}

#[test]
fn a_holder_does_not_issue_certificates() {
    let pki = sample::pki();
    let (key, certificate) = pki
        .issuing
        .participant(&Subject::named("HOLDER"), SignatureAlgorithm::EcdsaP256Sha256, PERIOD)
        .unwrap();
    let certificate = Arc::new(certificate);
    let rogue = Authority::from_parts(Arc::clone(&certificate), key).unwrap();
    let forged = issued(&rogue, signing(), PERIOD, vec![]);
    let verdict = pki.validator(&[]).verdict_with(&forged, &[certificate], Purpose::Signature, NOW);
    assert_eq!(problem(&verdict), Some(Problem::NotAuthority), "{verdict}");
}

#[test]
fn path_length_of_an_authority_is_kept() {
    let pki = sample::pki();
    // The issuing authority allows none below it, and makes one.
    let below = pki.issuing.subordinate(&Subject::named("BELOW"), PERIOD).unwrap();
    let holder = issued(&below, signing(), PERIOD, vec![]);
    let brought = [Arc::clone(below.certificate())];
    let verdict = pki.validator(&[]).verdict_with(&holder, &brought, Purpose::Signature, NOW);
    assert_eq!(problem(&verdict), Some(Problem::PathTooLong), "{verdict}");
}

#[test]
fn a_chain_longer_than_the_bound_is_refused() {
    let pki = sample::pki();
    let mut trust = TrustStore::new();
    trust.add_anchor(Arc::clone(pki.root.certificate())).unwrap();
    let mut brought = Vec::new();
    let mut last = None::<Authority>;
    for step in 0..LONGEST_CHAIN {
        let key = SigningKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
        let subject = Subject::named(&format!("STEP {step}"));
        let profile = Profile::Authority { path_length: None };
        let (spki, period) = (key.spki().unwrap(), PERIOD);
        let request =
            Request { subject: &subject, spki: &spki, profile, period, list_address: None, further: vec![] };
        let certificate = Arc::new(last.as_ref().unwrap_or(&pki.root).issue(&request).unwrap());
        brought.push(Arc::clone(&certificate));
        last = Some(Authority::from_parts(certificate, key).unwrap());
    }
    let holder = issued(&last.unwrap(), signing(), PERIOD, vec![]);
    let policy = Policy { revocation: lenient(), ..Policy::default() };
    let validator = Validator::new(Arc::new(trust), Arc::new(NoRevocationSource), policy);
    let verdict = validator.verdict_with(&holder, &brought, Purpose::Signature, NOW);
    assert_eq!(problem(&verdict), Some(Problem::IssuerNotTrusted));
    assert!(verdict.to_string().contains("within 6 certificates"), "{verdict}");
}

#[test]
fn many_namesakes_do_not_make_the_search_long() {
    let pki = sample::pki();
    let key = SigningKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
    let spki = key.spki().unwrap();
    // Authorities that all bear one name and one key, each signing the other: every order of them is a chain.
    let subject = Subject::named("LOOP");
    let profile = Profile::Authority { path_length: None };
    let request = Request {
        subject: &subject,
        spki: &spki,
        profile,
        period: PERIOD,
        list_address: None,
        further: vec![],
    };
    let first = Arc::new(pki.root.issue(&request).unwrap());
    let looping = Authority::from_parts(Arc::clone(&first), key).unwrap();
    let brought: Vec<_> = (0..16).map(|_| Arc::new(looping.issue(&request).unwrap())).collect();
    let holder = issued(&looping, signing(), PERIOD, vec![]);
    let verdict = pki.validator(&[]).verdict_with(&holder, &brought, Purpose::Signature, NOW);
    assert!(!verdict.is_accepted());
}

#[test]
fn a_critical_extension_nobody_processes_is_refused() {
    let pki = sample::pki();
    let critical = |critical| Extension {
        extn_id: ObjectIdentifier::new_unwrap("2.5.29.30"),
        critical,
        extn_value: OctetString::new([0x30, 0]).unwrap(),
    };
    let validator = pki.validator(&[]);
    let verdict = validator.verdict(
        &issued(&pki.issuing, signing(), PERIOD, vec![critical(true)]),
        Purpose::Signature,
        NOW,
    );
    assert_eq!(problem(&verdict), Some(Problem::UnknownCritical));
    let harmless = issued(&pki.issuing, signing(), PERIOD, vec![critical(false)]);
    assert!(validator.verdict(&harmless, Purpose::Signature, NOW).is_accepted());
}

#[test]
fn a_revoked_certificate_is_refused_from_its_date_on() {
    let pki = sample::pki();
    let holder = pki.organization.certificate();
    let since = NOW - SignedDuration::from_hours(2);
    let entry = ToRevoke { serial: holder.serial().clone(), since, reason: Reason::KeyCompromise };
    let validator = pki.validator(&[entry]);
    let verdict = validator.verdict(holder, Purpose::Signature, NOW);
    assert_eq!(
        problem(&verdict),
        Some(Problem::Revoked { since, reason: Reason::KeyCompromise }),
        "{verdict}"
    );
    assert!(verdict.to_string().contains("key compromised"));
    // A document signed before the revocation stays good.
    let before = since - SignedDuration::from_secs(1);
    assert!(validator.verdict(holder, Purpose::Signature, before).is_accepted());
    // Others of the same authority are not concerned.
    assert!(validator.verdict(pki.rsa.certificate(), Purpose::Signature, NOW).is_accepted());
}

#[test]
fn a_missing_or_stale_list_is_refused() {
    let pki = sample::pki();
    let holder = pki.organization.certificate();
    let none = Validator::new(Arc::new(pki.trust()), Arc::new(CrlStore::new()), Policy::default());
    assert_eq!(problem(&none.verdict(holder, Purpose::Signature, NOW)), Some(Problem::RevocationUnknown));
    let late = NOW + SignedDuration::from_hours(169);
    let verdict = pki.validator(&[]).verdict(holder, Purpose::Signature, late);
    assert_eq!(problem(&verdict), Some(Problem::RevocationUnknown));
    assert!(verdict.to_string().contains("expired on"), "{verdict}");
    let revocation = RevocationPolicy { grace: SignedDuration::from_hours(2), ..RevocationPolicy::strict() };
    let policy = Policy { revocation, ..Policy::default() };
    let forgiving = Validator::new(Arc::new(pki.trust()), Arc::new(pki.lists(&[])), policy);
    assert!(forgiving.verdict(holder, Purpose::Signature, late).is_accepted());
}

#[test]
fn a_list_is_taken_only_from_a_trusted_authority_and_never_an_older_one() {
    let pki = sample::pki();
    let store = pki.lists(&[]);
    let list = |authority: &Authority, from: Timestamp| {
        let der = authority.revocation_list(2, from, from + SignedDuration::from_hours(24), &[]).unwrap();
        RevocationList::from_der(&der).unwrap()
    };
    let impostor = Authority::root(&Subject::named("ДЕМО ТҮБІР"), PERIOD).unwrap();
    assert!(matches!(store.add(list(&impostor, NOW), &pki.trust()), Err(ListRefusal::Signature { .. })));
    let stranger = Authority::root(&Subject::named("STRANGER"), PERIOD).unwrap();
    assert!(matches!(store.add(list(&stranger, NOW), &pki.trust()), Err(ListRefusal::IssuerUnknown { .. })));
    let older = list(&pki.root, NOW - SignedDuration::from_hours(5));
    assert!(matches!(store.add(older, &pki.trust()), Err(ListRefusal::Older { .. })));
    assert_eq!(store.add(list(&pki.root, NOW), &pki.trust()), Ok(()));
}

#[test]
fn verdicts_are_kept_until_their_time_or_a_new_list() {
    let pki = sample::pki();
    let store = Arc::new(pki.lists(&[]));
    let validator = Validator::new(
        Arc::new(pki.trust()),
        Arc::clone(&store) as Arc<dyn RevocationSource>,
        Policy::default(),
    );
    let holder = pki.organization.certificate();
    let first = validator.verdict(holder, Purpose::Signature, NOW);
    let again = validator.verdict(holder, Purpose::Signature, NOW + SignedDuration::from_mins(5));
    assert!(Arc::ptr_eq(&first, &again), "kept for five minutes");
    let later = validator.verdict(holder, Purpose::Signature, NOW + SignedDuration::from_secs(301));
    assert!(!Arc::ptr_eq(&first, &later), "made anew after five minutes");
    let earlier = validator.verdict(holder, Purpose::Signature, NOW);
    assert!(!Arc::ptr_eq(&later, &earlier), "not used for an earlier moment");

    let since = NOW - SignedDuration::from_mins(1);
    let entry = ToRevoke { serial: holder.serial().clone(), since, reason: Reason::Hold };
    let der = pki.issuing.revocation_list(9, NOW, NOW + SignedDuration::from_hours(24), &[entry]).unwrap();
    store.add(RevocationList::from_der(&der).unwrap(), &pki.trust()).unwrap();
    let revoked = validator.verdict(holder, Purpose::Signature, NOW);
    assert_eq!(problem(&revoked), Some(Problem::Revoked { since, reason: Reason::Hold }));
}

#[test]
fn a_known_certificate_is_not_parsed_again() {
    let pki = sample::pki();
    let validator = pki.validator(&[]);
    let der = pki.organization.certificate().der();
    let first = validator.certificate(der).unwrap();
    assert!(!Arc::ptr_eq(&first, &validator.certificate(der).unwrap()), "not kept before it is accepted");
    assert!(validator.verdict(&first, Purpose::Signature, NOW).is_accepted());
    assert!(Arc::ptr_eq(&first, &validator.certificate(der).unwrap()));
}
