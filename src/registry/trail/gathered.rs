//! What the audit trail has still to tell, counted by whom and what.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    access::address_keys::KeyDays,
    domain::{
        change::{Actor, TrailChange},
        time::Time,
        trail::{AddressToken, Pull, Refusal, Sealed},
    },
};

/// Different things that are kept in mind, of refusals and of reads; what is over half of it is written at once. About
/// 200 bytes each, and as much again while it waits to be written: 8 MB.
const MAX_GATHERED: usize = 10_000;
/// Different things that one account opened and that are told one by one: so many changes and one more is all that it makes.
const MAX_READ_BY_ONE: usize = 200;
/// Partners that take something within an hour, each in two ways.
const MAX_PULLS: usize = 2_000;
/// Addresses that a refusal names: the first ones.
const MAX_ADDRESSES: usize = 8;
/// Most that is told in one record: each 300 bytes at most, so 150 KB.
const TOLD_AT_ONCE: usize = 500;

/// How the audit trail is kept.
#[derive(Clone, Copy, Debug)]
pub struct TrailSettings {
    /// Seconds for which refusals and reads are gathered.
    pub gather_seconds: i64,
    /// Seconds for which pulls are gathered.
    pub pulls_seconds: i64,
    /// How long the keys of addresses last.
    pub address_keys: KeyDays,
}

impl Default for TrailSettings {
    fn default() -> Self {
        Self {
            gather_seconds: 300,
            pulls_seconds: 3_600,
            address_keys: KeyDays { used: 30, kept: 90 },
        }
    }
}

#[derive(Default)]
pub(super) struct Gathered {
    refused: BTreeMap<(Actor, Refusal), Refused>,
    read: BTreeMap<Uuid, BTreeMap<Sealed, u32>>,
    pulled: BTreeMap<(Uuid, Pull), Pulled>,
    untold: u32,
    /// When the gathering of refusals and reads began, and that of pulls.
    since: Option<Time>,
    pulls_since: Option<Time>,
    /// What is due and not written yet.
    due: Vec<TrailChange>,
}

#[derive(Default)]
struct Refused {
    times: u32,
    addresses: Vec<AddressToken>,
}

struct Pulled {
    times: u32,
    from: u64,
    to: u64,
}

impl Gathered {
    pub(super) fn refused(&mut self, who: Actor, why: Refusal, address: Option<AddressToken>) {
        if self.refused.len() >= MAX_GATHERED && !self.refused.contains_key(&(who, why)) {
            return self.one_more_untold();
        }
        let counted = self.refused.entry((who, why)).or_default();
        counted.times = counted.times.saturating_add(1);
        let known = &mut counted.addresses;
        known.extend(address.filter(|token| known.len() < MAX_ADDRESSES && !known.contains(token)));
    }

    pub(super) fn read(&mut self, who: Uuid, what: Sealed) {
        let is_full = self.reads() >= MAX_GATHERED;
        let own = self.read.entry(who).or_default();
        let told = match own.len() < MAX_READ_BY_ONE || own.contains_key(&what) {
            true => what,
            false => Sealed::More,
        };
        if is_full && !own.contains_key(&told) {
            return self.one_more_untold();
        }
        let times = own.entry(told).or_default();
        *times = times.saturating_add(1);
    }

    pub(super) fn pulled(&mut self, partner: Uuid, what: Pull, from: u64, to: u64) {
        if self.pulled.len() >= MAX_PULLS && !self.pulled.contains_key(&(partner, what)) {
            return self.one_more_untold();
        }
        let none = Pulled { times: 0, from, to };
        let counted = self.pulled.entry((partner, what)).or_insert(none);
        counted.times = counted.times.saturating_add(1);
        counted.from = counted.from.min(from);
        counted.to = counted.to.max(to);
    }

    fn reads(&self) -> usize {
        self.read.values().map(BTreeMap::len).sum()
    }

    fn one_more_untold(&mut self) {
        self.untold = self.untold.saturating_add(1);
    }

    /// What is to be written now, up to [`TOLD_AT_ONCE`]. It is given again until [`Gathered::forget`] is told that it was
    /// written.
    pub(super) fn due(
        &mut self,
        now: Time,
        settings: &TrailSettings,
        all: bool,
    ) -> Vec<TrailChange> {
        let since = *self.since.get_or_insert(now);
        let pulls_since = *self.pulls_since.get_or_insert(now);
        if self.due.is_empty() {
            // A clock that was set back has no say in how long it took.
            let is_over = |since: Time, seconds| now < since || now >= since.plus_seconds(seconds);
            let is_much = self.refused.len().max(self.reads()) > MAX_GATHERED / 2;
            if all || is_much || is_over(since, settings.gather_seconds) {
                self.since = Some(now);
                self.take_refusals_and_reads(since);
            }
            if all || is_over(pulls_since, settings.pulls_seconds) {
                self.pulls_since = Some(now);
                self.take_pulls(pulls_since);
            }
        }
        self.due.iter().take(TOLD_AT_ONCE).cloned().collect()
    }

    /// The first so many that were due are written.
    pub(super) fn forget(&mut self, written: usize) {
        self.due.drain(..written.min(self.due.len()));
    }

