//! What a child can be asked to do, and what it may take for it.

use std::{collections::HashSet, time::Duration};

use super::{picture, safe_copy};
use crate::{
    domain::{evidence, identifier::Identifier, key::Key, official},
    office_list::{
        self, Column, ListError, MAX_FILE_BYTES, MAX_ROWS, Mapping, OfficeList, OfficeRow,
    },
};

/// Largest picture file, in bytes.
pub const MAX_PICTURE_BYTES: usize = 5 << 20;

/// Largest sum of protected identifiers that go with a list: a hundred thousand of 40 bytes.
const MAX_OFFICIALS_BYTES: usize = 4 << 20;

/// Time for one picture, of which decoding is a part; what is not found by then is not searched for any longer.
const SEARCH: Duration = Duration::from_millis(1_500);

/// A job of a child.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Job {
    /// Reads the QR code in a picture.
    Picture,
    /// Reads and judges an office's list.
    List,
    /// Draws a picture anew.
    SafeCopy,
}

/// What a child may take.
#[derive(Clone, Copy)]
pub(super) struct Allowance {
    /// Bytes that it is sent.
    pub(super) request: usize,
    /// Bytes that it answers.
    pub(super) answer: usize,
    /// Bytes of addresses, the program's own among them.
    pub(super) memory: u64,
    /// Seconds of the processor.
    pub(super) processor: u64,
    /// Time from its start to its answer.
    pub(super) time: Duration,
}

/// Most codes of a picture that are read.
pub const MAX_CODES: usize = 5;

/// The texts of the codes in a picture; none when it is no picture or has no code.
pub type CodeTexts = Vec<String>;

/// What is answered about a list: its columns and rows, or why it is none.
pub type ListAnswer = Result<OfficeList, ListError>;

/// Most rows of an answer: those of a list, and one that tells of parts that were left out.
const MAX_ANSWERED_ROWS: usize = MAX_ROWS + 1;

impl Job {
    /// Every job.
    pub const ALL: [Self; 3] = [Self::Picture, Self::List, Self::SafeCopy];

    /// The word on the command line, in figures and the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::List => "list",
            Self::SafeCopy => "safe-copy",
        }
    }

    /// The job of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.as_str() == word)
    }

    pub(super) const fn allowance(self) -> Allowance {
        match self {
            Self::Picture => Allowance {
                request: MAX_PICTURE_BYTES,
                // A code holds at most 7,089 digits (ISO/IEC 18004, version 40-L).
                answer: 48 << 10,
                // 156 MB for decoding, 50 MB in grey, some 30 MB for the search, and the program.
                memory: 512 << 20,
                // Decoding takes 1.1 s at most, the search a second and a half and what it does last.
                processor: 5,
                time: Duration::from_secs(8),
            },
            Self::List => Allowance {
                request: MAX_FILE_BYTES + MAX_OFFICIALS_BYTES,
                // 20,000 rows with notes of a thousand letters, of which every third takes three bytes.
                answer: 32 << 20,
                // The heaviest list that is read takes some 250 MB, and the program.
                memory: 512 << 20,
                // 20,000 rows in 9.6 MB took 4.6 s with the answer, beside a build on two cores; 40 s in a debug build.
                processor: 30,
                time: Duration::from_secs(60),
            },
            Self::SafeCopy => Allowance {
                request: evidence::MAX_FILE_BYTES,
                answer: safe_copy::MAX_ANSWER_BYTES,
                // 40 million pixels took 514 MiB at most (a WebP that moves), a JPEG in passes 483, and the program is in it.
                memory: 768 << 20,
                // They took 4.5 s at most, not optimised.
                processor: 15,
                time: Duration::from_secs(20),
            },
        }
    }

    /// Does the job. An answer that is none ends the child without one.
    pub(super) fn work(self, request: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Picture => postcard::to_stdvec(&code_texts(request)).ok(),
            Self::SafeCopy => safe_copy::write(&safe_copy::draw(request)),
            Self::List => {
                let ((officials, mapping), file) =
                    postcard::take_from_bytes::<(HashSet<Key>, Mapping)>(request).ok()?;
                let is_official = |identifier: &Identifier| {
                    official::builtin(identifier).is_some() || officials.contains(&identifier.key())
                };
                let answer = write_list(&office_list::read(file, &mapping, &is_official))?;
                if answer.len() > self.allowance().answer {
                    return write_list(&Err(ListError::Bomb));
                }
                Some(answer)
            }
        }
    }
}

/// The texts of the QR codes in a picture (PNG, JPEG, WebP or GIF), at most [`MAX_CODES`].
fn code_texts(bytes: &[u8]) -> CodeTexts {
    let mut texts = picture::texts(bytes, SEARCH);
    texts.truncate(MAX_CODES);
    texts
}

