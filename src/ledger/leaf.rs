//! One entry of the log: what happened, without saying to whom.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{
    decimal,
    tree::{self, Hash},
};
use crate::domain::identifier::Kind;

/// Most bytes of a leaf.
pub const MAX_LEAF_BYTES: usize = 256;

/// What commitments begin with, so that no other hash of the program is ever one.
const COMMIT_DOMAIN: &[u8] = b"canhgiac/commit/v1\0";

/// Why bytes are no leaf.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum LeafError {
    /// There are more than [`MAX_LEAF_BYTES`].
    #[error("longer than {MAX_LEAF_BYTES} bytes")]
    TooLong,
    /// The members aren't exactly `v` (1), `op`, `k`, `t`, `r`, `c`, in this order and without spaces.
    #[error("not the members v, op, k, t, r and c of version 1 in this order without spaces")]
    Shape,
    /// `op` is no known word.
    #[error("unknown op")]
    Op,
    /// `k` is neither `null` nor the word of a kind.
    #[error("k is neither null nor a kind")]
    Kind,
    /// `t` is not a multiple of 60 in its only decimal spelling.
    #[error("t is not unix seconds rounded down to a minute")]
    Time,
    /// `r` is neither `null` nor a number in its only decimal spelling.
    #[error("r is neither null nor an index")]
    About,
    /// `c` is not 32 bytes in padded standard base64.
    #[error("c is not 32 bytes in base64")]
    Commitment,
}

/// What a leaf says happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeafOp {
    /// An identifier was listed.
    List,
    /// A listing was given a new term.
    Renew,
    /// An objection to a listing was taken up.
    Dispute,
    /// The objection was settled, the listing stays.
    Clear,
    /// A listing's term ran out.
    Expire,
    /// A listing was taken off.
    Delist,
    /// The content of a listing's leaves was destroyed.
    Erase,
    /// The log is signed by a new key from here on.
    Key,
    /// Nothing happened; the log is alive.
    Beat,
}

impl LeafOp {
    /// All ops.
    pub const ALL: [Self; 9] = [
        Self::List,
        Self::Renew,
        Self::Dispute,
        Self::Clear,
        Self::Expire,
        Self::Delist,
        Self::Erase,
        Self::Key,
        Self::Beat,
    ];

    /// The word in the leaf, e.g. `list`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Renew => "renew",
            Self::Dispute => "dispute",
            Self::Clear => "clear",
            Self::Expire => "expire",
            Self::Delist => "delist",
            Self::Erase => "erase",
            Self::Key => "key",
            Self::Beat => "beat",
        }
    }

    /// The op of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str() == word)
    }

    /// Whether the listing is in force after this leaf: `list`, `renew`, `dispute`, `clear`.
    pub const fn puts(self) -> bool {
        matches!(self, Self::List | Self::Renew | Self::Dispute | Self::Clear)
    }

    /// Whether the listing is no longer in force after this leaf: `expire`, `delist`.
    pub const fn ends(self) -> bool {
        matches!(self, Self::Expire | Self::Delist)
    }
}

/// One entry of the log. Which members an op needs is checked by [`super::audit::Auditor`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leaf {
    /// What happened.
    pub op: LeafOp,
    /// The kind of identifier; none for `key` and `beat`.
    pub kind: Option<Kind>,
    /// When: whole minutes since the Unix epoch.
    pub minute: u64,
    /// The index of the leaf this one is about; none for `list`, `key` and `beat`.
    pub about: Option<u64>,
    /// The salted commitment to what the feed shows ([`commit`]).
    pub commitment: Hash,
}

