//! How long something has waited.

use crate::domain::{message::Lang, time::Time};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// In whole minutes, hours or days: `3 giờ`, in English `3 hours`.
pub fn age(since: Time, now: Time, lang: Lang) -> String {
    let seconds = (now.seconds() - since.seconds()).max(0);
    let (count, vi, one, many) = match seconds {
        ..HOUR => (seconds / 60, "phút", "minute", "minutes"),
        HOUR..DAY => (seconds / HOUR, "giờ", "hour", "hours"),
        _ => (seconds / DAY, "ngày", "day", "days"),
    };
    let en = if count == 1 { one } else { many };
    format!("{count} {}", lang.pick(vi, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_largest_whole_unit() {
        let of = |seconds: i64, lang| {
            let since = Time::from_millis(1_700_000_000_000);
            age(since, since.plus_seconds(seconds), lang)
        };
        assert_eq!(of(59, Lang::Vi), "0 phút");
        assert_eq!(of(60, Lang::En), "1 minute");
        assert_eq!(of(HOUR - 1, Lang::En), "59 minutes");
        assert_eq!(of(HOUR, Lang::Vi), "1 giờ");
        assert_eq!(of(DAY - 1, Lang::En), "23 hours");
        assert_eq!(of(3 * DAY, Lang::Vi), "3 ngày");
        assert_eq!(of(-5, Lang::Vi), "0 phút");
    }
}
