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

/// A message of the field's shape, signed; `content` stands in the Body.
pub(crate) fn signed_message(signer: &dyn crate::key::Signer, content: &str) -> String {
    let unsigned = format!(
        "<soap:Envelope xmlns:soap=\"{}\"><soap:Header></soap:Header><soap:Body xmlns:wsu=\"{}\" wsu:Id=\"id-1\">{content}\
         </soap:Body></soap:Envelope>",
        crate::wssec::SOAP,
        crate::wssec::WSU,
    );
    let document = xml::Document::parse(unsigned.as_bytes(), &xml::Limits::message()).unwrap();
    let body = document.root().child(crate::wssec::SOAP, "Body").unwrap();
    let mut canonical = Vec::new();
    xml::canonical::exclusive(&document, body.id(), &xml::canonical::Options::default(), &mut canonical)
        .unwrap();
    let security = crate::wssec::sign(signer, "id-1", &canonical).unwrap();
    unsigned.replace("<soap:Header>", &format!("<soap:Header>{security}"))
}

/// A Body's content in the shape of the synchronous channel, with what canonicalisation has to take care of.
pub(crate) const CONTENT: &str = "<ns2:SendMessage xmlns:ns2=\"http://bip.bee.kz/SyncChannel/v10/Types\"><request>\
    <requestInfo><messageId>7ea6369f-18c5-4633-ad73-19de35883e0b</messageId><serviceId>MO_CONFIRM</serviceId></requestInfo>\
    <requestData><data xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xsi:type=\"xs:string\"><!-- aside -->Әлия &amp; <b a='2'  z=\"1\"/>\r\n&lt;ұл&gt;</data></requestData></request></ns2:SendMessage>";
