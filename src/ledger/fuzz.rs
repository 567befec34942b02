//! Trials of the log's formats: each has one spelling, and what is signed says what was signed and nothing behind it.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{
    audit::Auditor,
    checkpoint::{Checkpoint, ProofFile, proof_file},
    leaf::{AnyLeaf, Leaf, LeafOp},
    note::{self, NoteSigner, VerifierKey},
    tile::{TilePath, put_entry, split_entries},
    tree::{Frontier, leaf_hash},
};
use crate::domain::identifier::Kind;

const ORIGIN: &str = "test.example/log";
/// Refusals reach logs: they name a member, and nothing of what stands in it.
const MAX_WORDS: usize = 120;

/// The key of these trials; nobody else has it.
static SIGNER: LazyLock<Option<NoteSigner>> = LazyLock::new(|| {
    const PREFIX: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    NoteSigner::from_pkcs8(ORIGIN, &[PREFIX, &[7; 32]].concat()).ok()
});

/// One leaf.
pub(crate) fn leaf(bytes: &[u8]) {
    match AnyLeaf::parse(bytes) {
        Ok(leaf) => {
            assert_eq!(leaf.encode().as_bytes(), bytes);
            let longer = [bytes, b" "].concat();
            assert!(AnyLeaf::parse(&longer).is_err());
        }
        Err(refused) => assert!(refused.to_string().len() < MAX_WORDS),
    }
}

/// A log of few leaves, three bytes each: what the auditor holds is what the rules say.
pub(crate) fn log(bytes: &[u8]) {
    let mut auditor = Auditor::new();
    let mut live: BTreeMap<u64, Kind> = BTreeMap::new();
    let mut frontier = Frontier::default();
    for step in bytes.as_chunks::<3>().0.iter().take(200) {
        let [op, kind, about] = step.map(usize::from);
        let leaf = Leaf {
            op: LeafOp::ALL[op % LeafOp::ALL.len()],
            kind: Kind::ALL.get(kind % (Kind::ALL.len() + 1)).copied(),
            minute: op as u64,
            about: (about < 250).then_some(about as u64),
            commitment: [about as u8; 32],
        };
        let (index, text) = (auditor.size(), leaf.encode());
        let fits = fits(&leaf, index, &live);
        assert_eq!(auditor.push(text.as_bytes()).is_ok(), fits);
        if fits {
            frontier.push(leaf_hash(text.as_bytes()));
            live.retain(|known, _| leaf.op == LeafOp::Erase || leaf.about != Some(*known));
            live.extend(
                leaf.kind
                    .filter(|_| leaf.op.puts())
                    .map(|kind| (index, kind)),
            );
        }
        assert_eq!(
            (auditor.size(), auditor.root()),
            (frontier.size(), frontier.root())
        );
    }
    let held: Vec<u64> = auditor.live().map(|(index, _)| index).collect();
    assert!(held.iter().eq(live.keys()));
    assert_eq!(auditor.live_count(&Kind::ALL), live.len() as u64);
    let again = Auditor::from_parts(auditor.frontier().clone(), auditor.live());
    assert!(again.live().eq(auditor.live()));
}

/// The rules of a log, said in another way than the auditor does.
fn fits(leaf: &Leaf, size: u64, live: &BTreeMap<u64, Kind>) -> bool {
    let about = leaf.about;
    match leaf.op {
        LeafOp::Key | LeafOp::Beat | LeafOp::Protect | LeafOp::Unprotect | LeafOp::Retire => {
            leaf.kind.is_none() && about.is_none()
        }
        LeafOp::List => leaf.kind.is_some() && about.is_none(),
        LeafOp::Erase => {
            leaf.kind.is_some()
                && about.is_some_and(|about| about < size && !live.contains_key(&about))
        }
        LeafOp::Renew | LeafOp::Dispute | LeafOp::Clear | LeafOp::Expire | LeafOp::Delist => {
            leaf.kind.is_some() && about.is_some_and(|about| live.get(&about).copied() == leaf.kind)
        }
    }
}

/// The place of a tile in a path, and a bundle of entries.
pub(crate) fn tile(bytes: &[u8]) {
    if let Ok(path) = std::str::from_utf8(bytes)
        && let Some(tile) = TilePath::parse(path)
    {
        assert_eq!(tile.to_string(), path);
        assert!((1..=256).contains(&tile.width));
        assert!(!tile.fits(0));
    }
    if let Ok(entries) = split_entries(bytes) {
        let mut again = Vec::new();
        entries
            .iter()
            .for_each(|entry| put_entry(&mut again, entry));
        assert_eq!(again, bytes);
        let behind = [bytes, &[0]].concat();
        assert!(split_entries(&behind).is_err());
    }
}

/// A key for notes, a checkpoint's text and a file with a proof, as they came.
pub(crate) fn proof(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        // Lines of extensions may follow.
        assert!(text.starts_with(&checkpoint.text()));
    }
    if let Ok(file) = ProofFile::parse(text) {
        let written = proof_file(file.index, &file.hashes, &file.note);
        assert!(written == text || text.contains("\nextra "));
        assert!(file.hashes.len() <= 64);
        let keys: Vec<VerifierKey> = SIGNER.iter().map(NoteSigner::verifier).collect();
        assert!(file.verify(b"another leaf", ORIGIN, &keys).is_err());
    }
}

/// A note: as it came, signed by a key that is known, and signed and altered in one place.
pub(crate) fn note(bytes: &[u8]) {
    let Some(signer) = SIGNER.as_ref() else {
        unreachable!("the key is one");
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let keys = [signer.verifier()];
    assert!(note::open(text, &keys).is_err(), "nobody signed it");
    let whole = format!("{text}\n{}", signer.sign(text));
    let Ok((read, _)) = note::open(&whole, &keys) else {
        return;
    };
    assert_eq!(read, text);
    for altered in [
        format!("{whole}x"),
        format!("{whole}\n"),
        format!("x{whole}"),
    ] {
        assert!(note::open(&altered, &keys).is_err());
    }
    let mut altered = whole.clone().into_bytes();
    let place = bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>() % altered.len();
    altered[place] ^= 1;
    if let Ok(altered) = std::str::from_utf8(&altered) {
        assert!(note::open(altered, &keys).is_err());
    }
    if let Ok(checkpoint) = Checkpoint::open(&whole, ORIGIN, &keys) {
        assert!(text.starts_with(&checkpoint.text()));
    }
}
