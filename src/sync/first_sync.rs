//! The first sync: the whole log, its signed root, and a snapshot of which every line must open its entry.
//! Only then it becomes the copy, in one transaction.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use super::{
    Phase, Progress,
    copy_transaction::Writing,
    database::Database,
    download::{self, Snapshot},
    entries,
    error::{SyncError, Violation, io as io_error},
    local_copy::LocalCopy,
    officials,
    position::Position,
    served_keys::served_keys,
    trusted_log::{Signed, Trust},
    upstream::Upstream,
};
use crate::{
    domain::time::Time,
    formats::{
        ndjson::{self, FeedLine, FeedOp, Line, MAX_LINE, Unreadable},
        row::FeedRow,
    },
    ledger::{
        audit::Auditor,
        kind_word::KindWord,
        leaf::{LeafOp, commit},
        log_keys::commitment_to,
        note::VerifierKey,
        tree::{Frontier, Hash, leaf_hash},
    },
};

/// Folder of what a first sync has so far.
const FOLDER: &str = "first";
/// Largest window of the compressed stream: 128 MiB.
const WINDOW_LOG: u32 = 27;

/// The log up to the snapshot's size, its root proven.
struct Log {
    auditor: Auditor,
    /// Commitments and kinds of the entries in force of which no line has come yet.
    commitments: HashMap<u64, (Hash, KindWord)>,
    /// Commitments to the keys that it announced.
    announced: HashSet<Hash>,
    /// Commitments of the entries about official numbers.
    officials: BTreeMap<u64, Hash>,
    /// Indices of the leaves that retired keys, and what they commit to.
    retired: Vec<(u64, Hash)>,
}

/// A copy that was taken.
pub(super) struct Taken {
    pub position: Position,
    /// With keys in use that the log announced under a trusted signature, and without those that it retired.
    pub trust: Trust,
}

/// Takes a copy from nothing. What was held before stays until the new copy is whole.
pub(super) fn sync(
    upstream: &mut Upstream,
    trust: &Trust,
    database: &mut Database,
    copy: &LocalCopy,
    (folder, now): (&Path, Time),
    progress: &mut dyn Progress,
) -> Result<Taken, SyncError> {
    let folder = folder.join(FOLDER);
    fs::create_dir_all(&folder).map_err(io_error(format!("cannot make {}", folder.display())))?;
    let done = attempt(upstream, trust, database, (&folder, now), progress);
    match &done {
        Err(error) if error.is_untrue() => download::forget(&folder),
        Ok(taken) => {
            show(database, copy, &taken.position)?;
            let _ = fs::remove_dir_all(&folder);
        }
        Err(_) => {}
    }
    done
}

fn attempt(
    upstream: &mut Upstream,
    trust: &Trust,
    database: &mut Database,
    (folder, now): (&Path, Time),
    progress: &mut dyn Progress,
) -> Result<Taken, SyncError> {
    // A registry whose signature is not trusted is asked for nothing more.
    trust.fetch(upstream)?;
    let snapshot = download::fetch(upstream, folder, progress)?;
    let signed = trust.fetch_covering(upstream, snapshot.about.size)?;
    trust.continues_highest(upstream, &signed)?;
    let mut log = follow(upstream, folder, snapshot.about.size, &signed, progress)?;
    let mut after = trust.clone();
    after.retire(&log.retired);
    // Not by a key that this very log retired.
    after.open(&signed.note)?;
    let keys = announced_keys(upstream, trust, &log)?;
    let told = officials::fetch(upstream, std::mem::take(&mut log.officials))?;
    keys.into_iter().for_each(|key| after.keys.add(key));
    after.retire(&log.retired);
    after.raise(signed);
    let inside = database.begin()?;
    let mut writing = Writing::anew(&inside)?;
    audit(&snapshot, &mut log, &mut writing, progress)?;
    for line in &told {
        writing.official(&line.op)?;
    }
    let withheld = writing.withheld();
    let position = writing.finish(log.auditor.frontier(), after.keep()?, now)?;
    inside.commit()?;
    if !withheld.is_empty() {
        let kinds: Vec<&str> = withheld.iter().map(KindWord::as_str).collect();
        let kinds = kinds.join(", ");
        progress.say(&format!(
            "the registry lists identifiers of these kinds too, but does not give them to this partner: {kinds}"
        ));
    }
    Ok(Taken {
        position,
        trust: after,
    })
}

