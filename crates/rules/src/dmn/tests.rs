use super::*;
use proptest::prelude::*;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:q="https://qyzmet.kz/schema/bpmn/1.0"
  id="d" name="model" namespace="https://example.kz/m">"#;

/// A table over the inputs `жас` and `табыс` with the given attributes, output column and rules.
fn table(attributes: &str, output: &str, rules: &str) -> String {
    format!(
        r##"{HEAD}
  <inputData id="age" name="жас"><variable name="жас" typeRef="number"/></inputData>
  <inputData id="income" name="табыс"><variable name="табыс" typeRef="number"/></inputData>
  <decision id="kind" name="жәрдемақы түрі">
    <extensionElements><q:law act="424-458" par="19(1)"/></extensionElements>
    <variable name="жәрдемақы түрі"/>
    <informationRequirement><requiredInput href="#age"/></informationRequirement>
    <informationRequirement><requiredInput href="#income"/></informationRequirement>
    <decisionTable id="table" {attributes}>
      <input><inputExpression><text>жас</text></inputExpression></input>
      <input label="айлық табыс"><inputExpression><text>табыс</text></inputExpression></input>
      {output}
      <annotation name="par"/>
      {rules}
    </decisionTable>
  </decision>
</definitions>"##
    )
}

fn rule(id: &str, age: &str, income: &str, output: &str, par: &str) -> String {
    let escape = |text: &str| text.replace('<', "&lt;");
    format!(
        "<rule id=\"{id}\"><inputEntry><text>{}</text></inputEntry><inputEntry><text>{}</text></inputEntry>\
         <outputEntry><text>{output}</text></outputEntry><annotationEntry><text>{par}</text></annotationEntry></rule>",
        escape(age),
        escape(income)
    )
}

fn three_rules() -> String {
    [
        rule("r1", "< 18", "-", "\"A\"", "20"),
        rule("r2", ">= 18", "< 100", "\"B\"", "999-1 21; 22"),
        rule("r3", ">= 60", "-", "\"C\"", ""),
    ]
    .concat()
}

fn decide(model: &str, age: i64, income: i64) -> Decided {
    let model = Model::read(model.as_bytes(), "test.dmn").unwrap();
    let functions = Functions::new();
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let input = Context::new().with("жас", age).with("табыс", income);
    model.evaluate("kind", &input, &env).unwrap()
}

fn decided(attributes: &str, age: i64, income: i64) -> String {
    let output = "<output><outputValues><text>\"C\", \"B\", \"A\"</text></outputValues></output>";
    decide(&table(attributes, output, &three_rules()), age, income).value.to_string()
}

#[test]
fn every_hit_policy_chooses_as_the_standard_says() {
    assert_eq!(decided("hitPolicy=\"UNIQUE\"", 30, 50), "\"B\"");
    assert_eq!(decided("hitPolicy=\"UNIQUE\"", 70, 50), "null");
    assert_eq!(decided("hitPolicy=\"FIRST\"", 70, 50), "\"B\"");
    assert_eq!(decided("hitPolicy=\"PRIORITY\"", 70, 50), "\"C\"");
    assert_eq!(decided("hitPolicy=\"ANY\"", 70, 50), "null");
    assert_eq!(decided("hitPolicy=\"ANY\"", 70, 500), "\"C\"");
    assert_eq!(decided("hitPolicy=\"RULE ORDER\"", 70, 50), "[\"B\", \"C\"]");
    assert_eq!(decided("hitPolicy=\"OUTPUT ORDER\"", 70, 50), "[\"C\", \"B\"]");
    assert_eq!(decided("hitPolicy=\"COLLECT\"", 70, 50), "[\"B\", \"C\"]");
    assert_eq!(decided("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", 70, 50), "2");
    assert_eq!(decided("hitPolicy=\"COLLECT\" aggregation=\"MAX\"", 70, 50), "\"C\"");
    assert_eq!(decided("hitPolicy=\"UNIQUE\"", 30, 500), "null");
}

#[test]
fn the_trace_names_inputs_rules_and_paragraphs() {
    let decided = decide(&table("", "<output/>", &three_rules()), 30, 50);
    let [trace] = &decided.trace[..] else { panic!("one decision is traced") };
    assert_eq!((trace.id.as_str(), trace.name.as_str()), ("kind", "жәрдемақы түрі"));
    assert_eq!(trace.inputs.to_string(), "{жас: 30, табыс: 50}");
    assert_eq!(trace.output, Value::text("B"));
    let law = |act: &str, par: &str| LawRef { act: act.to_owned(), par: par.to_owned() };
    assert_eq!(trace.law, [law("424-458", "19(1)")]);
    let [table] = &trace.tables[..] else { panic!("one table is traced") };
    assert_eq!(
        table.inputs,
        [("жас".to_owned(), Value::integer(30)), ("айлық табыс".to_owned(), Value::integer(50))]
    );
    let expected =
        RuleTrace { id: "r2".to_owned(), number: 2, law: vec![law("999-1", "21"), law("424-458", "22")] };
    assert_eq!(table.rules, [expected]);
    let stored = serde_json::to_string(&decided.trace).unwrap();
    assert_eq!(serde_json::from_str::<Vec<DecisionTrace>>(&stored).unwrap(), decided.trace);
}

