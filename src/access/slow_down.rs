//! Makes guessing slow: after some failures whoever tries waits before the next try, each time twice as long.
//!
//! Nobody can keep an officer out by failing in their name. Failures are counted by account *and* address; a device on which
//! the account has signed in before is counted by itself alone, so whatever strangers do, it may try; showing the second
//! factor again is counted by session. What strangers fail at one account, from wherever, adds up too, and makes strangers
//! wait: somebody who has never signed in on this device may have to, an officer at the own desk never does.
//!
//! What is left to a guesser, who needs password and code at once, in a day:
//! from one address at one account 109 tries ([`PAIR_TRIES`], ten more while the wait grows to 15 minutes, 94 after that);
//! from all addresses at one account 204 ([`ACCOUNT_TRIES`] and the same). With the password known, and two codes of a
//! million right at a time, that is one chance in 2,450 a day. The second factor of an open session: 109 tries.
//!
//! Kept in memory only. A restart forgets it, which gives a guesser a handful of tries more; keeping
//! it on disk would let anybody make the disk busy. While somebody waits, one try at a time is let
//! in: a passed [`SlowDown::check`] begins the wait anew, so that tries sent at once gain nothing.

mod failures;

use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use self::failures::{FORGET_SECONDS, MAX_WAIT_SECONDS, RetryAfter};
use self::failures::{Failures, Key};
use crate::domain::time::Time;

/// Tries of one account from one address that fail before the two wait.
pub const PAIR_TRIES: u32 = 5;
/// Tries of one account by strangers, from all addresses, that fail before strangers wait: more than an officer on a new
/// device needs, whatever others do on a usual day.
pub const ACCOUNT_TRIES: u32 = 100;
/// Tries from one address that count before it waits: twenty people of an office who have forgotten their password.
pub const ADDRESS_TRIES: u32 = 20 * OF_ONE_ACCOUNT;
/// Tries of one account that count for its address: one person who goes on failing keeps nobody else out.
pub const OF_ONE_ACCOUNT: u32 = 3;
/// Tries on a known device, or of the second factor in a session, that fail before it waits.
pub const OWN_TRIES: u32 = 5;
/// What somebody tries. `account` is the name that was typed, whether or not there is such an account; `address` is where it
/// comes from, already what counts as one client.
#[derive(Clone, Copy, Debug)]
pub enum Try<'a> {
    /// Signing in where the account has never signed in.
    Stranger { account: &'a str, address: &'a str },
    /// Signing in on a device where the account has signed in before.
    KnownDevice(Uuid),
    /// Enrolling. Its code has 80 bits: no sum over all addresses is needed, which would keep a new officer out.
    Enrolment { account: &'a str, address: &'a str },
    /// Showing the second factor again in a session.
    StepUp(Uuid),
    /// Showing the password again in a session: a right code does not make up for wrong passwords.
    Password(Uuid),
}

/// Who has failed how often. Can be shared between threads.
#[derive(Default)]
pub struct SlowDown {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    pairs: Failures,
    accounts: Failures,
    addresses: Failures,
    own: Failures,
}

impl SlowDown {
    /// Nobody has failed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks whether a try may be made now.
    ///
    /// # Errors
    /// [`RetryAfter`] when it must wait.
    pub fn check(&self, what: Try<'_>, now: Time) -> Result<(), RetryAfter> {
        let mut tables = self.tables();
        let counters = counters(what);
        for counter in &counters {
            tables.of(counter.table).may(&counter.key, now)?;
        }
        for counter in &counters {
            let table = tables.of(counter.table);
            table.let_in(&counter.key, counter.free, now);
        }
        Ok(())
    }

    /// The try failed.
    pub fn failed(&self, what: Try<'_>, now: Time) {
        let mut tables = self.tables();
        let mut own = 0;
        for counter in counters(what) {
            if counter.table == Table::Addresses && own > OF_ONE_ACCOUNT {
                continue;
            }
            let failures = tables
                .of(counter.table)
                .count(counter.key, counter.free, now);
            if counter.table == Table::Pairs {
                own = failures;
            }
        }
    }

    /// The try was a good one: who tried starts anew. What others failed from the address, or at the account, stays, or
    /// whoever has one account could guess at all others. Clears away what is too old to count.
    pub fn succeeded(&self, what: Try<'_>, now: Time) {
        let mut tables = self.tables();
        let mut own = 0;
        for counter in counters(what) {
            let table = tables.of(counter.table);
            match counter.table {
                Table::Pairs | Table::Own => own = table.forgive(&counter.key),
                Table::Addresses => table.lower(&counter.key, own.min(OF_ONE_ACCOUNT)),
                Table::Accounts => {}
            }
            table.forget_old(now);
        }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Counts stay usable whatever a thread that panicked was doing with them.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    /// An account and an address.
    Pairs,
    /// An account, over all addresses.
    Accounts,
    /// An address, over all accounts.
    Addresses,
    /// A device or a session.
    Own,
}

impl Tables {
    fn of(&mut self, table: Table) -> &mut Failures {
        match table {
            Table::Pairs => &mut self.pairs,
            Table::Accounts => &mut self.accounts,
            Table::Addresses => &mut self.addresses,
            Table::Own => &mut self.own,
        }
    }
}

/// One of the counts that a try is held against.
struct Counter {
    table: Table,
    key: Key,
    /// Failures without a wait.
    free: u32,
}

/// What a try is held against; a pair stands before its address.
fn counters(what: Try<'_>) -> Vec<Counter> {
    let counter = |table, free, parts: &[&[u8]]| Counter {
        table,
        free,
        key: key(parts),
    };
    let pair = |kind: &[u8], account: &str, address: &str| {
        let name = folded(account);
        [
            counter(
                Table::Pairs,
                PAIR_TRIES,
                &[kind, name.as_bytes(), address.as_bytes()],
            ),
            counter(Table::Addresses, ADDRESS_TRIES, &[address.as_bytes()]),
        ]
    };
    match what {
        Try::Stranger { account, address } => {
            let mut counters = Vec::from(pair(b"sign-in", account, address));
            let name = folded(account);
            counters.push(counter(Table::Accounts, ACCOUNT_TRIES, &[name.as_bytes()]));
            counters
        }
        Try::Enrolment { account, address } => pair(b"enrolment", account, address).into(),
        Try::KnownDevice(id) => vec![counter(Table::Own, OWN_TRIES, &[b"device", id.as_bytes()])],
        Try::StepUp(id) => vec![counter(Table::Own, OWN_TRIES, &[b"session", id.as_bytes()])],
        Try::Password(id) => vec![counter(
            Table::Own,
            OWN_TRIES,
            &[b"password", id.as_bytes()],
        )],
    }
}

/// As user names are folded: another spelling is no other account.
fn folded(account: &str) -> String {
    account.trim().to_ascii_lowercase()
}

/// What is counted, in a fixed size, whatever was typed. Each part has its length before it.
fn key(parts: &[&[u8]]) -> Key {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests;
