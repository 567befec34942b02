//! Proposing one listing.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{listing_row, sign_in::told};
use crate::{
    access::capability::Officer,
    domain::{identifier::Identifier, method::MethodId, unit::UnitCode},
    http::{headers::see_other, state::State},
    registry::{
        RegistryError,
        listing::{Proposal, note},
    },
    state::refused::Refused,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/propose", web::get().to(ask))
        .route("/propose", web::post().to(propose));
}

#[derive(Template)]
#[template(path = "desk/propose.html")]
struct ProposePage {
    s: PageContext,
    methods: Vec<(&'static str, &'static str)>,
    number: String,
    method: String,
    unit: String,
    evidence: String,
    error: Option<String>,
    /// A listing that stands in the way.
    other: Option<uuid::Uuid>,
    /// What could have been meant: key and what is shown.
    guesses: Vec<(String, String)>,
}

impl ProposePage {
    fn chosen(&self, a: &str, b: &str) -> bool {
        a == b
    }
}

async fn ask(request: HttpRequest, desk: Desk) -> Result<HttpResponse, Failure> {
    Officer::of(&desk.who)?;
    let template = filled(desk.context(&request), &Fields::default());
    page(&request, Page::Private(StatusCode::OK), &template)
}

fn filled(s: PageContext, fields: &Fields) -> ProposePage {
    ProposePage {
        methods: listing_row::methods(&s),
        number: fields.get("number").to_owned(),
        method: fields.get("method").to_owned(),
        unit: fields.get("unit").to_owned(),
        evidence: fields.get("evidence").to_owned(),
        error: None,
        other: None,
        guesses: Vec::new(),
        s,
    }
}

fn read(fields: &Fields) -> Result<Proposal, RegistryError> {
    let wrong = |pointer| RegistryError::field(pointer, "required");
    Ok(Proposal {
        identifier: Identifier::parse(fields.get("number"))?,
        method: MethodId::parse(fields.get("method")).map_err(|_| wrong("/method"))?,
        unit: match fields.get("unit") {
            "" => None,
            code => Some(
                UnitCode::parse(code).map_err(|_| RegistryError::field("/unit", "unknown-unit"))?,
            ),
        },
        evidence: note("/evidence", fields.get("evidence"))?,
    })
}

async fn propose(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let officer = Officer::of(&desk.who)?;
    let (inner, now) = (state.clone(), state.now());
    let tried = match read(&fields) {
        Ok(proposal) => web::block(move || inner.registry.propose(&officer, proposal, None, now))
            .await
            .map_err(|_| Failure::of("shutting-down"))?,
        Err(error) => Err(error),
    };
    let error = match tried {
        Ok(made) => return Ok(see_other(&format!("/desk/listings/{}?done=1", made.id))),
        Err(error @ (RegistryError::Unavailable | RegistryError::Internal(_))) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    let mut template = filled(desk.context(&request), &fields);
    match &error {
        RegistryError::Refused(Refused::AlreadyListed(id) | Refused::AlreadyProposed(id)) => {
            template.other = Some(*id);
        }
        RegistryError::Unreadable(unreadable) => {
            let guess = |id: &Identifier| (id.key().as_str().to_owned(), id.display());
            template.guesses = unreadable.suggestions.iter().map(guess).collect();
        }
        _ => {}
    }
    template.error = Some(told(&template.s, error));
    page(
        &request,
        Page::Private(StatusCode::UNPROCESSABLE_ENTITY),
        &template,
    )
}
