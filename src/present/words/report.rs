//! Words about reports: kinds, channels, roles, states, outcomes, deeds and clocks.

use crate::domain::{
    intake::clock::{ClockKind, PauseReason},
    message::Lang,
    report::{
        deed::Deed,
        reading::NOT_REMEMBERED,
        told::ReachBy,
        words::{Channel, IdentifierRole, Outcome, ReportKind, ReportState},
    },
};

/// Whether something was lost.
pub const fn report_kind(kind: ReportKind, lang: Lang) -> &'static str {
    match kind {
        ReportKind::Loss => lang.pick("đã mất tiền", "money lost"),
        ReportKind::Attempt => lang.pick("chưa mất tiền", "no money lost"),
    }
}

/// How it came.
pub const fn channel(channel: Channel, lang: Lang) -> &'static str {
    match channel {
        Channel::Web => lang.pick("trang mạng", "web page"),
        Channel::Sms => lang.pick("tin nhắn", "SMS"),
        Channel::Counter => lang.pick("trực tiếp tại đơn vị", "in person"),
        Channel::Phone => lang.pick("điện thoại", "telephone"),
        Channel::Letter => lang.pick("thư", "letter"),
        Channel::Vneid => lang.pick("VNeID", "VNeID"),
        Channel::Press => lang.pick("báo chí", "press"),
    }
}

/// What a number had to do with it, as an officer says it.
pub const fn identifier_role(role: IdentifierRole, lang: Lang) -> &'static str {
    match role {
        IdentifierRole::ContactedMe => lang.pick("đã gọi, nhắn cho người báo", "called or wrote"),
        IdentifierRole::ReceivedMoney => lang.pick("đã nhận tiền", "received money"),
        IdentifierRole::Mentioned => lang.pick("được nhắc tới", "was mentioned"),
        IdentifierRole::Impersonated => lang.pick("bị mạo danh", "was impersonated"),
        IdentifierRole::Mine => lang.pick("của người báo", "the reporter's own"),
    }
}

/// Where it stands.
pub const fn report_state(state: ReportState, lang: Lang) -> &'static str {
    match state {
        ReportState::Received => lang.pick("mới nhận", "received"),
        ReportState::Acknowledged => lang.pick("đã có người nhận", "acknowledged"),
        ReportState::Verifying => lang.pick("đang xác minh", "being verified"),
        ReportState::WaitingReporter => {
            lang.pick("chờ người báo trả lời", "waiting for the reporter")
        }
        ReportState::Suspended => lang.pick("tạm đình chỉ", "suspended"),
        ReportState::Resolved => lang.pick("đã có kết quả", "resolved"),
    }
}

/// What became of it.
pub const fn outcome(outcome: Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::Listed => lang.pick("số đã được đưa vào danh sách cảnh báo", "number listed"),
        Outcome::CaseOpened => lang.pick("khởi tố vụ án", "criminal case opened"),
        Outcome::NoCase => lang.pick("không khởi tố vụ án", "no criminal case"),
        Outcome::Insufficient => lang.pick("chưa đủ căn cứ", "not enough to go on"),
        Outcome::NotAScam => lang.pick("không phải lừa đảo", "not a scam"),
        Outcome::Duplicate => lang.pick("trùng với báo cáo khác", "same as another report"),
        Outcome::Forwarded => lang.pick("đã chuyển cơ quan khác", "forwarded elsewhere"),
        Outcome::Withdrawn => lang.pick("người báo rút lại", "withdrawn by the reporter"),
        Outcome::NotForUs => lang.pick("không thuộc thẩm quyền", "not for the police"),
        Outcome::Spam => lang.pick("tin rác", "spam"),
    }
}

