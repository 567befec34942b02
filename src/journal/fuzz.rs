//! Trials of what the journal reads from a disk: whatever is taken is what would be written, byte for byte.

use super::{
    frame::{self, ERASED, Frame, Place},
    header::{self, HEADER_BYTES, Header},
    record::{Draft, Head},
    sealed::Sealed,
};

const NONCE: u32 = 77;
/// Where a frame names its own length, and its public bytes and private parts.
const LENGTH: usize = 4;
const LIST: usize = 72;

/// The head of a segment: as it came, and with its check sum put right. And the name of one.
pub(crate) fn segment(bytes: &[u8]) {
    head(bytes);
    let mut summed = bytes.to_vec();
    summed.resize(HEADER_BYTES, 0);
    let sum = crc32c::crc32c(&summed[..HEADER_BYTES - 4]);
    summed[HEADER_BYTES - 4..].copy_from_slice(&sum.to_le_bytes());
    head(&summed);
    let name = String::from_utf8_lossy(bytes);
    if let Some(first) = header::first(&name) {
        assert_eq!(header::name(first), name);
    }
}

fn head(bytes: &[u8]) {
    if let Ok(header) = Header::parse(bytes) {
        // Magic and version, the fields, and four bytes that have no meaning yet, before the check sum.
        assert_eq!(bytes[12..56], header.encode()[12..56]);
    }
}

/// A frame: as it came, and with its length and check sum put right.
pub(crate) fn frame(bytes: &[u8]) {
    one(bytes);
    let mut summed = bytes.to_vec();
    let read = |at: usize| {
        summed
            .get(at..at + 4)
            .map_or(0, |b| u32::from_le_bytes(frame::field(b, 0)))
    };
    let (public, parts) = (read(LIST) as usize % 512, read(LIST + 4) as usize % 5);
    let empty = Sealed::bound(
        Head::EMPTY,
        uuid::Uuid::nil(),
        vec![0; public].into(),
        Vec::new(),
    );
    // Without its private parts it ends with the check sum.
    let end = frame::frame_bytes(&empty) + (parts * 36).next_multiple_of(8);
    if summed.len() < end {
        summed.resize(end, 0);
    }
    for (at, value) in [(LIST, public), (LIST + 4, parts), (LENGTH, summed.len())] {
        summed[at..at + 4].copy_from_slice(&(value as u32).to_le_bytes());
    }
    for end in [end - 8, end] {
        let sum = crc32c::crc32c_append(crc32c::crc32c(&NONCE.to_le_bytes()), &summed[..end - 4]);
        let mut whole = summed.clone();
        whole[end - 4..end].copy_from_slice(&sum.to_le_bytes());
        one(&whole);
    }
}

fn one(bytes: &[u8]) {
    let Ok(frame) = Frame::parse(bytes, NONCE) else {
        return;
    };
    let other = Frame::parse(bytes, NONCE + 1);
    assert!(other.is_err(), "a segment takes its own frames alone");
    let Ok(sealed) = frame.sealed() else {
        return;
    };
    assert!(frame.length <= bytes.len());
    let place = Place {
        first: frame.first,
        nonce: NONCE,
    };
    let mut again = Vec::new();
    frame::encode(&mut again, &place, &sealed);
    // What pads the head is covered by the check sum and has no meaning.
    assert_eq!(again.len(), frame.length);
    let read = Frame::parse(&again, NONCE).and_then(|frame| frame.sealed());
    assert!(read.is_ok_and(|read| read == sealed));
    let after = Head {
        seq: sealed.seq.wrapping_sub(1),
        chain: sealed.previous,
    };
    if sealed.seq > 0 {
        assert!(sealed.check(after).is_ok());
    }
}

/// A frame of two parts with damage in it: it is refused, or says what was written.
pub(crate) fn damage(bytes: &[u8]) {
    let (kept, changes) = bytes.split_at(bytes.len().min(40));
    let draft = Draft {
        id: uuid::Uuid::from_u128(9),
        public: kept.to_vec(),
        private: vec![kept.to_vec(), b"second".to_vec()],
    };
    let place = Place {
        first: 4,
        nonce: NONCE,
    };
    let after = Head {
        seq: 4,
        chain: [1; 32],
    };
    let Ok(sealed) = Sealed::seal(&draft, after, &mut |room| {
        room.fill(7);
        Ok(())
    }) else {
        return;
    };
    let mut written = Vec::new();
    frame::encode(&mut written, &place, &sealed);
    let mut damaged = written.clone();
    for change in changes.as_chunks::<3>().0.iter().take(16) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % damaged.len();
        match change[2] {
            0 => damaged.truncate(at.max(1)),
            255 if at + 8 <= damaged.len() => damaged[at..at + 8].copy_from_slice(&ERASED),
            bit => damaged[at] ^= bit,
        }
    }
    let Ok(frame) = Frame::parse(&damaged, NONCE) else {
        return;
    };
    assert_eq!(frame.chain(), sealed.chain);
    for (part, said) in frame.parts().zip(&draft.private) {
        if let Ok(frame::State::Present(bytes)) = frame.state(&part) {
            assert_eq!(bytes, said);
        }
    }
}
