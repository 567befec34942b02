//! A folder as a vault: what is kept, what is refused, and what a crash leaves.

use std::{
    fs as disk,
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
};

use tempfile::TempDir;

use super::*;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A new vault, and its folder.
fn vault() -> (TempDir, PathBuf, FolderVault) {
    let around = tempfile::tempdir().unwrap();
    let folder = around.path().join("files");
    let vault = FolderVault::make(&folder).unwrap();
    (around, folder, vault)
}

fn mode(path: &Path) -> u32 {
    disk::metadata(path).unwrap().permissions().mode() & 0o777
}

fn ids(vault: &FolderVault) -> Vec<Uuid> {
    let listing = vault.list().unwrap();
    listing.stored.iter().map(|stored| stored.id).collect()
}

#[test]
fn what_was_put_is_there_until_it_is_removed() {
    let (_around, folder, vault) = vault();
    assert_eq!(vault.get(id(1)).unwrap(), None);
    vault.put(id(2), b"second").unwrap();
    vault.put(id(1), b"").unwrap();
    let again = FolderVault::open(&folder).unwrap();
    assert_eq!(again.get(id(2)).unwrap().unwrap(), b"second");
    assert_eq!(again.get(id(1)).unwrap().unwrap(), b"");
    let listing = again.list().unwrap();
    let sizes: Vec<_> = listing.stored.iter().map(|s| (s.id, s.bytes)).collect();
    assert_eq!(sizes, [(id(1), 0), (id(2), 6)]);
    assert_eq!(listing.strangers, 0);
    again.remove(id(2)).unwrap();
    again.remove(id(2)).unwrap();
    assert_eq!(again.get(id(2)).unwrap(), None);
    assert_eq!(ids(&vault), [id(1)]);
    assert!(vault.free_bytes().is_some());
}

#[test]
fn a_listing_tells_when_a_file_was_put_there() {
    let (_around, folder, vault) = vault();
    vault.put(id(1), b"x").unwrap();
    let file = File::options()
        .write(true)
        .open(folder.join(id(1).to_string()));
    let then = std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_795_457_640_123);
    file.unwrap().set_modified(then).unwrap();
    let modified = vault.list().unwrap().stored[0].modified;
    assert_eq!(modified, Time::from_millis(1_795_457_640_123));
}

#[test]
fn folder_and_files_are_their_owners_alone() {
    let (_around, folder, vault) = vault();
    vault.put(id(1), b"x").unwrap();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join(id(1).to_string())), 0o600);
    disk::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    FolderVault::open(&folder).unwrap();
    assert_eq!(mode(&folder), 0o755, "who only looks changes nothing");
    FolderVault::make(&folder).unwrap();
    assert_eq!(mode(&folder), 0o700);
}

#[test]
fn what_is_stored_is_never_written_over() {
    let (_around, _, vault) = vault();
    vault.put(id(1), b"first").unwrap();
    assert!(matches!(
        vault.put(id(1), b"again"),
        Err(VaultError::Exists)
    ));
    assert_eq!(vault.get(id(1)).unwrap().unwrap(), b"first");
}

#[test]
fn an_object_may_have_so_many_bytes_and_no_more() {
    let (_around, folder, vault) = vault();
    let most = vec![7; MAX_SEALED_BYTES];
    vault.put(id(1), &most).unwrap();
    assert_eq!(vault.get(id(1)).unwrap().unwrap(), most);
    let more = [most, vec![7]].concat();
    assert!(matches!(vault.put(id(2), &more), Err(VaultError::TooLarge)));
    disk::write(folder.join(id(3).to_string()), &more).unwrap();
    assert!(matches!(vault.get(id(3)), Err(VaultError::TooLarge)));
    assert_eq!(ids(&vault), [id(1), id(3)]);
}

#[test]
fn no_link_is_followed() {
    let (around, folder, vault) = vault();
    let outside = around.path().join("outside");
    disk::write(&outside, b"secret").unwrap();
    symlink(&outside, folder.join(id(1).to_string())).unwrap();
    assert!(matches!(vault.get(id(1)), Err(VaultError::NotAFile)));
    assert!(matches!(vault.put(id(1), b"x"), Err(VaultError::Exists)));
    // Where a draft is to be, a link is taken away and not written through.
    symlink(&outside, folder.join(format!("{DRAFT}{}", id(2)))).unwrap();
    vault.put(id(2), b"x").unwrap();
    assert_eq!(disk::read(&outside).unwrap(), b"secret");
    vault.remove(id(1)).unwrap();
    assert_eq!(disk::read(&outside).unwrap(), b"secret");
    let link = around.path().join("link");
    symlink(&folder, &link).unwrap();
    for opened in [FolderVault::open(&link), FolderVault::make(&link)] {
        assert!(matches!(opened, Err(VaultError::NotAFile)));
    }
}

