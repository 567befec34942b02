//! What a reporter does with the receipt code.

use std::sync::Arc;

use uuid::Uuid;

use super::{Doing, load, receive::add_file, steps};
use crate::domain::report::acts::Wish;
use crate::domain::report::file::NewFile;
use crate::{
    domain::{
        change::ErasureChange,
        change::Holder,
        intake::terms::Terms,
        report::{
            MAX_REPORTER_MESSAGES, MAX_REPORTER_MESSAGES_A_DAY, Report,
            deed::Deed,
            file::MAX_FILES_ALTOGETHER,
            words::{ReportState, Side},
        },
    },
    state::{
        plan::{Now, Plan},
        refused::{Refused, ReportRefusal},
        view::View,
    },
};

/// How long the same message is the same one, in seconds.
const SENT_AGAIN_SECONDS: i64 = 3_600;

/// A wish of the reporter of one report.
pub struct Ask {
    pub id: Uuid,
    pub wish: Wish,
    pub terms: Arc<Terms>,
}

/// A receipt code that somebody else saw is used for the first time.
pub struct Replace {
    pub id: Uuid,
    /// HMAC of the next code.
    pub lookup: [u8; 32],
    pub generation: u32,
}

/// Does what the reporter wants.
///
/// # Errors
/// [`Refused::Report`] where it can't be done any more, or too much was written.
pub fn ask(view: &View<'_>, request: &Ask, now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.id)?;
    let is_full = match request.wish {
        Wish::Tell { .. } | Wish::Reopen { .. } | Wish::Review { .. } => report.is_full(),
        Wish::Withdraw { .. } => false,
    };
    if is_full || report.erased_at.is_some() {
        return Err(ReportRefusal::NotOpen.into());
    }
    let mut doing = Doing::on(&report);
    match &request.wish {
        Wish::Tell { text, files } => tell(&mut doing, &report, text, files, now)?,
        Wish::Withdraw { reason } => withdraw(&mut doing, &report, reason, now)?,
        Wish::Reopen { text } => {
            if !report.may_reopen(now.wall) {
                return Err(ReportRefusal::NotOpen.into());
            }
            let reason = doing.text(text);
            let deed = Deed::Reopened {
                side: Side::Reporter,
                reason,
            };
            let clocks = steps::of_a_reopening(&request.terms, &report, now.wall);
            doing.done(deed, clocks);
        }
        Wish::Review { text } => {
            if !report.may_ask_review() {
                return Err(ReportRefusal::NotOpen.into());
            }
            let text = doing.some_text(text);
            doing.done(Deed::ReviewAsked { text }, Vec::new());
        }
    }
    Ok(doing.plan())
}

/// What a reporter writes is bounded, altogether and each day; the answer to a question is always heard.
fn within_messages(report: &Report, now: Now) -> Result<(), Refused> {
    if report.state == ReportState::WaitingReporter {
        return Ok(());
    }
    let today = report.reporter_messages(now.wall.plus_seconds(-24 * 3_600));
    let altogether = report.reporter_messages(report.received_at);
    if today >= MAX_REPORTER_MESSAGES_A_DAY || altogether >= MAX_REPORTER_MESSAGES {
        return Err(ReportRefusal::TooManyMessages.into());
    }
    Ok(())
}

fn tell(
    doing: &mut Doing,
    report: &Report,
    text: &str,
    files: &[NewFile],
    now: Now,
) -> Result<(), Refused> {
    if report.withdrawn_at.is_some() {
        return Err(ReportRefusal::NotOpen.into());
    }
    // On a bad network the answer gets lost, and the message comes again.
    if is_sent_again(report, text, files, now) {
        return Ok(());
    }
    within_messages(report, now)?;
    if report.files.len() + files.len() > MAX_FILES_ALTOGETHER {
        return Err(ReportRefusal::TooManyFiles.into());
    }
    for file in files {
        add_file(doing, file, Side::Reporter);
    }
    let text = doing.text(text);
    let clocks = match report.state {
        ReportState::WaitingReporter => steps::resumed_targets(report, now.wall),
        ReportState::Received
        | ReportState::Acknowledged
        | ReportState::Verifying
        | ReportState::Suspended
        | ReportState::Resolved => Vec::new(),
    };
    let deed = Deed::Messaged {
        side: Side::Reporter,
        text,
    };
    doing.done(deed, clocks);
    Ok(())
}

/// Whether a message is the last one of the thread once more, with the same files.
fn is_sent_again(report: &Report, text: &str, files: &[NewFile], now: Now) -> bool {
    let is_last = report.messages().last().is_some_and(|(at, side, last)| {
        side == Side::Reporter && last == text && at >= now.wall.plus_seconds(-SENT_AGAIN_SECONDS)
    });
    let has = |sent: &NewFile| {
        let mut originals = report.files.iter().flat_map(|file| &file.original);
        originals.any(|original| original.sha256 == sent.sha256)
    };
    is_last && files.iter().all(has)
}

/// The police may go on, but no longer know who told.
fn withdraw(doing: &mut Doing, report: &Report, reason: &str, now: Now) -> Result<(), Refused> {
    if report.withdrawn_at.is_some() {
        return Err(ReportRefusal::NotOpen.into());
    }
    let reason = doing.some_text(reason);
    let clocks = steps::resumed_targets(report, now.wall);
    doing.done(Deed::Withdrawn { reason }, clocks);
    if !report.is_held(now.wall) {
        let holder = Holder::Report(report.id);
        for part in report.contact_part.into_iter().chain(report.sender_part) {
            doing.plan.push(ErasureChange::Part { holder, part });
        }
    }
    Ok(())
}

/// Gives the reporter a code that nobody else saw. Sent again, it is the same one.
///
/// # Errors
/// [`Refused::Report`] when that was done already.
pub fn replace(view: &View<'_>, request: &Replace, _now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.id)?;
    if !report.replaces_receipt || request.generation != report.receipt_generation + 1 {
        return Err(ReportRefusal::NotOpen.into());
    }
    let mut doing = Doing::on(&report);
    let deed = Deed::ReceiptReplaced {
        generation: request.generation,
        lookup: request.lookup,
    };
    doing.done(deed, Vec::new());
    Ok(doing.plan())
}

/// Notes that the new code was used: the old one opens nothing any more.
///
/// # Errors
/// [`Refused::Report`] when that was done already.
pub fn take_receipt(view: &View<'_>, id: Uuid, _now: Now) -> Result<Plan, Refused> {
    let report = load(view, id)?;
    if report.old_receipt.is_none() {
        return Err(ReportRefusal::NotOpen.into());
    }
    let mut doing = Doing::on(&report);
    doing.done(Deed::ReceiptTaken, Vec::new());
    Ok(doing.plan())
}
