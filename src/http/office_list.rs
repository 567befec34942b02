//! An office's list, read. The file is read in a process of its own.

use uuid::Uuid;

use super::{permits::InLine, state::State};
use crate::{
    office_list::{ListError, MAX_FILE_BYTES, Mapping, OfficeList},
    present::problem::Problem,
};

/// The columns and rows of a list, for an officer, and the turn that belongs to who has them.
///
/// # Errors
/// 413, 415 or 422 for what is no list that can be read; 503 when too many lists wait, or no process could be started.
pub async fn read(
    state: &State,
    officer: Uuid,
    mapping: &Mapping,
    file: &[u8],
) -> Result<(OfficeList, InLine<Uuid>), Problem> {
    if file.len() > MAX_FILE_BYTES {
        return Err(ListError::TooLarge.into());
    }
    let turn = state.lists.turn(officer).await?;
    let officials = state.registry.added_officials();
    let list = match state.readers.list(&officials, mapping, file).await {
        Ok(read) => read?,
        Err(end) if end.is_of_file() => return Err(ListError::Damaged.into()),
        Err(_) => return Err(Problem::busy()),
    };
    Ok((list, turn))
}
