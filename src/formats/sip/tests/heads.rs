//! What is read, and what is not.

use proptest::prelude::*;

use super::{ASKED, read, seen, with};
use crate::formats::sip::{
    address::caller,
    answer::{MAX_MORE, Status, answer},
    request::{Fault, Length, MAX_HEAD, MAX_HEADERS, Method, Request, Unanswerable, text},
    stream::{HeadTooLong, Stream, of_datagram},
};

#[test]
fn what_no_answer_can_be_made_of_is_told_apart() {
    use Unanswerable::{Answer, Incomplete, NotSip};
    for (head, expected) in [
        (String::new(), NotSip),
        ("GET / HTTP/1.1\r\nHost: a".to_owned(), NotSip),
        (with("INVITE", "INVITE sip:a@b"), NotSip),
        (with("INVITE", "INVITE  SIP/2.0"), NotSip),
        (with("INVITE", "INVITE sip:a@b SIP/2.0 "), NotSip),
        (with("INVITE", "SIP/2.0 200 OK"), Answer),
        (with("INVITE", "SIP/2.0 503 Service Unavailable"), Answer),
        (with("INVITE", "sip/3.0"), Answer),
        (ASKED.replace("From", "F-rom"), Incomplete),
        (ASKED.replace("Via", "Vie"), Incomplete),
        (with("Call-ID", "Call-ID: "), Incomplete),
        (format!("{ASKED}\r\nt: <sip:a@b>"), Incomplete),
        (format!("{ASKED}\r\nCSEQ: 7 INVITE"), Incomplete),
        (
            with("Via: SIP/2.0/UDP 10.0.0.9", "Via: HTTP/2.0/UDP a"),
            Incomplete,
        ),
        (
            with("Via: SIP/2.0/UDP 10.0.0.9", "Via: SIP/2.0/UDP"),
            Incomplete,
        ),
        (
            with("Via: SIP/2.0/UDP 10.0.0.9", "Via: SIP/2.0/UDP a:0"),
            Incomplete,
        ),
        (
            with("Via: SIP/2.0/UDP 10.0.0.9", "Via: SIP/2.0/UDP a:65536"),
            Incomplete,
        ),
        (
            with("Via: SIP/2.0/UDP 10.0.0.9", "Via: SIP/2.0/UDP a b"),
            Incomplete,
        ),
        // A line that an answer would have as one of its own.
        (ASKED.replace("An", "A\nX: n"), NotSip),
        (ASKED.replace("An", "A\rX: n"), NotSip),
    ] {
        assert_eq!(read(&head), Err(expected), "{head}");
    }
}

#[test]
fn what_is_no_text_is_shown_as_such_and_the_caller_is_read_all_the_same() {
    for name in [&b"Nguy\xean"[..], b"x\x01", b"\xff\xfe\0", b"\xe1\xba"] {
        let mut head = ASKED.replace("Max-Forwards: 70", "Subject: ").into_bytes();
        head.extend_from_slice(name);
        let at = head.windows(2).position(|two| two == b"An").unwrap();
        head.splice(at..at + 2, name.iter().copied());
        let shown = text(&head);
        assert_eq!(shown.len(), head.len());
        let request = read(&shown).unwrap();
        let caller = caller(&request).unwrap();
        assert_eq!(caller.key().as_str(), "phone:+84950001001");
        let copied = format!("From: \"{}\" <sip:0950001001@10.0.0.9>", text(name));
        assert!(answer(&request, Status::Decline, seen()).contains(&copied));
    }
    assert_eq!(text("Nguyễn\t\r\n".as_bytes()), "Nguyễn\t\r\n");
}

#[test]
fn what_is_wrong_and_can_be_answered_is_told() {
    for (begin, line, fault) in [
        ("INVITE", "INVITE sip:a@b sip/2.0", None),
        ("INVITE", "INVITE sip:a@b SIP/3.0", Some(Fault::Version)),
        ("CSeq", "CSeq: 7\r\n INVITE", None),
        ("CSeq", "CSeq: 4294967295 INVITE", None),
        ("CSeq", "CSeq: 4294967296 INVITE", Some(Fault::Sequence)),
        ("CSeq", "CSeq: +7 INVITE", Some(Fault::Sequence)),
        ("CSeq", "CSeq: 7 OPTIONS", Some(Fault::Sequence)),
        ("CSeq", "CSeq: 7", Some(Fault::Sequence)),
        ("CSeq", "CSeq: 7 INVITE x", Some(Fault::Sequence)),
        ("Max", "no colon", None),
    ] {
        assert_eq!(read(&with(begin, line)).unwrap().fault, fault, "{line}");
    }
    for (line, length) in [
        ("Max-Forwards: 70", Length::Untold),
        ("l: 0", Length::Bytes(0)),
        ("Content-Length : 12", Length::Bytes(12)),
        ("Content-Length: -1", Length::Unreadable),
        ("Content-Length: 1e3", Length::Unreadable),
        ("Content-Length: 99999999999999999999", Length::Unreadable),
        ("l: 1\r\nContent-Length: 1", Length::Unreadable),
    ] {
        assert_eq!(read(&with("Max", line)).unwrap().length, length, "{line}");
    }
    for (word, method) in [
        ("ACK", Method::Ack),
        ("CANCEL", Method::Cancel),
        ("OPTIONS", Method::Options),
        ("invite", Method::Other),
        ("REGISTER", Method::Other),
    ] {
        let head = ASKED.replace("INVITE", word);
        let request = read(&head).unwrap();
        assert_eq!((request.method, request.fault), (method, None));
    }
}

