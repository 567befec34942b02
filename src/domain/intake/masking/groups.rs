//! Where the digits of a text stand.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::domain::text::{is_invisible, unify};

/// Most signs between two groups of one number, such as ` - `. The marks that stand for a number are as many, and another
/// sign at least is beside them.
pub(super) const MOST_SIGNS: usize = 4;

/// Stands where digits were masked.
pub(super) const MARK: char = '•';

/// Digits with nothing to be seen between them.
#[derive(Clone)]
pub(super) struct Group {
    /// In ASCII.
    pub(super) digits: String,
    /// The bytes of the text that they take, with the whole of the first and the last character.
    pub(super) start: usize,
    pub(super) end: usize,
    /// What parts it from the group before, when that is one sign.
    pub(super) sign: Option<char>,
    /// A plus stands before it.
    pub(super) plus: bool,
}

/// The groups of a text, in runs of those that stand together.
pub(super) fn runs(text: &str) -> Vec<Vec<Group>> {
    let mut reader = Reader::default();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if c.is_ascii() {
            reader.take(c, at, end);
            continue;
        }
        // One character may be several digits (`㉑`), or a digit with signs (`⒈`).
        for c in std::iter::once(c).nfkc() {
            reader.take(unify(c), at, end);
        }
    }
    reader.runs
}

#[derive(Default)]
struct Reader {
    runs: Vec<Vec<Group>>,
    /// Whether the last character that was seen is a digit.
    in_group: bool,
    /// Whether a letter, or too many signs, came after the last group.
    is_parted: bool,
    /// Signs since the last group, and the last one of them.
    signs: usize,
    last: Option<char>,
}

impl Reader {
    fn take(&mut self, c: char, start: usize, end: usize) {
        if c.is_ascii_digit() {
            self.digit(c, start, end);
        } else if is_invisible(c) || is_combining_mark(c) {
            // Nothing that is seen: the group goes on.
        } else {
            self.in_group = false;
            let sign = if c.is_whitespace() { ' ' } else { c };
            // A sign again and again parts no more; but the marks that stand for a number do.
            if self.last != Some(sign) || sign == MARK {
                self.signs += 1;
            }
            self.last = Some(sign);
            self.is_parted |= c.is_alphanumeric() || ends_a_number(c) || self.signs > MOST_SIGNS;
        }
    }

    fn digit(&mut self, c: char, start: usize, end: usize) {
        let group = Group {
            digits: String::from(c),
            start,
            end,
            sign: self.last.filter(|_| self.signs == 1),
            plus: self.last == Some('+'),
        };
        match self.runs.last_mut() {
            Some(run) if !self.is_parted => match run.last_mut() {
                Some(group) if self.in_group => {
                    group.digits.push(c);
                    group.end = end;
                }
                _ => run.push(group),
            },
            _ => self.runs.push(vec![group]),
        }
        *self = Self {
            runs: std::mem::take(&mut self.runs),
            in_group: true,
            ..Self::default()
        };
    }
}

/// Signs of money and shares: what stands before them is an amount.
const fn ends_a_number(c: char) -> bool {
    matches!(c, '%' | '$' | '€' | '₫')
}
