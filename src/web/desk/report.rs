//! `/desk/reports/{id}`: one report, and everything that is done with it.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    decision,
    refusal::Refusal,
    report_act::Act,
    report_choices::{outcome_text, questions},
    report_forms::{self, LookedUp},
    report_lines::FileState,
    report_opened, report_slip,
    report_view::{Typed, View},
    request::{Desk, Form},
    shortcuts::{Key, OF_A_REPORT},
    unit_choice::UnitField,
};
use crate::{
    access::capability::{IntakeReader, Officer, Supervisor},
    domain::{
        intake::reference::Reference,
        report::{acts::DecisionKind, words::Outcome},
        unit::UnitCode,
    },
    http::{extract::Id, headers::see_other},
    present::problem_code::ProblemCode,
    registry::RegistryError,
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/reports/next", web::get().to(next))
        .route("/reports/{id}", web::get().to(read))
        .route("/reports/{id}/{act}", web::post().to(act));
}

#[derive(Template)]
#[template(path = "desk/report.html")]
struct ReportPage {
    s: PageContext,
    v: View,
}

async fn read(desk: Desk, Id(id): Id, fields: Fields) -> Answer {
    let done = Act::parse(fields.get("done"));
    let mut v = View::open(&desk, id, Typed::default()).await?;
    v.coming = Uuid::try_parse(fields.get("next")).ok();
    v.link_to(Uuid::try_parse(fields.get("link")).ok());
    let mut s = desk.context_at("/desk/reports");
    s.done = done.map(|act| act.done(s.lang));
    desk.page(StatusCode::OK, &ReportPage { s, v })
}

/// The report behind another one in the queue of the reader's own unit; its list, with a word, where that was the last.
async fn next(desk: Desk, fields: Fields) -> Answer {
    let after = Uuid::try_parse(fields.get("after")).unwrap_or_default();
    Ok(see_other(&match behind(&desk, after).await? {
        Some(id) => format!("/desk/reports/{id}"),
        None => "/desk/reports?only=own&left=none".to_owned(),
    }))
}

async fn behind(desk: &Desk, after: Uuid) -> Result<Option<Uuid>, Failure> {
    let reader = IntakeReader::of(&desk.who)?;
    let work = desk.ask(move |registry, now| registry.report_behind(&reader, after, now));
    Ok(work.await?)
}

async fn act(Form { desk, fields }: Form, Id(id): Id, path: web::Path<(String, String)>) -> Answer {
    let act = Act::parse(&path.1).ok_or_else(|| Failure::of(ProblemCode::NotFound))?;
    if act == Act::Reissue {
        return match report_slip::reissue(&desk, &fields, id).await {
            Ok(slip) => slip.show(&desk),
            Err(refusal) => refused(&desk, fields, id, act, refusal).await,
        };
    }
    if act == Act::Open {
        return match report_opened::open(&desk, &fields, id).await {
            Ok(opened) => opened.show(&desk),
            Err(refusal) => refused(&desk, fields, id, act, refusal).await,
        };
    }
    // An act moves the report in its queue: what stands behind it is looked up before.
    let coming = match Uuid::try_parse(fields.get("next")) {
        Ok(id) => Some(id),
        Err(_) => behind(&desk, id).await?,
    };
    match done(&desk, &fields, id, act).await {
        Ok(Done::Look(fields)) => look_again(&desk, fields, id, act).await,
        Ok(Done::Done) => {
            // Who gave it away may not see it any more.
            let reader = IntakeReader::of(&desk.who)?;
            let work = desk.ask(move |registry, _| Ok(registry.intake_item(&reader, id).is_ok()));
            let page = match work.await? {
                true => format!("/desk/reports/{id}?done={}", act.as_str()),
                false => format!("/desk/reports?done={}", act.as_str()),
            };
            let coming = coming.map_or_else(String::new, |id| format!("&next={id}"));
            Ok(see_other(&format!("{page}{coming}")))
        }
        Err(refusal) => refused(&desk, fields, id, act, refusal).await,
    }
}

/// What came of a form.
enum Done {
    Done,
    /// It is to be looked at once more, with a text that was prepared.
    Look(Fields),
}

