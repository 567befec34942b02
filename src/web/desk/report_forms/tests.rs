use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Fields::from(owned.collect::<Vec<_>>())
}

const KNOWN: &str = "phone:+84950001001";

#[test]
fn identifiers_are_kept_dropped_and_added_each_once() {
    let sent = fields(&[
        ("known", KNOWN),
        ("known_role", "contacted_me"),
        ("known", "phone:+84950001002"),
        ("known_role", ""),
        ("added", "0950 001 001"),
        ("added_role", "mentioned"),
        ("added", "Vietcombank 0000000070001"),
        ("added_role", "received_money"),
        ("added", "0950 001 009"),
        ("added_role", "mine"),
        ("added", ""),
        ("added_role", "mentioned"),
    ]);
    let Ok((told, own)) = identifiers(&sent) else {
        panic!("they can be read");
    };
    let keys: Vec<String> = told
        .iter()
        .map(|one| one.identifier.key().to_string())
        .collect();
    assert_eq!(keys, [KNOWN, "account:VN:970436:0000000070001"]);
    assert_eq!(
        told[0].role,
        IdentifierRole::ContactedMe,
        "what was known comes first"
    );
    assert_eq!(own, 1);
    let unreadable = fields(&[("added", "không rõ"), ("added_role", "mentioned")]);
    assert!(identifiers(&unreadable).is_err());
    let without_role = fields(&[("added", "0950001001"), ("added_role", "")]);
    assert!(identifiers(&without_role).is_err());
}

#[test]
fn more_identifiers_than_a_report_has_are_refused() {
    let many = |count: usize| {
        let pairs = (0..count).flat_map(|nth| {
            let number = format!("09500010{nth:02}");
            [
                ("added".to_owned(), number),
                ("added_role".to_owned(), "mentioned".to_owned()),
            ]
        });
        identifiers(&Fields::from(pairs.collect::<Vec<_>>())).map(|(told, _)| told.len())
    };
    assert_eq!(many(MAX_IDENTIFIERS).ok(), Some(MAX_IDENTIFIERS));
    assert!(many(MAX_IDENTIFIERS + 1).is_err());
}

#[test]
fn a_time_of_day_is_the_last_one_that_clocks_showed() {
    // 2026-08-20 09:00 in Vietnam.
    let now = Time::from_millis(1_787_191_200_000);
    let of = |text| time_of_day(text, now).map(|at| (at.seconds() - now.seconds()) / 60);
    assert_eq!(of("09:00"), Some(0));
    assert_eq!(of("08:45"), Some(-15));
    assert_eq!(of("09:05"), Some(5), "another clock may be ahead");
    assert_eq!(of("09:06"), Some(6 - 24 * 60));
    for wrong in ["", "9", "24:00", "09:60", "-1:00", "a:b"] {
        assert_eq!(of(wrong), None, "{wrong}");
    }
}

#[test]
fn why_no_bank_was_called_has_to_be_said() {
    let now = Time::from_millis(1_787_191_200_000);
    let of = |pairs: &[(&str, &str)]| bank_call(&fields(pairs), now).is_ok();
    assert!(of(&[("called", "yes"), ("at", "09:00")]));
    assert!(!of(&[("called", "yes"), ("at", "")]));
    assert!(of(&[("called", "no"), ("note", "tiền gửi bằng tiền mặt")]));
    assert!(!of(&[("called", "no"), ("note", " . ")]));
    assert!(!of(&[("note", "x")]));
}

#[test]
fn a_date_of_a_document_is_a_day_of_the_calendar() {
    let of = |text| date(&fields(&[("document_date", text)])).ok();
    assert_eq!(of("2026-08-21"), Some(Some("2026-08-21".to_owned())));
    assert_eq!(of(""), Some(None));
    for wrong in ["2026-13-01", "21/08/2026", "2026-08-32"] {
        assert_eq!(of(wrong), None, "{wrong}");
    }
}

#[test]
fn nothing_but_an_outcome_that_a_person_gives_is_taken() {
    let of = |word| outcome(&fields(&[("outcome", word)])).ok();
    assert_eq!(of("no_case"), Some(Outcome::NoCase));
    assert_eq!(of("listed"), None);
    assert_eq!(of("duplicate"), None);
    assert_eq!(of(""), None);
}

#[test]
fn a_reason_has_to_say_something_and_not_too_much() {
    let of = |text: &str| reason(&fields(&[("reason", text)])).is_ok();
    assert!(!of(" … "));
    assert!(of(&"a".repeat(MAX_REASON)));
    assert!(!of(&"a".repeat(MAX_REASON + 1)));
}
