//! Cuts a line into numbers, words and what stands between them.

use crate::domain::{bank, moment::MARK, phone::Phone, reason::Reason, text::toneless, wallet};

/// Digit groups that nothing but separators stands between.
#[derive(Debug, Default)]
pub(super) struct Number {
    /// As written: digits, and letters that look like digits.
    pub(super) groups: Vec<String>,
    /// A `+` stands before it.
    pub(super) plus: bool,
    /// The signs between the groups, spaces left out.
    pub(super) signs: String,
}

impl Number {
    pub(super) fn text(&self) -> String {
        self.groups.concat()
    }

    /// The phone number that it is as it stands.
    pub(super) fn as_phone(&self) -> Option<Phone> {
        Phone::dialled(&self.text(), self.plus).ok()
    }

    pub(super) fn has_letters(&self) -> bool {
        self.groups.iter().any(|group| !is_digits(group))
    }
}

#[derive(Debug)]
pub(super) enum Item {
    Number(Number),
    /// Toneless, lower case.
    Word(String),
    /// Letters and digits in one that are no number: `99MM24011M3`, `MAUTHU2025`.
    Code(String),
    /// An amount of money with its unit, or a date or time.
    Amount,
    /// A sign that ends a number: `,` `/` `;` …
    Break(char),
}

/// Cuts a folded line.
///
/// # Errors
/// [`Reason::Masked`].
pub(super) fn items(line: &str) -> Result<Vec<Item>, Reason> {
    if has_mask(line) {
        return Err(Reason::Masked);
    }
    let atoms = atoms(line);
    let mut items = Items::default();
    for (index, atom) in atoms.iter().enumerate() {
        match atom {
            Atom::Sign(c) => items.sign(*c),
            Atom::Blob(blob) if is_digits(blob) => items.group(blob),
            Atom::Blob(blob)
                if blob.chars().all(char::is_alphabetic)
                    || !blob.contains(|c: char| c.is_ascii_digit()) =>
            {
                let near = items.open() || followed_by_digits(&atoms[index + 1..]);
                let extension = blob.len() == 1 && items.ends_with_phone();
                if is_run_of_x(blob) && near && !extension {
                    return Err(Reason::Masked);
                }
                // `0912 345 OOO`: zeros written as letters, a blank away.
                if near
                    && blob.chars().count() <= 4
                    && blob.chars().all(|c| lookalike(c) == Some('0'))
                {
                    items.group(blob);
                } else {
                    items.word(blob);
                }
            }
            Atom::Blob(blob) => items.mixed(blob, followed_by_digits(&atoms[index + 1..]))?,
        }
    }
    Ok(items.done)
}

enum Atom<'l> {
    Blob(&'l str),
    Sign(char),
}

fn atoms(line: &str) -> Vec<Atom<'_>> {
    let in_blob =
        |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    let mut atoms = Vec::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c| !in_blob(c)).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(if end == 0 { c.len_utf8() } else { end });
        atoms.push(if end == 0 {
            Atom::Sign(c)
        } else {
            Atom::Blob(head)
        });
        rest = tail;
    }
    atoms
}

