//! Identifiers: what a listing is about and what a check asks for.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::{
    kinds::Kinds,
    unreadable::{Reason, Unreadable},
};
use super::{
    account::{Account, AccountNumber},
    bank::{self, Bin},
    key::{Key, masked},
    phone::Phone,
    sender::Sender,
    short_code::ShortCode,
    wallet::{self, Wallet},
};

mod kinds;
pub(super) mod reading;
mod scan;
mod unreadable;

/// The kinds of identifier; the first word of a key.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A phone number of any country.
    Phone,
    /// An account at a bank in Vietnam.
    Account,
    /// An e-wallet of a provider in Vietnam.
    Wallet,
    /// A short code of Vietnam's networks.
    ShortCode,
    /// A name that short messages are sent under.
    Sender,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Phone,
        Self::Account,
        Self::Wallet,
        Self::ShortCode,
        Self::Sender,
    ];

    /// The kind that a key begins with.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::parse(key.split(':').next()?)
    }

    /// The kind of a machine word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The machine word, e.g. `short_code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Account => "account",
            Self::Wallet => "wallet",
            Self::ShortCode => "short_code",
            Self::Sender => "sender",
        }
    }
}

/// One identifier in its only form: two spellings of one thing are equal and have one [`Key`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// `phone:+84950001001`
    Phone(Phone),
    /// `account:VN:970436:0000000070001`
    Account(Account),
    /// `wallet:VN:momo:+84950001001`
    Wallet(Wallet),
    /// `short_code:VN:5656`
    ShortCode(ShortCode),
    /// `sender:VN:mau-bank`
    Sender(Sender),
}

