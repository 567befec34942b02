//! The engine for several machines: tables in PostgreSQL, whose synchronous quorum keeps what was acknowledged.
//!
//! The tables are in `postgres/schema.sql`. An append is one statement and one transaction: the rows at `seq + 1…`, each bound by
//! a foreign key to the chain value of the one before, so whoever comes second is refused by the database, and neither a fork nor
//! a gap can be put in. A row counts once it is copied: every session waits for a commit of its own before it believes what it
//! reads (`connect`), since a server that crashed shows rows that no other may have.
//!
//! An append is never cancelled: that would leave a row that is visible and not copied. When it takes too long its connection is
//! dropped and the outcome is unknown; the server goes on, and whoever appends next meets the row, or not.
//!
//! # When it can't be reached
//!
//! The head stays where it was and reading fails. A task (`follow`) tries again each second, for ever.

mod address;
mod connect;
mod fault;
mod files;
mod follow;
mod known;
mod rows;

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_postgres::error::{DbError, Severity, SqlState};

pub use address::{Address, AddressError};
pub use files::FileRow;

use super::record::Head;
use super::scan::ErasedPart;
use super::sealed::Sealed;
use super::{AppendError, EraseError, Journal, ReadError, Standing};
use connect::{PATIENCE, Session};
use fault::Fault;
use known::{Inner, Known};

/// How long an append may take before its outcome is unknown.
const APPEND_PATIENCE: Duration = Duration::from_secs(15);
/// How long a question may take.
const READ_PATIENCE: Duration = Duration::from_secs(30);
/// What makes the tables.
const SCHEMA: &str = include_str!("postgres/schema.sql");
/// Most bytes of one page.
const MAX_READ_BYTES: usize = 16 << 20;

/// The journal in PostgreSQL.
pub struct Postgres {
    /// Taken when it is dropped.
    runtime: Option<Runtime>,
    inner: Arc<Inner>,
}

impl Postgres {
    /// Makes the tables, in a database that has none of them. The role must be allowed to.
    ///
    /// # Errors
    /// That the database can't be reached, or holds such tables.
    pub fn create(address: &Address) -> io::Result<()> {
        let runtime = runtime()?;
        let made = runtime.block_on(connect::create(address, SCHEMA));
        runtime.shutdown_background();
        made.map_err(io::Error::from)
    }

    /// Whether a journal is there and can be used.
    ///
    /// # Errors
    /// Why not.
    pub fn reach(address: &Address) -> io::Result<()> {
        let runtime = runtime()?;
        let reached = runtime.block_on(connect::connect(address, Head::EMPTY));
        runtime.shutdown_background();
        reached.map(drop).map_err(io::Error::from)
    }

    /// Opens the journal. One that can't be reached is opened all the same, without a record; it is tried again from
    /// [`Journal::follow_from`] on.
    ///
    /// # Errors
    /// That of making threads.
    pub fn open(address: Address) -> io::Result<Self> {
        Self::open_at(address, Head::EMPTY)
    }

    /// As [`Postgres::open`]; the journal must have the record `after`, or is not used.
    fn open_at(address: Address, after: Head) -> io::Result<Self> {
        let runtime = runtime()?;
        let inner = Arc::new(Inner {
            address,
            known: Mutex::new(Known {
                head: after,
                standing: Standing::Unreachable,
            }),
            grown: Condvar::new(),
            appending: Mutex::default(),
            reading: Mutex::default(),
            filing: Mutex::default(),
            asking: Mutex::default(),
        });
        // A first try, so that a journal that is there is at its head when this returns.
        let mut reading = lock(&inner.reading);
        let reached = runtime.block_on(inner.session(&mut reading)).map(drop);
        drop(reading);
        if let Err(fault) = reached {
            inner.lost(&fault);
        }
        Ok(Self {
            runtime: Some(runtime),
            inner,
        })
    }

    /// Every private part that was erased.
    ///
    /// # Errors
    /// [`ReadError::Unavailable`].
    pub fn erased(&self) -> Result<Vec<ErasedPart>, ReadError> {
        let mut reading = lock(&self.inner.reading);
        self.wait_for(async {
            let session = self.inner.session(&mut reading).await?;
            session
                .within(READ_PATIENCE, rows::erased(&session.client))
                .await
        })
        .map_err(|fault| ReadError::Unavailable(fault.into()))
    }