#[test]
fn a_default_stands_where_no_rule_matches() {
    let output = "<output><defaultOutputEntry><text>\"none\"</text></defaultOutputEntry></output>";
    let decided = decide(&table("", output, &three_rules()), 30, 500);
    assert_eq!(decided.value, Value::text("none"));
    assert!(decided.trace[0].tables[0].rules.is_empty());
}

#[test]
fn an_input_of_another_type_is_null_with_a_warning() {
    let model = Model::read(table("", "<output/>", &three_rules()).as_bytes(), "test.dmn").unwrap();
    assert_eq!(model.decision("жәрдемақы түрі").unwrap().inputs(), ["жас", "табыс"]);
    let functions = Functions::new();
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let decided = model.evaluate("kind", &Context::new().with("жас", "thirty"), &env).unwrap();
    assert_eq!(decided.value, Value::Null);
    let warnings = decided.warnings.iter().map(|warning| (warning.text.as_str(), warning.element.as_deref()));
    let expected = [
        ("the input \"жас\" is not of its type", Some("age")),
        ("the input \"табыс\" is not given", Some("income")),
    ];
    assert_eq!(warnings.take(2).collect::<Vec<_>>(), expected);
    assert!(decided.warnings.iter().skip(2).all(|warning| warning.element.as_deref() == Some("kind")));
}

#[track_caller]
fn refused(body: &str, line: usize, id: &str, reason: &str) {
    let error = Model::read(format!("{HEAD}\n{body}\n</definitions>").as_bytes(), "bad.dmn").unwrap_err();
    assert_eq!(
        (error.file.as_str(), error.line, error.id.as_deref()),
        ("bad.dmn", line, Some(id)),
        "{error}"
    );
    assert!(error.reason.contains(reason), "{error}");
}

#[test]
fn a_model_that_cannot_be_carried_out_is_refused_with_its_place() {
    let decision =
        |inside: &str| format!("<decision id=\"x\" name=\"x\"><variable name=\"x\"/>\n{inside}</decision>");
    refused(
        &decision("<literalExpression id=\"e\"><text>1 +</text></literalExpression>"),
        5,
        "e",
        "found the end",
    );
    refused(&decision(""), 4, "x", "no logic");
    let java = "<context id=\"c\"><contextEntry><functionDefinition kind=\"Java\"/></contextEntry></context>";
    refused(&decision(java), 5, "c", "external functions (Java) are refused");
    refused(
        &decision(
            "<informationRequirement id=\"i\"><requiredInput href=\"#no\"/></informationRequirement><literalExpression><text>1</text></literalExpression>",
        ),
        5,
        "i",
        "there is no element \"#no\"",
    );
    let circle = "<informationRequirement><requiredDecision href=\"#x\"/></informationRequirement><literalExpression><text>x</text></literalExpression>";
    refused(&decision(circle), 4, "x", "rests on itself");
    let unknown = "<literalExpression id=\"e\" typeRef=\"tNo\"><text>1</text></literalExpression>";
    refused(&decision(unknown), 5, "e", "there is no type \"tNo\"");
    let table = |rule: &str, attributes: &str| {
        decision(&format!(
            "<decisionTable id=\"t\" {attributes}><input><inputExpression><text>1</text></inputExpression></input><output/>\n<rule id=\"r\">{rule}</rule></decisionTable>"
        ))
    };
    refused(&table("<outputEntry><text>1</text></outputEntry>", ""), 6, "r", "0 input and 1 output entries");
    refused(&table("", "hitPolicy=\"LAST\""), 5, "t", "hit policy LAST is unknown");
    let bad_test =
        "<inputEntry id=\"n\"><text>&lt;</text></inputEntry><outputEntry><text>1</text></outputEntry>";
    refused(&table(bad_test, ""), 6, "n", "found the end");
    let types = "<itemDefinition id=\"i\" name=\"t\"><itemComponent id=\"k\" name=\"a\"><typeRef>t</typeRef></itemComponent></itemDefinition>";
    refused(types, 4, "i", "made of itself");
    refused(
        "<import id=\"m\" name=\"m\" namespace=\"n\" importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>",
        4,
        "m",
        "no given file",
    );
}

#[test]
fn a_file_that_is_no_dmn_is_refused() {
    for bad in [
        "",
        "<a/>",
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"/>",
        "<!DOCTYPE a><a/>",
    ] {
        assert!(Model::read(bad.as_bytes(), "bad.dmn").is_err(), "{bad}");
    }
}

#[test]
fn an_evaluation_without_end_is_stopped() {
    let body = "<decision id=\"x\" name=\"x\"><variable name=\"x\"/><literalExpression><text>count(for i in 1..999999999 return i)</text></literalExpression></decision>";
    let model = Model::read(format!("{HEAD}\n{body}\n</definitions>").as_bytes(), "long.dmn").unwrap();
    let functions = Functions::new();
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let error = model.evaluate("x", &Context::new(), &env).unwrap_err();
    assert_eq!((error.line, error.id.as_deref()), (4, Some("x")));
    assert!(error.reason.contains("steps"), "{error}");
}

