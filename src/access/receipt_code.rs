//! Receipts of reports: derived from the report's id under the master secret, so that no store or journal holds one; and the
//! signed token with which a form carries its receipt before the report is sent.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;
use uuid::Uuid;

use super::secret::{MasterSecret, same};
use crate::domain::{intake::receipt::ReceiptCode, time::Time};

/// The version of tokens that is made.
const TOKEN_VERSION: u8 = 1;
/// Bytes of a UUID, and of a time in milliseconds.
const UUID_BYTES: usize = 16;
const TIME_BYTES: usize = 8;
/// Bytes of what is signed: version, report, and when the token expires.
const SIGNED_BYTES: usize = 1 + UUID_BYTES + TIME_BYTES;
/// Bytes of the tag: HMAC-SHA-256, cut to 128 bits (RFC 2104 §5).
const TAG_BYTES: usize = 16;
/// Characters of a token: 41 bytes in base64url without padding (RFC 4648 §5).
pub const TOKEN_CHARS: usize = ((SIGNED_BYTES + TAG_BYTES) * 4).div_ceil(3);

/// Why a receipt token was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ReceiptTokenError {
    /// It was given out here, and its time is over.
    #[error("receipt-expired")]
    Expired,
    /// It was not made here, or not in this spelling.
    #[error("receipt-forged")]
    Forged,
}

impl MasterSecret {
    /// The receipt of a report. A new generation makes another one, and the one before worthless.
    pub fn receipt_code(&self, report: Uuid, generation: u32) -> ReceiptCode {
        let parts = [&report.as_bytes()[..], &generation.to_be_bytes()];
        ReceiptCode::from_bytes(&self.derive("receipt-code", &parts))
    }

    /// What the store finds a report by: tells nothing about the receipt to whoever has not the master secret.
    pub fn receipt_lookup(&self, receipt: &ReceiptCode) -> [u8; 32] {
        self.derive("receipt-lookup", &[receipt.digits().as_bytes()])
    }

    /// What a form carries until its report is sent: base64url of version, id of the report to be, expiry and tag. Whoever
    /// has it is shown the receipt.
    pub fn receipt_token(&self, report: Uuid, expires_at: Time) -> String {
        let mut bytes = vec![TOKEN_VERSION];
        bytes.extend(report.as_bytes());
        bytes.extend(expires_at.millis().to_be_bytes());
        bytes.extend(self.receipt_tag(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The report of a token that is good before its expiry.
    ///
    /// # Errors
    /// [`ReceiptTokenError`].
    pub fn read_receipt_token(&self, token: &str, now: Time) -> Result<Uuid, ReceiptTokenError> {
        let (report, expires_at) = self.opened(token).ok_or(ReceiptTokenError::Forged)?;
        if now < expires_at {
            Ok(report)
        } else {
            Err(ReceiptTokenError::Expired)
        }
    }

    fn opened(&self, token: &str) -> Option<(Uuid, Time)> {
        let bytes = (token.len() == TOKEN_CHARS).then(|| URL_SAFE_NO_PAD.decode(token).ok())??;
        let (signed, tag) = bytes.split_at_checked(SIGNED_BYTES)?;
        if !same(tag, &self.receipt_tag(signed)) {
            return None;
        }
        let (version, rest) = signed.split_first()?;
        let (report, expires_at) = rest.split_first_chunk::<UUID_BYTES>()?;
        let expires_at = <[u8; TIME_BYTES]>::try_from(expires_at).ok()?;
        let expires_at = Time::from_millis(i64::from_be_bytes(expires_at));
        (*version == TOKEN_VERSION).then_some((Uuid::from_bytes(*report), expires_at))
    }

    fn receipt_tag(&self, signed: &[u8]) -> [u8; TAG_BYTES] {
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&self.derive("receipt-token", &[signed])[..TAG_BYTES]);
        tag
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXPIRY: Time = Time::from_millis(1_000_000);

    fn master() -> MasterSecret {
        MasterSecret::from_bytes([7; 32])
    }

    fn report() -> Uuid {
        Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001)
    }

    #[test]
    fn a_receipt_is_of_one_report_and_generation() {
        let receipt = master().receipt_code(report(), 0);
        assert_eq!(receipt, master().receipt_code(report(), 0));
        assert_eq!(ReceiptCode::parse(receipt.digits()), Some(receipt.clone()));
        assert_ne!(receipt, master().receipt_code(report(), 1));
        assert_ne!(receipt, master().receipt_code(Uuid::from_u128(1), 0));
        let other = MasterSecret::from_bytes([8; 32]);
        assert_ne!(receipt, other.receipt_code(report(), 0));
        assert_ne!(
            master().receipt_lookup(&receipt),
            other.receipt_lookup(&receipt)
        );
    }

    #[test]
    fn a_token_is_good_until_its_expiry() {
        let token = master().receipt_token(report(), EXPIRY);
        assert_eq!(token.len(), TOKEN_CHARS);
        let read = |ms| master().read_receipt_token(&token, Time::from_millis(ms));
        assert_eq!(read(999_999), Ok(report()));
        assert_eq!(read(1_000_000), Err(ReceiptTokenError::Expired));
    }

    #[test]
    fn what_was_not_made_here_is_forged_expired_or_not() {
        let token = master().receipt_token(report(), EXPIRY);
        let others = MasterSecret::from_bytes([8; 32]).receipt_token(report(), EXPIRY);
        let is_forged = |token: &str| {
            let read = |ms| master().read_receipt_token(token, Time::from_millis(ms));
            read(0) == Err(ReceiptTokenError::Forged)
                && read(i64::MAX) == Err(ReceiptTokenError::Forged)
        };
        assert!(!is_forged(&token));
        for wrong in [
            "".to_owned(),
            others,
            format!("{token}="),
            format!("{token}A"),
            format!(" {token}"),
            token[1..].to_owned(),
            "A".repeat(TOKEN_CHARS),
            "ă".repeat(TOKEN_CHARS),
        ] {
            assert!(is_forged(&wrong), "{wrong}");
        }
        let mut version = URL_SAFE_NO_PAD.decode(&token).unwrap();
        version[0] = 2;
        version.truncate(SIGNED_BYTES);
        version.extend(master().receipt_tag(&version));
        assert!(is_forged(&URL_SAFE_NO_PAD.encode(version)));
    }

    proptest! {
        #[test]
        fn a_changed_token_is_forged(at in 0..TOKEN_CHARS, other in "[A-Za-z0-9_-]") {
            let token = master().receipt_token(report(), EXPIRY);
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            prop_assume!(changed != token);
            let read = master().read_receipt_token(&changed, Time::from_millis(0));
            prop_assert_eq!(read, Err(ReceiptTokenError::Forged));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,80}|[A-Za-z0-9_-]{55}") {
            let read = master().read_receipt_token(&text, Time::from_millis(0));
            prop_assert_eq!(read, Err(ReceiptTokenError::Forged));
        }
    }
}
