//! What the code in a picture identifies. The picture is looked at in a process of its own, and forgotten.

use super::{
    ask::{self, Read},
    payer::Payer,
    state::State,
};
pub use crate::worker::MAX_PICTURE_BYTES as MAX_BYTES;
use crate::{
    domain::{findings::Findings, identifier::Reason},
    present::problem::Problem,
    worker::PictureText,
};

/// Longest text that is read where requests are: a payment's code has some hundred letters.
const SHORT: usize = 1_000;

/// What the code in a picture identifies, for who pays for it.
///
/// # Errors
/// 503 when too many pictures wait, or no process could be started.
pub async fn identify(state: &State, payer: Payer, file: &[u8]) -> Result<Read, Problem> {
    let turn = state.pictures.turn(payer).await?;
    let text = match state.readers.picture(file).await {
        Ok(text) => text,
        Err(end) if end.is_of_file() => PictureText::None,
        Err(_) => return Err(Problem::busy()),
    };
    drop(turn);
    match text {
        PictureText::None => Ok(Findings::from(Err(Reason::BadQr.into()))),
        PictureText::Several => Ok(Findings::from(Err(Reason::SeveralNumbers.into()))),
        PictureText::One(text) => {
            let worth = text.len().div_ceil(SHORT);
            ask::work(worth, move || Ok(Findings::of(&text))).await
        }
    }
}
