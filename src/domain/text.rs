//! What is done to text before anything is read from it.

use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};

/// Characters of the longest text that is looked at: an EMV QR payload is at most 512 (EMVCo MPM 1.1, 4.3).
pub const MAX_INPUT: usize = 512;

/// Whether text has at most so many characters, also once it is written out: one character can become eighteen (U+FDFA
/// under NFKC). Stops counting there, however long the text is.
pub fn within(text: &str, most: usize) -> bool {
    if text.is_ascii() {
        return text.len() <= most;
    }
    text.nfkc().nth(most).is_none()
}

/// The beginning of a text that has at most so many characters, however it is written out. No Vietnamese letter is
/// written out in more characters than it has bytes.
pub fn within_written_out(text: &str, most: usize) -> &str {
    if text.is_ascii() {
        return &text[..text.len().min(most)];
    }
    let mut used = 0;
    let past = text.char_indices().find(|(_, c)| {
        used += std::iter::once(*c).nfkd().count();
        used > most
    });
    past.map_or(text, |(end, _)| &text[..end])
}

/// The beginning of a text that has at most so many characters as [`within`] counts them.
pub fn beginning(text: &str, most: usize) -> &str {
    if text.is_ascii() {
        return &text[..text.len().min(most)];
    }
    let mut used = 0;
    let past = text.char_indices().find(|(_, c)| {
        used += std::iter::once(*c).nfkc().count();
        used > most
    });
    past.map_or(text, |(end, _)| &text[..end])
}

/// Why a line of text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Nothing is left after trimming.
    #[error("the text is empty")]
    Empty,
    /// More characters than the caller's limit.
    #[error("the text is too long")]
    TooLong,
    /// A control character, a line break included.
    #[error("the text has control characters")]
    Control,
}

/// A line a person wrote, kept as written: NFC, trimmed, at most `max` characters, no control characters.
///
/// # Errors
/// See [`LineError`].
pub fn clean_line(text: &str, max: usize) -> Result<String, LineError> {
    let text = text.trim();
    // Bounded before the work is done: a Vietnamese letter is at most three characters before NFC joins them.
    if text.chars().nth(max.saturating_mul(3)).is_some() {
        return Err(LineError::TooLong);
    }
    let line: String = text.nfc().collect();
    if line.is_empty() {
        return Err(LineError::Empty);
    }
    if line.chars().any(|c| c.is_control() || is_direction(c)) {
        return Err(LineError::Control);
    }
    if line.chars().count() > max {
        return Err(LineError::TooLong);
    }
    Ok(line)
}

