//! What things are called, in the reader's language: kinds, standings, deeds, places, days, fields.

mod age;
pub mod checked;
pub mod clock;
pub mod due;
mod field;
pub mod follow;
mod hindrance;
pub mod report;

pub use age::age;
pub use field::field_name;
pub use hindrance::hindrance;

use crate::{
    domain::{
        approval::{Act, ApprovalStatus, Cause},
        bank,
        change::RowOutcome,
        identifier::{Identifier, Kind},
        key::Key,
        listing::{EventKind, Status},
        message::Lang,
        method::MethodId,
        partner::{PartnerKind, PartnerStatus, Scope},
        role::Role,
        time::Time,
        unit::{Unit, UnitCode, UnitKind},
        user::UserStatus,
        wallet,
    },
    ledger::leaf::LeafOp,
    office_list::ColumnRole,
};

/// Vietnam's clocks are seven hours ahead of UTC all year.
const VIETNAM_SECONDS: i64 = 7 * 3600;

/// The date in Vietnam as people write it: `23/11/2026`, in English `2026-11-23`.
pub fn day(time: Time, lang: Lang) -> String {
    let text = time.plus_seconds(VIETNAM_SECONDS).rfc3339();
    match (lang, text.get(..4), text.get(5..7), text.get(8..10)) {
        (Lang::Vi, Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        (Lang::En, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        (Lang::Vi | Lang::En, ..) => text,
    }
}

/// Date and time in Vietnam: `08:15 ngày 23/11/2026`, in English `2026-11-23 08:15`.
pub fn moment(time: Time, lang: Lang) -> String {
    let text = time.plus_seconds(VIETNAM_SECONDS).rfc3339();
    let clock = text.get(11..16).unwrap_or_default();
    let day = day(time, lang);
    match lang {
        Lang::Vi => format!("{clock} ngày {day}"),
        Lang::En => format!("{day} {clock}"),
    }
}

/// A month: `11/2026`, in English `2026-11`.
pub fn month(year: i16, month: i8, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{month:02}/{year}"),
        Lang::En => format!("{year}-{month:02}"),
    }
}

/// A number as people write it: `1.240`, in English `1,240`.
pub fn grouped(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let mark = lang.pick('.', ',');
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(mark);
        }
        written.push(digit);
    }
    written
}

/// A kind of identifier.
pub fn kind(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Phone => lang.pick("số điện thoại", "phone number"),
        Kind::Account => lang.pick("tài khoản", "account"),
        Kind::Wallet => lang.pick("ví điện tử", "wallet"),
        Kind::ShortCode => lang.pick("đầu số", "short code"),
        Kind::Sender => lang.pick("tên người gửi", "sender name"),
    }
}

/// The bank of an account or the provider of a wallet, where it is known.
pub fn institution(identifier: &Identifier) -> Option<&'static str> {
    match identifier {
        Identifier::Account(account) => bank::by_bin(account.bank()).map(|bank| bank.short_name),
        Identifier::Wallet(wallet) => wallet::find(wallet.provider()).map(|found| found.name),
        Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => None,
    }
}

/// An identifier that is known by its key, as people write it.
pub fn of_key(key: &Key) -> String {
    let read = Identifier::from_key(key.as_str());
    read.map_or_else(|_| key.to_string(), |identifier| identifier.display())
}

/// Where a listing stands.
pub fn listing_status(status: Status, lang: Lang) -> &'static str {
    match status {
        Status::Proposed => lang.pick("chờ xác nhận", "proposed"),
        Status::Listed => lang.pick("đang cảnh báo", "listed"),
        Status::Rejected => lang.pick("không chấp nhận", "rejected"),
        Status::Expired => lang.pick("hết hiệu lực", "expired"),
        Status::Delisted => lang.pick("đã gỡ", "delisted"),
    }
}

/// What was done to a listing.
pub fn deed(deed: EventKind, lang: Lang) -> &'static str {
    match deed {
        EventKind::Proposed => lang.pick("Đề nghị", "Proposed"),
        EventKind::Confirmed => lang.pick("Xác nhận", "Confirmed"),
        EventKind::Rejected => lang.pick("Không chấp nhận", "Rejected"),
        EventKind::Renewed => lang.pick("Gia hạn", "Renewed"),
        EventKind::Delisted => lang.pick("Gỡ khỏi danh sách", "Delisted"),
        EventKind::Expired => lang.pick("Hết hiệu lực", "Expired"),
        EventKind::Erased => lang.pick("Xóa dữ liệu", "Erased"),
        EventKind::Adopted => lang.pick("Nhận làm đề nghị của mình", "Taken over"),
    }
}

/// What wants a second person.
pub fn act(act: &Act, lang: Lang) -> &'static str {
    match act {
        Act::Account { .. } => lang.pick("Cho tài khoản quyền quyết định", "Let an account decide"),
        Act::AddOfficial { .. } => lang.pick("Bảo vệ một số chính thức", "Protect a number"),
        Act::RemoveOfficial { .. } => lang.pick(
            "Bỏ bảo vệ một số chính thức",
            "Take the protection off a number",
        ),
        Act::EraseNotes { .. } => {
            lang.pick("Xóa ghi chú của một cảnh báo", "Erase a warning's notes")
        }
        Act::EraseListing { .. } => lang.pick(
            "Xóa vĩnh viễn số của một cảnh báo",
            "Erase a warning's number for ever",
        ),
    }
}

