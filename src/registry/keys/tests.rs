//! Changing keys in a real data folder.

use std::{collections::BTreeSet, fs, sync::Arc};

use super::*;
use crate::{
    access::{
        capability::Console,
        key_ring::{MAX_KEYS, OVERLAP_SECONDS},
        secret::write_private,
    },
    ledger::{checkpoint::Checkpoint, note::NoteSigner},
    registry::{Quiet, Settings},
    state::refused::Refused,
};

const START: Time = Time::from_millis(1_800_000_000_000);

fn at(seconds: i64) -> Time {
    START.plus_seconds(seconds)
}

/// A data folder and who works on it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Registry::create(folder.path(), None, None, START).unwrap();
        Self(folder)
    }

    fn open(&self) -> Arc<Registry> {
        Registry::open(self.0.path(), Settings::default(), &mut Quiet).unwrap()
    }

    fn keys(&self) -> std::path::PathBuf {
        self.0.path().join(KEYS)
    }

    fn files(&self) -> BTreeSet<String> {
        let names = fs::read_dir(self.keys()).unwrap().flatten();
        names
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect()
    }

    fn file_of(&self, kid: &str) -> std::path::PathBuf {
        let files = self.files();
        let name = files.iter().find(|name| name.contains(kid)).unwrap();
        self.keys().join(name)
    }
}

fn active(registry: &Registry) -> String {
    registry.ring().active().kid().to_owned()
}

fn good(registry: &Registry, kid: &str, now: Time) -> bool {
    registry.ring().public_key(kid, now).is_some()
}

#[test]
fn forty_changes_in_a_row_are_refused_from_the_limit_on_and_the_next_start_knows_the_same_keys() {
    let folder = Folder::new();
    let registry = folder.open();
    let mut kids = vec![active(&registry)];
    for second in 1..=40 {
        let before = folder.files();
        match registry.rotate_key(&Console::admin(), "đúng", at(second)) {
            Ok(kid) => kids.push(kid),
            Err(error) => {
                assert!(
                    matches!(error, RegistryError::Refused(Refused::TooManyKeys)),
                    "{error}"
                );
                assert_eq!(folder.files(), before, "a refused one leaves no file");
            }
        }
    }
    assert_eq!(kids.len(), MAX_KEYS);
    drop(registry);
    let registry = folder.open();
    assert_eq!(active(&registry), kids[MAX_KEYS - 1]);
    for kid in &kids {
        assert!(good(&registry, kid, at(40)), "{kid}");
    }
    // Each counts until the overlap after its successor is over, and not a second longer.
    assert!(!good(&registry, &kids[0], at(1 + OVERLAP_SECONDS)));
    let early = registry.rotate_key(&Console::admin(), "đúng", at(OVERLAP_SECONDS));
    assert!(matches!(
        early,
        Err(RegistryError::Refused(Refused::TooManyKeys))
    ));
    let next = registry.rotate_key(&Console::admin(), "đúng", at(1 + OVERLAP_SECONDS));
    assert_eq!(active(&registry), next.unwrap());
    assert!(!folder.files().iter().any(|name| name.contains(&kids[0])));
}

#[test]
fn a_file_that_no_record_names_is_never_a_key_and_never_stops_a_start() {
    let folder = Folder::new();
    let before = active(&folder.open());
    // As after a crash between file and record, and what else may lie there.
    let stray = SigningKey::generate(at(60));
    key_files::write(&folder.keys(), Use::Tokens, &stray).unwrap();
    key_files::write(&folder.keys(), Use::Ledger, &stray).unwrap();
    for number in 0..MAX_KEYS + 8 {
        let many = SigningKey::generate(at(number as i64));
        key_files::write(&folder.keys(), Use::Tokens, &many).unwrap();
    }
    for (name, bytes) in [
        ("1900000000000-rac.pk8", &b"rac"[..]),
        ("ledger-1900000000000-rac.pk8", b"rac"),
        ("ledger-rac.pk8", b"rac"),
        ("rac.pk8", b"rac"),
    ] {
        write_private(&folder.keys().join(name), bytes).unwrap();
    }
    fs::write(folder.keys().join("1900000000001-trong.pk8"), b"").unwrap();
    fs::write(folder.keys().join("ledger-1900000000001-trong.pk8"), b"").unwrap();
    let registry = folder.open();
    assert_eq!(active(&registry), before);
    assert_eq!(registry.ring().keys().count(), 1);
    assert_eq!(registry.verifier_keys().len(), 1);
}

#[test]
fn a_file_that_holds_another_key_than_it_says_is_not_taken_and_the_sealed_copy_is() {
    let folder = Folder::new();
    let registry = folder.open();
    let old = active(&registry);
    let new = registry
        .rotate_key(&Console::admin(), "đúng", at(1))
        .unwrap();
    drop(registry);
    fs::copy(folder.file_of(&old), folder.file_of(&new)).unwrap();
    let registry = folder.open();
    assert_eq!(active(&registry), new);
    assert!(good(&registry, &old, at(1)));
}

#[test]
fn without_any_file_the_keys_come_from_the_journal() {
    let folder = Folder::new();
    let registry = folder.open();
    let kid = active(&registry);
    let ledger = registry.verifier_keys();
    drop(registry);
    for name in folder.files() {
        fs::remove_file(folder.keys().join(name)).unwrap();
    }
    let registry = folder.open();
    assert_eq!(active(&registry), kid);
    assert_eq!(registry.verifier_keys(), ledger);
    let next = registry.rotate_key(&Console::admin(), "đúng", at(1));
    assert_eq!(active(&registry), next.unwrap());
}

