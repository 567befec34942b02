//! What the sample reports are made with.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    access::capability::{FreshSupervisor, Officer},
    cli::ending::CliError,
    domain::{
        identifier::Identifier,
        intake::receipt::ReceiptCode,
        method::MethodId,
        report::{
            Report,
            acts::{Decision, OfficerAct, Wish},
            file::NewFile,
            told::{Contact, ReachBy, Told, ToldIdentifier, Transfer},
            words::{Channel, IdentifierRole, Outcome, ReportKind},
        },
        time::Time,
        unit::UnitCode,
    },
    registry::{
        Registry,
        report::receive::{Bringer, Reported, Reporting},
    },
};

/// The ward that has the sample reports.
pub(super) const WARD: &str = "14812";

/// Seconds of an hour and a day.
pub(super) const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 24 * HOUR;

pub(super) fn wrong(what: &str) -> CliError {
    CliError::Usage(format!("a sample {what} is wrong"))
}

/// Who works on the sample reports, and where.
pub(super) struct Office<'a> {
    pub(super) registry: &'a Arc<Registry>,
    pub(super) now: Time,
    pub(super) ward: UnitCode,
    pub(super) officer: Officer,
    pub(super) supervisor: FreshSupervisor,
    /// Of the unit that may resolve a loss.
    pub(super) head: FreshSupervisor,
}

/// What somebody tells.
#[derive(Clone, Copy)]
pub(super) struct Story<'a> {
    pub(super) kind: ReportKind,
    /// Keys, and what each had to do with it.
    pub(super) identifiers: &'a [(&'a str, IdentifierRole)],
    /// What was lost, in dong, and how long before the report it was sent, in seconds.
    pub(super) lost: Option<(u64, i64)>,
    pub(super) method: &'a str,
    pub(super) text: &'a str,
    /// Who reports, when they say so.
    pub(super) contact: Option<&'a str>,
}

impl Story<'_> {
    pub(super) fn told(&self, at: Time, place: UnitCode) -> Result<Told, CliError> {
        let told = |(key, role): &(&str, IdentifierRole)| {
            let identifier = identifier(key)?;
            Ok(ToldIdentifier {
                identifier,
                role: *role,
            })
        };
        let identifiers = self
            .identifiers
            .iter()
            .map(told)
            .collect::<Result<Vec<_>, CliError>>()?;
        let to = identifiers.iter().position(ToldIdentifier::holds_money);
        let transfer = |(amount_vnd, before): (u64, i64)| Transfer {
            at: at.plus_seconds(-before),
            amount_vnd,
            to: to.and_then(|to| u8::try_from(to).ok()),
            bank_ref: None,
        };
        Ok(Told {
            identifiers,
            amount_vnd: self.lost.map(|(amount, _)| amount),
            transfers: self.lost.map(transfer).into_iter().collect(),
            story: self.text.into(),
            place: Some(place),
            ..Told::default()
        })
    }
}

pub(super) fn identifier(key: &str) -> Result<Identifier, CliError> {
    Identifier::from_key(key).map_err(|_| wrong("identifier"))
}

pub(super) fn method(slug: &str) -> Result<MethodId, CliError> {
    MethodId::parse(slug).map_err(|_| wrong("method"))
}

