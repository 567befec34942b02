//! Numbers of the reporter are found in texts and made unreadable: they are kept nowhere.

use unicode_normalization::UnicodeNormalization;

use super::raw::{GivenIdentifier, MAX_UNREADABLE};
use crate::domain::{
    identifier::Identifier,
    text::{fold, is_invisible, is_separator, unify},
};

/// Stands for each number.
const MASK: &str = "••••";
/// Digits of the shortest number that is looked for inside longer words.
const LONG: usize = 6;
/// Country code of Vietnam, which stands before a number or does not.
const COUNTRY: &str = "84";

/// A number or a name of the reporter, as it is looked for: without what may be left out between its characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Own(Vec<char>);

impl Own {
    /// All that what was given may be found by.
    pub fn of(given: &GivenIdentifier) -> Vec<Self> {
        let mut own: Vec<Self> = given.read.iter().filter_map(Self::of_identifier).collect();
        for looked_for in Self::of_text(&given.text) {
            if !own.contains(&looked_for) {
                own.push(looked_for);
            }
        }
        own
    }

    /// What an identifier looks like in a text.
    pub fn of_identifier(identifier: &Identifier) -> Option<Self> {
        let text = match identifier {
            Identifier::Phone(phone) => phone.e164(),
            Identifier::Account(account) => account.number().as_str(),
            Identifier::Wallet(wallet) => wallet.number(),
            Identifier::ShortCode(code) => code.as_str(),
            Identifier::Sender(sender) => sender.as_str(),
        };
        let domestic = text
            .strip_prefix('+')
            .and_then(|number| number.strip_prefix(COUNTRY));
        let domestic = domestic.filter(|number| number.len() >= LONG);
        Self::exactly(domestic.unwrap_or(text))
    }

    /// The long numbers of a text, which may have words around them, and the text: a name, a link, an address.
    fn of_text(text: &str) -> Vec<Self> {
        let text: String = text.chars().take(MAX_UNREADABLE).collect();
        let folded = fold(&text);
        let is_part = |c: char| c.is_ascii_digit() || plain(c).is_none();
        let numbers = folded
            .split(|c: char| !is_part(c))
            .filter_map(Self::exactly);
        let mut own: Vec<Self> = numbers.filter(|own| own.0.len() >= LONG).collect();
        let bare = folded.split_once("://").map_or(&*folded, |(_, rest)| rest);
        let bare = bare.strip_prefix("www.").unwrap_or(bare);
        own.extend(Self::exactly(bare.trim_end_matches('/')));
        own
    }

    fn exactly(text: &str) -> Option<Self> {
        let own: Vec<char> = text.chars().filter_map(plain).collect();
        let says = own.iter().any(|c| c.is_alphanumeric());
        says.then_some(Self(own))
    }
}

/// A text without the numbers and names of the reporter, and how many were there. Blanks, dots and dashes in one don't hide
/// it.
pub fn without_own(text: &str, own: &[Own]) -> (String, usize) {
    let mut text = text.to_owned();
    let mut count = 0;
    for Own(number) in own {
        let places = places(&text, number);
        for (start, end) in places.iter().rev() {
            text.replace_range(*start..*end, MASK);
        }
        count += places.len();
    }
    (text, count)
}

/// The one form of a character of a number; none for what may stand inside a number.
fn plain(c: char) -> Option<char> {
    let mut written_out = std::iter::once(c).nfkc();
    let c = match (written_out.next(), written_out.next()) {
        (Some(one), None) => unify(one),
        (_, Some(_)) | (None, None) => c,
    };
    let is_between =
        is_separator(c) || is_invisible(c) || c.is_whitespace() || matches!(c, '+' | '(' | ')');
    (!is_between).then(|| c.to_lowercase().next().unwrap_or(c))
}

/// A character that is not between others, and where it stands, in bytes.
struct Place {
    start: usize,
    end: usize,
    c: char,
}

/// Where a number stands in a text, in bytes, from left to right.
fn places(text: &str, number: &[char]) -> Vec<(usize, usize)> {
    let place = |(start, c): (usize, char)| {
        let end = start + c.len_utf8();
        plain(c).map(|c| Place { start, end, c })
    };
    let all: Vec<Place> = text.char_indices().filter_map(place).collect();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (nth, window) in all.windows(number.len()).enumerate() {
        let (Some(first), Some(last)) = (window.first(), window.last()) else {
            continue;
        };
        let is_it = window.iter().map(|place| &place.c).eq(number);
        let is_behind = found.last().is_none_or(|(_, end)| first.start >= *end);
        let before = nth.checked_sub(1).and_then(|nth| all.get(nth));
        let behind = all.get(nth + number.len());
        let goes_on = before.is_some_and(|one| one.end == first.start && one.c.is_alphanumeric())
            || behind.is_some_and(|one| one.start == last.end && one.c.is_alphanumeric());
        if is_it && is_behind && (number.len() >= LONG || !goes_on) {
            found.push((first.start, last.end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(keys: &[&str]) -> Vec<Own> {
        let read = |key: &&str| Identifier::from_key(key).expect(key);
        let own = keys.iter().map(read);
        own.filter_map(|own| Own::of_identifier(&own)).collect()
    }

    #[test]
    fn what_could_not_be_read_is_unreadable_too() {
        for (given, text, expected) in [
            (
                "19034567890987",
                "từ 1903 4567 890987 của tôi",
                "từ •••• của tôi",
            ),
            ("TK 19034567890987", "19034567890987.", "••••."),
            ("bimson@vcb", "gửi BimSon@VCB nhé", "gửi •••• nhé"),
            ("a.b@gmail.com", "thư a.b@gmail.com", "thư ••••"),
            (
                "https://facebook.com/minh.ng/",
                "trang facebook.com/minh.ng của tôi",
                "trang •••• của tôi",
            ),
            (
                "Trần Bình",
                "tôi là TRẦN BÌNH, Hà Nội",
                "tôi là ••••, Hà Nội",
            ),
            ("Bình", "Bình và Bìnhx", "•••• và Bìnhx"),
            ("-", "a - b", "a - b"),
        ] {
            let own = Own::of(&GivenIdentifier::of(given, "mine"));
            assert_eq!(without_own(text, &own).0, expected, "{given}");
        }
    }

    #[test]
    fn an_own_number_is_unreadable_however_it_is_written() {
        let own = own(&["phone:+84950001001", "account:VN:970436:0000000070001"]);
        for (text, expected, count) in [
            ("số tôi 0950001001 nhé", "số tôi 0•••• nhé", 1),
            ("0950 001 001, +84950001001", "0••••, +84••••", 2),
            ("0950.001.001", "0••••", 1),
            ("０９５０００１００１", "０••••", 1),
            ("0950\u{200b}001001", "0••••", 1),
            ("STK0000000070001", "STK••••", 1),
            ("stk 0000 0000 70001 của tôi", "stk •••• của tôi", 1),
            ("0950001002", "0950001002", 0),
            ("", "", 0),
        ] {
            assert_eq!(
                without_own(text, &own),
                (expected.to_owned(), count),
                "{text}"
            );
        }
    }

    #[test]
    fn a_short_number_is_looked_for_as_a_whole_word() {
        let own = own(&["short_code:VN:5656"]);
        assert_eq!(
            without_own("nhắn 5656.", &own),
            ("nhắn ••••.".to_owned(), 1)
        );
        assert_eq!(without_own("15656 và 5656x", &own).1, 0);
    }
}
