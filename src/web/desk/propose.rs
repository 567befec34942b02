//! Proposing one listing.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::Officer,
    domain::{identifier::Identifier, method::MethodId, unit::UnitCode},
    http::headers::see_other,
    present::problem_code::ProblemCode,
    registry::{
        RegistryError,
        listing::{Proposal, note},
    },
    state::refused::Refused,
    web::{forms::Fields, methods, page_context::PageContext, render::Answer},
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
    /// A listing that stands in the way.
    other: Option<Uuid>,
    /// What could have been meant: key and what is shown.
    guesses: Vec<(String, String)>,
}

impl ProposePage {
    fn of(s: PageContext, fields: &Fields) -> Self {
        let text = |name| fields.get(name).to_owned();
        Self {
            methods: methods::choices(s.lang),
            number: text("number"),
            method: text("method"),
            unit: text("unit"),
            evidence: text("evidence"),
            other: None,
            guesses: Vec::new(),
            s,
        }
    }

    fn chosen(&self, a: &str, b: &str) -> bool {
        a == b
    }
}

async fn ask(desk: Desk) -> Answer {
    Officer::of(&desk.who)?;
    let template = ProposePage::of(desk.context(), &Fields::default());
    desk.page(StatusCode::OK, &template)
}

fn read(fields: &Fields) -> Result<Proposal, RegistryError> {
    let wrong = |pointer, code| RegistryError::field(pointer, code);
    Ok(Proposal {
        identifier: Identifier::parse(fields.get("number"))?,
        method: MethodId::parse(fields.get("method")).map_err(|_| wrong("/method", "required"))?,
        unit: match fields.get("unit") {
            "" => None,
            code => Some(UnitCode::parse(code).map_err(|_| wrong("/unit", "unknown-unit"))?),
        },
        evidence: note("/evidence", fields.get("evidence"))?,
    })
}

async fn propose(Form { desk, fields }: Form) -> Answer {
    let officer = Officer::of(&desk.who)?;
    let tried = match read(&fields) {
        // The registry's own error says which listing stands in the way.
        Ok(proposal) => {
            let work = desk.ask(move |registry, now| {
                let proposed = registry.propose(&officer, proposal, None, now);
                Ok(proposed)
            });
            work.await?
        }
        Err(error) => Err(error),
    };
    match tried {
        Ok(made) => Ok(see_other(&format!("/desk/listings/{}?done=1", made.id))),
        Err(error) => again(&desk, &fields, error),
    }
}

/// The form as it was filled in, and what stands in the way.
fn again(desk: &Desk, fields: &Fields, error: RegistryError) -> Answer {
    let mut template = ProposePage::of(desk.context(), fields);
    if let RegistryError::Refused(Refused::AlreadyListed(id) | Refused::AlreadyProposed(id)) =
        &error
    {
        template.other = Some(*id);
    }
    if let RegistryError::Unreadable(unreadable) = &error {
        let guess = |id: &Identifier| (id.key().to_string(), id.display());
        template.guesses = unreadable.suggestions.iter().map(guess).collect();
    }
    // Another unit's code is a slip of the form, not a page that is closed.
    let words = template.s.t(
        "Tài khoản này không được làm việc này.",
        "This account may not do this.",
    );
    let refusal = Refusal::from(error)
        .when(ProblemCode::Forbidden, words)
        .in_form("");
    Refusal::show(Some(refusal), &mut template.s)?;
    desk.page(StatusCode::UNPROCESSABLE_ENTITY, &template)
}
