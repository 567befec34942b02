//! Records of earlier and later programs.

use crate::{
    domain::{
        change::{Actor, Entry, LedgerChange, REVISION},
        time::Time,
    },
    formats::ndjson::PAYLOAD,
    registry::engine::entry_bytes::{decode, encode, encode_as},
};

fn entry() -> Entry {
    Entry {
        at: Time::from_millis(1_800_000_000_000),
        by: Actor::Schedule,
        through: None,
        changes: vec![LedgerChange::Heartbeat.into()],
        receipt: None,
        parts: Vec::new(),
        payload: PAYLOAD,
        commitments: vec![[7; 32]],
    }
}

fn refusal(bytes: &[u8]) -> String {
    decode(17, bytes).err().expect("a refusal").to_string()
}

#[test]
fn an_entry_reads_back_as_it_was() {
    let bytes = encode(&entry()).unwrap();
    assert!(decode(17, &bytes).unwrap() == entry());
}

#[test]
fn a_later_programs_record_stops_this_one_by_name_and_not_if_it_needs_nothing_new() {
    let newer = encode_as(REVISION, REVISION + 5, &entry()).unwrap();
    assert!(
        decode(17, &newer).is_ok(),
        "written by a later program, in today's words"
    );
    let needs = encode_as(REVISION + 1, REVISION + 5, &entry()).unwrap();
    let told = refusal(&needs);
    let wanted = [
        "record 17",
        "later program",
        &format!("revision {}", REVISION + 1),
    ];
    assert!(wanted.iter().all(|word| told.contains(word)), "{told}");
    let mut format = encode(&entry()).unwrap();
    format[0] = 4;
    assert!(
        refusal(&format).contains("format 4"),
        "{}",
        refusal(&format)
    );
}

#[test]
fn records_of_before_the_first_release_are_refused_with_what_to_do() {
    for format in [1, 2] {
        let mut bytes = encode(&entry()).unwrap();
        bytes[0] = format;
        let told = refusal(&bytes);
        assert!(
            told.contains("canhgiac init") && told.contains(&format!("format {format}")),
            "{told}"
        );
    }
}

#[test]
fn what_is_cut_or_goes_on_is_no_entry() {
    let bytes = encode(&entry()).unwrap();
    for length in 0..bytes.len() {
        assert!(decode(17, &bytes[..length]).is_err(), "{length}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(decode(17, &longer).is_err());
}
