//! A page of changes: audited whole, inside a transaction that is committed only when all of it verified.

use std::collections::{HashMap, HashSet};

use ureq::http::HeaderMap;

use super::{
    copy_transaction::Writing,
    error::{SyncError, Violation},
    position::Position,
};
use crate::{
    formats::{
        ndjson::{self, FeedLine, FeedOp, Line, Unreadable},
        row::FeedRow,
    },
    ledger::{
        audit::Auditor,
        kind_word::KindWord,
        leaf::{AnyLeaf, LeafOp, commit},
        log_keys::commitment_to,
        note::VerifierKey,
        tree::{Frontier, Hash},
    },
};

/// What the headers of a page say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Head {
    /// Ledger size after the page.
    pub next: u64,
    /// Ledger size.
    pub head: u64,
    digest: String,
    count: u64,
}

impl Head {
    pub fn read(headers: &HeaderMap) -> Result<Self, Violation> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let number = |name| text(name).and_then(|text| text.parse().ok());
        Ok(Self {
            next: number("feed-next").ok_or(Violation::Protocol("the page has no Feed-Next"))?,
            head: number("feed-head").ok_or(Violation::Protocol("the page has no Feed-Head"))?,
            digest: text("feed-digest")
                .ok_or(Violation::Protocol("the page has no Feed-Digest"))?
                .to_owned(),
            count: number("feed-count").ok_or(Violation::Protocol("the page has no Feed-Count"))?,
        })
    }

    /// At the ledger's head a copy holds what the registry says it holds.
    pub fn agrees(&self, count: u64, digest: &str) -> Result<(), Violation> {
        if self.next != self.head {
            return Ok(());
        }
        if self.count != count {
            let said = self.count.to_string();
            return Err(Violation::WrongCount {
                said,
                counted: count,
            });
        }
        if self.digest != digest {
            return Err(Violation::WrongDigest {
                said: self.digest.clone(),
                own: digest.to_owned(),
            });
        }
        Ok(())
    }
}

/// What a page comes to, to be shown in checks once it is committed.
#[derive(Default)]
pub(super) struct Staged {
    pub frontier: Frontier,
    /// The last state of each key the page touched.
    pub shown: HashMap<String, Option<FeedRow>>,
    /// Keys that the log announced.
    pub keys: Vec<VerifierKey>,
    /// Indices of the leaves that retire a key, and what they commit to.
    pub retired: Vec<(u64, Hash)>,
    /// Something was erased: no trace of what it was may stay in the file.
    pub erased: bool,
    /// Official numbers changed.
    pub officials: bool,
}

/// Audits a page and stages it in the transaction.
///
/// # Errors
/// The first [`Violation`]; the transaction must not be committed then.
pub(super) fn audit(
    body: &[u8],
    head: &Head,
    position: &Position,
    writing: &mut Writing<'_>,
    origin: &str,
) -> Result<Staged, SyncError> {
    let lines = lines(body, position.frontier.size(), head)?;
    let mut page = Page {
        auditor: auditor(&lines, position, writing)?,
        staged: Staged::default(),
        writing,
        origin,
    };
    for line in &lines {
        page.take(line)?;
    }
    let mut staged = page.staged;
    staged.frontier = page.auditor.frontier().clone();
    if head.next == head.head {
        let (expected, held) = (writing.expected(), writing.count);
        if expected != held {
            let said = expected.to_string();
            return Err(Violation::WrongCount {
                said,
                counted: held,
            }
            .into());
        }
    }
    head.agrees(writing.count, &writing.digest.to_string())?;
    Ok(staged)
}

/// Reads all lines: numbered without gaps from the cursor on, closed by an end line that fits.
fn lines(body: &[u8], from: u64, head: &Head) -> Result<Vec<Line>, Violation> {
    let mut lines = Vec::new();
    let mut end = None;
    let Some(text) = body.strip_suffix(b"\n") else {
        return Err(Violation::MissingEndLine);
    };
    for (place, bytes) in text.split(|byte| *byte == b'\n').enumerate() {
        if end.is_some() {
            return Err(Violation::Protocol("there are lines after the end line"));
        }
        match ndjson::read(place as u64 + 1, bytes)? {
            FeedLine::One(line) => lines.push(line),
            FeedLine::End { count, size } => end = Some((count, size)),
        }
    }
    in_order(&lines, from)?;
    let (count, size) = end.ok_or(Violation::MissingEndLine)?;
    let counted = lines.len() as u64;
    for (said, own) in [
        (count, counted),
        (size, from + counted),
        (head.next, from + counted),
    ] {
        if said != own {
            let said = said.to_string();
            return Err(Violation::WrongCount { said, counted: own });
        }
    }
    if head.head < head.next {
        return Err(Violation::Protocol("Feed-Head is before Feed-Next"));
    }
    Ok(lines)
}

