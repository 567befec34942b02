//! Pages made by hand: a log of its own, and what becomes of each lie about it.

use base64::{Engine, engine::general_purpose::STANDARD};
use ureq::http::HeaderMap;

use super::{super::database::Database, *};
use crate::{
    domain::{identifier::Kind, time::Time},
    ledger::{leaf::Leaf, tree::leaf_hash},
    store::digest::LiveDigest,
};

mod newer;
mod officials;

const ORIGIN: &str = "test.example/log";
const SALT: [u8; 32] = [7; 32];

/// A log, its lines, and what a copy of it adds up to.
#[derive(Default)]
struct Log {
    frontier: Frontier,
    lines: Vec<String>,
    digest: LiveDigest,
    count: u64,
}

impl Log {
    fn append(&mut self, op: LeafOp, kind: Option<Kind>, about: Option<u64>, payload: &str) -> u64 {
        let seq = self.frontier.size();
        let public = op.is_of_no_listing();
        let salt = if public { [0; 32] } else { SALT };
        let leaf = Leaf {
            op,
            kind,
            minute: 29_924_334,
            about,
            commitment: commit(&salt, payload.as_bytes()),
        };
        let text = leaf.encode();
        self.frontier.push(leaf_hash(text.as_bytes()));
        let line = match (
            op,
            payload.strip_prefix('{').and_then(|p| p.strip_suffix('}')),
        ) {
            (LeafOp::Key | LeafOp::Retire, _) => {
                let key = ["verifier_key", "retired_key"][usize::from(op == LeafOp::Retire)];
                format!(r#"{{"seq":{seq},"op":"mark","{key}":"{payload}","leaf":{text}}}"#)
            }
            (LeafOp::Beat, _) => format!(r#"{{"seq":{seq},"op":"mark","leaf":{text}}}"#),
            (LeafOp::Erase, _) => format!(r#"{{"seq":{seq},"op":"erased","leaf":{text}}}"#),
            (_, members) => format!(
                r#"{{"seq":{seq},{},"leaf":{text},"salt":"{}"}}"#,
                members.unwrap_or_default(),
                STANDARD.encode(salt)
            ),
        };
        self.lines.push(line);
        seq
    }

    fn put(&mut self, op: LeafOp, number: u64, about: Option<u64>, disputed: bool) -> u64 {
        let key = format!("phone:+8495000{number:04}");
        let payload = format!(
            r#"{{"op":"put","key":"{key}","kind":"phone","listing":"0193573c-0000-7000-8000-00000000{number:04}","method":"khac","unit":"14812","listed_at":"2026-11-23T18:14:00Z","valid_until":"2027-02-21T18:14:00Z","disputed":{disputed}}}"#
        );
        let seq = self.append(op, Some(Kind::Phone), about, &payload);
        match about {
            Some(about) => self.digest.remove(&key, about),
            None => self.count += 1,
        }
        self.digest.add(&key, seq);
        seq
    }

    fn delist(&mut self, number: u64, about: u64) -> u64 {
        let key = format!("phone:+8495000{number:04}");
        let payload = format!(
            r#"{{"op":"del","key":"{key}","listing":"0193573c-0000-7000-8000-00000000{number:04}","reason":"delisted"}}"#
        );
        self.digest.remove(&key, about);
        self.count -= 1;
        self.append(LeafOp::Delist, Some(Kind::Phone), Some(about), &payload)
    }

    /// A leaf and a line of a newer registry.
    fn newer(&mut self, leaf: &AnyLeaf, members: &str) -> u64 {
        let (seq, text) = (self.frontier.size(), leaf.encode());
        self.frontier.push(leaf_hash(text.as_bytes()));
        let line = format!(r#"{{"seq":{seq},{members},"leaf":{text}}}"#);
        self.lines.push(line);
        seq
    }

    fn page(&self, from: u64) -> (String, Head) {
        let lines = self.lines.iter().skip(usize::try_from(from).unwrap());
        let size = self.frontier.size();
        let mut body: String = lines.map(|line| format!("{line}\n")).collect();
        let count = size - from;
        body.push_str(&format!(
            "{{\"end\":true,\"count\":{count},\"size\":{size}}}\n"
        ));
        let head = Head {
            next: size,
            head: size,
            digest: self.digest.to_string(),
            count: self.count,
        };
        (body, head)
    }
}

/// A copy in a folder of its own.
struct Copy {
    database: Database,
    position: Position,
    folder: tempfile::TempDir,
}

impl Copy {
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            database: Database::open(folder.path()).unwrap(),
            position: Position::default(),
            folder,
        }
    }

    fn apply(&mut self, body: &str, head: &Head) -> Result<Staged, SyncError> {
        let inside = self.database.begin()?;
        let mut writing = Writing::from(&inside, &self.position);
        let staged = audit(body.as_bytes(), head, &self.position, &mut writing, ORIGIN)?;
        self.position = writing.finish(&staged.frontier, "note", Time::from_millis(0))?;
        inside.commit()?;
        Ok(staged)
    }

    fn refused(&mut self, body: &str, head: &Head) -> &'static str {
        let before = self.position.clone();
        let code = match self.apply(body, head) {
            Err(SyncError::Violation(violation)) => violation.code(),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("a lie was applied"),
        };
        assert_eq!(self.position, before);
        assert_eq!(
            self.database.position().unwrap().unwrap_or_default(),
            before
        );
        self.database.verify().unwrap();
        code
    }
}

#[test]
fn pages_follow_a_listing_through_its_life() {
    let (mut log, mut copy) = (Log::default(), Copy::empty());
    log.append(LeafOp::Beat, None, None, "");
    let first = log.put(LeafOp::List, 1, None, false);
    let (body, head) = log.page(0);
    assert!(copy.apply(&body, &head).unwrap().shown["phone:+84950000001"].is_some());
    let second = log.put(LeafOp::Dispute, 1, Some(first), true);
    log.put(LeafOp::List, 2, None, false);
    let (body, head) = log.page(first + 1);
    copy.apply(&body, &head).unwrap();
    log.delist(1, second);
    let (body, head) = log.page(4);
    assert!(copy.apply(&body, &head).unwrap().shown["phone:+84950000001"].is_none());
    assert_eq!(copy.position.frontier, log.frontier);
    assert_eq!((copy.position.count, copy.position.digest), (1, log.digest));
}

#[test]
fn traces_stay_while_somebody_reads_what_was_before_and_it_is_said() {
    let (mut log, mut copy) = (Log::default(), Copy::empty());
    log.put(LeafOp::List, 1, None, false);
    let (body, head) = log.page(0);
    copy.apply(&body, &head).unwrap();
    let reader = Database::open_to_read(copy.folder.path()).unwrap();
    let mut read = 0;
    let loaded = reader.load(|_| {
        log.put(LeafOp::List, 2, None, false);
        let (body, head) = log.page(1);
        copy.apply(&body, &head)?;
        assert!(!copy.database.forget_traces()?);
        read += 1;
        Ok::<_, SyncError>(())
    });
    assert!(loaded.unwrap().is_some() && read == 1);
    assert!(copy.database.forget_traces().unwrap());
}

#[test]
fn each_lie_about_a_page_is_named_and_leaves_the_copy_as_it_was() {
    let (mut log, mut copy) = (Log::default(), Copy::empty());
    let first = log.put(LeafOp::List, 1, None, false);
    let (body, head) = log.page(0);
    copy.apply(&body, &head).unwrap();
    log.put(LeafOp::Renew, 1, Some(first), false);
    log.put(LeafOp::List, 2, None, false);
    let (body, head) = log.page(1);
    let lines: Vec<&str> = body.lines().collect();
    let joined = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let edit = |from: &str, to: &str| body.replacen(from, to, 1);
    let mark = format!(
        r#"{{"seq":1,"op":"mark","leaf":{}"#,
        lines[0].split("\"leaf\":").nth(1).unwrap()
    );
    let salt = STANDARD.encode(SALT);
    for (body, code) in [
        (edit("14812", "14818"), "changed-value"),
        (edit(&salt, &STANDARD.encode([8; 32])), "changed-value"),
        (edit(&salt, "BwcH"), "bad-salt"),
        (joined(&lines[1..]), "dropped-line"),
        (joined(&[lines[1], lines[0], lines[2]]), "reordered"),
        (joined(&[lines[0], lines[2]]), "wrong-count"),
        (joined(&lines[..2]), "missing-end-line"),
        (body[..body.len() - 1].to_owned(), "missing-end-line"),
        (edit("\"count\":2", "\"count\":3"), "wrong-count"),
        (edit("\"size\":3", "\"size\":4"), "wrong-count"),
        (edit("\"r\":0", "\"r\":null"), "bad-leaf"),
        (edit("\"v\":1", "\"v\": 1"), "bad-leaf"),
        (joined(&[&mark, lines[1], lines[2]]), "withheld"),
        (format!("{body}{}\n", lines[0]), "protocol"),
        (
            edit("\"op\":\"put\"", "\"op\":\"put\",\"op\":\"put\""),
            "unreadable-line",
        ),
    ] {
        assert_eq!(copy.refused(&body, &head), code, "{body}");
    }
    let other = |change: fn(&mut Head)| {
        let mut head = head.clone();
        change(&mut head);
        head
    };
    assert_eq!(
        copy.refused(&body, &other(|head| head.count += 1)),
        "wrong-count"
    );
    assert_eq!(
        copy.refused(&body, &other(|head| head.digest.clear())),
        "wrong-digest"
    );
    assert_eq!(
        copy.refused(&body, &other(|head| head.next += 1)),
        "wrong-count"
    );
    copy.apply(&body, &head).unwrap();
}

#[test]
fn what_was_erased_is_dropped() {
    let (mut log, mut copy) = (Log::default(), Copy::empty());
    let first = log.put(LeafOp::List, 1, None, false);
    let (body, head) = log.page(0);
    copy.apply(&body, &head).unwrap();
    let erased = |line: &str| {
        let leaf = line.split("\"leaf\":").nth(1).unwrap();
        let leaf = &leaf[..=leaf.find('}').unwrap()];
        let seq = &line[..line.find(',').unwrap()];
        format!("{seq},\"op\":\"erased\",\"leaf\":{leaf}}}")
    };
    let gone = log.delist(1, first);
    log.append(LeafOp::Erase, Some(Kind::Phone), Some(gone), "");
    log.lines[1] = erased(&log.lines[1]);
    let (body, head) = log.page(1);
    copy.apply(&body, &head).unwrap();
    assert_eq!(copy.position.count, 0);
    // A copy that begins at the first leaf never sees the content.
    log.lines[0] = erased(&log.lines[0]);
    let (body, head) = log.page(0);
    let mut late = Copy::empty();
    late.apply(&body, &head).unwrap();
    // All the same but that it does not know yet whether it gets the kind.
    late.position.kinds.clone_from(&copy.position.kinds);
    assert_eq!(late.position, copy.position);
}

#[test]
fn a_key_that_the_log_announces_must_be_the_one_in_its_leaf_and_of_this_log() {
    let key = VerifierKey::new(ORIGIN, &[3; 32]).unwrap().to_string();
    let stranger = VerifierKey::new("other.example/log", &[3; 32])
        .unwrap()
        .to_string();
    let mut log = Log::default();
    log.append(LeafOp::Key, None, None, &key);
    let (body, head) = log.page(0);
    assert_eq!(Copy::empty().apply(&body, &head).unwrap().keys.len(), 1);
    let other = VerifierKey::new(ORIGIN, &[4; 32]).unwrap().to_string();
    assert_eq!(
        Copy::empty().refused(&body.replace(&key, &other), &head),
        "changed-value"
    );
    let mut log = Log::default();
    log.append(LeafOp::Key, None, None, &stranger);
    let (body, head) = log.page(0);
    assert_eq!(Copy::empty().refused(&body, &head), "contradiction");
}

#[test]
fn a_key_that_the_log_retires_is_named_by_its_leaf_alone() {
    let key = VerifierKey::new(ORIGIN, &[3; 32]).unwrap().to_string();
    let mut log = Log::default();
    log.append(LeafOp::Retire, None, None, &key);
    let (body, head) = log.page(0);
    // What its line says is not asked.
    let body = body.replace("retired_key", "verifier_key");
    let staged = Copy::empty().apply(&body, &head).unwrap();
    assert_eq!(staged.retired, [(0, commitment_to(&key))]);
    assert!(staged.keys.is_empty());
}

#[test]
fn a_kind_that_is_not_given_is_passed_over_and_wants_a_new_snapshot_when_it_comes() {
    let (mut log, mut copy) = (Log::default(), Copy::empty());
    let first = log.put(LeafOp::List, 1, None, false);
    let (body, mut head) = log.page(0);
    let leaf = body.split("\"leaf\":").nth(1).unwrap();
    let leaf = &leaf[..=leaf.find('}').unwrap()];
    let end = body.lines().nth(1).unwrap();
    let marked = format!("{{\"seq\":0,\"op\":\"mark\",\"leaf\":{leaf}}}\n{end}\n");
    (head.count, head.digest) = (0, LiveDigest::default().to_string());
    copy.apply(&marked, &head).unwrap();
    assert_eq!(copy.position.count, 0);
    log.put(LeafOp::Renew, 1, Some(first), false);
    let (body, head) = log.page(1);
    assert!(matches!(
        copy.apply(&body, &head),
        Err(SyncError::StartAnew)
    ));
}

#[test]
fn headers_that_are_missing_are_told() {
    assert!(matches!(
        Head::read(&HeaderMap::new()),
        Err(Violation::Protocol(_))
    ));
}
