//! `POST /v1/sms/inbound`: a message to the gateway's number: a check, a report, or a question how a report stands.

mod sender;
mod told;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::{
    sender::sender,
    told::{Lost, attempt, loss},
};
use super::{
    reports::private,
    sms::{answer, short},
};
use crate::{
    access::capability::PartnerCaller,
    domain::{
        findings::Findings,
        hotline::{self, Sure},
        identifier::Identifier,
        intake::reference::Reference,
        message::{self, Lang, SMS_LENGTH},
        partner::Scope,
        report::{
            Report,
            reading::{self, GivenIdentifier},
            told::Told,
            words::{ReportKind, ReportState},
        },
        sms_command::{self, Command, MAX_CHARS},
        time::Time,
    },
    http::{
        ask::ask,
        extract::{JsonBytes, caller, parse_json, partner_with, unauthenticated},
        payer::Payer,
        state::State,
    },
    present::{
        field_words::field_words,
        follow,
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
        words,
    },
    registry::{
        ReceiptKey,
        check::{Checked, Known, Verdict},
        report::sms::{SmsReport, SmsTaken},
    },
};

/// Longest sender, in characters: fifteen digits of a number, and how people write them.
const MAX_SENDER: usize = 32;
/// Longest id of a message, in characters.
const MAX_MESSAGE_ID: usize = 128;
/// Vietnamese, since answers go by SMS.
const LANG: Lang = Lang::Vi;

/// A message as it came in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundSms {
    /// Who sent it: a telephone number, or a short one of a carrier.
    #[schema(example = "+84950001009", max_length = 32)]
    from: String,
    #[schema(example = "LD 0950001001 gia danh cong an", max_length = 1600)]
    text: String,
    /// The gateway's own: the same message sent again is answered again and makes nothing twice.
    #[schema(min_length = 1, max_length = 128)]
    message_id: String,
    #[schema(format = DateTime)]
    received_at: String,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
pub struct SmsReply {
    /// At most 160 characters, ASCII: Vietnamese without tones.
    #[schema(max_length = 160)]
    reply: String,
}

/// A message that was read.
struct Inbound {
    gateway: PartnerCaller,
    /// In its one form.
    from: String,
    text: String,
    message_id: String,
    received_at: String,
}

impl Inbound {
    fn payer(&self, state: &State) -> Payer {
        Payer::Sender {
            gateway: self.gateway.partner_id(),
            sender: state.sender_keys.of(&self.from),
        }
    }

    /// Binds the message's id to who sent what.
    fn key(&self) -> ReceiptKey {
        let body = format!("{}\n{}", self.from, self.text);
        let gateway = self.gateway.partner_id().to_string();
        ReceiptKey::new(
            &gateway,
            "POST /v1/sms/inbound",
            &self.message_id,
            body.as_bytes(),
        )
    }
}

/// Answers a message to the gateway's number, as commands have it: `TRA` and a number is a check, `LD`, a number and words
/// a report, `MT`, a number and a sum a report of a loss, `TT` and a reference how a report stands, for the number that sent
/// it.
#[utoipa::path(
    operation_id = "take_sms",
    tag = "reports",
    request_body = InboundSms,
    responses(
        (status = 200, body = SmsReply),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["sms:gateway"])),
)]
#[post("/v1/sms/inbound")]
pub async fn sms_inbound(
    request: HttpRequest,
    state: web::Data<State>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let asker = caller(&request, &state)?.ok_or_else(unauthenticated)?;
    let gateway = partner_with(asker, Scope::SmsGateway)?;
    let sms = read(gateway, parse_json(&body.0)?, state.now())?;
    let reply = match sms_command::parse(&sms.text) {
        Command::Check { text } => check(&state, &sms, text).await?.0,
        Command::BareReport { number } => bare(&state, &sms, number).await?,
        Command::Report { number, words } => tell(&state, sms, number, words, None).await?,
        Command::LostMoney {
            number,
            text,
            amount,
            words,
        } => {
            let lost = Lost { text, amount };
            tell(&state, sms, number, words, Some(lost)).await?
        }
        Command::Status { reference } => status(&state, &sms, reference).await?,
        Command::HoldsNumber { .. } => {
            passed_on(&state, &sms)?;
            message::sms("report.sms.holds", &[])
        }
        Command::HowTo => {
            passed_on(&state, &sms)?;
            message::sms("report.sms.how_to", &[])
        }
    };
    Ok(private(StatusCode::OK).json(SmsReply { reply }))
}

