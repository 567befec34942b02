//! The file engine against crashes, failing disks and damaged files.

mod damage;
mod faults;
mod random;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::contract::{self, all, draft};
use super::disk::Disk;
use super::{Head, Journal, OpenError, Opened, Options, Record, Segments};

/// Small enough that a few records make several segments.
const SMALL: Options = Options {
    segment_bytes: 2_000,
};

fn open(folder: &Path) -> Result<Opened, OpenError> {
    Segments::open(folder, SMALL, &mut |_| {})
}

fn open_on(disk: Disk, folder: &Path) -> Result<Opened, OpenError> {
    Segments::open_on(disk, folder, SMALL, &mut |_| {})
}

/// Opens a folder that needs no mending.
fn sound(folder: &Path) -> Segments {
    let opened = open(folder).unwrap();
    assert_eq!(opened.cut, None);
    opened.journal
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn copy(folder: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for file in files(folder) {
        fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    copy
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn first_record(path: &Path) -> u64 {
    super::header::first(&path.file_name().unwrap().to_string_lossy()).unwrap()
}

/// A journal of 24 records in several segments: batches of one to four, parts of many sizes, one erased.
fn example() -> (TempDir, Vec<Record>) {
    let folder = TempDir::new().unwrap();
    let journal = sound(folder.path());
    let mut seq = 0_usize;
    for batch in [1, 4, 2, 3, 4, 1, 2, 4, 3] {
        let drafts: Vec<_> = (0..batch)
            .map(|_| {
                seq += 1;
                let public = vec![b'a' + seq as u8; seq * 7];
                draft(&public, &[&vec![b'x'; seq * 5][..], b""][..seq % 3])
            })
            .collect();
        journal.append(journal.head(), &drafts).unwrap();
    }
    journal.erase(7, 0).unwrap();
    let records = all(&journal);
    assert_eq!(records.len(), 24);
    assert!(files(folder.path()).len() > 3);
    (folder, records)
}

#[test]
fn the_contract_holds() {
    let mut folders = Vec::new();
    for options in [Options::default(), SMALL, Options { segment_bytes: 0 }] {
        contract::run(&mut || {
            let folder = TempDir::new().unwrap();
            let opened = Segments::open(folder.path(), options, &mut |_| {}).unwrap();
            folders.push(folder);
            Box::new(opened.journal)
        });
    }
}

#[test]
fn a_journal_is_the_same_when_opened_again() {
    let (folder, records) = example();
    let mut told = Vec::new();
    let opened = Segments::open(folder.path(), SMALL, &mut |progress| told.push(progress)).unwrap();
    assert_eq!(opened.cut, None);
    assert!(all(&opened.journal) == records);
    assert_eq!(opened.journal.head(), records.last().unwrap().head());
    let last = told.last().unwrap();
    assert_eq!((last.bytes_done, last.records), (last.bytes_total, 24));
    assert!(told.is_sorted_by_key(|progress| progress.bytes_done));
}

#[test]
fn a_folder_is_made_and_used_by_one_at_a_time() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("journal");
    let journal = sound(&folder);
    assert!(matches!(open(&folder), Err(OpenError::InUse { .. })));
    // Verifying is allowed meanwhile.
    assert_eq!(Segments::verify(&folder).unwrap().head, Head::EMPTY);
    drop(journal);
    sound(&folder);
}

#[test]
fn a_folder_can_be_copied_while_it_is_written() {
    let folder = TempDir::new().unwrap();
    let journal = sound(folder.path());
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for seq in 1..=150_u64 {
                let drafts = vec![draft(b"public", &[&[b'p'; 900]]); 2];
                journal.append(journal.head(), &drafts).unwrap();
                journal.erase(seq, 0).unwrap();
            }
        });
        while !writing.is_finished() {
            let before = journal.head().seq;
            let copy = copy(folder.path());
            let after = journal.head().seq;
            let head = open(copy.path()).unwrap().journal.head();
            // Whole and unacknowledged records of one append more may be in it.
            assert!((before..=after + 2).contains(&head.seq));
        }
    });
}

#[test]
fn verifying_changes_nothing_and_counts() {
    let (folder, records) = example();
    let before: Vec<_> = files(folder.path())
        .iter()
        .map(|file| fs::read(file).unwrap())
        .collect();
    let summary = Segments::verify(folder.path()).unwrap();
    let after: Vec<_> = files(folder.path())
        .iter()
        .map(|file| fs::read(file).unwrap())
        .collect();
    assert_eq!(before, after);
    assert_eq!(summary.head, records.last().unwrap().head());
    assert_eq!(summary.segments, before.len() as u64);
    assert_eq!(
        summary.bytes,
        before.iter().map(Vec::len).sum::<usize>() as u64
    );
    assert_eq!(summary.parts_erased, 1);
    assert_eq!(summary.parts_to_wipe, 0);
    assert_eq!(summary.tail, None);
}
