//! How a report stands, in sentences for whoever told it.

use crate::domain::{
    intake::clock::{ClockKind, PauseReason},
    message::{Lang, fill},
    report::words::{Outcome, ReportState},
};

/// How a report stands.
pub struct Standing<'a> {
    pub state: ReportState,
    pub outcome: Option<Outcome>,
    /// Who has it, as people call them: `Công an phường Bỉm Sơn`.
    pub police: &'a str,
    /// The day by which something is to happen next.
    pub due: Option<&'a str>,
    /// That day is over.
    pub is_overdue: bool,
    /// The day until which an answer of the reporter is waited for.
    pub answer_until: Option<&'a str>,
    /// Why the handling is suspended.
    pub pause: Option<PauseReason>,
    pub is_withdrawn: bool,
    /// The unit above can be asked to look at it.
    pub may_review: bool,
    /// It can be taken up again.
    pub may_reopen: bool,
    /// It tells of the same as another report, which is what is told about.
    pub is_linked: bool,
}

impl<'a> Standing<'a> {
    /// What stands for the placeholders of a sentence.
    fn values(&self) -> [(&'static str, &'a str); 3] {
        [
            ("police", self.police),
            ("due", self.due.unwrap_or_default()),
            ("until", self.answer_until.unwrap_or_default()),
        ]
    }
}

/// What happens now and by which date, in a sentence or two.
pub fn sentence(standing: &Standing<'_>, lang: Lang) -> String {
    let before = match (standing.is_withdrawn, standing.is_linked) {
        (true, _) => lang.pick(
            "Bác đã rút báo cáo, tên và số điện thoại của bác đã được xóa. Công an vẫn có thể làm tiếp. ",
            "You took this report back; your name and number were erased. The police may still go on. ",
        ),
        (false, true) => lang.pick(
            "Việc này cùng một vụ với một báo cáo khác và được giải quyết chung. ",
            "This is the same matter as another report, and is handled together with it. ",
        ),
        (false, false) => "",
    };
    format!("{before}{}", now(standing, lang))
}

fn now(standing: &Standing<'_>, lang: Lang) -> String {
    let stands = stands(standing, lang);
    match standing.is_overdue {
        false => stands,
        true => {
            let late = late(standing, lang);
            let both = [late.as_str(), stands.as_str()];
            both.join(" ").trim_end().to_owned()
        }
    }
}

/// What was not done by its day, and what the reporter can do about it.
fn late(standing: &Standing<'_>, lang: Lang) -> String {
    let values = standing.values();
    let what = match standing.state {
        ReportState::Received => lang.pick("{police} đã trễ hẹn: lẽ ra cán bộ phải nhắn cho bác chậm nhất hết ngày {due}.", "{police} is late: an officer should have written to you by the end of {due}."),
        ReportState::Acknowledged | ReportState::Verifying | ReportState::WaitingReporter | ReportState::Suspended => lang.pick("{police} đã trễ hẹn: lẽ ra bác phải biết kết quả chậm nhất hết ngày {due}.", "{police} is late: you should have been told the outcome by the end of {due}."),
        ReportState::Resolved => lang.pick("{police} đã trễ hẹn: lẽ ra kết quả phải được nhắn rõ cho bác chậm nhất hết ngày {due}.", "{police} is late: the outcome should have been explained to you by the end of {due}."),
    };
    let can = match standing.may_review {
        true => lang.pick(
            "Bác có thể gọi cho đơn vị, hoặc bấm “Đề nghị cấp trên xem lại” ở dưới.",
            "You can call them, or press “Ask the unit above to look at it” below.",
        ),
        false => lang.pick("Bác có thể gọi cho đơn vị.", "You can call them."),
    };
    format!("{} {can}", fill(what, &values))
}

/// Where it stands; of what is overdue only what its lateness does not say.
fn stands(standing: &Standing<'_>, lang: Lang) -> String {
    let values = standing.values();
    let due = standing.due.filter(|_| !standing.is_overdue);
    match (standing.state, due) {
        (ReportState::Received | ReportState::Acknowledged | ReportState::Verifying, None) if standing.is_overdue => String::new(),
        // The message goes to whoever told of it first.
        (ReportState::Received, _) if standing.is_linked => fill(lang.pick("{police} đã nhận được báo cáo.", "{police} has your report."), &values),
        (ReportState::Received, Some(_)) => fill(lang.pick("{police} đã nhận được báo cáo. Chậm nhất hết ngày {due}, cán bộ sẽ nhắn cho bác ở đây.", "{police} has your report. An officer will write to you here by the end of {due} at the latest."), &values),
        (ReportState::Received, None) => fill(lang.pick("{police} đã nhận được báo cáo.", "{police} has your report."), &values),
        (ReportState::Acknowledged | ReportState::Verifying, Some(_)) => fill(lang.pick("{police} đang xác minh. Chậm nhất hết ngày {due}, bác sẽ biết kết quả ở đây.", "{police} is looking into it. You will be told the outcome here by the end of {due} at the latest."), &values),
        (ReportState::Acknowledged | ReportState::Verifying, None) => fill(lang.pick("{police} đang xác minh.", "{police} is looking into it."), &values),
        (ReportState::WaitingReporter, _) => waiting(standing, lang),
        (ReportState::Suspended, _) => suspended(standing, lang),
        (ReportState::Resolved, _) => resolved(standing, due, lang),
    }
}

