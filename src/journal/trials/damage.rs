//! Files cut short, altered, missing or mixed up.

use std::fs;

use tempfile::TempDir;

use super::super::contract::{all, draft};
use super::super::cut::MOST_KEPT;
use super::super::flaw::{Flaw, OpenError};
use super::super::frame::{ERASED, Place, encode, field, frame_bytes};
use super::super::header::{HEADER_BYTES, name};
use super::super::sealed::Sealed;
use super::super::{Cut, Draft, Head, Journal, Opened, ReadError, Segments};
use super::{change, example, files, first_record, open, sound};

fn damage(answer: Result<Opened, OpenError>) -> super::super::Damage {
    match answer {
        Err(OpenError::Damaged(damage)) => damage,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it opened"),
    }
}

/// One segment of three records in the appends given, and where their frames begin and the last ends.
fn three(appends: &[&[usize]]) -> (TempDir, Vec<usize>) {
    let folder = TempDir::new().unwrap();
    let options = super::super::Options::default();
    let journal = Segments::open(folder.path(), options, &mut |_| {})
        .unwrap()
        .journal;
    let mut starts = vec![HEADER_BYTES];
    for append in appends {
        let drafts: Vec<Draft> = append
            .iter()
            .map(|size| draft(&vec![7; *size], &[]))
            .collect();
        let at = journal.head();
        journal.append(at, &drafts).unwrap();
        for record in journal.read_sealed(at.seq, usize::MAX).unwrap() {
            starts.push(starts.last().unwrap() + frame_bytes(&record));
        }
    }
    (folder, starts)
}

#[test]
fn a_bad_record_in_the_middle_stops_with_its_position_and_changes_nothing() {
    let (folder, starts) = three(&[&[100], &[100], &[100]]);
    let file = &files(folder.path())[0];
    for (place, flaw) in [(0, Flaw::Magic), (90, Flaw::Checksum), (73, Flaw::Checksum)] {
        change(file, |bytes| bytes[starts[1] + place] ^= 4);
        let before = fs::read(file).unwrap();
        let damage = damage(open(folder.path()));
        assert_eq!((damage.seq, damage.offset), (2, starts[1] as u64));
        assert_eq!(damage.segment, "00000000000000000001.journal");
        assert!(damage.flaw == flaw || damage.flaw == Flaw::Lengths || damage.flaw == Flaw::Short);
        assert_eq!(fs::read(file).unwrap(), before);
        change(file, |bytes| bytes[starts[1] + place] ^= 4);
    }
    sound(folder.path());
}

#[test]
fn a_bad_last_record_is_cut_and_told() {
    let (folder, starts) = three(&[&[100], &[100], &[100]]);
    change(&files(folder.path())[0], |bytes| bytes[starts[2] + 90] ^= 1);
    let opened = open(folder.path()).unwrap();
    let Cut { tail, kept } = opened.cut.unwrap();
    assert!(folder.path().join(kept.unwrap()).is_file());
    assert_eq!(
        (tail.offset, tail.bytes),
        (starts[2] as u64, (starts[3] - starts[2]) as u64)
    );
    assert_eq!(opened.journal.head().seq, 2);
    drop(opened.journal);
    sound(folder.path());
}

#[test]
fn a_hole_in_the_last_append_is_torn_but_in_an_earlier_one_is_damage() {
    for (appends, torn) in [
        ([&[100][..], &[3000, 100][..]], true),
        ([&[100, 3000], &[100]], false),
    ] {
        let (folder, starts) = three(&appends);
        change(&files(folder.path())[0], |bytes| bytes[1024..2048].fill(0));
        let opened = open(folder.path());
        if torn {
            let opened = opened.unwrap();
            assert_eq!(opened.cut.unwrap().tail.offset, starts[1] as u64);
            assert_eq!(opened.journal.head().seq, 1);
        } else {
            assert_eq!(damage(opened).seq, 2);
        }
    }
}

#[test]
fn a_bad_byte_without_a_hole_is_damage_even_in_the_last_append() {
    let (folder, starts) = three(&[&[100, 3000, 100]]);
    change(&files(folder.path())[0], |bytes| {
        bytes[starts[1] + 2000] ^= 1
    });
    assert_eq!(damage(open(folder.path())).seq, 2);
}

#[test]
fn a_tail_of_zeros_is_cut() {
    let (folder, starts) = three(&[&[100], &[100], &[100]]);
    change(&files(folder.path())[0], |bytes| {
        bytes.resize(bytes.len() + 5000, 0)
    });
    let opened = open(folder.path()).unwrap();
    assert_eq!(opened.cut.unwrap().tail.offset, starts[3] as u64);
    assert_eq!(opened.journal.head().seq, 3);
}