impl Office<'_> {
    /// The time some seconds ago.
    pub(super) fn ago(&self, seconds: i64) -> Time {
        self.now.plus_seconds(-seconds)
    }

    /// Whether the investigator's unit may resolve a loss, which settings say.
    pub(super) fn may_resolve(&self) -> bool {
        self.registry.terms().is_investigating(self.head.unit())
    }

    /// A report that comes from whoever it happened to.
    pub(super) fn report(&self, story: &Story<'_>, at: Time) -> Result<Reported, CliError> {
        self.report_by(&Bringer::Reporter, Channel::Web, story, Vec::new(), at)
    }

    pub(super) fn report_by(
        &self,
        bringer: &Bringer<'_>,
        channel: Channel,
        story: &Story<'_>,
        files: Vec<NewFile>,
        at: Time,
    ) -> Result<Reported, CliError> {
        let contact = story.contact.map(|phone| Contact {
            name: "Người báo tin mẫu".into(),
            phone: phone.into(),
            how: ReachBy::Call,
            best_time: "buổi sáng".into(),
        });
        let reporting = Reporting {
            kind: story.kind,
            channel,
            unit: Some(self.ward),
            method: Some(method(story.method)?),
            told: story.told(at, self.ward)?,
            contact: contact.unwrap_or_default(),
            sender: None,
            source: None,
            keep_original: true,
            files,
        };
        Ok(self.registry.report(bringer, None, reporting, None, at)?)
    }

    /// The ward's officer does something.
    pub(super) fn act(
        &self,
        report: &Report,
        act: OfficerAct,
        at: Time,
    ) -> Result<Report, CliError> {
        let (id, version) = (report.id, report.version);
        let done = self
            .registry
            .work_on_report(&self.officer, id, version, act, at)?;
        Ok(done)
    }

    pub(super) fn acknowledge(&self, report: &Report, at: Time) -> Result<Report, CliError> {
        let message = "Công an phường đã nhận tin báo của bác và đang xem xét. Bác giữ lại tin nhắn, biên lai và \
                       không chuyển thêm tiền."
            .to_owned();
        self.act(
            report,
            OfficerAct::Acknowledge {
                message,
                kind: None,
            },
            at,
        )
    }

    /// Takes it and checks what was named, an hour later.
    pub(super) fn verify(&self, report: &Report, at: Time) -> Result<Report, CliError> {
        let report = self.acknowledge(report, at)?;
        let told = report.told.clone().unwrap_or_default();
        let classify = OfficerAct::Classify {
            told: Box::new(told),
        };
        self.act(&report, classify, at.plus_seconds(HOUR))
    }

    /// Tells the unit that may resolve a loss.
    pub(super) fn hand_over(&self, report: &Report, at: Time) -> Result<Report, CliError> {
        let hand_over = OfficerAct::HandOver {
            unit: self.head.unit(),
            reason: "Tin báo có thiệt hại, chuyển cơ quan điều tra giải quyết.".into(),
        };
        self.act(report, hand_over, at)
    }

    /// The head of that unit takes it.
    pub(super) fn take(&self, report: &Report, at: Time) -> Result<Report, CliError> {
        let (head, own) = (self.head.clone().into(), self.head.user_id());
        let (id, version) = (report.id, report.version);
        Ok(self.registry.assign_report(&head, id, version, own, at)?)
    }

    pub(super) fn decide(
        &self,
        who: &FreshSupervisor,
        report: &Report,
        decision: Decision,
        at: Time,
    ) -> Result<Report, CliError> {
        let (id, version) = (report.id, report.version);
        Ok(self
            .registry
            .decide_report(who, id, version, decision, at)?)
    }

    /// The reporter does something with the receipt code.
    pub(super) fn wish(
        &self,
        code: &ReceiptCode,
        wish: Wish,
        at: Time,
    ) -> Result<Report, CliError> {
        Ok(self.registry.ask_as_reporter(code, wish, at)?.report)
    }
}

/// A receipt code to try, and what its report has to show.
pub(super) fn receipt(reported: &Reported, shows: [&str; 2]) -> Value {
    let [vi, en] = shows;
    json!({
        "reference": reported.report.reference.to_string(),
        "receipt": reported.code.groups().join(" "),
        "shows": {"vi": vi, "en": en},
    })
}

/// What an outcome is said with.
pub(super) fn outcome(
    outcome: Outcome,
    reason: &str,
    message: &str,
    document: Option<(&str, Time)>,
) -> Decision {
    Decision::Resolve {
        outcome,
        reason: reason.into(),
        message: message.into(),
        document: document
            .map(|(number, _)| number.to_owned())
            .unwrap_or_default(),
        document_date: document.map(|(_, at)| at.rfc3339().chars().take(10).collect()),
    }
}
