//! Another machine writes into the same journal first.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    access::capability::Console,
    domain::{
        change::{AccountChange, Actor, Change, Entry, OfficialChange},
        identifier::Identifier,
        key::Key,
        role::Role,
        time::Time,
        unit::UnitCode,
        user::{User, UserStatus, Username},
    },
    formats::ndjson::PAYLOAD,
    journal::{AppendError, Draft, EraseError, Head, Journal, ReadError, Sealed},
    registry::{
        Quiet, Registry, RegistryError, Settings,
        accounts::NewUser,
        engine::{
            entry_bytes,
            folder_lock::FolderLock,
            open_journal::{Found, to_write},
            shared::new_id,
        },
        listing::Proposal,
    },
    state::refused::Refused,
};

const NOW: Time = Time::from_millis(1_800_000_000_000);

/// A journal that another machine shares: before each of our appends it appends one of its own, as long as it has any.
struct Contested {
    inner: Arc<dyn Journal>,
    others: Arc<Mutex<Vec<Change>>>,
}

impl Journal for Contested {
    fn head(&self) -> Head {
        self.inner.head()
    }

    fn keep(&self, at: Head, records: &[Sealed<'_>]) -> Result<Head, AppendError> {
        let Some(change) = self.others.lock().unwrap().pop() else {
            return self.inner.keep(at, records);
        };
        let entry = Entry {
            at: NOW,
            by: Actor::Console,
            through: None,
            changes: vec![change],
            receipt: None,
            parts: Vec::new(),
            payload: PAYLOAD,
            commitments: Vec::new(),
        };
        let draft = Draft {
            id: new_id(NOW),
            public: entry_bytes::encode(&entry).unwrap(),
            private: Vec::new(),
        };
        let head = self.inner.append(at, &[draft])?;
        Err(AppendError::Conflict { head })
    }

    fn read_sealed(&self, after: u64, max_bytes: usize) -> Result<Vec<Sealed<'static>>, ReadError> {
        self.inner.read_sealed(after, max_bytes)
    }

    fn wait(&self, after: u64, patience: Duration) -> u64 {
        self.inner.wait(after, patience)
    }

    fn erase(&self, seq: u64, part: u16) -> Result<(), EraseError> {
        self.inner.erase(seq, part)
    }
}

/// A registry, and what the other machine is about to write, last first.
fn shared(folder: &Path) -> (Arc<Registry>, Arc<Mutex<Vec<Change>>>) {
    Registry::create(folder, None, None, NOW).unwrap();
    let settings = Settings::default();
    let lock = FolderLock::take(folder).unwrap();
    let found = to_write(folder, &settings, &mut Quiet).unwrap();
    let others = Arc::new(Mutex::new(Vec::new()));
    let journal = Arc::new(Contested {
        inner: found.journal,
        others: Arc::clone(&others),
    });
    let found = Found { journal, ..found };
    let registry = Registry::open_on(found, lock, folder, settings, &mut Quiet).unwrap();
    (registry, others)
}

fn protects(text: &str) -> Change {
    let key = Key::parse(text).unwrap();
    let name = "Tổng đài".to_owned();
    Change::Official(OfficialChange::Added {
        key,
        name_vi: name.clone(),
        name_en: name,
    })
}

fn protect(registry: &Registry, text: &str) -> Result<(), RegistryError> {
    let request = crate::state::official::Add {
        identifier: Identifier::from_key(text).unwrap(),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    registry.commit(
        Console::admin().acting(),
        NOW,
        None,
        move |view, now| crate::state::official::add(view, &request, now),
        |_, _| Ok(()),
    )
}

const ONE: &str = "phone:+84950001001";
const OTHER: &str = "phone:+84950001002";

#[test]
fn who_comes_second_is_decided_anew_on_what_stands_then() {
    let folder = tempfile::tempdir().unwrap();
    let (registry, others) = shared(folder.path());
    others.lock().unwrap().push(protects(OTHER));
    protect(&registry, ONE).unwrap();
    assert_eq!(registry.officials().unwrap().len(), 2);
    assert_eq!(registry.journal_position(), 3);
    // The same one: the other machine has it already.
    let third = "phone:+84950001003";
    others.lock().unwrap().push(protects(third));
    let refused = protect(&registry, third);
    assert!(matches!(
        refused,
        Err(RegistryError::Refused(Refused::AlreadyExists))
    ));
    assert_eq!(registry.journal_position(), 4);
    let known = Identifier::from_key(third).unwrap();
    assert!(registry.added_officials().contains(&known.key()));
    drop(registry);
    let again = Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
    assert_eq!(again.officials().unwrap().len(), 3);
}

#[test]
fn who_was_suspended_on_another_machine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (registry, others) = shared(folder.path());
    let new = NewUser {
        username: Username::parse("an.nguyen").unwrap(),
        role: Role::Officer,
        unit: UnitCode::national(),
    };
    let (user, _) = registry
        .add_user(&Console::admin(), new, "đúng", None, NOW)
        .unwrap();
    let active = |status| {
        Change::Account(AccountChange::Changed {
            id: user.id,
            role: user.role,
            unit: user.unit,
            status,
        })
    };
    others.lock().unwrap().push(active(UserStatus::Active));
    protect(&registry, ONE).unwrap();
    let officer = Console::officer(&User {
        status: UserStatus::Active,
        ..user.clone()
    });
    let officer = officer.unwrap();
    others.lock().unwrap().push(active(UserStatus::Suspended));
    let proposal = Proposal {
        identifier: Identifier::from_key(OTHER).unwrap(),
        method: crate::domain::method::MethodId::other(),
        unit: None,
        evidence: String::new(),
    };
    let refused = registry.propose(&officer, proposal, None, NOW);
    assert!(matches!(refused, Err(RegistryError::Denied(_))));
}

#[test]
fn who_is_never_first_is_told_so_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (registry, others) = shared(folder.path());
    let many = (0..140).map(|number| protects(&format!("phone:+84950002{number:03}")));
    others.lock().unwrap().extend(many);
    let refused = protect(&registry, ONE);
    assert!(matches!(refused, Err(RegistryError::Unavailable)));
    others.lock().unwrap().clear();
    let known = Identifier::from_key(ONE).unwrap();
    assert!(!registry.added_officials().contains(&known.key()));
    protect(&registry, ONE).unwrap();
}
