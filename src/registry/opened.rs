//! Which proposals were opened in which session, and in which version. In memory only, and bounded: what is forgotten is
//! opened once more.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

/// Sessions that are remembered: with [`EACH`] proposals of 24 bytes in each, 5 MB.
const SESSIONS: usize = 1_000;

/// Proposals that are remembered of one session: four times as many as are decided together.
const EACH: usize = 200;

/// What one session opened, the newest last.
#[derive(Default)]
struct Seen {
    /// When it last opened something, by the count of all openings.
    last: u64,
    rows: VecDeque<(Uuid, u32)>,
}

#[derive(Default)]
struct Sessions {
    openings: u64,
    seen: HashMap<Uuid, Seen>,
}

/// What was opened, by session.
#[derive(Default)]
pub(super) struct Opened(Mutex<Sessions>);

impl Opened {
    /// Notes that a session was shown a proposal in a version.
    pub(super) fn note(&self, session: Uuid, id: Uuid, version: u32) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.openings += 1;
        let last = sessions.openings;
        if sessions.seen.len() >= SESSIONS && !sessions.seen.contains_key(&session) {
            let longest = sessions.seen.iter().min_by_key(|(_, seen)| seen.last);
            let longest = longest.map(|(session, _)| *session);
            longest.map(|longest| sessions.seen.remove(&longest));
        }
        let seen = sessions.seen.entry(session).or_default();
        seen.last = last;
        seen.rows.retain(|(known, _)| *known != id);
        if seen.rows.len() == EACH {
            seen.rows.pop_front();
        }
        seen.rows.push_back((id, version));
    }

    /// What a session opened, each with the version that it was shown in; what was opened first comes first.
    pub(super) fn of(&self, session: Uuid) -> Vec<(Uuid, u32)> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = sessions.seen.get(&session);
        seen.map_or_else(Vec::new, |seen| seen.rows.iter().copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    #[test]
    fn the_version_that_was_shown_last_counts_and_only_in_its_session() {
        let opened = Opened::default();
        for (session, number, version) in [(1, 7, 1), (1, 8, 1), (1, 7, 2), (2, 9, 1)] {
            opened.note(id(session), id(number), version);
        }
        assert_eq!(opened.of(id(1)), [(id(8), 1), (id(7), 2)]);
        assert_eq!(opened.of(id(2)), [(id(9), 1)]);
        assert_eq!(opened.of(id(3)), []);
    }

    #[test]
    fn what_was_opened_longest_ago_is_forgotten_first() {
        let opened = Opened::default();
        for number in 0..=EACH {
            opened.note(id(1), id(number), 1);
        }
        let kept = opened.of(id(1));
        assert_eq!((kept.len(), kept[0].0), (EACH, id(1)));
        for session in 2..=SESSIONS {
            opened.note(id(session), id(1), 1);
        }
        assert_eq!(opened.of(id(1)).len(), EACH, "as many sessions as fit");
        opened.note(id(SESSIONS + 1), id(1), 1);
        assert_eq!(opened.of(id(1)), [], "the oldest makes room");
        assert_eq!(opened.of(id(2)).len(), 1);
    }
}
