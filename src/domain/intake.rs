//! Items that citizens bring and police act on: first of all their clocks, in the law's own units.

pub mod calendar;
pub mod clock;
pub mod length;
pub mod step;
pub mod terms;
