//! Pictures and papers that come with a report or a message.

use super::forms::File;
use crate::domain::report::file::NewFile;
use crate::{
    domain::evidence::{FileRefused, check_sizes, sniff},
    http::state::State,
};

/// Seals the files of a form.
///
/// # Errors
/// The first that is not taken, and why.
pub(super) async fn seal(_state: &State, files: &[File]) -> Result<Vec<NewFile>, FileRefused> {
    let sizes: Vec<usize> = files.iter().map(|file| file.bytes.len()).collect();
    check_sizes(&sizes)?;
    for file in files {
        sniff(&file.bytes)?;
    }
    // FILES: `registry.seal_file` goes here, for each file its bytes and kind. Until then none is taken.
    match files.is_empty() {
        true => Ok(Vec::new()),
        false => Err(FileRefused::Unknown),
    }
}
