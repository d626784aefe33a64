//! Trust in certificates, read from a folder: `*.crt` of authorities (self-signed ones are anchors) and `*.crl`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use eds::crl::RevocationList;
use eds::path::Policy;
use eds::{Certificate, CrlStore, TrustStore, Validator};

/// Most files that are read.
const MOST_FILES: usize = 1_000;

/// A validator over the folder.
///
/// # Errors
/// A file that cannot be read or is not what it should be; a folder without an anchor.
pub fn validator(folder: &Path) -> Result<Arc<Validator>> {
    let mut trust = TrustStore::new();
    let mut lists = Vec::new();
    let mut anchors = 0;
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())?.take(MOST_FILES) {
        let path = entry?.path();
        let bytes = || fs::read(&path).with_context(|| path.display().to_string());
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("crt") => {
                let certificate =
                    Certificate::from_pem(&bytes()?).with_context(|| path.display().to_string())?;
                let certificate = Arc::new(certificate);
                if certificate.subject() == certificate.issuer() {
                    trust.add_anchor(certificate).with_context(|| path.display().to_string())?;
                    anchors += 1;
                } else {
                    trust.add_intermediate(certificate).with_context(|| path.display().to_string())?;
                }
            }
            Some("crl") => {
                lists.push(RevocationList::from_der(&bytes()?).with_context(|| path.display().to_string())?);
            }
            _ => {}
        }
    }
    if anchors == 0 {
        bail!("{} holds no self-signed certificate of an authority: nobody can be trusted", folder.display());
    }
    let revocation = CrlStore::new();
    for list in lists {
        revocation.add(list, &trust)?;
    }
    Ok(Arc::new(Validator::new(Arc::new(trust), Arc::new(revocation), Policy::default())))
}
