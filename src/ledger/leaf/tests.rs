//! Leaves as they are written, and as they may arrive.

use proptest::prelude::*;

use super::*;
use crate::domain::hex::hex;

/// What python3 gives for `SHA-256(b"canhgiac/commit/v1\0" + bytes(32))`, in base64.
const BEAT_COMMITMENT: &str = "czYqi3d6XKvdhJEAPECEC28f1wwE8F2sgfqgnq231As=";

fn list() -> String {
    format!(r#"{{"v":1,"op":"list","k":"phone","t":1795460040,"r":null,"c":"{BEAT_COMMITMENT}"}}"#)
}

fn refusal(text: &str) -> LeafError {
    AnyLeaf::parse(text.as_bytes()).expect_err(text)
}

#[test]
fn a_leaf_is_the_documented_bytes() {
    let leaf = Leaf {
        op: LeafOp::List,
        kind: Some(Kind::Phone),
        minute: 1_795_460_040 / 60,
        about: None,
        commitment: commit(&[0; 32], b""),
    };
    assert_eq!(leaf.encode(), list());
    assert_eq!(AnyLeaf::parse(list().as_bytes()), Ok(leaf.into()));
    let beat = Leaf {
        op: LeafOp::Beat,
        kind: None,
        ..leaf
    };
    let text = list().replace(r#""list","k":"phone""#, r#""beat","k":null"#);
    assert_eq!(beat.encode(), text);
    assert_eq!(AnyLeaf::parse(text.as_bytes()), Ok(beat.into()));
}

#[test]
fn a_commitment_covers_salt_and_payload() {
    let salt = std::array::from_fn(|i| i as u8);
    // hashlib.sha256(b"canhgiac/commit/v1\0" + bytes(range(32)) + b"{}").hexdigest()
    assert_eq!(
        hex(&commit(&salt, b"{}")),
        "76b1d268ac98029dfcd918519db5a4d005b637e859924093550bb291b62c36f3"
    );
    assert_eq!(tree::to_base64(&commit(&[0; 32], b"")), BEAT_COMMITMENT);
}

#[test]
fn every_op_has_its_word_and_only_some_change_what_is_in_force() {
    for op in LeafOp::ALL {
        assert_eq!(LeafOp::parse(op.as_str()), Some(op));
        assert_eq!(
            serde_json::to_value(op).unwrap(),
            serde_json::Value::from(op.as_str())
        );
    }
    let of = |test: fn(LeafOp) -> bool| LeafOp::ALL.into_iter().filter(move |op| test(*op));
    use LeafOp::*;
    assert!(of(LeafOp::puts).eq([List, Renew, Dispute, Clear]));
    assert!(of(LeafOp::ends).eq([Expire, Delist]));
}

#[test]
fn other_orders_spaces_and_members_are_refused() {
    let good = list();
    let texts = [
        good.replace(r#""op":"list","k":"phone""#, r#""k":"phone","op":"list""#),
        good.replace(r#"{"v":1,"op":"list""#, r#"{"op":"list","v":1"#),
        good.replace(r#""v":1"#, r#""v":2"#),
        good.replace(r#""v":1"#, r#""v": 1"#),
        good.replace(",\"t\"", ", \"t\""),
        good.replace("\"}", "\" }"),
        good.replace("\"}", "\",\"x\":1}"),
        good.replace(r#","r":null"#, ""),
        format!("{good}\n"),
        format!(" {good}"),
        format!("\u{feff}{good}"),
        String::new(),
        String::from("{}"),
    ];
    for text in texts {
        let error = refusal(&text);
        assert!(
            matches!(error, LeafError::Shape | LeafError::Commitment),
            "{text}: {error}"
        );
    }
    assert_eq!(AnyLeaf::parse(b"\xff"), Err(LeafError::Shape));
}

#[test]
fn a_value_that_is_not_in_its_only_spelling_is_refused() {
    let good = list();
    for (old, new, error) in [
        ("list", "List", LeafError::Op),
        ("list", "lis\\u0074", LeafError::Op),
        ("list", "", LeafError::Op),
        ("\"phone\"", "\"Fax\"", LeafError::Kind),
        ("\"phone\"", "phone", LeafError::Kind),
        ("\"phone\"", "\"\"", LeafError::Kind),
        ("\"phone\"", "", LeafError::Kind),
        ("1795460040", "1795460041", LeafError::Time),
        ("1795460040", "01795460040", LeafError::Time),
        ("1795460040", "-60", LeafError::Time),
        ("1795460040", "+60", LeafError::Time),
        ("1795460040", "6e1", LeafError::Time),
        ("1795460040", "60.0", LeafError::Time),
        ("1795460040", "", LeafError::Time),
        ("1795460040", "36893488147419103200", LeafError::Time),
        ("\"r\":null", "\"r\":01", LeafError::About),
        ("\"r\":null", "\"r\":\"1\"", LeafError::About),
        ("\"r\":null", "\"r\":-1", LeafError::About),
        ("\"r\":null", "\"r\":", LeafError::About),
        ("As=", "As", LeafError::Commitment),
        ("As=", "At=", LeafError::Commitment),
        ("As=", "A===", LeafError::Commitment),
        ("As=", "Asg=", LeafError::Commitment),
        ("czYq", "cz_q", LeafError::Commitment),
        ("czYq", "", LeafError::Commitment),
    ] {
        assert_eq!(refusal(&good.replace(old, new)), error, "{old} -> {new}");
    }
}

#[test]
fn words_of_a_newer_log_are_kept() {
    let text = list().replace(r#""list","k":"phone""#, r#""case_opened","k":"email""#);
    let leaf = AnyLeaf::parse(text.as_bytes()).unwrap();
    assert_eq!(
        (leaf.op.known(), leaf.puts(), leaf.ends()),
        (None, false, false)
    );
    assert_eq!(leaf.kind.unwrap().as_str(), "email");
    assert_eq!(leaf.encode(), text);
    let long = text.replace("email", &"e".repeat(25));
    assert_eq!(refusal(&long), LeafError::Kind);
}

#[test]
fn a_leaf_that_is_too_long_is_refused_before_it_is_read() {
    let text = list().replace("null", &"1".repeat(MAX_LEAF_BYTES));
    assert_eq!(refusal(&text), LeafError::TooLong);
}

fn any_leaf() -> impl Strategy<Value = Leaf> {
    let op = prop::sample::select(LeafOp::ALL.to_vec());
    let kind = prop::option::of(prop::sample::select(Kind::ALL.to_vec()));
    let minute = 0..u64::MAX / 60;
    (op, kind, minute, any::<Option<u64>>(), any::<Hash>()).prop_map(
        |(op, kind, minute, about, commitment)| Leaf {
            op,
            kind,
            minute,
            about,
            commitment,
        },
    )
}

proptest! {
    #[test]
    fn a_leaf_reads_back_and_is_short(leaf in any_leaf()) {
        let text = leaf.encode();
        prop_assert!(text.len() <= MAX_LEAF_BYTES);
        prop_assert_eq!(AnyLeaf::parse(text.as_bytes()), Ok(leaf.into()));
        prop_assert_eq!(leaf.hash(), tree::leaf_hash(text.as_bytes()));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(json["t"].as_u64(), Some(leaf.minute * 60));
        prop_assert_eq!(json["r"].as_u64(), leaf.about);
    }

    #[test]
    fn what_is_accepted_is_what_would_be_written(
        leaf in any_leaf(), place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in 0..3usize
    ) {
        let mut bytes = leaf.encode().into_bytes();
        let place = place.index(bytes.len());
        bytes.splice(place..(place + cut).min(place + 1), (cut != 1).then_some(byte));
        if let Ok(read) = AnyLeaf::parse(&bytes) {
            prop_assert_eq!(read.encode().into_bytes(), bytes);
        }
    }
}
