//! The lines of snapshot and changes, written and read: a payload, which its ledger leaf commits to, with `seq`,
//! `leaf` and `salt` added.
//!
//! A payload's members stand in the order of the fields here, without spaces. Who reads takes the other members byte
//! for byte and in their order, so a value that was touched in any way no longer opens the commitment.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use super::{members::Members, row::FeedRow};

/// Longest line; one is some 600 bytes.
pub const MAX_LINE: usize = 16 << 10;

/// Version of the payloads that leaves commit to from now on. A leaf keeps the one it was made with: replays, proofs
/// and the feed write that one for ever, so a version is never taken out or changed.
pub const PAYLOAD: u8 = 1;

/// A version that only tests make: as if the feed had grown.
#[cfg(test)]
pub const TEST_PAYLOAD: u8 = 200;

/// A payload of a version that this program does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("a payload of a later version")]
pub struct UnknownPayload;

/// The text of a payload, by its version.
pub(super) fn written(version: u8, payload: &impl Serialize) -> Result<String, UnknownPayload> {
    // Plain text and flags always encode.
    let text = || serde_json::to_string(payload).unwrap_or_default();
    match version {
        1 => Ok(text()),
        #[cfg(test)]
        TEST_PAYLOAD => Ok(text().replacen('{', "{\"grown\":1,", 1)),
        _ => Err(UnknownPayload),
    }
}

/// The payload of a listing in force.
///
/// # Errors
/// [`UnknownPayload`].
pub fn put_payload(version: u8, row: &FeedRow) -> Result<String, UnknownPayload> {
    #[derive(Serialize)]
    struct Put<'a> {
        op: &'static str,
        key: &'a str,
        kind: &'a str,
        listing: Uuid,
        method: &'a str,
        unit: &'a str,
        listed_at: &'a str,
        valid_until: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        renewed_at: Option<&'a str>,
        disputed: bool,
    }
    let put = Put {
        op: "put",
        key: &row.key,
        kind: &row.kind,
        listing: row.listing,
        method: &row.method,
        unit: &row.unit,
        listed_at: &row.listed_at,
        valid_until: &row.valid_until,
        renewed_at: row.renewed_at.as_deref(),
        disputed: row.disputed,
    };
    written(version, &put)
}

/// The payload of a listing that is no longer in force; `reason` is `expired` or `delisted`.
///
/// # Errors
/// [`UnknownPayload`].
pub fn del_payload(
    version: u8,
    key: &str,
    listing: Uuid,
    reason: &'static str,
) -> Result<String, UnknownPayload> {
    #[derive(Serialize)]
    struct Del<'a> {
        op: &'static str,
        key: &'a str,
        listing: Uuid,
        reason: &'static str,
    }
    let op = "del";
    let del = Del {
        op,
        key,
        listing,
        reason,
    };
    written(version, &del)
}

/// What opens a leaf, beside the row itself.
pub struct Opens {
    /// Version of the payload that the leaf commits to.
    pub payload: u8,
    pub salt: [u8; 32],
}

/// Writes a snapshot's line.
///
/// # Errors
/// Those of `out`.
pub fn write_listing(out: &mut impl Write, row: &FeedRow, opens: &Opens) -> io::Result<()> {
    let payload = put_payload(opens.payload, row).map_err(io::Error::other)?;
    let (seq, members) = (row.seq, inside(&payload));
    let salt = STANDARD.encode(opens.salt);
    writeln!(out, "{{\"seq\":{seq},{members},\"salt\":\"{salt}\"}}")
}

/// What stands in a line of changes beside its leaf.
pub enum Content<'a> {
    /// What opens the leaf.
    Opened { payload: &'a str, salt: [u8; 32] },
    /// A key that signs the log from here on.
    VerifierKey(&'a str),
    /// A key that signs the log no more. Another member than for a new one: who does not know it must not trust it anew.
    RetiredKey(&'a str),
    /// Its content was destroyed.
    Erased,
    /// Nothing to apply: a sign of life, or a kind that the reader does not get.
    Mark,
}

/// Writes a line of changes; `leaf` is the exact text of the ledger's entry `seq`.
///
/// # Errors
/// Those of `out`.
pub fn write_change(
    out: &mut impl Write,
    seq: u64,
    leaf: &str,
    content: &Content<'_>,
) -> io::Result<()> {
    match content {
        Content::Opened { payload, salt } => {
            let (members, salt) = (inside(payload), STANDARD.encode(salt));
            writeln!(
                out,
                "{{\"seq\":{seq},{members},\"leaf\":{leaf},\"salt\":\"{salt}\"}}"
            )
        }
        Content::VerifierKey(key) => {
            let key = serde_json::to_string(key)?;
            writeln!(
                out,
                "{{\"seq\":{seq},\"op\":\"mark\",\"verifier_key\":{key},\"leaf\":{leaf}}}"
            )
        }
        Content::RetiredKey(key) => {
            let key = serde_json::to_string(key)?;
            writeln!(
                out,
                "{{\"seq\":{seq},\"op\":\"mark\",\"retired_key\":{key},\"leaf\":{leaf}}}"
            )
        }
        Content::Erased => writeln!(out, "{{\"seq\":{seq},\"op\":\"erased\",\"leaf\":{leaf}}}"),
        Content::Mark => writeln!(out, "{{\"seq\":{seq},\"op\":\"mark\",\"leaf\":{leaf}}}"),
    }
}

/// The last line of snapshot and changes.
pub fn end_line(count: u64, size: u64) -> String {
    format!("{{\"end\":true,\"count\":{count},\"size\":{size}}}\n")
}

/// The members of a payload, without its braces.
fn inside(payload: &str) -> &str {
    payload
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(payload)
}

/// What a line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FeedOp {
    Put(Box<FeedRow>),
    Del {
        key: String,
        listing: Uuid,
    },
    Erased,
    Mark {
        verifier_key: Option<String>,
    },
    /// An identifier is protected from here on.
    Protect {
        key: String,
        name_vi: String,
        name_en: String,
    },
    /// It is not any more.
    Unprotect {
        key: String,
    },
    /// The table of those that always are was named.
    OfficialTable,
    /// An op of a newer registry: passed over once its leaf is checked.
    Other,
}

/// A line other than the last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// From 1.
    pub number: u64,
    pub seq: u64,
    pub op: FeedOp,
    /// Exact bytes of the leaf, in changes.
    pub leaf: Option<String>,
    /// What was sent as salt.
    pub salt: Option<String>,
    /// What the commitment covers: the line without `seq`, `leaf` and `salt`.
    pub payload: Vec<u8>,
}

