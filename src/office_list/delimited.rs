//! Text with separators: CSV as spreadsheets write it in any country.

use csv::{ByteRecord, ReaderBuilder};

use super::{
    error::ListError,
    fonts, format,
    headings::Columns,
    limits::{MAX_COLUMNS, MAX_ROWS},
    sheet::{Cell, Sheet},
};

/// What may stand between cells, the likelier first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Blank lines a file may have beside its rows: they are counted as lines and nothing else.
const MAX_RECORDS: usize = 50 * MAX_ROWS;

/// Reads the text with the separator that gives the fullest heading.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, ListError> {
    let mut best: Option<(usize, Sheet, Option<ListError>)> = None;
    for text in format::readings(bytes) {
        let (announced, body) = announced_separator(&text);
        let candidates = announced.map_or_else(|| SEPARATORS.to_vec(), |separator| vec![separator]);
        for separator in candidates {
            let (sheet, broken) = rows(&text, body, separator);
            let converted = fonts::converted(&sheet);
            for sheet in std::iter::once(sheet).chain(converted) {
                let score = Columns::find(&sheet).map_or(0, |found| found.columns.score());
                if score > best.as_ref().map_or(0, |(score, ..)| *score) {
                    best = Some((score, sheet, broken));
                }
            }
        }
    }
    match best {
        Some((_, sheet, None)) => Ok(sheet),
        Some((_, _, Some(broken))) => Err(broken),
        None => Err(ListError::NoHeader),
    }
}

/// The `sep=;` that Excel may put first, and where the text goes on.
fn announced_separator(text: &str) -> (Option<u8>, usize) {
    let line = text.lines().next().unwrap_or_default();
    let Some(separator) = line.trim().trim_matches('"').strip_prefix("sep=") else {
        return (None, 0);
    };
    match separator.as_bytes() {
        [one] if SEPARATORS.contains(one) => (Some(*one), line.len()),
        _ => (None, 0),
    }
}

/// The rows from byte `from` on, and the limit that ended them early. Lines are counted from the
/// beginning of the text.
fn rows(text: &str, from: usize, separator: u8) -> (Sheet, Option<ListError>) {
    let mut sheet = Sheet::default();
    let broken = fill(&mut sheet, text, from, separator).err();
    sheet.trim();
    (sheet, broken)
}

fn fill(sheet: &mut Sheet, text: &str, from: usize, separator: u8) -> Result<(), ListError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(&text.as_bytes()[from..]);
    let mut record = ByteRecord::new();
    let mut lines = Lines {
        bytes: text.as_bytes(),
        at: 0,
        line: 1,
    };
    for _ in 0..MAX_RECORDS {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if !reader
            .read_byte_record(&mut record)
            .map_err(|_| ListError::Damaged)?
        {
            return Ok(());
        }
        let line = lines.number_at(from.saturating_add(start));
        // Twice the limit is enough to see that it is broken. The fields are pieces of text cut at
        // ASCII characters, so that nothing is ever replaced here.
        let cells: Vec<Cell> = record
            .iter()
            .take(2 * MAX_COLUMNS)
            .map(|field| Cell::text(&String::from_utf8_lossy(field)))
            .collect();
        if cells.iter().all(Cell::is_blank) && sheet.rows.len() >= MAX_ROWS {
            continue;
        }
        sheet.add(line, cells)?;
    }
    Err(ListError::TooManyRows)
}

/// Counts line ends up to a place; places must grow.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the first character at or after `place` that ends no line: the reader of
    /// records passes over blank lines without a word.
    fn number_at(&mut self, place: usize) -> u32 {
        while let Some(byte) = self.bytes.get(self.at) {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            if self.at >= place && !matches!(byte, b'\n' | b'\r') {
                break;
            }
            self.line = self.line.saturating_add(u32::from(ends_line));
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, separator: u8) -> Vec<(u32, Vec<String>)> {
        let (sheet, broken) = rows(text, 0, separator);
        assert_eq!(broken, None);
        let cells =
            |row: &super::super::sheet::Row| row.cells.iter().map(|c| c.text.clone()).collect();
        sheet
            .rows
            .iter()
            .map(|row| (row.line, cells(row)))
            .collect()
    }

    #[test]
    fn a_row_has_the_line_where_it_begins() {
        let text = "a,b\n\n\"c\nd\",e\r\n\r\nf\rg,\"h\r\ni\"\nj";
        let found: Vec<u32> = lines(text, b',')
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(found, [1, 3, 6, 7, 9]);
    }

    #[test]
    fn quotes_hold_separators_and_doubled_quotes() {
        let found = lines("\"a,\"\"b\"\"\",c \"d\"", b',');
        assert_eq!(
            found,
            [(1, vec!["a,\"b\"".to_owned(), "c \"d\"".to_owned()])]
        );
    }

    #[test]
    fn an_announced_separator_is_believed_and_counts_as_a_line() {
        let text = "sep=;\r\nSố điện thoại;Ngân hàng\r\n0950001001;VCB\r\n";
        let sheet = read(text.as_bytes()).expect("a list");
        assert_eq!(
            sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(),
            [2, 3]
        );
    }

    #[test]
    fn as_many_rows_and_cells_as_allowed_and_no_more() {
        let list = |rows: usize| {
            format!(
                "Số điện thoại,Ghi chú\n{}",
                "0950001001,a\n".repeat(rows - 1)
            )
        };
        assert_eq!(
            read(list(MAX_ROWS).as_bytes()).map(|sheet| sheet.rows.len()),
            Ok(MAX_ROWS)
        );
        assert_eq!(
            read(list(MAX_ROWS + 1).as_bytes()),
            Err(ListError::TooManyRows)
        );
        let wide = |cells: usize| format!("Số điện thoại,Ghi chú\n{}1\n", "1,".repeat(cells - 1));
        assert!(read(wide(MAX_COLUMNS).as_bytes()).is_ok());
        assert_eq!(
            read(wide(MAX_COLUMNS + 1).as_bytes()),
            Err(ListError::TooWide)
        );
    }
}
