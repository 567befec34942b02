//! Following a registry: round after round, each verified before anything of it is shown.

use std::{
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;

use super::{
    Clock, Progress,
    changes_page::{self, Head},
    copy_transaction::Writing,
    database::{Database, Fact},
    error::{SyncError, Violation},
    evidence, first_sync, hand_over,
    local_copy::LocalCopy,
    patience::{Backoff, ClockWatch},
    position::Position,
    served_keys::served_keys,
    trusted_log::Trust,
    upstream::{Ask, Credentials, Reply, Upstream},
};
use crate::registry::folder_lock::FolderLock;

/// Largest page: 2,000 lines of some 600 bytes are far below it.
const MAX_PAGE: u64 = 64 << 20;
/// Lines in a page.
const LINES: u64 = 2_000;
/// Seconds that the registry may wait for something new: well below the 60 at which proxies and firewalls between the two
/// cut what is silent.
const WAIT: u64 = 45;
/// Shortest time between two pages. A page and its acknowledgement are two requests, and a registry takes
/// 600 a minute from a partner.
const BETWEEN_PAGES: Duration = Duration::from_millis(220);
/// Longest pause after the own disk failed: it goes on by itself when there is room.
const DISK_PAUSE: Duration = Duration::from_secs(10);
/// Failures in a row after which a single run gives up.
const ONCE_TRIES: u32 = 4;

/// What a mirror is told.
pub struct Settings {
    /// Its own folder.
    pub folder: PathBuf,
    /// Address of the registry.
    pub upstream: String,
    pub credentials: Option<Credentials>,
    /// The log's verifier key, if the operator knows it.
    pub key: Option<String>,
    pub clock: Clock,
}

/// How a round ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Round {
    /// The copy is at the ledger's head.
    Current,
    /// There is more.
    Behind,
}

/// A partner's verified copy of a registry.
pub struct Mirror {
    pub(super) settings: Settings,
    pub(super) upstream: Upstream,
    pub(super) database: Database,
    pub(super) trust: Trust,
    pub(super) position: Option<Position>,
    pub(super) copy: Arc<LocalCopy>,
    /// Times in a row that the copy seemed to be another one than the registry's.
    pub(super) differences: u32,
    /// Something was erased, of which the file may still hold bytes. After a start nobody knows.
    pub(super) has_traces: bool,
    /// When changes were last asked for.
    pub(super) asked: Instant,
    pub(super) progress: Box<dyn Progress + Send>,
    /// Opening when listings changed.
    pub(super) changed: Option<mpsc::Sender<()>>,
    pub(super) _lock: FolderLock,
}

#[derive(Deserialize)]
struct Acknowledged {
    state: String,
}

impl Mirror {
    /// Tells a listener whenever listings changed.
    pub fn tell_changes(&mut self, listener: mpsc::Sender<()>) {
        self.changed = Some(listener);
    }

    /// Follows until the copy is at the ledger's head.
    ///
    /// # Errors
    /// The last failure, after some tries; an alarm at once.
    pub fn once(&mut self) -> Result<(), SyncError> {
        self.may_sync()?;
        let mut backoff = Backoff::default();
        loop {
            match self.checked_round(0) {
                Ok(Round::Current) => return Ok(()),
                Ok(Round::Behind) => backoff.reset(),
                Err(error) => {
                    self.note(&error);
                    if matches!(error, SyncError::Equivocation { .. })
                        || error.is_final()
                        || backoff.failures() + 1 >= ONCE_TRIES
                    {
                        return Err(error);
                    }
                    thread::sleep(backoff.next(error.retry_after()));
                }
            }
        }
    }

    /// Follows for ever; comes back only after an alarm, when syncing stays off until people decide.
    pub fn run(&mut self) -> SyncError {
        if let Err(stopped) = self.may_sync() {
            self.progress.say(&stopped.to_string());
            return stopped;
        }
        let mut backoff = Backoff::default();
        let mut clock = ClockWatch::new((self.settings.clock)());
        let mut was_stale = false;
        // The first round does not wait: it confirms the copy that was there.
        let mut wait = 0;
        loop {
            match self.checked_round(wait) {
                Ok(round) => {
                    backoff.reset();
                    wait = if round == Round::Current { WAIT } else { 0 };
                }
                Err(error) => {
                    self.note(&error);
                    if let SyncError::Equivocation { alarm, .. } = &error {
                        self.copy.stop(&format!("{}: {alarm}", alarm.code()));
                        return error;
                    }
                    wait = 0;
                    thread::sleep(pause(&mut backoff, &error));
                }
            }
            self.watch(&mut clock, &mut was_stale);
        }
    }

