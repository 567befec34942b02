//! What is done to a report, from the request to the answer: rights come before fields, fields before the state.

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::de::DeserializeOwned;

use super::intake::answer;
use crate::domain::report::acts::{Decision, DecisionKind, OfficerAct};
use crate::{
    access::capability::{Officer, Supervisor},
    domain::{
        report::{Report, reading::moment},
        time::Time,
    },
    http::{
        extract::{Id, JsonBytes, Language, Person},
        if_match::IfMatch,
        state::State,
    },
    present::problem::Problem,
    registry::RegistryError,
};

/// What every act needs.
pub struct ActRequest {
    pub state: web::Data<State>,
    pub person: Person,
    pub lang: Language,
    pub id: Id,
    pub version: IfMatch,
    pub body: JsonBytes,
}

/// Whether a unit does it that was only asked to take the report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Who has the report in hand.
    Own,
    /// Who was asked to take it.
    Asked,
}

impl ActRequest {
    /// An officer's act.
    pub async fn work<B: DeserializeOwned + 'static>(
        self,
        hand: Hand,
        read: impl FnOnce(B, &Report, &State) -> Result<OfficerAct, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let officer = Officer::of(&self.person.0)?;
        let (registry, who, id) = (self.state.registry.clone(), officer.clone(), self.id.0);
        let report = State::blocking(move || match hand {
            Hand::Own => registry.report_in_hand(&who, id),
            Hand::Asked => registry.report_to_work_on(&who, id),
        })
        .await?;
        let version = self.version.required()?;
        let body: B = self.body.read()?.value;
        let act = read(body, &report, &self.state)?;
        let (registry, now) = (self.state.registry.clone(), self.state.now());
        let done = move || registry.work_on_report(&officer, id, version, act, now);
        let report = State::blocking(done).await?;
        answer(&self.state, StatusCode::OK, report, self.lang.0).await
    }

    /// A supervisor's decision. The second factor is asked for last: nobody is asked for a code for something that would be
    /// refused anyway.
    pub async fn decide<B: DeserializeOwned + 'static>(
        self,
        kind: impl FnOnce(&JsonBytes) -> DecisionKind,
        read: impl FnOnce(B, Time) -> Result<Decision, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let now = self.state.now();
        let supervisor = Supervisor::of(&self.person.0)?;
        let (registry, id, kind) = (self.state.registry.clone(), self.id.0, kind(&self.body));
        State::blocking(move || registry.report_to_decide(&supervisor, id, kind)).await?;
        let version = self.version.required()?;
        let body: B = self.body.read()?.value;
        let decision = read(body, now)?;
        let supervisor = Supervisor::fresh(&self.person.0, now)?;
        let registry = self.state.registry.clone();
        let done = move || registry.decide_report(&supervisor, id, version, decision, now);
        let report = State::blocking(done).await?;
        answer(&self.state, StatusCode::OK, report, self.lang.0).await
    }
}

/// An instant, or the end of a day in Vietnam.
///
/// # Errors
/// 422 of the field.
pub fn until(pointer: &'static str, text: &str) -> Result<Time, Problem> {
    let text = text.trim();
    let day_end = || moment(&format!("{text}T23:59:59")).map(|last| last.plus_seconds(1));
    moment(text)
        .or_else(day_end)
        .ok_or_else(|| RegistryError::field(pointer, "not-a-time").into())
}

/// A route that does something to a report that was read.
macro_rules! act {
    (
        $(#[$doc:meta])*
        $name:ident, $operation:literal, $path:literal, $body:ty, |$request:ident| $run:expr
    ) => {
        $(#[$doc])*
        #[utoipa::path(
            operation_id = $operation,
            tag = "intake",
            params(
                ("id" = uuid::Uuid, Path),
                ("If-Match" = String, Header, description = "the `ETag` of the report as it was read"),
            ),
            request_body = $body,
            responses(
                (status = 200, body = crate::present::report::ReportJson, headers(("ETag"))),
                (status = "4XX", body = crate::present::problem::ProblemBody, content_type = "application/problem+json"),
                (status = 503, body = crate::present::problem::ProblemBody, content_type = "application/problem+json"),
            ),
            security(("officer" = [])),
        )]
        #[post($path)]
        pub async fn $name(
            state: actix_web::web::Data<crate::http::state::State>,
            person: crate::http::extract::Person,
            lang: crate::http::extract::Language,
            id: crate::http::extract::Id,
            version: crate::http::if_match::IfMatch,
            body: crate::http::extract::JsonBytes,
        ) -> Result<actix_web::HttpResponse, crate::present::problem::Problem> {
            let $request = crate::api::intake_request::ActRequest {
                state, person, lang, id, version, body,
            };
            $run.await
        }
    };
}
pub(super) use act;
