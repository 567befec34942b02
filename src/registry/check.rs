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
    store::{index::Index, schema::Live},
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

/// Where a check looks: the registry's index, or a mirror's copy. In memory, without a lock.
pub trait Listings {
    /// The listing in force for a key at an instant.
    fn listed(&self, key: &str, now: Time) -> Option<Live>;

    /// The name behind a protected identifier that an administrator added.
    fn added_official(&self, key: &str) -> Option<OfficialName>;
}

impl Listings for Index {
    fn listed(&self, key: &str, now: Time) -> Option<Live> {
        self.find(key, now)
    }

    fn added_official(&self, key: &str) -> Option<OfficialName> {
        self.official(key).map(|row| OfficialName {
            vi: row.name_vi,
            en: row.name_en,
        })
    }
}

impl Registry {
    /// Answers about text that was read already, or could not be.
    pub fn check(&self, asked: Result<Identifier, Unreadable>, now: Time) -> Checked {
        check(self.index(), asked, self.steady(now))
    }

    /// The verdict on one identifier at an instant.
    pub fn verdict(&self, identifier: &Identifier, now: Time) -> Verdict {
        verdict(self.index(), identifier, self.steady(now))
    }

    /// Whose protected identifier it is, if it is one: from the tables, or added by an administrator.
    pub fn official_name(&self, identifier: &Identifier) -> Option<OfficialName> {
        official_name(self.index(), identifier)
    }
}

/// Answers about text that was read already, or could not be.
pub fn check(at: &impl Listings, asked: Result<Identifier, Unreadable>, now: Time) -> Checked {
    match asked {
        Ok(identifier) => {
            let verdict = verdict(at, &identifier, now);
            let listed_phone = match verdict {
                Verdict::NoRecord => listed_phone_of(at, &identifier, now),
                _ => None,
            };
            Checked::One {
                verdict,
                identifier,
                listed_phone,
            }
        }
        Err(unreadable) => match at_any_bank(at, &unreadable, now) {
            found if found.is_empty() => Checked::Unreadable(unreadable),
            found => Checked::AtSomeBank(found),
        },
    }
}

/// The phone number that a wallet or account is made of, if that is listed.
fn listed_phone_of(at: &impl Listings, identifier: &Identifier, now: Time) -> Option<Identifier> {
    let number = match identifier {
        Identifier::Wallet(wallet) => wallet.number(),
        Identifier::Account(account) => account.number().as_str(),
        _ => return None,
    };
    // An account's digits are a phone number only as it is dialled: ten of them, with the trunk zero.
    let dialled = number.starts_with('+') || (number.starts_with('0') && number.len() == 10);
    let phone = dialled.then(|| Identifier::phone(number).ok())??;
    at.listed(phone.key().as_str(), now).map(|_| phone)
}

/// The verdict on one identifier at an instant.
pub fn verdict(at: &impl Listings, identifier: &Identifier, now: Time) -> Verdict {
    let key = identifier.key();
    if let Some(live) = at.listed(key.as_str(), now) {
        return Verdict::Listed(live);
    }
    match official_name(at, identifier) {
        Some(name) => Verdict::Official(name),
        None => Verdict::NoRecord,
    }
}

/// Whose protected identifier it is, if it is one: from the tables, or added by an administrator.
fn official_name(at: &impl Listings, identifier: &Identifier) -> Option<OfficialName> {
    if let Some(name) = at.added_official(identifier.key().as_str()) {
        return Some(name);
    }
    official::builtin(identifier).map(|known| OfficialName {
        vi: known.name_vi.to_owned(),
        en: known.name_en.to_owned(),
    })
}

/// Listings of an account number at whichever bank: one look-up a bank, all in memory.
fn at_any_bank(at: &impl Listings, unreadable: &Unreadable, now: Time) -> Vec<(Identifier, Live)> {
    let Some(number) = &unreadable.account_number else {
        return Vec::new();
    };
    bank::all()
        .iter()
        .filter_map(|bank| {
            let identifier = Identifier::Account(Account::new(bank.bin, number.clone()));
            let live = at.listed(identifier.key().as_str(), now)?;
            Some((identifier, live))
        })
        .collect()
}
