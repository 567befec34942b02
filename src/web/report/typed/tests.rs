use proptest::prelude::*;

use super::*;
use crate::{domain::report::told::ReachBy, web::forms::Fields};

/// 2026-08-21T07:00:00Z, a Friday: 14:00 in Vietnam.
const NOW: Time = Time::from_millis(1_787_295_600_000);

fn draft(pairs: &[(&str, &str)]) -> Draft {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Draft::of(&Fields::from(pairs.iter().map(own).collect::<Vec<_>>()))
}

fn loss(more: &[(&str, &str)]) -> Draft {
    let mut pairs = vec![
        ("kind", "loss"),
        ("called", "0950 001 001"),
        ("paid", "Vietcombank 0000000070001"),
        ("amount", "5 triệu"),
        ("day", "today"),
    ];
    pairs.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    pairs.extend_from_slice(more);
    draft(&pairs)
}

fn taken(draft: &Draft) -> Typed {
    match read(draft, NOW) {
        Ok(typed) => typed,
        Err(fault) => panic!("{} {}", fault.field, fault.code),
    }
}

fn wrong(draft: &Draft) -> (&'static str, &'static str) {
    match read(draft, NOW) {
        Ok(_) => ("", "taken"),
        Err(fault) => (fault.field, fault.code),
    }
}

#[test]
fn a_loss_of_today_at_a_known_account_is_urgent() {
    let report = taken(&loss(&[])).report;
    assert!(report.told.is_urgent(NOW));
    assert_eq!(report.told.amount_vnd, Some(5_000_000));
    assert_eq!(report.told.transfers[0].to, Some(1));
    assert_eq!(report.told.happened_at.as_deref(), Some("2026-08-21"));
    let at = |more: &[(&str, &str)]| taken(&loss(more)).report.told.transfers[0].at;
    assert_eq!(at(&[]), NOW, "never later than now");
    assert_eq!(at(&[("time", "13:30")]), NOW.plus_seconds(-1_800));
    assert_eq!(
        at(&[("day", "yesterday")]),
        NOW.plus_seconds(-14 * 3_600 - 60)
    );
    let other = [("day", "other"), ("date", "19/8/2026")];
    assert_eq!(at(&other), NOW.plus_seconds(-38 * 3_600 - 60));
}

#[test]
fn whoever_remembers_no_day_or_sum_reports_all_the_same() {
    let unknown = taken(&loss(&[("day", "unknown"), ("bank_ref", "FT1")]))
        .report
        .told;
    assert!(unknown.transfers.is_empty());
    assert_eq!(unknown.happened_at.as_deref(), Some("unknown"));
    assert_eq!(unknown.story, "Mã giao dịch: FT1");
    let told = taken(&loss(&[("amount", "")])).report.told;
    assert!(told.is_urgent(NOW) && told.amount_vnd.is_none());
}

#[test]
fn whoever_says_what_was_paid_is_asked_for_the_day_since_a_bank_may_still_hold_it() {
    let only = |field: &'static str, value: &'static str| {
        let mut pairs = vec![("paid", ""), ("amount", ""), ("day", "")];
        pairs.retain(|(name, _)| *name != field);
        pairs.push((field, value));
        wrong(&loss(&pairs))
    };
    for (field, value) in [
        ("paid", "Vietcombank 0000000070001"),
        ("amount", "50 triệu"),
        ("time", "06:00"),
        ("bank_ref", "FT1"),
    ] {
        assert_eq!(only(field, value), ("date", "required"), "{field}");
    }
    // Of a lost account no money was paid.
    assert_eq!(only("story", "Họ lấy mất tài khoản của tôi").1, "taken");
    let date = only("date", "20/8/2026");
    assert_eq!(
        date.1, "taken",
        "a date is one, whatever button was left alone"
    );
}

#[test]
fn a_number_is_for_calls_unless_something_else_was_chosen() {
    let how = |pairs: &[(&str, &str)]| taken(&loss(pairs)).report.contact.how;
    assert_eq!(how(&[]), ReachBy::None);
    assert_eq!(how(&[("how", "call")]), ReachBy::None, "as the page has it");
    assert_eq!(how(&[("phone", "0950001999")]), ReachBy::Call);
    let chosen = [("phone", "0950001999"), ("how", "none")];
    assert_eq!(how(&chosen), ReachBy::None);
}

#[test]
fn the_bank_that_was_paid_from_is_told() {
    let told = taken(&loss(&[("bank", "970405")])).report.told;
    assert_eq!(told.story, "Tiền chuyển từ: Agribank");
}

