//! The members of a JSON object, in the order and the exact bytes in which they stand.

use std::fmt;

use serde::{
    Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// Longest key or word in a line; a key of this program has at most 60 characters.
const MAX_WORD: usize = 200;

/// Members in the order they stand in, each once.
pub(super) struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(super) fn read(text: &'a str) -> Option<Self> {
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

    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.get())
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str::<String>(self.raw(name)?)
            .ok()
            .filter(|text| text.len() <= MAX_WORD)
    }

    /// The members written out again, but for some: the other ones byte for byte and in their order.
    pub(super) fn without(&self, left_out: &[&str]) -> Vec<u8> {
        let mut bytes = vec![b'{'];
        for (name, value) in &self.0 {
            if left_out.contains(&name.as_str()) {
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
