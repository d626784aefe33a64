//! throw-away
fn main() {
    let mut seen = std::collections::BTreeSet::new();
    for f in std::env::args().skip(1) { for line in std::fs::read_to_string(&f).unwrap().lines() {
        let p: Vec<&str> = line.split('\u{1}').collect();
        let c = soap::contract::Contract::load(&std::fs::read_to_string(format!("registers/{}/contract.xsd", p[0])).unwrap()).unwrap();
        let functions = rules::feel::Functions::new(); let env = rules::feel::Env::new("2024-04-01T04:00:00Z".parse().unwrap(), jiff::tz::TimeZone::get("Asia/Almaty").unwrap(), &functions); let v = rules::feel::Expression::parse(p[2]).unwrap().evaluate(&rules::feel::Scope::new(&env)).unwrap();
        let ctx = v.as_context().unwrap().clone();
        let (root, ctx) = if p[1] == "row" { ("rows", rules::Context::new().with("row", rules::Value::list(vec![ctx.into()]))) } else { (p[1], ctx) };
        match c.encode(root, &ctx) { Ok(_) => { seen.insert(format!("{} {}", p[0], p[1])); } Err(e) => println!("{f} {} {root}: {e}\n   {}", p[0], &p[2][..p[2].len().min(300)]) }
    } }
    println!("{seen:?}");
}
