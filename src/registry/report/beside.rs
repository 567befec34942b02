//! What stands beside a report: which of its identifiers are listed, and which reports it is linked to.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    domain::{intake::reference::Reference, key::Key, report::Report, time::Time},
    registry::Registry,
};

/// What is told with a report and does not stand in it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Beside {
    /// Keys of its identifiers that are listed now.
    pub listed: BTreeSet<Key>,
    /// The report that tells of the same.
    pub main: Option<(Uuid, Reference)>,
}

impl Registry {
    /// What stands beside a report, from memory but for a row.
    pub fn beside(&self, report: &Report, now: Time) -> Beside {
        let now = self.showing(now);
        let told = report.told.iter().flat_map(|told| &told.identifiers);
        let keys = told.map(|told| told.identifier.key());
        let main = report.duplicate_of;
        Beside {
            listed: keys
                .filter(|key| self.index().find(key.as_str(), now).is_some())
                .collect(),
            main: main.and_then(|id| Some((id, self.report_reference(id)?))),
        }
    }
}
