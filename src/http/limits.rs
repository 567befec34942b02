//! Token buckets: who asks how much.
//!
//! A bucket holds `burst` tokens and gets `per_minute` back evenly. Anonymous checks pay in advance for the dearest answer
//! and get back what was not needed ([`super::ask`]), so that enumerating costs far more than using; partners and officers
//! pay one token an item or request.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::header::HeaderName;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::{NotUntil, Quota, RateLimiter};

use crate::config::cidr::masked;

/// Takes between two sweeps of full buckets. One take makes at most one bucket, so at most this many are added
/// between sweeps: 65,536 × some 50 bytes = 3 MiB.
const TAKES_PER_SWEEP: u64 = 65_536;

/// Buckets kept at most, after a sweep: 1,000,000 × some 50 bytes = 50 MiB. Beyond it all are forgotten. Whoever
/// commands that many addresses is not held by a limit for each address, and everybody else only gains tokens.
pub(super) const MOST_BUCKETS: usize = 1_000_000;

/// The part of an IPv6 address that counts as one client: what a provider gives to one household.
const IPV6_PREFIX: u8 = 56;

/// The key of an anonymous client: the IPv4 address, or the /56 of an IPv6 address.
pub fn anonymous_key(address: IpAddr) -> IpAddr {
    let address = address.to_canonical();
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(_) => masked(address, IPV6_PREFIX).unwrap_or(address),
    }
}

/// Tokens were taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The policy of the bucket.
    pub policy: Policy,
    /// Tokens that are left.
    pub remaining: u32,
    /// Seconds until the bucket is full again if nothing more is taken.
    pub reset_seconds: u64,
}

/// There are not enough tokens; none were taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many requests; try again in {retry_after_seconds} seconds")]
pub struct Exceeded {
    /// The policy of the bucket.
    pub policy: Policy,
    /// Seconds until the same request would pass; at least 1.
    pub retry_after_seconds: u64,
}

/// What a bucket grants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Tokens that come back each minute.
    pub per_minute: NonZeroU32,
    /// Tokens a full bucket holds.
    pub burst: NonZeroU32,
}

/// What is left to a client.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// What a client may ask.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, structured fields), and `Retry-After`
/// (RFC 9110, 10.2.3) when refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LimitHeaders {
    /// Value of `RateLimit`.
    pub rate_limit: String,
    /// Value of `RateLimit-Policy`.
    pub policy: String,
    /// Value of `Retry-After`, in whole seconds.
    pub retry_after: Option<String>,
}

impl Taken {
    /// The headers of an answer that was granted.
    pub fn headers(&self) -> LimitHeaders {
        LimitHeaders {
            rate_limit: format!("\"default\";r={};t={}", self.remaining, self.reset_seconds),
            policy: self.policy.header(),
            retry_after: None,
        }
    }
}

impl Taken {
    /// The same bucket after tokens were given back.
    #[must_use]
    pub fn after_return(mut self, tokens: u32) -> Self {
        let burst = self.policy.burst.get();
        self.remaining = self.remaining.saturating_add(tokens).min(burst);
        self.reset_seconds = self.policy.seconds_for(burst - self.remaining);
        self
    }
}

impl Exceeded {
    /// The refusal of something of which tokens for a part were taken already: they are wanted again next time.
    #[must_use]
    pub fn with(mut self, tokens: u32) -> Self {
        self.retry_after_seconds += self.policy.seconds_for(tokens);
        self
    }

    /// The headers of a 429.
    pub fn headers(&self) -> LimitHeaders {
        LimitHeaders {
            rate_limit: format!("\"default\";r=0;t={}", self.retry_after_seconds),
            policy: self.policy.header(),
            retry_after: Some(self.retry_after_seconds.to_string()),
        }
    }
}

impl Policy {
    /// `q` and `w` tell the steady rate; `burst` is an extension that clients may ignore.
    fn header(self) -> String {
        format!(
            "\"default\";q={};w=60;burst={}",
            self.per_minute, self.burst
        )
    }

    /// Whole seconds, rounded up, in which this many tokens come back.
    fn seconds_for(self, tokens: u32) -> u64 {
        (u64::from(tokens) * 60).div_ceil(u64::from(self.per_minute.get()))
    }
}

type Limiter<K, C> = RateLimiter<K, Store<K>, C, StateInformationMiddleware>;

/// Buckets of one policy, one for each key. Shared by all workers; cheap to ask, never blocks on anything slow.
pub struct Buckets<K: Hash + Eq + Clone, C: Clock = DefaultClock> {
    limiter: Limiter<K, C>,
    store: Store<K>,
    policy: Policy,
    /// In which one token comes back.
    period: Nanos,
    most_buckets: usize,
    takes: AtomicU64,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    /// Buckets that hold `burst` tokens and get `per_minute` back each minute. Zero counts as one.
    pub fn new(per_minute: u32, burst: u32) -> Self {
        Self::with_clock(per_minute, burst, DefaultClock::default(), MOST_BUCKETS)
    }
}

