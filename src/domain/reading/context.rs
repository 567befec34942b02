//! What the words of a line say about its numbers.

use super::{
    cue::{Cue, cues_of, is_of_label},
    scan::{Item, Number, is_digits, is_unit},
    unknown_bank,
};
use crate::domain::{
    account::{AccountNumber, is_card},
    bank::{self, Bin},
    reason::Reason,
    wallet::{self, Provider},
};

/// Words that may stand around a short code and say nothing else.
const FILLERS: [&str; 26] = [
    "o", "tai", "ben", "so", "cua", "la", "den", "toi", "gui", "soan", "tin", "vn", "viet", "nam",
    "cong", "an", "the", "dt", "may", "code", "short", "number", "from", "tu", "dau", "nhan",
];

/// Legal forms before a bank's name.
const BANK_PREFIX: [&str; 4] = ["tm", "cp", "tnhh", "mtv"];

/// Words before an extension, which is not part of the number.
const EXTENSION: [&str; 8] = ["le", "ext", "extension", "nhanh", "x", "phim", "noi", "bo"];

/// A line, sorted into what matters.
pub(super) struct Context {
    pub(super) numbers: Vec<Number>,
    pub(super) codes: Vec<String>,
    pub(super) cues: Vec<Cue>,
    pub(super) banks: Vec<Bin>,
    /// A bank is named by a code or brand, not by plain words.
    pub(super) brand: bool,
    pub(super) providers: Vec<&'static Provider>,
    /// The word that names a bank that is not known; none where a known one is named.
    pub(super) unknown_bank: Option<String>,
    /// No words at all.
    pub(super) only_numbers: bool,
    /// A few digits stand right after a number: `0912345678/79`, the last digits of another one.
    pub(super) has_tail: bool,
    /// Every word is a label, so that a bare short code is what the text is about.
    pub(super) words_are_labels: bool,
}

impl Context {
    pub(super) fn of(items: Vec<Item>) -> Self {
        let items = without_asides(items);
        let mut context = Self {
            numbers: Vec::new(),
            codes: Vec::new(),
            cues: Vec::new(),
            banks: Vec::new(),
            brand: false,
            providers: Vec::new(),
            unknown_bank: None,
            only_numbers: true,
            has_tail: items.windows(3).any(is_tail),
            words_are_labels: true,
        };
        let mut segment: Vec<String> = Vec::new();
        for item in items {
            match item {
                Item::Word(word) => {
                    segment.push(word);
                    continue;
                }
                // A sign inside a name (`NN&PTNT`, `Sài Gòn - Hà Nội`) doesn't end it; a number does.
                Item::Break('&' | '/' | '.') => continue,
                Item::Number(number) => context.numbers.push(number),
                Item::Code(code) => context.codes.push(code),
                Item::Amount | Item::Break(_) => {}
            }
            context.words(&std::mem::take(&mut segment));
        }
        context.words(&segment);
        context
    }

    /// Notes the bank that the line names, if it names one that is not known.
    pub(super) fn note_unknown_bank(&mut self, line: &str) {
        if self.banks.is_empty() && self.providers.is_empty() {
            self.unknown_bank = unknown_bank::named(line).map(str::to_owned);
        }
    }

    fn words(&mut self, segment: &[String]) {
        if segment.is_empty() {
            return;
        }
        self.only_numbers = false;
        let cues: Vec<Cue> = cues_of(segment).collect();
        let says_bank = cues.contains(&Cue::Bank);
        self.cues.extend(cues);
        let labelled = |word: &String| FILLERS.contains(&word.as_str()) || is_of_label(word);
        self.words_are_labels &= segment.iter().all(labelled);

        let taken = self.wallets(segment);
        let end = segment
            .iter()
            .skip(1)
            .position(|word| word == "cn" || word == "pgd")
            .map_or(segment.len(), |at| at + 1);
        let free: Vec<String> = segment[..end]
            .iter()
            .enumerate()
            .filter(|(at, _)| !taken.contains(at))
            .map(|(_, word)| word.clone())
            .collect();
        let words = bank::words_of(&free.join(" "));
        let mentions = bank::mentions(&words);
        let brand = mentions.iter().any(|mention| mention.brand);
        for mention in mentions.iter().filter(|mention| mention.brand || !brand) {
            // `NGUYỄN TIÊN PHONG`, `CTY XÂY DỰNG ABC`: plain words among others are a person's or a company's name.
            let alone = words.iter().enumerate().all(|(at, word)| {
                mention.words.contains(&at)
                    || labelled(word)
                    || BANK_PREFIX.contains(&word.as_str())
            });
            if !(mention.brand || says_bank || alone || mention.words.len() > 3) {
                continue;
            }
            self.add_banks(mention.banks.iter().map(|bank| bank.bin), mention.brand);
        }
        if mentions.is_empty()
            && says_bank
            && let Some(bank) = bank::find(&segment.join(" "))
        {
            self.add_banks([bank.bin], true);
        }
    }

    fn add_banks(&mut self, bins: impl IntoIterator<Item = Bin>, brand: bool) {
        // A name of plain words is not heard beside a brand: `VCB … Sài Gòn`.
        if self.brand && !brand {
            return;
        }
        if brand && !self.brand {
            self.banks.clear();
        }
        self.brand |= brand;
        for bin in bins {
            if !self.banks.contains(&bin) {
                self.banks.push(bin);
            }
        }
    }

