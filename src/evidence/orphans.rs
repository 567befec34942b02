//! Files that no record names: a crash came between the file and its record, or its report was never sent.

use std::time::Duration;

use uuid::Uuid;

use super::vault::Stored;
use crate::domain::time::Time;

/// Files younger than this may still get their record.
pub const OLDER_THAN: Duration = Duration::from_secs(60 * 60);

/// The ids of files that no record names and that have been there for at least `older_than`. A file from the future is
/// none: a clock was wrong, and nothing is lost by waiting.
pub fn orphans(
    stored: &[Stored],
    known: impl Fn(Uuid) -> bool,
    now: Time,
    older_than: Duration,
) -> Vec<Uuid> {
    let least = i64::try_from(older_than.as_millis()).unwrap_or(i64::MAX);
    let is_old = |stored: &&Stored| {
        let age = now.millis().saturating_sub(stored.modified.millis());
        age >= least
    };
    stored
        .iter()
        .filter(is_old)
        .map(|stored| stored.id)
        .filter(|id| !known(*id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_an_orphan_when_no_record_names_it_for_an_hour() {
        let hour = i64::try_from(OLDER_THAN.as_millis()).unwrap();
        let now = Time::from_millis(1_800_000_000_000);
        let stored = |number, age| Stored {
            id: Uuid::from_u128(number),
            modified: Time::from_millis(now.millis() - age),
            bytes: 1,
        };
        let all = [
            stored(1, hour),
            stored(2, hour - 1),
            stored(3, 30 * hour),
            stored(4, -hour),
            stored(5, 2 * hour),
        ];
        let known = |id: Uuid| id == Uuid::from_u128(3);
        let found = orphans(&all, known, now, OLDER_THAN);
        assert_eq!(found, [Uuid::from_u128(1), Uuid::from_u128(5)]);
        assert!(orphans(&[], known, now, OLDER_THAN).is_empty());
        let first = Time::from_millis(i64::MIN);
        assert!(orphans(&all, known, first, OLDER_THAN).is_empty());
    }
}