fn resolved(standing: &Standing<'_>, due: Option<&str>, lang: Lang) -> String {
    let Some(outcome) = standing.outcome else {
        return String::new();
    };
    let mut told = vec![meaning(outcome, lang).to_owned()];
    let is_unsure = matches!(outcome, Outcome::Insufficient | Outcome::Spam);
    if is_unsure && standing.may_reopen {
        told.push(
            lang.pick(
                "Có thêm thông tin thì trong 60 ngày bác bấm “Mở lại báo cáo” ở dưới.",
                "If you learn more, press “Take it up again” below within 60 days.",
            )
            .to_owned(),
        );
    }
    let is_explained = !matches!(
        outcome,
        Outcome::Listed | Outcome::Duplicate | Outcome::Withdrawn
    );
    if is_explained && due.is_some() && !standing.is_linked {
        told.push(fill(
            lang.pick(
                "Chậm nhất hết ngày {due}, cán bộ sẽ nhắn rõ cho bác ở đây.",
                "An officer will explain it here by the end of {due}.",
            ),
            &standing.values(),
        ));
    }
    told.join(" ")
}

fn waiting(standing: &Standing<'_>, lang: Lang) -> String {
    let values = standing.values();
    fill(lang.pick("{police} đang hỏi bác thêm. Bác hãy đọc tin nhắn bên dưới và trả lời trước hết ngày {until}.", "{police} asked you something. Read the message below and answer by the end of {until}."), &values)
}

fn suspended(standing: &Standing<'_>, lang: Lang) -> String {
    let why = standing
        .pause
        .map_or("", |reason| super::report::pause_reason(reason, lang));
    let [police, ..] = standing.values();
    let values = [police, ("why", why)];
    fill(lang.pick("Việc xác minh tạm dừng theo luật: {why}. Khi làm tiếp, {police} sẽ nhắn cho bác ở đây.", "The handling is suspended, as the law allows: {why}. {police} will write to you here when it goes on."), &values)
}

/// What an outcome means to whoever told the report.
pub const fn meaning(outcome: Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::Listed => lang.pick(
            "Số bác báo đã được công an xác nhận là lừa đảo và đưa vào danh sách cảnh báo. Cảm ơn bác: người khác tra số này sẽ được báo trước.",
            "The number you reported was confirmed as a scam and is on the list of warnings. Thank you: whoever checks it is warned now.",
        ),
        Outcome::CaseOpened => lang.pick(
            "Cơ quan điều tra đã khởi tố vụ án. Bác có thể được mời đến làm việc; hãy giữ lại tin nhắn, biên lai làm bằng chứng.",
            "A criminal case was opened. You may be asked to come; keep messages and receipts as evidence.",
        ),
        Outcome::NoCase => lang.pick(
            "Cơ quan điều tra quyết định không khởi tố vụ án. Lý do có trong tin nhắn gửi bác.",
            "It was decided not to open a criminal case. The message to you says why.",
        ),
        Outcome::Insufficient => lang.pick(
            "Chưa đủ căn cứ để xác minh.",
            "There is not enough to go on.",
        ),
        Outcome::NotAScam => lang.pick(
            "Công an đã xác minh và chưa thấy dấu hiệu lừa đảo. Điều đó không có nghĩa là số này đáng tin: bác vẫn đừng chuyển tiền khi chưa chắc.",
            "The police looked into it and found no sign of a scam. That does not mean that the number can be trusted: do not pay while in doubt.",
        ),
        Outcome::Duplicate => lang.pick(
            "Việc này cùng một vụ với báo cáo khác và được giải quyết chung.",
            "This is the same matter as another report and is handled together with it.",
        ),
        Outcome::Forwarded => lang.pick(
            "Báo cáo đã được chuyển đến cơ quan khác có thẩm quyền. Tin nhắn gửi bác ghi rõ là cơ quan nào.",
            "The report was forwarded to another body. The message to you says to which.",
        ),
        Outcome::Withdrawn => lang.pick(
            "Báo cáo đã khép lại vì bác đã rút.",
            "The report is closed, since you took it back.",
        ),
        Outcome::NotForUs => lang.pick(
            "Việc này không thuộc thẩm quyền của công an. Tin nhắn gửi bác ghi rõ nên hỏi ở đâu.",
            "This is not a matter for the police. The message to you says where to turn.",
        ),
        Outcome::Spam => lang.pick(
            "Báo cáo đã khép lại vì không có thông tin về lừa đảo.",
            "The report is closed, since it tells nothing about a scam.",
        ),
    }
}

