//! A box of numbers, read as the check reads one: several on lines of their own, or a whole message.

use std::ops::Range;

use crate::domain::{
    findings::Findings,
    identifier::Identifier,
    report::words::{IdentifierRole, ReportKind},
};

/// Words beside a number that are the name of its bank, and nothing to keep.
const WORDS_OF_A_BANK: usize = 2;
/// Digits of the shortest number that is told as not read.
const LIKE_A_NUMBER: usize = 4;

/// What a reporter says about the numbers of a box.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Box {
    /// They called or wrote.
    Called,
    /// Money went there.
    Paid,
}

/// What was read from a box.
#[derive(Default)]
pub struct Numbers {
    pub found: Vec<(Identifier, IdentifierRole)>,
    /// Lines with a number that could not be read.
    pub unread: Vec<String>,
    /// What stands beside the numbers, such as the name of an account's holder, and what could not be read.
    pub beside: Vec<String>,
}

impl Numbers {
    /// Reads what was typed into a box.
    pub fn of(text: &str, of: Box, kind: ReportKind) -> Self {
        let read = Findings::of(text);
        let mut numbers = Self {
            found: read
                .found
                .iter()
                .map(|found| (found.identifier.clone(), role(&found.identifier, of, kind)))
                .collect(),
            ..Self::default()
        };
        let mut at = 0;
        for line in text.split('\n') {
            let end = at + line.chars().count();
            let places = read.found.iter().map(|found| found.at.0..found.at.1);
            let places: Vec<_> = places.filter(|place| meet(place, &(at..end))).collect();
            numbers.keep(line.trim(), at, &places, line);
            at = end + 1;
        }
        numbers
    }

    fn keep(&mut self, line: &str, at: usize, places: &[Range<usize>], whole: &str) {
        // What is read as a whole has no place of its own.
        let is_read = !places.is_empty() || !Findings::of(line).found.is_empty();
        if !is_read {
            if digits(line) >= LIKE_A_NUMBER {
                self.unread.push(line.to_owned());
            }
            if line.chars().any(char::is_alphanumeric) {
                self.beside.push(line.to_owned());
            }
            return;
        }
        let outside = |place: usize| !places.iter().any(|found| found.contains(&(at + place)));
        let rest: String = whole
            .chars()
            .enumerate()
            .map(|(place, c)| if outside(place) { c } else { ' ' })
            .collect();
        let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
        if rest.split_whitespace().filter(is_word).count() > WORDS_OF_A_BANK {
            self.beside.push(line.to_owned());
        }
    }
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

fn meet(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// What a number had to do with it. Nobody has paid where nothing is lost: an account was only named then.
fn role(identifier: &Identifier, of: Box, kind: ReportKind) -> IdentifierRole {
    let holds_money = match identifier {
        Identifier::Account(_) | Identifier::Wallet(_) => true,
        Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => false,
    };
    match (of, kind) {
        (Box::Paid, ReportKind::Loss) => IdentifierRole::ReceivedMoney,
        (Box::Called, _) if !holds_money => IdentifierRole::ContactedMe,
        (Box::Called | Box::Paid, ReportKind::Loss | ReportKind::Attempt) => {
            IdentifierRole::Mentioned
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(numbers: &Numbers) -> Vec<(String, &'static str)> {
        let key =
            |(found, role): &(Identifier, IdentifierRole)| (found.key().to_string(), role.as_str());
        numbers.found.iter().map(key).collect()
    }

    #[test]
    fn each_line_of_a_box_is_read_and_has_the_role_of_the_box() {
        let called = Numbers::of("0950 001 001\n\n0950001002", Box::Called, ReportKind::Loss);
        assert_eq!(
            keys(&called),
            [
                ("phone:+84950001001".to_owned(), "contacted_me"),
                ("phone:+84950001002".to_owned(), "contacted_me"),
            ]
        );
        assert!(called.unread.is_empty() && called.beside.is_empty());
        let paid = Numbers::of("Vietcombank 0000000070001", Box::Paid, ReportKind::Loss);
        let account = "account:VN:970436:0000000070001".to_owned();
        assert_eq!(keys(&paid), [(account.clone(), "received_money")]);
        assert!(paid.beside.is_empty(), "{:?}", paid.beside);
        let named = Numbers::of(
            "Vietcombank 0000000070001",
            Box::Called,
            ReportKind::Attempt,
        );
        assert_eq!(keys(&named), [(account, "mentioned")]);
    }

    #[test]
    fn what_could_not_be_read_is_told_and_kept_and_so_is_a_holders_name() {
        let read = Numbers::of("0000000070001\nNGUYEN VAN MAU", Box::Paid, ReportKind::Loss);
        assert!(read.found.is_empty());
        assert_eq!(read.unread, ["0000000070001"]);
        assert_eq!(read.beside, ["0000000070001", "NGUYEN VAN MAU"]);
        let read = Numbers::of(
            "VCB 0000000070001 NGUYEN VAN MAU",
            Box::Paid,
            ReportKind::Loss,
        );
        assert_eq!(read.found.len(), 1);
        assert!(read.unread.is_empty());
        assert_eq!(read.beside, ["VCB 0000000070001 NGUYEN VAN MAU"]);
    }

    #[test]
    fn nothing_but_a_number_leaves_nothing_beside_it_and_an_empty_box_nothing_at_all() {
        for (text, count) in [("0950 001 001", 1), ("0950001001", 1), (" \n ", 0)] {
            let read = Numbers::of(text, Box::Called, ReportKind::Loss);
            assert_eq!(read.found.len(), count, "{text}");
            assert!(read.unread.is_empty() && read.beside.is_empty(), "{text}");
        }
    }
}
