//! What an officer needs to call a bank at once: whom, and what to read aloud.

use super::{report_row::dong, request::Desk};
use crate::{
    domain::{message::Lang, report::Report},
    present::{
        telephone::{BankCall, call_first},
        words,
    },
};

/// What is needed for the call.
pub(super) struct Urgent {
    pub(super) banks: Vec<BankCall>,
    /// What is read aloud, with the facts filled in. It is in Vietnamese, as banks are spoken with.
    pub(super) text: String,
    /// The time that clocks show now, `14:05`.
    pub(super) now: String,
    /// It was done already.
    pub(super) is_done: bool,
}

/// The call, for a report that names an account or a wallet.
pub(super) fn urgent_of(desk: &Desk, report: &Report) -> Option<Urgent> {
    let told = report.told.as_ref()?;
    let banks = call_first(&desk.state.registry, told, desk.lang());
    let vi = Lang::Vi;
    let unit = words::police_of(report.unit.unit(), vi);
    let mut text = format!(
        "Tôi gọi từ {unit}, về báo cáo số {}. Người bị hại vừa báo bị lừa chuyển tiền.",
        report.reference
    );
    for sent in &told.transfers {
        let to = sent.to.and_then(|to| told.identifiers.get(usize::from(to)));
        let to = to.map_or("chưa rõ tài khoản nhận".into(), |to| {
            to.identifier.display()
        });
        let bank_ref = sent
            .bank_ref
            .as_deref()
            .map(|one| format!(", mã giao dịch {one}"));
        let sum = match sent.amount_vnd {
            0 => "chưa rõ số tiền".to_owned(),
            sum => dong(sum, vi),
        };
        let moment = words::moment(sent.at, vi);
        // The form keeps the end of a day of which the reporter knew no hour.
        let when = match moment.strip_prefix("23:59 ") {
            Some(day) => format!("Trong {day}"),
            None => format!("Lúc {moment}"),
        };
        let bank_ref = bank_ref.unwrap_or_default();
        text.push_str(&format!(" {when}: {sum} đến {to}{bank_ref}."));
    }
    text.push_str(
        " Đề nghị quý đơn vị kiểm tra ngay và tạm giữ khoản tiền này theo quy trình của mình. Đây không phải quyết định phong tỏa; văn bản sẽ gửi sau. Xin cho biết: tiền còn không, đã chuyển đi đâu, tên và số máy của người nhận cuộc gọi.",
    );
    let clock = words::moment(desk.state.now(), vi);
    let is_done = !report.awaits_bank_call();
    Some(Urgent {
        banks,
        text,
        now: clock.get(..5).unwrap_or_default().to_owned(),
        is_done,
    })
}
