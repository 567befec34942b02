//! The buckets of the service, by what is asked and who asks.

use std::{net::IpAddr, num::NonZeroU32};

use uuid::Uuid;

use super::{
    address_buckets::{AddressBuckets, Wider},
    limits::{Buckets, Exceeded, Taken},
    payer::SenderKey,
};
use crate::{
    config,
    present::{problem::Problem, problem_code::ProblemCode},
};

/// Most items in a partner's check.
pub const MAX_PARTNER_ITEMS: u32 = 10_000;

/// What a refused check costs: asking again and again keeps the bucket empty, and nobody is kept out for long by it.
const FEE: NonZeroU32 = NonZeroU32::MIN;

/// Tokens of one report: the minutes of an hour, so that a token a minute is one report an hour.
const REPORT_TOKENS: u32 = 60;

/// What a stranger does about an account or a program. Each has buckets of its own: a flood of one leaves the others alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attempt {
    /// Signing in with password and second factor.
    SignIn,
    /// Exchanging a refresh token.
    Refresh,
    /// A program's token.
    Token,
    /// Enrolling with a one-time code.
    Enrolment,
}

/// Token buckets by who asks.
pub struct Limits {
    anonymous: AddressBuckets,
    senders: Buckets<SenderKey>,
    officers: Buckets<Uuid>,
    partners: Buckets<Uuid>,
    partner_checks: Buckets<Uuid>,
    sign_in: AddressBuckets,
    /// Of devices that somebody has signed in on: what their address is used for does not count against them.
    known_devices: Buckets<Uuid>,
    refresh: AddressBuckets,
    tokens: AddressBuckets,
    enrolment: AddressBuckets,
    reports: AddressBuckets,
    /// For receipt codes: who guesses them has no checks less for it.
    receipts: AddressBuckets,
    /// Items a partner may check each minute.
    pub checks_per_minute: u32,
    /// Cost of a check that finds nothing.
    pub cost_no_record: u32,
    /// Cost of any other check.
    pub cost_hit: u32,
}

impl Limits {
    /// Buckets of the configured sizes.
    pub fn new(limits: &config::Limits) -> Self {
        let wider = Wider {
            customer: limits.ipv6_48_times,
            provider: limits.ipv6_32_times,
        };
        let attempts = |rate: u32| AddressBuckets::new(rate, rate, wider);
        let evenly = |rate: u32| Buckets::new(rate, rate);
        Self {
            anonymous: AddressBuckets::new(
                limits.anonymous_per_minute,
                limits.anonymous_burst,
                wider,
            ),
            senders: Buckets::new(limits.sms_sender_per_minute, limits.sms_sender_burst),
            officers: evenly(limits.officer_requests_per_minute),
            partners: evenly(limits.partner_requests_per_minute),
            // One request may hold 10,000 items.
            partner_checks: Buckets::new(
                limits.partner_checks_per_minute,
                limits.partner_checks_per_minute.max(MAX_PARTNER_ITEMS),
            ),
            sign_in: attempts(limits.sign_in_per_minute),
            known_devices: evenly(limits.sign_in_per_minute),
            refresh: attempts(limits.refresh_per_minute),
            tokens: attempts(limits.tokens_per_minute),
            enrolment: attempts(limits.enrolment_per_minute),
            reports: AddressBuckets::new(
                limits.reports_per_hour,
                limits.reports_per_hour.saturating_mul(REPORT_TOKENS),
                wider,
            ),
            receipts: AddressBuckets::new(
                limits.anonymous_per_minute,
                limits.anonymous_burst,
                wider,
            ),
            checks_per_minute: limits.partner_checks_per_minute,
            cost_no_record: limits.cost_no_record,
            cost_hit: limits.cost_hit,
        }
    }

    /// Takes from an address' bucket for checks; a refusal takes one token.
    ///
    /// # Errors
    /// Too few tokens.
    pub fn anonymous(&self, address: IpAddr, cost: u32) -> Result<Taken, Exceeded> {
        self.anonymous.take_or_fee(address, cost, FEE)
    }

    /// Gives an address back what its answer did not cost.
    pub fn give_back(&self, address: IpAddr, tokens: u32) {
        self.anonymous.give_back(address, tokens);
    }

    /// Tokens that an address can spend on one request: a full bucket.
    pub const fn most_at_once(&self) -> u32 {
        self.anonymous.policy().burst.get()
    }

