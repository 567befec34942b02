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
    render::{Page, page},
    shell::{Nav, Shell, listing_address},
};
use crate::{
    domain::{
        identifier::{Identifier, Kind},
        message::Lang,
        text::toneless,
        unit::UnitCode,
    },
    http::{
        ask::{Admission, ask},
        payer::Payer,
        qr_picture,
        state::State,
    },
    present::{
        answer::{self, CheckResult, VerdictWord, day_of},
        json::{IdentifierInput, IdentifierJson, PublicListing},
        problem::Problem,
        words,
    },
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
    s: Shell,
    answer: Option<Answer>,
    asked: String,
}

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage {
    s: Shell,
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
        s: Shell::public(&request, Nav::Check, ""),
        answer: None,
        asked: String::new(),
    };
    page(&request, Page::Public, &template)
}

async fn open_counter(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = CounterPage {
        s: Shell::public(&request, Nav::Counter, ""),
        answer: None,
    };
    page(&request, Page::Public, &template)
}

async fn check(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Failure> {
    let s = Shell::public(&request, Nav::Check, "");
    let state = State::of(&request);
    let (asked, found) = look_up(&request, &state, body, s.lang).await?;
    let again = found.verdict == VerdictWord::Unreadable;
    let template = CheckPage {
        answer: Some(present(&s, &state, found)),
        asked: if again { asked } else { String::new() },
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn check_at_counter(
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Failure> {
    let s = Shell::public(&request, Nav::Counter, "");
    let state = State::of(&request);
    let (_, found) = look_up(&request, &state, body, s.lang).await?;
    let verdict = found.verdict.as_str();
    let key = found
        .identifier
        .as_ref()
        .map(|identifier| identifier.key.clone());
    let mut answer = present(&s, &state, found);
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
                "verdict": verdict, "heading": answer.heading, "display": answer.display, "key": key,
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
    lang: Lang,
) -> Result<(String, CheckResult), Failure> {
    let mut payload: Payload = body.into_inner();
    let upload = Upload::read(request, &mut payload, qr_picture::MAX_BYTES).await?;
    let text = upload.fields.get("q").to_owned();
    let shown = text.chars().take(MAX_SHOWN).collect();
    let payer = Payer::of(state.address(request), None);
    let mut answered = match upload.file {
        // A picture that was chosen is what is meant, whatever stands in the box from before.
        Some(file) => {
            let admission = Admission::to_show(state, payer)?;
            let read = qr_picture::identify(state, payer, file.bytes).await?;
            admission.look_up(vec![read])?
        }
        None => ask(state, payer, 1, move || Ok(vec![Identifier::parse(&text)])).await?,
    };
    let checked = answered.checked.pop();
    let checked = checked.ok_or_else(|| Problem::new("internal"))?;
    let input = IdentifierInput::default();
    Ok((
        shown,
        answer::present(&state.issuer.url, input, checked, lang),
    ))
}

fn present(s: &Shell, state: &State, found: CheckResult) -> Answer {
    let identifier = found.identifier.as_ref();
    let display = identifier.map(|i| i.display.clone()).unwrap_or_default();
    let mut listings: Vec<Listed> = found
        .matches
        .iter()
        .map(|found| listed(&found.identifier.display, &found.listing, s.lang))
        .collect();
    if listings.is_empty() {
        listings.extend(
            found
                .listing
                .as_ref()
                .map(|listing| listed(&display, listing, s.lang)),
        );
    }
    Answer {
        class: match found.verdict {
            VerdictWord::Listed => "listed",
            VerdictWord::Official => "official",
            VerdictWord::NoRecord => "no-record",
            VerdictWord::Unreadable => "unreadable",
        },
        heading: heading(s, &found),
        sms: sms(&found, identifier),
        hotlines: hotlines(s, state, identifier),
        suggestions: found
            .suggestions
            .iter()
            .map(|i| {
                (
                    i.key.clone(),
                    i.display.clone(),
                    words::kind(i.kind, s.lang),
                )
            })
            .collect(),
        // Asking back, the page says why; the question itself is the heading.
        message: match found.problem {
            Some(problem) if !found.suggestions.is_empty() => problem.detail,
            _ => found.message,
        },
        disputed: found.disputed,
        advice: found.advice,
        display,
        listings,
    }
}

/// What the teller's screen says in one line: it has no room for more, and nothing may be lost.
fn for_teller(s: &Shell, answer: &Answer) -> String {
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

fn listed(display: &str, listing: &PublicListing, lang: Lang) -> Listed {
    let date = |text: &str| day_of(text, lang);
    Listed {
        display: display.to_owned(),
        unit: UnitCode::parse(listing.unit.code).map_or_else(
            |_| listing.unit.name.to_owned(),
            |code| words::police_of(code.unit(), lang),
        ),
        listed_at: date(&listing.listed_at),
        valid_until: date(&listing.valid_until),
        method: listing.method.name,
        method_slug: listing.method.slug,
        page: listing_address(lang, listing.id),
    }
}

fn heading(s: &Shell, found: &CheckResult) -> String {
    let kind = found.identifier.as_ref().map(|identifier| identifier.kind);
    match found.verdict {
        VerdictWord::Listed if kind == Some(Kind::Sender) => s
            .t(
                "Công an đã xác nhận: có tin nhắn mạo danh tên này",
                "Confirmed by police: messages imitate this name",
            )
            .to_owned(),
        VerdictWord::Listed => s
            .t("Công an đã xác nhận: lừa đảo", "Confirmed by police: scam")
            .to_owned(),
        VerdictWord::Official => {
            let name = found
                .official
                .as_ref()
                .map_or("", |official| official.name.as_str());
            format!("{} {name}", s.t("Số chính thức của", "Official number of"))
        }
        VerdictWord::NoRecord => s
            .t(
                "Chưa có thông tin, không có nghĩa là an toàn",
                "No information, which does not mean safe",
            )
            .to_owned(),
        VerdictWord::Unreadable if !found.suggestions.is_empty() => s
            .t("Bác muốn tra số nào?", "Which number do you mean?")
            .to_owned(),
        VerdictWord::Unreadable => s
            .t("Chưa đọc được số này", "This could not be read")
            .to_owned(),
    }
}

/// `LD 0950001001`: the form that 156 takes, ready for an address. It takes calls and messages only; nothing is reported
/// that is official or was not read.
fn sms(found: &CheckResult, identifier: Option<&IdentifierJson>) -> String {
    let reported = matches!(
        identifier.map(|identifier| identifier.kind),
        Some(Kind::Phone | Kind::ShortCode | Kind::Sender)
    );
    let open = matches!(found.verdict, VerdictWord::Listed | VerdictWord::NoRecord);
    if !(reported && open) {
        return String::new();
    }
    let dialled = identifier.and_then(|i| match Identifier::from_key(&i.key) {
        Ok(Identifier::Phone(phone)) => phone.national().or(i.number.clone()),
        _ => i.number.clone().or(i.code.clone()).or(i.name.clone()),
    });
    let number = dialled.unwrap_or_default();
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
    s: &Shell,
    state: &State,
    identifier: Option<&IdentifierJson>,
) -> Vec<(String, String)> {
    let Some(name) = identifier.and_then(|identifier| identifier.bank_name) else {
        return Vec::new();
    };
    let phone = |key: &str| key.strip_prefix("phone:").map(str::to_owned);
    state
        .registry
        .index()
        .officials()
        .iter()
        .filter(|row| names(&row.name_vi, name) || names(&row.name_en, name))
        .filter_map(|row| {
            Some((
                s.t(&row.name_vi, &row.name_en).to_owned(),
                phone(row.key.as_str())?,
            ))
        })
        .collect()
}
