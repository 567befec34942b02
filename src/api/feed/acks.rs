//! `POST /v1/feed/acks`.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use crate::{
    http::{
        extract::JsonBytes,
        headers,
        partner_activity::{Ack, CopyState},
        state::State,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::RegistryError,
};

/// A copy that is more leaves behind than this is not compared: it will be, when it has caught up.
const MAX_COMPARED: u64 = 10_000;

/// What a partner's copy holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AckBody {
    /// The ledger size it has applied.
    applied: u64,
    /// Listings in its copy.
    count: u64,
    /// Its Feed-Digest: 64 lower-case hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    digest: String,
}

/// How the copy stands.
#[derive(Serialize, ToSchema)]
pub struct AckJson {
    pub state: CopyState,
    /// The ledger's size here.
    pub head: u64,
}

/// Tells what a copy has applied. The answer says whether it is right; administrators see who is behind
/// or has drifted.
#[utoipa::path(
    operation_id = "acknowledge_feed",
    tag = "feed",
    request_body = AckBody,
    responses(
        (status = 200, body = AckJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["feed:read"])),
)]
#[post("/v1/feed/acks")]
pub async fn acknowledge(
    request: HttpRequest,
    state: web::Data<State>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&request, &state)?;
    let AckBody {
        applied,
        count,
        digest,
    } = body.read::<AckBody>()?.value;
    let is_hex = digest.len() == 64
        && digest
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hex {
        let detail = "64 chữ số thập lục phân, chữ thường / 64 lower-case hexadecimal digits";
        return Err(Problem::new(ProblemCode::Validation).field("/digest", "invalid", detail));
    }
    let (partner, registry) = (caller.partner_id(), state.registry.clone());
    let (tally, head) = State::blocking(move || {
        let head = registry.index().ledger_size();
        let tally = registry.tally_at(caller.kinds(), applied, MAX_COMPARED)?;
        Ok::<_, RegistryError>((tally, head))
    })
    .await?;
    let copy = match tally {
        Some(tally) if tally.live != count || tally.digest.to_string() != digest => {
            CopyState::Drifted
        }
        _ if applied < head => CopyState::Behind,
        _ => CopyState::Current,
    };
    let ack = Ack {
        applied,
        state: copy,
        at: state.now(),
    };
    state.partners_seen.acknowledged(partner, ack);
    Ok(headers::private_json(
        StatusCode::OK,
        &AckJson { state: copy, head },
    ))
}
