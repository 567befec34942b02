//! Counts as the desk's menu says them.

/// The largest count that the menu writes out; it says so where more wait.
pub(super) const MOST_COUNTED: usize = 999;

/// A count, or that there are more.
pub(super) fn count_words(count: usize) -> String {
    match count > MOST_COUNTED {
        true => format!("{MOST_COUNTED}+"),
        false => count.to_string(),
    }
}
