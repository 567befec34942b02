//! What each problem code means and what can be done about it, for people.
//!
//! The `type` of a problem (RFC 9457) is the address of its page (`web/problems.rs`); the words are those of
//! `config/problems.tsv`, in Vietnamese and English.

use std::sync::LazyLock;

use super::problem_code::ProblemCode;
use crate::domain::tsv::{Row, rows};

/// The embedded table.
const TABLE: &str = include_str!("../../config/problems.tsv");

/// One kind of problem: a row of `config/problems.tsv`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProblemKind {
    /// Machine code, the last part of the `type`.
    pub code: &'static str,
    /// HTTP status it is sent with. A reason for one unreadable item of many travels in a 200 and has 422 here.
    pub status: u16,
    /// Title in Vietnamese.
    pub title_vi: &'static str,
    /// Title in English.
    pub title_en: &'static str,
    /// What it means, in Vietnamese.
    pub meaning_vi: &'static str,
    /// What it means, in English.
    pub meaning_en: &'static str,
    /// What to do, in Vietnamese.
    pub remedy_vi: &'static str,
    /// What to do, in English.
    pub remedy_en: &'static str,
}

static KINDS: LazyLock<Vec<ProblemKind>> =
    LazyLock::new(|| rows(TABLE).filter_map(|row| kind(&row)).collect());

/// The kind of a code.
pub fn of(code: ProblemCode) -> &'static ProblemKind {
    // A test holds that the table has the codes in their order.
    &KINDS[code as usize]
}

/// The kind of a word.
pub fn find(code: &str) -> Option<&'static ProblemKind> {
    KINDS.iter().find(|kind| kind.code == code)
}

/// All kinds, in the order of the table.
pub fn all() -> &'static [ProblemKind] {
    &KINDS
}

/// The `type` of a code: the address of its page.
pub fn type_uri(code: &str, public_url: &str) -> String {
    format!("{public_url}/problems/{code}")
}

/// A row whose status isn't a number is left out; a test holds that there is none.
fn kind(row: &Row<'static>) -> Option<ProblemKind> {
    Some(ProblemKind {
        code: row.get("code"),
        status: row.get("status").parse().ok()?,
        title_vi: row.get("title_vi"),
        title_en: row.get("title_en"),
        meaning_vi: row.get("meaning_vi"),
        meaning_en: row.get("meaning_en"),
        remedy_vi: row.get("remedy_vi"),
        remedy_en: row.get("remedy_en"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use unicode_normalization::is_nfc;

    use super::{ProblemKind, TABLE, all, find};

    /// Codes that clients rely on.
    const PROMISED: &[(&str, u16)] = &[
        ("not-found", 404),
        ("method-not-allowed", 405),
        ("payload-too-large", 413),
        ("unsupported-media-type", 415),
        ("bad-json", 400),
        ("bad-query", 400),
        ("validation", 422),
        ("idempotency-key-reused", 422),
        ("idempotency-key-invalid", 400),
        ("if-match-required", 428),
        ("stale-version", 412),
        ("too-many-requests", 429),
        ("unauthenticated", 401),
        ("bad-credentials", 401),
        ("invalid-refresh-token", 401),
        ("step-up-required", 403),
        ("forbidden", 403),
        ("four-eyes", 403),
        ("official-identifier", 409),
        ("already-listed", 409),
        ("already-proposed", 409),
        ("already-exists", 409),
        ("not-open", 409),
        ("unknown-method", 422),
        ("unknown-unit", 422),
        ("unreadable-identifier", 422),
        ("unreadable-list", 422),
        ("weak-password", 422),
        ("cursor-invalid", 400),
        ("feed-cursor-ahead", 409),
        ("feed-cursor-too-old", 410),
        ("range-not-satisfiable", 416),
        ("storage-unavailable", 503),
        ("outcome-pending", 504),
        ("catching-up", 503),
        ("shutting-down", 503),
        ("internal", 500),
    ];

    fn cells(kind: &ProblemKind) -> [&'static str; 7] {
        [
            kind.code,
            kind.title_vi,
            kind.title_en,
            kind.meaning_vi,
            kind.meaning_en,
            kind.remedy_vi,
            kind.remedy_en,
        ]
    }

    #[test]
    fn every_line_of_the_table_is_a_row_with_all_cells_filled_in_nfc() {
        assert_eq!(all().len(), TABLE.lines().count() - 1);
        for kind in all() {
            for cell in cells(kind) {
                assert!(
                    !cell.trim().is_empty() && cell.trim() == cell && is_nfc(cell),
                    "{}: {cell}",
                    kind.code
                );
            }
            assert!((400..=599).contains(&kind.status), "{}", kind.code);
        }
    }

    #[test]
    fn every_code_is_unique_and_kebab_case() {
        let codes: BTreeSet<&str> = all().iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), all().len());
        for code in codes {
            let words = code.split('-').all(|word| {
                !word.is_empty()
                    && word
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
            assert!(words, "{code}");
        }
    }

    #[test]
    fn vietnamese_has_its_marks_and_english_has_none() {
        for kind in all() {
            for text in [kind.title_vi, kind.meaning_vi, kind.remedy_vi] {
                assert!(!text.is_ascii(), "{}: {text}", kind.code);
            }
            for text in [kind.title_en, kind.meaning_en, kind.remedy_en] {
                assert!(text.is_ascii(), "{}: {text}", kind.code);
            }
        }
    }

    #[test]
    fn the_codes_of_the_contract_are_there_with_their_status() {
        for (code, status) in PROMISED {
            assert_eq!(find(code).map(|kind| kind.status), Some(*status), "{code}");
        }
        assert!(find("nonsense").is_none());
    }
}
