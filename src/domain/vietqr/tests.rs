use proptest::prelude::*;

use super::*;
use crate::domain::{identifier::Identifier, reason::Reason, tsv};

#[test]
fn the_samples_read_as_they_say() {
    for row in tsv::rows(include_str!("../../../tests/samples/vietqr.tsv")) {
        let name = row.get("name");
        let payload: String = serde_json::from_str(row.get("payload_json")).unwrap_or_default();
        let read = VietQr::parse(&payload);
        if row.get("expect") == "reject" {
            assert!(read.is_err(), "{name}");
            continue;
        }
        let qr = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            qr.bin().map(|bin| bin.to_string()).unwrap_or_default(),
            row.get("bin"),
            "{name}"
        );
        assert_eq!(qr.account_text(), row.get("account"), "{name}");
        assert_eq!(
            qr.amount()
                .map(|amount| amount.to_string())
                .unwrap_or_default(),
            row.get("amount"),
            "{name}"
        );
        assert_eq!(
            qr.message().unwrap_or_default(),
            row.get("message"),
            "{name}"
        );
        assert_eq!(qr.service().code(), row.get("service"), "{name}");
    }
}

fn payload(bin: &str, account: &str, service: &str) -> String {
    let field = |id: &str, value: &str| format!("{id}{:02}{value}", value.len());
    let consumer = field("00", bin) + &field("01", account);
    let template = field("00", NAPAS) + &field("01", &consumer) + &field("02", service);
    let body = format!(
        "000201010211{}5303704{}6304",
        field("38", &template),
        "5802VN"
    );
    format!("{body}{:04X}", crc16(body.as_bytes()))
}

#[test]
fn the_payee_is_the_identifier_but_never_a_card() {
    let key = |bin, account, service| {
        Identifier::parse(&payload(bin, account, service))
            .map(|id| id.key().as_str().to_owned())
            .map_err(|error| error.reason)
    };
    assert_eq!(
        key("970488", "mau1", "QRPUSH").as_deref(),
        Ok("account:VN:970418:MAU1")
    );
    assert_eq!(
        key("971005", "0950001033", "QRIBFTTA").as_deref(),
        Ok("wallet:VN:viettel_money:+84950001033")
    );
    assert_eq!(
        key("971025", "PSP0000000000000001", "QRIBFTTA").as_deref(),
        Ok("account:VN:971025:PSP0000000000000001")
    );
    assert_eq!(
        key("970436", "9704360000000000018", "QRIBFTTA"),
        Err(Reason::CardNumber)
    );
    assert_eq!(
        key("970436", "0000000070001", "QRIBFTTC"),
        Err(Reason::CardNumber)
    );
    let shown =
        VietQr::parse(&payload("970436", "0000000070001", "QRPUSH")).map(|qr| format!("{qr:?}"));
    assert!(shown.is_ok_and(|shown| !shown.contains("70001")));
}

proptest! {
    #[test]
    fn one_changed_character_is_noticed(at in 0..95_usize, to in "[0-9A-Z]") {
        let good = payload("970436", "0000000070001", "QRIBFTTA");
        let at = at % good.len();
        let mut bad = good.clone();
        bad.replace_range(at..=at, &to);
        prop_assert!(bad == good || VietQr::parse(&bad).is_err());
    }

    #[test]
    fn nothing_makes_the_reader_panic(text in "[\\s\\S]{0,60}", tail in "000201[0-9A-Za-zộ]{0,80}") {
        let _ = VietQr::parse(&text);
        let _ = VietQr::parse(&tail);
    }
}
