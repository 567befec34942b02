//! Another person's number is never taken for the suspect's.

use super::*;

const A: &str = "phone:+84950001001";
const B: &str = "phone:+84950001002";

/// What becomes of a row with one number in each column.
fn row_below(headings: &str) -> String {
    told(&format!("STT,{headings}\n1,0950001001,0950001002\n")).join("; ")
}

#[test]
fn of_two_columns_the_suspects_is_taken() {
    let (own, both) = (format!("2 Accepted {A}"), format!("2 Accepted {A} {B}"));
    let unsure = format!("2 Doubtful {A} {B} whose-number");
    for (headings, want) in [
        // Another person's column is not looked at.
        ("SĐT đối tượng lừa đảo,Số điện thoại của bạn", &own),
        ("SĐT,SĐT nạn nhân", &own),
        ("SĐT,SĐT người bị lừa đảo", &own),
        ("SĐT,Số điện thoại khách hàng", &own),
        ("SĐT,Điện thoại người dân", &own),
        ("SĐT,Số bị gọi", &own),
        ("SĐT,Số điện thoại người nhận cuộc gọi", &own),
        ("SĐT,SĐT cán bộ thụ lý", &own),
        ("SĐT,SĐT người thân", &own),
        ("SĐT,Số người gọi khi cần", &own),
        ("Phone,Your phone", &own),
        ("Phone,Customer phone", &own),
        ("Phone,Called party number", &own),
        ("SĐT bị phản ánh,SĐT người phản ánh", &own),
        // Both are the suspect's.
        ("SĐT đối tượng 1,SĐT đối tượng 2", &both),
        ("Số lừa đảo,Zalo của đối tượng", &both),
        ("SĐT 1,SĐT 2", &both),
        ("Scammer phone,Suspect mobile", &both),
        // One is named, the other nobody's; or none is; or a heading names two persons.
        ("SĐT đối tượng,SĐT", &unsure),
        ("SĐT,Điện thoại", &unsure),
        ("SĐT,SĐT", &unsure),
        ("SĐT,Số liên hệ", &unsure),
        ("Phone,Mobile", &unsure),
    ] {
        assert_eq!(&row_below(headings), want, "{headings}");
    }
    let swapped = told("STT,SĐT của tôi,SĐT đối tượng\n1,0950001001,0950001002\n");
    assert_eq!(swapped, [format!("2 Accepted {B}")]);
    let two_persons = told("STT,SĐT đối tượng gọi cho nạn nhân\n1,0950001001\n");
    assert_eq!(two_persons, [format!("2 Doubtful {A} whose-number")]);
}

#[test]
fn of_two_accounts_the_one_that_got_the_money_is_taken() {
    let account = |number: &str| format!("account:VN:970436:{number}");
    let (first, second) = (account("0000000070001"), account("0000000070002"));
    let row = "0000000070001,VCB,0000000070002,VCB";
    for (headings, want) in [
        (
            "Tài khoản nhận,Ngân hàng,Tài khoản chuyển,Ngân hàng chuyển",
            format!("2 Accepted {first}"),
        ),
        (
            "Tài khoản chuyển đến,Ngân hàng,Tài khoản nguồn,Ngân hàng nguồn",
            format!("2 Accepted {first}"),
        ),
        (
            "Beneficiary account,Bank,Debit account,Debit bank",
            format!("2 Accepted {first}"),
        ),
        (
            "To account,Bank,From account,From bank",
            format!("2 Accepted {first}"),
        ),
        (
            "STK đối tượng,Ngân hàng,STK,Ngân hàng",
            format!("2 Doubtful {first} {second} whose-number"),
        ),
        (
            "Số tài khoản,Ngân hàng,STK,Ngân hàng",
            format!("2 Doubtful {first} {second} whose-number"),
        ),
        (
            "STK 1,Ngân hàng 1,STK 2,Ngân hàng 2",
            format!("2 Accepted {first} {second}"),
        ),
    ] {
        assert_eq!(told(&format!("{headings}\n{row}\n")), [want], "{headings}");
    }
    // A phone and an account are two things of one person.
    let list = "SĐT,Số tài khoản,Ngân hàng\n0950001001,0000000070001,VCB\n";
    assert_eq!(told(list), [format!("2 Accepted {A} {first}")]);
}

#[test]
fn a_group_heading_names_the_person_for_its_columns() {
    let entry = "1,Trần Thị Thử,0950001001,0950001002,x\n";
    for groups in [
        ",NGƯỜI BỊ HẠI,,ĐỐI TƯỢNG,\nSTT,Họ tên,SĐT,SĐT,Ghi chú\n",
        ",BÊN BỊ HẠI,BÊN BỊ HẠI,ĐỐI TƯỢNG LỪA ĐẢO,\nSTT,Họ tên,SĐT,SĐT,Ghi chú\n",
        "STT,Người trình báo,,Đối tượng bị tố giác,Ghi chú\n,Họ tên,SĐT,SĐT,\n",
        ",Thông tin khách hàng,,Thông tin kẻ gian,\nSTT,Họ tên,SĐT,SĐT,Ghi chú\n",
    ] {
        let told = told(&format!("{groups}{entry}"));
        assert_eq!(told, [format!("3 Accepted {B}")], "{groups}");
    }
    let suspects =
        ",ĐỐI TƯỢNG,,,\nSTT,SĐT,Điện thoại,Họ tên,Ghi chú\n1,0950001001,0950001002,x,y\n";
    assert_eq!(told(suspects), [format!("3 Accepted {A} {B}")]);
}

