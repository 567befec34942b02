//! A column that names a person says whose the numbers beside it are.

use super::*;
use crate::office_list::column::Role;

const PHONE: &str = "phone:+84950001001";
const ACCOUNT: &str = "account:VN:970436:0000000070001";

/// A cell that fits its heading.
fn cell(heading: &str) -> &'static str {
    let plain = phrases::words(heading);
    match roles::asks_number(heading) {
        Some(Role::Account) => "0000000070001",
        Some(_) => "0950001001",
        None if plain.starts_with(" ngan hang ") || plain.starts_with(" bank ") => "VCB",
        None if plain.trim() == "stt" => "1",
        None => "x",
    }
}

/// The row below such headings.
pub(super) fn row_below(headings: &str) -> String {
    let cells: Vec<&str> = headings.split(',').map(cell).collect();
    let told = told(&format!("{headings}\n{}\n", cells.join(",")));
    told.first().cloned().unwrap_or_default()
}

#[test]
fn numbers_beside_another_persons_name_are_never_accepted() {
    for headings in [
        "STT,Họ tên bị hại,SĐT,Nội dung,STK đối tượng,Ngân hàng",
        "STT,Bị hại,SĐT,Đối tượng,Số tài khoản,Ngân hàng",
        "STT,Người trình báo,Năm sinh,Số điện thoại,Nội dung vụ việc",
        "STT,Họ tên người bị lừa,SĐT liên hệ,STK,Ngân hàng",
        "STT,Họ tên người bị lừa,STK,Ngân hàng",
        "STT,STK,Ngân hàng,Họ tên người bị lừa",
        "Victim,Phone,Amount",
        "Victim name,Address,Phone,Method",
        "Complainant,Phone,Account,Bank",
        "STT,SĐT,Nạn nhân,Thủ đoạn",
        "STT,Họ tên khách hàng,Địa chỉ,Điện thoại,Số tiền",
        "STT,Họ tên bị hại,Hình thức lừa đảo,SĐT",
        "STT,Cán bộ thụ lý,SĐT,Nội dung",
        "STT,Đối tượng,Nạn nhân,SĐT,Nội dung",
        "STT,Đối tượng; bị hại,SĐT,Nội dung",
        "STT,SĐT bị hại,STK,Ngân hàng",
        "STT,Địa chỉ bị hại,SĐT,Nội dung",
        "STT,Người dân,SĐT,Số tiền bị hại mất",
    ] {
        let told = row_below(headings);
        assert!(
            told.starts_with("2 Doubtful") && told.ends_with("whose-number"),
            "{headings}: {told}"
        );
    }
    let groups = ",NGƯỜI BỊ HẠI,,,\nSTT,Họ tên,Địa chỉ,Ghi chú,SĐT\n1,x,y,z,0950001001\n";
    assert!(!told(groups)[0].contains("Accepted"), "{:?}", told(groups));
}

#[test]
fn numbers_beside_the_suspects_name_or_nobodys_are_taken() {
    let (phone, account) = (
        format!("2 Accepted {PHONE}"),
        format!("2 Accepted {ACCOUNT}"),
    );
    let both = format!("2 Accepted {PHONE} {ACCOUNT}");
    for (headings, want) in [
        (
            "STT,Họ tên chủ TK,SĐT,Số tài khoản,Ngân hàng,Thủ đoạn",
            &both,
        ),
        (
            "STT,Họ tên đối tượng,SĐT,Số tài khoản,Ngân hàng,Thủ đoạn",
            &both,
        ),
        ("STT,Họ và tên,SĐT,Số tài khoản,Ngân hàng", &both),
        ("STT,Chủ tài khoản,Số tài khoản,Ngân hàng", &account),
        ("STT,Bị hại,Đối tượng,Số tài khoản,Ngân hàng", &account),
        (
            "STT,Bị hại,Người thụ hưởng,Số tài khoản,Ngân hàng",
            &account,
        ),
        ("STT,Bị hại,Đối tượng,SĐT,Số tài khoản,Ngân hàng", &both),
        ("STT,Bị hại,STK đối tượng,Ngân hàng", &account),
        ("STT,SĐT,Địa bàn bị hại", &phone),
        ("STT,Số tiền bị hại mất,SĐT", &phone),
        ("STT,Thiệt hại của bị hại,SĐT", &phone),
        ("STT,Nội dung trình báo,SĐT", &phone),
        ("STT,Ngày trình báo,SĐT", &phone),
        ("STT,Ngày trình báo,Số người bị hại,SĐT", &phone),
        ("Date,Victim loss,Phone", &phone),
        ("STT,SĐT,SĐT bị hại,STK,Ngân hàng", &both),
        ("STT,SĐT,Nội dung,Cán bộ thụ lý", &phone),
        ("SĐT", &phone),
    ] {
        assert_eq!(&row_below(headings), want, "{headings}");
    }
}

