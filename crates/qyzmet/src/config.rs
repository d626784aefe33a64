//! Configuration: one TOML file, environment variables over it, flags over both; every unknown key is refused with the nearest one.
//!
//! `qyzmet.default.toml` beside this file documents every key and is what is used when no file is given; a test holds the two together.
//! Nothing here opens a socket or reads a key.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use registry::toml_file::{Problem, Problems, Section, TomlFile};

/// The documented defaults.
pub const DEFAULT: &str = include_str!("qyzmet.default.toml");

/// What a node is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where stores, keys and logs live.
    pub data: PathBuf,
    /// Where `services/`, `registers/` and `law/` live.
    pub content: PathBuf,
    /// Whether this is a demonstration: synthetic country, movable legal clock.
    pub demo: bool,
    /// The pages.
    pub portal: SocketAddr,
    /// The gateway, when this node runs it.
    pub gateway: Option<SocketAddr>,
    /// The external gateway, when this node runs it.
    pub external_gateway: Option<SocketAddr>,
    /// Hosted participants of this node and where each takes requests from its gateway.
    pub participants: BTreeMap<String, SocketAddr>,
    /// Where the gateways of other nodes are, when this node does not run them.
    pub gateway_url: Option<String>,
    /// Participants that another node hosts, and where they take requests.
    pub elsewhere: BTreeMap<String, String>,
    /// The SMS centre that `sms-gateway` speaks SMPP with.
    pub smsc: SocketAddr,
    /// The stand's pages, in a demonstration.
    pub stand: SocketAddr,
    /// Where the stand's systems take requests, in a demonstration.
    pub stand_systems: SocketAddr,
    /// The signing program of officials.
    pub ncalayer: String,
}

/// The key of each setting and the environment variable over it.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("data", "QYZMET_DATA"),
    ("content", "QYZMET_CONTENT"),
    ("portal", "QYZMET_PORTAL"),
    ("gateway", "QYZMET_GATEWAY"),
    ("external-gateway", "QYZMET_EXTERNAL_GATEWAY"),
    ("gateway-url", "QYZMET_GATEWAY_URL"),
    ("smsc", "QYZMET_SMSC"),
    ("stand", "QYZMET_STAND"),
    ("stand-systems", "QYZMET_STAND_SYSTEMS"),
    ("ncalayer", "QYZMET_NCALAYER"),
];

/// Keys of the top of the file.
const KEYS: &[&str] = &[
    "data",
    "content",
    "demo",
    "portal",
    "gateway",
    "external-gateway",
    "gateway-url",
    "smsc",
    "stand",
    "stand-systems",
    "ncalayer",
    "participants",
    "elsewhere",
];

impl Config {
    /// Reads a configuration; what it does not say comes from [`DEFAULT`], and `environment` goes over both.
    ///
    /// # Errors
    /// Every mistake, as `file:line:column: what, and what to write instead`.
    pub fn read(
        name: &str,
        text: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Config, Problems> {
        let mut problems = Problems::default();
        let defaults = match TomlFile::parse("qyzmet.default.toml", DEFAULT) {
            Ok(file) => file,
            Err(problem) => return Err(only(problem)),
        };
        let file = match TomlFile::parse(name, text) {
            Ok(file) => file,
            Err(problem) => return Err(only(problem)),
        };
        let (over, under) = (file.root(), defaults.root());
        over.known(KEYS, &mut problems);
        let setting = Setting { over: &over, under: &under, environment };
        let config = Config {
            data: setting.text("data", &mut problems).into(),
            content: setting.text("content", &mut problems).into(),
            demo: setting.flag("demo", &mut problems),
            portal: setting.address("portal", &mut problems),
            gateway: setting.address_or_off("gateway", &mut problems),
            external_gateway: setting.address_or_off("external-gateway", &mut problems),
            gateway_url: Some(setting.text("gateway-url", &mut problems)).filter(|url| !url.is_empty()),
            smsc: setting.address("smsc", &mut problems),
            stand: setting.address("stand", &mut problems),
            stand_systems: setting.address("stand-systems", &mut problems),
            ncalayer: setting.text("ncalayer", &mut problems),
            participants: participants(&over, &under, &mut problems),
            elsewhere: elsewhere(&over, &mut problems),
        };
        problems.or(config)
    }
}

fn only(problem: Problem) -> Problems {
    let mut problems = Problems::default();
    problems.note(problem);
    problems
}

/// A setting that may stand in three places.
struct Setting<'s, 'f> {
    over: &'s Section<'f>,
    under: &'s Section<'f>,
    environment: &'s dyn Fn(&str) -> Option<String>,
}

impl Setting<'_, '_> {
    fn text(&self, key: &str, problems: &mut Problems) -> String {
        let variable = ENVIRONMENT.iter().find(|(known, _)| *known == key).map(|(_, variable)| *variable);
        if let Some(value) = variable.and_then(|variable| (self.environment)(variable)) {
            return value;
        }
        let own = self.over.text_if(key, problems);
        own.or_else(|| self.under.text_if(key, problems)).unwrap_or_default().to_owned()
    }

