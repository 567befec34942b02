//! What every engine has to do, as tests that any engine can be put through.
//!
//! [`run`] takes a function that makes an empty journal and tries everything on fresh ones.

use std::thread;
use std::time::Duration;

use uuid::Uuid;

use super::record::{
    MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_PRIVATE_BYTES, MAX_PRIVATE_PARTS, MAX_RECORD_BYTES,
};
use super::{AppendError, Draft, EraseError, Head, Journal, Record, Refused};

/// Long enough never to be the reason that a wait ends.
const FOR_EVER: Duration = Duration::from_secs(600);

/// Puts an engine through all of the contract.
pub(crate) fn run(make: &mut dyn FnMut() -> Box<dyn Journal>) {
    begins_empty(&*make());
    gives_positions_in_order(&*make());
    refuses_a_head_that_is_not_the_present_one(&*make());
    takes_a_batch_whole(&*make());
    takes_what_is_at_the_limits(&*make());
    refuses_what_is_past_the_limits(&*make());
    reads_in_pages_without_gaps(&*make());
    chains_depend_on_everything_before(&*make(), &*make());
    does_not_look_for_repeated_ids(&*make());
    wakes_who_waits(&*make());
    lets_one_of_many_writers_win(&*make());
    erases_and_keeps_the_chain(&*make());
    knows_what_is_not_there_to_erase(&*make());
}

pub(crate) fn draft(public: &[u8], private: &[&[u8]]) -> Draft {
    let private = private.iter().map(|part| part.to_vec()).collect();
    Draft {
        id: Uuid::now_v7(),
        public: public.to_vec(),
        private,
    }
}

/// Every record of a journal, in the smallest pages.
pub(crate) fn all(journal: &dyn Journal) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let after = records.last().map_or(0, |record| record.seq);
        let page = journal.read(after, 0).unwrap();
        if page.is_empty() {
            return records;
        }
        records.extend(page);
    }
}

/// Whether a record is what its draft asked for.
pub(crate) fn same(record: &Record, draft: &Draft) -> bool {
    let private = draft.private.iter().cloned().map(Some);
    record.id == draft.id
        && record.public == draft.public
        && record.private.iter().cloned().eq(private)
}

fn begins_empty(journal: &dyn Journal) {
    assert_eq!(journal.head(), Head::EMPTY);
    assert!(journal.read(0, 1 << 20).unwrap().is_empty());
    assert!(journal.read(7, 1 << 20).unwrap().is_empty());
    assert!(journal.read(u64::MAX, usize::MAX).unwrap().is_empty());
    assert_eq!(journal.wait(0, Duration::ZERO), 0);
}

fn gives_positions_in_order(journal: &dyn Journal) {
    let mut head = journal.head();
    let mut drafts = Vec::new();
    for seq in 1..=20_u8 {
        let draft = draft(&[seq; 5], &[&[seq; 3], b""]);
        let next = journal.append(head, std::slice::from_ref(&draft)).unwrap();
        assert_eq!(next.seq, u64::from(seq));
        assert_ne!(next.chain, head.chain);
        assert_eq!(journal.head(), next);
        head = next;
        drafts.push(draft);
    }
    let records = all(journal);
    assert!(records.iter().map(|record| record.seq).eq(1..=20));
    assert!(
        records
            .iter()
            .zip(&drafts)
            .all(|(record, draft)| same(record, draft))
    );
    assert_eq!(records.last().unwrap().head(), head);
}