/// Keys in use that the log announced.
fn announced_keys(
    upstream: &mut Upstream,
    trust: &Trust,
    log: &Log,
) -> Result<Vec<VerifierKey>, SyncError> {
    if log.announced.is_empty() {
        return Ok(Vec::new());
    }
    let mut keys = served_keys(upstream)?;
    keys.retain(|key| {
        key.name() == trust.origin() && log.announced.contains(&commitment_to(&key.to_string()))
    });
    Ok(keys)
}

/// Follows the log to the snapshot's size and on to the checkpoint, whose root it must give.
fn follow(
    upstream: &mut Upstream,
    folder: &Path,
    size: u64,
    signed: &Signed,
    progress: &mut dyn Progress,
) -> Result<Log, SyncError> {
    let mut log = Log {
        auditor: Auditor::new(),
        commitments: HashMap::new(),
        announced: HashSet::new(),
        officials: BTreeMap::new(),
        retired: Vec::new(),
    };
    let mut whole = Frontier::default();
    let to = signed.checkpoint.size;
    entries::follow(upstream, folder, to, progress, |index, bytes| {
        whole.push(leaf_hash(bytes));
        if index >= size {
            // Their rules are checked when they come as changes.
            return Ok(());
        }
        let leaf = log
            .auditor
            .push(bytes)
            .map_err(|source| Violation::BadLeaf { seq: index, source })?;
        match leaf.op.known() {
            Some(LeafOp::Key) => {
                log.announced.insert(leaf.commitment);
            }
            Some(LeafOp::Retire) => log.retired.push((index, leaf.commitment)),
            _ => {}
        }
        if leaf.op.known().is_some_and(LeafOp::is_of_officials) {
            log.officials.insert(index, leaf.commitment);
        }
        if (leaf.puts() || leaf.ends())
            && let Some(about) = leaf.about
        {
            log.commitments.remove(&about);
        }
        if leaf.puts()
            && let Some(kind) = leaf.kind
        {
            log.commitments.insert(index, (leaf.commitment, kind));
        }
        Ok(())
    })?;
    if whole.root() != signed.checkpoint.root {
        return Err(Violation::WrongRoot { size: to }.into());
    }
    Ok(log)
}

/// Reads a snapshot line by line against the log.
fn audit(
    snapshot: &Snapshot,
    log: &mut Log,
    writing: &mut Writing<'_>,
    progress: &mut dyn Progress,
) -> Result<(), SyncError> {
    let about = &snapshot.about;
    let mut lines = Lines::open(&snapshot.path, about.zstd)?;
    let mut last_key = String::new();
    let end = loop {
        match lines.next()? {
            Some(FeedLine::One(line)) => {
                let (row, kind) = open_line(&line, log)?;
                if row.key <= last_key {
                    return Err(Violation::Reordered { line: line.number }.into());
                }
                writing.set_given(kind, true);
                writing.insert(row)?;
                last_key.clone_from(&row.key);
                progress.step(Phase::Audit, line.number, about.count);
            }
            Some(FeedLine::End { count, size }) => break (count, size),
            None => return Err(Violation::MissingEndLine.into()),
        }
    };
    if lines.next()?.is_some() {
        return Err(Violation::Protocol("there are lines after the end line").into());
    }
    if end.1 != about.size {
        return Err(Violation::Protocol("the end line is of another ledger size").into());
    }
    complete(log, writing)?;
    for said in [end.0, about.count] {
        if said != writing.count {
            let said = said.to_string();
            let counted = writing.count;
            return Err(Violation::WrongCount { said, counted }.into());
        }
    }
    let own = writing.digest.to_string();
    if own != about.digest {
        let said = about.digest.clone();
        return Err(Violation::WrongDigest { said, own }.into());
    }
    Ok(())
}