/// What a child says of a picture; none when it is no answer.
pub(super) fn read_code_texts(answer: &[u8]) -> Option<CodeTexts> {
    let (texts, rest) = postcard::take_from_bytes::<CodeTexts>(answer).ok()?;
    (rest.is_empty() && texts.len() <= MAX_CODES).then_some(texts)
}

/// Whether it is a list and which columns it has, then its rows, one after the other: so the reader stops at the first that is too much.
pub(super) fn write_list(list: &ListAnswer) -> Option<Vec<u8>> {
    let head = list
        .as_ref()
        .map(|list| &list.columns)
        .map_err(|error| *error);
    let mut answer = postcard::to_stdvec(&head).ok()?;
    for row in list.iter().flat_map(|list| &list.rows) {
        answer = postcard::to_extend(row, answer).ok()?;
    }
    Some(answer)
}

/// What a child says of a list; none when it is no answer.
pub(super) fn read_list(answer: &[u8]) -> Option<ListAnswer> {
    type Head = Result<Vec<Column>, ListError>;
    let (head, mut rest) = postcard::take_from_bytes::<Head>(answer).ok()?;
    let mut rows = Vec::new();
    while !rest.is_empty() {
        let (row, more) = postcard::take_from_bytes::<OfficeRow>(rest).ok()?;
        if rows.len() == MAX_ANSWERED_ROWS || !row.is_within_limits() {
            return None;
        }
        rows.push(row);
        rest = more;
    }
    match head {
        Ok(columns) => Some(Ok(OfficeList { columns, rows }))
            .filter(|list| list.as_ref().is_ok_and(OfficeList::is_within_limits)),
        Err(error) => rows.is_empty().then_some(Err(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_known_by_its_word_alone() {
        for job in Job::ALL {
            assert_eq!(Job::of(job.as_str()), Some(job));
        }
        assert_eq!(Job::of("shell"), None);
    }

    #[test]
    fn a_list_is_judged_with_the_officials_that_came_with_it() {
        let list = "SĐT lừa đảo,Thủ đoạn\n0950111001,giả danh\n0950111002,giả danh\n";
        let official: HashSet<Key> = [Identifier::phone("0950111002").unwrap().key()].into();
        let mapping = Mapping::parse("B:unused").unwrap();
        let mut request = postcard::to_stdvec(&(&official, &mapping)).unwrap();
        request.extend(list.as_bytes());
        let answer = Job::List.work(&request).unwrap();
        let read = read_list(&answer).unwrap();
        let is_official = |identifier: &Identifier| official.contains(&identifier.key());
        assert_eq!(
            read,
            office_list::read(list.as_bytes(), &mapping, &is_official)
        );
        let words: Vec<_> = read.unwrap().rows.iter().map(|row| row.reason).collect();
        let protected = Some(office_list::RowReason::OFFICIAL);
        assert_eq!(words, [None, protected]);
    }

    #[test]
    fn an_answer_says_no_more_than_a_list_can() {
        let list = "SĐT lừa đảo,Nội dung\n0950111001,x\n";
        let OfficeList { columns, rows } =
            office_list::read(list.as_bytes(), &Mapping::default(), &|_| false).unwrap();
        let many = |count| vec![rows[0].clone(); count];
        let of = |columns, rows| read_list(&write_list(&Ok(OfficeList { columns, rows })).unwrap());
        let read = |rows| of(columns.clone(), rows);
        assert_eq!(of(vec![columns[0].clone(); 101], Vec::new()), None);
        let mut wide = columns.clone();
        wide[0].heading = "x".repeat(81);
        assert_eq!(of(wide, Vec::new()), None);
        assert_eq!(
            read(many(MAX_ANSWERED_ROWS)).unwrap().unwrap().rows.len(),
            MAX_ANSWERED_ROWS
        );
        assert_eq!(read(many(MAX_ANSWERED_ROWS + 1)), None);
        let mut row = rows[0].clone();
        row.identifiers = vec![row.identifiers[0].clone(); 51];
        assert_eq!(read(vec![row]), None);
        let refused = write_list(&Err(ListError::Hidden)).unwrap();
        assert_eq!(read_list(&refused), Some(Err(ListError::Hidden)));
        let both = postcard::to_extend(&rows[0], refused).unwrap();
        assert_eq!(read_list(&both), None);
        assert_eq!(read_list(b""), None);
        assert_eq!(read_code_texts(&[0, 0]), None);
    }

    #[test]
    fn what_is_no_request_gets_no_answer() {
        assert_eq!(Job::List.work(&[0xff; 4]), None);
    }
}
