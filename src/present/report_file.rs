//! Files of a report as JSON: what came, and what can be shown of it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    hex::hex,
    report::{
        Report,
        deed::Deed,
        file::{CopyState, FileKept, ReportFile},
        words::Side,
    },
};

/// A file that came with a report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ReportFile)]
pub struct ReportFileJson {
    /// From 1.
    pub number: u8,
    /// By its content: `png`, `jpeg`, `webp`, `pdf`.
    pub kind: &'static str,
    /// Length of what came.
    pub bytes: u32,
    /// SHA-256 of what came, in hex.
    pub sha256: String,
    #[schema(format = DateTime)]
    pub at: String,
    pub from: Side,
    /// The safe copy: `pending`, `made`, `none` (only the original can be had), `erased`.
    pub copy: &'static str,
    /// Whether the original is kept.
    pub original: bool,
}

/// The files of a report. What came is told by its history: that outlives the original.
pub fn files(report: &Report) -> Vec<ReportFileJson> {
    let came = report.events.iter().filter_map(|event| {
        let Deed::FileAdded { file, .. } = &event.deed else {
            return None;
        };
        Some(file)
    });
    let rows = (1..).zip(report.files.iter().zip(came));
    rows.map(|(number, (file, came))| of_file(number, file, came))
        .collect()
}

fn of_file(number: u8, file: &ReportFile, came: &FileKept) -> ReportFileJson {
    ReportFileJson {
        number,
        kind: came.kind.as_str(),
        bytes: came.bytes,
        sha256: hex(&came.sha256),
        at: file.at.rfc3339(),
        from: file.side,
        copy: match &file.copy {
            CopyState::Pending => "pending",
            CopyState::Made(_) => "made",
            CopyState::None => "none",
            CopyState::Erased => "erased",
        },
        original: file.original.is_some(),
    }
}
