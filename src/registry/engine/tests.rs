//! The engine with another machine beside it, and journals of every age.

mod contested;
mod golden;
mod healing;
mod other_programs;
