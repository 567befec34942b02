//! Lists in which a number is not the suspect's, or not at that bank, for a reason that is easily passed over.

use super::*;

const INNOCENT: &str = "phone:+84950116777";

fn rows_of(list: &str) -> Vec<OfficeRow> {
    read(list.as_bytes(), &|id| official::builtin(id).is_some()).unwrap_or_default()
}

fn accepts(list: &str, key: &str) -> bool {
    let rows = rows_of(list);
    rows.iter()
        .any(|row| row.outcome == Outcome::Accepted && keys(row).iter().any(|held| held == key))
}

#[test]
fn a_number_with_something_against_it_is_never_accepted() {
    let remark = |words: &str| format!("STT,SĐT,Ghi chú\n1,0950116777,{words}\n2,0950116001,\n");
    let below = |line: &str| format!("STT,SĐT,Ghi chú\n1,0950116001,x\n{line}\n2,0950116777,\n");
    let titled = |title: &str| format!("{title},,\nSTT,Họ tên,SĐT\n1,TRAN THI THU,0950116777\n");
    let column = |heading: &str, cell: &str| format!("STT,{heading},SĐT\n1,{cell},0950116777\n");
    let mut lists = vec![
        "STT,SĐT,Ghi chú\n1,0950116001,x\n\nNạn nhân,SĐT nạn nhân,Số tiền\nTHU,0950116777,5tr\n"
            .to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,x\nSTT,SĐT bị hại,Ghi chú\n1,0950116777,x\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116777 (bị hại),x\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,Bị hại: 0950116777,x\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116777 - số nạn nhân,x\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,x\n,SĐT liên hệ: 0950116777,\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,số của bị hại\n,,\n2,0950116777,nt\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,số của bị hại\n2,0950116777,”\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,số của bị hại\n2,0950116002,nt ạ\n3,0950116777,nt\n"
            .to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,x\nCán bộ phụ trách,0950116777,\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,x\nLiên hệ:,0950116777,\n".to_owned(),
        "STT,SĐT,Ghi chú\n1,0950116001,x\n,0950116777,Cán bộ tổng hợp\n".to_owned(),
        "STT,Thuê bao nhận,Thủ đoạn\n1,0950116777,giả danh\n".to_owned(),
    ];
    lists.extend(
        "bị hại|nạn nhân|người trình báo|của nạn nhân|liên hệ bị hại|số chị Thu (bị hại)|SĐT do bị hại sử dụng|victim|victim's number|not the suspect|xóa|xin xóa|bỏ|nhầm|sai|hủy|đính chính|đề nghị gỡ|không phải của đối tượng|không phải số của đối tượng|không đúng đối tượng|không lừa|không có căn cứ|an toàn|báo nhầm|vu khống|giao dịch dân sự|đã đổi chủ|số của công an|tổng đài chính thức|đang xác minh|chưa kết luận|ignore|do not use"
            .split('|')
            .map(remark),
    );
    lists.extend(
        [
            "II. BỊ HẠI,2 người,tổng 15tr",
            "II,BỊ HẠI,2 người",
            "* Bị hại trong vụ việc trên gồm:,,",
            "Thông tin liên hệ của những người đã trình báo,,",
            "Mã vụ 12345/2026/HS: người bị hại,,",
            "II. CÁC SỐ ĐỀ NGHỊ GỠ BỎ,,",
            "II. CÁN BỘ TIẾP NHẬN,,",
            "II. SỐ CHÍNH THỨC CỦA NGÂN HÀNG,,",
            "II. WHITELIST,,",
        ]
        .map(below),
    );
    lists.extend(
        "DANH SÁCH SỐ ĐIỆN THOẠI CẦN GỠ|DANH SÁCH ĐÃ XÓA|Danh sách trắng|DANH SÁCH HOTLINE CHÍNH THỨC CÁC NGÂN HÀNG|LỊCH TRỰC THÁNG 3|PHÂN CÔNG TRỰC|DANH SÁCH BAN CHỈ ĐẠO PHÒNG CHỐNG LỪA ĐẢO|DANH SÁCH HỘ NGHÈO|DANH SÁCH ĐIỆN THOẠI TỔ DÂN PHỐ"
            .split('|')
            .map(titled),
    );
    lists.extend(
        [
            ("Vai trò", "bị hại"),
            ("Loại", "Nạn nhân"),
            ("Phân loại", "Người trình báo"),
            ("Lừa đảo?", "Không"),
            ("Có lừa đảo không", "không"),
            ("Kết luận", "An toàn"),
            ("Tên", "bà Thu (nạn nhân)"),
            ("Người làm đơn", "TRAN THI THU"),
            ("Người đến báo", "TRAN THI THU"),
        ]
        .map(|(heading, cell)| column(heading, cell)),
    );
    let wrong: Vec<String> = lists
        .into_iter()
        .filter(|list| accepts(list, INNOCENT))
        .collect();
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_tells_the_story_takes_nothing_back() {
    let wrong: Vec<&str> = "đã rút tiền|đã rút hết tiền trong thẻ|đối tượng đã xóa tài khoản|đã hủy sim|sàn báo sai số tài khoản|không cho rút lại vốn|hack tài khoản của bị hại để vay tiền|lấy số điện thoại của bị hại|đề nghị xóa nợ xấu|yêu cầu kiểm tra lại thông tin|kiểm tra lại thấy đúng là lừa đảo|bị hại chuyển 5 triệu|đã xác minh|gọi nhầm số rồi kết bạn|lừa bán hàng|tài khoản khách hàng bị trừ tiền|số nạn nhân rất nhiều|nhiều người phản ánh|giả danh công an|giả danh cán bộ ngân hàng"
        .split('|')
        .filter(|words| {
            let list = format!("STT,SĐT,Ghi chú\n1,0950116001,{words}\n2,0950116002,\n");
            !accepts(&list, "phone:+84950116001")
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn an_account_is_never_taken_to_another_bank() {
    let vcb = |number: &str| format!("account:VN:970436:{number}");
    let grouped = |line: &str| {
        format!(
            "STT,Số tài khoản,Chủ TK\nVIETCOMBANK,,\n1,0000000070001,A\n{line}\n2,0000000070004,B\n"
        )
    };
    let second = vcb("0000000070004");
    for (list, key) in [
        (
            "SĐT,Ví,STK,Ngân hàng\n0950116001,0950116002,0000000070001,VCB\n".to_owned(),
            vcb("0950116002"),
        ),
        (
            "STT,STK,Ngân hàng,Ví điện tử\n1,0000000070001,VCB,0950116002\n".to_owned(),
            vcb("0950116002"),
        ),
        (
            "Ngân hàng chuyển,STK nhận\nVCB,0000000070002\n".to_owned(),
            vcb("0000000070002"),
        ),
        (
            "STK nhận,Ngân hàng gửi\n0000000070002,VCB\n".to_owned(),
            vcb("0000000070002"),
        ),
        (grouped("Ngân hàng MB (từ 01/03/2026),,"), second.clone()),
        (grouped("II. MB - 15.000.000 đồng,,"), second.clone()),
        (grouped("II,HHB,2 tài khoản"), second.clone()),
        (grouped("Ngân hàng,MB,"), second.clone()),
        (
            "STT,Số tài khoản,Ghi chú\nVIETCOMBANK,,\n1,0000000070001,x\n2,0000000070004,tk MB\n"
                .to_owned(),
            second.clone(),
        ),
        (
            "STT,STK,Ngân hàng\n1,0000000070001,VCB\n2,0000000070004,Như trên\n3,nt,MB\n"
                .to_owned(),
            "account:VN:970422:0000000070004".to_owned(),
        ),
        (
            "STT,STK,Ngân hàng,Ghi chú\n1,0000000070001,VCB,\nCộng,,MB,\n2,0000000070004,nt,\n"
                .to_owned(),
            "account:VN:970422:0000000070004".to_owned(),
        ),
        (
            "STT,STK,Ngân hàng\n1,\"70,001,234,567\",MB\n2,0000000070001,MB\n".to_owned(),
            "account:VN:970422:70001234567".to_owned(),
        ),
    ] {
        assert!(!accepts(&list, &key), "{list}");
    }
    for phone in ["\"+84,950,117,004\"", "\"950,117,004.00\""] {
        let rows = rows_of(&format!("STT,SĐT,Ghi chú\n1,{phone},x\n"));
        assert_eq!(keys(&rows[0]), ["phone:+84950117004"], "{phone}");
        assert_eq!(rows[0].outcome, Outcome::Doubtful);
    }
}

#[test]
fn an_office_that_made_a_list_of_suspects_says_nothing_against_them() {
    for title in [
        "DANH SÁCH SỐ LỪA ĐẢO DO CÔNG AN XÃ TỔNG HỢP",
        "Danh sách số điện thoại lừa đảo phục vụ phòng chống lừa đảo",
        "CÔNG AN PHƯỜNG BỈM SƠN",
    ] {
        let list = format!("{title},,\nSTT,SĐT,Ghi chú\n1,0950116001,x\n");
        assert!(accepts(&list, "phone:+84950116001"), "{title}");
    }
}

#[test]
fn in_a_register_of_losses_a_phone_that_names_nobody_is_doubtful() {
    let list = |columns: &str, cells: &str| format!("STT,{columns}\n1,{cells}\n");
    let lists = [
        list(
            "Họ tên đầy đủ,SĐT,Số tiền bị mất,Thủ đoạn",
            "TRAN THI THU,0950116777,5tr,x",
        ),
        list("Tên tuổi,SĐT,Thiệt hại,Thủ đoạn", "THU,0950116777,5tr,x"),
        list("Bà con,SĐT,Mất bao nhiêu,Thủ đoạn", "THU,0950116777,5tr,x"),
        list(
            "Họ và tên (CCCD),SĐT,Số tiền bị mất,Thủ đoạn",
            "THU,0950116777,5tr,x",
        ),
        list(
            "SĐT,Số tiền thiệt hại,Họ tên và địa chỉ,Thủ đoạn",
            "0950116777,5tr,THU,x",
        ),
        list(
            "Năm sinh,Địa chỉ,SĐT,Số tiền bị mất,Thủ đoạn",
            "1956,Bỉm Sơn,0950116777,5tr,x",
        ),
        list(
            "Thông tin công dân,SĐT,Số tiền bị mất,STK nhận tiền,Ngân hàng",
            "TRAN THI THU,0950116777,5tr,0000000070001,VCB",
        ),
        list(
            "SĐT,Số tiền bị mất,STK nhận tiền,Ngân hàng",
            "0950116777,5tr,0000000070001,VCB",
        ),
        list(
            "Họ tên,SĐT,Số tiền đã chuyển,Tài khoản thụ hưởng,Ngân hàng",
            "TRAN THI THU,0950116777,5tr,0000000070001,VCB",
        ),
        list(
            "Họ và tên,Năm sinh,Điện thoại,Thiệt hại,STK đối tượng,Ngân hàng",
            "TRAN THI THU,1956,0950116777,5tr,0000000070001,VCB",
        ),
        list(
            "Full name,Phone,Amount lost,Beneficiary account,Bank",
            "TRAN THI THU,0950116777,5tr,0000000070001,VCB",
        ),
        list(
            "Trường hợp,SĐT,Số tiền,STK lừa đảo,Ngân hàng",
            "Thu,0950116777,5tr,0000000070001,VCB",
        ),
        list(
            "Họ tên,SĐT,Số tiền bị mất,Thủ đoạn",
            "TRAN THI THU,0950116777,5tr,x",
        ),
        list(
            "Họ tên,SĐT,STK nhận tiền,Ngân hàng",
            "TRAN THI THU,0950116777,0000000070001,VCB",
        ),
        list(
            "Trường hợp,Ngày,SĐT,Thiệt hại,Thủ đoạn",
            "Thu,01/03/2026,0950116777,5tr,x",
        ),
    ];
    for list in &lists {
        assert!(!accepts(list, INNOCENT), "{list}");
    }
    let suspects = [
        list("SĐT,Số tiền bị mất,Thủ đoạn", "0950116777,5tr,x"),
        list(
            "SĐT đối tượng,Số tiền bị mất,STK nhận tiền,Ngân hàng",
            "0950116777,5tr,0000000070001,VCB",
        ),
        list(
            "SĐT,STK nhận tiền,Ngân hàng,Thủ đoạn",
            "0950116777,0000000070001,VCB,x",
        ),
        list(
            "SĐT,Chủ thuê bao,Thiệt hại",
            "0950116777,NGUYEN VAN MAU,5tr",
        ),
    ];
    for list in &suspects {
        assert!(accepts(list, INNOCENT), "{list}");
    }
}
