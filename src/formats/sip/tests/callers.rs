//! Who calls.

use super::{read, with};
use crate::formats::sip::address::{MAX_ASSERTED, MAX_NUMBER, caller};

fn called_by(from: &str, more: &[&str]) -> Option<String> {
    let mut head = with("From", &format!("From: {from}"));
    for line in more {
        head = format!("{head}\r\n{line}");
    }
    let caller = caller(&read(&head).unwrap());
    caller.map(|identifier| identifier.key().to_string())
}

#[test]
fn a_caller_is_read_in_every_form_in_which_exchanges_write_one() {
    const OURS: Option<&str> = Some("phone:+84950001001");
    for (from, expected) in [
        ("<sip:+84950001001@a.example>;tag=1", OURS),
        ("<sip:84950001001@a.example;user=phone>;tag=1", OURS),
        ("<sip:0950001001@a.example>", OURS),
        ("<sip:0084950001001@a.example>", OURS),
        ("<sip:950001001@a.example>", OURS),
        ("<sips:0950001001@[2001:db8::1]:5061;transport=tls>", OURS),
        ("<SIP:0950001001@a.example>", OURS),
        ("<sip:%2B84950001001@a.example>", OURS),
        ("<sip:%30950001001@a.example>", OURS),
        ("<sip:+84-950-001-001@a.example>", OURS),
        ("<sip:+84(950)001.001@a.example>", OURS),
        ("<sip:+84950001001;npdi=yes;rn=+84990@a.example>", OURS),
        ("<sip:0950001001:secret@a.example>", OURS),
        ("<sip:0950001001@a.example?subject=0950001002>", OURS),
        ("sip:0950001001@a.example;tag=1", OURS),
        ("tel:+84-950-001-001;tag=1", OURS),
        ("<tel:+84950001001>", OURS),
        ("<TEL:0950001001;phone-context=+84>", OURS),
        ("<tel:950001001;phone-context=+84>;tag=1", OURS),
        ("<tel:0950001001;phone-context=a.example>", OURS),
        ("<sip:0950001001;phone-context=%2B84@a.example>", OURS),
        ("\"<sip:0950001002@b>\" <sip:0950001001@a>;tag=1", OURS),
        ("\"a \\\" <sip:0950001002@b>\" <sip:0950001001@a>", OURS),
        ("An <sip:0950001001@a.example>\r\n ;tag=1", OURS),
        ("Nguyen \"A <sip:0950001001@a>;tag=1", OURS),
        ("\"a\\\" <sip:+84950001001@a>;tag=1", OURS),
        // What stands in a parameter's quotes is no address.
        ("sip:0950001001@a;p=\"<sip:0950001002@a>\"", OURS),
        ("<sip:02373852123@a>", Some("phone:+842373852123")),
        ("<sip:18001091@a>", Some("phone:+8418001091")),
        ("<sip:+6591234567@a>", Some("phone:+6591234567")),
        // A local number of Singapore is none of ours.
        (
            "<tel:91234567;phone-context=+65>",
            Some("phone:+6591234567"),
        ),
        ("<sip:5656@a>", Some("short_code:VN:5656")),
    ] {
        assert_eq!(called_by(from, &[]).as_deref(), expected, "{from}");
    }
}

#[test]
fn who_shows_no_number_is_nobody() {
    for from in [
        "<sip:anonymous@anonymous.invalid>;tag=1",
        "\"0950001001\" <sip:anonymous@anonymous.invalid>;tag=1",
        "<sip:0950001001>",
        "<sip:@a>",
        "<sip:09500x1001@a>",
        "<sip:0950 001 001@a>",
        "<sip:0950001001%00@a>",
        "<sip:%ff@a>",
        "<sip:++84950001001@a>",
        "<sip:0950001001+@a>",
        "<sip:0950001001/0950001002@a>",
        "<sip:447700900123@a>",
        "<mailto:0950001001@a>",
        "<0950001001>",
        "<sip:0950001001@a",
        "<tel:>",
        "0950001001",
    ] {
        assert_eq!(called_by(from, &[]), None, "{from}");
    }
}

#[test]
fn what_the_network_asserts_goes_before_what_the_caller_says() {
    let from = "<sip:0950001001@a>;tag=1";
    let asserted = |line: &str| called_by(from, &[line]).unwrap();
    for line in [
        "P-Asserted-Identity: <sip:+84950001002@a;user=phone>",
        "p-asserted-identity: \"x, y\" <sip:anonymous@a>, <tel:+84950001002>",
        "P-Asserted-Identity: tel:+84950001002",
    ] {
        assert_eq!(asserted(line), "phone:+84950001002", "{line}");
    }
    // It asserts somebody, but no number.
    assert_eq!(
        asserted("P-Asserted-Identity: <sip:an@a>"),
        "phone:+84950001001"
    );
    let lines = |unread: usize| -> Vec<&str> {
        let unread = std::iter::repeat_n("P-Asserted-Identity: <sip:an@a>", unread);
        unread
            .chain(["P-Asserted-Identity: <tel:0950001002>"])
            .collect()
    };
    let read = |unread| called_by(from, &lines(unread)).unwrap();
    assert_eq!(read(MAX_ASSERTED - 1), "phone:+84950001002");
    assert_eq!(read(MAX_ASSERTED), "phone:+84950001001");
}

#[test]
fn a_number_is_read_to_its_longest_and_no_further() {
    let long = |length: usize| {
        let number = format!("{:->length$}", "0950001001");
        called_by(&format!("<sip:{number}@a>"), &[])
    };
    assert_eq!(long(MAX_NUMBER).as_deref(), Some("phone:+84950001001"));
    assert_eq!(long(MAX_NUMBER + 1), None);
}