/// Tells lines in another order from lines that are not there.
fn in_order(lines: &[Line], from: u64) -> Result<(), Violation> {
    let wrong = lines
        .iter()
        .zip(from..)
        .find(|(line, seq)| line.seq != *seq);
    let Some((line, expected)) = wrong else {
        return Ok(());
    };
    let seqs: HashSet<u64> = lines.iter().map(|line| line.seq).collect();
    if line.seq > expected && !seqs.contains(&expected) {
        return Err(Violation::DroppedLine { seq: expected });
    }
    Err(Violation::Reordered { line: line.number })
}

/// An auditor that knows of the entries in force exactly those that the page speaks of: an error leaves
/// nothing behind, and nothing large is cloned.
fn auditor(
    lines: &[Line],
    position: &Position,
    writing: &Writing<'_>,
) -> Result<Auditor, SyncError> {
    let mut spoken_of = HashMap::new();
    for line in lines {
        let leaf = line
            .leaf
            .as_ref()
            .and_then(|leaf| AnyLeaf::parse(leaf.as_bytes()).ok());
        if let Some(about) = leaf.and_then(|leaf| leaf.about)
            && let Some(kind) = writing.leaf(about)?
        {
            spoken_of.insert(about, kind);
        }
    }
    let frontier = position.frontier.clone();
    Ok(Auditor::from_parts(frontier, spoken_of.into_iter()))
}

struct Page<'a, 'b> {
    auditor: Auditor,
    staged: Staged,
    writing: &'a mut Writing<'b>,
    origin: &'a str,
}

impl Page<'_, '_> {
    fn take(&mut self, line: &Line) -> Result<(), SyncError> {
        let (number, seq) = (line.number, line.seq);
        let bytes = line.leaf.as_ref().ok_or(Violation::from(Unreadable {
            line: number,
            what: "it has no leaf",
        }))?;
        let pushed = self.auditor.push(bytes.as_bytes());
        let leaf = pushed.map_err(|source| Violation::BadLeaf { seq, source })?;
        let replaced = self.follow(seq, &leaf)?;
        if leaf.op.known() == Some(LeafOp::Retire) {
            self.staged.retired.push((seq, leaf.commitment));
        }
        match &line.op {
            FeedOp::Put(row) => self.put(line, &leaf, row, replaced),
            FeedOp::Del { key, listing } => {
                opens(line, &leaf)?;
                let same = |held: &FeedRow| held.key == *key && held.listing == *listing;
                if !leaf.ends() || !replaced.as_ref().is_none_or(same) || self.writing.holds(key)? {
                    return Err(contradiction(line, "it ends another listing than it says"));
                }
                Ok(())
            }
            FeedOp::Erased if leaf.op.known().is_some_and(LeafOp::is_of_no_listing) => {
                Err(contradiction(line, "there is nothing in it to erase"))
            }
            FeedOp::Erased => {
                self.staged.erased = true;
                Ok(())
            }
            FeedOp::Mark { verifier_key } => self.mark(line, &leaf, verifier_key.as_deref()),
            // Official numbers are public: what is told of them must be what was logged.
            FeedOp::Protect { .. } | FeedOp::Unprotect { .. } | FeedOp::OfficialTable => {
                self.official(line, &leaf)
            }
            // What is said in a newer word of an entry in a known one would be what the entry says, unheard.
            FeedOp::Other => match leaf.op.known() {
                None => Ok(()),
                Some(_) => Err(contradiction(
                    line,
                    "its entry is known, and what is said of it is not",
                )),
            },
        }
    }

    /// What the leaf alone does: the entry it replaces is no longer in force, and what stood on it is dropped.
    fn follow(&mut self, seq: u64, leaf: &AnyLeaf) -> Result<Option<FeedRow>, SyncError> {
        let mut replaced = None;
        if let (Some(about), Some(kind)) = (leaf.about, leaf.kind) {
            replaced = self.writing.at_entry(about)?;
            if let Some(held) = &replaced {
                self.writing.remove(held)?;
                self.staged.shown.insert(held.key.clone(), None);
            }
            if leaf.puts() || leaf.ends() {
                self.writing.remove_leaf(about, kind)?;
            }
        }
        if leaf.puts()
            && let Some(kind) = leaf.kind
        {
            self.writing.add_leaf(seq, kind)?;
        }
        Ok(replaced)
    }

