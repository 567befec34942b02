//! Why a command could not do it: one line, in which each cause is said once.

mod chain;
mod vietnamese;

use chain::chain;

use super::ending::CliError;
use crate::{
    domain::message::Lang,
    present::{page_problems::Place, problem::Problem},
    registry::{RegistryError, verify::Wrong},
    state::refused::Refused,
};

/// Why a command could not do it, in one line.
pub(super) fn one_line(error: CliError, lang: Lang) -> String {
    match (lang, error) {
        (Lang::Vi, error) => vietnamese::told(error),
        // A pointer and a word for programs: the words for people are the problem's.
        (Lang::En, CliError::Registry(RegistryError::Refused(field @ Refused::Field { .. }))) => {
            Problem::from(field).told(Place::Desk, lang)
        }
        (Lang::En, error) => chain(&error),
    }
}

/// The first thing that `verify` found wrong, in one line.
pub(super) fn wrong(wrong: Wrong, lang: Lang) -> String {
    match lang {
        Lang::Vi => vietnamese::wrong(wrong),
        Lang::En => chain(&wrong),
    }
}

#[cfg(test)]
mod tests;