#[test]
fn a_withdrawn_key_never_comes_back() {
    let folder = Folder::new();
    let registry = folder.open();
    let old = active(&registry);
    let kept = fs::read(folder.file_of(&old)).unwrap();
    let path = folder.file_of(&old);
    let refused = registry.retire_key(&Console::admin(), &old, "đúng", at(1));
    assert!(matches!(
        refused,
        Err(RegistryError::Refused(Refused::Field {
            code: "active-key",
            ..
        }))
    ));
    let unknown = registry.retire_key(&Console::admin(), "khong-co", "đúng", at(1));
    assert!(matches!(
        unknown,
        Err(RegistryError::Refused(Refused::NotFound))
    ));
    registry
        .rotate_key(&Console::admin(), "đúng", at(2))
        .unwrap();
    assert!(good(&registry, &old, at(3)));
    let done = registry
        .retire_key(&Console::admin(), &old, "đúng", at(3))
        .unwrap();
    assert!(done.file_removed && !path.exists());
    assert!(!good(&registry, &old, at(3)));
    let again = registry.retire_key(&Console::admin(), &old, "đúng", at(4));
    assert!(matches!(
        again,
        Err(RegistryError::Refused(Refused::NotFound))
    ));
    drop(registry);
    // Put back by hand, under its own name and under one that looks newer.
    write_private(&path, &kept).unwrap();
    write_private(
        &folder.keys().join(format!("1900000000000-{old}.pk8")),
        &kept,
    )
    .unwrap();
    let registry = folder.open();
    assert!(!good(&registry, &old, at(5)));
    assert!(!folder.files().iter().any(|name| name.contains(&old)));
}

#[test]
fn a_withdrawn_key_whose_file_can_not_be_removed_is_told_and_counts_no_more() {
    let folder = Folder::new();
    let registry = folder.open();
    let old = active(&registry);
    registry
        .rotate_key(&Console::admin(), "đúng", at(1))
        .unwrap();
    // A folder can't be removed as a file is.
    let path = folder.file_of(&old);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let done = registry
        .retire_key(&Console::admin(), &old, "đúng", at(2))
        .unwrap();
    assert!(!done.file_removed);
    drop(registry);
    assert!(!good(&folder.open(), &old, at(3)));
}

#[test]
fn a_ledger_key_too_many_leaves_no_file_and_a_retired_one_is_removed() {
    let folder = Folder::new();
    let registry = folder.open();
    for second in 1..4 {
        registry
            .add_ledger_key(&Console::admin(), "đúng", at(second))
            .unwrap();
    }
    let before = folder.files();
    let refused = registry.add_ledger_key(&Console::admin(), "đúng", at(4));
    assert!(matches!(
        refused,
        Err(RegistryError::Refused(Refused::TooManyKeys))
    ));
    assert_eq!(folder.files(), before);
    let keys = registry.verifier_keys();
    let id = keys[3].split('+').nth(1).unwrap();
    let done = registry
        .retire_ledger_key(&Console::admin(), id, "đúng", at(5))
        .unwrap();
    assert!(done.file_removed);
    let gone: Vec<_> = before.difference(&folder.files()).cloned().collect();
    assert_eq!(gone.len(), 1);
    assert!(gone[0].starts_with("ledger-"));
    drop(registry);
    let registry = folder.open();
    assert_eq!(registry.verifier_keys(), keys[..3]);
    assert_eq!(registry.former_verifier_keys(), keys[3..]);
}

#[test]
fn what_a_retired_ledger_key_signs_about_later_sizes_is_no_checkpoint_of_the_log() {
    let folder = Folder::new();
    let registry = folder.open();
    let name = folder
        .files()
        .into_iter()
        .find(|name| name.starts_with("ledger-"));
    let stolen = fs::read(folder.keys().join(name.unwrap())).unwrap();
    let stolen = NoteSigner::from_pkcs8(&registry.origin(), &stolen).unwrap();
    let old = stolen.verifier().to_string();
    registry
        .add_ledger_key(&Console::admin(), "đúng", at(1))
        .unwrap();
    let before = registry.checkpoint().unwrap();
    let id = old.split('+').nth(1).unwrap();
    let done = registry.retire_ledger_key(&Console::admin(), id, "đúng", at(2));
    assert!(done.unwrap().file_removed);
    let name = registry.origin();
    let forged = |size| {
        let (origin, root) = (name.clone(), before.checkpoint.root);
        Checkpoint { origin, size, root }.sign(&[&stolen])
    };
    let after = registry.checkpoint().unwrap();
    assert_eq!((before.checkpoint.size, after.checkpoint.size), (1, 2));
    assert!(after.note.lines().count() < before.note.lines().count());
    assert!(matches!(
        registry.disagreement_with(&forged(1)),
        Ok((1, None))
    ));
    assert!(registry.disagreement_with(&forged(2)).is_err());
    drop(registry);
    let registry = folder.open();
    assert_eq!(registry.checkpoint().unwrap().note, after.note);
    assert!(registry.disagreement_with(&forged(1)).is_ok());
    assert!(registry.disagreement_with(&forged(2)).is_err());
}
