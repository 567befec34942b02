//! What every HTTP answer has in common: problems, extractors, limits, headers.

pub mod ask;
pub mod client_address;
pub mod contract;
pub mod extract;
pub mod finish;
pub mod headers;
pub mod held_files;
pub mod limits;
pub mod metrics;
pub mod partners_seen;
pub mod payer;
pub mod public_key;
pub mod qr_picture;
pub mod state;
pub mod turns;
