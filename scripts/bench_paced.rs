//! How long answers take at a steady rate, however long those before them took (an open loop): each question has its time, and
//! its answer is measured from then on, not from when a connection was free.
//!
//!     bench_paced ADDRESS RATE SECONDS BODY
//!
//! Prints answers a second, and in milliseconds the median, the 99th and the 99.9th percentile. What the timer adds,
//! up to two milliseconds, is in them.

use std::{env, error::Error, io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// Connections that questions come over in turn: so many may be late at a time.
const CONNECTIONS: u32 = 256;

/// One answer: its length follows from `Content-Length` (RFC 9112 §6.3).
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    let head = loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    if !text.starts_with("http/1.1 200 ") {
        return Err(io::Error::other(text));
    }
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    let whole = head + length.unwrap_or(0);
    while buffer.len() < whole {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// Asks at the times that fall to one connection. Returns how long each answer took.
async fn asked(
    address: String,
    request: Arc<[u8]>,
    first: Instant,
    every: Duration,
    end: Instant,
) -> io::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut due, mut buffer, mut took) = (first, Vec::new(), Vec::new());
    while due < end {
        sleep_until(due).await;
        stream.write_all(&request).await?;
        read_answer(&mut stream, &mut buffer).await?;
        took.push(due.elapsed());
        due += every;
    }
    Ok(took)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, rate, seconds, body] = arguments.as_slice() else {
        return Err(io::Error::other("give an address, a rate, seconds and a body").into());
    };
    let between = Duration::from_secs_f64(1.0 / rate.parse::<f64>()?);
    let lasts = Duration::from_secs_f64(seconds.parse()?);
    let length = body.len();
    let request: Arc<[u8]> = format!(
        "POST /v1/check HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
    .into();
    // Once everybody is connected.
    let begun = Instant::now() + Duration::from_millis(500);
    let mut asking = JoinSet::new();
    for nth in 0..CONNECTIONS {
        let first = begun + between * nth;
        let (address, request) = (address.clone(), Arc::clone(&request));
        asking.spawn(asked(
            address,
            request,
            first,
            between * CONNECTIONS,
            begun + lasts,
        ));
    }
    let mut took = Vec::new();
    while let Some(answers) = asking.join_next().await {
        took.extend(answers??);
    }
    let all = begun.elapsed();
    took.sort_unstable();
    let at = |part: usize| {
        let place = (took.len() * part / 1_000).min(took.len().saturating_sub(1));
        took.get(place)
            .map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
    };
    let answers = took.len() as f64 / all.as_secs_f64();
    println!("{answers:.0} {:.2} {:.2} {:.2}", at(500), at(990), at(999));
    Ok(())
}
