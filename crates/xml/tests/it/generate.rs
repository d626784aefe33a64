//! Random well-formed documents that exercise namespaces, attributes, references, comments and instructions.

use proptest::prelude::*;

/// A document without XML declaration. Prefixes are always declared; the default namespace is set and taken back at random.
pub fn document() -> impl Strategy<Value = String> {
    (beside(), element(), beside()).prop_map(|(before, root, after)| {
        let mut out = before;
        render(&root, true, &mut out);
        out + &after
    })
}

#[derive(Clone, Debug)]
struct Tree {
    prefix: usize,
    name: &'static str,
    declarations: Vec<(usize, usize)>,
    attributes: Vec<(usize, &'static str, String)>,
    content: Vec<Content>,
}

#[derive(Clone, Debug)]
enum Content {
    Tree(Tree),
    Raw(String),
}

const PREFIXES: [&str; 5] = ["", "a", "b", "ns1", "қ"];
// Without '&': libxml2 2.9 writes it unescaped in the canonical form of a declaration, which is not even well-formed.
const URIS: [&str; 5] = ["urn:one", "urn:two", "http://example.kz/?a=1;b=(2)", "", "urn:three"];

fn beside() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("<!-- c -->\n".to_owned()),
        Just("<?pi  data ?>".to_owned()),
        Just("\n<?p?>\n<!--x-->".to_owned()),
    ]
}

fn raw() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zа-яәғқңөұүһі0-9 '\"\n]{0,12}",
        Just("&amp;&lt;&gt;&quot;&apos;&#13;&#x9;&#10;&#1178;".to_owned()),
        Just("\r\na\rb\n".to_owned()),
        Just("<![CDATA[<x>&amp;\r\n]] ]>]]>".to_owned()),
        Just("<![CDATA[]]>".to_owned()),
        Just("<!-- é\r\n -->".to_owned()),
        Just("<?target some \r\n data?>".to_owned()),
        Just("<?t?>".to_owned()),
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zәғқ0-9 >']{0,8}",
        Just("&amp;&lt;&gt;&quot;&apos;&#13;&#x9;&#10; \n\t\r\n".to_owned()),
        Just("  a  ".to_owned())
    ]
}

fn element() -> impl Strategy<Value = Tree> {
    let name = || prop::sample::select(vec!["x", "y", "Body", "өтініш"]);
    let attributes = move || prop::collection::vec((0..PREFIXES.len() + 1, name(), value()), 0..4);
    let declarations = || prop::collection::vec((0..PREFIXES.len(), 0..URIS.len()), 0..4);
    let leaf = (0..PREFIXES.len(), name(), declarations(), attributes(), prop::collection::vec(raw(), 0..3))
        .prop_map(|(prefix, name, declarations, attributes, raw)| Tree {
            prefix,
            name,
            declarations,
            attributes,
            content: raw.into_iter().map(Content::Raw).collect(),
        });
    leaf.prop_recursive(5, 24, 4, move |inner| {
        let content = prop_oneof![3 => inner.prop_map(Content::Tree), 2 => raw().prop_map(Content::Raw)];
        (0..PREFIXES.len(), name(), declarations(), attributes(), prop::collection::vec(content, 0..4))
            .prop_map(|(prefix, name, declarations, attributes, content)| Tree {
                prefix,
                name,
                declarations,
                attributes,
                content,
            })
    })
}

fn render(tree: &Tree, root: bool, out: &mut String) {
    let qualified = |prefix: &str, name: &str| {
        if prefix.is_empty() { name.to_owned() } else { format!("{prefix}:{name}") }
    };
    let name = qualified(PREFIXES[tree.prefix], tree.name);
    out.push_str(&format!("<{name}"));
    let mut seen = Vec::new();
    // The root declares every prefix, so that all below are bound; a prefix cannot be unbound in namespaces 1.0.
    let base: Vec<(usize, usize)> =
        if root { (1..PREFIXES.len()).map(|prefix| (prefix, prefix % 3)).collect() } else { vec![] };
    for (prefix, uri) in tree.declarations.iter().copied().chain(base) {
        if seen.contains(&prefix) || (URIS[uri].is_empty() && prefix != 0) {
            continue;
        }
        seen.push(prefix);
        match PREFIXES[prefix] {
            "" => out.push_str(&format!(" xmlns=\"{}\"", URIS[uri])),
            text => out.push_str(&format!(" xmlns:{text}=\"{}\"", URIS[uri])),
        }
    }
    // Equal local names are given once: two prefixes may be bound to one namespace.
    let mut used = Vec::new();
    for (prefix, local, value) in &tree.attributes {
        if used.contains(local) {
            continue;
        }
        used.push(local);
        let prefix = if *prefix == PREFIXES.len() { "xml" } else { PREFIXES[*prefix] };
        out.push_str(&format!("\n {}=\"{value}\"", qualified(prefix, local)));
    }
    if tree.content.is_empty() {
        return out.push_str(" />");
    }
    out.push('>');
    for content in &tree.content {
        match content {
            Content::Tree(tree) => render(tree, false, out),
            Content::Raw(raw) => out.push_str(raw),
        }
    }
    out.push_str(&format!("</{name} >"));
}