    /// `"yes"` or `"no"`.
    fn flag(&self, key: &str, problems: &mut Problems) -> bool {
        match self.text(key, problems).as_str() {
            "yes" => true,
            "no" => false,
            other => {
                let reason = format!("`{key}` is `{other}`: write \"yes\" or \"no\"");
                problems.note(self.over.place_of(key).problem(reason));
                false
            }
        }
    }

    fn address(&self, key: &str, problems: &mut Problems) -> SocketAddr {
        let text = self.text(key, problems);
        text.parse().unwrap_or_else(|_| {
            let reason = format!("`{key}` is `{text}`: write an address and a port, such as 127.0.0.1:8080");
            problems.note(self.over.place_of(key).problem(reason));
            SocketAddr::from(([127, 0, 0, 1], 0))
        })
    }

    fn address_or_off(&self, key: &str, problems: &mut Problems) -> Option<SocketAddr> {
        if self.text(key, problems) == "off" { None } else { Some(self.address(key, problems)) }
    }
}

/// `[participants]`: id = address, or "off". Participants that the file does not name keep their default.
fn participants(
    over: &Section<'_>,
    under: &Section<'_>,
    problems: &mut Problems,
) -> BTreeMap<String, SocketAddr> {
    let hosted = crate::HOSTED;
    let own = over.section_if("participants", problems);
    if let Some(own) = &own {
        own.known(hosted, problems);
    }
    let defaults = under.section_if("participants", problems);
    let mut found = BTreeMap::new();
    for id in hosted {
        let written = own.as_ref().and_then(|own| own.text_if(id, problems));
        let text = written.or_else(|| defaults.as_ref().and_then(|defaults| defaults.text_if(id, problems)));
        match text {
            None | Some("off") => {}
            Some(text) => match text.parse() {
                Ok(address) => {
                    found.insert((*id).to_owned(), address);
                }
                Err(_) => {
                    let place = own.as_ref().map_or(over.place(), |own| own.place_of(id));
                    let reason = format!("`{id}` is `{text}`: write an address and a port, or \"off\"");
                    problems.note(place.problem(reason));
                }
            },
        }
    }
    found
}

/// `[elsewhere]`: id = URL of the node that hosts it.
fn elsewhere(over: &Section<'_>, problems: &mut Problems) -> BTreeMap<String, String> {
    let Some(section) = over.section_if("elsewhere", problems) else { return BTreeMap::new() };
    section.known(crate::HOSTED, problems);
    let mut found = BTreeMap::new();
    for id in crate::HOSTED {
        let Some(url) = section.text_if(id, problems) else { continue };
        match url.parse::<registry::Host>() {
            Ok(registry::Host::At(url)) => {
                found.insert((*id).to_owned(), url);
            }
            Ok(registry::Host::Here) => {}
            Err(reason) => problems.note(section.place_of(id).problem(format!("`{id}`: {reason}"))),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, Problems> {
        Config::read("qyzmet.toml", text, &|_| None)
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let config = read("").expect("an empty file is fine");
        assert_eq!(config.portal.port(), 8080);
        assert_eq!(config.gateway.map(|address| address.port()), Some(8081));
        assert_eq!(config.external_gateway.map(|address| address.port()), Some(8082));
        assert_eq!(config.participants.len(), crate::HOSTED.len());
        assert!(!config.demo);
        assert_eq!(read(DEFAULT).expect("the defaults read as a file"), config);
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest() {
        let problems = read("data = \"d\"\nportl = \"127.0.0.1:1\"\n").expect_err("refused").to_string();
        assert!(
            problems.contains("qyzmet.toml:2:1") && problems.contains("did you mean `portal`?"),
            "{problems}"
        );
        let problems = read("[participants]\nemakt = \"off\"\n").expect_err("refused").to_string();
        assert!(problems.contains("did you mean `emaket`?"), "{problems}");
    }

    #[test]
    fn a_wrong_address_says_what_to_write() {
        let problems = read("gateway = \"8081\"\n").expect_err("refused").to_string();
        assert!(problems.contains("qyzmet.toml:1:11") && problems.contains("127.0.0.1:8080"), "{problems}");
    }

    #[test]
    fn a_participant_moves_to_another_node_by_two_lines() {
        let text = "[participants]\nemaket = \"off\"\n[elsewhere]\nemaket = \"http://127.0.0.1:9092/shep\"\n";
        let config = read(text).expect("fine");
        assert!(!config.participants.contains_key("emaket"));
        assert_eq!(config.elsewhere.get("emaket").map(String::as_str), Some("http://127.0.0.1:9092/shep"));
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let environment = |name: &str| (name == "QYZMET_PORTAL").then(|| "0.0.0.0:80".to_owned());
        let config = Config::read("f", "portal = \"127.0.0.1:1\"\n", &environment).expect("fine");
        assert_eq!(config.portal.to_string(), "0.0.0.0:80");
    }
}
