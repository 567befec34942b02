//! The reporter sees with the receipt code what became of the report, and writes to the police.
//!
//! The code comes in bodies alone and is kept by nobody but the page that sends it on: no answer here is stored.

mod view;
mod wish;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use self::{
    view::View,
    wish::{Asking, Done},
};
use super::{
    cookies,
    failure::Failure,
    forms::{File, Upload},
    page_context::{Nav, PageContext},
    render::{Page, page},
    slip::Slip,
};
use crate::{
    domain::{
        evidence::{MAX_FILES, MAX_TOTAL_BYTES},
        intake::receipt::{self, ReceiptCode},
    },
    http::{body::SentBy, payer::Payer, qr_picture, state::State},
    present::problem_code::ProblemCode,
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Follow.both() {
        config
            .route(&format!("/{slug}"), web::get().to(door))
            .route(&format!("/{slug}"), web::post().to(open));
    }
}

#[derive(Template)]
#[template(path = "follow.html")]
struct DoorPage {
    s: PageContext,
    /// What was typed, to be mended.
    typed: String,
    /// It looks like a code: one press opens the report.
    is_offered: bool,
    is_wrong: bool,
    /// In the picture was no code.
    is_unread: bool,
}

#[derive(Template)]
#[template(path = "follow_code.html")]
struct NewCodePage {
    s: PageContext,
    slip: Slip,
}

#[derive(Template)]
#[template(path = "follow_report.html")]
struct FollowPage {
    s: PageContext,
    code: String,
    v: View,
    /// What was written and not taken.
    typed: String,
}

impl FollowPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        let is_here = self.s.error_at.as_deref() == Some(field);
        self.s.error.as_deref().filter(|_| is_here)
    }
}

impl DoorPage {
    fn of(request: &HttpRequest, typed: &str) -> Self {
        Self {
            s: PageContext::public(request, Nav::Follow, ""),
            typed: typed.to_owned(),
            is_offered: false,
            is_wrong: false,
            is_unread: false,
        }
    }
}

async fn door(request: HttpRequest) -> Result<HttpResponse, Failure> {
    page(&request, Page::Public, &DoorPage::of(&request, ""))
}

/// The way to a report, for who typed or photographed its code where a number was asked for.
pub(super) fn offer(request: &HttpRequest, typed: &str) -> Result<HttpResponse, Failure> {
    let template = DoorPage {
        is_offered: true,
        ..DoorPage::of(request, typed)
    };
    page(request, Page::Private(StatusCode::OK), &template)
}

/// No report has this code: whether it never was one, is mistyped, was replaced or its report was erased.
fn wrong(request: &HttpRequest, typed: &str) -> Result<HttpResponse, Failure> {
    let typed: String = typed.chars().take(receipt::MAX_TEXT).collect();
    let mut template = DoorPage {
        is_wrong: true,
        ..DoorPage::of(request, &typed)
    };
    let s = &mut template.s;
    let words = s.t(
        "Chưa mở được báo cáo bằng mã này",
        "This code opens no report",
    );
    (s.error, s.error_at) = (Some(words.to_owned()), Some("code".to_owned()));
    page(request, Page::Private(StatusCode::NOT_FOUND), &template)
}

async fn open(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Failure> {
    let state = State::of(&request);
    let mut payload = body.into_inner();
    let upload = Upload::read(&request, &mut payload, MAX_TOTAL_BYTES, SentBy::Stranger).await?;
    let large = match upload.fields.get("large") {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    };
    let mut answer = opened(&request, &state, upload, large).await?;
    if let Some(large) = large {
        let kept = answer.add_cookie(&cookies::large(large));
        kept.map_err(|_| Failure::of(ProblemCode::BadRequest))?;
    }
    Ok(answer)
}

async fn opened(
    request: &HttpRequest,
    state: &web::Data<State>,
    mut upload: Upload,
    large: Option<bool>,
) -> Result<HttpResponse, Failure> {
    let address = state.address(request);
    // What a code costs that opens nothing, and a picture of which nobody knows yet whether it shows one.
    state.limits.receipt(address)?;
    let is_door = upload.fields.get("do").is_empty();
    let typed = match upload.files.first().filter(|_| is_door) {
        Some(file) => match photographed(request, state, file).await? {
            Some(text) => text,
            None => {
                let template = DoorPage {
                    is_unread: true,
                    ..DoorPage::of(request, "")
                };
                return page(request, Page::Private(StatusCode::OK), &template);
            }
        },
        None => upload.fields.get("code").to_owned(),
    };
    let Some(code) = ReceiptCode::parse(&typed) else {
        return wrong(request, &typed);
    };
    let (registry, now, own) = (state.registry.clone(), state.now(), code.clone());
    let followed = State::blocking(move || registry.follow(&own, now)).await;
    let followed = match followed {
        Ok(followed) => followed,
        Err(problem) if problem.code() == ProblemCode::NotFound => return wrong(request, &typed),
        Err(problem) => return Err(problem.into()),
    };
    state.limits.give_back_receipt(address);
    let mut s = PageContext::public(request, Nav::Follow, "");
    s.large = large.unwrap_or(s.large);
    s.again = vec![("code", code.digits().to_owned())];
    if let Some(new) = &followed.new_code {
        let slip = Slip::of(followed.report.reference, new);
        let template = NewCodePage { s, slip };
        return page(request, Page::Private(StatusCode::OK), &template);
    }
    let asking = Asking {
        state,
        code: &code,
        files: std::mem::take(&mut upload.files),
        fields: &upload.fields,
        lang: s.lang,
    };
    let (followed, typed) = match asking.done(&followed).await? {
        Done::Nothing => (followed, String::new()),
        Done::Yes(followed, words) => {
            s.done = Some(words);
            (*followed, String::new())
        }
        Done::No { at, words } => {
            (s.error, s.error_at) = (Some(words.to_owned()), Some(at.to_owned()));
            (followed, upload.fields.get("text").to_owned())
        }
    };
    let template = FollowPage {
        code: code.digits().to_owned(),
        v: View::of(&s, state, &followed),
        s,
        typed,
    };
    page(request, Page::Private(StatusCode::OK), &template)
}

/// The code in a photograph of the slip.
async fn photographed(
    request: &HttpRequest,
    state: &State,
    file: &File,
) -> Result<Option<String>, Failure> {
    if file.bytes.len() > qr_picture::MAX_BYTES {
        return Err(Failure::of(ProblemCode::PayloadTooLarge));
    }
    let payer = Payer::of(state.address(request), None);
    let texts = qr_picture::texts(state, payer, &file.bytes).await?;
    Ok(texts.into_iter().find(|text| receipt::looks_like(text)))
}
