//! Lines as they are written, and as they may arrive.

use super::*;

const PUT: &str = r#"{"seq":17,"op":"put","key":"phone:+84950001001","kind":"phone","listing":"0193573c-0000-7000-8000-000000000001","method":"moi","unit":"14812","listed_at":"2026-11-23T18:14:00Z","valid_until":"2027-02-21T18:14:00Z","disputed":false,"leaf":{"v":1},"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#;

fn line(text: &str) -> Line {
    match read(1, text.as_bytes()) {
        Ok(FeedLine::One(line)) => line,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_payload_is_the_line_without_seq_leaf_and_salt_in_its_order() {
    let line = line(PUT);
    let payload = String::from_utf8(line.payload.clone()).unwrap();
    assert!(payload.starts_with(r#"{"op":"put","key":"phone:+84950001001","kind""#));
    assert!(payload.ends_with(r#""disputed":false}"#), "{payload}");
    assert_eq!(line.leaf.as_deref(), Some(r#"{"v":1}"#));
    assert_eq!(line.salt().unwrap(), [0; 32]);
    let del = r#"{"seq":1,"op":"del","key":"k","listing":"0193573c-0000-7000-8000-000000000001","reason":"delisted","salt":"AA"}"#;
    assert!(matches!(super::read(1, del.as_bytes()), Ok(FeedLine::One(l)) if l.salt().is_none()));
}

#[test]
fn words_of_a_newer_registry_are_kept_and_broken_lines_refused() {
    let FeedOp::Put(put) = line(PUT).op else {
        panic!("a put")
    };
    assert_eq!((put.method.as_str(), put.kind.as_str()), ("moi", "phone"));
    assert_eq!(line(r#"{"seq":1,"op":"new","x":{}}"#).op, FeedOp::Other);
    for (from, to) in [
        ("\"phone:+84950001001\"", "\"phone:+849,1\""),
        ("\"kind\":\"phone\"", "\"kind\":\"account\""),
        ("\"seq\":17", "\"seq\":17,\"seq\":17"),
        ("\"disputed\":false", "\"disputed\":0"),
        ("2027-02-21T18:14:00Z", "soon"),
        ("\"14812\"", "\"1,2\""),
    ] {
        let broken = PUT.replacen(from, to, 1);
        assert!(read(1, broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let FeedOp::Put(row) = line(PUT).op else {
        panic!("a put")
    };
    let mut written = Vec::new();
    let opens = Opens {
        payload: PAYLOAD,
        salt: [0; 32],
    };
    write_listing(&mut written, &row, &opens).unwrap();
    let again = line(std::str::from_utf8(&written).unwrap().trim_end());
    assert_eq!(again.op, FeedOp::Put(row.clone()));
    assert_eq!(
        again.payload,
        put_payload(PAYLOAD, &row).unwrap().into_bytes()
    );
    let payload = del_payload(PAYLOAD, &row.key, row.listing, "expired").unwrap();
    for (content, op) in [
        (
            Content::Opened {
                payload: &payload,
                salt: [9; 32],
            },
            FeedOp::Del {
                key: row.key.clone(),
                listing: row.listing,
            },
        ),
        (Content::Erased, FeedOp::Erased),
        (Content::Mark, FeedOp::Mark { verifier_key: None }),
        (
            Content::VerifierKey("a+b\"c"),
            FeedOp::Mark {
                verifier_key: Some("a+b\"c".into()),
            },
        ),
        // Whoever knows only the member for new keys takes nothing from it.
        (
            Content::RetiredKey("a+b\"c"),
            FeedOp::Mark { verifier_key: None },
        ),
    ] {
        let mut written = Vec::new();
        write_change(&mut written, 5, "{\"v\":1}", &content).unwrap();
        let read = line(std::str::from_utf8(&written).unwrap().trim_end());
        assert_eq!((read.seq, read.leaf.as_deref()), (5, Some("{\"v\":1}")));
        assert_eq!(read.op, op);
    }
    let end = end_line(2, 9);
    assert_eq!(
        read(3, end.trim_end().as_bytes()),
        Ok(FeedLine::End { count: 2, size: 9 })
    );
}

#[test]
fn a_listing_of_a_kind_that_is_not_known_is_read_as_any_other() {
    let newer = PUT
        .replace("phone:+84950001001", "email:VN:a@b.example")
        .replace("\"phone\"", "\"email\"");
    let FeedOp::Put(row) = line(&newer).op else {
        panic!("a put")
    };
    assert_eq!((row.kind.as_str(), row.number()), ("email", "a@b.example"));
}

#[test]
fn the_last_line_is_told_apart() {
    let end = read(3, br#"{"end":true,"count":2,"size":9}"#).unwrap();
    assert_eq!(end, FeedLine::End { count: 2, size: 9 });
}
