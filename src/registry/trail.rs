//! The audit trail beside changes: what was refused, read and pulled, and from where.
//!
//! None of it is a change by itself, and anybody can make much of it: so it is counted in memory, by whom and what, and
//! written by the schedule, one change for each, a few hundred in a record. A flood costs so many records an hour and no
//! more, and a failed sign-in costs the same whether there is such an account or not. What was counted since the last
//! writing is lost in a crash; a clean stop writes it.

pub mod gathered;
mod kept;

use std::{net::IpAddr, path::Path, sync::atomic::Ordering};

use uuid::Uuid;

pub(in crate::registry) use kept::Trail;

use super::{Registry, RegistryError, engine::data_folder::ADDRESS_KEYS};
use crate::{
    access::{
        address_keys::{AddressKeys, KeyDays},
        capability::Acting,
        secret::FileError,
    },
    domain::{
        change::Actor,
        time::Time,
        trail::{AddressToken, Pull, Refusal, Sealed},
    },
    state::trail,
};

/// Seconds until a key is tried again where none could be made.
const KEYLESS_SECONDS: i64 = 60;

/// Where somebody comes from.
#[derive(Clone, Debug)]
pub struct ClientAddress {
    /// What counts as one client, to be counted in memory and never written down.
    pub client: String,
    /// What the audit trail knows it by.
    pub token: Option<AddressToken>,
}

/// What the audit trail of a data folder knew an address by, with the first day of each key that is still there. `client` is
/// what counts as one client of the address. The folder may be in use.
///
/// # Errors
/// [`FileError`] when the folder can't be read; a file in it that is no key is passed over.
pub fn address_tokens(
    folder: &Path,
    days: KeyDays,
    client: IpAddr,
) -> Result<Vec<(Time, AddressToken)>, FileError> {
    let keys = AddressKeys::open(&folder.join(ADDRESS_KEYS), days)?;
    Ok(keys.tokens(client))
}

impl Registry {
    /// Where somebody comes from. `client` is what counts as one client of the address.
    pub fn client_address(&self, client: IpAddr, now: Time) -> ClientAddress {
        ClientAddress {
            client: client.to_string(),
            token: self.address_token(client, now),
        }
    }

    /// What the audit trail knows an address by; nothing while no key can be written.
    pub fn address_token(&self, client: IpAddr, now: Time) -> Option<AddressToken> {
        let until = &self.trail.keyless_until;
        if now.seconds() < until.load(Ordering::Relaxed) {
            return None;
        }
        match self.trail.keys.token(client, now) {
            Ok(token) => {
                until.store(0, Ordering::Relaxed);
                Some(token)
            }
            Err(error) => {
                let next = now.plus_seconds(KEYLESS_SECONDS).seconds();
                if until.swap(next, Ordering::Relaxed) == 0 {
                    tracing::warn!(%error, "the audit trail has no key for addresses");
                }
                None
            }
        }
    }

    /// Notes for the audit trail that an attempt was refused.
    pub fn note_refusal(&self, who: Actor, why: Refusal, address: Option<AddressToken>) {
        self.trail.gathered().refused(who, why, address);
    }

    /// Notes for the audit trail that texts were opened which others wrote for officers. The console reads the files
    /// anyway.
    pub(super) fn note_read(&self, who: Option<Uuid>, what: Sealed) {
        if let Some(who) = who {
            self.trail.gathered().read(who, what);
        }
    }

    /// Notes for the audit trail what a partner took: `from` is what it asked for, `to` where it is after that.
    pub fn note_pull(&self, partner: Uuid, what: Pull, from: u64, to: u64) {
        self.trail.gathered().pulled(partner, what, from, to);
    }

    /// Writes down what was gathered and is due, or `all` of it.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is kept and tried again next time.
    pub fn write_trail(&self, now: Time, all: bool) -> Result<(), RegistryError> {
        let settings = self.settings().trail;
        let _turn = self.trail.turn_to_write();
        loop {
            let due = self.trail.gathered().due(now, &settings, all);
            if due.is_empty() {
                return Ok(());
            }
            let written = due.len();
            self.commit(
                Acting::schedule(),
                now,
                None,
                move |view, now| trail::tell(view, &due, now),
                |_, _| Ok(()),
            )?;
            self.trail.gathered().forget(written);
        }
    }

    /// Throws away the keys of addresses whose time is over. One that can't be is told of and tried again next time.
    pub(super) fn throw_away_address_keys(&self, now: Time) {
        if let Err(error) = self.trail.keys.throw_away_old(now) {
            tracing::warn!(%error, "an old key of addresses could not be thrown away");
        }
    }
}
