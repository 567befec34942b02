//! What the codes in a picture identify. The picture is looked at in a process of its own, and forgotten.

use super::{
    ask::{self, Read},
    payer::Payer,
    state::State,
};
pub use crate::worker::MAX_PICTURE_BYTES as MAX_BYTES;
use crate::{domain::codes, present::problem::Problem};

/// Longest text that is read where requests are: a payment's code has some hundred letters.
const SHORT: usize = 1_000;

/// The texts of the codes in a picture, for who pays for it; none where no code can be read.
///
/// # Errors
/// 503 when too many pictures wait, or no process could be started.
pub async fn texts(state: &State, payer: Payer, file: &[u8]) -> Result<Vec<String>, Problem> {
    let turn = state.pictures.turn(payer).await?;
    let texts = match state.readers.picture(file).await {
        Ok(texts) => texts,
        Err(end) if end.is_of_file() => Vec::new(),
        Err(_) => return Err(Problem::busy()),
    };
    drop(turn);
    Ok(texts)
}

/// What the texts of codes identify.
///
/// # Errors
/// 503 while shutting down.
pub async fn read(texts: Vec<String>) -> Result<Read, Problem> {
    let worth = texts.iter().map(|text| text.len().div_ceil(SHORT)).sum();
    let read = move || Ok(codes::read(&texts));
    ask::work(worth, read).await
}

/// What the codes in a picture identify, for who pays for it.
///
/// # Errors
/// As [`texts`].
pub async fn identify(state: &State, payer: Payer, file: &[u8]) -> Result<Read, Problem> {
    read(texts(state, payer, file).await?).await
}