/// Any line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FeedLine {
    One(Line),
    End { count: u64, size: u64 },
}

/// A line that can't be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("line {line} can't be read: {what}")]
pub struct Unreadable {
    pub line: u64,
    pub what: &'static str,
}

/// Reads one line.
///
/// # Errors
/// [`Unreadable`] names the line and what is wrong with it.
pub fn read(number: u64, bytes: &[u8]) -> Result<FeedLine, Unreadable> {
    let bad = |what| Unreadable { line: number, what };
    let text = std::str::from_utf8(bytes).map_err(|_| bad("it is not UTF-8"))?;
    let members = Members::read(text).ok_or(bad("it is not an object with each member once"))?;
    if members.raw("end") == Some("true") {
        let (count, size) = (members.number("count"), members.number("size"));
        return match (count, size) {
            (Some(count), Some(size)) => Ok(FeedLine::End { count, size }),
            _ => Err(bad("the end line has no count and size")),
        };
    }
    let seq = members.number("seq").ok_or(bad("it has no seq"))?;
    let op = members.text("op").ok_or(bad("it has no op"))?;
    let op = match op.as_str() {
        "put" => FeedOp::Put(Box::new(
            put(seq, &members).ok_or(bad("the listing is not whole"))?,
        )),
        "del" => FeedOp::Del {
            key: members.text("key").ok_or(bad("it has no key"))?,
            listing: id(&members).ok_or(bad("it has no listing"))?,
        },
        "erased" => FeedOp::Erased,
        "mark" => FeedOp::Mark {
            verifier_key: members.text("verifier_key"),
        },
        "protect" if members.raw("table").is_some() => FeedOp::OfficialTable,
        "protect" => protect(&members).ok_or(bad("the official number is not whole"))?,
        "unprotect" => FeedOp::Unprotect {
            key: members.text("key").ok_or(bad("it has no key"))?,
        },
        _ => FeedOp::Other,
    };
    Ok(FeedLine::One(Line {
        number,
        seq,
        op,
        leaf: members.raw("leaf").map(str::to_owned),
        salt: members.text("salt"),
        payload: members.without(&["seq", "leaf", "salt"]),
    }))
}

fn protect(members: &Members<'_>) -> Option<FeedOp> {
    Some(FeedOp::Protect {
        key: members.text("key")?,
        name_vi: members.text("name_vi")?,
        name_en: members.text("name_en")?,
    })
}

fn id(members: &Members<'_>) -> Option<Uuid> {
    Uuid::parse_str(&members.text("listing")?).ok()
}

fn put(seq: u64, members: &Members<'_>) -> Option<FeedRow> {
    let key = members.text("key")?;
    // A key goes into exports line by line.
    let plain = key
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != b',' && b != b'"');
    let time = |name| members.text(name).filter(|text| seconds(text).is_some());
    let word = |name| {
        members.text(name).filter(|word| {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
            !word.is_empty() && word.bytes().all(fits)
        })
    };
    let kind = word("kind")?;
    let own = key.strip_prefix(&kind)?.starts_with(':');
    Some(FeedRow {
        seq,
        kind,
        listing: id(members)?,
        method: word("method")?,
        unit: word("unit")?,
        listed_at: time("listed_at")?,
        valid_until: time("valid_until")?,
        renewed_at: match members.raw("renewed_at") {
            Some(_) => Some(time("renewed_at")?),
            None => None,
        },
        disputed: serde_json::from_str(members.raw("disputed")?).ok()?,
        key: Some(key).filter(|_| plain && own)?,
    })
}

/// Unix seconds of an RFC 3339 time.
pub fn seconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

impl Line {
    /// The salt; none when it is missing or not 32 bytes.
    pub fn salt(&self) -> Option<[u8; 32]> {
        let decoded = STANDARD.decode(self.salt.as_ref()?).ok()?;
        decoded.try_into().ok()
    }
}

#[cfg(test)]
mod tests;
