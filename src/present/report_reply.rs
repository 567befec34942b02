//! What an officer writes to a reporter, prepared (`config/report_replies.tsv`): edited before it is sent.

use std::sync::LazyLock;

use crate::domain::{
    report::words::{Outcome, ReportKind},
    tsv,
};

/// The embedded table.
const TABLE: &str = include_str!("../../config/report_replies.tsv");

/// How a blank begins that the officer has to fill in: `[ghi lý do]`.
const BLANK: &str = "[ghi ";

/// Whether a text still has a blank of a prepared one.
pub fn has_blank(text: &str) -> bool {
    text.contains(BLANK)
}

/// A prepared text.
#[derive(Debug)]
pub struct Reply {
    pub slug: &'static str,
    /// For what it is: `ask`, `acknowledge-loss`, `resolve-no_case`.
    step: &'static str,
    pub name_vi: &'static str,
    pub name_en: &'static str,
    text: &'static str,
}

/// What stands in the places of a prepared text.
pub struct Places<'a> {
    pub reference: &'a str,
    pub unit: &'a str,
    /// Empty where the unit's telephone is not known.
    pub phone: &'a str,
    pub date: &'a str,
}

static REPLIES: LazyLock<Vec<Reply>> = LazyLock::new(|| {
    let rows = tsv::rows(TABLE).map(|row| Reply {
        slug: row.get("slug"),
        step: row.get("step"),
        name_vi: row.get("name_vi"),
        name_en: row.get("name_en"),
        text: row.get("text_vi"),
    });
    rows.collect()
});

/// What is written when a report is taken.
pub fn acknowledgement(kind: ReportKind) -> Option<&'static Reply> {
    let of_kind =
        move |reply: &&Reply| reply.step.strip_prefix("acknowledge-") == Some(kind.as_str());
    REPLIES.iter().find(of_kind)
}

/// What is asked.
pub fn questions() -> impl Iterator<Item = &'static Reply> {
    REPLIES.iter().filter(|reply| reply.step == "ask")
}

/// How an outcome is told. Nothing is told of spam, and what a listing tells needs no officer.
pub fn outcome(outcome: Outcome) -> Option<&'static Reply> {
    let of_it = move |reply: &&Reply| reply.step.strip_prefix("resolve-") == Some(outcome.as_str());
    REPLIES.iter().find(of_it)
}

impl Reply {
    /// The text with its places filled in. Reporters read Vietnamese.
    pub fn text(&self, places: &Places<'_>) -> String {
        let phone = match places.phone {
            "" => String::new(),
            phone => format!("Điện thoại: {phone}."),
        };
        let text = self.text.replace("{reference}", places.reference);
        let text = text
            .replace("{unit}", places.unit)
            .replace("{date}", places.date);
        text.replace("{phone}", &phone).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::message::Lang, present::words::follow};

    const PLACES: Places<'_> = Places {
        reference: "4821-7735-6",
        unit: "Công an phường Bỉm Sơn",
        phone: "0237 000 000",
        date: "21/08/2026",
    };

    #[test]
    fn every_place_of_a_text_is_filled_in() {
        for reply in REPLIES.iter() {
            let text = reply.text(&PLACES);
            assert!(!text.contains(['{', '}']), "{}", reply.slug);
            assert!(text.starts_with("Thưa bác"), "{}", reply.slug);
            assert!(!reply.name_vi.is_empty() && !reply.name_en.is_empty());
        }
        let taken = acknowledgement(ReportKind::Loss).map(|reply| reply.text(&PLACES));
        let taken = taken.expect("a text");
        assert!(taken.contains("Công an phường Bỉm Sơn đã nhận báo cáo 4821-7735-6"));
        assert!(taken.ends_with("Điện thoại: 0237 000 000."));
    }

    #[test]
    fn a_unit_without_a_telephone_leaves_no_trace_of_one() {
        let places = Places {
            phone: "",
            ..PLACES
        };
        let text = acknowledgement(ReportKind::Attempt).map(|reply| reply.text(&places));
        assert!(text.is_some_and(|text| !text.contains("Điện thoại") && !text.ends_with(' ')));
    }

    #[test]
    fn what_the_reporter_is_promised_in_the_message_has_a_blank_for_it() {
        for told in Outcome::ALL.iter().filter(|told| outcome(**told).is_some()) {
            let promises = follow::meaning(*told, Lang::Vi)
                .to_lowercase()
                .contains("tin nhắn gửi bác");
            let text = outcome(*told).map(|reply| reply.text(&PLACES));
            assert_eq!(
                text.is_some_and(|text| has_blank(&text)),
                promises,
                "{told:?}"
            );
        }
    }

    #[test]
    fn every_outcome_that_a_person_hears_of_has_its_text() {
        for told in Outcome::ALL.iter().filter(|outcome| outcome.is_decided()) {
            assert_eq!(outcome(*told).is_some(), *told != Outcome::Spam, "{told:?}");
        }
        assert!(questions().count() > 1);
        for kind in ReportKind::ALL {
            assert!(acknowledgement(*kind).is_some());
        }
    }
}
