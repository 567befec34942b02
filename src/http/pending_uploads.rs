//! Office lists between their preview and the word to propose them: in memory only, for a quarter of an hour, and only
//! for who sent them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use crate::{access::secret, domain::time::Time};

/// How long a file is held, in seconds.
const HELD_SECONDS: i64 = 15 * 60;
/// Most files held: of at most 10 MiB each, 160 MiB. The oldest makes room.
const MAX_HELD: usize = 16;
/// Most files of one person, so that nobody pushes the others' out.
const MAX_OF_ONE: usize = 4;

struct Held {
    owner: Uuid,
    since: Time,
    bytes: Arc<Vec<u8>>,
}

/// Files that wait.
#[derive(Default)]
pub struct PendingUploads(Mutex<HashMap<Uuid, Held>>);

impl PendingUploads {
    /// Holds a file; the id is needed to get it back.
    pub fn hold(&self, owner: Uuid, bytes: Arc<Vec<u8>>, now: Time) -> Uuid {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, file| now < file.since.plus_seconds(HELD_SECONDS));
        loop {
            let own = held.values().filter(|file| file.owner == owner).count();
            if own < MAX_OF_ONE && held.len() < MAX_HELD {
                break;
            }
            let oldest = held
                .iter()
                .filter(|(_, file)| own < MAX_OF_ONE || file.owner == owner)
                .min_by_key(|(_, file)| file.since)
                .map(|(id, _)| *id);
            match oldest {
                Some(id) => held.remove(&id),
                None => break,
            };
        }
        let id = uuid::Builder::from_random_bytes(secret::random()).into_uuid();
        held.insert(
            id,
            Held {
                owner,
                since: now,
                bytes,
            },
        );
        id
    }

    /// A file that is still held for this person.
    pub fn get(&self, owner: Uuid, id: Uuid, now: Time) -> Option<Arc<Vec<u8>>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&id)
            .filter(|file| file.owner == owner && now < file.since.plus_seconds(HELD_SECONDS))
            .map(|file| file.bytes.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_held_for_its_sender_and_for_a_while() {
        let (files, start) = (PendingUploads::default(), Time::from_millis(0));
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let id = files.hold(mine, Arc::new(vec![7]), start);
        assert!(files.get(mine, id, start.plus_seconds(899)).is_some());
        assert!(files.get(mine, id, start.plus_seconds(900)).is_none());
        assert!(files.get(other, id, start).is_none());
        for seconds in 1..=8 {
            files.hold(other, Arc::new(Vec::new()), start.plus_seconds(seconds));
        }
        assert!(
            files.get(mine, id, start).is_some(),
            "another's files push nobody's out"
        );
        for seconds in 1..=4 {
            files.hold(mine, Arc::new(Vec::new()), start.plus_seconds(seconds));
        }
        assert!(
            files.get(mine, id, start).is_none(),
            "the own oldest makes room"
        );
    }
}
