//! Messages one after another, on a connection or alone in a datagram (RFC 3261, 7.5 and 18.3).

use thiserror::Error;

use super::request::MAX_HEAD;

/// Behind a head.
const EMPTY_LINE: &[u8] = b"\r\n\r\n";

/// A head that does not end within [`MAX_HEAD`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("a head of more than {MAX_HEAD} bytes")]
pub struct HeadTooLong;

/// Where the first head begins and, if it is not too long, ends: line ends before it keep a line open and say nothing.
fn find(bytes: &[u8], searched: usize) -> (usize, Option<usize>) {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let begin = bytes.iter().take_while(|byte| is_end(byte)).count();
    let from = begin.max(searched.saturating_sub(EMPTY_LINE.len() - 1));
    let last = bytes.len().min(begin + MAX_HEAD + EMPTY_LINE.len());
    let behind = bytes.get(from..last).unwrap_or_default();
    let at = behind
        .windows(EMPTY_LINE.len())
        .position(|four| four == EMPTY_LINE);
    (begin, at.map(|at| from + at))
}

/// A head, without the empty line, and what stands behind that.
pub type Parts<'a> = (&'a [u8], &'a [u8]);

/// The parts of a datagram; none where nothing is said.
///
/// # Errors
/// The head is too long, or does not end.
pub fn of_datagram(bytes: &[u8]) -> Result<Option<Parts<'_>>, HeadTooLong> {
    match find(bytes, 0) {
        (begin, _) if begin == bytes.len() => Ok(None),
        (begin, Some(end)) => Ok(Some((&bytes[begin..end], &bytes[end + EMPTY_LINE.len()..]))),
        (_, None) => Err(HeadTooLong),
    }
}

/// What a connection brought and was not read yet: never more than a head, and what one push adds.
#[derive(Default)]
pub struct Stream {
    held: Vec<u8>,
    /// Bytes in which no head ends.
    searched: usize,
    /// Bytes of a body that are still to come.
    body: usize,
}

impl Stream {
    /// Takes more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        self.pass_over(0);
    }

    /// Passes over the body of the head that was taken last.
    pub fn pass_over(&mut self, body: usize) {
        self.body += body;
        let here = self.body.min(self.held.len());
        self.held.drain(..here);
        self.body -= here;
    }

    /// Takes the next head that is whole, without the empty line.
    ///
    /// # Errors
    /// It can't become whole any more.
    pub fn head(&mut self) -> Result<Option<Vec<u8>>, HeadTooLong> {
        if self.body > 0 {
            return Ok(None);
        }
        let (begin, end) = find(&self.held, self.searched);
        self.held.drain(..begin);
        match end.map(|end| end - begin) {
            Some(length) => {
                let mut head: Vec<u8> = self.held.drain(..length + EMPTY_LINE.len()).collect();
                head.truncate(length);
                self.searched = 0;
                Ok(Some(head))
            }
            None if self.held.len() < MAX_HEAD + EMPTY_LINE.len() => {
                self.searched = self.held.len();
                Ok(None)
            }
            None => Err(HeadTooLong),
        }
    }

    /// Whether a message has begun and is not whole.
    pub fn is_within_message(&self) -> bool {
        self.body > 0 || !self.held.is_empty()
    }
}
