//! A report as its page shows it.

use uuid::Uuid;

use super::{
    report_act::{Act, Looking, next_step},
    report_choices::{Choices, choices},
    report_lines::{
        ClockLine, File, Line, Message, clocks, files, history, messages, offer_reason,
    },
    report_row::{Next, dong, next_of, standing},
    report_told::{Named, Told, told_of},
    report_urgent::{Urgent, urgent_of},
    request::Desk,
};
use crate::{
    access::capability::{IntakeReader, Supervisor},
    domain::{change::Actor, listing::Listing, report::Report},
    present::words::{self, report as told},
    web::{failure::Failure, forms::Fields},
};

/// A report as its page shows it.
pub(super) struct View {
    pub(super) id: Uuid,
    pub(super) version: u32,
    pub(super) reference: String,
    pub(super) kind: &'static str,
    pub(super) kind_word: &'static str,
    pub(super) state: &'static str,
    pub(super) state_word: String,
    pub(super) channel: &'static str,
    pub(super) received_at: String,
    pub(super) unit: String,
    pub(super) competent: Option<String>,
    pub(super) offered: Option<String>,
    /// For the unit that is asked to take it.
    pub(super) asked: Option<AskedToTake>,
    pub(super) assignee: String,
    pub(super) is_mine: bool,
    pub(super) method: &'static str,
    pub(super) method_slug: &'static str,
    pub(super) lost: String,
    pub(super) next: Option<Next>,
    pub(super) is_urgent: bool,
    pub(super) urgent: Option<Urgent>,
    pub(super) main: Option<(Uuid, String)>,
    pub(super) is_withdrawn: bool,
    pub(super) is_review_asked: bool,
    pub(super) is_erased: bool,
    pub(super) held_until: Option<String>,
    pub(super) answer_until: Option<String>,
    /// None for who sees only clocks and outcome.
    pub(super) told: Option<Told>,
    pub(super) files: Vec<File>,
    pub(super) messages: Vec<Message>,
    pub(super) clocks: Vec<ClockLine>,
    pub(super) related: Vec<Related>,
    pub(super) history: Vec<Line>,
    pub(super) listings: Vec<(Uuid, String, &'static str)>,
    pub(super) openings: u32,
    pub(super) step: Option<Act>,
    pub(super) acts: Vec<Act>,
    pub(super) typed: Typed,
    pub(super) choices: Choices,
    /// The reader may open what is sealed here.
    pub(super) opens: bool,
    pub(super) has_contact: bool,
    pub(super) has_sender: bool,
    /// What stood behind it in its queue before something was done.
    pub(super) coming: Option<Uuid>,
}

/// What a unit reads of a report that it is asked to take, before it has it.
pub(super) struct AskedToTake {
    pub(super) why: String,
    pub(super) place: String,
}

/// Why the reader's unit is asked to take it, and where it happened.
fn asked_to_take(desk: &Desk, report: &Report, reader: &IntakeReader) -> Option<AskedToTake> {
    let handles = reader.may_open_sealed();
    let offer = report.offer.filter(|_| handles)?;
    let place = report.told.as_ref().and_then(|told| told.place);
    reader.sees(offer.to).then(|| AskedToTake {
        why: offer_reason(report).unwrap_or_default().to_owned(),
        place: place
            .map(|place| words::unit_in_full(place, desk.lang()))
            .unwrap_or_default(),
    })
}

/// What was typed into a form that was not taken.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) act: Option<Act>,
    pub(super) fields: Fields,
    /// The act is looked at once more before it is done.
    pub(super) again: bool,
}

/// Another report that names the same.
pub(super) struct Related {
    pub(super) id: Uuid,
    pub(super) reference: String,
    pub(super) state_word: String,
    pub(super) received_at: String,
    pub(super) shared: String,
}

impl Typed {
    /// What was typed into a field of this form.
    pub(super) fn of(&self, act: &Act, name: &str) -> &str {
        match self.act == Some(*act) {
            true => self.fields.get(name),
            false => "",
        }
    }
}

impl View {
    /// What was typed into a line for one more identifier, and its role.
    pub(super) fn added(&self, nth: &usize) -> (&str, &str) {
        let is_typed = self.typed.act == Some(Act::Classify);
        let of = |name| {
            let value = self.typed.fields.all(name).nth(*nth).filter(|_| is_typed);
            value.unwrap_or_default()
        };
        (of("added"), of("added_role"))
    }

    /// The role that was typed for an identifier, else the one that it has; empty to leave it out.
    pub(super) fn role_of<'a>(&'a self, one: &'a Named) -> &'a str {
        let is_typed = self.typed.act == Some(Act::Classify);
        let keys = self.typed.fields.all("known");
        let mut typed = keys.zip(self.typed.fields.all("known_role"));
        let typed = typed.find(|(key, _)| is_typed && *key == one.key);
        typed.map_or(one.role, |(_, role)| role)
    }

    /// The key of the first identifier that speaks against its holder.
    pub(super) fn first_suspect(&self) -> &str {
        let told = self.told.iter().flat_map(|told| &told.identifiers);
        let mut suspects = told.filter(|one| one.is_suspect);
        suspects.next().map_or("", |one| one.key.as_str())
    }

    /// Whether an investigating unit was told that does not have it yet.
    pub(super) fn is_due_elsewhere(&self) -> bool {
        self.step == Some(Act::Transfer)
    }

    /// Where the next report of the queue is.
    pub(super) fn onward(&self) -> String {
        match self.coming {
            Some(id) => format!("/desk/reports/{id}"),
            None => format!("/desk/reports/next?after={}", self.id),
        }
    }

