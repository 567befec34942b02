//! A check: text → identifier → look-up in memory → verdict. No lock, no disk, no token.

use super::Registry;
use crate::{
    domain::{
        account::Account,
        bank,
        identifier::{Identifier, Unreadable},
        official,
        time::Time,
    },
    store::schema::Live,
};

/// What a check says. There is no "safe".
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Police confirmed it.
    Listed(Live),
    /// A protected identifier.
    Official(OfficialName),
    /// No information yet, which does not mean safe.
    NoRecord,
}

/// Whose official number it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfficialName {
    pub vi: String,
    pub en: String,
}

/// The answer to one question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Checked {
    /// One identifier and its verdict.
    One {
        identifier: Identifier,
        verdict: Verdict,
        /// Nothing is known of the wallet or account itself, but the phone number it is made of is listed.
        listed_phone: Option<Identifier>,
    },
    /// An account number without its bank that is listed at one bank or more.
    AtSomeBank(Vec<(Identifier, Live)>),
    /// Not one identifier; nothing was looked up.
    Unreadable(Unreadable),
}

impl Registry {
    /// Answers about text that was read already, or could not be.
    pub fn check(&self, asked: Result<Identifier, Unreadable>, now: Time) -> Checked {
        match asked {
            Ok(identifier) => {
                let verdict = self.verdict(&identifier, now);
                let listed_phone = match verdict {
                    Verdict::NoRecord => self.listed_phone_of(&identifier, now),
                    _ => None,
                };
                Checked::One {
                    verdict,
                    identifier,
                    listed_phone,
                }
            }
            Err(unreadable) => match self.at_any_bank(&unreadable, now) {
                found if found.is_empty() => Checked::Unreadable(unreadable),
                found => Checked::AtSomeBank(found),
            },
        }
    }

    /// The phone number that a wallet or account is made of, if that is listed.
    fn listed_phone_of(&self, identifier: &Identifier, now: Time) -> Option<Identifier> {
        let number = match identifier {
            Identifier::Wallet(wallet) => wallet.number(),
            Identifier::Account(account) => account.number().as_str(),
            _ => return None,
        };
        // An account's digits are a phone number only as it is dialled: ten of them, with the trunk zero.
        let dialled = number.starts_with('+') || (number.starts_with('0') && number.len() == 10);
        let phone = dialled.then(|| Identifier::phone(number).ok())??;
        self.index().find(phone.key().as_str(), now).map(|_| phone)
    }

    /// The verdict on one identifier at an instant.
    pub fn verdict(&self, identifier: &Identifier, now: Time) -> Verdict {
        let key = identifier.key();
        if let Some(live) = self.index().find(key.as_str(), now) {
            return Verdict::Listed(live);
        }
        match self.official_name(identifier) {
            Some(name) => Verdict::Official(name),
            None => Verdict::NoRecord,
        }
    }

    /// Whose protected identifier it is, if it is one: from the tables, or added by an administrator.
    pub fn official_name(&self, identifier: &Identifier) -> Option<OfficialName> {
        if let Some(row) = self.index().official(identifier.key().as_str()) {
            return Some(OfficialName {
                vi: row.name_vi,
                en: row.name_en,
            });
        }
        official::builtin(identifier).map(|known| OfficialName {
            vi: known.name_vi.to_owned(),
            en: known.name_en.to_owned(),
        })
    }

    /// Listings of an account number at whichever bank: one look-up a bank, all in memory.
    fn at_any_bank(&self, unreadable: &Unreadable, now: Time) -> Vec<(Identifier, Live)> {
        let Some(number) = &unreadable.account_number else {
            return Vec::new();
        };
        bank::all()
            .iter()
            .filter_map(|bank| {
                let identifier = Identifier::Account(Account::new(bank.bin, number.clone()));
                let live = self.index().find(identifier.key().as_str(), now)?;
                Some((identifier, live))
            })
            .collect()
    }
}
