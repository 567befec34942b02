//! The bank or wallet that money was sent from: whom to call before anything is told.

use crate::domain::hotline::{self, Hotline, Sure};

/// Whom to call at the reporter's bank.
pub enum Call {
    /// Nothing was chosen yet.
    Unchosen,
    /// A number that may be called as it stands.
    Sure(&'static Hotline),
    /// A number to be compared with the card first.
    Unsure(&'static Hotline),
    /// Its number is not known.
    Unknown(&'static Hotline),
}

/// Whom to call, by the key of an institution.
pub fn call(key: &str) -> Call {
    match hotline::all().iter().find(|one| one.key == key) {
        None => Call::Unchosen,
        Some(one) => match one.sure {
            Sure::High => Call::Sure(one),
            Sure::Medium => Call::Unsure(one),
            Sure::Low => Call::Unknown(one),
        },
    }
}

/// Name and number to press, where it is sure.
pub fn button(key: &str) -> Option<(&'static str, &'static str)> {
    match call(key) {
        Call::Sure(one) => Some((one.name, one.number)),
        Call::Unchosen | Call::Unsure(_) | Call::Unknown(_) => None,
    }
}
