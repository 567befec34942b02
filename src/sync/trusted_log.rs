//! Whom to believe: pinned keys, the largest checkpoint ever verified, and what must follow from it.

use std::{path::PathBuf, thread, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::{
    Clock,
    error::{Equivocation, SyncError, Violation},
    evidence::{self, Proof},
    kept_trust::{self, KeptTrust},
    upstream::{Ask, Upstream},
};
use crate::ledger::{
    checkpoint::Checkpoint,
    log_keys::{LogKeys, Untrusted},
    proof::verify_consistency,
    tree::{Frontier, Hash},
};

/// A checkpoint has some 200 bytes and one line for each key and witness.
const MAX_CHECKPOINT: u64 = 64 << 10;
/// A consistency proof has at most 2 × 64 hashes.
const MAX_CONSISTENCY: u64 = 64 << 10;
/// How often a newer checkpoint is asked for before a failure: the registry signs right after it writes.
const TRIES: u32 = 8;
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// A checkpoint whose signature was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Signed {
    pub note: String,
    pub checkpoint: Checkpoint,
}

/// What is trusted.
#[derive(Clone)]
pub(super) struct Trust {
    pub keys: LogKeys,
    /// The largest checkpoint that was ever verified.
    pub highest: Option<Signed>,
    folder: PathBuf,
    now: Clock,
    /// As it was last kept.
    kept: String,
}

#[derive(Deserialize)]
struct Consistency {
    hashes: Vec<String>,
}

impl Trust {
    /// Takes up what was kept from before.
    ///
    /// # Errors
    /// [`Violation::WrongSignature`] when none of the keys signed the checkpoint beside them.
    pub fn new(folder: PathBuf, kept: KeptTrust, now: Clock) -> Result<Self, Violation> {
        let mut trust = Self {
            keys: LogKeys::new(kept.keys, kept.others),
            highest: None,
            folder,
            now,
            kept: String::new(),
        };
        if let Some(note) = kept.checkpoint {
            let opened = trust.keys.open_kept(&note, trust.origin());
            let checkpoint = opened.map_err(untrusted)?;
            trust.highest = Some(Signed { note, checkpoint });
        }
        Ok(trust)
    }

    /// All of it as it is kept.
    fn text(&self) -> String {
        let kept = KeptTrust {
            keys: self.keys.all().to_vec(),
            others: self.keys.others().clone(),
            checkpoint: self.highest.as_ref().map(|highest| highest.note.clone()),
        };
        kept.text()
    }

    /// Writes it to its file, before whatever is verified by it is shown: so that it is never behind. Returns its text.
    ///
    /// # Errors
    /// The disk's.
    pub fn keep(&mut self) -> Result<&str, SyncError> {
        let text = self.text();
        if text != self.kept {
            kept_trust::write(&self.folder, &text)?;
            self.kept = text;
        }
        Ok(&self.kept)
    }

    /// A note of a key that is trusted now about this log.
    pub fn open(&self, note: &str) -> Result<Checkpoint, Violation> {
        self.keys.open(note, self.origin()).map_err(untrusted)
    }

    /// Trusts the keys no more that leaves retired.
    pub fn retire(&mut self, leaves: &[(u64, Hash)]) {
        for (index, commitment) in leaves {
            self.keys.retire(*index, commitment);
        }
    }

    /// The largest checkpoint that was verified.
    pub fn note(&self) -> &str {
        self.highest.as_ref().map_or("", |highest| &highest.note)
    }

    /// Name of the log.
    pub fn origin(&self) -> &str {
        let first = self.keys.all().first();
        first.map_or("", |known| known.key.name())
    }

    /// The present checkpoint, its signature checked, and not older than what was verified before.
    pub fn fetch(&self, upstream: &mut Upstream) -> Result<Signed, SyncError> {
        self.fetch_covering(upstream, 0)
    }

