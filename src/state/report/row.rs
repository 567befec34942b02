//! The rows that follow from a report: where it waits, when something falls due, what it is found by. And what is forgotten
//! of it.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    domain::{
        key::Key,
        part::PartRef,
        report::{
            Report,
            file::{CopyState, ReportFile, Sealed},
        },
        time::Time,
    },
    state::{erasure::destroy, view::View},
    store::{
        StoreError,
        schema::{
            DueReports, OpenReport, OpenReports, PendingCopies, ReportFiles, ReportKeys,
            ReportReceipts, ReportReferences, ReportSenders, ReportSources, Reports,
        },
    },
};

/// Writes a report and all that follows from it. `before` is what stood.
pub(super) fn put(
    view: &mut View<'_>,
    before: Option<&Report>,
    report: &Report,
) -> Result<(), StoreError> {
    let id = report.id;
    if before.is_none() {
        view.put::<ReportReferences>(&report.reference, &id)?;
    }
    follow_receipts(view, before, report)?;
    if open(report) != before.and_then(open) {
        match open(report) {
            Some(open) => view.put::<OpenReports>(&id, &(id, open))?,
            None => view.remove::<OpenReports>(&id),
        }
    }
    let due = next_due(report);
    if due != before.and_then(next_due) {
        if let Some(old) = before.and_then(next_due) {
            view.remove::<DueReports>(&(old, id));
        }
        if let Some(due) = due {
            view.put::<DueReports>(&(due, id), &(due, id))?;
        }
    }
    follow_keys(view, before, report)?;
    follow_files(view, before, report)?;
    let sender = |report: &Report| report.sender.as_ref().map(|sender| sender.lookup);
    if sender(report) != before.and_then(sender) {
        if let Some(old) = before.and_then(sender) {
            view.remove::<ReportSenders>(&(old, id));
        }
        if let Some(lookup) = sender(report) {
            view.put::<ReportSenders>(&(lookup, id), &id)?;
        }
    }
    let source = |report: &Report| report.source;
    if source(report) != before.and_then(source) {
        if let Some(old) = before.and_then(source) {
            view.remove::<ReportSources>(&(old, id));
        }
        if let Some(source) = source(report) {
            view.put::<ReportSources>(&(source, id), &id)?;
        }
    }
    view.put::<Reports>(&id, report)
}

/// Who has a report that has no outcome yet.
fn open(report: &Report) -> Option<OpenReport> {
    let mut units: Vec<_> = report.units().collect();
    units.sort_unstable();
    units.dedup();
    let urgent = report.awaits_bank_call();
    let is_at_work = report.is_open() || report.awaits_review();
    is_at_work.then_some(OpenReport { units, urgent })
}

/// When something is to be written down of a report next.
pub(super) fn next_due(report: &Report) -> Option<Time> {
    let clocks = report
        .clocks_count()
        .then(|| crate::domain::intake::clock::next_due(&report.clocks));
    // What is not there any more is not waited for.
    let contact = report
        .kept
        .contact
        .filter(|_| report.contact_part.is_some());
    let sender = report.kept.sender.filter(|_| report.sender_part.is_some());
    let kept = [contact, report.kept.words, sender];
    let kept = kept.into_iter().flatten();
    let kept = kept.map(|until| report.held_until.map_or(until, |held| held.max(until)));
    let first = clocks.flatten().into_iter().chain(report.answer_until);
    let source = report.kept.source.filter(|_| report.source_part.is_some());
    first.chain(kept).chain(source).min()
}

fn follow_receipts(
    view: &mut View<'_>,
    before: Option<&Report>,
    report: &Report,
) -> Result<(), StoreError> {
    let lookups = |report: &Report| -> BTreeSet<[u8; 32]> {
        let codes = [Some(report.receipt), report.old_receipt];
        let known = codes.into_iter().flatten();
        known.filter(|_| report.erased_at.is_none()).collect()
    };
    let (old, new) = (before.map(lookups).unwrap_or_default(), lookups(report));
    for gone in old.difference(&new) {
        view.remove::<ReportReceipts>(gone);
    }
    for come in new.difference(&old) {
        view.put::<ReportReceipts>(come, &report.id)?;
    }
    Ok(())
}

