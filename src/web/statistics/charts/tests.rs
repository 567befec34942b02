use super::*;

fn row(count: u64) -> Row {
    Row::new("x", [count, 1])
}

fn chart(rows: Vec<Row>, note: &'static str) -> Chart {
    Chart {
        rows,
        note,
        ..Chart::ever(Lang::Vi)
    }
}

#[test]
fn a_table_is_found_by_its_name_in_either_language() {
    for subject in Subject::ALL {
        for lang in [Lang::Vi, Lang::En] {
            assert_eq!(Subject::parse(subject.slug(lang)), Some(subject));
        }
    }
    assert_eq!(Subject::parse("theo-nguoi"), None);
}

#[test]
fn a_bar_is_as_long_as_its_number_and_nothing_has_none() {
    let some = chart([300, 150, 1, 0].map(row).into(), "");
    let widths: Vec<_> = some.rows.iter().map(|row| some.width(row)).collect();
    assert_eq!(widths, [100, 50, 1, 0]);
}

#[test]
fn a_chart_of_zeros_has_nothing_to_show() {
    assert!(chart(Vec::new(), "").is_empty());
    assert!(chart(vec![Row::new("x", [0, 0])], "").is_empty());
    assert!(!chart(vec![Row::new("x", [0, 1])], "").is_empty());
}

#[test]
fn a_page_has_the_first_rows_and_what_is_not_named() {
    let numbers = |chart: &Chart| chart.shown().map(Row::length).collect::<Vec<_>>();
    let many = || (1..=30).rev().map(row).collect::<Vec<_>>();
    let first: Vec<u64> = (19..=30).rev().collect();
    let plain = chart(many(), "");
    assert_eq!(numbers(&plain), first);
    assert!(plain.is_cut());
    let places = chart(many(), "not named");
    assert_eq!(numbers(&places), [first, vec![1]].concat());
    let few = chart(vec![row(2), row(1)], "");
    assert_eq!(numbers(&few), [2, 1]);
    assert!(!few.is_cut());
}
