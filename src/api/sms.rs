//! `POST` and `GET /v1/sms`: the answer for an SMS or voice gateway.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use uuid::Uuid;

use super::sms_shapes::{SmsRequest, read, reply};
use crate::{
    domain::{
        findings::Findings,
        identifier::Identifier,
        message::{self, Lang},
        partner::Scope,
    },
    http::{
        ask::ask,
        extract::{caller, partner_with},
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
        check::{Checked, Known, Verdict},
    },
};

/// Longest message: ten joined SMS.
const MAX_CHARS: usize = 1_600;
/// Longest sender, in characters: fifteen digits of a number, and how people write them.
const MAX_SENDER: usize = 32;

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
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    taken(&request, &state, payload).await
}

/// Answers a message as gateways ask that know no `POST`: `text` and `sender` in the address, which is not logged here; see to
/// it that no proxy does.
#[utoipa::path(
    operation_id = "answer_sms_of_gateway",
    tag = "check",
    params(
        ("text" = String, Query, max_length = 1600, example = "LD 0950001001", description = "the message; also as `Body`, `content` or `message`"),
        ("sender" = Option<String>, Query, max_length = 32, example = "+84950001001", description = "who sent it; also as `from`, `From` or `msisdn`"),
    ),
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("partner" = ["sms:gateway"])),
)]
#[get("/v1/sms")]
pub async fn sms_of_gateway(
    request: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    taken(&request, &state, payload).await
}

/// Takes a message and answers it.
async fn taken(
    request: &HttpRequest,
    state: &web::Data<State>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let gateway = gateway(request, state)?;
    let (asker, message) = read(request, payload).await?;
    let answered = answered(request, state, gateway, message).await;
    answered.map(reply).or_else(|problem| asker.answer(problem))
}

async fn answered(
    request: &HttpRequest,
    state: &web::Data<State>,
    gateway: Option<Uuid>,
    message: SmsRequest,
) -> Result<String, Problem> {
    let findings = asked(&message.text)?;
    let payer = match gateway {
        None => Payer::of(state.address(request), None),
        Some(gateway) => Payer::Sender {
            gateway,
            sender: state.sender_keys.of(&sender(message.sender)?),
        },
    };
    let answered = ask(state, payer, 1, move || Ok(vec![findings])).await?;
    let told = answered.told.first();
    Ok(told.map(|told| answer(&told.first)).unwrap_or_default())
}

/// What a message asks for.
///
/// # Errors
/// 422 for one that is too long.
pub(super) fn asked(text: &str) -> Result<Findings, Problem> {
    let text = text.trim();
    if text.chars().count() > MAX_CHARS {
        return Err(Problem::new(ProblemCode::Validation).field("/text", "too-long", "≤ 1600"));
    }
    Ok(Findings::of(without_keyword(text)))
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
    if text.is_empty() {
        return Err(wrong("required"));
    }
    if text.chars().count() > MAX_SENDER {
        return Err(wrong("too-long"));
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
        Checked::One(Known {
            identifier,
            unknown: Some(unknown),
            ..
        }) => message::sms(
            &format!("beside.{}", unknown.kind().as_str()),
            &[("number", &short(identifier))],
        ),
        Checked::One(Known {
            identifier,
            verdict: Verdict::Listed(live),
            ..
        }) => listed(
            &format!("listed.{}", identifier.kind().as_str()),
            identifier,
            live,
        ),
        Checked::One(Known {
            identifier,
            verdict: Verdict::Official(name),
            ..
        }) => message::sms(
            "official",
            &[("name", &name.vi), ("number", &short(identifier))],
        ),
        Checked::One(Known {
            identifier,
            verdict: Verdict::NoRecord,
            ..
        }) => message::sms(
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
