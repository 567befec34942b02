//! `/v1/users`, for administrators; auditors may read.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::{StatusCode, header},
    patch, post, web,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    listings::{ReasonBody, read_unit},
    view::{self, UserJson},
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::{
        role::Role,
        unit::UnitCode,
        user::{User, Username},
    },
    http::{
        extract::{Id, Json, JsonBytes, Language, Person, Query, receipt},
        headers,
        if_match::IfMatch,
        state::State,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::accounts::{NewUser, UserEdit},
};

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    /// 3 to 40 of a-z, 0-9, `.`, `_`, `-`. Belongs to one person for ever.
    #[schema(example = "an.nguyen", min_length = 3, max_length = 40)]
    username: String,
    role: Role,
    /// Rights reach this unit and those below it.
    #[schema(example = "14812", pattern = "^([0-9]{2}|[0-9]{5}|VN)$")]
    unit: String,
    /// Why: for the audit trail.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// An account and its one-time code.
#[derive(Serialize, ToSchema)]
pub struct InvitedJson {
    #[serde(flatten)]
    pub user: UserJson,
    /// To be handed to the person; shown only now.
    pub enrolment_code: String,
}

fn invited(status: StatusCode, user: &User, code: String, lang: &Language) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::CREATED {
        response.insert_header((header::LOCATION, format!("/v1/users/{}", user.id)));
    }
    response
        .insert_header((header::ETAG, view::etag(user.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(InvitedJson {
            user: view::user(user, lang.0),
            enrolment_code: code,
        })
}

fn answer(user: &User, lang: &Language) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, view::etag(user.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(view::user(user, lang.0))
}

/// Makes an account; the answer holds the one-time code for its enrolment. An account that may decide (supervisor, admin)
/// decides nothing until a second person agreed: `approval` names what waits.
#[utoipa::path(
    operation_id = "add_user",
    tag = "administration",
    request_body = NewUserBody,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 201, body = InvitedJson, headers(("Location"), ("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/users")]
pub async fn add(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    lang: Language,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let body: Json<NewUserBody> = body.read()?;
    let receipt = receipt(&request, &person.0.user().id.to_string(), &body.bytes)?;
    let new = NewUser {
        username: Username::parse(&body.value.username).map_err(|_| {
            Problem::new(ProblemCode::Validation).field(
                "/username",
                "invalid",
                "3–40: a-z 0-9 . _ -",
            )
        })?,
        role: body.value.role,
        unit: UnitCode::parse(&body.value.unit)
            .map_err(|_| Problem::new(ProblemCode::UnknownUnit))?,
    };
    let reason = body.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let (user, code) =
        State::blocking(move || registry.add_user(&admin, new, &reason, receipt, now)).await?;
    Ok(invited(StatusCode::CREATED, &user, code, &lang))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    pub cursor: Option<String>,
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
pub struct UserPage {
    pub items: Vec<UserJson>,
    pub next_cursor: Option<String>,
}

/// Accounts.
#[utoipa::path(
    operation_id = "list_users",
    tag = "administration",
    params(PageQuery),
    responses(
        (status = 200, body = UserPage),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/users")]
pub async fn list(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = Auditor::of(&person.0)?;
    let limit = view::limit(query.0.limit)?;
    let after = view::cursor(query.0.cursor.as_deref())?;
    let registry = state.registry.clone();
    let (users, next) = State::blocking(move || registry.users(&reader, after, limit)).await?;
    let body = UserPage {
        items: users.iter().map(|user| view::user(user, lang.0)).collect(),
        next_cursor: next.map(|id| id.to_string()),
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// One account.
#[utoipa::path(
    operation_id = "get_user",
    tag = "administration",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = UserJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/users/{id}")]
pub async fn get(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let reader = Auditor::of(&person.0)?;
    let registry = state.registry.clone();
    let user = State::blocking(move || registry.user(&reader, id.0)).await?;
    Ok(answer(&user, &lang))
}

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    #[schema(pattern = "^([0-9]{2}|[0-9]{5}|VN)$")]
    unit: Option<String>,
    /// `true`: may not sign in, every session is over.
    #[serde(default)]
    suspended: Option<bool>,
    /// Why: for the audit trail.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// Changes role, unit or standing; works at once. What it gains of decisions by that waits for a second person: `approval`
/// names what waits.
#[utoipa::path(
    operation_id = "edit_user",
    tag = "administration",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = UserPatch,
    responses(
        (status = 200, body = UserJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[patch("/v1/users/{id}")]
pub async fn edit(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    version: IfMatch,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let body: Json<UserPatch> = body.read()?;
    let edit = UserEdit {
        role: body.value.role,
        unit: read_unit(body.value.unit.as_deref())?,
        suspended: body.value.suspended,
    };
    let reason = body.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let user =
        State::blocking(move || registry.edit_user(&admin, id.0, edit, version.0, &reason, now))
            .await?;
    Ok(answer(&user, &lang))
}

/// Invites again, for a lost telephone: the old password and second factor are worthless at once.
#[utoipa::path(
    operation_id = "invite_user",
    tag = "administration",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses(
        (status = 200, body = InvitedJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/users/{id}/invite")]
pub async fn invite(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let reason = body.read::<ReasonBody>()?.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let (user, code) =
        State::blocking(move || registry.invite_again(&admin, id.0, &reason, now)).await?;
    Ok(invited(StatusCode::OK, &user, code, &lang))
}

/// Ends every session of an account.
#[utoipa::path(
    operation_id = "end_user_sessions",
    tag = "administration",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses(
        (status = 204),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/users/{id}/sessions")]
pub async fn end_sessions(
    state: web::Data<State>,
    person: Person,
    id: Id,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let reason = body.read::<ReasonBody>()?.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    State::blocking(move || registry.end_sessions(&admin, id.0, &reason, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}