fn read(gateway: PartnerCaller, sms: InboundSms, now: Time) -> Result<Inbound, Problem> {
    let wrong = |pointer: &str, code| {
        Problem::new(ProblemCode::Validation).field(pointer, code, field_words(code))
    };
    let (from, message_id) = (sms.from.trim(), sms.message_id.trim());
    for (pointer, text, most) in [
        ("/from", from, MAX_SENDER),
        ("/text", sms.text.as_str(), MAX_CHARS),
        ("/message_id", message_id, MAX_MESSAGE_ID),
    ] {
        if text.chars().nth(most).is_some() {
            return Err(wrong(pointer, "too-long"));
        }
    }
    // A message without a word is one.
    for (pointer, text) in [("/from", from), ("/message_id", message_id)] {
        if text.is_empty() {
            return Err(wrong(pointer, "required"));
        }
    }
    let from = sender(from).ok_or_else(|| wrong("/from", "not-a-phone"))?;
    reading::sent_at(&sms.received_at, "/received_at", now)?;
    Ok(Inbound {
        gateway,
        from,
        message_id: message_id.to_owned(),
        text: sms.text,
        received_at: sms.received_at,
    })
}

/// Counts a message that is no check.
fn passed_on(state: &State, sms: &Inbound) -> Result<(), Problem> {
    state.limits.gateway_message(sms.gateway.partner_id())?;
    let sender = state.sender_keys.of(&sms.from);
    state.limits.sender(&sender, state.limits.cost_hit)?;
    Ok(())
}

/// The answer of a check, and what was found.
async fn check(
    state: &web::Data<State>,
    sms: &Inbound,
    text: String,
) -> Result<(String, Option<Checked>), Problem> {
    let read = move || Ok(vec![Findings::of(&text)]);
    let answered = ask(state, sms.payer(state), 1, read).await?;
    let first = answered.told.into_iter().next().map(|told| told.first);
    Ok((first.as_ref().map(answer).unwrap_or_default(), first))
}

/// A number and no more: a check, and how to report it, as far as there is room.
async fn bare(state: &web::Data<State>, sms: &Inbound, number: String) -> Result<String, Problem> {
    let (reply, _) = check(state, sms, number).await?;
    let with_hint = format!("{reply} {}", message::sms("report.sms.hint", &[]));
    Ok(match with_hint.len() <= SMS_LENGTH {
        true => with_hint,
        false => reply,
    })
}

/// A report. `lost` is given for one of a loss.
async fn tell(
    state: &web::Data<State>,
    sms: Inbound,
    number: String,
    words: String,
    lost: Option<Lost>,
) -> Result<String, Problem> {
    let now = state.now();
    let raw = match &lost {
        None => attempt(&number, words),
        Some(lost) => loss(&sms.received_at, &number, words, lost),
    };
    let read = reading::read(&raw, now)?;
    let asked = lost.map_or(number, |lost| lost.text);
    let counted = match asked.is_empty() {
        true => passed_on(state, &sms).map(|()| None),
        false => check(state, &sms, asked).await.map(|(_, first)| first),
    };
    // A sender who asks too much is not answered what the number is, but may still report it.
    let checked = match counted {
        Ok(checked) => checked,
        Err(problem) if problem.code() == ProblemCode::TooManyRequests => None,
        Err(problem) => return Err(problem),
    };
    let (registry, key) = (state.registry.clone(), sms.key());
    let named = answered_of(&read.told).cloned();
    let report = SmsReport {
        number: sms.from,
        kind: read.kind,
        told: read.told,
    };
    let names_none = raw.identifiers.iter().all(GivenIdentifier::is_empty);
    let gateway = sms.gateway;
    let taken = State::blocking(move || registry.report_by_sms(&gateway, report, key, now)).await?;
    Ok(match taken {
        SmsTaken::TooMany => message::sms("report.sms.too_many", &[]),
        SmsTaken::Report(report) => {
            taken_reply(&report, named.as_ref(), checked.as_ref(), names_none)
        }
    })
}