#[test]
fn what_is_wrong_is_told_beside_its_field() {
    for (more, expected) in [
        (&[("amount", "nhiều lắm")][..], ("amount", "not-a-sum")),
        (&[("day", "other")], ("date", "required")),
        (
            &[("day", "other"), ("date", "2026-08-22")],
            ("date", "in-future"),
        ),
        (
            &[("day", "other"), ("date", "hôm kia")],
            ("date", "not-a-time"),
        ),
        (
            &[("day", "other"), ("date", "2019-01-01")],
            ("date", "too-long-ago"),
        ),
        (&[("time", "25:00")], ("time", "not-a-time")),
        (&[("time", "23:00")], ("time", "in-future")),
        (&[("bank_ref", "a b")], ("bank_ref", "not-a-bank-reference")),
        (&[("how", "zalo")], ("phone", "required")),
        (&[("place", "xứ thần tiên")], ("place", "unknown-place")),
    ] {
        assert_eq!(wrong(&loss(more)), expected, "{more:?}");
    }
    let many: Vec<String> = (0..=MAX_IDENTIFIERS)
        .map(|nth| format!("09500010{nth:02}"))
        .collect();
    let many = |count: usize| loss(&[("paid", ""), ("called", &many[..count].join("\n"))]);
    assert_eq!(wrong(&many(MAX_IDENTIFIERS)).1, "taken");
    assert_eq!(wrong(&many(MAX_IDENTIFIERS + 1)), ("called", "too-many"));
    assert_eq!(wrong(&draft(&[])), ("kind", "required"));
    for kind in ["loss", "attempt"] {
        assert_eq!(
            wrong(&draft(&[("kind", kind)])),
            ("called", "too-little-told")
        );
    }
    assert_eq!(
        wrong(&draft(&[("kind", "attempt"), ("story", "Gọi dọa tôi")])).1,
        "taken"
    );
}

#[test]
fn a_place_of_several_is_chosen_and_one_that_nobody_knows_is_kept_as_it_was_written() {
    let several = read(&loss(&[("place", "Tân")]), NOW).err();
    let several = several.unwrap_or(Fault::of("", ""));
    assert_eq!((several.field, several.code), ("place", "several-places"));
    assert_eq!(several.places.len(), MOST_PLACES);
    let chosen = several.places[0].to_string();
    let with = |code: &str| {
        taken(&loss(&[("place", "Tân"), ("place_code", code)]))
            .report
            .told
    };
    assert_eq!(with(&chosen).place, Some(several.places[0]));
    let left = with(NO_PLACE);
    assert_eq!((left.place, left.story.as_str()), (None, "Nơi ở: Tân"));
    assert_eq!(
        wrong(&loss(&[("place", "Tân"), ("place_code", "14812")])).0,
        "place",
        "not offered"
    );
    // Also where another text was left as it was before.
    for before in ["", NO_PLACE] {
        let place = [
            ("place", "phường Bỉm Sơn, Thanh Hóa"),
            ("place_code", before),
        ];
        let told = taken(&loss(&place)).report.told;
        let named = told.place.map(|unit| unit.to_string());
        assert_eq!((named.as_deref(), told.story.as_str()), (Some("14812"), ""));
    }
}

#[test]
fn what_belongs_to_a_loss_is_no_part_of_an_attempt() {
    let mut other = loss(&[("bank_ref", "FT1"), ("place", "Tân")]);
    other.set("kind", "attempt");
    let told = taken(&other).report.told;
    assert!(told.transfers.is_empty() && told.amount_vnd.is_none() && told.place.is_none());
    assert_eq!(told.identifiers.len(), 1);
    assert_eq!(told.story, "");
}

proptest! {
    #[test]
    fn whatever_is_typed_is_answered(
        kind in "loss|attempt|\\PC{0,5}",
        boxes in proptest::collection::vec("[0-9 .\\n-]{0,60}|\\PC{0,60}|VCB [0-9]{6,14}", 4),
        day in "today|yesterday|other|unknown|",
        date in "[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}|\\PC{0,12}",
        time in "[0-9]{2}:[0-9]{2}|\\PC{0,6}|",
    ) {
        let [called, paid, amount, story] = [0, 1, 2, 3].map(|nth: usize| boxes[nth].as_str());
        let typed = draft(&[
            ("kind", &kind), ("called", called), ("paid", paid), ("amount", amount),
            ("story", story), ("day", &day), ("date", &date), ("time", &time),
        ]);
        if let Ok(typed) = read(&typed, NOW) {
            prop_assert!(typed.report.told.identifiers.len() <= MAX_IDENTIFIERS);
        }
    }
}
