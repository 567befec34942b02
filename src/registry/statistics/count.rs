//! Counting under way: one listing after the other, in memory that does not grow with them.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    counted::{Deeds, Fates, Statistics},
    months::Months,
    places::Places,
    waits::Waits,
};
use crate::domain::{
    identifier::Kind,
    listing::{EventKind, Listing, Status},
    method::MethodId,
    time::Time,
    unit::UnitCode,
};

/// What became of a listing that was public, and when it ended.
#[derive(Clone, Copy)]
enum Fate {
    InForce,
    Expired(Option<Time>),
    Delisted(Option<Time>),
}

/// Counting under way.
pub(super) struct Count {
    now: Time,
    total: Fates,
    disputed: u64,
    kinds: [Fates; Kind::ALL.len()],
    months: Months,
    deeds: Vec<Deeds>,
    methods: BTreeMap<MethodId, Fates>,
    places: BTreeMap<(UnitCode, MethodId), u64>,
    single: Waits,
    lists: Waits,
}

impl Fates {
    fn add(&mut self, fate: Fate) {
        match fate {
            Fate::InForce => self.in_force += 1,
            Fate::Expired(_) => self.expired += 1,
            Fate::Delisted(_) => self.delisted += 1,
        }
    }
}

impl Count {
    pub(super) fn begin(now: Time) -> Self {
        let months = Months::before(now);
        Self {
            now,
            total: Fates::default(),
            disputed: 0,
            kinds: Default::default(),
            deeds: vec![Deeds::default(); months.all().len()],
            months,
            methods: BTreeMap::new(),
            places: BTreeMap::new(),
            single: Waits::default(),
            lists: Waits::default(),
        }
    }

    /// Counts a listing, unless it never was public. One whose identifier was erased counts as before: what is left of it
    /// are its kind, method, unit and dates, and it is in no place, since only such as are in force are.
    pub(super) fn add(&mut self, listing: &Listing) {
        let Some(fate) = fate(listing, self.now) else {
            return;
        };
        self.total.add(fate);
        self.kinds[listing.kind as usize].add(fate);
        self.methods.entry(listing.method).or_default().add(fate);
        self.add_to_months(listing, fate);
        if let Fate::InForce = fate {
            self.disputed += u64::from(listing.disputed);
            let place = (listing.unit, listing.method);
            *self.places.entry(place).or_insert(0) += 1;
        }
    }

    fn add_to_months(&mut self, listing: &Listing, fate: Fate) {
        if let Some(listed) = listing.listed_at
            && let Some(month) = self.months.place(listed)
        {
            let deeds = &mut self.deeds[month];
            deeds.confirmed += 1;
            deeds.in_force += u64::from(matches!(fate, Fate::InForce));
            let waits = match listing.import {
                Some(_) => &mut self.lists,
                None => &mut self.single,
            };
            waits.add(listing.proposed_at, listed);
        }
        let ended = match fate {
            Fate::InForce => None,
            Fate::Expired(ended) | Fate::Delisted(ended) => ended,
        };
        if let Some(month) = ended.and_then(|ended| self.months.place(ended)) {
            let deeds = &mut self.deeds[month];
            match fate {
                Fate::InForce => {}
                Fate::Expired(_) => deeds.expired += 1,
                Fate::Delisted(_) => deeds.delisted += 1,
            }
        }
    }

    pub(super) fn end(self, ledger_size: u64) -> Statistics {
        let mut by_method: Vec<_> = self.methods.into_iter().collect();
        // Stable: what is equally frequent keeps the order of the table.
        by_method.sort_by_key(|(_, fates)| Reverse(fates.ever()));
        let mut units = BTreeMap::new();
        for ((unit, _), count) in &self.places {
            *units.entry(*unit).or_insert(0) += count;
        }
        Statistics {
            at: self.now,
            ledger_size,
            total: self.total,
            disputed: self.disputed,
            by_kind: Kind::ALL.into_iter().zip(self.kinds).collect(),
            by_method,
            by_month: self.months.all().iter().copied().zip(self.deeds).collect(),
            places: Places::of(&units),
            single: self.single.end(),
            lists: self.lists.end(),
            by_place: self.places,
        }
    }
}

/// What became of a listing by an instant; none when it never was public.
fn fate(listing: &Listing, now: Time) -> Option<Fate> {
    match listing.status {
        Status::Proposed | Status::Rejected => None,
        // Its time may be over although the scheduler has not written so yet.
        Status::Listed => Some(match listing.valid_until {
            Some(until) if until <= now => Fate::Expired(Some(until)),
            Some(_) | None => Fate::InForce,
        }),
        Status::Expired => Some(Fate::Expired(listing.valid_until)),
        Status::Delisted => {
            let mut newest = listing.history.iter().rev();
            let delisted = newest.find(|event| event.deed == EventKind::Delisted);
            Some(Fate::Delisted(delisted.map(|event| event.at)))
        }
    }
}

#[cfg(test)]
mod tests;
