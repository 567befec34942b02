//! What each change does to a report's row.

use super::{proposal, row};
use crate::{
    domain::{
        change::{Actor, ReportChange, ReportReceived},
        intake::step::apply_step,
        part::{KeptText, Part},
        report::{
            Holding, Keeping, Offer, Report, Resolution,
            deed::{Deed, ReportEvent},
            file::{CopyState, FileCopy, FileKept, ReportFile, Sealed},
            told::{Contact, SmsSender, Told},
            words::{Outcome, ReportState, Side},
        },
        time::Time,
        unit::UnitCode,
    },
    state::{record::Applied, view::View},
    store::{
        StoreError,
        schema::{ListingReports, Reports},
    },
};

pub fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &ReportChange,
) -> Result<(), StoreError> {
    match change {
        ReportChange::Received(received) => {
            let report = came(record, received)?;
            row::put(view, None, &report)
        }
        ReportChange::Done { id, deed, clocks } => {
            let before = view.must::<Reports>(id, "no such report")?;
            let mut report = before.clone();
            for step in clocks {
                apply_step(&mut report.clocks, step, record.entry.at);
            }
            did(&mut report, record, deed)?;
            note(&mut report, record, deed);
            if let Deed::ListingProposed { listing } = deed {
                view.put::<ListingReports>(listing, id)?;
            }
            row::put(view, Some(&before), &report)
        }
    }
}

fn came(record: &Applied<'_>, received: &ReportReceived) -> Result<Report, StoreError> {
    let misfit = StoreError::Misfit("a private part of a report is unreadable");
    let bytes = |part: Option<Part>| part.and_then(|part| record.bytes(part));
    let told = bytes(Some(received.told)).map(|bytes| Told::decode(bytes).ok_or(misfit));
    let misfit = StoreError::Misfit("a private part of a report is unreadable");
    let contact = bytes(received.contact).map(|bytes| Contact::decode(bytes).ok_or(misfit));
    let misfit = StoreError::Misfit("a private part of a report is unreadable");
    let sender = bytes(received.sender).map(|bytes| SmsSender::decode(bytes).ok_or(misfit));
    let source = bytes(received.source).and_then(|bytes| bytes.try_into().ok());
    let optional = [received.contact, received.sender, received.source];
    let parts = std::iter::once(received.told).chain(optional.into_iter().flatten());
    let mut clocks = Vec::new();
    for step in &received.clocks {
        apply_step(&mut clocks, step, record.entry.at);
    }
    let mut report = Report {
        id: received.id,
        reference: received.reference,
        kind: received.kind,
        channel: received.channel,
        urgent: received.urgent,
        received_at: record.entry.at,
        unit: received.unit,
        holders: vec![Holding {
            unit: received.unit,
            since: record.entry.at,
        }],
        competent_unit: None,
        offer: None,
        returns: 0,
        assignee: None,
        state: ReportState::Received,
        answer_until: None,
        resolution: None,
        duplicate_of: None,
        before_link: None,
        withdrawn_at: None,
        review_asked_at: None,
        method: received.method,
        told: told.transpose()?,
        told_parts: vec![record.place(received.told)],
        contact: contact.transpose()?,
        contact_part: received.contact.map(|part| record.place(part)),
        sender: sender.transpose()?,
        sender_part: received.sender.map(|part| record.place(part)),
        source,
        source_part: received.source.map(|part| record.place(part)),
        keep_original: received.keep_original,
        files: Vec::new(),
        receipt: received.receipt,
        receipt_generation: 0,
        old_receipt: None,
        replaces_receipt: received.replaces_receipt,
        clocks,
        events: Vec::new(),
        listings: Vec::new(),
        openings: Vec::new(),
        kept: Keeping {
            contact: None,
            words: None,
            sender: received.keep_sender_until,
            source: received.keep_source_until,
        },
        held_until: None,
        parts: parts.map(|part| record.place(part)).collect(),
        erased_at: None,
        version: 0,
    };
    note(&mut report, record, &Deed::Received);
    Ok(report)
}

/// Whether who read the report before should read it again before acting. What a clock or the maker of copies does beside
/// an officer takes no message away that is being written, and neither does looking at a sealed part.
const fn changes_what_was_read(deed: &Deed) -> bool {
    !matches!(
        deed,
        Deed::TimePassed
            | Deed::Keeps { .. }
            | Deed::CopyMade { .. }
            | Deed::CopyFailed { .. }
            | Deed::Opened { .. }
    )
}

