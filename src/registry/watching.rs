//! What whoever watches over an installation wants to know of it: what waits, how old the last signs of life are, how much
//! room there is. Never who or which number.

pub(super) mod failures;

use std::{
    collections::HashSet,
    fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use uuid::Uuid;

use super::{
    Registry, RegistryError,
    engine::{
        backup::{last_backup, make_note},
        data_folder::{BACKED_UP, CHECKPOINT},
    },
};
use crate::{
    domain::{
        partner::{PartnerStatus, Scope},
        time::Time,
    },
    journal::Standing,
    store::schema::Partners,
};

/// Partners that are looked at, the first ones that were added: bounds the work of one look.
const MOST_PARTNERS: usize = 10_000;

/// How an installation stands.
pub struct Watched {
    /// Bytes that this program may still write to the disk of the data folder, if the system tells.
    pub disk_free: Option<u64>,
    /// Bytes below which nothing is written any more.
    pub disk_reserve: u64,
    /// Listings that wait for a second person.
    pub proposals: u64,
    /// How long the oldest of them has waited; nothing when none waits.
    pub oldest_proposal: Duration,
    /// Since when the ledger grew last, by its own time: to the minute. `None` while it has no leaf, or can't be read.
    pub ledger_age: Option<Duration>,
    /// Since when the last checkpoint stands on the disk. `None` when it is not there.
    pub checkpoint_age: Option<Duration>,
    /// Since when a backup is whole. `None` when there never was one.
    pub backup_age: Option<Duration>,
    /// Whether listings can be changed.
    pub is_writable: bool,
    /// Whether the clock of the machine is not believed.
    pub is_clock_held: bool,
    /// Records of a shared journal that are not applied here yet.
    pub journal_lag: u64,
    /// Whether the journal's storage takes appends, as far as is known.
    pub is_journal_reached: bool,
    /// Whether what the journal acknowledges is where it does not go with one machine, or is this machine's own.
    pub is_journal_copied: bool,
    /// Whether records of other machines are applied.
    pub follows: bool,
    /// Failures to sign in since the start, by the machine word of each kind.
    pub sign_in_failures: Vec<(&'static str, u64)>,
}

/// How long ago it was; nothing for what is still to come.
fn since(then: Time, now: Time) -> Duration {
    let millis = now.millis().saturating_sub(then.millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

impl Registry {
    /// Tells how long each append to the journal took, and each sync of its disk, from now on; also those that failed. The
    /// first who asks is told.
    pub fn time_journal(
        &self,
        append: impl Fn(Duration) + Send + Sync + 'static,
        sync: impl Fn(Duration) + Send + Sync + 'static,
    ) {
        let _ = self.shared.appended.set(Box::new(append));
        self.shared.journal.time_syncs(Box::new(sync));
    }

    /// Makes the file in which a backup of the folder tells that it was made: the sample of its unit may write no other
    /// there. On a disk that takes no writes there is none, and it tells nothing.
    pub fn be_told_of_backups(&self) {
        if let Err(error) = make_note(&self.shared.folder) {
            tracing::debug!(%error, "backups can't be told of");
        }
    }

    /// How the installation stands. Looks at the disk.
    pub fn watched(&self, now: Time) -> Watched {
        let (shared, proposals) = (&self.shared, &self.index().proposals);
        let standing = self.journal_standing();
        let oldest = proposals.oldest(|_| true, 1);
        Watched {
            disk_free: shared.free_bytes(),
            disk_reserve: shared.settings.reserve_bytes,
            proposals: proposals.count(|_| true) as u64,
            oldest_proposal: oldest
                .first()
                .and_then(made_at)
                .map_or(Duration::ZERO, |made| since(made, now)),
            ledger_age: self.ledger_age(now),
            checkpoint_age: self.checkpoint_age(now),
            backup_age: last_backup(&shared.folder.join(BACKED_UP)).map(|at| since(at, now)),
            is_writable: self.is_writable(),
            is_clock_held: self.is_clock_held(now),
            journal_lag: self.journal_position().saturating_sub(self.applied()),
            is_journal_reached: standing.is_reached(),
            is_journal_copied: standing != Standing::Asynchronous,
            follows: self.follows(),
            sign_in_failures: self.failures.all().to_vec(),
        }
    }

    /// Partners that may read the feed now.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] while the store can't be read.
    pub fn feed_readers(&self) -> Result<HashSet<Uuid>, RegistryError> {
        let store = self.shared.store()?;
        let most = MOST_PARTNERS;
        let page = store.page::<Partners>(&[], None, most, most, |_, partner| {
            partner.status == PartnerStatus::Active && partner.scopes.contains(&Scope::FeedRead)
        })?;
        Ok(page.rows.iter().map(|partner| partner.id).collect())
    }

    fn ledger_age(&self, now: Time) -> Option<Duration> {
        let last = self.index().ledger_size().checked_sub(1)?;
        let leaf = self.shared.store().ok()?.leaves(last, 1).ok()?.pop()?;
        let told = Time::from_minutes(leaf.leaf.minute);
        Some(since(told, self.steady(now)))
    }

    /// A checkpoint is written when it is signed, so its file tells when that was.
    fn checkpoint_age(&self, now: Time) -> Option<Duration> {
        let written = fs::metadata(self.shared.folder.join(CHECKPOINT)).ok()?;
        Some(since(time_of(written.modified().ok()?), now))
    }
}

/// When something was made, by its id (UUIDv7).
fn made_at(id: &Uuid) -> Option<Time> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let millis = i64::try_from(seconds).ok()?.checked_mul(1000)?;
    Some(Time::from_millis(millis + i64::from(nanos / 1_000_000)))
}

fn time_of(at: SystemTime) -> Time {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;
    use crate::{
        access::capability::Console,
        registry::{Quiet, Settings, backup, engine::shared::new_id},
    };

    const NOW: Time = Time::from_millis(1_800_000_000_123);

    #[test]
    fn an_id_tells_when_it_was_made_and_what_is_to_come_has_no_age() {
        assert_eq!(made_at(&new_id(NOW)), Some(NOW));
        assert_eq!(made_at(&Uuid::from_u128(7)), None);
        assert_eq!(since(NOW, NOW.plus_seconds(9)), Duration::from_secs(9));
        assert_eq!(since(NOW.plus_seconds(9), NOW), Duration::ZERO);
    }

    #[test]
    fn a_new_installation_was_never_backed_up_and_a_copy_of_it_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
        Registry::create(&data, None, None, NOW).unwrap();
        let registry = Registry::open(&data, Settings::default(), &mut Quiet).unwrap();
        let before = registry.watched(NOW);
        assert_eq!((before.backup_age, before.ledger_age), (None, None));
        assert!(before.checkpoint_age.is_some() && before.is_writable);
        assert!(before.disk_free.unwrap() > before.disk_reserve);
        backup::make(&data, &copy, &Settings::default(), None, &mut |_, _| {}).unwrap();
        backup::note(&data, NOW).unwrap();
        let later = registry.watched(NOW.plus_seconds(60));
        // It is noted in whole seconds.
        assert_eq!(later.backup_age, Some(Duration::from_millis(60_123)));
        std::fs::write(data.join(BACKED_UP), b"1800000").unwrap();
        assert!(registry.watched(NOW).backup_age.is_none());
    }

    #[test]
    fn each_append_is_timed_and_the_sync_within_it() {
        let folder = tempfile::tempdir().unwrap();
        Registry::create(folder.path(), None, None, NOW).unwrap();
        let registry = Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
        let counts = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let count = |which: usize| {
            let count = counts[which].clone();
            move |_| {
                count.fetch_add(1, Ordering::Relaxed);
            }
        };
        registry.time_journal(count(0), count(1));
        let head = registry.journal_position();
        registry
            .rotate_key(&Console::admin(), "đúng", NOW.plus_seconds(1))
            .unwrap();
        let appended = usize::try_from(registry.journal_position() - head).unwrap();
        assert!(appended > 0);
        let told = counts.map(|count| count.load(Ordering::Relaxed));
        assert_eq!(told, [appended; 2]);
    }
}