impl Leaf {
    /// The leaf's exact bytes, at most [`MAX_LEAF_BYTES`].
    pub fn encode(&self) -> String {
        let mut text = String::with_capacity(MAX_LEAF_BYTES);
        text.push_str(r#"{"v":1,"op":""#);
        text.push_str(self.op.as_str());
        text.push_str(r#"","k":"#);
        match self.kind {
            Some(kind) => {
                text.push('"');
                text.push_str(kind.as_str());
                text.push('"');
            }
            None => text.push_str("null"),
        }
        text.push_str(r#","t":"#);
        text.push_str(&(u128::from(self.minute) * 60).to_string());
        text.push_str(r#","r":"#);
        match self.about {
            Some(about) => text.push_str(&about.to_string()),
            None => text.push_str("null"),
        }
        text.push_str(r#","c":""#);
        STANDARD.encode_string(self.commitment, &mut text);
        text.push_str(r#""}"#);
        text
    }

    /// Reads a leaf's exact bytes and nothing else: `parse(x)?.encode() == x` for whatever is accepted.
    ///
    /// # Errors
    /// [`LeafError`] names the member.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| LeafError::Shape)?;
        let [op, kind, time, about, commitment] = members(text).ok_or(LeafError::Shape)?;
        let seconds = decimal(time).ok_or(LeafError::Time)?;
        if !seconds.is_multiple_of(60) {
            return Err(LeafError::Time);
        }
        Ok(Self {
            op: LeafOp::parse(op).ok_or(LeafError::Op)?,
            kind: or_null(kind, quoted_kind).ok_or(LeafError::Kind)?,
            minute: seconds / 60,
            about: or_null(about, decimal).ok_or(LeafError::About)?,
            commitment: tree::from_base64(commitment).ok_or(LeafError::Commitment)?,
        })
    }

    /// The leaf's hash in the tree (RFC 6962 §2.1).
    pub fn hash(&self) -> Hash {
        tree::leaf_hash(self.encode().as_bytes())
    }
}

/// The written values of the five members after `v`.
fn members(text: &str) -> Option<[&str; 5]> {
    let rest = text.strip_prefix(r#"{"v":1,"op":""#)?;
    let (op, rest) = rest.split_once(r#"","k":"#)?;
    let (kind, rest) = rest.split_once(r#","t":"#)?;
    let (time, rest) = rest.split_once(r#","r":"#)?;
    let (about, rest) = rest.split_once(r#","c":""#)?;
    Some([op, kind, time, about, rest.strip_suffix(r#""}"#)?])
}

/// What `null` or a value that `read` understands stands for.
fn or_null<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text == "null" {
        return Some(None);
    }
    read(text).map(Some)
}

fn quoted_kind(text: &str) -> Option<Kind> {
    let word = text.strip_prefix('"')?.strip_suffix('"')?;
    Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

/// The salted commitment to a payload: `SHA-256("canhgiac/commit/v1\0" ‖ salt ‖ payload)`. Without
/// the salt the payload can't be guessed from it.
pub fn commit(salt: &[u8; 32], payload: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(COMMIT_DOMAIN);
    hash.update(salt);
    hash.update(payload);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What python3 gives for `SHA-256(b"canhgiac/commit/v1\0" + bytes(32))`, in base64.
    const BEAT_COMMITMENT: &str = "czYqi3d6XKvdhJEAPECEC28f1wwE8F2sgfqgnq231As=";

    fn list() -> String {
        format!(
            r#"{{"v":1,"op":"list","k":"phone","t":1795460040,"r":null,"c":"{BEAT_COMMITMENT}"}}"#
        )
    }

    fn refusal(text: &str) -> LeafError {
        Leaf::parse(text.as_bytes()).expect_err(text)
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
        assert_eq!(Leaf::parse(list().as_bytes()), Ok(leaf));
        let beat = Leaf {
            op: LeafOp::Beat,
            kind: None,
            ..leaf
        };
        let text = list().replace(r#""list","k":"phone""#, r#""beat","k":null"#);
        assert_eq!(beat.encode(), text);
        assert_eq!(Leaf::parse(text.as_bytes()), Ok(beat));
    }

    #[test]
    fn a_commitment_covers_salt_and_payload() {
        let salt = std::array::from_fn(|i| i as u8);
        let hex: String = commit(&salt, b"{}")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        // hashlib.sha256(b"canhgiac/commit/v1\0" + bytes(range(32)) + b"{}").hexdigest()
        assert_eq!(
            hex,
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
        assert_eq!(Leaf::parse(b"\xff"), Err(LeafError::Shape));
    }

    #[test]
    fn a_value_that_is_not_in_its_only_spelling_is_refused() {
        let good = list();
        for (old, new, error) in [
            ("list", "List", LeafError::Op),
            ("list", "lis\\u0074", LeafError::Op),
            ("list", "", LeafError::Op),
            ("\"phone\"", "\"fax\"", LeafError::Kind),
            ("\"phone\"", "phone", LeafError::Kind),
            ("\"phone\"", "\"null\"", LeafError::Kind),
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
            prop_assert_eq!(Leaf::parse(text.as_bytes()), Ok(leaf));
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
            if let Ok(read) = Leaf::parse(&bytes) {
                prop_assert_eq!(read.encode().into_bytes(), bytes);
            }
        }
    }
}
