//! Every file operation made to fail, before, half way and after; and crashes at each of these places.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::super::contract::{all, draft, same};
use super::super::disk::{Disk, Step, When};
use super::super::frame::ERASED;
use super::super::{AppendError, EraseError, Head, Journal, OpenError, Segments};
use super::{copy, open, open_on, sound};

/// A disk that fails once, at the `countdown`-th question, and from then on if it `stays`.
struct Fault {
    disk: Disk,
    /// Questions until it fails; `usize::MAX` is never.
    countdown: Arc<AtomicUsize>,
    hit: Arc<Mutex<Option<(Step, When)>>>,
}

fn fault(stays: bool) -> Fault {
    let countdown = Arc::new(AtomicUsize::new(usize::MAX));
    let hit = Arc::new(Mutex::new(None));
    let broken = AtomicBool::new(false);
    let (count, place) = (countdown.clone(), hit.clone());
    let disk = Disk::watched(move |step, when| {
        if count.load(Ordering::SeqCst) == usize::MAX {
            broken.store(false, Ordering::SeqCst);
            return Ok(());
        }
        let left = count.fetch_sub(1, Ordering::SeqCst);
        if left == 0 {
            *place.lock().unwrap() = Some((step, when));
            broken.store(stays, Ordering::SeqCst);
            count.store(usize::MAX - 1, Ordering::SeqCst);
        }
        if left == 0 || broken.load(Ordering::SeqCst) {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(())
    });
    Fault {
        disk,
        countdown,
        hit,
    }
}

impl Fault {
    fn fail_at(&self, question: usize) {
        self.hit.lock().unwrap().take();
        self.countdown.store(question, Ordering::SeqCst);
    }

    fn heal(&self) -> Option<(Step, When)> {
        self.countdown.store(usize::MAX, Ordering::SeqCst);
        *self.hit.lock().unwrap()
    }
}

/// Appends a batch while the disk fails at each place in turn; every second batch needs a new segment.
fn an_append_fails_everywhere(stays: bool) {
    let mut reached_end = false;
    for question in 0.. {
        if reached_end {
            break;
        }
        for size in [10, 900] {
            let folder = TempDir::new().unwrap();
            let fault = fault(stays);
            let journal = open_on(fault.disk.clone(), folder.path()).unwrap().journal;
            let kept = [draft(b"kept", &[b"k"]), draft(&[1; 900], &[])];
            let head = journal.append(Head::EMPTY, &kept).unwrap();
            let batch = [draft(&vec![2; size], &[b"p"]), draft(&vec![3; size], &[])];
            fault.fail_at(question);
            let answer = journal.append(head, &batch);
            let crashed = copy(folder.path());
            let hit = fault.heal();
            reached_end = hit.is_none();
            let sure = match (&answer, hit) {
                (Ok(_), None) => true,
                (Err(AppendError::Unavailable(_)), Some(_)) => true,
                (Err(AppendError::Unknown(_)), Some((step, _))) => {
                    assert!(stays || step == Step::Sync);
                    false
                }
                other => panic!("{other:?}"),
            };
            after_a_crash_the_answer_was_true(&crashed, &kept, &batch, sure, answer.is_ok());
            // The running journal goes on once the disk is well, with the same drafts, and without a restart.
            if answer.is_err() {
                assert_eq!(journal.head(), head);
                assert_eq!(all(&journal).len(), 2);
                journal.append(head, &batch).unwrap();
            }
            drop(journal);
            let records = all(&sound(folder.path()));
            assert_eq!(records.len(), 4);
            assert!(
                records
                    .iter()
                    .zip(kept.iter().chain(&batch))
                    .all(|(r, d)| same(r, d))
            );
        }
    }
}

fn after_a_crash_the_answer_was_true(
    crashed: &TempDir,
    kept: &[super::super::Draft],
    batch: &[super::super::Draft],
    sure: bool,
    written: bool,
) {
    let records = all(&open(crashed.path()).unwrap().journal);
    let all_drafts = kept.iter().chain(batch);
    assert!(
        records
            .iter()
            .zip(all_drafts)
            .all(|(record, draft)| same(record, draft))
    );
    if sure {
        assert_eq!(records.len(), if written { 4 } else { 2 });
    } else {
        assert!((2..=4).contains(&records.len()));
    }
}

#[test]
fn an_append_that_fails_once_anywhere_is_answered_truly_and_can_be_repeated() {
    an_append_fails_everywhere(false);
}

#[test]
fn an_append_on_a_disk_that_keeps_failing_is_answered_truly_and_can_be_repeated() {
    an_append_fails_everywhere(true);
}

#[test]
fn a_batch_that_fits_is_not_added_to_a_segment_whose_successor_was_begun() {
    let folder = TempDir::new().unwrap();
    let fault = fault(true);
    let journal = open_on(fault.disk.clone(), folder.path()).unwrap().journal;
    let head = journal
        .append(Head::EMPTY, &[draft(&[1; 900], &[])])
        .unwrap();
    // Create before, after; write before, half way, after; sync before, after; folder: the file stays.
    fault.fail_at(7);
    let error = journal.append(head, &[draft(&[2; 1500], &[])]).unwrap_err();
    assert!(matches!(error, AppendError::Unavailable(_)));
    assert_eq!(fault.heal(), Some((Step::SyncFolder, When::Before)));
    journal.append(head, &[draft(&[3; 10], &[])]).unwrap();
    drop(journal);
    assert_eq!(all(&sound(folder.path())).len(), 2);
}

#[test]
fn nothing_is_written_while_a_suspect_tail_can_not_be_cut() {
    let folder = TempDir::new().unwrap();
    let fault = fault(true);
    let journal = open_on(fault.disk.clone(), folder.path()).unwrap().journal;
    fault.fail_at(4);
    let batch = [draft(b"a", &[])];
    assert!(matches!(
        journal.append(Head::EMPTY, &batch),
        Err(AppendError::Unknown(_))
    ));
    for _ in 0..3 {
        assert!(matches!(
            journal.append(Head::EMPTY, &batch),
            Err(AppendError::Unavailable(_))
        ));
        assert_eq!(journal.head(), Head::EMPTY);
    }
    fault.heal();
    assert_eq!(journal.append(Head::EMPTY, &batch).unwrap().seq, 1);
    assert_eq!(all(&journal).len(), 1);
}

#[test]
fn an_erasure_that_fails_anywhere_leaves_a_sound_journal_and_can_be_repeated() {
    for question in 0.. {
        let folder = TempDir::new().unwrap();
        let fault = fault(true);
        let journal = open_on(fault.disk.clone(), folder.path()).unwrap().journal;
        let drafts = [
            draft(b"one", &[b"keep me", b"forget me"]),
            draft(b"two", &[]),
        ];
        let head = journal.append(Head::EMPTY, &drafts).unwrap();
        fault.fail_at(question);
        let answer = journal.erase(1, 1);
        let crashed = copy(folder.path());
        let hit = fault.heal();
        // Half of the mark is on the disk only in this trial: it lies in one sector, and a process can't die
        // within so small a write.
        if hit != Some((Step::Write, When::Halfway)) || !is_marked_half(&crashed) {
            let again = open(crashed.path()).unwrap();
            assert_eq!(again.cut, None);
            assert_eq!(again.journal.head(), head);
            again.journal.erase(1, 1).unwrap();
            assert!(bytes_are_gone(&crashed) && is_erased(&again.journal));
        }
        if hit.is_none() {
            answer.unwrap();
            assert!(is_erased(&journal));
            break;
        }
        assert!(matches!(
            answer,
            Err(EraseError::Incomplete(_) | EraseError::Damaged(_))
        ));
        if journal.erase(1, 1).is_ok() {
            assert!(is_erased(&journal));
            assert!(bytes_are_gone(&folder));
        }
    }
}

#[test]
fn a_start_that_fails_anywhere_loses_nothing_and_can_be_repeated() {
    let folder = TempDir::new().unwrap();
    let journal = sound(folder.path());
    let last = [draft(b"two", &[b"keep me"]), draft(b"three", &[])];
    let one = draft(b"one", &[b"keep me", b"forget me"]);
    journal.append(Head::EMPTY, &[one]).unwrap();
    let head = journal.append(journal.head(), &last).unwrap();
    drop(journal);
    // An interrupted erasure and an interrupted append.
    let file = super::files(folder.path()).remove(0);
    super::change(&file, |bytes| {
        let part = bytes
            .windows(9)
            .position(|window| window == b"forget me")
            .unwrap();
        bytes[part + 16..part + 24].copy_from_slice(&ERASED);
        bytes.extend_from_slice(b"CGrc and not much more");
    });
    for question in 0.. {
        let untidy = copy(folder.path());
        let fault = fault(true);
        fault.fail_at(question);
        let answer = open_on(fault.disk.clone(), untidy.path());
        let refused = match answer {
            Ok(opened) => opened.refused.is_some(),
            Err(error) => matches!(error, OpenError::Io { .. }),
        };
        let Some(_) = fault.heal() else {
            assert!(question > 15);
            assert!(!refused);
            break;
        };
        assert!(refused);
        let crashed = copy(untidy.path());
        let journal = open(crashed.path()).unwrap().journal;
        assert_eq!(journal.head(), head);
        assert!(is_erased(&journal));
        assert!(!bytes_are_gone(&crashed));
    }
}

#[test]
fn a_disk_that_takes_no_writes_is_read_from_and_taken_up_when_it_does() {
    let folder = TempDir::new().unwrap();
    let journal = sound(folder.path());
    let drafts = [draft(b"one", &[b"keep me"]), draft(b"two", &[])];
    let head = journal.append(Head::EMPTY, &drafts).unwrap();
    drop(journal);
    let file = super::files(folder.path()).remove(0);
    super::change(&file, |bytes| bytes.extend_from_slice(b"CGrc torn"));
    let untidy = std::fs::read(&file).unwrap();
    let kinds = [
        io::ErrorKind::StorageFull,
        io::ErrorKind::QuotaExceeded,
        io::ErrorKind::ReadOnlyFilesystem,
        io::ErrorKind::PermissionDenied,
    ];
    for kind in kinds {
        let copied = copy(folder.path());
        let is_full = Arc::new(AtomicBool::new(true));
        let asked = is_full.clone();
        let disk = Disk::watched(move |_, when| match when {
            When::Before if asked.load(Ordering::Relaxed) => Err(kind.into()),
            When::Before | When::Halfway | When::After => Ok(()),
        });
        let opened = open_on(disk, copied.path()).unwrap();
        assert_eq!(opened.refused.unwrap().kind(), kind);
        assert_eq!(opened.cut, None);
        let journal = opened.journal;
        assert_eq!((journal.head(), all(&journal).len()), (head, 2));
        let file = &super::files(copied.path())[0];
        let more = [draft(b"three", &[])];
        let refused = journal.append(head, &more);
        assert!(matches!(refused, Err(AppendError::Unavailable(_))));
        assert_eq!(std::fs::read(file).unwrap(), untidy);
        is_full.store(false, Ordering::Relaxed);
        journal.append(head, &more).unwrap();
        drop(journal);
        assert_eq!(all(&sound(copied.path())).len(), 3);
    }
    // Anything else is no full disk.
    let broken = Disk::watched(|_, _| Err(io::ErrorKind::Other.into()));
    assert!(matches!(
        open_on(broken, folder.path()),
        Err(OpenError::Io { .. })
    ));
}

#[test]
fn a_start_makes_the_last_append_durable_before_it_is_named() {
    let folder = TempDir::new().unwrap();
    let journal = sound(folder.path());
    journal
        .append(Head::EMPTY, &[draft(&[1; 300], &[])])
        .unwrap();
    journal
        .append(journal.head(), &[draft(&[2; 300], &[b"p"])])
        .unwrap();
    drop(journal);
    let before = copy(folder.path());
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = steps.clone();
    let disk = Disk::watched(move |step, when| {
        if when == When::After {
            seen.lock().unwrap().push(step);
        }
        Ok(())
    });
    open_on(disk, folder.path()).unwrap();
    let expected = [Step::Open, Step::Write, Step::Sync, Step::SyncFolder];
    assert_eq!(*steps.lock().unwrap(), expected);
    let read = |folder: &TempDir| std::fs::read(&super::files(folder.path())[0]).unwrap();
    assert_eq!(read(&before), read(&folder));
}

fn is_erased(journal: &Segments) -> bool {
    all(journal)[0].private[1].is_none()
}

fn bytes_are_gone(folder: &TempDir) -> bool {
    let bytes = std::fs::read(&super::files(folder.path())[0]).unwrap();
    !bytes.windows(9).any(|window| window == b"forget me")
}

fn is_marked_half(folder: &TempDir) -> bool {
    let bytes = std::fs::read(&super::files(folder.path())[0]).unwrap();
    bytes.windows(8).any(|window| window == b"-eraent.")
}
