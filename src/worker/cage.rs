//! What a child gives up before it reads anything, for good: nothing takes it back.

use std::io;

use rustix::process::{Resource, Rlimit, Signal};

use super::job::Allowance;

/// Descriptors of a child: the request, the answer, and nowhere for what it complains of.
const DESCRIPTORS: u64 = 3;

/// Takes from this process whatever the job does not need.
///
/// # Errors
/// The system refused one of it; then nothing may be read.
pub(super) fn close(allowance: &Allowance) -> io::Result<()> {
    // A service that is killed leaves no child behind.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    limit(Resource::As, allowance.memory)?;
    // At the first the system says why it ends the child; at the second it only ends it.
    limit_in_two(Resource::Cpu, allowance.processor, allowance.processor + 1)?;
    limit(Resource::Nofile, DESCRIPTORS)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Core, 0)?;
    calls::allow_few()
}

/// Sets a limit for good.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    limit_in_two(resource, most, most)
}

/// Sets a limit, and the one up to which it can be raised, for good. Lower ones stay.
fn limit_in_two(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let known = rustix::process::getrlimit(resource);
    let lower = |known: Option<u64>, most: u64| Some(known.map_or(most, |known| known.min(most)));
    let limit = Rlimit {
        current: lower(known.current, current),
        maximum: lower(known.maximum, maximum),
    };
    Ok(rustix::process::setrlimit(resource, limit)?)
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod calls {
    //! The calls of the system that a child may make; every other is answered with "not permitted".
    //!
    //! What is listed: reading and writing what is open already, memory, the clock, chance (for hash tables), and the end,
    //! a panic's and an abort's among it. There is none that opens, connects, starts or watches something.

    use std::{collections::BTreeMap, io};

    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

    const CALLS: [i64; 23] = [
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_close,
        libc::SYS_brk,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_clock_gettime,
        libc::SYS_getrandom,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_tgkill,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// Refuses this thread all other calls, and that a program it starts has more rights than it (`no_new_privs`).
    pub(super) fn allow_few() -> io::Result<()> {
        let rules = CALLS.iter().map(|call| (*call, Vec::new()));
        let refused = u32::try_from(libc::EPERM).map_err(io::Error::other)?;
        let filter = SeccompFilter::new(
            BTreeMap::from_iter(rules),
            SeccompAction::Errno(refused),
            SeccompAction::Allow,
            std::env::consts::ARCH
                .try_into()
                .map_err(io::Error::other)?,
        );
        let program: BpfProgram = filter
            .and_then(TryInto::try_into)
            .map_err(io::Error::other)?;
        apply_filter(&program).map_err(io::Error::other)
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod calls {
    //! On other machines the limits alone hold.

    /// Refuses only that a program it starts has more rights than this thread.
    pub(super) fn allow_few() -> std::io::Result<()> {
        Ok(rustix::thread::set_no_new_privs(true)?)
    }
}

#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use std::{
        fs::{self, File},
        io::ErrorKind,
        net::{TcpListener, TcpStream, UdpSocket},
        os::unix::net::UnixStream,
        process::Command,
        thread,
    };

    use super::*;

    #[test]
    fn a_thread_in_the_cage_opens_connects_and_starts_nothing_and_still_works() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let caged = thread::spawn(move || {
            calls::allow_few().unwrap();
            let tried = [
                ("file", File::open("/etc/hostname").err()),
                ("write", File::create("/tmp/canhgiac-cage").err()),
                ("folder", fs::read_dir("/").err()),
                ("connect", TcpStream::connect(address).err()),
                ("listen", TcpListener::bind("127.0.0.1:0").err()),
                ("datagram", UdpSocket::bind("127.0.0.1:0").err()),
                ("local", UnixStream::pair().err()),
                ("program", Command::new("/bin/true").status().err()),
                ("thread", thread::Builder::new().spawn(|| ()).err()),
            ];
            let room: Vec<u8> = vec![7; 8 << 20];
            let caught = std::panic::catch_unwind(|| {
                std::panic::resume_unwind(Box::new(room.len()));
            });
            (
                tried.map(|(what, error)| (what, error.map(|e| e.kind()))),
                caught.is_err(),
            )
        });
        let (tried, caught) = caged.join().unwrap();
        for (what, error) in tried {
            assert_eq!(error, Some(ErrorKind::PermissionDenied), "{what}");
        }
        assert!(caught, "memory and unwinding go on");
    }
}