#[test]
fn a_head_has_so_many_lines_and_no_more() {
    let own = ASKED.matches("\r\n").count();
    let head = |lines: usize| format!("{ASKED}{}", "\r\nX: y".repeat(lines - own));
    assert!(read(&head(MAX_HEADERS)).is_ok());
    assert_eq!(
        read(&head(MAX_HEADERS + 1)),
        Err(Unanswerable::TooManyHeaders)
    );
}

#[test]
fn a_head_is_taken_to_its_longest_and_no_further() {
    let message = |length: usize| {
        let head = format!("{ASKED}\r\nX: ");
        format!("{head}{}\r\n\r\n", "y".repeat(length - head.len()))
    };
    let (fits, too_long) = (message(MAX_HEAD), message(MAX_HEAD + 1));
    let (head, body) = of_datagram(fits.as_bytes()).unwrap().unwrap();
    assert_eq!((head.len(), body.len()), (MAX_HEAD, 0));
    assert_eq!(of_datagram(too_long.as_bytes()), Err(HeadTooLong));
    assert_eq!(of_datagram(ASKED.as_bytes()), Err(HeadTooLong), "no end");
    assert_eq!(of_datagram(b"\r\n\r\n"), Ok(None));
    assert_eq!(of_datagram(b""), Ok(None));

    let pushed = |bytes: &str| {
        let mut stream = Stream::default();
        stream.push(bytes.as_bytes());
        stream.head().map(|head| head.map(|head| head.len()))
    };
    assert_eq!(pushed(&fits), Ok(Some(MAX_HEAD)));
    assert_eq!(pushed(&fits[..fits.len() - 1]), Ok(None));
    assert_eq!(pushed(&too_long), Err(HeadTooLong));
    assert_eq!(pushed(&too_long[..too_long.len() - 1]), Err(HeadTooLong));
}

/// Heads and bodies as a connection brings them, in pieces of such sizes.
fn taken(bytes: &[u8], body: usize, sizes: &[usize]) -> Vec<String> {
    let (mut stream, mut heads, mut rest) = (Stream::default(), Vec::new(), bytes);
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, more) = rest.split_at((*size).min(rest.len()));
        rest = more;
        stream.push(piece);
        while let Some(head) = stream.head().unwrap() {
            heads.push(String::from_utf8(head).unwrap());
            stream.pass_over(body);
        }
    }
    assert!(!stream.is_within_message());
    heads
}

proptest! {
    #[test]
    fn messages_on_a_connection_are_the_same_however_they_are_cut(
        heads in prop::collection::vec("[A-Z]{1,9} [a-z:]{1,20}(\r\nX: [ -~]{0,30}){0,3}", 1..6),
        body in 0_usize..40,
        gap in 0_usize..3,
        sizes in prop::collection::vec(1_usize..60, 1..8),
    ) {
        let mut bytes = Vec::new();
        for head in &heads {
            bytes.extend("\r\n".repeat(gap).bytes());
            bytes.extend(head.bytes());
            bytes.extend(b"\r\n\r\n");
            bytes.extend(vec![b'\r'; body]);
        }
        prop_assert_eq!(taken(&bytes, body, &sizes), heads);
    }

    #[test]
    fn whatever_is_read_is_answered_in_bounds_and_read_as_an_answer(
        values in prop::collection::vec("[ -~]{0,80}|<sip:[+0-9%;=.-]{0,40}@a>|SIP/2.0/UDP [0-9.:]{1,20}(;(rport|received|maddr)(=[0-9.]{1,9})?){0,3}", 5),
        below in 0_usize..MAX_HEADERS,
        status in prop::sample::select(vec![
            Status::Ok, Status::NotFound, Status::Decline, Status::Unavailable(u32::MAX), Status::VersionNotSupported,
        ]),
    ) {
        let [via, from, to, id, asserted] = &values[..] else { unreachable!() };
        let head = format!(
            "A b SIP/2.0\r\nv:{via}{}\r\nf:{from}\r\nt:{to}\r\ni:{id}\r\ncseq:1 A\r\nP-Asserted-Identity:{asserted}",
            "\r\nv:SIP/2.0/U h".repeat(below),
        );
        if let Ok(request) = read(&head) {
            let _ = caller(&request);
            let told = answer(&request, status, seen());
            prop_assert!(told.len() <= head.len() + MAX_MORE, "{} from {}", told.len(), head.len());
            let (head, rest) = of_datagram(told.as_bytes()).unwrap().unwrap();
            prop_assert!(rest.is_empty());
            let head = text(head);
            prop_assert_eq!(Request::read(&head), Err(Unanswerable::Answer));
            prop_assert_eq!(request.via.answered_at(seen()).ip(), seen().ip());
        }
    }
}
