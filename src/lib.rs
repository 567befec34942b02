//! *Cảnh Giác*: a registry of verified scam phone numbers, bank accounts and wallets.
//!
//! Citizens check before they pay, telecom operators and banks keep a verified copy, police list what
//! two officers have confirmed.
//!
//! Text becomes an [`Identifier`](domain::identifier::Identifier) at the edge, once. Two spellings of one number have one
//! key, and what can be read in two ways is asked back:
//!
//! ```
//! use canhgiac::domain::identifier::Identifier;
//!
//! let key = |text| Identifier::parse(text).map(|identifier| identifier.key().to_string());
//! assert_eq!(key("0950 001 001"), Ok("phone:+84950001001".to_owned()));
//! assert_eq!(key("tel:+84-950-001-001"), key("0950 001 001"));
//!
//! let unreadable = key("0912345o78").unwrap_err();
//! assert_eq!(unreadable.suggestions[0].key().as_str(), "phone:+84912345078");
//! ```
//!
//! Whoever changes something names a request and shows a capability. What may happen is decided by a function of
//! [`state`], on the state as it is when the request's turn comes:
//!
//! ```ignore
//! // A face asks; only the layer `access` can make the supervisor.
//! let supervisor = Supervisor::fresh(&signed_in, now)?;
//! let listing = registry.decide(&supervisor, id, version, Decision::Confirm, reason, now)?;
//!
//! // What the writer thread does with it: changes to append to the journal, or why not.
//! let plan: Result<Plan, Refused> = state::listing::decide(&view, &request, now);
//! ```
//!
//! What follows is `src/ARCHITECTURE.md`, for whoever works on the program.
//!
#![doc = include_str!("ARCHITECTURE.md")]

pub mod access;
pub mod api;
pub mod cli;
pub mod config;
pub mod domain;
pub mod evidence;
pub mod formats;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
pub mod http;
pub mod journal;
pub mod ledger;
pub mod office_list;
pub mod present;
pub mod registry;
pub mod server;
pub mod state;
pub mod store;
pub mod sync;
pub mod telemetry;
pub mod web;
pub mod worker;
