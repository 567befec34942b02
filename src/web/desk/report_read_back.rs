//! What is read back to somebody who reports at the counter or by telephone, before it is taken.

use super::{report_row::dong, request::Desk};
use crate::{
    domain::{
        identifier::Identifier,
        message::Lang,
        report::{
            reading::ReadReport,
            told::{Contact, ReachBy, Transfer},
            words::ReportKind,
        },
    },
    present::words::{self, report as told},
    web::forms::Fields,
};

/// What a filled form was read as.
pub(super) struct Looked {
    /// What is read back, with the digits in groups, and the role.
    pub(super) identifiers: Vec<(String, &'static str)>,
    /// Each time that money was sent, in one line.
    pub(super) transfers: Vec<String>,
    /// What was lost altogether; empty for nothing.
    pub(super) lost: String,
    /// How the reporter is reached.
    pub(super) reach: String,
    pub(super) unreadable: usize,
    pub(super) is_urgent: bool,
    pub(super) own_given: u8,
    /// Everything that was typed.
    pub(super) fields: Vec<(String, String)>,
}

pub(super) fn look(desk: &Desk, fields: &Fields, report: &ReadReport) -> Looked {
    let (lang, now) = (desk.lang(), desk.state.now());
    let named = &report.told.identifiers;
    let to = |sent: &Transfer| {
        let to = sent.to.and_then(|to| named.get(usize::from(to)))?;
        Some(read_back(&to.identifier))
    };
    let transfers = report.told.transfers.iter();
    let typed = fields
        .pairs()
        .filter(|(name, _)| !matches!(*name, "csrf" | "look" | "once"));
    Looked {
        identifiers: named
            .iter()
            .map(|one| {
                (
                    read_back(&one.identifier),
                    told::identifier_role(one.role, lang),
                )
            })
            .collect(),
        transfers: transfers
            .map(|sent| transfer(sent, to(sent).as_deref(), lang))
            .collect(),
        lost: match report.told.lost_vnd() {
            0 => String::new(),
            sum => dong(sum, lang),
        },
        reach: reach(&report.contact, lang),
        unreadable: report.notices.unreadable,
        is_urgent: report.kind == ReportKind::Loss && report.told.is_urgent(now),
        own_given: report.told.own_given,
        fields: typed
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    }
}

/// `5.000.000 đồng, 14:05 21/08/2026, đến Vietcombank · 000 000 007 000 1`.
fn transfer(sent: &Transfer, to: Option<&str>, lang: Lang) -> String {
    let unknown = lang.pick("chưa rõ tài khoản nhận", "receiving account not known");
    let to = to.map_or_else(
        || unknown.to_owned(),
        |to| format!("{} {to}", lang.pick("đến", "to")),
    );
    let sum = dong(sent.amount_vnd, lang);
    format!("{sum}, {}, {to}", words::moment(sent.at, lang))
}

/// How somebody is reached, in one line.
fn reach(contact: &Contact, lang: Lang) -> String {
    if contact.phone.is_empty() {
        let none = lang.pick(
            "Không để lại số điện thoại: chỉ xem kết quả bằng mã biên nhận.",
            "No telephone was left: the outcome is seen by the receipt code alone.",
        );
        return none.to_owned();
    }
    let how = match contact.how {
        ReachBy::Call | ReachBy::Sms | ReachBy::Zalo => told::reach_by(contact.how, lang),
        ReachBy::None => lang.pick("không liên lạc", "not to be reached"),
    };
    let parts = [&contact.name, &contact.phone, how, &contact.best_time];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<&str>>().join(", ")
}

/// An identifier as it is read aloud: runs of digits in groups of three.
fn read_back(identifier: &Identifier) -> String {
    const GROUP: usize = 3;
    let mut text = String::new();
    let mut run = 0;
    let shown = identifier.display();
    // The number's own groups are taken apart: each institution has others.
    let mut letters = shown.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_inner = letter == ' ' && run > 0 && letters.peek().is_some_and(char::is_ascii_digit);
        if is_inner {
            continue;
        }
        if !letter.is_ascii_digit() {
            run = 0;
        } else {
            if run > 0 && run % GROUP == 0 {
                text.push(' ');
            }
            run += 1;
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_back_in_groups_of_three() {
        let of = |key| Identifier::from_key(key).map(|one| read_back(&one));
        assert_eq!(of("phone:+84950001001").as_deref(), Ok("095 000 100 1"));
        let account = of("account:VN:970436:0000000070001");
        assert_eq!(account.as_deref(), Ok("Vietcombank · 000 000 007 000 1"));
    }

    #[test]
    fn how_somebody_is_reached_is_read_back() {
        let mut contact = Contact {
            name: "Người Mẫu".into(),
            phone: "0950 001 777".into(),
            how: ReachBy::Call,
            best_time: "buổi tối".into(),
        };
        let told = reach(&contact, Lang::Vi);
        assert_eq!(told, "Người Mẫu, 0950 001 777, gọi điện, buổi tối");
        contact.phone.clear();
        assert!(reach(&contact, Lang::Vi).starts_with("Không để lại số"));
    }
}
