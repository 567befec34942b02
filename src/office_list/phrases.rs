//! Toneless words, and the phrases in them that ask for a number.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use crate::domain::text;

/// Phrases to be looked for together, by their first words.
pub(super) struct PhraseBook(HashMap<&'static str, Vec<Vec<&'static str>>>);

impl PhraseBook {
    /// Of phrases with `;` between them.
    pub(super) fn of(phrases: &'static str) -> Self {
        let mut book: HashMap<_, Vec<_>> = HashMap::new();
        for phrase in phrases.split(';') {
            let words: Vec<&str> = phrase.split(' ').collect();
            book.entry(words[0]).or_default().push(words);
        }
        Self(book)
    }

    /// Words of the longest of them that a text of these words begins with.
    pub(super) fn begins(&self, words: &[&str]) -> Option<usize> {
        let same = self.0.get(*words.first()?)?.iter();
        let begun = same.filter(|phrase| words.starts_with(phrase));
        begun.map(Vec::len).max()
    }

    /// Whether one of them stands in a text of these words.
    pub(super) fn is_in(&self, words: &[&str]) -> bool {
        (0..words.len()).any(|at| self.begins(&words[at..]).is_some())
    }
}

/// What asks for a telephone.
pub(super) const PHONE: &str = "dien thoai;so dien thoai;sodt;sdt;so dt;dtdd;dt;dd;so phone;phone;phones;phone number;telephone;mobile;tel;cell;hotline;thue bao;so thue bao;so goi;so may;di dong;zalo;viber;whatsapp;caller;so goi den;msisdn;dau so;brandname;brand name;sender;sender name;ten gui;ten hien thi;short code;ten thuong hieu;sim;so sim;so may goi";

/// What asks for an account.
pub(super) const ACCOUNT: &str = "so tai khoan;sotk;so tk;stk;tknh;so tknh;tai khoan;tai khoan nhan;account;accounts;account no;account number;acc;acct;acc no;so hieu;iban;tk;bank account";

/// Words that headings without spaces are made of: "SoDienThoai", "SDTNANNHAN".
const GLUED: &str = "so dien thoai sdt stk dt tk tai khoan ngan hang vi tu doi tuong lua dao nghi van nguoi bi hai nan nhan to giac cao bao tin trinh phan anh khach dan can bo cong an gui nhan chuyen mua ban ten ho chu ghi chu ngay thang tien so thu doan hinh thuc noi dung dia chi ban phone number no account bank name victim reporter suspect customer caller scammer holder method note date amount sender owner mobile";

/// Longest word that is taken apart.
const MAX_GLUED: usize = 40;

/// Letters of the longest word among them.
const MAX_KNOWN: usize = 8;

/// Letters of the longest Vietnamese syllable: a longer word is several, or no Vietnamese one.
const MAX_SYLLABLE: usize = 7;

/// Toneless words with a space around each. Words that were written without spaces between are told apart.
pub(super) fn words(text: &str) -> String {
    let mut out = String::from(" ");
    let folded = text::fold(text);
    for word in folded.split(|c: char| !c.is_alphanumeric() && !is_mark(c)) {
        let plain = text::toneless(word);
        if plain.is_empty() {
            continue;
        }
        match apart(word, &plain) {
            Some(pieces) => out.push_str(&pieces.join(" ")),
            None => out.push_str(&plain),
        }
        out.push(' ');
    }
    out
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..'\u{370}').contains(&c)
}

/// The words that a long one was glued together from; none when there is an unknown one among them.
fn apart<'w>(word: &str, plain: &'w str) -> Option<Vec<&'w str>> {
    let long = plain.len() > MAX_SYLLABLE;
    let camel = word
        .chars()
        .zip(word.chars().skip(1))
        .any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    if !(long || camel && plain.len() > 3) || plain.len() > MAX_GLUED || !plain.is_ascii() {
        return None;
    }
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| GLUED.split(' ').collect());
    let known = &*KNOWN;
    // The fewest words that end at each place, the last of them first.
    let mut last: Vec<Option<(usize, usize)>> = vec![None; plain.len() + 1];
    last[0] = Some((0, 0));
    for end in 1..=plain.len() {
        last[end] = (end.saturating_sub(MAX_KNOWN)..end)
            .filter(|start| known.contains(&plain[*start..end]))
            .filter_map(|start| last[start].map(|(count, _)| (count + 1, start)))
            .min();
    }
    let mut pieces = Vec::new();
    let mut end = plain.len();
    while end > 0 {
        let (_, start) = last[end]?;
        pieces.push(&plain[start..end]);
        end = start;
    }
    pieces.reverse();
    Some(pieces)
}

/// Whether toneless words ask for a telephone, and for no account.
pub(super) fn is_telephone(plain: &str) -> bool {
    has(plain, PHONE) && !has(plain, ACCOUNT)
}

/// Whether one of the phrases (`;` between them) stands in toneless words.
pub(super) fn has(plain: &str, phrases: &str) -> bool {
    phrases.split(';').any(|phrase| {
        plain.match_indices(phrase).any(|(at, _)| {
            plain[..at].ends_with(' ') && plain[at + phrase.len()..].starts_with(' ')
        })
    })
}

/// Whether toneless words are one of the phrases.
pub(super) fn is_one_of(plain: &str, phrases: &str) -> bool {
    phrases.split(';').any(|phrase| plain.trim() == phrase)
}
