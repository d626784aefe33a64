//! Variables: mappings and paths.

use crate::run::Run;

#[test]
fn a_mapping_into_a_path_keeps_what_stands_beside_it() {
    let model = "process p {
        start s
        service a call=a
        in a request.person.iin = iin
        in a request.count = 2
        out a person.phone = phone
        out a person.seen.at = 5
        end e
        s -> a -> e
    }";
    let mut run = Run::started(model, r#"{"iin": "1", "person": {"name": "N", "phone": "old"}}"#);
    let flow::Effect::Call { input, .. } = &run.effects[0] else { panic!() };
    assert_eq!(serde_json::to_string(input).unwrap(), r#"{"request":{"person":{"iin":"1"},"count":2}}"#);
    run.complete("a", r#"{"phone": "new"}"#);
    assert_eq!(run.variable("person"), r#"{"name":"N","phone":"new","seen":{"at":5}}"#);
}

#[test]
fn later_mappings_see_earlier_ones() {
    let model = "process p {\n start s\n service a call=a\n in a x = 1\n in a y = x + 1\n out a z = r\n out a zz = z + 1\n end e\n s -> a -> e\n}";
    let mut run = Run::started(model, r#"{"x": 10}"#);
    let flow::Effect::Call { input, .. } = &run.effects[0] else { panic!() };
    assert_eq!(serde_json::to_string(input).unwrap(), r#"{"x":1,"y":2}"#);
    run.complete("a", r#"{"r": 5}"#);
    assert_eq!(
        (run.variable("x"), run.variable("z"), run.variable("zz")),
        ("10".into(), "5".into(), "6".into())
    );
}

#[test]
fn parameters_are_visible_everywhere() {
    let model = "process p {\n start s\n script a expression='parameters.bank reply days + 1' result=x\n end e\n s -> a -> e\n}";
    assert_eq!(Run::started(model, "{}").variable("x"), "4");
}

#[test]
fn a_result_under_the_name_of_a_local_variable_stays_local() {
    let model = "process p {\n start s\n service a call=a\n in a x = 1\n end e\n s -> a -> e\n}";
    let mut run = Run::started(model, r#"{"x": 10}"#);
    run.complete("a", r#"{"x": 2, "y": 3}"#);
    assert_eq!((run.variable("x"), run.variable("y")), ("10".into(), "3".into()));
}
