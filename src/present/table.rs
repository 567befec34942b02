//! Tables for people, as spreadsheets open them.

use csv::{QuoteStyle, WriterBuilder};

use crate::domain::spreadsheet::cell;

/// A mark that tells spreadsheets that the text is UTF-8.
const MARK: &str = "\u{feff}";

/// Rows as CSV that a spreadsheet opens. A text that it would take for a formula begins with `'`.
pub fn csv<'a>(
    head: impl IntoIterator<Item = &'a str>,
    rows: impl Iterator<Item = impl IntoIterator<Item = String>>,
) -> Vec<u8> {
    let mut out = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .from_writer(MARK.as_bytes().to_vec());
    // Memory takes all that is written to it.
    let _ = out.write_record(head);
    for row in rows {
        let _ = out.write_record(row.into_iter().map(|text| cell(&text).into_owned()));
    }
    out.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_shown_as_text() {
        let row = ["=1+1", "a,\"b\"", "+84950001001"].map(str::to_owned);
        let made = csv(["Dòng", "x", "y"], [row].into_iter());
        let text = String::from_utf8(made).expect("text");
        assert_eq!(
            text,
            "\u{feff}Dòng,x,y\n'=1+1,\"a,\"\"b\"\"\",'+84950001001\n"
        );
    }
}
