//! Who pays for a check.

use std::net::IpAddr;

use uuid::Uuid;

use super::limits::anonymous_key;
use crate::access::capability::PartnerCaller;

/// Who pays for checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payer {
    /// Anybody, by what counts as one address: tokens by what is found.
    Address(IpAddr),
    /// A partner: one of its quota for each item, whatever is found.
    Partner(Uuid),
}

impl Payer {
    /// The partner that was recognised, or else the address.
    pub fn of(address: IpAddr, partner: Option<&PartnerCaller>) -> Self {
        partner.map_or_else(
            || Self::Address(anonymous_key(address)),
            |partner| Self::Partner(partner.partner_id()),
        )
    }
}
