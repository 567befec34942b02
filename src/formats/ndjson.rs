//! One line of snapshot or changes: what it says, and the exact bytes that its commitment covers.
//!
//! The payload is the line without `seq`, `leaf` and `salt`, the other members byte for byte and in their
//! order, so a value that was touched in any way no longer opens the commitment.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{
    Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::error::Lie;
use crate::domain::identifier::Kind;

/// Longest line; one is some 600 bytes.
pub const MAX_LINE: usize = 16 << 10;
/// Longest key or word in a line; a key of this program has at most 60 characters.
const MAX_WORD: usize = 200;

/// A listing in force, as it was sent. Words of a newer registry are kept as they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Put {
    pub key: String,
    pub kind: Kind,
    pub listing: Uuid,
    pub method: String,
    pub unit: String,
    pub listed_at: String,
    pub valid_until: String,
    pub renewed_at: Option<String>,
    pub disputed: bool,
}

/// What a line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    Put(Box<Put>),
    Del {
        key: String,
        listing: Uuid,
    },
    Erased,
    Mark {
        verifier_key: Option<String>,
    },
    /// An op of a newer registry: passed over once its leaf is checked.
    Other,
}

/// A line other than the last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// From 1.
    pub number: u64,
    pub seq: u64,
    pub said: Said,
    /// Exact bytes of the leaf, in changes.
    pub leaf: Option<String>,
    /// What was sent as salt.
    pub salt: Option<String>,
    /// What the commitment covers.
    pub payload: Vec<u8>,
}

/// Any line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnyLine {
    One(Line),
    End { count: u64, size: u64 },
}

/// Members in the order they stand in, each once.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    fn read(text: &'a str) -> Option<Self> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Self::Value = Vec::with_capacity(14);
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    if members.iter().any(|(known, _)| *known == name) {
                        return Err(serde::de::Error::custom("a member stands twice"));
                    }
                    members.push((name, value));
                }
                Ok(members)
            }
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let members = reader.deserialize_map(InOrder).ok()?;
        reader.end().ok()?;
        Some(Self(members))
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.get())
    }

    fn number(&self, name: &str) -> Option<u64> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str::<String>(self.raw(name)?)
            .ok()
            .filter(|text| text.len() <= MAX_WORD)
    }

    fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![b'{'];
        for (name, value) in &self.0 {
            if matches!(name.as_str(), "seq" | "leaf" | "salt") {
                continue;
            }
            if bytes.len() > 1 {
                bytes.push(b',');
            }
            // Writing a string to memory can't fail.
            let _ = serde_json::to_writer(&mut bytes, name);
            bytes.push(b':');
            bytes.extend_from_slice(value.get().as_bytes());
        }
        bytes.push(b'}');
        bytes
    }
}

/// Reads one line.
///
/// # Errors
/// [`Lie::Unreadable`] names the line and what is wrong with it.
pub fn read(number: u64, bytes: &[u8]) -> Result<AnyLine, Lie> {
    let bad = |what| Lie::Unreadable { line: number, what };
    let text = std::str::from_utf8(bytes).map_err(|_| bad("it is not UTF-8"))?;
    let members = Members::read(text).ok_or(bad("it is not an object with each member once"))?;
    if members.raw("end") == Some("true") {
        let (count, size) = (members.number("count"), members.number("size"));
        return match (count, size) {
            (Some(count), Some(size)) => Ok(AnyLine::End { count, size }),
            _ => Err(bad("the end line has no count and size")),
        };
    }
    let seq = members.number("seq").ok_or(bad("it has no seq"))?;
    let op = members.text("op").ok_or(bad("it has no op"))?;
    let said = match op.as_str() {
        "put" => Said::Put(Box::new(
            put(&members).ok_or(bad("the listing is not whole"))?,
        )),
        "del" => Said::Del {
            key: members.text("key").ok_or(bad("it has no key"))?,
            listing: id(&members).ok_or(bad("it has no listing"))?,
        },
        "erased" => Said::Erased,
        "mark" => Said::Mark {
            verifier_key: members.text("verifier_key"),
        },
        _ => Said::Other,
    };
    Ok(AnyLine::One(Line {
        number,
        seq,
        said,
        leaf: members.raw("leaf").map(str::to_owned),
        salt: members.text("salt"),
        payload: members.payload(),
    }))
}

