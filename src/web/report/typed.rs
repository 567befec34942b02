//! What was typed becomes a report to be read, and what is wrong with it is told beside the field.

use std::collections::BTreeSet;

use super::{
    draft::Draft,
    numbers::{Box, Numbers},
};
use crate::domain::{
    identifier::Identifier,
    intake::{calendar::Day, masking::MaskedKind},
    report::{
        reading::{
            self, BadField, GivenIdentifier, NOT_REMEMBERED, RawContact, RawReport, RawTransfer,
            ReadReport,
        },
        told::{MAX_IDENTIFIERS, MIN_STORY},
        words::{IdentifierRole, ReportKind},
    },
    time::Time,
    unit::{self, UnitCode},
};

/// The last minute of a day: of a transfer without its time it is not known that it was earlier.
const END_OF_DAY: &str = "23:59";
/// Most places that are offered.
const MOST_PLACES: usize = 8;
/// The answer to which of them it is: none.
pub const NO_PLACE: &str = "none";

/// A report that was read, and what the reporter is told of it before it is sent.
pub struct Typed {
    pub report: ReadReport,
    /// Lines with numbers that could not be read.
    pub unread: Vec<String>,
    /// Kinds of numbers that were masked.
    pub masked: BTreeSet<MaskedKind>,
}

/// A field that is wrong.
pub struct Fault {
    /// Its name on the page.
    pub field: &'static str,
    /// What is wrong, as a machine word.
    pub code: &'static str,
    /// What could have been meant by a place.
    pub places: Vec<UnitCode>,
}

impl Fault {
    const fn of(field: &'static str, code: &'static str) -> Self {
        Self {
            field,
            code,
            places: Vec::new(),
        }
    }
}

/// Reads what was typed.
///
/// # Errors
/// The first field that is wrong.
pub fn read(draft: &Draft, now: Time) -> Result<Typed, Fault> {
    let kind = draft.kind().ok_or(Fault::of("kind", "required"))?;
    let mut numbers = Numbers::of(draft.get("called"), Box::Called, kind);
    if kind == ReportKind::Loss {
        let paid = Numbers::of(draft.get("paid"), Box::Paid, kind);
        numbers.found.extend(paid.found);
        numbers.unread.extend(paid.unread);
        numbers.beside.extend(paid.beside);
    }
    if numbers.found.len() > MAX_IDENTIFIERS {
        return Err(Fault::of("called", "too-many"));
    }
    let place = place(draft)?;
    let is_empty = numbers.found.is_empty() && numbers.beside.is_empty();
    if is_empty && draft.get("amount").is_empty() && draft.get("story").chars().count() < MIN_STORY
    {
        return Err(Fault::of("called", "too-little-told"));
    }
    let day = day(draft, now)?;
    let time = of_loss(draft, "time");
    if !time.is_empty() && reading::moment(&format!("2000-01-01T{time}")).is_none() {
        return Err(Fault::of("time", "not-a-time"));
    }
    let raw = RawReport {
        kind: draft.get("kind").to_owned(),
        amount_vnd: of_loss(draft, "amount").to_owned(),
        transfers: transfer(draft, &numbers.found, day.as_deref(), now)
            .into_iter()
            .collect(),
        happened_at: day.unwrap_or_default(),
        story: story(draft, &numbers),
        place: place.map_or_else(String::new, |unit| unit.to_string()),
        contact: RawContact {
            name: draft.get("name").to_owned(),
            phone: draft.get("phone").to_owned(),
            how: draft.get("how").to_owned(),
            best_time: draft.get("best_time").to_owned(),
        },
        identifiers: numbers.found.iter().map(given).collect(),
        ..RawReport::default()
    };
    let report = reading::read(&raw, now).map_err(|wrong| fault(&wrong, draft))?;
    Ok(Typed {
        masked: report.notices.masked.clone(),
        unread: numbers.unread,
        report,
    })
}

/// A field that only a report of a loss has.
fn of_loss<'a>(draft: &'a Draft, name: &str) -> &'a str {
    match draft.is_loss() {
        true => draft.get(name),
        false => "",
    }
}

fn given((identifier, role): &(Identifier, IdentifierRole)) -> GivenIdentifier {
    GivenIdentifier {
        text: identifier.display(),
        read: Some(identifier.clone()),
        role: role.as_str().to_owned(),
    }
}

