//! A snapshot as bytes: written while it is sent, and the same bytes again for whoever goes on.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use super::Chunk;
use crate::{
    formats::{FeedFormat, ndjson::Opens},
    registry::feed::{Snapshot, SnapshotRow},
};

/// Bytes handed to the network at once.
const CHUNK: usize = 64 * 1024;
/// How long a receiver may take for a chunk. One that does not read keeps a thread and a turn.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take for the whole: a line of 1 Mbit/s gets 110 MB, compressed a million listings twice. What
/// is cut goes on by `Range`.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Level of zstd and gzip: beyond it the processor is the limit, not the line.
const ZSTD_LEVEL: i32 = 3;

/// A content coding (RFC 9110 §8.4.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Zstd,
}

impl Coding {
    /// The best coding that `Accept-Encoding` allows.
    pub(super) fn accepted(header: &str) -> Self {
        let allows = |name: &str| {
            header.split(',').any(|part| {
                let mut words = part.split(';').map(str::trim);
                let named = words
                    .next()
                    .is_some_and(|word| word.eq_ignore_ascii_case(name));
                let refused = words.any(|word| {
                    let quality = word.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
                    quality == Some(0.0)
                });
                named && !refused
            })
        };
        match () {
            () if allows("zstd") => Self::Zstd,
            () if allows("gzip") => Self::Gzip,
            () => Self::Identity,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// Writes the whole snapshot. Without its last line a copy is not whole, so a fault in the middle ends
/// the body in error and can't be mistaken for the end. The same snapshot gives the same bytes.
pub(super) fn write<W: Write>(
    snapshot: &Snapshot,
    format: FeedFormat,
    coding: Coding,
    out: W,
) -> io::Result<W> {
    match coding {
        Coding::Identity => {
            let mut out = io::BufWriter::with_capacity(CHUNK, out);
            lines(snapshot, format, &mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)
        }
        Coding::Gzip => {
            let level = flate2::Compression::default();
            let encoder = flate2::write::GzEncoder::new(out, level);
            let mut encoder = io::BufWriter::with_capacity(CHUNK, encoder);
            lines(snapshot, format, &mut encoder)?;
            let encoder = encoder
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            encoder.finish()
        }
        Coding::Zstd => {
            let mut encoder = zstd::Encoder::new(out, ZSTD_LEVEL)?;
            encoder.include_checksum(true)?;
            let mut encoder = io::BufWriter::with_capacity(CHUNK, encoder);
            lines(snapshot, format, &mut encoder)?;
            let encoder = encoder
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            encoder.finish()
        }
    }
}

fn lines(snapshot: &Snapshot, format: FeedFormat, out: &mut impl Write) -> io::Result<()> {
    out.write_all(format.head().as_bytes())?;
    let mut count = 0;
    for row in snapshot.rows() {
        let SnapshotRow { key, live, salt } = row.map_err(io::Error::other)?;
        let opens = Opens {
            payload: live.payload,
            salt,
        };
        format.write(out, &live.row(&key), &opens)?;
        count += 1;
    }
    if count != snapshot.tally.live {
        return Err(io::Error::other(
            "a snapshot counted other than the live set",
        ));
    }
    out.write_all(format.end(count, snapshot.size).as_bytes())
}

/// Counts bytes and keeps none.
#[derive(Default)]
pub(super) struct Length(pub(super) u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Hands a part of what is written to the network, in chunks.
pub(super) struct ChunkWriter {
    sender: mpsc::Sender<Chunk>,
    buffer: Vec<u8>,
    /// Bytes to pass over first.
    skip: u64,
    /// Bytes to send after them.
    left: u64,
    /// When it must be over.
    until: Instant,
}

impl ChunkWriter {
    pub(super) fn new(sender: mpsc::Sender<Chunk>, skip: u64, left: u64) -> Self {
        let buffer = Vec::with_capacity(CHUNK);
        Self {
            sender,
            buffer,
            skip,
            left,
            until: Instant::now() + LONGEST,
        }
    }

    fn send_buffer(&mut self) -> io::Result<()> {
        let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK));
        self.send(Chunk::Bytes(chunk.into()))
    }

    fn send(&self, chunk: Chunk) -> io::Result<()> {
        let left = self.until.saturating_duration_since(Instant::now());
        let sent = tokio::time::timeout(PATIENCE.min(left), self.sender.send(chunk));
        match tokio::runtime::Handle::current().block_on(sent) {
            Ok(Ok(())) => Ok(()),
            // The receiver is gone, or does not read.
            Ok(Err(_)) | Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Sends what is left and that this is all; a body that could not be written stays without its end.
    pub(super) fn end(mut self, written: io::Result<()>) {
        let sent = written
            .and_then(|()| self.send_buffer())
            .and_then(|()| self.send(Chunk::End));
        if let Err(error) = sent
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            tracing::error!(%error, "a snapshot could not be finished");
        }
    }
}

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = usize::try_from(self.skip).map_or(bytes.len(), |skip| skip.min(bytes.len()));
        self.skip -= skipped as u64;
        let wanted = &bytes[skipped..];
        let taken = usize::try_from(self.left).map_or(wanted.len(), |left| left.min(wanted.len()));
        self.left -= taken as u64;
        self.buffer.extend_from_slice(&wanted[..taken]);
        if self.buffer.len() >= CHUNK {
            self.send_buffer()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
