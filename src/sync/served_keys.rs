//! What the registry says of the keys of its log.

use serde::Deserialize;

use super::{
    error::{SyncError, Violation},
    upstream::{Ask, Upstream},
};
use crate::ledger::note::VerifierKey;

/// The answer about keys: some 100 bytes for each that ever signed, and a checkpoint for each that was retired.
const MAX_KEYS: u64 = 16 << 20;

/// What the registry says of its keys: nothing of it is to be believed for that.
#[derive(Deserialize)]
pub(super) struct Keys {
    verifier_keys: Vec<String>,
    /// Registries from before they kept them tell none.
    #[serde(default)]
    pub hand_overs: Vec<HandOver>,
}

/// One step from a key that signed once to one that came after it.
#[derive(Deserialize)]
pub(super) struct HandOver {
    /// The last checkpoint that the former key signed.
    pub checkpoint: String,
    /// Index of the entry that announces the next one.
    pub index: u64,
    pub verifier_key: String,
}

/// Asks the registry for its keys.
pub(super) fn asked_keys(upstream: &mut Upstream) -> Result<Keys, SyncError> {
    let ask = Ask {
        what: "the log's key",
        path: "/v1/ledger/key",
        signed_in: false,
        wait: 0,
        headers: &[],
    };
    let body = upstream.get(&ask, MAX_KEYS)?.body;
    let unreadable = Violation::Protocol("the key can't be read");
    Ok(serde_json::from_slice(&body).map_err(|_| unreadable)?)
}

/// The keys that the registry says are in use, newest first.
pub(super) fn served_keys(upstream: &mut Upstream) -> Result<Vec<VerifierKey>, SyncError> {
    let keys = asked_keys(upstream)?;
    let read = |text: &String| {
        VerifierKey::parse(text).map_err(|_| Violation::Protocol("the key can't be read").into())
    };
    keys.verifier_keys.iter().map(read).collect()
}
