//! What can be done with a report at the desk: which acts are open to whom, and which is the next step.

use crate::domain::{
    intake::{clock::ClockKind, terms::Terms},
    message::Lang,
    report::{
        Report,
        words::{ReportKind, ReportState},
    },
    unit::UnitCode,
};

/// An act that has a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Act {
    Accept,
    Return,
    BankCall,
    Acknowledge,
    Classify,
    Propose,
    HandOver,
    Resolve,
    Ask,
    Message,
    Assign,
    Transfer,
    Link,
    Unlink,
    Suspend,
    Resume,
    Extend,
    Reopen,
    Hold,
    Unhold,
    Reissue,
    Open,
}

/// Who looks at a report.
#[derive(Clone, Copy)]
pub(super) struct Looking {
    pub(super) unit: UnitCode,
    pub(super) supervises: bool,
}

impl Act {
    /// Every one, in the order of the page.
    pub(super) const ALL: [Self; 22] = [
        Self::Accept,
        Self::Return,
        Self::BankCall,
        Self::Acknowledge,
        Self::Classify,
        Self::Propose,
        Self::HandOver,
        Self::Resolve,
        Self::Ask,
        Self::Message,
        Self::Assign,
        Self::Transfer,
        Self::Link,
        Self::Unlink,
        Self::Suspend,
        Self::Resume,
        Self::Extend,
        Self::Reopen,
        Self::Hold,
        Self::Unhold,
        Self::Reissue,
        Self::Open,
    ];

