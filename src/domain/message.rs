//! What people are told: the texts of answers and advice, from `config/messages.tsv`.
//!
//! Vietnamese first. There is no text that says "safe": where nothing is known, that is what is said.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::RandomState;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::tsv::rows;

/// The embedded table: code, vi, en, sms_ascii (may be empty).
const TABLE: &str = include_str!("../../config/messages.tsv");

/// Characters of one SMS in the 7-bit alphabet (GSM 03.38); a longer text is charged and split.
pub const SMS_LENGTH: usize = 160;

/// Language ranges of an `Accept-Language` that are read; browsers send five.
const MOST_RANGES: usize = 32;

/// Stands where a value is missing.
const MISSING: &str = "…";

/// Said when a code has no text, which a test excludes for the codes in use. It must never sound like "safe".
const NO_TEXT: [&str; 2] = [
    "Lúc này chưa tra được. Chưa tra được thì đừng chuyển tiền.",
    "This cannot be checked just now. Do not send money before you have checked.",
];

/// A language people are answered in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The language of a tag, for `lang` and `Content-Language`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// One of two texts.
    pub const fn pick<T: Copy>(self, vi: T, en: T) -> T {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The language an `Accept-Language` (RFC 9110, 12.5.4) likes best; Vietnamese if it names neither, or both
    /// equally.
    pub fn from_accept_language(header: &str) -> Self {
        let (mut vi, mut en, mut any) = (None, None, None);
        for range in header.split(',').take(MOST_RANGES) {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let Some(weight) = weight(parts.next()) else {
                continue;
            };
            let primary = tag.split('-').next().unwrap_or_default();
            let best = match primary.to_ascii_lowercase().as_str() {
                "vi" => &mut vi,
                "en" => &mut en,
                "*" => &mut any,
                _ => continue,
            };
            *best = (*best).max(Some(weight));
        }
        let vi = vi.or(any).unwrap_or(0);
        let en = en.or(any).unwrap_or(0);
        if en > vi { Self::En } else { Self::Vi }
    }
}

/// The weight of a range in thousandths: `q=0.8` → 800; none written → 1000; malformed → `None`.
fn weight(parameter: Option<&str>) -> Option<u32> {
    let Some(parameter) = parameter else {
        return Some(1000);
    };
    let (name, value) = parameter.trim().split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths: u32 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// One text in its languages and, if it has one, its form for an SMS.
#[derive(Clone, Copy, Debug)]
struct Message {
    vi: &'static str,
    en: &'static str,
    sms: &'static str,
}

impl Message {
    const fn text(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }
}

static MESSAGES: LazyLock<HashMap<&'static str, Message, RandomState>> = LazyLock::new(|| {
    rows(TABLE)
        .map(|row| {
            let message = Message {
                vi: row.get("vi"),
                en: row.get("en"),
                sms: row.get("sms_ascii"),
            };
            (row.get("code"), message)
        })
        .collect()
});

/// Advice by what it is about (`listed`, `listed.phone`), each in the order of the table.
static ADVICE: LazyLock<HashMap<&'static str, Vec<Message>, RandomState>> = LazyLock::new(|| {
    let mut advice: HashMap<_, Vec<Message>, _> = HashMap::default();
    for row in rows(TABLE) {
        let about = row.get("code").strip_prefix("advice.");
        let about = about.and_then(|rest| rest.rsplit_once('.'));
        if let (Some((about, _)), Some(message)) = (about, MESSAGES.get(row.get("code"))) {
            advice.entry(about).or_default().push(*message);
        }
    }
    advice
});

/// The text of a code; of `listed` for `listed.tenant` if there is no such, and so on. A code of which nothing is
/// known gives a text that asks for caution.
pub fn text(code: &str, lang: Lang) -> &'static str {
    match find(code) {
        Some(message) => message.text(lang),
        None => NO_TEXT[lang as usize],
    }
}

/// The message of a code, else of what stands before its last dot.
fn find(code: &str) -> Option<Message> {
    let mut code = code;
    loop {
        if let Some(message) = MESSAGES.get(code) {
            return Some(*message);
        }
        code = code.rsplit_once('.')?.0;
    }
}

/// Advice for a verdict: `listed`, `official`, `no_record`, `unreadable`. With a kind (`listed.account`) the advice
/// for that kind comes first, then what holds for all.
pub fn advice(verdict_code: &str, lang: Lang) -> Vec<&'static str> {
    let general = verdict_code.split_once('.').map(|(verdict, _)| verdict);
    [Some(verdict_code), general]
        .into_iter()
        .flatten()
        .filter_map(|about| ADVICE.get(about))
        .flatten()
        .map(|message| message.text(lang))
        .collect()
}

