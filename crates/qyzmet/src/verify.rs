//! `qyzmet journal verify`: whether anybody changed, cut or rewrote what a store was given.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use eds::Certificate;
use eds::algorithm::SignatureForm;
use store::heads::{HEADS_FILE, HeadVerifier, PublishedHeads};
use store::verify::{Progress, VerifyError, verify};
use store::{SqliteOptions, SqliteStore};

/// What `journal` does.
#[derive(Subcommand)]
pub enum JournalCommand {
    /// Verifies the journal of a stopped store against its published heads.
    Verify {
        /// The store's folder, such as `data/emaket`.
        store: PathBuf,
        /// The certificate of the participant whose heads were published.
        #[arg(long)]
        certificate: PathBuf,
        /// The published heads; beside the store when not given.
        #[arg(long)]
        heads: Option<PathBuf>,
        /// Machine-readable output.
        #[arg(long)]
        json: bool,
    },
}

struct ByCertificate(Certificate);

impl HeadVerifier for ByCertificate {
    fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), String> {
        let key = self.0.verifying_key().map_err(|error| error.to_string())?;
        key.verify(bytes, signature, SignatureForm::Xml).map_err(|error| error.to_string())
    }
}

/// Runs it.
///
/// # Errors
/// What cannot be opened.
pub fn journal(command: JournalCommand) -> Result<ExitCode> {
    let JournalCommand::Verify { store: folder, certificate, heads, json } = command;
    let pem = std::fs::read(&certificate).with_context(|| certificate.display().to_string())?;
    let verifier = ByCertificate(Certificate::from_pem(&pem)?);
    let heads = heads.unwrap_or_else(|| folder.join(HEADS_FILE));
    let store = SqliteStore::open(
        &folder,
        &SqliteOptions { address: "verifying".into(), ..SqliteOptions::default() },
    )?;
    let published = PublishedHeads::open(&heads, &verifier)?;
    let mut shown = 0;
    let progress = |progress: Progress| {
        if !json && progress.batch >= shown + 10_000 {
            shown = progress.batch;
            eprintln!("batch {} of {}", progress.batch, progress.of);
        }
    };
    match verify(&store, 1, published, progress) {
        Ok(verified) => {
            if json {
                let (rows, batches) = (verified.rows, verified.batches);
                println!("{}", serde_json::json!({ "sound": true, "rows": rows, "batches": batches }));
            } else {
                println!("sound: {} rows in {} batches", verified.rows, verified.batches);
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(VerifyError::Found(finding)) => {
            if json {
                println!("{}", serde_json::json!({ "sound": false, "finding": finding.to_string() }));
            } else {
                eprintln!("NOT SOUND: {finding}");
            }
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}