#[test]
fn a_folder_or_a_pipe_is_no_object_and_holds_nobody_up() {
    let (_around, folder, vault) = vault();
    disk::create_dir(folder.join(id(1).to_string())).unwrap();
    let pipe = folder.join(id(2).to_string());
    rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, FILE_MODE, 0).unwrap();
    for number in [1, 2] {
        assert!(matches!(vault.get(id(number)), Err(VaultError::NotAFile)));
    }
    assert!(matches!(vault.remove(id(1)), Err(VaultError::NotAFile)));
    let listing = vault.list().unwrap();
    assert_eq!((listing.stored.len(), listing.strangers), (0, 2));
}

#[test]
fn other_names_are_counted_and_left_alone() {
    let (_around, folder, vault) = vault();
    let upper = "01900000-0000-7000-8000-00000000000A";
    let names = [
        "notes.txt",
        upper,
        "0190000000007000800000000000000b",
        ".new-x",
    ];
    for name in names {
        disk::write(folder.join(name), b"x").unwrap();
    }
    let strange = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff");
    disk::write(folder.join(strange), b"x").unwrap();
    vault.put(id(1), b"x").unwrap();
    let listing = vault.list().unwrap();
    assert_eq!((listing.stored.len(), listing.strangers), (1, 5));
    assert_eq!(vault.remove_drafts().unwrap(), 0);
    assert!(names.iter().all(|name| folder.join(name).exists()));
}

#[test]
fn a_crash_leaves_nothing_or_the_whole_file() {
    for (step, is_there) in [
        (Step::Create, false),
        (Step::Write, false),
        (Step::Sync, false),
        (Step::Rename, true),
        (Step::SyncFolder, true),
    ] {
        let (_around, folder, mut vault) = vault();
        vault.fails_after = Some(step);
        assert!(vault.put(id(1), b"whole").is_err(), "{step:?}");
        let found = FolderVault::open(&folder).unwrap().get(id(1)).unwrap();
        assert_eq!(found.is_some(), is_there, "{step:?}");
        assert!(found.is_none_or(|bytes| bytes == b"whole"));
        assert_eq!(
            disk::read_dir(&folder).unwrap().count(),
            usize::from(is_there)
        );
    }
}

#[test]
fn what_a_kill_left_half_written_is_no_object_and_goes_at_the_next_start() {
    let (_around, folder, vault) = vault();
    let draft = |number| folder.join(format!("{DRAFT}{}", id(number)));
    disk::write(draft(1), b"ha").unwrap();
    disk::write(draft(2), b"ha").unwrap();
    assert_eq!(vault.list().unwrap(), Listing::default());
    // A second attempt takes the first one's place.
    vault.put(id(1), b"whole").unwrap();
    assert_eq!(vault.get(id(1)).unwrap().unwrap(), b"whole");
    assert_eq!(vault.remove_drafts().unwrap(), 1);
    assert!(!draft(1).exists() && !draft(2).exists());
    assert_eq!(ids(&vault), [id(1)]);
}

#[test]
fn a_folder_that_is_missing_or_none_is_told() {
    let around = tempfile::tempdir().unwrap();
    let missing = FolderVault::open(&around.path().join("files"));
    assert!(matches!(
        missing,
        Err(VaultError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound
    ));
    let file = around.path().join("file");
    disk::write(&file, b"x").unwrap();
    assert!(matches!(
        FolderVault::make(&file),
        Err(VaultError::NotAFile)
    ));
}

#[test]
fn a_full_disk_is_told_from_other_faults() {
    let full = failed("writing a file", Errno::NOSPC);
    assert!(matches!(full, VaultError::Full(_)));
    assert!(matches!(
        failed("writing a file", Errno::DQUOT),
        VaultError::Full(_)
    ));
    assert!(matches!(
        failed("writing a file", Errno::IO),
        VaultError::Io { .. }
    ));
    assert!(!format!("{full} {full:?}").contains('/'));
}

#[test]
fn many_threads_put_and_take_at_the_same_time() {
    let (_around, _, vault) = vault();
    std::thread::scope(|scope| {
        for number in 0..8_u128 {
            let vault = &vault;
            scope.spawn(move || {
                vault.put(id(number), &number.to_be_bytes()).unwrap();
                assert_eq!(
                    vault.get(id(number)).unwrap().unwrap(),
                    number.to_be_bytes()
                );
            });
        }
    });
    assert_eq!(ids(&vault).len(), 8);
}
