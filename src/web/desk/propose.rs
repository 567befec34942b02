//! Proposing one listing: what was read is shown before anything is sent.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::Officer,
    domain::{findings::Findings, identifier::Identifier, method::MethodId, unit::UnitCode},
    http::headers::see_other,
    present::{problem_code::ProblemCode, words},
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
    /// What was read, to be looked at before it is sent.
    looked: Option<Looked>,
}

/// What a filled form was read as.
struct Looked {
    display: String,
    kind: &'static str,
    key: String,
    /// What is known of it now.
    known: String,
    method: &'static str,
    unit: String,
}

impl ProposePage {
    fn of(s: PageContext, fields: &Fields) -> Self {
        let text = |name| fields.get(name).to_owned();
        Self {
            methods: methods::choices(s.lang),
            number: number(fields).to_owned(),
            method: text("method"),
            unit: text("unit"),
            evidence: text("evidence"),
            other: None,
            guesses: Vec::new(),
            looked: None,
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

/// The number that was typed, or the one that was chosen in its place.
fn number(fields: &Fields) -> &str {
    match fields.get("instead") {
        "" => fields.get("number"),
        chosen => chosen,
    }
}

fn read(fields: &Fields) -> Result<Proposal, RegistryError> {
    let wrong = |pointer, code| RegistryError::field(pointer, code);
    Ok(Proposal {
        identifier: Identifier::parse(number(fields))?,
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
    if fields.has("edit") {
        let template = ProposePage::of(desk.context(), &fields);
        return desk.page(StatusCode::OK, &template);
    }
    if fields.has("look") || fields.has("instead") {
        return match read(&fields) {
            Ok(proposal) => look(&desk, &fields, proposal, officer.unit()).await,
            Err(error) => again(&desk, &fields, error),
        };
    }
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

/// What was read of the form, and what is known of the number now.
async fn look(desk: &Desk, fields: &Fields, proposal: Proposal, own: UnitCode) -> Answer {
    let s = desk.context();
    let identifier = proposal.identifier.clone();
    let told =
        desk.ask(move |registry, now| Ok(registry.tell(Findings::from(Ok(identifier)), now)));
    let looked = Looked {
        known: words::checked::told(&told.await?, s.lang),
        display: proposal.identifier.display(),
        kind: words::kind(proposal.identifier.kind(), s.lang),
        key: proposal.identifier.key().to_string(),
        method: words::method(proposal.method, s.lang),
        unit: words::police_of(proposal.unit.unwrap_or(own).unit(), s.lang),
    };
    let mut template = ProposePage::of(s, fields);
    template.looked = Some(looked);
    desk.page(StatusCode::OK, &template)
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
        "Đơn vị này không thuộc phạm vi của tài khoản. Hãy nhập mã đơn vị của mình hoặc đơn vị bên dưới.",
        "This unit is not within the account's reach. Enter the code of your own unit or of one below it.",
    );
    let refusal = Refusal::from(error)
        .when(ProblemCode::Forbidden, words)
        .in_form("");
    Refusal::show(Some(refusal), &mut template.s)?;
    desk.page(StatusCode::UNPROCESSABLE_ENTITY, &template)
}
