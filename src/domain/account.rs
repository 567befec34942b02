//! Accounts at a bank.

mod damage;

use std::{fmt, sync::LazyLock};

use compact_str::CompactString;

pub(super) use damage::spreadsheet_damage;
use damage::{ends_masked, is_masked};

use super::{
    bank::Bin,
    moment::is_moment,
    phone::Phone,
    reason::Reason,
    text::{MAX_INPUT, fold, is_separator, masked, toneless, within},
    tsv,
};

/// The number, or nickname, of an account: one to nineteen letters and digits, upper case, leading zeros kept.
/// Source: NAPAS VietQR, field 38-01-01. The numbers of payment cards are never taken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber(CompactString);

/// Words that stand before an account number in lists and messages.
const LABELS: [&str; 8] = [
    "so tai khoan",
    "so tk",
    "so stk",
    "tai khoan",
    "stk",
    "tk",
    "account",
    "acc",
];

impl AccountNumber {
    /// Longest number the payment network carries.
    pub const MAX: usize = 19;

    /// Reads an account number as a person or a spreadsheet wrote it: groups, an apostrophe or a label before it.
    ///
    /// # Errors
    /// Masked, damaged by a spreadsheet, a card number, too long, or not an account number at all.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        if !within(text, MAX_INPUT) {
            return Err(Reason::TooLong);
        }
        let line = fold(text);
        let line = without_label(line.trim_start_matches('\'').trim());
        if line.is_empty() {
            return Err(Reason::Empty);
        }
        if line.starts_with(['=', '@']) {
            return Err(Reason::Formula);
        }
        if is_moment(line) {
            return Err(Reason::NotANumber);
        }
        if is_masked(line) || ends_masked(line) {
            return Err(Reason::Masked);
        }
        if let Some(reason) = spreadsheet_damage(line) {
            return Err(reason);
        }
        let digits_only = line.chars().all(|c| c.is_ascii_digit() || is_separator(c));
        let number: String = if digits_only {
            let groups: Vec<&str> = line
                .split(is_separator)
                .filter(|group| !group.is_empty())
                .collect();
            if !stray(&groups).is_empty() {
                return Err(Reason::SeveralNumbers);
            }
            groups.concat()
        } else {
            line.to_owned()
        };
        Self::canonical(&number.to_ascii_uppercase())
    }

    /// What [`AccountNumber::parse`] found to be several numbers: those that stand whole, then all as one.
    pub(super) fn readings(text: &str) -> Vec<Self> {
        let line = fold(text);
        let groups: Vec<&str> = without_label(line.trim_start_matches('\'').trim())
            .split(is_separator)
            .filter(|group| !group.is_empty())
            .collect();
        stray(&groups)
            .into_iter()
            .filter_map(|number| Self::canonical(&number).ok())
            .collect()
    }

    /// Takes exactly the canonical form.
    pub(super) fn canonical(number: &str) -> Result<Self, Reason> {
        if number.is_empty()
            || !number
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        {
            return Err(Reason::BadAccount);
        }
        if is_card(number) {
            return Err(Reason::CardNumber);
        }
        if number.len() > Self::MAX {
            return Err(Reason::TooLong);
        }
        Ok(Self(number.into()))
    }

    /// Takes what [`AccountNumber::as_str`] gave once.
    pub(super) fn stored(number: &str) -> Option<Self> {
        let whole = !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric());
        whole.then(|| Self(number.into()))
    }

    /// The number as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountNumber({})", masked(&self.0))
    }
}

/// The readings of digit groups of which one is an account by itself, so that the others may be something else: the
/// number of a branch or a row, a year, an amount (`PGD số 5 0071001234567`). None when the groups are one number as
/// people write it (`007 1 00 1234567`).
pub(super) fn stray(groups: &[&str]) -> Vec<String> {
    /// Nobody writes so many digits in one group and goes on.
    const WHOLE: usize = 9;
    /// Shortest account of today's banks; beside it a digit or two is no part of the number.
    const SHORT: usize = 8;
    let whole = |group: &&&str| {
        let small = groups
            .iter()
            .all(|other| other.len() <= 2 || other == *group);
        group.len() >= WHOLE || (group.len() >= SHORT && small)
    };
    if groups.len() < 2 || !groups.iter().any(|group| whole(&group)) {
        return Vec::new();
    }
    let alone = groups.iter().filter(whole).map(|group| (*group).to_owned());
    alone.chain([groups.concat()]).collect()
}

fn without_label(line: &str) -> &str {
    let Some(end) = line.find(|c: char| c.is_ascii_digit() || c == ':') else {
        return line;
    };
    let label = toneless(&line[..end]);
    let known = LABELS.contains(&label.trim_matches([' ', '.', '-']));
    if known {
        line[end..]
            .trim_start_matches([':', ' ', '\''])
            .trim_start()
    } else {
        line
    }
}

/// The number of a payment card: 16 to 19 digits under NAPAS's 9704 (TCCS 01:2018/NHNNVN), or an international card that
/// satisfies Luhn's sum (ISO/IEC 7812-1).
pub(super) fn is_card(number: &str) -> bool {
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    match number.len() {
        16 | 19 if number.starts_with("9704") => true,
        // Visa, Mastercard, JCB, UnionPay; the network's own accounts of 16 digits begin otherwise.
        16 => (number.starts_with(['3', '4', '5', '6']) || is_mastercard_2(number)) && luhn(number),
        15 => (number.starts_with("34") || number.starts_with("37")) && luhn(number),
        _ => false,
    }
}

