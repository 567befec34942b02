//! A bank that is named and not known: what was asked is an account there, never the same number at another bank.
//!
//! A word is taken for a bank's name where it stands in the place of one (`Ngân hàng: Hoàng Hà`, `NH Hoa Sen`, `XYZ bank`),
//! is nearly a known name (`vietconbank`), or is a lone abbreviation beside the number (`HHB 0000000070001`). Any other
//! word beside a number is just a word: taken for a bank, it would hide what is known of the number.

use super::cue::is_label;
use crate::domain::{
    account::{Account, AccountNumber},
    bank,
    identifier::Identifier,
    text::toneless,
};

/// Words of a line, as they are written and toneless.
struct Word<'l> {
    written: &'l str,
    plain: String,
    /// Signs between the word before and this one, blanks left out.
    signs: &'l str,
}

impl Word<'_> {
    /// More than the digits of a name such as `N26`.
    fn is_number(&self) -> bool {
        self.plain.bytes().filter(u8::is_ascii_digit).count() > 3
    }

    fn is(&self, words: &str) -> bool {
        words
            .split_ascii_whitespace()
            .any(|known| known == self.plain)
    }

    fn is_capital(&self) -> bool {
        self.written.starts_with(char::is_uppercase)
    }
}

/// Words that stand before or after a number and label it.
const LABELS: &str = "so stk tk tknh stknh tktt sotk soTK tai khoan account acc acct number no nao name ten la is cua chu ctk";

/// Words after "ngân hàng" in a sentence that goes on: `ngân hàng khóa tk`, `ngân hàng này`.
const GOES_ON: &str = "a anh bao ben bi bo can cap cau chan cho chu chua chuyen chi chinh co con cua cung da dai dang danh dau day de \
    den di do doi dong dung duoc em gi giao giu giup gui ghi goi hay he hien ho hoan hoi hom huy kha khac khach khi khoa khong \
    kiem la lam len loai lua lien ma mang minh mo moi mong muon nao nay nen ngay nghi nguoi nhan nhan nhap nho nhu no noi nua o \
    phai phat phong qua ra rao roi rut sao sau se so tai tam ten thay theo thi thong tim toi toa tra tren trong truoc tu va van \
    vay ve vua xac xem xin xong y yeu ai dc ko k khg duoc voi";

/// Words before "bank" that don't name one.
const NO_OWNER: &str = "a the my your his her their our its which what some any this that same other another local vietnam vietnamese vn viet nam to \
    of from in at is s no your online internet mobile sms e i tai khoan stk so ngan hang the by with for and or into";

/// Words before a word in capitals that make it a company's or a person's name.
const OTHER_OWNER: &str = "cty ty shop nick anh chi em ong ba co chu page fb nhom group quan cua hang tiem ten user ib inbox admin kh nv gd \
    nd noidung dung ma code ref";

/// Abbreviations that are no banks'.
const ABBREVIATIONS: &str = "atm cccd cmnd cmt cn cong cskh cskv ctk cty ctv dc dd dh dm dn dntn dt dtdd ef evn fb gd gdv gplx gtgt hcm hd \
    hkd hn hs htx iban id ib it kcn kh khtt kp lh llc lld ltd mgd ms msdn mst mr mrs mtv nbh nd ng nh nhnn nv nt ok otp pgd pin pls pms \
    px qr qt qh sdt sg sms sn ssn st stk stt swift tb tk tknh tks tktt tmcp tnhh tp tphcm tt ttp txt ubnd usd usdt vat vd vks vnd \
    vn vnp vnpt vs vt vv xh zl bmt hny pvc vnd bn mn mk ntn dk clm dkm ff ghn ghtk lq mttq thx tkss trc trk vcl vl wtf";

/// Words of the longest name that is looked at.
const LONGEST_NAME: usize = 8;

/// The word that names a bank, in a line that names none that is known.
pub(super) fn named(line: &str) -> Option<&str> {
    let words = words(line);
    let shouted = !words
        .iter()
        .any(|word| !word.is_number() && word.written.chars().any(char::is_lowercase));
    let others = words
        .iter()
        .filter(|word| !word.is_number() && !word.is(LABELS));
    let alone = others.count() == 1;
    (0..words.len()).find_map(|at| {
        let rest = &words[at..];
        in_its_place(rest, shouted)
            .or_else(|| before_bank(rest))
            .or_else(|| abroad(rest))
            .or_else(|| by_itself(&words, at, alone))
    })
}

/// Cuts a line into words of letters and digits.
fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let (mut rest, mut signs) = (line, line);
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let length = rest[start..]
            .find(|c: char| !c.is_alphanumeric() && !is_mark(c))
            .unwrap_or(rest.len() - start);
        let written = &rest[start..start + length];
        words.push(Word {
            written,
            plain: toneless(written),
            signs: signs[..start].trim(),
        });
        rest = &rest[start + length..];
        signs = rest;
    }
    words
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Banks and payment services abroad, and who keeps accounts and is no bank.
const NO_BANK_HERE: &str = "icbc mufg smbc mizuho maybank kasikorn kasikornbank bangkokbank dbs ocbc anz barclays natwest santander \
    revolut n26 wise transferwise paypal payoneer skrill alipay wechat binance chungkhoan securities broker sanforex";

