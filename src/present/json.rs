//! The words of the registry as JSON, the same in every answer.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{field_words::field_words, words};
use crate::{
    domain::{
        actor::Actor,
        findings::Findings,
        identifier::{Identifier, Kind, Reason},
        key::Key,
        message::Lang,
        method::MethodId,
        reading::Unreadable,
        unit::UnitCode,
    },
    store::schema::Live,
};

/// Longest free text, in characters. A VietQR payload has at most 512.
pub const MAX_TEXT: usize = 1_000;
/// The fields of an identifier that say what it is.
const GIVEN: [&str; 5] = ["bank", "provider", "number", "code", "name"];

/// An identifier in an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Identifier)]
pub struct IdentifierJson {
    pub kind: Kind,
    /// Canonical text, such as `phone:+84950001001`.
    #[schema(value_type = String)]
    pub key: Key,
    /// As people write it.
    pub display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub country: Option<&'static str>,
    /// BIN of the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bank: Option<String>,
    /// Name of the bank or wallet, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bank_name: Option<&'static str>,
    /// Slug of the wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
}

/// An identifier as JSON.
pub fn identifier(identifier: &Identifier) -> IdentifierJson {
    let mut json = IdentifierJson {
        kind: identifier.kind(),
        key: identifier.key(),
        display: identifier.display(),
        country: Some("VN"),
        bank: None,
        bank_name: words::institution(identifier),
        provider: None,
        number: None,
        code: None,
        name: None,
    };
    match identifier {
        Identifier::Phone(phone) => {
            json.country = None;
            json.number = Some(phone.e164().to_owned());
        }
        Identifier::Account(account) => {
            json.bank = Some(account.bank().to_string());
            json.number = Some(account.number().as_str().to_owned());
        }
        Identifier::Wallet(wallet) => {
            json.provider = Some(wallet.provider().to_owned());
            json.number = Some(wallet.number().to_owned());
        }
        Identifier::ShortCode(code) => json.code = Some(code.as_str().to_owned()),
        Identifier::Sender(sender) => json.name = Some(sender.as_str().to_owned()),
    }
    json
}

/// An identifier in a request: free text `q`, or `kind` with its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"q": "0950 001 001"}))]
pub struct IdentifierInput {
    /// A number in any spelling, `VCB 0000000070001`, a key, or a VietQR payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub kind: Option<Kind>,
    /// Only `VN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub country: Option<String>,
    /// BIN or name of a bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bank: Option<String>,
    /// Slug or name of a wallet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// As answers give it; an answer's identifier can be sent back as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub key: Option<String>,
    /// Ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub display: Option<String>,
    /// Ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bank_name: Option<String>,
}

/// Reads an object and nothing else: a derived reader would take an array for one, member by member.
///
/// # Errors
/// The reader's.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(reader: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }
    reader.deserialize_map(Object(PhantomData))
}

/// The request does not say what is asked: neither `q` nor the fields of a kind, or both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// The field, as the last part of a JSON pointer.
    pub field: &'static str,
    pub code: &'static str,
}

impl Shape {
    /// What to do about it: shorten the field, else `usual`, which says what is wanted.
    pub fn words(&self, usual: &'static str) -> &'static str {
        match self.code {
            "too-long" => field_words(self.code),
            _ => usual,
        }
    }
}

const fn shape(field: &'static str, code: &'static str) -> Shape {
    Shape { field, code }
}

impl IdentifierInput {
    /// Reads everything that a text names, or the identifier that the fields give.
    ///
    /// # Errors
    /// As [`IdentifierInput::read`].
    pub fn findings(&self) -> Result<Findings, Shape> {
        match self.text()? {
            Some(q) => Ok(Findings::of(q)),
            None => self.fields().map(Findings::from),
        }
    }

    /// Reads the identifier.
    ///
    /// # Errors
    /// [`Shape`] when fields are missing or contradict each other; the inner error when they are all
    /// there but are not one identifier.
    pub fn read(&self) -> Result<Result<Identifier, Unreadable>, Shape> {
        match self.text()? {
            Some(q) if q.chars().count() > MAX_TEXT => Ok(Err(Reason::TooLong.into())),
            Some(q) => Ok(Identifier::parse(q)),
            None => self.fields(),
        }
    }

    /// The fields that say what it is, as [`GIVEN`] names them.
    const fn given(&self) -> [&Option<String>; 5] {
        [
            &self.bank,
            &self.provider,
            &self.number,
            &self.code,
            &self.name,
        ]
    }

    /// The text, if that is what was given, and nothing beside it.
    fn text(&self) -> Result<Option<&str>, Shape> {
        let given = self.given();
        let has_fields = self.kind.is_some() || given.iter().any(|field| field.is_some());
        if self
            .country
            .as_deref()
            .is_some_and(|c| !c.eq_ignore_ascii_case("VN"))
        {
            return Err(shape("country", "invalid"));
        }
        let too_long = |text: &Option<String>| {
            text.as_deref()
                .is_some_and(|t| t.chars().count() > MAX_TEXT)
        };
        if let Some(place) = given.iter().position(|text| too_long(text)) {
            return Err(shape(GIVEN[place], "too-long"));
        }
        match &self.q {
            Some(_) if has_fields || self.key.is_some() => Err(shape("q", "ambiguous")),
            q => Ok(q.as_deref()),
        }
    }

