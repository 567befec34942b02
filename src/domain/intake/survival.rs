//! How long something takes, counted fairly: what still runs counts as not ended yet (Kaplan and Meier, 1958). A mean over
//! what has ended is short where only the easy ones were ended.

/// How long one thing took, or runs already.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Span {
    /// In milliseconds.
    pub millis: u64,
    /// Whether it still runs: then it takes longer than that.
    pub runs: bool,
}

/// A share that survives is compared with this margin: the product of a hundred thousand quotients is not exact.
const MARGIN: f64 = 1e-9;

/// The shortest time in which at least `share` of a hundred are over, in milliseconds; `None` when that is not known yet,
/// since too many still run. Spans are sorted on the way.
pub fn quantile(spans: &mut [Span], share: u8) -> Option<u64> {
    // What ended at an instant was still at risk with what was last seen running then: ends come first.
    spans.sort_unstable();
    let left = 1.0 - f64::from(share.min(100)) / 100.0;
    let mut survive = 1.0_f64;
    let mut at_risk = spans.len();
    for same in spans.chunk_by(|a, b| a.millis == b.millis) {
        let ended = same.iter().filter(|span| !span.runs).count();
        if ended > 0 {
            // Counts of reports are far below what a float holds exactly.
            #[expect(clippy::cast_precision_loss, reason = "counts are small")]
            let share = (at_risk - ended) as f64 / at_risk as f64;
            survive *= share;
            if survive <= left + MARGIN {
                return same.first().map(|span| span.millis);
            }
        }
        at_risk -= same.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `+` marks what still runs.
    fn spans(text: &str) -> Vec<Span> {
        text.split_whitespace()
            .map(|word| Span {
                millis: word.trim_end_matches('+').parse().unwrap(),
                runs: word.ends_with('+'),
            })
            .collect()
    }

    #[test]
    fn what_has_ended_altogether_has_the_usual_median() {
        assert_eq!(quantile(&mut spans("4 1 3 2"), 50), Some(2));
        assert_eq!(quantile(&mut spans("5 1 3"), 50), Some(3));
        assert_eq!(quantile(&mut spans("1 2 3 4 5 6 7 8 9 10"), 90), Some(9));
        assert_eq!(quantile(&mut [], 50), None);
    }

    #[test]
    fn what_still_runs_makes_it_longer() {
        // 2/3 are left after 1; the one at 2 leaves without an end; none are left after 3.
        assert_eq!(quantile(&mut spans("1 2+ 3"), 50), Some(3));
        // Three of four run: nobody knows when half of them are over.
        assert_eq!(quantile(&mut spans("1 5+ 5+ 5+"), 50), None);
        // Of those that were closed alone it would be one day.
        assert_eq!(quantile(&mut spans("1 1 9+ 9+ 9+ 10"), 50), Some(10));
    }

    /// Remission times in weeks of the children who got 6-MP (Freireich and others, 1963): the textbook's median is 23.
    #[test]
    fn the_textbook_example_gives_the_textbook_s_median() {
        let weeks = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+";
        assert_eq!(quantile(&mut spans(weeks), 50), Some(23));
        assert_eq!(quantile(&mut spans(weeks), 90), None);
    }

    #[test]
    fn what_ends_when_another_was_last_seen_was_beside_it_till_then() {
        assert_eq!(quantile(&mut spans("2 2+"), 50), Some(2));
    }

    proptest! {
        #[test]
        fn a_larger_share_takes_no_less_and_any_spans_are_answered(
            raw in prop::collection::vec((0..50_u64, any::<bool>()), 0..40), low in 0..=100_u8, high in 0..=100_u8,
        ) {
            let mut all: Vec<Span> = raw.iter().map(|(millis, runs)| Span { millis: *millis, runs: *runs }).collect();
            let (low, high) = (low.min(high), low.max(high));
            let (low, high) = (quantile(&mut all, low), quantile(&mut all, high));
            prop_assert!(high.is_none() || low <= high);
        }
    }
}