    /// The word in addresses.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Return => "return",
            Self::BankCall => "bank-call",
            Self::Acknowledge => "acknowledge",
            Self::Classify => "classify",
            Self::Propose => "propose",
            Self::HandOver => "handover",
            Self::Resolve => "resolve",
            Self::Ask => "ask",
            Self::Message => "message",
            Self::Assign => "assign",
            Self::Transfer => "transfer",
            Self::Link => "link",
            Self::Unlink => "unlink",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Extend => "extend",
            Self::Reopen => "reopen",
            Self::Hold => "hold",
            Self::Unhold => "unhold",
            Self::Reissue => "reissue",
            Self::Open => "open",
        }
    }

    /// The act of an address.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == word)
    }

    /// What the form is called.
    pub(super) const fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Accept => lang.pick("Nhận chuyển", "Accept the transfer"),
            Self::Return => lang.pick("Trả lại đơn vị chuyển", "Return the transfer"),
            Self::BankCall => lang.pick("Gọi ngân hàng ngay", "Call the bank now"),
            Self::Acknowledge => lang.pick("Nhận và trả lời người báo", "Take it and answer"),
            Self::Classify => lang.pick("Kiểm tra các số", "Check the identifiers"),
            Self::Propose => lang.pick("Đề nghị cảnh báo một số", "Propose a listing"),
            Self::HandOver => lang.pick("Báo cơ quan điều tra", "Hand over to the competent unit"),
            Self::Resolve => lang.pick("Kết luận", "Resolve"),
            Self::Ask => lang.pick("Hỏi người báo", "Ask the reporter"),
            Self::Message => lang.pick("Nhắn người báo", "Write to the reporter"),
            Self::Assign => lang.pick("Giao người xử lý", "Assign"),
            Self::Transfer => lang.pick("Chuyển đơn vị khác", "Transfer to another unit"),
            Self::Link => lang.pick("Trùng với báo cáo khác", "Same as another report"),
            Self::Unlink => lang.pick("Tách ra, không trùng", "Undo: not the same"),
            Self::Suspend => lang.pick("Tạm đình chỉ", "Suspend"),
            Self::Resume => lang.pick("Phục hồi", "Resume"),
            Self::Extend => lang.pick("Gia hạn giải quyết", "Prolong the term"),
            Self::Reopen => lang.pick("Mở lại", "Reopen"),
            Self::Hold => lang.pick("Giữ lại, chưa xóa", "Hold: do not erase"),
            Self::Unhold => lang.pick("Thôi giữ lại", "End the hold"),
            Self::Reissue => lang.pick("Cấp lại mã biên nhận", "Give another receipt code"),
            Self::Open => lang.pick("Mở phần kín", "Open a sealed part"),
        }
    }

    /// What was done, said above the page.
    pub(super) const fn done(self, lang: Lang) -> &'static str {
        match self {
            Self::Accept => lang.pick("Đã nhận báo cáo về đơn vị.", "Your unit has it now."),
            Self::Return => lang.pick("Đã trả lại.", "It was returned."),
            Self::BankCall => lang.pick("Đã ghi việc gọi ngân hàng.", "The call was noted."),
            Self::Acknowledge => lang.pick(
                "Anh/chị đã nhận báo cáo. Người báo đọc được tin nhắn.",
                "The report is yours. The reporter can read your message.",
            ),
            Self::Classify => lang.pick("Đã ghi các số.", "The identifiers were saved."),
            Self::Propose => lang.pick(
                "Đã đề nghị. Người thứ hai xác nhận thì cảnh báo mới công khai.",
                "Proposed. It is public once a second person confirms it.",
            ),
            Self::HandOver => lang.pick("Đã báo cơ quan điều tra.", "The competent unit was told."),
            Self::Resolve => lang.pick("Đã ghi kết quả.", "The outcome was recorded."),
            Self::Ask => lang.pick("Đã gửi câu hỏi.", "The question was sent."),
            Self::Message => lang.pick("Đã nhắn.", "The message was sent."),
            Self::Assign => lang.pick("Đã giao.", "It was assigned."),
            Self::Transfer => lang.pick("Đã đề nghị chuyển.", "It was offered."),
            Self::Link => lang.pick(
                "Đã gộp. Tách ra lúc nào cũng được.",
                "Linked. It can be undone.",
            ),
            Self::Unlink => lang.pick("Đã tách ra.", "The link was undone."),
            Self::Suspend => lang.pick("Đã tạm đình chỉ.", "It was suspended."),
            Self::Resume => lang.pick("Đã phục hồi.", "It was resumed."),
            Self::Extend => lang.pick("Đã gia hạn.", "The term was prolonged."),
            Self::Reopen => lang.pick("Đã mở lại.", "It was reopened."),
            Self::Hold => lang.pick("Đã giữ lại.", "It is on hold."),
            Self::Unhold => lang.pick("Đã thôi giữ lại.", "The hold has ended."),
            Self::Reissue => lang.pick("Đã cấp mã mới.", "Another code was given."),
            Self::Open => lang.pick("Đã mở.", "It was opened."),
        }
    }

    /// Whether it is a supervisor's decision.
    pub(super) const fn is_decision(self) -> bool {
        match self {
            Self::Resolve
            | Self::Suspend
            | Self::Resume
            | Self::Extend
            | Self::Reopen
            | Self::Hold
            | Self::Unhold => true,
            Self::Accept
            | Self::Return
            | Self::BankCall
            | Self::Acknowledge
            | Self::Classify
            | Self::Propose
            | Self::HandOver
            | Self::Ask
            | Self::Message
            | Self::Assign
            | Self::Transfer
            | Self::Link
            | Self::Unlink
            | Self::Reissue
            | Self::Open => false,
        }
    }

    /// Whether it can be done as the report stands, by who handles reports.
    pub(super) fn is_open(self, report: &Report, who: Looking, terms: &Terms) -> bool {
        let works = [Some(report.unit), report.competent_unit];
        let works = works
            .into_iter()
            .flatten()
            .any(|unit| who.unit.covers(unit));
        let is_linked = report.duplicate_of.is_some();
        let goes_on = report.is_open() && !is_linked && works;
        let is_loss = report.kind == ReportKind::Loss;
        let may_investigate = terms.is_investigating(who.unit);
        let decides = who.supervises && works && (!is_loss || may_investigate);
        let at = |states: &[ReportState]| states.contains(&report.state);
        let is_offered = report.offer.is_some_and(|offer| who.unit.covers(offer.to));
        match self {
            Self::Accept | Self::Return => is_offered && report.is_open(),
            Self::BankCall => report.is_open() && report.urgent && works,
            // Who withdrew is told all the same that it came.
            Self::Acknowledge => {
                let waits = report.clock(ClockKind::ReportAck);
                let was_withdrawn = report.withdrawn_at.is_some();
                let is_due = was_withdrawn && waits.is_some_and(|clock| clock.is_open());
                goes_on && (at(&[ReportState::Received]) || is_due)
            }
            Self::Classify => {
                goes_on
                    && report.told.is_some()
                    && at(&[
                        ReportState::Acknowledged,
                        ReportState::Verifying,
                        ReportState::WaitingReporter,
                    ])
            }
            Self::Propose => {
                let told = report.told.as_ref();
                goes_on
                    && !at(&[ReportState::Received])
                    && told.is_some_and(|told| !told.identifiers.is_empty())
            }
            Self::HandOver => {
                let is_told = report.competent_unit.is_some();
                goes_on && is_loss && !is_told && !terms.is_investigating(report.unit)
            }
            Self::Resolve => goes_on && decides && !at(&[ReportState::Suspended]),
            Self::Ask => {
                let reads = report.withdrawn_at.is_none();
                goes_on && reads && at(&[ReportState::Verifying])
            }
            Self::Message => works,
            Self::Assign => goes_on && who.supervises,
            Self::Transfer => goes_on && report.offer.is_none(),
            Self::Link => goes_on,
            Self::Unlink => is_linked && works,
            Self::Suspend => {
                goes_on && who.supervises && may_investigate && at(&[ReportState::Verifying])
            }
            Self::Resume => {
                who.supervises && may_investigate && works && at(&[ReportState::Suspended])
            }
            Self::Extend => {
                let clock = report.clock(ClockKind::ReportResolve);
                let can = clock.is_some_and(|clock| terms.extension(clock).is_some());
                goes_on && who.supervises && may_investigate && can
            }
            Self::Reopen => who.supervises && works && !report.is_open() && !is_linked,
            Self::Hold => who.supervises && works && report.held_until.is_none(),
            Self::Unhold => who.supervises && works && report.held_until.is_some(),
            Self::Reissue => works && report.erased_at.is_none(),
            Self::Open => {
                works
                    && (report.contact.is_some() || report.sender.is_some() || has_original(report))
            }
        }
    }
}

