//! Trials of settings: what was read is written out and read as the same again, and what is wrong is told in few words.

use std::path::Path;

use super::{Config, cidr::Cidr, layer::Layers};

/// Words of an error, beside what it repeats of the file.
const MAX_WORDS: usize = 2_000;

fn read(text: &str) -> Result<Config, super::ConfigError> {
    let mut layers = Layers::defaults()?;
    layers.add_text(text, Path::new("canhgiac.toml"))?;
    Config::of(layers)
}

/// A configuration file.
pub(crate) fn file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match read(&text) {
        Ok(config) => {
            let written = config.effective_toml();
            let again = read(&written).map(|config| values(&config.effective_toml()));
            assert_eq!(again.ok(), Some(values(&written)));
        }
        Err(refused) => assert!(refused.to_string().len() < MAX_WORDS + 2 * text.len()),
    }
}

/// The lines of a configuration without where each value came from.
fn values(toml: &str) -> Option<toml::Table> {
    toml.parse().ok()
}

/// A range of addresses, and a variable of the environment.
pub(crate) fn range(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(range) = text.parse::<Cidr>() {
        assert_eq!(range.to_string().parse(), Ok(range));
        let base = range.to_string();
        let base = base.split('/').next().unwrap_or_default();
        let inside = base.parse().is_ok_and(|base: std::net::IpAddr| {
            // An IPv4 address in the notation of IPv6 is the IPv4 address.
            range.contains(base) || base.to_canonical() != base
        });
        assert!(inside);
    }
    let (name, value) = text.split_once('=').unwrap_or((&text, ""));
    let named = [(format!("CANHGIAC_{name}"), value.to_owned())];
    if let Err(refused) = Config::load(None, named.into_iter(), &[]) {
        assert!(refused.to_string().len() < MAX_WORDS);
    }
}
