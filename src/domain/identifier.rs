//! Identifiers: what a listing is about and what a check asks for.

use std::fmt;

use compact_str::{CompactStringExt as _, format_compact};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    account::{Account, AccountNumber},
    bank::{self, Bin},
    key::Key,
    phone::Phone,
    sender::Sender,
    short_code::ShortCode,
    text::masked,
    wallet::{self, Wallet},
};
pub use super::{kind::Kind, kinds::Kinds, reason::Reason};

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
    /// Reads a canonical key and nothing else: `from_key(k)?.key() == k` for whatever is accepted.
    ///
    /// # Errors
    /// [`Reason::NotCanonical`].
    pub fn from_key(key: &str) -> Result<Self, Reason> {
        const REFUSED: Reason = Reason::NotCanonical;
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
                Self::Wallet(Wallet::canonical(provider, number).map_err(|_| REFUSED)?)
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

    /// Reads a key that this program wrote down earlier, by its form alone: numbering plans and tables of banks change,
    /// and what was canonical then is read for ever.
    ///
    /// # Errors
    /// [`Reason::NotCanonical`].
    fn stored(key: &str) -> Result<Self, Reason> {
        let parts: Vec<&str> = key.split(':').collect();
        let read = match parts[..] {
            ["phone", number] => Phone::stored(number).map(Self::Phone),
            ["account", "VN", bin, number] => {
                let bin = Bin::stored(bin);
                let number = AccountNumber::stored(number);
                bin.zip(number)
                    .map(|(bin, number)| Self::Account(Account::new(bin, number)))
            }
            ["wallet", "VN", provider, number] => {
                Wallet::stored(provider, number).map(Self::Wallet)
            }
            ["short_code", "VN", code] => Some(Self::ShortCode(ShortCode::stored(code))),
            ["sender", "VN", name] => Some(Self::Sender(Sender::stored(name))),
            _ => None,
        };
        read.ok_or(Reason::NotCanonical)
    }

    /// The one form of an account: at a wallet's own number in the network, a user's phone number is the wallet.
    pub(super) fn of_account(bin: Bin, number: AccountNumber) -> Self {
        match (wallet::by_bin(bin), Phone::dialled(number.as_str(), false)) {
            (Some(provider), Ok(phone)) => Self::Wallet(Wallet::of_phone(provider, &phone)),
            (_, _) => Self::Account(Account::new(bin, number)),
        }
    }

    /// The canonical text.
    pub fn key(&self) -> Key {
        let kind = self.kind().as_str();
        Key::of_canonical(match self {
            Self::Phone(phone) => [kind, ":", phone.e164()].concat_compact(),
            Self::Account(account) => {
                let (bin, number) = (account.bank(), account.number().as_str());
                format_compact!("{kind}:VN:{bin}:{number}")
            }
            Self::Wallet(wallet) => {
                [kind, ":VN:", wallet.provider(), ":", wallet.number()].concat_compact()
            }
            Self::ShortCode(code) => [kind, ":VN:", code.as_str()].concat_compact(),
            Self::Sender(name) => [kind, ":VN:", name.as_str()].concat_compact(),
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
        let human = deserializer.is_human_readable();
        let key = String::deserialize(deserializer)?;
        let read = if human {
            Self::from_key(&key)
        } else {
            Self::stored(&key)
        };
        read.map_err(|error| serde::de::Error::custom(error.code()))
    }
}

impl Key {
    /// Reads a key that somebody else wrote.
    ///
    /// # Errors
    /// The text is not exactly the key of an identifier.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        Identifier::from_key(text).map(|identifier| identifier.key())
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The reason only: an identifier must not travel in an error text.
        let read = Identifier::deserialize(deserializer)?;
        Ok(read.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written down, read back by the program.
    fn written(key: &str) -> Result<String, ()> {
        let bytes = postcard::to_stdvec(key).map_err(|_| ())?;
        let read: Identifier = postcard::from_bytes(&bytes).map_err(|_| ())?;
        Ok(read.key().as_str().to_owned())
    }

    #[test]
    fn what_was_written_is_read_by_its_form_whatever_the_tables_say_today() {
        for key in [
            "phone:+84950001001",
            // No plan of today has it.
            "phone:+84550001",
            // A bank that is in no table, and a wallet's number in the network.
            "account:VN:999999:0000000070001",
            "account:VN:971005:0950001033",
            "wallet:VN:momo:+84950001001",
            "short_code:VN:99",
            "sender:VN:mau-bank",
        ] {
            assert_eq!(written(key).as_deref(), Ok(key));
        }
        for damaged in [
            "",
            "phone:",
            "phone:84",
            "account:VN:97:1",
            "wallet:VN:none:1",
            "x:y",
            "phone:+84:1",
        ] {
            assert!(written(damaged).is_err(), "{damaged}");
        }
    }

    #[test]
    fn what_somebody_else_sends_must_be_canonical_today() {
        for key in [
            "phone:+84550001",
            "account:VN:971005:0950001033",
            "short_code:VN:99",
        ] {
            assert!(Identifier::from_key(key).is_err(), "{key}");
            assert!(
                serde_json::from_value::<Identifier>(key.into()).is_err(),
                "{key}"
            );
        }
    }
}
