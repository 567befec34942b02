//! What goes over the service's socket, in frames: a byte for the kind, four for the length (big-endian), and the content.

use std::io::{self, Read, Write};

/// Longest content of a frame, in bytes.
pub(super) const MOST: usize = 64 * 1024;

/// What a frame holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// What is asked for: JSON.
    Request,
    /// For stdout.
    Data,
    /// For stderr.
    Note,
    /// The exit code, one byte. Nothing follows.
    End,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Request, Self::Data, Self::Note, Self::End];

    const fn byte(self) -> u8 {
        match self {
            Self::Request => b'?',
            Self::Data => b'd',
            Self::Note => b'n',
            Self::End => b'.',
        }
    }
}

/// Writes one frame.
///
/// # Errors
/// The stream's own; [`io::ErrorKind::InvalidInput`] above [`MOST`].
pub(super) fn write(out: &mut impl Write, kind: Kind, content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len())
        .ok()
        .filter(|_| content.len() <= MOST);
    let length = length.ok_or(io::ErrorKind::InvalidInput)?;
    let mut frame = Vec::with_capacity(content.len() + 5);
    frame.push(kind.byte());
    frame.extend(length.to_be_bytes());
    frame.extend(content);
    out.write_all(&frame)
}

/// Reads one frame.
///
/// # Errors
/// The stream's own; [`io::ErrorKind::InvalidData`] for what is no frame, or one above [`MOST`].
pub(super) fn read(from: &mut impl Read) -> io::Result<(Kind, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.byte() == head[0]);
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= MOST);
    let (Some(kind), Some(length)) = (kind, length) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut content = vec![0; length];
    from.read_exact(&mut content)?;
    Ok((kind, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_as_they_were_written_up_to_the_longest() {
        let mut stream = Vec::new();
        let contents = [vec![], vec![7], vec![1; MOST]];
        for (kind, content) in Kind::ALL.into_iter().zip(&contents) {
            write(&mut stream, kind, content).unwrap();
        }
        let mut from = stream.as_slice();
        for (kind, content) in Kind::ALL.into_iter().zip(&contents) {
            assert_eq!(read(&mut from).unwrap(), (kind, content.clone()));
        }
        let too_long = write(&mut stream, Kind::Data, &vec![0; MOST + 1]);
        assert_eq!(too_long.unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn what_is_no_frame_costs_no_memory() {
        let long = [&b"d"[..], &u32::MAX.to_be_bytes()].concat();
        let next = [&b"d"[..], &(u32::try_from(MOST).unwrap() + 1).to_be_bytes()].concat();
        for bad in [&long[..], &next, b"x\0\0\0\0"] {
            assert_eq!(
                read(&mut &bad[..]).unwrap_err().kind(),
                io::ErrorKind::InvalidData
            );
        }
        for cut in [&b""[..], b"d", b"d\0\0\0\x02a"] {
            assert_eq!(
                read(&mut &cut[..]).unwrap_err().kind(),
                io::ErrorKind::UnexpectedEof
            );
        }
    }
}
