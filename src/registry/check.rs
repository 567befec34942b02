//! A check: text → identifier → look-up in memory → verdict. No lock, no disk, no token.

use std::collections::HashSet;

use super::Registry;
use crate::{
    domain::{
        account::{Account, AccountNumber},
        bank,
        identifier::{Identifier, Reason},
        key::Key,
        official,
        reading::Unreadable,
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

/// What is known of one identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    pub identifier: Identifier,
    pub verdict: Verdict,
    /// The wallet or account that was asked for and of which nothing is known: `identifier` is the listed phone number
    /// that it is made of. The warning comes first.
    pub unknown: Option<Identifier>,
}

impl Known {
    /// The listing, if it is listed.
    pub const fn listing(&self) -> Option<&Live> {
        match &self.verdict {
            Verdict::Listed(live) => Some(live),
            Verdict::Official(_) | Verdict::NoRecord => None,
        }
    }
}

/// The answer to one question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Checked {
    /// One identifier and its verdict.
    One(Known),
    /// An account number without its bank that is listed at one bank or more.
    AtSomeBank(Vec<(Identifier, Live)>),
    /// Not one identifier; nothing was looked up.
    Unreadable(Unreadable),
}

impl Checked {
    /// The identifier that is answered about: of an account number without its bank the first that is listed.
    pub fn identifier(&self) -> Option<&Identifier> {
        match self {
            Self::One(known) => Some(&known.identifier),
            Self::AtSomeBank(found) => found.first().map(|(identifier, _)| identifier),
            Self::Unreadable(_) => None,
        }
    }

    /// The listing that is answered first, if there is one.
    pub fn listing(&self) -> Option<&Live> {
        match self {
            Self::One(known) => known.listing(),
            Self::Unreadable(_) => None,
            Self::AtSomeBank(found) => found.first().map(|(_, live)| live),
        }
    }

    /// Whether something was looked up and nothing found.
    pub fn found_nothing(&self) -> bool {
        match self {
            Self::One(known) => known.verdict == Verdict::NoRecord,
            Self::AtSomeBank(_) => false,
            Self::Unreadable(unreadable) => unreadable_look_ups(unreadable) > 0,
        }
    }
}

/// What looking for an account number at every bank counts: ten look-ups, though there are more banks. Who asks in good
/// faith forgot the bank once; who tries numbers pays more than for naming one.
const LOOK_UPS_AT_ANY_BANK: u32 = 10;

/// How many look-ups an identifier is whose digits may be another thing as well.
pub(super) fn look_ups_of(also: Option<&Identifier>) -> u32 {
    1 + u32::from(also.is_some())
}

/// The account number of which no bank was named. With one that is not known, a listing at another bank is another's.
fn bank_missing(unreadable: &Unreadable) -> Option<&AccountNumber> {
    let number = unreadable.account_number.as_ref();
    number.filter(|_| unreadable.reason != Reason::UnknownBank)
}

/// How many look-ups a text is that could not be read.
pub(super) fn unreadable_look_ups(unreadable: &Unreadable) -> u32 {
    let banks = match bank_missing(unreadable) {
        Some(_) => LOOK_UPS_AT_ANY_BANK,
        None => 0,
    };
    let both = u32::try_from(phone_and_account(unreadable).len()).unwrap_or(u32::MAX);
    banks.saturating_add(both)
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
    /// The verdict on one identifier at an instant.
    pub fn verdict(&self, identifier: &Identifier, now: Time) -> Verdict {
        verdict(self.index(), identifier, self.showing(now))
    }

    /// What administrators protect from being listed, beside what the tables protect.
    pub fn added_officials(&self) -> HashSet<Key> {
        let added = self.index().officials();
        added.into_iter().map(|row| row.key).collect()
    }
}

