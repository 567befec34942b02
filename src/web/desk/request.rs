//! A request at the desk: who sends it, what it asks of the registry, and the page that answers.

use std::net::IpAddr;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, StatusCode},
    web,
};
use askama::Template;

use crate::{
    access::{capability::SignedIn, secret},
    domain::{change::Actor, message::Lang, time::Time},
    http::{author::Author, finish, state::State},
    present::{problem::Problem, problem_code::ProblemCode},
    registry::{Registry, RegistryError},
    web::{
        cookies,
        failure::Failure,
        forms::{Fields, Pending, local},
        page_context::PageContext,
        render::{Answer, Page, page},
    },
};

/// A request of a signed-in person.
pub struct Desk {
    pub who: SignedIn,
    pub state: web::Data<State>,
    request: HttpRequest,
}

impl Desk {
    /// What is around the page at the request's address.
    pub fn context(&self) -> PageContext {
        let csrf = self.state.registry.form_token(&self.who);
        PageContext::desk(&self.request, Some((&self.who, &csrf)))
    }

    /// What is around the page of another address: a form's own address shows nothing.
    pub fn context_at(&self, path: impl Into<String>) -> PageContext {
        PageContext {
            path: path.into(),
            ..self.context()
        }
    }

    /// The reader's language.
    pub fn lang(&self) -> Lang {
        cookies::lang_of(&self.request)
    }

    /// Where the request comes from.
    pub fn address(&self) -> IpAddr {
        self.state.address(&self.request)
    }

    /// Gives the browser the session's new secret, whatever the answer will be.
    ///
    /// # Errors
    /// 500, which no secret of ours causes.
    pub fn renew(&self, secret: String) -> Result<(), Problem> {
        let cookie = cookies::session(secret).to_string();
        finish::set_cookie(&self.request, &cookie)
            .ok_or_else(|| Problem::new(ProblemCode::Internal))
    }

    /// Who did something, as colleagues know them.
    ///
    /// # Errors
    /// 503.
    pub fn name_of(&self, who: Actor) -> Result<String, Failure> {
        let lang = self.lang();
        let words = match who {
            Actor::User(id) => {
                let name = self.state.registry.username(id)?;
                return Ok(name.map_or_else(|| id.to_string(), |name| name.to_string()));
            }
            Actor::Partner(_) => lang.pick("đối tác", "a partner"),
            Actor::Console => lang.pick("người ở máy chủ", "somebody at the machine"),
            Actor::Schedule => lang.pick("hệ thống", "the system"),
            Actor::Visitor => lang.pick("người chưa đăng nhập", "somebody not signed in"),
        };
        Ok(words.to_owned())
    }

    /// Lets the registry work where it may block.
    ///
    /// # Errors
    /// The work's own, or 503 while shutting down.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Registry, Time) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (registry, now) = (self.state.registry.clone(), self.state.now());
        State::blocking(move || work(&registry, now)).await
    }

    /// Answers with a page that nobody keeps.
    ///
    /// # Errors
    /// As [`page`].
    pub fn page(&self, status: StatusCode, template: &impl Template) -> Answer {
        page(&self.request, Page::Private(status), template)
    }

    /// Whether a form was sent from a page of ours.
    ///
    /// # Errors
    /// 403 `form-expired`.
    pub fn check_csrf(&self, fields: &Fields) -> Result<(), Failure> {
        let token = self.state.registry.form_token(&self.who);
        match secret::same(token.as_bytes(), fields.get("csrf").as_bytes()) {
            true => Ok(()),
            false => Err(Failure::of(ProblemCode::FormExpired)),
        }
    }

    fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let back = match *request.method() {
            Method::GET => local(request.path()),
            _ => "/desk".to_owned(),
        };
        let sign_in = || Failure::SignIn { back: back.clone() };
        let session = cookies::session_of(request).ok_or_else(sign_in)?;
        let state = State::of(request);
        let who = state
            .registry
            .signed_in_by_cookie(&session, state.now())
            .map_err(|error| match Problem::from(error) {
                problem if problem.code() == ProblemCode::Unauthenticated => sign_in(),
                problem => problem.into(),
            })?;
        state.limits.officer(who.user().id)?;
        let address = state.address_token(request);
        let who = who.from_address(address);
        Author::set(request, Actor::User(who.user().id), address);
        note_use(&state, &who);
        Ok(Self {
            who,
            state,
            request: request.clone(),
        })
    }
}

/// Lets the session go on, now and then, beside the request.
fn note_use(state: &web::Data<State>, who: &SignedIn) {
    let now = state.now();
    if !state.registry.is_use_worth_noting(who, now) {
        return;
    }
    let (registry, who) = (state.registry.clone(), who.clone());
    actix_web::rt::task::spawn_blocking(move || {
        if let Err(error) = registry.note_use(&who, now) {
            tracing::debug!(%error, "that a session is used could not be written down yet");
        }
    });
}

impl FromRequest for Desk {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Self::of(request))
    }
}

/// A form that a signed-in person sent from a page of ours: whoever takes one knows that this was checked.
pub struct Form {
    pub desk: Desk,
    pub fields: Fields,
}

impl FromRequest for Form {
    type Error = Failure;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let desk = Desk::of(request);
        let fields = Fields::from_request(request, payload);
        Box::pin(async move {
            let (desk, fields) = (desk?, fields.await?);
            desk.check_csrf(&fields)?;
            Ok(Self { desk, fields })
        })
    }
}
