//! Numbers in the spellings that people find, and what stands beside them.

use proptest::prelude::*;

use super::{MaskedKind::*, *};
use crate::domain::{
    account::luhn,
    intake::{damm, receipt::ReceiptCode},
};

#[track_caller]
fn becomes(text: &str, wanted: &str, kinds: &[MaskedKind]) {
    let masked = mask(text);
    assert_eq!(
        (masked.text.as_str(), &masked.masked[..]),
        (wanted, kinds),
        "{text}"
    );
}

#[track_caller]
fn stays(text: &str) {
    becomes(text, text, &[]);
}

#[test]
fn a_card_is_masked_in_every_spelling() {
    for card in [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u{a0}1111\u{a0}1111\u{a0}1111",
        "4111 – 1111 – 1111 – 1111",
        "4111  1111\t1111      1111",
        "4111---1111---1111---1111",
        "4111 1111\r\n1111 1111",
        "4111/1111/1111/1111",
        "4111,1111,1111,1111",
        "4111:1111:1111:1111",
        "4111_1111_1111_1111",
        "4111•1111•1111•1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1",
        "411 1111 111 1111 11",
        "41 11-11.11 1111/1111 11",
        "411111 1111111111",
        "4111\u{200b}1111\u{200d}1111\u{feff}1111",
        "4\u{301}111111111111111",
        "４１１１１１１１１１１１１１１１",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱",
        "④①①① ①①①① ①①①① ①①①①",
        "4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣",
        "𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏",
    ] {
        let masked = mask(&format!("Thẻ {card} của tôi"));
        assert!(
            masked.text.starts_with("Thẻ •••• 1111"),
            "{card} {}",
            masked.text
        );
        assert!(masked.text.ends_with(" của tôi"), "{card} {}", masked.text);
        assert_eq!(masked.masked, [CardNumber], "{card}");
    }
}

#[test]
fn a_card_is_masked_whatever_stands_beside_it() {
    use MaskedKind::CardNumber as Card;
    becomes("thẻ4111111111111111nhé", "thẻ•••• 1111nhé", &[Card]);
    becomes("2. 4111 1111 1111 1111.", "2. •••• 1111.", &[Card]);
    becomes(
        "0950001001 4111 1111 1111 1111",
        "0950001001 •••• 1111",
        &[Card],
    );
    becomes(
        "4111 1111 1111 1111 0950 001 001",
        "•••• 1111 0950 001 001",
        &[Card],
    );
    becomes(
        "4111 1111 1111 1111, 5500 0000 0000 0004",
        "•••• 1111, •••• 0004",
        &[Card, Card],
    );
    becomes(
        "3782 822463 10005 hay 3056 930902 5904",
        "•••• 0005 hay •••• 5904",
        &[Card, Card],
    );
    becomes("5000000 4111111111111111", "5000000 •••• 1111", &[Card]);
    becomes(
        "12/07/2026 4111111111111111",
        "12/07/2026 •••• 1111",
        &[Card],
    );
    // NAPAS's cards count without the sum, as everywhere.
    becomes("9704 0000 0000 0019", "•••• 0019", &[Card]);
}

#[test]
fn a_longer_group_leaks_no_part() {
    becomes("4111111111111111123", "•••• 1123", &[CardNumber]);
    becomes("41111111111111115500000000000004", "•••••", &[ReceiptCode]);
    becomes("12345678901234567890", "•••••", &[ReceiptCode]);
    stays("1234567890123456789");
}

#[test]
fn an_identity_number_is_masked_in_every_spelling() {
    for number in [
        "001095000123",
        "001 095 000 123",
        "0010 9500 0123",
        "001.095.000.123",
        "001-0-95-000123",
        "0 0 1 0 9 5 0 0 0 1 2 3",
        "00 10 95 00 01 23",
        "００１０９５０００１２３",
        "٠٠١٠٩٥٠٠٠١٢٣",
        "001\u{200b}095\u{200b}000\u{200b}123",
    ] {
        becomes(
            &format!("CCCD {number}, Hà Nội"),
            "CCCD •••• 0123, Hà Nội",
            &[IdentityNumber],
        );
    }
    becomes("096399000123", "•••• 0123", &[IdentityNumber]);
    for other in [
        "000095000123",
        "097095000123",
        "001495000123",
        "00109500012",
        "0010950001234",
    ] {
        stays(other);
    }
}

