//! Signing in with password and second factor, enrolling, signing out.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::{refusal::Refusal, request::Form};
use crate::{
    access::session_secret::Face,
    http::{
        allowance::Attempt,
        headers::see_other,
        limits::anonymous_key,
        signing_in::{self, Asked},
        state::State,
    },
    present::problem_code::ProblemCode,
    registry::enrolment::SecondFactor,
    web::{
        cookies,
        failure::Failure,
        forms::{Fields, local, same_site},
        page_context::PageContext,
        qr,
        render::{Answer, Page, page},
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
}

async fn ask(request: HttpRequest, fields: Fields) -> Answer {
    show(&request, &fields, None)
}

/// The form, with the name that was typed: no password is sent back.
fn show(request: &HttpRequest, fields: &Fields, refusal: Option<Refusal>) -> Answer {
    let mut s = PageContext::desk(request, None);
    let status = Refusal::show(refusal, &mut s)?;
    let template = SignInPage {
        s,
        back: local(fields.get("back")),
        username: fields.get("username").to_owned(),
    };
    page(request, Page::Private(status), &template)
}

/// Where a form comes from that a page of ours sent.
fn sender(request: &HttpRequest, state: &State) -> Result<IpAddr, Failure> {
    match same_site(request) {
        true => Ok(state.address(request)),
        false => Err(Failure::of(ProblemCode::FormExpired)),
    }
}

/// Where a step of enrolment comes from; and one of the few attempts a minute taken.
fn enrolling(request: &HttpRequest, state: &State) -> Result<IpAddr, Failure> {
    let address = sender(request, state)?;
    state.limits.attempt(Attempt::Enrolment, address)?;
    Ok(address)
}

async fn sign_in(request: HttpRequest, state: web::Data<State>, fields: Fields) -> Answer {
    let address = sender(&request, &state)?;
    let [name, otp] = ["username", "otp"].map(|name| fields.get(name).to_owned());
    let known = cookies::devices_of(&request);
    let asked = Asked {
        face: Face::Desk,
        username: name,
        password: fields.exact("password").to_owned(),
        otp,
        devices: known.clone(),
    };
    let started = match signing_in::sign_in(&state, address, asked).await {
        Ok(started) => started,
        Err(problem) => return show(&request, &fields, Some(problem.into())),
    };
    let back = local(fields.get("back"));
    let mut answer = see_other(match back.starts_with("/desk") {
        true => &back,
        false => "/desk",
    });
    answer
        .add_cookie(&cookies::session(started.secret))
        .and_then(|()| answer.add_cookie(&cookies::devices(&started.device, &known)))
        .map_err(|_| Failure::of(ProblemCode::Internal))?;
    Ok(answer)
}

async fn sign_out(Form { desk, fields }: Form) -> Answer {
    let everywhere = fields.get("everywhere") == "1";
    let who = desk.who.clone();
    let work = desk.ask(move |registry, now| registry.sign_out(&who, everywhere, now));
    work.await?;
    let mut answer = see_other("/desk/sign-in");
    answer
        .add_cookie(&cookies::no_session())
        .map_err(|_| Failure::of(ProblemCode::Internal))?;
    Ok(answer)
}

#[derive(Template)]
#[template(path = "desk/enrol.html")]
struct EnrolPage {
    s: PageContext,
    username: String,
    code: String,
    /// The second step: the secret to put into an authenticator app.
    secret: Option<Secret>,
}

/// The secret of a second factor, as a page shows it to an authenticator app.
pub(super) struct Secret {
    pub(super) text: String,
    pub(super) url: String,
    pub(super) picture: String,
}

impl From<SecondFactor> for Secret {
    fn from(factor: SecondFactor) -> Self {
        Self {
            picture: qr::picture(&factor.url),
            text: factor.secret,
            url: factor.url,
        }
    }
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

async fn ask_enrolment(request: HttpRequest) -> Answer {
    show_enrolment(&request, &Fields::default(), None, None)
}

/// The first step; with the secret, the second.
fn show_enrolment(
    request: &HttpRequest,
    fields: &Fields,
    secret: Option<Secret>,
    refusal: Option<Refusal>,
) -> Answer {
    let mut s = PageContext::desk(request, None);
    let status = Refusal::show(refusal, &mut s)?;
    let template = EnrolPage {
        s,
        username: fields.get("username").to_owned(),
        code: fields.get("code").to_owned(),
        secret,
    };
    page(request, Page::Private(status), &template)
}

async fn enrol(request: HttpRequest, state: web::Data<State>, fields: Fields) -> Answer {
    let address = enrolling(&request, &state)?;
    let password = fields.exact("password").to_owned();
    if password != fields.exact("again") {
        let lang = cookies::lang_of(&request);
        let refusal = Refusal::of_form(lang.pick(
            "Hai lần nhập mật khẩu khác nhau. Hãy nhập lại cả hai ô.",
            "The two passwords differ. Enter both again.",
        ));
        return show_enrolment(&request, &fields, None, Some(refusal));
    }
    let [name, code] = ["username", "code"].map(|name| fields.get(name).to_owned());
    match signing_in::enrol(&state, address, name, code, password).await {
        Ok(factor) => show_enrolment(&request, &fields, Some(factor.into()), None),
        Err(problem) => show_enrolment(&request, &fields, None, Some(problem.into())),
    }
}

async fn confirm(request: HttpRequest, state: web::Data<State>, fields: Fields) -> Answer {
    let address = anonymous_key(enrolling(&request, &state)?);
    let [name, code, otp] = ["username", "code", "otp"].map(|name| fields.get(name).to_owned());
    let (registry, now) = (state.registry.clone(), state.now());
    let from = registry.client_address(address, now);
    let tried = State::blocking(move || {
        registry.confirm_enrolment(&name, &code, &otp, Some(Face::Desk), &from, now)
    });
    let problem = match tried.await {
        Ok(enrolled) => {
            let mut answer = see_other("/desk/sessions?done=enrolled");
            let known = cookies::devices(&enrolled.device, &cookies::devices_of(&request));
            let session = enrolled.secret.map(cookies::session);
            for cookie in std::iter::once(known).chain(session) {
                answer
                    .add_cookie(&cookie)
                    .map_err(|_| Failure::of(ProblemCode::Internal))?;
            }
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    // A wrong code leads back to the code, not to choosing a password again.
    let secret = Secret::again(fields.get("url"));
    let refusal = match secret.is_some() && problem.code() == ProblemCode::BadCredentials {
        true => Refusal::of_form(cookies::lang_of(&request).pick(
            "Mã 6 số sai hoặc đã cũ. Hãy đợi mã mới trong ứng dụng rồi nhập lại.",
            "The 6-digit code is wrong or old. Wait for a new one in the app and enter it.",
        )),
        false => problem.into(),
    };
    show_enrolment(&request, &fields, secret, Some(refusal))
}
