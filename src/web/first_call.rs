//! Whom to call first: the bank or wallet that an answer names, where its number is sure, else the police.

use super::page_context::PageContext;
use crate::{
    domain::{
        hotline::{self, Sure},
        identifier::Identifier,
        message::Lang,
        official,
        unit::UnitCode,
    },
    http::state::State,
    present::{
        telephone::{self, dialled},
        words,
    },
    registry::check::{Checked, Known, Verdict},
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
    if let Checked::One(Known {
        verdict: Verdict::Official(name),
        ..
    }) = checked
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

/// Official numbers of the account's bank or the wallet's provider, where an administrator has put them down.
pub(super) fn hotlines(
    s: &PageContext,
    state: &State,
    identifier: Option<&Identifier>,
) -> Vec<(String, String)> {
    telephone::hotlines(&state.registry, identifier, s.lang)
}

/// The number of a unit's police, as it is shown and as it is dialled.
pub(super) fn police_phone(state: &State, unit: UnitCode) -> Option<(String, String)> {
    telephone::police_phone(&state.registry, unit)
}

/// The police of a unit as a reader knows them, with the province: communes of one name are many.
pub(super) fn police_of(unit: UnitCode, lang: Lang) -> String {
    match lang {
        Lang::Vi => telephone::police_in_full(unit),
        Lang::En => words::police_of(unit.unit(), lang),
    }
}
