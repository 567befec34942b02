//! Tells the program its version and the commit that it is built from, for `canhgiac --version`: "0.1.0 (abc1234 2026-11-29)".
//! Nothing of the moment of building goes in: the same commit gives the same words. Without a repository (a tarball), or
//! without git, the commit is unknown.

use std::{env, path::Path, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=scripts/version.rs");
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    // Not the repository of somebody else that a tarball was unpacked in. In a worktree .git is a file.
    let commit = Path::new(".git").exists().then(commit).flatten();
    let commit = commit.unwrap_or_else(|| "unknown".into());
    println!("cargo::rustc-env=CANHGIAC_VERSION={version} ({commit})");
    // Alone, for the figures of a running program.
    let id = commit.split(' ').next().unwrap_or_default();
    println!("cargo::rustc-env=CANHGIAC_COMMIT={id}");
}

/// Seven digits of the commit, and its day.
fn commit() -> Option<String> {
    watch();
    let told = git(&[
        "-c",
        "log.showSignature=false",
        "log",
        "-1",
        "--format=%H %cs",
    ])?;
    let (id, day) = told.split_once(' ')?;
    Some(format!("{} {day}", id.get(..7)?))
}

/// Has cargo run this again when another commit is checked out or made, and not for anything else.
fn watch() {
    let branch = git(&["symbolic-ref", "-q", "HEAD"]);
    let names = [Some("HEAD"), Some("packed-refs"), branch.as_deref()];
    for name in names.into_iter().flatten() {
        let Some(path) = git(&["rev-parse", "--git-path", name]) else {
            continue;
        };
        // A branch that lies in packed-refs gets a file of its own with the next commit: its folder changes then. A file
        // that is not there would have cargo run this each time.
        let path = Path::new(&path);
        let there = if name == "packed-refs" {
            path.exists().then_some(path)
        } else {
            path.ancestors().find(|it| it.exists())
        };
        if let Some(there) = there {
            println!("cargo::rerun-if-changed={}", there.display());
        }
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let done = Command::new("git").args(arguments).output().ok()?;
    let told = String::from_utf8(done.stdout).ok()?;
    done.status.success().then(|| told.trim().to_owned())
}
