//! Files altered or cut at every place, and records of every shape.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use uuid::Uuid;

use super::super::contract::{all, same};
use super::super::frame::frame_bytes;
use super::super::header::HEADER_BYTES;
use super::super::{Draft, Journal, Record, Segments};
use super::{change, copy, example, files, first_record, open, sound};

/// A copy of the example with one bit turned either says so, or is the same, or lost nothing but the end.
fn a_turned_bit_is_never_silent(folder: &Path, records: &[Record], at: usize, bit: u8) {
    let copy = copy(folder);
    let mut at = at;
    let files = files(copy.path());
    let total: usize = files.iter().map(|file| fs::read(file).unwrap().len()).sum();
    at %= total;
    for file in &files {
        let length = fs::read(file).unwrap().len();
        if at < length {
            change(file, |bytes| bytes[at] ^= 1 << bit);
            break;
        }
        at -= length;
    }
    if Segments::verify(copy.path()).is_err() {
        return;
    }
    let opened = open(copy.path()).unwrap();
    let read = all(&opened.journal);
    assert!(records.starts_with(&read));
    match opened.cut {
        None => assert_eq!(read.len(), records.len()),
        Some(cut) => {
            assert_eq!(
                cut.tail.segment,
                files.last().unwrap().file_name().unwrap().to_string_lossy()
            );
            assert_eq!(read.len(), records.len() - 1);
        }
    }
}

#[test]
fn no_bad_byte_anywhere_is_silent() {
    let (folder, records) = example();
    let total: usize = files(folder.path())
        .iter()
        .map(|f| fs::read(f).unwrap().len())
        .sum();
    for at in 0..total {
        a_turned_bit_is_never_silent(folder.path(), &records, at, (at % 8) as u8);
    }
}

#[test]
fn a_last_segment_cut_anywhere_opens_with_the_records_that_are_whole() {
    let (folder, records) = example();
    let last = files(folder.path()).pop().unwrap();
    let first = first_record(&last);
    let whole = fs::read(&last).unwrap();
    let mut ends = vec![HEADER_BYTES];
    let sealed = sound(copy(folder.path()).path()).read_sealed(first - 1, usize::MAX);
    for record in sealed.unwrap() {
        ends.push(ends.last().unwrap() + frame_bytes(&record));
    }
    assert_eq!(*ends.last().unwrap(), whole.len());
    for length in 0..=whole.len() {
        let copy = copy(folder.path());
        fs::write(
            copy.path().join(last.file_name().unwrap()),
            &whole[..length],
        )
        .unwrap();
        let opened = open(copy.path()).unwrap();
        let fit = ends.iter().skip(1).filter(|end| **end <= length).count();
        assert_eq!(opened.cut.is_none(), ends.contains(&length));
        assert!(all(&opened.journal) == records[..first as usize - 1 + fit]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn random_records_come_back_as_they_were(
        batches in prop::collection::vec(prop::collection::vec(any_draft(), 1..5), 1..8),
    ) {
        let folder = TempDir::new().unwrap();
        let journal = sound(folder.path());
        for batch in &batches {
            journal.append(journal.head(), batch).unwrap();
        }
        let drafts: Vec<&Draft> = batches.iter().flatten().collect();
        let records = all(&journal);
        prop_assert_eq!(records.len(), drafts.len());
        prop_assert!(records.iter().zip(drafts).all(|(record, draft)| same(record, draft)));
        drop(journal);
        let journal = sound(folder.path());
        prop_assert!(all(&journal) == records);
    }

    #[test]
    fn random_bad_bits_are_never_silent(at in any::<usize>(), bit in 0..8_u8) {
        let (folder, records) = example();
        a_turned_bit_is_never_silent(folder.path(), &records, at, bit);
    }
}

fn any_draft() -> impl Strategy<Value = Draft> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..700);
    let private = prop::collection::vec(bytes(), 0..4);
    (any::<u128>(), bytes(), private).prop_map(|(id, public, private)| Draft {
        id: Uuid::from_u128(id),
        public,
        private,
    })
}