/// What leads from an identifier to the reports that name it.
fn follow_keys(
    view: &mut View<'_>,
    before: Option<&Report>,
    report: &Report,
) -> Result<(), StoreError> {
    let keys = |report: &Report| -> BTreeSet<Key> {
        let told = report.told.iter().flat_map(|told| &told.identifiers);
        let joining = told.filter(|told| told.role.joins());
        joining.map(|told| told.identifier.key()).collect()
    };
    let (old, new) = (before.map(keys).unwrap_or_default(), keys(report));
    for gone in old.difference(&new) {
        view.remove::<ReportKeys>(&(gone.clone(), report.id));
    }
    for come in new.difference(&old) {
        view.put::<ReportKeys>(&(come.clone(), report.id), &report.id)?;
    }
    Ok(())
}

/// Which sealed files are known, and which wait for their safe copy.
fn follow_files(
    view: &mut View<'_>,
    before: Option<&Report>,
    report: &Report,
) -> Result<(), StoreError> {
    let stored = |report: &Report| -> BTreeSet<Uuid> {
        let sealed = report.files.iter().flat_map(ReportFile::sealed);
        sealed.map(|sealed| sealed.stored).collect()
    };
    let (old, new) = (before.map(stored).unwrap_or_default(), stored(report));
    for gone in old.difference(&new) {
        view.remove::<ReportFiles>(gone);
    }
    for come in new.difference(&old) {
        view.put::<ReportFiles>(come, &report.id)?;
    }
    let waits = |report: &Report| {
        let mut files = report.files.iter();
        files.any(|file| file.copy == CopyState::Pending)
    };
    if waits(report) != before.is_some_and(waits) {
        match waits(report) {
            true => view.put::<PendingCopies>(&report.id, &report.id)?,
            false => view.remove::<PendingCopies>(&report.id),
        }
    }
    Ok(())
}

/// Forgets one private part of a report, wherever it stands. A replay finds it gone already.
pub fn forget_part(view: &mut View<'_>, id: Uuid, part: PartRef) -> Result<(), StoreError> {
    let Some(before) = view.get::<Reports>(&id)? else {
        return Ok(());
    };
    let mut report = before.clone();
    report.parts.retain(|known| *known != part);
    report.told_parts.retain(|known| *known != part);
    if report.contact_part == Some(part) {
        (report.contact, report.contact_part) = (None, None);
        report.kept.contact = None;
    }
    if report.sender_part == Some(part) {
        (report.sender, report.sender_part) = (None, None);
        report.kept.sender = None;
    }
    if report.source_part == Some(part) {
        (report.source, report.source_part) = (None, None);
        report.kept.source = None;
    }
    for file in &mut report.files {
        file.forget(part);
    }
    for event in &mut report.events {
        event.texts.retain(|text| text.place != part);
    }
    put(view, Some(&before), &report)
}

/// Forgets all that was said in a report. That it was, when, what became of it and its clocks stay.
pub fn forget(view: &mut View<'_>, id: Uuid, at: Time) -> Result<(), StoreError> {
    let before = view.must::<Reports>(&id, "no such report")?;
    let mut report = before.clone();
    for part in std::mem::take(&mut report.parts) {
        destroy(view, part)?;
    }
    report.told = None;
    report.told_parts.clear();
    (report.contact, report.contact_part) = (None, None);
    (report.sender, report.sender_part) = (None, None);
    (report.source, report.source_part) = (None, None);
    for file in &mut report.files {
        file.forget_all();
    }
    for event in &mut report.events {
        event.texts.clear();
    }
    report.kept = Default::default();
    report.held_until = None;
    report.erased_at = Some(at);
    report.version += 1;
    put(view, Some(&before), &report)
}

impl ReportFile {
    /// The sealed bytes that it has.
    pub fn sealed(&self) -> impl Iterator<Item = &Sealed> {
        let copy = match &self.copy {
            CopyState::Made(sealed) => Some(sealed),
            CopyState::Pending | CopyState::None | CopyState::Erased => None,
        };
        self.original.iter().chain(copy)
    }

    fn forget(&mut self, part: PartRef) {
        if self
            .original
            .as_ref()
            .is_some_and(|sealed| sealed.place == part)
        {
            self.original = None;
        }
        match &self.copy {
            CopyState::Made(sealed) if sealed.place == part => self.copy = CopyState::Erased,
            CopyState::Made(_) | CopyState::Pending | CopyState::None | CopyState::Erased => {}
        }
    }

    fn forget_all(&mut self) {
        self.original = None;
        self.copy = CopyState::Erased;
    }
}
