//! One number of a message, read with the words around it.

use crate::domain::{
    identifier::Identifier,
    reading::{Named, Unreadable},
    reason::Reason,
};

/// Reads a number between words, in which nothing hides digits.
pub(super) fn read_part(
    before: &str,
    number: &str,
    behind: &str,
) -> Result<Identifier, Unreadable> {
    let words = |text: &str| text.replace(['*', '•', '●', '▪', '■', '#', '"', '“', '”'], " ");
    let part = format!("{}{number}{}", words(before), words(behind));
    match Identifier::parse(&part) {
        // A sender's name is one only as a whole text; short codes and names of accounts are not taken out of prose.
        Ok(Identifier::Sender(_)) => Err(Reason::NotANumber.into()),
        Ok(code @ Identifier::ShortCode(_)) => {
            Err(Unreadable::suggesting(Reason::Ambiguous, [code]))
        }
        Ok(Identifier::Account(account))
            if !account
                .number()
                .as_str()
                .bytes()
                .all(|b| b.is_ascii_digit()) =>
        {
            let named = Identifier::Account(account);
            Err(Unreadable::suggesting(Reason::Ambiguous, [named]))
        }
        read => read,
    }
}

/// Whether words name a bank or wallet.
pub(super) fn names_bank(words: &str) -> bool {
    let named = Named::in_words(words);
    !named.banks.is_empty() || !named.providers.is_empty()
}
