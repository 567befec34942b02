//! Reports as officers, procurators and auditors read them.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    access::capability::IntakeReader,
    domain::{
        key::Key,
        report::{Report, escalation::Escalation, words::ReportState},
        time::Time,
        unit::UnitCode,
    },
    registry::{Registry, RegistryError},
    store::schema::{ReportKeys, Reports},
};

/// Most rows looked at for one page: bounds the work of one request.
const SCAN: usize = 20_000;

/// Most reports that are told to name the same identifier.
pub const MAX_RELATED: usize = 50;

/// Which reports to show.
#[derive(Clone, Copy, Default)]
pub struct IntakeFilter {
    pub state: Option<ReportState>,
    /// This unit and those below it.
    pub unit: Option<UnitCode>,
    /// Late now, or not.
    pub late: Option<bool>,
    pub assignee: Option<Uuid>,
    /// Without an outcome, or with one.
    pub open: Option<bool>,
    pub urgent: Option<bool>,
    /// At least this one above has to look at it.
    pub escalated: Option<Escalation>,
}

/// A page of reports, newest first.
pub struct IntakePage {
    pub items: Vec<Report>,
    /// Id to go on from.
    pub next: Option<Uuid>,
}

/// Whether a reader sees a report: it is in the own units' hands, or was asked to be.
fn sees(reader: &IntakeReader, report: &Report) -> bool {
    report.units().any(|unit| reader.sees(unit))
}

impl Registry {
    /// One report. Who shows more than its clocks and outcome looks at [`IntakeReader::may_open_sealed`].
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`], also for another unit's.
    pub fn intake_item(&self, reader: &IntakeReader, id: Uuid) -> Result<Report, RegistryError> {
        let report = self.stored_report(id)?;
        match sees(reader, &report) {
            true => {
                if reader.may_open_sealed() {
                    self.note_report_read(reader.user_id(), report.id);
                }
                Ok(report)
            }
            false => Err(RegistryError::NOT_FOUND),
        }
    }

    /// Reports that match, newest first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn intake(
        &self,
        reader: &IntakeReader,
        filter: &IntakeFilter,
        before: Option<Uuid>,
        limit: usize,
        now: Time,
    ) -> Result<IntakePage, RegistryError> {
        let matches = |report: &Report| {
            sees(reader, report)
                && filter.state.is_none_or(|state| report.state == state)
                && filter
                    .unit
                    .is_none_or(|unit| report.units().any(|own| unit.covers(own)))
                && filter.late.is_none_or(|late| report.is_late(now) == late)
                && filter
                    .assignee
                    .is_none_or(|user| report.assignee == Some(user))
                && filter.open.is_none_or(|open| report.is_open() == open)
                && filter.urgent.is_none_or(|urgent| report.urgent == urgent)
                && filter
                    .escalated
                    .is_none_or(|least| report.escalated(now) >= Some(least))
        };
        let before = before.map(|id| id.as_bytes().to_vec());
        let store = self.shared.store()?;
        let page =
            store.page_back::<Reports>(before.as_deref(), limit, SCAN, |_, row| matches(row))?;
        let next = page.next.and_then(|key| Uuid::from_slice(&key).ok());
        Ok(IntakePage {
            items: page.rows,
            next,
        })
    }

    /// Open reports in the reader's hands, the oldest first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn open_reports(
        &self,
        reader: &IntakeReader,
        most: usize,
    ) -> Result<Vec<Report>, RegistryError> {
        let ids = self.index().reports.oldest(|unit| reader.sees(unit), most);
        let store = self.shared.store()?;
        let mut reports = Vec::with_capacity(ids.len());
        for id in ids {
            reports.extend(store.get::<Reports>(&id)?);
        }
        Ok(reports)
    }

    /// How many reports without an outcome the reader's units hold.
    pub fn open_report_count(&self, reader: &IntakeReader) -> usize {
        self.index().reports.count(|unit| reader.sees(unit))
    }

    /// Other reports in the reader's hands that name an identifier of this one in a role that joins, at most
    /// [`MAX_RELATED`]; with each, the keys that both name.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn related_reports(
        &self,
        reader: &IntakeReader,
        report: &Report,
    ) -> Result<Vec<(Report, Vec<Key>)>, RegistryError> {
        let store = self.shared.store()?;
        let told = report.told.iter().flat_map(|told| &told.identifiers);
        let keys: BTreeSet<Key> = told
            .filter(|told| told.role.joins())
            .map(|told| told.identifier.key())
            .collect();
        let mut related: Vec<(Report, Vec<Key>)> = Vec::new();
        for key in keys {
            let mut prefix = key.as_str().as_bytes().to_vec();
            prefix.push(0);
            let page = store.page::<ReportKeys>(&prefix, None, SCAN, SCAN, |_, _| true)?;
            for id in page.rows.into_iter().rev().filter(|id| *id != report.id) {
                if let Some((_, keys)) = related.iter_mut().find(|(known, _)| known.id == id) {
                    keys.push(key.clone());
                    continue;
                }
                if related.len() == MAX_RELATED {
                    break;
                }
                let other = store.get::<Reports>(&id)?;
                let seen = other.filter(|other| sees(reader, other));
                related.extend(seen.map(|other| (other, vec![key.clone()])));
            }
        }
        Ok(related)
    }
}
