//! Telling the police what happened: questions, everything once more with the receipt code, and only then it is sent.
//!
//! Each page sends all that was typed before along ([`draft::Draft`]): nothing is kept here meanwhile, no number stands in
//! an address, and no page needs JavaScript. The token of the receipt that was shown is the key that makes a report sent
//! twice one report.

mod bank;
mod draft;
mod fault_words;
mod numbers;
mod rows;
mod sending;
mod typed;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use self::{
    bank::Call,
    draft::{Draft, HAD_FILES, TOKEN},
    rows::Row,
    sending::{NotSent, Sending, Taken, send, sent_long_ago},
    typed::{Fault, NO_PLACE, Typed},
};
use super::{
    cookies,
    failure::Failure,
    forms::Upload,
    page_context::{Nav, PageContext},
    render::{Page, page},
    sent::sent,
    slip::Slip,
};
use crate::{
    access::receipt_code::ReceiptTokenError,
    domain::{
        evidence::{MAX_FILES, MAX_TOTAL_BYTES},
        hotline::{self, Hotline},
        report::{
            told::{MAX_BEST_TIME, MAX_CONTACT_NAME, MAX_CONTACT_PHONE},
            words::ReportKind,
        },
    },
    http::{body::SentBy, state::State},
    present::problem_code::ProblemCode,
    registry::report::receive::GivenReceipt,
};

/// Days to choose from: value, Vietnamese, English.
const DAYS: [(&str, &str, &str); 4] = [
    ("today", "Hôm nay", "Today"),
    ("yesterday", "Hôm qua", "Yesterday"),
    ("other", "Ngày khác", "Another day"),
    ("unknown", "Không nhớ", "I do not remember"),
];
/// Ways to be reached: value, Vietnamese, English.
const WAYS: [(&str, &str, &str); 4] = [
    ("call", "Gọi điện", "By call"),
    ("sms", "Nhắn tin", "By SMS"),
    ("zalo", "Zalo", "By Zalo"),
    ("none", "Đừng liên lạc", "Do not contact me"),
];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Report.both() {
        config
            .route(&format!("/{slug}"), web::get().to(open))
            .route(&format!("/{slug}"), web::post().to(step));
    }
}

/// The pages of the form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Whether money is lost.
    Kind,
    /// The reporter's bank is called first.
    Bank,
    Form,
    Review,
    Send,
}

impl Step {
    /// The page that a button leads to; without one, that a switch of the page was pressed on.
    fn of(upload: &Upload, draft: &mut Draft) -> Self {
        let word = match upload.fields.get("go") {
            "" => upload.fields.get("at"),
            go => go,
        };
        match word {
            "loss" => {
                draft.set("kind", ReportKind::Loss.as_str());
                Self::Bank
            }
            // From the page that has the bank called first.
            "called" => {
                draft.set("kind", ReportKind::Loss.as_str());
                Self::Form
            }
            "attempt" => {
                draft.set("kind", ReportKind::Attempt.as_str());
                draft.ask_in_one_box();
                Self::Form
            }
            _ if draft.kind().is_none() => Self::Kind,
            "bank" => Self::Bank,
            "form" => Self::Form,
            "review" => Self::Review,
            "send" => Self::Send,
            _ => Self::Kind,
        }
    }
}

/// What every page of the form has.
struct Form {
    s: PageContext,
    draft: Draft,
}

#[derive(Template)]
#[template(path = "report.html")]
struct KindPage {
    s: PageContext,
    draft: Draft,
}

#[derive(Template)]
#[template(path = "report_bank.html")]
struct BankPage {
    s: PageContext,
    draft: Draft,
    banks: &'static [Hotline],
    call: Call,
}

#[derive(Template)]
#[template(path = "report_form.html")]
struct FormPage {
    s: PageContext,
    draft: Draft,
    /// The field that is wrong, and what is wrong with it.
    fault: Option<(&'static str, &'static str)>,
    /// Places that can be chosen: code and name.
    places: Vec<(String, String)>,
}