    /// Notes the wallet providers named; the places of the words that name them.
    fn wallets(&mut self, segment: &[String]) -> Vec<usize> {
        /// `tiền di động viettel`
        const LONGEST: usize = 4;
        let mut taken = Vec::new();
        for size in (1..=LONGEST.min(segment.len())).rev() {
            for start in 0..=segment.len() - size {
                if (start..start + size).any(|at| taken.contains(&at)) {
                    continue;
                }
                if let Some(provider) = wallet::named(&segment[start..start + size].join(" ")) {
                    taken.extend(start..start + size);
                    if !self
                        .providers
                        .iter()
                        .any(|known| known.slug == provider.slug)
                    {
                        self.providers.push(provider);
                    }
                }
            }
        }
        taken
    }

    /// Personal data that must not be taken, whatever else the line has.
    pub(super) fn refuse_cards_and_papers(&self) -> Result<(), Reason> {
        if self.cues.contains(&Cue::Identity) && !(self.numbers.is_empty() && self.codes.is_empty())
        {
            return Err(Reason::IdentityCard);
        }
        if self.cues.contains(&Cue::Tax) {
            return Err(Reason::NotANumber);
        }
        let labelled = self.cues.contains(&Cue::Card);
        for number in &self.numbers {
            let digits = number.text();
            if (bin_of(number).is_none() && is_card(&digits)) || (labelled && digits.len() > 11) {
                return Err(Reason::CardNumber);
            }
        }
        Ok(())
    }

    /// `970436 0000000070001`: the bank by its number in the network.
    pub(super) fn take_bin(&mut self) {
        if !self.banks.is_empty() || !self.providers.is_empty() {
            return;
        }
        let Some(first) = self.numbers.first_mut() else {
            return;
        };
        let Some(bin) = bin_of(first) else {
            let alone = first.groups.len() == 1 && self.numbers.len() + self.codes.len() == 2;
            if alone && let Some(bin) = known_bin(&self.numbers[0].groups[0]) {
                self.numbers.remove(0);
                self.add_banks([bin], true);
            }
            return;
        };
        first.groups.remove(0);
        self.add_banks([bin], true);
    }
}

fn is_tail(items: &[Item]) -> bool {
    matches!(items, [Item::Number(_), Item::Break('/' | ',' | ';' | '|' | '&'), Item::Number(tail)] if tail.text().len() < 5)
}

fn known_bin(group: &str) -> Option<Bin> {
    let bin = Bin::parse(group).ok().filter(|_| is_digits(group))?;
    bank::by_bin(bin).map(|bank| bank.bin)
}

/// The bank's number that a number's first group is, with an account after it.
fn bin_of(number: &Number) -> Option<Bin> {
    let (first, rest) = number.groups.split_first()?;
    let account = rest.concat();
    let fits = !number.plus && account.len() > 3 && AccountNumber::canonical(&account).is_ok();
    if fits { known_bin(first) } else { None }
}

fn word_of(item: &Item) -> Option<&str> {
    match item {
        Item::Word(word) => Some(word),
        Item::Number(_) | Item::Code(_) | Item::Amount | Item::Break(_) => None,
    }
}

/// `ngân hàng` begins with what could be `ngàn`, a thousand.
fn names_a_bank(next: &[Item]) -> bool {
    matches!(next, [Item::Word(first), Item::Word(second), ..] if first == "ngan" && second == "hang")
}

/// Digits without a sign between them, as many as an account has: beside `STK` no amount, whatever follows.
fn is_whole_account(item: &Item) -> bool {
    matches!(item, Item::Number(n) if n.groups.len() == 1 && n.text().len() >= 8)
}

/// Without amounts, extensions, dates and times.
fn without_asides(items: Vec<Item>) -> Vec<Item> {
    let mut kept: Vec<Item> = Vec::new();
    let words: Vec<&str> = items.iter().filter_map(word_of).collect();
    let of_account = cues_of(&words).any(|cue| cue == Cue::Account);
    let before_bank: Vec<bool> = (0..items.len())
        .map(|at| names_a_bank(&items[at + 1..]))
        .collect();
    let mut items = items.into_iter().peekable();
    for before_bank in before_bank {
        let Some(item) = items.next() else { break };
        let short = |item: &Item, most: usize| matches!(item, Item::Number(n) if !n.plus && n.text().len() <= most);
        let after_extension =
            matches!(kept.last(), Some(Item::Word(word)) if EXTENSION.contains(&word.as_str()));
        let after_ext_sign = matches!(&kept[..], [.., Item::Word(word), Item::Break(':' | '.')] if EXTENSION.contains(&word.as_str()));
        let unit_next =
            matches!(items.peek(), Some(Item::Word(word)) if is_unit(word)) && !before_bank;
        if (after_extension || after_ext_sign)
            && short(&item, 5)
            && kept.iter().any(|item| matches!(item, Item::Number(_)))
        {
            continue;
        }
        if unit_next
            && matches!(&item, Item::Number(n) if !n.plus && n.text().len() < 13 && !n.text().starts_with('0'))
            && !(of_account && is_whole_account(&item))
        {
            kept.push(Item::Amount);
            continue;
        }
        // Day, month and year, or hour and minute.
        let parted = matches!(items.peek(), Some(Item::Break('/' | ':')));
        let after_parted = matches!(&kept[..], [.., Item::Amount, Item::Break('/' | ':')]);
        let year = short(&item, 4) && after_parted;
        if year || (parted && short(&item, 2)) {
            kept.push(Item::Amount);
            continue;
        }
        kept.push(item);
    }
    kept
}
