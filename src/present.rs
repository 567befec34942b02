//! What the registry knows, in the words and shapes that its faces share.

pub mod answer;
pub mod field_words;
mod file_problem;
pub mod follow;
pub mod json;
pub mod page_problems;
pub mod problem;
pub mod problem_catalogue;
pub mod problem_code;
pub mod register;
pub mod report;
pub mod report_clock;
pub mod report_event;
pub mod report_file;
pub mod report_reply;
pub mod report_showing;
pub mod table;
pub mod telephone;
pub mod words;