/// What the answer is about: the account, since its bank still holds the money, else what was named first.
fn answered_of(told: &Told) -> Option<&Identifier> {
    let first = told.identifiers.first().map(|told| &told.identifier);
    told.holders_of_money().next().or(first)
}

fn taken_reply(
    report: &Report,
    named: Option<&Identifier>,
    checked: Option<&Checked>,
    names_none: bool,
) -> String {
    let (reference, digits) = (report.reference.to_string(), report.reference.digits());
    let number = named.map(short).unwrap_or_default();
    let hotline = named.and_then(hotline::of);
    let hotline = hotline.filter(|known| known.sure == Sure::High);
    let bank = hotline.map_or_else(String::new, |known| {
        format!("{} {}", known.name, known.number)
    });
    let code = match (report.kind, named, verdict(checked)) {
        (ReportKind::Loss, ..) if !bank.is_empty() => "report.sms.loss",
        (ReportKind::Loss, ..) => "report.sms.loss_elsewhere",
        (ReportKind::Attempt, None, _) if names_none => "report.sms.no_number",
        (ReportKind::Attempt, None, _) => "report.sms.unreadable",
        (ReportKind::Attempt, Some(_), Some(Verdict::Listed(_))) => "report.sms.listed",
        (ReportKind::Attempt, Some(_), Some(Verdict::Official(_))) => "report.sms.official",
        (ReportKind::Attempt, Some(_), Some(Verdict::NoRecord)) => "report.sms.no_record",
        (ReportKind::Attempt, Some(_), None) => "report.sms.taken",
    };
    let values = [
        ("reference", reference.as_str()),
        ("digits", &digits),
        ("number", &number),
        ("name", &bank),
    ];
    message::sms(code, &values)
}

fn verdict(checked: Option<&Checked>) -> Option<&Verdict> {
    match checked? {
        Checked::One(Known { verdict, .. }) => Some(verdict),
        Checked::AtSomeBank(_) | Checked::Unreadable(_) => None,
    }
}

/// How a report stands: only the number that sent it is told.
async fn status(
    state: &web::Data<State>,
    sms: &Inbound,
    reference: Option<Reference>,
) -> Result<String, Problem> {
    passed_on(state, sms)?;
    let unknown = || message::sms("report.sms.status.unknown", &[]);
    let Some(reference) = reference else {
        return Ok(unknown());
    };
    let (registry, from) = (state.registry.clone(), sms.from.clone());
    let found = State::blocking(move || registry.report_of_sender(&from, reference)).await?;
    Ok(found.map_or_else(unknown, |report| status_reply(&report, state.now())))
}

fn status_reply(report: &Report, now: Time) -> String {
    let next = follow::next_clock(report);
    let due = next.map(|clock| follow::last_day(clock, LANG));
    let until = match report.answer_until {
        Some(until) => words::day(until.plus_seconds(-1), LANG),
        None => due.unwrap_or_default(),
    };
    let is_late = next.is_some_and(|clock| clock.is_running() && clock.due_at < now);
    let outcome = report.resolution.map(|resolution| resolution.outcome);
    let code = match report.state {
        _ if is_late => "report.sms.status.late",
        ReportState::Received => "report.sms.status.received",
        ReportState::Acknowledged | ReportState::Verifying => "report.sms.status.verifying",
        ReportState::WaitingReporter => "report.sms.status.waiting",
        ReportState::Suspended => "report.sms.status.suspended",
        ReportState::Resolved => "report.sms.status.resolved",
    };
    let (reference, digits) = (report.reference.to_string(), report.reference.digits());
    let values = [
        ("reference", reference.as_str()),
        ("digits", &digits),
        ("unit", &words::police_of(report.unit.unit(), LANG)),
        ("until", &until),
        (
            "note",
            outcome.map_or("", |outcome| words::report::outcome(outcome, LANG)),
        ),
    ];
    message::sms(code, &values)
}
