//! A store that is damaged while it is in use.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    access::capability::Console,
    domain::time::Time,
    registry::{
        Hindrance, Quiet, Registry, RegistryError, Settings,
        verify::{Wrong, verify},
    },
    store::{
        Store, StoreError,
        schema::{self, Users},
        table::Table,
    },
};

use super::super::data_folder::STORE_STALE;

const NOW: Time = Time::from_millis(1_800_000_000_000);

fn open(folder: &Path) -> Arc<Registry> {
    Registry::open(folder, Settings::default(), &mut Quiet).unwrap()
}

/// A folder with a leaf.
fn founded(folder: &Path) -> Arc<Registry> {
    Registry::create(folder, None, None, NOW).unwrap();
    let registry = open(folder);
    registry
        .add_ledger_key(&Console::admin(), "đúng", NOW)
        .unwrap();
    registry
}

/// What is had once the store's lock is free: a process that another test starts just now holds it until it runs its program.
fn once_free<T>(had: impl Fn() -> Option<T>) -> T {
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(had) = had() {
            return had;
        }
        assert!(Instant::now() < patience, "the lock is not free");
        std::thread::yield_now();
    }
}

#[test]
fn a_row_that_can_not_be_read_ends_writing_until_the_store_is_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let registry = founded(folder.path());
    let old = registry.shared.store().unwrap();
    old.damage(Users::ID, &[7; 16], b"\xff\xff");
    assert_eq!(registry.hindrance(), None);
    assert!(registry.check_store(&|| false).is_err());
    assert!(old.doubt().is_some());
    // The old one is held here: it is exchanged all the same.
    let patience = Instant::now() + Duration::from_secs(60);
    while let Some(hindrance) = registry.hindrance() {
        assert_eq!(hindrance, Hindrance::Store);
        assert!(Instant::now() < patience, "it was not built anew");
        std::thread::yield_now();
    }
    registry.beat(NOW).unwrap();
    assert!(registry.check_store(&|| false).is_ok());
    drop((old, registry));
    // Beside the sign of life the table of official numbers is named.
    assert_eq!(open(folder.path()).index().ledger_size(), 3);
    assert!(verify(folder.path(), &Settings::default(), &mut Quiet).is_ok());
}

#[test]
fn a_store_that_holds_erased_bytes_is_written_anew_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let registry = founded(folder.path());
    let mark = folder.path().join(STORE_STALE);
    registry.check_store(&|| false).unwrap();
    let old = registry.shared.store().unwrap();
    registry.shared.mark_stale().unwrap();
    assert!(mark.exists());
    registry.check_store(&|| false).unwrap();
    let old = {
        let before = Arc::as_ptr(&old);
        drop(old);
        before
    };
    let patience = Instant::now() + Duration::from_secs(60);
    while mark.exists() || std::ptr::eq(Arc::as_ptr(&registry.shared.store().unwrap()), old) {
        assert!(Instant::now() < patience, "it was not written anew");
        std::thread::yield_now();
    }
    assert_eq!(registry.hindrance(), None);
}

#[test]
fn verify_names_the_table_the_row_and_what_mends_it() {
    for bytes in [&b"\xff\xff"[..], b"\x01"] {
        for (table, name) in schema::NAMES.iter().enumerate().skip(1) {
            let folder = tempfile::tempdir().unwrap();
            drop(founded(folder.path()));
            let path = folder.path().join("store");
            let store = once_free(|| Store::open(&path, 8 << 20).ok());
            store.damage(table, b"zzzz", bytes);
            drop(store);
            let wrong = once_free(|| {
                let told = verify(folder.path(), &Settings::default(), &mut Quiet);
                (!matches!(told, Err(Wrong::Store(StoreError::Engine(_))))).then_some(told)
            });
            let Err(wrong @ Wrong::Row { .. }) = wrong else {
                panic!("{name}")
            };
            let told = wrong.to_string();
            assert!(told.contains(&format!("`{name}`")), "{told}");
            assert!(told.contains("`canhgiac rebuild` mends it"), "{told}");
        }
    }
}

#[test]
fn a_store_that_lags_behind_what_is_shown_tells_nothing_of_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let registry = founded(folder.path());
    assert!(registry.inclusion(0, None).is_ok());
    let behind = Arc::new(Store::in_memory().unwrap());
    let whole = registry.shared.exchange_store(behind);
    let refused = [
        registry.inclusion(0, None).map(drop),
        registry.consistency(0, None).map(drop),
        registry
            .snapshot_at_console(&Console::admin(), crate::domain::identifier::Kinds::ALL)
            .map(drop),
        registry
            .tally_at(crate::domain::identifier::Kinds::ALL, 1, 9)
            .map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(RegistryError::Unavailable)));
    }
    registry.shared.exchange_store(whole);
    assert!(registry.inclusion(0, None).is_ok());
}