/// Writes a deed into the history, with the texts that it names.
fn note(report: &mut Report, record: &Applied<'_>, deed: &Deed) {
    if changes_what_was_read(deed) {
        report.version += 1;
    }
    report
        .parts
        .extend(deed.parts().into_iter().map(|part| record.place(part)));
    // Clocks tell of themselves, and so does what is kept.
    if matches!(deed, Deed::TimePassed | Deed::Keeps { .. }) {
        return;
    }
    let texts = deed.texts().into_iter();
    let texts: Vec<KeptText> = texts
        .filter_map(|part| record.kept_text(Some(part)))
        .collect();
    report.events.push(ReportEvent {
        at: record.entry.at,
        by: record.entry.by,
        deed: deed.clone(),
        texts,
    });
}

fn did(report: &mut Report, record: &Applied<'_>, deed: &Deed) -> Result<(), StoreError> {
    let at = record.entry.at;
    match deed {
        Deed::Acknowledged { kind, .. } => {
            report.state = ReportState::Acknowledged;
            report.kind = *kind;
            if let Actor::User(user) = record.entry.by {
                report.assignee = Some(user);
            }
        }
        Deed::Classified { told } => {
            if report.state == ReportState::Acknowledged {
                report.state = ReportState::Verifying;
            }
            report.told_parts.push(record.place(*told));
            let misfit = StoreError::Misfit("what was told is unreadable");
            let told = record
                .bytes(*told)
                .map(|bytes| Told::decode(bytes).ok_or(misfit));
            report.told = told.transpose()?;
        }
        Deed::Assigned { user, unit } => {
            if report.unit != *unit {
                report.offer = None;
            }
            held(report, *unit, at);
            report.assignee = Some(*user);
        }
        Deed::TransferOffered { to, .. } => report.offer = Some(Offer { to: *to, at }),
        Deed::TransferAccepted { unit } => moved(report, *unit, at),
        Deed::TransferReturned { decides, .. } => {
            report.offer = None;
            report.returns = report.returns.saturating_add(1);
            if let Some(unit) = decides {
                moved(report, *unit, at);
                report.returns = 0;
            }
        }
        Deed::HandedOver { competent, .. } => report.competent_unit = Some(*competent),
        Deed::Asked { until, .. } => {
            report.state = ReportState::WaitingReporter;
            report.answer_until = Some(*until);
        }
        Deed::AnswerOverdue => answered(report),
        Deed::Messaged { side, .. } => match side {
            Side::Reporter => answered(report),
            Side::Unit => {}
        },
        Deed::Suspended { .. } => report.state = ReportState::Suspended,
        Deed::Resumed { .. } => report.state = ReportState::Verifying,
        Deed::Resolved { outcome, .. } => resolved(report, *outcome, record),
        Deed::Listed { .. } => {
            if proposal::resolves(report) {
                resolved(report, Outcome::Listed, record);
            }
        }
        Deed::Linked { to, .. } => {
            report.before_link = Some(report.state);
            report.duplicate_of = Some(*to);
            resolved(report, Outcome::Duplicate, record);
        }
        Deed::Unlinked { .. } => {
            report.duplicate_of = None;
            report.resolution = None;
            let before = report.before_link.take();
            // What was still to be done is still to be done; a question is not waited for any more.
            report.state = match before {
                Some(ReportState::WaitingReporter) | None => ReportState::Verifying,
                Some(before) => before,
            };
            report.kept.contact = report.withdrawn_at;
            report.kept.words = None;
        }
        Deed::Withdrawn { .. } => {
            report.withdrawn_at = Some(at);
            withdrawn(report);
        }
        Deed::Reopened { .. } => {
            report.state = ReportState::Verifying;
            report.resolution = None;
            report.kept.contact = report.withdrawn_at;
            report.kept.words = None;
        }
        Deed::ReviewAsked { .. } => report.review_asked_at = Some(at),
        Deed::Held { until, .. } => report.held_until = Some(*until),
        Deed::Unheld { .. } => report.held_until = None,
        Deed::Opened { unit, .. } => opened(report, *unit),
        Deed::ListingProposed { listing } => report.listings.push(*listing),
        Deed::FileAdded { file, side } => report.files.push(ReportFile {
            at,
            side: *side,
            original: Some(sealed(record, file)),
            copy: match file.kind.is_picture() {
                true => CopyState::Pending,
                false => CopyState::None,
            },
        }),
        Deed::CopyMade { file, copy } => {
            if let Some(row) = file_of(report, *file) {
                row.copy = CopyState::Made(sealed_copy(record, copy));
            }
        }
        Deed::CopyFailed { file } => {
            if let Some(row) = file_of(report, *file) {
                row.copy = CopyState::None;
            }
        }
        Deed::OriginalDestroyed { file } => {
            if let Some(row) = file_of(report, *file) {
                row.original = None;
            }
        }
        Deed::ReceiptReplaced { generation, lookup } => {
            report.old_receipt = Some(report.receipt);
            report.receipt = *lookup;
            report.receipt_generation = *generation;
            report.replaces_receipt = false;
        }
        Deed::ReceiptReissued {
            generation, lookup, ..
        } => {
            report.old_receipt = None;
            report.receipt = *lookup;
            report.receipt_generation = *generation;
            report.replaces_receipt = true;
        }
        Deed::ReceiptTaken => report.old_receipt = None,
        Deed::Keeps { contact, words } => {
            // Who withdrew is not known any longer because there is an outcome.
            report.kept.contact = report.withdrawn_at.or(Some(*contact));
            report.kept.words = Some(*words);
        }
        Deed::Received | Deed::Extended { .. } | Deed::BankCalled { .. } | Deed::TimePassed => {}
    }
    Ok(())
}

