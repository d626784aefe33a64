//! The interface description that clients generate their code from, with the address it was fetched at.

const SERVICE: &str = include_str!("../wsdl/SyncChannel.wsdl");
const INTERFACE: &str = include_str!("../wsdl/ISyncChannel.wsdl");

/// The description for a query string; `None` when the query asks for something else. `address` is where the channel is served.
pub(crate) fn description(query: &str, address: &str) -> Option<String> {
    match query.split('&').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "wsdl" | "wsdl=" => Some(SERVICE.replace("$ADDRESS", &escaped(address))),
        "wsdl=isyncchannel" => Some(INTERFACE.to_owned()),
        _ => None,
    }
}

fn escaped(address: &str) -> String {
    xml::escape_attribute(address).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_are_xml_and_name_the_address() {
        let service = description("wsdl", "http://127.0.0.1:8081/bip-sync-wss-gost/").unwrap();
        assert!(service.contains("location=\"http://127.0.0.1:8081/bip-sync-wss-gost/?wsdl=ISyncChannel\""));
        assert!(!service.contains("$ADDRESS"));
        for text in [service, description("WSDL=ISyncChannel", "x").unwrap()] {
            xml::Document::parse(text.as_bytes(), &xml::Limits::model()).unwrap();
        }
        assert!(description("", "x").is_none() && description("xsd=1", "x").is_none());
    }

    #[test]
    fn the_schemas_declare_what_the_published_interface_declares() {
        let published =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures/shep/wsdl/SyncChannel/v10");
        let Ok(types) = std::fs::read_to_string(format!("{published}/Types/SyncMessageInfo.xsd")) else {
            println!("skipped: no reference data at ../shared/fixtures/shep");
            return;
        };
        let names = |text: &str| -> Vec<String> {
            text.split("<")
                .filter(|tag| tag.contains("element ") && tag.contains("name=\""))
                .filter_map(|tag| Some(tag.split_once("name=\"")?.1.split_once('"')?.0.to_owned()))
                .collect()
        };
        let ours = INTERFACE
            .split_once("name=\"SyncMessageInfo\"")
            .unwrap()
            .1
            .split_once("</xs:complexType>")
            .unwrap()
            .0;
        assert_eq!(names(ours), names(&types));
    }
}
