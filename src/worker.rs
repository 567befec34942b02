//! Files that strangers send, read in a process of their own.
//!
//! The libraries that read pictures and workbooks are not ours, and a file may be made to hurt them. So the service never
//! opens one: it starts its own program again, hands it the file and takes the answer. The child gives up what it does not
//! need before it reads a byte, and is killed when it takes too long or nobody waits for it any more.
//!
//! ```text
//! service                                       child: canhgiac worker <job>
//!   Readers::picture, list, safe_copy
//!     │  starts it, without environment ───────►  cage::close: memory, processor, files, calls of the system
//!     │  the file, then the end ──── stdin ────►  reads it, as far as the job allows
//!     │                                           works
//!     │◄──────────────── stdout ── the answer     ends
//!     ▼
//!   an answer, or how it ended (End)
//! ```
//!
//! One child reads one file. What it answers is believed as little as the file: it is bounded, and only what
//! [`crate::office_list`] and a QR code can say can be said in it, or a picture of the size and the two kinds that a safe
//! copy has.

mod cage;
mod child;
mod end;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod job;
mod picture;
mod readers;
mod safe_copy;

pub use child::run;
pub use end::End;
pub use job::{Job, ListAnswer, MAX_PICTURE_BYTES};
pub use readers::{Readers, Told};
pub use safe_copy::{CopyAnswer, MAX_COPY_PIXELS, NoCopy, SafeCopy};
