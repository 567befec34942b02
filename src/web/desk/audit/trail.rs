//! What the audit trail says beside changes: refusals, reads, pulls, addresses.

use uuid::Uuid;

use super::names::{Names, Piece, Sentence, say};
use crate::{
    domain::{
        change::TrailChange,
        time::Time,
        trail::{Pull, Refusal, Sealed},
    },
    present::words,
};

/// What was gathered, or stands beside a change.
pub(super) fn trail(names: &mut Names<'_>, who: Piece, change: &TrailChange) -> Sentence {
    match change {
        TrailChange::CameFrom { address } => say(
            names,
            "Mã địa chỉ: {address}.",
            "Address token: {address}.",
            &[("address", Piece::plain(address.to_string()))],
        ),
        TrailChange::Reasoned { reason: _ } => say(
            names,
            "{who} đã ghi lý do.",
            "{who} gave a reason.",
            &[("who", who)],
        ),
        TrailChange::Refused {
            who,
            why,
            times,
            addresses,
            since,
        } => {
            let tokens: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            let from = match tokens.is_empty() {
                true => String::new(),
                false => format!(
                    " {} {}.",
                    names.t("Mã địa chỉ:", "Address tokens:"),
                    tokens.join(", ")
                ),
            };
            let values = [
                ("who", names.actor(*who)),
                ("why", Piece::plain(refusal(names, *why))),
                ("times", Piece::plain(times.to_string())),
                ("since", since_of(names, *since)),
                ("from", Piece::plain(from)),
            ];
            say(
                names,
                "{who}: bị từ chối {times} lần từ {since}, vì {why}.{from}",
                "{who}: refused {times} times since {since}, because {why}.{from}",
                &values,
            )
        }
        TrailChange::Read {
            who,
            what,
            times,
            since,
        } => {
            let values = [
                ("who", names.user(*who)),
                ("what", sealed(names, *what)),
                ("times", Piece::plain(times.to_string())),
                ("since", since_of(names, *since)),
            ];
            say(
                names,
                "{who} đã mở nội dung chỉ công an đọc được: {what}, {times} lần từ {since}.",
                "{who} opened texts that only police read: {what}, {times} times since {since}.",
                &values,
            )
        }
        TrailChange::Pulled {
            partner,
            what,
            times,
            from,
            to,
            since,
        } => pulled(names, (*partner, *what), *times, (*from, *to), *since),
        TrailChange::OpenedMuch { who, times } => {
            let values = [
                ("who", names.user(*who)),
                ("times", Piece::plain(times.to_string())),
            ];
            say(
                names,
                "Lưu ý: {who} đã mở phần kín của báo cáo hơn {times} lần trong một ngày.",
                "Note: {who} opened sealed parts of reports more than {times} times in one day.",
                &values,
            )
        }
        TrailChange::Untold { times, since } => {
            let values = [
                ("times", Piece::plain(times.to_string())),
                ("since", since_of(names, *since)),
            ];
            say(
                names,
                "Quá nhiều việc cùng lúc: từ {since} có {times} lượt từ chối, đọc hoặc lấy dữ liệu không được ghi riêng.",
                "Too much at once: {times} refusals, reads or pulls since {since} are not told one by one.",
                &values,
            )
        }
    }
}

fn pulled(
    names: &mut Names<'_>,
    (partner, what): (Uuid, Pull),
    times: u32,
    (from, to): (u64, u64),
    since: Time,
) -> Sentence {
    let what = match what {
        Pull::Snapshot => names.t("toàn bộ danh sách", "the whole list"),
        Pull::Changes => names.t("các thay đổi", "changes"),
    };
    let values = [
        ("it", names.partner(partner)),
        ("what", Piece::plain(what)),
        ("times", Piece::plain(times.to_string())),
        ("from", Piece::plain(from.to_string())),
        ("to", Piece::plain(to.to_string())),
        ("since", since_of(names, since)),
    ];
    say(
        names,
        "Đối tác {it} đã lấy {what} {times} lần từ {since}, từ vị trí {from} đến {to}.",
        "The partner {it} took {what} {times} times since {since}, positions {from} to {to}.",
        &values,
    )
}

fn since_of(names: &Names<'_>, since: Time) -> Piece {
    Piece::plain(words::moment(since, names.lang))
}

fn sealed(names: &Names<'_>, what: Sealed) -> Piece {
    match what {
        Sealed::Listing(id) => names.listing(id),
        Sealed::Import(id) => names.import(id),
        Sealed::Approval(id) => names.approval(id),
        Sealed::Trail => Piece::plain(names.t("lý do trong nhật ký", "reasons in the audit trail")),
        Sealed::More => Piece::plain(names.t("nhiều mục khác", "many others")),
        Sealed::Report(id) => names.report(id),
    }
}

fn refusal<'t>(names: &Names<'t>, why: Refusal) -> &'t str {
    let (vi, en) = match why {
        Refusal::SignIn => (
            "đăng nhập sai tên, mật khẩu hoặc mã",
            "the name, password or code was wrong at sign-in",
        ),
        Refusal::SlowedDown => (
            "thử lại khi chưa hết thời gian chờ",
            "it was tried again too soon after failures",
        ),
        Refusal::SecondFactor => (
            "nhập lại mã xác thực sai",
            "the code of the second factor was wrong",
        ),
        Refusal::Enrolment => (
            "mã mời hoặc mã xác thực khi kích hoạt sai",
            "the enrolment code, or the code after it, was wrong",
        ),
        Refusal::PartnerCredentials => (
            "mã bí mật hoặc chữ ký của đối tác sai",
            "the partner's secret or signature was wrong",
        ),
        Refusal::NotAllowed => ("không có quyền", "they may not do that"),
        Refusal::NotSeen => (
            "không có mục này, hoặc là của đơn vị khác",
            "there is no such thing, or it is another unit's",
        ),
        Refusal::StaleFactor => (
            "chưa nhập lại mã xác thực",
            "the second factor was not fresh",
        ),
        Refusal::SecondPerson => ("cần một người khác", "another person was needed"),
        Refusal::ForgedForm => (
            "biểu mẫu không thuộc phiên đăng nhập này",
            "the form was not of this session",
        ),
    };
    names.t(vi, en)
}
