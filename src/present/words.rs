//! What things are called, in the reader's language: kinds, standings, deeds, places, days, fields.

use crate::domain::{message::Lang, time::Time};

/// Vietnam's clocks are seven hours ahead of UTC all year.
const VIETNAM_SECONDS: i64 = 7 * 3600;

/// The date in Vietnam as people write it: `23/11/2026`, in English `2026-11-23`.
pub fn day(time: Time, lang: Lang) -> String {
    let text = time.plus_seconds(VIETNAM_SECONDS).rfc3339();
    match (lang, text.get(..4), text.get(5..7), text.get(8..10)) {
        (Lang::Vi, Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        (Lang::En, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        (Lang::Vi | Lang::En, ..) => text,
    }
}

/// Date and time in Vietnam: `23/11/2026 08:15`.
pub fn moment(time: Time, lang: Lang) -> String {
    let text = time.plus_seconds(VIETNAM_SECONDS).rfc3339();
    let clock = text.get(11..16).unwrap_or_default();
    format!("{} {clock}", day(time, lang))
}

/// A field of a form, by its JSON pointer; none for a field whose words speak for themselves.
pub fn field_name(pointer: &str, lang: Lang) -> Option<&'static str> {
    Some(match pointer {
        "/reason" => lang.pick("Lý do", "Reason"),
        "/otp" => lang.pick("Mã 6 số", "6-digit code"),
        "/method" => lang.pick("Thủ đoạn", "Method"),
        "/unit" => lang.pick("Đơn vị", "Unit"),
        "/file" => lang.pick("Tệp", "File"),
        "/evidence" => lang.pick("Chứng cứ", "Evidence"),
        "/lines" => lang.pick("Dòng", "Rows"),
        "/name" => lang.pick("Tên", "Name"),
        "/name_vi" => lang.pick("Tên tiếng Việt", "Vietnamese name"),
        "/name_en" => lang.pick("Tên tiếng Anh", "English name"),
        _ => return None,
    })
}

/// One language of a text that holds both: `Ngắn quá. / Too short.`
pub fn one_language(both: &str, lang: Lang) -> &str {
    let (vi, en) = both.split_once(" / ").unwrap_or((both, both));
    lang.pick(vi, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_vietnam_as_each_language_writes_them() {
        let late: Time = Time::from_millis(1_795_453_200_000); // 2026-11-23T17:00:00Z
        assert_eq!(day(late, Lang::Vi), "24/11/2026");
        assert_eq!(moment(late, Lang::En), "2026-11-24 00:00");
    }

    #[test]
    fn a_text_in_both_languages_is_read_in_one() {
        assert_eq!(
            one_language("Ngắn quá. / Too short.", Lang::En),
            "Too short."
        );
        assert_eq!(one_language("{…}", Lang::Vi), "{…}");
    }
}
