//! To whom a report is shown.

use crate::{
    access::capability::IntakeReader,
    domain::{message::Lang, time::Time},
};

/// How a report is shown: to whom, when, in which language.
#[derive(Clone, Copy)]
pub struct Showing {
    /// Whether the reader works on it, and reads what people wrote.
    pub words: bool,
    pub now: Time,
    pub lang: Lang,
}

impl Showing {
    /// To a reader who sees the report.
    pub fn to(reader: &IntakeReader, now: Time, lang: Lang) -> Self {
        Self {
            words: reader.may_open_sealed(),
            now,
            lang,
        }
    }

    /// To somebody who works on it.
    pub const fn at_work(now: Time, lang: Lang) -> Self {
        Self {
            words: true,
            now,
            lang,
        }
    }
}
