//! The citizen's check: one box that takes anything, one plain answer. The number comes in a body, and the answer is kept
//! by nobody but the browser that asked.

use actix_web::{HttpRequest, HttpResponse, dev::Payload, web};
use askama::Template;

use super::{
    answer::{Answer, present},
    cookies,
    failure::Failure,
    follow,
    forms::Upload,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{
        findings::{Findings, MAX_MESSAGE},
        intake::receipt,
        paid::says_paid,
    },
    http::{
        ask::{Admission, ask},
        body::SentBy,
        headers::see_other,
        payer::Payer,
        qr_picture,
        state::State,
    },
    present::{problem::Problem, problem_code::ProblemCode},
    registry::{check::Checked, told::Told},
};

/// Longest text shown again in the box.
const MAX_SHOWN: usize = 200;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(open))
        .route("", web::post().to(check))
        .route("/", web::get().to(open));
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    s: PageContext,
    answer: Option<Answer>,
    asked: String,
}

async fn open(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = CheckPage {
        s: PageContext::public(&request, Nav::Check, ""),
        answer: None,
        asked: String::new(),
    };
    page(&request, Page::Public, &template)
}

async fn check(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Failure> {
    let mut s = PageContext::public(&request, Nav::Check, "");
    let state = State::of(&request);
    let question = Question::read(&request, &state, body).await?;
    if let Some(code) = question.receipt() {
        return follow::offer(&request, &code);
    }
    let asked = question.look_up(&state).await?;
    if asked.is_about_money_gone() {
        return Ok(see_other(&s.to(Nav::Paid)));
    }
    let again = matches!(asked.told.first, Checked::Unreadable(_));
    let answer = present(&s, &state, &asked.told);
    asked.settle(&mut s);
    let template = CheckPage {
        answer: Some(answer),
        asked: match again {
            true => asked.text.chars().take(MAX_SHOWN).collect(),
            false => String::new(),
        },
        s,
    };
    asked.remember(page(&request, Page::Answer, &template)?)
}

/// What was asked, and what is answered to it.
pub(super) struct Asked {
    /// The text, or the key of what the code in a picture names.
    text: String,
    /// The size of letters that was chosen with the question.
    large: Option<bool>,
    is_picture: bool,
    pub(super) told: Told,
}

impl Asked {
    /// Whether somebody tells that money is gone instead of asking about a number.
    fn is_about_money_gone(&self) -> bool {
        let Checked::Unreadable(unreadable) = &self.told.first else {
            return false;
        };
        let named_nothing = unreadable.account_number.is_none() && self.told.suggested.is_empty();
        named_nothing && !self.is_picture && says_paid(&self.text)
    }

    /// Lets the switches of a page ask the same again.
    pub(super) fn settle(&self, s: &mut PageContext) {
        s.large = self.large.unwrap_or(s.large);
        let text: String = self.text.chars().take(MAX_MESSAGE).collect();
        s.again = match text.is_empty() {
            true => Vec::new(),
            false => vec![("q", text)],
        };
    }

    /// Keeps the size of letters that was chosen.
    pub(super) fn remember(&self, mut answer: HttpResponse) -> Result<HttpResponse, Failure> {
        if let Some(large) = self.large {
            answer
                .add_cookie(&cookies::large(large))
                .map_err(|_| Failure::of(ProblemCode::BadRequest))?;
        }
        Ok(answer)
    }
}

/// Looks up the text that was asked, or the code in the picture.
pub(super) async fn look_up(
    request: &HttpRequest,
    state: &web::Data<State>,
    body: web::Payload,
) -> Result<Asked, Failure> {
    let question = Question::read(request, state, body).await?;
    question.look_up(state).await
}

/// What somebody asks, by text or picture.
struct Question {
    payer: Payer,
    text: String,
    large: Option<bool>,
    /// The texts of the codes in a picture, paid for.
    picture: Option<(Admission, Vec<String>)>,
}

impl Question {
    async fn read(
        request: &HttpRequest,
        state: &web::Data<State>,
        body: web::Payload,
    ) -> Result<Self, Failure> {
        let mut payload: Payload = body.into_inner();
        let mut upload = Upload::read(
            request,
            &mut payload,
            qr_picture::MAX_BYTES,
            SentBy::Stranger,
        )
        .await?;
        let payer = Payer::of(state.address(request), None);
        let picture = match upload.file() {
            Some(file) => {
                let admission = Admission::to_show(state, payer)?;
                let texts = qr_picture::texts(state, payer, &file.bytes).await?;
                Some((admission, texts))
            }
            None => None,
        };
        Ok(Self {
            payer,
            text: upload.fields.get("q").to_owned(),
            large: match upload.fields.get("large") {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            },
            picture,
        })
    }

    /// The receipt code that was typed or photographed instead of a number, be its digits right or not.
    fn receipt(&self) -> Option<String> {
        let mut texts: Vec<&String> = match &self.picture {
            Some((_, texts)) => texts.iter().collect(),
            None => vec![&self.text],
        };
        texts.retain(|text| receipt::looks_like(text));
        texts.first().map(|text| (*text).clone())
    }

    async fn look_up(self, state: &web::Data<State>) -> Result<Asked, Failure> {
        let (text, is_picture) = (self.text.clone(), self.picture.is_some());
        let mut answered = match self.picture {
            // A picture that was chosen is what is meant, whatever stands in the box from before.
            Some((admission, texts)) => admission.look_up(vec![qr_picture::read(texts).await?])?,
            None => {
                let read = move || Ok(vec![Findings::of(&self.text)]);
                ask(state, self.payer, 1, read).await?
            }
        };
        let told = answered.told.pop();
        let told = told.ok_or_else(|| Problem::new(ProblemCode::Internal))?;
        let key = || told.first.identifier().map(|found| found.key().to_string());
        Ok(Asked {
            text: match is_picture {
                true => key().unwrap_or_default(),
                false => text,
            },
            large: self.large,
            is_picture,
            told,
        })
    }
}
