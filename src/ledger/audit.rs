//! Following a log leaf by leaf: the tree, the rules, and which leaves are in force. `verify` and a
//! mirror run this, and the server on what it is about to append.

use thiserror::Error;

use super::{
    kind_word::KindWord,
    leaf::{AnyLeaf, LeafError, LeafOp},
    live::LiveSet,
    tree::{self, Frontier, Hash},
};
use crate::domain::identifier::Kind;

/// What is wrong with a leaf.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Flaw {
    /// The bytes are no leaf.
    #[error(transparent)]
    NotALeaf(#[from] LeafError),
    /// The op needs a kind and there is none.
    #[error("k is missing")]
    KindMissing,
    /// The op has no kind and there is one.
    #[error("k is not null")]
    KindUnexpected,
    /// The op is about a leaf and none is named.
    #[error("r is missing")]
    AboutMissing,
    /// The op is about no leaf and one is named.
    #[error("r is not null")]
    AboutUnexpected,
    /// The leaf it is about doesn't come before it.
    #[error("r names leaf {0}, which is not an earlier one")]
    AboutNotEarlier(u64),
    /// The leaf it is about is not in force.
    #[error("r names leaf {0}, which is not in force")]
    AboutNotInForce(u64),
    /// An erasure of a listing that is still in force.
    #[error("r names leaf {0}, which is still in force")]
    StillInForce(u64),
    /// The leaf it is about is of another kind.
    #[error("r names leaf {0}, which is of another kind")]
    OtherKind(u64),
}

/// Why a log's next leaf is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("leaf {index}: {flaw}")]
pub struct AuditError {
    /// The leaf's index.
    pub index: u64,
    /// What is wrong with it.
    #[source]
    pub flaw: Flaw,
}

/// What a leaf that keeps the rules does to the set of leaves in force.
struct Change {
    out: Option<u64>,
    put: Option<KindWord>,
}

impl Change {
    const NONE: Self = Self {
        out: None,
        put: None,
    };
}

/// A log that is followed: its tree, and which leaves are in force.
#[derive(Clone, Debug, Default)]
pub struct Auditor {
    frontier: Frontier,
    live: LiveSet,
}

impl Auditor {
    /// At the beginning of a log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where an auditor stood before: its frontier and the leaves that were in force, in any order.
    /// Of those that are beyond the frontier nothing is kept.
    pub fn from_parts(frontier: Frontier, live: impl Iterator<Item = (u64, KindWord)>) -> Self {
        let size = frontier.size();
        Self {
            live: LiveSet::new(live.filter(|(index, _)| *index < size)),
            frontier,
        }
    }

    /// Takes the next leaf's exact bytes. Times are not compared: clocks are set back at times.
    ///
    /// # Errors
    /// The leaf breaks a rule; the auditor is as before.
    pub fn push(&mut self, bytes: &[u8]) -> Result<AnyLeaf, AuditError> {
        let index = self.size();
        let refuse = |flaw| AuditError { index, flaw };
        let leaf = AnyLeaf::parse(bytes).map_err(|error| refuse(error.into()))?;
        let change = self.change(&leaf).map_err(refuse)?;
        if let Some(out) = change.out {
            self.live.remove(out);
        }
        if let Some(kind) = change.put {
            self.live.insert(index, kind);
        }
        self.frontier.push(tree::leaf_hash(bytes));
        Ok(leaf)
    }

    /// Holds a leaf to the rules. What a newer log does without touching an earlier leaf is none of ours; what it does to
    /// one can't be followed.
    fn change(&self, leaf: &AnyLeaf) -> Result<Change, Flaw> {
        let Some(op) = leaf.op.known() else {
            return match leaf.about {
                None => Ok(Change::NONE),
                Some(_) => Err(LeafError::Op.into()),
            };
        };
        let nameless = matches!(op, LeafOp::Key | LeafOp::Beat | LeafOp::Retire);
        match (nameless, leaf.kind) {
            (true, Some(_)) => return Err(Flaw::KindUnexpected),
            (false, None) => return Err(Flaw::KindMissing),
            _ => {}
        }
        let put = leaf.kind.filter(|_| op.puts());
        match (op, leaf.about) {
            (LeafOp::List | LeafOp::Key | LeafOp::Beat | LeafOp::Retire, Some(_)) => {
                Err(Flaw::AboutUnexpected)
            }
            (LeafOp::List | LeafOp::Key | LeafOp::Beat | LeafOp::Retire, None) => {
                Ok(Change { out: None, put })
            }
            (_, None) => Err(Flaw::AboutMissing),
            (_, Some(about)) if about >= self.size() => Err(Flaw::AboutNotEarlier(about)),
            (LeafOp::Erase, Some(about)) => match self.live.get(about) {
                Some(_) => Err(Flaw::StillInForce(about)),
                None => Ok(Change::NONE),
            },
            (_, Some(about)) => match self.live.get(about) {
                None => Err(Flaw::AboutNotInForce(about)),
                kind if kind != leaf.kind => Err(Flaw::OtherKind(about)),
                _ => Ok(Change {
                    out: Some(about),
                    put,
                }),
            },
        }
    }

    /// How many leaves were taken.
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of the tree of all leaves taken.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The right edge of the tree of all leaves taken.
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Whether the leaf is in force: it lists, renews, disputes or clears, and no later one names it.
    pub fn is_live(&self, index: u64) -> bool {
        self.live.get(index).is_some()
    }

    /// How many leaves of these kinds are in force.
    pub fn live_count(&self, kinds: &[Kind]) -> u64 {
        Kind::ALL
            .into_iter()
            .filter(|kind| kinds.contains(kind))
            .map(|kind| self.live.count(kind))
            .sum()
    }

    /// All leaves in force and their kinds, by index.
    pub fn live(&self) -> impl Iterator<Item = (u64, KindWord)> {
        self.live.iter()
    }
}

#[cfg(test)]
mod tests;