async fn done(desk: &Desk, fields: &Fields, id: Uuid, act: Act) -> Result<Done, Refusal> {
    if act == Act::Propose {
        propose(desk, fields, id).await?;
    } else if act == Act::Assign {
        assign(desk, fields, id).await?;
    } else if act == Act::Resolve && !fields.has("message") {
        return prepare(desk, fields, id).await;
    } else if act.is_decision() {
        decide(desk, fields, id, act).await?;
    } else {
        return work(desk, fields, id, act).await;
    }
    Ok(Done::Done)
}

/// An officer's act.
async fn work(desk: &Desk, fields: &Fields, id: Uuid, act: Act) -> Result<Done, Refusal> {
    let officer = Officer::of(&desk.who)?;
    let who = officer.clone();
    let report = desk
        .ask(move |registry, _| registry.report_to_work_on(&who, id))
        .await?;
    // A button chose a prepared text: nothing is sent yet.
    let mut prepared = questions(desk, &report).into_iter();
    if let Some((_, _, text)) = prepared.find(|(slug, ..)| *slug == fields.get("use")) {
        return Ok(Done::Look(replaced(fields, "message", &text)));
    }
    let unit = if act == Act::Transfer {
        Some(UnitField::read(fields, desk.lang()).map_err(UnitField::refusal)?)
    } else {
        let competent = UnitCode::parse(fields.get("unit")).ok();
        competent.filter(|_| act == Act::HandOver)
    };
    let to = if act == Act::Link {
        Some(named(desk, fields).await?)
    } else {
        None
    };
    let at = LookedUp {
        report: &report,
        unit,
        to,
    };
    let wanted = report_forms::officer_act(act, fields, &at, desk.state.now())?;
    let wanted = wanted.ok_or(RegistryError::NOT_FOUND)?;
    let version = fields.version();
    desk.ask(move |registry, now| registry.work_on_report(&officer, id, version, wanted, now))
        .await?;
    Ok(Done::Done)
}

/// The fields with another value in one of them.
fn replaced(fields: &Fields, name: &str, value: &str) -> Fields {
    let others = fields.pairs().filter(|(known, _)| *known != name);
    let others = others.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let new = (name.to_owned(), value.to_owned());
    Fields::from(others.chain([new]).collect::<Vec<_>>())
}

/// The report of the reference that a form names.
async fn named(desk: &Desk, fields: &Fields) -> Result<Uuid, Refusal> {
    let reader = IntakeReader::of(&desk.who)?;
    let unknown = RegistryError::field("/reference", "unknown");
    let Ok(reference) = Reference::parse(fields.get("reference")) else {
        return Err(unknown.into());
    };
    let work =
        desk.ask(move |registry, _| Ok(registry.intake_by_reference(&reader, reference).ok()));
    let report = work.await?.ok_or(unknown)?;
    Ok(report.id)
}

async fn decide(desk: &Desk, fields: &Fields, id: Uuid, act: Act) -> Result<(), Refusal> {
    let supervisor = Supervisor::of(&desk.who)?;
    let kind = if act == Act::Resolve {
        DecisionKind::Outcome(Outcome::parse(fields.get("outcome")))
    } else if matches!(act, Act::Suspend | Act::Resume | Act::Extend) {
        DecisionKind::Competent
    } else {
        DecisionKind::Other
    };
    desk.ask(move |registry, _| registry.report_to_decide(&supervisor, id, kind))
        .await?;
    let wanted = report_forms::decision(act, fields, desk.state.now())?;
    let wanted = wanted.ok_or(RegistryError::NOT_FOUND)?;
    let version = fields.version();
    let who = decision::step_up(desk, fields).await?;
    let supervisor = Supervisor::fresh(&who, desk.state.now())?;
    desk.ask(move |registry, now| registry.decide_report(&supervisor, id, version, wanted, now))
        .await?;
    Ok(())
}

/// The first look at an outcome: what the reporter is to be told is prepared.
async fn prepare(desk: &Desk, fields: &Fields, id: Uuid) -> Result<Done, Refusal> {
    let supervisor = Supervisor::of(&desk.who)?;
    let outcome = Outcome::parse(fields.get("outcome"));
    let kind = DecisionKind::Outcome(outcome);
    let work = desk.ask(move |registry, _| registry.report_to_decide(&supervisor, id, kind));
    let report = work.await?;
    let outcome = report_forms::outcome(fields)?;
    report_forms::reason(fields)?;
    let text = outcome_text(desk, &report, outcome);
    Ok(Done::Look(replaced(fields, "message", &text)))
}

