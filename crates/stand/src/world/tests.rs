use std::path::Path;

use jiff::civil::date;
use rules::Value;

use super::*;
use crate::country::Story;
use crate::registers::read_directory;

fn now() -> Timestamp {
    "2024-04-01T04:00:00Z".parse().unwrap()
}

/// A world of the story families with the registers of this tree.
fn world() -> World {
    let registers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../registers");
    let services = read_directory(&registers).unwrap();
    World::new(Plan { seed: 1, families: 0, today: date(2024, 4, 1) }, services).unwrap()
}

fn ask(world: &mut World, service: &str, fields: &[(&str, Value)]) -> Answered {
    let request = Context::new().with("requestId", Value::text("r-1"));
    let request = fields.iter().fold(request, |request, (name, value)| request.with(*name, value.clone()));
    world.answer(service, &request, now()).unwrap()
}

fn response(world: &mut World, service: &str, fields: &[(&str, Value)]) -> Context {
    match ask(world, service, fields) {
        Answered::Response(response) => response,
        refusal => panic!("{service} refused: {refusal:?}"),
    }
}

fn mother(id: &str) -> String {
    Story::of(id).unwrap().mother_iin().unwrap()
}

fn born(world: &mut World, id: &str) -> String {
    let birth = Birth { mother: mother(id), ..Birth::default() };
    world.register_birth(&birth, now()).unwrap()
}

#[test]
fn a_birth_stands_in_the_register_and_is_reported_once() {
    let mut world = world();
    let child = born(&mut world, "one-account");
    let answer = response(&mut world, "GBDFL_FAMILY", &[("childIin", Value::text(&child))]);
    assert_eq!(answer.path("mother.name"), Some(&Value::text("Айнұр")));
    assert_eq!(answer.get("children").unwrap().as_list().unwrap().len(), 4);
    let waiting: Vec<_> = world.waiting().collect();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (waiting[0].service.as_str(), waiting[0].sender.as_str()),
        ("SDU_FACTS", "population-register")
    );
    assert_eq!(waiting[0].row.get("iin"), Some(&Value::text(&child)));
    assert_eq!(waiting[0].row.get("eventDate"), Some(&country::date(date(2024, 4, 1))));
}

#[test]
fn the_answers_of_every_system_follow_the_tables() {
    let mut world = world();
    let iin = |id: &str| ("iin", Value::text(mother(id)));
    let phone = response(&mut world, "MAB_PHONE", &[iin("one-account")]);
    assert_eq!(phone.get("entry").unwrap().as_list().unwrap().len(), 1);
    assert_eq!(response(&mut world, "MAB_PHONE", &[iin("no-phone")]).get("entry"), Some(&Value::list([])));
    assert_eq!(
        response(&mut world, "MO_CONFIRM", &[iin("one-account")]).get("confirmed"),
        Some(&Value::Bool(true))
    );
    let banks = response(&mut world, "MINTRUD_BANKS", &[]);
    assert_eq!(banks.get("bank").unwrap().as_list().unwrap().len(), 4);
    for (bank, expected) in [("BANK_ACCOUNTS_1", 1), ("BANK_ACCOUNTS_2", 0), ("BANK_ACCOUNTS_3", 1)] {
        let answer = response(&mut world, bank, &[iin("several-banks")]);
        assert_eq!(answer.get("account").unwrap().as_list().unwrap().len(), expected, "{bank}");
    }
    let recipient = |world: &mut World, id: &str| {
        let service = ("service", Value::text("large-family-allowance"));
        response(world, "ODQ_RECIPIENTS", &[iin(id), service]).get("application").cloned()
    };
    assert_eq!(recipient(&mut world, "already-recipient"), Some(Value::Bool(true)));
    assert_eq!(recipient(&mut world, "one-account"), Some(Value::Bool(false)));
}

#[test]
fn a_repeat_of_a_payment_order_gives_the_first_answer_and_one_row() {
    let mut world = world();
    let order = |world: &mut World, request: &str, case: &str| {
        let request = Context::new()
            .with("requestId", Value::text(request))
            .with("caseRef", Value::text(case))
            .with("service", Value::text("large-family-allowance"))
            .with("iin", Value::text(mother("one-account")))
            .with("amountTiyn", Value::integer(6_000_000))
            .with("iban", Value::text("KZ12"));
        world.answer("ODQ_PAYMENT", &request, now()).unwrap()
    };
    let first = order(&mut world, "r-1", "case-1");
    assert!(matches!(first, Answered::Response(_)), "{first:?}");
    assert_eq!(order(&mut world, "r-1", "case-1"), first);
    assert_eq!(world.tables().count("payments"), 1);
    let again = order(&mut world, "r-2", "case-1");
    assert!(matches!(again, Answered::Status { ref code, .. } if code == "SCSE003"), "{again:?}");
    order(&mut world, "r-3", "case-2");
    assert_eq!(world.tables().count("payments"), 2);
}

#[test]
fn an_opened_account_is_found_by_the_bank_and_reported_by_it() {
    let mut world = world();
    let iin = mother("opens-later");
    let account = world.open_account(&iin, "B2", now()).unwrap();
    let answer = response(&mut world, "BANK_ACCOUNTS_2", &[("iin", Value::text(&iin))]);
    let accounts = answer.get("account").unwrap().as_list().unwrap();
    assert_eq!(
        accounts.iter().next().unwrap().as_context().unwrap().get("iban"),
        Some(&Value::text(&account))
    );
    assert_eq!(world.waiting().next().unwrap().sender, "bank-2");
    assert_eq!(world.open_account(&iin, "B9", now()), Err(ActionError::Bank("B9".into())));
}

