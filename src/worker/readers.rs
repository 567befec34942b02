//! The service's side: starts a child for each file and waits for its answer, within a time.

use std::{collections::HashSet, path::PathBuf, process::Stdio, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Semaphore,
    time::timeout,
};

use super::{
    end::End,
    job::{CodeTexts, Job, ListAnswer, read_code_texts, read_list},
    safe_copy::{self, CopyAnswer},
};
use crate::{domain::key::Key, office_list::Mapping};

/// The program that is running: still there, and the same, when its file was replaced by a newer one.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// Safe copies that are drawn at the same time: with the memory of a child, 1.5 GiB.
const COPIES: usize = 2;

/// Hears how each child ended.
pub type Told = dyn Fn(Job, End) + Send + Sync;

/// Who has files read.
#[derive(Clone)]
pub struct Readers {
    program: PathBuf,
    told: Arc<Told>,
    copies: Arc<Semaphore>,
}

impl Readers {
    /// Has files read by this program.
    pub fn new(told: impl Fn(Job, End) + Send + Sync + 'static) -> Self {
        Self::by(OWN_PROGRAM.into(), told)
    }

    fn by(program: PathBuf, told: impl Fn(Job, End) + Send + Sync + 'static) -> Self {
        Self {
            program,
            told: Arc::new(told),
            copies: Arc::new(Semaphore::new(COPIES)),
        }
    }

    /// What the codes in a picture say.
    ///
    /// # Errors
    /// How the child ended that gave no answer.
    pub async fn picture(&self, file: &[u8]) -> Result<CodeTexts, End> {
        self.ask(Job::Picture, &[file], read_code_texts).await
    }

    /// Reads and judges an office's list. `officials` are protected from being listed, beside those that are built in;
    /// `mapping` is what an officer says of its columns.
    ///
    /// # Errors
    /// How the child ended that gave no answer.
    pub async fn list(
        &self,
        officials: &HashSet<Key>,
        mapping: &Mapping,
        file: &[u8],
    ) -> Result<ListAnswer, End> {
        let head = postcard::to_stdvec(&(officials, mapping)).map_err(|_| End::NotStarted)?;
        self.ask(Job::List, &[&head, file], read_list).await
    }

    /// Draws a picture anew: nothing but what it shows is left. Two at a time; who comes then waits, and the time of a copy
    /// begins when its turn comes. How many may wait is for the caller to bound.
    ///
    /// # Errors
    /// How the child ended that gave no answer.
    pub async fn safe_copy(&self, file: &[u8]) -> Result<CopyAnswer, End> {
        let _turn = self.copies.acquire().await.map_err(|_| End::NotStarted)?;
        self.ask(Job::SafeCopy, &[file], safe_copy::read).await
    }

    async fn ask<T>(
        &self,
        job: Job,
        request: &[&[u8]],
        read: fn(&[u8]) -> Option<T>,
    ) -> Result<T, End> {
        let mut telling = Telling {
            job,
            end: End::Left,
            told: &*self.told,
        };
        let answer = timeout(job.allowance().time, self.answer(job, request));
        let answer = answer.await.unwrap_or(Err(End::TimeOver));
        let answer = answer.and_then(|bytes| read(&bytes).ok_or(End::Nonsense));
        telling.end = answer.as_ref().map_or_else(|end| *end, |_| End::Answered);
        answer
    }

    async fn answer(&self, job: Job, request: &[&[u8]]) -> Result<Vec<u8>, End> {
        let mut child = self.start(job).map_err(|error| {
            tracing::error!(%error, "a process to read a file could not be started");
            End::NotStarted
        })?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let most = job.allowance().answer;
        // A child that has ended takes no more; its status says why. One that says too much is ended.
        let (_, answer) = tokio::join!(send(stdin, request), async {
            let answer = receive(stdout, most).await;
            if answer.is_none() {
                let _ = child.start_kill();
            }
            answer
        });
        let status = child.wait().await.map_err(|_| End::Nonsense)?;
        let answer = answer.ok_or(End::Nonsense)?;
        let end = End::of(status);
        (end == End::Answered).then_some(answer).ok_or(end)
    }

    fn start(&self, job: Job) -> std::io::Result<Child> {
        Command::new(&self.program)
            .arg0("canhgiac")
            .args(["worker", job.as_str()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What a library complains of may show what is in a file.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }
}

/// Tells how a child ended, also when nobody waits for it any more.
struct Telling<'t> {
    job: Job,
    end: End,
    told: &'t Told,
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        (self.told)(self.job, self.end);
        if !matches!(self.end, End::Answered | End::Left) {
            let (job, end) = (self.job.as_str(), self.end.as_str());
            tracing::warn!(job, end, "a file was not read");
        }
    }
}

/// Sends the request, and its end.
async fn send(stdin: Option<ChildStdin>, request: &[&[u8]]) -> std::io::Result<()> {
    let Some(mut stdin) = stdin else {
        return Ok(());
    };
    for part in request {
        stdin.write_all(part).await?;
    }
    stdin.shutdown().await
}

