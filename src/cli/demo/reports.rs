//! Made-up reports in every state, so that each page of them has something to show.
//!
//! What is said to have happened earlier is decided with an earlier time; the service itself writes down what fell due since,
//! and makes the safe copies of files.

mod office;
mod picture;
mod stories;

use std::sync::Arc;

use serde_json::Value;

use self::office::{Office, WARD, wrong};
use super::person::{Person, denied};
use crate::{
    access::capability::Sample,
    cli::ending::CliError,
    domain::{time::Time, unit::UnitCode},
    registry::Registry,
};

/// Writes down the sample reports. Returns receipt codes to try.
///
/// # Errors
/// [`CliError`] when one of them is not taken.
pub(super) fn tell(
    registry: &Arc<Registry>,
    people: &[Person],
    now: Time,
) -> Result<Vec<Value>, CliError> {
    let ward = UnitCode::parse(WARD).map_err(|_| wrong("unit"))?;
    let [officer, supervisor, .., investigator] = people.get(..5).unwrap_or_default() else {
        return Err(wrong("account"));
    };
    let office = Office {
        registry,
        now,
        ward,
        officer: Sample::officer(&officer.user).map_err(denied)?,
        supervisor: Sample::supervisor(&supervisor.user).map_err(denied)?,
        head: Sample::supervisor(&investigator.user).map_err(denied)?,
    };
    stories::all(&office)
}
