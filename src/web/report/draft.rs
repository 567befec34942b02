//! What a reporter typed so far. Each page of the form carries all of it in hidden fields, so that nothing is kept here
//! before it is sent, and the browser's "back" works.

use crate::{domain::report::words::ReportKind, web::forms::Fields};

/// Fields of the form, in the order in which they are carried.
pub const NAMES: [&str; 18] = [
    "kind",
    "bank",
    "called",
    "paid",
    "amount",
    "day",
    "date",
    "time",
    "bank_ref",
    "story",
    "place",
    "place_code",
    "name",
    "phone",
    "how",
    "best_time",
    TOKEN,
    HAD_FILES,
];
/// What the receipt that was shown is sent with.
pub const TOKEN: &str = "token";
/// Files were chosen on a page that could not keep them.
pub const HAD_FILES: &str = "had_files";
/// Fields that the longest page asks for: they are not carried beside it.
const ASKED: [&str; 14] = [
    "called",
    "paid",
    "amount",
    "day",
    "date",
    "time",
    "bank_ref",
    "story",
    "place",
    "place_code",
    "name",
    "phone",
    "how",
    "best_time",
];
/// Longest value of a field that is carried, in bytes: a story of four thousand letters, and some more that is said to be
/// too much.
const MAX_CARRIED: usize = 24 * 1024;

/// What was typed so far.
#[derive(Default)]
pub struct Draft(Vec<(&'static str, String)>);

impl Draft {
    /// What a form brings.
    pub fn of(fields: &Fields) -> Self {
        let typed = NAMES.iter().map(|name| {
            let value = fields.get(name);
            let end = value.floor_char_boundary(MAX_CARRIED);
            (*name, value.get(..end).unwrap_or_default().to_owned())
        });
        Self(typed.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// What stands in a field; nothing where nothing was typed.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Puts something into a field.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.0.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            self.0.push((name, value.to_owned()));
        }
    }

    /// Puts the account that money went to where whoever lost nothing is asked for numbers.
    pub fn ask_in_one_box(&mut self) {
        let boxes = [self.get("called"), self.get("paid")];
        let filled: Vec<&str> = boxes.into_iter().filter(|text| !text.is_empty()).collect();
        let both = filled.join("\n");
        self.set("called", &both);
        self.set("paid", "");
    }

    /// What happened, once that was said.
    pub fn kind(&self) -> Option<ReportKind> {
        ReportKind::parse(self.get("kind"))
    }

    /// Whether money is lost.
    pub fn is_loss(&self) -> bool {
        self.kind() == Some(ReportKind::Loss)
    }

    /// All that was typed: carried by a page that asks for nothing of it.
    pub fn all(&self) -> &[(&'static str, String)] {
        &self.0
    }

    /// What is carried by the page that asks for the most.
    pub fn beside_the_form(&self) -> Vec<(&'static str, &str)> {
        self.but(&ASKED)
    }

    /// What is carried by the page that asks for the reporter's bank.
    pub fn beside_the_bank(&self) -> Vec<(&'static str, &str)> {
        self.but(&["bank"])
    }

    fn but(&self, asked: &[&str]) -> Vec<(&'static str, &str)> {
        let typed = self.0.iter().filter(|(name, _)| !asked.contains(name));
        typed.map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// What was typed, so that the same report sent again is known as the same.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // The others say nothing about what happened.
        for name in NAMES
            .iter()
            .filter(|name| !matches!(**name, TOKEN | HAD_FILES))
        {
            let value = self.get(name).replace("\r\n", "\n");
            bytes.extend(format!("{name} {}\n{value}\n", value.len()).into_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(pairs: &[(&str, &str)]) -> Draft {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Draft::of(&Fields::from(pairs.collect::<Vec<_>>()))
    }

    #[test]
    fn what_is_asked_on_a_page_is_not_carried_beside_it() {
        let draft = draft(&[
            ("kind", "loss"),
            ("bank", "970436"),
            ("story", "kể"),
            ("other", "x"),
        ]);
        assert_eq!(
            draft.beside_the_form(),
            [("kind", "loss"), ("bank", "970436")]
        );
        assert_eq!(draft.beside_the_bank(), [("kind", "loss"), ("story", "kể")]);
        assert_eq!(draft.all().len(), 3, "nothing else is carried");
    }

    #[test]
    fn the_same_report_is_known_however_its_lines_end() {
        let of = |story: &str, token: &str| draft(&[("story", story), ("token", token)]).bytes();
        assert_eq!(of("a\r\nb", "1"), of("a\nb", "2"));
        assert_ne!(of("a", "1"), of("b", "1"));
        // A field's end can't be written into another one.
        assert_ne!(
            draft(&[("called", "a"), ("paid", "b")]).bytes(),
            draft(&[("called", "a\npaid 1\nb")]).bytes()
        );
    }

    #[test]
    fn whoever_lost_nothing_finds_every_number_in_the_one_box() {
        let mut draft = draft(&[("called", "0950001001"), ("paid", "VCB 0000000070001")]);
        draft.ask_in_one_box();
        assert_eq!(draft.get("called"), "0950001001\nVCB 0000000070001");
        assert_eq!(draft.get("paid"), "");
        draft.ask_in_one_box();
        assert_eq!(draft.get("called"), "0950001001\nVCB 0000000070001");
    }

    #[test]
    fn a_field_is_carried_up_to_its_limit() {
        let carried = |length: usize| draft(&[("story", &"x".repeat(length))]).get("story").len();
        assert_eq!(carried(MAX_CARRIED), MAX_CARRIED);
        assert_eq!(carried(MAX_CARRIED + 1), MAX_CARRIED);
        let letters = "ế".repeat(MAX_CARRIED);
        assert!(draft(&[("story", &letters)]).get("story").len() <= MAX_CARRIED);
    }
}
