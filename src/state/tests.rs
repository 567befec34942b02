//! Decisions and effects in memory: what is decided, by whom, on which state, and what it comes to.

mod accounts;
mod approvals;
mod erasures;
mod listings;
mod lists;
pub mod machine;
mod others;
mod properties;
mod reports;
mod sessions;
mod vouching;
