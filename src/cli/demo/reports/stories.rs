//! The stories, one a state.

use serde_json::Value;

use super::{
    office::{DAY, HOUR, Office, Story, identifier, method, outcome, receipt, wrong},
    picture,
};
use crate::{
    cli::ending::CliError,
    domain::{
        intake::clock::{ClockKind, PauseReason},
        listing::Decision as OfListing,
        report::{
            acts::{Decision, OfficerAct, Wish},
            words::{
                Channel,
                IdentifierRole::{ContactedMe, Mentioned, ReceivedMoney},
                Outcome, ReportKind,
            },
        },
        unit::UnitCode,
    },
    registry::report::{
        files::FileError,
        officer::ProposalFrom,
        receive::{Bringer, Reported},
    },
};

/// The ward that one report is offered to.
const OTHER_WARD: &str = "14818";

const CALLER: &str = "phone:+84950094001";
const ACCOUNT: &str = "account:VN:970436:0000000094001";
const OTHER_ACCOUNT: &str = "account:VN:970415:0000000094002";
const LISTED: &str = "phone:+84950094101";
const REPORTER: &str = "0950094901";

const POLICE: Story<'_> = Story {
    kind: ReportKind::Loss,
    identifiers: &[(ACCOUNT, ReceivedMoney), (CALLER, ContactedMe)],
    lost: Some((45_000_000, 600)),
    method: "gia_danh_cong_an",
    text: "Có người gọi xưng là công an, nói tôi liên quan một vụ án, bắt chuyển tiền để kiểm tra.",
    contact: Some(REPORTER),
};

const SHOP: Story<'_> = Story {
    kind: ReportKind::Loss,
    identifiers: &[(OTHER_ACCOUNT, ReceivedMoney)],
    lost: Some((3_200_000, 5 * DAY)),
    method: "mua_ban_online",
    text: "Tôi đặt mua máy giặt cũ, chuyển tiền cọc xong thì bị chặn.",
    contact: Some(REPORTER),
};

const CALL: Story<'_> = Story {
    kind: ReportKind::Attempt,
    identifiers: &[(CALLER, ContactedMe)],
    lost: None,
    method: "khoa_sim",
    text: "Họ gọi nói sim của tôi sắp bị khóa, bảo cài phần mềm. Tôi không làm theo.",
    contact: None,
};

/// Tells them all. Returns receipt codes to try.
///
/// # Errors
/// [`CliError`] when one of them is not taken.
pub(super) fn all(office: &Office<'_>) -> Result<Vec<Value>, CliError> {
    ended(office)?;
    suspended(office)?;
    waiting(office)?;
    let case = case_opened(office)?;
    listed(office)?;
    let verifying = verifying(office)?;
    let counter = counter(office)?;
    let mut receipts = vec![
        receipt(
            &verifying,
            [
                "đang xác minh, có tin nhắn",
                "being looked into, with messages",
            ],
        ),
        receipt(
            &counter,
            [
                "báo tại trụ sở, mã trên phiếu",
                "told at the counter, the code of a slip",
            ],
        ),
    ];
    receipts.extend(case.map(|case| receipt(&case, ["đã khởi tố vụ án", "a case was opened"])));
    Ok(receipts)
}

/// Late, and withdrawn.
fn ended(office: &Office<'_>) -> Result<(), CliError> {
    office.report(&CALL, office.ago(40 * DAY))?;
    let told = office.report(&CALL, office.ago(6 * DAY))?;
    office.acknowledge(&told.report, office.ago(6 * DAY - HOUR))?;
    let reason = "Tôi nhớ nhầm số.".to_owned();
    let report = office.wish(&told.code, Wish::Withdraw { reason }, office.ago(5 * DAY))?;
    let closed = outcome(
        Outcome::Withdrawn,
        "Người báo tin rút lại, không có thiệt hại.",
        "Bác đã rút tin báo. Công an phường kết thúc việc này tại đây.",
        None,
    );
    office.decide(
        &office.supervisor,
        &report,
        closed,
        office.ago(5 * DAY - HOUR),
    )?;
    Ok(())
}

/// The handling was suspended once its term was over.
fn suspended(office: &Office<'_>) -> Result<(), CliError> {
    if !office.may_resolve() {
        return Ok(());
    }
    let (came, suspended) = (office.ago(70 * DAY), office.ago(30 * DAY));
    let report = office.report(&SHOP, came)?.report;
    let report = office.verify(&report, came.plus_seconds(2 * HOUR))?;
    let report = office.hand_over(&report, came.plus_seconds(5 * HOUR))?;
    let report = office.take(&report, came.plus_seconds(DAY))?;
    let clock = report.clock(ClockKind::ReportResolve);
    if clock.is_none_or(|clock| clock.due_at >= suspended) {
        return Ok(());
    }
    let decision = Decision::Suspend {
        reason: PauseReason::PapersAwaited,
        words: "Chờ ngân hàng trả lời về sao kê tài khoản.".into(),
        document: "01/QĐ-MAU".into(),
    };
    office.decide(&office.head, &report, decision, suspended)?;
    Ok(())
}

