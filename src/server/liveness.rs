//! Whether a service that listens also answers: with too few descriptors or threads its workers can be gone while the
//! process lives on.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

/// How long the first answer may take, on a machine that is busy starting other things.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(100);

const QUESTION: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200";

/// Asks a listener of this process until it answers.
///
/// # Errors
/// The last that went wrong.
pub(super) async fn answers(address: SocketAddr) -> io::Result<()> {
    let mut last = io::ErrorKind::TimedOut.into();
    let asked = async {
        while let Err(error) = ask(address).await {
            last = error;
            sleep(PAUSE).await;
        }
    };
    let answered = timeout(PATIENCE, asked).await;
    answered.map_err(|_| last)
}

async fn ask(address: SocketAddr) -> io::Result<()> {
    let mut line = TcpStream::connect(address).await?;
    line.write_all(QUESTION).await?;
    let mut answer = [0; ANSWER.len()];
    line.read_exact(&mut answer).await?;
    if answer == ANSWER {
        Ok(())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}
