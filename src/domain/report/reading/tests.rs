use proptest::prelude::*;

use super::*;
use crate::domain::report::{told::*, words::IdentifierRole};

/// 2026-08-21T07:00:00Z, a Friday.
const NOW: Time = Time::from_millis(1_787_295_600_000);
const RECEIPT_LIKE: &str = "12345 12345 12345 12345 12345";
const CARD: &str = "9704 0000 0000 0000 018";

fn attempt() -> RawReport {
    RawReport {
        kind: "attempt".to_owned(),
        identifiers: vec![GivenIdentifier::of("0950 001 001", "contacted_me")],
        ..RawReport::default()
    }
}

fn wrong(raw: &RawReport) -> (String, &'static str) {
    match read(raw, NOW) {
        Err(BadField { pointer, code }) => (pointer, code),
        Ok(_) => (String::new(), "taken"),
    }
}

fn taken(raw: &RawReport) -> ReadReport {
    match read(raw, NOW) {
        Ok(read) => read,
        Err(error) => panic!("{error}"),
    }
}

fn transfer(at: &str) -> RawTransfer {
    RawTransfer {
        at: at.to_owned(),
        amount_vnd: "5000000".to_owned(),
        ..RawTransfer::default()
    }
}

#[test]
fn a_report_of_a_loss_is_read_whole() {
    let raw = RawReport {
        kind: "loss".to_owned(),
        identifiers: vec![
            GivenIdentifier::of("0950001001", "contacted_me"),
            GivenIdentifier::of("", ""),
            GivenIdentifier::of("VCB 0000000070001", "received_money"),
        ],
        method: "khac".to_owned(),
        amount_vnd: "5 triệu".to_owned(),
        transfers: vec![RawTransfer {
            to: Some(2),
            bank_ref: "FT26233/0001.A-1".to_owned(),
            ..transfer("2026-08-21T13:30:00+07:00")
        }],
        happened_at: "21/8/2026".to_owned(),
        story: "  Xưng là công an.\r\nBảo chuyển tiền. ".to_owned(),
        place: "Bỉm Sơn, Thanh Hóa".to_owned(),
        contact: RawContact {
            name: "Bà Tư".to_owned(),
            phone: "0950 001 009".to_owned(),
            how: "call".to_owned(),
            best_time: "buổi sáng".to_owned(),
        },
        ..RawReport::default()
    };
    let read = taken(&raw);
    assert_eq!(read.kind, ReportKind::Loss);
    let told = &read.told;
    assert_eq!(told.identifiers.len(), 2);
    assert_eq!(told.amount_vnd, Some(5_000_000));
    assert_eq!(
        told.transfers[0].to,
        Some(1),
        "counted without the empty row"
    );
    assert_eq!(told.transfers[0].at, NOW.plus_seconds(-1_800));
    assert_eq!(told.happened_at.as_deref(), Some("2026-08-21"));
    assert_eq!(told.story, "Xưng là công an.\nBảo chuyển tiền.");
    assert!(told.place.is_some() && told.is_urgent(NOW));
    assert_eq!(read.contact.how, ReachBy::Call);
    assert!(read.keep_original, "somebody can be asked");
    assert_eq!(read.notices, Notices::default());
}

#[test]
fn without_a_contact_originals_are_not_kept_unless_it_is_said() {
    assert!(!taken(&attempt()).keep_original);
    let said = RawReport {
        keep_original: Some(true),
        ..attempt()
    };
    assert!(taken(&said).keep_original);
}

#[test]
fn what_can_not_be_read_is_kept_in_the_story() {
    let raw = RawReport {
        identifiers: vec![
            GivenIdentifier::of("số\nlạ 09xx", "contacted_me"),
            GivenIdentifier::of(CARD, "received_money"),
        ],
        transfers: vec![RawTransfer {
            to: Some(1),
            ..transfer("2026-08-21T07:00:00Z")
        }],
        ..attempt()
    };
    let read = taken(&raw);
    assert!(read.told.identifiers.is_empty());
    assert_eq!(
        read.told.story,
        "Số đọc không được: số lạ 09xx\nSố đọc không được: •••• 0018"
    );
    assert_eq!(read.notices.unreadable, 2);
    assert_eq!(read.told.transfers[0].to, None);
    let long = RawReport {
        identifiers: vec![GivenIdentifier::of(&"x".repeat(900), "mentioned")],
        ..attempt()
    };
    let kept = taken(&long).told.story.chars().count();
    assert_eq!(kept, UNREADABLE.chars().count() + MAX_UNREADABLE);
}

