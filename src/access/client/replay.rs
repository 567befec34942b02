//! Remembers which assertions were used.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::time::Time;

/// Most assertions of one partner kept in mind, each for as long as it is good: more than one a second if all are good for an
/// hour, 34 a second if for a minute as most libraries make them.
/// About 50 bytes each, so 200 KB for a partner. One that sends more is refused until some ran out:
/// refusing is safe, forgetting would not be.
pub const MAX_REMEMBERED: usize = 4_096;

/// The ids of assertions that are still good, by partner. Can be shared between threads.
///
/// Kept in memory: after a restart, or on another machine of several, an assertion could be used
/// once more until it runs out, an hour at most. It is sent over TLS to us alone, so this guards against logs
/// and proxies that leak, not against a break-in.
#[derive(Default)]
pub struct ReplayGuard {
    used: Mutex<HashMap<Uuid, HashMap<[u8; 32], i64>>>,
}

impl ReplayGuard {
    /// Nothing was used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes the use of an assertion that was found good and is worthless from `until` on, in seconds; `false` when it was used before, or when
    /// there are too many to remember. Call it only with what the partner itself signed: the memory
    /// then belongs to whoever fills it.
    pub fn first_use(&self, partner: Uuid, jti: &str, until: i64, now: Time) -> bool {
        let id: [u8; 32] = Sha256::digest(jti).into();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let used = used.entry(partner).or_default();
        if used.contains_key(&id) {
            return false;
        }
        if used.len() >= MAX_REMEMBERED {
            used.retain(|_, until| now.seconds() < *until);
        }
        if used.len() >= MAX_REMEMBERED {
            return false;
        }
        used.insert(id, until);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: i64 = 3_660;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    #[test]
    fn an_id_is_used_once_by_each_partner() {
        let guard = ReplayGuard::new();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert!(guard.first_use(one, "a", LAST, at(0)));
        assert!(!guard.first_use(one, "a", LAST, at(0)));
        assert!(guard.first_use(one, "b", LAST, at(0)));
        assert!(guard.first_use(other, "a", LAST, at(0)));
        assert!(!guard.first_use(one, "a", LAST, at(LAST - 1)));
    }

    #[test]
    fn a_partner_that_fills_its_memory_waits_and_disturbs_no_other() {
        let guard = ReplayGuard::new();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for n in 0..MAX_REMEMBERED {
            let until = if n == 0 { 60 } else { LAST };
            assert!(guard.first_use(one, &n.to_string(), until, at(0)));
        }
        assert!(!guard.first_use(one, "short", LAST, at(59)));
        assert!(guard.first_use(one, "short", LAST, at(60)), "one ran out");
        assert!(!guard.first_use(one, "more", LAST + 1, at(LAST - 1)));
        assert!(guard.first_use(other, "more", LAST, at(LAST - 1)));
        assert!(guard.first_use(one, "more", LAST + 1, at(LAST)));
    }
}
