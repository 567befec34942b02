use std::sync::Arc;

use tokio::io::{DuplexStream, duplex};

use super::*;
use crate::{domain::time::Time, sync::local_copy::LocalCopy};

const ASKED: &str = "OPTIONS sip:dip SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nFrom: <sip:a@b>\r\nTo: <sip:b@c>\r\n\
    Call-ID: d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 3\r\n\r\nabc";

/// A dip without a copy: it answers that nobody knows.
fn dip() -> Arc<SipDip> {
    let copy = LocalCopy::new("http://a.example", Duration::from_secs(900));
    Arc::new(SipDip::new(Arc::new(copy), || Time::from_millis(0)))
}

const SHORT: Duration = Duration::from_millis(30);
const LONG: Duration = Duration::from_secs(600);

/// A connection to a task that answers it with such patience, and how that ends.
fn open(
    patience: Patience,
    room: usize,
) -> (DuplexStream, tokio::task::JoinHandle<io::Result<()>>) {
    let (near, far) = duplex(room);
    let seen = ([192, 0, 2, 1], 5060).into();
    let task = tokio::spawn(async move { connection(far, seen, &dip(), patience).await });
    (near, task)
}

async fn answer(near: &mut DuplexStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let byte = near.read_u8().await.unwrap();
        bytes.push(byte);
    }
    String::from_utf8(bytes).unwrap()
}

fn timed_out(ended: Result<io::Result<()>, tokio::task::JoinError>) -> bool {
    ended.unwrap().unwrap_err().kind() == io::ErrorKind::TimedOut
}

#[tokio::test]
async fn a_connection_that_says_nothing_ends_after_its_time_and_one_that_asks_goes_on() {
    let patience = Patience {
        idle: LONG,
        message: SHORT,
        answer: LONG,
    };
    let (_near, task) = open(patience, 4096);
    assert!(timed_out(task.await));
    // Line ends keep the way open only for who has asked.
    let (mut near, task) = open(patience, 4096);
    while near.write_all(b"\r\n").await.is_ok() {
        sleep(Duration::from_millis(1)).await;
    }
    assert!(timed_out(task.await));
    let patience = Patience {
        idle: SHORT,
        message: LONG,
        answer: LONG,
    };
    let (mut near, task) = open(patience, 4096);
    near.write_all(ASKED.as_bytes()).await.unwrap();
    assert!(answer(&mut near).await.starts_with("SIP/2.0 503 "));
    assert!(timed_out(task.await));
}

#[tokio::test]
async fn a_message_that_stalls_ends_its_connection_in_the_head_and_in_the_body() {
    let patience = Patience {
        idle: LONG,
        message: SHORT,
        answer: LONG,
    };
    for cut in [1, ASKED.len() - 4, ASKED.len() - 1] {
        let (mut near, task) = open(patience, 4096);
        near.write_all(&ASKED.as_bytes()[..cut]).await.unwrap();
        assert!(timed_out(task.await), "cut at {cut}");
    }
    // A little now and then is no message either.
    let (mut near, task) = open(patience, 4096);
    while near.write_all(b"x").await.is_ok() {
        sleep(Duration::from_millis(1)).await;
    }
    assert!(timed_out(task.await));
}

#[tokio::test]
async fn who_takes_no_answers_is_left() {
    let patience = Patience {
        idle: LONG,
        message: LONG,
        answer: SHORT,
    };
    let (mut near, task) = open(patience, 100);
    near.write_all(ASKED.as_bytes()).await.unwrap();
    assert!(timed_out(task.await));
}

#[tokio::test]
async fn what_can_not_be_followed_is_answered_and_ends_the_connection() {
    let patience = Patience::USUAL;
    let (mut near, task) = open(patience, 4096);
    let asked = ASKED.replace("Content-Length: 3\r\n", "");
    near.write_all(asked.as_bytes()).await.unwrap();
    let mut told = String::new();
    near.read_to_string(&mut told).await.unwrap();
    assert!(told.starts_with("SIP/2.0 400 ") && told.ends_with("\r\n\r\n"));
    drop(near);
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_address_that_is_taken_names_the_flag() {
    let taken = SipPort::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let refused = SipPort::bind(taken.address()).err().unwrap();
    assert!(
        refused
            .to_string()
            .ends_with("choose another with --sip-listen")
    );
}
