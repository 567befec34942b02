//! Trials of what a mirror is sent: a page that was altered is refused, or says what it said before.

use std::{cell::RefCell, collections::HashMap, io::Cursor};

use base64::{Engine, engine::general_purpose::STANDARD};
use ureq::http::{HeaderMap, HeaderValue};

use super::{
    changes_page::{Head, audit},
    copy_transaction::Writing,
    database::Database,
    error::SyncError,
    first_sync::Lines,
    position::Position,
};
use crate::{
    domain::identifier::Kind,
    formats::{
        ndjson::{FeedLine, MAX_LINE},
        row::FeedRow,
    },
    ledger::{
        leaf::{Leaf, LeafOp, commit},
        tree::{Frontier, leaf_hash},
    },
    store::digest::LiveDigest,
};

const ORIGIN: &str = "test.example/log";
const SALT: [u8; 32] = [7; 32];
/// Lines of a snapshot that are read in one trial.
const MAX_LINES: u64 = 2_000;

/// What stands in a row after a page: nothing where a listing was taken out.
type Shown = HashMap<String, Option<FeedRow>>;

/// The page of a log of seven leaves, with its headers and what it comes to.
struct Honest {
    body: Vec<u8>,
    digest: String,
    frontier: Frontier,
    shown: Shown,
    database: Database,
}

thread_local! {
    static HONEST: RefCell<Option<Honest>> = RefCell::new(Honest::new());
}

impl Honest {
    fn new() -> Option<Self> {
        let key = |number: u64| format!("phone:+8495000000{number}");
        let put = |number: u64, disputed: bool| {
            let key = key(number);
            format!(
                r#"{{"op":"put","key":"{key}","kind":"phone","listing":"0193573c-0000-7000-8000-00000000000{number}","method":"khac","unit":"14812","listed_at":"2026-11-23T18:14:00Z","valid_until":"2027-02-21T18:14:00Z","disputed":{disputed}}}"#
            )
        };
        let del = format!(
            r#"{{"op":"del","key":"{}","listing":"0193573c-0000-7000-8000-000000000002","reason":"delisted"}}"#,
            key(2)
        );
        let (mut frontier, mut body) = (Frontier::default(), String::new());
        for (op, about, payload) in [
            (LeafOp::List, None, put(1, false)),
            (LeafOp::Beat, None, String::new()),
            (LeafOp::List, None, put(2, false)),
            (LeafOp::Dispute, Some(0), put(1, true)),
            (LeafOp::Delist, Some(2), del),
            (LeafOp::Erase, Some(2), String::new()),
            (LeafOp::List, None, put(3, false)),
        ] {
            let seq = frontier.size();
            let beat = op == LeafOp::Beat;
            let leaf = Leaf {
                op,
                kind: (!beat).then_some(Kind::Phone),
                minute: 29_924_334,
                about,
                commitment: commit(&SALT, payload.as_bytes()),
            };
            let text = leaf.encode();
            frontier.push(leaf_hash(text.as_bytes()));
            let members = match payload.trim_matches(['{', '}']) {
                "" if beat => r#""op":"mark""#.to_owned(),
                "" => r#""op":"erased""#.to_owned(),
                members => format!(r#"{members},"salt":"{}""#, STANDARD.encode(SALT)),
            };
            body += &format!("{{\"seq\":{seq},{members},\"leaf\":{text}}}\n");
        }
        body += "{\"end\":true,\"count\":7,\"size\":7}\n";
        let mut digest = LiveDigest::default();
        digest.add(&key(1), 3);
        digest.add(&key(3), 6);
        let mut honest = Self {
            body: body.into_bytes(),
            digest: digest.to_string(),
            frontier: Frontier::default(),
            shown: Shown::new(),
            database: Database::in_memory().ok()?,
        };
        let own = head("7", "2", &honest.digest)?;
        (honest.frontier, honest.shown) = honest.audited(&honest.body.clone(), &own).ok()?;
        (honest.frontier == frontier && honest.shown.len() == 3).then_some(honest)
    }

    /// What a page comes to; nothing of it stays.
    fn audited(&mut self, body: &[u8], head: &Head) -> Result<(Frontier, Shown), SyncError> {
        let inside = self.database.begin()?;
        let position = Position::default();
        let mut writing = Writing::from(&inside, &position);
        let staged = audit(body, head, &position, &mut writing, ORIGIN)?;
        Ok((staged.frontier, staged.shown))
    }
}

/// A page of changes: as it came, and an honest one with some changes, five bytes each.
pub(crate) fn page(bytes: &[u8]) {
    HONEST.with_borrow_mut(|honest| {
        let Some(honest) = honest else {
            unreachable!("the honest page is taken");
        };
        // Headers that fit the lines, so that these are looked at.
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        let size = lines.saturating_sub(1).to_string();
        let as_it_came = head(&size, "0", &LiveDigest::default().to_string());
        let own = head("7", "2", &honest.digest);
        let (Some(as_it_came), Some(own)) = (as_it_came, own) else {
            unreachable!("both have what a page's headers have");
        };
        let raw = honest.audited(bytes, &as_it_came);
        assert!(
            is_violation(&raw),
            "the registry lied, nothing else went wrong"
        );
        let body = altered(&honest.body, bytes);
        let read = honest.audited(&body, &own);
        assert!(
            is_violation(&read),
            "the registry lied, nothing else went wrong"
        );
        // Another log is found out by the next signed checkpoint; the same log always says the same.
        if let Ok((frontier, shown)) = read {
            assert!(frontier != honest.frontier || shown == honest.shown);
        }
    });
}

fn head(size: &str, count: &str, digest: &str) -> Option<Head> {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("feed-next", size),
        ("feed-head", size),
        ("feed-count", count),
        ("feed-digest", digest),
    ] {
        headers.insert(name, HeaderValue::from_str(value).ok()?);
    }
    Head::read(&headers).ok()
}