fn followed_by_digits(atoms: &[Atom<'_>]) -> bool {
    let next = atoms
        .iter()
        .find(|atom| !matches!(atom, Atom::Sign(c) if is_weak(*c)));
    matches!(next, Some(Atom::Blob(blob)) if blob.starts_with(|c: char| c.is_ascii_digit()))
}

#[derive(Default)]
struct Items {
    done: Vec<Item>,
    plus: bool,
    signs: String,
}

impl Items {
    /// Whether the last thing is a number that may go on.
    fn open(&self) -> bool {
        matches!(self.done.last(), Some(Item::Number(_)))
    }

    fn ends_with_phone(&self) -> bool {
        matches!(self.done.last(), Some(Item::Number(n)) if Phone::dialled(&n.text(), n.plus).is_ok())
    }

    fn group(&mut self, group: &str) {
        let signs = std::mem::take(&mut self.signs);
        let plus = std::mem::take(&mut self.plus);
        match self.done.last_mut() {
            // `+84 + 950001001`
            Some(Item::Number(number)) if !plus || number.text() == "84" => {
                number.groups.push(group.to_owned());
                number.signs.push_str(&signs);
            }
            _ => self.done.push(Item::Number(Number {
                groups: vec![group.to_owned()],
                plus,
                signs: String::new(),
            })),
        }
    }

    fn word(&mut self, word: &str) {
        self.signs.clear();
        self.plus = false;
        self.done.push(Item::Word(toneless(word)));
    }

    fn sign(&mut self, c: char) {
        match c {
            '+' => self.plus = true,
            ' ' => {}
            MARK => {
                self.plus = false;
                self.signs.clear();
                self.done.push(Item::Amount);
            }
            c if is_weak(c) => self.signs.push(c),
            c => {
                self.plus = false;
                self.signs.clear();
                self.done.push(Item::Break(c));
            }
        }
    }

    /// A blob of letters and digits: a label or bank stuck to a number, a number with look-alikes, or a code.
    fn mixed(&mut self, blob: &str, goes_on: bool) -> Result<(), Reason> {
        if wallet::find(blob).is_some() {
            self.word(blob);
            return Ok(());
        }
        let parts = parts(blob);
        match parts[..] {
            [label, digits, ..] if !is_digits(label) && is_label(label) && digits.len() > 3 => {
                self.word(label);
                let rest = &blob[label.len()..];
                if is_digits(rest) {
                    self.group(rest)
                } else {
                    self.mixed(rest, goes_on)?
                }
                return Ok(());
            }
            [digits, unit] | [digits, unit, _]
                if is_digits(digits) && digits.len() < 8 && is_unit(&toneless(unit)) =>
            {
                // `500.000đ`: the groups before belong to the amount.
                if self.open() && matches!(self.signs.as_str(), "." | ",") {
                    self.done.pop();
                }
                self.signs.clear();
                self.done.push(Item::Amount);
                return Ok(());
            }
            // `0912345678x12`: an extension.
            [digits, "x" | "X", extension] if extension.len() <= 5 && is_phone(digits) => {
                self.group(digits);
                self.done.push(Item::Break('x'));
                return Ok(());
            }
            // `0000000070001VCB`
            [digits, word]
                if is_digits(digits) && digits.len() >= 6 && !bank::candidates(word).is_empty() =>
            {
                self.group(digits);
                self.word(word);
                return Ok(());
            }
            [digits, word]
                if is_phone(digits)
                    && !word.chars().all(|c| lookalike(c).is_some())
                    && !is_run_of_x(word) =>
            {
                self.group(digits);
                self.word(word);
                return Ok(());
            }
            _ => {}
        }
        let letters = || parts.iter().filter(|part| !is_digits(part));
        let digits = blob.chars().filter(char::is_ascii_digit).count();
        if letters().all(|part| is_run_of_x(part)) && digits > 1 {
            return Err(Reason::Masked);
        }
        let few = letters().map(|part| part.chars().count()).sum::<usize>() <= 4 && digits > 1;
        if few
            && letters().all(|part| part.chars().all(|c| lookalike(c).is_some()))
            && (digits > 4 || self.open() || goes_on)
        {
            self.group(blob);
        } else {
            self.signs.clear();
            self.done.push(Item::Code(blob.to_owned()));
        }
        Ok(())
    }
}

/// Alternating runs of digits and of anything else.
fn parts(blob: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = blob;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c: char| c.is_ascii_digit() != first.is_ascii_digit())
            .unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        parts.push(part);
        rest = tail;
    }
    parts
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_phone(digits: &str) -> bool {
    is_digits(digits) && Phone::dialled(digits, false).is_ok()
}