    fn take_refusals_and_reads(&mut self, since: Time) {
        let refused = std::mem::take(&mut self.refused).into_iter();
        self.due
            .extend(refused.map(|((who, why), counted)| TrailChange::Refused {
                who,
                why,
                times: counted.times,
                addresses: counted.addresses,
                since,
            }));
        for (who, read) in std::mem::take(&mut self.read) {
            self.due
                .extend(read.into_iter().map(|(what, times)| TrailChange::Read {
                    who,
                    what,
                    times,
                    since,
                }));
        }
        let times = std::mem::take(&mut self.untold);
        if times > 0 {
            self.due.push(TrailChange::Untold { times, since });
        }
    }

    fn take_pulls(&mut self, since: Time) {
        let pulled = std::mem::take(&mut self.pulled).into_iter();
        self.due.extend(
            pulled.map(|((partner, what), counted)| TrailChange::Pulled {
                partner,
                what,
                times: counted.times,
                from: counted.from,
                to: counted.to,
                since,
            }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AN: Uuid = Uuid::from_u128(1);

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    fn token(n: u8) -> AddressToken {
        AddressToken {
            key_day: 1,
            tag: [n; 12],
        }
    }

    fn due(gathered: &mut Gathered, now: i64) -> Vec<TrailChange> {
        let due = gathered.due(at(now), &TrailSettings::default(), false);
        gathered.forget(due.len());
        due
    }

    #[test]
    fn a_flood_is_one_change_for_each_account_and_kind_after_some_minutes() {
        let mut gathered = Gathered::default();
        assert!(due(&mut gathered, 0).is_empty());
        for n in 0..=255 {
            gathered.refused(Actor::User(AN), Refusal::SignIn, Some(token(n)));
            gathered.refused(Actor::User(AN), Refusal::SlowedDown, None);
            gathered.read(AN, Sealed::Listing(AN));
        }
        assert!(due(&mut gathered, 299).is_empty());
        let told = due(&mut gathered, 300);
        assert_eq!(told.len(), 3);
        let first: Vec<_> = (0..8).map(token).collect();
        assert!(told.iter().any(|change| matches!(
            change,
            TrailChange::Refused { why: Refusal::SignIn, times: 256, addresses, since, .. }
                if *addresses == first && *since == at(0)
        )));
        assert!(due(&mut gathered, 600).is_empty());
    }

    #[test]
    fn what_could_not_be_written_is_given_again_and_a_record_holds_so_much() {
        let mut gathered = Gathered::default();
        let settings = TrailSettings::default();
        for n in 0..=TOLD_AT_ONCE as u128 {
            gathered.read(Uuid::from_u128(n), Sealed::Trail);
        }
        let first = gathered.due(at(0), &settings, true);
        assert_eq!(first.len(), TOLD_AT_ONCE);
        assert!(gathered.due(at(1), &settings, true) == first);
        gathered.forget(first.len());
        assert_eq!(gathered.due(at(1), &settings, true).len(), 1);
        gathered.forget(1);
        assert!(gathered.due(at(1), &settings, true).is_empty());
    }

    #[test]
    fn what_goes_over_the_measure_is_counted_and_much_is_written_before_its_time() {
        let mut gathered = Gathered::default();
        assert!(due(&mut gathered, 0).is_empty());
        for n in 0..MAX_GATHERED as u128 + 3 {
            gathered.read(Uuid::from_u128(n), Sealed::Trail);
        }
        let settings = TrailSettings::default();
        let mut told = Vec::new();
        loop {
            let due = gathered.due(at(1), &settings, false);
            gathered.forget(due.len());
            if due.is_empty() {
                break;
            }
            told.extend(due);
        }
        assert_eq!(told.len(), MAX_GATHERED + 1);
        assert!(matches!(
            told.last(),
            Some(TrailChange::Untold { times: 3, .. })
        ));
    }

    #[test]
    fn what_one_account_opens_is_two_hundred_changes_and_one_more() {
        let mut gathered = Gathered::default();
        assert!(due(&mut gathered, 0).is_empty());
        for n in 0..10_000 {
            gathered.read(AN, Sealed::Listing(Uuid::from_u128(n)));
        }
        gathered.read(AN, Sealed::Listing(Uuid::from_u128(0)));
        let told = due(&mut gathered, 300);
        assert_eq!(told.len(), MAX_READ_BY_ONE + 1);
        let more = |change: &TrailChange| {
            matches!(
                change,
                TrailChange::Read {
                    what: Sealed::More,
                    times: 9_800,
                    ..
                }
            )
        };
        assert!(told.iter().any(more));
    }

    #[test]
    fn a_clock_that_jumped_ahead_and_back_keeps_nothing_from_being_told() {
        let mut gathered = Gathered::default();
        assert!(due(&mut gathered, 100 * 86_400).is_empty());
        gathered.read(AN, Sealed::Trail);
        gathered.pulled(AN, Pull::Changes, 7, 9);
        assert_eq!(due(&mut gathered, 60).len(), 2);
    }

    #[test]
    fn pulls_are_told_by_the_hour_from_the_lowest_position_to_the_highest() {
        let mut gathered = Gathered::default();
        assert!(due(&mut gathered, 0).is_empty());
        gathered.pulled(AN, Pull::Changes, 7, 9);
        gathered.pulled(AN, Pull::Changes, 5, 7);
        assert!(due(&mut gathered, 3_599).is_empty());
        let told = due(&mut gathered, 3_600);
        assert!(matches!(
            told[..],
            [TrailChange::Pulled {
                times: 2,
                from: 5,
                to: 9,
                ..
            }]
        ));
    }
}
