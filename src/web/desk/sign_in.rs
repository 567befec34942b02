//! Signing in with password and second factor, enrolling, signing out, and showing the second factor again.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use crate::{
    http::{headers::see_other, state::State},
    present::problem::Problem,
    registry::RegistryError,
    state::refused::Refused,
    web::{
        cookies,
        failure::Failure,
        forms::{Desk, Fields, local, same_site},
        page_context::PageContext,
        qr,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sign-in", web::get().to(ask))
        .route("/sign-in", web::post().to(sign_in))
        .route("/sign-out", web::post().to(sign_out))
        .route("/enrol", web::get().to(ask_enrolment))
        .route("/enrol", web::post().to(enrol))
        .route("/enrol/confirm", web::post().to(confirm));
}

#[derive(Template)]
#[template(path = "desk/sign_in.html")]
struct SignInPage {
    s: PageContext,
    back: String,
    username: String,
    error: Option<String>,
    enrolled: bool,
}

/// What went wrong, in words for the reader.
pub(super) fn told(s: &PageContext, error: RegistryError) -> String {
    Problem::from(error).told(s.lang)
}

async fn ask(request: HttpRequest, fields: Fields) -> Result<HttpResponse, Failure> {
    let template = SignInPage {
        s: PageContext::desk(&request, None),
        back: local(fields.get("back")),
        username: String::new(),
        error: None,
        enrolled: fields.get("enrolled") == "1",
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

/// Where a request comes from, for the slow-down; and one of the few attempts a minute taken.
fn attempt(request: &HttpRequest, state: &State) -> Result<String, Failure> {
    if !same_site(request) {
        return Err(Failure::of("form-expired"));
    }
    let address = state.address(request);
    state.limits.sign_in(address)?;
    Ok(address.to_string())
}

async fn sign_in(
    request: HttpRequest,
    state: web::Data<State>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let address = attempt(&request, &state)?;
    let s = PageContext::desk(&request, None);
    let (username, password, otp) = (
        fields.get("username").to_owned(),
        fields.exact("password").to_owned(),
        fields.get("otp").to_owned(),
    );
    let turn = state
        .hashing
        .acquire()
        .await
        .map_err(|_| Failure::of("shutting-down"))?;
    let (now, inner) = (state.now(), state.clone());
    let name = username.clone();
    let tried = web::block(move || {
        inner
            .registry
            .sign_in(&inner.issuer, &name, &password, &otp, &address, now)
    })
    .await
    .map_err(|_| Failure::of("shutting-down"))?;
    drop(turn);
    match tried {
        Ok(tokens) => {
            let back = local(fields.get("back"));
            let mut answer = see_other(if back.starts_with("/desk") {
                &back
            } else {
                "/desk"
            });
            answer
                .add_cookie(&cookies::session(tokens.refresh))
                .map_err(|_| Failure::of("internal"))?;
            Ok(answer)
        }
        Err(
            error @ (RegistryError::Refused(Refused::BadCredentials)
            | RegistryError::SlowDown { .. }),
        ) => {
            let status = match error {
                RegistryError::Refused(_) => StatusCode::UNAUTHORIZED,
                _ => StatusCode::TOO_MANY_REQUESTS,
            };
            let template = SignInPage {
                error: Some(told(&s, error)),
                back: local(fields.get("back")),
                enrolled: false,
                username,
                s,
            };
            page(&request, Page::Private(status), &template)
        }
        Err(error) => Err(error.into()),
    }
}

async fn sign_out(
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let everywhere = fields.get("everywhere") == "1";
    let (now, inner) = (state.now(), state.clone());
    State::blocking(move || inner.registry.sign_out(&desk.who, everywhere, now)).await?;
    let mut answer = see_other("/desk/sign-in");
    answer
        .add_cookie(&cookies::no_session())
        .map_err(|_| Failure::of("internal"))?;
    Ok(answer)
}

#[derive(Template)]
#[template(path = "desk/enrol.html")]
struct EnrolPage {
    s: PageContext,
    username: String,
    code: String,
    error: Option<String>,
    /// The second step: the secret to put into an authenticator app.
    secret: Option<Secret>,
}

struct Secret {
    text: String,
    url: String,
    picture: String,
}

impl Secret {
    /// The secret that the page before showed, as its form sent it back.
    fn again(url: &str) -> Option<Self> {
        /// An `otpauth` address of ours is shorter.
        const LONGEST: usize = 400;
        let ours = url.starts_with("otpauth://totp/") && url.len() < LONGEST;
        let (_, rest) = url.split_once("secret=").filter(|_| ours)?;
        Some(Self {
            text: rest.split('&').next()?.to_owned(),
            picture: qr::picture(url),
            url: url.to_owned(),
        })
    }
}

async fn ask_enrolment(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = EnrolPage {
        s: PageContext::desk(&request, None),
        username: String::new(),
        code: String::new(),
        error: None,
        secret: None,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn enrol(
    request: HttpRequest,
    state: web::Data<State>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let address = attempt(&request, &state)?;
    let s = PageContext::desk(&request, None);
    let (username, code) = (
        fields.get("username").to_owned(),
        fields.get("code").to_owned(),
    );
    let password = fields.exact("password").to_owned();
    if password != fields.exact("again") {
        let error = s
            .t(
                "Hai lần nhập mật khẩu khác nhau.",
                "The two passwords differ.",
            )
            .to_owned();
        let template = EnrolPage {
            s,
            username,
            code,
            error: Some(error),
            secret: None,
        };
        return page(
            &request,
            Page::Private(StatusCode::UNPROCESSABLE_ENTITY),
            &template,
        );
    }
    let turn = state
        .hashing
        .acquire()
        .await
        .map_err(|_| Failure::of("shutting-down"))?;
    let (now, inner) = (state.now(), state.clone());
    let (name, one_time) = (username.clone(), code.clone());
    let tried = web::block(move || {
        inner
            .registry
            .enrol(&name, &one_time, &password, &address, now)
    })
    .await
    .map_err(|_| Failure::of("shutting-down"))?;
    drop(turn);
    let (status, error, secret) = match tried {
        Ok(factor) => {
            let secret = Secret {
                picture: qr::picture(&factor.url),
                text: factor.secret,
                url: factor.url,
            };
            (StatusCode::OK, None, Some(secret))
        }
        Err(error @ (RegistryError::Unavailable | RegistryError::Internal(_))) => {
            return Err(error.into());
        }
        Err(error) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Some(told(&s, error)),
            None,
        ),
    };
    let template = EnrolPage {
        s,
        username,
        code,
        error,
        secret,
    };
    page(&request, Page::Private(status), &template)
}

async fn confirm(
    request: HttpRequest,
    state: web::Data<State>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let address = attempt(&request, &state)?;
    let s = PageContext::desk(&request, None);
    let (username, code) = (
        fields.get("username").to_owned(),
        fields.get("code").to_owned(),
    );
    let otp = fields.get("otp").to_owned();
    let (now, inner) = (state.now(), state.clone());
    let (name, one_time) = (username.clone(), code.clone());
    let tried = web::block(move || {
        inner
            .registry
            .confirm_enrolment(&name, &one_time, &otp, &address, now)
    })
    .await
    .map_err(|_| Failure::of("shutting-down"))?;
    match tried {
        Ok(_) => Ok(see_other("/desk/sign-in?enrolled=1")),
        // A wrong code leads back to the code, not to choosing a password again.
        Err(error @ (RegistryError::Unavailable | RegistryError::Internal(_))) => Err(error.into()),
        Err(error) => {
            let secret = Secret::again(fields.get("url"));
            let template = EnrolPage {
                error: Some(match (&error, &secret) {
                    (RegistryError::Refused(Refused::BadCredentials), Some(_)) => s
                        .t(
                            "Mã 6 số sai hoặc đã cũ. Chờ mã mới trong ứng dụng rồi nhập lại.",
                            "The 6-digit code is wrong or old. Wait for a new one and enter it.",
                        )
                        .to_owned(),
                    _ => told(&s, error),
                }),
                s,
                username,
                code,
                secret,
            };
            page(
                &request,
                Page::Private(StatusCode::UNPROCESSABLE_ENTITY),
                &template,
            )
        }
    }
}