#[test]
fn an_earlier_segment_that_ends_early_is_damage_or_a_gap() {
    let (folder, _) = example();
    let first = &files(folder.path())[0];
    let whole = fs::read(first).unwrap();
    fs::write(first, &whole[..whole.len() - 1]).unwrap();
    damage(open(folder.path()));
    // Cut exactly between two records, it can only be seen from the next segment.
    fs::write(first, &whole[..HEADER_BYTES]).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::Missing { from: 1, .. })
    ));
}

#[test]
fn a_missing_segment_is_told_with_the_records_it_held() {
    let (folder, _) = example();
    let files = files(folder.path());
    for missing in [&files[0], &files[1]] {
        let kept = fs::read(missing).unwrap();
        fs::remove_file(missing).unwrap();
        let Err(OpenError::Missing { from, to, .. }) = open(folder.path()) else {
            panic!()
        };
        assert_eq!(name(from), missing.file_name().unwrap().to_string_lossy());
        assert!(to >= from);
        fs::write(missing, kept).unwrap();
    }
    sound(folder.path());
}

#[test]
fn a_segment_of_another_journal_is_refused() {
    let ((one, _), (other, _)) = (example(), example());
    let name = files(one.path())[1].file_name().unwrap().to_owned();
    fs::copy(other.path().join(&name), one.path().join(&name)).unwrap();
    assert!(matches!(open(one.path()), Err(OpenError::Foreign { .. })));
}

#[test]
fn a_segment_under_another_name_is_refused() {
    let (folder, _) = example();
    let files = files(folder.path());
    fs::copy(&files[0], &files[1]).unwrap();
    assert_eq!(damage(open(folder.path())).flaw, Flaw::Name);
    fs::copy(
        &files[0],
        folder.path().join("00000000000000000002.journal"),
    )
    .unwrap();
    assert_eq!(damage(open(folder.path())).flaw, Flaw::Name);
    fs::write(folder.path().join("1.journal"), b"").unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::Stranger { .. })
    ));
}

#[test]
fn a_later_format_is_refused() {
    let (folder, _) = example();
    for file in &files(folder.path())[..2] {
        change(file, |bytes| bytes[8] = 2);
        assert!(matches!(
            open(folder.path()),
            Err(OpenError::Newer { version: 2, .. })
        ));
        change(file, |bytes| bytes[8] = 1);
    }
    sound(folder.path());
}

#[test]
fn a_segment_that_a_crash_left_without_its_header_is_removed_and_told() {
    let (folder, records) = example();
    let next = folder.path().join(name(25));
    for bytes in [&b""[..], b"canhgiac\x01", &[0; HEADER_BYTES]] {
        fs::write(&next, bytes).unwrap();
        let opened = open(folder.path()).unwrap();
        let cut = opened.cut.unwrap().tail;
        assert_eq!(
            (cut.segment, cut.offset, cut.bytes),
            (name(25), 0, bytes.len() as u64)
        );
        assert!(!next.exists());
        assert!(all(&opened.journal) == records);
    }
    // The very first one, too.
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name(1)), b"canh").unwrap();
    let opened = open(folder.path()).unwrap();
    assert!(opened.cut.is_some());
    opened
        .journal
        .append(Head::EMPTY, &[draft(b"a", &[])])
        .unwrap();
}

#[test]
fn what_is_cut_is_kept_beside_the_journal_and_only_so_much_of_it() {
    let (folder, _) = example();
    let last = files(folder.path()).pop().unwrap();
    let mut names = Vec::new();
    for round in 0..MOST_KEPT + 3 {
        let torn = format!("CGrc torn {round}");
        change(&last, |bytes| bytes.extend_from_slice(torn.as_bytes()));
        let kept = open(folder.path()).unwrap().cut.unwrap().kept.unwrap();
        let kept = folder.path().join(kept);
        assert_eq!(fs::read(&kept).unwrap(), torn.as_bytes());
        names.push(kept);
    }
    let entries = fs::read_dir(folder.path()).unwrap().flatten();
    let left = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "cut"));
    assert_eq!(left.count(), MOST_KEPT);
    assert!(names.last().unwrap().exists());
    Segments::forget_cuts(folder.path()).unwrap();
    assert!(!names.iter().any(|path| path.exists()));
    sound(folder.path());
}

