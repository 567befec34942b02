//! A listing as the desk shows it, on a page of its own or beside the queue: its content, its history, and the decisions that
//! are open to the reader on exactly that content.

use uuid::Uuid;

use super::{asked::Asked, listing_row::display_of, request::Desk};
use crate::{
    access::capability::{Reader, Supervisor},
    domain::{
        change::Actor,
        listing::{ImportLine, Listing, Status},
        time::Time,
    },
    present::{problem::Problem, words},
    registry::import::reason_text,
    web::failure::Failure,
};

/// How the button of a decision is drawn that changes little.
const SECONDARY: &str = " govuk-button--secondary";

/// A listing as the desk shows it.
pub(super) struct Detail {
    pub(super) l: Content,
    /// Decisions open to the reader: word for the address, label, how its button is drawn. What can't be taken back stands
    /// second.
    pub(super) decisions: Vec<(&'static str, &'static str, &'static str)>,
    /// The reader proposed it, and so can't be the second officer.
    pub(super) own: bool,
    /// The reader proposed it, and nobody has decided on it.
    pub(super) withdraws: bool,
    pub(super) reason: String,
    /// The form of an erasure that was refused, by the end of its fields' names.
    pub(super) refused: &'static str,
    /// The content that was read when a decision came too late; what came after it is marked.
    pub(super) read_version: u32,
    pub(super) done: bool,
    /// The queue that the reader goes through, as its address says it; empty for none.
    pub(super) query: String,
}

/// What stands in a listing, as the page shows it.
pub(super) struct Content {
    pub(super) id: Uuid,
    pub(super) version: u32,
    pub(super) display: String,
    pub(super) key: String,
    pub(super) kind: &'static str,
    pub(super) method: &'static str,
    pub(super) method_slug: &'static str,
    pub(super) unit: &'static str,
    pub(super) unit_code: &'static str,
    pub(super) status: Status,
    pub(super) status_word: &'static str,
    pub(super) listed_at: String,
    pub(super) valid_until: String,
    pub(super) ledger: String,
    /// Nobody waits for a decision on it, and it is not public.
    pub(super) is_over: bool,
    /// It says whom it is about, and is over.
    pub(super) is_erasable: bool,
    /// It waits, and nobody in particular proposed it.
    pub(super) is_of_machine: bool,
    pub(super) import: Option<(Uuid, u32, bool)>,
    /// Why the reader of its list was not sure.
    pub(super) doubt: String,
    /// The cells of its list that it was read from.
    pub(super) written: String,
    pub(super) history: Vec<Line>,
}

/// One line of the history.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) who: String,
    pub(super) deed: &'static str,
    pub(super) why: Option<String>,
    /// The content's version that this deed made.
    pub(super) version: u32,
}

impl Detail {
    /// Opens a listing for the reader: what waits may be decided together with others then.
    ///
    /// # Errors
    /// As [`crate::registry::Registry::open_listing`].
    pub(super) async fn open(desk: &Desk, id: Uuid) -> Result<Self, Failure> {
        let (reader, session) = (Reader::of(&desk.who)?, desk.who.session().id);
        let work = desk.ask(move |registry, _| registry.open_listing(&reader, session, id));
        let listing = work.await?;
        let mut detail = Self::of(desk, &listing)?;
        if let Some(line) = listing.import {
            detail.read_row(desk, line).await?;
        }
        Ok(detail)
    }

    /// Whether this form was refused.
    pub(super) fn is_refused(&self, form: &str) -> bool {
        self.refused == form
    }

    /// The reason that was typed into this form.
    pub(super) fn typed(&self, form: &str) -> &str {
        match self.is_refused(form) {
            true => &self.reason,
            false => "",
        }
    }

    /// The same, as a part of the queue that was asked for.
    #[must_use]
    pub(super) fn in_queue(mut self, asked: &Asked) -> Self {
        self.query = asked.query();
        self
    }

