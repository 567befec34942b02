//! Trials of sealed files: what opens has one form, and what was changed does not open.

use uuid::Uuid;

use super::seal::{FileKey, KEY_BYTES, open, seal_with};

const ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

fn key() -> FileKey {
    FileKey::from_bytes([7; KEY_BYTES])
}

/// A sealed file.
pub(crate) fn sealed(bytes: &[u8]) {
    let Ok(plain) = open(bytes, &key(), ID) else {
        return;
    };
    let prefix = bytes.get(1..).and_then(|rest| rest.first_chunk::<7>());
    let again = prefix.map(|prefix| seal_with(&plain, &key(), ID, *prefix));
    assert!(again.is_some_and(|again| again.is_ok_and(|again| again == bytes)));
}

/// A file that is sealed, and one of its sealed bytes turned into another.
pub(crate) fn sealed_damage(bytes: &[u8]) {
    let Some(([at, turn], plain)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let Ok(mut sealed) = seal_with(plain, &key(), ID, [1; 7]) else {
        return;
    };
    assert!(open(&sealed, &key(), ID).is_ok_and(|opened| opened == plain));
    let place = usize::from(*at) * sealed.len() / 256;
    sealed[place] ^= turn;
    assert_eq!(open(&sealed, &key(), ID).is_ok(), *turn == 0);
}
