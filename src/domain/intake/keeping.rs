//! Until when what citizens told is kept.

use super::{calendar::due, length::Length, terms::Terms};
use crate::domain::{
    report::words::{Outcome, ReportKind},
    time::Time,
};

fn after(at: Time, length: Length) -> Time {
    due(at, length, false).at
}

impl Terms {
    /// Until when the contact and the words of a report are kept that has an outcome now: none is known where a listing
    /// was the outcome.
    pub fn kept_after(&self, kind: ReportKind, outcome: Outcome, at: Time) -> (Time, Time) {
        let kept = &self.retention;
        let words = match (outcome, kind) {
            (Outcome::Spam, _) => kept.spam,
            (
                Outcome::Listed
                | Outcome::CaseOpened
                | Outcome::NoCase
                | Outcome::Insufficient
                | Outcome::NotAScam
                | Outcome::Duplicate
                | Outcome::Forwarded
                | Outcome::Withdrawn
                | Outcome::NotForUs,
                kind,
            ) => match kind {
                ReportKind::Loss => kept.story,
                ReportKind::Attempt => kept.attempt,
            },
        };
        let words = after(at, words);
        (after(at, kept.contact).min(words), words)
    }

    /// Until when the number is kept that an SMS came from.
    pub fn sender_until(&self, at: Time) -> Time {
        after(at, self.retention.sms_sender)
    }

    /// Until when it is known that two reports came from one address.
    pub fn source_until(&self, at: Time) -> Time {
        after(at, self.retention.source)
    }

    /// Until when an answer of the reporter is waited for.
    pub fn answer_until(&self, at: Time) -> Time {
        after(at, self.reporter_answer)
    }
}