    /// Whether it can be linked to another one.
    pub(super) fn links(&self) -> bool {
        self.acts.contains(&Act::Link)
    }

    /// Names a related report in the form that links to it.
    pub(super) fn link_to(&mut self, other: Option<Uuid>) {
        let mut related = self.related.iter();
        let other = related.find(|one| Some(one.id) == other);
        if let Some(other) = other.filter(|_| self.links()) {
            let reference = ("reference".to_owned(), other.reference.clone());
            self.typed = Typed {
                act: Some(Act::Link),
                fields: Fields::from(vec![reference]),
                again: false,
            };
        }
    }

    /// The report as it stands, with what was typed into a form that was not taken.
    pub(super) async fn open(desk: &Desk, id: Uuid, typed: Typed) -> Result<Self, Failure> {
        let reader = IntakeReader::of(&desk.who)?;
        let work = desk.ask(move |registry, _| {
            let report = registry.intake_item(&reader, id)?;
            let related = match reader.may_open_sealed() {
                true => registry.related_reports(&reader, &report)?,
                false => Vec::new(),
            };
            let main = report
                .duplicate_of
                .and_then(|main| registry.intake_item(&reader, main).ok());
            let mut listings = Vec::new();
            for listing in &report.listings {
                listings.extend(registry.listing_of_report(&reader, *listing)?);
            }
            Ok((report, related, main, listings))
        });
        let (report, related, main, listings) = work.await?;
        let mut view = Self::of(desk, &report, typed)?;
        view.coming = Uuid::try_parse(view.typed.fields.get("next")).ok();
        view.choices = choices(desk, &report, &view.typed.fields).await?;
        view.main = main.map(|main| (main.id, main.reference.to_string()));
        view.related = related
            .iter()
            .map(|(other, keys)| Related {
                id: other.id,
                reference: other.reference.to_string(),
                state_word: standing(other, desk.lang()),
                received_at: words::day(other.received_at, desk.lang()),
                shared: keys
                    .iter()
                    .map(words::of_key)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
            .collect();
        let shown = |listing: &Listing| {
            let word = words::listing_status(listing.status, desk.lang());
            (
                listing.id,
                super::listing_row::display_of(listing, desk.lang()),
                word,
            )
        };
        view.listings = listings.iter().map(shown).collect();
        Ok(view)
    }

    fn of(desk: &Desk, report: &Report, typed: Typed) -> Result<Self, Failure> {
        let (lang, now) = (desk.lang(), desk.state.now());
        let reader = IntakeReader::of(&desk.who)?;
        let terms = desk.state.registry.terms();
        let who = Looking {
            unit: reader.unit(),
            supervises: Supervisor::of(&desk.who).is_ok(),
        };
        let handles = reader.may_open_sealed();
        let works = [Some(report.unit), report.competent_unit];
        let works = works.into_iter().flatten().any(|unit| reader.sees(unit));
        let reads = handles && works;
        let step = next_step(report, who, terms).filter(|_| handles);
        let urgent = report.urgent && report.is_open() && reads;
        let day = |at| words::day(at, lang);
        let is_mine = report.assignee == Some(reader.user_id());
        let lost = report.told.as_ref().map_or(0, |told| told.lost_vnd());
        Ok(Self {
            id: report.id,
            version: report.version,
            reference: report.reference.to_string(),
            kind: told::report_kind(report.kind, lang),
            kind_word: report.kind.as_str(),
            state: report.state.as_str(),
            state_word: standing(report, lang),
            channel: told::channel(report.channel, lang),
            received_at: words::moment(report.received_at, lang),
            unit: words::police_of(report.unit.unit(), lang),
            competent: report
                .competent_unit
                .map(|unit| words::police_of(unit.unit(), lang)),
            offered: report
                .offer
                .map(|offer| words::police_of(offer.to.unit(), lang)),
            asked: asked_to_take(desk, report, &reader),
            assignee: match report.assignee {
                Some(user) => desk.name_of(Actor::User(user))?,
                None => String::new(),
            },
            is_mine,
            method: report
                .method
                .map(|method| words::method(method, lang))
                .unwrap_or_default(),
            method_slug: report
                .method
                .map(|method| method.slug())
                .unwrap_or_default(),
            lost: if lost > 0 {
                dong(lost, lang)
            } else {
                String::new()
            },
            next: next_of(report, now, lang),
            is_urgent: report.awaits_bank_call(),
            urgent: match urgent {
                true => urgent_of(desk, report),
                false => None,
            },
            main: None,
            is_withdrawn: report.withdrawn_at.is_some(),
            is_review_asked: report.review_asked_at.is_some(),
            is_erased: report.erased_at.is_some(),
            held_until: report.held_until.map(day),
            answer_until: report.answer_until.map(|until| words::moment(until, lang)),
            told: match reads {
                true => report.told.as_ref().map(|told| told_of(desk, told)),
                false => None,
            },
            files: match reads {
                true => files(report, lang),
                false => Vec::new(),
            },
            messages: match reads {
                true => messages(report, lang),
                false => Vec::new(),
            },
            clocks: clocks(desk, report),
            related: Vec::new(),
            history: history(desk, report, reads)?,
            listings: Vec::new(),
            openings: report.opened(),
            acts: Act::ALL
                .into_iter()
                .filter(|act| handles && act.is_open(report, who, terms) && Some(*act) != step)
                .collect(),
            step,
            typed,
            choices: Choices::default(),
            opens: handles && works && (is_mine || who.supervises),
            has_contact: report.contact.is_some(),
            has_sender: report.sender.is_some(),
            coming: None,
        })
    }
}
