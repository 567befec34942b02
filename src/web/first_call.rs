//! Whom to call first: the bank or wallet that an answer names, where its number is sure, else the police.

use super::page_context::PageContext;
use crate::{
    domain::{
        hotline::{self, Sure},
        identifier::Identifier,
        key::Key,
        message::Lang,
        official,
        text::toneless,
        unit::UnitCode,
    },
    http::state::State,
    present::words,
    registry::check::{Checked, Verdict},
};

/// A telephone call to make.
pub(super) struct Call {
    pub(super) words: String,
    pub(super) number: String,
}

/// The first call to make: to the bank or wallet that is named, to the official number itself, else to the police.
pub(super) fn first_call(s: &PageContext, checked: &Checked, added: &[(String, String)]) -> Call {
    let call = |words: String, number: &str| Call {
        words,
        number: number.to_owned(),
    };
    let police = || {
        call(
            s.t("Gọi 113 (công an)", "Call 113 (police)").to_owned(),
            "113",
        )
    };
    let Some(identifier) = checked.identifier() else {
        return police();
    };
    if let Checked::One {
        verdict: Verdict::Official(name),
        ..
    } = checked
    {
        let by_voice =
            official::builtin(identifier).is_none_or(|known| known.channel.contains("voice"));
        let dialled = dialled(identifier).filter(|_| by_voice);
        return dialled.map_or_else(police, |number| {
            let words = format!(
                "{} {}",
                s.t("Tự gọi lại", "Call back"),
                s.t(&name.vi, &name.en)
            );
            call(words, &number)
        });
    }
    let known = hotline::of(identifier).filter(|known| known.sure == Sure::High);
    let known = known.map(|known| (known.name, known.number));
    let added = added
        .first()
        .map(|(name, number)| (name.as_str(), number.as_str()));
    let Some((name, number)) = added.or(known) else {
        return police();
    };
    let words = s.t("Đã chuyển tiền? Gọi ngay", "Have you paid? Call");
    call(format!("{words} {name}: {number}"), number)
}

/// What a telephone dials to reach an identifier.
pub(super) fn dialled(identifier: &Identifier) -> Option<String> {
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

/// Official numbers of the account's bank or the wallet's provider, where an administrator has put them down.
pub(super) fn hotlines(
    s: &PageContext,
    state: &State,
    identifier: Option<&Identifier>,
) -> Vec<(String, String)> {
    let Some(name) = identifier.and_then(words::institution) else {
        return Vec::new();
    };
    let phone = |key: &Key| dialled(&Identifier::from_key(key.as_str()).ok()?);
    let added = state.registry.index().officials();
    added
        .iter()
        .filter(|row| names(&row.name_vi, name) || names(&row.name_en, name))
        .filter_map(|row| Some((s.t(&row.name_vi, &row.name_en).to_owned(), phone(&row.key)?)))
        .collect()
}

/// The number of a unit's police, as it is shown and as it is dialled: the official number that bears their name and
/// province. Two administrators stand behind each of those, as behind no line that one could fill in.
pub(super) fn police_phone(state: &State, unit: UnitCode) -> Option<(String, String)> {
    let name = police_in_full(unit).to_lowercase();
    let added = state.registry.index().officials();
    let row = added
        .iter()
        .find(|row| row.name_vi.trim().to_lowercase() == name)?;
    let identifier = Identifier::from_key(row.key.as_str()).ok()?;
    Some((identifier.display(), dialled(&identifier)?))
}

/// The police of a unit with the province it is in: `Công an phường Bỉm Sơn, Thanh Hóa`.
pub(super) fn police_in_full(code: UnitCode) -> String {
    let own = words::police_of(code.unit(), Lang::Vi);
    match code.province().filter(|province| *province != code) {
        Some(province) => format!("{own}, {}", province.unit().short_vi),
        None => own,
    }
}
