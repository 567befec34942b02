//! Texts as people read them.

use std::collections::BTreeSet;

use unicode_normalization::is_nfc;

use super::{ADVICE, Lang, MESSAGES, SMS_LENGTH, TABLE, advice, fill, find, sms, text};

const KINDS: &[&str] = &["phone", "account", "wallet", "short_code", "sender"];

const REASONS: &[&str] = &[
    "empty",
    "too-long",
    "letters-in-number",
    "masked-number",
    "identity-card",
    "card-number",
    "account-without-bank",
    "unknown-bank",
    "unknown-wallet",
    "too-short",
    "not-a-number",
    "several-numbers",
    "not-assigned",
    "bad-account",
    "not-a-sender",
    "bad-qr",
    "merchant-qr",
    "foreign-qr",
    "formula",
    "scientific-notation",
    "spreadsheet-number",
    "link",
    "not-canonical",
    "malformed",
];

/// Values about as long as they get.
const LONG: &[(&str, &str)] = &[
    ("number", "Vietcombank 0000000070001"),
    (
        "name",
        "Ngân hàng Thương mại cổ phần Ngoại thương Việt Nam – Chi nhánh Thanh Hóa",
    ),
    (
        "method",
        "Giả danh cán bộ xã, phường bắt cập nhật VNeID, dọa khóa căn cước rồi cài ứng dụng giả",
    ),
    ("unit", "Công an phường Bỉm Sơn, tỉnh Thanh Hóa"),
    ("until", "31/12/2026"),
    ("amount", "12.345.678.900"),
    ("note", "CHUYEN TIEN HANG"),
    ("count", "19"),
    ("reference", "4821-7735-6"),
    ("digits", "482177356"),
];

fn placeholders(template: &str) -> BTreeSet<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_row_has_both_languages_in_nfc_and_is_there_once() {
    assert_eq!(MESSAGES.len(), TABLE.lines().count() - 1);
    for (code, message) in MESSAGES.iter() {
        assert!(
            !message.vi.is_ascii() && is_nfc(message.vi),
            "{code}: {}",
            message.vi
        );
        assert!(
            !message.en.is_empty() && message.en.is_ascii(),
            "{code}: {}",
            message.en
        );
    }
}

#[test]
fn both_languages_use_the_same_known_placeholders() {
    let known: BTreeSet<&str> = LONG.iter().map(|(name, _)| *name).collect();
    for (code, message) in MESSAGES.iter() {
        assert_eq!(placeholders(message.vi), placeholders(message.en), "{code}");
        assert!(placeholders(message.vi).is_subset(&known), "{code}");
        assert!(placeholders(message.sms).is_subset(&known), "{code}");
    }
}

#[test]
fn every_kind_and_every_reason_has_its_own_text() {
    for kind in KINDS {
        assert!(
            MESSAGES.contains_key(format!("listed.{kind}").as_str()),
            "{kind}"
        );
    }
    for reason in REASONS {
        assert!(
            MESSAGES.contains_key(format!("unreadable.{reason}").as_str()),
            "{reason}"
        );
    }
    for code in [
        "disputed",
        "official",
        "no_record",
        "unreadable",
        "ask.which",
        "listed.at_some_bank",
    ] {
        assert!(MESSAGES.contains_key(code), "{code}");
    }
}

#[test]
fn a_number_that_nobody_confirmed_may_still_be_a_scam() {
    for kind in [
        "",
        ".phone",
        ".account",
        ".wallet",
        ".short_code",
        ".sender",
    ] {
        let code = format!("no_record{kind}");
        let (vi, en) = (text(&code, Lang::Vi), text(&code, Lang::En));
        assert!(
            vi.starts_with("Chưa ai xác nhận ") && vi.ends_with(" vẫn có thể là lừa đảo."),
            "{code}"
        );
        assert!(
            en.starts_with("Nobody has confirmed ") && en.ends_with(" may still be a scam."),
            "{code}"
        );
        assert!(sms(&code, LONG).contains("VAN CO THE la lua dao"), "{code}");
    }
}

#[test]
fn nothing_is_ever_called_safe() {
    for (code, message) in MESSAGES.iter() {
        assert!(!message.vi.contains("an toàn"), "{code}");
        assert!(!message.en.contains("safe"), "{code}");
        assert!(!message.sms.contains("an toan"), "{code}");
    }
}

/// Tellers and programs read them too; the pages for citizens say `bác` themselves.
#[test]
fn nobody_is_addressed_as_an_elder() {
    for (code, message) in MESSAGES.iter() {
        assert!(!message.vi.to_lowercase().contains("bác"), "{code}");
    }
}

/// Without tones `dung` is "don't", "use" and "right".
#[test]
fn no_sms_forbids_in_a_word_that_also_bids() {
    for (code, message) in MESSAGES.iter() {
        let told = message.sms.to_lowercase().replace("ung dung", "");
        let mut words = told.split(|c: char| !c.is_alphanumeric());
        assert!(!words.any(|word| word == "dung"), "{code}: {told}");
    }
}

#[test]
fn a_sender_is_imitated_and_never_called_a_scammer() {
    let told = fill(text("listed.sender", Lang::Vi), &[("number", "MAU-BANK")]);
    assert!(told.contains("tin nhắn mạo danh MAU-BANK"), "{told}");
    assert!(!told.contains("lừa đảo"), "{told}");
    assert!(!text("listed.sender", Lang::En).contains("scam numbers"));
    assert!(!sms("listed.sender", LONG).contains("LUA DAO"));
}

