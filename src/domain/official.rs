//! Protected identifiers: numbers of authorities and of the operators' own care lines. They can't
//! be listed, and checking one answers "official". Some are built in (`config/short_codes.tsv`,
//! and the hotlines of `config/hotlines.tsv` that are sure); an administrator adds more.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

use super::{
    hotline::{self, Sure},
    identifier::Identifier,
    key::Key,
    tsv,
};

const TABLE: &str = include_str!("../../config/short_codes.tsv");

/// Categories of the table that protect nobody: services anybody can rent, paid or freephone.
const OPEN_TO_ANYBODY: [&str; 3] = ["premium", "content_premium", "freephone"];

/// The network of the ministries of public security and defence: `+84 69` and a subscriber number.
const STATE_NETWORK: &str = "phone:+8469";

/// The category of [`STATE_NETWORK`] in the table.
const STATE_CATEGORY: &str = "state_network";

/// The category of banks' and wallets' hotlines.
pub const HOTLINE_CATEGORY: &str = "hotline";

/// A protected identifier that comes with the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Builtin {
    /// The number as people write it; an `x` stands for any digit.
    pub code: &'static str,
    /// Whose it is, Vietnamese.
    pub name_vi: &'static str,
    /// Whose it is, English.
    pub name_en: &'static str,
    /// `voice`, `sms`, or both with a `+` between them.
    pub channel: &'static str,
    /// What kind of body, a machine word.
    pub category: &'static str,
}

struct Builtins {
    list: Vec<Builtin>,
    by_key: HashMap<String, usize, RandomState>,
    state_network: Option<usize>,
}

static BUILTINS: LazyLock<Builtins> = LazyLock::new(|| {
    let numbers = tsv::rows(TABLE).filter_map(|row| protected(&row));
    let list: Vec<Builtin> = numbers.chain(hotlines()).collect();
    let by_key = list
        .iter()
        .enumerate()
        .filter_map(|(at, builtin)| {
            let identifier = Identifier::parse(builtin.code).ok()?;
            Some((identifier.key().as_str().to_owned(), at))
        })
        .collect();
    let state_network = list.iter().position(|b| b.category == STATE_CATEGORY);
    Builtins {
        list,
        by_key,
        state_network,
    }
});

/// A row of the table, unless it protects nobody.
fn protected(row: &tsv::Row<'static>) -> Option<Builtin> {
    let category = row.get("category");
    (!OPEN_TO_ANYBODY.contains(&category)).then(|| Builtin {
        code: row.get("code"),
        channel: row.get("channel"),
        name_vi: row.get("name_vi"),
        name_en: row.get("name_en"),
        category,
    })
}

/// Hotlines of banks and wallets that may be called as they stand: whoever is told to call one must not find it among the
/// warnings.
fn hotlines() -> impl Iterator<Item = Builtin> {
    let sure = hotline::all().iter().filter(|one| one.sure == Sure::High);
    sure.map(|one| Builtin {
        code: one.number,
        channel: "voice",
        name_vi: one.name,
        name_en: one.name,
        category: HOTLINE_CATEGORY,
    })
}

/// The built-in protection of an identifier, if it has one.
pub fn builtin(id: &Identifier) -> Option<&'static Builtin> {
    builtin_of(&id.key())
}

/// The built-in protection of a key, if it has one.
pub fn builtin_of(key: &Key) -> Option<&'static Builtin> {
    let known = &*BUILTINS;
    let key = key.as_str();
    let network = || {
        known
            .state_network
            .filter(|_| key.starts_with(STATE_NETWORK))
    };
    let at = known.by_key.get(key).copied().or_else(network)?;
    known.list.get(at)
}

/// The tables that they come from, as texts: two programs with the same texts protect the same.
pub const fn tables() -> [&'static str; 2] {
    [TABLE, hotline::TABLE]
}

/// Everything protected by the program itself, in the order of the table.
pub fn builtins() -> &'static [Builtin] {
    &BUILTINS.list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn official(text: &str) -> Option<&'static Builtin> {
        builtin(&Identifier::parse(text).expect(text))
    }

    #[test]
    fn every_built_in_number_is_readable_and_protected() {
        let expected = "111 112 113 114 115 156 5656 1022 1414 9090 9191 198 069xxxxxxx 0692348560";
        let (lines, others): (Vec<_>, Vec<_>) = builtins()
            .iter()
            .partition(|b| b.category == HOTLINE_CATEGORY);
        let codes: Vec<_> = others.iter().map(|b| b.code).collect();
        assert_eq!(codes, expected.split(' ').collect::<Vec<_>>());
        let sure = hotline::all().iter().filter(|one| one.sure == Sure::High);
        assert_eq!(lines.len(), sure.count());
        assert_eq!(
            official("1900 545 413").map(|b| b.name_vi),
            Some("Vietcombank"),
            "whom citizens are told to call"
        );
        for b in builtins().iter().filter(|b| !b.code.contains('x')) {
            assert_eq!(official(b.code), Some(b), "{}", b.code);
        }
    }

    #[test]
    fn the_state_network_is_protected_as_a_whole() {
        assert_eq!(
            official("0692 345 678").map(|b| b.category),
            Some("state_network")
        );
        assert_eq!(
            official("+84 692348560").map(|b| b.category),
            Some("police")
        );
    }

    #[test]
    fn numbers_that_anybody_can_rent_are_not_protected() {
        for text in [
            "1900 1234",
            "18001091",
            "6789",
            "7769",
            "8785",
            "0950001001",
            "+6912345678",
        ] {
            assert!(
                Identifier::parse(text).is_err() || official(text).is_none(),
                "{text}"
            );
        }
    }
}
