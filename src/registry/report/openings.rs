//! Who opens many sealed parts in a day: auditors are told.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

use crate::domain::{intake::calendar::Day, time::Time};

/// So many a day are work; one more is told of.
pub(super) const MANY: u32 = 30;

/// How many sealed parts each person opened today; forgotten with the program, and at midnight.
#[derive(Default)]
pub(in crate::registry) struct Openings(Mutex<(Option<Day>, HashMap<Uuid, u32>)>);

impl Openings {
    /// Counts one. Whether it is the first that is too many.
    pub(super) fn count(&self, who: Uuid, now: Time) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let today = Some(Day::of(now));
        if counts.0 != today {
            *counts = (today, HashMap::new());
        }
        let count = counts.1.entry(who).or_default();
        *count = count.saturating_add(1);
        *count == MANY + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_too_many_in_a_day_is_told_of_once() {
        let (openings, who) = (Openings::default(), Uuid::from_u128(1));
        let now = Time::from_millis(1_800_000_000_000);
        let told = (0..40).filter(|_| openings.count(who, now)).count();
        assert_eq!(told, 1);
        assert!(!openings.count(Uuid::from_u128(2), now));
        let tomorrow = now.plus_days(1);
        let told: Vec<u32> = (1..=31).filter(|_| openings.count(who, tomorrow)).collect();
        assert_eq!(told, [31]);
    }
}
