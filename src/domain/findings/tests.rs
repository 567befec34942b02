//! Whole messages: what is around a number changes nothing, and what is passed over.

use proptest::prelude::*;

use super::*;

mod field;

/// Words, dates, hours, amounts and codes that name nothing.
const AROUND: [&str; 16] = [
    "Hôm nay lúc 14:05 ngày 09/03/2026 em bị lừa",
    "chuyển mất 5.000.000đ rồi nó chặn",
    "mã đơn hàng SPX0412345678",
    "Mã OTP 482913",
    "đặt cọc 500k",
    "They asked for 2,000 USD.",
    "xe biển số 36A-123.45",
    "địa chỉ: số 12, ngõ 345, phường Bỉm Sơn",
    "phiên bản 2.14.3",
    "máy chủ 203.0.113.5",
    "năm 2026, 70 tuổi",
    "Giờ hành chính 7h30-11h30",
    "ai biết thì nhắn tin giúp em với ạ!!!",
    "lãi 1,5%/tháng",
    "TK ***789 bị trừ",
    "🎁🎁 trúng thưởng",
];

fn found(text: &str) -> Vec<String> {
    let found = Findings::of(text).found.into_iter();
    found.map(|one| one.identifier.key().to_string()).collect()
}

proptest! {
    #[test]
    fn what_stands_around_a_number_changes_nothing(
        digits in "0950[0-9]{6}",
        before in prop::collection::vec(0..AROUND.len(), 0..4),
        behind in prop::collection::vec(0..AROUND.len(), 0..4),
        end in prop::sample::select(vec!["\n", ". "]),
    ) {
        let words = |places: &[usize]| places.iter().map(|at| format!("{}{end}", AROUND[*at])).collect::<String>();
        let text = format!("{}số {digits}{end}{}", words(&before), words(&behind));
        prop_assert_eq!(found(&text), [format!("phone:+84{}", &digits[1..])], "{}", text);
        let text = format!("{}STK 0000{digits} Vietcombank{end}{}", words(&before), words(&behind));
        prop_assert_eq!(found(&text), [format!("account:VN:970436:0000{digits}")], "{}", text);
    }
}

#[test]
fn a_listed_number_is_not_hidden_by_a_word_or_a_count_beside_it() {
    for text in [
        "nó gọi tôi mà 0950001001 cũng gọi",
        "tôi không biết gì mà số 0950001001 cứ gọi",
        "no goi toi ma 0950001001 cung goi",
        "0950001001 - 2 triệu",
        "Số 0950001001 - 5 cuộc gọi",
        "SĐT: 0950001001 – 1 người tên Nam",
        "0950001001 - 20 phút",
        "0950 – 001 – 001 gọi",
    ] {
        assert_eq!(found(text), ["phone:+84950001001"], "{text}");
    }
    for text in [
        "mã 2603091011",
        "Mã số: 0950001001 đã gửi",
        "Mã gd 0950001001 đã gửi",
    ] {
        assert!(Parts::of(text).read().0.is_empty(), "{text}");
    }
}

#[test]
fn a_message_says_where_each_thing_stands() {
    let text = "Gọi 0950 001 001; STK 0000000070001 ở Vietcombank";
    let found = Findings::of(text).found;
    let at: Vec<String> = found
        .iter()
        .map(|one| {
            text.chars()
                .skip(one.at.0)
                .take(one.at.1 - one.at.0)
                .collect()
        })
        .collect();
    assert_eq!(at, ["0950 001 001", "0000000070001"]);
}

#[test]
fn the_limits_of_a_message_are_told() {
    let number = |n: usize| format!("09500{n:05}\n");
    let of = |count: usize| Findings::of(&(0..count).map(number).collect::<String>());
    assert_eq!((of(20).found.len(), of(20).is_cut), (20, false));
    assert_eq!((of(21).found.len(), of(21).is_cut), (20, true));
    // The last letter of the number is the last one that is read.
    let padded = |more: usize| {
        Findings::of(&format!(
            "{}\n0950001001",
            "á".repeat(MAX_MESSAGE - 11 + more)
        ))
    };
    assert_eq!((padded(0).found.len(), padded(0).is_cut), (1, false));
    assert_eq!((padded(1).found.len(), padded(1).is_cut), (0, true));
}
