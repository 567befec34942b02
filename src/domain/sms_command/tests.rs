//! Messages as people send them.

use proptest::prelude::*;

use super::{Command::*, *};
use crate::domain::{intake::reference::Reference, tsv::rows};

#[track_caller]
fn asks(text: &str, wanted: Command) {
    assert!(parse(text) == wanted, "{text}: {}", told(&parse(text)));
}

fn told(command: &Command) -> String {
    match command {
        Check { text } => format!("check {text}"),
        Report { number, words } => format!("report {number} | {words}"),
        BareReport { number } => format!("bare {number}"),
        LostMoney {
            number,
            text,
            amount,
            words,
        } => format!("lost {number} | {text} | {amount:?} | {words}"),
        Status { reference } => format!("status {reference:?}"),
        HoldsNumber { code } => format!("holds {code}"),
        HowTo => "how to".to_owned(),
    }
}

fn check(text: &str) -> Command {
    Check {
        text: text.to_owned(),
    }
}

fn report(number: &str, words: &str) -> Command {
    Report {
        number: number.to_owned(),
        words: words.to_owned(),
    }
}

fn bare(number: &str) -> Command {
    BareReport {
        number: number.to_owned(),
    }
}

/// A loss, without the text that its numbers are read from.
#[track_caller]
fn loses(message: &str, number: &str, amount: Option<u64>, words: &str) {
    let parsed = parse(message);
    let LostMoney { text, .. } = &parsed else {
        panic!("{message}: {}", told(&parsed));
    };
    let wanted = LostMoney {
        number: number.to_owned(),
        text: text.clone(),
        amount,
        words: words.to_owned(),
    };
    assert!(parsed == wanted, "{message}: {}", told(&parsed));
}

#[test]
fn a_number_alone_or_with_tra_is_looked_up() {
    for (text, asked) in [
        ("0950001001", "0950001001"),
        ("TRA 0950001001", "0950001001"),
        ("tra: 0950 001 001", "0950 001 001"),
        ("Check +84950001001", "+84950001001"),
        ("TRA0950001001", "0950001001"),
        ("", ""),
        (
            "Số 0950001001 có lừa đảo không?",
            "Số 0950001001 có lừa đảo không?",
        ),
        ("DK DNC", "DK DNC"),
    ] {
        asks(text, check(asked));
    }
}

#[test]
fn a_report_has_a_number_and_words() {
    let told = "gia danh cong an";
    for text in [
        "LD 0950001001 gia danh cong an",
        "ld 0950001001 gia danh cong an",
        "LĐ 0950001001 gia danh cong an",
        "Lđ: 0950001001, gia danh cong an",
        "LD0950001001 gia danh cong an",
        " LD\n0950001001\ngia danh cong an",
        "LD 0950001001 - gia danh cong an",
        "S 0950001001 gia danh cong an",
        "v 0950001001 gia danh cong an",
    ] {
        asks(text, report("0950001001", told));
    }
    for (text, number, words) in [
        ("LD 0950 001 001 5 lan goi", "0950 001 001", "5 lan goi"),
        ("LD 0950.001.001 113 noi vay", "0950.001.001", "113 noi vay"),
        ("LD +84 950 001 001 no goi", "+84 950 001 001", "no goi"),
        ("LD (+84) 950001001 no goi", "(+84) 950001001", "no goi"),
        (
            "LD VCB 0000000070001 lua ban hang",
            "VCB 0000000070001",
            "lua ban hang",
        ),
        ("LD 0000000070001 5 trieu", "0000000070001", "5 trieu"),
        ("LD 0000 0000 70001 VCB lua", "0000 0000 70001", "VCB lua"),
        ("LD 0950001001 !", "0950001001", ""),
        (
            "LD no xung cong an goi toi 0950001001",
            "no xung cong an goi toi 0950001001",
            "no xung cong an goi toi",
        ),
    ] {
        match words {
            "" => asks(text, bare(number)),
            _ => asks(text, report(number, words)),
        }
    }
}

