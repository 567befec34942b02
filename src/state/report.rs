//! Reports: what a citizen told, and what the police do about it.
//!
//! | file | who decides |
//! | --- | --- |
//! | [`receive`] | whoever reports |
//! | [`reporter`] | the reporter, with the receipt code |
//! | [`officer`], [`passing`], [`outcome`], [`sealed`], [`reissue`] | officers and supervisors |
//! | [`time`] | nobody: time passes, files are copied |
//!
//! Effects stand in [`effect`], the rows that follow from a report in `row`.

pub mod effect;
pub mod files;
pub mod officer;
pub mod outcome;
pub mod passing;
pub mod proposal;
pub mod receive;
pub mod reissue;
pub mod reporter;
mod row;
pub mod sealed;
mod steps;
pub mod time;

use uuid::Uuid;

use super::{
    plan::Plan,
    refused::{Refused, ReportRefusal},
    view::View,
};
use crate::{
    access::capability::Denied,
    domain::{
        change::{Holder, ReportChange},
        intake::step::ClockStep,
        part::Part,
        report::{Report, deed::Deed},
        unit::UnitCode,
    },
    store::schema::Reports,
};

pub(super) use effect::apply;
pub(super) use proposal::confirmed;
pub(super) use row::{forget, forget_part};

/// One report.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn load(view: &View<'_>, id: Uuid) -> Result<Report, Refused> {
    view.get::<Reports>(&id)?.ok_or(Refused::NotFound)
}

/// Whether an officer of this unit may work on it: it holds it, is competent, or was asked to take it.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn is_theirs(report: &Report, covers: impl Fn(UnitCode) -> bool) -> Result<(), Refused> {
    match report.units().any(covers) {
        true => Ok(()),
        false => Err(Refused::NotFound),
    }
}

/// Whether an officer of this unit has it in hand: a unit that was only asked to take it says first whether it does.
///
/// # Errors
/// [`Refused::NotFound`] for another unit's; [`Refused::Denied`] for a unit that was only asked.
pub fn is_in_hand(report: &Report, covers: impl Fn(UnitCode) -> bool) -> Result<(), Refused> {
    is_theirs(report, &covers)?;
    let mut works = [Some(report.unit), report.competent_unit]
        .into_iter()
        .flatten();
    match works.any(covers) {
        true => Ok(()),
        false => Err(Refused::Denied(Denied::Forbidden)),
    }
}

/// The report as it was read.
fn as_read(report: &Report, version: u32) -> Result<(), Refused> {
    if report.version != version {
        return Err(ReportRefusal::Stale.into());
    }
    match report.erased_at {
        Some(_) => Err(ReportRefusal::NotOpen.into()),
        None => Ok(()),
    }
}

/// Refuses what a state does not allow.
fn only(is_allowed: bool) -> Result<(), Refused> {
    match is_allowed {
        true => Ok(()),
        false => Err(ReportRefusal::NotOpen.into()),
    }
}

/// What is done to one report in one record.
struct Doing {
    plan: Plan,
    id: Uuid,
}

impl Doing {
    fn on(report: &Report) -> Self {
        Self {
            plan: Plan {
                created: report.id,
                ..Plan::default()
            },
            id: report.id,
        }
    }

    /// Takes a text into the private side.
    fn text(&mut self, text: &str) -> Part {
        self.bytes(text.as_bytes().to_vec())
    }

    fn some_text(&mut self, text: &str) -> Option<Part> {
        (!text.is_empty()).then(|| self.text(text))
    }

    fn bytes(&mut self, bytes: Vec<u8>) -> Part {
        self.plan.keep_bytes(Holder::Report(self.id), bytes)
    }

    fn done(&mut self, deed: Deed, clocks: Vec<ClockStep>) {
        self.plan.push(ReportChange::Done {
            id: self.id,
            deed,
            clocks,
        });
    }

    fn plan(self) -> Plan {
        self.plan
    }
}
