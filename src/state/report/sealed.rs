//! Sealed parts are opened with a reason. It is written down before anything is shown, and counted to the reporter.

use uuid::Uuid;

use super::{Doing, is_theirs, load};
use crate::{
    access::capability::Officer,
    domain::report::{Report, deed::Deed, words::SealedPart},
    state::{
        plan::{Now, Plan},
        refused::{Refused, ReportRefusal},
        view::View,
    },
};

/// A sealed part is to be opened.
pub struct Open {
    pub who: Officer,
    /// Supervisors open what is sealed, and the officer who has the report.
    pub is_supervisor: bool,
    pub id: Uuid,
    pub part: SealedPart,
    pub reason: String,
}

/// Whether this part may be opened by this person.
///
/// # Errors
/// [`Refused::NotFound`] for another unit's; [`Refused::Denied`] for who neither has the report nor supervises it;
/// [`ReportRefusal::NothingSealed`].
pub fn may_open(report: &Report, request: &Open) -> Result<(), Refused> {
    // A unit that was only asked to take it sees what it needs for that, nothing sealed.
    let works = [Some(report.unit), report.competent_unit]
        .into_iter()
        .flatten();
    is_theirs(report, |unit| request.who.covers(unit))?;
    let is_working = works.into_iter().any(|unit| request.who.covers(unit));
    let is_assignee = report.assignee == Some(request.who.user_id());
    let is_words = request.part == SealedPart::Story;
    if !is_working || !(is_words || is_assignee || request.is_supervisor) {
        return Err(Refused::Denied(
            crate::access::capability::Denied::Forbidden,
        ));
    }
    let is_there = match request.part {
        SealedPart::Contact => report.contact.is_some(),
        SealedPart::Story => report.told.is_some(),
        SealedPart::SmsSender => report.sender.is_some(),
        SealedPart::File(number) => {
            let file = report.files.get(usize::from(number).wrapping_sub(1));
            file.is_some_and(|file| file.original.is_some())
        }
    };
    match is_there {
        true => Ok(()),
        false => Err(ReportRefusal::NothingSealed.into()),
    }
}

/// Notes that a part is opened.
///
/// # Errors
/// As [`may_open`]; [`ReportRefusal::Full`].
pub fn open(view: &View<'_>, request: &Open, _now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.id)?;
    may_open(&report, request)?;
    if report.is_full() {
        return Err(ReportRefusal::Full.into());
    }
    let mut doing = Doing::on(&report);
    let reason = doing.text(&request.reason);
    let deed = Deed::Opened {
        part: request.part,
        unit: request.who.unit(),
        reason,
    };
    doing.done(deed, Vec::new());
    Ok(doing.plan())
}
