//! Reports: what a citizen told, followed by the reporter and worked on by officers.

pub mod beside;
pub mod board;
pub(in crate::registry) mod counts;
pub mod figures;
pub mod files;
pub mod follow;
pub mod intake;
pub mod officer;
pub(in crate::registry) mod openings;
pub mod people;
pub mod queue;
pub mod receive;
pub mod register;
pub(in crate::registry) mod sender_turns;
pub mod sms;
pub mod source;
pub mod texts;
pub mod time;

use std::sync::Arc;

use uuid::Uuid;

use super::{Registry, RegistryError};
use crate::{
    domain::{
        intake::{reference::Reference, terms::Terms},
        report::Report,
    },
    store::schema::{ReportReferences, Reports},
};

impl Registry {
    /// How long reports may take and are kept, and who may resolve them.
    pub fn terms(&self) -> &Arc<Terms> {
        &self.settings().terms
    }

    /// Tells when a report came or something was done to one.
    pub fn watch_reports(&self) -> tokio::sync::watch::Receiver<u64> {
        self.index().watch_reports()
    }

    /// The reference of a report, which may be told to anybody.
    pub fn report_reference(&self, id: Uuid) -> Option<Reference> {
        let report = self.stored_report(id).ok()?;
        Some(report.reference)
    }

    /// The id of a report that somebody names, by its id or its reference. Whether it may be seen is asked elsewhere.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn report_named(&self, text: &str) -> Result<Option<Uuid>, RegistryError> {
        if let Ok(id) = Uuid::try_parse(text) {
            return Ok(Some(id));
        }
        match Reference::parse(text) {
            Ok(reference) => self.report_of(reference),
            Err(_) => Ok(None),
        }
    }

    /// A report, for who knows that it may be shown.
    pub(super) fn stored_report(&self, id: Uuid) -> Result<Report, RegistryError> {
        let report = self.shared.store()?.get::<Reports>(&id)?;
        report.ok_or(RegistryError::NOT_FOUND)
    }

    pub(super) fn report_of(&self, reference: Reference) -> Result<Option<Uuid>, RegistryError> {
        Ok(self.shared.store()?.get::<ReportReferences>(&reference)?)
    }
}