#[test]
fn a_returned_file_is_completed_only_after_its_documents_came() {
    let mut world = world();
    let fields = [
        ("caseRef", Value::text("case-1")),
        ("service", Value::text("large-family-allowance")),
        ("iin", Value::text(mother("needs-completion"))),
        ("phone", Value::text("+77010000010")),
        ("caseFileNumber", Value::text("2024-000001")),
        ("wanted", Value::text("Анықтама")),
    ];
    response(&mut world, "SC_COMPLETION", &fields);
    assert_eq!(world.complete("case-1", None, now()), Err(ActionError::NoDocuments));
    assert_eq!(world.complete("case-2", None, now()), Err(ActionError::Case("case-2".into())));
    world.documents_arrived("case-1", now()).unwrap();
    world.complete("case-1", Some("барлығы бар"), now()).unwrap();
    assert_eq!(world.complete("case-1", None, now()), Err(ActionError::Completed));
    let stages: Vec<_> = world.waiting().map(|row| row.row.get("stage").cloned().unwrap()).collect();
    assert_eq!(stages, [Value::text("documents-received"), Value::text("completed")]);
}

#[test]
fn the_dead_act_no_more() {
    let mut world = world();
    let iin = mother("dies");
    world.register_death(&iin, Some(date(2024, 3, 30)), now()).unwrap();
    assert_eq!(world.register_death(&iin, None, now()), Err(ActionError::Dead));
    assert_eq!(world.open_account(&iin, "B1", now()), Err(ActionError::Dead));
    let later = Birth { mother: iin.clone(), born: Some(date(2024, 3, 31)), ..Birth::default() };
    assert_eq!(world.register_birth(&later, now()), Err(ActionError::Dead));
    let in_childbirth = Birth { mother: iin, ..Birth::default() };
    assert!(world.register_birth(&in_childbirth, now()).is_ok(), "born on the day of her death");
    let tomorrow = Birth { mother: mother("silent"), born: Some(date(2024, 4, 2)), ..Birth::default() };
    assert_eq!(world.register_birth(&tomorrow, now()), Err(ActionError::Date(date(2024, 4, 2))));
    let father = Story::of("silent").unwrap().father_iin().unwrap().unwrap();
    let birth = Birth { mother: father, ..Birth::default() };
    assert_eq!(world.register_birth(&birth, now()), Err(ActionError::NotAMother));
    assert_eq!(world.change_phone(&mother("silent"), "112"), Err(ActionError::Phone("112".into())));
}

#[test]
fn a_changed_number_is_the_one_that_is_found() {
    let mut world = world();
    for (id, expected) in [("silent", "+77015550001"), ("no-phone", "+77015550002")] {
        world.change_phone(&mother(id), expected).unwrap();
        let answer = response(&mut world, "MAB_PHONE", &[("iin", Value::text(mother(id)))]);
        let entry = answer.get("entry").unwrap().as_list().unwrap().iter().next().unwrap().clone();
        assert_eq!(entry.as_context().unwrap().get("phone"), Some(&Value::text(expected)));
    }
}

#[test]
fn kept_changes_make_the_same_world_again() {
    let mut first = world();
    let child = born(&mut first, "one-account");
    first.open_account(&mother("opens-later"), "B1", now()).unwrap();
    let id = first.waiting().next().unwrap().id.clone();
    first.settle(&id, Sent::Taken("accepted".into())).unwrap();
    let kept: Vec<String> =
        first.take_changes().iter().map(|change| serde_json::to_string(change).unwrap()).collect();
    let mut second = world();
    for line in &kept {
        second.restore(serde_json::from_str(line).unwrap()).unwrap();
    }
    assert!(second.tables().find_one("persons", "iin", &Value::text(&child)).unwrap().is_some());
    assert_eq!(second.waiting().collect::<Vec<_>>(), first.waiting().collect::<Vec<_>>());
    assert_eq!(second.settled().count(), 1);
    assert!(second.take_changes().is_empty(), "what was kept is not kept again");
    let (again, other) = (born(&mut first, "silent"), born(&mut second, "silent"));
    assert_eq!(again, other, "both go on alike");
}

#[test]
fn a_lie_replaces_the_answer_and_a_wrong_expression_is_named() {
    let mut world = world();
    let request =
        Context::new().with("requestId", Value::text("r-1")).with("iin", Value::text(mother("one-account")));
    let honest = world.answer("MO_CONFIRM", &request, now()).unwrap();
    let lie = "{ response: { confirmed: not(answer.confirmed), reason: \"жалған\" } }";
    let told = world.lie("MO_CONFIRM", lie, &request, &honest, now()).unwrap();
    assert!(
        matches!(told, Answered::Response(response) if response.get("confirmed") == Some(&Value::Bool(false)))
    );
    let error = world.lie("MO_CONFIRM", "1 + 1", &request, &honest, now()).unwrap_err();
    assert!(error.to_string().starts_with("registers/MO_CONFIRM/answer.feel gives number"), "{error}");
    assert!(matches!(world.answer("NOTHING", &request, now()), Err(AnswerError::Service(_))));
    assert!(matches!(world.answer("SDU_FACTS", &request, now()), Err(AnswerError::NotProvided(_))));
}
