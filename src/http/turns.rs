//! Turns for what holds a thread or a connection for long: a few at a time, and fewer for each partner, so that
//! none keeps the others out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

/// Turns that are given out and come back.
pub struct Turns {
    /// Most at the same time.
    all: usize,
    /// Most of one partner.
    each: usize,
    taken: Arc<Mutex<HashMap<Uuid, usize>>>,
}

/// A turn; it ends when this is dropped.
pub struct Turn {
    partner: Uuid,
    taken: Arc<Mutex<HashMap<Uuid, usize>>>,
}

impl Turns {
    /// Turns: `all` at the same time, `each` of one partner.
    pub fn new(all: usize, each: usize) -> Self {
        Self {
            all,
            each,
            taken: Arc::default(),
        }
    }

    /// A turn for a partner, if there is one.
    pub fn take(&self, partner: Uuid) -> Option<Turn> {
        let mut taken = lock(&self.taken);
        let own = taken.get(&partner).copied().unwrap_or(0);
        if own >= self.each || taken.values().sum::<usize>() >= self.all {
            return None;
        }
        taken.insert(partner, own + 1);
        Some(Turn {
            partner,
            taken: Arc::clone(&self.taken),
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        match taken.get_mut(&self.partner) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.partner)),
        }
    }
}

fn lock(taken: &Mutex<HashMap<Uuid, usize>>) -> std::sync::MutexGuard<'_, HashMap<Uuid, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_gets_its_share_and_the_others_theirs() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let turns = Turns::new(3, 2);
        let first = turns.take(a);
        let second = turns.take(a);
        assert!(first.is_some() && second.is_some());
        assert!(turns.take(a).is_none(), "its share is taken");
        let other = turns.take(b);
        assert!(other.is_some(), "the other still gets one");
        assert!(turns.take(b).is_none(), "all are taken");
        drop(first);
        assert!(
            turns.take(b).is_some(),
            "what was given back is there again"
        );
    }
}
