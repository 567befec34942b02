//! The public ledger: a Merkle log of what was listed, renewed, disputed and delisted.
//!
//! Everything here is pure: no clock, no file, no network. The server that writes the log, the
//! command that verifies it and a partner's mirror run the same code. The formats are those of
//! C2SP (tlog-tiles, signed-note, tlog-checkpoint, tlog-proof) over the tree of RFC 6962 with
//! SHA-256, so that verifiers nobody here wrote accept the log.
//!
//! ```text
//! leaf        {"v":1,"op":"list","k":"phone","t":1795460040,"r":null,"c":"<base64, 44 characters>"}
//!             k: kind or null; t: unix seconds, a multiple of 60; r: index of the leaf it is about;
//!             c = SHA-256("canhgiac/commit/v1\0" ‖ salt[32] ‖ payload)
//!
//! tree        leaf hash = SHA-256(00 ‖ leaf); node = SHA-256(01 ‖ left ‖ right); empty = SHA-256("")
//!
//!                    root of 7                 size 7 = 4 + 2 + 1: the three peaks P Q R are all
//!                   /         \                that has to be kept to go on growing
//!                  P           ·
//!                /   \       /   \
//!               ·     ·     Q     R
//!              / \   / \   / \
//!             0   1 2   3 4   5   6
//!
//! tile        tile/<level>/<index>[.p/<width>]: up to 256 hashes of 32 bytes; hash i of level l is
//!             the root of the leaves i·256^l .. (i+1)·256^l
//! bundle      tile/entries/<index>[.p/<width>]: up to 256 times [length: u16 big-endian][leaf]
//!
//! checkpoint  origin⏎
//!             size⏎
//!             base64(root)⏎
//!             ⏎
//!             — origin base64(key id[4] ‖ Ed25519 signature[64])⏎       one line for each key
//! key         origin+hex(key id)+base64(01 ‖ public key[32]);
//!             key id = SHA-256(origin ‖ 0A ‖ 01 ‖ public key)[..4]
//!
//! proof file  c2sp.org/tlog-proof@v1⏎
//!             index 73894⏎
//!             base64(hash)⏎                                             from the leaf upwards
//!             ⏎
//!             <checkpoint>
//! ```
//!
//! The keys that sign are followed in the log itself ([`log_keys::LogKeys`]): a `key` leaf announces one, a `retire` leaf
//! ends it, each under the signature of keys that stay.
//!
//! A leaf holds no personal data: salt and payload are kept elsewhere and can be destroyed, while
//! leaf, root and every proof stay valid. Which listings are in force follows from the leaves
//! alone: one of `list`, `renew`, `dispute` or `clear` that no later leaf names in `r`
//! ([`audit::Auditor`]).

pub mod audit;
pub mod checkpoint;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod kind_word;
pub mod leaf;
mod live;
pub mod log_keys;
#[cfg(test)]
mod naive;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;

pub use self::tree::Hash;

/// A number in its only decimal spelling: ASCII digits without leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}
