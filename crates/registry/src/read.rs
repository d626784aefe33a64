//! Files of participants: `[[participant]]`, `[[sender]]`, `[[host]]`, `[[service]]`, `[[connection]]`. What an installation keeps
//! secret or changes may stand in files of its own; they are read as if they were one.

use civic::{Bin, ParticipantId, SenderId, ServiceId, Texts};

use crate::participant::{CertificateExpectation, Gateway, Host, PasswordMac, Standing};
use crate::passport::ServiceState;
use crate::toml_file::{Place, Problems, Section, TomlFile};

/// Longest name or reason, in bytes.
const MAX_TEXT: usize = 1000;

/// Everything that the files of participants say, each with its place.
#[derive(Default)]
pub(crate) struct Rows<'f> {
    pub participants: Vec<ParticipantRow<'f>>,
    pub senders: Vec<SenderRow<'f>>,
    pub hosts: Vec<(Place<'f>, ParticipantId, Host)>,
    pub services: Vec<(Place<'f>, ServiceId, ServiceState)>,
    pub connections: Vec<ConnectionRow<'f>>,
    /// Every consumer of a passport is connected, unless a row says otherwise.
    pub connect_consumers: bool,
}

pub(crate) struct ParticipantRow<'f> {
    pub place: Place<'f>,
    pub gateway_place: Place<'f>,
    pub id: ParticipantId,
    pub names: Texts,
    pub bin: Bin,
    pub standing: Standing,
    pub hosted: bool,
    pub gateway: Gateway,
    pub certificate: CertificateExpectation,
    pub contract: Option<String>,
}

pub(crate) struct SenderRow<'f> {
    pub place: Place<'f>,
    pub participant: ParticipantId,
    pub id: SenderId,
    pub password: PasswordMac,
}

pub(crate) struct ConnectionRow<'f> {
    pub place: Place<'f>,
    pub service_place: Place<'f>,
    pub sender: ParticipantId,
    pub service: ServiceId,
    /// Why it is suspended; `None` when it is allowed.
    pub suspended: Option<String>,
}

pub(crate) fn read<'f>(file: &'f TomlFile<'_>, rows: &mut Rows<'f>, problems: &mut Problems) {
    let root = file.root();
    root.known(&["connect", "participant", "sender", "host", "service", "connection"], problems);
    if root.text_if("connect", problems).is_some() {
        let consumers = root.one_of("connect", &[("consumers", true), ("listed", false)], problems);
        rows.connect_consumers |= consumers.unwrap_or(false);
    }
    for section in root.sections("participant", problems) {
        rows.participants.extend(participant(&section, problems));
    }
    for section in root.sections("sender", problems) {
        rows.senders.extend(sender(&section, problems));
    }
    for section in root.sections("host", problems) {
        section.known(&["participant", "at"], problems);
        let (participant, at) = (section.parsed("participant", problems), section.parsed("at", problems));
        rows.hosts.extend(
            participant.zip(at).map(|(participant, at)| (section.place_of("participant"), participant, at)),
        );
    }
    for section in root.sections("service", problems) {
        rows.services.extend(service(&section, problems));
    }
    for section in root.sections("connection", problems) {
        rows.connections.extend(connection(&section, problems));
    }
}

fn participant<'f>(section: &Section<'f>, problems: &mut Problems) -> Option<ParticipantRow<'f>> {
    section
        .known(&["id", "names", "bin", "standing", "hosted", "gateway", "certificate", "contract"], problems);
    let (id, names, bin) =
        (section.parsed("id", problems), names(section, problems), section.parsed("bin", problems));
    let standing = section.one_of(
        "standing",
        &[("state", Standing::State), ("non-state", Standing::NonState)],
        problems,
    );
    let gateways = [("gateway", Gateway::Internal), ("external-gateway", Gateway::External)];
    let (hosted, gateway) =
        (section.flag("hosted", problems), section.one_of("gateway", &gateways, problems));
    let contract =
        section.text_if("contract", problems).filter(|text| fits(section, "contract", text, problems));
    let certificate = match section.section_if("certificate", problems) {
        None => bin.map(|bin| CertificateExpectation { bin, common_name: None }),
        Some(expected) => certificate(&expected, bin, problems),
    };
    Some(ParticipantRow {
        place: section.place_of("id"),
        gateway_place: section.place_of("gateway"),
        id: id?,
        names: names?,
        bin: bin?,
        standing: standing?,
        hosted: hosted?,
        gateway: gateway?,
        certificate: certificate?,
        contract: contract.map(str::to_owned),
    })
}

