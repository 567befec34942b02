//! The effective configuration as text: valid TOML, with the origin of each value beside it.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::rule::RULES;

/// TOML in the order of `config/default.toml`; `origin` tells where the value of a dotted path came from.
pub(super) fn render(table: &Table, origin: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut open = "";
    for (path, _) in RULES {
        let (section, key) = path.split_once('.').unwrap_or((path, ""));
        let Some(value) = table.get(section).and_then(|keys| keys.get(key)) else {
            continue;
        };
        if section != open {
            let gap = if open.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}[{section}]");
            open = section;
        }
        let hidden = without_password(path, value);
        let value = hidden.as_ref().unwrap_or(value);
        let origin = one_line(&origin(path));
        let _ = writeln!(out, "{key} = {}  # {origin}", on_one_line(value));
    }
    out
}

/// The address of the database as it is shown: whoever asks for help with the settings sends no password along.
fn without_password(path: &str, value: &Value) -> Option<Value> {
    let text = value.as_str().filter(|_| path == "journal.url")?;
    let (scheme, rest) = text.split_once("://")?;
    if rest.contains("password=") {
        return Some(Value::String(format!("{scheme}://***")));
    }
    let (who, place) = rest.rsplit_once('@')?;
    let (role, _) = who.split_once(':')?;
    Some(Value::String(format!("{scheme}://{role}:***@{place}")))
}

/// A setting that two configurations have otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Dotted path.
    pub path: &'static str,
    /// Its value in one, as TOML.
    pub here: String,
    /// Its value in the other.
    pub there: String,
}

/// What two tables of settings have otherwise, in the order of `config/default.toml`.
pub(super) fn differences(here: &Table, there: &Table) -> Vec<Difference> {
    let value = |table: &Table, path: &str| {
        let (section, key) = path.split_once('.').unwrap_or((path, ""));
        let value = table.get(section).and_then(|keys| keys.get(key));
        let hidden = value.and_then(|value| without_password(path, value));
        hidden
            .as_ref()
            .or(value)
            .map(on_one_line)
            .unwrap_or_default()
    };
    let differs = |path: &'static str| {
        let (here, there) = (value(here, path), value(there, path));
        (here != there).then_some(Difference { path, here, there })
    };
    RULES.iter().filter_map(|(path, _)| differs(path)).collect()
}

/// A value as TOML without a line break, which the comment behind it needs.
fn on_one_line(value: &Value) -> String {
    let Value::Array(items) = value else {
        return value.to_string();
    };
    let items: Vec<String> = items.iter().map(Value::to_string).collect();
    format!("[{}]", items.join(", "))
}

/// A file name may hold anything, a comment may not.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}
