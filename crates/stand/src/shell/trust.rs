//! Whom the outside systems trust: authorities and revocation lists from files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use eds::path::Policy;
use eds::revocation::{RevocationPolicy, Unknown};
use eds::{Certificate, CrlStore, RevocationList, TrustStore, Validator};

use super::run::StartError;

/// How often the lists are read again.
const AGAIN: Duration = Duration::from_secs(60);

/// The trust of the stand.
pub(super) struct Trust {
    pub(super) validator: Arc<Validator>,
    store: Arc<TrustStore>,
    lists: Arc<CrlStore>,
    files: Vec<PathBuf>,
}

impl Trust {
    pub(super) fn read(
        anchors: &[PathBuf],
        intermediates: &[PathBuf],
        lists: &[PathBuf],
    ) -> Result<Self, StartError> {
        let mut store = TrustStore::new();
        for (paths, anchor) in [(anchors, true), (intermediates, false)] {
            for path in paths {
                for certificate in bundle(path)? {
                    let added = if anchor {
                        store.add_anchor(certificate)
                    } else {
                        store.add_intermediate(certificate)
                    };
                    added.map_err(|error| StartError::file(path, error))?;
                }
            }
        }
        let unknown = if lists.is_empty() {
            Unknown::Accept("the stand was given no revocation lists")
        } else {
            Unknown::Refuse
        };
        let revocation = RevocationPolicy { unknown, ..RevocationPolicy::strict() };
        let (store, held) = (Arc::new(store), Arc::new(CrlStore::new()));
        let policy = Policy { revocation, ..Policy::default() };
        let validator = Arc::new(Validator::new(Arc::clone(&store), Arc::clone(&held) as _, policy));
        let trust = Self { validator, store, lists: held, files: lists.to_vec() };
        for file in &trust.files {
            trust.take(file)?;
        }
        Ok(trust)
    }

    fn take(&self, path: &Path) -> Result<(), StartError> {
        let bytes = std::fs::read(path).map_err(|error| StartError::file(path, error))?;
        let list = if bytes.starts_with(b"-----") {
            RevocationList::from_pem(&bytes)
        } else {
            RevocationList::from_der(&bytes)
        };
        let list = list.map_err(|error| StartError::file(path, error))?;
        self.lists.add(list, &self.store).map_err(|error| StartError::file(path, error))
    }

    /// Reads the lists again and again; a list that cannot be read leaves the one at hand.
    pub(super) async fn keep_fresh(self) {
        loop {
            tokio::time::sleep(AGAIN).await;
            for file in &self.files {
                if let Err(error) = self.take(file) {
                    tracing::warn!(%error, "a revocation list cannot be read again");
                }
            }
        }
    }
}

fn bundle(path: &Path) -> Result<Vec<Arc<Certificate>>, StartError> {
    let bytes = std::fs::read(path).map_err(|error| StartError::file(path, error))?;
    let certificates = Certificate::bundle_from_pem(&bytes).map_err(|error| StartError::file(path, error))?;
    Ok(certificates.into_iter().map(Arc::new).collect())
}
