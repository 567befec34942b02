//! Buckets by address. For IPv6, wider ones around it: a provider gives a customer 256 households' worth of addresses
//! (a /48), and whoever rents a /32 has 16 million of them.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};

use super::limits::{Buckets, Exceeded, MOST_BUCKETS, Policy, Taken, anonymous_key};
use crate::config::cidr::masked;

/// The part of an IPv6 address that one customer of a provider has at most.
const CUSTOMER_PREFIX: u8 = 48;
/// The part that one provider has: all of a mobile network, or what an enumerator can rent.
const PROVIDER_PREFIX: u8 = 32;

/// How many times the bucket of one address the wider ones hold, in tokens and in tokens a minute.
#[derive(Clone, Copy, Debug)]
pub struct Wider {
    /// All addresses of a /48.
    pub customer: u32,
    /// All addresses of a /32.
    pub provider: u32,
}

/// Who takes turns together: an IPv4 address, or the /48 of an IPv6 address.
pub fn customer_key(address: IpAddr) -> IpAddr {
    around(address, CUSTOMER_PREFIX).unwrap_or_else(|| anonymous_key(address))
}

/// The IPv6 network of this length around an address; IPv4 has none.
fn around(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    match address.to_canonical() {
        IpAddr::V4(_) => None,
        address @ IpAddr::V6(_) => masked(address, prefix),
    }
}

/// Buckets of one policy for each address, and the wider ones around IPv6 addresses.
pub struct AddressBuckets<C: Clock = DefaultClock> {
    each: Buckets<IpAddr, C>,
    wider: [(u8, Buckets<IpAddr, C>); 2],
}

impl AddressBuckets {
    /// Buckets that hold `burst` tokens and get `per_minute` back each minute.
    pub fn new(per_minute: u32, burst: u32, wider: Wider) -> Self {
        Self::with_clock(per_minute, burst, wider, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> AddressBuckets<C> {
    fn with_clock(per_minute: u32, burst: u32, wider: Wider, clock: &C) -> Self {
        let times = |times: u32| {
            let (rate, size) = (
                per_minute.saturating_mul(times),
                burst.saturating_mul(times),
            );
            Buckets::with_clock(rate, size, clock.clone(), MOST_BUCKETS)
        };
        Self {
            each: times(1),
            wider: [
                (CUSTOMER_PREFIX, times(wider.customer)),
                (PROVIDER_PREFIX, times(wider.provider)),
            ],
        }
    }

    /// Takes `cost` tokens of an address and of the networks around it, all or none.
    ///
    /// # Errors
    /// Too few tokens in one of them.
    pub fn take(&self, address: IpAddr, cost: u32) -> Result<Taken, Exceeded> {
        let taken = self.each.take(&anonymous_key(address), cost)?;
        self.take_wider(address, cost, 0)?;
        Ok(taken)
    }

    /// As [`AddressBuckets::take`]; a refusal takes `fee` of what the address has left.
    ///
    /// # Errors
    /// As [`AddressBuckets::take`].
    pub fn take_or_fee(
        &self,
        address: IpAddr,
        cost: u32,
        fee: NonZeroU32,
    ) -> Result<Taken, Exceeded> {
        let own = anonymous_key(address);
        let taken = self.each.take_or_fee(&own, cost, fee)?;
        self.take_wider(address, cost, fee.get())?;
        Ok(taken)
    }

    /// Gives back tokens that were taken and not needed.
    pub fn give_back(&self, address: IpAddr, tokens: u32) {
        self.each.give_back(&anonymous_key(address), tokens);
        for (prefix, buckets) in &self.wider {
            if let Some(network) = around(address, *prefix) {
                buckets.give_back(&network, tokens);
            }
        }
    }

    /// What the bucket of one address grants.
    pub const fn policy(&self) -> Policy {
        self.each.policy()
    }

    /// Takes from the wider networks too. When one has too few, nothing stays taken but the fee.
    fn take_wider(&self, address: IpAddr, cost: u32, fee: u32) -> Result<(), Exceeded> {
        for (place, (prefix, buckets)) in self.wider.iter().enumerate() {
            let Some(network) = around(address, *prefix) else {
                return Ok(());
            };
            let Err(exceeded) = buckets.take(&network, cost) else {
                continue;
            };
            let own = anonymous_key(address);
            self.each.give_back(&own, cost.saturating_sub(fee));
            for (prefix, before) in self.wider.iter().take(place) {
                if let Some(network) = around(address, *prefix) {
                    before.give_back(&network, cost);
                }
            }
            return Err(exceeded);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
