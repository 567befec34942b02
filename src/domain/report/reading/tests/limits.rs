//! Limits on both sides, and the words that are none.

use super::*;

/// A wrong report: what changes in one that is taken, and the field that is named.
fn changed(change: impl FnOnce(&mut RawReport)) -> (String, &'static str) {
    let mut raw = attempt();
    change(&mut raw);
    wrong(&raw)
}

#[test]
fn limits_hold_on_both_sides() {
    let number = || GivenIdentifier::of("0950001001", "contacted_me");
    let many = |raw: &mut RawReport, count| raw.identifiers = vec![number(); count];
    assert_eq!(changed(|raw| many(raw, MAX_IDENTIFIERS)).1, "taken");
    assert_eq!(
        changed(|raw| many(raw, MAX_IDENTIFIERS + 1)),
        ("/identifiers".to_owned(), "too-many")
    );
    let sent = |raw: &mut RawReport, count| {
        raw.transfers = vec![transfer("2026-08-21T07:00:00Z"); count];
    };
    assert_eq!(changed(|raw| sent(raw, MAX_TRANSFERS)).1, "taken");
    assert_eq!(
        changed(|raw| sent(raw, MAX_TRANSFERS + 1)),
        ("/transfers".to_owned(), "too-many")
    );
    type Field = (&'static str, usize, fn(&mut RawReport, String));
    let texts: [Field; 5] = [
        ("/story", MAX_STORY, |raw, text| raw.story = text),
        ("/currency", MAX_CURRENCY, |raw, text| raw.currency = text),
        ("/contact/name", MAX_CONTACT_NAME, |raw, text| {
            raw.contact.name = text;
        }),
        ("/contact/best_time", MAX_BEST_TIME, |raw, text| {
            raw.contact.best_time = text;
        }),
        ("/transfers/0/bank_ref", MAX_BANK_REF, |raw, text| {
            raw.transfers = vec![RawTransfer {
                bank_ref: text,
                ..transfer("2026-08-21T07:00:00Z")
            }];
        }),
    ];
    for (pointer, most, set) in texts {
        assert_eq!(
            changed(|raw| set(raw, "a".repeat(most))).1,
            "taken",
            "{pointer}"
        );
        let over = changed(|raw| set(raw, "a".repeat(most + 1)));
        assert_eq!(over, (pointer.to_owned(), "too-long"));
    }
}

#[test]
fn sums_have_a_limit_and_a_form() {
    let sum = |text: &str| changed(|raw| raw.amount_vnd = text.to_owned());
    for text in [
        "0",
        "500",
        "1000000000000",
        "5.000.000 đ",
        "5tr",
        "5,5 triệu",
        "2 tỷ",
    ] {
        assert_eq!(sum(text).1, "taken", "{text}");
    }
    assert_eq!(
        sum("1000000000001"),
        ("/amount_vnd".to_owned(), "out-of-range")
    );
    assert_eq!(sum("99999999999999999999999").1, "out-of-range");
    for text in ["-5", "năm triệu", "5.00", "5tr và nữa"] {
        assert_eq!(sum(text), ("/amount_vnd".to_owned(), "not-a-sum"), "{text}");
    }
    assert_eq!(sum(&"1".repeat(41)).1, "too-long");
}

#[test]
fn money_was_sent_within_five_years_and_not_later_than_now() {
    let sent = |at: Time| {
        let text = jiff::Timestamp::from_millisecond(at.millis())
            .unwrap()
            .to_string();
        changed(|raw| raw.transfers = vec![transfer(&text)])
    };
    let oldest = -(MAX_TRANSFER_YEARS * 365 + 2) * 86_400;
    assert_eq!(sent(NOW.plus_seconds(TRANSFER_LEEWAY_SECONDS)).1, "taken");
    assert_eq!(
        sent(NOW.plus_seconds(TRANSFER_LEEWAY_SECONDS + 1)),
        ("/transfers/0/at".to_owned(), "in-future")
    );
    assert_eq!(sent(NOW.plus_seconds(oldest)).1, "taken");
    assert_eq!(sent(NOW.plus_seconds(oldest - 1)).1, "too-long-ago");
    let written = |text: &str| changed(|raw| raw.transfers = vec![transfer(text)]).1;
    assert_eq!(written("2026-08-21T13:30"), "taken", "the form's own");
    for text in ["hôm qua", "2026-08-21", "2026-02-30T07:00:00Z"] {
        assert_eq!(written(text), "not-a-time", "{text}");
    }
    assert_eq!(written(""), "required");
}

#[test]
fn a_transfer_names_its_sum_and_where_it_went() {
    let with = |set: fn(&mut RawTransfer)| {
        changed(|raw| {
            let mut sent = transfer("2026-08-21T07:00:00Z");
            set(&mut sent);
            raw.transfers = vec![RawTransfer::default(), sent];
        })
    };
    assert_eq!(with(|sent| sent.to = Some(0)).1, "taken");
    assert_eq!(
        with(|sent| sent.to = Some(1)),
        ("/transfers/1/to".to_owned(), "invalid")
    );
    assert_eq!(
        with(|sent| sent.amount_vnd.clear()),
        ("/transfers/1/amount_vnd".to_owned(), "required")
    );
    assert_eq!(
        with(|sent| sent.bank_ref = "FT 1".to_owned()),
        ("/transfers/1/bank_ref".to_owned(), "not-a-bank-reference")
    );
}

#[test]
fn when_it_happened_has_one_form() {
    let happened = |text: &str| {
        let raw = RawReport {
            happened_at: text.to_owned(),
            ..attempt()
        };
        read(&raw, NOW).map(|read| read.told.happened_at.unwrap_or_default())
    };
    for (text, kept) in [
        ("", ""),
        ("2026-08-21", "2026-08-21"),
        ("1/8/2026", "2026-08-01"),
        ("2026-08", "2026-08"),
        ("8/2026", "2026-08"),
        ("Không nhớ", "unknown"),
        ("unknown", "unknown"),
    ] {
        assert_eq!(happened(text), Ok(kept.to_owned()), "{text}");
    }
    let code = |text: &str| happened(text).map_err(|error| error.code);
    assert_eq!(code("2026-08-22"), Err("in-future"));
    for text in [
        "tháng trước",
        "2026-02-30",
        "2026-13",
        "1899-12-31",
        "2026",
        "1/2/3/2026",
    ] {
        assert_eq!(code(text), Err("not-a-date"), "{text}");
    }
}

#[test]
fn a_place_is_a_code_or_a_name_of_today_or_before() {
    let place = |text: &str| changed(|raw| raw.place = text.to_owned());
    for text in [
        "",
        "38",
        "Thanh Hóa",
        "P. Bỉm Sơn, Thanh Hóa",
        "thị xã Bỉm Sơn, Thanh Hóa",
    ] {
        assert_eq!(place(text).1, "taken", "{text}");
    }
    assert_eq!(
        place("Xứ Sở Thần Tiên"),
        ("/place".to_owned(), "unknown-place")
    );
    assert_eq!(place(&"x".repeat(MAX_PLACE)).1, "unknown-place");
    assert_eq!(place(&"x".repeat(MAX_PLACE + 1)).1, "too-long");
}

#[test]
fn words_that_are_none_are_named() {
    type Set = fn(&mut RawReport);
    let cases: [(Set, &str, &str); 12] = [
        (|raw| raw.kind.clear(), "/kind", "required"),
        (|raw| raw.kind = "theft".to_owned(), "/kind", "invalid"),
        (
            |raw| raw.method = "x".to_owned(),
            "/method",
            "unknown-method",
        ),
        (|raw| raw.unit = "x".to_owned(), "/unit", "unknown-unit"),
        (
            |raw| raw.story = "\u{7}".to_owned(),
            "/story",
            "control-character",
        ),
        (
            |raw| raw.contact.name = "a\nb".to_owned(),
            "/contact/name",
            "control-character",
        ),
        (
            |raw| raw.contact.how = "fax".to_owned(),
            "/contact/how",
            "invalid",
        ),
        (
            |raw| raw.contact.how = "sms".to_owned(),
            "/contact/phone",
            "required",
        ),
        (
            |raw| raw.contact.phone = "1234567".to_owned(),
            "/contact/phone",
            "not-a-phone",
        ),
        (
            |raw| raw.contact.phone = "001060000001".to_owned(),
            "/contact/phone",
            "not-a-phone",
        ),
        (
            |raw| raw.identifiers[0].role.clear(),
            "/identifiers/0/role",
            "required",
        ),
        (
            |raw| raw.identifiers[0].role = "x".to_owned(),
            "/identifiers/0/role",
            "invalid",
        ),
    ];
    for (set, pointer, code) in cases {
        assert_eq!(changed(set), (pointer.to_owned(), code));
    }
}
