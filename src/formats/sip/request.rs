//! The head of a request: its first line, and the headers that an answer is made of.

use thiserror::Error;

use super::{
    pieces::{parameter, pieces},
    via::Via,
};

/// Most bytes of a head. Those of exchanges with signed identities (RFC 8224) have some 6 KiB.
pub const MAX_HEAD: usize = 16 << 10;
/// Most lines of a head. Those of exchanges have 20 to 50.
pub const MAX_HEADERS: usize = 128;
/// Most bytes of a body, which is passed over: a datagram can't have more.
pub const MAX_BODY: usize = 64 << 10;

/// What is asked for (RFC 3261, 7.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Invite,
    Ack,
    Cancel,
    Options,
    /// Whatever is not taken here.
    Other,
}

impl Method {
    fn read(word: &str) -> Self {
        match word {
            "INVITE" => Self::Invite,
            "ACK" => Self::Ack,
            "CANCEL" => Self::Cancel,
            "OPTIONS" => Self::Options,
            _ => Self::Other,
        }
    }
}

/// How long the body is (`Content-Length`, RFC 3261, 20.14).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// Not told: in a datagram the body ends with it, on a connection nobody knows where.
    Untold,
    Bytes(usize),
    /// Not a number, or two.
    Unreadable,
}

/// What is wrong with a request that can be answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Of another version than SIP/2.0.
    Version,
    /// `CSeq` is none, or tells another method.
    Sequence,
}

/// Why bytes are no request that can be answered. None of them is ever answered, an answer least of all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Unanswerable {
    #[error("not a message of this protocol")]
    NotSip,
    #[error("an answer, not a request")]
    Answer,
    #[error("more than {MAX_HEADERS} lines")]
    TooManyHeaders,
    /// Without Via, From, To, Call-ID or CSeq, or with one of these twice.
    #[error("without what an answer is made of")]
    Incomplete,
}

/// A request, as far as it is looked at. Values are trimmed and otherwise as they came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request<'a> {
    pub method: Method,
    /// Where the answer goes: the topmost.
    pub via: Via<'a>,
    /// The values of `Via` below that, the topmost line first.
    pub(super) below: Vec<&'a str>,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) call_id: &'a str,
    pub(super) cseq: &'a str,
    /// Lines of `P-Asserted-Identity` (RFC 3325).
    pub(super) asserted: Vec<&'a str>,
    pub length: Length,
    pub fault: Option<Fault>,
}

/// What the lines hold that are looked at.
#[derive(Default)]
struct Lines<'a> {
    via: Vec<&'a str>,
    from: Vec<&'a str>,
    to: Vec<&'a str>,
    call_id: Vec<&'a str>,
    cseq: Vec<&'a str>,
    asserted: Vec<&'a str>,
    length: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn read(lines: impl Iterator<Item = &'a str>) -> Result<Self, Unanswerable> {
        let mut read = Self::default();
        for (nth, line) in lines.enumerate() {
            if nth == MAX_HEADERS {
                return Err(Unanswerable::TooManyHeaders);
            }
            // What is malformed and not needed is passed over (RFC 3261, 8.2.2).
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            // Short names: RFC 3261, 7.3.3.
            let into = match name.trim_end().to_ascii_lowercase().as_str() {
                "via" | "v" => &mut read.via,
                "from" | "f" => &mut read.from,
                "to" | "t" => &mut read.to,
                "call-id" | "i" => &mut read.call_id,
                "cseq" => &mut read.cseq,
                "p-asserted-identity" => &mut read.asserted,
                "content-length" | "l" => &mut read.length,
                _ => continue,
            };
            into.push(value.trim());
        }
        Ok(read)
    }
}

