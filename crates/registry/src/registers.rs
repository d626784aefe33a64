//! The folder of registers on a disk: the only place of the room that opens files, at start and never for a message.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::toml_file::MAX_BYTES;

/// Folders of services that are read.
const MAX_SERVICES: usize = 10_000;

/// Why a folder of registers cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RegistersError {
    /// A file or folder cannot be opened or is not text.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Too large.
    #[error("{}: {reason}", .path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// In which way.
        reason: String,
    },
}

/// Every `passport.toml` in the folders of `registers`, as (path, text) for [`crate::Registry::load`], in the order of the names.
/// A folder without a passport is left out.
///
/// # Errors
/// [`RegistersError`] when something cannot be read or is too large.
pub fn read_registers(registers: &Path) -> Result<Vec<(String, String)>, RegistersError> {
    let at = |path: &Path, source| RegistersError::Io { path: path.to_owned(), source };
    let mut folders = Vec::new();
    for entry in fs::read_dir(registers).map_err(|source| at(registers, source))? {
        let path = entry.map_err(|source| at(registers, source))?.path();
        if path.join("passport.toml").is_file() {
            folders.push(path);
        }
        if folders.len() > MAX_SERVICES {
            let reason = format!("more than {MAX_SERVICES} services");
            return Err(RegistersError::TooLarge { path: registers.to_owned(), reason });
        }
    }
    folders.sort();
    folders.into_iter().map(|folder| read_file(&folder.join("passport.toml"))).collect()
}

fn read_file(path: &Path) -> Result<(String, String), RegistersError> {
    let at = |source| RegistersError::Io { path: path.to_owned(), source };
    let size = fs::metadata(path).map_err(at)?.len();
    if size > MAX_BYTES as u64 {
        let reason = format!("{size} bytes; at most {MAX_BYTES} are read");
        return Err(RegistersError::TooLarge { path: path.to_owned(), reason });
    }
    let text = fs::read_to_string(path).map_err(at)?;
    Ok((path.display().to_string(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_with_a_passport_are_read_in_order() {
        let root = tempfile::tempdir().unwrap();
        for name in ["B", "A", "empty"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        fs::write(root.path().join("A/passport.toml"), "id = 1").unwrap();
        fs::write(root.path().join("B/passport.toml"), "id = 2").unwrap();
        fs::write(root.path().join("README.md"), "no folder").unwrap();
        let read = read_registers(root.path()).unwrap();
        let texts: Vec<_> = read.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["id = 1", "id = 2"]);
        assert!(read[0].0.ends_with("A/passport.toml"));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let root = tempfile::tempdir().unwrap();
        let missing = root.path().join("nowhere");
        assert!(read_registers(&missing).unwrap_err().to_string().contains("nowhere"));
        fs::create_dir(root.path().join("A")).unwrap();
        fs::write(root.path().join("A/passport.toml"), [0xff, 0xfe]).unwrap();
        assert!(read_registers(root.path()).unwrap_err().to_string().contains("passport.toml"));
        fs::write(root.path().join("A/passport.toml"), vec![b'#'; MAX_BYTES + 1]).unwrap();
        assert!(matches!(read_registers(root.path()), Err(RegistersError::TooLarge { .. })));
    }
}
