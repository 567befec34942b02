//! Logs made by hand, and what is refused of them.

use super::*;
use crate::ledger::leaf::Leaf;

fn leaf(op: LeafOp, kind: Option<Kind>, about: Option<u64>) -> Leaf {
    Leaf {
        op,
        kind,
        minute: 29_924_334,
        about,
        commitment: [1; 32],
    }
}

fn push(auditor: &mut Auditor, leaf: impl Into<AnyLeaf>) -> Result<AnyLeaf, Flaw> {
    let leaf = leaf.into();
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
        assert_eq!(push(&mut auditor, leaf), Ok(leaf.into()));
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
fn what_is_said_of_no_listing_has_neither_kind_nor_leaf() {
    for op in [LeafOp::Key, LeafOp::Beat, LeafOp::Retire] {
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
    let mut erase = |kind, about| push(&mut auditor, leaf(LeafOp::Erase, kind, about)).map(|_| ());
    let phone = Some(Kind::Phone);
    assert_eq!(erase(None, Some(3)), Err(Flaw::KindMissing));
    assert_eq!(erase(phone, None), Err(Flaw::AboutMissing));
    assert_eq!(erase(phone, Some(4)), Err(Flaw::AboutNotEarlier(4)));
    assert_eq!(erase(phone, Some(1)), Err(Flaw::StillInForce(1)));
    assert_eq!(erase(phone, Some(3)), Ok(()));
    assert_eq!(live(&auditor), [1]);
}

#[test]
fn a_newer_log_is_followed_as_long_as_earlier_leaves_are_left_alone() {
    let mut auditor = begun();
    let newer = |op: &str, kind: &str, about: &str| {
        let text = leaf(LeafOp::Beat, None, None).encode();
        let text = text.replace(r#""beat","k":null"#, &format!(r#""{op}","k":{kind}"#));
        text.replace(r#""r":null"#, &format!(r#""r":{about}"#))
    };
    let mut push = |op, kind, about| {
        let text = newer(op, kind, about);
        auditor.push(text.as_bytes()).map_err(|error| error.flaw)
    };
    for kind in ["null", "\"phone\"", "\"email\""] {
        assert!(push("case", kind, "null").is_ok(), "{kind}");
    }
    // An op that is not known and names a leaf might take it out of force.
    let unknown = Flaw::NotALeaf(LeafError::Op);
    assert_eq!(push("case", "\"phone\"", "0"), Err(unknown));
    // The rules hold for a kind that is not known as for any other.
    assert!(push("list", "\"email\"", "null").is_ok());
    assert_eq!(push("renew", "\"phone\"", "6"), Err(Flaw::OtherKind(6)));
    assert_eq!(push("renew", "\"website\"", "6"), Err(Flaw::OtherKind(6)));
    assert!(push("renew", "\"email\"", "6").is_ok());
    assert_eq!(
        push("expire", "\"email\"", "6"),
        Err(Flaw::AboutNotInForce(6))
    );
    assert_eq!(push("erase", "\"email\"", "7"), Err(Flaw::StillInForce(7)));
    assert_eq!(live(&auditor), [0, 1, 7]);
    assert_eq!(auditor.live_count(&Kind::ALL), 2);
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
    let beyond = [(99, Kind::Phone.into())];
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
