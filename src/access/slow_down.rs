//! Makes guessing slow: after some failures an account, or an address, waits before it may try
//! again, each time twice as long.
//!
//! Kept in memory only. A restart forgets it, which gives a guesser a handful of tries more; keeping
//! it on disk would let anybody make the disk busy. While somebody waits, one try at a time is let
//! in: a passed [`SlowDown::check`] begins the wait anew, so that tries sent at once gain nothing.

use std::{
    collections::{BTreeSet, HashMap},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::domain::time::Time;

/// Tries of one account that fail before it waits.
pub const ACCOUNT_TRIES: u32 = 5;
/// Tries from one address that fail before it waits: more, since an office shares one.
pub const ADDRESS_TRIES: u32 = 20;
/// The longest wait.
pub const MAX_WAIT_SECONDS: i64 = 15 * 60;
/// Failures older than this are forgotten.
pub const FORGET_SECONDS: i64 = 24 * 60 * 60;
/// Most accounts, and most addresses, kept in mind; about 150 bytes each, so 20 MB in all. The one
/// that failed longest ago makes room.
pub const MAX_KEPT: usize = 65_536;
/// Part of an IPv6 address that counts as one: what a provider gives to one customer at most.
const IPV6_PREFIX: u32 = 56;

/// Too many failures: when to try again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("too many failures, try again in {seconds} s")]
pub struct RetryAfter {
    /// Whole seconds, at least 1, for the `Retry-After` header (RFC 9110 §10.2.3).
    pub seconds: u32,
}

/// Who has failed how often. Can be shared between threads.
#[derive(Default)]
pub struct SlowDown {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    accounts: Failures,
    addresses: Failures,
}

impl SlowDown {
    /// Nobody has failed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks whether a try may be made now. `account` is the name that was typed, whether or not
    /// there is such an account; `address` is where it comes from.
    ///
    /// # Errors
    /// [`RetryAfter`] when the account or the address must wait.
    pub fn check(&self, account: &str, address: &str, now: Time) -> Result<(), RetryAfter> {
        let (account, address) = (name_key(account), address_key(address));
        let mut tables = self.tables();
        tables.accounts.may(&account, now)?;
        tables.addresses.may(&address, now)?;
        tables.accounts.let_in(&account, ACCOUNT_TRIES, now);
        tables.addresses.let_in(&address, ADDRESS_TRIES, now);
        Ok(())
    }

    /// The try failed.
    pub fn failed(&self, account: &str, address: &str, now: Time) {
        let (account, address) = (name_key(account), address_key(address));
        let mut tables = self.tables();
        tables.accounts.count(account, ACCOUNT_TRIES, now);
        tables.addresses.count(address, ADDRESS_TRIES, now);
    }

    /// The try was a good one: the account starts anew. The failures of its address stay, or
    /// whoever has one account could guess at all others. Clears away what is too old to count.
    pub fn succeeded(&self, account: &str, now: Time) {
        let mut tables = self.tables();
        tables.accounts.forget(&name_key(account));
        tables.accounts.forget_old(now);
        tables.addresses.forget_old(now);
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Counts stay usable whatever a thread that panicked was doing with them.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted, in a fixed size, whatever was typed.
type Key = [u8; 32];

fn name_key(account: &str) -> Key {
    // As user names are folded: another spelling is no other account.
    Sha256::digest(account.trim().to_ascii_lowercase()).into()
}

fn address_key(address: &str) -> Key {
    let Ok(parsed) = address.trim().parse::<IpAddr>() else {
        // Already a network, or a name for one: it stands for itself.
        return Sha256::digest(address).into();
    };
    let network = match parsed.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (128 - IPV6_PREFIX);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        address => address,
    };
    Sha256::digest(network.to_string()).into()
}

#[derive(Clone, Copy)]
struct Count {
    failures: u32,
    last: Time,
    wait_until: Time,
}

/// The counts, and their order by the last failure.
#[derive(Default)]
struct Failures {
    counts: HashMap<Key, Count>,
    order: BTreeSet<(Time, Key)>,
}

impl Failures {
    fn may(&self, key: &Key, now: Time) -> Result<(), RetryAfter> {
        let Some(count) = self.counts.get(key) else {
            return Ok(());
        };
        let left = count.wait_until.millis().saturating_sub(now.millis());
        if left <= 0 {
            return Ok(());
        }
        // A clock that was set back must not make anybody wait for days.
        let seconds = (left.saturating_add(999) / 1000).min(MAX_WAIT_SECONDS);
        Err(RetryAfter {
            seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
        })
    }

    fn count(&mut self, key: Key, free: u32, now: Time) {
        let before = self.forget(&key);
        let failures = before
            .filter(|count| now < count.last.plus_seconds(FORGET_SECONDS))
            .map_or(0, |count| count.failures)
            .saturating_add(1);
        if self.counts.len() >= MAX_KEPT
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.counts.remove(&oldest);
        }
        let wait_until = now.plus_seconds(wait_seconds(failures, free));
        self.order.insert((now, key));
        self.counts.insert(
            key,
            Count {
                failures,
                last: now,
                wait_until,
            },
        );
    }

    /// Lets one try of somebody who waits go ahead; the next waits as long again.
    fn let_in(&mut self, key: &Key, free: u32, now: Time) {
        if let Some(count) = self.counts.get_mut(key)
            && now < count.last.plus_seconds(FORGET_SECONDS)
        {
            count.wait_until = now.plus_seconds(wait_seconds(count.failures, free));
        }
    }

    fn forget_old(&mut self, now: Time) {
        while let Some((last, key)) = self.order.first().copied()
            && now >= last.plus_seconds(FORGET_SECONDS)
        {
            self.forget(&key);
        }
    }

    fn forget(&mut self, key: &Key) -> Option<Count> {
        let count = self.counts.remove(key)?;
        self.order.remove(&(count.last, *key));
        Some(count)
    }
}

/// The wait after so many failures: none, then 1 s, 2 s, 4 s … [`MAX_WAIT_SECONDS`].
fn wait_seconds(failures: u32, free: u32) -> i64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(over) => 1_i64
            .checked_shl(over.min(32))
            .unwrap_or(MAX_WAIT_SECONDS)
            .min(MAX_WAIT_SECONDS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    /// A failed try that was let in, or the wait.
    fn fail(guard: &SlowDown, account: &str, address: &str, now: i64) -> Result<(), u32> {
        guard
            .check(account, address, at(now))
            .map(|()| guard.failed(account, address, at(now)))
            .map_err(|wait| wait.seconds)
    }

    #[test]
    fn after_five_failures_an_account_waits_twice_as_long_each_time() {
        let guard = SlowDown::new();
        let mut now = 1_000;
        for n in 0..5 {
            assert_eq!(fail(&guard, "an", &format!("192.0.2.{n}"), now), Ok(()));
        }
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            let address = format!("10.0.0.{}", wait % 251);
            assert_eq!(fail(&guard, " AN", &address, now), Err(wait));
            assert_eq!(guard.check("binh", &address, at(now)), Ok(()));
            now += i64::from(wait);
            assert_eq!(fail(&guard, "an", &address, now), Ok(()));
        }
    }

    #[test]
    fn a_success_resets_the_account_but_not_the_failures_of_its_address() {
        let guard = SlowDown::new();
        for n in 0..20 {
            assert_eq!(fail(&guard, &format!("victim{n}"), "192.0.2.1", 0), Ok(()));
        }
        assert_eq!(fail(&guard, "own", "192.0.2.1", 0), Err(1));
        assert_eq!(guard.check("own", "192.0.2.1", at(1)), Ok(()));
        guard.succeeded("own", at(1));
        assert_eq!(fail(&guard, "victim20", "192.0.2.1", 1), Err(1));
        assert_eq!(fail(&guard, "victim20", "192.0.2.2", 1), Ok(()));
        for _ in 0..4 {
            assert_eq!(fail(&guard, "an", "192.0.2.3", 2), Ok(()));
        }
        guard.succeeded("an", at(2));
        for _ in 0..5 {
            assert_eq!(fail(&guard, "an", "192.0.2.3", 3), Ok(()));
        }
        assert_eq!(fail(&guard, "an", "192.0.2.3", 3), Err(1));
    }

    #[test]
    fn who_waits_gets_one_try_at_a_time_however_many_are_sent_at_once() {
        let guard = SlowDown::new();
        for _ in 0..7 {
            guard.failed("an", "192.0.2.1", at(0));
        }
        let admitted = (0..50).filter(|_| guard.check("an", "192.0.2.2", at(60)).is_ok());
        assert_eq!(admitted.count(), 1);
    }

    #[test]
    fn one_customer_with_many_ipv6_addresses_is_one() {
        let key = |text: &str| address_key(text);
        assert_eq!(key("2001:db8:0:1::1"), key("2001:db8:0:ff:9::2"));
        assert_ne!(key("2001:db8:0:1::1"), key("2001:db8:0:100::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("2001:db8::/56"), key("2001:db8:1::/56"));
    }

    #[test]
    fn failures_are_forgotten_after_a_day() {
        let guard = SlowDown::new();
        for _ in 0..2 {
            for _ in 0..5 {
                assert_eq!(fail(&guard, "an", "192.0.2.1", 0), Ok(()));
            }
            guard.succeeded("binh", at(FORGET_SECONDS - 1));
            assert!(guard.check("an", "192.0.2.9", at(0)).is_err());
            guard.succeeded("binh", at(FORGET_SECONDS));
            assert!(guard.tables().accounts.counts.is_empty());
            assert!(guard.tables().addresses.order.is_empty());
        }
    }

    #[test]
    fn the_oldest_makes_room_and_a_clock_set_back_frees_nobody_for_days() {
        let mut failures = Failures::default();
        for n in 0..=MAX_KEPT {
            failures.count(name_key(&n.to_string()), 1, at(n as i64));
        }
        assert_eq!(
            (failures.counts.len(), failures.order.len()),
            (MAX_KEPT, MAX_KEPT)
        );
        assert!(!failures.counts.contains_key(&name_key("0")));
        let told = failures.may(&name_key(&MAX_KEPT.to_string()), at(-1_000_000));
        assert_eq!(told, Err(RetryAfter { seconds: 900 }));
    }
}
