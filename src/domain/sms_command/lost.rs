//! What was lost, and to whom: people write the number, its bank and the sum in any order.

use super::{
    amount::{amount, amount_within},
    command::Command,
    told::{Told, is_between},
};

/// Stands where the sum stood, so that its neighbours are not read as one number.
const CUT: &str = " ; ";

/// A loss: a number and a sum behind it, or both somewhere; none where there is neither.
pub(super) fn money(rest: &str) -> Option<Command> {
    let told = Told::of(rest)?;
    if let Some((amount, behind)) = amount(told.behind) {
        let behind = behind.trim_start_matches(is_between);
        let text = [told.number, CUT, behind].concat();
        let told = Told { behind, ..told };
        return Some(lost(told.number, &text, Some(amount), told.words()));
    }
    let Some((amount, place)) = amount_within(rest) else {
        return Some(lost(told.number, rest, None, told.words()));
    };
    let text = [&rest[..place.start], CUT, &rest[place.end..]].concat();
    let number = Told::of(&text).map_or("", |told| told.number);
    Some(lost(number, &text, Some(amount), rest.to_owned()))
}

fn lost(number: &str, text: &str, amount: Option<u64>, words: String) -> Command {
    Command::LostMoney {
        number: number.trim_start_matches([' ', ';']).to_owned(),
        text: text.trim_matches([' ', ';']).to_owned(),
        amount,
        words,
    }
}
