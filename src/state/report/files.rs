//! Files of a report: a safe copy is made after they came, by the bounded worker.

use uuid::Uuid;

use super::{Doing, load};
use crate::domain::report::file::NewFile;
use crate::{
    domain::{
        change::ErasureChange,
        change::Holder,
        report::{
            deed::Deed,
            file::{CopyState, FileCopy},
        },
    },
    state::{
        plan::{Now, Plan},
        refused::{Refused, ReportRefusal},
        view::View,
    },
};

/// The safe copy of a file was made, or can't be.
pub struct Copied {
    pub report: Uuid,
    /// From 1.
    pub file: u8,
    /// None where there is no safe copy of such a file.
    pub copy: Option<NewFile>,
}

/// Notes a safe copy. Where the reporter did not want the original to be kept, its key is destroyed with that.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Report`] when it was noted before or the file was erased.
pub fn copied(view: &View<'_>, request: &Copied, now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.report)?;
    let number = request.file;
    let file = report.files.get(usize::from(number).wrapping_sub(1));
    let file = file.ok_or(Refused::NotFound)?;
    match file.copy {
        CopyState::Pending => {}
        CopyState::Made(_) | CopyState::None | CopyState::Erased => {
            return Err(ReportRefusal::NotOpen.into());
        }
    }
    let mut doing = Doing::on(&report);
    let Some(copy) = &request.copy else {
        doing.done(Deed::CopyFailed { file: number }, Vec::new());
        return Ok(doing.plan());
    };
    let key = doing.bytes(copy.key.to_vec());
    let copy = FileCopy {
        stored: copy.stored,
        sha256: copy.sha256,
        bytes: copy.bytes,
        kind: copy.kind,
        key,
    };
    doing.done(Deed::CopyMade { file: number, copy }, Vec::new());
    if !report.keep_original
        && !report.is_held(now.wall)
        && let Some(original) = &file.original
    {
        doing.done(Deed::OriginalDestroyed { file: number }, Vec::new());
        doing.plan.push(ErasureChange::Part {
            holder: Holder::Report(report.id),
            part: original.place,
        });
    }
    Ok(doing.plan())
}
