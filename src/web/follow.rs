//! The reporter sees with the receipt code what became of the report, and writes to the police.
//!
//! The code comes in bodies alone and is kept by nobody but the page that sends it on: no answer here is stored.

mod view;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use self::view::View;
use super::{
    cookies,
    failure::Failure,
    forms::{Fields, File, Upload},
    page_context::{Nav, PageContext},
    render::{Page, page},
    sealing::seal,
    slip::Slip,
};
use crate::domain::report::acts::Wish;
use crate::{
    domain::{
        evidence::{MAX_FILES, MAX_TOTAL_BYTES},
        intake::{
            masking::mask,
            receipt::{self, ReceiptCode},
        },
        message::Lang,
        report::{MAX_MESSAGE, words::Side},
        written::{WrittenError, written},
    },
    http::{body::SentBy, payer::Payer, qr_picture, state::State},
    present::{problem::Problem, problem_code::ProblemCode},
    registry::report::follow::Followed,
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
    upload: Upload,
    large: Option<bool>,
) -> Result<HttpResponse, Failure> {
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
    admit(request, state)?;
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
        upload: &upload,
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

/// LIMITS: counts an attempt to open a report against who makes it.
fn admit(_request: &HttpRequest, _state: &State) -> Result<(), Failure> {
    Ok(())
}

/// What came of a reporter's wish.
enum Done {
    /// Nothing was wished for.
    Nothing,
    Yes(Box<Followed>, &'static str),
    No {
        at: &'static str,
        words: &'static str,
    },
}

impl Done {
    const fn no(at: &'static str, words: &'static str) -> Self {
        Self::No { at, words }
    }
}

/// A wish of the reporter.
struct Asking<'a> {
    state: &'a State,
    code: &'a ReceiptCode,
    upload: &'a Upload,
    lang: Lang,
}

impl Asking<'_> {
    async fn done(&self, followed: &Followed) -> Result<Done, Failure> {
        let lang = self.lang;
        let fields: &Fields = &self.upload.fields;
        let what = fields.get("do");
        let text = match written(fields.get("text"), MAX_MESSAGE) {
            Ok(text) => mask(&text).text,
            Err(WrittenError::TooLong) => {
                let words = lang.pick(
                    "Dài quá 4.000 chữ cái. Bác bớt lại.",
                    "Longer than 4,000 characters.",
                );
                return Ok(Done::no(field_of(what), words));
            }
            Err(WrittenError::Control) => {
                let words = lang.pick(
                    "Trong ô này có ký tự lạ. Bác xóa đi rồi gõ lại chỗ đó.",
                    "There is a strange character in it. Delete it and type that place again.",
                );
                return Ok(Done::no(field_of(what), words));
            }
        };
        let is_sure = fields.has("sure");
        let (wish, words) = match what {
            "tell" if text.is_empty() => {
                let words = lang.pick("Bác viết vài chữ rồi gửi.", "Write a few words, then send.");
                return Ok(Done::no("text", words));
            }
            // A double click, or the same page sent again on a bad network.
            "tell" if is_repeated(followed, &text) && self.upload.files.is_empty() => {
                return self.read_again(sent_words(lang)).await;
            }
            "tell" => match seal(self.state, &self.upload.files).await {
                Ok(files) => (Wish::Tell { text, files }, sent_words(lang)),
                Err(refused) => return Ok(Done::no("files", refused.text(lang))),
            },
            "withdraw" | "review" if !is_sure => {
                let words = lang.pick(
                    "Bác đánh dấu vào ô xác nhận rồi bấm lại.",
                    "Tick the box, then press again.",
                );
                return Ok(Done::no(field_of(what), words));
            }
            "withdraw" if followed.report.withdrawn_at.is_some() => return Ok(Done::Nothing),
            "withdraw" => (
                Wish::Withdraw { reason: text },
                lang.pick("Bác đã rút báo cáo", "You have withdrawn the report"),
            ),
            "reopen" if text.is_empty() => {
                let words = lang.pick("Bác ghi điều mới rồi gửi.", "Write what is new, then send.");
                return Ok(Done::no("reopen", words));
            }
            "reopen" => (
                Wish::Reopen { text },
                lang.pick("Báo cáo đã được mở lại", "The report was taken up again"),
            ),
            "review" if followed.report.review_asked_at.is_some() => return Ok(Done::Nothing),
            "review" => (
                Wish::Review { text },
                lang.pick(
                    "Đã đề nghị cấp trên xem lại",
                    "The unit above was asked to look",
                ),
            ),
            _ => return Ok(Done::Nothing),
        };
        let (registry, now, code) = (
            self.state.registry.clone(),
            self.state.now(),
            self.code.clone(),
        );
        let asked = State::blocking(move || registry.ask_as_reporter(&code, wish, now)).await;
        match asked {
            Ok(followed) => Ok(Done::Yes(Box::new(followed), words)),
            Err(problem) => refused(problem, what, lang),
        }
    }

    async fn read_again(&self, words: &'static str) -> Result<Done, Failure> {
        let (registry, now, code) = (
            self.state.registry.clone(),
            self.state.now(),
            self.code.clone(),
        );
        let followed = State::blocking(move || registry.follow(&code, now)).await?;
        Ok(Done::Yes(Box::new(followed), words))
    }
}

const fn sent_words(lang: Lang) -> &'static str {
    lang.pick("Đã gửi tin nhắn của bác", "Your message was sent")
}

/// The field that a wish is about.
fn field_of(what: &str) -> &'static str {
    match what {
        "withdraw" => "withdraw",
        "reopen" => "reopen",
        "review" => "review",
        _ => "text",
    }
}

/// Whether the reporter wrote just this, and nobody wrote since.
fn is_repeated(followed: &Followed, text: &str) -> bool {
    let last = followed.report.messages().last();
    last.is_some_and(|(_, side, last)| side == Side::Reporter && last == text)
}

/// What a refusal says on the page.
fn refused(problem: Problem, what: &str, lang: Lang) -> Result<Done, Failure> {
    let words = match problem.code() {
        ProblemCode::TooManyMessages => lang.pick(
            "Hôm nay bác đã nhắn đủ 5 tin, hoặc đủ 20 tin cho báo cáo này. Mai bác nhắn tiếp, hoặc gọi điện cho đơn vị.",
            "You wrote 5 messages today, or 20 altogether. Write again tomorrow, or call the unit.",
        ),
        ProblemCode::NotOpen => lang.pick(
            "Bây giờ không làm được việc này nữa. Bác gọi điện cho đơn vị ghi ở trên.",
            "This cannot be done any more. Call the unit named above.",
        ),
        // More files than one report can have altogether.
        ProblemCode::Validation => lang.pick(
            "Báo cáo này đã có đủ 25 tệp.",
            "This report has 25 files already.",
        ),
        ProblemCode::StorageUnavailable | ProblemCode::Busy => lang.pick(
            "Lúc này máy chủ chưa nhận được. Bác đợi một phút rồi gửi lại.",
            "The server cannot take it just now. Wait a minute and send it again.",
        ),
        _ => return Err(problem.into()),
    };
    Ok(Done::no(field_of(what), words))
}