fn has_original(report: &Report) -> bool {
    report.files.iter().any(|file| file.original.is_some())
}

/// The one act that is next as the report stands; none where others have to do something, or nothing is to be done.
pub(super) fn next_step(report: &Report, who: Looking, terms: &Terms) -> Option<Act> {
    let can = |act: Act| act.is_open(report, who, terms);
    let is_told = report
        .clock(ClockKind::ReportTell)
        .is_none_or(|clock| !clock.is_open());
    // The investigating unit was told: the report follows, from whoever is not of that unit.
    let is_due_there = report
        .competent_unit
        .is_some_and(|unit| unit != report.unit && !who.unit.covers(unit));
    let steps = [
        (Act::Accept, true),
        (Act::Unlink, false),
        (Act::Acknowledge, true),
        (Act::Classify, report.state == ReportState::Acknowledged),
        (Act::Resume, true),
        (Act::HandOver, report.state == ReportState::Verifying),
        (Act::Transfer, is_due_there),
        (
            Act::Propose,
            report.listings.is_empty()
                && report.kind == ReportKind::Attempt
                && report.state == ReportState::Verifying,
        ),
        (Act::Resolve, report.state == ReportState::Verifying),
        (Act::Message, !report.is_open() && !is_told),
    ];
    let next = steps.into_iter().find(|(act, when)| *when && can(*act));
    next.map(|(act, _)| act)
}

#[cfg(test)]
mod tests;
