//! Bodies of what is done to reports.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::report_body::ReportIdentifier;
use crate::domain::report::words::{Outcome, ReportKind};

/// Nothing more is to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NothingBody {}

/// A report is taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeBody {
    /// What the reporter is told.
    #[schema(min_length = 1, max_length = 4000)]
    pub message: String,
    /// Where it turns out to be of the other kind.
    #[serde(default)]
    pub kind: Option<ReportKind>,
}

/// Something is written to the reporter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    #[schema(min_length = 1, max_length = 4000)]
    pub message: String,
}

/// Why something is done to a report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportReasonBody)]
pub struct WhyBody {
    /// Only who works on it sees it.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// Identifiers with their roles.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyBody {
    /// All that are to stand.
    #[schema(max_items = 10)]
    pub identifiers: Vec<ReportIdentifier>,
}

/// Who is to have it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    pub user: Uuid,
}

/// Another unit is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitBody {
    /// Code of the unit.
    #[schema(example = "38", pattern = "^([0-9]{2}|[0-9]{5}|VN)$")]
    pub unit: String,
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// The receiving bank was called, or it was decided not to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankCallBody {
    pub called: bool,
    /// Now, when not given.
    #[serde(default)]
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Whom, and what they said; why not, where nobody was called.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: String,
}

/// Another report that tells of the same.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// Its id or reference.
    pub to: String,
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// A link is undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlinkBody {
    /// The report that it is linked to, where that is said.
    #[serde(default)]
    pub to: Option<String>,
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// The handling is suspended after its term.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspendBody {
    /// `expert_opinion`, `valuation`, `foreign_assistance` or `papers_awaited`.
    #[schema(pattern = "^(expert_opinion|valuation|foreign_assistance|papers_awaited)$")]
    pub reason: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub words: String,
    /// Number of the decision.
    #[schema(min_length = 1, max_length = 60)]
    pub document_no: String,
}

/// The term of the law is prolonged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendBody {
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
    /// The procuracy's, for the second time.
    #[serde(default)]
    #[schema(max_length = 60)]
    pub document_no: String,
    /// An instant or a last day; as far as the law allows when not given.
    #[serde(default)]
    pub until: Option<String>,
}

/// An outcome.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveBody {
    /// Not `listed` and not `duplicate`: those come of a listing and of a link.
    pub outcome: Outcome,
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
    /// What the reporter is told; may be empty for `spam` and `withdrawn`.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub message: String,
    /// Number and date of the decision: wanted for `case_opened` and `no_case`.
    #[serde(default)]
    #[schema(max_length = 60)]
    pub document_no: String,
    #[serde(default)]
    #[schema(example = "2026-08-21", format = Date)]
    pub document_date: Option<String>,
}

/// Nothing of it is erased for some time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
    /// An instant or a last day, within a year; a year when not given.
    #[serde(default)]
    pub until: Option<String>,
}
