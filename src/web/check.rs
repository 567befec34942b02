//! The citizen's check and the teller's counter: one box that takes anything, one plain answer. The number comes in a
//! body and goes back on a page that is never kept.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use serde_json::json;

use super::{
    failure::Failure,
    forms::Upload,
    page_context::{Nav, PageContext, listing_address},
    render::{Page, page},
};
use crate::{
    domain::{identifier::Identifier, key::Key, message::Lang, text::toneless},
    http::{
        ask::{Admission, ask},
        body::SentBy,
        payer::Payer,
        qr_picture,
        state::State,
    },
    present::{answer::VerdictWord, problem::Problem, problem_code::ProblemCode, words},
    registry::check::{Checked, Verdict},
    store::schema::Live,
};

/// Longest text shown again in the box.
const MAX_SHOWN: usize = 200;
/// Where scam calls and messages are reported.
const REPORT_TO: &str = "156";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(open))
        .route("", web::post().to(check))
        .route("/", web::get().to(open));
    let (vi, en) = Nav::Counter.slugs();
    for slug in [vi, en] {
        config
            .route(&format!("/{slug}"), web::get().to(open_counter))
            .route(&format!("/{slug}"), web::post().to(check_at_counter));
    }
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    s: PageContext,
    answer: Option<Answer>,
    asked: String,
}

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage {
    s: PageContext,
    answer: Option<Answer>,
}