/// A template with its `{name}` placeholders replaced. Values are inserted as they are and never looked into again;
/// a placeholder without a value becomes "…".
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, name, after)) = next_placeholder(rest) {
        out.push_str(before);
        out.push_str(value_of(name, values).unwrap_or(MISSING));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The text before the first placeholder, its name, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

fn value_of<'v>(name: &str, values: &[(&str, &'v str)]) -> Option<&'v str> {
    let found = values.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value)
}

/// The text of a code for an SMS: Vietnamese without tones, ASCII, at most [`SMS_LENGTH`] characters, all of them in
/// the basic 7-bit alphabet. Too long values are shortened at the end of a word, `{number}` never: if there is no
/// room for it, "..." stands in its place.
pub fn sms(code: &str, values: &[(&str, &str)]) -> String {
    let template = match find(code) {
        Some(message) if !message.sms.is_empty() => message.sms,
        Some(message) => message.vi,
        None => NO_TEXT[0],
    };
    let mut values: Vec<(&str, String)> = values
        .iter()
        .map(|(name, value)| (*name, ascii(value)))
        .collect();
    loop {
        let filled = fill_ascii(template, &values);
        let Some(excess) = filled
            .len()
            .checked_sub(SMS_LENGTH)
            .filter(|more| *more > 0)
        else {
            return filled;
        };
        if !shorten_one(template, &mut values, excess) && !drop_number(&mut values) {
            return shortened(&filled, SMS_LENGTH);
        }
    }
}

/// Replaces a number that leaves no room for our own words: "does not mean safe" must never be what is cut off.
fn drop_number(values: &mut [(&str, String)]) -> bool {
    let number = values
        .iter_mut()
        .find(|(name, value)| *name == "number" && value != "...");
    let Some((_, value)) = number else {
        return false;
    };
    *value = String::from("...");
    true
}

/// As [`fill`], in ASCII: what stands between the placeholders is folded, the placeholders are not.
fn fill_ascii(template: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(SMS_LENGTH + 64);
    let mut rest = template;
    while let Some((before, name, after)) = next_placeholder(rest) {
        out.push_str(&ascii_between(before));
        let value = values.iter().find(|(known, _)| *known == name);
        out.push_str(value.map_or("...", |(_, value)| value.as_str()));
        rest = after;
    }
    out.push_str(&ascii_between(rest));
    out
}

/// Values that mean something else when they are cut.
const WHOLE: [&str; 3] = ["number", "reference", "digits"];

/// Shortens the longest value that is used and may be; `false` if there is none left to shorten.
/// A number that is cut is another number.
fn shorten_one(template: &str, values: &mut [(&str, String)], excess: usize) -> bool {
    let longest = values
        .iter_mut()
        .filter(|(name, value)| {
            !WHOLE.contains(name) && !value.is_empty() && template.contains(&format!("{{{name}}}"))
        })
        .max_by_key(|(_, value)| value.len());
    let Some((_, value)) = longest else {
        return false;
    };
    let room = value.len().saturating_sub(excess);
    *value = shortened(value, room);
    true
}

/// At most `room` bytes of an ASCII text, ending with a word where that leaves more than half of it.
fn shortened(text: &str, room: usize) -> String {
    let Some(kept) = text.get(..room).filter(|_| room < text.len()) else {
        return text.to_owned();
    };
    let inside_word = !text.as_bytes()[room].is_ascii_whitespace();
    let end = if inside_word {
        kept.rfind(' ').filter(|end| end * 2 > room).unwrap_or(room)
    } else {
        room
    };
    let kept = &kept[..end];
    kept.trim_end_matches([' ', ',', ';', ':', '-', '(', '.'])
        .to_owned()
}

/// ASCII without tones, blanks at the ends removed and runs of blanks made one.
fn ascii(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(ascii_between)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// As [`ascii`], with blanks left as they are: what stands between two placeholders.
fn ascii_between(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .filter_map(letter)
        .collect()
}

/// A letter of the basic GSM alphabet that is also ASCII. `[ ] { } ^ ~ \ |` would count twice, and a backtick has no
/// place in it at all.
fn letter(c: char) -> Option<char> {
    match c {
        'đ' => Some('d'),
        'Đ' => Some('D'),
        '‘' | '’' | '`' => Some('\''),
        '“' | '”' | '«' | '»' => Some('"'),
        '–' | '—' | '‑' | '~' => Some('-'),
        '…' => Some('.'),
        '[' | '{' => Some('('),
        ']' | '}' => Some(')'),
        '^' | '\\' | '|' => Some('/'),
        c if c.is_whitespace() => Some(' '),
        c if c.is_ascii_graphic() => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
