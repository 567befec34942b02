//! What can be wrong with the files, in words an operator can act on.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a journal folder was not opened. Nothing in it was changed.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file system answered with an error.
    #[error("{}: can't be used", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process (or this one) has the journal open.
    #[error("{}: the journal is open already", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// Something that was written is no longer what was written.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// A segment file, or the end of one, is missing.
    #[error("records {from} to {to} are missing before {segment}")]
    Missing {
        /// The segment after the gap.
        segment: String,
        /// First missing record.
        from: u64,
        /// Last missing record.
        to: u64,
    },
    /// The segment does not continue this journal.
    #[error("{segment} belongs to another journal")]
    Foreign {
        /// The segment's file name.
        segment: String,
    },
    /// Written by a later version of this program.
    #[error(
        "{segment} has format {version}; this program reads up to {}",
        super::record::VERSION
    )]
    Newer {
        /// The segment's file name.
        segment: String,
        /// Its format version.
        version: u32,
    },
    /// A file that ends like a segment but isn't named like one.
    #[error("{name} is not a segment's name; move it out of the journal's folder")]
    Stranger {
        /// The file name.
        name: String,
    },
}

/// The exact place where a journal stops being readable.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{segment} is damaged at byte {offset} (record {seq}): {flaw}")]
pub struct Damage {
    /// The segment's file name.
    pub segment: String,
    /// Where the bad frame begins, in bytes from the start of the file.
    pub offset: u64,
    /// The record that should be there.
    pub seq: u64,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What is wrong with a frame or a segment header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Flaw {
    /// The file ends before the frame does.
    #[error("the file ends inside it")]
    Short,
    /// Something else is where a frame or header should begin.
    #[error("it does not begin like one")]
    Magic,
    /// The lengths contradict each other or a limit.
    #[error("its lengths do not add up")]
    Lengths,
    /// The checksum does not fit.
    #[error("its checksum does not fit")]
    Checksum,
    /// A private part is neither present nor erased, or its padding is not empty.
    #[error("its private part {part} has no valid mark")]
    Mark {
        /// Which part.
        part: u16,
    },
    /// A private part is not the one that was committed to.
    #[error("its private part {part} is not the one written")]
    Commitment {
        /// Which part.
        part: u16,
    },
    /// A private part is marked as erased, and no record says that it was to be.
    #[error("its private part {part} is marked as erased, and no record erases it")]
    Unnamed {
        /// Which part.
        part: u16,
    },
    /// A whole frame of another position.
    #[error("it is record {found}")]
    Order {
        /// The position it gives itself.
        found: u64,
    },
    /// A whole frame that continues another history.
    #[error("it does not continue the record before it")]
    Chain,
    /// The header names another first record than the file name, or one that an earlier segment holds.
    #[error("it begins with another record than its name and place say")]
    Name,
    /// Larger than any segment is written.
    #[error("the file is larger than a segment can be")]
    TooLarge,
}

impl Flaw {
    /// Whether a write that a crash interrupted can look like this. A whole frame in the wrong place can't be
    /// one: its checksum says that it was written just so.
    pub(super) fn may_be_torn(self) -> bool {
        match self {
            Self::Short | Self::Magic | Self::Lengths | Self::Checksum => true,
            Self::Mark { .. } | Self::Commitment { .. } => true,
            Self::Unnamed { .. } => false,
            Self::Order { .. } | Self::Chain | Self::Name | Self::TooLarge => false,
        }
    }
}
