//! Who runs this registry, as everybody is told.

use crate::config;

/// Who runs this registry.
#[derive(Clone, Debug)]
pub struct Authority {
    pub name_vi: String,
    pub name_en: String,
    /// Empty where the settings have none, like all below.
    pub address: String,
    pub phone: String,
    pub email: String,
    pub decision: String,
}

impl Authority {
    /// From the settings; none where they name nobody: then this is a trial.
    pub fn of(config: &config::Authority) -> Option<Self> {
        let line = |text: &str| text.trim().to_owned();
        let name_vi = line(&config.name);
        let name_en = line(&config.name_en);
        (!name_vi.is_empty()).then(|| Self {
            name_en: if name_en.is_empty() {
                name_vi.clone()
            } else {
                name_en
            },
            name_vi,
            address: line(&config.address),
            phone: line(&config.phone),
            email: line(&config.email),
            decision: line(&config.decision),
        })
    }

    /// The telephone number as it is dialled.
    pub fn dialled(&self) -> String {
        let dialled = self
            .phone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+');
        dialled.collect()
    }
}