    /// As [`Trust::fetch`], covering at least `size`.
    pub fn fetch_covering(&self, upstream: &mut Upstream, size: u64) -> Result<Signed, SyncError> {
        let highest = self.highest.as_ref().map_or(0, |h| h.checkpoint.size);
        let mut tries = 0;
        loop {
            let signed = self.fetch_once(upstream)?;
            let newest = signed.checkpoint.size;
            if newest >= highest && newest >= size {
                return self.same_if_as_large(signed);
            }
            tries += 1;
            if tries >= TRIES {
                return Err(match newest < highest {
                    true => self.alarm(
                        Equivocation::Shrunk {
                            ours: highest,
                            theirs: newest,
                        },
                        &signed,
                        None,
                        None,
                    )?,
                    false => Violation::NotCovered { size, newest }.into(),
                });
            }
            thread::sleep(BETWEEN_TRIES);
        }
    }

    fn fetch_once(&self, upstream: &mut Upstream) -> Result<Signed, SyncError> {
        let ask = Ask {
            what: "the checkpoint",
            path: "/v1/ledger/checkpoint",
            signed_in: false,
            wait: 0,
            headers: &[("Cache-Control", "no-cache")],
        };
        let reply = upstream.get(&ask, MAX_CHECKPOINT)?;
        let note = String::from_utf8(reply.body)
            .map_err(|_| Violation::WrongSignature("the checkpoint is not text".into()))?;
        let checkpoint = self.open(&note)?;
        Ok(Signed { note, checkpoint })
    }

    /// Two signed checkpoints of one size are one and the same.
    fn same_if_as_large(&self, signed: Signed) -> Result<Signed, SyncError> {
        match &self.highest {
            Some(highest)
                if highest.checkpoint.size == signed.checkpoint.size
                    && highest.checkpoint.root != signed.checkpoint.root =>
            {
                let size = signed.checkpoint.size;
                Err(self.fork(size, &signed, None)?)
            }
            _ => Ok(signed),
        }
    }

    /// Fetches a checkpoint that covers `staged`, and proves that it continues what is `held`, what was
    /// verified before, and `staged` itself (`held` and what a page adds to it).
    pub fn confirm(
        &self,
        upstream: &mut Upstream,
        held: &Frontier,
        staged: &Frontier,
    ) -> Result<Signed, SyncError> {
        let signed = self.fetch_covering(upstream, staged.size())?;
        self.continues_highest(upstream, &signed)?;
        let at = (staged.size(), staged.root());
        let Some(answer) = self.contradiction(upstream, at, &signed.checkpoint)? else {
            return Ok(signed);
        };
        // Is it the page, or the log below it?
        let size = signed.checkpoint.size;
        if staged.size() > held.size() {
            let at = (held.size(), held.root());
            return Err(
                match self.contradiction(upstream, at, &signed.checkpoint)? {
                    None => Violation::PageNotInLog { size }.into(),
                    Some(answer) => self.fork(held.size(), &signed, Some((held, &answer)))?,
                },
            );
        }
        Err(self.fork(held.size(), &signed, Some((held, &answer)))?)
    }

    /// That a checkpoint and the largest one verified before are of one history, whichever came first.
    pub fn agrees_with_highest(
        &self,
        upstream: &mut Upstream,
        signed: &Signed,
    ) -> Result<(), SyncError> {
        let earlier = |highest: &&Signed| signed.checkpoint.size < highest.checkpoint.size;
        let Some(highest) = self.highest.as_ref().filter(earlier) else {
            return self.continues_highest(upstream, signed);
        };
        let at = (signed.checkpoint.size, signed.checkpoint.root);
        match self.contradiction(upstream, at, &highest.checkpoint)? {
            None => Ok(()),
            Some(_) => Err(self.fork(highest.checkpoint.size, signed, None)?),
        }
    }

    /// That a checkpoint continues the largest one verified before.
    pub fn continues_highest(
        &self,
        upstream: &mut Upstream,
        signed: &Signed,
    ) -> Result<(), SyncError> {
        let Some(highest) = &self.highest else {
            return Ok(());
        };
        let at = (highest.checkpoint.size, highest.checkpoint.root);
        match self.contradiction(upstream, at, &signed.checkpoint)? {
            None => Ok(()),
            Some(answer) => {
                let kept = Some(answer.as_slice());
                let alarm = Equivocation::Fork {
                    ours: at.0,
                    theirs: signed.checkpoint.size,
                };
                Err(self.alarm(alarm, signed, kept, None)?)
            }
        }
    }

