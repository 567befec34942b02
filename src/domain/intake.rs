//! What citizens report: how a report is known, and what of its text may be kept.

pub mod damm;
pub mod masking;
pub mod receipt;
pub mod reference;
