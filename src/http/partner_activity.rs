//! When each partner was last seen, and how its copy stands. Figures for people: they are in memory, and a small file keeps
//! them over a restart. What a kill loses of it, partners tell again within minutes.

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::time::Time;

/// How a partner's copy stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CopyState {
    /// It has everything.
    Current,
    /// It is right as far as it goes.
    Behind,
    /// It is wrong: it must be made anew.
    Drifted,
}

/// What a partner said of its copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ack {
    /// Ledger size applied.
    pub applied: u64,
    pub state: CopyState,
    pub at: Time,
}

/// What is known of each partner.
#[derive(Default)]
pub struct PartnerActivity(Mutex<Known>);

#[derive(Default)]
struct Known {
    partners: HashMap<Uuid, LastContact>,
    /// There is something that the file does not say.
    is_new: bool,
}

/// What is known of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LastContact {
    /// When it last pulled.
    pub pulled: Option<Time>,
    /// What it last said of its copy.
    pub ack: Option<Ack>,
}

/// How partners' copies stand: how many and how far, never whose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Copies {
    pub current: u64,
    pub behind: u64,
    pub drifted: u64,
    /// Nothing was ever told of it.
    pub untold: u64,
    /// Leaves of the ledger that the one furthest behind has not applied.
    pub largest_lag: u64,
    /// Since when the most silent of those that were ever seen has neither taken nor told anything.
    pub longest_silence: Duration,
}

impl PartnerActivity {
    /// How the copies of these partners stand at a size of the ledger.
    pub fn copies(&self, of: &HashSet<Uuid>, size: u64, now: Time) -> Copies {
        let known = self.lock();
        let mut copies = Copies::default();
        for partner in of {
            let contact = known.partners.get(partner).copied().unwrap_or_default();
            match contact.ack {
                None => copies.untold += 1,
                Some(ack) => {
                    // What was current when it was told may be behind by now.
                    match ack.state {
                        CopyState::Drifted => copies.drifted += 1,
                        CopyState::Current | CopyState::Behind if ack.applied >= size => {
                            copies.current += 1;
                        }
                        CopyState::Current | CopyState::Behind => copies.behind += 1,
                    }
                    let lag = size.saturating_sub(ack.applied);
                    copies.largest_lag = copies.largest_lag.max(lag);
                }
            }
            let last = contact.pulled.max(contact.ack.map(|ack| ack.at));
            let silent = last.map_or(0, |last| now.millis().saturating_sub(last.millis()));
            let silent = Duration::from_millis(u64::try_from(silent).unwrap_or(0));
            copies.longest_silence = copies.longest_silence.max(silent);
        }
        copies
    }

    /// What the file of the last run says; nothing of partners when it is gone or damaged.
    pub fn load(path: &Path) -> Self {
        let read = fs::read(path).ok();
        let partners = read.and_then(|bytes| {
            let read = serde_json::from_slice(&bytes);
            read.inspect_err(|_| {
                tracing::warn!(
                    "what partners last said of their copies can't be read; they will tell it again"
                )
            })
            .ok()
        });
        Self(Mutex::new(Known {
            partners: partners.unwrap_or_default(),
            is_new: false,
        }))
    }

    /// Writes the file anew when there is something new: the whole of it, or the one before stays.
    ///
    /// # Errors
    /// Of the disk; it is tried again next time.
    pub fn keep(&self, path: &Path) -> io::Result<()> {
        let bytes = {
            let mut known = self.lock();
            if !std::mem::take(&mut known.is_new) {
                return Ok(());
            }
            serde_json::to_vec(&known.partners)?
        };
        let written = write(path, &bytes);
        if written.is_err() {
            self.lock().is_new = true;
        }
        written
    }

    /// Notes that a partner pulled.
    pub fn pulled(&self, partner: Uuid, now: Time) {
        self.note(partner, |contact| contact.pulled = Some(now));
    }

    /// Notes what a partner said of its copy.
    pub fn acknowledged(&self, partner: Uuid, ack: Ack) {
        self.note(partner, |contact| contact.ack = Some(ack));
    }

    /// What is known of a partner.
    pub fn of(&self, partner: Uuid) -> LastContact {
        let known = self.lock();
        known.partners.get(&partner).copied().unwrap_or_default()
    }

    fn note(&self, partner: Uuid, note: impl FnOnce(&mut LastContact)) {
        let mut known = self.lock();
        note(known.partners.entry(partner).or_default());
        known.is_new = true;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_counted_by_how_they_stand_now_and_only_of_partners_that_may_read() {
        let seen = PartnerActivity::default();
        let at = Time::from_millis(1_800_000_000_000);
        let ack = |applied, state| Ack { applied, state, at };
        for (partner, applied, state) in [
            (1, 9, CopyState::Current),
            (2, 7, CopyState::Current),
            (3, 2, CopyState::Drifted),
            (4, 1, CopyState::Behind),
        ] {
            seen.acknowledged(Uuid::from_u128(partner), ack(applied, state));
        }
        seen.pulled(Uuid::from_u128(1), at.plus_seconds(50));
        let of = |ids: &[u128]| ids.iter().map(|id| Uuid::from_u128(*id)).collect();
        let now = at.plus_seconds(60);
        let told = seen.copies(&of(&[1, 2, 3, 5]), 9, now);
        assert_eq!(
            told,
            Copies {
                current: 1,
                behind: 1,
                drifted: 1,
                untold: 1,
                largest_lag: 7,
                longest_silence: Duration::from_secs(60),
            }
        );
        let told = seen.copies(&of(&[1]), 9, now);
        assert_eq!(told.longest_silence, Duration::from_secs(10));
        assert_eq!(
            seen.copies(&of(&[5]), 9, now).longest_silence,
            Duration::ZERO
        );
    }

    #[test]
    fn what_partners_said_is_kept_and_a_damaged_file_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("partners.seen");
        let (partner, at) = (Uuid::from_u128(7), Time::from_millis(1_800_000_000_000));
        let seen = PartnerActivity::load(&path);
        seen.keep(&path).unwrap();
        assert!(!path.exists());
        seen.pulled(partner, at);
        seen.acknowledged(
            partner,
            Ack {
                applied: 9,
                state: CopyState::Drifted,
                at,
            },
        );
        seen.keep(&path).unwrap();
        assert_eq!(PartnerActivity::load(&path).of(partner), seen.of(partner));
        fs::write(&path, b"{").unwrap();
        let unknown = PartnerActivity::load(&path).of(partner);
        assert_eq!(unknown, LastContact::default());
    }
}
