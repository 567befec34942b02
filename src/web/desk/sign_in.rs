//! Signing in with password and second factor, enrolling, signing out.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::{refusal::Refusal, request::Form};
use crate::{
    domain::time::Time,
    http::{headers::see_other, state::State},
    present::{problem::Problem, problem_code::ProblemCode},
    registry::RegistryError,
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
    enrolled: bool,
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
        enrolled: fields.get("enrolled") == "1",
    };
    page(request, Page::Private(status), &template)
}

/// Where a request comes from, for the slow-down; and one of the few attempts a minute taken.
fn attempt(request: &HttpRequest, state: &State) -> Result<String, Failure> {
    if !same_site(request) {
        return Err(Failure::of(ProblemCode::FormExpired));
    }
    let address = state.address(request);
    state.limits.sign_in(address)?;
    Ok(address.to_string())
}

/// Hashes a password, when it is its turn.
async fn hashed<T: Send + 'static>(
    state: &web::Data<State>,
    work: impl FnOnce(&State, Time) -> Result<T, RegistryError> + Send + 'static,
) -> Result<T, Problem> {
    let turn = state.hashing.acquire().await;
    let _turn = turn.map_err(|_| Problem::new(ProblemCode::ShuttingDown))?;
    let (inner, now) = (state.clone(), state.now());
    State::blocking(move || work(&inner, now)).await
}

async fn sign_in(request: HttpRequest, state: web::Data<State>, fields: Fields) -> Answer {
    let address = attempt(&request, &state)?;
    let [name, otp] = ["username", "otp"].map(|name| fields.get(name).to_owned());
    let password = fields.exact("password").to_owned();
    let tried = hashed(&state, move |state, now| {
        let (registry, issuer) = (&state.registry, &state.issuer);
        registry.sign_in(issuer, &name, &password, &otp, &address, now)
    });
    let tokens = match tried.await {
        Ok(tokens) => tokens,
        Err(problem) => return show(&request, &fields, Some(problem.into())),
    };
    let back = local(fields.get("back"));
    let mut answer = see_other(match back.starts_with("/desk") {
        true => &back,
        false => "/desk",
    });
    answer
        .add_cookie(&cookies::session(tokens.refresh))
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
    let address = attempt(&request, &state)?;
    let password = fields.exact("password").to_owned();
    if password != fields.exact("again") {
        let lang = cookies::lang_of(&request);
        let refusal = Refusal::of_form(lang.pick(
            "Hai lần nhập mật khẩu khác nhau.",
            "The two passwords differ.",
        ));
        return show_enrolment(&request, &fields, None, Some(refusal));
    }
    let [name, code] = ["username", "code"].map(|name| fields.get(name).to_owned());
    let tried = hashed(&state, move |state, now| {
        let registry = &state.registry;
        registry.enrol(&name, &code, &password, &address, now)
    });
    match tried.await {
        Ok(factor) => {
            let secret = Secret {
                picture: qr::picture(&factor.url),
                text: factor.secret,
                url: factor.url,
            };
            show_enrolment(&request, &fields, Some(secret), None)
        }
        Err(problem) => show_enrolment(&request, &fields, None, Some(problem.into())),
    }
}

async fn confirm(request: HttpRequest, state: web::Data<State>, fields: Fields) -> Answer {
    let address = attempt(&request, &state)?;
    let [name, code, otp] = ["username", "code", "otp"].map(|name| fields.get(name).to_owned());
    let (registry, now) = (state.registry.clone(), state.now());
    let tried =
        State::blocking(move || registry.confirm_enrolment(&name, &code, &otp, &address, now));
    let problem = match tried.await {
        Ok(_) => return Ok(see_other("/desk/sign-in?enrolled=1")),
        Err(problem) => problem,
    };
    // A wrong code leads back to the code, not to choosing a password again.
    let secret = Secret::again(fields.get("url"));
    let refusal = match secret.is_some() && problem.code() == ProblemCode::BadCredentials {
        true => Refusal::of_form(cookies::lang_of(&request).pick(
            "Mã 6 số sai hoặc đã cũ. Chờ mã mới trong ứng dụng rồi nhập lại.",
            "The 6-digit code is wrong or old. Wait for a new one and enter it.",
        )),
        false => problem.into(),
    };
    show_enrolment(&request, &fields, secret, Some(refusal))
}
