//! Where a command's words go: to the terminal of this process, or over the service's socket to the one that asked.

use std::{
    cell::RefCell,
    io::{self, Write},
    os::unix::net::UnixStream,
};

use super::frame::{self, Kind};

thread_local! {
    /// The socket of whoever asked for what this thread does; none for what this process was started for.
    static ASKER: RefCell<Option<UnixStream>> = const { RefCell::new(None) };
}

/// Does something whose words go over a socket.
pub(super) fn answering<T>(asker: UnixStream, work: impl FnOnce() -> T) -> T {
    /// Takes the socket away again, also when the work panics.
    struct Gone;
    impl Drop for Gone {
        fn drop(&mut self) {
            ASKER.set(None);
        }
    }
    ASKER.set(Some(asker));
    let _gone = Gone;
    work()
}

/// Whether what this thread does was asked for over the socket.
pub(super) fn is_remote() -> bool {
    ASKER.with_borrow(Option::is_some)
}

/// Writes data to stdout. A reader that went away is no fault of ours.
pub(super) fn say(text: &str) {
    let mut out = Out;
    let _ = writeln!(out, "{}", text.trim_end());
    let _ = out.flush();
}

/// Writes a line beside the data, to stderr.
pub(super) fn note(line: &str) {
    let sent = ASKER.with_borrow_mut(|asker| {
        let asker = asker.as_mut()?;
        Some(frame::write(
            asker,
            Kind::Note,
            format!("{line}\n").as_bytes(),
        ))
    });
    if sent.is_none() {
        eprintln!("{line}");
    }
}

/// Stdout, wherever it is.
pub(super) struct Out;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = ASKER.with_borrow_mut(|asker| {
            let asker = asker.as_mut()?;
            let part = &bytes[..bytes.len().min(frame::MOST)];
            Some(frame::write(asker, Kind::Data, part).map(|()| part.len()))
        });
        sent.unwrap_or_else(|| io::stdout().lock().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        match is_remote() {
            true => Ok(()),
            false => io::stdout().lock().flush(),
        }
    }
}
