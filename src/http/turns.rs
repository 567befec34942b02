//! Turns for what holds a thread or a connection for long: a few at a time, and fewer for each partner, so that
//! none keeps the others out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::problem::Problem;

/// A line for work that takes much memory: a few have a turn, some wait for theirs, and whoever comes then is told to
/// come again.
pub struct Line {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// A place in the line and a turn. It belongs to the work, which goes on when its client has left.
pub struct InLine {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Line {
    /// A line: `turns` at the same time, and `waiting` behind them.
    pub fn new(turns: usize, waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(turns + waiting)),
            turns: Arc::new(Semaphore::new(turns)),
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// 503 when the line is full.
    pub async fn turn(&self) -> Result<InLine, Problem> {
        let busy = || Problem::new("busy").header("Retry-After", "5");
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| busy())?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        Ok(InLine {
            _place: place,
            _turn: turn.map_err(|_| busy())?,
        })
    }
}

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

    #[tokio::test]
    async fn a_line_has_as_many_places_as_it_says() {
        let line = Line::new(1, 1);
        let first = line.turn().await.ok();
        assert!(first.is_some());
        // Both are tried at once: the second waits, so that the third finds no place and leaves at once.
        let third = async {
            let refused = line.turn().await.is_err();
            drop(first);
            refused
        };
        let (second, refused) = tokio::join!(line.turn(), third);
        assert!(second.is_ok() && refused);
    }

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