/// The BIN of the certificate is the participant's unless another is written (a system run by another organisation).
fn certificate(
    section: &Section<'_>,
    owner: Option<Bin>,
    problems: &mut Problems,
) -> Option<CertificateExpectation> {
    section.known(&["bin", "common_name"], problems);
    let written = section.text_if("bin", problems).is_some();
    let bin = if written { section.parsed("bin", problems) } else { owner };
    let common_name =
        section.text_if("common_name", problems).filter(|text| fits(section, "common_name", text, problems));
    Some(CertificateExpectation { bin: bin?, common_name: common_name.map(str::to_owned) })
}

fn sender<'f>(section: &Section<'f>, problems: &mut Problems) -> Option<SenderRow<'f>> {
    section.known(&["participant", "id", "password_hmac"], problems);
    let (participant, id) = (section.parsed("participant", problems), section.parsed("id", problems));
    let password = section.parsed("password_hmac", problems);
    Some(SenderRow {
        place: section.place_of("participant"),
        participant: participant?,
        id: id?,
        password: password?,
    })
}

fn service<'f>(
    section: &Section<'f>,
    problems: &mut Problems,
) -> Option<(Place<'f>, ServiceId, ServiceState)> {
    section.known(&["id", "state"], problems);
    let states = [
        ("published", ServiceState::Published),
        ("technological-break", ServiceState::TechnologicalBreak),
        ("suspended", ServiceState::Suspended),
        ("disconnected", ServiceState::Disconnected),
        ("removed", ServiceState::Removed),
    ];
    let (id, state) = (section.parsed("id", problems), section.one_of("state", &states, problems));
    Some((section.place_of("id"), id?, state?))
}

fn connection<'f>(section: &Section<'f>, problems: &mut Problems) -> Option<ConnectionRow<'f>> {
    section.known(&["sender", "service", "state", "reason"], problems);
    let (sender, service) = (section.parsed("sender", problems), section.parsed("service", problems));
    let suspended = section.one_of("state", &[("allowed", false), ("suspended", true)], problems);
    let reason = section.text_if("reason", problems).filter(|text| fits(section, "reason", text, problems));
    let reason = match (suspended?, reason) {
        (true, Some(reason)) if !reason.trim().is_empty() => Some(reason.to_owned()),
        (true, _) => {
            problems.note(section.place_of("state").problem("a suspended connection says in `reason` why"));
            return None;
        }
        (false, _) => None,
    };
    let (place, service_place) = (section.place_of("sender"), section.place_of("service"));
    Some(ConnectionRow { place, service_place, sender: sender?, service: service?, suspended: reason })
}

/// `names = { kk, ru, en }` or `[names]`.
pub(crate) fn names(section: &Section<'_>, problems: &mut Problems) -> Option<Texts> {
    let names = section.section("names", problems)?;
    names.known(&["kk", "ru", "en"], problems);
    let (kk, ru, en) =
        (names.text("kk", problems), names.text("ru", problems), names.text_if("en", problems));
    for (key, text) in [("kk", kk), ("ru", ru), ("en", en)] {
        fits(&names, key, text.unwrap_or(""), problems);
    }
    Some(Texts { kk: kk?.to_owned(), ru: ru?.to_owned(), en: en.map(str::to_owned) })
}

fn fits(section: &Section<'_>, key: &str, text: &str, problems: &mut Problems) -> bool {
    let fits = text.len() <= MAX_TEXT;
    if !fits {
        problems.note(
            section
                .place_of(key)
                .problem(format!("`{key}` has {} bytes, at most {MAX_TEXT} are taken", text.len())),
        );
    }
    fits
}
