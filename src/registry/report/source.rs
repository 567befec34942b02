//! Where a report comes from, so that a flood from one address counts as one source, and nobody can tell which it was.

use std::net::IpAddr;

use crate::{
    domain::{intake::calendar::Day, time::Time},
    registry::Registry,
};

impl Registry {
    /// Equal for reports of one day from one client; nothing while no key for addresses can be written. The key of the
    /// address is thrown away some weeks later, and what is kept of this is erased after a day.
    pub fn report_source(&self, client: IpAddr, now: Time) -> Option<[u8; 32]> {
        let token = self.address_token(client, now)?;
        let (token, day) = (token.to_string(), Day::of(now).to_string());
        let parts = [token.as_bytes(), day.as_bytes()];
        Some(self.master.derive("report-source", &parts))
    }
}