    fn put(
        &mut self,
        line: &Line,
        leaf: &AnyLeaf,
        row: &FeedRow,
        replaced: Option<FeedRow>,
    ) -> Result<(), SyncError> {
        opens(line, leaf)?;
        if !leaf.puts() {
            return Err(contradiction(line, "its entry lists nothing"));
        }
        let kind = leaf.kind.filter(|kind| kind.as_str() == row.kind);
        let kind = kind.ok_or(contradiction(line, "its entry is of another kind"))?;
        let same = |held: &FeedRow| held.key == row.key && held.listing == row.listing;
        if !replaced.as_ref().is_none_or(same) {
            return Err(contradiction(
                line,
                "it changes another listing than its entry does",
            ));
        }
        if self.writing.holds(&row.key)? {
            return Err(contradiction(line, "the copy holds another listing of it"));
        }
        match self.writing.kind(kind).given {
            Some(true) => {}
            None => self.writing.set_given(kind, true),
            // The registry gives this partner more kinds than before: what it withheld is missing here.
            Some(false) => return Err(SyncError::StartAnew),
        }
        self.writing.insert(row)?;
        self.staged.shown.insert(row.key.clone(), Some(row.clone()));
        Ok(())
    }

    fn mark(&mut self, line: &Line, leaf: &AnyLeaf, key: Option<&str>) -> Result<(), SyncError> {
        match (leaf.op.known(), leaf.kind) {
            // What a newer registry does to no listing is nothing to apply.
            (Some(LeafOp::Beat | LeafOp::Retire) | None, _) => Ok(()),
            (Some(LeafOp::Key), _) => self.announced_key(line, leaf, key),
            (Some(LeafOp::Protect | LeafOp::Unprotect), _) => {
                Err(contradiction(line, "whom it protects is missing"))
            }
            (_, Some(kind)) => self.not_ours(line, kind),
            (_, None) => Err(contradiction(line, "its entry has no kind")),
        }
    }

    /// An official number is protected, or not any more.
    fn official(&mut self, line: &Line, leaf: &AnyLeaf) -> Result<(), SyncError> {
        opens(line, leaf)?;
        let takes_off = matches!(line.op, FeedOp::Unprotect { .. });
        let says = if takes_off {
            LeafOp::Unprotect
        } else {
            LeafOp::Protect
        };
        if leaf.op.known() != Some(says) {
            return Err(contradiction(line, "its entry is not about that"));
        }
        self.staged.officials = true;
        self.writing.official(&line.op)
    }

    /// A change of a kind that this partner does not get.
    fn not_ours(&mut self, line: &Line, kind: KindWord) -> Result<(), SyncError> {
        if self.writing.kind(kind).given == Some(true) {
            return Err(Violation::Withheld { seq: line.seq }.into());
        }
        self.writing.set_given(kind, false);
        Ok(())
    }

    /// The registry brings a new key into use; the log that says so is signed by one that is trusted.
    fn announced_key(
        &mut self,
        line: &Line,
        leaf: &AnyLeaf,
        text: Option<&str>,
    ) -> Result<(), SyncError> {
        let text = text.ok_or(contradiction(line, "the new key is missing"))?;
        if commitment_to(text) != leaf.commitment {
            let (line, seq) = (line.number, line.seq);
            return Err(Violation::ChangedValue { line, seq }.into());
        }
        let key = VerifierKey::parse(text)
            .ok()
            .filter(|key| key.name() == self.origin)
            .ok_or(contradiction(line, "it is no key of this log"))?;
        self.staged.keys.push(key);
        Ok(())
    }
}

/// What was sent is what was logged.
fn opens(line: &Line, leaf: &AnyLeaf) -> Result<(), SyncError> {
    let salt = Violation::salt_of(line)?;
    if commit(&salt, &line.payload) == leaf.commitment {
        return Ok(());
    }
    let (line, seq) = (line.number, line.seq);
    Err(Violation::ChangedValue { line, seq }.into())
}

fn contradiction(line: &Line, what: &'static str) -> SyncError {
    let (line, seq) = (line.number, line.seq);
    Violation::Contradiction { line, seq, what }.into()
}

#[cfg(test)]
mod tests;
