//! What stands in exports: the listings of the copy that are in force.

use crate::{
    domain::time::Time,
    formats::{ndjson::seconds, row::FeedRow},
    sync::{database::Database, error::SyncError},
};

/// What became of one file.
pub struct Written {
    pub has_changed: bool,
    /// When the next listing in it ends, in Unix seconds.
    pub next_end: Option<i64>,
}

/// Shows the listings in force, in key order; when the next of them ends, in Unix seconds. Nothing of it is to be used when
/// it fails: then the copy is not what was verified.
pub fn each_in_force(
    database: &Database,
    now: Time,
    mut see: impl FnMut(FeedRow) -> Result<(), SyncError>,
) -> Result<Option<i64>, SyncError> {
    let mut next_end: Option<i64> = None;
    database.load(|row| {
        let end = seconds(&row.valid_until).unwrap_or(0);
        if end <= now.seconds() {
            return Ok(());
        }
        next_end = Some(next_end.map_or(end, |next| next.min(end)));
        see(row)
    })?;
    Ok(next_end)
}
