//! What pages say of a problem: its words in `config/page_problems.tsv`, without those for programs.
//!
//! A problem that stands in no row is met by programs alone; should a person ever meet it, its own words are said
//! (`problem_catalogue.rs`).

use std::{collections::HashMap, sync::LazyLock};

use super::{problem_catalogue, problem_code::ProblemCode};
use crate::domain::{
    message::Lang,
    tsv::{Row, rows},
};

/// The embedded table.
const TABLE: &str = include_str!("../../config/page_problems.tsv");

/// Where a problem is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// On a page for everybody: by citizens, and by tellers with a customer in front.
    Public,
    /// At the police desk.
    Desk,
}

/// A text in both languages; empty ones say that the other place has it.
type Both = (&'static str, &'static str);

struct PageProblem {
    title: Both,
    public: Both,
    desk: Both,
}

static PROBLEMS: LazyLock<HashMap<&str, PageProblem>> = LazyLock::new(|| {
    rows(TABLE)
        .map(|row| (row.get("code"), of_row(&row)))
        .collect()
});

fn of_row(row: &Row<'static>) -> PageProblem {
    let both = |vi, en| (row.get(vi), row.get(en));
    PageProblem {
        title: both("title_vi", "title_en"),
        public: both("page_vi", "page_en"),
        desk: both("desk_vi", "desk_en"),
    }
}

/// The heading of a problem's page.
pub fn title(code: ProblemCode, lang: Lang) -> &'static str {
    match PROBLEMS.get(code.as_str()) {
        Some(known) => lang.pick(known.title.0, known.title.1),
        None => {
            let kind = problem_catalogue::of(code);
            lang.pick(kind.title_vi, kind.title_en)
        }
    }
}

/// What a problem means, and what to do now.
pub fn words(code: ProblemCode, place: Place, lang: Lang) -> &'static str {
    let Some(known) = PROBLEMS.get(code.as_str()) else {
        let kind = problem_catalogue::of(code);
        return lang.pick(kind.meaning_vi, kind.meaning_en);
    };
    let (own, other) = match place {
        Place::Public => (known.public, known.desk),
        Place::Desk => (known.desk, known.public),
    };
    let (vi, en) = if own.0.is_empty() { other } else { own };
    lang.pick(vi, en)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::is_nfc;

    use super::*;

    /// What the citizen's pages can answer: `http/body.rs`, `http/ask.rs`, `http/finish.rs`, `web/forms.rs`.
    const MET_BY_CITIZENS: [ProblemCode; 18] = [
        ProblemCode::NotFound,
        ProblemCode::MethodNotAllowed,
        ProblemCode::RequestTimeout,
        ProblemCode::PayloadTooLarge,
        ProblemCode::UriTooLong,
        ProblemCode::UnsupportedMediaType,
        ProblemCode::HeadersTooLarge,
        ProblemCode::BadRequest,
        ProblemCode::TooMuchAtOnce,
        ProblemCode::TooManyRequests,
        ProblemCode::StorageUnavailable,
        ProblemCode::OutcomePending,
        ProblemCode::CatchingUp,
        ProblemCode::NotReady,
        ProblemCode::Busy,
        ProblemCode::ShuttingDown,
        ProblemCode::Internal,
        ProblemCode::FormExpired,
    ];

    fn texts() -> impl Iterator<Item = (&'static str, Both)> {
        PROBLEMS
            .iter()
            .flat_map(|(code, known)| [known.public, known.desk].map(|both| (*code, both)))
            .filter(|(_, both)| !both.0.is_empty())
    }

    #[test]
    fn every_row_is_of_a_known_problem_and_there_once_with_both_languages() {
        assert_eq!(PROBLEMS.len(), TABLE.lines().count() - 1);
        for (code, known) in PROBLEMS.iter() {
            assert!(problem_catalogue::find(code).is_some(), "{code}");
            assert!(
                !known.public.0.is_empty() || !known.desk.0.is_empty(),
                "{code}"
            );
            for (vi, en) in [known.title, known.public, known.desk] {
                assert_eq!(vi.is_empty(), en.is_empty(), "{code}");
                assert!(
                    is_nfc(vi) && (vi.is_empty() || !vi.is_ascii()),
                    "{code}: {vi}"
                );
                assert!(en.is_ascii(), "{code}: {en}");
            }
        }
    }

    #[test]
    fn a_title_is_short_and_every_text_says_what_to_do_in_short_sentences() {
        for (code, known) in PROBLEMS.iter() {
            for title in [known.title.0, known.title.1] {
                let length = title.chars().count();
                assert!(
                    (1..=40).contains(&length) && !title.ends_with('.'),
                    "{code}: {title}"
                );
            }
        }
        for (code, (vi, en)) in texts() {
            assert!(
                vi.matches('.').count() >= 2 || code == "already-proposed",
                "{code}: {vi}"
            );
            assert!(
                vi.contains("ãy ") || code == "already-proposed",
                "{code}: {vi}"
            );
            for text in [vi, en] {
                assert!(text.ends_with('.'), "{code}: {text}");
                for sentence in text.split(['.', ':', ';']) {
                    assert!(sentence.chars().count() <= 150, "{code}: {sentence}");
                }
            }
        }
    }

    #[test]
    fn nobody_reads_words_for_programs_an_elders_pronoun_or_that_a_number_is_safe() {
        let foreign = [
            "/v1",
            "HTTP",
            "JSON",
            "POST",
            "token",
            "detail",
            "errors",
            "Retry-After",
            "header",
            "bác ",
            "Bác ",
            "an toàn",
            "safe",
        ];
        for (code, (vi, en)) in texts() {
            for text in [vi, en] {
                assert!(
                    !foreign.iter().any(|word| text.contains(word)),
                    "{code}: {text}"
                );
            }
        }
    }

    #[test]
    fn whatever_a_citizen_can_meet_has_words_for_people() {
        for code in MET_BY_CITIZENS {
            let known = PROBLEMS.get(code.as_str()).map(|known| known.public.0);
            assert!(known.is_some_and(|text| !text.is_empty()), "{code:?}");
        }
        assert!(words(ProblemCode::Busy, Place::Public, Lang::Vi).contains("đừng chuyển tiền"));
        assert!(!words(ProblemCode::Busy, Place::Desk, Lang::Vi).contains("chuyển tiền"));
    }
}
