//! How many pools of memory the C library keeps.

use std::{env, os::unix::process::CommandExt as _, process::Command};

/// The C library's setting (`mallopt(3)`, `M_ARENA_MAX`), read once, when a program starts.
const ARENAS: &str = "MALLOC_ARENA_MAX";
const FEW: &str = "4";

/// Starts this program anew, as the same process, with few pools of memory, unless somebody has set their number.
///
/// The C library makes a pool for each thread that has to wait for another, and gives little of one back: with some thirty
/// threads under load the service held nearly twice of what it used, and went on rising.
pub(super) fn keep_few() {
    if env::var_os(ARENAS).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else {
        return;
    };
    let mut arguments = env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    // Comes back only if it can't be done, and then it serves all the same.
    let _ = again.args(arguments).env(ARENAS, FEW).exec();
}
