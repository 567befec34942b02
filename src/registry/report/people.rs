//! Whom a report can be given to, which one a reference names, and what was proposed from it.

use uuid::Uuid;

use crate::{
    access::capability::{IntakeReader, Supervisor},
    domain::{
        intake::reference::Reference,
        listing::Listing,
        report::Report,
        unit::UnitCode,
        user::{User, UserStatus},
    },
    registry::{Registry, RegistryError},
    store::schema::{Listings, Users},
};

/// Most people that are offered.
const MOST_PEOPLE: usize = 200;

impl Registry {
    /// People who can have a report: of the unit that holds it, of those above as far as the supervisor covers them, and of
    /// the unit that may resolve it.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn people_for_report(
        &self,
        who: &Supervisor,
        report: &Report,
    ) -> Result<Vec<User>, RegistryError> {
        let works =
            |unit: UnitCode| unit.covers(report.unit) || report.competent_unit == Some(unit);
        let page =
            self.shared
                .store()?
                .page::<Users>(&[], None, MOST_PEOPLE, usize::MAX, |_, user| {
                    user.status == UserStatus::Active
                        && user.role.handles_reports()
                        && who.covers(user.unit)
                        && works(user.unit)
                })?;
        Ok(page.rows)
    }

    /// The report of a reference, where the reader sees it.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`].
    pub fn intake_by_reference(
        &self,
        reader: &IntakeReader,
        reference: Reference,
    ) -> Result<Report, RegistryError> {
        let id: Option<Uuid> = self.report_of(reference)?;
        self.intake_item(reader, id.ok_or(RegistryError::NOT_FOUND)?)
    }

    /// A listing that was proposed from a report that the reader sees; none where it was erased.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn listing_of_report(
        &self,
        _reader: &IntakeReader,
        id: Uuid,
    ) -> Result<Option<Listing>, RegistryError> {
        Ok(self.shared.store()?.get::<Listings>(&id)?)
    }
}
