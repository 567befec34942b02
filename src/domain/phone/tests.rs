use super::*;

fn e164(digits: &str, plus: bool) -> Option<String> {
    Phone::dialled(digits, plus)
        .ok()
        .map(|phone| phone.e164().to_owned())
}

#[test]
fn every_area_code_of_2017_reads_in_every_form() {
    for row in tsv::rows(include_str!("../../../config/area_codes_2017.tsv")) {
        let subscriber = "23456789"
            .get(..row.get("subscriber_digits").parse().unwrap_or(0))
            .unwrap_or("");
        let national = format!("{}{subscriber}", row.get("new_area_code"));
        let expected = Some(format!("+84{}", &national[1..]));
        assert_eq!(e164(&national, false), expected, "{national}");
        assert_eq!(e164(&national[1..], false), expected, "{national}");
        assert_eq!(
            e164(&format!("84{}", &national[1..]), false),
            expected,
            "{national}"
        );
        assert_eq!(
            e164(&format!("840{}", &national[1..]), true),
            expected,
            "{national}"
        );
        assert_eq!(e164(&national[..10], false), None, "one digit lost");
    }
}

#[test]
fn eleven_digit_mobiles_are_todays_number_in_every_form() {
    for row in tsv::rows(include_str!("../../../config/mobile_migration_2018.tsv")) {
        let (old, new) = (row.get("old_prefix"), row.get("new_prefix"));
        let expected = Some(format!("+84{}1234567", &new[1..]));
        for (digits, plus) in [
            (format!("{old}1234567"), false),
            (format!("{}1234567", &old[1..]), false),
            (format!("84{}1234567", &old[1..]), false),
            (format!("84{}1234567", &old[1..]), true),
            (format!("0084{old}1234567"), false),
        ] {
            assert_eq!(e164(&digits, plus), expected, "{digits}");
        }
    }
}

#[test]
fn service_and_state_numbers_have_their_lengths() {
    for good in [
        "18001091",
        "1900123456",
        "190012345",
        "019001234",
        "8419001234",
        "0692348560",
        "069234856",
    ] {
        assert!(e164(good, false).is_some(), "{good}");
    }
    for bad in [
        "1800109",
        "19001234567",
        "06923",
        "08012345",
        "0661234567",
        "9999999999",
        "84",
        "0",
    ] {
        assert_eq!(e164(bad, false), None, "{bad}");
    }
    assert_eq!(e164("849123678", false).as_deref(), Some("+84849123678"));
}

#[test]
fn foreign_numbers_go_by_country_code_and_length() {
    assert_eq!(
        e164("4402079460958", true).as_deref(),
        Some("+442079460958")
    );
    assert_eq!(e164("390612345678", true).as_deref(), Some("+390612345678"));
    assert_eq!(e164("80012345678", true).as_deref(), Some("+80012345678"));
    assert_eq!(e164("12025550123", true).as_deref(), Some("+12025550123"));
    for bad in [
        "210123456789",
        "0912345678",
        "1202555",
        "44",
        "999999999999999",
        "00000000000000000",
    ] {
        assert_eq!(e164(bad, true), None, "{bad}");
    }
}

#[test]
fn the_hint_doubts_a_number_nobody_can_have() {
    let doubt = |digits| Phone::dialled(digits, true).map(|phone| phone.unlikely());
    assert_eq!(doubt("23200000091"), Ok(true));
    assert_eq!(doubt("233241234567"), Ok(false));
    assert_eq!(doubt("84950001001"), Ok(false));
}

#[test]
fn numbers_are_shown_in_groups() {
    for (digits, plus, shown) in [
        ("0950001001", false, "0950 001 001"),
        ("02437123456", false, "024 3712 3456"),
        ("02837123456", false, "028 3712 3456"),
        ("02373852123", false, "0237 385 2123"),
        ("19001234", false, "1900 1234"),
        ("1900123456", false, "1900 123 456"),
        ("0692348560", false, "069 234 8560"),
        ("06912345", false, "069 123 45"),
        ("12025550123", true, "+1 202 555 0123"),
        ("233241234567", true, "+233 241 234 567"),
    ] {
        assert_eq!(
            Phone::dialled(digits, plus)
                .map(|phone| phone.display())
                .as_deref(),
            Ok(shown)
        );
    }
}

#[test]
fn a_number_that_no_plan_has_any_more_is_shown_too() {
    for (stored, shown) in [
        ("+84550001", "0550 001"),
        ("+8412", "012"),
        ("+84", "0"),
        ("+1", "+1"),
        ("+0000000", "+ 000 0000"),
    ] {
        let phone = Phone::stored(stored).map(|phone| phone.display());
        assert_eq!(phone.as_deref(), Some(shown), "{stored}");
    }
}
