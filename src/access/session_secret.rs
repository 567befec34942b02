//! The secrets that stand for a session: the desk's cookie, and the refresh token of the API.
//!
//! Each holds a tag under the master secret that binds it to its session and to what it is for. So the one is never taken for
//! the other, a session's id alone makes nothing that looks like its secret, and what *was* its secret is told from what
//! never was: only the first says that somebody copied it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::secret::{MasterSecret, random, same};

/// Random bytes of a secret.
const RANDOM: usize = 32;
/// Bytes of the tag.
const TAG: usize = 32;

/// What a session's secret is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    /// The cookie of a browser at the desk.
    Desk,
    /// The refresh token of a program.
    Api,
}

impl Face {
    /// What the text begins with, so that scanners recognise a leaked one.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Desk => "cgd_",
            Self::Api => "cgr_",
        }
    }

    const fn purpose(self) -> &'static str {
        match self {
            Self::Desk => "desk-cookie",
            Self::Api => "refresh-token",
        }
    }

    fn tag(self, master: &MasterSecret, session: Uuid, random: &[u8]) -> [u8; TAG] {
        master.derive(self.purpose(), &[session.as_bytes(), random])
    }
}

/// A new secret.
pub struct SessionSecret {
    /// What its owner keeps.
    pub text: String,
    /// SHA-256 of it, which the session keeps.
    pub digest: [u8; 32],
}

impl SessionSecret {
    /// Draws a secret of a session.
    pub fn generate(master: &MasterSecret, face: Face, session: Uuid) -> Self {
        let random = random::<RANDOM>();
        let bytes = [random, face.tag(master, session, &random)].concat();
        Self {
            text: format!(
                "{}{}_{}",
                face.prefix(),
                session.simple(),
                URL_SAFE_NO_PAD.encode(&bytes)
            ),
            digest: Sha256::digest(&bytes).into(),
        }
    }
}

/// A secret that was shown and that was made here, now or earlier, for this face: its session, and what to hold against the
/// session's digest.
pub fn shown(master: &MasterSecret, face: Face, text: &str) -> Option<(Uuid, [u8; 32])> {
    let rest = text.strip_prefix(face.prefix())?;
    let (session, secret) = rest.split_once('_')?;
    // An id is read in many spellings; a secret has the one in which it was made.
    let written = session;
    let session = Uuid::try_parse(written).ok()?;
    if written != session.simple().to_string() {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(secret).ok()?;
    let (random, tag) = bytes.split_at_checked(RANDOM)?;
    let made_here = same(tag, &face.tag(master, session, random));
    made_here.then(|| (session, Sha256::digest(&bytes).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_for_its_face_and_session_alone() {
        let master = MasterSecret::from_bytes([7; 32]);
        let (session, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for (face, wrong) in [(Face::Desk, Face::Api), (Face::Api, Face::Desk)] {
            let made = SessionSecret::generate(&master, face, session);
            assert_eq!(
                shown(&master, face, &made.text),
                Some((session, made.digest))
            );
            let rest = made.text.strip_prefix(face.prefix()).unwrap();
            let as_other = format!("{}{rest}", wrong.prefix());
            assert_eq!(shown(&master, wrong, &made.text), None);
            assert_eq!(shown(&master, wrong, &as_other), None);
            let id = |id: Uuid| id.simple().to_string();
            let moved = made.text.replace(&id(session), &id(other));
            assert_eq!(shown(&master, face, &moved), None);
            let elsewhere = MasterSecret::from_bytes([8; 32]);
            assert_eq!(shown(&elsewhere, face, &made.text), None);
        }
    }

    #[test]
    fn a_session_id_with_anything_behind_it_is_no_secret() {
        let master = MasterSecret::from_bytes([7; 32]);
        let id = Uuid::from_u128(1).simple();
        let long = URL_SAFE_NO_PAD.encode([0; RANDOM + TAG]);
        for text in [
            String::new(),
            "cgr_".into(),
            format!("cgr_{id}"),
            format!("cgr_{id}_"),
            format!("cgr_{id}_AAAA"),
            format!("cgr_{id}_{long}"),
            format!("cgr_{id}_{long}AAAA"),
        ] {
            assert_eq!(shown(&master, Face::Api, &text), None, "{text}");
        }
    }
}