/// An answer as the page says it.
struct Answer {
    /// `listed`, `official`, `no-record` or `unreadable`.
    class: &'static str,
    heading: String,
    display: String,
    message: String,
    disputed: bool,
    listings: Vec<Listed>,
    advice: Vec<&'static str>,
    /// Key, what is shown, what it is.
    suggestions: Vec<(String, String, &'static str)>,
    /// Name and number.
    hotlines: Vec<(String, String)>,
    /// A message to [`REPORT_TO`], prepared.
    sms: String,
}

struct Listed {
    display: String,
    unit: String,
    listed_at: String,
    valid_until: String,
    method: &'static str,
    method_slug: &'static str,
    /// Address of its public page.
    page: String,
}

async fn open(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = CheckPage {
        s: PageContext::public(&request, Nav::Check, ""),
        answer: None,
        asked: String::new(),
    };
    page(&request, Page::Public, &template)
}

async fn open_counter(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = CounterPage {
        s: PageContext::public(&request, Nav::Counter, ""),
        answer: None,
    };
    page(&request, Page::Public, &template)
}

async fn check(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Check, "");
    let state = State::of(&request);
    let (asked, found) = look_up(&request, &state, body).await?;
    let again = matches!(found, Checked::Unreadable(_));
    let template = CheckPage {
        answer: Some(present(&s, &state, &found)),
        asked: if again { asked } else { String::new() },
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn check_at_counter(
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Counter, "");
    let state = State::of(&request);
    let (_, found) = look_up(&request, &state, body).await?;
    let mut answer = present(&s, &state, &found);
    answer.message = for_teller(&s, &answer);
    let wants_json = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.starts_with("application/json"));
    if wants_json {
        let first = answer.listings.first();
        return Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(json!({
                "verdict": VerdictWord::of(&found).as_str(), "heading": answer.heading, "display": answer.display, "key": identifier_of(&found).map(Identifier::key),
                "message": answer.message, "disputed": answer.disputed,
                "unit": first.map(|listed| listed.unit.as_str()),
                "valid_until": first.map(|listed| {
                    format!("{} {}", s.t("có hiệu lực đến", "valid until"), listed.valid_until)
                }),
            })));
    }
    let template = CounterPage {
        s,
        answer: Some(answer),
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

/// The text that was asked, as it is shown again, and what is answered to it or to the code in the picture.
async fn look_up(
    request: &HttpRequest,
    state: &web::Data<State>,
    body: web::Payload,
) -> Result<(String, Checked), Failure> {
    let mut payload: Payload = body.into_inner();
    let upload = Upload::read(
        request,
        &mut payload,
        qr_picture::MAX_BYTES,
        SentBy::Stranger,
    )
    .await?;
    let text = upload.fields.get("q").to_owned();
    let shown = text.chars().take(MAX_SHOWN).collect();
    let payer = Payer::of(state.address(request), None);
    let mut answered = match upload.file {
        // A picture that was chosen is what is meant, whatever stands in the box from before.
        Some(file) => {
            let admission = Admission::to_show(state, payer)?;
            let read = qr_picture::identify(state, payer, &file.bytes).await?;
            admission.look_up(vec![read])?
        }
        None => ask(state, payer, 1, move || Ok(vec![Identifier::parse(&text)])).await?,
    };
    let checked = answered.checked.pop();
    let checked = checked.ok_or_else(|| Problem::new(ProblemCode::Internal))?;
    Ok((shown, checked))
}

fn present(s: &PageContext, state: &State, checked: &Checked) -> Answer {
    let identifier = identifier_of(checked);
    let guesses: &[Identifier] = match checked {
        Checked::Unreadable(unreadable) => &unreadable.suggestions,
        Checked::One { .. } | Checked::AtSomeBank(_) => &[],
    };
    let found = listings_of(checked);
    Answer {
        class: match checked {
            Checked::One { verdict, .. } => match verdict {
                Verdict::Listed(_) => "listed",
                Verdict::Official(_) => "official",
                Verdict::NoRecord => "no-record",
            },
            Checked::AtSomeBank(_) => "listed",
            Checked::Unreadable(_) => "unreadable",
        },
        heading: heading(s, checked),
        display: identifier.map(Identifier::display).unwrap_or_default(),
        // Asking back, the page says why; the question itself is the heading.
        message: match checked {
            Checked::Unreadable(unreadable) if !guesses.is_empty() => {
                words::checked::reason(unreadable, s.lang).to_owned()
            }
            Checked::One { .. } | Checked::AtSomeBank(_) | Checked::Unreadable(_) => {
                words::checked::message(checked, s.lang)
            }
        },
        disputed: found.first().is_some_and(|(_, live)| live.disputed),
        listings: found
            .iter()
            .map(|(identifier, live)| listed(identifier, live, s.lang))
            .collect(),
        advice: words::checked::advice(checked, s.lang),
        suggestions: guesses
            .iter()
            .map(|id| {
                let kind = words::kind(id.kind(), s.lang);
                (id.key().to_string(), id.display(), kind)
            })
            .collect(),
        hotlines: hotlines(s, state, identifier),
        sms: sms(checked),
    }
}

/// What was understood; of an account number without its bank, the first account of that number.
fn identifier_of(checked: &Checked) -> Option<&Identifier> {
    match checked {
        Checked::One { identifier, .. } => Some(identifier),
        Checked::AtSomeBank(found) => found.first().map(|(account, _)| account),
        Checked::Unreadable(_) => None,
    }
}

/// The listings that were found, each with what it is about.
fn listings_of(checked: &Checked) -> Vec<(&Identifier, &Live)> {
    match checked {
        Checked::One {
            identifier,
            verdict: Verdict::Listed(live),
            ..
        } => vec![(identifier, live)],
        Checked::AtSomeBank(found) => found.iter().map(|(id, live)| (id, live)).collect(),
        Checked::One {
            verdict: Verdict::Official(_) | Verdict::NoRecord,
            ..
        }
        | Checked::Unreadable(_) => Vec::new(),
    }
}

/// What the teller's screen says in one line: it has no room for more, and nothing may be lost.
fn for_teller(s: &PageContext, answer: &Answer) -> String {
    let mut parts = vec![answer.message.clone()];
    if answer.disputed {
        parts.push(s.t("Đang có khiếu nại.", "An appeal is open.").to_owned());
    }
    let guesses = answer.suggestions.iter().map(|(_, display, _)| display);
    let others = answer.listings.iter().skip(1).map(|other| &other.display);
    parts.extend(guesses.chain(others).cloned());
    parts.extend(answer.advice.first().map(|advice| (*advice).to_owned()));
    parts.join(" · ")
}

fn listed(identifier: &Identifier, live: &Live, lang: Lang) -> Listed {
    Listed {
        display: identifier.display(),
        unit: words::police_of(live.unit.unit(), lang),
        listed_at: words::day(live.listed_at, lang),
        valid_until: words::day(live.valid_until, lang),
        method: words::method(live.method, lang),
        method_slug: live.method.slug(),
        page: listing_address(lang, live.listing),
    }
}

fn heading(s: &PageContext, checked: &Checked) -> String {
    let scam = s.t("Công an đã xác nhận: lừa đảo", "Confirmed by police: scam");
    let text = match checked {
        Checked::One {
            identifier,
            verdict,
            ..
        } => match (verdict, identifier) {
            (Verdict::Listed(_), Identifier::Sender(_)) => s.t(
                "Công an đã xác nhận: có tin nhắn mạo danh tên này",
                "Confirmed by police: messages imitate this name",
            ),
            (
                Verdict::Listed(_),
                Identifier::Phone(_)
                | Identifier::Account(_)
                | Identifier::Wallet(_)
                | Identifier::ShortCode(_),
            ) => scam,
            (Verdict::Official(name), _) => {
                let name = s.t(&name.vi, &name.en);
                return format!("{} {name}", s.t("Số chính thức của", "Official number of"));
            }
            (Verdict::NoRecord, _) => s.t(
                "Chưa có thông tin, không có nghĩa là an toàn",
                "No information, which does not mean safe",
            ),
        },
        Checked::AtSomeBank(_) => scam,
        Checked::Unreadable(unreadable) if unreadable.suggestions.is_empty() => {
            s.t("Chưa đọc được số này", "This could not be read")
        }
        Checked::Unreadable(_) => s.t("Bác muốn tra số nào?", "Which number do you mean?"),
    };
    text.to_owned()
}

/// `LD 0950001001`: the form that 156 takes, ready for an address. It takes calls and messages only; nothing is reported
/// that is official or was not read.
fn sms(checked: &Checked) -> String {
    let Checked::One {
        identifier,
        verdict: Verdict::Listed(_) | Verdict::NoRecord,
        ..
    } = checked
    else {
        return String::new();
    };
    let number = match identifier {
        Identifier::Phone(phone) => phone.national().unwrap_or_else(|| phone.e164().to_owned()),
        Identifier::ShortCode(code) => code.as_str().to_owned(),
        Identifier::Sender(name) => name.as_str().to_owned(),
        Identifier::Account(_) | Identifier::Wallet(_) => return String::new(),
    };
    let number: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("sms:{REPORT_TO}?body=LD%20{number}%20")
}

/// Whether a body's name has the bank's as whole words: `MB` is not in `MBV`.
fn names(body: &str, bank: &str) -> bool {
    let words = |text: &str| {
        let plain = toneless(text);
        let words: Vec<&str> = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        format!(" {} ", words.join(" "))
    };
    words(body).contains(&words(bank))
}

/// Official numbers of the account's bank or the wallet's provider, where an administrator has put them down.
fn hotlines(
    s: &PageContext,
    state: &State,
    identifier: Option<&Identifier>,
) -> Vec<(String, String)> {
    let Some(name) = identifier.and_then(words::institution) else {
        return Vec::new();
    };
    let phone = |key: &Key| {
        let Ok(Identifier::Phone(phone)) = Identifier::from_key(key.as_str()) else {
            return None;
        };
        Some(phone.e164().to_owned())
    };
    let added = state.registry.index().officials();
    added
        .iter()
        .filter(|row| names(&row.name_vi, name) || names(&row.name_en, name))
        .filter_map(|row| Some((s.t(&row.name_vi, &row.name_en).to_owned(), phone(&row.key)?)))
        .collect()
}
