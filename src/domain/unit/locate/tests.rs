use super::*;

fn found(text: &str, within: Option<&str>) -> &'static str {
    let within = within.map(|code| UnitCode::parse(code).expect(code));
    locate(text, within).map_or("-", UnitCode::as_str)
}

#[test]
fn an_offices_own_words_are_found() {
    for (text, code) in [
        ("P. Bỉm Sơn, Thanh Hóa", "14812"),
        ("Phường Bỉm Sơn - tỉnh Thanh Hoá", "14812"),
        ("phường Quang Trung", "14818"),
        ("P.Hạc Thành", "14797"),
        ("Xã Hà Long", "15274"),
        ("xã Hoạt Giang", "15286"),
        ("Thanh Hoá", "38"),
        ("Tỉnh Thanh Hóa", "38"),
        ("TX Bỉm Sơn (cũ)", "38"),
        ("huyện Hà Trung (cũ)", "38"),
        ("phường Ba Đình, thị xã Bỉm Sơn", "14812"),
        ("phường Bắc Sơn, TX. Bỉm Sơn, tỉnh Thanh Hóa", "14818"),
        ("Phường Ba Đình, TP Hà Nội", "00004"),
        ("TP.HCM", "79"),
        ("Khu phố 1 phường Bỉm Sơn", "14812"),
        ("KP 3, P. Quang Trung", "14818"),
        ("xã Hà Long - huyện Hà Trung - Thanh Hóa", "15274"),
        ("Tổ 5, không rõ phường", "-"),
        ("Bim Son Ward, Thanh Hoa", "14812"),
        ("", "-"),
        ("không rõ", "-"),
    ] {
        assert_eq!(found(text, Some("14812")), code, "{text}");
    }
}

#[test]
fn a_name_of_many_places_needs_a_place_to_start_from() {
    assert_eq!(found("xã Quang Trung", None), "-");
    assert_eq!(found("phường Quang Trung", Some("38")), "14818");
    assert_eq!(found("phường Ba Đình, thị xã Bỉm Sơn", None), "14812");
    assert_eq!(found("Hải Dương", None), "31");
}

#[test]
fn every_province_is_found_by_its_name() {
    for unit in crate::domain::unit::children(UnitCode::national()) {
        assert_eq!(
            locate(unit.name_vi, None),
            Some(unit.code),
            "{}",
            unit.name_vi
        );
        assert_eq!(
            locate(unit.short_vi, None),
            Some(unit.code),
            "{}",
            unit.short_vi
        );
    }
}

#[test]
fn every_commune_is_found_in_its_province_by_its_full_name() {
    for unit in crate::domain::unit::all()
        .iter()
        .filter(|unit| is_commune(unit.kind))
    {
        let province = unit.parent.expect("below a province");
        let text = format!("{}, {}", unit.name_vi, province.unit().name_vi);
        assert_eq!(locate(&text, None), Some(unit.code), "{text}");
    }
}

#[test]
fn units_are_found_by_code_part_of_a_name_and_old_name() {
    let codes =
        |text: &str| -> Vec<&str> { search(text).iter().map(|unit| unit.code.as_str()).collect() };
    assert_eq!(codes("14812"), ["14812"]);
    assert!(codes("bim son").starts_with(&["14812"]));
    for text in ["Bỉm Sơn", "thị xã Bỉm Sơn", "phường bỉm sơn"] {
        assert!(codes(text).contains(&"14812"), "{text}");
    }
    assert!(codes("").is_empty() && codes("không nơi nào").is_empty());
    assert!(codes("a").len() <= 50);
}