#[test]
fn an_empty_last_segment_is_gone_on_with() {
    let (folder, records) = example();
    let journal = sound(folder.path());
    let head = journal
        .append(journal.head(), &[draft(&[0; 3000], &[])])
        .unwrap();
    drop(journal);
    let last = files(folder.path()).pop().unwrap();
    change(&last, |bytes| bytes.truncate(HEADER_BYTES));
    let journal = sound(folder.path());
    assert_eq!(journal.head().seq, 24);
    assert!(all(&journal) == records);
    assert!(journal.append(head, &[draft(b"a", &[])]).is_err());
    assert_eq!(
        journal
            .append(journal.head(), &[draft(b"a", &[])])
            .unwrap()
            .seq,
        25
    );
}

#[test]
fn a_part_that_is_only_marked_as_erased_is_told_and_its_bytes_stay_until_who_erased_it_says_so() {
    let folder = TempDir::new().unwrap();
    let journal = sound(folder.path());
    journal
        .append(
            Head::EMPTY,
            &[draft(b"a", &[b"forget me"]), draft(b"b", &[])],
        )
        .unwrap();
    let head = journal.head();
    drop(journal);
    let file = &files(folder.path())[0];
    change(file, |bytes| {
        let mark = bytes
            .windows(8)
            .position(|window| window == b"Present.")
            .unwrap();
        bytes[mark..mark + 8].copy_from_slice(&ERASED);
    });
    let summary = Segments::verify(folder.path()).unwrap();
    assert_eq!((summary.parts_erased, summary.parts_to_wipe), (1, 1));
    let opened = open(folder.path()).unwrap();
    let told: Vec<_> = opened.erased.iter().map(|it| (it.seq, it.part)).collect();
    assert_eq!(told, [(1, 0)]);
    let damage = opened.erased[0].as_damage();
    assert_eq!(damage.flaw, Flaw::Unnamed { part: 0 });
    assert_eq!(damage.offset, HEADER_BYTES as u64);
    let journal = opened.journal;
    assert_eq!(journal.head(), head);
    assert_eq!(all(&journal)[0].private, [None]);
    let holds_it = || {
        let bytes = fs::read(file).unwrap();
        bytes.windows(9).any(|window| window == b"forget me")
    };
    assert!(holds_it());
    journal.erase(1, 0).unwrap();
    assert!(!holds_it());
    assert_eq!(Segments::verify(folder.path()).unwrap().parts_to_wipe, 0);
}

#[test]
fn a_record_that_goes_bad_while_the_journal_is_open_is_not_handed_out() {
    let (folder, _) = example();
    let journal = sound(folder.path());
    change(&files(folder.path())[1], |bytes| {
        bytes[HEADER_BYTES + 81] ^= 1
    });
    let first = first_record(&files(folder.path())[1]);
    let error = journal.read(first - 1, 0).unwrap_err();
    assert!(matches!(error, ReadError::Damaged(damage) if damage.seq == first));
}

#[test]
fn a_whole_record_of_another_history_is_damage_even_at_the_end() {
    for (seq, chain, flaw) in [
        (4, None, Flaw::Order { found: 4 }),
        (3, Some([9; 32]), Flaw::Chain),
    ] {
        let (folder, starts) = three(&[&[100], &[100]]);
        let file = &files(folder.path())[0];
        let head = Segments::verify(folder.path()).unwrap().head;
        change(file, |bytes| {
            let nonce = u32::from_le_bytes(field(bytes, 12));
            let previous = chain.unwrap_or(head.chain);
            let place = Place { first: seq, nonce };
            let after = Head {
                seq: seq - 1,
                chain: previous,
            };
            let forged = draft(b"forged", &[]);
            encode(
                bytes,
                &place,
                &Sealed::seal(&forged, after, &mut |_| Ok(())).unwrap(),
            );
        });
        let damage = damage(open(folder.path()));
        assert_eq!((damage.offset, damage.flaw), (starts[2] as u64, flaw));
    }
}

#[test]
fn a_private_part_whose_padding_is_not_empty_is_damage() {
    let folder = TempDir::new().unwrap();
    let journal = sound(folder.path());
    for _ in 0..2 {
        journal
            .append(journal.head(), &[draft(b"a", &[b"secret"])])
            .unwrap();
    }
    drop(journal);
    change(&files(folder.path())[0], |bytes| {
        let part = bytes
            .windows(6)
            .position(|window| window == b"secret")
            .unwrap();
        bytes[part + 6] = 1;
    });
    assert_eq!(damage(open(folder.path())).flaw, Flaw::Mark { part: 0 });
}
