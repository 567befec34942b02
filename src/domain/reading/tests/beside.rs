//! What stands beside a number.

use super::*;

/// The worst that could happen is a wrong account listed: an innocent person's.
#[test]
fn what_stands_beside_an_account_never_becomes_part_of_it() {
    for text in [
        "Vietcombank PGD số 5 0071001234567",
        "Công thương CN Sở giao dịch 1 0071001234567",
        "Techcombank quận 1 19035555555555",
        "SHB CN 12 1234567890",
        "VCB 1. 0071001234567",
        "VCB (2) 0071001234567",
        "VCB 0071001234567 (2 lần)",
        "VCB 0071001234567 500000",
        "VCB 0071 00 1234567 2025",
        "ACB 12345678 2025",
        "STK 0071001234567 chủ TK NGUYEN TIEN PHONG",
        "Chủ tài khoản: Trần An Bình, STK 0071001234567",
        "0071001234567 CONG TY TNHH XAY DUNG ABC",
        "+84912345678 VCB",
        "VCB 0071000920178x",
        "account:US:970436:123456",
        "wallet:US:momo:0912345678",
        "36A-12345",
    ] {
        assert!(key(text).is_err(), "{text}: {:?}", key(text));
    }
    for (text, expected) in [
        (
            "Vietcombank 007 1 00 1234567",
            "account:VN:970436:0071001234567",
        ),
        ("BIDV 124-10-00-1234567", "account:VN:970418:12410001234567"),
        ("Á Châu 257678851", "account:VN:970416:257678851"),
        (
            "Ngân hàng Tiên Phong: 00012345678",
            "account:VN:970423:00012345678",
        ),
        (
            "Vietcombank ngày 12/03/2026 0071001234567",
            "account:VN:970436:0071001234567",
        ),
        ("MAU-BANK.", "sender:VN:mau-bank"),
        ("STK 123456789 ngân hàng MB", "account:VN:970422:123456789"),
        (
            "STK 19034567890 VND Techcombank",
            "account:VN:970407:19034567890",
        ),
    ] {
        assert_eq!(key(text).as_deref(), Ok(expected), "{text}");
    }
    let guesses = Identifier::parse("VCB 1. 0071001234567").expect_err("two readings");
    assert_eq!(
        guesses.suggestions[0].key().as_str(),
        "account:VN:970436:0071001234567"
    );
}

#[test]
fn usual_ways_to_quote_and_label_are_read() {
    let payload = "00020101021138570010A00000072701270006970436011300000000700010208QRIBFTTA53037045802VN63044F1B";
    let sum = crc16(&payload[..payload.len() - 4]);
    let payload = format!("{}{sum:04X}", &payload[..payload.len() - 4]);
    let account = "account:VN:970436:0000000070001";
    let (head, tail) = payload.split_at(40);
    for text in [
        payload.clone(),
        format!("\"{payload}\""),
        format!("Mã QR: {payload}"),
        format!("{head}\n{tail}"),
    ] {
        assert_eq!(key(&text).as_deref(), Ok(account), "{text}");
    }
    assert_eq!(key(&format!("{payload}00")), Err(Reason::BadQr));
    for text in [
        "(MAU-BANK)",
        "brandname: MAU-BANK",
        "\"MAU-BANK\"",
        "Tên người gửi: MAU-BANK",
    ] {
        assert_eq!(key(text).as_deref(), Ok("sender:VN:mau-bank"), "{text}");
    }
    for (text, expected) in [
        ("024/38521234", "phone:+842438521234"),
        ("Viettinbank 101010101010", "account:VN:970415:101010101010"),
        ("Liên Việt 0000070060123", "account:VN:970449:0000070060123"),
    ] {
        assert_eq!(key(text).as_deref(), Ok(expected), "{text}");
    }
    assert_eq!(suggested("84.912.345.678"), ["phone:+84912345678"]);
}

/// CRC-16/CCITT-FALSE (ISO/IEC 13239 as EMVCo takes it).
fn crc16(text: &str) -> u16 {
    text.bytes().fold(0xFFFF, |mut sum: u16, byte| {
        sum ^= u16::from(byte) << 8;
        for _ in 0..8 {
            sum = if sum & 0x8000 == 0 {
                sum << 1
            } else {
                sum << 1 ^ 0x1021
            };
        }
        sum
    })
}

