//! Following a log leaf by leaf: the tree, the rules, and which leaves are in force. `verify` and a
//! mirror run this, and the server on what it is about to append.

use thiserror::Error;

use super::{
    leaf::{Leaf, LeafError, LeafOp},
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
    put: Option<Kind>,
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
    pub fn from_parts(frontier: Frontier, live: impl Iterator<Item = (u64, Kind)>) -> Self {
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
    pub fn push(&mut self, bytes: &[u8]) -> Result<Leaf, AuditError> {
        let index = self.size();
        let refuse = |flaw| AuditError { index, flaw };
        let leaf = Leaf::parse(bytes).map_err(|error| refuse(error.into()))?;
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

    /// Holds a leaf to the rules.
    fn change(&self, leaf: &Leaf) -> Result<Change, Flaw> {
        let named = matches!(leaf.op, LeafOp::Key | LeafOp::Beat);
        match (named, leaf.kind) {
            (true, Some(_)) => return Err(Flaw::KindUnexpected),
            (false, None) => return Err(Flaw::KindMissing),
            _ => {}
        }
        let put = leaf.kind.filter(|_| leaf.op.puts());
        match (leaf.op, leaf.about) {
            (LeafOp::List | LeafOp::Key | LeafOp::Beat, Some(_)) => Err(Flaw::AboutUnexpected),
            (LeafOp::List | LeafOp::Key | LeafOp::Beat, None) => Ok(Change { out: None, put }),
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
    pub fn live(&self) -> impl Iterator<Item = (u64, Kind)> {
        self.live.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(op: LeafOp, kind: Option<Kind>, about: Option<u64>) -> Leaf {
        Leaf {
            op,
            kind,
            minute: 29_924_334,
            about,
            commitment: [1; 32],
        }
    }

    fn push(auditor: &mut Auditor, leaf: Leaf) -> Result<Leaf, Flaw> {
        let (size, root) = (auditor.size(), auditor.root());
        let before: Vec<_> = auditor.live().collect();
        let outcome = auditor.push(leaf.encode().as_bytes());
        match outcome {
            Ok(_) => assert_eq!(auditor.size(), size + 1),
            Err(error) => {
                assert_eq!(error.index, size);
                assert_eq!((auditor.size(), auditor.root()), (size, root));
                assert!(auditor.live().eq(before), "as before");
            }
        }
        outcome.map_err(|error| error.flaw)
    }

    /// A log with a phone number listed in leaf 0, an account in leaf 1 and a beat in leaf 2.
    fn begun() -> Auditor {
        let mut auditor = Auditor::new();
        for leaf in [
            leaf(LeafOp::List, Some(Kind::Phone), None),
            leaf(LeafOp::List, Some(Kind::Account), None),
            leaf(LeafOp::Beat, None, None),
        ] {
            assert_eq!(push(&mut auditor, leaf), Ok(leaf));
        }
        auditor
    }

    fn live(auditor: &Auditor) -> Vec<u64> {
        auditor.live().map(|(index, _)| index).collect()
    }

    #[test]
    fn a_listing_is_in_force_until_a_leaf_names_it() {
        let mut auditor = begun();
        assert_eq!(live(&auditor), [0, 1]);
        for (op, about, after) in [
            (LeafOp::Renew, 0, [1, 3]),
            (LeafOp::Dispute, 3, [1, 4]),
            (LeafOp::Clear, 4, [1, 5]),
        ] {
            push(&mut auditor, leaf(op, Some(Kind::Phone), Some(about))).unwrap();
            assert_eq!(live(&auditor), after);
        }
        assert!(auditor.is_live(5) && !auditor.is_live(4) && !auditor.is_live(2));
        assert!(!auditor.is_live(6) && !auditor.is_live(u64::MAX));
        push(
            &mut auditor,
            leaf(LeafOp::Delist, Some(Kind::Phone), Some(5)),
        )
        .unwrap();
        assert_eq!(live(&auditor), [1]);
        push(
            &mut auditor,
            leaf(LeafOp::Expire, Some(Kind::Account), Some(1)),
        )
        .unwrap();
        assert_eq!(live(&auditor), [0; 0]);
    }

    #[test]
    fn leaves_in_force_are_counted_by_kind() {
        let mut auditor = begun();
        push(&mut auditor, leaf(LeafOp::List, Some(Kind::Phone), None)).unwrap();
        assert_eq!(auditor.live_count(&Kind::ALL), 3);
        assert_eq!(auditor.live_count(&[Kind::Phone, Kind::Phone]), 2);
        assert_eq!(auditor.live_count(&[Kind::Account, Kind::Wallet]), 1);
        assert_eq!(auditor.live_count(&[]), 0);
    }

    #[test]
    fn a_change_must_name_an_earlier_leaf_that_is_in_force_and_of_its_kind() {
        for op in LeafOp::ALL
            .into_iter()
            .filter(|op| *op != LeafOp::List && (op.puts() || op.ends()))
        {
            let mut auditor = begun();
            let mut change = |kind, about| push(&mut auditor, leaf(op, kind, about)).map(|_| ());
            let phone = Some(Kind::Phone);
            assert_eq!(change(None, Some(0)), Err(Flaw::KindMissing));
            assert_eq!(change(phone, None), Err(Flaw::AboutMissing));
            assert_eq!(change(phone, Some(3)), Err(Flaw::AboutNotEarlier(3)));
            let beyond = u64::MAX;
            assert_eq!(
                change(phone, Some(beyond)),
                Err(Flaw::AboutNotEarlier(beyond))
            );
            assert_eq!(change(phone, Some(2)), Err(Flaw::AboutNotInForce(2)));
            assert_eq!(change(phone, Some(1)), Err(Flaw::OtherKind(1)));
            assert_eq!(change(phone, Some(0)), Ok(()));
            assert_eq!(change(phone, Some(0)), Err(Flaw::AboutNotInForce(0)));
        }
    }

    #[test]
    fn a_listing_has_a_kind_and_names_no_leaf() {
        let mut auditor = begun();
        let mut list = |kind, about| push(&mut auditor, leaf(LeafOp::List, kind, about));
        assert_eq!(list(None, None), Err(Flaw::KindMissing));
        assert_eq!(list(Some(Kind::Phone), Some(0)), Err(Flaw::AboutUnexpected));
    }

    #[test]
    fn a_key_and_a_beat_have_neither_kind_nor_leaf() {
        for op in [LeafOp::Key, LeafOp::Beat] {
            let mut auditor = begun();
            let mut add = |kind, about| push(&mut auditor, leaf(op, kind, about)).map(|_| ());
            assert_eq!(add(Some(Kind::Phone), None), Err(Flaw::KindUnexpected));
            assert_eq!(add(None, Some(0)), Err(Flaw::AboutUnexpected));
            assert_eq!(add(None, None), Ok(()));
            assert_eq!(live(&auditor), [0, 1]);
        }
    }

    #[test]
    fn an_erasure_has_a_kind_and_names_an_earlier_leaf() {
        let mut auditor = begun();
        push(
            &mut auditor,
            leaf(LeafOp::Delist, Some(Kind::Phone), Some(0)),
        )
        .unwrap();
        let mut erase =
            |kind, about| push(&mut auditor, leaf(LeafOp::Erase, kind, about)).map(|_| ());
        let phone = Some(Kind::Phone);
        assert_eq!(erase(None, Some(3)), Err(Flaw::KindMissing));
        assert_eq!(erase(phone, None), Err(Flaw::AboutMissing));
        assert_eq!(erase(phone, Some(4)), Err(Flaw::AboutNotEarlier(4)));
        assert_eq!(erase(phone, Some(1)), Err(Flaw::StillInForce(1)));
        assert_eq!(erase(phone, Some(3)), Ok(()));
        assert_eq!(live(&auditor), [1]);
    }

    #[test]
    fn what_is_no_leaf_is_refused_with_its_index() {
        let mut auditor = begun();
        let error = auditor.push(b"{}").unwrap_err();
        assert_eq!(error.flaw, Flaw::NotALeaf(LeafError::Shape));
        assert!(error.to_string().starts_with("leaf 3: "), "{error}");
        let beat = leaf(LeafOp::Beat, None, None).encode();
        let error = auditor.push(format!("{beat} ").as_bytes()).unwrap_err();
        assert_eq!(error.index, 3);
    }

    #[test]
    fn the_tree_is_that_of_the_exact_bytes() {
        let mut frontier = Frontier::default();
        for leaf in [
            leaf(LeafOp::List, Some(Kind::Phone), None),
            leaf(LeafOp::List, Some(Kind::Account), None),
            leaf(LeafOp::Beat, None, None),
        ] {
            frontier.push(leaf.hash());
        }
        assert_eq!(begun().root(), frontier.root());
        assert_eq!(*begun().frontier(), frontier);
    }

    #[test]
    fn an_auditor_goes_on_from_where_one_stood() {
        let stood = begun();
        let beyond = [(99, Kind::Phone)];
        let kept: Vec<_> = stood.live().chain(beyond).collect();
        let kept = kept.into_iter().rev();
        let mut auditor = Auditor::from_parts(stood.frontier().clone(), kept);
        assert_eq!(live(&auditor), [0, 1]);
        assert_eq!((auditor.size(), auditor.root()), (3, stood.root()));
        push(
            &mut auditor,
            leaf(LeafOp::Renew, Some(Kind::Phone), Some(0)),
        )
        .unwrap();
        assert_eq!(live(&auditor), [1, 3]);
    }
}
