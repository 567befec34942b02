//! The table of banks, and their numbers in the payment network.

use std::{collections::HashMap, fmt, sync::LazyLock};

use crate::domain::{
    reason::Reason,
    text::{MAX_INPUT, fold, within},
    tsv,
};

/// A bank's six-digit number in the payment network, e.g. 970436.
///
/// Numbers that are not in the table are possible: a QR may name a bank newer than the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bin(u32);

impl Bin {
    /// Reads six digits. A second number of a known bank gives that bank's main number, so that one account has one key.
    ///
    /// # Errors
    /// [`Reason::UnknownBank`] unless the text is six digits.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        if !within(text, MAX_INPUT) {
            return Err(Reason::UnknownBank);
        }
        let digits = fold(text);
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Reason::UnknownBank);
        }
        let number = digits.parse().map_err(|_| Reason::UnknownBank)?;
        Ok(Self(
            BANKS.alternatives.get(&number).copied().unwrap_or(number),
        ))
    }
}

impl Bin {
    /// Takes six digits as they are: a number that became another bank's later stays what it was.
    pub(in crate::domain) fn stored(text: &str) -> Option<Self> {
        let whole = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        whole.then(|| text.parse().ok().map(Self))?
    }
}

impl fmt::Display for Bin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl fmt::Debug for Bin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bin({self})")
    }
}

/// A bank, or another institution that keeps accounts in the payment network, from `config/banks.tsv`.
#[derive(Debug)]
pub struct Bank {
    /// The key: letter codes are used by more than one bank.
    pub bin: Bin,
    /// Letter code of VietQR.
    pub code: &'static str,
    /// The name people know.
    pub short_name: &'static str,
    /// Full Vietnamese name.
    pub name_vi: &'static str,
    /// Full English name.
    pub name_en: &'static str,
    /// SWIFT code, empty when unknown.
    pub swift: &'static str,
    /// `bank`, `foreign_bank`, `foreign_branch`, `digital_bank`, `policy_bank`, `finance_company` or `wallet`.
    pub kind: &'static str,
    /// Other usual names.
    pub aliases: Vec<&'static str>,
    pub(super) other_codes: &'static str,
}

pub(super) struct Banks {
    pub(super) all: Vec<Bank>,
    pub(super) by_bin: HashMap<Bin, usize>,
    alternatives: HashMap<u32, u32>,
}

pub(super) static BANKS: LazyLock<Banks> = LazyLock::new(|| {
    let mut banks = Banks {
        all: Vec::new(),
        by_bin: HashMap::new(),
        alternatives: HashMap::new(),
    };
    for row in tsv::rows(include_str!("../../../config/banks.tsv")) {
        let Ok(bin) = row.get("bin").parse() else {
            continue;
        };
        for other in row
            .get("alt_bins")
            .split([';', ' ', ','])
            .filter_map(|other| other.parse().ok())
        {
            banks.alternatives.insert(other, bin);
        }
        banks.by_bin.insert(Bin(bin), banks.all.len());
        banks.all.push(Bank {
            bin: Bin(bin),
            code: row.get("code_vietqr"),
            short_name: row.get("short_name"),
            name_vi: row.get("name_vi"),
            name_en: row.get("name_en"),
            swift: row.get("swift_bic"),
            kind: row.get("kind"),
            aliases: row
                .get("aliases")
                .split(';')
                .map(str::trim)
                .filter(|alias| !alias.is_empty())
                .collect(),
            other_codes: row.get("other_codes"),
        });
    }
    banks
});
