//! A program of the operator's that is told which files changed: it loads them into a proxy, copies them, or restarts one.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::sync::upstream::SECRET_VARIABLE;

/// How long it may take. The next export waits for it.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(50);

/// Runs the program with the changed files as its arguments; what it writes goes where this program's own lines go.
///
/// # Errors
/// What went wrong, in one line: it could not be started, ended with a fault, or took too long and was ended.
pub fn run(program: &Path, changed: &[PathBuf]) -> Result<(), String> {
    let name = program.display();
    let said = |error: io::Error| format!("{name} could not be run: {error}");
    let mut child = Command::new(program)
        .args(changed)
        // What reads lists has no need of the secret that they came for.
        .env_remove(SECRET_VARIABLE)
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .spawn()
        .map_err(said)?;
    let end = Instant::now() + PATIENCE;
    loop {
        match child.try_wait().map_err(said)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("{name} ended with {status}")),
            None if Instant::now() < end => sleep(LOOK),
            None => {
                // It has ended by itself meanwhile, else it is ended now.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!(
                    "{name} took more than {} s and was ended",
                    PATIENCE.as_secs()
                ));
            }
        }
    }
}
