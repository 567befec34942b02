//! Tables of reports.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    schema::{id_bytes, table, text_bytes, time_bytes},
    table::Table,
};
use crate::domain::{
    intake::reference::Reference, key::Key, report::Report, time::Time, unit::UnitCode,
};

/// A report without an outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpenReport {
    /// Units that work on it, and one that was asked to: none twice.
    pub units: Vec<UnitCode>,
    /// It is urgent, and nobody has acted yet.
    pub urgent: bool,
}

table!(
    /// Reports by id, which is by time.
    Reports, 23, Uuid, Report, id_bytes
);
table!(
    /// Reports without an outcome, with who has them.
    OpenReports, 24, Uuid, (Uuid, OpenReport), id_bytes
);
table!(
    /// Reports of which something is to be written down when a time comes, by that time.
    DueReports, 25, (Time, Uuid), (Time, Uuid), |(due, id)| {
        let mut bytes = time_bytes(*due);
        bytes.extend(id.as_bytes());
        bytes
    }
);
table!(
    /// Reports by the HMAC of a receipt code.
    ReportReceipts, 26, [u8; 32], Uuid, |lookup| lookup.to_vec()
);
table!(
    /// Reports by reference.
    ReportReferences, 27, Reference, Uuid, |reference| reference.digits().into_bytes()
);
table!(
    /// Reports by an identifier that they name, where that may lead from one to another.
    ReportKeys, 28, (Key, Uuid), Uuid, |(key, id)| {
        let mut bytes = text_bytes(key);
        bytes.push(0);
        bytes.extend(id.as_bytes());
        bytes
    }
);
table!(
    /// Reports by the HMAC of the number that an SMS came from.
    ReportSenders, 29, ([u8; 32], Uuid), Uuid, |(lookup, id)| [&lookup[..], id.as_bytes()].concat()
);
table!(
    /// Sealed files that a report has, and which.
    ReportFiles, 30, Uuid, Uuid, id_bytes
);
table!(
    /// Reports with files that wait for their safe copy.
    PendingCopies, 31, Uuid, Uuid, id_bytes
);
table!(
    /// Reports that listings were proposed from, by listing.
    ListingReports, 32, Uuid, Uuid, id_bytes
);
table!(
    /// Reports of a day by the address that they came from.
    ReportSources, 33, ([u8; 32], Uuid), Uuid, |(source, id)| [&source[..], id.as_bytes()].concat()
);