fn is_violation<T>(read: &Result<T, SyncError>) -> bool {
    matches!(
        read,
        Ok(_) | Err(SyncError::Violation(_) | SyncError::StartAnew)
    )
}

/// Bytes exchanged, taken out or put in; lines taken out, doubled or exchanged.
fn altered(body: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    for change in changes.as_chunks::<5>().0.iter().take(8) {
        let at = usize::from(u16::from_le_bytes([change[1], change[2]])) % body.len().max(1);
        let mut lines: Vec<&[u8]> = body.split_inclusive(|byte| *byte == b'\n').collect();
        let line = usize::from(change[3]) % lines.len().max(1);
        let other = usize::from(change[4]) % lines.len().max(1);
        let whole = match change[0] % 8 {
            0 if !lines.is_empty() => {
                lines.remove(line);
                true
            }
            1 if !lines.is_empty() => {
                lines.insert(line, lines[other]);
                true
            }
            2 if !lines.is_empty() => {
                lines.swap(line, other);
                true
            }
            _ => false,
        };
        if whole {
            body = lines.concat();
        } else if at < body.len() {
            match change[0] % 3 {
                0 => body[at] = change[3],
                1 => drop(body.remove(at)),
                _ => body.insert(at, change[3]),
            }
        }
    }
    body
}

/// The lines of a snapshot, pressed or not.
pub(crate) fn snapshot(bytes: &[u8]) {
    let (pressed, bytes) = match bytes.split_first() {
        Some((first, rest)) => (first % 2 == 1, rest.to_vec()),
        None => return,
    };
    let Ok(mut lines) = Lines::of(Cursor::new(bytes), pressed) else {
        return;
    };
    let mut number = 0;
    while number < MAX_LINES
        && let Ok(Some(line)) = lines.next()
    {
        number += 1;
        if let FeedLine::One(line) = line {
            assert_eq!(line.number, number);
            assert!(line.payload.len() <= 6 * MAX_LINE);
        }
    }
}