#[test]
fn a_number_whose_heading_has_a_word_of_somebody_is_never_accepted() {
    for heading in "Số điện thoại bị giả mạo|SĐT bị giả danh|SĐT bị quấy rối|Thuê bao bị quấy rối|SĐT bị kẻ gian gọi đến|SĐT bị đối tượng lừa|SĐT bị đối tượng gọi điện|SĐT không lừa đảo|SĐT người chuyển tiền đến|SĐT được minh oan|SĐT đã loại trừ|SĐT NBH|SĐT người nhà|SĐT vợ|SĐT người mất tiền|SĐT người thiệt hại|SĐT bị hack|SĐT đương sự|SĐT người làm đơn|SĐT CSKV|SĐT người nhận hàng|SĐT chính chủ|Thuê bao B|Destination MSISDN|Affected person phone|Applicant phone|SĐT liên hệ|SĐT nhà|SĐT chị|SĐT gửi".split('|') {
        let told = read(format!("STT,{heading},Ghi chú\n1,0950001001,x\n").as_bytes(), &|_| false);
        let rows = told.unwrap_or_default();
        assert!(rows.iter().all(|row| row.outcome != Outcome::Accepted), "{heading}");
    }
    for heading in "TK bị mất tiền|TK nhận hoàn tiền|TK đi|TK nộp|Source acct|Dr account|Refund account|Tài khoản bị giả mạo|STK người chuyển đến|TK bị chiếm đoạt".split('|') {
        let told = read(format!("STT,{heading},Ngân hàng\n1,0000000070001,VCB\n").as_bytes(), &|_| false);
        let rows = told.unwrap_or_default();
        assert!(rows.iter().all(|row| row.outcome != Outcome::Accepted), "{heading}");
    }
}

#[test]
fn headings_in_usual_words_are_taken() {
    for heading in "SĐT|Số di động|Số ĐT lừa đảo|ĐTDĐ|Số gọi đến|Hotline|Brandname|Số thuê bao|Zalo|SĐT/Zalo|Số điện thoại (nếu có)|Số điện thoại đối tượng sử dụng|Mobile No.|Phone number|Số máy|Số điện thoại vi phạm|Số điện thoại 1".split('|') {
        let told = told(&format!("STT,{heading},Ngân hàng bị giả danh\n1,0950001001,VCB\n"));
        assert_eq!(told, [format!("2 Accepted {PHONE}")], "{heading}");
    }
    for heading in
        "Số tài khoản nhận tiền|Số TK/Ngân hàng|STK|Tài khoản ngân hàng|Account No.|Bank account"
            .split('|')
    {
        let told = told(&format!("STT,{heading},Ngân hàng\n1,0000000070001,VCB\n"));
        assert_eq!(told, [format!("2 Accepted {ACCOUNT}")], "{heading}");
    }
    let either = told("STT,Số lừa đảo,Ngân hàng\n1,0950001001,VCB\n");
    assert!(
        either[0].starts_with(&format!("2 Doubtful {PHONE}")),
        "{either:?}"
    );
}