fn refuses_a_head_that_is_not_the_present_one(journal: &dyn Journal) {
    let head = journal.append(Head::EMPTY, &[draft(b"a", &[])]).unwrap();
    let behind = Head::EMPTY;
    let ahead = Head { seq: 2, ..head };
    let forked = Head {
        chain: [7; 32],
        ..head
    };
    for wrong in [behind, ahead, forked] {
        match journal.append(wrong, &[draft(b"b", &[])]) {
            Err(AppendError::Conflict { head: told }) => assert_eq!(told, head),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(all(journal).len(), 1);
}

fn takes_a_batch_whole(journal: &dyn Journal) {
    let batch: Vec<Draft> = (0..MAX_BATCH_RECORDS)
        .map(|_| draft(b"one of many", &[]))
        .collect();
    let head = journal.append(Head::EMPTY, &batch).unwrap();
    assert_eq!(head.seq, MAX_BATCH_RECORDS as u64);
    assert!(
        all(journal)
            .iter()
            .zip(&batch)
            .all(|(record, draft)| same(record, draft))
    );
    // A batch with one bad draft leaves nothing of the good ones.
    let batch = [
        draft(b"good", &[]),
        draft(&vec![0; MAX_RECORD_BYTES + 1], &[]),
    ];
    let refused = journal.append(head, &batch).unwrap_err();
    assert!(matches!(
        refused,
        AppendError::Refused(Refused::PublicTooLarge { index: 1, .. })
    ));
    assert_eq!(journal.head(), head);
}

fn takes_what_is_at_the_limits(journal: &dyn Journal) {
    let parts = vec![vec![9; MAX_PRIVATE_BYTES / MAX_PRIVATE_PARTS]; MAX_PRIVATE_PARTS];
    let many = Draft {
        id: Uuid::now_v7(),
        public: vec![1; MAX_RECORD_BYTES],
        private: parts,
    };
    let large = draft(&[], &[&vec![2; MAX_PRIVATE_BYTES]]);
    let empty = draft(&[], &[]);
    let drafts = [many, large, empty];
    journal.append(journal.head(), &drafts).unwrap();
    assert!(
        all(journal)
            .iter()
            .zip(&drafts)
            .all(|(record, draft)| same(record, draft))
    );

    let mut heaviest = vec![draft(&vec![3; MAX_RECORD_BYTES], &[]); 15];
    let rest = MAX_BATCH_BYTES - heaviest.iter().map(Draft::weight).sum::<usize>();
    let filler = draft(&vec![4; rest - draft(&[], &[]).weight()], &[]);
    heaviest.push(filler);
    assert_eq!(
        heaviest.iter().map(Draft::weight).sum::<usize>(),
        MAX_BATCH_BYTES
    );
    journal.append(journal.head(), &heaviest).unwrap();
    assert_eq!(all(journal).len(), 19);
}

fn refuses_what_is_past_the_limits(journal: &dyn Journal) {
    let refused = |drafts: &[Draft]| match journal.append(Head::EMPTY, drafts) {
        Err(AppendError::Refused(why)) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&[]), Refused::Nothing);
    let count = MAX_BATCH_RECORDS + 1;
    assert_eq!(
        refused(&vec![draft(&[], &[]); count]),
        Refused::TooManyRecords { count }
    );
    let bytes = MAX_RECORD_BYTES + 1;
    let large = draft(&vec![0; bytes], &[]);
    assert_eq!(
        refused(&[large]),
        Refused::PublicTooLarge { index: 0, bytes }
    );
    let bytes = MAX_PRIVATE_BYTES + 1;
    let large = draft(&[], &[&vec![0; MAX_PRIVATE_BYTES], &[0]]);
    assert_eq!(
        refused(&[large]),
        Refused::PrivateTooLarge { index: 0, bytes }
    );
    let count = MAX_PRIVATE_PARTS + 1;
    let many = draft(&[], &vec![&[][..]; count]);
    assert_eq!(refused(&[many]), Refused::TooManyParts { index: 0, count });
    let heavy = vec![draft(&vec![0; MAX_RECORD_BYTES], &[]); 16];
    assert!(matches!(refused(&heavy), Refused::BatchTooLarge { .. }));
    assert_eq!(journal.head(), Head::EMPTY);
    assert!(all(journal).is_empty());
}

fn reads_in_pages_without_gaps(journal: &dyn Journal) {
    for size in 0..60_usize {
        journal
            .append(journal.head(), &[draft(&vec![1; size * 37], &[b"private"])])
            .unwrap();
    }
    let whole = all(journal);
    for most in [0, 1, 500, 5_000, usize::MAX] {
        let mut read: Vec<Record> = Vec::new();
        loop {
            let page = journal.read(read.len() as u64, most).unwrap();
            if page.is_empty() {
                break;
            }
            let bytes: usize = page.iter().map(|record| record.public.len()).sum();
            assert!(page.len() == 1 || bytes <= most);
            read.extend(page);
        }
        assert!(read == whole);
    }
    assert_eq!(journal.read(41, 0).unwrap()[0].seq, 42);
    assert!(journal.read(60, usize::MAX).unwrap().is_empty());
    assert!(journal.read(61, usize::MAX).unwrap().is_empty());
}

fn chains_depend_on_everything_before(one: &dyn Journal, other: &dyn Journal) {
    one.append(Head::EMPTY, &[draft(b"a", &[])]).unwrap();
    other.append(Head::EMPTY, &[draft(b"b", &[])]).unwrap();
    assert_ne!(one.head().chain, other.head().chain);
    let last = draft(b"the same", &[]);
    one.append(one.head(), std::slice::from_ref(&last)).unwrap();
    other.append(other.head(), &[last]).unwrap();
    assert_eq!(one.head().seq, other.head().seq);
    assert_ne!(one.head().chain, other.head().chain);
}

/// A caller that doesn't know what became of its append finds its id by reading on; see the module's words.
fn does_not_look_for_repeated_ids(journal: &dyn Journal) {
    let draft = draft(b"once", &[b"p"]);
    journal
        .append(Head::EMPTY, std::slice::from_ref(&draft))
        .unwrap();
    let again = journal.append(Head::EMPTY, std::slice::from_ref(&draft));
    assert!(matches!(again, Err(AppendError::Conflict { .. })));
    assert!(
        journal
            .read(0, 0)
            .unwrap()
            .iter()
            .any(|record| record.id == draft.id)
    );
    journal.append(journal.head(), &[draft]).unwrap();
    assert_eq!(journal.head().seq, 2);
}

fn wakes_who_waits(journal: &dyn Journal) {
    thread::scope(|scope| {
        let waiting = scope.spawn(|| journal.wait(0, FOR_EVER));
        journal.append(Head::EMPTY, &[draft(b"news", &[])]).unwrap();
        assert_eq!(waiting.join().unwrap(), 1);
    });
    assert_eq!(journal.wait(0, FOR_EVER), 1);
    assert_eq!(journal.wait(1, Duration::ZERO), 1);
}

fn lets_one_of_many_writers_win(journal: &dyn Journal) {
    const EACH: usize = 10;
    let write = || {
        for _ in 0..EACH {
            let draft = [draft(b"contended", &[])];
            while let Err(error) = journal.append(journal.head(), &draft) {
                assert!(matches!(error, AppendError::Conflict { .. }));
            }
        }
    };
    let read = || {
        let mut after = 0;
        while after < 4 * EACH as u64 {
            journal.wait(after, FOR_EVER);
            for record in journal.read(after, 1_000).unwrap() {
                after += 1;
                assert_eq!(record.seq, after);
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(read);
        for _ in 0..4 {
            scope.spawn(write);
        }
    });
    assert_eq!(all(journal).len(), 4 * EACH);
}

fn erases_and_keeps_the_chain(journal: &dyn Journal) {
    let drafts = [
        draft(b"first", &[b"Nguyen Van A", b""]),
        draft(b"second", &[b"kept", &[0; 4000], b"Tran Thi B"]),
        draft(b"third", &[]),
    ];
    let head = journal.append(Head::EMPTY, &drafts).unwrap();
    let mut expected = all(journal);
    for (seq, part) in [(2, 1), (1, 0), (2, 1), (1, 1), (2, 1)] {
        journal.erase(seq, part).unwrap();
        expected[seq as usize - 1].private[usize::from(part)] = None;
        assert!(all(journal) == expected);
        assert_eq!(journal.head(), head);
    }
    journal.append(head, &[draft(b"after", &[])]).unwrap();
    assert!(all(journal).starts_with(&expected));
}

fn knows_what_is_not_there_to_erase(journal: &dyn Journal) {
    journal
        .append(Head::EMPTY, &[draft(b"a", &[b"x"])])
        .unwrap();
    for seq in [0, 2, u64::MAX] {
        assert!(matches!(
            journal.erase(seq, 0),
            Err(EraseError::NoRecord { .. })
        ));
    }
    for part in [1, u16::MAX] {
        assert!(matches!(
            journal.erase(1, part),
            Err(EraseError::NoPart { seq: 1, .. })
        ));
    }
    assert_eq!(all(journal)[0].private[0].as_deref(), Some(&b"x"[..]));
}