/// Where to complain about how a report was handled (reporters' rights, Criminal Procedure Code art. 56 and 469);
/// `may_review` when the unit above can still be asked.
pub const fn complaint(may_review: bool, lang: Lang) -> &'static str {
    if !may_review {
        return lang.pick(
            "Không đồng ý với kết quả: bác có thể gửi đơn khiếu nại đến đơn vị này hay Viện kiểm sát cùng cấp.",
            "If you do not agree: complain in writing to this unit or to the procuracy of the same level.",
        );
    }
    lang.pick(
        "Không đồng ý với kết quả: bác có thể đề nghị cấp trên xem lại ngay ở đây, hoặc gửi đơn khiếu nại đến đơn vị này hay Viện kiểm sát cùng cấp.",
        "If you do not agree: ask the unit above to look at it here, or complain in writing to this unit or to the procuracy of the same level.",
    )
}

/// What happens next by a clock, for whoever told the report; none for what is not told to them.
pub const fn next(kind: ClockKind, lang: Lang) -> Option<&'static str> {
    match kind {
        ClockKind::ReportAck => Some(lang.pick("Cán bộ nhắn cho bác", "An officer writes to you")),
        ClockKind::ReportResolve | ClockKind::ReportResume | ClockKind::ReportAttempt => {
            Some(lang.pick("Có kết quả", "There is an outcome"))
        }
        ClockKind::ReportTell => Some(lang.pick("Báo kết quả cho bác", "You are told the outcome")),
        ClockKind::ReportUrgent
        | ClockKind::ReportHandover
        | ClockKind::ReportPrecheck
        | ClockKind::ReportTransfer => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(state: ReportState) -> Standing<'static> {
        Standing {
            state,
            outcome: None,
            police: "Công an phường Bỉm Sơn",
            due: Some("26/11/2026"),
            is_overdue: false,
            answer_until: Some("30/11/2026"),
            pause: Some(PauseReason::ExpertOpinion),
            is_withdrawn: false,
            may_review: true,
            may_reopen: true,
            is_linked: false,
        }
    }

    #[test]
    fn a_reporter_is_told_who_does_what_by_which_day() {
        for state in ReportState::ALL {
            for lang in [Lang::Vi, Lang::En] {
                let told = sentence(&standing(*state), lang);
                assert!(!told.contains(['{', '…']), "{told}");
                let date = match state {
                    ReportState::Received | ReportState::Acknowledged | ReportState::Verifying => {
                        "26/11/2026"
                    }
                    ReportState::WaitingReporter => "30/11/2026",
                    ReportState::Suspended | ReportState::Resolved => "",
                };
                assert!(told.contains(date), "{told}");
            }
        }
    }

    #[test]
    fn what_is_late_is_told_first_and_how_it_stands_after_it() {
        let late = |state, may_review| {
            let standing = Standing {
                is_overdue: true,
                outcome: (state == ReportState::Resolved).then_some(Outcome::NoCase),
                may_review,
                ..standing(state)
            };
            assert!(sentence(&standing, Lang::En).contains("is late"));
            sentence(&standing, Lang::Vi)
        };
        for state in ReportState::ALL {
            let told = late(*state, true);
            assert!(
                told.contains("trễ hẹn") && told.contains("26/11/2026"),
                "{told}"
            );
            assert!(
                !told.contains("Chậm nhất"),
                "a day that is over is no promise: {told}"
            );
            assert!(told.contains("cấp trên"), "{told}");
            assert!(
                !late(*state, false).contains("cấp trên"),
                "it was asked already"
            );
        }
        assert!(late(ReportState::WaitingReporter, true).contains("30/11/2026"));
        assert!(late(ReportState::Suspended, true).contains("tạm dừng"));
        assert!(late(ReportState::Resolved, true).ends_with(meaning(Outcome::NoCase, Lang::Vi)));
    }

    #[test]
    fn every_outcome_says_what_it_means_and_by_when_it_is_explained() {
        for outcome in Outcome::ALL {
            let resolved = Standing {
                outcome: Some(*outcome),
                ..standing(ReportState::Resolved)
            };
            for lang in [Lang::Vi, Lang::En] {
                let told = sentence(&resolved, lang);
                assert!(told.starts_with(meaning(*outcome, lang)), "{told}");
            }
        }
        let told = Standing {
            outcome: Some(Outcome::NoCase),
            ..standing(ReportState::Resolved)
        };
        assert!(sentence(&told, Lang::Vi).contains("26/11/2026"));
    }

    #[test]
    fn who_took_a_report_back_or_told_of_the_same_is_told_so_first() {
        let withdrawn = Standing {
            is_withdrawn: true,
            ..standing(ReportState::Verifying)
        };
        assert!(sentence(&withdrawn, Lang::Vi).starts_with("Bác đã rút báo cáo"));
        let linked = Standing {
            is_linked: true,
            ..standing(ReportState::Verifying)
        };
        assert!(sentence(&linked, Lang::Vi).starts_with("Việc này cùng một vụ"));
    }
}
