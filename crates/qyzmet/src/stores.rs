//! Stores of a node: one folder, one lock and one key file each; the signed heads of their chains, published every second.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use eds::{PemSigner, Signer};
use store::heads::{HeadSigner, Publisher};
use store::seal::{FileKeys, Keeper};
use store::{SqliteOptions, SqliteStore, Store};

use crate::installation::Installation;

/// An open store with its keys.
#[derive(Clone)]
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Its sealed fields.
    pub keeper: Arc<Keeper>,
}

/// Opens the store of `id` under `data`.
///
/// # Errors
/// When another process has it, when its key file is missing although it holds data, or when the disk refuses.
pub fn open(data: &Path, installation: &Installation, id: &str, address: &str) -> Result<Opened> {
    let folder = data.join(id);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let fresh = fs::read_dir(&folder)?.next().is_none();
    let options = SqliteOptions { address: address.to_owned(), ..SqliteOptions::default() };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder, &options)?);
    let path = installation.seal.join(format!("{id}.keys"));
    // A store with data and without its keys is a mistake of the operator; new keys would only hide it.
    let keys = if fresh && !path.exists() { FileKeys::create(&path)? } else { FileKeys::open(&path)? };
    let keeper = Arc::new(Keeper::new(Arc::clone(&store), Arc::new(keys))?);
    Ok(Opened { store, keeper })
}

/// The key of a participant of this installation.
///
/// # Errors
/// When its files are missing or do not belong together.
pub fn signer(installation: &Installation, id: &str) -> Result<Arc<PemSigner>> {
    let read = |ending: &str| {
        let path = installation.keys.join(format!("{id}.{ending}.pem"));
        fs::read(&path).with_context(|| path.display().to_string())
    };
    Ok(Arc::new(PemSigner::read(&read("crt")?, &read("key")?).with_context(|| format!("key of {id}"))?))
}

struct NodeKey(Arc<PemSigner>);

impl HeadSigner for NodeKey {
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        self.0.sign(bytes).map_err(|error| error.to_string())
    }
}

/// Publishes the heads of a store beside it, signed with the key of its participant.
///
/// # Errors
/// When the published heads and the store do not belong together: one of them was cut or put back from a copy.
pub fn publisher(data: &Path, id: &str, opened: &Opened, signer: Arc<PemSigner>) -> Result<Publisher> {
    let folder = data.join(id);
    Ok(Publisher::open(&folder, Arc::clone(&opened.store), Arc::new(NodeKey(signer)))?)
}
