//! What a reporter told, as a report's page shows it.

use super::{report_row::dong, request::Desk};
use crate::{
    domain::{
        findings::Findings,
        identifier::Identifier,
        message::Lang,
        report::{told::Told as Said, words::IdentifierRole},
    },
    present::words::{self, report as told},
};

/// What a reporter told.
pub(super) struct Told {
    pub(super) identifiers: Vec<Named>,
    pub(super) own_given: u8,
    pub(super) amount: String,
    pub(super) currency: String,
    pub(super) transfers: Vec<Sent>,
    pub(super) happened_at: String,
    pub(super) story: String,
    pub(super) place: String,
    pub(super) masked: u8,
}

/// An identifier, and what is known of it now.
pub(super) struct Named {
    pub(super) key: String,
    pub(super) display: String,
    pub(super) kind: &'static str,
    pub(super) role: &'static str,
    pub(super) role_word: &'static str,
    /// It speaks against whoever holds it.
    pub(super) is_suspect: bool,
    pub(super) known: String,
}

/// Money that was sent.
pub(super) struct Sent {
    pub(super) at: String,
    pub(super) sum: String,
    pub(super) to: String,
    pub(super) bank_ref: String,
}

/// What was told, with what the registry says of each identifier.
pub(super) fn told_of(desk: &Desk, said: &Said) -> Told {
    let lang = desk.lang();
    let named = said.identifiers.iter().map(|one| Named {
        key: one.identifier.key().to_string(),
        display: one.identifier.display(),
        kind: words::kind(one.identifier.kind(), lang),
        role: one.role.as_str(),
        role_word: told::identifier_role(one.role, lang),
        is_suspect: one.role.is_suspect(),
        known: known(desk, &one.identifier, lang),
    });
    let sent = said.transfers.iter().map(|one| Sent {
        at: words::moment(one.at, lang),
        sum: dong(one.amount_vnd, lang),
        to: one
            .to
            .and_then(|to| said.identifiers.get(usize::from(to)))
            .map(|to| to.identifier.display())
            .unwrap_or_default(),
        bank_ref: one.bank_ref.clone().unwrap_or_default(),
    });
    Told {
        identifiers: named.collect(),
        own_given: said.own_given,
        amount: said
            .amount_vnd
            .map(|sum| dong(sum, lang))
            .unwrap_or_default(),
        currency: said.currency.clone().unwrap_or_default(),
        transfers: sent.collect(),
        happened_at: said
            .happened_at
            .as_deref()
            .map(|told| told::happened_at(told, lang))
            .unwrap_or_default(),
        story: said.story.clone(),
        place: said
            .place
            .map(|place| words::unit_in_full(place, lang))
            .unwrap_or_default(),
        masked: said.masked,
    }
}

/// What a check says of it now.
fn known(desk: &Desk, identifier: &Identifier, lang: Lang) -> String {
    let (registry, now) = (&desk.state.registry, desk.state.now());
    let told = registry.tell(Findings::from(Ok(identifier.clone())), now);
    words::checked::told(&told, lang)
}

/// Roles to choose from: word and name.
pub(super) fn roles(lang: Lang) -> Vec<(&'static str, &'static str)> {
    let role = |role: &IdentifierRole| (role.as_str(), told::identifier_role(*role, lang));
    IdentifierRole::ALL.iter().map(role).collect()
}