/// Nobody had it yet, somebody took it, the reporter was asked, another unit was asked.
fn waiting(office: &Office<'_>) -> Result<(), CliError> {
    let acknowledged = office.report(&SHOP, office.ago(9 * HOUR))?.report;
    office.acknowledge(&acknowledged, office.ago(8 * HOUR))?;

    let asked = office.report(&SHOP, office.ago(2 * DAY))?.report;
    let mut asked = office.verify(&asked, office.ago(2 * DAY - HOUR))?;
    if office.may_resolve() {
        asked = office.hand_over(&asked, office.ago(2 * DAY - 3 * HOUR))?;
    }
    let message =
        "Bác cho biết bác chuyển tiền lúc mấy giờ, và còn giữ tin nhắn không ạ?".to_owned();
    office.act(&asked, OfficerAct::Ask { message }, office.ago(DAY))?;

    let offered = office.report(&SHOP, office.ago(8 * HOUR))?.report;
    let offered = office.acknowledge(&offered, office.ago(7 * HOUR))?;
    let transfer = OfficerAct::Transfer {
        unit: UnitCode::parse(OTHER_WARD).map_err(|_| wrong("unit"))?,
        reason: "Việc xảy ra trên địa bàn phường Quang Trung.".into(),
    };
    office.act(&offered, transfer, office.ago(6 * HOUR))?;

    office.report(&CALL, office.ago(3 * HOUR))?;
    office.report(&POLICE, office.ago(HOUR))?;
    Ok(())
}

/// A loss went to the unit that may resolve it, which opened a case.
fn case_opened(office: &Office<'_>) -> Result<Option<Reported>, CliError> {
    if !office.may_resolve() {
        return Ok(None);
    }
    let came = office.ago(18 * DAY);
    let told = office.report(&SHOP, came)?;
    let report = office.verify(&told.report, came.plus_seconds(HOUR))?;
    let report = office.hand_over(&report, came.plus_seconds(3 * HOUR))?;
    let report = office.take(&report, came.plus_seconds(DAY))?;
    let opened = outcome(
        Outcome::CaseOpened,
        "Có dấu hiệu tội phạm.",
        "Cơ quan điều tra đã khởi tố vụ án. Cán bộ sẽ gọi bác khi cần thêm thông tin.",
        Some(("02/QĐ-MAU", office.ago(4 * DAY))),
    );
    office.decide(&office.head, &report, opened, office.ago(4 * DAY))?;
    Ok(Some(told))
}

/// A number that was proposed from a report was confirmed.
fn listed(office: &Office<'_>) -> Result<(), CliError> {
    let story = Story {
        identifiers: &[(LISTED, ContactedMe)],
        ..CALL
    };
    let report = office.report(&story, office.ago(4 * DAY))?.report;
    let report = office.verify(&report, office.ago(4 * DAY - HOUR))?;
    let proposal = ProposalFrom {
        identifier: identifier(LISTED)?,
        method: method(story.method)?,
        evidence: "Tin báo của người dân, đã gọi xác minh.".into(),
        is_sure: false,
    };
    let (registry, version) = (office.registry, report.version);
    let listing = registry.propose_from_report(
        &office.officer,
        report.id,
        version,
        proposal,
        office.ago(DAY),
    )?;
    let (id, version) = (listing.id, listing.version);
    let reason = "Dữ liệu mẫu".to_owned();
    registry.decide(
        &office.supervisor,
        id,
        version,
        OfListing::Confirm,
        reason,
        office.now,
    )?;
    Ok(())
}

/// Both sides wrote, a picture came, and another report tells of the same.
fn verifying(office: &Office<'_>) -> Result<Reported, CliError> {
    let came = office.ago(3 * DAY);
    let story = Story {
        lost: Some((12_000_000, 5 * DAY)),
        ..POLICE
    };
    let picture = picture::receipt().ok_or_else(|| wrong("picture"))?;
    let files = match office.registry.seal_files(&[picture], came) {
        Ok(files) => files,
        // On a small disk the story is told without it.
        Err(FileError::NoRoom | FileError::Unavailable) => Vec::new(),
        Err(FileError::Refused(_)) => return Err(wrong("picture")),
    };
    let told = office.report_by(&Bringer::Reporter, Channel::Web, &story, files, came)?;
    let mut report = office.verify(&told.report, came.plus_seconds(HOUR))?;
    if office.may_resolve() {
        report = office.hand_over(&report, came.plus_seconds(3 * HOUR))?;
    }
    let message = "Bác đã gọi ngân hàng chưa? Nếu chưa, bác gọi ngay số ở mặt sau thẻ.".to_owned();
    office.act(
        &report,
        OfficerAct::Message { message },
        came.plus_seconds(4 * HOUR),
    )?;
    let tell = Wish::Tell {
        text: "Tôi đã gọi ngân hàng, họ hẹn trả lời trong tuần này.".into(),
        files: Vec::new(),
    };
    office.wish(&told.code, tell, came.plus_seconds(6 * HOUR))?;

    let second = Story {
        identifiers: &[(ACCOUNT, Mentioned), (CALLER, ContactedMe)],
        ..CALL
    };
    let second = office.report(&second, office.ago(2 * DAY))?.report;
    let link = OfficerAct::Link {
        to: report.id,
        reason: "Cùng số điện thoại, cùng tài khoản.".into(),
    };
    office.act(&second, link, office.ago(DAY))?;
    Ok(told)
}

/// An officer wrote down what somebody told at the counter.
fn counter(office: &Office<'_>) -> Result<Reported, CliError> {
    let story = Story {
        contact: Some(REPORTER),
        ..CALL
    };
    let bringer = Bringer::Officer(&office.officer);
    office.report_by(
        &bringer,
        Channel::Counter,
        &story,
        Vec::new(),
        office.ago(5 * HOUR),
    )
}