/// One spelling for text that looks the same: NFKC, ASCII digits, `-` for every dash, one space for any blank, `\n` for
/// line breaks, and nothing that can't be seen. Letters keep their case and tones. Idempotent.
pub fn fold(text: &str) -> String {
    let mut folded = once(text);
    // Taking out an invisible character can bring together what NFKC joins, so a second look may be needed.
    for _ in 0..MAX_PASSES {
        let again = once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// Passes until text no longer changes: two in practice, each only shortens or joins.
const MAX_PASSES: usize = 8;

fn once(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    // NFKC leaves ASCII as it is.
    if text.is_ascii() {
        return unified(visible, text.len());
    }
    unified(visible.nfkc(), text.len())
}

fn unified(chars: impl Iterator<Item = char>, length: usize) -> String {
    let mut out = String::with_capacity(length);
    for c in chars {
        let c = match c {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            c if c.is_whitespace() => ' ',
            c if is_invisible(c) => continue,
            c => unify(c),
        };
        let last = out.chars().next_back();
        match (c, last) {
            (' ' | '\n', None) | (' ', Some(' ' | '\n')) | ('\n', Some('\n')) => {}
            ('\n', Some(' ')) => {
                out.pop();
                out.push('\n');
            }
            // A mark belongs to a letter; on a digit or sign it is dirt.
            (c, last)
                if !c.is_ascii() && is_combining_mark(c) && !last.is_some_and(takes_marks) => {}
            (c, _) => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn takes_marks(c: char) -> bool {
    c.is_alphabetic() || canonical_combining_class(c) != 0 || is_combining_mark(c)
}

/// One sign for those that look the same, and ASCII digits for those of other scripts.
pub(super) fn unify(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2043}'
        | '\u{30fc}'
        | '\u{2e3a}'
        | '\u{2e3b}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' | '\u{2bc}' | '`' => '\'',
        c if c.is_ascii() => c,
        c => digit_of(c).unwrap_or(c),
    }
}

/// Never seen, or an instruction to the renderer.
pub(super) fn is_invisible(c: char) -> bool {
    let break_or_tab = matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}');
    (c.is_control() && !break_or_tab)
        || is_direction(c)
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}' | '\u{20d0}'..='\u{20f0}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that change the direction of writing: they can make a number look like another one.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The zeros of the decimal digits of the scripts that NFKC leaves alone (Unicode 16, general category Nd).
const ZEROS: [u32; 66] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0,
    0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0,
    0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950,
];

fn digit_of(c: char) -> Option<char> {
    let code = u32::from(c);
    // Negative circled digits (❶ ➊) and their sans-serif kin have no compatibility mapping.
    for one in [0x2776, 0x278a] {
        if (one..one + 9).contains(&code) {
            return char::from_digit(code - one + 1, 10);
        }
    }
    if matches!(code, 0x24ff | 0x1f10c | 0x1f10b) {
        return Some('0');
    }
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// Vietnamese without tones and marks, in lower case: `Ngoại thương` → `ngoai thuong`, `Đông Á` → `dong a`.
pub fn toneless(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// Signs that people part the digits of one number with.
pub(super) fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '.' | '-' | '_' | '\u{b7}')
}

/// `…` and the last three characters: what a log line may show of an identifier.
pub(super) fn masked(text: &str) -> String {
    let length = text.chars().count();
    // A text of three characters or fewer would be shown whole.
    let shown = length.saturating_sub(3).min(3);
    let tail: String = text.chars().skip(length - shown).collect();
    format!("…{tail}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_of_other_scripts_and_shapes_are_digits() {
        for (written, meant) in [
            ("٠٩١٢", "0912"),
            ("०९१२", "0912"),
            ("๐๙๑๒", "0912"),
            ("０９１２", "0912"),
            ("⓪⑨①②", "0912"),
            ("0️⃣9️⃣1️⃣2️⃣", "0912"),
            ("⓿❾❶❷", "0912"),
        ] {
            assert_eq!(fold(written), meant, "{written}");
        }
        assert!(ZEROS.is_sorted());
    }

    #[test]
    fn a_text_is_bounded_as_it_reads_written_out() {
        for (text, most, fits) in [
            ("abc", 3, true),
            ("abcd", 3, false),
            ("\u{fdfa}", 18, true),
            ("\u{fdfa}", 17, false),
            ("a\u{302}", 1, true),
            ("", 0, true),
        ] {
            assert_eq!(within(text, most), fits, "{text} {most}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_gone_and_breaks_are_kept() {
        assert_eq!(
            fold("\u{feff} 09\u{200b}12 \u{a0} 3–4\u{301} \r\n x "),
            "0912 3-4\nx"
        );
    }

    #[test]
    fn tones_go_letters_stay() {
        assert_eq!(
            toneless("Ngân hàng ĐÔNG Á, Bưu điện"),
            "ngan hang dong a, buu dien"
        );
    }

    #[test]
    fn a_line_is_bounded_and_has_no_controls() {
        assert_eq!(clean_line("  a\u{302}n  ", 2), Ok("ân".to_owned()));
        assert_eq!(clean_line("abc", 2), Err(LineError::TooLong));
        assert_eq!(clean_line("a\nb", 9), Err(LineError::Control));
        assert_eq!(clean_line(" ", 9), Err(LineError::Empty));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}|[\\s\\S]{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn toneless_twice_is_toneless_once(text in "\\PC{0,40}") {
            let plain = toneless(&text);
            prop_assert_eq!(toneless(&plain), plain);
        }
    }
}
