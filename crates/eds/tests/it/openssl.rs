//! Certificates, revocation lists and CMS against `openssl`, both ways.

use std::path::Path;
use std::sync::Arc;

use eds::cms;
use eds::crl::Reason;
use eds::issue::ToRevoke;
use eds::path::{Policy, Problem, Purpose, TrustStore, Validator};
use eds::{Certificate, CrlStore, ExpectedHolder, Judge, RevocationList, Signer};
use jiff::SignedDuration;

use crate::peer::{NOW, World, present, run, succeed};

const CHAIN: [&str; 10] = [
    "-CAfile",
    "root.pem",
    "-untrusted",
    "issuing.pem",
    "-CRLfile",
    "lists.pem",
    "-crl_check_all",
    "-attime",
    "1780000000",
    "-x509_strict",
];

#[test]
fn our_chain_and_lists_verify_there_and_a_revoked_certificate_does_not() {
    if !present("openssl") {
        return;
    }
    let world = World::new();
    for holder in &world.holders {
        world.write_lists(&[]);
        let arguments = [&["verify"], &CHAIN[..], &[holder.certificate_file.as_str()]].concat();
        succeed(world.path(), "openssl", &arguments);
        let serial = holder.signer.certificate().serial().clone();
        world.write_lists(&[ToRevoke { serial, since: NOW, reason: Reason::KeyCompromise }]);
        let (good, said) = run(world.path(), "openssl", &arguments);
        assert!(!good && said.contains("certificate revoked"), "{said}");
    }
}

#[test]
fn our_certificate_reads_there_with_the_facts_of_the_field() {
    if !present("openssl") {
        return;
    }
    let world = World::new();
    let said = succeed(
        world.path(),
        "openssl",
        &["x509", "-in", "rsa.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus"],
    );
    for expected in [
        "serialNumber=IIN123456789011",
        "OU=BIN123456789021",
        "CN=ТЕСТОВ ТЕСТ",
        "Digital Signature, Non Repudiation",
        "1.2.398.3.3.4.1.2",
    ] {
        assert!(said.contains(expected), "{expected} not in:\n{said}");
    }
}

const CONTENT: &[u8] = "Шешім\r\n№ 1\n".as_bytes();

#[test]
fn our_cms_signature_verifies_there() {
    if !present("openssl") {
        return;
    }
    let world = World::new();
    std::fs::write(world.path().join("content"), CONTENT).unwrap();
    for holder in &world.holders {
        let message = cms::sign_detached(CONTENT, &holder.signer, NOW).unwrap();
        std::fs::write(world.path().join("message.der"), &message).unwrap();
        let arguments = [
            &[
                "cms",
                "-verify",
                "-inform",
                "DER",
                "-in",
                "message.der",
                "-content",
                "content",
                "-binary",
                "-out",
                "verified",
            ],
            &["-CAfile", "authorities.pem", "-purpose", "any", "-attime", "1780000000", "-cades"][..],
        ]
        .concat();
        succeed(world.path(), "openssl", &arguments);
        assert_eq!(std::fs::read(world.path().join("verified")).unwrap(), CONTENT);
    }
}

#[test]
fn their_cms_signatures_verify_here_in_every_encoding() {
    if !present("openssl") {
        return;
    }
    let world = World::new();
    std::fs::write(world.path().join("content"), CONTENT).unwrap();
    let validator = world.validator();
    let judge = Judge { validator: &validator, moment: NOW, directory: None };
    for holder in &world.holders {
        // Plain, with the certificate signed, named by key, and streamed (indefinite lengths, split content).
        for options in [
            &[][..],
            &["-cades"],
            &["-keyid"],
            &["-stream", "-nodetach"],
            &["-stream", "-cades"],
            &["-nodetach"],
        ] {
            let base = [
                "cms",
                "-sign",
                "-binary",
                "-in",
                "content",
                "-md",
                "sha256",
                "-outform",
                "DER",
                "-out",
                "message.der",
            ];
            let key = ["-signer", &holder.certificate_file, "-inkey", &holder.key_file];
            succeed(world.path(), "openssl", &[&base[..], &key[..], options].concat());
            let message = std::fs::read(world.path().join("message.der")).unwrap();
            let good = cms::verify_detached(CONTENT, &message, &ExpectedHolder::Anyone, &judge);
            let good = good.unwrap_or_else(|refusal| panic!("{options:?}: {refusal}"));
            assert_eq!(&good[0].certificate, holder.signer.certificate());
            assert!(good[0].claimed_time.is_some());
            assert!(cms::verify_detached(b"other", &message, &ExpectedHolder::Anyone, &judge).is_err());
            let attached = cms::verify_attached(&message, &ExpectedHolder::Anyone, &judge);
            let carried = message.windows(CONTENT.len()).any(|window| window == CONTENT);
            assert_eq!(attached.is_ok_and(|(content, _)| content == CONTENT), carried, "{options:?}");
            assert!(carried || !options.contains(&"-nodetach"));
        }
        // Without signed attributes it is refused.
        let base = [
            "cms",
            "-sign",
            "-binary",
            "-noattr",
            "-in",
            "content",
            "-md",
            "sha256",
            "-outform",
            "DER",
            "-out",
            "message.der",
        ];
        succeed(
            world.path(),
            "openssl",
            &[&base[..], &["-signer", &holder.certificate_file, "-inkey", &holder.key_file]].concat(),
        );
        let message = std::fs::read(world.path().join("message.der")).unwrap();
        let refusal = cms::verify_detached(CONTENT, &message, &ExpectedHolder::Anyone, &judge).unwrap_err();
        assert!(refusal.to_string().contains("without signed attributes"), "{refusal}");
    }
}

