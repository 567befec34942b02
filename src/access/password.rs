//! Passwords: Argon2id (RFC 9106) with OWASP's parameters, and which ones are good enough.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use super::secret::random;

/// Fewest characters of a password.
pub const MIN_CHARS: usize = 12;
/// Most characters of a password.
pub const MAX_CHARS: usize = 128;
/// Most bytes that are looked at: four for each character, and as much again for text whose
/// normal form is shorter than what was typed.
const MAX_BYTES: usize = 2 * 4 * MAX_CHARS;
/// Memory of one hash in KiB (OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane).
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes; more would cost a server with many sign-ins more than they cost an attacker.
const LANES: u32 = 1;
/// Salt length in bytes (RFC 9106 §3.1).
const SALT_BYTES: usize = 16;

/// Why a new password isn't taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PasswordProblem {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("a password has at least {MIN_CHARS} characters")]
    TooShort,
    /// More than [`MAX_CHARS`] characters.
    #[error("a password has at most {MAX_CHARS} characters")]
    TooLong,
    /// Holds a control character, which another keyboard could not type again.
    #[error("a password has no control characters")]
    ControlCharacter,
    /// A guesser would come to it soon: zxcvbn's score, 0 to 2 of 4.
    #[error("the password is easy to guess (score {score} of 4)")]
    TooGuessable { score: u8 },
}

impl PasswordProblem {
    /// The machine word, by which texts for people are found.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password-too-short",
            Self::TooLong => "password-too-long",
            Self::ControlCharacter => "password-control-character",
            Self::TooGuessable { .. } => "password-too-guessable",
        }
    }
}

/// What guessers of Vietnamese passwords try early and zxcvbn's lists, which are English, do not have; without tones, as it
/// is typed.
const VIETNAMESE: &[&str] = &[
    "matkhau",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "khongbiet",
    "congan",
    "canhsat",
    "quanly",
    "vietnam",
    "hanoi",
    "saigon",
    "danang",
    "haiphong",
    "cantho",
    "thanhhoa",
    "nghean",
    "hochiminh",
    "xinchao",
    "chaoban",
    "giadinh",
    "hanhphuc",
    "tinhyeu",
    "nguyen",
    "tranvan",
    "phamvan",
    "hoangvan",
    "conganviet",
    "conganxa",
    "tochuc",
    "dangnhap",
    "baomat",
    "bimat",
    "thangmot",
    "motngay",
    "toiyeu",
    "concho",
    "conmeo",
];

/// Whether a password is good enough for a new account. `about` are words a guesser would try
/// first: the user name, the unit's name and code.
///
/// # Errors
/// The first [`PasswordProblem`] found.
pub fn check_new(password: &str, about: &[&str]) -> Result<(), PasswordProblem> {
    if password.len() > MAX_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    let password = normal(password);
    match password.chars().count() {
        0..MIN_CHARS => return Err(PasswordProblem::TooShort),
        MIN_CHARS..=MAX_CHARS => {}
        _ => return Err(PasswordProblem::TooLong),
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordProblem::ControlCharacter);
    }
    let known: Vec<&str> = about.iter().chain(VIETNAMESE).copied().collect();
    let score = zxcvbn(&password, &known).score();
    if score < Score::Three {
        return Err(PasswordProblem::TooGuessable {
            score: score.into(),
        });
    }
    Ok(())
}

/// The password's Argon2id hash in PHC form, with a new random salt. Takes some 20 ms and 19 MiB,
/// so it belongs on a blocking thread.
#[expect(clippy::expect_used, reason = "no input can make it fail")]
pub fn hash(password: &str) -> String {
    let salt = random::<SALT_BYTES>();
    argon2()
        .hash_password_with_salt(normal(password).as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .expect("fixed parameters, a fixed salt length and less than 4 GiB of password are valid")
}

/// Whether the password is the one that was hashed. A text that isn't a PHC hash fits nothing.
/// Takes as long as [`hash`].
pub fn verify(password: &str, phc: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else {
        return false;
    };
    // No such password can have been chosen; the limit keeps the work bounded.
    if password.len() > MAX_BYTES {
        return false;
    }
    argon2()
        .verify_password(normal(password).as_bytes(), &hash)
        .is_ok()
}

/// Spends the time of [`verify`] for an account that doesn't exist or has no password, so that
/// the time of an answer doesn't tell which names exist. Always `false`.
pub fn verify_absent(password: &str) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody's password"));
    // Kept from the optimiser, which may see that the answer isn't needed.
    std::hint::black_box(verify(password, &NOBODY));
    false
}

#[expect(clippy::expect_used, reason = "constants")]
fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("constants within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// NFC, since one keyboard types `ễ` as one character and another as three.
fn normal(password: &str) -> String {
    password.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_is_recognised_and_a_wrong_one_is_not() {
        let phc = hash("đường về quê ngoại");
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("đường về quê ngoại", &phc));
        assert!(!verify("đường về quê nội", &phc));
        assert_ne!(
            phc,
            hash("đường về quê ngoại"),
            "each hash has its own salt"
        );
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same_password() {
        let phc = hash("đường về quê ngoại");
        let decomposed: String = "đường về quê ngoại".nfd().collect();
        assert_ne!(decomposed, "đường về quê ngoại");
        assert!(verify(&decomposed, &phc));
    }

    #[test]
    fn a_damaged_hash_or_an_endless_password_fits_nothing() {
        for phc in ["", "x", "$argon2id$", "$2b$10$abcdefghijklmnopqrstuv"] {
            assert!(!verify("whatever it is", phc));
        }
        assert!(!verify(&"a".repeat(1 << 20), &hash("a")));
        assert!(!verify_absent("nobody's password"));
    }

    #[test]
    fn a_new_password_has_a_sensible_length_and_no_control_characters() {
        use PasswordProblem::{ControlCharacter, TooLong, TooShort};
        let long = "Kẻ gian đổi số liên tục ".repeat(6);
        assert_eq!(check_new("Xk9#tQz2!pV", &[]), Err(TooShort));
        assert_eq!(check_new(&long, &[]), Err(TooLong));
        assert_eq!(check_new(&"x".repeat(1 << 20), &[]), Err(TooLong));
        assert_eq!(check_new("Xk9#tQz2!pV7\u{7}", &[]), Err(ControlCharacter));
        assert_eq!(check_new("Xk9#tQz2!pV7", &[]), Ok(()));
        let full: String = long.chars().take(MAX_CHARS).collect();
        assert_eq!(check_new(&full, &[]), Ok(()));
    }

    #[test]
    fn a_password_that_a_guesser_tries_early_is_refused() {
        for guessable in [
            "password1234",
            "aaaaaaaaaaaaaaaa",
            "qwertyuiop123",
            "123456789012",
            "iloveyou1234",
            "administrator",
            "Password12345!",
            "letmein123456",
            "abcdefghijkl",
            "matkhau123456",
            "anhyeuem1234",
            "congan123456",
            "vietnam12345",
            "Thanhhoa2024",
        ] {
            let Err(problem) = check_new(guessable, &[]) else {
                panic!("{guessable} was taken");
            };
            assert_eq!(problem.code(), "password-too-guessable");
        }
        let name = "tran.hung.vuong";
        assert!(check_new("tran.hung.vuong1", &[name, "14812"]).is_err());
    }

    #[test]
    fn judging_the_worst_text_of_full_length_ends_soon() {
        for text in ["4@8({[<3€6", "ễ\u{301}", "aA1", "zxcvbn.,"] {
            let long: String = text.chars().cycle().take(MAX_CHARS).collect();
            let _ = check_new(&long, &["officer"]);
        }
    }
}
