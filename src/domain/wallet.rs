//! E-wallets.

use std::{collections::HashMap, fmt, sync::LazyLock};

use compact_str::CompactString;

use super::{
    account::AccountNumber,
    bank::{Bin, spaced, squeezed},
    phone::Phone,
    reason::Reason,
    text::{MAX_INPUT, masked, within},
    tsv,
};

/// A provider of e-wallets or mobile money, from `config/wallets.tsv`.
#[derive(Debug)]
pub struct Provider {
    /// The word used in keys, e.g. `momo`.
    pub slug: &'static str,
    /// The name people know.
    pub name: &'static str,
    /// The company behind it.
    pub operator: &'static str,
    /// Other usual names.
    pub aliases: Vec<&'static str>,
    bin: &'static str,
    own_ids: bool,
}

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    tsv::rows(include_str!("../../config/wallets.tsv"))
        .map(|row| Provider {
            slug: row.get("slug"),
            name: row.get("name"),
            operator: row.get("operator_vi"),
            aliases: row
                .get("aliases")
                .split(';')
                .map(str::trim)
                .filter(|alias| !alias.is_empty())
                .collect(),
            bin: row.get("bin"),
            own_ids: row.get("user_identifier").contains("account"),
        })
        .collect()
});

static NAMES: LazyLock<HashMap<String, &'static Provider>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for provider in PROVIDERS.iter() {
        let spoken = provider
            .name
            .split('/')
            .chain(provider.aliases.iter().copied())
            .chain([provider.slug]);
        for name in spoken {
            // The first row that claims a name keeps it.
            names.entry(plain(name)).or_insert(provider);
        }
    }
    names
});

/// Words that say "wallet" and nothing else.
const WALLET_WORDS: [&str; 5] = ["vi dien tu", "vi", "tai khoan", "ung dung", "app"];

fn plain(name: &str) -> String {
    squeezed(without_wallet_words(&spaced(name)))
}

fn without_wallet_words(words: &str) -> &str {
    let mut rest = words;
    for word in WALLET_WORDS {
        if let Some(shorter) = rest.strip_prefix(word).and_then(|r| r.strip_prefix(' ')) {
            rest = shorter;
        }
    }
    rest
}

impl Provider {
    /// The number of this wallet in the payment network, where it has one.
    pub fn bin(&self) -> Option<Bin> {
        Bin::parse(self.bin).ok()
    }

    /// Whether its users may have numbers of its own beside their phone numbers.
    pub(super) fn has_own_ids(&self) -> bool {
        self.own_ids
    }
}

/// All providers, in the order of the table.
pub fn all() -> &'static [Provider] {
    &PROVIDERS
}

/// The provider meant by `text`, in any usual written form: `Ví MoMo`, `viettel pay`, `momo`.
pub fn find(text: &str) -> Option<&'static Provider> {
    if !within(text, MAX_INPUT) {
        return None;
    }
    NAMES.get(&plain(text)).copied()
}

/// The provider meant by toneless words with one space between, as a line is cut into.
pub(super) fn named(words: &str) -> Option<&'static Provider> {
    NAMES.get(&squeezed(without_wallet_words(words))).copied()
}

/// The provider that has `bin` in the payment network.
pub fn by_bin(bin: Bin) -> Option<&'static Provider> {
    PROVIDERS
        .iter()
        .find(|provider| provider.bin() == Some(bin))
}

/// A wallet: a user's phone number, or the provider's own number where the provider has such, at a provider.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wallet {
    provider: &'static str,
    number: CompactString,
}

impl Wallet {
    /// The wallet that a provider keeps for a user's phone number.
    pub(super) fn of_phone(provider: &'static Provider, phone: &Phone) -> Self {
        Self {
            provider: provider.slug,
            number: phone.e164().into(),
        }
    }

    /// The wallet of a provider's own number.
    pub(super) fn of_own_id(provider: &'static Provider, number: AccountNumber) -> Self {
        Self {
            provider: provider.slug,
            number: number.as_str().into(),
        }
    }

    /// Takes what [`Wallet::provider`] and [`Wallet::number`] gave once.
    pub(super) fn stored(slug: &str, number: &str) -> Option<Self> {
        // Its other names are for people to write.
        let provider = find(slug).filter(|provider| provider.slug == slug)?;
        Some(Self {
            provider: provider.slug,
            number: number.into(),
        })
    }

    /// Takes exactly the slug of a provider and the number as [`Wallet::number`] gives it.
    pub(super) fn canonical(slug: &str, number: &str) -> Result<Self, Reason> {
        let provider = find(slug).ok_or(Reason::UnknownWallet)?;
        match number.strip_prefix('+') {
            Some(digits) => Ok(Self::of_phone(provider, &Phone::dialled(digits, true)?)),
            None if provider.own_ids => {
                Ok(Self::of_own_id(provider, AccountNumber::canonical(number)?))
            }
            None => Err(Reason::NotANumber),
        }
    }

    /// The provider's slug.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// The user's phone number in E.164 form, or the provider's own number.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The provider's name and the number, as people write them.
    pub(super) fn display(&self) -> String {
        let name = find(self.provider).map_or(self.provider, |provider| provider.name);
        let number = self
            .number
            .strip_prefix('+')
            .and_then(|digits| Phone::dialled(digits, true).ok());
        format!(
            "{name} · {}",
            number.map_or_else(|| self.number.to_string(), |phone| phone.display())
        )
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wallet({}, {})", self.provider, masked(&self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_found_by_its_usual_names() {
        for (text, slug) in [
            ("Ví MoMo", "momo"),
            ("MOMO", "momo"),
            ("Ví điện tử Zalo Pay", "zalopay"),
            ("Viettel Money", "viettel_money"),
            ("viettelpay", "viettel_money"),
            ("viettel_money", "viettel_money"),
            ("Grab Pay", "moca"),
        ] {
            assert_eq!(
                find(text).map(|provider| provider.slug),
                Some(slug),
                "{text}"
            );
        }
        assert!(find("").is_none() && find("Vietcombank").is_none() && find("zalo").is_none());
    }
}
