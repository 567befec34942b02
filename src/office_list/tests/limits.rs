//! What is refused as a whole, and where each limit lies.

use super::*;
use crate::office_list::limits::MAX_CELL_BYTES;

#[test]
fn what_is_no_list_says_so() {
    let none = |bytes: &[u8]| read(bytes, &|_| false).expect_err("no list");
    assert_eq!(none(b"%PDF-1.4"), ListError::NotAList);
    assert_eq!(none("Tên,Tuổi\nMẫu,60\n".as_bytes()), ListError::NoHeader);
    assert_eq!(none(b""), ListError::NoHeader);
    assert_eq!(none(&XLSX[..XLSX.len() / 2]), ListError::NotAList);
    let mut torn = XLSX.to_vec();
    torn[200..4_000].fill(0x55);
    assert_eq!(none(&torn), ListError::Damaged);
    assert_eq!(none(&vec![b'a'; MAX_FILE_BYTES + 1]), ListError::TooLarge);
    assert_ne!(none(&vec![b'a'; MAX_FILE_BYTES]), ListError::TooLarge);
}

#[test]
fn a_cell_is_cut_at_its_limit() {
    use sheet::Cell;
    for (length, kept) in [
        (MAX_CELL_BYTES, MAX_CELL_BYTES),
        (MAX_CELL_BYTES + 1, MAX_CELL_BYTES),
    ] {
        assert_eq!(Cell::text(&"a".repeat(length)).text.len(), kept);
    }
    assert_eq!(Cell::text(&"ồ".repeat(MAX_CELL_BYTES)).text.len() % 3, 0);
}

#[test]
fn a_cell_is_bounded_as_it_reads_written_out() {
    use sheet::Cell;
    let most = MAX_CELL_BYTES / 18;
    for (length, kept) in [(most, most), (most + 1, most), (1_333, most)] {
        let cell = Cell::text(&"\u{fdfa}".repeat(length));
        assert_eq!(cell.text.chars().count(), kept);
        assert!(crate::domain::text::within(&cell.text, MAX_CELL_BYTES));
    }
    let letters = "ồấđ".repeat(MAX_CELL_BYTES / 8);
    assert_eq!(Cell::text(&letters).text, letters);
}

#[test]
fn every_reason_has_a_text_and_a_code_of_its_own() {
    let codes: std::collections::BTreeSet<_> =
        RowReason::ALL.iter().map(|reason| reason.code).collect();
    assert_eq!(codes.len(), RowReason::ALL.len());
    for reason in RowReason::ALL {
        assert!(
            reason
                .code
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-')
        );
        assert_ne!(reason.detail("vi"), reason.detail("en"));
    }
}

mod never_panics {
    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9OolxX*. +-]{0,22}",
            "\\PC{0,12}",
            Just("Vietcombank".to_owned()),
            Just("\"".to_owned())
        ]
    }

    proptest! {
        #[test]
        fn on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, &|_| false);
        }

        #[test]
        fn on_any_cells(cells in proptest::collection::vec(cell(), 0..60)) {
            let rows: Vec<String> = cells.chunks(4).map(|row| row.join(",")).collect();
            let list = format!("SĐT,STK,Ngân hàng,Ngày\n{}", rows.join("\n"));
            let _ = read(list.as_bytes(), &|_| false);
        }
    }

    proptest! {
        // Each unpacks and reads a workbook, twice.
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn on_a_workbook_with_bytes_changed(at in 0..XLSX.len(), with in any::<u8>(), cut in 0..XLSX.len()) {
            let mut bytes = XLSX.to_vec();
            bytes[at] = with;
            let _ = read(&bytes, &|_| false);
            let _ = read(&bytes[..cut], &|_| false);
        }
    }
}
