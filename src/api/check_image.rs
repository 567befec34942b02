//! `POST /v1/check/image`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use super::{
    check::{CheckResponse, partner, respond, write},
    check_words::Form,
    view::FileBytes,
};
use crate::{
    http::{
        ask::Admission,
        body::{self, SentBy},
        extract,
        payer::Payer,
        qr_picture,
        state::State,
    },
    present::{
        json::IdentifierInput,
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
};

/// Types that pictures are sent with. What they are, their bytes say.
const TYPES: [&str; 6] = [
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/webp",
    "image/gif",
    "application/octet-stream",
];

/// Checks what the QR codes in a picture say.
///
/// PNG, JPEG, WebP or GIF, at most 5 MiB and 50 megapixels. The answer is that of `POST /v1/check` for the text of the code,
/// with `payment` for what it asks for; of several codes, at most five, each is checked, as of a message that names several
/// numbers. A picture without a code is answered as `unreadable`. The picture is looked at once and never kept.
#[utoipa::path(
    operation_id = "check_image",
    tag = "check",
    request_body(content(
        (inline(FileBytes) = "image/png"),
        (inline(FileBytes) = "image/jpeg"),
        (inline(FileBytes) = "image/webp"),
        (inline(FileBytes) = "image/gif"),
        (inline(FileBytes) = "application/octet-stream"),
    )),
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    responses(
        (status = 200, body = CheckResponse),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("partner" = ["check:bulk"])),
)]
#[post("/v1/check/image")]
pub async fn check_image(
    request: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let partner = partner(&request, &state)?;
    let kind = extract::media_type(&request);
    if !kind.is_some_and(|kind| TYPES.contains(&kind.as_str())) {
        return Err(Problem::new(ProblemCode::UnsupportedMediaType));
    }
    let sender = partner.as_ref().map_or(SentBy::Stranger, |partner| {
        SentBy::Known(partner.partner_id())
    });
    let mut payload = payload.into_inner();
    let file = body::read(&request, &mut payload, qr_picture::MAX_BYTES, sender).await?;
    let payer = Payer::of(state.address(&request), partner.as_ref());
    let admission = Admission::to_show(&state, payer)?;
    let read = qr_picture::identify(&state, payer, file.as_ref()).await?;
    let answered = admission.look_up(vec![read])?;
    let lang = extract::language(&request);
    let written = write(
        &state,
        vec![IdentifierInput::default()],
        answered,
        (lang, Form::of(&request)),
        None,
    )?;
    Ok(respond(written, lang))
}
