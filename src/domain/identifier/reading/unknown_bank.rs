//! A bank that is named and not known: what was asked is an account there, never the same number at another bank.

use super::{Identifier, Item, context::is_label};
use crate::domain::{
    account::{Account, AccountNumber},
    bank,
};

/// Words beside a number that are no Vietnamese syllables and name no bank either: abbreviations and English.
const NO_BANK: &str = " acc account and app apps are bill boss card cash ceo check cty dear email facebook facebok fb for \
    friend from gd gmail gs hcm hd hello help her his hn id iphone is it kg kh ko lazada mail md money mr mrs ms msg my name \
    nd number nv of ok oke okay or order otp paid pay payment paypal pin please ref scam scammer send sent sg shop shopee sir \
    sms st stt telegram tele thanks this tiktok tks tnhh to tp tphcm transfer ts usd via vnd vs was web website what who whose \
    with your ";

/// Words after "ngân hàng" that don't name it: `ngân hàng này`, `ngân hàng của tôi`.
const NO_NAME: &str = " a anh ben bi bo cho chu chuyen chi co con cua da dang day de den di do duoc em gi giup ho khac khong \
    la lua ma minh mo nao nay nguoi nhan nhu no o qua roi sao tai thi toi tren va vao ve viet nam voi ";

/// The word that names a bank, when none that is known is named.
pub(super) fn named(items: &[Item]) -> Option<&str> {
    let word = |at: usize| match items.get(at) {
        Some(Item::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    (0..items.len()).find_map(|at| {
        let here = word(at)?;
        let next = word(at + 1);
        // `ngân hàng XYZ`, `NH XYZ`, `XYZ bank`
        let after = match (here, next) {
            ("ngan", Some("hang")) => word(at + 2),
            ("nh" | "bank" | "nhtm" | "nhtmcp" | "tmcp", _) => next,
            (_, Some("bank")) if !has(NO_BANK, here) => Some(here),
            _ => None,
        };
        let names = |word: &&str| !is_label(word) && !has(NO_NAME, word) && !has(NO_BANK, word);
        after
            .filter(names)
            .or_else(|| Some(here).filter(|here| is_named_by_itself(items, at, here)))
    })
}

/// A word that can hardly be anything but a bank's short name: no Vietnamese syllable, and right beside a number.
fn is_named_by_itself(items: &[Item], at: usize, word: &str) -> bool {
    /// `agr`, `mbb`, `vietconbank`; longer words are no names.
    const LENGTHS: std::ops::RangeInclusive<usize> = 2..=14;
    let letters = word.bytes().all(|b| b.is_ascii_lowercase()) && LENGTHS.contains(&word.len());
    letters
        && !is_label(word)
        && !has(NO_BANK, word)
        && !has(" an the chi nhanh ", word)
        && (!is_syllable(word) || word.ends_with("bank"))
        && (number_first(items[at + 1..].iter()) || number_first(items[..at].iter().rev()))
}

/// Whether a number comes before any word that is no label.
fn number_first<'i>(mut items: impl Iterator<Item = &'i Item>) -> bool {
    let next = items.find(|item| !matches!(item, Item::Break(_)) && !is_labelling(item));
    matches!(next, Some(Item::Number(_) | Item::Code(_)))
}

/// `STK`, `số`, `:` between a bank and its number.
fn is_labelling(item: &Item) -> bool {
    matches!(item, Item::Word(word) if is_label(word) || has(" so tai khoan la ", word))
}

fn has(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

/// Whether toneless letters are one syllable of Vietnamese: an initial, one to three vowels, a final.
fn is_syllable(word: &str) -> bool {
    const INITIALS: [&str; 27] = [
        "ngh", "ng", "nh", "gh", "gi", "kh", "ph", "th", "tr", "ch", "qu", "b", "c", "d", "g", "h",
        "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
    ];
    const FINALS: [&str; 9] = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"];
    INITIALS.iter().any(|initial| {
        let Some(rhyme) = word.strip_prefix(initial) else {
            return false;
        };
        let vowels = rhyme
            .bytes()
            .take_while(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
            .count();
        (1..=3).contains(&vowels) && FINALS.contains(&&rhyme[vowels..])
    })
}

/// The account at each bank whose name is nearly the one written, for a person to choose from.
pub(super) fn near(name: &str, number: &AccountNumber) -> Vec<Identifier> {
    let at = |bank: &bank::Bank| Identifier::Account(Account::new(bank.bin, number.clone()));
    bank::near(name).into_iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_of_vietnamese_are_no_short_names() {
        for word in [
            "nguyen", "van", "an", "hoa", "khuya", "quynh", "nghia", "gi", "y", "thuong", "oanh",
        ] {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["agr", "mbb", "vtb", "abc", "techcom", "agri", "xyz", "bk"] {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
