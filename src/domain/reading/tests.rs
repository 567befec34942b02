use proptest::prelude::*;

use super::*;
use crate::domain::{phone::Phone, tsv};

mod beside;

fn key(text: &str) -> Result<String, Reason> {
    Identifier::parse(text)
        .map(|id| id.key().as_str().to_owned())
        .map_err(|error| error.reason)
}

fn suggested(text: &str) -> Vec<String> {
    match Identifier::parse(text) {
        Ok(id) => vec![format!("silently {id:?}")],
        Err(error) => error
            .suggestions
            .iter()
            .map(|id| id.key().as_str().to_owned())
            .collect(),
    }
}

#[test]
fn the_spellings_of_the_sample_read_as_they_say() {
    let mut wrong = Vec::new();
    for row in tsv::rows(include_str!("../../../tests/samples/phone_spellings.tsv")) {
        let text: String = serde_json::from_str(row.get("input_json")).unwrap_or_default();
        let right = match row.get("expect") {
            "ok" => key(&text).as_deref() == Ok(row.get("keys")),
            "suggest" => suggested(&text).join(" | ") == row.get("keys"),
            _ => key(&text).is_err(),
        };
        if !right {
            wrong.push(format!(
                "{}: {:?} {:?}",
                row.get("label"),
                key(&text),
                suggested(&text)
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn more_spellings_of_a_phone_number() {
    for text in [
        "0950 001 001",
        "0950.001.001",
        "0950-001-001",
        "(0950) 001 001",
        "0950,001,001",
        "0950/001/001",
        "+84(0)950001001",
        "+84 (0)95 000 1001",
        "84-0950001001",
        "84 950 001 001",
        "tel:+84-950-001-001",
        "tel:0950001001;ext=5",
        "sđt 0950001001",
        "SĐT0950001001",
        "Zalo0950001001",
        "Số điện thoại: 0950 001 001.",
        "ĐT/Zalo: 0950001001",
        "Hotline: 0950001001",
        "https://zalo.me/0950001001",
        "http://zalo.me/84950001001?src=qr",
        "wa.me/84950001001",
        "https://wa.me/+84950001001?text=hi",
        "https://api.whatsapp.com/send?phone=84950001001&text=a",
        "٠٩٥٠٠٠١٠٠١",
        "０９５０（００１）００１",
        "⓪⑨⑤⓪⓪⓪①⓪⓪①",
        "0️⃣9️⃣5️⃣0️⃣0️⃣0️⃣1️⃣0️⃣0️⃣1️⃣",
        "phone:+84950001001",
        "phone: 0950001001",
        "Phone:0950001001",
        "*0950001001*",
        "• 0950001001",
        "\"0950001001\"",
        "'0950001001",
        "0950001001 (Chị Hoa bán hàng)",
        "0950001001 - Nguyễn Văn A",
        "A Tuấn 0950 001 001",
        "0950 001 001 máy lẻ 12",
        "0950001001 ext. 12",
        "0950001001 lừa đảo 5.000.000đ",
        "ngày 12/03/2026 có số 0950001001 gọi",
        "lúc 10:30 số 0950001001 gọi",
        "0950001001 lừa tôi 15 triệu",
        "0950001001?",
        "Số 0950001001 có lừa đảo không?",
        "0950–001–001",
        "0950 001\n001",
        "0950~001~001",
        "[0950001001]",
        "0950001001zalo",
        "0950001001 (An Bình)",
        "+84.950.001.001",
        "+840950001001",
        "00 84 950 001 001",
        "(84) 950001001",
        "950 001 001",
        "84950001001",
        "số tài khoản không rõ, sđt 0950001001",
        "0950001001 https://lua-dao.example.com/x",
        "<0950001001>",
        "📞 0950 001 001 📞",
        "+ 84 950 001 001",
        "0950001001,",
        "SDT:0950001001",
        "0950001001 x 12",
    ] {
        assert_eq!(key(text).as_deref(), Ok("phone:+84950001001"), "{text}");
        let found = phone(text);
        assert_eq!(
            found.as_ref().map(Phone::e164),
            Ok("+84950001001"),
            "{text}"
        );
    }
}

#[test]
fn accounts_in_free_text() {
    for text in [
        "VCB 0000000070001",
        "Vietcombank: 0000 0000 7000 1",
        "0000000070001 Vietcombank",
        "STK 0000000070001 NH Ngoại thương",
        "970436 0000000070001",
        "970436-0000000070001",
        "970436: 0000000070001",
        "VCB0000000070001",
        "stk: 0000000070001 vcb chủ tk Nguyễn Văn A",
        "Số tài khoản 0000.0000.70001 tại Ngân hàng TMCP Ngoại thương Việt Nam (Vietcombank) CN Sài Gòn",
        "account:VN:970436:0000000070001",
        "account:VN:VCB:0000 0000 70001",
        "Ngân hàng: Vietcombank, STK: 0000000070001, số tiền 500.000đ",
        "VIETCOMBANK - 0000000070001 - NGUYEN VAN AN BINH",
        "tk vcb 0000000070001",
        "0000000070001 (VCB)",
        "0000000070001, Vietcombank",
        "0000000070001/VCB",
        "Vietcombank\n0000000070001\nNGUYEN VAN A",
        "0000000070001-VCB",
        "VCB_0000000070001",
        "STK0000000070001 VCB",
        "chuyển 5 triệu vào 0000000070001 vietcombank",
    ] {
        assert_eq!(
            key(text).as_deref(),
            Ok("account:VN:970436:0000000070001"),
            "{text}"
        );
    }
    for (text, expected) in [
        ("MAUTHU2025 Vietcombank", "account:VN:970436:MAUTHU2025"),
        ("VCB mauthu2025", "account:VN:970436:MAUTHU2025"),
        ("NN&PTNT 0000000070016", "account:VN:970405:0000000070016"),
        (
            "Agribank CN Bỉm Sơn 0000000070016",
            "account:VN:970405:0000000070016",
        ),
        ("Công thương 000000070000", "account:VN:970415:000000070000"),
        ("000000070000 VietinBank", "account:VN:970415:000000070000"),
        (
            "Bản Việt 99MM24011M34875080",
            "account:VN:970454:99MM24011M34875080",
        ),
        ("MB 0950001001", "account:VN:970422:0950001001"),
        ("STK 0950001001 An Bình", "account:VN:970425:0950001001"),
        (
            "Sài Gòn - Hà Nội 0000070060",
            "account:VN:970443:0000070060",
        ),
        ("hotline Vietcombank 0950001001", "phone:+84950001001"),
        ("MoMo 0950001069", "wallet:VN:momo:+84950001069"),
        ("ví momo: 0950 001 069", "wallet:VN:momo:+84950001069"),
        ("0950001069 (Ví MoMo)", "wallet:VN:momo:+84950001069"),
        ("ZaloPay 0950001069", "wallet:VN:zalopay:+84950001069"),
        ("wallet:VN:momo:0950001069", "wallet:VN:momo:+84950001069"),
        ("momo0950001069", "wallet:VN:momo:+84950001069"),
        ("Tổng đài 1022", "short_code:VN:1022"),
        ("đầu số 5656", "short_code:VN:5656"),
        ("113", "short_code:VN:113"),
        ("MAU-BANK", "sender:VN:mau-bank"),
        ("mau-bank", "sender:VN:mau-bank"),
        ("Vietcombank", "sender:VN:vietcombank"),
        ("BIDV", "sender:VN:bidv"),
        ("sender:VN:MAU-BANK", "sender:VN:mau-bank"),
    ] {
        assert_eq!(key(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn refusals_say_why() {
    for (text, reason) in [
        ("", Reason::Empty),
        ("  \u{200b} ", Reason::Empty),
        ("không rõ", Reason::NotANumber),
        ("xin chào", Reason::NotANumber),
        ("khong", Reason::NotANumber),
        ("Khong", Reason::NotANumber),
        ("hello", Reason::NotANumber),
        ("0950xxx123", Reason::Masked),
        ("0950 *** 123", Reason::Masked),
        ("0950•••123", Reason::Masked),
        ("0950…123", Reason::Masked),
        ("xxxx123456", Reason::Masked),
        ("STK xxx5678 VCB", Reason::Masked),
        ("0000****5678 MB", Reason::Masked),
        ("0950 xxx 123", Reason::Masked),
        ("095000100x", Reason::Masked),
        ("0950___123", Reason::Masked),
        ("0950##1001", Reason::Masked),
        ("09500010**", Reason::Masked),
        ("038000000000", Reason::IdentityCard),
        ("0380 0000 0000", Reason::IdentityCard),
        ("CCCD 038000000000", Reason::IdentityCard),
        ("CMND: 170000000", Reason::IdentityCard),
        ("căn cước 0950001001", Reason::IdentityCard),
        ("9704 3600 0000 0000 018", Reason::CardNumber),
        ("9704360000000000018 VCB", Reason::CardNumber),
        ("4111111111111111", Reason::CardNumber),
        ("VCB 9704366800000000", Reason::CardNumber),
        ("0000000070001", Reason::AccountWithoutBank),
        ("STK 0950001001", Reason::AccountWithoutBank),
        ("STK 0000000012346 Ngân hàng XYZ", Reason::UnknownBank),
        ("BVB 0000000070012", Reason::Ambiguous),
        ("0950.12", Reason::TooShort),
        (
            "=HYPERLINK(\"http://lua-dao.example\",\"0950000001\")",
            Reason::Formula,
        ),
        ("@0950001001", Reason::Formula),
        ("1.23457E+12", Reason::ScientificNotation),
        ("1,23457E+12 VCB", Reason::ScientificNotation),
        ("912345678.0", Reason::SpreadsheetNumber),
        ("https://lua-dao.example.com", Reason::Link),
        ("abc0950001001@gmail.com", Reason::Link),
        ("vietcombank.com", Reason::Link),
        ("12/03/2026", Reason::NotANumber),
        ("12-03-2026", Reason::NotANumber),
        ("15tr", Reason::NotANumber),
        ("500.000đ", Reason::NotANumber),
        ("1.200.000.000", Reason::Ambiguous),
        ("250,000,000", Reason::SeveralNumbers),
        ("khoảng 15 triệu", Reason::NotANumber),
        ("Tổng cộng", Reason::NotANumber),
        ("3.250.000.000", Reason::AccountWithoutBank),
        ("STT", Reason::NotANumber),
        ("0950001001 và 0950001002", Reason::SeveralNumbers),
        ("0950001001 0950001002", Reason::SeveralNumbers),
        (
            "0950000111/0950000112/0950000113 (3 số)",
            Reason::SeveralNumbers,
        ),
        ("0950001001 STK 0000000070001 VCB", Reason::SeveralNumbers),
        ("0912345o78", Reason::Ambiguous),
        ("VCB 00000O0070001", Reason::Ambiguous),
        ("09l2345678", Reason::Ambiguous),
        ("0912a345678", Reason::Ambiguous),
        ("00020101021138990010A00000072763042282", Reason::BadQr),
        ("Gi¶ danh C«ng an gäi ®iÖn", Reason::NotANumber),
        ("MST 0123456789", Reason::NotANumber),
        ("113/114", Reason::SeveralNumbers),
        ("0912345678/79", Reason::SeveralNumbers),
        ("0912 … 678", Reason::Masked),
        ("O912 345 678", Reason::Ambiguous),
        ("B1234567", Reason::Ambiguous),
    ] {
        assert_eq!(key(text), Err(reason), "{text}");
    }
}

#[test]
fn the_field_form_reads_what_lists_have() {
    let read = |bank, number| {
        Identifier::account(bank, number)
            .map(|id| id.key().as_str().to_owned())
            .map_err(|error| error.reason)
    };
    for (bank, number, expected) in [
        (
            "Vietcombank",
            "'0000000070001",
            Ok("account:VN:970436:0000000070001"),
        ),
        (
            "970488",
            "STK 00000000070022",
            Ok("account:VN:970418:00000000070022"),
        ),
        ("Ví MoMo", "0950001106", Ok("wallet:VN:momo:+84950001106")),
        (
            "971005",
            "0950001033",
            Ok("wallet:VN:viettel_money:+84950001033"),
        ),
        ("", "0000000012345", Err(Reason::AccountWithoutBank)),
        ("Ngân hàng XYZ", "0000000012346", Err(Reason::UnknownBank)),
        ("0000000012347", "MB bank", Err(Reason::BadAccount)),
        ("BVB", "0000000012347", Err(Reason::Ambiguous)),
        ("VCB", "9704 3600 0000 0000 018", Err(Reason::CardNumber)),
    ] {
        assert_eq!(
            read(bank, number).as_deref(),
            expected.as_deref(),
            "{bank} {number}"
        );
    }
}

#[test]
fn a_key_that_is_not_canonical_is_read_but_is_no_key() {
    for text in [
        "phone:0950001001",
        "phone:+841680000136",
        "account:VN:970436:mau1",
        "wallet:VN:momo:0950001001",
        "account:VN:970488:0000000001",
        "account:VN:971005:0950001033",
        "sender:VN:MAU-BANK",
    ] {
        assert!(Identifier::parse(text).is_ok(), "{text}");
        assert_eq!(
            Identifier::from_key(text),
            Err(Reason::NotCanonical),
            "{text}"
        );
    }
}

#[test]
fn identifiers_are_shown_as_people_write_them_and_hidden_in_logs() {
    for (key, shown) in [
        ("phone:+84950001001", "0950 001 001"),
        (
            "account:VN:970436:0000000070001",
            "Vietcombank · 0000000070001",
        ),
        ("account:VN:999999:1", "999999 · 1"),
        ("wallet:VN:momo:+84950001001", "MoMo · 0950 001 001"),
        ("short_code:VN:5656", "5656"),
        ("sender:VN:mau-bank", "mau-bank"),
    ] {
        let id = Identifier::from_key(key).unwrap_or_else(|error| panic!("{key} {error}"));
        assert_eq!(id.display(), shown);
        assert!(
            !format!("{id:?}").contains(key.rsplit(':').next().unwrap_or(""))
                || key.ends_with(":1")
        );
    }
}

#[test]
fn a_foreign_number_of_trunk_zeros_is_not_a_number() {
    for text in ["+4300000", "+430000000", "+43000000000"] {
        assert!(Identifier::parse(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_the_reader_panic(text in "[\\s\\S]{0,60}", number in "[0-9xXoOlI+*., /()-]{0,30}", words in "(VCB|STK|momo|sđt|nh|0|12|345|0950001001|[,;: /x-]){0,9}") {
        for text in [&text, &number, &words] {
            let _ = (Identifier::parse(text), Identifier::phone(text), AccountNumber::parse(text), Identifier::from_key(text));
            let _ = (bank::find(text), wallet::find(text), Identifier::account(text, text), Identifier::sender(text));
        }
    }

    #[test]
    fn what_was_read_is_read_again_from_its_key(text in "[0-9+]{3,16}|(VCB|momo|payoo|TCB) ?[0-9A-Za-z]{1,19}|[A-Za-z0-9.-]{3,11}|phone:\\+[0-9]{7,15}") {
        if let Ok(id) = Identifier::parse(&text) {
            let key = id.key();
            prop_assert_eq!(Identifier::from_key(key.as_str()), Ok(id.clone()));
            prop_assert_eq!(Identifier::parse(key.as_str()), Ok(id));
        }
    }

    #[test]
    fn two_spellings_have_one_key(digits in "0[35789][0-9]{8}", sign in "[ .-]") {
        let grouped = format!("{}{sign}{}{sign}{}", &digits[..4], &digits[4..7], &digits[7..]);
        let abroad = format!("+84 (0){}", &digits[1..]);
        let wide: String = digits.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xfee0)).collect();
        let plain = key(&digits);
        prop_assert!(plain.is_ok());
        for spelling in [grouped, abroad, wide, digits[1..].to_owned(), format!("SĐT: {digits} (Zalo)")] {
            prop_assert_eq!(key(&spelling), plain.clone());
        }
    }
}
