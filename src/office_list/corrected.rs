//! A row that an officer read better than the program did.

use super::{
    reason::RowReason,
    row::{OfficeRow, Outcome},
};
use crate::domain::identifier::{Identifier, Reason};

/// Takes an officer's word for what a doubtful or refused row names: one identifier, with its bank if it is an account.
///
/// # Errors
/// [`RowReason`] for a text that is not exactly one identifier, for a protected one, and for a row that needs no correction.
pub fn correct(
    row: &mut OfficeRow,
    text: &str,
    is_official: &dyn Fn(&Identifier) -> bool,
) -> Result<(), RowReason> {
    match row.outcome {
        Outcome::Doubtful | Outcome::Refused => {}
        Outcome::Accepted | Outcome::Skipped => return Err(RowReason::NO_IDENTIFIER),
    }
    let read = Identifier::parse(text).map_err(|error| {
        let is_account = error.reason == Reason::Ambiguous && error.account_number.is_some();
        match is_account {
            true => RowReason::ACCOUNT_WITHOUT_BANK,
            false => RowReason::of(error.reason),
        }
    })?;
    if is_official(&read) {
        return Err(RowReason::OFFICIAL);
    }
    (row.outcome, row.reason) = (Outcome::Accepted, None);
    row.identifiers = vec![read];
    Ok(())
}