#[test]
fn a_number_without_words_is_no_report() {
    for (text, number) in [
        ("LD 0950001001", "0950001001"),
        ("LD0950001001", "0950001001"),
        ("S 0950001001.", "0950001001"),
        ("V +84950001001", "+84950001001"),
        ("LD VCB 0000000070001", "VCB 0000000070001"),
        ("ld so 0950 001 001 ...", "so 0950 001 001"),
    ] {
        asks(text, bare(number));
    }
    asks("LD lua dao", check("lua dao"));
    asks("LD bit.ly/abc", check("bit.ly/abc"));
}

#[test]
fn a_keyword_alone_asks_how_it_is_written() {
    for text in ["TRA", "tra?", "Check", "LD", "MT", "TT", "lđ ..."] {
        asks(text, HowTo);
    }
}

#[test]
fn a_link_an_address_or_words_are_told_as_they_are_written() {
    for words in [
        "bit.ly/abc lua dao toi",
        "bit.ly/abc123 lua dao toi",
        "abc@gmail.com lua dao toi",
        "abc12@gmail.com lua dao toi",
        "shop-gia.com lua",
        "ke gian ten Minh lua dao toi hom qua o cho",
        "lua dao qua",
    ] {
        asks(&format!("LD {words}"), report("", words));
    }
}

#[test]
fn single_letters_count_before_a_number_only() {
    for text in ["S", "V", "s oi giup toi", "S0950001001 goi", "V 'n 5"] {
        asks(text, check(text));
    }
}

#[test]
fn lost_money_is_read_with_its_sum() {
    for (sum, amount) in [
        ("5000000", 5_000_000),
        ("5.000.000", 5_000_000),
        ("5,000,000 d", 5_000_000),
        ("5.000.000đ", 5_000_000),
        ("5000000 vnd", 5_000_000),
        ("5tr", 5_000_000),
        ("5 tr", 5_000_000),
        ("5 triệu", 5_000_000),
        ("5 TRIEU dong", 5_000_000),
        ("5,5 trieu", 5_500_000),
        ("5.25tr", 5_250_000),
        ("5tr5", 5_500_000),
        ("2ty3", 2_300_000_000),
        ("1.500 trieu", 1_500_000_000),
        ("1 tỷ", 1_000_000_000),
        ("500k", 500_000),
        ("500 ngàn", 500_000),
        ("2tr ruoi", 2_500_000),
        ("2tr rưỡi", 2_500_000),
        ("2 triệu rưỡi", 2_500_000),
        ("1 ty ruoi", 1_500_000_000),
        ("2 trieu 500 nghin", 2_500_000),
        ("2tr 500k", 2_500_000),
        ("1 ty 200 trieu dong", 1_200_000_000),
        ("1000", 1_000),
        ("1000 ty", amount::MOST),
        ("1.000.000.000.000", amount::MOST),
    ] {
        let message = format!("MT 0950001001 {sum}");
        loses(&message, "0950001001", Some(amount), "");
        let message = format!("mt0950001001 {sum}, toi da chuyen");
        loses(&message, "0950001001", Some(amount), "toi da chuyen");
    }
    for words in [
        "999",
        "1001 ty",
        "1.000.000.000.001",
        "99999999999999999999",
        "5.00.000",
        "5tr55555",
        "2tr 500",
        "500k ruoi",
        "5tr5 ruoi",
        "5.5tr5",
        "5 nguoi goi",
        "nam trieu",
        "5000000x",
        "",
    ] {
        let message = format!("MT 0950001001 {words}");
        loses(&message, "0950001001", None, words);
    }
    let account = "VCB 0000000070001";
    loses(&format!("MT {account} 5tr"), account, Some(5_000_000), "");
    asks("mt tôi hỏng rồi", check("mt tôi hỏng rồi"));
}

#[test]
fn the_number_its_bank_and_the_sum_stand_in_any_order() {
    let account = "0000000070001";
    for (rest, number) in [
        ("0000000070001 VCB 5000000", account),
        ("0000000070001 VCB 5tr nhe", account),
        ("5000000 VCB 0000000070001", "VCB 0000000070001"),
        ("5tr VCB 0000000070001", "VCB 0000000070001"),
        ("5000000 0000000070001 VCB", account),
        (
            "TK 0000000070001 ngan hang Vietcombank 5000000",
            "TK 0000000070001",
        ),
        ("hom 21/8 toi mat 5tr", "hom 21/8"),
        ("toi bi lua 5tr qua zalo", ""),
    ] {
        loses(&format!("MT {rest}"), number, Some(5_000_000), rest);
    }
    let parsed = parse("MT 0950001001 5000000 va VCB 0000000070001");
    let LostMoney { text, amount, .. } = &parsed else {
        panic!("{}", told(&parsed));
    };
    assert_eq!(text, "0950001001 ; va VCB 0000000070001");
    assert_eq!(*amount, Some(5_000_000));
    loses("MT TK 123456789 VCB", "TK 123456789", None, "VCB");
}

