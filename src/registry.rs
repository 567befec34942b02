//! What can be done, whoever asks: checking, listing, importing, publishing, accounts.
//!
//! Each subject's file takes a capability, names a request of [`crate::state`], commits it and presents what came of it.
//! Every write goes one way, through `engine`: decide on the present state (pure), append to the journal (durable), apply
//! to the store in one transaction, show it in the index, answer.

pub mod accounts;
pub mod approvals;
pub mod audit;
pub mod caller;
pub mod check;
pub mod clock;
mod engine;
pub mod enrolment;
pub mod erasure;
pub mod error;
pub mod feed;
pub mod import;
mod key_files;
mod key_loading;
pub mod keys;
pub mod ledger;
pub mod listing;
mod master;
pub mod officials;
mod opened;
pub mod own_account;
pub mod partners;
pub mod public_side;
pub mod queue;
mod reasoned;
pub mod report;
pub mod schedule;
pub mod seed;
pub mod several;
mod sharing;
pub mod sign_in;
pub mod statistics;
pub mod told;
pub mod trail;
pub mod watching;
pub mod work;
mod wrapped_keys;

#[cfg(any(test, fuzzing))]
pub(crate) use engine::fuzz;
pub use engine::{
    Registry, backup,
    data_folder::StartError,
    folder_lock,
    hindrance::Hindrance,
    moving,
    progress::{Phase, Progress, Quiet},
    receipt::ReceiptKey,
    shared::Settings,
    verify,
};
pub use error::RegistryError;