async fn assign(desk: &Desk, fields: &Fields, id: Uuid) -> Result<(), Refusal> {
    let supervisor = Supervisor::of(&desk.who)?;
    let user = Uuid::try_parse(fields.get("user"));
    let user = user.map_err(|_| RegistryError::field("/user", "required"))?;
    let version = fields.version();
    desk.ask(move |registry, now| registry.assign_report(&supervisor, id, version, user, now))
        .await?;
    Ok(())
}

async fn propose(desk: &Desk, fields: &Fields, id: Uuid) -> Result<(), Refusal> {
    let officer = Officer::of(&desk.who)?;
    let who = officer.clone();
    desk.ask(move |registry, _| registry.report_to_work_on(&who, id))
        .await?;
    let (proposal, version) = (report_forms::proposal(fields)?, fields.version());
    desk.ask(move |registry, now| {
        registry.propose_from_report(&officer, id, version, proposal, now)
    })
    .await?;
    Ok(())
}

/// The page again, with a text that was prepared.
async fn look_again(desk: &Desk, fields: Fields, id: Uuid, act: Act) -> Answer {
    let typed = Typed {
        act: Some(act),
        fields,
        again: true,
    };
    let v = View::open(desk, id, typed).await?;
    let s = desk.context_at("/desk/reports");
    desk.page(StatusCode::OK, &ReportPage { s, v })
}

/// The report as it stands now, with what was typed and why it was not taken.
async fn refused(desk: &Desk, fields: Fields, id: Uuid, act: Act, refusal: Refusal) -> Answer {
    let lang = desk.lang();
    let refusal = refusal.in_form(act.as_str()).when(
        ProblemCode::StaleVersion,
        lang.pick(
            "Người khác vừa làm việc với báo cáo này trong lúc trang đang mở. Trang này là nội dung mới: hãy đọc rồi gửi lại nếu vẫn cần.",
            "Somebody else did something with this report while the page was open. This page shows how it is now: read it and send again if it is still needed.",
        ),
    ).when(
        ProblemCode::OtherRole,
        lang.pick(
            "Số này không gọi cho người báo và không nhận tiền, có thể là số của người khác. Nếu vẫn đề nghị, hãy đánh dấu ô bên dưới rồi gửi lại.",
            "This identifier neither called the reporter nor took money; it may be somebody else's. To propose it all the same, tick the box below and send again.",
        ),
    );
    let asks_again = refusal.is(ProblemCode::OtherRole);
    let again = asks_again || fields.has("message");
    let mut s = desk.context_at("/desk/reports");
    let status = Refusal::show(Some(refusal), &mut s)?;
    let typed = Typed {
        act: Some(act),
        fields,
        again,
    };
    let v = View::open(desk, id, typed).await?;
    desk.page(status, &ReportPage { s, v })
}

impl ReportPage {
    fn keys(&self) -> &'static [Key] {
        &OF_A_REPORT
    }

    fn same(&self, a: &str, b: &str) -> bool {
        a == b
    }

    /// A value that was typed, else what is there at first.
    fn value<'a>(&'a self, act: &Act, name: &str, first: &'a str) -> &'a str {
        match self.v.typed.act == Some(*act) && self.v.typed.fields.has(name) {
            true => self.v.typed.of(act, name),
            false => first,
        }
    }

    /// The same, of the call to the bank.
    fn called<'a>(&'a self, name: &str, first: &'a str) -> &'a str {
        self.value(&Act::BankCall, name, first)
    }

    /// What a form is called.
    fn title(&self, act: &Act) -> &'static str {
        act.title(self.s.lang)
    }

    /// Whether the form is looked at again.
    fn is_again(&self, act: &Act) -> bool {
        self.v.typed.act == Some(*act) && self.v.typed.again
    }

    fn is_typed(&self, act: &Act) -> bool {
        self.v.typed.act == Some(*act)
    }
}
