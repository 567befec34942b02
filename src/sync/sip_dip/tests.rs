use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::{
    domain::time::Time,
    formats::{row::FeedRow, sip::request::MAX_HEAD},
    registry::check::OfficialName,
};

const LISTED: &str = "0950001001";
const OFFICIAL: &str = "0950001002";
const STRANGER: &str = "0950001003";

fn clock() -> Time {
    Time::from_millis(1_800_000_000_000)
}

fn row(number: &str, valid_until: &str, disputed: bool) -> FeedRow {
    let text = |text: &str| text.to_owned();
    FeedRow {
        seq: 1,
        key: format!("phone:+84{}", &number[1..]),
        kind: text("phone"),
        listing: Uuid::nil(),
        method: text("khac"),
        unit: text("14812"),
        listed_at: text("2026-11-23T18:14:00Z"),
        valid_until: text(valid_until),
        renewed_at: None,
        disputed,
    }
}

/// A copy with a listing and an official number, confirmed so long ago.
fn dip(age: Duration) -> SipDip {
    let copy = LocalCopy::new("http://a.example", Duration::from_secs(900));
    copy.put(&row(LISTED, "2027-12-01T00:00:00Z", false));
    let name = OfficialName {
        vi: "Ngân hàng Mẫu".to_owned(),
        en: "Sample Bank".to_owned(),
    };
    copy.protect("phone:+84950001002", name);
    copy.arrived(5, 1, String::new());
    copy.confirmed(clock(), age, "checkpoint");
    SipDip::new(Arc::new(copy), clock)
}

fn fresh() -> SipDip {
    dip(Duration::ZERO)
}

fn asking(method: &str, number: &str) -> String {
    format!(
        "{method} sip:0950999999@dip SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch=z\r\n\
         From: <sip:{number}@a>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: d\r\nCSeq: 1 {method}\r\n"
    )
}

fn seen() -> SocketAddr {
    ([192, 0, 2, 1], 5070).into()
}

/// The first line that a datagram is answered with, and what it was counted as.
fn told(dip: &SipDip, message: &str) -> (Option<String>, Outcome) {
    let before: Vec<_> = dip.counts().collect();
    let answer = dip.datagram(message.as_bytes(), seen());
    let outcome = dip.counts().zip(before).find(|(now, old)| now != old);
    let line = answer.map(|(text, _)| text.lines().next().unwrap().to_owned());
    (line, outcome.unwrap().0.0)
}

fn told_of(dip: &SipDip, number: &str) -> (String, Outcome) {
    let (line, outcome) = told(dip, &format!("{}\r\n", asking("INVITE", number)));
    (line.unwrap(), outcome)
}

#[test]
fn only_a_listed_caller_is_declined() {
    let dip = fresh();
    for (number, line, outcome) in [
        (LISTED, "SIP/2.0 603 Decline", Outcome::Listed),
        ("+84950001001", "SIP/2.0 603 Decline", Outcome::Listed),
        (STRANGER, "SIP/2.0 404 Not Found", Outcome::NoRecord),
        (OFFICIAL, "SIP/2.0 404 Not Found", Outcome::Official),
        ("113", "SIP/2.0 404 Not Found", Outcome::Official),
        ("anonymous", "SIP/2.0 404 Not Found", Outcome::Unreadable),
    ] {
        assert_eq!(
            told_of(&dip, number),
            (line.to_owned(), outcome),
            "{number}"
        );
    }
}

#[test]
fn a_listing_that_ran_out_is_none_and_a_disputed_one_is() {
    let dip = fresh();
    dip.copy.put(&row(LISTED, "2027-01-15T07:59:00Z", false));
    assert_eq!(told_of(&dip, LISTED).1, Outcome::NoRecord);
    dip.copy.put(&row(LISTED, "2027-01-15T08:01:00Z", true));
    assert_eq!(told_of(&dip, LISTED).1, Outcome::Listed);
}

