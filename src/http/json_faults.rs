//! What is wrong with a JSON body, by pointer and in our own words.

use crate::present::{field_words::field_words, problem::Problem, problem_code::ProblemCode};

/// A member's name as a part of a JSON pointer (RFC 6901 §3), shortened.
pub(super) fn escape(key: &str) -> String {
    key.chars()
        .take(60)
        .collect::<String>()
        .replace('~', "~0")
        .replace('/', "~1")
}

/// What reading JSON failed at, without the library's words.
pub(super) fn bad_json(error: &serde_json::Error, mut pointer: String) -> Problem {
    if !error.is_data() {
        return Problem::new(ProblemCode::BadJson);
    }
    // Only the beginning of the library's words is looked at, and none of it is passed on.
    let words = error.to_string();
    let name = words.split('`').nth(1).unwrap_or_default();
    let code = if words.starts_with("missing field") {
        pointer.push_str(&format!("/{}", escape(name)));
        "required"
    } else if words.starts_with("unknown field") {
        "unknown-field"
    } else if words.starts_with("duplicate field") {
        "duplicate-field"
    } else {
        "invalid"
    };
    Problem::new(ProblemCode::Validation).field(pointer, code, field_words(code))
}