/// What is known of an identifier: the listing of the phone number in it when nothing else is.
pub fn known(at: &impl Listings, identifier: Identifier, now: Time) -> Known {
    let verdict = verdict(at, &identifier, now);
    if verdict == Verdict::NoRecord
        && let Some((phone, live)) = listed_phone_of(at, &identifier, now)
    {
        return Known {
            identifier: phone,
            verdict: Verdict::Listed(live),
            unknown: Some(identifier),
        };
    }
    Known {
        identifier,
        verdict,
        unknown: None,
    }
}

/// Answers about text that could not be read.
pub fn check_unread(at: &impl Listings, unreadable: Unreadable, now: Time) -> Checked {
    let found = at_any_bank(at, &unreadable, now);
    if !found.is_empty() {
        return Checked::AtSomeBank(found);
    }
    listed_of_both(at, &unreadable, now).unwrap_or(Checked::Unreadable(unreadable))
}

/// What may be a phone number and an account or wallet, since a bank or wallet is named beside it: either is looked up.
/// Nothing when that is not why the text could not be read. Of a bank that is not known only the phone number is: the
/// banks that are nearly called so are guesses.
fn phone_and_account(unreadable: &Unreadable) -> Vec<&Identifier> {
    let is_phone = |id: &Identifier| matches!(id, Identifier::Phone(_));
    let is_account = |id: &Identifier| matches!(id, Identifier::Account(_) | Identifier::Wallet(_));
    let named = matches!(
        unreadable.reason,
        Reason::UnknownBank | Reason::UnknownWallet | Reason::BadAccount
    );
    let guesses = || unreadable.suggestions.iter();
    let accounts = named || unreadable.account_number.is_some() || guesses().any(is_account);
    if !accounts || !guesses().any(is_phone) {
        return Vec::new();
    }
    guesses().filter(|id| !named || is_phone(id)).collect()
}

/// The warning about the phone number or the account, whichever is listed.
fn listed_of_both(at: &impl Listings, unreadable: &Unreadable, now: Time) -> Option<Checked> {
    let both = phone_and_account(unreadable);
    let (identifier, live) = both
        .iter()
        .find_map(|id| Some((*id, at.listed(id.key().as_str(), now)?)))?;
    let is_phone = matches!(identifier, Identifier::Phone(_));
    let account = |id: &&Identifier| matches!(id, Identifier::Account(_) | Identifier::Wallet(_));
    Some(Checked::One(Known {
        identifier: identifier.clone(),
        verdict: Verdict::Listed(live),
        unknown: both.into_iter().find(account).filter(|_| is_phone).cloned(),
    }))
}

/// That phone number with its listing, if it is listed.
fn listed_phone_of(
    at: &impl Listings,
    identifier: &Identifier,
    now: Time,
) -> Option<(Identifier, Live)> {
    let phone = identifier.phone_in_it()?;
    let live = at.listed(phone.key().as_str(), now)?;
    Some((phone, live))
}

/// The verdict on one identifier at an instant.
pub fn verdict(at: &impl Listings, identifier: &Identifier, now: Time) -> Verdict {
    let key = identifier.key();
    if let Some(live) = at.listed(key.as_str(), now) {
        return Verdict::Listed(live);
    }
    match official_name(at, &key) {
        Some(name) => Verdict::Official(name),
        None => Verdict::NoRecord,
    }
}

/// Whose protected identifier it is, if it is one: from the tables, or added by an administrator.
fn official_name(at: &impl Listings, key: &Key) -> Option<OfficialName> {
    if let Some(name) = at.added_official(key.as_str()) {
        return Some(name);
    }
    official::builtin_of(key).map(|known| OfficialName {
        vi: known.name_vi.to_owned(),
        en: known.name_en.to_owned(),
    })
}

/// Listings of an account number at whichever bank: one look-up a bank, all in memory.
fn at_any_bank(at: &impl Listings, unreadable: &Unreadable, now: Time) -> Vec<(Identifier, Live)> {
    let Some(number) = bank_missing(unreadable) else {
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
