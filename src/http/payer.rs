//! Who pays for a check.

use std::{fmt, net::IpAddr};

use aws_lc_rs::hmac;
use uuid::Uuid;

use super::limits::anonymous_key;
use crate::access::{capability::PartnerCaller, secret::random};

/// Who pays for checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payer {
    /// Anybody, by what counts as one address: tokens by what is found.
    Address(IpAddr),
    /// A partner: one of its quota for each item, whatever is found.
    Partner(Uuid),
    /// Whoever sent an SMS, as the gateway names them: tokens by what is found. One more of the gateway's quota.
    Sender { gateway: Uuid, sender: SenderKey },
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

/// Under what the sender of an SMS is counted: it tells nobody the number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SenderKey([u8; 16]);

/// Makes keys of senders' numbers, under a secret that is drawn anew at each start and never written down.
pub struct SenderKeys(hmac::Key);

impl Default for SenderKeys {
    fn default() -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &random::<32>()))
    }
}

impl fmt::Debug for SenderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SenderKeys(…)")
    }
}

impl SenderKeys {
    /// The key of a number in its one form.
    pub fn of(&self, sender: &str) -> SenderKey {
        let tag = hmac::sign(&self.0, sender.as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&tag.as_ref()[..16]);
        SenderKey(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_one_key_while_the_program_runs_and_another_after_that() {
        let (keys, later) = (SenderKeys::default(), SenderKeys::default());
        let number = "+84950001001";
        assert!(keys.of(number) == keys.of(number));
        assert!(keys.of(number) != keys.of("+84950001002"));
        assert!(keys.of(number) != later.of(number));
    }
}
