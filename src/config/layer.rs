//! Layers of settings, laid one over the other key by key.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use toml::{Table, Value};

use super::error::{ConfigError, Origin};
use super::rule::{self, RULES};

/// The embedded defaults; also the documentation of every key.
pub(super) const DEFAULT_TOML: &str = include_str!("../../config/default.toml");

/// Start of the name of every environment variable that is a setting.
const PREFIX: &str = "CANHGIAC_";

/// A configuration file has some 200 lines; this is a hundred times that.
const MOST_FILE_BYTES: u64 = 1024 * 1024;

/// Letters of a wrong value that an error repeats.
const SHOWN: usize = 120;

/// The values so far and where each came from.
pub(super) struct Layers {
    table: Table,
    origins: BTreeMap<String, Origin>,
}

impl Layers {
    /// The embedded defaults alone.
    pub(super) fn defaults() -> Result<Self, ConfigError> {
        Ok(Self {
            table: DEFAULT_TOML.parse().map_err(ConfigError::shape)?,
            origins: BTreeMap::new(),
        })
    }

    /// Lays a TOML file over the values so far.
    pub(super) fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        self.add_text(&read_bounded(path)?, path)
    }

    /// Lays the text of a TOML file over the values so far.
    pub(super) fn add_text(&mut self, text: &str, path: &Path) -> Result<(), ConfigError> {
        let table: Table = text.parse().map_err(|source| ConfigError::Syntax {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let origin = Origin::File(path.to_owned());
        for (section, content) in table {
            let Value::Table(keys) = content else {
                return Err(unknown(&section, origin));
            };
            if !is_section(&section) {
                return Err(unknown_section(&section, origin));
            }
            for (key, value) in keys {
                self.set(&format!("{section}.{key}"), value, origin.clone())?;
            }
        }
        Ok(())
    }

    /// Lays environment variables over the values so far.
    pub(super) fn add_environment(
        &mut self,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (name, text) in env {
            let Some(rest) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let origin = Origin::Environment(name.clone());
            let path = rest.to_ascii_lowercase();
            match path.split_once("__") {
                Some((section, key)) => {
                    let path = format!("{section}.{key}");
                    let Some(kind) = rule::find(&path) else {
                        return Err(unknown_variable(&name, &path));
                    };
                    self.set(&path, kind.read(&text), origin)?;
                }
                // `CANHGIAC_SERVER_LISTEN` is the likely slip and would change nothing, silently.
                None if starts_like_a_section(&path) => {
                    return Err(unknown_variable(&name, &path));
                }
                // Other variables of the name belong to single commands, not to the configuration.
                None => {}
            }
        }
        Ok(())
    }

    /// Lays flags over the values so far.
    pub(super) fn add_flags(&mut self, flags: &[(String, String)]) -> Result<(), ConfigError> {
        for (path, text) in flags {
            let origin = Origin::Flag(path.clone());
            let Some(kind) = rule::find(path) else {
                return Err(unknown(path, origin));
            };
            self.set(path, kind.read(text), origin)?;
        }
        Ok(())
    }

    /// The values and where each came from.
    pub(super) fn into_parts(self) -> (Table, BTreeMap<String, Origin>) {
        (self.table, self.origins)
    }

    fn set(&mut self, path: &str, value: Value, origin: Origin) -> Result<(), ConfigError> {
        let Some(kind) = rule::find(path) else {
            return Err(unknown(path, origin));
        };
        if !kind.accepts(&value) {
            return Err(ConfigError::BadValue {
                key: path.to_owned(),
                // It may hold a password.
                value: match path == "journal.url" {
                    true => "…".to_owned(),
                    false => shown(&value),
                },
                allowed: kind.allowed(),
                origin,
            });
        }
        let (section, key) = path.split_once('.').unwrap_or((path, ""));
        if let Some(Value::Table(keys)) = self.table.get_mut(section) {
            keys.insert(key.to_owned(), value);
        }
        self.origins.insert(path.to_owned(), origin);
        Ok(())
    }
}

fn read_bounded(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut text = String::new();
    File::open(path)
        .map_err(unreadable)?
        .take(MOST_FILE_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > MOST_FILE_BYTES {
        return Err(ConfigError::TooLarge {
            path: path.to_owned(),
            limit: MOST_FILE_BYTES,
        });
    }
    // Editors on Windows put a byte order mark in front, which TOML refuses.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

fn sections() -> impl Iterator<Item = &'static str> {
    RULES
        .iter()
        .filter_map(|(path, _)| path.split_once('.').map(|(section, _)| section))
}

fn is_section(name: &str) -> bool {
    sections().any(|section| section == name)
}

fn starts_like_a_section(path: &str) -> bool {
    sections().any(|section| {
        path.strip_prefix(section)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}

fn unknown(path: &str, origin: Origin) -> ConfigError {
    ConfigError::UnknownKey {
        key: short(path),
        suggestion: nearest(path, RULES.iter().map(|(known, _)| (*known).to_owned())),
        origin,
    }
}

fn unknown_section(name: &str, origin: Origin) -> ConfigError {
    ConfigError::UnknownKey {
        key: format!("[{}]", short(name)),
        suggestion: nearest(name, sections().map(str::to_owned)).map(|near| format!("[{near}]")),
        origin,
    }
}

fn unknown_variable(name: &str, path: &str) -> ConfigError {
    let suggestion = nearest(
        &path.replace('.', "__"),
        RULES.iter().map(|(known, _)| known.replace('.', "__")),
    );
    ConfigError::UnknownKey {
        key: short(name),
        suggestion: suggestion.map(|near| format!("{PREFIX}{}", near.to_ascii_uppercase())),
        origin: Origin::Environment(short(name)),
    }
}

/// The known name with the fewest letters to change, if that is less than half of what was written.
fn nearest(written: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let written = short(written);
    known
        .map(|name| (letters_to_change(&written, &name), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance * 2 <= written.chars().count())
        .map(|(_, name)| name)
}

/// Levenshtein's distance: letters to insert, delete or replace.
fn letters_to_change(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn shown(value: &Value) -> String {
    short(
        &value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned),
    )
}

/// Bounded and on one line, whatever was written.
fn short(text: &str) -> String {
    text.chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// TOML has no null: an empty text stands for "not set".
pub(super) mod empty_is_none {
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        path: &Option<PathBuf>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = path.as_deref().map(Path::to_string_lossy);
        serializer.serialize_str(text.as_deref().unwrap_or_default())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PathBuf>, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok((!text.is_empty()).then(|| PathBuf::from(text)))
    }
}
