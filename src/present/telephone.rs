//! Telephone numbers that may be given out: official ones, behind each of which two administrators stand, and hotlines that
//! are sure.

use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::{
    domain::{
        hotline::{self, Sure},
        identifier::Identifier,
        key::Key,
        message::Lang,
        report::told::Told,
        text::toneless,
        unit::UnitCode,
    },
    registry::Registry,
};

/// What a telephone dials to reach an identifier.
pub fn dialled(identifier: &Identifier) -> Option<String> {
    match identifier {
        Identifier::Phone(phone) => Some(phone.e164().to_owned()),
        Identifier::ShortCode(code) => Some(code.as_str().to_owned()),
        Identifier::Account(_) | Identifier::Wallet(_) | Identifier::Sender(_) => None,
    }
}

/// Whether a body's name has the bank's as whole words: `MB` is not in `MBV`.
fn names(body: &str, bank: &str) -> bool {
    let words = |text: &str| {
        let plain = toneless(text);
        let words: Vec<&str> = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        format!(" {} ", words.join(" "))
    };
    words(body).contains(&words(bank))
}

/// Official numbers of the account's bank or the wallet's provider, where an administrator has put them down: name and
/// number.
pub fn hotlines(
    registry: &Registry,
    identifier: Option<&Identifier>,
    lang: Lang,
) -> Vec<(String, String)> {
    let Some(name) = identifier.and_then(words::institution) else {
        return Vec::new();
    };
    let phone = |key: &Key| dialled(&Identifier::from_key(key.as_str()).ok()?);
    let added = registry.index().officials();
    added
        .iter()
        .filter(|row| names(&row.name_vi, name) || names(&row.name_en, name))
        .filter_map(|row| {
            let name = lang.pick(&row.name_vi, &row.name_en);
            Some((name.clone(), phone(&row.key)?))
        })
        .collect()
}

/// The number of a unit's police, as it is shown and as it is dialled: the official number that bears their name and
/// province. Two administrators stand behind each of those, as behind no line that one could fill in.
pub fn police_phone(registry: &Registry, unit: UnitCode) -> Option<(String, String)> {
    let name = police_in_full(unit).to_lowercase();
    let added = registry.index().officials();
    let row = added
        .iter()
        .find(|row| row.name_vi.trim().to_lowercase() == name)?;
    let identifier = Identifier::from_key(row.key.as_str()).ok()?;
    Some((identifier.display(), dialled(&identifier)?))
}

/// The police of a unit with the province it is in: `Công an phường Bỉm Sơn, Thanh Hóa`.
pub fn police_in_full(code: UnitCode) -> String {
    let own = words::police_of(code.unit(), Lang::Vi);
    match code.province().filter(|province| *province != code) {
        Some(province) => format!("{own}, {}", province.unit().short_vi),
        None => own,
    }
}

/// A bank or a wallet's provider that may still hold what was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct BankCall {
    /// The bank's number in the payment network, or the provider's slug.
    pub bank: String,
    pub name: String,
    /// None where no number is sure: then the one on the card, or in the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hotline: Option<String>,
}

/// Whom to call first: the banks and wallets of the accounts that are reported, each once.
pub fn call_first(registry: &Registry, told: &Told, lang: Lang) -> Vec<BankCall> {
    let mut calls: Vec<BankCall> = Vec::new();
    for identifier in told.holders_of_money() {
        let Some(known) = hotline::of(identifier) else {
            continue;
        };
        if calls.iter().any(|call| call.bank == known.key) {
            continue;
        }
        let added = hotlines(registry, Some(identifier), lang)
            .into_iter()
            .next();
        let sure = (known.sure == Sure::High).then(|| known.number.to_owned());
        calls.push(BankCall {
            bank: known.key.to_owned(),
            name: known.name.to_owned(),
            hotline: added.map(|(_, number)| number).or(sure),
        });
    }
    calls
}