fn moved(report: &mut Report, unit: UnitCode, at: Time) {
    report.offer = None;
    held(report, unit, at);
    report.assignee = None;
}

/// A unit has it from now on.
fn held(report: &mut Report, unit: UnitCode, since: Time) {
    if report.unit != unit {
        report.holders.push(Holding { unit, since });
    }
    report.unit = unit;
}

fn answered(report: &mut Report) {
    report.answer_until = None;
    if report.state == ReportState::WaitingReporter {
        report.state = ReportState::Verifying;
    }
}

/// Who told wants no part in it any more; the police may go on.
fn withdrawn(report: &mut Report) {
    report.answer_until = None;
    report.state = match report.state {
        ReportState::Received
        | ReportState::Acknowledged
        | ReportState::Verifying
        | ReportState::WaitingReporter => ReportState::Verifying,
        ReportState::Suspended => ReportState::Suspended,
        ReportState::Resolved => ReportState::Resolved,
    };
    // Under a hold it is erased when that is over.
    report.kept.contact = report.withdrawn_at;
    report.kept.sender = report.kept.sender.and(report.withdrawn_at);
}

fn resolved(report: &mut Report, outcome: Outcome, record: &Applied<'_>) {
    report.state = ReportState::Resolved;
    report.answer_until = None;
    report.offer = None;
    report.resolution = Some(Resolution {
        outcome,
        at: record.entry.at,
    });
}

fn opened(report: &mut Report, unit: UnitCode) {
    let known = report.openings.iter_mut().find(|(by, _)| *by == unit);
    match known {
        Some((_, count)) => *count = count.saturating_add(1),
        None => report.openings.push((unit, 1)),
    }
}

fn file_of(report: &mut Report, number: u8) -> Option<&mut ReportFile> {
    report.files.get_mut(usize::from(number).wrapping_sub(1))
}

fn sealed(record: &Applied<'_>, file: &FileKept) -> Sealed {
    Sealed {
        stored: file.stored,
        sha256: file.sha256,
        bytes: file.bytes,
        kind: file.kind,
        key: key(record, file.key),
        place: record.place(file.key),
    }
}

fn sealed_copy(record: &Applied<'_>, copy: &FileCopy) -> Sealed {
    Sealed {
        stored: copy.stored,
        sha256: copy.sha256,
        bytes: copy.bytes,
        kind: copy.kind,
        key: key(record, copy.key),
        place: record.place(copy.key),
    }
}

fn key(record: &Applied<'_>, part: Part) -> Option<[u8; 32]> {
    record.bytes(part)?.try_into().ok()
}
