//! Dates and times beside numbers.

use proptest::prelude::*;

use super::*;

#[test]
fn dates_and_times_are_taken_out_in_every_order() {
    for text in [
        "09-03-2026 10:11",
        "09-03-2026, 10:11:12",
        "09.03.2026 10h11",
        "9/3/2026 lúc 10h",
        "09 03 2026 10:11",
        "09-03-26 10:11",
        "2026-03-09 10:11",
        "2026-03-09T10:11:12",
        "2026/03/09",
        "2026.3.9",
        "10:11 09-03-2026",
        "10:11:12 ngày 09/03/2026",
        "10h11 ngày 09-03-26",
        "10:12 09 - 03 - 2026",
        "03/31/2026 10:11",
        "09-03-2026",
        "23:59",
        "09-03-2026-10:11",
        "09/03/26",
        "2026-03-09T10:11:00.000Z",
        "10 giờ 11 phút ngày 09/03/2026",
        "10h11' 9/3/26",
        "2026/03/09 23h",
        "09 03 2026 10 : 11",
        "09_03_2026 10:11",
        "09'03'2026-10 giờ 11 phút",
        "10:11 GMT+7 09/03/2026",
        "2026-03-09T10:11:12+07:00",
        "09/03/2026 10:11 (GMT+7)",
        "10:11 UTC +7",
        "09-03-26 10.11",
        "09.03.26 1011",
        "09/03/2026 10-11",
    ] {
        let rest = without_moments(text);
        assert_eq!(rest.trim_end_matches('Z'), MARK.to_string(), "{text}");
        assert!(is_moment(text), "{text}");
    }
    for text in [
        "(09-03-2026, 10:11)",
        "Thứ hai, 09-03-2026 10:11 AM",
        "09/03/2026 - 11/03/2026",
        "09/03/2026 10:11\n10/03/2026 11:12",
        "1. 09-03-2026",
    ] {
        assert!(is_moment(text), "{text}");
    }
}

#[test]
fn numbers_stay_as_they_are_written() {
    for text in [
        "0950001001",
        "0950 001 001",
        "0950-001-001",
        "09.50.00.10.01",
        "09.03.2026.10",
        "09.03.26.10.11",
        "09 03 26 10 11",
        "09-12-10-2024",
        "0912-10-2024",
        "1900.10.10",
        "1900-10-10",
        "028 38 12 2024",
        "09 03 2026 10",
        "1.200.000",
        "+84 9 12 2024 10",
        "32-13-2026",
        "09-03-26",
        "10h11",
        "25:11",
        "10:99",
        "0950001001:11",
    ] {
        assert_eq!(without_moments(text), text, "{text}");
        assert!(!is_moment(text), "{text}");
    }
    for text in [
        "0950001001 (09/03/2026 10:11)",
        "09/03/2026 10:11 gọi từ 0950001001",
        "VCB 0000000070001",
        "09-01-2023-45",
        "10:0950001001",
        "113",
        "không rõ",
        "",
    ] {
        assert!(!is_moment(text), "{text}");
    }
}

#[test]
fn what_stands_beside_a_moment_stays() {
    for (text, rest) in [
        ("GD lúc 09-03-2026 10:11", "GD lúc \u{1}"),
        ("10:11 GMT+7 0950001001", "\u{1} 0950001001"),
        ("10:11 (GMT+7) 0950001001", "\u{1} 0950001001"),
        ("2026-03-09T10:11:12+07:00 0950001001", "\u{1} 0950001001"),
        ("10:11 +84950001001", "\u{1} +84950001001"),
        ("09-03-2026-0950001001", "\u{1}-0950001001"),
        ("0950001001 09-03-2026 10:11", "0950001001 \u{1}"),
        ("09-03-2026 0950001001", "\u{1} 0950001001"),
        ("lúc 10:30 số 0950001001 gọi", "lúc \u{1} số 0950001001 gọi"),
    ] {
        assert_eq!(without_moments(text), rest, "{text}");
    }
}

proptest! {
    #[test]
    fn any_line_is_read_without_fault(line in "[0-9 :./hTlúcngàyđ+-]{0,60}|\\PC{0,30}") {
        let rest = without_moments(&line);
        prop_assert!(rest.len() <= line.len());
    }

    #[test]
    fn every_date_with_its_time_is_one(
        day in 1..=31_u8, month in 1..=12_u8, year in 1910..=2099_u16, hour in 0..=23_u8, minute in 0..=59_u8,
        sign in "[-./]", time_first in any::<bool>(),
    ) {
        let (date, time) = (format!("{day:02}{sign}{month:02}{sign}{year}"), format!("{hour:02}:{minute:02}"));
        let text = if time_first { format!("{time} {date}") } else { format!("{date} {time}") };
        prop_assert!(is_moment(&text), "{}", text);
    }
}
