//! What follows from the master secret, and the files that secrets live in.

use super::*;
use crate::access::capability::tests::{partner, user};
use crate::domain::role::Role;

fn master() -> MasterSecret {
    MasterSecret::from_bytes([7; 32])
}

#[test]
fn parts_with_other_borders_or_another_purpose_give_other_bytes() {
    let one = master().derive("p", &[b"ab", b"c"]);
    assert_ne!(one, master().derive("p", &[b"a", b"bc"]));
    assert_ne!(one, master().derive("p", &[b"abc"]));
    assert_ne!(one, master().derive("pab", &[b"c"]));
    assert_ne!(one, master().derive("p", &[b"ab", b"c", b""]));
    assert_eq!(one, master().derive("p", &[b"ab", b"c"]));
    assert_ne!(
        one,
        MasterSecret::from_bytes([8; 32]).derive("p", &[b"ab", b"c"])
    );
}

#[test]
fn an_enrolment_code_is_read_as_people_write_it() {
    let user = user(Role::Officer, "14812");
    let code = master().enrolment_code(&user);
    assert_eq!(code.len(), 19, "{code}");
    assert!(!code.contains(['I', 'L', 'O', 'U']));
    let spoken = code.to_lowercase().replace('-', " ").replace('0', "o");
    let typed = code.replace('-', "").replace('1', "l");
    for good in [&code, &spoken, &typed, &code.replace('-', " – ")] {
        assert!(master().check_enrolment_code(&user, good), "{good}");
    }
}

#[test]
fn a_wrong_or_older_enrolment_code_is_refused() {
    let mut user = user(Role::Officer, "14812");
    let code = master().enrolment_code(&user);
    for bad in [
        "",
        "-",
        &code[1..],
        &format!("{code}0"),
        &"0".repeat(500),
        "ÿÿÿÿ",
    ] {
        assert!(!master().check_enrolment_code(&user, bad), "{bad}");
    }
    user.generation += 1;
    assert!(!master().check_enrolment_code(&user, &code));
}

#[test]
fn a_new_generation_changes_every_derived_secret() {
    let (mut user, mut partner) = (user(Role::Officer, "14812"), partner(&[]));
    let (factor, secret) = (
        master().totp_secret(&user),
        master().client_secret(&partner),
    );
    assert_eq!(factor.len(), TOTP_SECRET_BYTES);
    assert!(secret.starts_with("cgs_") && secret.len() == 4 + 43);
    let mut begun = user.clone();
    begun.enrolment = Some([1; 16]);
    let first = master().totp_secret(&begun);
    begun.enrolment = Some([2; 16]);
    assert!(first != factor && first != master().totp_secret(&begun));
    let now = Time::from_millis(1_000);
    assert!(master().check_client_secret(&partner, &secret, now));
    assert!(!master().check_client_secret(&partner, &secret[1..], now));
    user.generation += 1;
    partner.generation += 1;
    assert_ne!(master().totp_secret(&user), factor);
    assert!(!master().check_client_secret(&partner, &secret, now));
}

#[test]
fn the_secret_before_the_present_one_is_good_until_its_time_and_no_earlier_one_is() {
    let mut partner = partner(&[]);
    let first = master().client_secret(&partner);
    let until = Time::from_millis(5_000);
    partner.generation += 1;
    partner.old_secret_until = Some(until);
    let second = master().client_secret(&partner);
    let good = |partner: &Partner, text: &str, millis| {
        master().check_client_secret(partner, text, Time::from_millis(millis))
    };
    assert!(good(&partner, &first, 4_999) && good(&partner, &second, 4_999));
    assert!(!good(&partner, &first, 5_000) && good(&partner, &second, 5_000));
    partner.generation += 1;
    assert!(!good(&partner, &first, 4_999) && good(&partner, &second, 4_999));
}

#[test]
fn debug_shows_nothing_of_the_secret() {
    assert_eq!(format!("{:?}", master()), "MasterSecret(…)");
}

#[test]
fn a_private_file_is_written_once_and_read_only_while_it_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let secret = MasterSecret::generate();
    write_private(&path, secret.bytes()).unwrap();
    assert_eq!(MasterSecret::open(&path).unwrap().bytes(), secret.bytes());
    assert!(matches!(write_private(&path, b"x"), Err(FileError::Exists(p)) if p == path));
    assert_eq!(MasterSecret::open(&path).unwrap().bytes(), secret.bytes());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    #[cfg(unix)]
    for mode in [0o640, 0o604, 0o620, 0o602] {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(
            matches!(read_private(&path), Err(FileError::Exposed { mode: m, .. }) if m == mode)
        );
    }
}

#[test]
fn a_file_that_is_no_secret_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        read_private(folder.path()),
        Err(FileError::Malformed(_))
    ));
    let path = folder.path().join("short");
    write_private(&path, b"short").unwrap();
    assert!(matches!(MasterSecret::open(&path), Err(FileError::Malformed(p)) if p == path));
    let absent = folder.path().join("absent");
    let told = read_private(&absent).unwrap_err().to_string();
    assert!(told.contains("absent"), "{told}");
}