impl<K: Hash + Eq + Clone, C: Clock> Buckets<K, C> {
    pub(super) fn with_clock(per_minute: u32, burst: u32, clock: C, most_buckets: usize) -> Self {
        let policy = Policy {
            per_minute: NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN),
            burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN),
        };
        let store = Store(Arc::new(DashMapStateStore::default()));
        let quota = Quota::per_minute(policy.per_minute).allow_burst(policy.burst);
        Self {
            limiter: Limiter::new(quota, store.clone(), clock),
            store,
            policy,
            period: quota.replenish_interval().into(),
            most_buckets,
            takes: AtomicU64::new(0),
        }
    }

    /// Takes `cost` tokens from the bucket of `key`, all or none. A cost of 0 counts as 1.
    ///
    /// # Errors
    /// Too few tokens. A cost above what a full bucket holds never passes; the configuration is checked so that
    /// the largest request fits.
    pub fn take(&self, key: &K, cost: u32) -> Result<Taken, Exceeded> {
        if self.takes.fetch_add(1, Ordering::Relaxed) % TAKES_PER_SWEEP == TAKES_PER_SWEEP - 1 {
            self.sweep();
        }
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        match self.limiter.check_key_n(key, cost) {
            Ok(Ok(state)) => {
                let remaining = state.remaining_burst_capacity();
                let missing = self.policy.burst.get().saturating_sub(remaining);
                Ok(Taken {
                    policy: self.policy,
                    remaining,
                    reset_seconds: self.policy.seconds_for(missing),
                })
            }
            Ok(Err(not_yet)) => Err(self.exceeded(self.wait(&not_yet))),
            Err(_) => Err(self.exceeded(self.policy.seconds_for(self.policy.burst.get()))),
        }
    }

    /// Takes `cost` tokens, or else `fee` of what is left: asking again and again is not free.
    ///
    /// # Errors
    /// As [`Buckets::take`]; the time to wait is that after the fee.
    pub fn take_or_fee(&self, key: &K, cost: u32, fee: NonZeroU32) -> Result<Taken, Exceeded> {
        self.take(key, cost).or_else(|_| {
            // Too few tokens even for the fee: there is nothing to take.
            let _ = self.limiter.check_key_n(key, fee);
            self.take(key, cost)
        })
    }

    /// Gives back tokens that were taken and not needed. More than was taken only fills the bucket.
    pub fn give_back(&self, key: &K, tokens: u32) {
        let back = self.period * u64::from(tokens);
        // The store keeps the instant at which the bucket would be full: giving back brings it nearer.
        let given = self
            .store
            .measure_and_replace(key, |full_at| match full_at {
                Some(at) => Ok(((), at.saturating_sub(back))),
                // Forgotten meanwhile, since it was full.
                None => Err(()),
            });
        // Either is well.
        let (Ok(()) | Err(())) = given;
    }

    /// What a bucket grants.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Forgets the buckets that are full again. Called by [`Buckets::take`] now and then; may be called any time.
    pub fn sweep(&self) {
        self.limiter.retain_recent();
        if self.limiter.len() > self.most_buckets {
            self.store.0.clear();
        }
        self.limiter.shrink_to_fit();
    }

    /// Buckets that are kept at present.
    pub fn len(&self) -> usize {
        self.limiter.len()
    }

    /// Whether no bucket is kept.
    pub fn is_empty(&self) -> bool {
        self.limiter.is_empty()
    }

    fn wait(&self, not_yet: &NotUntil<C::Instant>) -> u64 {
        let wait = not_yet.wait_time_from(self.limiter.clock().now());
        wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
    }

    fn exceeded(&self, seconds: u64) -> Exceeded {
        Exceeded {
            policy: self.policy,
            retry_after_seconds: seconds.max(1),
        }
    }
}

/// The states of all buckets. The limiter owns its store and can only sweep it; sharing it lets it be cleared.
struct Store<K: Hash + Eq + Clone>(Arc<DashMapStateStore<K>>);

impl<K: Hash + Eq + Clone> Clone for Store<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Hash + Eq + Clone> StateStore for Store<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, f)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Store<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        ShrinkableKeyedStateStore::retain_recent(&*self.0, drop_below);
    }

    fn shrink_to_fit(&self) {
        ShrinkableKeyedStateStore::shrink_to_fit(&*self.0);
    }

    fn len(&self) -> usize {
        ShrinkableKeyedStateStore::len(&*self.0)
    }

    fn is_empty(&self) -> bool {
        ShrinkableKeyedStateStore::is_empty(&*self.0)
    }
}

#[cfg(test)]
mod tests;