fn is_mastercard_2(number: &str) -> bool {
    ("2221".."2721").contains(&&number[..4])
}

/// Whether ASCII digits satisfy the sum that the last one was chosen for (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, b)| (u32::from(b - b'0'), index % 2 == 1))
        .map(|(digit, double)| {
            if double {
                digit * 2 / 10 + digit * 2 % 10
            } else {
                digit
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// An account: a number at a bank. The same number at another bank is another account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    bank: Bin,
    number: AccountNumber,
}

impl Account {
    /// The account `number` at `bank`.
    pub fn new(bank: Bin, number: AccountNumber) -> Self {
        Self { bank, number }
    }

    /// The bank's number in the payment network.
    pub fn bank(&self) -> Bin {
        self.bank
    }

    /// The account's number at that bank.
    pub fn number(&self) -> &AccountNumber {
        &self.number
    }

    /// Whether the number has a form that is unusual at this bank. The formats are weakly sourced: warn, never refuse.
    pub fn unlikely(&self) -> bool {
        let number = self.number.as_str();
        let length = number.len();
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            let kind = if number.starts_with(|c: char| c.is_ascii_alphabetic()) {
                "alias"
            } else {
                "virtual"
            };
            return !formats("*", kind).any(|format| format.allows(length));
        }
        // Many banks let a customer's phone number be the account number.
        let as_phone = formats("*", "phone_as_account").any(|format| format.allows(length));
        if as_phone && Phone::dialled(number, false).is_ok() {
            return false;
        }
        let bank = self.bank.to_string();
        match formats(&bank, "account").next() {
            Some(format) => {
                // Numbers that begin with 00 are the long classic ones: three digits short of that, some were lost.
                let cut = number.starts_with("00") && length + 3 <= format.longest;
                cut || !format.allows(length)
            }
            None => !formats("*", "account").any(|format| format.allows(length)),
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({}, {:?})", self.bank, self.number)
    }
}

struct Format {
    bank: &'static str,
    kind: &'static str,
    shortest: usize,
    longest: usize,
}

impl Format {
    fn allows(&self, length: usize) -> bool {
        (self.shortest..=self.longest).contains(&length)
    }
}

fn formats(bank: &str, kind: &'static str) -> impl Iterator<Item = &'static Format> {
    static FORMATS: LazyLock<Vec<Format>> = LazyLock::new(|| {
        tsv::rows(include_str!("../../config/account_formats.tsv"))
            .filter_map(|row| {
                let (shortest, longest) = (
                    row.get("min_len").parse().ok()?,
                    row.get("max_len").parse().ok()?,
                );
                Some(Format {
                    bank: row.get("bank_bin"),
                    kind: row.get("kind"),
                    shortest,
                    longest,
                })
            })
            .collect()
    });
    FORMATS
        .iter()
        .filter(move |format| format.bank == bank && format.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, Reason> {
        AccountNumber::parse(text).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn groups_labels_and_apostrophes_are_not_the_number() {
        for text in [
            "0000000070001",
            "0000 0000 7000 1",
            "0000.0000.70001 ",
            "'0000000070001",
            "STK 0000000070001",
            "Số TK: 0000-0000-70001",
            "００００000070001",
        ] {
            assert_eq!(read(text).as_deref(), Ok("0000000070001"), "{text}");
        }
        assert_eq!(read("mauthu2025").as_deref(), Ok("MAUTHU2025"));
        assert_eq!(
            read("99MM24011M34875080").as_deref(),
            Ok("99MM24011M34875080")
        );
    }

    #[test]
    fn what_is_not_an_account_number_says_why() {
        for (text, reason) in [
            ("", Reason::Empty),
            ("0000****5678", Reason::Masked),
            ("0000xxx5678", Reason::Masked),
            ("1.23457E+12", Reason::ScientificNotation),
            ("1,23E+12", Reason::ScientificNotation),
            ("70001.0", Reason::SpreadsheetNumber),
            ("=A1", Reason::Formula),
            ("9704 3600 0000 0000 018", Reason::CardNumber),
            ("4111 1111 1111 1111", Reason::CardNumber),
            ("19 số 0000000000000000001", Reason::BadAccount),
            ("MB bank", Reason::BadAccount),
            ("00000000000000000001", Reason::TooLong),
        ] {
            assert_eq!(read(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn an_unusual_length_is_only_unlikely() -> Result<(), Reason> {
        for (bank, number, unlikely) in [
            ("970436", "0000000070001", false),
            ("970436", "0000000012", true),
            ("970436", "0950001001", false),
            ("970436", "MAUTHU2025", false),
            ("970403", "000000070002", false),
            ("970415", "00000007", true),
            ("970454", "99MM24011M34875080", false),
            ("999999", "12345", true),
        ] {
            let account = Account::new(Bin::parse(bank)?, AccountNumber::parse(number)?);
            assert_eq!(account.unlikely(), unlikely, "{bank} {number}");
        }
        Ok(())
    }
}
