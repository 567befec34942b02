//! A partner as the pages of administration show it.

use uuid::Uuid;

use crate::{
    access::key_text,
    domain::{
        client_key::ClientKeys,
        identifier::Kinds,
        message::Lang,
        partner::{Partner, PartnerKind, PartnerStatus, Scope},
        time::Time,
    },
    http::{
        partner_activity::{Ack, CopyState},
        state::State,
    },
    present::words,
};

/// A copy that was not brought up to date for this long is behind: partners pull every few minutes.
const BEHIND_SECONDS: i64 = 24 * 3600;

/// A partner in words.
pub struct PartnerView {
    pub id: Uuid,
    pub name: String,
    pub kind: &'static str,
    pub scopes: Vec<&'static str>,
    pub is_suspended: bool,
    pub status: &'static str,
    /// Each of its keys in words.
    pub public_keys: Vec<String>,
    pub created_at: String,
    /// Until when the secret before the present one is good too.
    pub old_secret_until: Option<String>,
    /// Kinds of identifier that its feed holds.
    pub feed_kinds: Vec<&'static str>,
    pub last_pull: String,
    /// What it last said of its copy; empty when nothing.
    pub last_ack: String,
    /// It should pull the feed and has not lately.
    pub is_behind: bool,
    /// Its copy is wrong and must be made anew.
    pub has_drifted: bool,
    pub version: u32,
}

impl PartnerView {
    /// A partner in the reader's language.
    pub fn of(partner: &Partner, state: &State, lang: Lang) -> Self {
        let is_suspended = partner.status == PartnerStatus::Suspended;
        let seen = state.partners_seen.of(partner.id);
        let pulled = seen.pulled;
        let pulls = partner.scopes.contains(&Scope::FeedRead) && !is_suspended;
        Self {
            id: partner.id,
            name: partner.name.clone(),
            kind: words::partner_kind(partner.kind, lang),
            scopes: partner
                .scopes
                .iter()
                .map(|x| words::scope(*x, lang))
                .collect(),
            is_suspended,
            status: words::partner_status(partner.status, lang),
            public_keys: keys(&partner.keys),
            created_at: words::moment(partner.created_at, lang),
            old_secret_until: partner
                .old_secret_until
                .filter(|until| state.now() < *until)
                .map(|until| words::moment(until, lang)),
            feed_kinds: partner
                .kinds
                .iter()
                .map(|kind| words::kind(kind, lang))
                .collect(),
            last_pull: last_pull(pulled, pulls, lang),
            last_ack: seen
                .ack
                .map(|ack| acknowledged(&ack, lang))
                .unwrap_or_default(),
            is_behind: pulls && is_behind(pulled, state.now()),
            has_drifted: seen.ack.is_some_and(|ack| ack.state == CopyState::Drifted),
            version: partner.version,
        }
    }
}

/// Each key as a person compares it with what was sent: an Ed25519 key without a name as it was typed in, any other by its
/// name, its algorithms and its thumbprint (RFC 7638).
pub fn keys(keys: &ClientKeys) -> Vec<String> {
    match keys {
        ClientKeys::None => Vec::new(),
        ClientKeys::Ed25519(_) => vec![key_text::write(keys)],
        ClientKeys::Listed(keys) => {
            let words = keys.iter().map(|key| {
                let kid = key.kid.as_deref().map(|kid| format!("kid {kid}: "));
                let algorithms = key.key.algorithms().join("/");
                let thumbprint = key_text::thumbprint(&key.key);
                format!("{}{algorithms} {thumbprint}", kid.unwrap_or_default())
            });
            words.collect()
        }
    }
}

/// Whether the last pull is too long ago. Pulls are known since the service started only.
fn is_behind(pulled: Option<Time>, now: Time) -> bool {
    pulled.is_none_or(|at| at.plus_seconds(BEHIND_SECONDS) < now)
}

fn last_pull(pulled: Option<Time>, pulls: bool, lang: Lang) -> String {
    match pulled {
        Some(at) => words::moment(at, lang),
        None if pulls => lang.pick("chưa lấy lần nào", "none yet").to_owned(),
        None => "–".to_owned(),
    }
}

fn acknowledged(ack: &Ack, lang: Lang) -> String {
    let state = match ack.state {
        CopyState::Current => lang.pick("đủ và đúng", "complete and right"),
        CopyState::Behind => lang.pick("đúng, còn thiếu phần mới", "right, not complete yet"),
        CopyState::Drifted => lang.pick("SAI, phải tải lại", "WRONG, must be made anew"),
    };
    let applied = lang.pick("mục của sổ", "ledger entries");
    format!(
        "{}: {state} ({} {applied})",
        words::moment(ack.at, lang),
        ack.applied
    )
}

/// A choice of a form.
pub struct Choice {
    pub word: &'static str,
    pub name: &'static str,
    pub is_chosen: bool,
}

/// The kinds of partners, in the words of forms.
const KINDS: [(&str, PartnerKind); 3] = [
    ("telecom", PartnerKind::Telecom),
    ("bank", PartnerKind::Bank),
    ("wallet", PartnerKind::Wallet),
];

/// Every kind, the chosen one marked.
pub fn kinds(chosen: &str, lang: Lang) -> Vec<Choice> {
    KINDS
        .into_iter()
        .map(|(word, kind)| Choice {
            word,
            name: words::partner_kind(kind, lang),
            is_chosen: word == chosen,
        })
        .collect()
}

/// The kind of a form's word.
pub fn parse_kind(word: &str) -> Option<PartnerKind> {
    let found = KINDS.into_iter().find(|(known, _)| *known == word);
    found.map(|(_, kind)| kind)
}

/// Every scope, the chosen ones marked.
pub fn scopes(chosen: &[Scope], lang: Lang) -> Vec<Choice> {
    Scope::ALL
        .into_iter()
        .map(|scope| Choice {
            word: scope.as_str(),
            name: words::scope(scope, lang),
            is_chosen: chosen.contains(&scope),
        })
        .collect()
}

/// Every kind of identifier, those of a feed marked.
pub fn feed_kinds(chosen: Kinds, lang: Lang) -> Vec<Choice> {
    Kinds::ALL
        .iter()
        .map(|kind| Choice {
            word: kind.as_str(),
            name: words::kind(kind, lang),
            is_chosen: chosen.contains(kind),
        })
        .collect()
}
