//! What a program knows about its bundle.

use flow::Program;

use crate::notation::bpmn;
use crate::run::program;

const MODEL: &str = "process p pool=emaket {
    start s
    service a call=gateway:X
    law a 19(1)
    end e
    s -> a -> e
}
process q pool=sdu {
    start qs
    end qe
    qs -> qe
}";

#[test]
fn processes_are_found_by_participant() {
    let program = program(MODEL);
    let of = |participant: &str| {
        program
            .processes_of(participant)
            .map(|process| process.id().to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!((of("emaket"), of("sdu"), of("nobody")), ("p".into(), "q".into(), String::new()));
}

#[test]
fn elements_know_their_law_pool_and_place() {
    let program = program(MODEL);
    let element = program.element("a").unwrap();
    assert_eq!(element.law[0].to_string(), "424-458 par. 19(1)");
    assert_eq!(
        (element.pool.as_deref(), element.process.as_str(), element.kind.tag()),
        (Some("emaket"), "p", "serviceTask")
    );
    assert_eq!((&*element.file, element.line > 1), ("test.bpmn", true));
    assert!(program.element("nothing").is_none());
    assert_eq!(
        program.task_types().map(|(id, kind)| format!("{id} {kind}")).collect::<Vec<_>>(),
        ["a gateway:X"]
    );
    assert_eq!(program.elements().count(), 2 + 5 + 3);
}

#[test]
fn the_content_hash_depends_on_contents_not_on_order_or_carriage_returns() {
    let (a, b) = (
        bpmn("process p {\n start s\n end e\n s -> e\n}"),
        bpmn("process q {\n start t\n end f\n t -> f\n}"),
    );
    let hash = |files: &[(&str, String)]| *Program::read(files).unwrap().content_hash();
    let one = hash(&[("a.bpmn", a.clone()), ("b.bpmn", b.clone())]);
    assert_eq!(one, hash(&[("b.bpmn", b.clone()), ("a.bpmn", a.replace('\n', "\r\n"))]));
    assert_ne!(one, hash(&[("a.bpmn", a.clone()), ("c.bpmn", b.clone())]));
    assert_ne!(one, hash(&[("a.bpmn", a)]));
}