fn is_label(word: &str) -> bool {
    /// Written without a blank before a number.
    const LABELS: [&str; 16] = [
        "sdt", "dt", "dd", "tel", "phone", "zalo", "viber", "hotline", "lh", "so", "stk", "tk",
        "cccd", "cmnd", "mst", "call",
    ];
    LABELS.contains(&toneless(word).as_str())
        || !bank::candidates(word).is_empty()
        || wallet::find(word).is_some()
}

/// Units of money and time: what stands before one is no identifier.
pub(super) fn is_unit(word: &str) -> bool {
    const UNITS: [&str; 14] = [
        "d", "dong", "vnd", "tr", "trieu", "ty", "ti", "k", "nghin", "ngan", "usd", "h", "gio",
        "cu",
    ];
    UNITS.contains(&word)
}

/// Signs people put inside one number.
fn is_weak(c: char) -> bool {
    matches!(
        c,
        ' ' | '.'
            | '-'
            | '_'
            | '\u{b7}'
            | '\u{2027}'
            | '\u{30fb}'
            | '\''
            | '('
            | ')'
            | '['
            | ']'
            | '~'
    )
}

fn is_run_of_x(word: &str) -> bool {
    word.chars()
        .all(|c| matches!(c, 'x' | 'X' | 'х' | 'Х' | 'χ' | 'Χ'))
}

/// The digit a letter is mistaken for.
pub(super) fn lookalike(c: char) -> Option<char> {
    Some(match c {
        'o' | 'O' | 'ο' | 'Ο' | 'о' | 'О' | 'օ' | 'Օ' | 'ø' | 'Ø' | 'ơ' | 'Ơ' | 'ô' | 'Ô' | 'ò'
        | 'ó' | 'Ò' | 'Ó' | 'ö' | 'Ö' | 'º' | '〇' | 'ഠ' | 'ဝ' | 'ⲟ' | 'Ⲟ' | 'Ꮎ' => {
            '0'
        }
        'l' | 'I' | 'i' | 'ı' | 'і' | 'І' | 'ι' | 'Ι' | 'Ӏ' | 'ӏ' | 'ǀ' => '1',
        'z' | 'Z' | 'Ζ' => '2',
        'З' | 'з' => '3',
        's' | 'S' | 'Ѕ' | 'ѕ' => '5',
        'b' | 'G' => '6',
        'B' | 'В' | 'Β' => '8',
        'g' | 'q' => '9',
        _ => return None,
    })
}

/// The text with every look-alike letter as the digit it resembles; `None` when another letter is in it.
pub(super) fn with_digits(text: &str) -> Option<String> {
    let digits: Option<String> = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                Some(c)
            } else {
                lookalike(c)
            }
        })
        .collect();
    digits.filter(|digits| is_digits(digits))
}

/// Signs that stand for digits somebody hides.
fn has_mask(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    if digits == 0 {
        return false;
    }
    let chars: Vec<char> = line.chars().collect();
    let digit = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(char::is_ascii_digit)
    };
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let length = chars[at..].iter().take_while(|next| **next == c).count();
        let (before, after) = (digit(at.checked_sub(1)), digit(Some(at + length)));
        let hides = match c {
            '*' | '∗' | '•' | '●' | '■' | '█' | '▪' | '×' | '✕' | '✗' | '✖' => {
                true
            }
            '#' | '?' | '%' | '$' => (before && after) || (length > 1 && (before || after)),
            '.' | '_' | '-' if length > 2 => {
                // A blank on either side changes nothing: `0912 … 678`.
                let blank = |at: Option<usize>| at.and_then(|at| chars.get(at)) == Some(&' ');
                let behind = before || (blank(at.checked_sub(1)) && digit(at.checked_sub(2)));
                let ahead = after || (blank(Some(at + length)) && digit(Some(at + length + 1)));
                (behind && ahead) || ((before || after) && digits < 9)
            }
            _ => false,
        };
        if hides {
            return true;
        }
        at += length;
    }
    false
}
