//! `/v1/officials`: protected identifiers. Everybody may read them.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    approvals::{ApprovalJson, asked},
    listings::{ReasonBody, read_identifier},
};
use crate::{
    access::capability::Admin,
    domain::{identifier::Identifier, key::Key, official},
    http::{
        extract::{Json, JsonBytes, Language, Person, receipt},
        headers,
        state::State,
    },
    present::{
        json::{IdentifierInput, object},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{listing::required_reason, officials::OfficialNames},
    store::schema::OfficialRow,
};

/// A protected identifier.
#[derive(Serialize, ToSchema)]
pub struct OfficialItem {
    /// Its key; `null` where a whole network is meant.
    pub key: Option<String>,
    /// As it is dialled; `x` stands for any digit.
    pub display: String,
    pub name_vi: String,
    pub name_en: String,
    /// Comes with the program; only a new release changes it.
    pub builtin: bool,
}

/// Protected identifiers.
#[derive(Serialize, ToSchema)]
pub struct Officials {
    pub items: Vec<OfficialItem>,
    /// Always `null`: the list is whole.
    pub next_cursor: Option<String>,
}

fn added(row: OfficialRow) -> OfficialItem {
    OfficialItem {
        display: Identifier::from_key(row.key.as_str()).map_or_else(
            |_| row.key.as_str().to_owned(),
            |identifier| identifier.display(),
        ),
        key: Some(row.key.as_str().to_owned()),
        name_vi: row.name_vi,
        name_en: row.name_en,
        builtin: false,
    }
}

/// Protected identifiers: they can't be listed, and checking them answers `official`.
#[utoipa::path(
    operation_id = "list_officials",tag = "administration", responses((status = 200, body = Officials), (status = 304)))]
#[get("/v1/officials")]
pub async fn list(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let registry = state.registry.clone();
    let rows = State::blocking(move || registry.officials()).await?;
    let builtin = official::builtins().iter().map(|known| OfficialItem {
        key: Identifier::parse(known.code)
            .ok()
            .map(|i| i.key().as_str().to_owned()),
        display: known.code.to_owned(),
        name_vi: known.name_vi.to_owned(),
        name_en: known.name_en.to_owned(),
        builtin: true,
    });
    let body = Officials {
        items: builtin.chain(rows.into_iter().map(added)).collect(),
        next_cursor: None,
    };
    let bytes = serde_json::to_vec(&body).map_err(|_| Problem::new(ProblemCode::Internal))?;
    Ok(headers::cached(&request, "application/json", bytes, 60))
}

/// A new protected identifier.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOfficial {
    #[serde(deserialize_with = "object")]
    identifier: IdentifierInput,
    #[schema(min_length = 1, max_length = 120)]
    name_vi: String,
    #[schema(min_length = 1, max_length = 120)]
    name_en: String,
    /// Why; the second person reads it.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// Asks for an identifier to be protected, such as a bank's hotline. A second person must agree.
#[utoipa::path(
    operation_id = "add_official",
    tag = "administration",
    request_body = NewOfficial,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 202, body = ApprovalJson, headers(("Location"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/officials")]
pub async fn add(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    lang: Language,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let body: Json<NewOfficial> = body.read()?;
    let receipt = receipt(&request, &person.0.user().id.to_string(), &body.bytes)?;
    let body = body.value;
    let identifier = read_identifier(&body.identifier)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let found = State::blocking(move || {
        let names = OfficialNames {
            vi: &body.name_vi,
            en: &body.name_en,
        };
        registry.add_official(&admin, &identifier, &names, &body.reason, receipt, now)
    });
    Ok(asked(&found.await?, lang.0))
}

/// Asks for the protection to be taken off again. A second person must agree.
#[utoipa::path(
    operation_id = "remove_official",
    tag = "administration",
    params(("key" = String, Path)),
    request_body = ReasonBody,
    responses(
        (status = 202, body = ApprovalJson, headers(("Location"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/officials/{key}")]
pub async fn remove(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    key: web::Path<String>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let key = Key::parse(&key).map_err(|_| Problem::new(ProblemCode::NotFound))?;
    let (registry, now) = (state.registry.clone(), state.now());
    let body: Json<ReasonBody> = body.read()?;
    let reason = required_reason(&body.value.reason)?;
    let admin = Admin::fresh(&person.0, now)?;
    let found = State::blocking(move || registry.remove_official(&admin, key, &reason, now));
    Ok(asked(&found.await?, lang.0))
}
