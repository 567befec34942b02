//! The child's side: closes its cage, reads one request, answers it and ends.

use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

use super::{cage, job::Job};

/// Exit code of a child that could not give up what it has to.
pub(super) const NO_CAGE: u8 = 3;
/// Exit code of a child that was sent too much, or nothing that it understands.
const NO_ANSWER: u8 = 4;

/// Does one job for the service, in the process that was started for it.
pub fn run(job: Job) -> ExitCode {
    // Nothing of the request is read before this.
    if cage::close(&job.allowance()).is_err() {
        return ExitCode::from(NO_CAGE);
    }
    match answer(job) {
        Ok(Some(())) => ExitCode::SUCCESS,
        Ok(None) | Err(_) => ExitCode::from(NO_ANSWER),
    }
}

fn answer(job: Job) -> io::Result<Option<()>> {
    let most = job.allowance().request;
    let mut request = Vec::new();
    io::stdin()
        .lock()
        .take(most as u64 + 1)
        .read_to_end(&mut request)?;
    if request.len() > most {
        return Ok(None);
    }
    let Some(answer) = job.work(&request) else {
        return Ok(None);
    };
    let mut out = io::stdout().lock();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(Some(()))
}
