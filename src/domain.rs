//! The words of the registry as types: pure, without input/output, clock or framework.
//!
//! Text becomes a type at the edge, once ([`identifier::Identifier::parse`]); a decision is a pure
//! function from the present state to a [`change::Change`].

pub mod account;
pub mod actor;
pub mod approval;
pub mod bank;
pub mod change;
pub mod client_key;
pub mod clock;
pub mod codes;
pub mod credential;
pub mod evidence;
pub mod findings;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod hex;
pub mod hotline;
pub mod identifier;
pub mod intake;
pub mod key;
pub mod kind;
mod kinds;
pub mod listing;
pub mod message;
pub mod method;
pub mod moment;
pub mod official;
pub mod paid;
pub mod part;
pub mod partner;
pub mod phone;
pub mod reading;
pub mod reason;
pub mod report;
pub mod role;
pub mod sender;
pub mod session;
pub mod short_code;
pub mod sms_command;
pub mod spreadsheet;
pub mod text;
pub mod time;
pub mod trail;
pub mod tsv;
pub mod unit;
pub mod user;
pub mod vietqr;
pub mod wallet;
pub mod written;