    /// The registry's answer when it does not prove that `from` leads to the checkpoint.
    fn contradiction(
        &self,
        upstream: &mut Upstream,
        (size, root): (u64, Hash),
        to: &Checkpoint,
    ) -> Result<Option<Vec<u8>>, SyncError> {
        if size == 0 || (size == to.size && root == to.root) {
            return Ok(None);
        }
        if size == to.size {
            return Ok(Some(Vec::new()));
        }
        let path = format!("/v1/ledger/consistency?from={size}&to={}", to.size);
        let ask = Ask {
            what: "a consistency proof",
            path: &path,
            signed_in: false,
            wait: 0,
            headers: &[],
        };
        let mut answer = Vec::new();
        // A fault on the way must not look like a fork: it is asked twice, and what is no proof is none.
        for pause in [Duration::ZERO, BETWEEN_TRIES] {
            thread::sleep(pause);
            answer = upstream.get(&ask, MAX_CONSISTENCY)?.body;
            let proof = hashes(&answer)
                .ok_or(Violation::Protocol("the consistency proof can't be read"))?;
            if verify_consistency(&proof, size, to.size, &root, &to.root).is_ok() {
                return Ok(None);
            }
        }
        Ok(Some(answer))
    }

    /// The log disagrees with what was verified at `ours`: keeps the proof.
    pub fn fork(
        &self,
        ours: u64,
        theirs: &Signed,
        held: Option<(&Frontier, &[u8])>,
    ) -> Result<SyncError, SyncError> {
        let alarm = Equivocation::Fork {
            ours,
            theirs: theirs.checkpoint.size,
        };
        let (frontier, answer) = held.unzip();
        self.alarm(alarm, theirs, answer, frontier)
    }

    fn alarm(
        &self,
        alarm: Equivocation,
        theirs: &Signed,
        consistency: Option<&[u8]>,
        held: Option<&Frontier>,
    ) -> Result<SyncError, SyncError> {
        let mut ours = self
            .highest
            .as_ref()
            .map_or(String::new(), |h| h.note.clone());
        if let Some(held) = held {
            let root = STANDARD.encode(held.root());
            ours.push_str(&format!("\nheld: size {}, root {root}\n", held.size()));
        }
        let proof = Proof {
            ours: &ours,
            theirs: &theirs.note,
            consistency,
        };
        let evidence = evidence::keep(&self.folder, &alarm, &proof, (self.now)())?;
        Ok(SyncError::Equivocation { alarm, evidence })
    }

    /// A cursor that the registry says is beyond its head, though it signed a ledger of that size.
    pub fn cursor_ahead(&self, upstream: &mut Upstream, own: u64) -> SyncError {
        match self.fetch_covering(upstream, own) {
            // The checkpoint still covers it: another part of the registry is behind for a while.
            Ok(_) => {
                Violation::Protocol("the cursor is said to be ahead of a ledger that covers it")
                    .into()
            }
            Err(error) => error,
        }
    }

    /// Takes a verified checkpoint as the largest, if it is.
    pub fn raise(&mut self, signed: Signed) {
        let highest = self.highest.as_ref().map_or(0, |h| h.checkpoint.size);
        if self.highest.is_none() || signed.checkpoint.size >= highest {
            self.highest = Some(signed);
        }
    }
}

fn untrusted(error: Untrusted) -> Violation {
    match error {
        Untrusted::Checkpoint(error) => Violation::WrongSignature(error.to_string()),
        Untrusted::Retired(at) => Violation::RetiredSignature(at),
    }
}

fn hashes(answer: &[u8]) -> Option<Vec<Hash>> {
    let read: Consistency = serde_json::from_slice(answer).ok()?;
    let one = |text: &String| STANDARD.decode(text).ok()?.try_into().ok();
    read.hashes.iter().map(one).collect()
}