/// The whole answer; none when it is longer than `most`.
async fn receive(stdout: Option<ChildStdout>, most: usize) -> Option<Vec<u8>> {
    let mut answer = Vec::new();
    let stdout = stdout?.take(most as u64 + 1);
    let read = { stdout }.read_to_end(&mut answer).await;
    (read.is_ok() && answer.len() <= most).then_some(answer)
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt, path::Path, sync::Mutex, time::Duration};

    use super::*;

    type Ends = Arc<Mutex<Vec<(Job, End)>>>;

    /// Readers whose program is a script in a folder.
    fn readers(folder: &Path, script: &str) -> (Readers, Ends) {
        let program = folder.join("child");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let ends = Ends::default();
        let told = ends.clone();
        let tell = move |job, end| told.lock().unwrap().push((job, end));
        (Readers::by(program, tell), ends)
    }

    #[tokio::test]
    async fn whatever_a_child_does_is_an_answer_or_an_end() {
        let folder = tempfile::tempdir().unwrap();
        for (script, end) in [
            ("cat >/dev/null; printf '\\0'", End::Answered),
            ("cat >/dev/null; printf '\\0\\0'", End::Nonsense),
            ("cat >/dev/null; printf '\\7'", End::Nonsense),
            ("cat >/dev/null", End::Nonsense),
            ("exit 0", End::Nonsense),
            ("printf '\\0'; exit 1", End::Nonsense),
            ("exec yes", End::Nonsense),
            ("exit 3", End::NotStarted),
            ("kill -ABRT $$", End::Aborted),
            ("kill -XCPU $$", End::ProcessorOver),
            ("kill -KILL $$", End::Killed),
        ] {
            let (readers, ends) = readers(folder.path(), script);
            // More than a pipe holds, so that a child that does not read is met.
            let answer = readers.picture(&[0; 1 << 20]).await;
            let answered = end == End::Answered;
            let expected = answered.then_some(CodeTexts::new()).ok_or(end);
            assert_eq!(answer, expected, "{script}");
            assert_eq!(ends.lock().unwrap().len(), 1, "{script}");
        }
        let nowhere = Readers::by("/nowhere/child".into(), |_, _| {});
        assert_eq!(nowhere.picture(b"").await, Err(End::NotStarted));
    }

    #[tokio::test]
    async fn a_safe_copy_is_a_picture_or_nonsense() {
        let folder = tempfile::tempdir().unwrap();
        for (said, end) in [
            // No copy, and why not.
            ("\\1\\1", None),
            ("\\1\\1x", Some(End::Nonsense)),
            ("\\1\\7", Some(End::Nonsense)),
            // A PNG of 1 x 1, and what is none.
            (
                "\\0\\0\\1\\1\\0\\211PNG\\r\\n\\032\\n\\0\\0\\0\\015IHDR",
                None,
            ),
            ("\\0\\0\\1\\1\\0<svg/>", Some(End::Nonsense)),
            ("\\0\\0\\1\\1\\0", Some(End::Nonsense)),
        ] {
            let script = format!("cat >/dev/null; printf '{said}'");
            let (readers, _) = readers(folder.path(), &script);
            let answer = readers.safe_copy(b"x").await;
            assert_eq!(answer.as_ref().err().copied(), end, "{said} {answer:?}");
        }
        let (readers, _) = readers(folder.path(), "exec yes");
        assert_eq!(readers.safe_copy(b"x").await, Err(End::Nonsense));
    }

    #[tokio::test]
    async fn two_safe_copies_are_drawn_at_a_time_and_hold_up_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo $2 >>\"${0%/*}/begun\"; exec sleep 600";
        let (readers, ends) = readers(folder.path(), script);
        let begun = || {
            let begun = std::fs::read_to_string(folder.path().join("begun")).unwrap_or_default();
            begun.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let until = async |count: usize| {
            while begun().len() < count {
                tokio::task::yield_now().await;
            }
        };
        let copy = || readers.safe_copy(b"x");
        tokio::select! {
            biased;
            answer = async { tokio::join!(copy(), copy(), copy()) } => panic!("{answer:?}"),
            () = async {
                until(2).await;
                tokio::select! {
                    answer = readers.picture(b"x") => panic!("{answer:?}"),
                    () = until(3) => {}
                }
            } => {}
        }
        assert_eq!(begun(), ["safe-copy", "safe-copy", "picture"]);
        // Who only waited had no child.
        assert_eq!(ends.lock().unwrap().len(), 3);
        assert_eq!(readers.copies.available_permits(), COPIES);
    }

    #[tokio::test]
    async fn who_leaves_takes_the_child_along() {
        let folder = tempfile::tempdir().unwrap();
        let (readers, ends) = readers(folder.path(), "echo $$ >\"${0%/*}/pid\"; exec sleep 600");
        let pid = folder.path().join("pid");
        tokio::select! {
            answer = readers.picture(b"") => panic!("{answer:?}"),
            () = async { while std::fs::read(&pid).unwrap_or_default().is_empty() { tokio::task::yield_now().await } } => {}
        }
        assert_eq!(*ends.lock().unwrap(), [(Job::Picture, End::Left)]);
        let pid = std::fs::read_to_string(pid).unwrap();
        let process = format!("/proc/{}/stat", pid.trim());
        // Killed is at once; gone is when the runtime has looked after it.
        let gone = async {
            while std::fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z ")) {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), gone).await.unwrap();
    }
}
