use std::net::SocketAddr;

use super::{
    answer::{Status, answer},
    request::{Method, Request, Unanswerable},
};

mod callers;
mod heads;

const ASKED: &str = "INVITE sip:0950999999@dip SIP/2.0\r\n\
    Via: SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bKa;rport\r\n\
    Via: SIP/2.0/UDP 10.0.0.8;branch=z9hG4bKb\r\n\
    From: \"An\" <sip:0950001001@10.0.0.9>;tag=1\r\n\
    To: <sip:0950999999@dip>\r\n\
    Call-ID: a@10.0.0.9\r\n\
    CSeq: 7 INVITE\r\n\
    Max-Forwards: 70";

fn seen() -> SocketAddr {
    "192.0.2.1:9999".parse().unwrap()
}

fn read(head: &str) -> Result<Request<'_>, Unanswerable> {
    Request::read(head)
}

/// The example with a line instead of the one that begins so.
fn with(begin: &str, line: &str) -> String {
    assert!(ASKED.contains(begin), "{begin}");
    let lines = ASKED.split("\r\n");
    let lines = lines.map(|old| if old.starts_with(begin) { line } else { old });
    lines.collect::<Vec<_>>().join("\r\n")
}

#[test]
fn an_answer_brings_back_what_the_request_brought() {
    let request = read(ASKED).unwrap();
    assert_eq!((request.method, request.fault), (Method::Invite, None));
    let told = answer(&request, Status::Decline, seen());
    let (head, tag) = told.split_once("To: <sip:0950999999@dip>;tag=").unwrap();
    assert_eq!(
        head,
        "SIP/2.0 603 Decline\r\n\
         Via: SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bKa;received=192.0.2.1;rport=9999\r\n\
         Via: SIP/2.0/UDP 10.0.0.8;branch=z9hG4bKb\r\n\
         From: \"An\" <sip:0950001001@10.0.0.9>;tag=1\r\n"
    );
    let (tag, rest) = tag.split_at(16);
    assert!(tag.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(
        rest,
        "\r\nCall-ID: a@10.0.0.9\r\nCSeq: 7 INVITE\r\n\
         Reason: Q.850;cause=21;text=\"so lua dao, cong an da xac nhan; scam number confirmed by police\"\r\n\
         Server: canhgiac\r\nContent-Length: 0\r\n\r\n"
    );
    assert!(told.is_ascii());
    assert_eq!(
        answer(&request, Status::Decline, seen()),
        told,
        "sent again"
    );
    let other = with("Call-ID", "Call-ID: b@10.0.0.9");
    let other = answer(&read(&other).unwrap(), Status::Decline, seen());
    assert!(!other.contains(tag), "another call has another tag");
}

#[test]
fn each_answer_says_what_it_must_and_a_call_under_way_keeps_its_tag() {
    for (status, line, own) in [
        (
            Status::Ok,
            "200 OK",
            Some("Allow: INVITE, ACK, CANCEL, OPTIONS"),
        ),
        (Status::BadRequest, "400 Bad Request", None),
        (Status::NotFound, "404 Not Found", None),
        (
            Status::MethodNotAllowed,
            "405 Method Not Allowed",
            Some("Allow: INVITE, ACK, CANCEL, OPTIONS"),
        ),
        (
            Status::Unavailable(60),
            "503 Service Unavailable",
            Some("Retry-After: 60"),
        ),
        (
            Status::VersionNotSupported,
            "505 Version Not Supported",
            None,
        ),
        (Status::TooLarge, "513 Message Too Large", None),
    ] {
        let head = with("To", "t: <sip:a@b;tag=x>;TAG=y");
        let told = answer(&read(&head).unwrap(), status, seen());
        assert!(told.starts_with(&format!("SIP/2.0 {line}\r\n")), "{told}");
        assert!(told.contains("\r\nTo: <sip:a@b;tag=x>;TAG=y\r\n"), "{told}");
        assert!(told.ends_with("\r\nContent-Length: 0\r\n\r\n"), "{told}");
        let lines = told.lines().filter(|line| {
            ["Allow", "Retry-After", "Reason"]
                .iter()
                .any(|name| line.starts_with(name))
        });
        assert_eq!(
            lines.collect::<Vec<_>>(),
            own.into_iter().collect::<Vec<_>>()
        );
    }
}

#[test]
fn an_answer_goes_to_where_the_request_came_from_and_nowhere_else() {
    for (via, at, written) in [
        ("SIP/2.0/UDP 192.0.2.1", "192.0.2.1:5060", ""),
        ("SIP/2.0/UDP 192.0.2.1:5070", "192.0.2.1:5070", ""),
        ("SIP/2.0/UDP 192.0.2.1 : 5070", "192.0.2.1:5070", ""),
        ("SIP / 2.0 / UDP\t192.0.2.1", "192.0.2.1:5060", ""),
        (
            "SIP/2.0/UDP pbx.example:5070",
            "192.0.2.1:5070",
            ";received=192.0.2.1",
        ),
        (
            "SIP/2.0/UDP [2001:db8::1]:5070",
            "192.0.2.1:5070",
            ";received=192.0.2.1",
        ),
        (
            "SIP/2.0/UDP [2001:db8::1]",
            "192.0.2.1:5060",
            ";received=192.0.2.1",
        ),
        (
            "SIP/2.0/UDP 192.0.2.1:5070;rport",
            "192.0.2.1:9999",
            ";received=192.0.2.1;rport=9999",
        ),
        (
            "SIP/2.0/UDP 192.0.2.1;rport=1;branch=z",
            "192.0.2.1:9999",
            ";branch=z;received=192.0.2.1;rport=9999",
        ),
        (
            "SIP/2.0/UDP 192.0.2.1;maddr=203.0.113.5",
            "192.0.2.1:5060",
            ";maddr=203.0.113.5",
        ),
        (
            "SIP/2.0/UDP 192.0.2.1;received=203.0.113.5",
            "192.0.2.1:5060",
            "",
        ),
    ] {
        let head = with(
            "Via: SIP/2.0/UDP 10.0.0.9",
            &format!("v: {via}, SIP/2.0/UDP 10.0.0.7"),
        );
        let request = read(&head).unwrap();
        assert_eq!(
            request.via.answered_at(seen()),
            at.parse().unwrap(),
            "{via}"
        );
        let told = answer(&request, Status::NotFound, seen());
        let vias: Vec<_> = told.lines().skip(1).take(3).collect();
        let sender = via.split(';').next().unwrap();
        assert_eq!(vias[0], format!("Via: {sender}{written}"));
        assert_eq!(vias[1], "Via: SIP/2.0/UDP 10.0.0.7");
        assert_eq!(vias[2], "Via: SIP/2.0/UDP 10.0.0.8;branch=z9hG4bKb");
    }
    let request = with(
        "Via: SIP/2.0/UDP 10.0.0.9",
        "Via: SIP/2.0/TCP [2001:db8::1]:5070;rport",
    );
    let from: SocketAddr = "[2001:db8::1]:9".parse().unwrap();
    let told = answer(&read(&request).unwrap(), Status::NotFound, from);
    assert!(
        told.contains("5070;received=2001:db8::1;rport=9\r\n"),
        "{told}"
    );
}
