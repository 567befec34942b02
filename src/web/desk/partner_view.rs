//! A partner as the pages of administration show it.

use uuid::Uuid;

use crate::{
    domain::{
        identifier::Kinds,
        message::Lang,
        partner::{Partner, PartnerKind, PartnerStatus, Scope},
        time::Time,
    },
    http::{
        answer::moment,
        partner_activity::{Ack, CopyState},
        public_key,
        state::State,
    },
    web::{check::kind_word as identifier_kind_word, shell::Shell},
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
    pub public_key: String,
    pub created_at: String,
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
    pub fn of(s: &Shell, partner: &Partner, state: &State) -> Self {
        let is_suspended = partner.status == PartnerStatus::Suspended;
        let seen = state.partners_seen.of(partner.id);
        let pulled = seen.pulled;
        let pulls = partner.scopes.contains(&Scope::FeedRead) && !is_suspended;
        Self {
            id: partner.id,
            name: partner.name.clone(),
            kind: kind_word(s, partner.kind),
            scopes: partner
                .scopes
                .iter()
                .map(|x| scope_word(s.lang, *x))
                .collect(),
            is_suspended,
            status: status_word(s.lang, partner.status),
            public_key: partner
                .public_key
                .as_ref()
                .map_or_else(|| s.t("không có", "none").to_owned(), public_key::write),
            created_at: moment(partner.created_at, s.lang),
            feed_kinds: partner
                .kinds
                .iter()
                .map(|kind| identifier_kind_word(s, kind))
                .collect(),
            last_pull: last_pull(s, pulled, pulls),
            last_ack: seen
                .ack
                .map(|ack| acknowledged(s, &ack))
                .unwrap_or_default(),
            is_behind: pulls && is_behind(pulled, state.now()),
            has_drifted: seen.ack.is_some_and(|ack| ack.state == CopyState::Drifted),
            version: partner.version,
        }
    }
}

/// Whether the last pull is too long ago. Pulls are known since the service started only.
fn is_behind(pulled: Option<Time>, now: Time) -> bool {
    pulled.is_none_or(|at| at.plus_seconds(BEHIND_SECONDS) < now)
}

fn last_pull(s: &Shell, pulled: Option<Time>, pulls: bool) -> String {
    match pulled {
        Some(at) => moment(at, s.lang),
        None if pulls => s.t("chưa lấy lần nào", "none yet").to_owned(),
        None => "–".to_owned(),
    }
}

fn acknowledged(s: &Shell, ack: &Ack) -> String {
    let state = match ack.state {
        CopyState::Current => s.t("đủ và đúng", "complete and right"),
        CopyState::Behind => s.t("đúng, còn thiếu phần mới", "right, not complete yet"),
        CopyState::Drifted => s.t("SAI, phải tải lại", "WRONG, must be made anew"),
    };
    let applied = s.t("mục của sổ", "ledger entries");
    format!(
        "{}: {state} ({} {applied})",
        moment(ack.at, s.lang),
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
pub fn kinds(s: &Shell, chosen: &str) -> Vec<Choice> {
    KINDS
        .into_iter()
        .map(|(word, kind)| Choice {
            word,
            name: kind_word(s, kind),
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
pub fn scopes(s: &Shell, chosen: &[Scope]) -> Vec<Choice> {
    Scope::ALL
        .into_iter()
        .map(|scope| Choice {
            word: scope.as_str(),
            name: scope_word(s.lang, scope),
            is_chosen: chosen.contains(&scope),
        })
        .collect()
}

/// Every kind of identifier, those of a feed marked.
pub fn feed_kinds(s: &Shell, chosen: Kinds) -> Vec<Choice> {
    Kinds::ALL
        .iter()
        .map(|kind| Choice {
            word: kind.as_str(),
            name: identifier_kind_word(s, kind),
            is_chosen: chosen.contains(kind),
        })
        .collect()
}

/// What a kind of partner is called.
fn kind_word(s: &Shell, kind: PartnerKind) -> &'static str {
    match kind {
        PartnerKind::Telecom => s.t("nhà mạng", "telecom operator"),
        PartnerKind::Bank => s.t("ngân hàng", "bank"),
        PartnerKind::Wallet => s.t("ví điện tử", "wallet"),
    }
}

/// What a right of a partner is called.
pub fn scope_word(lang: Lang, scope: Scope) -> &'static str {
    match scope {
        Scope::FeedRead => lang.pick("lấy danh sách cảnh báo", "pull the listings"),
        Scope::CheckBulk => lang.pick("tra nhiều số một lần", "check many at once"),
        Scope::FlagsWrite => lang.pick("báo tài khoản nghi vấn", "report suspect accounts"),
        Scope::RequestsAnswer => lang.pick("trả lời công an", "answer police questions"),
    }
}

/// What the standing of a partner is called.
pub fn status_word(lang: Lang, status: PartnerStatus) -> &'static str {
    match status {
        PartnerStatus::Active => lang.pick("đang dùng", "active"),
        PartnerStatus::Suspended => lang.pick("đã khóa", "suspended"),
    }
}
