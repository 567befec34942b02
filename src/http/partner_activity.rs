//! When each partner was last seen, and how its copy stands. Figures for people: they are in memory, and a small file keeps
//! them over a restart. What a kill loses of it, partners tell again within minutes.

use std::{
    collections::HashMap,
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{Mutex, PoisonError},
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

impl PartnerActivity {
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