fn id(members: &Members<'_>) -> Option<Uuid> {
    Uuid::parse_str(&members.text("listing")?).ok()
}

fn put(members: &Members<'_>) -> Option<Put> {
    let key = members.text("key")?;
    let word = members.text("kind")?;
    let kind = *Kind::ALL.iter().find(|kind| kind.as_str() == word)?;
    // A key goes into exports line by line.
    let plain = key
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != b',' && b != b'"');
    let own = key.strip_prefix(kind.as_str())?.starts_with(':');
    let time = |name| members.text(name).filter(|text| seconds(text).is_some());
    let word = |name| {
        members.text(name).filter(|word| {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
            !word.is_empty() && word.bytes().all(fits)
        })
    };
    Some(Put {
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
    /// The salt.
    ///
    /// # Errors
    /// [`Lie::BadSalt`].
    pub fn salt(&self) -> Result<[u8; 32], Lie> {
        let decoded = self
            .salt
            .as_ref()
            .and_then(|text| STANDARD.decode(text).ok());
        decoded
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(Lie::BadSalt {
                line: self.number,
                seq: self.seq,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUT: &str = r#"{"seq":17,"op":"put","key":"phone:+84950001001","kind":"phone","listing":"0193573c-0000-7000-8000-000000000001","method":"moi","unit":"14812","listed_at":"2026-11-23T18:14:00Z","valid_until":"2027-02-21T18:14:00Z","disputed":false,"leaf":{"v":1},"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#;

    fn line(text: &str) -> Line {
        match read(1, text.as_bytes()) {
            Ok(AnyLine::One(line)) => line,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_payload_is_the_line_without_seq_leaf_and_salt_in_its_order() {
        let line = line(PUT);
        let payload = String::from_utf8(line.payload.clone()).unwrap();
        assert!(payload.starts_with(r#"{"op":"put","key":"phone:+84950001001","kind""#));
        assert!(payload.ends_with(r#""disputed":false}"#), "{payload}");
        assert_eq!(line.leaf.as_deref(), Some(r#"{"v":1}"#));
        assert_eq!(line.salt().unwrap(), [0; 32]);
        let del = r#"{"seq":1,"op":"del","key":"k","listing":"0193573c-0000-7000-8000-000000000001","reason":"delisted","salt":"AA"}"#;
        assert!(matches!(super::read(1, del.as_bytes()), Ok(AnyLine::One(l)) if l.salt().is_err()));
    }

    #[test]
    fn words_of_a_newer_registry_are_kept_and_broken_lines_refused() {
        let Said::Put(put) = line(PUT).said else {
            panic!("a put")
        };
        assert_eq!((put.method.as_str(), put.kind), ("moi", Kind::Phone));
        assert_eq!(line(r#"{"seq":1,"op":"new","x":{}}"#).said, Said::Other);
        for (from, to) in [
            ("\"phone:+84950001001\"", "\"phone:+849,1\""),
            ("\"kind\":\"phone\"", "\"kind\":\"account\""),
            ("\"seq\":17", "\"seq\":17,\"seq\":17"),
            ("\"disputed\":false", "\"disputed\":0"),
            ("2027-02-21T18:14:00Z", "soon"),
            ("\"14812\"", "\"1,2\""),
        ] {
            let broken = PUT.replacen(from, to, 1);
            assert!(read(1, broken.as_bytes()).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_last_line_is_told_apart() {
        let end = read(3, br#"{"end":true,"count":2,"size":9}"#).unwrap();
        assert_eq!(end, AnyLine::End { count: 2, size: 9 });
    }
}