    /// Not while a proof of two histories waits for people.
    fn may_sync(&mut self) -> Result<(), SyncError> {
        match evidence::stopped(&self.settings.folder) {
            Some(reason) => {
                self.copy.stop(&reason);
                Err(SyncError::Stopped(reason))
            }
            None => Ok(()),
        }
    }

    /// One step. What does not verify may be damage here, a fault on the way or another history: the signed
    /// checkpoint is asked first, since a fork must not hide behind a wrong count, and then the own copy is looked at.
    fn checked_round(&mut self, wait: u64) -> Result<Round, SyncError> {
        if self.position.is_some()
            && let Some(what) = self.copy.doubted()
        {
            return Err(SyncError::Damaged(what));
        }
        let mut ended = self.round(wait);
        if matches!(
            &ended,
            Err(SyncError::Violation(Violation::WrongSignature(_)))
        ) && self.is_led_over()?
        {
            ended = self.round(wait);
        }
        if let (Err(SyncError::Violation(_)), Some(position)) = (&ended, &self.position) {
            let held = &position.frontier;
            if let Err(alarm @ SyncError::Equivocation { .. }) =
                self.trust.confirm(&mut self.upstream, held, held)
            {
                return Err(alarm);
            }
            self.database.verify()?;
        }
        ended
    }

    /// Whether the keys that sign now could be reached from those that were trusted.
    fn is_led_over(&mut self) -> Result<bool, SyncError> {
        let Some(mut after) = hand_over::follow(&self.trust, &mut self.upstream)? else {
            return Ok(false);
        };
        let trust = after.keep()?;
        self.database.set_fact(Fact::Trust, trust.as_bytes())?;
        self.trust = after;
        self.progress.say(
            "the registry changed its keys while this mirror was away; the log announced each under a trusted signature",
        );
        Ok(true)
    }

    /// One step: the first sync, or one page.
    fn round(&mut self, wait: u64) -> Result<Round, SyncError> {
        self.know_a_key()?;
        let Some(position) = self.position.clone() else {
            let now = (self.settings.clock)();
            let taken = first_sync::sync(
                &mut self.upstream,
                &self.trust,
                &mut self.database,
                &self.copy,
                (&self.settings.folder, now),
                &mut *self.progress,
            )?;
            self.progress.say(&format!(
                "verified {} listings at ledger size {}",
                taken.position.count,
                taken.position.frontier.size()
            ));
            self.trust = taken.trust;
            self.arrived(taken.position);
            return Ok(Round::Behind);
        };
        let reply = self.ask(position.frontier.size(), wait)?;
        let head = Head::read(&reply.headers)?;
        if reply.status == 204 {
            self.nothing_new(&position, &head)?;
        } else {
            self.page(&position, &head, &reply)?;
        }
        if self.has_traces {
            self.has_traces = !self.database.forget_traces()?;
        }
        Ok(match head.next == head.head {
            true => Round::Current,
            false => Round::Behind,
        })
    }

    fn ask(&mut self, size: u64, wait: u64) -> Result<Reply, SyncError> {
        thread::sleep(BETWEEN_PAGES.saturating_sub(self.asked.elapsed()));
        self.asked = Instant::now();
        let path = format!("/v1/feed/changes?after={size}&limit={LINES}&wait={wait}");
        let ask = Ask {
            what: "the changes",
            path: &path,
            signed_in: true,
            wait,
            headers: &[],
        };
        match self.upstream.get(&ask, MAX_PAGE) {
            Ok(reply) => Ok(reply),
            Err(error) => Err(match error.status() {
                Some(409) => self.trust.cursor_ahead(&mut self.upstream, size),
                Some(410) => SyncError::StartAnew,
                _ => error.into(),
            }),
        }
    }

