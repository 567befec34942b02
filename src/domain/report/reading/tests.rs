mod limits;

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

#[test]
fn who_says_where_he_lives_means_the_commune_of_today_that_has_the_name() {
    let of = |text: &str| place::exact(text).map(|unit| unit.to_string());
    for text in [
        "Bỉm Sơn",
        "bim son",
        "Thị xã Bỉm Sơn",
        "Phường Bỉm Sơn, Thanh Hóa",
    ] {
        assert_eq!(of(text).as_deref(), Some("14812"), "{text}");
    }
    assert_eq!(of("Thanh Hóa").as_deref(), Some("38"), "a province");
    assert_eq!(of("Tân"), None);
}