/// What was done.
pub const fn deed(deed: &Deed, lang: Lang) -> &'static str {
    match deed {
        Deed::Received => lang.pick("báo cáo đến", "the report came"),
        Deed::Acknowledged { .. } => lang.pick("tiếp nhận", "acknowledged"),
        Deed::Classified { .. } => lang.pick("kiểm tra các số", "checked the identifiers"),
        Deed::Assigned { .. } => lang.pick("giao người xử lý", "assigned"),
        Deed::TransferOffered { .. } => lang.pick("đề nghị chuyển đơn vị", "offered to a unit"),
        Deed::TransferAccepted { .. } => lang.pick("nhận chuyển", "accepted the transfer"),
        Deed::TransferReturned { .. } => lang.pick("trả lại", "returned the transfer"),
        Deed::HandedOver { .. } => {
            lang.pick("báo cơ quan điều tra", "proposed to the competent unit")
        }
        Deed::Asked { .. } => lang.pick("hỏi người báo", "asked the reporter"),
        Deed::AnswerOverdue => lang.pick("người báo chưa trả lời", "the reporter did not answer"),
        Deed::Messaged { .. } => lang.pick("nhắn tin", "wrote a message"),
        Deed::Suspended { .. } => lang.pick("tạm đình chỉ", "suspended"),
        Deed::Resumed { .. } => lang.pick("phục hồi", "resumed"),
        Deed::Extended { .. } => lang.pick("gia hạn", "prolonged the term"),
        Deed::Resolved { .. } => lang.pick("kết luận", "resolved"),
        Deed::Listed { .. } => lang.pick("cảnh báo đã được xác nhận", "a listing was confirmed"),
        Deed::Linked { .. } => lang.pick("gộp vào báo cáo khác", "linked to another report"),
        Deed::Unlinked { .. } => lang.pick("tách khỏi báo cáo khác", "unlinked"),
        Deed::Withdrawn { .. } => lang.pick("người báo rút lại", "withdrawn by the reporter"),
        Deed::Reopened { .. } => lang.pick("mở lại", "reopened"),
        Deed::ReviewAsked { .. } => {
            lang.pick("đề nghị cấp trên xem lại", "asked the unit above to look")
        }
        Deed::Held { .. } => lang.pick("giữ lại, chưa xóa", "put on hold"),
        Deed::Unheld { .. } => lang.pick("thôi giữ lại", "ended the hold"),
        Deed::Opened { .. } => lang.pick("mở phần kín", "opened a sealed part"),
        Deed::ListingProposed { .. } => lang.pick("đề nghị cảnh báo", "proposed a listing"),
        Deed::BankCalled { .. } => lang.pick("gọi ngân hàng", "called the bank"),
        Deed::FileAdded { .. } => lang.pick("nhận tệp", "received a file"),
        Deed::CopyMade { .. } => lang.pick("làm bản xem an toàn", "made a safe copy"),
        Deed::CopyFailed { .. } => {
            lang.pick("không làm được bản xem an toàn", "no safe copy can be made")
        }
        Deed::OriginalDestroyed { .. } => lang.pick("hủy bản gốc", "destroyed an original"),
        Deed::ReceiptReplaced { .. } => lang.pick("đổi mã biên nhận", "replaced the receipt code"),
        Deed::ReceiptTaken => lang.pick("dùng mã biên nhận mới", "used the new receipt code"),
        Deed::TimePassed => lang.pick("quá hạn", "ran out of time"),
        Deed::Keeps { .. } => lang.pick("hẹn ngày xóa", "set the day of erasure"),
        Deed::ReceiptReissued { .. } => {
            lang.pick("cấp lại mã biên nhận", "gave a new receipt code")
        }
    }
}

/// When it happened, as people write it: `21/08/2026`, `08/2026`, or that it is not remembered.
pub fn happened_at(told: &str, lang: Lang) -> String {
    match lang {
        _ if told == NOT_REMEMBERED => lang.pick("không nhớ", "not remembered").to_owned(),
        Lang::Vi => told.rsplit('-').collect::<Vec<_>>().join("/"),
        Lang::En => told.to_owned(),
    }
}

/// What a clock waits for.
pub const fn clock(kind: ClockKind, lang: Lang) -> &'static str {
    match kind {
        ClockKind::ReportUrgent => lang.pick("Làm việc với ngân hàng", "Act with the bank"),
        ClockKind::ReportHandover => {
            lang.pick("Báo cơ quan điều tra", "Propose to the competent unit")
        }
        ClockKind::ReportAck => lang.pick("Báo cho người báo biết đã nhận", "Acknowledge"),
        ClockKind::ReportPrecheck => lang.pick("Chuyển hồ sơ", "Hand over the files"),
        ClockKind::ReportResolve => lang.pick("Kết luận", "Resolve"),
        ClockKind::ReportResume => lang.pick("Kết luận sau phục hồi", "Resolve after resuming"),
        ClockKind::ReportTell => lang.pick("Báo kết quả", "Tell the outcome"),
        ClockKind::ReportAttempt => lang.pick("Trả lời (chưa mất tiền)", "Answer (no money lost)"),
        ClockKind::ReportTransfer => lang.pick("Nhận hoặc trả lại", "Accept or return"),
    }
}

/// Why a handling is suspended, or a clock rests.
pub const fn pause_reason(reason: PauseReason, lang: Lang) -> &'static str {
    match reason {
        PauseReason::ExpertOpinion => lang.pick("chờ giám định", "expert opinion"),
        PauseReason::Valuation => lang.pick("chờ định giá tài sản", "valuation"),
        PauseReason::ForeignAssistance => {
            lang.pick("chờ tương trợ của nước ngoài", "foreign assistance")
        }
        PauseReason::PapersAwaited => lang.pick(
            "chờ tài liệu quan trọng đã yêu cầu",
            "important papers asked for",
        ),
        PauseReason::ReporterAsked => lang.pick("chờ người báo trả lời", "the reporter was asked"),
    }
}

/// How a reporter wants to be reached.
pub const fn reach_by(how: ReachBy, lang: Lang) -> &'static str {
    match how {
        ReachBy::Call => lang.pick("gọi điện", "a call"),
        ReachBy::Sms => lang.pick("tin nhắn", "SMS"),
        ReachBy::Zalo => "Zalo",
        ReachBy::None => lang.pick("đừng liên lạc", "not at all"),
    }
}
