//! `/desk/reports/new`: an officer writes down what somebody tells at the counter or by telephone, and reads it back.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::{
    idempotency,
    refusal::Refusal,
    report_read_back::{Looked, look},
    report_slip::Slip,
    report_told::roles,
    request::{Desk, Form},
};
use crate::{
    access::capability::Officer,
    domain::report::{
        reading::{GivenIdentifier, RawContact, RawReport, RawTransfer, ReadReport, read},
        words::{Channel, ReportKind},
    },
    present::{problem::Problem, problem_code::ProblemCode, words::report as told},
    registry::{
        RegistryError,
        report::receive::{Bringer, Reported, Reporting},
    },
    web::{forms::Fields, methods, page_context::PageContext, render::Answer},
};

/// Lines for identifiers on the form.
const IDENTIFIERS: usize = 4;
/// Lines for transfers.
const TRANSFERS: usize = 2;

/// Fields by which a form sent twice is known.
const FIELDS: [&str; 20] = [
    "channel",
    "kind",
    "method",
    "number",
    "role",
    "amount_vnd",
    "currency",
    "sent_at",
    "sent_sum",
    "sent_to",
    "bank_ref",
    "happened_at",
    "story",
    "place",
    "name",
    "phone",
    "how",
    "best_time",
    "keep_original",
    "look",
];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/reports/new", web::get().to(ask))
        .route("/reports", web::post().to(take));
}

#[derive(Template)]
#[template(path = "desk/report_new.html")]
struct NewPage {
    s: PageContext,
    typed: Fields,
    once: String,
    channels: Vec<(&'static str, &'static str)>,
    kinds: Vec<(&'static str, &'static str)>,
    roles: Vec<(&'static str, &'static str)>,
    methods: Vec<(&'static str, &'static str)>,
    /// What was read, to be read back before it is taken.
    looked: Option<Looked>,
}

async fn ask(desk: Desk) -> Answer {
    Officer::of(&desk.who)?;
    let page = NewPage::of(&desk, Fields::default(), None);
    desk.page(StatusCode::OK, &page)
}

async fn take(Form { desk, fields }: Form) -> Answer {
    let officer = Officer::of(&desk.who)?;
    if fields.has("edit") {
        let page = NewPage::of(&desk, fields, None);
        return desk.page(StatusCode::OK, &page);
    }
    let (channel, report) = match read_form(&desk, &fields) {
        Ok(read) => read,
        Err(refusal) => return again(&desk, fields, refusal),
    };
    if fields.has("look") {
        let looked = look(&desk, &fields, &report);
        let page = NewPage::of(&desk, fields, Some(looked));
        return desk.page(StatusCode::OK, &page);
    }
    match send(&desk, &fields, officer, channel, report).await {
        Ok(reported) => Slip::first(&reported).show(&desk),
        Err(refusal) => again(&desk, fields, refusal),
    }
}

fn again(desk: &Desk, fields: Fields, refusal: Refusal) -> Answer {
    let mut page = NewPage::of(desk, fields, None);
    let status = Refusal::show(Some(refusal.in_form("").leading(place_of)), &mut page.s)?;
    desk.page(status, &page)
}

/// The id of the field that a JSON pointer names.
fn place_of(pointer: &str) -> Option<String> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    let first = parts.next().unwrap_or_default();
    let (second, third) = (parts.next(), parts.next().unwrap_or_default());
    let nth = second.and_then(|part| part.parse::<usize>().ok());
    Some(match (first, nth) {
        ("identifiers", Some(nth)) if third == "role" => format!("role-{nth}"),
        ("identifiers", nth) => format!("number-{}", nth.unwrap_or_default()),
        ("transfers", nth) => {
            let nth = nth.unwrap_or_default();
            match third {
                "amount_vnd" => format!("sent-sum-{nth}"),
                "to" => format!("sent-to-{nth}"),
                "bank_ref" => format!("bank-ref-{nth}"),
                _ => format!("sent-at-{nth}"),
            }
        }
        ("contact", _) => second?.to_owned(),
        ("kind", _) => format!("kind-{}", ReportKind::Loss.as_str()),
        ("channel" | "method" | "amount_vnd" | "happened_at" | "story" | "place", _) => {
            first.to_owned()
        }
        _ => return None,
    })
}

/// The channel, and the report as it was read.
fn read_form(desk: &Desk, fields: &Fields) -> Result<(Channel, ReadReport), Refusal> {
    let channel = Channel::parse(fields.get("channel")).filter(|channel| channel.is_by_officer());
    let channel = channel.ok_or(RegistryError::field("/channel", "required"))?;
    let report = read(&raw(fields), desk.state.now()).map_err(Problem::from)?;
    Ok((channel, report))
}

