use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Fields::from(owned.collect::<Vec<_>>())
}

const KNOWN: &str = "phone:+84950001001";

#[test]
fn identifiers_are_kept_dropped_and_added() {
    let sent = fields(&[
        ("known", KNOWN),
        ("known_role", "contacted_me"),
        ("known", "phone:+84950001002"),
        ("known_role", ""),
        ("added", " Vietcombank 0000000070001 "),
        ("added_role", "received_money"),
        ("added", ""),
        ("added_role", "mentioned"),
    ]);
    let given = identifiers(&sent);
    let told: Vec<(Option<String>, &str)> = given
        .iter()
        .map(|one| {
            let key = one.read.as_ref().map(|read| read.key().to_string());
            (key, one.role.as_str())
        })
        .collect();
    let account = Some("account:VN:970436:0000000070001".to_owned());
    let expected = [
        (Some(KNOWN.to_owned()), "contacted_me"),
        (account, "received_money"),
    ];
    assert_eq!(told, expected);
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
fn what_a_bank_answered_has_to_be_said_or_why_it_was_not_called() {
    let now = Time::from_millis(1_787_191_200_000);
    let of = |pairs: &[(&str, &str)]| bank_call(&fields(pairs), now).is_ok();
    let answered = ("note", "đã giữ, chị Hoa nghe máy");
    assert!(of(&[("called", "yes"), ("at", "09:00"), answered]));
    assert!(!of(&[("called", "yes"), ("at", "09:00")]));
    assert!(!of(&[("called", "yes"), ("at", ""), answered]));
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