    fn wait_for<T>(&self, what: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(what),
            None => Err(Fault::Closed),
        }
    }

    /// One append, on a session that is there.
    async fn append_on(
        &self,
        held: &mut Option<Session>,
        records: &[Sealed<'_>],
    ) -> Result<(), AppendError> {
        let inner = &self.inner;
        let unavailable = |fault: Fault| AppendError::Unavailable(fault.into());
        let session = inner.session(held).await.map_err(unavailable)?;
        let allowed = inner.address.allow_asynchronous;
        let appended = timeout(APPEND_PATIENCE, session.append(records, allowed)).await;
        let fault = match appended {
            Ok(Ok((true, true))) if !session.take_warning() => return Ok(()),
            // The wait for copies was broken off, or given up by the server: it is there, and may go again.
            Ok(Ok((true, _))) => Fault::Uncopied,
            // The statement itself refused.
            Ok(Ok((false, _))) => {
                inner.lost(&Fault::Asynchronous);
                return Err(unavailable(Fault::Asynchronous));
            }
            Ok(Err(error)) => match error.code() {
                Some(&SqlState::UNIQUE_VIOLATION | &SqlState::FOREIGN_KEY_VIOLATION) => {
                    let known = inner.known().head;
                    let head = session.within(PATIENCE, rows::head(&session.client)).await;
                    let believed = match head {
                        Ok(head) => session
                            .believe(head, known, &inner.address)
                            .await
                            .map(|()| head),
                        Err(fault) => Err(fault),
                    };
                    let head = believed.map_err(|fault| {
                        inner.lost(&fault);
                        *held = None;
                        unavailable(fault)
                    })?;
                    inner.grow(head);
                    return Err(AppendError::Conflict { head });
                }
                // Another's append has held the place for so long that it waits for copies.
                Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                    inner.lost(&Fault::NoQuorum);
                    return Err(unavailable(Fault::NoQuorum));
                }
                // An error ends a statement before it is kept; whatever ends a session may come after.
                Some(_) if is_error(&error) => {
                    let fault = error.into();
                    inner.lost(&fault);
                    return Err(unavailable(fault));
                }
                Some(_) | None => error.into(),
            },
            Err(_) => Fault::Slow,
        };
        inner.lost(&fault);
        *held = None;
        Err(AppendError::Unknown(fault.into()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Journal for Postgres {
    fn head(&self) -> Head {
        self.inner.known().head
    }

    fn keep(&self, _at: Head, records: &[Sealed<'_>]) -> Result<Head, AppendError> {
        let Some(last) = records.last() else {
            return Err(AppendError::Refused(super::Refused::Nothing));
        };
        let mut appending = lock(&self.inner.appending);
        let Some(runtime) = &self.runtime else {
            return Err(AppendError::Unavailable(Fault::Closed.into()));
        };
        runtime.block_on(self.append_on(&mut appending, records))?;
        self.inner.grow(last.head());
        Ok(last.head())
    }

    fn read_sealed(&self, after: u64, max_bytes: usize) -> Result<Vec<Sealed<'static>>, ReadError> {
        let head = self.head().seq;
        if after >= head {
            return Ok(Vec::new());
        }
        let most = max_bytes.min(MAX_READ_BYTES);
        let mut reading = lock(&self.inner.reading);
        let page = self.wait_for(async {
            let session = self.inner.session(&mut reading).await?;
            let page = rows::page(&session.client, after, head, most);
            session.within(READ_PATIENCE, page).await
        });
        if page.is_err() {
            *reading = None;
        }
        drop(reading);
        rows::verified(page.map_err(|fault| ReadError::Unavailable(fault.into()))?)
    }

    fn wait(&self, after: u64, patience: Duration) -> u64 {
        let known = self.inner.known();
        let waited = self
            .inner
            .grown
            .wait_timeout_while(known, patience, |known| known.head.seq <= after);
        waited.unwrap_or_else(PoisonError::into_inner).0.head.seq
    }

    fn erase(&self, seq: u64, part: u16) -> Result<(), EraseError> {
        let mut appending = lock(&self.inner.appending);
        let erased = self.wait_for(async {
            let session = self.inner.session(&mut appending).await?;
            let erased = session.within(APPEND_PATIENCE, rows::erase(&session.client, seq, part));
            let found = erased.await?;
            match session.take_warning() {
                true => Err(Fault::Uncopied),
                false => Ok(found),
            }
        });
        match erased {
            Ok(rows::Place::Part) => Ok(()),
            Ok(rows::Place::Record) => Err(EraseError::NoPart { seq, part }),
            Ok(rows::Place::Nowhere) => Err(EraseError::NoRecord { seq }),
            Err(fault) => {
                // An erasure that is still under way is never cancelled either.
                *appending = None;
                Err(EraseError::Incomplete(fault.into()))
            }
        }
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn follow_from(&self, at: Head) {
        let mut known = self.inner.known();
        if known.standing == Standing::Unreachable && at.seq > known.head.seq {
            known.head = at;
        }
        drop(known);
        if let Some(runtime) = &self.runtime {
            runtime.spawn(follow::follow(Arc::clone(&self.inner)));
        }
    }

    fn refresh(&self) -> bool {
        let came = Instant::now();
        let asking = self.inner.asking.lock();
        let mut asking = asking.unwrap_or_else(PoisonError::into_inner);
        if asking.last.is_some_and(|last| last > came) {
            return true;
        }
        if !self.standing().is_reached() {
            asking.session = None;
            return false;
        }
        let known = self.inner.known().head;
        let begun = Instant::now();
        let asked = self.wait_for(async {
            let session = self.inner.session(&mut asking.session).await?;
            let looked = session.within(PATIENCE, rows::head(&session.client));
            let head = looked.await?;
            session.believe(head, known, &self.inner.address).await?;
            Ok(head)
        });
        match asked {
            Ok(head) => {
                asking.last = Some(begun);
                self.inner.grow(head);
                true
            }
            Err(fault) => {
                self.inner.lost(&fault);
                asking.session = None;
                false
            }
        }
    }

    fn standing(&self) -> Standing {
        self.inner.known().standing
    }
}

fn is_error(error: &tokio_postgres::Error) -> bool {
    let told = error.as_db_error().and_then(DbError::parsed_severity);
    told == Some(Severity::Error)
}

fn lock(held: &Mutex<Option<Session>>) -> MutexGuard<'_, Option<Session>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("journal")
        .enable_all()
        .build()
}

#[cfg(test)]
mod tests;
