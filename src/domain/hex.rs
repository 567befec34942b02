//! Hexadecimal.

/// Bytes as lower-case hexadecimal digits (RFC 4648 §8, in lower case), two for each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
