//! Whatever an office's list looks like: a number that is not the suspect's is in no accepted row.

use proptest::{prelude::*, sample::select};

use super::{field::Page, *};

/// Headings that ask for another person's number, and those for the suspect's.
const OTHERS: [&str; 14] = [
    "SĐT bị hại",
    "Số điện thoại của bạn",
    "Điện thoại người trình báo",
    "SDTNANNHAN",
    "sdtNguoiToGiac",
    "SĐT khách hàng",
    "Số máy bị gọi",
    "SĐT cán bộ thụ lý",
    "Liên hệ gia đình",
    "Victim phone",
    "Reporter's number",
    "S§T ng\u{ad}êi bÞ h¹i",
    "SÑT ngöôøi bò haïi",
    "Số người chuyển tiền",
];
const SUSPECTS: [&str; 6] = [
    "SĐT đối tượng",
    "Số điện thoại",
    "Số lừa đảo",
    "SoDienThoaiDoiTuong",
    "Suspect phone",
    "SĐT",
];
/// Remarks that take a row back.
const REMARKS: [&str; 8] = [
    "không phải lừa đảo",
    "số của bị hại",
    "đã xoá khỏi danh sách",
    "minh oan",
    "SĐT người trình báo",
    "not a scam",
    "rút lại",
    "nhập nhầm",
];
/// Titles and sections of other persons.
const TITLES: [&str; 6] = [
    "II. NGƯỜI BỊ HẠI",
    "DANH SÁCH BỊ HẠI",
    "Phần 2: Người tố giác",
    "DANH SÁCH KHÁCH HÀNG",
    "B. NẠN NHÂN",
    "DANH SÁCH CÁN BỘ TRỰC BAN",
];

/// Where a number stands that is not the suspect's.
#[derive(Clone, Copy, Debug)]
enum Place {
    Column,
    HiddenRow,
    StruckRow,
    Section,
    Title,
    Remark,
    Date,
    Amount,
}

const PLACES: [Place; 8] = [
    Place::Column,
    Place::HiddenRow,
    Place::StruckRow,
    Place::Section,
    Place::Title,
    Place::Remark,
    Place::Date,
    Place::Amount,
];

fn phone(number: u32) -> String {
    format!("0950{number:06}")
}

/// A list of `count` suspects, into which the number of an innocent person was written, before or after the others.
fn page(place: Place, first: bool, count: u32, words: [&str; 4], innocent: &str) -> Page {
    let [suspects, others, remark, title] = words;
    let mut page = Page::named("DS");
    let heading = |page: &mut Page| {
        page.rows.push(vec![
            "STT".into(),
            suspects.into(),
            others.into(),
            "Ngày".into(),
            "Số tiền".into(),
            "Ghi chú".into(),
        ]);
    };
    let entry =
        |page: &mut Page, number: &str, other: &str, date: &str, amount: &str, note: &str| {
            let serial = page.rows.len().to_string();
            page.rows.push(
                [&serial, number, other, date, amount, note]
                    .map(str::to_owned)
                    .to_vec(),
            );
        };
    if matches!(place, Place::Title) {
        page.rows.push(vec![title.into()]);
    }
    heading(&mut page);
    let theirs = |page: &mut Page| {
        for number in 0..count {
            entry(page, &phone(number), "", "05/03/2026", "5.000.000", "");
        }
    };
    let innocents = |page: &mut Page| {
        let own = phone(999);
        match place {
            Place::Column => entry(page, &own, innocent, "", "", ""),
            Place::HiddenRow => {
                entry(page, innocent, "", "", "", "");
                page.hidden_rows
                    .push(u32::try_from(page.rows.len()).expect("few"));
            }
            Place::StruckRow => {
                entry(page, innocent, "", "", "", "");
                page.struck.push(format!("B{}", page.rows.len()));
            }
            Place::Section => {
                page.rows.push(vec![title.into()]);
                entry(page, innocent, "", "", "", "");
            }
            Place::Title => entry(page, innocent, "", "", "", ""),
            Place::Remark => entry(page, innocent, "", "", "", remark),
            Place::Date => entry(page, &own, "", innocent, "", ""),
            Place::Amount => entry(page, &own, "", "", innocent, ""),
        }
    };
    // What stands below a section is the section's.
    if first && !matches!(place, Place::Section) {
        innocents(&mut page);
        theirs(&mut page);
    } else {
        theirs(&mut page);
        innocents(&mut page);
    }
    page
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn who_is_not_the_suspect_is_never_accepted(
        place in select(&PLACES),
        first: bool,
        count in 1_u32..5,
        suspects in select(&SUSPECTS),
        others in select(&OTHERS),
        remark in select(&REMARKS),
        title in select(&TITLES),
        number in 1_000_u32..1_000_000,
    ) {
        // "Danh sách bị hại" with a column "Số lừa đảo" has the suspects' numbers in it.
        let suspects = match place {
            Place::Title => "SĐT",
            Place::Column | Place::HiddenRow | Place::StruckRow | Place::Section | Place::Remark
            | Place::Date | Place::Amount => suspects,
        };
        let innocent = phone(number);
        let page = page(place, first, count, [suspects, others, remark, title], &innocent);
        let read = read(&page.file(), &|_| false);
        let key = format!("phone:+84{}", &innocent[1..]);
        let rows = read.map_err(|error| TestCaseError::fail(format!("{error:?} {page:?}")))?;
        for row in &rows {
            let names = keys(row).contains(&key);
            prop_assert!(row.outcome != Outcome::Accepted || !names, "{:?}\n{:?}", page, rows);
        }
        // The suspects are not lost for it.
        let theirs = rows.iter().flat_map(keys).filter(|held| held.starts_with("phone:+84950000"));
        prop_assert!(theirs.count() >= usize::try_from(count).expect("few"), "{:?}\n{:?}", page, rows);
    }
}
