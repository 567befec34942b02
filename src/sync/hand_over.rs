//! The way from a trusted key that signs no more to those in use, for a mirror that was away when they came.
//!
//! Of every key that was retired the registry keeps the last checkpoint that it signed. Below it the log announced a key
//! that stays, and that is proven like any entry of the log. So each step rests on the signature of a key that is trusted,
//! as if the mirror had been there.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    error::{SyncError, Violation},
    served_keys::{HandOver, asked_keys},
    trusted_log::{Signed, Trust},
    upstream::{Ask, Upstream},
};
use crate::ledger::{
    leaf::{AnyLeaf, LeafOp},
    log_keys::commitment_to,
    note::VerifierKey,
    proof::verify_inclusion,
    tree::{Hash, leaf_hash},
};

/// An inclusion proof: one entry and at most 64 hashes.
const MAX_INCLUSION: u64 = 64 << 10;
/// Most hand-overs that are followed: one for each day of ten years.
const MAX_STEPS: usize = 3_650;

#[derive(Deserialize)]
struct Inclusion {
    leaf: Box<RawValue>,
    hashes: Vec<String>,
}

/// Follows the hand-overs as far as they lead from keys that are trusted. None when they lead nowhere.
///
/// # Errors
/// [`SyncError`] when the registry can't be asked, or a trusted key signed what does not hold.
pub(super) fn follow(trust: &Trust, upstream: &mut Upstream) -> Result<Option<Trust>, SyncError> {
    let told = asked_keys(upstream)?.hand_overs;
    let mut after = trust.clone();
    for step in told.iter().take(MAX_STEPS) {
        let unreadable = Violation::Protocol("the key that a hand-over leads to can't be read");
        let key = VerifierKey::parse(&step.verifier_key).map_err(|_| unreadable)?;
        if key.name() != after.origin() || after.keys.all().iter().any(|known| known.key == key) {
            continue;
        }
        // What no key signed that is trusted by now is nobody's word.
        let Ok(checkpoint) = after.open(&step.checkpoint) else {
            continue;
        };
        let signed = Signed {
            note: step.checkpoint.clone(),
            checkpoint,
        };
        after.agrees_with_highest(upstream, &signed)?;
        announced(upstream, step, &signed)?;
        after.keys.add(key);
        after.raise(signed);
    }
    Ok((after.keys != trust.keys).then_some(after))
}

/// Whether the log below a checkpoint announces the key.
fn announced(upstream: &mut Upstream, step: &HandOver, below: &Signed) -> Result<(), SyncError> {
    let size = below.checkpoint.size;
    let unproven = Violation::Protocol("a hand-over leads to a key that the log does not announce");
    if step.index >= size {
        return Err(unproven.into());
    }
    let path = format!("/v1/ledger/proof?index={}&size={size}", step.index);
    let ask = Ask {
        what: "the proof of a new key",
        path: &path,
        signed_in: false,
        wait: 0,
        headers: &[],
    };
    let body = upstream.get(&ask, MAX_INCLUSION)?.body;
    match is_announced(step, below, &body) {
        Some(true) => Ok(()),
        Some(false) | None => Err(unproven.into()),
    }
}

/// Whether an inclusion proof shows that; none when it can't be read.
fn is_announced(step: &HandOver, below: &Signed, proof: &[u8]) -> Option<bool> {
    let proof: Inclusion = serde_json::from_slice(proof).ok()?;
    let entry = proof.leaf.get().as_bytes();
    let one = |text: &String| -> Option<Hash> { STANDARD.decode(text).ok()?.try_into().ok() };
    let hashes = proof.hashes.iter().map(one).collect::<Option<Vec<_>>>()?;
    let leaf = AnyLeaf::parse(entry).ok()?;
    let is_its = leaf.op.known() == Some(LeafOp::Key)
        && leaf.commitment == commitment_to(&step.verifier_key);
    let checkpoint = &below.checkpoint;
    let holds = verify_inclusion(
        &hashes,
        step.index,
        checkpoint.size,
        &leaf_hash(entry),
        &checkpoint.root,
    );
    Some(is_its && holds.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{checkpoint::Checkpoint, leaf::Leaf, tree::Frontier};

    const NEXT: &str = "test.example/log+00000001+AQ";

    fn leaf(op: LeafOp, of: &str) -> Leaf {
        Leaf {
            op,
            kind: None,
            minute: 30_000_000,
            about: None,
            commitment: commitment_to(of),
        }
    }

    /// Whether a log of these two entries announces the key by the second one, told as entry `index`.
    fn announces(second: Leaf, index: u64) -> Option<bool> {
        let first = leaf(LeafOp::Beat, "");
        let mut tree = Frontier::default();
        tree.push(first.hash());
        tree.push(second.hash());
        let below = Signed {
            note: String::new(),
            checkpoint: Checkpoint {
                origin: "test.example/log".to_owned(),
                size: tree.size(),
                root: tree.root(),
            },
        };
        let step = HandOver {
            checkpoint: String::new(),
            index,
            verifier_key: NEXT.to_owned(),
        };
        let hash = STANDARD.encode(first.hash());
        let proof = format!(r#"{{"leaf":{},"hashes":["{hash}"]}}"#, second.encode());
        is_announced(&step, &below, proof.as_bytes())
    }

    #[test]
    fn a_key_is_led_to_by_the_entry_that_announces_it_and_by_no_other() {
        assert_eq!(announces(leaf(LeafOp::Key, NEXT), 1), Some(true));
        assert_eq!(announces(leaf(LeafOp::Key, NEXT), 0), Some(false));
        assert_eq!(announces(leaf(LeafOp::Key, NEXT), 2), Some(false));
        assert_eq!(announces(leaf(LeafOp::Key, "another"), 1), Some(false));
        assert_eq!(announces(leaf(LeafOp::Retire, NEXT), 1), Some(false));
    }
}
