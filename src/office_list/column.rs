//! What the columns of a list hold: as it was understood, and as an officer says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::limits::MAX_COLUMNS;

/// Longest heading and longest sample of a column that are shown, in characters.
pub(super) const MAX_SHOWN: usize = 80;

/// Cells of a column that are shown.
pub(super) const MAX_SAMPLES: usize = 3;

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident $word:literal)*) => {
        /// What a column holds.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
        pub enum Role {
            $($(#[$doc])* $name,)*
        }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its machine word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

roles! {
    /// The suspect's phone number, short code or sender's name.
    Phone "phone"
    /// The suspect's account or wallet; may name its bank too.
    Account "account"
    /// Any identifier of the suspect: one column for phones and accounts.
    Any "any"
    /// The bank or wallet provider of an account.
    Bank "bank"
    /// An e-wallet: the number, the provider, or both.
    Wallet "wallet"
    /// The account holder's name.
    Holder "holder"
    /// How the scam went.
    Method "method"
    /// Money.
    Amount "amount"
    /// When.
    Date "date"
    /// Where.
    Place "place"
    /// Who told.
    Source "source"
    /// Remarks.
    Note "note"
    /// The row's number in the list.
    Serial "serial"
    /// About victims, complainants and others, and numbers of papers: not looked at.
    Private "private"
    /// Something else.
    Other "unused"
}

impl Role {
    /// Whether the column can hold an identifier.
    pub const fn identifies(self) -> bool {
        matches!(self, Self::Phone | Self::Account | Self::Any | Self::Wallet)
    }

    /// The role of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == word)
    }
}

/// A column of a list, as it was understood.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// Its letters in a spreadsheet: `A` to `CV`.
    pub letters: String,
    /// The words over it, at most 80 characters.
    pub heading: String,
    /// Its first cells that hold something, at most three of 80 characters each.
    pub samples: Vec<String>,
    /// What it was taken for.
    pub role: Role,
    /// Whether it is not clear whose its numbers are: rows that name one are doubtful.
    pub asks: bool,
}

impl Column {
    /// Whether it says no more than a column can, for whoever was handed it.
    pub(super) fn is_within_limits(&self) -> bool {
        let short = |text: &String| text.chars().count() <= MAX_SHOWN;
        place(&self.letters).is_some()
            && short(&self.heading)
            && self.samples.len() <= MAX_SAMPLES
            && self.samples.iter().all(short)
    }
}

/// What an officer says that columns hold, by their places from 0. Whoever names a column for identifiers says that they are
/// the suspect's.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Mapping(BTreeMap<usize, Role>);

impl Mapping {
    /// Reads `B:phone,D:unused`: letters of a column and a role's word. None when a part of it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let mut mapping = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (letters, word) = part.split_once(':')?;
            mapping.say(letters.trim(), word.trim())?;
        }
        Some(mapping)
    }

    /// Says what a column holds. None for what is no column or no role.
    pub fn say(&mut self, letters: &str, word: &str) -> Option<()> {
        self.0.insert(place(letters)?, Role::of(word)?);
        Some(())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Role)> {
        self.0.iter().map(|(column, role)| (*column, *role))
    }
}

/// The letters of a column from 0.
pub(super) fn letters(column: usize) -> String {
    let letter = |at: usize| char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    match column.checked_sub(26) {
        Some(rest) => [letter(rest / 26), letter(column)].iter().collect(),
        None => letter(column).to_string(),
    }
}

/// The column of letters, from 0; none outside of a list.
fn place(written: &str) -> Option<usize> {
    (0..MAX_COLUMNS).find(|column| letters(*column).eq_ignore_ascii_case(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        for (column, name) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (99, "CV"),
        ] {
            assert_eq!(letters(column), name);
            assert_eq!(place(&name.to_lowercase()), Some(column));
        }
        for none in ["", "CW", "1", "É", "AAA"] {
            assert_eq!(place(none), None, "{none}");
        }
    }

    #[test]
    fn a_mapping_is_read_whole_or_not_at_all() {
        let mapping = Mapping::parse(" b:phone, D : unused,").expect("a mapping");
        assert_eq!(
            mapping.iter().collect::<Vec<_>>(),
            [(1, Role::Phone), (3, Role::Other)]
        );
        assert_eq!(Mapping::parse(""), Some(Mapping::default()));
        for wrong in ["B", "B:telephone", "1:phone", "CW:phone", "B:phone;C:bank"] {
            assert_eq!(Mapping::parse(wrong), None, "{wrong}");
        }
        for role in Role::ALL {
            assert_eq!(Role::of(role.as_str()), Some(*role));
        }
    }
}
