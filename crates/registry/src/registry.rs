//! The registry itself: the rows of all files checked against each other, and the look-ups that every message makes.

use std::collections::BTreeMap;

use civic::{ParticipantId, SenderId, ServiceId};

use crate::connection::{Grant, Refusal, Route};
use crate::participant::{Gateway, Participant, Sender, Standing};
use crate::passport::{self, Service};
use crate::read::{self, Rows};
use crate::toml_file::{Place, Problems, TomlFile, nearest};

/// Participants, services and connections. Immutable; a changed configuration is a new registry.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    participants: Vec<Participant>,
    by_id: BTreeMap<ParticipantId, usize>,
    by_sender: BTreeMap<SenderId, usize>,
    services: BTreeMap<ServiceId, Service>,
    /// For each participant (same places as `participants`) its connections: why one is suspended, or `None`.
    connections: Vec<BTreeMap<ServiceId, Option<String>>>,
}

impl Registry {
    /// Reads files of participants and passports, each as (path, text). The path names the file in mistakes; the folder that a
    /// passport lies in has to bear its id.
    ///
    /// # Errors
    /// Every mistake that was found, with file, line and column.
    pub fn load(participants: &[(&str, &str)], passports: &[(&str, &str)]) -> Result<Registry, Problems> {
        let mut problems = Problems::default();
        let participant_files = parse_all(participants, &mut problems);
        let passport_files = parse_all(passports, &mut problems);
        let mut rows = Rows::default();
        for (_, file) in &participant_files {
            read::read(file, &mut rows, &mut problems);
        }
        let passports: Vec<_> = passport_files
            .iter()
            .filter_map(|(path, file)| passport::read(file, folder_of(path), &mut problems))
            .collect();
        let mut registry = Registry::default();
        registry.add_participants(&mut rows, &mut problems);
        registry.add_senders_and_hosts(&rows, &mut problems);
        registry.add_services(passports, &rows, &mut problems);
        registry.add_connections(&rows, &mut problems);
        problems.or(registry)
    }

    /// A participant by its id.
    pub fn participant(&self, id: &str) -> Option<&Participant> {
        self.by_id.get(id).map(|place| &self.participants[*place])
    }

    /// All participants, in the order of the files.
    pub fn participants(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter()
    }

    /// The participant with that login. Asked before anything of a message is believed.
    pub fn by_sender(&self, sender_id: &str) -> Option<&Participant> {
        self.by_sender.get(sender_id).map(|place| &self.participants[*place])
    }