/// A snapshot's line against its entry. Each entry is taken once.
fn open_line<'l>(line: &'l Line, log: &mut Log) -> Result<(&'l FeedRow, KindWord), Violation> {
    let (number, seq) = (line.number, line.seq);
    let FeedOp::Put(row) = &line.op else {
        return Err(Unreadable {
            line: number,
            what: "a snapshot has listings only",
        }
        .into());
    };
    let found = log.commitments.remove(&seq);
    let (commitment, kind) = found.ok_or(Violation::NotInLog { line: number, seq })?;
    if commit(&Violation::salt_of(line)?, &line.payload) != commitment {
        return Err(Violation::ChangedValue { line: number, seq });
    }
    if kind.as_str() != row.kind {
        return Err(Violation::Contradiction {
            line: number,
            seq,
            what: "its entry is of another kind",
        });
    }
    Ok((row, kind))
}

/// Each kind that was sent was sent whole; a kind of which nothing came is not for this partner.
fn complete(log: &Log, writing: &mut Writing<'_>) -> Result<(), SyncError> {
    let mut missing = None;
    for (seq, kind) in log.auditor.live() {
        writing.add_leaf(seq, kind)?;
        let given = writing.kind(kind).given == Some(true);
        if given && log.commitments.contains_key(&seq) {
            missing = Some(missing.map_or(seq, |least: u64| least.min(seq)));
        }
        if !given {
            writing.set_given(kind, false);
        }
    }
    match missing {
        Some(seq) => Err(Violation::DroppedLine { seq }.into()),
        None => Ok(()),
    }
}

/// Shows a new copy, once the disk has given back what was written: what stays the same is answered all the while.
fn show(database: &Database, copy: &LocalCopy, position: &Position) -> Result<(), SyncError> {
    database.verify()?;
    let mut kept: HashSet<Box<str>> = HashSet::new();
    let loaded = database.load(|held| {
        copy.put(&held);
        kept.insert(held.key.into());
        Ok::<(), SyncError>(())
    });
    if let Err(error) = loaded {
        copy.forget();
        return Err(error);
    }
    copy.retain(&kept);
    show_officials(database, copy)?;
    let size = position.frontier.size();
    copy.arrived(size, position.count, position.digest.to_string());
    copy.restored();
    Ok(())
}

/// Shows the official numbers of the copy, and no others.
pub(super) fn show_officials(database: &Database, copy: &LocalCopy) -> Result<(), SyncError> {
    let mut kept: HashSet<Box<str>> = HashSet::new();
    database.each_official(|key, name| {
        copy.protect(&key, name);
        kept.insert(key.into());
    })?;
    copy.retain_officials(&kept);
    Ok(())
}

/// Lines of a snapshot, decoded as they are read, each bounded.
pub(super) struct Lines {
    from: BufReader<Box<dyn Read>>,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    fn open(path: &Path, zstd: bool) -> Result<Self, SyncError> {
        let failed = || io_error(format!("cannot read {}", path.display()));
        let file = File::open(path).map_err(failed())?;
        Self::of(file, zstd).map_err(failed())
    }

    /// The lines of what is read.
    pub(super) fn of(file: impl Read + 'static, zstd: bool) -> io::Result<Self> {
        let from: Box<dyn Read> = if zstd {
            let mut decoder = zstd::stream::read::Decoder::new(file)?;
            decoder.window_log_max(WINDOW_LOG)?;
            Box::new(decoder)
        } else {
            Box::new(file)
        };
        Ok(Self {
            from: BufReader::with_capacity(1 << 16, from),
            number: 0,
            line: Vec::new(),
        })
    }

    /// The next line; nothing at the end. A line without its newline was cut.
    pub(super) fn next(&mut self) -> Result<Option<FeedLine>, Violation> {
        self.line.clear();
        let mut limited = (&mut self.from).take(MAX_LINE as u64 + 1);
        match limited.read_until(b'\n', &mut self.line) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(Violation::MissingEndLine);
            }
            Err(_) => return Err(Violation::Protocol("the snapshot does not decompress")),
        }
        self.number += 1;
        if self.line.pop() != Some(b'\n') {
            return Err(match self.line.len() >= MAX_LINE {
                true => Unreadable {
                    line: self.number,
                    what: "it is too long",
                }
                .into(),
                false => Violation::MissingEndLine,
            });
        }
        Ok(Some(ndjson::read(self.number, &self.line)?))
    }
}
