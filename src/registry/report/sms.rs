//! Reports that come by SMS: who sent one is sealed, and found again by a tag of the number.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    access::capability::PartnerCaller,
    domain::{
        intake::{calendar::Day, reference::Reference},
        report::{
            Report,
            acts::Wish,
            told::{Contact, SmsSender, Told},
            words::{Channel, ReportKind},
        },
        time::Time,
    },
    registry::{
        ReceiptKey, Registry, RegistryError,
        report::receive::{Bringer, Reporting},
    },
    state::{
        refused::{Refused, ReportRefusal},
        report::reporter::{Ask, ask},
    },
    store::schema::{ReportSenders, Reports},
};

/// Most reports of one number in a day.
pub const MAX_REPORTS_A_DAY: usize = 10;
/// For how long the same number adds to the report in which it named the same identifier, in days.
pub const SAME_REPORT_DAYS: i64 = 30;
/// Most reports of one number that are looked through: more than a hundred days of them.
const SCAN: usize = 2_000;
/// Seconds of a day.
const DAY: i64 = 24 * 3_600;

/// A report that came by SMS, read and within its limits.
pub struct SmsReport {
    /// Who sent it: a number in its one form.
    pub number: String,
    pub kind: ReportKind,
    pub told: Told,
}

/// What became of it.
pub enum SmsTaken {
    /// This report was made, or was added to.
    Report(Box<Report>),
    /// The number sent as many today as it may.
    TooMany,
}

impl Registry {
    /// Takes a report that came by SMS. Named again within 30 days by the same number, an identifier adds to the report
    /// that is there, unless more was lost meanwhile. The same message again is the same report.
    ///
    /// # Errors
    /// `Refused::KeyReused` when the message's id came with another text.
    pub fn report_by_sms(
        &self,
        gateway: &PartnerCaller,
        sms: SmsReport,
        receipt: ReceiptKey,
        now: Time,
    ) -> Result<SmsTaken, RegistryError> {
        let lookup = self.sender_lookup(&sms.number);
        let _turn = self.sms_turns.of(&lookup);
        if let Some(id) = self.created_before(Some(&receipt), now)? {
            return Ok(SmsTaken::Report(Box::new(self.stored_report(id)?)));
        }
        let earlier = self.reports_of_sender(&sms.number)?;
        let same = earlier.iter().find(|report| is_same(report, &sms, now));
        if let Some(same) = same {
            self.add_by_sms(gateway, same.id, &sms.told.story, receipt, now)?;
            return Ok(SmsTaken::Report(Box::new(self.stored_report(same.id)?)));
        }
        let since = now.plus_seconds(-DAY);
        let today = earlier.iter().filter(|report| report.received_at > since);
        if today.count() >= MAX_REPORTS_A_DAY {
            return Ok(SmsTaken::TooMany);
        }
        let day = Day::of(now).to_string();
        let source = [sms.number.as_bytes(), day.as_bytes()];
        let reporting = Reporting {
            kind: sms.kind,
            channel: Channel::Sms,
            unit: None,
            method: None,
            told: sms.told,
            contact: Contact::default(),
            source: Some(self.master.derive("report-sms-source", &source)),
            sender: Some(SmsSender {
                lookup,
                number: sms.number,
            }),
            keep_original: false,
            files: Vec::new(),
        };
        let bringer = Bringer::Gateway(gateway);
        let reported = self.report(&bringer, None, reporting, Some(receipt), now)?;
        Ok(SmsTaken::Report(Box::new(reported.report)))
    }

    /// The report of a reference, for the number that it came from; nothing for any other number.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn report_of_sender(
        &self,
        number: &str,
        reference: Reference,
    ) -> Result<Option<Report>, RegistryError> {
        let reports = self.reports_of_sender(number)?;
        let is_it = |report: &Report| report.reference == reference && report.erased_at.is_none();
        Ok(reports.into_iter().find(is_it))
    }

    /// Reports that came from a number, the newest first.
    fn reports_of_sender(&self, number: &str) -> Result<Vec<Report>, RegistryError> {
        let store = self.shared.store()?;
        let lookup = self.sender_lookup(number);
        let page = store.page::<ReportSenders>(&lookup, None, SCAN, SCAN, |_, _| true)?;
        let mut reports = Vec::with_capacity(page.rows.len());
        for id in page.rows.into_iter().rev() {
            reports.extend(store.get::<Reports>(&id)?);
        }
        Ok(reports)
    }

    fn sender_lookup(&self, number: &str) -> [u8; 32] {
        self.master
            .derive("report-sms-sender", &[number.as_bytes()])
    }

    /// Adds what was told to a report that is there. What is too much for it is not kept: the report stands.
    fn add_by_sms(
        &self,
        gateway: &PartnerCaller,
        id: Uuid,
        text: &str,
        receipt: ReceiptKey,
        now: Time,
    ) -> Result<(), RegistryError> {
        if text.is_empty() {
            return Ok(());
        }
        let request = Ask {
            id,
            wish: Wish::Tell {
                text: text.to_owned(),
                files: Vec::new(),
            },
            terms: Arc::clone(self.terms()),
        };
        let added = self.commit(
            gateway.acting(),
            now,
            Some(receipt),
            move |view, now| ask(view, &request, now),
            |_, _| Ok(()),
        );
        match added {
            Err(RegistryError::Refused(Refused::Report(ReportRefusal::TooManyMessages))) => Ok(()),
            other => other,
        }
    }
}

/// Whether a message tells more of a report: it names the same identifier, and nothing worse happened since.
fn is_same(report: &Report, sms: &SmsReport, now: Time) -> bool {
    let since = now.plus_seconds(-SAME_REPORT_DAYS * DAY);
    let is_usable = report.is_open()
        && !report.is_full()
        && report.withdrawn_at.is_none()
        && report.received_at > since;
    let is_worse = (sms.kind == ReportKind::Loss && report.kind == ReportKind::Attempt)
        || (sms.told.is_urgent(now) && !report.urgent);
    let named = |told: &Told| {
        let identifiers = told.identifiers.iter();
        let keys = identifiers.map(|told| told.identifier.key());
        keys.collect::<Vec<_>>()
    };
    let known = report.told.as_ref().map(named).unwrap_or_default();
    let again = named(&sms.told);
    is_usable && !is_worse && again.iter().any(|key| known.contains(key))
}
