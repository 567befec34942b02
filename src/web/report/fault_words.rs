//! What is wrong with a field, and what to do, in plain words.

use super::typed::Fault;
use crate::{domain::message::Lang, present::words};

/// What is wrong with a field.
pub fn fault_words(fault: &Fault, lang: Lang) -> &'static str {
    match (fault.field, fault.code) {
        ("called", "too-little-told") => lang.pick(
            "Bác ghi số đã gọi bác, hoặc kể vài chữ ở ô “Chuyện xảy ra thế nào”.",
            "Give the number that called you, or write a few words about what happened.",
        ),
        ("called", "too-many") => lang.pick(
            "Nhiều nhất 10 số. Các số khác bác ghi vào ô “Chuyện xảy ra thế nào”.",
            "Ten numbers at most. Write the others into “What happened”.",
        ),
        ("amount", "out-of-range") => lang.pick(
            "Số tiền này lớn quá. Bác xem lại các số 0.",
            "This sum is too large. Look at its zeros again.",
        ),
        ("amount", _) => lang.pick(
            "Chưa đọc được số tiền. Bác ghi như: 5.000.000 hoặc 5 triệu. Không nhớ thì bỏ trống.",
            "The sum could not be read. Write it as 5.000.000 or 5 triệu. Leave it empty if you do not remember.",
        ),
        ("date", "in-future") => lang.pick(
            "Ngày này chưa tới. Bác chọn lại ngày.",
            "This day has not come yet. Choose the day again.",
        ),
        ("date", "too-long-ago") => lang.pick(
            "Ngày này đã hơn 5 năm. Bác chọn “Không nhớ” và kể ngày ở ô dưới.",
            "This day is more than five years ago. Choose “I do not remember” and write the day below.",
        ),
        ("date", _) => lang.pick(
            "Bác chọn ngày chuyển tiền. Không nhớ thì chọn “Không nhớ”.",
            "Choose the day of the payment, or “I do not remember”.",
        ),
        ("time", "in-future") => lang.pick(
            "Giờ này chưa tới. Bác xem lại giờ.",
            "This time has not come yet. Look at it again.",
        ),
        ("time", _) => lang.pick(
            "Chưa đọc được giờ. Bác ghi như 14:30, hoặc bỏ trống.",
            "The time could not be read. Write it as 14:30, or leave it empty.",
        ),
        ("bank_ref", _) => lang.pick(
            "Mã giao dịch chỉ có chữ không dấu và số, tối đa 35 ký tự. Không chắc thì bỏ trống.",
            "A bank's reference has only letters and digits, at most 35. Leave it empty if unsure.",
        ),
        ("story", "too-long") => lang.pick(
            "Dài quá 4.000 chữ cái. Bác bớt lại; phần còn lại nhắn thêm sau khi gửi.",
            "Longer than 4,000 characters. Shorten it; you can write more after sending.",
        ),
        ("story", _) => lang.pick(
            "Trong ô này có ký tự lạ. Bác xóa đi rồi gõ lại chỗ đó.",
            "There is a strange character in it. Delete it and type that place again.",
        ),
        ("place", "several-places") => lang.pick(
            "Có nhiều nơi tên như vậy. Bác chọn một nơi.",
            "Several places have this name. Choose one.",
        ),
        ("place", _) => lang.pick(
            "Chưa tìm thấy nơi này. Bác ghi tên xã, phường và tỉnh, hoặc chọn cách dưới.",
            "This place was not found. Write the commune or ward and the province, or choose below.",
        ),
        ("name", _) => lang.pick(
            "Tên dài quá, hoặc có ký tự lạ. Tối đa 100 chữ cái.",
            "The name is too long or has a strange character. 100 characters at most.",
        ),
        ("phone", "required") => lang.pick(
            "Bác ghi số điện thoại để công an gọi, hoặc chọn “Đừng liên lạc”.",
            "Give a telephone number to be called, or choose “Do not contact me”.",
        ),
        ("phone", _) => lang.pick(
            "Số điện thoại chưa đúng. Bác xem lại từng chữ số.",
            "The telephone number is not right. Look at each digit.",
        ),
        ("best_time", _) => lang.pick(
            "Dài quá. Bác ghi ngắn, như: buổi sáng.",
            "Too long. Write it short, such as: mornings.",
        ),
        _ => lang.pick("Ô này chưa đúng. Bác xem lại.", "This is not right. Look at it again."),
    }
}

/// Places that can be chosen: code and name in full.
pub fn places(fault: &Fault, lang: Lang) -> Vec<(String, String)> {
    let named = fault.places.iter();
    named
        .map(|unit| (unit.to_string(), words::unit_in_full(*unit, lang)))
        .collect()
}
