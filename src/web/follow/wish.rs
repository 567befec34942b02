//! What the reporter wishes for: to say more, to take the report back, to have it taken up again or looked at from above.

use sha2::{Digest, Sha256};

use super::super::{
    failure::Failure,
    forms::{Fields, File},
    sealing::{NotSealed, seal},
};
use crate::{
    domain::{
        intake::receipt::ReceiptCode,
        message::Lang,
        report::{
            MAX_MESSAGE, MAX_REASON, acts::Wish, file::NewFile, reading::later_words, words::Side,
        },
    },
    http::state::State,
    present::{problem::Problem, problem_code::ProblemCode},
    registry::report::follow::Followed,
};

/// What came of a reporter's wish.
pub enum Done {
    /// Nothing was wished for.
    Nothing,
    /// It was done: the report as it is now, and what to say.
    Yes(Box<Followed>, &'static str),
    /// It was not, and what is wrong with which field.
    No {
        at: &'static str,
        words: &'static str,
    },
}

impl Done {
    const fn no(at: &'static str, words: &'static str) -> Self {
        Self::No { at, words }
    }
}

/// A wish of the reporter.
pub struct Asking<'a> {
    pub state: &'a State,
    pub code: &'a ReceiptCode,
    pub fields: &'a Fields,
    pub files: Vec<File>,
    pub lang: Lang,
}

impl Asking<'_> {
    /// Does what the reporter wishes for.
    ///
    /// # Errors
    /// As a page; what the reporter can mend is no error.
    pub async fn done(mut self, followed: &Followed) -> Result<Done, Failure> {
        let (lang, what) = (self.lang, self.fields.get("do"));
        let (text, notices) = match later_words(self.fields.get("text"), "/text", most(what)) {
            Ok(read) => read,
            Err(wrong) => return Ok(Done::no(field_of(what), text_words(wrong.code, lang))),
        };
        let report = &followed.report;
        let is_sure = self.fields.has("sure");
        let sent = sent_words(!notices.masked.is_empty(), lang);
        let (wish, words) = match what {
            "tell" if text.is_empty() => {
                let words = lang.pick("Bác viết vài chữ rồi gửi.", "Write a few words, then send.");
                return Ok(Done::no("text", words));
            }
            // A double click, or the same page sent again on a bad network.
            "tell" if self.is_repeated(followed, &text) => {
                return self.ask(None, sent).await;
            }
            "tell" => match self.sealed().await? {
                Ok(files) => (Wish::Tell { text, files }, sent),
                Err(refused) => return Ok(Done::no("files", refused.text(lang))),
            },
            "withdraw" if report.withdrawn_at.is_some() => return Ok(Done::Nothing),
            "review" if report.review_asked_at.is_some() => return Ok(Done::Nothing),
            "withdraw" | "review" if !is_sure => {
                let words = lang.pick(
                    "Bác đánh dấu vào ô xác nhận rồi bấm lại.",
                    "Tick the box, then press again.",
                );
                return Ok(Done::no(field_of(what), words));
            }
            "withdraw" => (
                Wish::Withdraw { reason: text },
                lang.pick("Bác đã rút báo cáo", "You have withdrawn the report"),
            ),
            "reopen" if text.is_empty() => {
                let words = lang.pick("Bác ghi điều mới rồi gửi.", "Write what is new, then send.");
                return Ok(Done::no("reopen", words));
            }
            "reopen" => (
                Wish::Reopen { text },
                lang.pick("Báo cáo đã được mở lại", "The report was taken up again"),
            ),
            "review" => (
                Wish::Review { text },
                lang.pick(
                    "Đã đề nghị cấp trên xem lại",
                    "The unit above was asked to look",
                ),
            ),
            _ => return Ok(Done::Nothing),
        };
        self.ask(Some(wish), words).await
    }

    /// Whether the reporter sent just this, and nobody wrote since.
    fn is_repeated(&self, followed: &Followed, text: &str) -> bool {
        let report = &followed.report;
        let last = report.messages().last();
        let is_same = last.is_some_and(|(_, side, last)| side == Side::Reporter && last == text);
        let kept = |file: &File| {
            let sha256: [u8; 32] = Sha256::digest(&file.bytes).into();
            let mut originals = report.files.iter().flat_map(|file| &file.original);
            originals.any(|original| original.sha256 == sha256)
        };
        is_same && self.files.iter().all(kept)
    }

    /// The files of a message, sealed.
    async fn sealed(&mut self) -> Result<Result<Vec<NewFile>, NotSealed>, Failure> {
        let (registry, now) = (self.state.registry.clone(), self.state.now());
        let files = std::mem::take(&mut self.files);
        let sealed = State::blocking(move || Ok::<_, Problem>(seal(&registry, files, now)));
        Ok(sealed.await?)
    }

    /// Has a wish done, and reads the report as it is then.
    async fn ask(self, wish: Option<Wish>, words: &'static str) -> Result<Done, Failure> {
        let (registry, now, code) = (
            self.state.registry.clone(),
            self.state.now(),
            self.code.clone(),
        );
        let asked = State::blocking(move || match wish {
            Some(wish) => registry.ask_as_reporter(&code, wish, now),
            None => registry.follow(&code, now),
        });
        match asked.await {
            Ok(followed) => Ok(Done::Yes(Box::new(followed), words)),
            Err(problem) => refused(problem, self.fields.get("do"), self.lang),
        }
    }
}

