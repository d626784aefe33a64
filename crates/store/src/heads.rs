//! Signed heads of the chain, published outside the database.
//!
//! A head says where the chain ended at a moment; it is signed by the node (the shell gives the signer) and appended to a file
//! that stands elsewhere and can be copied to others. Heads are numbered and each covers the line before it, so that a line
//! taken out or exchanged is seen. A line is text: the signed part, a space, the signature. Never rewrite a line.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use crate::chain::{Chain, Hash};
use crate::commit::{Commit, CommitError, Id, Write};
use crate::partition::Partition;
use crate::read::{ReadError, Store};

/// The name of the file.
pub const HEADS_FILE: &str = "heads.log";
/// First word of a line, with the version of its form.
const FORM: &str = "qyzmet-head-1";
/// Longest line, in bytes.
const MAX_LINE: usize = 16 * 1_024;

/// Signs heads: the node's key, in the hands of the shell.
pub trait HeadSigner: Send + Sync {
    /// Signs these bytes.
    ///
    /// # Errors
    /// In words, when the key cannot be used.
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String>;
}

/// Checks signatures of heads.
pub trait HeadVerifier {
    /// Checks a signature over these bytes.
    ///
    /// # Errors
    /// In words, when it is not that of the node.
    fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), String>;
}

/// Where the chain ended at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number among the heads of this store, from 1.
    pub sequence: u64,
    /// SHA-256 of the line before it; zeros for the first.
    pub previous: Hash,
    /// Store, last batch, its hash, rows per partition.
    pub chain: Chain,
    /// When it was signed (legal time).
    pub at: Timestamp,
}

