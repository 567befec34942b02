//! The public page of one listing: what was confirmed, by whom, until when, and its proofs in the ledger. It never
//! says whom the listing is about: its address gets shared.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, HeaderValue},
    web,
};
use askama::Template;
use uuid::Uuid;

use super::{
    failure::Failure,
    first_call::police_phone,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{identifier::Kind, method::Method, time::Time},
    http::state::State,
    present::{problem_code::ProblemCode, words},
    registry::public_side::{PublicSide, Standing},
};

/// Keeps search engines from showing the page.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Listing.both() {
        config.route(&format!("/{slug}/{{id}}"), web::get().to(show));
    }
}

#[derive(Template)]
#[template(path = "public_listing.html")]
struct ListingPage {
    s: PageContext,
    id: Uuid,
    /// `listed`, or `no-record` for what is over.
    class: &'static str,
    heading: &'static str,
    message: String,
    disputed: bool,
    /// It was taken off: what its page is most needed for.
    delisted: bool,
    /// What it says; nothing once that was destroyed.
    about: Option<About>,
    leaves: Vec<Leaf>,
    is_cut: bool,
    /// The last leaf, as it stands in the log.
    last: String,
    /// Reads that leaf with tools nobody here wrote.
    command: String,
}

/// What a listing says, but for whom it is about.
struct About {
    kind: &'static str,
    method: &'static Method,
    unit: String,
    /// Of the police that confirmed it, as it is shown and as it is dialled.
    phone: Option<(String, String)>,
    listed_at: String,
    renewed_at: Option<String>,
    /// What the last day is called, and the day.
    last_day: (&'static str, String),
}

/// One leaf of the listing.
struct Leaf {
    index: u64,
    what: &'static str,
    at: String,
}

async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id = Uuid::try_parse(&id).map_err(|_| Failure::of(ProblemCode::NotFound))?;
    let (registry, now) = (state.registry.clone(), state.now());
    let side = State::blocking(move || registry.public_side(id, now)).await?;
    let s = PageContext::public(&request, Nav::Listing, &format!("/{id}"));
    let template = present(s, &state, &side);
    let mut response = page(&request, Page::Public, &template)?;
    let value = HeaderValue::from_static("noindex");
    response.headers_mut().insert(ROBOTS, value);
    Ok(response)
}

fn present(s: PageContext, state: &State, side: &PublicSide) -> ListingPage {
    let url = &state.issuer.url;
    let (heading, message) = words(&s, side);
    let leaves = side.leaves.iter().map(|(index, leaf)| Leaf {
        index: *index,
        what: words::op(leaf.op, s.lang),
        at: words::moment(Time::from_minutes(leaf.minute), s.lang),
    });
    let newest = side.leaves.first();
    ListingPage {
        id: side.id,
        class: match side.standing {
            Standing::InForce { .. } => "listed",
            Standing::Expired { .. } | Standing::Delisted { .. } | Standing::Erased { .. } => {
                "no-record"
            }
        },
        heading,
        message,
        disputed: side.standing == Standing::InForce { disputed: true },
        delisted: matches!(side.standing, Standing::Delisted { .. }),
        about: about(&s, state, side),
        leaves: leaves.collect(),
        is_cut: side.is_cut,
        last: newest.map(|(_, leaf)| leaf.encode()).unwrap_or_default(),
        command: newest
            .map(|(index, _)| {
                format!("pip install tlog-scales\ntlog-tiles get-leaf -c {url}/v1/ledger {index}")
            })
            .unwrap_or_default(),
        s,
    }
}

/// The verdict, and what it means.
fn words(s: &PageContext, side: &PublicSide) -> (&'static str, String) {
    match side.standing {
        Standing::InForce { .. } => (
            match side.kind {
                Kind::Sender => s.t(
                    "Công an đã xác nhận: có tin nhắn mạo danh",
                    "Confirmed by police: messages imitate a name",
                ),
                Kind::Phone | Kind::Account | Kind::Wallet | Kind::ShortCode => {
                    s.t("Công an đã xác nhận: lừa đảo", "Confirmed by police: scam")
                }
            },
            s.t(
                "Cảnh báo này đang có hiệu lực.",
                "This warning is in force.",
            )
            .to_owned(),
        ),
        Standing::Expired { .. } => (
            s.t(
                "Cảnh báo này đã hết hiệu lực",
                "This warning is no longer in force",
            ),
            s.t(
                "Cảnh báo nào cũng có thời hạn, và thời hạn này đã qua. Hết hạn không có nghĩa là hết lừa đảo.",
                "Every warning has a term, and this one is over. That does not mean that the scam is over.",
            )
            .to_owned(),
        ),
        Standing::Delisted { at } => (
            s.t(
                "Công an đã gỡ cảnh báo này",
                "Police have taken this warning off",
            ),
            format!(
                "{} {}.",
                s.t(
                    "Cảnh báo không còn hiệu lực từ ngày",
                    "It has not been in force since"
                ),
                words::day(at, s.lang)
            ),
        ),
        Standing::Erased { at } => (
            s.t(
                "Nội dung của cảnh báo này đã bị hủy",
                "The content of this warning was destroyed",
            ),
            format!(
                "{} {}. {}",
                s.t("Hủy ngày", "Destroyed on"),
                words::day(at, s.lang),
                s.t(
                    "Số bị cảnh báo và chìa của dấu niêm phong không còn. Không ai mở lại được, chúng tôi cũng không.",
                    "The number and the key to the seal are gone. Nobody can open it any more, and neither can we."
                )
            ),
        ),
    }
}

fn about(s: &PageContext, state: &State, side: &PublicSide) -> Option<About> {
    let last_day = match side.standing {
        Standing::InForce { .. } => (s.t("Có hiệu lực đến", "Valid until"), side.valid_until),
        Standing::Expired { at } => (s.t("Hết hiệu lực ngày", "Ended on"), at),
        Standing::Delisted { at } => (s.t("Gỡ ngày", "Taken off on"), at),
        Standing::Erased { .. } => return None,
    };
    Some(About {
        kind: words::kind(side.kind, s.lang),
        method: side.method.method(),
        unit: words::police_of(side.unit.unit(), s.lang),
        phone: police_phone(state, side.unit),
        listed_at: words::day(side.listed_at, s.lang),
        renewed_at: side.renewed_at.map(|at| words::day(at, s.lang)),
        last_day: (last_day.0, words::day(last_day.1, s.lang)),
    })
}
