//! Whether the system gives this program the files and threads without which nothing works: said in one line at the start,
//! before a database or a worker fails over it half way.

use std::{fs::File, sync::mpsc::channel, thread};

use super::{ending::CliError, locale::language};

/// Files of a data folder that are open at once: store, journal, lock, keys, and some to spare.
const FILES: usize = 48;
/// Threads of the store, the writer and what mends the store, and some to spare.
pub(super) const THREADS: usize = 16;

/// Tries whether so many threads more than [`THREADS`] can be had.
///
/// # Errors
/// [`CliError::Starved`].
pub(super) fn are_enough(more_threads: usize) -> Result<(), CliError> {
    let files: Result<Vec<File>, _> = (0..FILES).map(|_| File::open("/dev/null")).collect();
    let files = files.map(drop);
    files.map_err(|source| CliError::Starved {
        what: language().pick("tệp (ulimit -n)", "files (ulimit -n)"),
        source,
    })?;
    threads(THREADS + more_threads).map_err(|source| CliError::Starved {
        what: language().pick(
            "luồng (ulimit -u, hoặc giới hạn tiến trình của container)",
            "threads (ulimit -u, or the container's limit of processes)",
        ),
        source,
    })
}

/// Has so many threads at once for a moment.
fn threads(count: usize) -> std::io::Result<()> {
    let mut waiting = Vec::new();
    for _ in 0..count {
        let (release, released) = channel::<()>();
        let thread = thread::Builder::new().spawn(move || {
            // An error: it was released.
            let _ = released.recv();
        })?;
        waiting.push((release, thread));
    }
    for (release, thread) in waiting {
        drop(release);
        // It does nothing that could panic.
        let _ = thread.join();
    }
    Ok(())
}
