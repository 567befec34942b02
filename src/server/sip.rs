//! A mirror's door for telephone exchanges: SIP over UDP and TCP, at one address.
//!
//! One task answers all datagrams, one after another: an answer is a look-up in memory. A connection has a task of its own and
//! holds a head and a piece, 24 KiB, and the answers to what is whole in them: at most 400 of the shortest requests, with 60
//! bytes each, have 330 bytes each. So 128 connections hold 20 MiB and no more.

use std::{
    io,
    net::{SocketAddr, TcpListener, UdpSocket},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

use super::ServerError;
use crate::{
    formats::sip::{request::MAX_BODY, stream::Stream},
    sync::sip_dip::SipDip,
};

/// Most connections at a time. An exchange keeps one or a few.
pub const MAX_CONNECTIONS: usize = 128;
/// Most bytes of a datagram (UDP over IPv4 and IPv6).
const MAX_DATAGRAM: usize = 65_535;
/// Bytes that are read from a connection at a time.
const PIECE: usize = 8 << 10;
/// Pause after the system could not give what it was asked for: a connection with no file free, a datagram with no memory.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Between two messages. Who has not asked once has as long as one message.
    pub idle: Duration,
    /// From the first byte of a message to its last. Whoever asked waits no longer (RFC 3261, 17.1.1.2, timer B).
    pub message: Duration,
    /// Until answers are taken.
    pub answer: Duration,
}

impl Patience {
    /// For exchanges.
    pub const USUAL: Self = Self {
        idle: Duration::from_secs(600),
        message: Duration::from_secs(32),
        answer: Duration::from_secs(10),
    };
}

/// Both sockets, bound.
pub struct SipPort {
    udp: UdpSocket,
    tcp: TcpListener,
    address: SocketAddr,
}

impl SipPort {
    /// Binds an address for UDP and TCP; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ServerError::Bind`] names the address and the flag that changes it.
    pub fn bind(address: SocketAddr) -> Result<Self, ServerError> {
        let bound = || {
            let tcp = TcpListener::bind(address)?;
            let address = tcp.local_addr()?;
            let udp = UdpSocket::bind(address)?;
            tcp.set_nonblocking(true)?;
            udp.set_nonblocking(true)?;
            Ok(Self { udp, tcp, address })
        };
        bound().map_err(|source| ServerError::Bind {
            address,
            flag: "--sip-listen",
            source,
        })
    }

    /// What was bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until it is dropped.
    ///
    /// # Errors
    /// Those of handing the sockets to the runtime.
    pub async fn answer(self, dip: Arc<SipDip>) -> io::Result<()> {
        let udp = tokio::net::UdpSocket::from_std(self.udp)?;
        let tcp = tokio::net::TcpListener::from_std(self.tcp)?;
        tokio::join!(datagrams(&udp, &dip), connections(&tcp, &dip));
        Ok(())
    }
}

async fn datagrams(socket: &tokio::net::UdpSocket, dip: &SipDip) {
    let mut bytes = vec![0; MAX_DATAGRAM];
    loop {
        match socket.recv_from(&mut bytes).await {
            Ok((length, seen)) => {
                if let Some((answer, to)) = dip.datagram(&bytes[..length], seen) {
                    // What is lost on the way is asked again.
                    let _ = socket.send_to(answer.as_bytes(), to).await;
                }
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn connections(listener: &tokio::net::TcpListener, dip: &Arc<SipDip>) {
    let mut open = JoinSet::new();
    loop {
        let Ok((socket, seen)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        while open.try_join_next().is_some() {}
        if open.len() >= MAX_CONNECTIONS {
            dip.turned_away();
            continue;
        }
        let dip = dip.clone();
        // Whoever goes away, stalls or says what can't be read is let go; there is nothing to tell of it.
        open.spawn(async move { connection(socket, seen, &dip, Patience::USUAL).await });
    }
}

/// Answers the messages of a connection, each in its turn, until it ends.
async fn connection(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    seen: SocketAddr,
    dip: &SipDip,
    patience: Patience,
) -> io::Result<()> {
    let mut stream = Stream::default();
    let mut piece = [0; PIECE];
    let (mut since, mut has_asked) = (Instant::now(), false);
    loop {
        let was_within = stream.is_within_message();
        let wait = match has_asked && !was_within {
            true => patience.idle,
            false => patience.message,
        };
        let read = timeout_at(since + wait, socket.read(&mut piece)).await??;
        if read == 0 {
            return Ok(());
        }
        stream.push(&piece[..read]);
        let (answers, messages, goes_on) = answers(&mut stream, seen, dip);
        timeout(patience.answer, socket.write_all(answers.as_bytes())).await??;
        if !goes_on {
            return leave(socket, piece, patience).await;
        }
        has_asked |= messages > 0;
        if messages > 0 || has_asked && !was_within {
            since = Instant::now();
        }
    }
}

/// Ends a connection. What is still under way is taken, or the system would cut the last answer off.
async fn leave(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    mut piece: [u8; PIECE],
    patience: Patience,
) -> io::Result<()> {
    socket.shutdown().await?;
    let rest = async {
        let mut left = MAX_BODY;
        while left > 0 {
            match socket.read(&mut piece).await? {
                0 => break,
                read => left = left.saturating_sub(read),
            }
        }
        Ok(())
    };
    timeout(patience.answer, rest).await?
}

/// The answers to what is whole, how many messages that were, and whether the connection goes on.
fn answers(stream: &mut Stream, seen: SocketAddr, dip: &SipDip) -> (String, usize, bool) {
    let (mut answers, mut messages) = (String::new(), 0);
    loop {
        let head = match stream.head() {
            Ok(Some(head)) => head,
            Ok(None) => return (answers, messages, true),
            Err(_) => {
                dip.turned_away();
                return (answers, messages, false);
            }
        };
        messages += 1;
        let reply = dip.message(&head, seen);
        answers.extend(reply.answer);
        match reply.body {
            Some(body) => stream.pass_over(body),
            None => return (answers, messages, false),
        }
    }
}

#[cfg(test)]
mod tests;
