//! Names for people of what the models name by ids: participants, services, elements, stages, outcomes.

use std::sync::Arc;

use engine::bundle::Bundle;
use notify::texts::Arguments;

use crate::portal::Portal;
use crate::words::Words;

/// Names in a language.
#[derive(Clone, Copy)]
pub(crate) struct Names<'p> {
    portal: &'p Portal,
    words: &'p Words,
}

impl<'p> Names<'p> {
    pub fn new(portal: &'p Portal, words: &'p Words) -> Names<'p> {
        Names { portal, words }
    }

    /// A participant; its id where the registry does not know it.
    pub fn participant(&self, id: &str) -> String {
        let known = self.portal.state.registry.participant(id);
        known.map_or_else(|| id.to_owned(), |known| known.names.get(self.words.lang).to_owned())
    }

    /// A service of the gateway, with or without the kind of task before it (`gateway:MAB_PHONE`).
    pub fn wire_service(&self, task_type: &str) -> String {
        let id = task_type.split_once(':').map_or(task_type, |(_, id)| id);
        let known = self.portal.state.registry.service(id);
        known.map_or_else(|| id.to_owned(), |known| known.names.get(self.words.lang).to_owned())
    }

    /// A public service.
    pub fn service(&self, id: &str) -> String {
        let bundles = self.portal.state.engines.iter().flat_map(|engine| engine.bundles());
        let found = bundles.into_iter().find(|bundle| bundle.service.id == id);
        found.map_or_else(|| id.to_owned(), |bundle| bundle.service.name(self.words.lang.code()).to_owned())
    }

    /// The bundle of this content hash.
    pub fn bundle_by_hash(&self, hash: &str) -> Option<&'p Arc<Bundle>> {
        self.portal.state.engines.iter().find_map(|engine| engine.bundle(hash))
    }

    /// An element of a bundle: its text, else its name in the model, else its id.
    pub fn element(&self, bundle: &Bundle, id: &str) -> String {
        let model = || bundle.program.element(id).map(|element| element.title().to_owned());
        self.text(bundle, &format!("element-{id}")).or_else(model).unwrap_or_else(|| id.to_owned())
    }

    /// A name in a picture: the text of an element, the name of the participant for a pool; none where the model's stands.
    pub fn drawn(&self, bundle: &Bundle, id: &str) -> Option<String> {
        let named = self.text(bundle, &format!("element-{id}")).or_else(|| {
            let mut pools = bundle.program.participants().iter();
            let pool = pools.find(|pool| pool.element.as_str() == id)?;
            self.portal.state.registry.participant(&pool.id).map(|_| self.participant(&pool.id))
        });
        // The answers that stand on the ways out of a question.
        let answer = || match bundle.program.element(id)?.name.as_str() {
            "yes" => Some(self.words.t("value-yes")),
            "no" => Some(self.words.t("value-no")),
            _ => None,
        };
        named.or_else(answer)
    }

    /// A text of the service without arguments.
    pub fn text(&self, bundle: &Bundle, id: &str) -> Option<String> {
        let texts = self.portal.service_texts.get(&bundle.hash)?;
        let code = self.words.lang.code();
        let found = texts.has(code, id).then(|| texts.render(code, id, &Arguments::new()));
        found.and_then(Result::ok)
    }

    /// A stage of a service.
    pub fn stage(&self, bundle: &Bundle, id: &str) -> String {
        self.text(bundle, &format!("stage-{id}")).unwrap_or_else(|| id.to_owned())
    }

    /// An outcome.
    pub fn outcome(&self, bundle: Option<&Arc<Bundle>>, code: &str) -> String {
        let text = bundle.and_then(|bundle| self.text(bundle, &format!("outcome-{code}")));
        text.unwrap_or_else(|| code.to_owned())
    }

    /// A group of people who take tasks.
    pub fn group(&self, id: &str) -> String {
        let text = format!("group-{id}");
        if self.words.has(&text) { self.words.t(&text) } else { id.to_owned() }
    }
}
