//! The bounds below every store: the same bytes in the same batches, written and synced to a plain file.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Repeats `batch`, which carries out a number of things and says how many; things per second.
///
/// # Errors
/// Those of `batch`.
pub fn per_second(time: Duration, mut batch: impl FnMut() -> anyhow::Result<usize>) -> anyhow::Result<f64> {
    batch()?;
    let (start, mut done) = (Instant::now(), 0);
    while start.elapsed() < time {
        done += batch()?;
    }
    Ok(done as f64 / start.elapsed().as_secs_f64())
}

/// Bytes that do not compress, different for every seed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let (mut state, mut bytes) = (seed, Vec::with_capacity(length + 8));
    while bytes.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Records of `bytes` per second when `batch` of them share one `fdatasync`.
///
/// # Errors
/// When the file cannot be written.
pub fn plain_file(folder: &Path, batch: f64, bytes: usize, time: Duration) -> anyhow::Result<f64> {
    let path = folder.join("plain");
    let mut file = File::create(&path)?;
    let whole = noise(7, ((batch * bytes as f64) as usize).max(1));
    let batches = per_second(time, || {
        file.write_all(&whole)?;
        file.sync_data()?;
        Ok(1)
    })?;
    std::fs::remove_file(&path)?;
    Ok(batches * batch)
}
