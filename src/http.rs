//! What every HTTP answer has in common: extractors, limits, headers.

pub mod address_buckets;
pub mod allowance;
pub mod ask;
pub mod author;
pub mod authority;
pub mod body;
pub mod chunks;
pub mod client_address;
pub mod coding;
pub mod contract;
mod cors;
pub mod evidence;
pub mod extract;
pub mod finish;
pub mod fresh;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod hashing;
pub mod headers;
pub mod if_match;
mod integers;
pub mod limits;
pub mod metrics;
pub mod office_list;
mod parsing;
pub mod partner_activity;
pub mod parts;
pub mod payer;
pub mod pending_uploads;
pub mod permits;
pub mod qr_picture;
pub mod signing_in;
pub mod state;
pub mod turns;
pub mod unbelieved;
