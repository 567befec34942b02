//! Permits for what holds a thread or a connection for long: a few at a time, and fewer for each partner, so that
//! none keeps the others out.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::present::problem::Problem;

/// A line for work that takes much memory: a few have a turn, some wait for theirs, fewer of each who asks, and whoever
/// comes then is told to come again.
pub struct Line<K> {
    places: Permits<K>,
    turns: Arc<Semaphore>,
}

/// A place in the line and a turn. It belongs to the work, which goes on when its client has left.
pub struct InLine<K: Hash + Eq> {
    _place: Permit<K>,
    _turn: OwnedSemaphorePermit,
}

impl<K: Hash + Eq + Clone> Line<K> {
    /// A line: `turns` at the same time and `waiting` behind them, of these `each` of one who asks.
    pub fn new(turns: usize, waiting: usize, each: usize) -> Self {
        Self {
            places: Permits::new(turns + waiting, each),
            turns: Arc::new(Semaphore::new(turns)),
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// 503 when the line is full.
    pub async fn turn(&self, who: K) -> Result<InLine<K>, Problem> {
        let place = self.places.take(who).ok_or_else(Problem::busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        Ok(InLine {
            _place: place,
            _turn: turn.map_err(|_| Problem::busy())?,
        })
    }
}

/// Permits that are given out and come back.
pub struct Permits<K = Uuid> {
    /// Most at the same time.
    all: usize,
    /// Most of one who asks.
    each: usize,
    taken: Taken<K>,
}

type Taken<K> = Arc<Mutex<HashMap<K, usize>>>;

/// A permit; it comes back when this is dropped.
pub struct Permit<K: Hash + Eq = Uuid> {
    who: K,
    taken: Taken<K>,
}

impl<K: Hash + Eq + Clone> Permits<K> {
    /// Permits: `all` at the same time, `each` of one who asks.
    pub fn new(all: usize, each: usize) -> Self {
        Self {
            all,
            each,
            taken: Arc::default(),
        }
    }

    /// A permit for somebody, if there is one left.
    pub fn take(&self, who: K) -> Option<Permit<K>> {
        let mut taken = lock(&self.taken);
        let own = taken.get(&who).copied().unwrap_or(0);
        if own >= self.each || taken.values().sum::<usize>() >= self.all {
            return None;
        }
        taken.insert(who.clone(), own + 1);
        Some(Permit {
            who,
            taken: Arc::clone(&self.taken),
        })
    }
}

impl<K: Hash + Eq> Drop for Permit<K> {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        match taken.get_mut(&self.who) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.who)),
        }
    }
}

fn lock<K>(taken: &Taken<K>) -> std::sync::MutexGuard<'_, HashMap<K, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_has_as_many_places_as_it_says() {
        let line = Line::new(1, 1, 2);
        let first = line.turn(1).await.ok();
        assert!(first.is_some());
        // Both are tried at once: the second waits, so that the third finds no place and leaves at once.
        let third = async {
            let refused = line.turn(2).await.is_err();
            drop(first);
            refused
        };
        let (second, refused) = tokio::join!(line.turn(1), third);
        assert!(second.is_ok() && refused);
    }

    #[tokio::test]
    async fn who_fills_its_share_of_a_line_leaves_places_for_others() {
        let line = Line::new(2, 2, 1);
        let first = line.turn("flood").await;
        assert!(first.is_ok() && line.turn("flood").await.is_err());
        assert!(line.turn("somebody").await.is_ok());
    }

    #[test]
    fn a_partner_gets_its_share_and_the_others_theirs() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let permits = Permits::new(3, 2);
        let first = permits.take(a);
        let second = permits.take(a);
        assert!(first.is_some() && second.is_some());
        assert!(permits.take(a).is_none(), "its share is taken");
        let other = permits.take(b);
        assert!(other.is_some(), "the other still gets one");
        assert!(permits.take(b).is_none(), "all are taken");
        drop(first);
        assert!(
            permits.take(b).is_some(),
            "what was given back is there again"
        );
    }
}