impl FormPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&'static str> {
        let fault = self.fault.filter(|(wrong, _)| *wrong == field);
        fault.map(|(_, words)| words)
    }

    /// Whether a choice was made.
    fn is(&self, field: &str, value: &str) -> bool {
        self.draft.get(field) == value
    }

    /// Whether who reports said, or has to say, whom to call.
    fn is_contact_open(&self) -> bool {
        const CONTACT: [&str; 4] = ["name", "phone", "how", "best_time"];
        CONTACT
            .iter()
            .any(|field| !self.draft.get(field).is_empty() || self.wrong(field).is_some())
    }
}

#[derive(Template)]
#[template(path = "report_review.html")]
struct ReviewPage {
    s: PageContext,
    draft: Draft,
    rows: Vec<Row>,
    notices: Vec<String>,
    slip: Slip,
    /// The code that was shown before is over.
    is_new: bool,
    saved: bool,
    /// The field that is wrong, and what is wrong with it.
    fault: Option<(&'static str, &'static str)>,
}

impl ReviewPage {
    fn wrong(&self, field: &str) -> Option<&'static str> {
        let fault = self.fault.filter(|(wrong, _)| *wrong == field);
        fault.map(|(_, words)| words)
    }
}

async fn open(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = KindPage {
        s: PageContext::public(&request, Nav::Report, ""),
        draft: Draft::default(),
    };
    page(&request, Page::Public, &template)
}

