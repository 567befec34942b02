//! What fields of forms are called.

use crate::domain::message::Lang;

/// A field of a form, by its JSON pointer; none for a field whose words speak for themselves.
pub fn field_name(pointer: &str, lang: Lang) -> Option<&'static str> {
    if let Some(name) = name_in_line(pointer, lang) {
        return Some(name);
    }
    Some(match pointer {
        "/reason" => lang.pick("Lý do", "Reason"),
        "/sender" => lang.pick("Số gửi tin", "Sender's number"),
        "/otp" => lang.pick("Mã 6 số", "6-digit code"),
        "/method" => lang.pick("Thủ đoạn", "Method"),
        "/unit" => lang.pick("Đơn vị", "Unit"),
        "/file" => lang.pick("Tệp", "File"),
        "/evidence" => lang.pick("Chứng cứ", "Evidence"),
        "/lines" => lang.pick("Dòng", "Rows"),
        "/name" => lang.pick("Tên", "Name"),
        "/name_vi" => lang.pick("Tên tiếng Việt", "Vietnamese name"),
        "/name_en" => lang.pick("Tên tiếng Anh", "English name"),
        "/message" => lang.pick("Tin nhắn", "Message"),
        "/outcome" => lang.pick("Kết quả", "Outcome"),
        "/document_no" => lang.pick("Số văn bản", "Document number"),
        "/document_date" => lang.pick("Ngày văn bản", "Date of the document"),
        "/reference" | "/to" => lang.pick("Số báo cáo", "Reference"),
        "/user" => lang.pick("Người xử lý", "Person"),
        "/at" => lang.pick("Giờ gọi", "Time of the call"),
        "/note" => lang.pick("Ghi chú", "Note"),
        "/called" => lang.pick("Đã gọi hay chưa", "Whether it was called"),
        "/cause" => lang.pick("Căn cứ", "Ground"),
        "/channel" => lang.pick("Kênh", "Channel"),
        "/kind" => lang.pick("Đã mất tiền chưa", "Whether money was lost"),
        "/identifiers" => lang.pick("Số, tài khoản", "Numbers and accounts"),
        "/transfers" => lang.pick("Lần chuyển tiền", "Transfers"),
        "/amount_vnd" => lang.pick("Số tiền", "Sum"),
        "/currency" => lang.pick("Tiền khác", "Other currency"),
        "/happened_at" => lang.pick("Xảy ra khi nào", "When it happened"),
        "/story" => lang.pick("Lời kể", "Story"),
        "/place" => lang.pick("Nơi xảy ra", "Place"),
        "/contact/name" => lang.pick("Họ tên", "Name"),
        "/contact/phone" => lang.pick("Số điện thoại liên lạc", "Telephone to reach you"),
        "/contact/how" => lang.pick("Cách liên lạc", "How to reach you"),
        "/contact/best_time" => lang.pick("Giờ tiện liên lạc", "When to reach you"),
        _ => return None,
    })
}

/// A field in one of several lines, such as `/transfers/0/at`.
fn name_in_line(pointer: &str, lang: Lang) -> Option<&'static str> {
    let mut parts = pointer.strip_prefix('/')?.split('/');
    let (list, nth, field) = (
        parts.next()?,
        parts.next()?,
        parts.next().unwrap_or_default(),
    );
    nth.parse::<usize>().ok()?;
    Some(match (list, field) {
        ("identifiers", "") => lang.pick("Số, tài khoản", "Numbers and accounts"),
        ("identifiers", "role") => lang.pick("Vai trò của số", "Role of the number"),
        ("transfers", "at") => lang.pick("Chuyển tiền lúc", "Time of the transfer"),
        ("transfers", "amount_vnd") => lang.pick("Số tiền đã chuyển", "Sum that was sent"),
        ("transfers", "to") => lang.pick("Chuyển đến số nào", "Where the money went"),
        ("transfers", "bank_ref") => lang.pick("Mã giao dịch", "Bank reference"),
        _ => return None,
    })
}