fn raw(fields: &Fields) -> RawReport {
    let text = |name| fields.get(name).to_owned();
    let numbers = fields.all("number").zip(fields.all("role"));
    let sent = fields.all("sent_at").zip(fields.all("sent_sum"));
    let sent = sent.zip(fields.all("sent_to").zip(fields.all("bank_ref")));
    RawReport {
        kind: text("kind"),
        identifiers: numbers
            .map(|(number, role)| GivenIdentifier::of(number.trim(), role))
            .collect(),
        method: text("method"),
        amount_vnd: text("amount_vnd"),
        currency: text("currency"),
        transfers: sent
            .map(|((at, sum), (to, bank_ref))| RawTransfer {
                at: at.to_owned(),
                amount_vnd: sum.to_owned(),
                to: to.parse().ok(),
                bank_ref: bank_ref.to_owned(),
            })
            .collect(),
        happened_at: text("happened_at"),
        story: text("story"),
        place: text("place"),
        unit: String::new(),
        contact: RawContact {
            name: text("name"),
            phone: text("phone"),
            // Who leaves no number can't be called, whatever the form offers first.
            how: match fields.get("phone") {
                "" => "none".to_owned(),
                _ => text("how"),
            },
            best_time: text("best_time"),
        },
        keep_original: None,
    }
}

async fn send(
    desk: &Desk,
    fields: &Fields,
    officer: Officer,
    channel: Channel,
    report: ReadReport,
) -> Result<Reported, Refusal> {
    let receipt = idempotency::receipt(desk, "reports", fields, &FIELDS);
    let receipt = receipt.ok_or_else(|| Problem::new(ProblemCode::IdempotencyKeyInvalid))?;
    let reporting = Reporting {
        kind: report.kind,
        channel,
        unit: None,
        method: report.method,
        told: report.told,
        contact: report.contact,
        sender: None,
        source: None,
        keep_original: report.keep_original,
        files: Vec::new(),
    };
    let work = desk.ask(move |registry, now| {
        registry.report(
            &Bringer::Officer(&officer),
            None,
            reporting,
            Some(receipt),
            now,
        )
    });
    Ok(work.await?)
}

impl NewPage {
    fn of(desk: &Desk, typed: Fields, looked: Option<Looked>) -> Self {
        let s = desk.context_at("/desk/reports");
        let lang = s.lang;
        let channels = Channel::ALL
            .iter()
            .filter(|channel| channel.is_by_officer());
        Self {
            once: match typed.get("once") {
                "" => idempotency::token(),
                once => once.to_owned(),
            },
            channels: channels
                .map(|channel| (channel.as_str(), told::channel(*channel, lang)))
                .collect(),
            kinds: ReportKind::ALL
                .iter()
                .map(|kind| (kind.as_str(), told::report_kind(*kind, lang)))
                .collect(),
            roles: roles(lang),
            methods: methods::choices(lang),
            typed,
            looked,
            s,
        }
    }

    fn same(&self, a: &str, b: &str) -> bool {
        a == b
    }

    fn value(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    /// Whether something folded was filled in.
    fn has_more(&self) -> bool {
        ["method", "happened_at", "place"]
            .iter()
            .any(|name| !self.value(name).is_empty())
    }

    /// What was typed into a line.
    fn nth<'a>(&'a self, name: &'a str, nth: &usize) -> &'a str {
        self.typed.all(name).nth(*nth).unwrap_or_default()
    }

    fn identifier_lines(&self) -> std::ops::Range<usize> {
        0..IDENTIFIERS
    }

    fn transfer_lines(&self) -> std::ops::Range<usize> {
        0..TRANSFERS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leaves_no_number_is_not_called() {
        let how = |phone: &str| {
            let pairs = [("how", "call"), ("phone", phone)];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            raw(&Fields::from(pairs.to_vec())).contact.how
        };
        assert_eq!(how(""), "none");
        assert_eq!(how("0950 001 777"), "call");
    }

    #[test]
    fn what_is_wrong_leads_to_its_line() {
        let place = |pointer| place_of(pointer).unwrap_or_default();
        assert_eq!(place("/kind"), "kind-loss");
        assert_eq!(place("/channel"), "channel");
        assert_eq!(place("/identifiers/2"), "number-2");
        assert_eq!(place("/identifiers/2/role"), "role-2");
        assert_eq!(place("/transfers/1/amount_vnd"), "sent-sum-1");
        assert_eq!(place("/transfers/1/at"), "sent-at-1");
        assert_eq!(place("/contact/phone"), "phone");
        assert_eq!(place_of("/files"), None);
    }
}