async fn step(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Failure> {
    let mut payload = body.into_inner();
    let upload = Upload::read(&request, &mut payload, MAX_TOTAL_BYTES, SentBy::Stranger).await?;
    let mut draft = Draft::of(&upload.fields);
    let step = Step::of(&upload, &mut draft);
    let mut s = PageContext::public(&request, Nav::Report, "");
    let large = match upload.fields.get("large") {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    };
    if !upload.files.is_empty() {
        draft.set(HAD_FILES, "1");
    }
    s.large = large.unwrap_or(s.large);
    s.again = draft.all().to_vec();
    let form = Form { s, draft };
    let mut answer = match step {
        Step::Kind => form.kind(&request)?,
        Step::Bank => form.bank(&request)?,
        Step::Form => form.form(&request, None)?,
        Step::Review => form.review(&request)?,
        Step::Send => form.send(&request, upload).await?,
    };
    if let Some(large) = large {
        let kept = answer.add_cookie(&cookies::large(large));
        kept.map_err(|_| Failure::of(ProblemCode::BadRequest))?;
    }
    Ok(answer)
}

impl Form {
    /// Lets the switches of the page come back to it.
    fn at(mut self, step: &'static str) -> Self {
        self.s.again.push(("at", step.to_owned()));
        self
    }

    fn kind(self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        let Self { s, draft } = self.at("kind");
        page(request, Page::Answer, &KindPage { s, draft })
    }

    fn bank(self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        let Self { s, draft } = self.at("bank");
        let template = BankPage {
            s,
            banks: hotline::all(),
            call: bank::call(draft.get("bank")),
            draft,
        };
        page(request, Page::Answer, &template)
    }

    fn form(self, request: &HttpRequest, fault: Option<Fault>) -> Result<HttpResponse, Failure> {
        let Self { mut s, draft } = self.at("form");
        let told = fault.as_ref().map(|fault| {
            let words = fault_words::fault_words(fault, s.lang);
            (fault.field, words)
        });
        let mut places = Vec::new();
        if let Some(fault) = &fault {
            places = fault_words::places(fault, s.lang);
        }
        s.error = told.map(|(_, words)| words.to_owned());
        s.error_at = told.map(|(field, _)| field.to_owned());
        let template = FormPage {
            s,
            draft,
            fault: told,
            places,
        };
        page(request, Page::Answer, &template)
    }

    fn review(self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        let state = State::of(request);
        match typed::read(&self.draft, state.now()) {
            Ok(typed) => self.shown(request, &typed, None),
            Err(fault) => self.form(request, Some(fault)),
        }
    }

    /// Everything once more, with the receipt code.
    fn shown(
        mut self,
        request: &HttpRequest,
        typed: &Typed,
        fault: Option<(&'static str, &'static str)>,
    ) -> Result<HttpResponse, Failure> {
        let state = State::of(request);
        let had_code = !self.draft.get(TOKEN).is_empty();
        let (given, is_new) = match self.given(&state) {
            Ok(given) => (given, false),
            Err(_) => {
                state.limits.new_receipt(state.address(request))?;
                (state.registry.give_receipt(state.now())?, had_code)
            }
        };
        self.draft.set(TOKEN, &given.token);
        self.s.again = self.draft.all().to_vec();
        let Self { mut s, draft } = self.at("review");
        s.error = fault.map(|(_, words)| words.to_owned());
        s.error_at = fault.map(|(field, _)| field.to_owned());
        let template = ReviewPage {
            rows: rows::rows(typed, &draft, s.lang),
            notices: rows::notices(typed, s.lang),
            slip: Slip::of(given.reference, &given.code),
            is_new,
            saved: fault.is_some_and(|(field, _)| field == "files") && !is_new,
            s,
            draft,
            fault,
        };
        page(request, Page::Answer, &template)
    }

    /// The receipt that was shown.
    fn given(&self, state: &State) -> Result<GivenReceipt, ReceiptTokenError> {
        state
            .registry
            .given_receipt(self.draft.get(TOKEN), state.now())
    }

    fn sent(self, request: &HttpRequest, taken: &Taken) -> Result<HttpResponse, Failure> {
        let state = State::of(request);
        let bank = bank::button(self.draft.get("bank"));
        let template = sent(self.s, &state, &taken.reported, taken.is_other, bank);
        page(request, Page::Answer, &template)
    }

    async fn send(self, request: &HttpRequest, upload: Upload) -> Result<HttpResponse, Failure> {
        let state = State::of(request);
        let typed = match typed::read(&self.draft, state.now()) {
            Ok(typed) => typed,
            Err(fault) => return self.form(request, Some(fault)),
        };
        let Ok(given) = self.given(&state) else {
            return match sent_long_ago(&state, self.draft.get(TOKEN)).await {
                Some(taken) => self.sent(request, &taken),
                None => self.shown(request, &typed, None),
            };
        };
        let lang = self.s.lang;
        if !upload.fields.has("saved") {
            let words = lang.pick(
                "Bác lưu mã biên nhận lại, rồi đánh dấu vào ô “Tôi đã lưu mã”.",
                "Keep the receipt code, then tick “I have kept the code”.",
            );
            return self.shown(request, &typed, Some(("saved", words)));
        }
        let sending = Sending {
            given,
            typed: typed.clone(),
            body: self.draft.bytes(),
            files: upload.files,
        };
        match send(request, &state, sending).await {
            Ok(taken) => self.sent(request, &taken),
            Err(NotSent::File(refused)) => {
                self.shown(request, &typed, Some(("files", refused.text(lang))))
            }
            Err(NotSent::NotNow) => {
                let words = lang.pick(
                    "Lúc này máy chủ chưa nhận được. Bác đợi một phút rồi bấm “Gửi cho công an” lần nữa. Không mất gì, mã ở dưới vẫn dùng được.",
                    "The server cannot take it just now. Wait a minute and press “Send to the police” again. Nothing is lost, and the code below stays good.",
                );
                self.shown(request, &typed, Some(("send", words)))
            }
            Err(NotSent::TooMany) => {
                let words = lang.pick(
                    "Từ mạng này vừa có nhiều báo cáo. Bác đợi vài phút rồi bấm “Gửi cho công an” lần nữa. Không mất gì. Gấp thì gọi 113.",
                    "Many reports came from this network. Wait some minutes and press “Send to the police” again. Nothing is lost. In an emergency call 113.",
                );
                self.shown(request, &typed, Some(("send", words)))
            }
            Err(NotSent::Failed(failure)) => Err(failure),
        }
    }
}