#[test]
fn a_date_with_an_hour_is_nobodys_number() {
    for text in [
        "GD lúc 09-03-2026 10:11",
        "09-03-2026 10:11",
        "10:12 09-03-2026",
        "2030-03-09 10:11",
        "Thời gian: 09.03.2026 10h11",
        "09 03 2026 10:11",
        "09-03-2026",
        "VCB 09-03-2026 10:11",
        "VCB 09-03-2026",
        "stk 09-03-2026 10:11:12",
        "momo 09-03-2026 10:11",
        "10:11:12 ngày 09/03/2026",
    ] {
        let read = Identifier::parse(text);
        assert!(read.is_err(), "{text}: {read:?}");
        let error = read.expect_err("no number");
        assert_eq!(
            (error.suggestions, error.account_number),
            (Vec::new(), None),
            "{text}"
        );
        assert!(Identifier::phone(text).is_err(), "{text}");
        assert!(Identifier::wallet("momo", text).is_err(), "{text}");
    }
    assert!(Identifier::account("VCB", "09-03-2026").is_err());
    assert!(Identifier::account("VCB", "09-03-2026 10:11").is_err());
    for text in [
        "0950001001 lúc 09-03-2026 10:11",
        "10:11 09-03-2026 gọi từ 0950001001",
    ] {
        assert_eq!(key(text).as_deref(), Ok("phone:+84950001001"), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_short_way_takes_a_number_for_what_the_long_way_does(digits in "0[0-9]{9}", sign in "[ .-]", first in 3_usize..5) {
        let text = format!("{}{sign}{}{sign}{}", &digits[..first], &digits[first..first + 3], &digits[first + 3..]);
        if let Some(phone) = plain_phone(&text) {
            prop_assert_eq!(read_words(&text), Ok(Identifier::Phone(phone)), "{}", text);
        }
    }

    #[test]
    fn a_date_beside_a_number_changes_nothing(
        day in 1..=31_u8, month in 1..=12_u8, year in 2000..=2099_u16, hour in 0..=23_u8, minute in 0..=59_u8,
        sign in "[-./]", number in "0950[0-9]{6}", last in any::<bool>(),
    ) {
        let moment = format!("{hour:02}:{minute:02} {day:02}{sign}{month:02}{sign}{year}");
        let alone = Identifier::parse(&moment);
        prop_assert!(alone.is_err());
        let text = if last { format!("{number} {moment}") } else { format!("{moment} {number}") };
        prop_assert_eq!(Identifier::parse(&text), Identifier::parse(&number));
    }
}

/// With a bank that is not known, a listing of the same number at another bank is another person's.
#[test]
fn a_bank_that_is_named_and_not_known_is_an_unknown_bank() {
    for text in [
        "HHB 0000000070001",
        "hhb: 0000000070001",
        "0000000070001 HHB",
        "BOC 0000000070001",
        "HHB STK 0000000070001",
        "stk HHB 0000000070001",
        "STK 0000000070001 - HHB - NGUYEN VAN MAU",
        "0000000070001 NGUYEN VAN MAU - HHB",
        "Ngân hàng XYZ 0000000070001",
        "Ngân hàng: Hoàng Hà, số tài khoản: 0000000070001",
        "STK: 0000000070001\nNgân hàng: Sunrise",
        "NH: Hoa Sen 0000000070001",
        "NH Hoàng Hà 0000000070001",
        "bank: Hoàng Hà; acc: 0000000070001",
        "Bank name: Sunrise Account number: 0000000070001",
        "Ngân hàng \"Hoa Sen\" 0000000070001",
        "Tên ngân hàng: Hoàng Hà. Số TK: 0000000070001",
        "Ngân hàng Việt Hoa 0000000070001",
        "Ngân hàng Minh Phát STK 0000000070001",
        "Ngân hàng TMCP Đệ Nhất 0000000070001",
        "ngan hang hoang ha 0000000070001",
        "NGAN HANG HOANG HA 0000000070001",
        "Ngân hàng N26 0000000070001",
        "0000000070001 ngân hàng Hoàng Hà",
        "XYZ bank 0000000070001",
        "mybank 0000000070001",
        "abbank2 0000000070001",
        "vcb1 0000000070001",
        "vietconbank 0000000070001",
        "chuyển tiền vào vietconbank cho anh 0000000070001 nhé",
        "stk HHB 0950001001",
    ] {
        assert_eq!(key(text), Err(Reason::UnknownBank), "{text}");
    }
    for name in ["HHB", "XYZ", "Ngân hàng Hoàng Hà", "vietconbank", "999999"] {
        let read = Identifier::account(name, "0000000070001");
        assert_eq!(
            read.map_err(|e| e.reason),
            Err(Reason::UnknownBank),
            "{name}"
        );
    }
    for (text, bank) in [
        ("vietconbank 0000000070001", "970436"),
        ("Argibank: 0000000070001", "970405"),
        ("agr 0000000070001", "970405"),
        ("tech 0000000070001", "970407"),
        ("techcombnak 0000000070001", "970407"),
    ] {
        let keys = match Identifier::parse(text) {
            Ok(id) => vec![id.key().as_str().to_owned()],
            Err(_) => suggested(text),
        };
        let wanted = format!("account:VN:{bank}:0000000070001");
        assert!(keys.contains(&wanted), "{text}: {keys:?}");
    }
}

/// Words beside a number are words: taken for a bank, they would hide what is known of the number.
#[test]
fn ordinary_sentences_name_no_bank() {
    for text in [
        "{}",
        "STK {}",
        "STK {} ctk NGUYEN VAN MAU",
        "{} CTK: Nguyen Van Mau",
        "TKNH {}",
        "ATM {}",
        "KH {}",
        "tài khoản ngân hàng {}",
        "số tài khoản ngân hàng này {} có lừa đảo không",
        "chuyển tiền vào {}",
        "chuyển tiền cho shop ABC {} có sao không",
        "cty XYZ {}",
        "anh Krong {}",
        "{} NGUYEN VAN MAU",
        "{} JOHN SMITH",
        "{} DAVID BROWN",
        "chị Hoa {} bảo em chuyển",
        "ngân hàng khóa tk {} chưa",
        "nhờ ngân hàng phong tỏa {}",
        "gọi ngân hàng chặn {}",
        "ngân hàng báo {} không tồn tại",
        "đến ngân hàng gửi {}",
        "is {} legit?",
        "the bank account is {}",
        "my bank said {}",
        "which bank {}",
        "she gave me {} yesterday",
        "who owns {}",
        "alo {}",
        "ib {}",
        "phí ship {}",
        "crypto {}",
        "Đắk Lắk {}",
        "internet banking {}",
    ] {
        let text = text.replace("{}", "0000000070001");
        let error = Identifier::parse(&text).expect_err("no bank");
        assert_ne!(error.reason, Reason::UnknownBank, "{text}");
        assert!(error.account_number.is_some(), "{text}: {:?}", error.reason);
    }
}

#[test]
fn a_person_who_is_called_like_a_part_of_a_banks_name_is_no_bank() {
    for text in [
        "0950001001 (bị hại)",
        "Bị hại: 0950001001",
        "0950001001 (chị Hải)",
    ] {
        assert_eq!(key(text).as_deref(), Ok("phone:+84950001001"), "{text}");
    }
    let maritime = Identifier::account("Hàng Hải", "0000000070001");
    assert!(maritime.is_ok_and(|id| id.key().as_str().contains(":970426:")));
}

/// One character can become eighteen: what is looked at is bounded as it reads written out, and nothing is read of more.
#[test]
fn texts_that_grow_are_too_long_for_every_reader() {
    let fits = crate::domain::text::MAX_INPUT / 18;
    for (count, grows) in [(fits, false), (fits + 1, true), (512, true)] {
        let text = "\u{fdfa}".repeat(count);
        let read = [
            Identifier::parse(&text),
            Identifier::phone(&text),
            Identifier::account("VCB", &text),
            Identifier::short_code(&text),
            Identifier::sender(&text),
        ];
        for (reader, read) in read.into_iter().enumerate() {
            let too_long = read.is_err_and(|error| error.reason == Reason::TooLong);
            assert_eq!(too_long, grows, "{reader} {count}");
        }
        let banks = Identifier::account(&text, "0000000070001").map_err(|e| e.reason);
        assert_eq!(banks, Err(Reason::UnknownBank));
        let wallets = Identifier::wallet(&text, "0950001001").map_err(|e| e.reason);
        assert_eq!(wallets, Err(Reason::UnknownWallet));
    }
}