/// Most characters of what is written with a wish.
fn most(what: &str) -> usize {
    match what {
        "withdraw" => MAX_REASON,
        _ => MAX_MESSAGE,
    }
}

/// What is wrong with a text.
fn text_words(code: &str, lang: Lang) -> &'static str {
    match code {
        "too-long" => lang.pick(
            "Dài quá. Bác bớt lại, rồi nhắn phần còn lại sau.",
            "Too long. Shorten it, and write the rest later.",
        ),
        _ => lang.pick(
            "Trong ô này có ký tự lạ. Bác xóa đi rồi gõ lại chỗ đó.",
            "There is a strange character in it. Delete it and type that place again.",
        ),
    }
}

const fn sent_words(is_masked: bool, lang: Lang) -> &'static str {
    match is_masked {
        true => lang.pick(
            "Đã gửi tin nhắn của bác. Số thẻ, số căn cước, mã biên nhận trong đó đã được che.",
            "Your message was sent. Card and identity numbers and receipt codes in it were masked.",
        ),
        false => lang.pick("Đã gửi tin nhắn của bác", "Your message was sent"),
    }
}

/// The field that a wish is about.
fn field_of(what: &str) -> &'static str {
    match what {
        "withdraw" => "withdraw",
        "reopen" => "reopen",
        "review" => "review",
        _ => "text",
    }
}

/// What a refusal says on the page.
fn refused(problem: Problem, what: &str, lang: Lang) -> Result<Done, Failure> {
    let code = problem.code();
    let words = if code == ProblemCode::TooManyMessages {
        lang.pick(
            "Hôm nay bác đã nhắn đủ 5 tin, hoặc đủ 20 tin cho báo cáo này. Mai bác nhắn tiếp, hoặc gọi điện cho đơn vị.",
            "You wrote 5 messages today, or 20 altogether. Write again tomorrow, or call the unit.",
        )
    } else if code == ProblemCode::NotOpen {
        lang.pick(
            "Bây giờ không làm được việc này nữa. Bác gọi điện cho đơn vị ghi ở trên.",
            "This cannot be done any more. Call the unit named above.",
        )
    } else if code == ProblemCode::Validation {
        // More files than one report can have altogether: nothing else of a wish is refused so.
        lang.pick(
            "Báo cáo này đã có đủ 25 tệp.",
            "This report has 25 files already.",
        )
    } else if matches!(code, ProblemCode::StorageUnavailable | ProblemCode::Busy) {
        lang.pick(
            "Lúc này máy chủ chưa nhận được. Bác đợi một phút rồi gửi lại.",
            "The server cannot take it just now. Wait a minute and send it again.",
        )
    } else {
        return Err(problem.into());
    };
    Ok(Done::no(field_of(what), words))
}