impl Identifier {
    /// Reads anything a citizen may paste: a number in any spelling with words around it, an account with its bank, a
    /// wallet, a link, a key, the text of a payment QR.
    ///
    /// # Errors
    /// The text is not exactly one identifier. What could have been meant is in `suggestions`, never chosen silently.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        reading::read(text)
    }

    /// Reads a canonical key and nothing else: `from_key(k)?.key() == k` for whatever is accepted.
    ///
    /// # Errors
    /// [`Reason::NotCanonical`].
    pub fn from_key(key: &str) -> Result<Self, Unreadable> {
        const REFUSED: Unreadable = Unreadable::plain(Reason::NotCanonical);
        let mut parts = key.split(':');
        let mut next = || parts.next();
        let read = match (next(), next(), next(), next(), next()) {
            (Some("phone"), Some(number), None, ..) => {
                let digits = number.strip_prefix('+').ok_or(REFUSED)?;
                Self::Phone(Phone::dialled(digits, true).map_err(|_| REFUSED)?)
            }
            (Some("account"), Some("VN"), Some(bin), Some(number), None) => {
                let number = AccountNumber::canonical(number).map_err(|_| REFUSED)?;
                Self::of_account(Bin::parse(bin).map_err(|_| REFUSED)?, number)
            }
            (Some("wallet"), Some("VN"), Some(provider), Some(number), None) => {
                Self::Wallet(Wallet::new(provider, number).map_err(|_| REFUSED)?)
            }
            (Some("short_code"), Some("VN"), Some(code), None, _) => {
                Self::ShortCode(ShortCode::new(code).map_err(|_| REFUSED)?)
            }
            (Some("sender"), Some("VN"), Some(name), None, _) => {
                Self::Sender(Sender::new(name).map_err(|_| REFUSED)?)
            }
            _ => return Err(REFUSED),
        };
        if read.key().as_str() == key {
            Ok(read)
        } else {
            Err(REFUSED)
        }
    }

    /// The phone number written in `number`, in any spelling.
    ///
    /// # Errors
    /// See [`Phone::parse`].
    pub fn phone(number: &str) -> Result<Self, Unreadable> {
        Phone::parse(number).map(Self::Phone)
    }

    /// The account `number` at `bank`, which is a number in the payment network or any usual written form of the bank's
    /// name. Should `bank` name a wallet's provider, as lists do, the result is that wallet.
    ///
    /// # Errors
    /// The number is not readable, letters in it look like digits, or the bank is missing, unknown, or one of several.
    pub fn account(bank: &str, number: &str) -> Result<Self, Unreadable> {
        if let Some(provider) = wallet::find(bank) {
            return Self::wallet(provider.slug, number);
        }
        let banks: Vec<Bin> = match Bin::parse(bank) {
            Ok(bin) => bank::by_bin(bin).map(|bank| bank.bin).into_iter().collect(),
            Err(_) => bank::candidates(bank).iter().map(|bank| bank.bin).collect(),
        };
        let parsed = AccountNumber::parse(number).map_err(|error| match error.reason {
            Reason::SeveralNumbers => reading::several_accounts(&banks, number),
            _ => error,
        })?;
        reading::account(&banks, parsed.as_str()).map_err(|error| match error.reason {
            Reason::UnknownBank if bank.trim().is_empty() => Unreadable {
                reason: Reason::AccountWithoutBank,
                ..error
            },
            Reason::UnknownBank => reading::near_bank(bank, error),
            _ => error,
        })
    }

    /// The wallet of `number` at `provider`.
    ///
    /// # Errors
    /// See [`Wallet::new`].
    pub fn wallet(provider: &str, number: &str) -> Result<Self, Unreadable> {
        Wallet::new(provider, number).map(Self::Wallet)
    }

    /// A short code.
    ///
    /// # Errors
    /// See [`ShortCode::new`].
    pub fn short_code(code: &str) -> Result<Self, Unreadable> {
        ShortCode::new(code).map(Self::ShortCode)
    }

    /// A sender name.
    ///
    /// # Errors
    /// See [`Sender::new`].
    pub fn sender(name: &str) -> Result<Self, Unreadable> {
        Sender::new(name).map(Self::Sender)
    }

    /// The one form of an account: at a wallet's own number in the network, a user's phone number is the wallet.
    pub(super) fn of_account(bin: Bin, number: AccountNumber) -> Self {
        let wallet = wallet::by_bin(bin).filter(|_| Phone::dialled(number.as_str(), false).is_ok());
        match wallet.and_then(|provider| Wallet::new(provider.slug, number.as_str()).ok()) {
            Some(wallet) => Self::Wallet(wallet),
            None => Self::Account(Account::new(bin, number)),
        }
    }

    /// The canonical text.
    pub fn key(&self) -> Key {
        let kind = self.kind().as_str();
        Key::of_canonical(match self {
            Self::Phone(phone) => format!("{kind}:{}", phone.e164()),
            Self::Account(account) => {
                format!("{kind}:VN:{}:{}", account.bank(), account.number().as_str())
            }
            Self::Wallet(wallet) => format!("{kind}:VN:{}:{}", wallet.provider(), wallet.number()),
            Self::ShortCode(code) => format!("{kind}:VN:{}", code.as_str()),
            Self::Sender(name) => format!("{kind}:VN:{}", name.as_str()),
        })
    }

    /// What kind of identifier it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Phone(_) => Kind::Phone,
            Self::Account(_) => Kind::Account,
            Self::Wallet(_) => Kind::Wallet,
            Self::ShortCode(_) => Kind::ShortCode,
            Self::Sender(_) => Kind::Sender,
        }
    }

    /// How people write it: `0950 001 001`, `Vietcombank · 0000000070001`.
    pub fn display(&self) -> String {
        match self {
            Self::Phone(phone) => phone.display(),
            Self::Account(account) => {
                let bank = bank::by_bin(account.bank()).map(|bank| bank.short_name.to_owned());
                format!(
                    "{} · {}",
                    bank.unwrap_or_else(|| account.bank().to_string()),
                    account.number().as_str()
                )
            }
            Self::Wallet(wallet) => wallet.display(),
            Self::ShortCode(code) => code.as_str().to_owned(),
            Self::Sender(name) => name.as_str().to_owned(),
        }
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Identifier({}:{})",
            self.kind().as_str(),
            masked(self.key().as_str())
        )
    }
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.key().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Identifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::from_key(&key).map_err(|error| serde::de::Error::custom(error.reason.code()))
    }
}

#[cfg(test)]
mod tests;
