//! audit: what the audit trail knows an address by.

use std::net::IpAddr;

use serde_json::json;

use super::{
    args::AuditCommand,
    context::{Context, address_keys},
    ending::{CliError, Outcome},
    locale::language,
    terminal::say,
};
use crate::{
    http::limits::anonymous_key,
    registry::{StartError, trail::address_tokens},
};

pub(super) fn audit(context: &Context, what: AuditCommand) -> Result<Outcome, CliError> {
    match what {
        AuditCommand::Address { address } => tokens(context, address),
    }
}

/// The tokens of an address, oldest first. Exit code 1: no key is left that would tell.
fn tokens(context: &Context, address: IpAddr) -> Result<Outcome, CliError> {
    let (data, days) = (context.data()?, address_keys(&context.config));
    let tokens = address_tokens(data, days, anonymous_key(address)).map_err(StartError::from)?;
    let is_empty = tokens.is_empty();
    for (since, token) in tokens {
        let (since, token) = (since.rfc3339(), token.to_string());
        match context.json {
            true => say(&json!({"since": since, "token": token}).to_string()),
            false => say(&format!(
                "{token}  {} {since}",
                language().pick("từ", "since")
            )),
        }
    }
    Ok(match is_empty {
        true => Outcome::No,
        false => Outcome::Done,
    })
}
