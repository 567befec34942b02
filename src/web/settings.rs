//! Choices of a reader: large letters, the desk's language. And the way from `/` to a language.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};

use super::{
    cookies,
    failure::Failure,
    forms::{Fields, local},
};
use crate::{
    domain::message::Lang,
    http::{extract::language, headers::see_other},
    present::problem_code::ProblemCode,
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("", web::post().to(choose));
}

/// `/`: to the page in the reader's language.
pub(super) async fn home(request: HttpRequest) -> HttpResponse {
    HttpResponse::build(StatusCode::FOUND)
        .insert_header((
            header::LOCATION,
            format!("/{}", language(&request).as_str()),
        ))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .finish()
}

async fn choose(fields: Fields) -> Result<HttpResponse, Failure> {
    let mut answer = see_other(&local(fields.get("back")));
    let cookie = match (fields.get("large"), fields.get("lang")) {
        (on @ ("0" | "1"), _) => cookies::large(on == "1"),
        (_, "en") => cookies::lang(Lang::En),
        _ => cookies::lang(Lang::Vi),
    };
    answer
        .add_cookie(&cookie)
        .map_err(|_| Failure::of(ProblemCode::BadRequest))?;
    Ok(answer)
}