impl<'a> Request<'a> {
    /// Reads a head, as [`text`] gives it: everything before the empty line.
    ///
    /// # Errors
    /// Why nothing may be answered.
    pub fn read(head: &'a str) -> Result<Self, Unanswerable> {
        if !has_whole_lines(head) {
            return Err(Unanswerable::NotSip);
        }
        let mut lines = lines(head);
        let (word, version) = first_line(lines.next().unwrap_or_default())?;
        let read = Lines::read(lines)?;
        let (via, below) = read.via.split_first().ok_or(Unanswerable::Incomplete)?;
        let (via, rest) = Via::read(via).ok_or(Unanswerable::Incomplete)?;
        let below = rest.into_iter().chain(below.iter().copied());
        let cseq = only(&read.cseq)?;
        let fault = match (version, is_sequence(cseq, word)) {
            (Some(fault), _) => Some(fault),
            (None, false) => Some(Fault::Sequence),
            (None, true) => None,
        };
        Ok(Self {
            method: Method::read(word),
            via,
            below: below.collect(),
            from: only(&read.from)?,
            to: only(&read.to)?,
            call_id: only(&read.call_id)?,
            cseq,
            length: length(&read.length),
            asserted: read.asserted,
            fault,
        })
    }

    /// Whether the request names a call that is under way: its `To` has a tag, and keeps it.
    pub(super) fn has_tag(&self) -> bool {
        pieces(self.to, b';')
            .skip(1)
            .any(|piece| parameter(piece, "tag").is_some())
    }
}

/// A head as text, byte for byte as long: whatever is no text in it is a `?`, a control too. Callers choose their names, and
/// exchanges pass them on in old encodings: whether a call is declined must not hang on that.
pub fn text(head: &[u8]) -> String {
    let shown = |c: char| match c {
        '\r' | '\n' | '\t' => c,
        c if c.is_ascii_control() => '?',
        c => c,
    };
    let mut text = String::with_capacity(head.len());
    for chunk in head.utf8_chunks() {
        text.extend(chunk.valid().chars().map(shown));
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// Lines end with CR and LF together: what is copied can't begin a line of its own.
fn has_whole_lines(head: &str) -> bool {
    let bytes = head.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'\r' => bytes.get(at + 1) == Some(&b'\n'),
        b'\n' => at > 0 && bytes[at - 1] == b'\r',
        _ => true,
    })
}

/// The lines, each with what is folded below it (RFC 3261, 7.3.1).
fn lines(head: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(head);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut ends = text.match_indices("\r\n").map(|(at, _)| at);
        let end = ends.find(|at| !text[at + 2..].starts_with([' ', '\t']));
        rest = end.map(|at| &text[at + 2..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// The word of the method, and what is wrong with the version.
fn first_line(line: &str) -> Result<(&str, Option<Fault>), Unanswerable> {
    let is_version = |word: &str| {
        word.get(..4)
            .is_some_and(|name| name.eq_ignore_ascii_case("SIP/"))
    };
    let mut words = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(match is_version(line) {
            true => Unanswerable::Answer,
            false => Unanswerable::NotSip,
        });
    };
    if is_version(method) {
        return Err(Unanswerable::Answer);
    }
    if method.is_empty() || target.is_empty() || !is_version(version) {
        return Err(Unanswerable::NotSip);
    }
    let is_known = version.eq_ignore_ascii_case("SIP/2.0");
    Ok((method, (!is_known).then_some(Fault::Version)))
}

fn only<'a>(values: &[&'a str]) -> Result<&'a str, Unanswerable> {
    match values {
        [one] if !one.is_empty() => Ok(one),
        _ => Err(Unanswerable::Incomplete),
    }
}

/// A number below 2^32 and the method of the first line (RFC 3261, 8.1.1.5).
fn is_sequence(cseq: &str, method: &str) -> bool {
    let mut words = cseq.split_whitespace();
    let (number, word) = (words.next().unwrap_or_default(), words.next());
    let is_number = number.bytes().all(|b| b.is_ascii_digit()) && number.parse::<u32>().is_ok();
    is_number && word == Some(method) && words.next().is_none()
}

fn length(values: &[&str]) -> Length {
    let read = |text: &&str| {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<usize>().ok())?
    };
    match values {
        [] => Length::Untold,
        [one] => read(one).map_or(Length::Unreadable, Length::Bytes),
        [_, ..] => Length::Unreadable,
    }
}