#[test]
fn the_title_of_a_list_names_the_person() {
    let list = |title: &str, heading: &str| {
        told(&format!(
            "CÔNG AN PHƯỜNG BỈM SƠN,,\n{title},,\n,,\nSTT,{heading},Ghi chú\n1,0950001001,x\n"
        ))
        .join("; ")
    };
    let (taken, unsure) = (
        format!("5 Accepted {A}"),
        format!("5 Doubtful {A} whose-number"),
    );
    for title in [
        "DANH SÁCH BỊ HẠI",
        "Danh sách khách hàng",
        "Danh sách người dân trình báo",
        "DANH SÁCH NGƯỜI BỊ LỪA ĐẢO",
        "Tổng hợp nạn nhân tháng 3/2026",
        "List of victims",
        "BỊ HẠI",
        "DANH SÁCH BỊ HẠI TRONG CÁC VỤ LỪA ĐẢO",
        "DANH SÁCH BỊ HẠI VỤ LỪA ĐẢO QUA MẠNG",
        "DANH SÁCH TRÌNH BÁO LỪA ĐẢO THÁNG 3",
        "I. Danh sách bị hại của các đối tượng lừa đảo qua mạng trên địa bàn phường trong ba tháng đầu năm",
        "DANH SÁCH NGƯỜI DÂN TRÊN ĐỊA BÀN PHƯỜNG BỈM SƠN ĐÃ BỊ CHIẾM ĐOẠT TÀI SẢN QUA KHÔNG GIAN MẠNG TỪ NGÀY 01/01/2026 ĐẾN NGÀY 31/03/2026 (KÈM THEO CÔNG VĂN SỐ 12 CỦA CÔNG AN PHƯỜNG)",
        "DANH SÁCH VỤ LỪA ĐẢO VÀ BỊ HẠI",
        "DANH SÁCH BỊ HẠI,,\nVỤ ÁN LỪA ĐẢO CHIẾM ĐOẠT TÀI SẢN",
    ] {
        let (taken, unsure) = match title.contains('\n') {
            true => (taken.replacen('5', "6", 1), unsure.replacen('5', "6", 1)),
            false => (taken.clone(), unsure.clone()),
        };
        assert_eq!(list(title, "SĐT"), unsure, "{title}");
        assert_eq!(list(title, "SĐT đối tượng"), taken, "{title}");
    }
    for title in [
        "DANH SÁCH SỐ ĐIỆN THOẠI LỪA ĐẢO",
        "Danh sách số lừa đảo do người dân trình báo",
        "DANH SÁCH",
        "Danh sách số bị người dân phản ánh",
        "DANH SÁCH SỐ ĐIỆN THOẠI LỪA ĐẢO DO NGƯỜI DÂN PHẢN ÁNH",
        "DANH SÁCH SỐ LỪA ĐẢO DO BỊ HẠI TRÌNH BÁO VÀ NGƯỜI DÂN PHẢN ÁNH THÁNG 3",
        "DANH SÁCH TÀI KHOẢN, SỐ ĐIỆN THOẠI LỪA ĐẢO CHIẾM ĐOẠT TÀI SẢN CỦA NGƯỜI DÂN",
    ] {
        assert_eq!(list(title, "SĐT"), taken, "{title}");
    }
}

#[test]
fn a_section_of_other_persons_is_doubtful_until_the_next() {
    for (victims, suspects) in [
        ("II. NGƯỜI BỊ HẠI,,", "III. ĐỐI TƯỢNG,,"),
        ("II,Người bị hại,", "III,Đối tượng lừa đảo,"),
        (",Danh sách khách hàng,", ",Danh sách nghi can,"),
        ("B. Người trình báo,,", "C. Kẻ lừa đảo,,"),
        ("Bị hại,,", "Đối tượng,,"),
    ] {
        let list = format!(
            "STT,SĐT đối tượng,Ghi chú\nI. ĐỐI TƯỢNG,,\n1,0950001001,\n{victims}\n2,0950001002,\nIV. Khác,,\n3,0950001003,\n{suspects}\n4,0950001004,\n"
        );
        let told = told(&list);
        for (line, outcome) in [
            (3, "Accepted"),
            (5, "Doubtful"),
            (7, "Doubtful"),
            (9, "Accepted"),
        ] {
            let start = format!("{line} {outcome} phone");
            assert!(
                told.iter().any(|row| row.starts_with(&start)),
                "{victims} {line}: {told:?}"
            );
        }
    }
    // A remark without a number is no section.
    let remark = "STT,SĐT,Ghi chú\nII. NGƯỜI BỊ HẠI,,\n1,,đối tượng gọi nhiều lần\n2,0950001002,\n";
    assert_eq!(told(remark)[2], format!("4 Doubtful {B} whose-number"));
}

#[test]
fn a_date_with_an_hour_is_no_number() {
    for cell in [
        "09-03-2026 10:11",
        "9/3/2026 lúc 10h11",
        "2026-03-09T10:11:00",
        "10:11 09/03/2026",
        "10:11:12 9.3.26",
    ] {
        for (heading, rest) in [
            ("SĐT", ""),
            ("Số điện thoại/Số tài khoản", ""),
            ("Số tài khoản", ",VCB"),
        ] {
            let list = format!("{heading},Ngân hàng\n{cell}{rest}\n");
            assert_eq!(told(&list), ["2 Refused date-and-time"], "{heading} {cell}");
        }
        let beside = format!("SĐT,Số tài khoản,Ngân hàng\n{cell},0000000070001,VCB\n");
        assert_eq!(
            told(&beside),
            ["2 Doubtful account:VN:970436:0000000070001 date-and-time"]
        );
    }
}