#[test]
fn an_old_copy_tells_nothing_not_even_that_it_lives() {
    let unavailable = Outcome::Unavailable;
    let old = dip(Duration::from_secs(901));
    let line = "SIP/2.0 503 Service Unavailable".to_owned();
    for number in [LISTED, OFFICIAL, STRANGER, "anonymous"] {
        assert_eq!(
            told_of(&old, number),
            (line.clone(), unavailable),
            "{number}"
        );
    }
    let alive = format!("{}\r\n", asking("OPTIONS", STRANGER));
    assert_eq!(told(&old, &alive), (Some(line), unavailable));
    let retry = |dip: &SipDip| {
        let (answer, _) = dip.datagram(alive.as_bytes(), seen()).unwrap();
        let line = answer.lines().find(|line| line.starts_with("Retry-After"));
        line.map(str::to_owned)
    };
    assert_eq!(retry(&old).as_deref(), Some("Retry-After: 60"));
    // What is left of a copy that was thrown away, and one whose registry is not followed any more.
    let forgotten = fresh();
    forgotten.copy.forget();
    assert_eq!(told_of(&forgotten, LISTED).1, unavailable);
    assert_eq!(retry(&forgotten).as_deref(), Some("Retry-After: 5"));
    let stopped = fresh();
    assert_eq!(told_of(&stopped, STRANGER).1, Outcome::NoRecord);
    stopped.copy.stop("a fork");
    assert_eq!(told_of(&stopped, STRANGER).1, unavailable);
    // What can't be asked for is told all the same.
    let other = format!("{}\r\n", asking("REGISTER", STRANGER));
    assert_eq!(told(&old, &other).1, Outcome::Refused);
}

#[test]
fn each_method_is_met_as_a_server_without_memory_meets_it() {
    let dip = fresh();
    for (method, line, outcome) in [
        ("OPTIONS", Some("SIP/2.0 200 OK"), Outcome::Alive),
        ("ACK", None, Outcome::Ignored),
        ("CANCEL", None, Outcome::Ignored),
        (
            "BYE",
            Some("SIP/2.0 405 Method Not Allowed"),
            Outcome::Refused,
        ),
        (
            "invite",
            Some("SIP/2.0 405 Method Not Allowed"),
            Outcome::Refused,
        ),
    ] {
        let message = format!("{}\r\n", asking(method, LISTED));
        let expected = (line.map(str::to_owned), outcome);
        assert_eq!(told(&dip, &message), expected, "{method}");
    }
    let wrong = |method| asking(method, LISTED).replace("CSeq: 1", "CSeq: x") + "\r\n";
    assert_eq!(told(&dip, &wrong("ACK")), (None, Outcome::Ignored));
    let refused = (Some("SIP/2.0 400 Bad Request".to_owned()), Outcome::Refused);
    assert_eq!(told(&dip, &wrong("INVITE")), refused);
}

#[test]
fn a_datagram_that_was_cut_or_is_no_request_tells_nothing() {
    let dip = fresh();
    let invite = asking("INVITE", LISTED);
    let bodied = |length: &str| {
        told(
            &dip,
            &format!("{invite}Content-Length: {length}\r\n\r\nbody"),
        )
    };
    assert_eq!(bodied("4").1, Outcome::Listed);
    assert_eq!(bodied("3").1, Outcome::Listed);
    assert_eq!(bodied("5").1, Outcome::Refused);
    assert_eq!(bodied("x").1, Outcome::Refused);
    let dropped = (None, Outcome::Dropped);
    for message in [
        invite.clone(),
        "x".repeat(MAX_HEAD + 5),
        "SIP/2.0 200 OK\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "\0\0\0\0".to_owned(),
    ] {
        assert_eq!(told(&dip, &message), dropped, "{message}");
    }
    let before: Vec<_> = dip.counts().collect();
    assert_eq!(dip.datagram(b"\r\n\r\n", seen()), None);
    assert_eq!(dip.counts().collect::<Vec<_>>(), before);
}

#[test]
fn on_a_connection_the_body_is_passed_over_and_its_length_must_be_told() {
    let dip = fresh();
    let reply = |line: &str| {
        let head = format!("{}{line}X: y", asking("INVITE", LISTED));
        let Reply { answer, body } = dip.message(head.as_bytes(), seen());
        (answer.unwrap()[8..11].to_owned(), body)
    };
    let told = |status: &str, body| (status.to_owned(), body);
    assert_eq!(reply("l: 0\r\n"), told("603", Some(0)));
    assert_eq!(
        reply(&format!("l: {MAX_BODY}\r\n")),
        told("603", Some(MAX_BODY))
    );
    assert_eq!(
        reply(&format!("l: {}\r\n", MAX_BODY + 1)),
        told("513", None)
    );
    assert_eq!(reply(""), told("400", None));
    assert_eq!(reply("l: x\r\n"), told("400", None));
    let none = Reply {
        answer: None,
        body: None,
    };
    assert_eq!(dip.message(b"GET / HTTP/1.1", seen()), none);
    let ack = format!("{}l: 7", asking("ACK", LISTED));
    let body = Some(7);
    assert_eq!(dip.message(ack.as_bytes(), seen()), Reply { body, ..none });
}
