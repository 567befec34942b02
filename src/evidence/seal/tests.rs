//! Sealed files as they are, and as somebody changed them.

use proptest::prelude::*;

use super::*;

const ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
const OTHER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002);

/// A file as it was first sealed, and as another program (AESGCM of Python's cryptography) seals it.
const FORM: &str = "0101010101010101c3b0b0bb04fba219da074977b669062afe215facdd24566e2232a9c4";

fn key() -> FileKey {
    FileKey::from_bytes([7; KEY_BYTES])
}

fn sealed(length: usize) -> (Vec<u8>, Vec<u8>) {
    let plain: Vec<u8> = (0..length).map(|at| (at / 3 + at / CHUNK) as u8).collect();
    let sealed = seal(&plain, &key(), ID).unwrap();
    (plain, sealed)
}

fn is_damaged(bytes: &[u8]) -> bool {
    matches!(open(bytes, &key(), ID), Err(SealError::Damaged))
}

/// Where chunks of a sealed file begin.
const fn chunk(number: usize) -> usize {
    HEAD + number * (CHUNK + TAG)
}

#[test]
fn a_file_comes_back_as_it_was_sealed() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5] {
        let (plain, sealed) = sealed(length);
        assert_eq!(sealed.len(), sealed_bytes(length));
        assert_eq!(open(&sealed, &key(), ID).unwrap(), plain);
        assert_eq!(open_from(&sealed[..], &key(), ID).unwrap(), plain);
    }
}

#[test]
fn a_file_may_have_so_many_bytes_and_no_more() {
    let (plain, sealed) = sealed(MAX_FILE_BYTES);
    assert_eq!(sealed.len(), MAX_SEALED_BYTES);
    assert_eq!(open(&sealed, &key(), ID).unwrap(), plain);
    let more = [plain, vec![0]].concat();
    let refused = seal(&more, &key(), ID);
    assert!(matches!(refused, Err(SealError::TooLarge)));
    let more = [sealed, vec![0]].concat();
    let refused = open(&more, &key(), ID);
    assert!(matches!(refused, Err(SealError::TooLarge)));
    let refused = open_from(io::repeat(VERSION), &key(), ID);
    assert!(matches!(refused, Err(SealError::TooLarge)));
}

#[test]
fn a_cut_file_is_refused_wherever_it_was_cut() {
    for length in [0, 5, CHUNK, 2 * CHUNK + 5] {
        let (_, sealed) = sealed(length);
        for end in (0..sealed.len())
            .filter(|end| end % 997 == 0 || (end - HEAD.min(*end)) % (CHUNK + TAG) < 20)
        {
            assert!(is_damaged(&sealed[..end]), "{length} {end}");
        }
        assert!(is_damaged(&sealed[..sealed.len() - 1]));
    }
}

#[test]
fn chunks_that_were_moved_repeated_left_out_or_added_are_refused() {
    let (_, sealed) = sealed(3 * CHUNK);
    let part = |number| &sealed[chunk(number)..chunk(number + 1)];
    let (head, all) = (&sealed[..HEAD], [part(0), part(1), part(2)]);
    let made = |parts: &[&[u8]]| [head, &parts.concat()].concat();
    assert_eq!(made(&all), sealed);
    for parts in [
        &[part(1), part(0), part(2)][..],
        &[part(0), part(2), part(1)],
        &[part(0), part(0), part(1), part(2)],
        &[part(0), part(1), part(2), part(2)],
        &[part(0), part(2)],
        &[part(1), part(2)],
        &[part(0), part(1)],
        &[part(2)],
        &[part(0), part(1), part(2), b"x"],
        &[part(0), part(1), part(2), &[0; TAG]],
    ] {
        assert!(is_damaged(&made(parts)));
    }
    // Another file of the same key and length.
    let (_, second) = self::sealed(3 * CHUNK);
    let swapped = [&sealed[..chunk(1)], &second[chunk(1)..]].concat();
    assert!(is_damaged(&swapped));
}

#[test]
fn another_id_or_key_does_not_open_a_file() {
    let (_, sealed) = sealed(10);
    assert!(matches!(
        open(&sealed, &key(), OTHER),
        Err(SealError::Damaged)
    ));
    let other = FileKey::generate().unwrap();
    assert!(matches!(open(&sealed, &other, ID), Err(SealError::Damaged)));
}

#[test]
fn a_newer_form_is_told_from_damage() {
    let (_, mut sealed) = sealed(10);
    sealed[0] = VERSION + 1;
    let refused = open(&sealed, &key(), ID);
    assert!(matches!(refused, Err(SealError::UnknownVersion)));
}

#[test]
fn an_empty_last_chunk_is_only_an_empty_files() {
    // Made by somebody with the key: the only form of a file is the one that sealing makes.
    let prefix = [1; PREFIX];
    let cipher = key().cipher().unwrap();
    let mut made = [&[VERSION], &prefix[..]].concat();
    for (length, number, is_last) in [(CHUNK, 0, false), (0, 1, true)] {
        let mut chunk = vec![0; length];
        let nonce = nonce(prefix, number, is_last);
        let tag = cipher.seal_in_place_separate_tag(nonce, associated(ID), &mut chunk);
        made.extend(chunk);
        made.extend(tag.unwrap().as_ref());
    }
    assert!(is_damaged(&made));
}

#[test]
fn the_form_stays_as_it_is() {
    // Files that were sealed once are opened for years.
    let sealed = seal_with(b"0950 001 001", &key(), ID, [1; PREFIX]).unwrap();
    let written: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(written, FORM);
}

#[test]
fn two_seals_of_a_file_are_different_and_a_key_is_not_shown() {
    assert_ne!(sealed(10).1, sealed(10).1);
    assert_eq!(format!("{:?}", key()), "FileKey(…)");
    let (one, two) = (FileKey::generate().unwrap(), FileKey::generate().unwrap());
    assert_ne!(one.bytes(), two.bytes());
}

proptest! {
    #[test]
    fn any_changed_bit_is_refused(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        place in any::<prop::sample::Index>(),
        bit in 0..8_u32,
    ) {
        let mut sealed = seal(&plain, &key(), ID).unwrap();
        let place = place.index(sealed.len());
        sealed[place] ^= 1_u8 << bit;
        prop_assert!(open(&sealed, &key(), ID).is_err());
    }
}
