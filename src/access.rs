//! Who somebody is, and what that lets them do.
//!
//! The layer turns a password, a one-time code, a token or a client secret into a *capability*
//! ([`capability::Supervisor`], [`capability::PartnerCaller`] …), which the registry's functions
//! take as an argument. Only [`capability`] can make one, so there is no permission check that a
//! caller could forget.
//!
//! | part | what it answers |
//! | --- | --- |
//! | [`secret`] | what can be derived from the installation's one secret, so that it needn't be stored |
//! | [`password`] | is this the password; is that one good enough |
//! | [`totp`] | is this a one-time code that was not used before (RFC 6238) |
//! | [`key_ring`] | which keys sign tokens, and which are still good for checking (RFC 7638, 8037) |
//! | [`key_text`] | are these the public keys of a partner's program, in one of the forms that programs have (RFC 7517, 7468) |
//! | [`token`] | is this access token ours, now (RFC 9068); the only place that opens a JWT |
//! | [`client`] | is this program the partner it says it is (RFC 6749, 7523) |
//! | [`capability`] | what the person or program may do |
//! | [`session_secret`] | is this the secret of a session, and for the desk or the API |
//! | [`known_device`] | has the account signed in on this device |
//! | [`receipt_code`] | which report a receipt opens, and was this form given out here |
//! | [`answer_key`] | which key signs receipts of checks for whoever verifies no Ed25519 (RFC 7518) |
//! | [`address_keys`] | what the audit trail knows an address by |
//! | [`slow_down`] | how long somebody who guesses must wait |
//!
//! Nothing here reads a clock or the store: the time, the account and the session are arguments,
//! looked up on each request, so that suspending an account works at once.

pub mod address_keys;
pub mod answer_key;
pub mod capability;
pub mod client;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod key_ring;
pub mod key_text;
pub mod known_device;
mod known_signatures;
pub mod password;
pub mod receipt_code;
pub mod secret;
pub mod session_secret;
pub mod slow_down;
pub mod token;
pub mod totp;
