//! Names for the ids in the journal's changes, as links of a page, and the sentences they stand in.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    access::capability::{Auditor, Reader},
    domain::{change::Actor, key::Key, message::Lang, unit::UnitCode},
    present::words,
    registry::Registry,
};

/// A part of a sentence: plain words, or words that lead somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    pub text: String,
    pub href: Option<String>,
}

impl Piece {
    /// Plain words.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            href: None,
        }
    }

    fn link(text: String, href: String) -> Self {
        Self {
            text,
            href: Some(href),
        }
    }
}

/// A sentence in parts.
pub type Sentence = Vec<Piece>;

/// Looks names up, each once.
pub struct Names<'a> {
    registry: &'a Registry,
    auditor: &'a Auditor,
    reader: &'a Reader,
    pub lang: Lang,
    users: HashMap<Uuid, Option<String>>,
    partners: HashMap<Uuid, Option<String>>,
}

impl<'a> Names<'a> {
    /// Names as this reader may see them.
    pub fn new(
        registry: &'a Registry,
        auditor: &'a Auditor,
        reader: &'a Reader,
        lang: Lang,
    ) -> Self {
        Self {
            registry,
            auditor,
            reader,
            lang,
            users: HashMap::new(),
            partners: HashMap::new(),
        }
    }

    /// One text in the reader's language.
    pub fn t<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        self.lang.pick(vi, en)
    }

    /// Who did it.
    pub fn actor(&mut self, actor: Actor) -> Piece {
        match actor {
            Actor::User(id) => self.user(id),
            Actor::Partner(id) => self.partner(id),
            Actor::Console => Piece::plain(self.t("Người ở máy chủ", "Somebody at the machine")),
            Actor::Schedule => Piece::plain(self.t("Hệ thống", "The system")),
            Actor::Visitor => {
                Piece::plain(self.t("Người chưa đăng nhập", "Somebody not signed in"))
            }
        }
    }

    /// A person, by the sign-in name.
    pub fn user(&mut self, id: Uuid) -> Piece {
        let (registry, auditor) = (self.registry, self.auditor);
        let name = self.users.entry(id).or_insert_with(|| {
            let user = registry.user(auditor, id).ok()?;
            Some(user.username.to_string())
        });
        let text = name.clone().unwrap_or_else(|| id.to_string());
        Piece::link(text, format!("/desk/users/{id}"))
    }

    /// A partner, by its present name.
    pub fn partner(&mut self, id: Uuid) -> Piece {
        let (registry, auditor) = (self.registry, self.auditor);
        let name = self.partners.entry(id).or_insert_with(|| {
            let partner = registry.partner(auditor, id).ok()?;
            Some(partner.name)
        });
        let text = name.clone().unwrap_or_else(|| id.to_string());
        Piece::link(text, format!("/desk/partners/{id}"))
    }

    /// A listing, by the identifier that police wrote down.
    pub fn listing(&self, id: Uuid) -> Piece {
        let found = self.registry.listing_without_texts(self.reader, id);
        let shown = found
            .ok()
            .and_then(|found| Some(found.identifier()?.display()));
        let text = shown.unwrap_or_else(|| id.to_string());
        Piece::link(text, format!("/desk/listings/{id}"))
    }

    /// An office list.
    pub fn import(&self, id: Uuid) -> Piece {
        let text = self.t("danh sách từ tệp", "office list").to_owned();
        Piece::link(text, format!("/desk/imports/{id}"))
    }

    /// An act that wants a second person.
    pub fn approval(&self, id: Uuid) -> Piece {
        let text = self
            .t("việc cần người thứ hai", "what wants a second person")
            .to_owned();
        Piece::link(text, format!("/desk/approvals/{id}"))
    }

    /// A report, by its reference, which opens nothing.
    pub fn report(&self, id: Uuid) -> Piece {
        let reference = self.registry.report_reference(id);
        let text = reference.map_or_else(|| id.to_string(), |reference| reference.to_string());
        Piece::link(text, format!("/desk/reports/{id}"))
    }

    /// A protected number.
    pub fn official(&self, key: &Key) -> Piece {
        Piece::plain(words::of_key(key))
    }

    /// A unit with its province.
    pub fn unit(&self, code: UnitCode) -> Piece {
        Piece::plain(words::unit_in_full(code, self.lang))
    }

    /// A way of scamming.
    pub fn method(&self, id: crate::domain::method::MethodId) -> Piece {
        Piece::plain(words::method(id, self.lang))
    }
}

/// Puts values into a sentence: `{who}` is the value of that name.
pub(super) fn say(names: &Names<'_>, vi: &str, en: &str, values: &[(&str, Piece)]) -> Sentence {
    let mut pieces = Vec::new();
    let mut rest = names.t(vi, en);
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        if !before.is_empty() {
            pieces.push(Piece::plain(before));
        }
        let value = values.iter().find(|(known, _)| *known == name);
        pieces.extend(value.map(|(_, piece)| piece.clone()));
        rest = after;
    }
    pieces.push(Piece::plain(rest));
    pieces
}