/// `ICBC Hà Nội`, `Bank of China`, `chứng khoán Mẫu Thử`, `Ngân hàng Số Bình Minh`.
fn abroad<'l>(words: &[Word<'l>]) -> Option<&'l str> {
    let first = words.first()?;
    let next = |at: usize, plain: &str| words.get(at).is_some_and(|word| word.plain == plain);
    let of = first.plain == "bank" && next(1, "of") && words.get(2).is_some_and(Word::is_capital);
    let shares = first.plain == "chung" && next(1, "khoan");
    let digital = first.plain == "hang"
        && next(1, "so")
        && words[1].is_capital()
        && words.get(2).is_some_and(Word::is_capital);
    (first.is(NO_BANK_HERE) || of || shares || digital).then_some(first.written)
}

/// `Ngân hàng: Hoàng Hà`, `NH Hoa Sen`, `bank name: Sunrise`: the first word of the name.
fn in_its_place<'l>(words: &[Word<'l>], shouted: bool) -> Option<&'l str> {
    let (english, mut rest) = match words {
        [first, second, rest @ ..] if first.is("ngan") && second.is("hang") => (false, rest),
        [first, rest @ ..] if first.is("nh nhtm nhtmcp nganhang") => (false, rest),
        [first, rest @ ..] if first.is("bank") => (true, rest),
        _ => return None,
    };
    let mut signed = rest.first().is_some_and(|word| !word.signs.is_empty());
    while let [first, tail @ ..] = rest
        && first.is("tmcp tm cp tnhh mtv name la is")
    {
        rest = tail;
        signed |= rest.first().is_some_and(|word| !word.signs.is_empty());
    }
    // Looked at no further than a name goes, or a line of many such places would cost its square.
    let rest = &rest[..rest.len().min(LONGEST_NAME)];
    let length = rest
        .iter()
        .enumerate()
        .position(|(at, word)| {
            let ends = at > 0 && !word.signs.is_empty() && word.signs != "-";
            ends || word.is_number() || is_label(&word.plain) || word.is(LABELS)
        })
        .unwrap_or(rest.len());
    let name = &rest[..length];
    let first = name.first()?;
    let says_nothing = name.iter().all(|word| word.is(GOES_ON));
    let is_name = match signed {
        true => !says_nothing,
        // A name begins with a capital. Where capitals tell nothing, it is short, and none of its words goes on.
        false if !shouted && first.is_capital() => {
            !says_nothing || name.iter().filter(|word| word.is_capital()).count() > 1
        }
        false if english => false,
        false => name.len() <= 3 && !name.iter().any(|word| word.is(GOES_ON)),
    };
    is_name.then_some(first.written)
}

/// `XYZ bank`, `mybank`, `abbank2`.
fn before_bank<'l>(words: &[Word<'l>]) -> Option<&'l str> {
    let first = words.first().filter(|word| !word.is_number())?;
    let second = words.get(1);
    let owner = second.is_some_and(|word| word.is("bank") && word.signs.is_empty())
        && !first.is(NO_OWNER)
        && !is_label(&first.plain);
    let letters = first.plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let whole = letters.len() > 5
        && letters.ends_with("bank")
        && !first.is("digibank ebank ibank smsbank homebank");
    // `vcb1`: no bank is called so, and it is not VCB.
    let numbered = letters.len() > 1
        && letters.len() < first.plain.len()
        && !bank::candidates(letters).is_empty();
    (owner || whole || numbered).then_some(first.written)
}

/// `vietconbank` anywhere, `HHB` beside the number. `alone`: there is no other word than labels.
fn by_itself<'l>(words: &[Word<'l>], at: usize, alone: bool) -> Option<&'l str> {
    /// Letters of a short name that is written as an abbreviation.
    const SHORT: std::ops::RangeInclusive<usize> = 2..=5;
    let word = &words[at];
    if !word.plain.bytes().all(|b| b.is_ascii_lowercase()) || is_label(&word.plain) {
        return None;
    }
    let misspelt = word.plain.len() > 6
        && !word.is("mobibank")
        && !is_syllable(&word.plain)
        && bank::misspelt(&word.plain);
    let before = at.checked_sub(1).map(|at| &words[at]);
    let neighbours = |word: Option<&Word<'_>>| word.is_none_or(|w| w.is_number() || w.is(LABELS));
    let vowels = word
        .plain
        .bytes()
        .filter(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
        .count();
    let short = SHORT.contains(&word.plain.len()) && !word.is(ABBREVIATIONS) && !word.is(LABELS);
    let abbreviated = short && (vowels == 0 || word.plain.len() <= 3 && !is_syllable(&word.plain));
    let capitals = word.written.chars().all(char::is_uppercase);
    let after = words.get(at + 1);
    let beside = word_is_beside_a_number(words, at)
        && !before.is_some_and(|before| before.signs.is_empty() && before.is(OTHER_OWNER));
    // In small letters, or as what could be a syllable, only where there is nothing else: `hhb 0000…`, `BOC 0000…`.
    let in_front = alone && neighbours(before) && after.is_some_and(|_| neighbours(after));
    let lone = abbreviated && capitals && beside
        || abbreviated && vowels == 0 && in_front
        || short && capitals && word.plain.len() > 2 && in_front;
    (misspelt || lone).then_some(word.written)
}

/// Whether a number stands beside a word, with nothing but labels between, or the word stands between signs of its own.
fn word_is_beside_a_number(words: &[Word<'_>], at: usize) -> bool {
    let number = |mut line: &mut dyn Iterator<Item = &Word<'_>>| {
        let next = Iterator::find(&mut line, |word| !word.is(LABELS));
        next.is_some_and(Word::is_number)
    };
    let last = at + 1 == words.len();
    let signed = |at: usize| words.get(at).is_some_and(|word| !word.signs.is_empty());
    number(&mut words[at + 1..].iter())
        || number(&mut words[..at].iter().rev())
        || signed(at) && (last || signed(at + 1))
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
