//! What officers and supervisors do with reports.

use std::sync::Arc;

use uuid::Uuid;

use super::openings::MANY;
use crate::domain::report::acts::{Decision, DecisionKind, OfficerAct};
use crate::{
    access::capability::{Acting, FreshSupervisor, Officer, Supervisor},
    domain::{
        change::TrailChange,
        identifier::Identifier,
        listing::Listing,
        method::MethodId,
        report::{Report, words::SealedPart},
        time::Time,
        trail::Sealed,
    },
    registry::{
        Registry, RegistryError,
        engine::shared::new_id,
        listing::{new_subject, unless_seen},
        report::receive::Reported,
    },
    state::{
        listing::{Propose, load as load_listing},
        report::{
            is_in_hand, is_theirs, load,
            officer::{Assign, OfficerRequest, act, assign},
            outcome::{Decide, decide, may_decide},
            proposal::{ProposeFrom, propose},
            reissue::{Reissue, reissue},
            sealed::{Open, may_open, open},
        },
        trail,
    },
};

/// A listing that is to be proposed from a report.
pub struct ProposalFrom {
    pub identifier: Identifier,
    pub method: MethodId,
    pub evidence: String,
    /// Said twice: also where the identifier neither called nor took money.
    pub is_sure: bool,
}

impl Registry {
    /// Whether a report is an officer's to work on: asked before the fields of a request are read.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's.
    pub fn report_to_work_on(&self, who: &Officer, id: Uuid) -> Result<Report, RegistryError> {
        let report = self.stored_report(id)?;
        is_theirs(&report, |unit| who.covers(unit))?;
        Ok(report)
    }

    /// Whether an officer has a report in hand, for what a unit that was only asked to take it may not do: asked before the
    /// fields of a request are read.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's; `Denied::Forbidden` for a unit that was only asked.
    pub fn report_in_hand(&self, who: &Officer, id: Uuid) -> Result<Report, RegistryError> {
        let report = self.stored_report(id)?;
        is_in_hand(&report, |unit| who.covers(unit))?;
        Ok(report)
    }

    /// Whether a decision is a supervisor's to take: asked before the fields of a request are read.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's; `ReportRefusal::NotCompetent`.
    pub fn report_to_decide(
        &self,
        who: &Supervisor,
        id: Uuid,
        kind: DecisionKind,
    ) -> Result<Report, RegistryError> {
        let report = self.stored_report(id)?;
        may_decide(&report, who.unit(), kind, self.terms())?;
        Ok(report)
    }

    /// Does what an officer wants with the report as it was read.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's; [`RegistryError::Refused`].
    pub fn work_on_report(
        &self,
        who: &Officer,
        id: Uuid,
        version: u32,
        wanted: OfficerAct,
        now: Time,
    ) -> Result<Report, RegistryError> {
        let request = OfficerRequest {
            who: who.clone(),
            id,
            version,
            act: wanted,
            terms: Arc::clone(self.terms()),
        };
        self.commit(
            who.acting(),
            now,
            None,
            move |view, now| act(view, &request, now),
            move |view, _| Ok(load(view, id)?),
        )
    }

    /// Gives a report to a person.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's; [`RegistryError::Refused`].
    pub fn assign_report(
        &self,
        who: &Supervisor,
        id: Uuid,
        version: u32,
        user: Uuid,
        now: Time,
    ) -> Result<Report, RegistryError> {
        let request = Assign {
            who: who.clone(),
            id,
            version,
            user,
        };
        self.commit(
            who.acting(),
            now,
            None,
            move |view, now| assign(view, &request, now),
            move |view, _| Ok(load(view, id)?),
        )
    }

    /// Takes a supervisor's decision on the report as it was read.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's; [`RegistryError::Refused`].
    pub fn decide_report(
        &self,
        who: &FreshSupervisor,
        id: Uuid,
        version: u32,
        decision: Decision,
        now: Time,
    ) -> Result<Report, RegistryError> {
        let request = Decide {
            who: who.clone(),
            id,
            version,
            decision,
            terms: Arc::clone(self.terms()),
        };
        self.commit(
            who.acting(),
            now,
            None,
            move |view, now| decide(view, &request, now),
            move |view, _| Ok(load(view, id)?),
        )
    }

