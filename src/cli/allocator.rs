//! How the C library keeps memory.

use std::{env, os::unix::process::CommandExt as _, process::Command};

/// The C library's settings (`mallopt(3)`), read once, when a program starts.
///
/// It makes a pool for each thread that has to wait for another, and gives little of one back: with some thirty threads
/// under load the service held nearly twice of what it used. And a block that was once large, such as the 19 MiB of a
/// password's hash, is taken from a pool the next time, unless the size from which the system itself is asked is fixed.
const SETTINGS: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "4"),
    ("MALLOC_MMAP_THRESHOLD_", "1048576"),
    ("MALLOC_TRIM_THRESHOLD_", "4194304"),
];

/// Starts this program anew, as the same process, with these settings, unless somebody has made all of them.
pub(super) fn keep_little() {
    let unset = |(name, _): &(&str, &str)| env::var_os(name).is_none();
    let settings: Vec<_> = SETTINGS.into_iter().filter(unset).collect();
    let Ok(program) = env::current_exe() else {
        return;
    };
    if settings.is_empty() {
        return;
    }
    let mut arguments = env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    // Comes back only if it can't be done, and then it serves all the same.
    let _ = again.args(arguments).envs(settings).exec();
}