const CONFIGURATION: &str = "
[ca]
default_ca = here
[here]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 7
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[holder]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = emailProtection,1.2.398.3.3.4.1.2
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid,issuer
crlDistributionPoints = URI:http://crl.example/list.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example/
";

/// An authority and a holder made by `openssl`, and its revocation list.
fn their_world(folder: &Path, key: &[&str]) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("openssl.cnf", CONFIGURATION);
    write("index.txt", "");
    write("crlnumber", "01\n");
    let new = ["req", "-new", "-nodes", "-utf8", "-config", "/dev/null"];
    let authority =
        ["-x509", "-days", "30", "-subj", "/C=KZ/CN=СЫНАҚ", "-keyout", "ca.key", "-out", "ca.pem"];
    write("req.cnf", &format!("[req]\ndistinguished_name=dn\n[dn]\n{CONFIGURATION}"));
    let new = [&new[..4], &["-config", "req.cnf"], key].concat();
    succeed(folder, "openssl", &[&new[..], &authority[..], &["-extensions", "authority"]].concat());
    let subject = "/CN=ЖҮЙЕ/serialNumber=IIN123456789011/C=KZ/O=АО/OU=BIN123456789021";
    succeed(
        folder,
        "openssl",
        &[&new[..], &["-subj", subject, "-keyout", "holder.key", "-out", "holder.csr"]].concat(),
    );
    let sign = [
        "x509",
        "-req",
        "-in",
        "holder.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-days",
        "20",
        "-out",
        "holder.pem",
    ];
    succeed(
        folder,
        "openssl",
        &[&sign[..], &["-CAcreateserial", "-extfile", "openssl.cnf", "-extensions", "holder"]].concat(),
    );
}

fn their_list(folder: &Path) {
    let arguments = [
        "ca",
        "-config",
        "openssl.cnf",
        "-gencrl",
        "-keyfile",
        "ca.key",
        "-cert",
        "ca.pem",
        "-out",
        "list.pem",
    ];
    succeed(folder, "openssl", &arguments);
}

#[test]
fn their_chain_and_list_are_judged_here() {
    if !present("openssl") {
        return;
    }
    for key in [&["-newkey", "rsa:2048"][..], &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        their_world(folder, key);
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::new(Certificate::from_pem(&read("ca.pem")).unwrap())).unwrap();
        let trust = Arc::new(trust);
        let holder = Arc::new(Certificate::from_pem(&read("holder.pem")).unwrap());
        assert_eq!(holder.holder().bin.as_deref(), Some("123456789021"));
        assert_eq!(holder.revocation_list_addresses(), ["http://crl.example/list.crl"]);
        assert_eq!(holder.responder_addresses(), ["http://ocsp.example/"]);

        let store = Arc::new(CrlStore::new());
        let validator = Validator::new(Arc::clone(&trust), Arc::clone(&store) as _, Policy::default());
        let moment = holder.not_before() + SignedDuration::from_hours(1);
        let problem = || {
            validator.verdict(&holder, Purpose::Signature, moment).refusal().map(|refusal| refusal.problem)
        };
        assert_eq!(problem(), Some(Problem::RevocationUnknown));
        their_list(folder);
        store.add(RevocationList::from_pem(&read("list.pem")).unwrap(), &trust).unwrap();
        assert_eq!(problem(), None);

        let revoke = ["ca", "-config", "openssl.cnf", "-revoke", "holder.pem", "-crl_reason", "superseded"];
        succeed(folder, "openssl", &[&revoke[..], &["-keyfile", "ca.key", "-cert", "ca.pem"]].concat());
        their_list(folder);
        store.add(RevocationList::from_pem(&read("list.pem")).unwrap(), &trust).unwrap();
        assert!(
            matches!(problem(), Some(Problem::Revoked { reason: Reason::Superseded, .. })),
            "{:?}",
            problem()
        );
    }
}

#[test]
fn keys_outside_the_list_are_refused_with_the_reason() {
    if !present("openssl") {
        return;
    }
    for (key, reason) in [
        (&["-newkey", "rsa:1024"][..], "RSA key of 1024 bits; 2048 to 4096 are accepted"),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "parameters of ECDSA P-256"),
        (&["-newkey", "ed25519"], "1.3.101.112\" is not in the list"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        their_world(folder.path(), key);
        let certificate =
            Certificate::from_pem(&std::fs::read(folder.path().join("ca.pem")).unwrap()).unwrap();
        let error = certificate.verifying_key().unwrap_err().to_string();
        assert!(error.contains(reason), "{key:?}: {error}");
        let mut trust = TrustStore::new();
        assert!(trust.add_anchor(Arc::new(certificate)).unwrap_err().to_string().contains(reason));
    }
}