/// How an account came to what it may decide.
pub fn cause(cause: Cause, lang: Lang) -> &'static str {
    match cause {
        Cause::Made => lang.pick("tài khoản mới", "a new account"),
        Cause::InvitedAgain => lang.pick("được mời lại", "invited again"),
        Cause::Changed => lang.pick("đổi vai trò hoặc đơn vị", "another role or unit"),
        Cause::TakenBack => lang.pick("được mở khóa", "no longer suspended"),
    }
}

/// When a second person agrees.
pub fn act_advice(act: &Act, lang: Lang) -> &'static str {
    match act {
        Act::Account { .. } => lang.pick(
            "Chỉ đồng ý khi đã gặp người này và biết chắc chính họ giữ tài khoản.",
            "Agree only when you have met this person and know that they themselves hold the account.",
        ),
        Act::AddOfficial { .. } | Act::RemoveOfficial { .. } => lang.pick(
            "Chỉ đồng ý khi đã hỏi lại cơ quan có số này, bằng một cách liên lạc khác.",
            "Agree only when you have asked the institution itself, in another way than by this number.",
        ),
        Act::EraseNotes { .. } | Act::EraseListing { .. } => lang.pick(
            "Chỉ đồng ý khi đã xem văn bản ghi trong lý do. Đã xóa thì không lấy lại được.",
            "Agree only when you have seen the document that the reason names. What is erased cannot be brought back.",
        ),
    }
}

/// Where an approval stands.
pub fn approval_status(status: ApprovalStatus, lang: Lang) -> &'static str {
    match status {
        ApprovalStatus::Pending => lang.pick("đang chờ", "waits"),
        ApprovalStatus::Agreed => lang.pick("đã đồng ý", "agreed"),
        ApprovalStatus::Refused => lang.pick("đã từ chối", "refused"),
        ApprovalStatus::Lapsed => lang.pick("hết hạn chờ", "lapsed"),
        ApprovalStatus::Superseded => lang.pick("đã thay bằng việc khác", "superseded"),
    }
}

/// What a leaf of the ledger says; those that are about no listing go by their machine word.
pub fn op(op: LeafOp, lang: Lang) -> &'static str {
    match op {
        LeafOp::List => lang.pick("Đưa vào danh sách", "Listed"),
        LeafOp::Renew => lang.pick("Gia hạn", "Renewed"),
        LeafOp::Dispute => lang.pick("Có khiếu nại", "Appeal opened"),
        LeafOp::Clear => lang.pick("Giải quyết xong khiếu nại", "Appeal settled"),
        LeafOp::Expire => lang.pick("Hết hiệu lực", "Expired"),
        LeafOp::Delist => lang.pick("Gỡ khỏi danh sách", "Taken off"),
        LeafOp::Erase => lang.pick("Hủy nội dung", "Content destroyed"),
        LeafOp::Protect => lang.pick("Bảo vệ số chính thức", "Official number protected"),
        LeafOp::Unprotect => lang.pick("Bỏ bảo vệ số chính thức", "Official number unprotected"),
        LeafOp::Key | LeafOp::Beat | LeafOp::Retire => op.as_str(),
    }
}

/// What became of a row of an office list.
pub fn outcome(outcome: RowOutcome, lang: Lang) -> &'static str {
    match outcome {
        RowOutcome::Accepted => lang.pick("nhận", "accepted"),
        RowOutcome::Doubtful => lang.pick("cần xem kỹ", "doubtful"),
        RowOutcome::Refused => lang.pick("không nhận", "refused"),
        RowOutcome::Skipped => lang.pick("bỏ qua", "skipped"),
        RowOutcome::AlreadyListed => lang.pick("đã có", "already there"),
    }
}

/// What a column of an office list holds.
pub fn column(role: ColumnRole, lang: Lang) -> &'static str {
    match role {
        ColumnRole::Phone => lang.pick("số điện thoại của đối tượng", "the suspect's phone number"),
        ColumnRole::Account => {
            lang.pick("số tài khoản của đối tượng", "the suspect's account number")
        }
        ColumnRole::Any => lang.pick(
            "số điện thoại hoặc tài khoản của đối tượng",
            "the suspect's phone or account",
        ),
        ColumnRole::Wallet => lang.pick("ví điện tử của đối tượng", "the suspect's e-wallet"),
        ColumnRole::Bank => lang.pick("ngân hàng hoặc ví", "bank or wallet provider"),
        ColumnRole::Holder => lang.pick("tên chủ tài khoản", "account holder's name"),
        ColumnRole::Method => lang.pick("thủ đoạn", "method"),
        ColumnRole::Amount => lang.pick("số tiền", "amount"),
        ColumnRole::Date => lang.pick("ngày, giờ", "date, time"),
        ColumnRole::Place => lang.pick("địa bàn", "place"),
        ColumnRole::Source => lang.pick("nguồn tin", "source"),
        ColumnRole::Note => lang.pick("ghi chú", "remarks"),
        ColumnRole::Serial => lang.pick("số thứ tự", "serial number"),
        ColumnRole::Private => lang.pick(
            "của người khác hoặc số giấy tờ: không đọc",
            "another person's, or numbers of papers: not read",
        ),
        ColumnRole::Other => lang.pick("không dùng", "not used"),
    }
}

