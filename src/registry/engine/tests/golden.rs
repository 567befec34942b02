//! `tests/samples/journal-3`: a journal with every change, which every build replays to the same ledger and digests.
//!
//! It is only ever appended to: a new variant gets a record at the end of [`story::story`], and
//! `WRITE_SAMPLES=1 cargo test --locked --lib golden` appends it to the sample. A sample that has to be written anew says
//! that a journal of a released version would not open any more.

mod client_keys;
mod own_account;
mod procurator;
mod report;
mod retired_key;
mod second_person;
mod story;
mod trail;

use std::{collections::BTreeSet, fs, path::PathBuf};

use story::story;

use crate::{
    domain::{
        change::{
            AccountChange, ApprovalChange, Change, ClockChange, Entry, ErasureChange, ImportChange,
            KeyChange, LedgerChange, ListingChange, OfficialChange, PartnerChange, RegistryChange,
            ReportChange, SessionChange, TrailChange,
        },
        hex::hex,
        report::deed::Deed,
    },
    journal::{Draft, Journal, Options, Record, Segments},
    registry::engine::entry_bytes::{decode, encode},
    state::{
        record::Source,
        tests::machine::{self, Machine},
    },
    store::{memory::Memory, rows::Rows},
};

/// Names every variant of the vocabulary, so that a new one does not compile until it is named here, and is missed in the
/// sample until it is there.
macro_rules! variants {
    ($($variant:pat),+ $(,)?) => {
        const VARIANTS: &[&str] = &[$(stringify!($variant)),+];

        fn variant(change: &Change) -> &'static str {
            match change {
                $($variant => stringify!($variant)),+
            }
        }
    };
}

