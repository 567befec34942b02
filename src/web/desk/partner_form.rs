//! The forms for a new partner and for changing one.

use super::{
    idempotency,
    partner_view::{Choice, feed_kinds, kinds, parse_kind, scopes},
    refusal::Refusal,
};
use crate::{
    access::key_text::{self, KeyFault},
    domain::{
        client_key::ClientKeys,
        identifier::{Kind, Kinds},
        message::Lang,
        partner::{Partner, PartnerStatus, Scope},
    },
    present::{field_words::field_words, words},
    registry::partners::{NewPartner, PartnerEdit},
    web::forms::Fields,
};

/// Fields of the form that makes a partner.
pub const FIELDS: [&str; 6] = ["name", "kind", "scope", "feed_kind", "public_key", "reason"];

/// A form for a partner, as it was filled in.
pub struct PartnerForm {
    pub name: String,
    pub kinds: Vec<Choice>,
    pub scopes: Vec<Choice>,
    pub feed_kinds: Vec<Choice>,
    pub public_key: String,
    pub suspended: bool,
    pub reason: String,
    /// For a form that makes something.
    pub once: String,
}

impl PartnerForm {
    /// An empty form.
    pub fn new(lang: Lang) -> Self {
        Self {
            name: String::new(),
            kinds: kinds("", lang),
            scopes: scopes(&[Scope::FeedRead], lang),
            feed_kinds: feed_kinds(Kinds::ALL, lang),
            public_key: String::new(),
            suspended: false,
            reason: String::new(),
            once: idempotency::token(),
        }
    }

    /// The form with a partner in it.
    pub fn of(partner: &Partner, lang: Lang) -> Self {
        Self {
            name: partner.name.clone(),
            kinds: Vec::new(),
            scopes: scopes(&partner.scopes, lang),
            feed_kinds: feed_kinds(partner.kinds, lang),
            public_key: key_text::write(&partner.keys),
            suspended: partner.status == PartnerStatus::Suspended,
            reason: String::new(),
            once: String::new(),
        }
    }

    /// The form as it was filled in.
    pub fn typed(fields: &Fields, lang: Lang) -> Self {
        Self {
            name: fields.get("name").to_owned(),
            kinds: kinds(fields.get("kind"), lang),
            scopes: scopes(&scopes_of(fields), lang),
            feed_kinds: feed_kinds(kinds_of(fields), lang),
            public_key: shown(fields.get("public_key")),
            suspended: fields.get("suspended") == "1",
            reason: fields.get("reason").to_owned(),
            once: idempotency::token(),
        }
    }
}

/// The partner that a form asks for.
///
/// # Errors
/// What is wrong in it.
pub fn new_partner(fields: &Fields, lang: Lang) -> Result<NewPartner, Refusal> {
    let kind = parse_kind(fields.get("kind")).ok_or_else(|| {
        Refusal::of_form(lang.pick("Hãy chọn loại đối tác.", "Choose a kind of partner."))
    })?;
    Ok(NewPartner {
        name: fields.get("name").to_owned(),
        kind,
        scopes: scopes_of(fields),
        kinds: some_kinds(fields, lang)?,
        keys: keys(fields, lang)?,
    })
}

/// The change that a form asks for: all of it, since the form shows all.
///
/// # Errors
/// What is wrong in it.
pub fn partner_edit(fields: &Fields, lang: Lang) -> Result<PartnerEdit, Refusal> {
    Ok(PartnerEdit {
        name: Some(fields.get("name").to_owned()),
        scopes: Some(scopes_of(fields)),
        kinds: Some(some_kinds(fields, lang)?),
        suspended: Some(fields.get("suspended") == "1"),
        keys: Some(keys(fields, lang)?),
    })
}

fn scopes_of(fields: &Fields) -> Vec<Scope> {
    fields.all("scope").filter_map(Scope::parse).collect()
}

fn kinds_of(fields: &Fields) -> Kinds {
    fields.all("feed_kind").filter_map(Kind::parse).collect()
}

fn some_kinds(fields: &Fields, lang: Lang) -> Result<Kinds, Refusal> {
    let kinds = kinds_of(fields);
    if kinds.is_empty() {
        let words = lang.pick(
            "Hãy chọn ít nhất một loại số cho danh sách của đối tác.",
            "Choose at least one kind for the feed.",
        );
        return Err(Refusal::of_form(words));
    }
    Ok(kinds)
}

fn keys(fields: &Fields, lang: Lang) -> Result<ClientKeys, Refusal> {
    let text = fields.get("public_key");
    if text.is_empty() {
        return Ok(ClientKeys::None);
    }
    key_text::read(text).map_err(|fault| {
        let both = field_words(fault.as_str());
        Refusal::of_form(words::one_language(both, lang)).at("public_key")
    })
}

/// What was typed, to be put right; never a private key, which is not to be on a page.
fn shown(text: &str) -> String {
    match key_text::read(text) {
        Err(KeyFault::Private | KeyFault::TooLong) => String::new(),
        _ => text.to_owned(),
    }
}
