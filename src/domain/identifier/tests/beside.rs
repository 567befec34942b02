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
        "Vietcombank ngày 12/03/2026 0071001234567",
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