    /// A service by its id on the wire.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.get(id)
    }

    /// All services, in the order of their ids.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// Whether a participant may ask for a service, and the way of its message.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub fn connection(&self, sender: &str, service: &str) -> Result<Grant<'_>, Refusal> {
        let shown = |text: &str| text.chars().take(80).collect::<String>();
        let Some(found) = self.services.get(service) else {
            return Err(Refusal::UnknownService { service: shown(service) });
        };
        let not_connected = || Refusal::NotConnected { sender: shown(sender), service: shown(service) };
        let place = *self.by_id.get(sender).ok_or_else(not_connected)?;
        let suspended = self.connections[place].get(service).ok_or_else(not_connected)?;
        if found.state != passport::ServiceState::Published {
            return Err(Refusal::Closed { service: shown(service), state: found.state });
        }
        let asking = &self.participants[place];
        let provider = self.participant(found.provider.as_str()).ok_or_else(not_connected)?;
        let no_contract = [asking, provider]
            .into_iter()
            .find(|one| one.standing == Standing::NonState && one.contract.is_none());
        let reason = match (suspended, no_contract) {
            (Some(reason), _) => reason.clone(),
            (None, Some(one)) => {
                format!("{} has no contract with the operator (gateway rules, paragraph 4)", one.id)
            }
            (None, None) => {
                let route = Route::between(asking.gateway, provider.gateway);
                return Ok(Grant { sender: asking, provider, service: found, route });
            }
        };
        Err(Refusal::Suspended { sender: shown(sender), service: shown(service), reason })
    }

    fn add_participants(&mut self, rows: &mut Rows<'_>, problems: &mut Problems) {
        for row in rows.participants.drain(..) {
            if row.standing == Standing::NonState && row.gateway != Gateway::External {
                let reason = format!(
                    "{} is not a system of the state: `gateway` has to be \"external-gateway\" (gateway rules, paragraph 4)",
                    row.id
                );
                problems.note(row.gateway_place.problem(reason));
            }
            if self.by_id.insert(row.id.clone(), self.participants.len()).is_some() {
                problems.note(row.place.problem(format!("participant `{}` stands twice", row.id)));
            }
            self.connections.push(BTreeMap::new());
            self.participants.push(Participant {
                id: row.id,
                names: row.names,
                bin: row.bin,
                standing: row.standing,
                hosted: row.hosted,
                gateway: row.gateway,
                certificate: row.certificate,
                contract: row.contract,
                sender: None,
                host: None,
            });
        }
    }

    fn add_senders_and_hosts(&mut self, rows: &Rows<'_>, problems: &mut Problems) {
        for row in &rows.senders {
            let Some(place) = self.place_of(&row.participant, row.place, problems) else { continue };
            if self.participants[place].sender.is_some() {
                problems.note(
                    row.place.problem(format!("`{}` has two logins: keep one [[sender]]", row.participant)),
                );
            }
            if self.by_sender.insert(row.id.clone(), place).is_some_and(|other| other != place) {
                problems.note(row.place.problem(format!("login `{}` belongs to two participants", row.id)));
            }
            self.participants[place].sender = Some(Sender { id: row.id.clone(), password: row.password });
        }
        for (at, participant, host) in &rows.hosts {
            let Some(place) = self.place_of(participant, *at, problems) else { continue };
            let participant = &mut self.participants[place];
            if *host == crate::Host::Here && !participant.hosted {
                problems.note(at.problem(format!(
                    "`{}` is an outside system: `at` has to be its address",
                    participant.id
                )));
            }
            if participant.host.replace(host.clone()).is_some() {
                problems.note(at.problem(format!("`{}` has two hosts: keep one [[host]]", participant.id)));
            }
        }
        for participant in self.participants.iter_mut().filter(|participant| participant.hosted) {
            participant.host.get_or_insert(crate::Host::Here);
        }
    }

    fn add_services(&mut self, passports: Vec<passport::Read<'_>>, rows: &Rows<'_>, problems: &mut Problems) {
        for read in passports {
            let provider = self.place_of(&read.service.provider, read.provider_place, problems);
            let mut ends: Vec<usize> = provider.into_iter().collect();
            for (place, consumer) in &read.consumers {
                ends.extend(self.place_of(consumer, *place, problems));
            }
            let outside = ends.iter().any(|place| self.participants[*place].gateway == Gateway::External);
            if ends.len() == read.consumers.len() + 1 && outside != read.service.external {
                let (who, write) = if outside { ("a participant", true) } else { ("no participant", false) };
                let reason = format!(
                    "{who} of this service is attached to the external gateway: write `external = {write}`"
                );
                problems.note(read.external_place.problem(reason));
            }
            if let Some(place) = provider
                && matches!(
                    read.service.kind,
                    passport::ServiceKind::Rows(_) | passport::ServiceKind::Query(_)
                )
                && !self.participants[place].hosted
            {
                let reason = format!(
                    "`{}` is not hosted: its services are of the kind `exchange`",
                    read.service.provider
                );
                problems.note(read.provider_place.problem(reason));
            }
            let id = read.service.id.clone();
            if self.services.insert(id.clone(), read.service).is_some() {
                problems.note(read.id_place.problem(format!("service `{id}` stands in two passports")));
            }
        }
        for (place, id, state) in &rows.services {
            match self.services.get_mut(id) {
                Some(service) => service.state = *state,
                None => problems.note(place.problem(self.no_service(id.as_str()))),
            }
        }
    }

    fn add_connections(&mut self, rows: &Rows<'_>, problems: &mut Problems) {
        if rows.connect_consumers {
            for service in self.services.values() {
                for place in service.consumers.iter().filter_map(|consumer| self.by_id.get(consumer)) {
                    self.connections[*place].insert(service.id.clone(), None);
                }
            }
        }
        let mut written: Vec<(&ParticipantId, &ServiceId)> = Vec::with_capacity(rows.connections.len());
        for row in &rows.connections {
            let Some(place) = self.place_of(&row.sender, row.place, problems) else { continue };
            let Some(service) = self.services.get(&row.service) else {
                problems.note(row.service_place.problem(self.no_service(row.service.as_str())));
                continue;
            };
            if !service.consumers.contains(&row.sender) {
                let reason = format!(
                    "`{}` is not among the consumers of {}: its passport has to name it",
                    row.sender, row.service
                );
                problems.note(row.place.problem(reason));
            }
            written.push((&row.sender, &row.service));
            self.connections[place].insert(row.service.clone(), row.suspended.clone());
        }
        written.sort_unstable();
        for pair in written.windows(2).filter(|pair| pair[0] == pair[1]) {
            let (sender, service) = pair[0];
            let last = rows.connections.iter().rfind(|row| row.sender == *sender && row.service == *service);
            if let Some(row) = last {
                problems.note(
                    row.place.problem(format!("the connection of `{sender}` to {service} stands twice")),
                );
            }
        }
    }

    fn place_of(&self, id: &ParticipantId, written: Place<'_>, problems: &mut Problems) -> Option<usize> {
        let found = self.by_id.get(id).copied();
        if found.is_none() {
            let near =
                nearest(id.as_str(), self.participants.iter().map(|participant| participant.id.as_str()));
            problems.note(written.problem(format!("there is no participant `{id}`{}", meant(near))));
        }
        found
    }

    fn no_service(&self, id: &str) -> String {
        let near = nearest(id, self.services.keys().map(ServiceId::as_str));
        format!("there is no service `{id}`{}", meant(near))
    }
}

fn meant(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"))
}

fn parse_all<'t>(files: &[(&'t str, &'t str)], problems: &mut Problems) -> Vec<(&'t str, TomlFile<'t>)> {
    let mut parsed = Vec::with_capacity(files.len());
    for (path, text) in files {
        match TomlFile::parse(path, text) {
            Ok(file) => parsed.push((*path, file)),
            Err(problem) => problems.note(problem),
        }
    }
    parsed
}

/// The folder a passport lies in; `None` for a bare file name.
fn folder_of(path: &str) -> Option<&str> {
    let (folder, _) = path.rsplit_once(['/', '\\'])?;
    folder.rsplit(['/', '\\']).next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