/// A way of scamming.
pub fn method(id: MethodId, lang: Lang) -> &'static str {
    let method = id.method();
    lang.pick(method.name_vi, method.name_en)
}

/// A unit by its own name: `Phường Bỉm Sơn`.
pub fn unit(code: UnitCode, lang: Lang) -> &'static str {
    let unit = code.unit();
    lang.pick(unit.name_vi, unit.name_en.as_str())
}

/// A unit with the province it is in: `Phường Bỉm Sơn, Thanh Hóa`.
pub fn unit_in_full(code: UnitCode, lang: Lang) -> String {
    let own = unit(code, lang);
    let above = code.province().filter(|province| *province != code);
    above.map_or_else(
        || own.to_owned(),
        |province| {
            let province = province.unit();
            format!(
                "{own}, {}",
                lang.pick(province.short_vi, province.name_en.as_str())
            )
        },
    )
}

/// The police of a unit, as people call them: `Công an phường Bỉm Sơn`.
pub fn police_of(unit: &'static Unit, lang: Lang) -> String {
    let national = unit.code == UnitCode::national();
    match (lang, national) {
        (Lang::Vi, true) => "Bộ Công an".to_owned(),
        (Lang::En, true) => "Ministry of Public Security".to_owned(),
        (Lang::En, false) => format!("{} police", unit.name_en),
        (Lang::Vi, false) => {
            let mut letters = unit.name_vi.chars();
            let first = letters.next().into_iter().flat_map(char::to_lowercase);
            format!("Công an {}", first.chain(letters).collect::<String>())
        }
    }
}

/// A kind of unit.
pub fn unit_kind(kind: UnitKind, lang: Lang) -> &'static str {
    match kind {
        UnitKind::National => lang.pick("cả nước", "country"),
        UnitKind::Province => lang.pick("tỉnh", "province"),
        UnitKind::City => lang.pick("thành phố", "city"),
        UnitKind::Ward => lang.pick("phường", "ward"),
        UnitKind::Commune => lang.pick("xã", "commune"),
        UnitKind::SpecialZone => lang.pick("đặc khu", "special zone"),
    }
}

/// A role of a person.
pub fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Officer => lang.pick("cán bộ", "officer"),
        Role::Supervisor => lang.pick("chỉ huy", "supervisor"),
        Role::Auditor => lang.pick("kiểm tra viên", "auditor"),
        Role::Procurator => lang.pick("kiểm sát viên", "procurator"),
        Role::Admin => lang.pick("quản trị viên", "administrator"),
    }
}

/// Where an account stands.
pub fn user_status(status: UserStatus, lang: Lang) -> &'static str {
    match status {
        UserStatus::Invited => lang.pick("chờ kích hoạt", "invited"),
        UserStatus::Active => lang.pick("đang dùng", "active"),
        UserStatus::Suspended => lang.pick("đã khóa", "suspended"),
    }
}

/// A kind of partner.
pub fn partner_kind(kind: PartnerKind, lang: Lang) -> &'static str {
    match kind {
        PartnerKind::Telecom => lang.pick("nhà mạng", "telecom operator"),
        PartnerKind::Bank => lang.pick("ngân hàng", "bank"),
        PartnerKind::Wallet => lang.pick("ví điện tử", "wallet"),
    }
}

/// Where a partner stands.
pub fn partner_status(status: PartnerStatus, lang: Lang) -> &'static str {
    match status {
        PartnerStatus::Active => lang.pick("đang dùng", "active"),
        PartnerStatus::Suspended => lang.pick("đã khóa", "suspended"),
    }
}

/// A right of a partner.
pub fn scope(scope: Scope, lang: Lang) -> &'static str {
    match scope {
        Scope::FeedRead => lang.pick("lấy danh sách cảnh báo", "pull the listings"),
        Scope::CheckBulk => lang.pick("tra nhiều số một lần", "check many at once"),
        Scope::FlagsWrite => lang.pick("báo tài khoản đáng ngờ", "report suspect accounts"),
        Scope::RequestsAnswer => lang.pick("trả lời công an", "answer police questions"),
        Scope::SmsGateway => lang.pick("chuyển tin nhắn tra cứu", "pass on SMS questions"),
    }
}

/// One language of a text that holds both: `Ngắn quá. / Too short.`
pub fn one_language(both: &str, lang: Lang) -> &str {
    let (vi, en) = both.split_once(" / ").unwrap_or((both, both));
    lang.pick(vi, en)
}

#[cfg(test)]
mod tests;