    /// What stands in the row of an office list that it came from, and why the list's reader was not sure of it.
    async fn read_row(&mut self, desk: &Desk, line: ImportLine) -> Result<(), Problem> {
        let reader = Reader::of(&desk.who)?;
        let row = desk.ask(move |registry, _| registry.import_row(&reader, line));
        let Some(row) = row.await? else {
            return Ok(());
        };
        let reason = row.reason.filter(|_| line.doubtful);
        let reason = reason.as_deref().and_then(reason_text);
        let told = reason.map(|reason| desk.lang().pick(reason.detail_vi, reason.detail_en));
        self.l.doubt = told.unwrap_or_default().to_owned();
        self.l.written = row.written;
        Ok(())
    }

    fn of(desk: &Desk, listing: &Listing) -> Result<Self, Failure> {
        let lang = desk.lang();
        let me = Actor::User(desk.who.user().id);
        let supervises = Supervisor::of(&desk.who).is_ok_and(|who| who.covers(listing.unit));
        let own = listing.proposed_by == me && listing.status == Status::Proposed;
        let decisions = match listing.status {
            Status::Proposed if supervises => vec![
                ("reject", lang.pick("Không chấp nhận", "Reject"), SECONDARY),
                (
                    "confirm",
                    lang.pick("Xác nhận: cảnh báo công khai", "Confirm: warn the public"),
                    "",
                ),
            ],
            Status::Listed if supervises => vec![
                (
                    "renew",
                    lang.pick("Gia hạn theo chứng cứ mới", "Renew on new evidence"),
                    SECONDARY,
                ),
                (
                    "delist",
                    lang.pick("Gỡ khỏi danh sách", "Delist"),
                    " govuk-button--warning",
                ),
            ],
            Status::Proposed
            | Status::Listed
            | Status::Rejected
            | Status::Expired
            | Status::Delisted => Vec::new(),
        };
        Ok(Self {
            l: content(desk, listing)?,
            decisions: decisions
                .into_iter()
                .filter(|(word, ..)| !(own && *word == "confirm"))
                .collect(),
            withdraws: own,
            own: own && supervises,
            reason: String::new(),
            refused: "",
            read_version: listing.version,
            done: false,
            query: String::new(),
        })
    }
}

fn content(desk: &Desk, listing: &Listing) -> Result<Content, Failure> {
    let lang = desk.lang();
    let date = |at: Option<Time>| at.map(|at| words::day(at, lang)).unwrap_or_default();
    // Each deed makes the next version, and so does erasing words: the last lines are the newest versions.
    let events = u32::try_from(listing.history.len()).unwrap_or(u32::MAX);
    let before = listing.version.saturating_sub(events);
    let history = listing
        .history
        .iter()
        .zip(1..)
        .map(|(event, nth): (_, u32)| {
            Ok(Line {
                at: words::moment(event.at, lang),
                who: desk.name_of(event.by)?,
                deed: words::deed(event.deed, lang),
                why: event.why.clone(),
                version: before + nth,
            })
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Content {
        id: listing.id,
        version: listing.version,
        display: display_of(listing, lang),
        key: listing
            .identifier()
            .map(|identifier| identifier.key().as_str().to_owned())
            .unwrap_or_default(),
        kind: words::kind(listing.kind, lang),
        method: words::method(listing.method, lang),
        method_slug: listing.method.slug(),
        unit: words::unit(listing.unit, lang),
        unit_code: listing.unit.as_str(),
        status: listing.status,
        status_word: words::listing_status(listing.status, lang),
        listed_at: date(listing.listed_at),
        valid_until: date(listing.valid_until),
        ledger: listing
            .ledger_index
            .map(|index| index.to_string())
            .unwrap_or_default(),
        is_over: listing.may_be_erased(),
        is_erasable: listing.may_be_erased() && listing.subject.is_some(),
        is_of_machine: listing.status == Status::Proposed && listing.wants_adoption(),
        import: listing
            .import
            .map(|line| (line.import, line.line, line.doubtful)),
        doubt: String::new(),
        written: String::new(),
        history,
    })
}