#[test]
fn a_reference_is_asked_for_and_a_wrong_one_is_known_as_such() {
    let reference = Reference::of_random(48_217_735);
    let (shown, digits) = (reference.to_string(), reference.digits());
    for text in [
        format!("TT {shown}"),
        format!("tt {digits}"),
        format!("TT{digits}"),
        format!("TT: {shown}."),
        format!("TT {digits} cam on"),
        format!("TT {digits}?"),
        format!("TT #{digits}"),
        format!("TT {shown} 2 lan roi"),
        format!("\"TT {digits}\""),
        format!("TT bao cao cua toi {digits}, so 0950001001"),
        format!("Cho hoi tt {digits} sao roi"),
    ] {
        asks(
            &text,
            Status {
                reference: Some(reference),
            },
        );
    }
    asks(
        "TT 482177350",
        Status {
            reference: Reference::parse("482177350").ok(),
        },
    );
    asks("TT 123", Status { reference: None });
    asks("TT 0950001001", Status { reference: None });
    asks("TT 0950001001 cam on", Status { reference: None });
    asks("TT nay bao nhieu", check("TT nay bao nhieu"));
}

#[test]
fn a_code_is_recognised() {
    let code = |code: &str| HoldsNumber {
        code: code.to_owned(),
    };
    asks("KN 123456", code("123456"));
    asks("kn ab12-cd34", code("AB12-CD34"));
    asks("KN 1234", code("1234"));
    for text in [
        "KN",
        "KN 123",
        "KN 12345678901234567",
        "KN toi bi oan",
        "KN oan",
    ] {
        asks(text, check(text));
    }
}

#[test]
fn every_form_of_the_known_numbers_that_reports_is_understood() {
    let table = rows(include_str!("../../../config/report_sms_syntax.tsv"));
    let forms: Vec<String> = table
        .map(|row| {
            row.get("syntax")
                .replace("(số nguồn phát tán)", "0950001001")
                .replace("(nội dung)", "quang cao")
        })
        .filter(|form| form.contains("0950001001"))
        .collect();
    assert_eq!(forms.len(), 3);
    for form in forms {
        asks(&form, report("0950001001", "quang cao"));
    }
}

#[test]
fn of_a_long_message_the_beginning_is_read() {
    let text = format!("LD 0950001001 {}", "x".repeat(5_000));
    let words = "x".repeat(MAX_CHARS - "LD 0950001001 ".len());
    asks(&text, report("0950001001", &words));
}

#[test]
fn no_words_are_in_the_debug_form() {
    assert_eq!(format!("{:?}", parse("LD 0950001001 bi mat")), "Report");
}

proptest! {
    #[test]
    fn any_message_is_read_within_bounds(
        text in "\\PC{0,60}|(LD|S|V|MT|TT|KN|TRA|lđ)[ :]?[0-9+. ()]{0,30}[ ,]?[0-9a-z.,đ ]{0,20}|[\\s\\S]{0,40}"
    ) {
        let most = MAX_CHARS;
        let fits = |text: &str| text.chars().count() <= most;
        match parse(&text) {
            Check { text } => prop_assert!(fits(&text)),
            Report { number, words } => prop_assert!(fits(&number) && fits(&words) && !words.is_empty()),
            BareReport { number } => prop_assert!(number.bytes().any(|b| b.is_ascii_digit())),
            LostMoney { number, text, amount, words } => {
                prop_assert!(fits(&number) && fits(&words) && fits(&text.replace(" ; ", "")));
                prop_assert!(amount.is_none_or(|sum| sum <= amount::MOST));
            }
            Status { .. } => {}
            HoldsNumber { code } => prop_assert!(CODE_CHARS.contains(&code.len())),
            HowTo => {}
        }
    }
}
