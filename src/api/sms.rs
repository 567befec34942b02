//! `POST /v1/sms`: the answer for an SMS or voice gateway.

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{
        findings::Findings,
        identifier::Identifier,
        message::{self, Lang},
        partner::Scope,
    },
    http::{
        ask::ask,
        extract::{JsonBytes, caller, parse_json, partner_with},
        payer::Payer,
        state::State,
    },
    present::{
        field_words::field_words,
        json,
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
        words::{self, day},
    },
    registry::{
        caller::Caller,
        check::{Checked, Verdict},
    },
};

/// Longest message: ten joined SMS.
const MAX_CHARS: usize = 1_600;
/// Longest sender, in characters: fifteen digits of a number, and how people write them.
const MAX_SENDER: usize = 32;

/// A message as it came in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsRequest {
    /// `LD 0950001001`, or just the number.
    #[schema(example = "LD 0950001001", max_length = 1600)]
    text: String,
    /// With the scope `sms:gateway`: the number that sent the message, by which it is limited. It is kept for this alone, in
    /// memory and under a key. Without a token nobody vouches for it, and the address is what is limited.
    #[serde(default)]
    #[schema(example = "+84950001001", max_length = 32)]
    sender: Option<String>,
}

/// Answers a message in at most 160 ASCII characters, Vietnamese without tones. A gateway passes on the messages of a whole
/// country: with the scope `sms:gateway` each sender has limits of its own.
#[utoipa::path(
    operation_id = "answer_sms",
    tag = "check",
    request_body = SmsRequest,
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("partner" = ["sms:gateway"])),
)]
#[post("/v1/sms")]
pub async fn sms(
    request: HttpRequest,
    state: web::Data<State>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let gateway = gateway(&request, &state)?;
    let message: SmsRequest = parse_json(&body.0)?;
    let text = message.text.trim();
    if text.chars().count() > MAX_CHARS {
        return Err(Problem::new(ProblemCode::Validation).field("/text", "too-long", "≤ 1600"));
    }
    let text = without_keyword(text).to_owned();
    let payer = match gateway {
        None => Payer::of(state.address(&request), None),
        Some(gateway) => Payer::Sender {
            gateway,
            sender: state.sender_keys.of(&sender(message.sender)?),
        },
    };
    let answered = ask(&state, payer, 1, move || Ok(vec![Findings::of(&text)])).await?;
    let answer = answered
        .told
        .first()
        .map(|told| answer(&told.first))
        .unwrap_or_default();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/plain; charset=us-ascii")
        .body(answer))
}

/// The gateway behind the token, if one was sent. A person's token is as good as none.
fn gateway(request: &HttpRequest, state: &State) -> Result<Option<Uuid>, Problem> {
    match caller(request, state)? {
        None | Some(Caller::Person(_)) => Ok(None),
        Some(partner @ Caller::Partner(_)) => {
            let partner = partner_with(partner, Scope::SmsGateway)?;
            Ok(Some(partner.partner_id()))
        }
    }
}

/// A sender in its one form, so that another spelling is no other sender. What is no phone number stays as it is: gateways
/// know senders by other names too.
pub(super) fn sender(given: Option<String>) -> Result<String, Problem> {
    let wrong =
        |code| Problem::new(ProblemCode::Validation).field("/sender", code, field_words(code));
    let given = given.ok_or_else(|| wrong("required"))?;
    let text = given.trim();
    if text.is_empty() || text.chars().count() > MAX_SENDER {
        return Err(wrong("invalid"));
    }
    Ok(match Identifier::parse(text) {
        Ok(identifier) => identifier.key().to_string(),
        Err(_) => text.to_lowercase(),
    })
}

/// The text without the word that the gateway's number wants first (`LD`, `S`, `V`, `TRA`).
pub(super) fn without_keyword(text: &str) -> &str {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let known = ["ld", "s", "v", "tra", "check"];
    if known.contains(&first.to_ascii_lowercase().as_str()) && !rest.trim().is_empty() {
        return rest.trim_start();
    }
    // `LD0950001001`
    let glued = text
        .get(..2)
        .filter(|word| word.eq_ignore_ascii_case("ld"))
        .map(|_| &text[2..]);
    glued
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '+'))
        .unwrap_or(text)
}

pub(super) fn answer(checked: &Checked) -> String {
    match checked {
        Checked::One {
            identifier,
            unknown: Some(unknown),
            ..
        } => message::sms(
            &format!("beside.{}", unknown.kind().as_str()),
            &[("number", &short(identifier))],
        ),
        Checked::One {
            identifier,
            verdict: Verdict::Listed(live),
            ..
        } => listed(
            &format!("listed.{}", identifier.kind().as_str()),
            identifier,
            live,
        ),
        Checked::One {
            identifier,
            verdict: Verdict::Official(name),
            ..
        } => message::sms(
            "official",
            &[("name", &name.vi), ("number", &short(identifier))],
        ),
        Checked::One {
            identifier,
            verdict: Verdict::NoRecord,
            ..
        } => message::sms(
            &format!("no_record.{}", identifier.kind().as_str()),
            &[("number", &short(identifier))],
        ),
        Checked::AtSomeBank(found) => match found.first() {
            Some((identifier, live)) => listed("listed.at_some_bank", identifier, live),
            None => message::sms("unreadable", &[]),
        },
        Checked::Unreadable(unreadable) if unreadable.suggestions.is_empty() => {
            message::sms(&format!("unreadable.{}", unreadable.reason.code()), &[])
        }
        Checked::Unreadable(_) => message::sms("ask.which", &[]),
    }
}

fn listed(code: &str, identifier: &Identifier, live: &crate::store::schema::Live) -> String {
    let bank = match identifier {
        Identifier::Account(account) => {
            crate::domain::bank::by_bin(account.bank()).map_or("", |bank| bank.short_name)
        }
        Identifier::Phone(_)
        | Identifier::Wallet(_)
        | Identifier::ShortCode(_)
        | Identifier::Sender(_) => "",
    };
    message::sms(
        code,
        &[
            ("number", &short(identifier)),
            ("name", bank),
            ("method", json::method(live.method, Lang::Vi).name),
            ("unit", &words::police_of(live.unit.unit(), Lang::Vi)),
            ("until", &day(live.valid_until, Lang::Vi)),
        ],
    )
}

/// The number alone, as it is dialled or typed.
pub(super) fn short(identifier: &Identifier) -> String {
    match identifier {
        Identifier::Phone(phone) => phone.national().unwrap_or_else(|| phone.e164().to_owned()),
        Identifier::Account(account) => account.number().as_str().to_owned(),
        Identifier::Wallet(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => {
            identifier.display()
        }
    }
}
