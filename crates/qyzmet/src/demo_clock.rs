//! The legal clock of a demonstration across restarts: it goes on where it stood, also after a kill.
//!
//! Kept in a file beside the stores, written every two seconds by renaming, so that what is read is always whole. Production has no
//! such file: its legal time is the machine's.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use engine::LegalClock;
use tokio::sync::watch;

/// How often the file is written.
const EVERY: Duration = Duration::from_secs(2);

fn file(data: &Path) -> PathBuf {
    data.join("legal-clock")
}

/// The clock as it stood when it was last kept, or on the morning on which the demonstration begins.
///
/// # Errors
/// When the file cannot be read or holds no moment.
pub fn open(data: &Path) -> Result<LegalClock> {
    let path = file(data);
    let start = match std::fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().with_context(|| path.display().to_string())?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let morning = format!("{}T10:00:00+05:00", crate::DEMO_STARTS_ON);
            morning.parse().context("the beginning of the demonstration")?
        }
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    Ok(LegalClock::demonstration(start))
}

/// Writes what the clock shows.
///
/// # Errors
/// When the file cannot be written.
pub fn keep(data: &Path, clock: &LegalClock) -> Result<()> {
    let (path, draft) = (file(data), data.join("legal-clock.new"));
    std::fs::write(&draft, clock.now().to_string()).with_context(|| draft.display().to_string())?;
    std::fs::rename(&draft, &path).with_context(|| path.display().to_string())
}

/// Writes what the clock shows, every two seconds and at the end.
pub async fn keep_on(data: PathBuf, clock: Arc<LegalClock>, mut stop: watch::Receiver<bool>) {
    loop {
        let last = tokio::select! {
            () = tokio::time::sleep(EVERY) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        let (folder, shown) = (data.clone(), Arc::clone(&clock));
        match tokio::task::spawn_blocking(move || keep(&folder, &shown)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the legal clock is not kept; after a kill it would show an earlier time")
            }
            Err(error) => tracing::error!(%error, "keeping the legal clock ended in disorder"),
        }
        if last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_on_where_it_was_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = open(folder.path()).expect("the beginning");
        clock.advance_to("2024-05-06T05:00:00Z".parse().expect("a moment")).expect("forward");
        keep(folder.path(), &clock).expect("kept");
        let again = open(folder.path()).expect("kept before");
        assert!(again.now() >= "2024-05-06T05:00:00Z".parse().expect("a moment"));
    }
}
