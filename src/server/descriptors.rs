//! How many files and connections the system lets this program have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config;

/// What the store, the journal, uploads and the scheduler have open beside connections.
const OWN: u64 = 256;

/// Below this it is worth a word: 2,000 long polls and 500 streams of events that are allowed at once, and as many again for
/// everybody else.
const ENOUGH: u64 = OWN + 5_000;

/// Threads that answer.
pub fn workers(server: &config::Server) -> usize {
    match server.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        workers => workers,
    }
}

/// Raises the limit as far as the system allows, and says so when connections may still run out of it.
pub fn provide(server: &config::Server) {
    let wanted = OWN + (server.max_connections * workers(server)) as u64;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let Some(allowed) = too_few(current, wanted) else {
        return;
    };
    let raised = maximum.map_or(wanted, |most| most.min(wanted)).max(allowed);
    let limit = Rlimit {
        current: Some(raised),
        maximum,
    };
    let have = match setrlimit(Resource::Nofile, limit) {
        Ok(()) => raised,
        Err(_) => allowed,
    };
    if have < ENOUGH.min(wanted) {
        tracing::warn!(
            allowed = have,
            wanted = ENOUGH.min(wanted),
            "the system lets this program open too few files: connections may be refused. Raise LimitNOFILE (ulimit -n)"
        );
    }
}

/// The limit, if it is lower than what is wanted.
fn too_few(limit: Option<u64>, wanted: u64) -> Option<u64> {
    limit.filter(|limit| *limit < wanted)
}

#[cfg(test)]
mod tests {
    use super::too_few;

    #[test]
    fn only_a_limit_below_what_is_wanted_is_too_low() {
        assert_eq!(too_few(Some(255), 256), Some(255));
        assert_eq!(too_few(Some(256), 256), None);
        assert_eq!(too_few(None, 256), None);
    }
}
