//! The public key of a partner's program as text.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Reads an Ed25519 public key: 32 bytes in base64url without padding (RFC 8037 §2). Nothing for any other text.
pub fn read(text: &str) -> Option<[u8; 32]> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    <[u8; 32]>::try_from(bytes).ok()
}

/// Writes a key as it is read.
pub fn write(key: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn a_key_is_read_as_it_is_written_and_no_other_length_is_a_key() {
        let key = [7; 32];
        assert_eq!(read(&write(&key)), Some(key));
        for bad in ["", "AAAA", "not base64!", &format!("{}=", write(&key))] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
