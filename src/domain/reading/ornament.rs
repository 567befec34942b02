//! Signs that people put between the digits of a phone number so that programs don't read it: `0950•001•001`.

use crate::domain::phone::Phone;

/// Signs that mean something between digits, or hide some.
const MEANING: &str = " \n.-()+_,:;'#%$?=@&|\"<>[]{}";
/// Digits of the shortest number that is written so.
const FEWEST: usize = 9;
/// Longest such number in bytes.
const LONGEST: usize = 80;

/// The line with a dot for every single ornament between digits that are a phone number together. Where they are none the
/// signs may hide digits, and stay.
pub(super) fn without_ornaments(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let follows_digit = out.ends_with(|c: char| c.is_ascii_digit());
        if c.is_ascii_digit() && !follows_digit {
            let run = &rest[..run(rest)];
            let digits: String = run.chars().filter(char::is_ascii_digit).collect();
            let plus = out.ends_with('+');
            let is_dialled = plus || digits.starts_with('0') || digits.starts_with("84");
            let is_phone =
                is_dialled && digits.len() >= FEWEST && Phone::dialled(&digits, plus).is_ok();
            if is_phone {
                out.extend(
                    run.chars()
                        .map(|c| if c.is_ascii_digit() { c } else { '.' }),
                );
            } else {
                out.push_str(run);
            }
            rest = &rest[run.len()..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Bytes of the digits a text begins with, single ornaments between them included.
fn run(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let is_ornament = !c.is_alphanumeric() && !MEANING.contains(c) && next_is_digit;
        if at > LONGEST || !(c.is_ascii_digit() || is_ornament) {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}
