//! A snapshot on its way to a file: the encoded bytes are kept and resumed, also after a restart.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use ureq::{
    Body,
    http::{HeaderMap, Response},
};

use super::{
    Phase, Progress,
    error::{SyncError, Violation, io},
    upstream::{Ask, Upstream, UpstreamError},
};

const WHAT: &str = "the snapshot";
const BYTES: &str = "snapshot";
const ABOUT: &str = "snapshot.json";
/// Largest snapshot, in encoded bytes: a hundred million listings of 160 bytes.
const MAX_SNAPSHOT: u64 = 16 << 30;
/// Times it is resumed at once after a cut, as long as each brings something.
const RESUMES: u32 = 5;
const CHUNK: usize = 64 << 10;

/// What the registry said of the snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct About {
    /// Ledger size.
    pub size: u64,
    pub count: u64,
    pub digest: String,
    etag: String,
    pub zstd: bool,
    /// All bytes are there.
    whole: bool,
}

/// A snapshot's file and what is said of it.
pub(super) struct Snapshot {
    pub path: PathBuf,
    pub about: About,
}

/// Forgets what was downloaded.
pub(super) fn forget(folder: &Path) {
    // What can't be removed now is written over.
    let _ = fs::remove_file(folder.join(ABOUT));
    let _ = fs::remove_file(folder.join(BYTES));
    let _ = fs::remove_file(folder.join(super::entries::FILE));
}

/// Downloads the snapshot into `folder`, or what is missing of it.
///
/// # Errors
/// What the registry, the way or the disk refuses; what came stays for the next try.
pub(super) fn fetch(
    upstream: &mut Upstream,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<Snapshot, SyncError> {
    let mut resumes = 0;
    loop {
        let before = held(folder);
        match fetch_on(upstream, folder, progress) {
            Err(SyncError::Upstream(UpstreamError::Network { .. }))
                if resumes < RESUMES && held(folder) > before =>
            {
                resumes += 1;
                progress.say(&format!(
                    "the snapshot was cut after {} bytes; it is resumed there",
                    held(folder)
                ));
            }
            other => return other,
        }
    }
}

fn held(folder: &Path) -> u64 {
    fs::metadata(folder.join(BYTES)).map_or(0, |file| file.len())
}

fn read_about(folder: &Path) -> Option<About> {
    serde_json::from_slice(&fs::read(folder.join(ABOUT)).ok()?).ok()
}

fn write_about(folder: &Path, about: &About) -> Result<(), SyncError> {
    let (draft, path) = (folder.join("snapshot.json.new"), folder.join(ABOUT));
    let bytes = serde_json::to_vec(about).unwrap_or_default();
    fs::write(&draft, bytes)
        .and_then(|()| fs::rename(&draft, &path))
        .map_err(io(format!("cannot write {}", path.display())))
}

fn fetch_on(
    upstream: &mut Upstream,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<Snapshot, SyncError> {
    let path = folder.join(BYTES);
    let mut have = held(folder);
    let known = read_about(folder);
    if let Some(about) = known.clone().filter(|about| about.whole && have > 0) {
        return Ok(Snapshot { path, about });
    }
    let answer = match ask(upstream, have, known.as_ref()) {
        // There is nothing after what is held, though it was never whole: from the beginning.
        Err(SyncError::Upstream(error)) if error.status() == Some(416) => {
            forget(folder);
            have = 0;
            ask(upstream, 0, None)?
        }
        other => other?,
    };
    let resumed = answer.status().as_u16() == 206;
    let mut about = match (resumed, known) {
        (true, Some(known)) if continues(answer.headers(), have, &known) => known,
        (true, _) => {
            forget(folder);
            return Err(Violation::Protocol(
                "the snapshot is resumed at another place or as another one",
            )
            .into());
        }
        (false, _) => about(answer.headers())?,
    };
    let mut options = OpenOptions::new();
    options
        .create(true)
        .write(true)
        .append(resumed)
        .truncate(!resumed);
    let failed = || io(format!("cannot write {}", path.display()));
    let mut file = options.open(&path).map_err(failed())?;
    if !resumed {
        have = 0;
        write_about(folder, &about)?;
    }
    receive(answer, &mut file, have, progress, &failed)?;
    file.sync_all().map_err(failed())?;
    about.whole = true;
    write_about(folder, &about)?;
    Ok(Snapshot { path, about })
}

fn ask(
    upstream: &mut Upstream,
    have: u64,
    known: Option<&About>,
) -> Result<Response<Body>, SyncError> {
    let range = format!("bytes={have}-");
    let mut headers = vec![
        ("Accept", "application/x-ndjson"),
        ("Accept-Encoding", "zstd"),
    ];
    if let Some(about) = known.filter(|_| have > 0) {
        headers.extend([("Range", range.as_str()), ("If-Range", about.etag.as_str())]);
    }
    let ask = Ask {
        what: WHAT,
        path: "/v1/feed/snapshot",
        signed_in: true,
        wait: 0,
        headers: &headers,
    };
    Ok(upstream.open(&ask)?)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn about(headers: &HeaderMap) -> Result<About, Violation> {
    let number = |name| text(headers, name)?.parse().ok();
    Ok(About {
        size: number("feed-size").ok_or(Violation::Protocol("the snapshot has no Feed-Size"))?,
        count: number("feed-count").ok_or(Violation::Protocol("the snapshot has no Feed-Count"))?,
        digest: text(headers, "feed-digest")
            .ok_or(Violation::Protocol("the snapshot has no Feed-Digest"))?
            .to_owned(),
        etag: text(headers, "etag").unwrap_or_default().to_owned(),
        zstd: match text(headers, "content-encoding") {
            Some("zstd") => true,
            None | Some("identity") => false,
            Some(_) => {
                return Err(Violation::Protocol(
                    "the snapshot is encoded in another way than asked for",
                ));
            }
        },
        whole: false,
    })
}

/// Whether a 206 goes on exactly where the file ends.
fn continues(headers: &HeaderMap, have: u64, known: &About) -> bool {
    let range = text(headers, "content-range").unwrap_or_default();
    range.starts_with(&format!("bytes {have}-"))
        && text(headers, "etag").is_none_or(|etag| etag == known.etag)
}

fn receive<F: FnOnce(std::io::Error) -> SyncError>(
    answer: Response<Body>,
    file: &mut File,
    mut have: u64,
    progress: &mut dyn Progress,
    failed: &impl Fn() -> F,
) -> Result<(), SyncError> {
    let total = answer
        .body()
        .content_length()
        .map_or(0, |length| have + length);
    let mut body = answer.into_body().into_reader();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = body
            .read(&mut chunk)
            .map_err(|error| UpstreamError::Network {
                what: WHAT,
                cause: error.to_string(),
            })?;
        if read == 0 {
            return Ok(());
        }
        have += read as u64;
        if have > MAX_SNAPSHOT {
            return Err(UpstreamError::TooLarge {
                what: WHAT,
                limit: MAX_SNAPSHOT,
            }
            .into());
        }
        file.write_all(&chunk[..read]).map_err(failed())?;
        progress.step(Phase::Snapshot, have, total.max(have));
    }
}
