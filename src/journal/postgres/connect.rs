//! Sessions: reaching the server that takes writes, and believing it.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::fault::Fault;
use super::rows;
use crate::journal::Standing;
use crate::journal::record::Head;
use crate::journal::sealed::Sealed;

/// How long one server may take to let somebody in, and to answer a short question.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// The oldest server whose ways are known: 15.
const OLDEST: i32 = 150_000;

/// A session with the server that takes writes.
pub(super) struct Session {
    pub(super) client: Client,
    insert: Statement,
    is_copied: Statement,
    /// The database said that there is more.
    pub(super) news: Arc<Notify>,
    warned: Arc<AtomicBool>,
    /// Where the journal was when the session began.
    pub(super) head: Head,
    pub(super) standing: Standing,
}

impl Session {
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Whether the server warned since this was last asked: of a commit that did not wait for its copies.
    pub(super) fn take_warning(&self) -> bool {
        self.warned.swap(false, Ordering::AcqRel)
    }

    /// Waits for an answer so long and no longer.
    pub(super) async fn within<T, E: Into<Fault>>(
        &self,
        patience: Duration,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Fault> {
        let answered = timeout(patience, answer).await;
        answered.map_err(|_| Fault::Slow)?.map_err(Into::into)
    }

    /// Appends records, and says whether they were written, and whether the server waited for a copy until the end. It writes
    /// nothing while it waits for none, unless that is allowed.
    pub(super) async fn append(
        &self,
        records: &[Sealed<'_>],
        allow_asynchronous: bool,
    ) -> Result<(bool, bool), tokio_postgres::Error> {
        // Asked in one go: the second is answered after the first is kept.
        let appending = rows::insert(&self.client, &self.insert, records, allow_asynchronous);
        let looking = self.client.query_one(&self.is_copied, &[]);
        let (written, is_copied) = tokio::join!(biased; appending, looking);
        let (written, is_copied) = (written?, is_copied?.try_get(0)?);
        Ok((written, is_copied || allow_asynchronous))
    }

    /// Believes a head that others moved: once all that leads to it is on a second server. One that is behind what was known is
    /// of a server that was deposed.
    pub(super) async fn believe(
        &self,
        head: Head,
        known: Head,
        address: &Address,
    ) -> Result<(), Fault> {
        if head.seq < known.seq || head.seq == known.seq && head.chain != known.chain {
            return Err(Fault::Deposed);
        }
        match head.seq > known.seq {
            true => self.wait_for_copies(address).await,
            false => Ok(()),
        }
    }

    /// Waits until all that the server shows is on a second one.
    pub(super) async fn wait_for_copies(&self, address: &Address) -> Result<(), Fault> {
        wait_for_copies(&self.client, address).await?;
        match self.take_warning() {
            true => Err(Fault::NoQuorum),
            false => Ok(()),
        }
    }

    /// How it stands with a server that waits for copies, or not.
    pub(super) fn stand(&mut self, is_copied: bool, address: &Address) -> Result<Standing, Fault> {
        self.standing = match (is_copied, address.allow_asynchronous) {
            (true, _) => Standing::Sound,
            (false, true) => Standing::Asynchronous,
            (false, false) => return Err(Fault::Asynchronous),
        };
        Ok(self.standing)
    }
}

/// Makes the tables.
pub(super) async fn create(address: &Address, schema: &str) -> Result<(), Fault> {
    let (client, _, _) = reach(address).await?;
    let mut schema_whole = String::from("BEGIN;\n");
    schema_whole.push_str(schema);
    schema_whole.push_str("COMMIT;");
    let made = timeout(10 * PATIENCE, client.batch_execute(&schema_whole)).await;
    Ok(made.map_err(|_| Fault::Slow)??)
}

/// A session whose journal holds `after`, and whose rows can be believed.
pub(super) async fn connect(address: &Address, after: Head) -> Result<Session, Fault> {
    let (client, news, warned) = reach(address).await?;
    let begun = async {
        let settings = rows::settings(&client).await?;
        if settings.version < OLDEST {
            return Err(Fault::TooOld(settings.version));
        }
        for (is_on, word) in [
            (settings.fsync, "fsync off"),
            (settings.full_page_writes, "full_page_writes off"),
        ] {
            if !is_on {
                return Err(Fault::Careless(word));
            }
        }
        client.batch_execute(rows::SESSION).await?;
        let insert = client.prepare(rows::INSERT).await?;
        let asked = client.prepare(rows::IS_COPIED).await?;
        let head = rows::head(&client).await?;
        let there = rows::chain_of(&client, after.seq).await?;
        if there != Some(after.chain) {
            return Err(Fault::Contradicts(after.seq));
        }
        Ok((insert, asked, head))
    };
    let (insert, asked, head) = timeout(PATIENCE, begun).await.map_err(|_| Fault::Slow)??;
    wait_for_copies(&client, address).await?;
    if warned.swap(false, Ordering::AcqRel) {
        return Err(Fault::NoQuorum);
    }
    let is_copied = timeout(PATIENCE, client.query_one(&asked, &[])).await;
    let is_copied = is_copied.map_err(|_| Fault::Slow)??.try_get(0)?;
    let mut session = Session {
        client,
        insert,
        is_copied: asked,
        news,
        warned,
        head,
        standing: Standing::Sound,
    };
    session.stand(is_copied, address)?;
    Ok(session)
}

/// Waits until all that the server shows is on a second one: a commit of our own waits for everything before it. What a server
/// shows after a crash may be on no other yet.
///
/// A wait for nothing but a word in the log may be broken off, unlike that of an append; or each try would leave one behind.
async fn wait_for_copies(client: &Client, address: &Address) -> Result<(), Fault> {
    match timeout(PATIENCE, client.batch_execute(rows::BARRIER)).await {
        Ok(waited) => Ok(waited?),
        Err(_) => {
            let tls = tls(address)?;
            // When it can't be told either, the server ends it with the connection.
            let _ = timeout(PATIENCE, client.cancel_token().cancel_query(tls)).await;
            Err(Fault::NoQuorum)
        }
    }
}

type Reached = (Client, Arc<Notify>, Arc<AtomicBool>);

/// The first server that lets us in and takes writes.
async fn reach(address: &Address) -> Result<Reached, Fault> {
    let tls = tls(address)?;
    let mut fault = Fault::Closed;
    for server in &address.servers {
        let mut server: Config = server.clone();
        server
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(PATIENCE)
            .keepalives_idle(Duration::from_secs(5))
            .keepalives_interval(Duration::from_secs(2))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(10));
        // A host that was stopped accepts and says nothing.
        match timeout(PATIENCE, server.connect(tls.clone())).await {
            Ok(Ok((client, connection))) => {
                let (news, warned) = <(Arc<Notify>, Arc<AtomicBool>)>::default();
                tokio::spawn(drive(connection, Arc::clone(&news), Arc::clone(&warned)));
                return Ok((client, news, warned));
            }
            Ok(Err(error)) => fault = error.into(),
            Err(_) => fault = Fault::Slow,
        }
    }
    Err(fault)
}

/// Moves what comes and goes, until the connection ends.
async fn drive<S, T>(mut connection: Connection<S, T>, news: Arc<Notify>, warned: Arc<AtomicBool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        match message {
            AsyncMessage::Notice(_) => warned.store(true, Ordering::Release),
            AsyncMessage::Notification(_) => news.notify_one(),
            _ => {}
        }
    }
    // Whoever waits looks, and finds it closed.
    news.notify_one();
}

fn tls(address: &Address) -> Result<MakeRustlsConnect, Fault> {
    let unusable = |what: &dyn std::fmt::Display| Fault::Refused(what.to_string());
    let mut roots = RootCertStore::empty();
    match &address.ca_file {
        Some(path) => {
            let certificates = CertificateDer::pem_file_iter(path);
            for certificate in certificates.map_err(|error| unusable(&error))? {
                let certificate = certificate.map_err(|error| unusable(&error))?;
                roots.add(certificate).map_err(|error| unusable(&error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
