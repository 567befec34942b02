//! The language that the program speaks at a terminal.

use std::{cell::Cell, fmt, sync::LazyLock};

use crate::domain::message::Lang;

/// Variables that name a locale, the strongest first (POSIX, Base Definitions 8.2).
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// What this process was started with; it does not change.
static NAMED: LazyLock<Option<Lang>> = LazyLock::new(|| named(|name| std::env::var(name).ok()));

thread_local! {
    /// The language of whoever asked for what this thread does, where that is not this process's own.
    static ASKED: Cell<Option<Lang>> = const { Cell::new(None) };
}

/// Does something in a language.
pub(super) fn speaking<T>(lang: Lang, work: impl FnOnce() -> T) -> T {
    let before = ASKED.replace(Some(lang));
    let done = work();
    ASKED.set(before);
    done
}

/// The language of help, messages and errors: English, unless the locale is Vietnamese. Programs and tests run under `C`
/// and always read the same words.
pub(super) fn language() -> Lang {
    ASKED.get().or(*NAMED).unwrap_or(Lang::En)
}

/// The language of what the registry answers to a citizen's question: Vietnamese, unless the locale is English.
pub(super) fn language_of_answers() -> Lang {
    NAMED.unwrap_or(Lang::Vi)
}

/// One of two texts with values in them.
pub(super) fn worded(vi: fmt::Arguments<'_>, en: fmt::Arguments<'_>) -> String {
    language().pick(vi, en).to_string()
}

/// The one of our languages that a locale names, such as `vi_VN.UTF-8`; none for `C`, `POSIX` and other languages.
fn named(variable: impl Fn(&str) -> Option<String>) -> Option<Lang> {
    let mut values = VARIABLES.iter().filter_map(|name| variable(name));
    let locale = values.find(|value| !value.is_empty())?;
    let language = locale.split(['_', '-', '.', '@']).next()?;
    match language.to_ascii_lowercase().as_str() {
        "vi" => Some(Lang::Vi),
        "en" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(set: &[(&str, &str)]) -> Option<Lang> {
        named(|name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_strongest_variable_that_is_not_empty_names_the_language() {
        let (vi, en) = (Some(Lang::Vi), Some(Lang::En));
        assert_eq!(under(&[("LANG", "vi_VN.UTF-8")]), vi);
        assert_eq!(under(&[("LANG", "vi_VN"), ("LC_MESSAGES", "en_US")]), en);
        assert_eq!(under(&[("LC_MESSAGES", "en_US"), ("LC_ALL", "vi")]), vi);
        assert_eq!(under(&[("LANG", "vi_VN"), ("LC_ALL", "")]), vi);
        assert_eq!(under(&[("LANG", "vi_VN.UTF-8"), ("LC_ALL", "C")]), None);
    }

    #[test]
    fn a_language_is_the_first_part_of_a_locale() {
        for (locale, language) in [
            ("vi", Some(Lang::Vi)),
            ("VI_vn.utf8@euro", Some(Lang::Vi)),
            ("vi-VN", Some(Lang::Vi)),
            ("en_GB.UTF-8", Some(Lang::En)),
            ("C", None),
            ("C.UTF-8", None),
            ("POSIX", None),
            ("vie", None),
            ("de_DE.UTF-8", None),
        ] {
            assert_eq!(under(&[("LANG", locale)]), language, "{locale}");
        }
        assert_eq!(under(&[]), None);
    }
}
