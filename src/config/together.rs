//! Rules between settings that are each allowed alone.

use super::{Config, error::ConfigError, rule};

impl Config {
    /// Rules between values that are each allowed alone.
    pub(super) fn check_together(&self) -> Result<(), ConfigError> {
        let limits = &self.limits;
        let one_request = limits.cost_no_record.saturating_mul(rule::ANONYMOUS_ITEMS);
        if limits.anonymous_burst < one_request {
            return Err(self.bad(
                "limits.anonymous_burst",
                limits.anonymous_burst,
                format!(
                    "at least {one_request}, which is {} × limits.cost_no_record: one request may hold {} items",
                    rule::ANONYMOUS_ITEMS,
                    rule::ANONYMOUS_ITEMS
                ),
            ));
        }
        if limits.cost_no_record < limits.cost_hit {
            return Err(self.bad(
                "limits.cost_no_record",
                limits.cost_no_record,
                format!(
                    "at least limits.cost_hit, which is {}: finding nothing must never be the cheaper answer",
                    limits.cost_hit
                ),
            ));
        }
        let dearest = limits.cost_no_record.saturating_mul(rule::LOOK_UPS);
        if limits.sms_sender_burst < dearest {
            return Err(self.bad(
                "limits.sms_sender_burst",
                limits.sms_sender_burst,
                format!(
                    "at least {dearest}, which is {} × limits.cost_no_record: an account without its bank is looked up at each",
                    rule::LOOK_UPS
                ),
            ));
        }
        if limits.ipv6_32_times < limits.ipv6_48_times {
            return Err(self.bad(
                "limits.ipv6_32_times",
                limits.ipv6_32_times,
                format!(
                    "at least limits.ipv6_48_times, which is {}: a /32 holds many of them",
                    limits.ipv6_48_times
                ),
            ));
        }
        if self.sign_in.session_hours * 60 < self.sign_in.idle_minutes {
            return Err(self.bad(
                "sign_in.idle_minutes",
                self.sign_in.idle_minutes,
                format!(
                    "at most sign_in.session_hours, which is {} minutes",
                    self.sign_in.session_hours * 60
                ),
            ));
        }
        if self.audit.address_kept_days < self.audit.address_key_days {
            return Err(self.bad(
                "audit.address_kept_days",
                self.audit.address_kept_days,
                format!(
                    "at least audit.address_key_days, which is {}: a key is kept while it is used",
                    self.audit.address_key_days
                ),
            ));
        }
        let server = &self.server;
        if server.listen.port() != 0 && server.listen == server.admin_listen {
            return Err(self.bad(
                "server.admin_listen",
                server.admin_listen,
                String::from("another address than server.listen"),
            ));
        }
        Ok(())
    }

    /// The refusal of a value by whoever uses it: it names the key and where the value was written.
    pub fn bad(&self, key: &str, value: impl ToString, allowed: String) -> ConfigError {
        ConfigError::BadValue {
            key: key.to_owned(),
            value: value.to_string(),
            allowed,
            origin: self.origin(key).clone(),
        }
    }
}