#[test]
fn a_receipt_is_masked_whether_right_or_mistyped() {
    let receipt = ReceiptCode::from_bytes(&[7; 32]);
    let digits = receipt.digits();
    let mut wrong = receipt.groups();
    wrong[2] = "00000".to_owned();
    assert!(!damm::is_valid(wrong.concat().as_bytes()));
    let mut short = receipt.groups();
    short[4].pop();
    for written in [
        digits.to_owned(),
        receipt.groups().join(" "),
        receipt.groups().join("-"),
        receipt.groups().join(".\n"),
        format!("{} {}", &digits[..3], &digits[3..]),
        wrong.concat(),
        wrong.join(" "),
        wrong
            .concat()
            .chars()
            .map(|c| format!("{c} "))
            .collect::<String>()
            .trim_end()
            .to_owned(),
        short.join(" "),
        short.concat(),
        format!("{digits}1"),
    ] {
        becomes(&format!("Mã {written} nhé"), "Mã ••••• nhé", &[ReceiptCode]);
        assert!(holds_receipt(&written), "{written}");
    }
    assert!(!holds_receipt("0950 001 001, thẻ 4111 1111 1111 1111"));
}

#[test]
fn telephone_numbers_amounts_and_dates_stay() {
    for text in [
        "",
        "Không có số nào ở đây.",
        "0950 001 001 1000000",
        "1000000 0950 001 001",
        "0950001001 0950001002 0950001003",
        "0950001001, 0950001002; 0950.001.003",
        "+84 950 001 001 5000000",
        "+84950001001 123456",
        "84950001001 123456",
        "(+84) 950 00 10 01 - 5000000",
        "024 3825 1234 - 0950001001",
        "0950 001 001 25",
        "5.000.000 12.000.000 7.500.000",
        "1000000 2000000 3000000",
        "5.000.000đ, 12.000.000đ",
        "12/07/2026 14:05:33 5000000",
        "12-07-2026 14:05 0950001001",
        "2026-07-12 14:05:33",
        "ngày 12/7/26 lúc 14:05 chuyển 5,000,000",
        "4821-7735-6 0950001001",
        "TK 0000000070001 VCB",
        "5000000₫ 123456789",
        "½ 12345",
    ] {
        stays(text);
    }
}

#[test]
fn the_middle_of_a_card_is_no_telephone_number() {
    for written in [
        "41 84950001001 227",
        "41-84 950-001-001 227",
        "41 84 950 001 001 2 2 7",
    ] {
        becomes(written, "•••• 1227", &[CardNumber]);
    }
}

#[test]
fn what_is_left_of_two_numbers_is_read_again() {
    // The four digits that stay would begin another card.
    let card = "4111111111114000";
    let sum = (0..10)
        .map(|last| format!("{card}{last}"))
        .find(|digits| luhn(digits))
        .unwrap();
    assert_eq!(sum.len(), 17);
    let masked = mask(&format!("{sum} 111 1111 1111"));
    assert_eq!(mask(&masked.text).text, masked.text);
    // One character that two groups share.
    let masked = mask("411111111111111½ 5");
    assert_eq!(mask(&masked.text).text, masked.text);
}

#[test]
fn a_text_shows_nothing_in_its_debug_form() {
    let masked = mask("bí mật 4111 1111 1111 1111");
    assert_eq!(format!("{masked:?}"), "Masked([CardNumber])");
}

#[test]
fn a_very_long_text_is_read_in_time_by_its_length() {
    for piece in [
        "4111 1111 1111 1111 ",
        "1 ",
        "1.",
        "0950001001 ",
        "41111111 11111111 1111 ",
        "7",
    ] {
        let text = piece.repeat(60_000 / piece.len());
        let masked = mask(&text);
        assert!(masked.text.len() <= text.len());
    }
}

