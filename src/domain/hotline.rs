//! Hotlines of banks and wallets for somebody who has paid a scammer (`config/hotlines.tsv`).
//!
//! A wrong hotline sends a victim to a stranger, so each says how sure it is, and many have no number on purpose.

use std::{collections::HashMap, sync::LazyLock};

use super::{bank, identifier::Identifier, tsv, wallet};

/// The embedded table.
pub(super) const TABLE: &str = include_str!("../../config/hotlines.tsv");

/// Places where a number was seen that may be called as it stands.
const SOURCES: u8 = 2;

/// How sure it is that a number is the institution's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sure {
    /// Several sources of the institution's own agree: it may be called as it stands.
    High,
    /// Seen, to be compared with the number on one's card first.
    Medium,
    /// No number that was verified.
    Low,
}

/// The hotline of a bank or of a wallet's provider.
#[derive(Debug)]
pub struct Hotline {
    /// The bank's number in the payment network, or the provider's slug.
    pub key: &'static str,
    /// The name people know.
    pub name: &'static str,
    /// Its other usual names, to be found by.
    pub aliases: Vec<&'static str>,
    /// As it is dialled; empty unless it is surer than [`Sure::Low`].
    pub number: &'static str,
    /// When somebody answers; empty when it is not known.
    pub hours: &'static str,
    /// The year and month, or the day, it was seen last; none when that was not noted.
    pub seen: Option<&'static str>,
    pub sure: Sure,
}

static HOTLINES: LazyLock<Vec<Hotline>> = LazyLock::new(|| {
    let mut all: Vec<Hotline> = tsv::rows(TABLE).filter_map(|row| hotline(&row)).collect();
    all.sort_by_key(|one| super::text::toneless(one.name));
    all
});

static BY_KEY: LazyLock<HashMap<&str, &Hotline>> =
    LazyLock::new(|| HOTLINES.iter().map(|one| (one.key, one)).collect());

/// A row of the table; none for what is neither a bank's nor a wallet's.
fn hotline(row: &tsv::Row<'static>) -> Option<Hotline> {
    let key = row.get("key");
    let (name, aliases) = match row.get("kind") {
        "bank" => {
            let bank = bank::by_bin(bank::Bin::parse(key).ok()?)?;
            let others = [bank.code, bank.name_vi, bank.name_en];
            (
                bank.short_name,
                others
                    .into_iter()
                    .chain(bank.aliases.iter().copied())
                    .collect(),
            )
        }
        "wallet" => {
            let provider = wallet::find(key)?;
            (provider.name, provider.aliases.clone())
        }
        _ => return None,
    };
    let sure = match row.get("sure") {
        "high"
            if row
                .get("sources")
                .parse::<u8>()
                .is_ok_and(|seen| seen >= SOURCES) =>
        {
            Sure::High
        }
        "high" | "medium" => Sure::Medium,
        _ => Sure::Low,
    };
    let seen = row.get("seen").trim_start_matches('~');
    Some(Hotline {
        key,
        name,
        aliases,
        number: row.get("hotline"),
        hours: row.get("hours"),
        seen: (!seen.is_empty() && seen != "undated").then_some(seen),
        sure,
    })
}

/// All of them, by name.
pub fn all() -> &'static [Hotline] {
    &HOTLINES
}

/// That of the bank or the wallet's provider that an identifier is at.
pub fn of(identifier: &Identifier) -> Option<&'static Hotline> {
    let bin;
    let key = match identifier {
        Identifier::Account(account) => {
            bin = account.bank().to_string();
            bin.as_str()
        }
        Identifier::Wallet(wallet) => wallet.provider(),
        Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => return None,
    };
    BY_KEY.get(key).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bank_and_wallet_of_the_table_is_known_and_only_sure_ones_have_a_number() {
        let rows = tsv::rows(TABLE).filter(|row| row.get("kind") != "official");
        assert_eq!(rows.count(), all().len());
        for one in all() {
            let digits = one.number.bytes().all(|b| b.is_ascii_digit());
            let fits = (3..=11).contains(&one.number.len());
            match one.sure {
                Sure::High | Sure::Medium => assert!(digits && fits, "{one:?}"),
                Sure::Low => assert_eq!(one.number, "", "{one:?}"),
            }
        }
    }

    #[test]
    fn an_account_and_a_wallet_have_the_hotline_of_their_institution() {
        let of =
            |text: &str| of(&Identifier::parse(text).unwrap()).map(|one| (one.name, one.number));
        assert_eq!(
            of("Vietcombank 0000000070001"),
            Some(("Vietcombank", "1900545413"))
        );
        assert_eq!(of("momo 0950001001").map(|(name, _)| name), Some("MoMo"));
        assert_eq!(of("0950001001"), None);
    }
}
