//! Receipts: what a request with an `Idempotency-Key` made, so that the same request sent again makes nothing twice.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    domain::{change::Receipt, time::Time},
    state::{refused::Refused, view::View},
};

/// How long receipts are kept.
pub const RECEIPT_HOURS: i64 = 24;

/// The `Idempotency-Key` of a request: who sent what where, and what it said.
#[derive(Clone, Debug)]
pub struct ReceiptKey {
    key: [u8; 32],
    body: [u8; 32],
}

impl ReceiptKey {
    /// Binds a key to the caller, the route and the body, so that nobody can replay another's.
    pub fn new(caller: &str, route: &str, key: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        for part in [caller, route, key] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self {
            key: hash.finalize().into(),
            body: Sha256::digest(body).into(),
        }
    }

    /// The receipt of what was made.
    pub(super) const fn of(&self, created: Uuid) -> Receipt {
        Receipt {
            key: self.key,
            body: self.body,
            created,
        }
    }
}

/// What the same request made before; an error when the key was used for another one.
pub(super) fn earlier(
    view: &View<'_>,
    asked: &ReceiptKey,
    now: Time,
) -> Result<Option<Uuid>, Refused> {
    match view.receipt(&asked.key)? {
        Some(row) if row.at <= now.plus_seconds(-RECEIPT_HOURS * 3600) => Ok(None),
        Some(row) if row.receipt.body == asked.body => Ok(Some(row.receipt.created)),
        Some(_) => Err(Refused::KeyReused),
        None => Ok(None),
    }
}