    /// The registry says that nothing changed: its checkpoint must say so too.
    fn nothing_new(&mut self, position: &Position, head: &Head) -> Result<(), SyncError> {
        if head.next != position.frontier.size() || head.head != head.next {
            return Err(Violation::Protocol("an empty page that is not at the head").into());
        }
        head.agrees(position.count, &position.digest.to_string())?;
        let held = &position.frontier;
        let signed = self.trust.confirm(&mut self.upstream, held, held)?;
        let now = (self.settings.clock)();
        self.trust.raise(signed);
        let trust = self.trust.keep()?;
        self.database.set_fact(Fact::Trust, trust.as_bytes())?;
        let contact = now.millis().to_be_bytes();
        self.database.set_fact(Fact::Contact, &contact)?;
        self.copy.confirmed(now, Duration::ZERO, self.trust.note());
        self.differences = 0;
        Ok(())
    }

    fn page(&mut self, position: &Position, head: &Head, reply: &Reply) -> Result<(), SyncError> {
        let now = (self.settings.clock)();
        let origin = self.trust.origin().to_owned();
        let inside = self.database.begin()?;
        let mut writing = Writing::from(&inside, position);
        let staged = changes_page::audit(&reply.body, head, position, &mut writing, &origin)?;
        let held = &position.frontier;
        // From its leaf on a retired key counts for nothing; a new one does not vouch for itself.
        let mut after = self.trust.clone();
        after.retire(&staged.retired);
        let signed = after.confirm(&mut self.upstream, held, &staged.frontier)?;
        staged
            .keys
            .iter()
            .for_each(|key| after.keys.add(key.clone()));
        after.retire(&staged.retired);
        after.raise(signed);
        let position = writing.finish(&staged.frontier, after.keep()?, now)?;
        inside.commit()?;
        // From here on this is what is held, whatever fails below.
        self.position = Some(position.clone());
        self.trust = after;
        for (key, held) in &staged.shown {
            match held {
                Some(held) => self.copy.put(held),
                None => self.copy.remove(key),
            }
        }
        for _ in &staged.keys {
            self.progress
                .say("the registry announced a new key in its log; it is trusted from now on");
        }
        for _ in &staged.retired {
            self.progress
                .say("the registry retired a key in its log; it is not trusted any more");
        }
        if staged.officials {
            first_sync::show_officials(&self.database, &self.copy)?;
        }
        self.has_traces |= staged.erased;
        self.arrived(position);
        Ok(())
    }

    /// After a commit: shown, remembered, acknowledged.
    fn arrived(&mut self, position: Position) {
        let now = (self.settings.clock)();
        self.differences = 0;
        let size = position.frontier.size();
        let digest = position.digest.to_string();
        self.copy.arrived(size, position.count, digest.clone());
        self.copy.confirmed(now, Duration::ZERO, self.trust.note());
        if let Some(changed) = &self.changed {
            // Without a listener there is nobody to tell.
            let _ = changed.send(());
        }
        let ack = format!(
            "{{\"applied\":{size},\"count\":{},\"digest\":\"{digest}\"}}",
            position.count
        );
        self.position = Some(position);
        // A courtesy: the registry sees who is behind.
        match self
            .upstream
            .post("an acknowledgement", "/v1/feed/acks", &ack)
        {
            Ok(body) => {
                let drifted = serde_json::from_slice::<Acknowledged>(&body)
                    .is_ok_and(|answer| answer.state == "drifted");
                if drifted {
                    self.progress
                        .say("the registry says that this copy is another one than its own");
                }
            }
            Err(error) => tracing::debug!(%error, "not acknowledged"),
        }
    }

    /// Without a pinned key the first one that the registry shows is trusted.
    fn know_a_key(&mut self) -> Result<(), SyncError> {
        if !self.trust.keys.all().is_empty() {
            return Ok(());
        }
        let served = served_keys(&mut self.upstream)?;
        let key = served.into_iter().next();
        let key = key.ok_or(Violation::Protocol("there is no key"))?;
        let text = &key.to_string();
        let mut after = self.trust.clone();
        after.keys.add(key);
        after.keep()?;
        self.trust = after;
        self.progress.say(&format!(
            "no --key was given: the key that the registry shows now is trusted from here on: {text}. \
             Compare it with the one that the registry publishes elsewhere"
        ));
        Ok(())
    }
}

/// The own disk is looked at again sooner than a registry that does not answer.
fn pause(backoff: &mut Backoff, error: &SyncError) -> Duration {
    let pause = backoff.next(error.retry_after());
    if matches!(error, SyncError::Database(_) | SyncError::Io { .. }) {
        pause.min(DISK_PAUSE)
    } else {
        pause
    }
}