/// The digits with the one behind them that makes Luhn's sum.
fn with_luhn(digits: &str) -> String {
    let last = (0..10)
        .map(|last| format!("{digits}{last}"))
        .find(|digits| luhn(digits));
    last.unwrap_or_default()
}

/// The digits in groups of these sizes, with these signs between.
fn parted(digits: &str, sizes: &[usize], signs: &[&str]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for (size, sign) in sizes.iter().zip(signs.iter().cycle()) {
        let end = (at + size).min(digits.len());
        out.push_str(&digits[at..end]);
        at = end;
        if at == digits.len() {
            return out;
        }
        out.push_str(sign);
    }
    out.push_str(&digits[at..]);
    out
}

/// Whether a group of a number ends with one of these digits, counted from its first.
fn ends_a_group(number: &str, places: &[usize]) -> bool {
    let is_seen = |c: &char| !matches!(c, '\u{200b}' | '\u{2060}');
    let signs = number.chars().filter(is_seen);
    let mut digits = 0;
    signs.into_iter().any(|c| {
        digits += usize::from(c.is_ascii_digit());
        !c.is_ascii_digit() && places.contains(&digits)
    })
}

fn signs() -> impl Strategy<Value = Vec<&'static str>> {
    let sign = prop::sample::select(vec![
        " ", "-", ".", "\u{a0}", "\u{200b}", " - ", "–", "", "\n", "\u{2060}", "\u{202f}", "•", "_",
    ]);
    prop::collection::vec(sign, 1..6)
}

/// Texts with much that could be one of the numbers.
fn tricky() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,6}",
        2 => "[0-9]{10,20}",
        1 => "[0-9]{15}".prop_map(|digits| with_luhn(&digits)),
        1 => "0[0-9]{2}[0-3][0-9]{8}",
        4 => prop::sample::select(vec![" ", "-", ".", ", ", "/", " a ", "•••• ", "\u{200b}", "½", "⒈", "+84", "000"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_text_without_digits_is_unchanged(text in "[^\\p{N}]{0,80}") {
        prop_assert_eq!(mask(&text).text, text);
    }

    #[test]
    fn masking_twice_is_masking_once(text in prop_oneof![tricky(), "\\PC{0,60}".boxed()]) {
        let once = mask(&text);
        let twice = mask(&once.text);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert!(twice.masked.is_empty());
    }

    #[test]
    fn a_card_is_never_found_again(
        digits in "[2-6][1-9]{11,17}", sizes in prop::collection::vec(1..7_usize, 20), signs in signs(),
        before in prop::sample::select(vec!["Tôi đọc thẻ ", "số thẻ:", "gửi 5.000.000 đ vào ", "0950001001 "]),
        after in prop::sample::select(vec![" rồi mất tiền", "", " 0950 001 001", " 12/07/2026", ", CVV 123"]),
    ) {
        let card = with_luhn(&digits);
        let masked = mask(&format!("{before}{}{after}", parted(&card, &sizes, &signs)));
        let left: String = masked.text.chars().filter(char::is_ascii_digit).collect();
        prop_assert!(!left.contains(&card[..card.len() - 4]), "{}", masked.text);
        prop_assert!(masked.masked.contains(&CardNumber) || masked.masked.contains(&ReceiptCode));
    }

    #[test]
    fn an_identity_number_is_never_found_again(
        province in 1..=96_u16, rest in "[0-3][1-9]{8}", sizes in prop::collection::vec(1..5_usize, 12), signs in signs(),
    ) {
        let number = format!("{province:03}{rest}");
        let number_parted = parted(&number, &sizes, &signs);
        // Ten digits, or eleven, with two or one behind them are a telephone number and something.
        if ends_a_group(&number_parted, &[10, 11]) {
            return Ok(());
        }
        let masked = mask(&format!("CCCD {number_parted} của tôi"));
        let left: String = masked.text.chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(left, &number[8..]);
    }
}