#[test]
fn every_sms_is_ascii_and_at_most_160_characters_of_the_basic_alphabet() {
    for code in MESSAGES.keys() {
        for values in [LONG, &[]] {
            let told = sms(code, values);
            assert!(told.len() <= SMS_LENGTH, "{code}: {} {told}", told.len());
            assert!(
                told.bytes().all(|b| b == b' ' || b.is_ascii_graphic()),
                "{code}: {told}"
            );
            assert!(
                !told.contains(['[', ']', '{', '}', '^', '~', '\\', '|', '`']),
                "{code}: {told}"
            );
        }
    }
}

#[test]
fn an_sms_keeps_the_number_whole_and_its_own_words() {
    for code in [
        "listed.phone",
        "listed.account",
        "listed.wallet",
        "listed.short_code",
        "listed.sender",
        "no_record",
    ] {
        let told = sms(code, LONG);
        assert!(told.contains("Vietcombank 0000000070001"), "{code}: {told}");
        let last_words = find(code).unwrap().sms.rsplit('}').next().unwrap();
        assert!(told.ends_with(last_words), "{code}: {told}");
    }
}

#[test]
fn an_sms_reads_well_with_values_of_usual_length() {
    let values = [
        ("number", "0950 001 001"),
        ("method", "Giả danh công an, viện kiểm sát, tòa án"),
        ("unit", "Công an phường Bỉm Sơn"),
    ];
    assert_eq!(
        sms("listed.phone", &values),
        "CANH BAO LUA DAO: 0950 001 001. Gia danh cong an, vien kiem sat, toa an. Cong an phuong Bim Son xac nhan. \
         Khong chuyen tien, cup may. Goi 113."
    );
}

#[test]
fn an_sms_stays_within_bounds_whatever_the_values_hold() {
    let hostile = "Ω{unit}\n\0 \u{1F600}[x]`".repeat(200);
    for code in MESSAGES.keys() {
        let values = [
            ("number", hostile.as_str()),
            ("method", &hostile),
            ("unit", &hostile),
            ("name", &hostile),
        ];
        let told = sms(code, &values);
        assert!(
            told.len() <= SMS_LENGTH && told.is_ascii() && !told.contains('\n'),
            "{code}: {told}"
        );
    }
}

#[test]
fn a_number_without_end_never_pushes_our_own_words_out() {
    let endless = "9".repeat(500);
    let told = sms("no_record", &[("number", &endless)]);
    assert!(
        told.starts_with("Chua ai xac nhan so .... VAN CO THE la lua dao."),
        "{told}"
    );
    let told = sms(
        "listed.phone",
        &[
            ("number", &endless),
            ("unit", &endless),
            ("method", &endless),
        ],
    );
    assert!(told.ends_with("Goi 113."), "{told}");
}

#[test]
fn a_value_that_looks_like_a_placeholder_is_only_text() {
    assert_eq!(fill("{a} {b}", &[("a", "{b}"), ("b", "x")]), "{b} x");
    assert_eq!(fill("a {b", &[]), "a {b");
    assert_eq!(fill("{gone}.", &[]), "….");
}

#[test]
fn advice_for_a_kind_comes_before_what_holds_for_all() {
    let all = advice("listed", Lang::Vi);
    let account = advice("listed.account", Lang::Vi);
    assert!(account.len() == all.len() + 1 && account.ends_with(&all));
    assert!(account[0].contains("tổng đài ngân hàng"));
    for verdict in ["listed", "official", "no_record", "unreadable"] {
        assert!(advice(verdict, Lang::Vi).len() >= 2, "{verdict}");
        assert_eq!(
            advice(verdict, Lang::Vi).len(),
            advice(verdict, Lang::En).len()
        );
    }
    assert!(advice("nonsense", Lang::Vi).is_empty());
}

#[test]
fn advice_rows_are_numbered_from_one_in_order() {
    for about in ADVICE.keys() {
        let prefix = format!("advice.{about}.");
        let numbers: Vec<String> = TABLE
            .lines()
            .filter_map(|line| line.split('\t').next()?.strip_prefix(&prefix))
            .filter(|rest| !rest.contains('.') && rest.parse::<u8>().is_ok())
            .map(str::to_owned)
            .collect();
        let expected: Vec<String> = (1..=numbers.len()).map(|n| n.to_string()).collect();
        assert_eq!(numbers, expected, "{about}");
    }
}

#[test]
fn an_unknown_code_falls_back_to_the_general_text_and_then_to_caution() {
    assert_eq!(
        text("unreadable.new-reason", Lang::En),
        text("unreadable", Lang::En)
    );
    assert_eq!(
        text("no_record.phone", Lang::Vi),
        text("no_record", Lang::Vi)
    );
    assert!(text("nonsense", Lang::Vi).contains("đừng chuyển tiền"));
    assert!(text("nonsense", Lang::En).contains("Do not send money"));
}

#[test]
fn the_language_is_the_one_with_the_highest_weight_and_vietnamese_otherwise() {
    for (header, lang) in [
        ("", Lang::Vi),
        ("en", Lang::En),
        ("en-GB,en;q=0.9", Lang::En),
        ("EN", Lang::En),
        ("vi-VN,vi;q=0.9,en;q=0.8", Lang::Vi),
        ("en;q=0.8, vi;q=0.9", Lang::Vi),
        ("en, vi", Lang::Vi),
        ("en;q=0", Lang::Vi),
        ("fr, de;q=0.9", Lang::Vi),
        ("fr, en;q=0.1", Lang::En),
        ("*", Lang::Vi),
        ("vi;q=0.5, *", Lang::En),
        ("vi;q=0, *;q=0.5", Lang::En),
        ("en;q=2, en;q=x, en;q=0.12345, en;level=1", Lang::Vi),
        ("en ; q = 1.000", Lang::En),
        ("english", Lang::Vi),
    ] {
        assert_eq!(Lang::from_accept_language(header), lang, "{header}");
    }
}
