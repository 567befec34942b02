//! Changes of reports.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    intake::{reference::Reference, step::ClockStep},
    method::MethodId,
    part::Part,
    report::{
        deed::Deed,
        words::{Channel, ReportKind},
    },
    time::Time,
    unit::UnitCode,
};

/// A report that came. All that was said stands in private parts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportReceived {
    pub id: Uuid,
    pub reference: Reference,
    pub kind: ReportKind,
    pub channel: Channel,
    pub urgent: bool,
    pub unit: UnitCode,
    pub method: Option<MethodId>,
    /// The [`crate::domain::report::told::Told`].
    pub told: Part,
    /// The [`crate::domain::report::told::Contact`].
    pub contact: Option<Part>,
    /// The [`crate::domain::report::told::SmsSender`].
    pub sender: Option<Part>,
    /// 32 bytes that are equal for reports of one day from one address.
    pub source: Option<Part>,
    /// Until when the sender is known, and that of other reports of the day.
    pub keep_sender_until: Option<Time>,
    pub keep_source_until: Option<Time>,
    pub keep_original: bool,
    /// HMAC of the receipt code under the master secret.
    pub receipt: [u8; 32],
    /// Somebody else than the reporter saw the code.
    pub replaces_receipt: bool,
    pub clocks: Vec<ClockStep>,
}

/// What happened to one report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportChange {
    /// It came.
    Received(Box<ReportReceived>),
    /// Something was done, and how clocks moved with it.
    Done {
        id: Uuid,
        deed: Deed,
        clocks: Vec<ClockStep>,
    },
}

impl ReportChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Received(_) | Self::Done { .. } => 6,
        }
    }
}
