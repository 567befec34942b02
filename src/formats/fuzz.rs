//! Trials of the feed's lines: what a line is read as is what would be written, in each form, one line a listing; and of
//! the messages of telephone exchanges.

use std::net::SocketAddr;

use super::{
    FeedFormat, csv, freeswitch,
    ndjson::{self, FeedLine, FeedOp, MAX_LINE, Opens, PAYLOAD},
    row::FeedRow,
    sip::{
        address,
        answer::{MAX_MORE, Status, answer},
        request::{Request, Unanswerable, text},
        stream,
    },
    spamblocker,
};
use crate::domain::time::Time;

/// A line of a snapshot or of changes.
pub(crate) fn line(bytes: &[u8]) {
    let read = ndjson::read(7, bytes);
    let behind = ndjson::read(7, &[bytes, b"x"].concat());
    assert!(behind.is_err(), "something stands behind the line");
    match read {
        Err(refused) => assert!(refused.to_string().len() < 120),
        Ok(FeedLine::End { count, size }) => {
            let written = ndjson::end_line(count, size);
            let again = ndjson::read(7, written.trim_end().as_bytes());
            assert_eq!(again, Ok(FeedLine::End { count, size }));
        }
        Ok(FeedLine::One(line)) => {
            // The same members in the same order; only blanks between them and escapes in their names can differ.
            assert!(line.payload.len() <= 6 * bytes.len());
            assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&line.payload).is_ok());
            if let FeedOp::Put(row) = &line.op {
                put(row);
            }
        }
    }
}

fn put(row: &FeedRow) {
    let opens = Opens {
        payload: PAYLOAD,
        salt: [3; 32],
    };
    let written = |form: FeedFormat| {
        let mut out = Vec::new();
        assert!(form.write(&mut out, row, &opens).is_ok());
        String::from_utf8_lossy(&out).into_owned()
    };
    let text = written(FeedFormat::Ndjson);
    assert!(text.len() < MAX_LINE);
    let line = text.strip_suffix('\n').unwrap_or_default();
    match ndjson::read(1, line.as_bytes()) {
        Ok(FeedLine::One(again)) => assert_eq!(again.op, FeedOp::Put(Box::new(row.clone()))),
        other => assert!(other.is_err() && line.is_empty(), "a listing is read back"),
    }
    let table = [csv::HEAD, &written(FeedFormat::Csv)].concat();
    // Rows of another length than the heading are refused.
    let cells: Vec<_> = ::csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .flatten()
        .collect();
    assert_eq!(cells.len(), 1, "a listing is a row");
    let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@']);
    assert!(!cells.iter().flatten().any(is_formula));
    let list = written(FeedFormat::List);
    assert!(list.lines().count() <= 1);
    let Some(phone) = row.phone() else { return };
    for write in [freeswitch::write, spamblocker::write] {
        let mut lines = Vec::new();
        assert!(write(&mut lines, &phone).is_ok());
        let text = String::from_utf8_lossy(&lines);
        let is_number = |line: &str| {
            line.trim_start_matches('+')
                .bytes()
                .all(|b| b.is_ascii_digit())
        };
        assert!((1..=3).contains(&text.lines().count()) && text.lines().all(is_number));
    }
}

/// Times, from text and to text.
pub(crate) fn time(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(seconds) = ndjson::seconds(text)
    {
        round(seconds);
    }
    if let Some(millis) = bytes.first_chunk() {
        let time = Time::from_millis(i64::from_le_bytes(*millis));
        let text = time.rfc3339();
        assert!(text.len() <= 27 && text.is_ascii());
        let _ = (time.plus_days(u32::MAX), time.plus_seconds(i64::MIN));
        round(time.seconds().rem_euclid(200_000_000_000));
    }
}

/// What is written of an instant is read as that instant. RFC 3339 knows the years from 0 on.
fn round(seconds: i64) {
    const YEAR_0: i64 = -62_167_219_200;
    let time = Time::from_millis(seconds.saturating_mul(1000));
    assert!(seconds < YEAR_0 || ndjson::seconds(&time.rfc3339()) == Some(seconds));
}

/// A message of a telephone exchange, as a datagram and on a connection: both read the same, and what is answered brings
/// nothing back that was not brought, is no request, and is not much longer.
pub(crate) fn sip(bytes: &[u8]) {
    let seen = SocketAddr::from(([192, 0, 2, 1], 5070));
    let datagram = stream::of_datagram(bytes).ok().flatten();
    let mut connection = stream::Stream::default();
    connection.push(bytes);
    let head = connection.head();
    assert_eq!(
        head.ok().flatten().as_deref(),
        datagram.map(|(head, _)| head),
        "a message is the same on both ways"
    );
    let Some((head, _)) = datagram else {
        return;
    };
    let head = text(head);
    let request = match Request::read(&head) {
        Ok(request) => request,
        Err(refused) => {
            assert!(refused.to_string().len() < 120);
            return;
        }
    };
    assert_eq!(request.via.answered_at(seen).ip(), seen.ip());
    if let Some(caller) = address::caller(&request) {
        let digits = caller.key().as_str().rsplit(':').next().map(str::len);
        assert!(digits.is_some_and(|length| length <= 20));
    }
    for status in [Status::Ok, Status::Decline, Status::Unavailable(u32::MAX)] {
        let told = answer(&request, status, seen);
        assert!(told.len() <= head.len() + MAX_MORE, "an answer is bounded");
        assert_eq!(told, answer(&request, status, seen), "sent again");
        let whole = stream::of_datagram(told.as_bytes()).ok().flatten();
        let read = whole.map(|(head, rest)| (Request::read(&text(head)).err(), rest));
        assert_eq!(read, Some((Some(Unanswerable::Answer), &b""[..])));
    }
}
