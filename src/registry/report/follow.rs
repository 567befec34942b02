//! A reporter follows the report with the receipt code.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::report::acts::Wish;
use crate::{
    access::capability::Acting,
    domain::{intake::receipt::ReceiptCode, report::Report, time::Time},
    registry::{Registry, RegistryError},
    state::report::{
        load,
        reporter::{Ask, Replace, ask, replace, take_receipt},
    },
    store::schema::{Identifiers, Listings, ReportReceipts},
};

/// Links that are followed from one report to the one that all tell of.
const MOST_LINKS: usize = 32;

/// A report as its reporter follows it.
pub struct Followed {
    pub report: Report,
    /// The report that it was linked to: what becomes of that one is told.
    pub main: Option<Report>,
    /// A number that it names is or was listed since it came.
    pub has_helped: bool,
    /// The code that takes the place of the one that was shown, which somebody else saw.
    pub new_code: Option<ReceiptCode>,
}

impl Registry {
    /// The report of a receipt code. A code that somebody else saw is replaced when it is used for the first time: the old
    /// one leads to the new one until that was used.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] alike for a code that never was and one whose report was erased.
    pub fn follow(&self, code: &ReceiptCode, now: Time) -> Result<Followed, RegistryError> {
        let lookup = self.master.receipt_lookup(code);
        let store = self.shared.store()?;
        let id = store.get::<ReportReceipts>(&lookup)?;
        let id = id.ok_or(RegistryError::NOT_FOUND)?;
        let report = self.stored_report(id)?;
        if report.erased_at.is_some() {
            return Err(RegistryError::NOT_FOUND);
        }
        let (report, new_code) = self.with_own_code(report, lookup, now)?;
        let main = self.main_of(&report);
        Ok(Followed {
            has_helped: self.has_helped(&report)?,
            report,
            main,
            new_code,
        })
    }

    /// The report that tells of the same, and is itself none that follows another.
    fn main_of(&self, report: &Report) -> Option<Report> {
        let mut main = self.stored_report(report.duplicate_of?).ok()?;
        for _ in 0..MOST_LINKS {
            let Some(next) = main.duplicate_of else { break };
            main = self.stored_report(next).ok()?;
        }
        Some(main)
    }

    fn with_own_code(
        &self,
        report: Report,
        lookup: [u8; 32],
        now: Time,
    ) -> Result<(Report, Option<ReceiptCode>), RegistryError> {
        let id = report.id;
        if report.old_receipt == Some(lookup) {
            let code = self.master.receipt_code(id, report.receipt_generation);
            return Ok((report, Some(code)));
        }
        if report.replaces_receipt {
            let generation = report.receipt_generation + 1;
            let code = self.master.receipt_code(id, generation);
            let request = Replace {
                id,
                generation,
                lookup: self.master.receipt_lookup(&code),
            };
            let report = self.commit(
                Acting::visitor(),
                now,
                None,
                move |view, now| replace(view, &request, now),
                |view, id| Ok(load(view, id)?),
            )?;
            return Ok((report, Some(code)));
        }
        if report.old_receipt.is_some() {
            let report = self.commit(
                Acting::visitor(),
                now,
                None,
                move |view, now| take_receipt(view, id, now),
                |view, id| Ok(load(view, id)?),
            )?;
            return Ok((report, None));
        }
        Ok((report, None))
    }

    /// Whether a number that a report speaks against is listed, or was since the report came, through whichever report.
    fn has_helped(&self, report: &Report) -> Result<bool, RegistryError> {
        let store = self.shared.store()?;
        let told = report.told.iter().flat_map(|told| &told.identifiers);
        for told in told.filter(|told| told.role.is_suspect()) {
            let row = store.get::<Identifiers>(&told.identifier.key())?;
            for id in row.map(|row| row.all).unwrap_or_default() {
                let listing = store.get::<Listings>(&id)?;
                let since = listing.and_then(|listing| listing.listed_at);
                if since.is_some_and(|listed| listed >= report.received_at) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Does what the reporter wants.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] as [`Registry::follow`]; [`RegistryError::Refused`] where it can't be done any more.
    pub fn ask_as_reporter(
        &self,
        code: &ReceiptCode,
        wish: Wish,
        now: Time,
    ) -> Result<Followed, RegistryError> {
        let report = self.follow(code, now)?.report;
        let sealed: Vec<Uuid> = match &wish {
            Wish::Tell { files, .. } => files.iter().map(|file| file.stored).collect(),
            Wish::Withdraw { .. } | Wish::Reopen { .. } | Wish::Review { .. } => Vec::new(),
        };
        let request = Ask {
            id: report.id,
            wish,
            terms: Arc::clone(self.terms()),
        };
        let asked = self.commit(
            Acting::visitor(),
            now,
            None,
            move |view, now| ask(view, &request, now),
            |_, _| Ok(()),
        );
        self.without_refused(asked, sealed.clone())?;
        let followed = self.follow(code, now)?;
        self.remove_copies(&followed.report, &sealed);
        Ok(followed)
    }
}
