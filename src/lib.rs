//! *Cảnh Giác*: a registry of verified scam phone numbers, bank accounts and wallets.
//!
//! Citizens check before they pay, telecom operators and banks keep a verified copy, police list what
//! two officers have confirmed. Start with `src/ARCHITECTURE.md`.

pub mod access;
pub mod api;
pub mod cli;
pub mod config;
pub mod domain;
pub mod formats;
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
