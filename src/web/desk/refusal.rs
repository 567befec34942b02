//! What a form is told that was not taken: it comes back with what was typed and these words above it.

use actix_web::{ResponseError, http::StatusCode};

use crate::{
    present::{problem::Problem, words},
    web::{failure::Failure, page_context::PageContext},
};

/// Why a form was not taken.
pub struct Refusal {
    pub status: StatusCode,
    /// In the reader's language.
    pub words: String,
}

impl Refusal {
    /// A form that is wrong by itself.
    pub fn new(words: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            words: words.into(),
        }
    }

    /// What whoever filled in the form can mend.
    ///
    /// # Errors
    /// The problem itself, as a page of its own, when nothing in the form could mend it.
    pub fn of(s: &PageContext, problem: Problem) -> Result<Self, Failure> {
        let status = problem.status_code();
        let mendable = matches!(
            status,
            StatusCode::CONFLICT
                | StatusCode::PRECONDITION_FAILED
                | StatusCode::UNPROCESSABLE_ENTITY
        );
        if !mendable {
            return Err(problem.into());
        }
        let body = problem.body(s.lang, "", "");
        let fields: Vec<String> = body
            .errors
            .iter()
            .map(|error| {
                let detail = words::one_language(&error.detail, s.lang);
                match words::field_name(&error.pointer, s.lang) {
                    Some(name) => format!("{name}: {detail}"),
                    None => detail.to_owned(),
                }
            })
            .collect();
        let words = match own_words(s, problem.code()) {
            Some(words) => words.to_owned(),
            None if fields.is_empty() => body.detail,
            None => fields.join(" "),
        };
        Ok(Self { status, words })
    }
}

/// Where the catalogue's words are for programs, those of a page.
fn own_words(s: &PageContext, code: &str) -> Option<&'static str> {
    Some(match code {
        "stale-version" => s.t(
            "Người khác vừa sửa mục này trong lúc trang đang mở. Phần đầu trang là nội dung mới: hãy xem rồi lưu lần nữa nếu vẫn cần.",
            "Somebody changed this while the page was open. The top of the page shows how it is now: look at it and save again if it is still needed.",
        ),
        "already-listed" => s.t(
            "Số này đang có cảnh báo còn hiệu lực. Hãy gỡ cảnh báo đó trước.",
            "This number has a warning in force. Take that off first.",
        ),
        "already-proposed" => s.t(
            "Số này đang có đề nghị chờ xác nhận. Hãy chờ chỉ huy quyết định trước.",
            "A proposal about this number waits for a decision. Let that be decided first.",
        ),
        _ => return None,
    })
}