/// The story, with what else was typed and has no place of its own.
fn story(draft: &Draft, numbers: &Numbers) -> String {
    let mut lines = vec![draft.get("story").to_owned()];
    if !numbers.beside.is_empty() {
        lines.push(format!("Ghi ở ô số: {}", numbers.beside.join("; ")));
    }
    // A transfer without its day is none, and its reference must not be lost.
    let bank_ref = of_loss(draft, "bank_ref");
    if !bank_ref.is_empty() && !has_day(draft) {
        lines.push(format!("Mã giao dịch: {bank_ref}"));
    }
    let place = of_loss(draft, "place");
    if !place.is_empty() && draft.get("place_code") == NO_PLACE {
        lines.push(format!("Nơi ở: {place}"));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

fn has_day(draft: &Draft) -> bool {
    matches!(of_loss(draft, "day"), "today" | "yesterday" | "other")
}

/// The day that money was sent on, as a date or that it is not remembered.
fn day(draft: &Draft, now: Time) -> Result<Option<String>, Fault> {
    const DAY_SECONDS: i64 = 86_400;
    let typed = draft.get("date");
    Ok(match of_loss(draft, "day") {
        "today" => Some(Day::of(now).to_string()),
        "yesterday" => Some(Day::of(now.plus_seconds(-DAY_SECONDS)).to_string()),
        "other" if typed.is_empty() => return Err(Fault::of("date", "required")),
        "other" => Some(iso(typed)),
        "unknown" => Some(NOT_REMEMBERED.to_owned()),
        _ => None,
    })
}

/// A date as browsers send it, also where it was typed as people write it: `21/8/2026`.
fn iso(date: &str) -> String {
    let parts: Vec<&str> = date.split(['/', '.', '-']).map(str::trim).collect();
    match parts[..] {
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => date.to_owned(),
    }
}

/// The money that was sent, where its day is known.
fn transfer(
    draft: &Draft,
    found: &[(Identifier, IdentifierRole)],
    day: Option<&str>,
    now: Time,
) -> Option<RawTransfer> {
    let day = day.filter(|_| has_day(draft))?;
    let amount = draft.get("amount");
    let typed = draft.get("time");
    let time = if typed.is_empty() { END_OF_DAY } else { typed };
    let at = format!("{day}T{time}");
    // Where only the day is known, money was sent before now at any rate.
    let read = reading::moment(&at).filter(|at| typed.is_empty() && *at > now);
    let mut paid = found
        .iter()
        .enumerate()
        .filter(|(_, (_, role))| *role == IdentifierRole::ReceivedMoney);
    let only = match (paid.next(), paid.next()) {
        (Some((nth, _)), None) => Some(nth),
        _ => None,
    };
    Some(RawTransfer {
        at: read.map_or(at, |_| now.rfc3339()),
        // How much is not always known, and that money went somewhere is what is urgent.
        amount_vnd: if amount.is_empty() { "0" } else { amount }.to_owned(),
        to: only,
        bank_ref: draft.get("bank_ref").to_owned(),
    })
}

/// Where the reporter lives: named without doubt, chosen, or left to the story.
fn place(draft: &Draft) -> Result<Option<UnitCode>, Fault> {
    let (text, chosen) = (of_loss(draft, "place"), draft.get("place_code"));
    if text.is_empty() || chosen == NO_PLACE {
        return Ok(None);
    }
    let places = places(text);
    let is_offered = |unit: &UnitCode| places.contains(unit);
    if let Some(unit) = UnitCode::parse(chosen).ok().filter(is_offered) {
        return Ok(Some(unit));
    }
    match places[..] {
        [one] => Ok(Some(one)),
        _ => Err(Fault {
            code: if places.is_empty() {
                "unknown-place"
            } else {
                "several-places"
            },
            field: "place",
            places,
        }),
    }
}

/// Places that a text may mean; one that it names without doubt alone.
pub fn places(text: &str) -> Vec<UnitCode> {
    if let Some(unit) = unit::locate(text, None).or_else(|| UnitCode::parse(text).ok()) {
        return vec![unit];
    }
    let found = unit::search(text).into_iter().map(|unit| unit.code);
    found.take(MOST_PLACES).collect()
}

/// The field of the page that a field of a report was typed into.
fn fault(wrong: &BadField, draft: &Draft) -> Fault {
    let field = match wrong.pointer.as_str() {
        "/amount_vnd" | "/transfers/0/amount_vnd" => "amount",
        "/transfers/0/at" if draft.get("day") == "other" => "date",
        "/transfers/0/at" => "time",
        "/transfers/0/bank_ref" => "bank_ref",
        "/happened_at" => "date",
        "/place" => "place",
        "/contact/name" => "name",
        "/contact/phone" => "phone",
        "/contact/how" => "how",
        "/contact/best_time" => "best_time",
        pointer if pointer.starts_with("/identifiers") => "called",
        _ => "story",
    };
    Fault::of(field, wrong.code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::web::forms::Fields;

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
        assert!(
            taken(&loss(&[("day", "")]))
                .report
                .told
                .transfers
                .is_empty()
        );
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
            (&[("how", "call")], ("phone", "required")),
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
        let named = taken(&loss(&[("place", "phường Bỉm Sơn, Thanh Hóa")]))
            .report
            .told
            .place;
        assert_eq!(named.map(|unit| unit.to_string()).as_deref(), Some("14812"));
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
}
