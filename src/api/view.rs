//! Pages, cursors and the JSON of what officers and administrators see.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use crate::present::json::{ActorJson, actor};
use crate::{
    domain::{
        listing::{Event, EventKind, Listing, Status},
        message::Lang,
        role::Role,
        user::{User, UserStatus},
    },
    present::{
        json::{self, IdentifierJson, LedgerRef},
        problem::Problem,
        problem_code::ProblemCode,
    },
};

/// Bytes of a file, as they are.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes bodies")]
pub struct FileBytes(Vec<u8>);

/// Most items in a page.
pub const MAX_LIMIT: u16 = 200;
/// Items in a page unless asked otherwise.
const LIMIT: u16 = 50;

/// Items in a page as asked for.
///
/// # Errors
/// 400 `bad-query` outside 1 to 200.
pub fn limit(asked: Option<u16>) -> Result<usize, Problem> {
    match asked.unwrap_or(LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(usize::from(limit)),
        _ => Err(Problem::new(ProblemCode::BadQuery)),
    }
}

/// A cursor that is an id.
///
/// # Errors
/// 400 `cursor-invalid`.
pub fn cursor(text: Option<&str>) -> Result<Option<Uuid>, Problem> {
    text.map(|text| Uuid::try_parse(text).map_err(|_| Problem::new(ProblemCode::CursorInvalid)))
        .transpose()
}

/// One line of a listing's history.
#[derive(Serialize, ToSchema)]
pub struct EventJson {
    #[schema(format = DateTime)]
    pub at: String,
    pub by: ActorJson,
    pub deed: EventKind,
    /// The evidence note or reason, where the reader may see it and it is not erased.
    pub reason: Option<String>,
}

/// The row of an office list that a proposal came from.
#[derive(Serialize, ToSchema)]
pub struct ImportLineJson {
    pub id: Uuid,
    pub line: u32,
    pub doubtful: bool,
}

/// A listing as officers see it.
#[derive(Serialize, ToSchema)]
pub struct ListingJson {
    pub id: Uuid,
    pub status: Status,
    /// The exact content; the `ETag`, wanted back as `If-Match` by decisions.
    pub version: u32,
    /// `null` once it was erased.
    pub identifier: Option<IdentifierJson>,
    pub method: json::MethodRef,
    pub unit: json::UnitRef,
    pub proposed_by: ActorJson,
    #[schema(format = DateTime)]
    pub proposed_at: String,
    pub confirmed_by: Option<ActorJson>,
    #[schema(format = DateTime)]
    pub listed_at: Option<String>,
    #[schema(format = DateTime)]
    pub valid_until: Option<String>,
    #[schema(format = DateTime)]
    pub renewed_at: Option<String>,
    pub disputed: bool,
    /// The evidence note of the proposal.
    pub evidence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub import: Option<ImportLineJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ledger: Option<LedgerRef>,
    pub history: Vec<EventJson>,
}

/// A listing as JSON.
pub fn listing(listing: &Listing, lang: Lang) -> ListingJson {
    ListingJson {
        id: listing.id,
        status: listing.status,
        version: listing.version,
        identifier: listing.identifier().map(json::identifier),
        method: json::method(listing.method, lang),
        unit: json::unit(listing.unit, lang),
        proposed_by: actor(listing.proposed_by),
        proposed_at: listing.proposed_at.rfc3339(),
        confirmed_by: listing.confirmed_by.map(actor),
        listed_at: listing.listed_at.map(|at| at.rfc3339()),
        valid_until: listing.valid_until.map(|at| at.rfc3339()),
        renewed_at: listing.renewed_at.map(|at| at.rfc3339()),
        disputed: listing.disputed,
        evidence: listing.history.first().and_then(|event| event.why.clone()),
        import: listing.import.map(|line| ImportLineJson {
            id: line.import,
            line: line.line,
            doubtful: line.doubtful,
        }),
        ledger: listing.ledger_index.map(|index| LedgerRef { index }),
        history: listing.history.iter().map(event).collect(),
    }
}

fn event(event: &Event) -> EventJson {
    EventJson {
        at: event.at.rfc3339(),
        by: actor(event.by),
        deed: event.deed,
        reason: event.why.clone(),
    }
}

/// A user account.
#[derive(Serialize, ToSchema)]
pub struct UserJson {
    pub id: Uuid,
    pub username: String,
    pub role: Role,
    pub unit: json::UnitRef,
    pub status: UserStatus,
    pub version: u32,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When the invitation ends, while it stands.
    #[schema(format = DateTime)]
    pub invited_until: Option<String>,
    /// The approval by a second person that the account lacks: until then it decides nothing.
    pub approval: Option<Uuid>,
}

/// An account as JSON.
pub fn user(user: &User, lang: Lang) -> UserJson {
    UserJson {
        id: user.id,
        username: user.username.to_string(),
        role: user.role,
        unit: json::unit(user.unit, lang),
        status: user.status,
        version: user.version,
        created_at: user.created_at.rfc3339(),
        invited_until: (user.status == UserStatus::Invited).then(|| user.invited_until.rfc3339()),
        approval: user.approval,
    }
}

/// The tag of a version.
pub fn etag(version: u32) -> String {
    format!("\"{version}\"")
}
