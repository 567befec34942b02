//! `/v1/enrolment`: from a one-time code to an account that can sign in.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    session::bounded,
    view::{self, UserJson},
};
use crate::{
    http::{
        allowance::Attempt,
        extract::{Json, Language},
        headers,
        limits::anonymous_key,
        signing_in,
        state::State,
    },
    present::problem::{Problem, ProblemBody},
};

/// The first step of a new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentBody {
    #[schema(max_length = 1024)]
    username: String,
    /// The one-time code that the administrator handed over.
    #[schema(max_length = 64)]
    code: String,
    /// 12 to 128 characters, not easy to guess.
    #[schema(min_length = 12, max_length = 128)]
    password: String,
}

/// What an authenticator application needs.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentJson {
    /// Base32 (RFC 4648): SHA-1, 6 digits, 30 seconds.
    pub totp_secret: String,
    /// The same as a link, for a QR code.
    pub otpauth_url: String,
}

/// A new user chooses a password and gets the second factor's secret.
#[utoipa::path(
    operation_id = "begin_enrolment",
    tag = "session",
    request_body = EnrolmentBody,
    responses(
        (status = 200, body = EnrolmentJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[post("/v1/enrolment")]
pub async fn enrol(
    request: HttpRequest,
    state: web::Data<State>,
    body: Json<EnrolmentBody>,
) -> Result<HttpResponse, Problem> {
    let address = state.address(&request);
    state.limits.attempt(Attempt::Enrolment, address)?;
    let body = body.value;
    bounded([&body.username, &body.code, &body.password])?;
    let factor =
        signing_in::enrol(&state, address, body.username, body.code, body.password).await?;
    let body = EnrolmentJson {
        totp_secret: factor.secret,
        otpauth_url: factor.url,
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// The second step of a new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentConfirmation {
    username: String,
    code: String,
    /// A code of the second factor.
    otp: String,
}

/// An account that may sign in from now.
#[derive(Serialize, ToSchema)]
pub struct EnrolledJson {
    #[serde(flatten)]
    pub user: UserJson,
    /// As `device` of a sign-in: to be kept on this device and shown at the next.
    pub device: String,
}

/// A new user shows that the second factor works. The account can sign in from now.
#[utoipa::path(
    operation_id = "confirm_enrolment",
    tag = "session",
    request_body = EnrolmentConfirmation,
    responses(
        (status = 200, body = EnrolledJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[post("/v1/enrolment/confirm")]
pub async fn confirm_enrolment(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
    body: Json<EnrolmentConfirmation>,
) -> Result<HttpResponse, Problem> {
    let address = state.address(&request);
    state.limits.attempt(Attempt::Enrolment, address)?;
    let body = body.value;
    bounded([&body.username, &body.code, &body.otp])?;
    let (registry, now) = (state.registry.clone(), state.now());
    let from = registry.client_address(anonymous_key(address), now);
    let enrolled = State::blocking(move || {
        registry.confirm_enrolment(&body.username, &body.code, &body.otp, None, &from, now)
    })
    .await?;
    let body = EnrolledJson {
        user: view::user(&enrolled.user, lang.0),
        device: enrolled.device,
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}
