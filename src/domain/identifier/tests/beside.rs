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
    ] {
        assert_eq!(key(text).as_deref(), Ok(expected), "{text}");
    }
    let guesses = Identifier::parse("VCB 1. 0071001234567").expect_err("two readings");
    assert_eq!(
        guesses.suggestions[0].key().as_str(),
        "account:VN:970436:0071001234567"
    );
}
