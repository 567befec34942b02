//! Items that citizens bring and police act on: their clocks, in the law's own units, and what they are found by.

pub mod calendar;
pub mod clock;
pub mod damm;
pub mod keeping;
pub mod length;
pub mod masking;
pub mod month;
pub mod receipt;
pub mod reference;
pub mod step;
pub mod survival;
pub mod terms;
