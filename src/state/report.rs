//! Reports: what a citizen told, and what the police do about it.
//!
//! | file | who decides |
//! | --- | --- |
//! | [`receive`] | whoever reports |
//! | [`reporter`] | the reporter, with the receipt code |
//! | [`officer`], [`passing`], [`outcome`], [`sealed`] | officers and supervisors |
//! | [`time`] | nobody: time passes, files are copied |
//!
//! Effects stand in [`effect`], the rows that follow from a report in [`row`].

pub mod effect;
pub mod files;
pub mod officer;
pub mod outcome;
pub mod passing;
pub mod proposal;
pub mod receive;
pub mod reporter;
mod row;
pub mod sealed;
mod steps;
pub mod time;

use uuid::Uuid;

use super::{plan::Plan, refused::Refused, view::View};
use crate::{
    domain::{
        change::{Holder, ReportChange},
        intake::step::ClockStep,
        part::Part,
        report::{Report, deed::Deed},
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