    /// Takes from the bucket of an SMS' sender; a refusal takes one token.
    ///
    /// # Errors
    /// Too few tokens.
    pub fn sender(&self, sender: &SenderKey, cost: u32) -> Result<Taken, Exceeded> {
        self.senders.take_or_fee(sender, cost, FEE)
    }

    /// Gives an SMS' sender back what the answer did not cost.
    pub fn give_back_sender(&self, sender: &SenderKey, tokens: u32) {
        self.senders.give_back(sender, tokens);
    }

    /// Tokens that an SMS' sender can spend on one message.
    pub const fn most_of_a_sender(&self) -> u32 {
        self.senders.policy().burst.get()
    }

    /// Counts what a stranger does, by address.
    ///
    /// # Errors
    /// 429.
    pub fn attempt(&self, what: Attempt, address: IpAddr) -> Result<(), Problem> {
        let buckets = match what {
            Attempt::SignIn => &self.sign_in,
            Attempt::Refresh => &self.refresh,
            Attempt::Token => &self.tokens,
            Attempt::Enrolment => &self.enrolment,
        };
        buckets.take(address, 1).map(drop).map_err(Problem::from)
    }

    /// Gives back the attempt of a program that showed its own secret.
    pub fn give_back_secret(&self, address: IpAddr) {
        self.tokens.give_back(address, 1);
    }

    /// Counts an attempt to sign in on a device that is known.
    ///
    /// # Errors
    /// 429.
    pub fn known_device(&self, device: Uuid) -> Result<(), Problem> {
        let taken = self.known_devices.take(&device, 1);
        taken.map(drop).map_err(Problem::from)
    }

    /// Counts a report that an address sends.
    ///
    /// # Errors
    /// 429.
    pub fn report(&self, address: IpAddr) -> Result<(), Problem> {
        let taken = self.reports.take(address, REPORT_TOKENS);
        taken.map(drop).map_err(Problem::from)
    }

    /// Gives back the report that an address sent and that was not taken.
    pub fn give_back_report(&self, address: IpAddr) {
        self.reports.give_back(address, REPORT_TOKENS);
    }

    /// Counts a receipt code that an address asks for.
    ///
    /// # Errors
    /// 429.
    pub fn new_receipt(&self, address: IpAddr) -> Result<(), Problem> {
        let taken = self.receipts.take(address, self.cost_hit);
        taken.map(drop).map_err(Problem::from)
    }

    /// Takes what a receipt code costs that opens nothing.
    ///
    /// # Errors
    /// 429.
    pub fn receipt(&self, address: IpAddr) -> Result<(), Problem> {
        let taken = self.receipts.take_or_fee(address, self.cost_no_record, FEE);
        taken.map(drop).map_err(Problem::from)
    }

    /// Gives back what a receipt code did not cost, since it opens a report.
    pub fn give_back_receipt(&self, address: IpAddr) {
        let back = self.cost_no_record.saturating_sub(self.cost_hit);
        self.receipts.give_back(address, back);
    }

    /// Counts an officer's request.
    ///
    /// # Errors
    /// 429.
    pub fn officer(&self, user: Uuid) -> Result<(), Problem> {
        let taken = self.officers.take(&user, 1);
        taken.map(drop).map_err(Problem::from)
    }

    /// Counts a partner's request.
    ///
    /// # Errors
    /// 429.
    pub fn partner(&self, partner: Uuid) -> Result<Taken, Problem> {
        self.partners.take(&partner, 1).map_err(Problem::from)
    }

    /// Counts a partner's request and takes its items from the bucket for checks.
    ///
    /// # Errors
    /// Too few tokens.
    pub fn partner_items(&self, partner: Uuid, items: u32) -> Result<Taken, Exceeded> {
        self.partners.take(&partner, 1)?;
        self.partner_checks.take(&partner, items)
    }

    /// Counts a message that a gateway passes on, as one item of its checks: a gateway serves a whole country, so what
    /// holds for partners' requests would be too little.
    ///
    /// # Errors
    /// Too few tokens.
    pub fn gateway_message(&self, gateway: Uuid) -> Result<(), Exceeded> {
        self.partner_checks.take(&gateway, 1).map(drop)
    }
}

impl From<Exceeded> for Problem {
    fn from(exceeded: Exceeded) -> Self {
        let headers = exceeded.headers();
        Self::new(ProblemCode::TooManyRequests)
            .header("RateLimit", headers.rate_limit)
            .header("RateLimit-Policy", headers.policy)
            .header("Retry-After", headers.retry_after.unwrap_or_default())
    }
}
