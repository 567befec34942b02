//! A report goes from unit to unit. Its clocks run on, whoever has it.

use super::{Doing, only, steps};
use crate::{
    access::capability::Officer,
    domain::{
        intake::{clock::ClockKind, step::MOST_CLOCKS, terms::Terms},
        report::{Report, deed::Deed, words::ReportKind},
        unit::UnitCode,
    },
    state::{
        plan::Now,
        refused::{Refused, ReportRefusal, field},
    },
};

/// After how many returns the unit above both decides.
const MOST_RETURNS: u8 = 2;
/// Clocks that handing on leaves to what is law: outcomes, telling them, taking up again.
const CLOCKS_LEFT: usize = 16;

pub(super) fn offer(
    doing: &mut Doing,
    report: &Report,
    terms: &Terms,
    to: UnitCode,
    reason: &str,
    now: Now,
) -> Result<(), Refused> {
    only(report.is_open() && report.clocks_count())?;
    if to == report.unit {
        return Err(field("/unit", "same"));
    }
    if report.clocks.len() + CLOCKS_LEFT >= MOST_CLOCKS {
        return Err(ReportRefusal::Full.into());
    }
    let reason = doing.text(reason);
    // An offer that nobody answers is replaced by another one.
    let mut clocks = steps::stopped(report, &[ClockKind::ReportTransfer]);
    clocks.push(steps::started(
        terms,
        ClockKind::ReportTransfer,
        to,
        now.wall,
    ));
    doing.done(Deed::TransferOffered { to, reason }, clocks);
    Ok(())
}

pub(super) fn accept(
    doing: &mut Doing,
    report: &Report,
    who: &Officer,
    terms: &Terms,
    _now: Now,
) -> Result<(), Refused> {
    let unit = offered_to(report, who)?;
    let mut clocks = steps::met(report, &[ClockKind::ReportTransfer]);
    if report.kind == ReportKind::Loss && terms.is_investigating(unit) {
        let before = [ClockKind::ReportHandover, ClockKind::ReportPrecheck];
        clocks.extend(steps::met(report, &before));
    }
    doing.done(Deed::TransferAccepted { unit }, clocks);
    Ok(())
}

pub(super) fn send_back(
    doing: &mut Doing,
    report: &Report,
    who: &Officer,
    reason: &str,
) -> Result<(), Refused> {
    let from = offered_to(report, who)?;
    let reason = doing.text(reason);
    let decides = (report.returns + 1 >= MOST_RETURNS).then(|| report.unit.common(from));
    let clocks = steps::met(report, &[ClockKind::ReportTransfer]);
    let deed = Deed::TransferReturned {
        from,
        reason,
        decides,
    };
    doing.done(deed, clocks);
    Ok(())
}

/// The unit that was asked, where the officer may speak for it.
fn offered_to(report: &Report, who: &Officer) -> Result<UnitCode, Refused> {
    let offer = report.offer.ok_or(ReportRefusal::NotOpen)?;
    only(report.is_open())?;
    match who.covers(offer.to) {
        true => Ok(offer.to),
        false => Err(ReportRefusal::NotOpen.into()),
    }
}

pub(super) fn hand_over(
    doing: &mut Doing,
    report: &Report,
    terms: &Terms,
    competent: UnitCode,
    reason: &str,
) -> Result<(), Refused> {
    only(report.is_open() && report.clocks_count() && report.kind == ReportKind::Loss)?;
    if !terms.is_investigating(competent) {
        return Err(field("/unit", "not-investigating"));
    }
    let reason = doing.text(reason);
    let clocks = steps::met(report, &[ClockKind::ReportHandover]);
    doing.done(Deed::HandedOver { competent, reason }, clocks);
    Ok(())
}
