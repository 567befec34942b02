//! Texts of several lines that people write, as they are kept.

use unicode_normalization::UnicodeNormalization;

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrittenError {
    /// More characters than the caller's limit.
    #[error("the text is too long")]
    TooLong,
    /// A control character other than a line break or a tab, or one that turns the direction of writing.
    #[error("the text has control characters")]
    Control,
}

/// A text as it was written: NFC, trimmed, at most `max` characters. It may be empty, and have line breaks and tabs. Forms
/// of a browser part lines by two characters (HTML, "constructing an entry list"); one is kept.
///
/// # Errors
/// See [`WrittenError`].
pub fn written(text: &str, max: usize) -> Result<String, WrittenError> {
    let text = text.trim();
    // Bounded before the work is done: a Vietnamese letter is at most three characters before NFC joins them.
    if text.chars().nth(max.saturating_mul(3)).is_some() {
        return Err(WrittenError::TooLong);
    }
    let text: String = text.replace("\r\n", "\n").nfc().collect();
    if text.chars().count() > max {
        return Err(WrittenError::TooLong);
    }
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || turns_text(c);
    if text.chars().any(is_control) {
        return Err(WrittenError::Control);
    }
    Ok(text)
}

/// Characters that make text read in another order than it is stored (UAX #9, explicit directions).
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_kept_with_its_lines() {
        let text = written("  a\u{302}n\r\n\tuống\n", 8);
        assert_eq!(text, Ok("ân\n\tuống".to_owned()));
        assert_eq!(written(" \n ", 8), Ok(String::new()));
    }

    #[test]
    fn a_text_is_counted_in_characters() {
        let letters = "a\u{302}".repeat(4_000);
        assert!(written(&letters, 4_000).is_ok());
        assert_eq!(written(&letters, 3_999), Err(WrittenError::TooLong));
        assert_eq!(
            written(&"x".repeat(4_001), 4_000),
            Err(WrittenError::TooLong)
        );
    }

    #[test]
    fn what_controls_the_screen_is_refused() {
        for c in [
            '\0', '\u{7}', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}',
        ] {
            assert_eq!(
                written(&format!("a{c}b"), 9),
                Err(WrittenError::Control),
                "{c:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_again(text in "\\PC{0,40}|[\\s\\S]{0,40}") {
            if let Ok(kept) = written(&text, 40) {
                prop_assert_eq!(written(&kept, 40), Ok(kept));
            }
        }
    }
}