#[test]
fn names_that_nothing_declares_are_found_before_the_model_runs() {
    let rules =
        [rule("r1", "< 18", "< шек", "амount", ""), rule("r2", "-", "-", "for i in [жас] return i", "")]
            .concat();
    let model = Model::read(table("", "<output/>", &rules).as_bytes(), "test.dmn").unwrap();
    let faults = model.unknown_names(&Functions::new());
    let reasons: Vec<&str> = faults.iter().map(|fault| fault.reason.split(' ').next().unwrap()).collect();
    assert_eq!(reasons, ["\"шек\"", "\"амount\""]);
    assert_eq!(faults[0].id.as_deref(), Some("kind"));
}

/// A model with most kinds of boxes, to be damaged.
const VARIED: &str = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="v" namespace="v">
<itemDefinition name="tRow" isCollection="true"><itemComponent name="a"><typeRef>number</typeRef></itemComponent></itemDefinition>
<inputData id="in" name="in put"><variable name="in put" typeRef="number"/></inputData>
<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic><formalParameter name="x" typeRef="number"/>
<literalExpression><text>x * 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#rows"/><inputData href="#in"/></decisionService>
<decision id="rows" name="rows"><variable name="rows" typeRef="tRow"/>
<informationRequirement><requiredInput href="#in"/></informationRequirement><knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>
<relation><column name="a"/><row><literalExpression><text>f(in put)</text></literalExpression></row></relation></decision>
<decision id="all" name="all rows"><variable name="all rows"/><informationRequirement><requiredDecision href="#rows"/></informationRequirement>
<context><contextEntry><variable name="n"/><for iteratorVariable="r"><in><literalExpression><text>rows</text></literalExpression></in>
<return><conditional><if><literalExpression><text>r.a &gt; 1</text></literalExpression></if><then><literalExpression><text>r</text></literalExpression></then>
<else><list><literalExpression><text>1</text></literalExpression></list></else></conditional></return></for></contextEntry>
<contextEntry><filter><in><literalExpression><text>n</text></literalExpression></in><match><literalExpression><text>item != null</text></literalExpression></match></filter></contextEntry>
</context></decision></definitions>"##;

#[test]
fn boxes_of_all_kinds_are_evaluated() {
    let model = Model::read(VARIED.as_bytes(), "varied.dmn").unwrap();
    let functions = Functions::new();
    let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
    let input = Context::new().with("in put", 3);
    let decided = model.evaluate("all rows", &input, &env).unwrap();
    assert_eq!(decided.value.to_string(), "[{a: 6}]");
    let traced: Vec<&str> = decided.trace.iter().map(|trace| trace.id.as_str()).collect();
    assert_eq!(traced, ["f", "rows", "all"]);
    assert_eq!(model.evaluate_service("s", &input, &env).unwrap().value.to_string(), "[{a: 6}]");
    assert!(model.unknown_names(&functions).is_empty());
}

proptest! {
    #[test]
    fn a_damaged_model_is_read_or_refused(at in 0..VARIED.len(), length in 0usize..40, put in "[<>/\"a-z0-9 #=.]{0,12}") {
        let mut bytes = VARIED.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        if let Ok((model, _)) = Model::read_tolerant(&bytes, "damaged.dmn", &[]) {
            let functions = Functions::new();
            let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
            for decision in model.decisions() {
                let _ = decision.evaluate(&Context::new().with("in put", 3), &env);
            }
            let _ = model.unknown_names(&functions);
        }
    }
}

#[test]
fn a_long_chain_of_decisions_is_evaluated_or_refused_but_never_overflows() {
    let chain = |length: usize| {
        let mut body = String::new();
        for index in 0..length {
            let required = if index == 0 {
                String::new()
            } else {
                format!(
                    "<informationRequirement><requiredDecision href=\"#d{}\"/></informationRequirement>",
                    index - 1
                )
            };
            let text = if index == 0 { "1".to_owned() } else { format!("d{} + 1", index - 1) };
            body += &format!(
                "<decision id=\"d{index}\" name=\"d{index}\"><variable name=\"d{index}\"/>{required}<literalExpression><text>{text}</text></literalExpression></decision>"
            );
        }
        let model = Model::read(format!("{HEAD}{body}</definitions>").as_bytes(), "chain.dmn").unwrap();
        let functions = Functions::new();
        let env = Env::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC, &functions);
        model.evaluate(&format!("d{}", length - 1), &Context::new(), &env)
    };
    assert_eq!(chain(200).unwrap().value, Value::integer(200));
    assert!(chain(2_000).unwrap_err().reason.contains("nests deeper"));
}

#[test]
fn models_expressions_and_values_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Model>();
    shared::<Value>();
    shared::<crate::feel::Expression>();
    shared::<Functions>();
}
