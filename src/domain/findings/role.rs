//! Whose a number of a message is: the one asked about, or one that is passed over.

use super::cluster::is_amount;
use crate::domain::{bank::spaced, reading::plain_phone, text::fold};

/// What the words around a number say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It may be what is asked about.
    Subject,
    /// The payer's account of a receipt, the code of a transaction or an order, a password for once, a paper's number.
    Passed,
}

/// Words before the number of somebody who was paid, or of a phone.
const SUBJECT: [&str; 37] = [
    "den vi",
    "vi",
    "den tk",
    "den tai khoan",
    "toi",
    "den",
    "nguoi nhan",
    "thu huong",
    "ghi co",
    "to",
    "tk nhan",
    "tai khoan nhan",
    "huong",
    "tai khoan huong",
    "beneficiary",
    "to account",
    "nhan",
    "vao",
    "vao tk",
    "vao tai khoan",
    "ve",
    "ve tk",
    "ve tai khoan",
    "cho",
    "sdt",
    "so dien thoai",
    "goi",
    "lien he",
    "lh",
    "zalo",
    "hotline",
    "dien thoai",
    "chuyen khoan",
    "tk thu huong",
    "receiver",
    "recipient",
    "dt",
];

/// Words before a number that nobody asks about.
const PASSED: [&str; 69] = [
    "tu tk",
    "tu tai khoan",
    "tai khoan nguon",
    "tk nguon",
    "nguon",
    "trich no",
    "ghi no",
    "nguoi chuyen",
    "nguoi gui",
    "ben chuyen",
    "from account",
    "trich tu",
    "tu vi",
    "don vi tra tien",
    "don vi tra tien tk",
    "debit account",
    "tai khoan chuyen",
    "tk chuyen",
    "sd tk",
    "so du tk",
    "so du tai khoan",
    "tk cua quy khach",
    "tai khoan cua quy khach",
    "tk trich",
    "source account",
    "sender account",
    "payer",
    "tk no",
    "ma giao dich",
    "ma gd",
    "so gd",
    "giao dich",
    "ref",
    "so tham chieu",
    "ma tham chieu",
    "so lenh",
    "ma lenh",
    "lenh",
    "otp",
    "ma otp",
    "ma don",
    "ma don hang",
    "don hang",
    "van don",
    "ma van don",
    "trace",
    "but toan",
    "hoa don",
    "so hoa don",
    "ma kh",
    "ma khach hang",
    "bien so",
    "bks",
    "cccd",
    "cmnd",
    "mst",
    "ma so thue",
    "so the",
    "so du",
    "ma xac nhan",
    "order",
    "transaction",
    "reference",
    "so ct",
    "so chung tu",
    "chung tu",
    "tai khoan gui",
    "tk gui",
    "ben gui",
];

/// Words behind a number whose balance changed: its owner's, who got the message.
const CHANGED: [&str; 10] = [
    "giam",
    "tang",
    "thay doi",
    "bien dong",
    "ps",
    "gd",
    "vua giam",
    "vua tang",
    "da tru",
    "bi tru",
];

/// Words that are looked at before a number.
const LOOKED_AT: usize = 12;
/// Words of the longest of [`CHANGED`].
const LONGEST_CHANGE: usize = 2;

/// What the clause around a number says of it: the label that stands nearest before it counts. `behind` goes on over the next
/// number.
pub(super) fn role(before: &str, number: &str, behind: &str) -> Role {
    let last = before.rsplit('\n').next().unwrap_or(before);
    let words = spaced(last);
    let near: Vec<&str> = words.split(' ').rev().take(LOOKED_AT).collect();
    let near = near.into_iter().rev().collect::<Vec<_>>().join(" ");
    // The last place of the longest label, by where it ends.
    let place = |labels: &[&str]| {
        let ends = labels.iter().filter_map(|label| {
            let at = last_place(&near, label)?;
            Some((at + label.len(), label.len()))
        });
        ends.max()
    };
    let first = spaced(behind.split('\n').next().unwrap_or(behind));
    let mut next = first.splitn(LONGEST_CHANGE + 1, ' ').take(LONGEST_CHANGE);
    let (one, two) = (next.next().unwrap_or_default(), next.next());
    let two = two.map(|two| format!("{one} {two}"));
    let changed = is_balance_change(behind)
        || CHANGED
            .iter()
            .any(|word| *word == one || Some(*word) == two.as_deref());
    // `From: 0950…` is a receipt's, `a call from 0950…` is not.
    let is_from = last.trim_end().to_lowercase().ends_with("from:");
    let subject = place(&SUBJECT);
    let is_code = is_called_code(last, number);
    let is_passed = is_from || is_code || place(&PASSED) > subject;
    match is_passed || (changed && subject.is_none()) {
        true => Role::Passed,
        false => Role::Subject,
    }
}

/// Whether the words right before a number call it a code: `mã 2603091011`. Without tones `ma` is also "but", a mother and a
/// ghost, so a telephone number behind it is none.
fn is_called_code(before: &str, number: &str) -> bool {
    let lower = fold(before).to_lowercase();
    let lower = lower.trim_end_matches(|c: char| !c.is_alphanumeric());
    let ends = |words: &str| {
        let rest = lower.strip_suffix(words);
        rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    let toneless = ends("ma") || ends("ma so");
    ends("mã") || ends("mã số") || toneless && lower.is_ascii() && plain_phone(number).is_none()
}

/// Where a label stands last as whole words.
fn last_place(words: &str, label: &str) -> Option<usize> {
    let is_edge = |c: Option<char>| c.is_none_or(|c| c == ' ');
    let mut places = words.rmatch_indices(label).filter(|(at, _)| {
        let (before, behind) = (&words[..*at], &words[at + label.len()..]);
        is_edge(before.chars().next_back()) && is_edge(behind.chars().next())
    });
    places.next().map(|(at, _)| at)
}

/// An amount with its sign, as a bank tells that a balance changed: `(VND) - 900,000`, `: +2.000.000`.
fn is_balance_change(behind: &str) -> bool {
    let lower = behind.to_lowercase().replace("vnd", "");
    let bare = lower.trim_start_matches(|c: char| c.is_whitespace() || "():|".contains(c));
    let Some(amount) = bare.strip_prefix(['+', '-', '–']) else {
        return false;
    };
    // `0000… - 5.000.000đ` is what was paid into it.
    if lower.len() == behind.len() && amount.starts_with(char::is_whitespace) {
        return false;
    }
    let amount = amount.trim_start();
    let end = amount.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
    is_amount(&amount[..end.unwrap_or(amount.len())])
}