/// Why heads could not be published or read.
#[derive(Debug, thiserror::Error)]
pub enum HeadsError {
    /// The file cannot be used.
    #[error("{path}: {what}")]
    File {
        /// The file.
        path: String,
        /// The system's words.
        what: String,
    },
    /// A line is not one that was published.
    #[error("{path}, line {line}: {what}")]
    Line {
        /// The file.
        path: String,
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// File and store do not belong together.
    #[error("{path} ends with head {published}, the store with head {kept}: {meaning}")]
    Apart {
        /// The file.
        path: String,
        /// Last head of the file.
        published: u64,
        /// Last head of the store.
        kept: u64,
        /// What that means.
        meaning: &'static str,
    },
    /// The signer failed.
    #[error("the head was not signed: {0}")]
    Signer(String),
    /// The store failed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store did not keep the head.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl Head {
    /// The part that is signed.
    pub fn signed_text(&self) -> String {
        let rows: Vec<String> = self.chain.rows.iter().map(u64::to_string).collect();
        format!(
            "{FORM} {} {} {} {} {} {} {}",
            hex::encode(self.chain.store),
            self.sequence,
            hex::encode(self.previous),
            self.chain.batch,
            hex::encode(self.chain.hash),
            self.at.as_millisecond(),
            rows.join(","),
        )
    }

    /// Reads a line; answers the head and its signature, which is not checked here.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_line(line: &str) -> Result<(Self, Vec<u8>), String> {
        let fields: Vec<&str> = line.split(' ').collect();
        let [FORM, store, sequence, previous, batch, hash, at, rows, signature] = fields[..] else {
            return Err(format!("not the nine fields of `{FORM} …`"));
        };
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text:.30}` is not a number"));
        let mut chain = Chain::beginning(fixed::<16>(store)?);
        chain.batch = number(batch)?;
        chain.hash = fixed(hash)?;
        let counts = rows.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
        chain.rows = counts.try_into().map_err(|_| "not one number of rows per partition".to_owned())?;
        let at: i64 = at.parse().map_err(|_| format!("`{at:.30}` is not a moment"))?;
        let at = Timestamp::from_millisecond(at).map_err(|error| error.to_string())?;
        let signature = hex::decode(signature).map_err(|_| "the signature is not hexadecimal".to_owned())?;
        Ok((Self { sequence: number(sequence)?, previous: fixed(previous)?, chain, at }, signature))
    }
}

fn fixed<const N: usize>(hexadecimal: &str) -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    hex::decode_to_slice(hexadecimal, &mut bytes).map_err(|_| format!("not {N} bytes in hexadecimal"))?;
    Ok(bytes)
}

fn hash_of(line: &str) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, line.as_bytes()).as_ref());
    hash
}

/// Appends heads of one store to a file.
pub struct Publisher {
    path: PathBuf,
    file: File,
    store: Arc<dyn Store>,
    signer: Arc<dyn HeadSigner>,
    last: Option<(Head, String)>,
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Publisher {
    /// Opens or makes `heads.log` in `folder` and brings it and the store together after a crash between the two.
    ///
    /// # Errors
    /// [`HeadsError::Apart`] when one of them was cut or put back from a copy.
    pub fn open(
        folder: &Path,
        store: Arc<dyn Store>,
        signer: Arc<dyn HeadSigner>,
    ) -> Result<Self, HeadsError> {
        let path = folder.join(HEADS_FILE);
        let refuse = |error: std::io::Error| HeadsError::File {
            path: path.display().to_string(),
            what: error.to_string(),
        };
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(refuse)?;
        let last = last_line(&mut file).map_err(refuse)?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(refuse)?;
        let malformed = |what: String| HeadsError::Line { path: path.display().to_string(), line: 0, what };
        let published = last
            .map(|line| Head::from_line(&line).map(|(head, _)| (head, line)))
            .transpose()
            .map_err(malformed)?;
        let kept = store.last_signed_head()?;
        let kept = kept.map(|line| String::from_utf8_lossy(&line).into_owned());
        let mut publisher = Self { path: path.clone(), file, store, signer, last: published };
        publisher.reconcile(kept)?;
        Ok(publisher)
    }

    /// The line goes to the file first and to the store second: after a crash the file may be one ahead, nothing else.
    fn reconcile(&mut self, kept: Option<String>) -> Result<(), HeadsError> {
        let path = self.path.display().to_string();
        let kept_head = kept.as_deref().map(Head::from_line).transpose();
        let kept_head = kept_head.map_err(|what| HeadsError::Read(ReadError::Damaged(what)))?;
        let kept_sequence = kept_head.map_or(0, |(head, _)| head.sequence);
        let published = self.last.as_ref().map_or(0, |(head, _)| head.sequence);
        let apart = |meaning| Err(HeadsError::Apart { path, published, kept: kept_sequence, meaning });
        if published == kept_sequence {
            return match (&self.last, &kept) {
                (Some((_, line)), Some(kept)) if line != kept => {
                    apart("they say different things: one was changed")
                }
                _ => Ok(()),
            };
        }
        match &self.last {
            Some((head, line))
                if published == kept_sequence + 1 && head.chain.batch <= self.store.chain()?.batch =>
            {
                keep(&*self.store, head, line)
            }
            _ if published > kept_sequence => apart("the store was put back to an earlier state"),
            _ => apart("published heads were taken away; put the file back"),
        }
    }

    /// Signs and publishes the end of the chain, when it moved since the last head.
    ///
    /// # Errors
    /// When signing, writing or keeping fails; the next call tries again.
    pub fn publish(&mut self, at: Timestamp) -> Result<Option<Head>, HeadsError> {
        let chain = self.store.chain()?;
        let (sequence, previous, batch) = match &self.last {
            Some((head, line)) => (head.sequence + 1, hash_of(line), head.chain.batch),
            None => (1, [0; 32], 0),
        };
        if chain.batch == batch {
            return Ok(None);
        }
        let head = Head { sequence, previous, chain, at };
        let text = head.signed_text();
        let signature = self.signer.sign(text.as_bytes()).map_err(HeadsError::Signer)?;
        let line = format!("{text} {}", hex::encode(signature));
        self.append(&line)?;
        self.last = Some((head.clone(), line.clone()));
        keep(&*self.store, &head, &line)?;
        Ok(Some(head))
    }

    fn append(&mut self, line: &str) -> Result<(), HeadsError> {
        let end = self.file.seek(SeekFrom::End(0));
        let written = end.and_then(|end| {
            let written =
                self.file.write_all(format!("{line}\n").as_bytes()).and_then(|()| self.file.sync_data());
            if written.is_err() {
                // Half a line must not stay before the next; at opening it is cut off in any case.
                self.file.set_len(end)?;
            }
            written
        });
        written.map_err(|error| HeadsError::File {
            path: self.path.display().to_string(),
            what: error.to_string(),
        })
    }
}

fn keep(store: &dyn Store, head: &Head, line: &str) -> Result<(), HeadsError> {
    let write = Write::PutSignedHead { batch: head.chain.batch, line: line.as_bytes().to_vec() };
    // Heads stand outside the chain: a record of them would be a new end of it.
    let mut commit = Commit::new(Partition::of(""));
    commit.writes.push(write);
    store.commit_one(commit)?;
    Ok(())
}

/// The last complete line of the file; cuts off a line that a power cut left unfinished.
fn last_line(file: &mut File) -> std::io::Result<Option<String>> {
    let length = file.metadata()?.len();
    let tail = length.min(2 * MAX_LINE as u64);
    file.seek(SeekFrom::Start(length - tail))?;
    let mut bytes = Vec::new();
    file.take(tail).read_to_end(&mut bytes)?;
    let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') else {
        if length > tail {
            return Err(std::io::Error::other(
                "the file does not end with a head: it was changed or is another file",
            ));
        }
        file.set_len(0)?;
        return Ok(None);
    };
    file.set_len(length - (bytes.len() - end - 1) as u64)?;
    let line = bytes[..end].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(Some(String::from_utf8_lossy(line).into_owned()))
}

/// Reads published heads in their order, checking signature, number and the link to the line before.
pub struct PublishedHeads<'a> {
    path: String,
    lines: BufReader<File>,
    verifier: &'a dyn HeadVerifier,
    line: u64,
    last: Option<(Head, Hash)>,
    failed: bool,
}

impl<'a> PublishedHeads<'a> {
    /// Opens the file of heads.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, verifier: &'a dyn HeadVerifier) -> Result<Self, HeadsError> {
        let shown = path.display().to_string();
        let file = File::open(path)
            .map_err(|error| HeadsError::File { path: shown.clone(), what: error.to_string() })?;
        Ok(Self { path: shown, lines: BufReader::new(file), verifier, line: 0, last: None, failed: false })
    }

    fn read(&mut self) -> Result<Option<Head>, HeadsError> {
        let mut line = Vec::new();
        let bounded = self.lines.by_ref().take(MAX_LINE as u64).read_until(b'\n', &mut line);
        bounded.map_err(|error| HeadsError::File { path: self.path.clone(), what: error.to_string() })?;
        if line.len() < MAX_LINE && line.pop() != Some(b'\n') {
            // The end, or a line that a power cut left unfinished.
            return Ok(None);
        }
        self.line += 1;
        let head = self.check(&line).map_err(|what| HeadsError::Line {
            path: self.path.clone(),
            line: self.line,
            what,
        })?;
        Ok(Some(head))
    }

    fn check(&mut self, line: &[u8]) -> Result<Head, String> {
        let line = std::str::from_utf8(line).map_err(|_| "not text".to_owned())?;
        let (head, signature) = Head::from_line(line)?;
        self.verifier.verify(head.signed_text().as_bytes(), &signature)?;
        let (sequence, previous, store): (u64, Hash, Option<Id>) = match &self.last {
            Some((last, hash)) => (last.sequence + 1, *hash, Some(last.chain.store)),
            None => (1, [0; 32], None),
        };
        if head.sequence != sequence
            || head.previous != previous
            || store.is_some_and(|store| store != head.chain.store)
        {
            return Err(format!("head {} does not follow the line before it", head.sequence));
        }
        if self.last.as_ref().is_some_and(|(last, _)| head.chain.batch < last.chain.batch) {
            return Err(format!("head {} runs backwards", head.sequence));
        }
        self.last = Some((head.clone(), hash_of(line)));
        Ok(head)
    }
}

impl Iterator for PublishedHeads<'_> {
    type Item = Result<Head, HeadsError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.read();
        self.failed = next.is_err();
        next.transpose()
    }
}
