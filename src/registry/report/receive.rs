//! Receipt codes are given before a report is sent, and reports are taken.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use uuid::Uuid;

use crate::domain::report::file::NewFile;
use crate::{
    access::{
        capability::{Acting, Denied, Officer, PartnerCaller},
        receipt_code::ReceiptTokenError,
    },
    domain::{
        intake::{receipt::ReceiptCode, reference::Reference},
        method::MethodId,
        report::{
            Report,
            told::{Contact, SmsSender, Told},
            words::{Channel, ReportKind},
        },
        time::Time,
        unit::UnitCode,
        user::UserStatus,
    },
    registry::{ReceiptKey, Registry, RegistryError, engine::shared::new_id},
    state::report::{
        load,
        receive::{Receive, receive},
    },
    store::schema::Users,
};

/// How long a receipt code waits for its report, in seconds.
pub const RECEIPT_SECONDS: i64 = 2 * 3_600;

/// A receipt code that was given; nothing is stored before the report comes.
pub struct GivenReceipt {
    /// The report to be.
    pub id: Uuid,
    pub reference: Reference,
    pub code: ReceiptCode,
    /// What the report is sent with.
    pub token: String,
    pub expires_at: Time,
}

/// A report, read and within its limits.
pub struct Reporting {
    pub kind: ReportKind,
    pub channel: Channel,
    /// The unit that the reporter wants.
    pub unit: Option<UnitCode>,
    pub method: Option<MethodId>,
    pub told: Told,
    pub contact: Contact,
    /// The number that an SMS came from, and what it is found by.
    pub sender: Option<SmsSender>,
    /// Equal for reports of one day from one address.
    pub source: Option<[u8; 32]>,
    pub keep_original: bool,
    pub files: Vec<NewFile>,
}

/// Who brings a report in.
pub enum Bringer<'a> {
    /// The reporter, by form or program.
    Reporter,
    /// An officer, who writes down what somebody tells.
    Officer(&'a Officer),
    /// The gateway that an SMS came through.
    Gateway(&'a PartnerCaller),
}

/// A report that was taken, and the code to follow it.
pub struct Reported {
    pub report: Report,
    pub code: ReceiptCode,
}

impl Registry {
    /// Gives a receipt code for a report that is still to be sent.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn give_receipt(&self, now: Time) -> Result<GivenReceipt, RegistryError> {
        /// With a hundred million references, a second draw is rare and a third hardly seen.
        const DRAWS: usize = 8;
        for _ in 0..DRAWS {
            let given = self.receipt_of(new_id(now), now.plus_seconds(RECEIPT_SECONDS));
            if self.report_of(given.reference)?.is_none() {
                return Ok(given);
            }
        }
        Err(RegistryError::Unavailable)
    }

    /// The receipt that a token was given with.
    ///
    /// # Errors
    /// [`ReceiptTokenError`] when it is not ours or over.
    pub fn given_receipt(&self, token: &str, now: Time) -> Result<GivenReceipt, ReceiptTokenError> {
        let id = self.master.read_receipt_token(token, now)?;
        Ok(self.receipt_of(id, begun_at(id).plus_seconds(RECEIPT_SECONDS)))
    }

    fn receipt_of(&self, id: Uuid, expires_at: Time) -> GivenReceipt {
        GivenReceipt {
            id,
            reference: self.reference_of(id),
            code: self.master.receipt_code(id, 0),
            token: self.master.receipt_token(id, expires_at),
            expires_at,
        }
    }

    /// Follows from the id, so that it is known before anything is stored.
    fn reference_of(&self, id: Uuid) -> Reference {
        let bytes = self.master.derive("report-reference", &[id.as_bytes()]);
        let (first, _) = bytes.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        Reference::of_random(u32::from_be_bytes(*first))
    }

    /// The unit that gets a report: the one that was wished for, else the place's, or the nearest above it where somebody
    /// works; where nothing is known, the first that may investigate.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn unit_for(
        &self,
        wish: Option<UnitCode>,
        place: Option<UnitCode>,
    ) -> Result<UnitCode, RegistryError> {
        if let Some(wish) = wish {
            return Ok(wish);
        }
        let nowhere = self.terms().investigating.first().copied();
        let nowhere = nowhere.unwrap_or(UnitCode::national());
        let Some(place) = place else {
            return Ok(nowhere);
        };
        let store = self.shared.store()?;
        let mut at = Some(place);
        while let Some(unit) = at {
            let works = store.page::<Users>(&[], None, 1, usize::MAX, |_, user| {
                user.unit == unit
                    && user.status == UserStatus::Active
                    && user.role.handles_reports()
            })?;
            if !works.rows.is_empty() {
                return Ok(unit);
            }
            at = unit.parent();
        }
        Ok(place)
    }

    /// Takes a report. Sent again with the same token or key, it is the same report.
    ///
    /// # Errors
    /// `Refused::KeyReused` when the token or key came with another body; `Refused::Denied` for an officer whose unit
    /// does not cover the one that is to have it.
    pub fn report(
        &self,
        bringer: &Bringer<'_>,
        id: Option<Uuid>,
        reporting: Reporting,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<Reported, RegistryError> {
        let id = match id {
            Some(id) => id,
            None => self.give_receipt(now)?.id,
        };
        let acting = match bringer {
            Bringer::Reporter => Acting::visitor(),
            Bringer::Officer(officer) => officer.acting(),
            Bringer::Gateway(gateway) => gateway.acting(),
        };
        let unit = match (bringer, reporting.unit) {
            // Any police must take a report from anybody: the officer's own unit has it first.
            (Bringer::Officer(officer), None) => officer.unit(),
            (Bringer::Officer(officer), Some(wish)) if !officer.covers(wish) => {
                return Err(Denied::Forbidden.into());
            }
            (_, wish) => self.unit_for(wish, reporting.told.place)?,
        };
        let request = Receive {
            id,
            reference: self.reference_of(id),
            kind: reporting.kind,
            channel: reporting.channel,
            unit,
            method: reporting.method,
            told: reporting.told,
            contact: reporting.contact,
            sender: reporting.sender,
            source: reporting.source,
            keep_original: reporting.keep_original,
            receipt: self.master.receipt_lookup(&self.master.receipt_code(id, 0)),
            files: reporting.files,
            terms: Arc::clone(self.terms()),
        };
        // What is sent again is not decided again, and so not counted again.
        let is_new = Arc::new(AtomicBool::new(false));
        let decided = Arc::clone(&is_new);
        let report = self.commit(
            acting,
            now,
            receipt,
            move |view, now| {
                decided.store(true, Ordering::Relaxed);
                receive(view, &request, now)
            },
            |view, id| Ok(load(view, id)?),
        )?;
        if is_new.load(Ordering::Relaxed) {
            self.figures.received(report.kind, report.channel);
        }
        let code = self.master.receipt_code(report.id, 0);
        Ok(Reported { report, code })
    }
}

/// When an id was made (UUIDv7).
fn begun_at(id: Uuid) -> Time {
    let at = id.get_timestamp().map(|at| at.to_unix());
    let (seconds, nanos) = at.unwrap_or_default();
    let millis = seconds.saturating_mul(1_000) + u64::from(nanos / 1_000_000);
    Time::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
