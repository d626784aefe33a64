//! A small made-up public key infrastructure for the room's own tests.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use crate::algorithm::SignatureAlgorithm;
use crate::crl::RevocationList;
use crate::issue::{Authority, Period, Subject, ToRevoke};
use crate::key::PemSigner;
use crate::path::{Policy, TrustStore, Validator};
use crate::revocation::CrlStore;

/// A moment written as text.
pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The moment most tests play at.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0); // 2026-05-28

/// The period most certificates are valid in: the year 2026.
pub(crate) const PERIOD: Period =
    Period { from: Timestamp::constant(1_767_225_600, 0), to: Timestamp::constant(1_798_761_600, 0) };

/// Root, issuing authority, and holders below it.
pub(crate) struct Pki {
    pub(crate) root: Authority,
    pub(crate) issuing: Authority,
    /// P-256, legal person.
    pub(crate) organization: PemSigner,
    /// RSA-2048, legal person with another BIN.
    pub(crate) rsa: PemSigner,
    /// P-256, natural person.
    pub(crate) person: PemSigner,
}

/// Keys are slow to make, so the tests share one infrastructure.
pub(crate) fn pki() -> &'static Pki {
    static PKI: LazyLock<Pki> = LazyLock::new(|| {
        let root = Authority::root(&Subject::named("ДЕМО ТҮБІР"), PERIOD).unwrap();
        let issuing = root.subordinate(&Subject::named("ДЕМО КУӘЛАНДЫРУШЫ"), PERIOD).unwrap();
        let holder = |subject: &Subject, algorithm| {
            let (key, certificate) = issuing.participant(subject, algorithm, PERIOD).unwrap();
            PemSigner::new(Arc::new(certificate), key).unwrap()
        };
        let organization = Subject::organization("ТЕСТОВ ТЕСТ", "123456789011", "АО ТЕСТ", "123456789021");
        let other = Subject::organization("ЖҮЙЕ", "123456789012", "БАСҚА", "123456789022");
        Pki {
            organization: holder(&organization, SignatureAlgorithm::EcdsaP256Sha256),
            rsa: holder(&other, SignatureAlgorithm::RsaSha256),
            person: holder(&Subject::person("АЗАМАТ", "900101300123"), SignatureAlgorithm::EcdsaP256Sha256),
            root,
            issuing,
        }
    });
    &PKI
}

impl Pki {
    /// The root trusted, the issuing authority known.
    pub(crate) fn trust(&self) -> TrustStore {
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::clone(self.root.certificate())).unwrap();
        trust.add_intermediate(Arc::clone(self.issuing.certificate())).unwrap();
        trust
    }

    /// Lists of both authorities, made an hour before [`NOW`] for a week.
    pub(crate) fn lists(&self, revoked: &[ToRevoke]) -> CrlStore {
        let store = CrlStore::new();
        let (from, to) =
            (NOW - jiff::SignedDuration::from_hours(1), NOW + jiff::SignedDuration::from_hours(168));
        for (authority, revoked) in [(&self.root, &[][..]), (&self.issuing, revoked)] {
            let der = authority.revocation_list(1, from, to, revoked).unwrap();
            store.add(RevocationList::from_der(&der).unwrap(), &self.trust()).unwrap();
        }
        store
    }

    /// A strict validator with fresh lists.
    pub(crate) fn validator(&self, revoked: &[ToRevoke]) -> Validator {
        Validator::new(Arc::new(self.trust()), Arc::new(self.lists(revoked)), Policy::default())
    }
}

/// A folder of reference data beside the workspace; `None`, with a message, when it is not there.
pub(crate) fn fixtures(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no reference data at ../shared/fixtures/{folder}");
    None
}