variants!(
    Change::Registry(RegistryChange::Founded { .. }),
    Change::Registry(RegistryChange::MasterSecretNamed { .. }),
    Change::Registry(RegistryChange::Pruned { .. }),
    Change::Listing(ListingChange::Proposed { .. }),
    Change::Listing(ListingChange::Confirmed { .. }),
    Change::Listing(ListingChange::Rejected { .. }),
    Change::Listing(ListingChange::Renewed { .. }),
    Change::Listing(ListingChange::Delisted { .. }),
    Change::Listing(ListingChange::Expired { .. }),
    Change::Listing(ListingChange::Adopted { .. }),
    Change::Import(ImportChange::Staged { .. }),
    Change::Import(ImportChange::Proposed { .. }),
    Change::Import(ImportChange::Confirmed { .. }),
    Change::Import(ImportChange::Rejected { .. }),
    Change::Import(ImportChange::Adopted { .. }),
    Change::Official(OfficialChange::Added { .. }),
    Change::Official(OfficialChange::Removed { .. }),
    Change::Official(OfficialChange::Protected { .. }),
    Change::Official(OfficialChange::Unprotected { .. }),
    Change::Official(OfficialChange::TableNamed { .. }),
    Change::Account(AccountChange::Invited { .. }),
    Change::Account(AccountChange::PasswordChosen { .. }),
    Change::Account(AccountChange::Enrolled { .. }),
    Change::Account(AccountChange::Changed { .. }),
    Change::Account(AccountChange::EnrolmentBegun { .. }),
    Change::Account(AccountChange::PasswordReplaced { .. }),
    Change::Account(AccountChange::FactorReplaced { .. }),
    Change::Session(SessionChange::Started { .. }),
    Change::Session(SessionChange::Refreshed { .. }),
    Change::Session(SessionChange::SteppedUp { .. }),
    Change::Session(SessionChange::Ended { .. }),
    Change::Session(SessionChange::AllEnded { .. }),
    Change::Session(SessionChange::SignInFailed { .. }),
    Change::Partner(PartnerChange::Added { .. }),
    Change::Partner(PartnerChange::Changed { .. }),
    Change::Partner(PartnerChange::SecretReplaced { .. }),
    Change::Partner(PartnerChange::SecretRenewed { .. }),
    Change::Key(KeyChange::Added { .. }),
    Change::Key(KeyChange::Retired { .. }),
    Change::Ledger(LedgerChange::KeyAdded { .. }),
    Change::Ledger(LedgerChange::KeyRetired { .. }),
    Change::Ledger(LedgerChange::Heartbeat),
    Change::Ledger(LedgerChange::KeyRetiredByLeaf { .. }),
    Change::Ledger(LedgerChange::HandedOver { .. }),
    Change::Erasure(ErasureChange::Part { .. }),
    Change::Erasure(ErasureChange::Everything { .. }),
    Change::Erasure(ErasureChange::Destroyed { .. }),
    Change::Clock(ClockChange::Confirmed { .. }),
    Change::Clock(ClockChange::Trusted { .. }),
    Change::Approval(ApprovalChange::Asked { .. }),
    Change::Approval(ApprovalChange::Agreed { .. }),
    Change::Approval(ApprovalChange::Refused { .. }),
    Change::Approval(ApprovalChange::Lapsed { .. }),
    Change::Trail(TrailChange::CameFrom { .. }),
    Change::Trail(TrailChange::Reasoned { .. }),
    Change::Trail(TrailChange::Refused { .. }),
    Change::Trail(TrailChange::Read { .. }),
    Change::Trail(TrailChange::Pulled { .. }),
    Change::Trail(TrailChange::Untold { .. }),
    Change::Trail(TrailChange::OpenedMuch { .. }),
    Change::Report(ReportChange::Received(_)),
    Change::Report(ReportChange::Done {
        deed: Deed::Received,
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Acknowledged { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Classified { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Assigned { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::TransferOffered { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::TransferAccepted { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::TransferReturned { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::HandedOver { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Asked { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::AnswerOverdue,
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Messaged { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Suspended { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Resumed { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Extended { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Resolved { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Listed { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Linked { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Unlinked { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Withdrawn { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Reopened { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::ReviewAsked { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Held { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Unheld { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Opened { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::ListingProposed { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::BankCalled { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::FileAdded { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::CopyMade { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::CopyFailed { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::OriginalDestroyed { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::ReceiptReplaced { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::ReceiptTaken,
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::TimePassed,
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::Keeps { .. },
        ..
    }),
    Change::Report(ReportChange::Done {
        deed: Deed::ReceiptReissued { .. },
        ..
    }),
);

fn sample() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/journal-3")
}

/// What the records come to: leaves, root, listings in force and their digest.
fn summary(memory: &Memory) -> String {
    let position = memory.position();
    let root = hex(&position.tree.root());
    let total = position.tallies.total();
    format!(
        "records {}\nleaves {}\nroot {root}\nlive {}\ndigest {}\nopen {}\n",
        position.seq,
        position.tree.size(),
        total.live,
        total.digest,
        position.open
    )
}

fn records() -> Vec<Record> {
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(sample()).unwrap().flatten() {
        if file.path().extension().is_none_or(|end| end != "txt") {
            fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    let opened = Segments::open(copy.path(), Options::default(), &mut |_| {}).unwrap();
    assert!(opened.cut.is_none());
    let mut found = Vec::new();
    loop {
        let next = opened.journal.read(found.len() as u64, 1 << 20).unwrap();
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}

/// Appends to the sample what the story has and the sample has not.
fn append_story(story: &Machine) {
    let folder = sample();
    fs::create_dir_all(&folder).unwrap();
    let opened = Segments::open(&folder, Options::default(), &mut |_| {}).unwrap();
    let head = opened.journal.head();
    let drafts: Vec<Draft> = story.records[usize::try_from(head.seq).unwrap()..]
        .iter()
        .map(|kept| Draft {
            id: uuid::Uuid::now_v7(),
            public: encode(&kept.entry).unwrap(),
            private: kept.private.iter().flatten().cloned().collect(),
        })
        .collect();
    if !drafts.is_empty() {
        opened.journal.append(head, &drafts).unwrap();
        fs::write(folder.join("expected.txt"), summary(&story.memory)).unwrap();
    }
}

/// What a record says, whichever program wrote it: what is needed to understand it, and the entry's bytes.
fn said(bytes: &[u8]) -> (u16, &[u8]) {
    let ((must_understand, _writer), entry) =
        postcard::take_from_bytes::<(u16, u16)>(&bytes[1..]).unwrap();
    (must_understand, entry)
}

#[test]
fn the_golden_journal_replays_to_what_it_always_did() {
    let mut story = story();
    second_person::approvals(&mut story);
    second_person::adoptions(&mut story);
    trail::told(&mut story);
    trail::officials(&mut story);
    retired_key::retirement(&mut story);
    retired_key::hand_over(&mut story);
    own_account::changed(&mut story);
    procurator::invited(&mut story);
    report::told_of(&mut story);
    client_keys::listed(&mut story);
    if std::env::var_os("WRITE_SAMPLES").is_some() {
        append_story(&story);
    }
    let expected = fs::read_to_string(sample().join("expected.txt")).unwrap();
    let mut memory = Memory::default();
    let mut seen = BTreeSet::new();
    let records = records();
    for (place, record) in records.iter().enumerate() {
        let entry: Entry = decode(record.seq, &record.public).unwrap();
        assert!(
            said(&encode(&entry).unwrap()) == said(&record.public),
            "record {}",
            record.seq
        );
        seen.extend(entry.changes.iter().map(variant));
        let kept = machine::Kept {
            entry,
            private: record.private.clone(),
        };
        machine::apply(&mut memory, place, &kept, Source::Replaying).unwrap();
    }
    assert_eq!(summary(&memory), expected);
    let missing: Vec<_> = VARIANTS
        .iter()
        .filter(|name| !seen.contains(*name))
        .collect();
    assert!(missing.is_empty(), "not in the sample: {missing:?}");
    // The story is the sample's, record by record: it was appended to and not changed.
    assert_eq!(
        story.records.len(),
        records.len(),
        "run with WRITE_SAMPLES=1"
    );
    for (record, kept) in records.iter().zip(&story.records) {
        assert!(
            said(&encode(&kept.entry).unwrap()) == said(&record.public),
            "record {}",
            record.seq
        );
    }
}
