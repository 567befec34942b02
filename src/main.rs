//! The program: see `canhgiac --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    share_one_arena();
    canhgiac::cli::main()
}

/// Rows that one thread reads into the store's cache are freed by another. With an arena for each thread the C
/// library gives none of that back: a snapshot of a million listings grew the program by 120 MiB, with one
/// arena by 1 MiB. Small allocations come from each thread's own cache all the same.
fn share_one_arena() {
    #[cfg(target_env = "gnu")]
    // SAFETY: only sets a parameter of the allocator, before any other thread runs.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}