    /// Whether a part may be opened by this person: asked before the fields of a request are read.
    ///
    /// # Errors
    /// As [`Registry::open_sealed`].
    pub fn report_to_open(
        &self,
        who: &Officer,
        is_supervisor: bool,
        id: Uuid,
        part: SealedPart,
    ) -> Result<Report, RegistryError> {
        let report = self.stored_report(id)?;
        let request = Open {
            who: who.clone(),
            is_supervisor,
            id,
            part,
            reason: String::new(),
        };
        may_open(&report, &request)?;
        Ok(report)
    }

    /// Opens a sealed part: who, when and why is written down first. Returns the report, of which that part may be shown.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's, and where nothing is sealed; `Denied::Forbidden` for who neither
    /// has the report nor supervises it.
    pub fn open_sealed(
        &self,
        who: &Officer,
        is_supervisor: bool,
        id: Uuid,
        part: SealedPart,
        reason: String,
        now: Time,
    ) -> Result<Report, RegistryError> {
        let request = Open {
            who: who.clone(),
            is_supervisor,
            id,
            part,
            reason,
        };
        let opened = self.commit(
            who.acting(),
            now,
            None,
            move |view, now| open(view, &request, now),
            move |view, _| Ok(load(view, id)?),
        )?;
        if self.openings.count(who.user_id(), now) {
            self.tell_of_many_openings(who.user_id(), now);
        }
        Ok(opened)
    }

    /// What was opened was opened: that auditors are not told yet is no reason to hold it back.
    fn tell_of_many_openings(&self, who: Uuid, now: Time) {
        let told = [TrailChange::OpenedMuch { who, times: MANY }];
        let noted = self.commit(
            Acting::schedule(),
            now,
            None,
            move |view, now| trail::tell(view, &told, now),
            |_, _| Ok(()),
        );
        if let Err(error) = noted {
            tracing::warn!(%error, "that many sealed parts were opened could not be noted");
        }
    }

    /// Notes for the audit trail that a report was shown with what was said in it.
    pub fn note_report_read(&self, who: Uuid, report: Uuid) {
        self.note_read(Some(who), Sealed::Report(report));
    }

    /// Gives whoever lost the slip another receipt code. The old one opens nothing from now on; the new one is replaced at its
    /// first use, since an officer saw it.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's; [`RegistryError::Refused`].
    pub fn reissue_receipt(
        &self,
        who: &Officer,
        id: Uuid,
        version: u32,
        reason: String,
        now: Time,
    ) -> Result<Reported, RegistryError> {
        let generation = self.stored_report(id)?.receipt_generation + 1;
        let code = self.master.receipt_code(id, generation);
        let request = Reissue {
            who: who.clone(),
            id,
            version,
            generation,
            lookup: self.master.receipt_lookup(&code),
            reason,
        };
        let report = self.commit(
            who.acting(),
            now,
            None,
            move |view, now| reissue(view, &request, now),
            move |view, _| Ok(load(view, id)?),
        )?;
        Ok(Reported { report, code })
    }

    /// Proposes a listing from a report. Not public until a second officer confirms it.
    ///
    /// # Errors
    /// As [`Registry::propose`]; `ReportRefusal::OtherRole`.
    pub fn propose_from_report(
        &self,
        who: &Officer,
        id: Uuid,
        version: u32,
        proposal: ProposalFrom,
        now: Time,
    ) -> Result<Listing, RegistryError> {
        let (listing, own) = (new_id(now), who.unit());
        let request = ProposeFrom {
            who: who.clone(),
            report: id,
            version,
            listing: Propose {
                id: listing,
                subject: new_subject(proposal.identifier),
                method: proposal.method,
                unit: who.unit(),
                evidence: proposal.evidence,
            },
            is_sure: proposal.is_sure,
        };
        self.commit(
            who.acting(),
            now,
            None,
            move |view, now| {
                let proposed = propose(view, &request, now);
                proposed.map_err(|refused| unless_seen(view, own, refused))
            },
            move |view, _| Ok(load_listing(view, listing)?),
        )
    }
}
