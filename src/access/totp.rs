//! One-time codes: TOTP (RFC 6238) with SHA-1, six digits and 30 seconds, which is what every
//! authenticator app can do.

use aws_lc_rs::hmac;

use super::secret::same;
use crate::domain::time::Time;

/// Seconds of one time step.
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Steps before the present one that are accepted, for fingers that are slow (RFC 6238 §5.2). None after it: a code that is
/// good from now on could be read off somebody's screen before it counts.
const BACK: i64 = 1;
/// Longest text looked at as a code, spaces included.
const MAX_CODE_TEXT: usize = 32;

/// The time step of an instant; nothing before 1970.
pub fn step_at(now: Time) -> Option<u64> {
    u64::try_from(now.seconds().div_euclid(STEP_SECONDS)).ok()
}

/// The code of one time step (RFC 4226 §5.3).
pub fn code_at(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let mac = tag.as_ref();
    // The last half-byte says where the four bytes begin: at most 15, of 20.
    let at = usize::from(mac[mac.len() - 1] & 15);
    let word = u32::from_be_bytes([mac[at], mac[at + 1], mac[at + 2], mac[at + 3]]);
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// The time step a code is good for: the present one or the one before, and later than `last_step`,
/// the one this account used last, so that a code which was seen on its way works no second time.
/// The caller keeps the answer as the new `last_step`.
///
/// `None` when the code is wrong, used, or not six digits (spaces are skipped, as apps show
/// `123 456`).
pub fn accepted_step(secret: &[u8], code: &str, now: Time, last_step: u64) -> Option<u64> {
    let code = read_code(code)?;
    let present = i64::try_from(step_at(now)?).ok()?;
    // Should two steps share a code, the later one is taken, which uses up both.
    (present - BACK..=present)
        .filter_map(|step| u64::try_from(step).ok())
        .filter(|step| same(code.as_bytes(), code_at(secret, *step).as_bytes()))
        .filter(|step| *step > last_step)
        .max()
}

fn read_code(text: &str) -> Option<String> {
    if text.len() > MAX_CODE_TEXT {
        return None;
    }
    let code: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (code.len() == DIGITS && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// The secret in base 32 without padding (RFC 4648 §6), as people type it into an app.
pub fn base32(secret: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(secret.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in secret {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits)) as usize & 31]));
    }
    text
}

/// The text behind the QR code that an authenticator app scans (the *Key Uri Format* of Google
/// Authenticator, which other apps follow).
pub fn otpauth_url(secret: &[u8], username: &str, issuer: &str) -> String {
    let (username, issuer) = (escape(username), escape(issuer));
    let secret = base32(secret);
    format!(
        "otpauth://totp/{issuer}:{username}?secret={secret}&issuer={issuer}\
         &algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )
}

/// Percent-encodes all but the unreserved characters (RFC 3986 §2.3).
fn escape(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes()
        .map(|b| match b {
            b if plain(b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_SECRET: &[u8; 20] = b"12345678901234567890";

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_at(at(seconds)).unwrap();
            assert_eq!(code_at(RFC_SECRET, step), code);
            assert_eq!(accepted_step(RFC_SECRET, code, at(seconds), 0), Some(step));
        }
    }

    #[test]
    fn a_code_is_good_in_its_step_and_the_next_one_and_no_longer() {
        let code = code_at(RFC_SECRET, 1_000);
        for (step, good) in [
            (998, false),
            (999, false),
            (1_000, true),
            (1_001, true),
            (1_002, false),
        ] {
            let seen = accepted_step(RFC_SECRET, &code, at(step * STEP_SECONDS + 29), 0);
            assert_eq!(seen, good.then_some(1_000), "{step}");
        }
    }

    #[test]
    fn a_code_works_once_and_none_before_it_works_after() {
        let (now, code) = (at(1_000 * STEP_SECONDS), code_at(RFC_SECRET, 1_000));
        assert_eq!(accepted_step(RFC_SECRET, &code, now, 999), Some(1_000));
        assert_eq!(accepted_step(RFC_SECRET, &code, now, 1_000), None);
        assert_eq!(
            accepted_step(RFC_SECRET, &code_at(RFC_SECRET, 999), now, 1_000),
            None
        );
        let next = code_at(RFC_SECRET, 1_001);
        let later = at(1_001 * STEP_SECONDS);
        assert_eq!(accepted_step(RFC_SECRET, &next, now, 1_000), None);
        assert_eq!(accepted_step(RFC_SECRET, &next, later, 1_000), Some(1_001));
    }

    #[test]
    fn only_six_ascii_digits_are_a_code() {
        let now = at(59);
        for good in ["287082", " 287082 ", "287 082"] {
            assert_eq!(accepted_step(RFC_SECRET, good, now, 0), Some(1), "{good}");
        }
        for bad in [
            "", "87082", "0287082", "94287082", "+87082", "28708２", "287-082",
        ] {
            assert_eq!(accepted_step(RFC_SECRET, bad, now, 0), None, "{bad}");
        }
        assert_eq!(
            accepted_step(RFC_SECRET, &" ".repeat(1 << 20), now, 0),
            None
        );
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        let code = code_at(RFC_SECRET, 1);
        for ms in [i64::MIN, -1, i64::MAX] {
            assert_eq!(
                accepted_step(RFC_SECRET, &code, Time::from_millis(ms), 0),
                None
            );
        }
        assert_eq!(accepted_step(RFC_SECRET, &code, at(30), 0), Some(1));
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn the_url_for_the_app_is_escaped() {
        assert_eq!(
            otpauth_url(b"foobar", "an.nguyen", "Cảnh Giác"),
            "otpauth://totp/C%E1%BA%A3nh%20Gi%C3%A1c:an.nguyen?secret=MZXW6YTBOI\
             &issuer=C%E1%BA%A3nh%20Gi%C3%A1c&algorithm=SHA1&digits=6&period=30"
        );
    }
}