    /// A key, or the fields.
    fn fields(&self) -> Result<Result<Identifier, Unreadable>, Shape> {
        let given = self.given();
        if let Some(key) = &self.key {
            let read = Identifier::from_key(key);
            // What an answer gave can be sent back whole; it must still be one thing.
            let agrees = match &read {
                Ok(identifier) if given.iter().any(|field| field.is_some()) => {
                    self.read_fields()?.is_ok_and(|said| said == *identifier)
                }
                Ok(identifier) => self.kind.is_none_or(|kind| identifier.kind() == kind),
                Err(_) => true,
            };
            return if agrees {
                Ok(read.map_err(Unreadable::from))
            } else {
                Err(shape("key", "ambiguous"))
            };
        }
        self.read_fields()
    }

    fn read_fields(&self) -> Result<Result<Identifier, Unreadable>, Shape> {
        let need = |value: &'_ Option<String>, name: &'static str| -> Result<String, Shape> {
            value.clone().ok_or(shape(name, "required"))
        };
        let kind = self.kind.ok_or(shape("q", "required"))?;
        let extra = match kind {
            Kind::Phone => [&self.bank, &self.provider, &self.code, &self.name],
            Kind::Account => [&None, &self.provider, &self.code, &self.name],
            Kind::Wallet => [&self.bank, &None, &self.code, &self.name],
            Kind::ShortCode => [&self.bank, &self.provider, &self.number, &self.name],
            Kind::Sender => [&self.bank, &self.provider, &self.number, &self.code],
        };
        if extra.iter().any(|field| field.is_some()) {
            return Err(shape("kind", "ambiguous"));
        }
        Ok(match kind {
            Kind::Phone => Identifier::phone(&need(&self.number, "number")?),
            Kind::Account => {
                // Without its bank it is answered like the bare number: where it is listed, clearly marked.
                let bank = self.bank.as_deref().unwrap_or_default();
                let number = need(&self.number, "number")?;
                Identifier::account(bank, &number).map_err(|error| error.or_phone(&number))
            }
            Kind::Wallet => {
                let provider = need(&self.provider, "provider")?;
                let number = need(&self.number, "number")?;
                Identifier::wallet(&provider, &number).map_err(|error| error.or_phone(&number))
            }
            Kind::ShortCode => Identifier::short_code(&need(&self.code, "code")?),
            Kind::Sender => Identifier::sender(&need(&self.name, "name")?),
        })
    }
}

/// Who did something.
#[derive(Clone, Serialize, ToSchema)]
pub struct ActorJson {
    /// `user`, `partner`, `console`, `schedule` or `visitor`.
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
}

/// Who did something, as JSON.
pub fn actor(actor: Actor) -> ActorJson {
    let (kind, id) = match actor {
        Actor::User(id) => ("user", Some(id)),
        Actor::Partner(id) => ("partner", Some(id)),
        Actor::Console => ("console", None),
        Actor::Schedule => ("schedule", None),
        Actor::Visitor => ("visitor", None),
    };
    ActorJson { kind, id }
}

/// A method as answers name it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct MethodRef {
    pub slug: &'static str,
    pub name: &'static str,
}

/// A unit as answers name it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct UnitRef {
    pub code: &'static str,
    pub name: &'static str,
}

/// Names a method in a language.
pub fn method(id: MethodId, lang: Lang) -> MethodRef {
    MethodRef {
        slug: id.slug(),
        name: words::method(id, lang),
    }
}

/// Names a unit in a language.
pub fn unit(code: UnitCode, lang: Lang) -> UnitRef {
    UnitRef {
        code: code.as_str(),
        name: words::unit(code, lang),
    }
}

/// Where a listing stands in the public ledger.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct LedgerRef {
    /// Index of its last public change, from 1.
    pub index: u64,
}

/// What the public is told about a listing: nothing about persons.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct PublicListing {
    pub id: Uuid,
    pub method: MethodRef,
    /// Who confirmed it.
    pub unit: UnitRef,
    #[schema(format = DateTime)]
    pub listed_at: String,
    #[schema(format = DateTime)]
    pub valid_until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub renewed_at: Option<String>,
    pub disputed: bool,
    pub ledger: LedgerRef,
}

/// A listing in force as the public is told.
pub fn public_listing(live: &Live, lang: Lang) -> PublicListing {
    PublicListing {
        id: live.listing,
        method: method(live.method, lang),
        unit: unit(live.unit, lang),
        listed_at: live.listed_at.rfc3339(),
        valid_until: live.valid_until.rfc3339(),
        renewed_at: live.renewed_at.map(|at| at.rfc3339()),
        disputed: live.disputed,
        ledger: LedgerRef {
            index: live.ledger_index,
        },
    }
}
