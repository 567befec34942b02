//! Words as people read them.

use super::*;

#[test]
fn numbers_are_grouped_as_each_language_does() {
    assert_eq!(grouped(7, Lang::Vi), "7");
    assert_eq!(grouped(1_240, Lang::Vi), "1.240");
    assert_eq!(grouped(123_456_789, Lang::En), "123,456,789");
}

#[test]
fn days_are_those_of_vietnam_as_each_language_writes_them() {
    let late: Time = Time::from_millis(1_795_453_200_000); // 2026-11-23T17:00:00Z
    assert_eq!(day(late, Lang::Vi), "24/11/2026");
    assert_eq!(moment(late, Lang::Vi), "00:00 ngày 24/11/2026");
    assert_eq!(moment(late, Lang::En), "2026-11-24 00:00");
    assert_eq!(month(2026, 7, Lang::Vi), "07/2026");
}

#[test]
fn the_police_of_a_unit_are_called_as_people_do() {
    let of = |code: &str, lang| police_of(UnitCode::parse(code).expect(code).unit(), lang);
    assert_eq!(of("14812", Lang::Vi), "Công an phường Bỉm Sơn");
    assert_eq!(of("14812", Lang::En), "Bim Son Ward police");
    assert_eq!(of("VN", Lang::Vi), "Bộ Công an");
}

#[test]
fn a_text_in_both_languages_is_read_in_one() {
    assert_eq!(
        one_language("Ngắn quá. / Too short.", Lang::En),
        "Too short."
    );
    assert_eq!(one_language("{…}", Lang::Vi), "{…}");
}

#[test]
fn when_something_happened_is_told_as_people_write_it() {
    let vi = |told| report::happened_at(told, Lang::Vi);
    assert_eq!(vi("2026-08-21"), "21/08/2026");
    assert_eq!(vi("2026-08"), "08/2026");
    assert_eq!(vi("unknown"), "không nhớ");
    assert_eq!(report::happened_at("2026-08-21", Lang::En), "2026-08-21");
}