#[test]
fn numbers_of_the_reporter_are_counted_and_kept_nowhere() {
    let raw = RawReport {
        identifiers: vec![
            GivenIdentifier::of("0950001009", "mine"),
            GivenIdentifier::of("tài khoản của tôi", "mine"),
            GivenIdentifier::of("+84950001009", "contacted_me"),
            GivenIdentifier::of("0950001001", "contacted_me"),
        ],
        story: "Gọi vào máy 0950 001 009 của tôi".to_owned(),
        contact: RawContact {
            name: "Tư 0950001009".to_owned(),
            ..RawContact::default()
        },
        ..attempt()
    };
    let read = taken(&raw);
    assert_eq!(read.told.own_given, 2);
    assert_eq!(read.told.identifiers.len(), 1);
    assert_eq!(read.told.story, "Gọi vào máy 0•••• của tôi");
    assert_eq!(read.contact.name, "Tư 0••••");
    assert!(read.notices.has_own_masked);
    assert_eq!((read.told.masked, read.notices.unreadable), (2, 0));
    let to_own = RawReport {
        transfers: vec![RawTransfer {
            to: Some(0),
            ..transfer("2026-08-21T07:00:00Z")
        }],
        ..raw
    };
    assert_eq!(wrong(&to_own), ("/transfers/0/to".to_owned(), "own-number"));
}

#[test]
fn receipts_cards_and_identity_numbers_are_masked_in_every_text() {
    let raw = RawReport {
        story: format!("mã {RECEIPT_LIKE}, thẻ {CARD}"),
        currency: format!("usd {CARD}"),
        contact: RawContact {
            name: "Tư 001060000001".to_owned(),
            best_time: CARD.to_owned(),
            ..RawContact::default()
        },
        ..attempt()
    };
    let read = taken(&raw);
    let texts = [
        read.told.story.as_str(),
        read.told.currency.as_deref().unwrap_or_default(),
        &read.contact.name,
        &read.contact.best_time,
    ];
    for text in texts {
        assert!(text.contains("••••"), "{text}");
        assert!(!text.contains("9704") && !text.contains("12345") && !text.contains("00106"));
    }
    assert_eq!(read.notices.masked.len(), 3);
    assert_eq!(read.told.masked, 5);
}

#[test]
fn an_attempt_tells_a_story_or_a_number() {
    let with = |story: &str| RawReport {
        identifiers: Vec::new(),
        story: story.to_owned(),
        ..attempt()
    };
    let little = ("/story".to_owned(), "too-little-told");
    assert_eq!(wrong(&with("")), little);
    assert_eq!(wrong(&with("123456789")), little);
    assert_eq!(wrong(&with("1234 56789")).1, "taken");
    let own = RawReport {
        identifiers: vec![GivenIdentifier::of("0950001009", "mine")],
        ..attempt()
    };
    assert_eq!(wrong(&own), little);
    let loss = RawReport {
        kind: "loss".to_owned(),
        ..with("")
    };
    assert_eq!(wrong(&loss).1, "taken", "every tip is received");
}

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

#[test]
fn an_officer_gives_roles_anew_and_transfers_follow_their_accounts() {
    let raw = RawReport {
        identifiers: vec![
            GivenIdentifier::of("0950001001", "contacted_me"),
            GivenIdentifier::of("VCB 0000000070001", "received_money"),
        ],
        transfers: vec![RawTransfer {
            to: Some(1),
            ..transfer("2026-08-21T07:00:00Z")
        }],
        story: "gọi từ 0950001001".to_owned(),
        ..attempt()
    };
    let told = taken(&raw).told;
    let anew = [
        GivenIdentifier::of("VCB 0000000070001", "received_money"),
        GivenIdentifier::of("0950001001", "mine"),
    ];
    let told = reclassified(&told, &anew).expect("roles");
    assert_eq!(told.transfers[0].to, Some(0));
    assert_eq!((told.own_given, told.identifiers.len()), (1, 1));
    assert_eq!(told.identifiers[0].role, IdentifierRole::ReceivedMoney);
    assert_eq!(told.story, "gọi từ 0••••");
    let unread = reclassified(&told, &[GivenIdentifier::of("x y", "mentioned")]);
    assert_eq!(unread.map(|_| ()), Err(bad("/identifiers/0", "unreadable")));
}

proptest! {
    #[test]
    fn any_texts_are_answered(
        texts in prop::collection::vec("\\PC{0,60}|[0-9 ./:T+-]{0,40}|[\\s\\S]{0,20}", 12),
        role in "contacted_me|mine|mentioned|x",
        to in prop::option::of(0_usize..4),
    ) {
        let text = |nth: usize| texts[nth].clone();
        let raw = RawReport {
            kind: "attempt".to_owned(),
            identifiers: vec![GivenIdentifier::of(&texts[0], &role), GivenIdentifier::of(&texts[1], "mine")],
            method: String::new(),
            amount_vnd: text(2),
            currency: text(3),
            transfers: vec![RawTransfer { at: text(4), amount_vnd: text(5), to, bank_ref: text(6) }],
            happened_at: text(7),
            story: text(8),
            place: text(9),
            unit: String::new(),
            contact: RawContact { name: text(10), phone: text(11), ..RawContact::default() },
            keep_original: None,
        };
        if let Ok(read) = read(&raw, NOW) {
            prop_assert!(read.told.story.chars().count() <= MAX_STORY + 2 * (MAX_UNREADABLE + 20));
            prop_assert!(mask(&read.told.story).masked.is_empty());
        }
    }
}
