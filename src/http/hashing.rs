//! Turns for hashing passwords: a hash takes 19 MiB and a processor for some 30 ms. Nobody can fill all of them: who signs
//! in on a device that is known, who signs in on another and who enrols stand in lines of their own, and in each of them a
//! device or an address has few places.

use std::net::IpAddr;

use uuid::Uuid;

use super::{
    address_buckets::customer_key,
    permits::{InLine, Line},
};
use crate::present::problem::Problem;

/// Hashed at the same time in each line: three lines, so 57 MiB and at most three processors.
const TURNS: usize = 1;
/// Places of a line: the last one waits 24 × some 30 ms, below a second.
const PLACES: usize = 24;
/// Places of one address, or of one /48: an office may begin its day behind one.
const OF_AN_ADDRESS: usize = 6;
/// Places of one device: two clicks.
const OF_A_DEVICE: usize = 2;

/// The lines.
pub struct Hashing {
    known: Line<Uuid>,
    strangers: Line<IpAddr>,
    enrolling: Line<IpAddr>,
}

/// A turn, kept while the hash is computed.
pub enum Turn {
    Device(InLine<Uuid>),
    Address(InLine<IpAddr>),
}

impl Default for Hashing {
    fn default() -> Self {
        let waiting = PLACES - TURNS;
        Self {
            known: Line::new(TURNS, waiting, OF_A_DEVICE),
            strangers: Line::new(TURNS, waiting, OF_AN_ADDRESS),
            enrolling: Line::new(TURNS, waiting, OF_AN_ADDRESS),
        }
    }
}

impl Hashing {
    /// A turn for signing in.
    ///
    /// # Errors
    /// 503 when the line, or what one device or address may have of it, is full.
    pub async fn signing_in(&self, address: IpAddr, device: Option<Uuid>) -> Result<Turn, Problem> {
        match device {
            Some(device) => self.known.turn(device).await.map(Turn::Device),
            None => {
                let turn = self.strangers.turn(customer_key(address)).await;
                turn.map(Turn::Address)
            }
        }
    }

    /// A turn for enrolling.
    ///
    /// # Errors
    /// As [`Hashing::signing_in`].
    pub async fn enrolling(&self, address: IpAddr) -> Result<Turn, Problem> {
        let turn = self.enrolling.turn(customer_key(address)).await;
        turn.map(Turn::Address)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::Pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    fn address(host: usize) -> IpAddr {
        format!("192.0.2.{host}").parse().unwrap()
    }

    /// Lets each of them ask once. How many have a place.
    fn placed<T, F: Future<Output = Result<T, Problem>>>(asking: &mut [Pin<Box<F>>]) -> usize {
        let mut context = Context::from_waker(Waker::noop());
        let mut has_place = |one: &mut Pin<Box<F>>| match one.as_mut().poll(&mut context) {
            Poll::Ready(turn) => turn.is_ok(),
            Poll::Pending => true,
        };
        asking
            .iter_mut()
            .map(|one| usize::from(has_place(one)))
            .sum()
    }

    #[tokio::test]
    async fn one_address_gets_its_places_and_another_still_finds_one() {
        let hashing = Hashing::default();
        let _held = hashing.signing_in(address(0), None).await.ok();
        let one = |_| Box::pin(hashing.signing_in(address(1), None));
        let mut flood: Vec<_> = (0..600).map(one).collect();
        assert_eq!(placed(&mut flood), OF_AN_ADDRESS);
        let other = |host| Box::pin(hashing.signing_in(address(host), None));
        let mut others: Vec<_> = (2..40).map(other).collect();
        assert_eq!(placed(&mut others), PLACES - OF_AN_ADDRESS - 1);
    }

    #[tokio::test]
    async fn a_flood_from_everywhere_leaves_known_devices_and_enrolment_their_turns() {
        let hashing = Hashing::default();
        let _held = hashing.signing_in(address(0), None).await.ok();
        let one = |host| Box::pin(hashing.signing_in(address(host), None));
        let mut flood: Vec<_> = (1..250).map(one).collect();
        assert_eq!(placed(&mut flood), PLACES - 1);
        let device = Uuid::from_u128(1);
        assert!(hashing.signing_in(address(1), None).await.is_err());
        assert!(hashing.signing_in(address(1), Some(device)).await.is_ok());
        assert!(hashing.enrolling(address(1)).await.is_ok());
    }
}
