//! What a file is, told by its bytes: names and declared types lie.

use super::error::ListError;

/// The kinds of file that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Format {
    /// Text with separators, in UTF-8, UTF-16 with a mark, or Windows-1258.
    Csv,
    /// Office Open XML workbook (ECMA-376).
    Xlsx,
}

/// Signature of a file's entry in a ZIP archive, of its directory's entry, and the directory
/// entry's fixed length (APPNOTE.TXT 4.3.7 and 4.3.12).
const ZIP_LOCAL: &[u8] = b"PK\x03\x04";
const ZIP_ENTRY: &[u8] = b"PK\x01\x02";
const ZIP_ENTRY_LENGTH: usize = 46;

/// What the file is; none when it is something else.
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(ZIP_LOCAL) {
        let names: Vec<String> = entries(bytes).map(|(name, _)| name).collect();
        let workbook = names
            .iter()
            .any(|name| name.starts_with("xl/") && name.ends_with(".xml"));
        let binary = names.iter().any(|name| name == "xl/workbook.bin");
        return (workbook && !binary).then_some(Format::Xlsx);
    }
    let text = decode(bytes)?;
    let start = text.trim_start();
    let other = start.starts_with(['<', '{', '[', '%']) || start.starts_with("\u{ff}\u{d8}");
    let printable =
        |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{1a}' | '\u{c}');
    (!other && text.chars().all(printable)).then_some(Format::Csv)
}

/// Signature of a compound file: what Office wrote before 2007, and anything that it locks with a password (MS-CFB 2.2).
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Longest beginning of a page or an XML file that is looked at.
const MAX_START: usize = 4096;

/// Why a file that is no list is none, as helpful as its bytes allow.
pub(super) fn refusal(bytes: &[u8]) -> ListError {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if bytes.starts_with(COMPOUND) {
        return match () {
            () if holds("EncryptedPackage") => ListError::Locked,
            () if holds("Workbook") || holds("Book") => ListError::SaveAsXlsx,
            () => ListError::NotAList,
        };
    }
    if bytes.starts_with(ZIP_LOCAL) {
        let open = b"application/vnd.oasis.opendocument.spreadsheet";
        let start = &bytes[..bytes.len().min(MAX_START)];
        let binary = entries(bytes).any(|(name, _)| name == "xl/workbook.bin");
        return match binary || start.windows(open.len()).any(|window| window == open) {
            true => ListError::SaveAsXlsx,
            false => ListError::NotAList,
        };
    }
    let text = decode(bytes).unwrap_or_default();
    let start: String = text.trim_start().chars().take(MAX_START).collect();
    let start = start.to_ascii_lowercase();
    let table = [
        "<html",
        "<!doctype html",
        "<table",
        "urn:schemas-microsoft-com:office:spreadsheet",
    ];
    match start.starts_with('<') && table.iter().any(|sign| start.contains(sign)) {
        true => ListError::SaveAsXlsx,
        false => ListError::NotAList,
    }
}

/// The entries of a ZIP archive: name in lower case, and the size it unpacks to.
///
/// Every directory entry anywhere in the file counts, so that no two readers can disagree on
/// which directory is meant. The reader of workbooks stops at the size that is told here.
pub(super) fn entries(bytes: &[u8]) -> impl Iterator<Item = (String, u64)> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let at = rest
                .windows(ZIP_ENTRY.len())
                .position(|window| window == ZIP_ENTRY)?;
            let entry = &rest[at..];
            rest = &entry[ZIP_ENTRY.len()..];
            let length = entry
                .get(28..30)
                .map_or(0, |b| usize::from(u16::from_le_bytes([b[0], b[1]])));
            let size = entry
                .get(24..28)
                .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
            let name = entry.get(ZIP_ENTRY_LENGTH..ZIP_ENTRY_LENGTH + length);
            if let Some(Ok(name)) = name
                .filter(|name| !name.is_empty())
                .map(std::str::from_utf8)
            {
                let name = name
                    .replace('\\', "/")
                    .trim_start_matches('/')
                    .to_lowercase();
                return Some((name, u64::from(size)));
            }
        }
    })
}

/// The text of a file. UTF-16 needs its mark; what is not UTF-8 is taken for Windows-1258, the
/// Vietnamese code page, unless it holds bytes that no text has.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(str::to_owned),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => windows_1258(bytes),
        },
    }
}

/// The texts that a file may be, the likeliest first: what is not UTF-8 may also be Latin-1, in which spreadsheets save
/// what was typed in an old font.
pub(super) fn readings(bytes: &[u8]) -> impl Iterator<Item = String> {
    let other = bytes.utf8_chunks().any(|chunk| !chunk.invalid().is_empty());
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let latin = (other && !marked).then(|| bytes.iter().map(|byte| char::from(*byte)).collect());
    decode(bytes).into_iter().chain(latin)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .ok()
}

/// The upper half of Windows-1258 from 0x80 (Microsoft code page table); `\0` where there is none.
const WINDOWS_1258: [&str; 8] = [
    "€\0‚ƒ„…†‡ˆ‰\0‹Œ\0\0\0",
    "\0‘’“”•–—˜™\0›œ\0\0Ÿ",
    "\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯",
    "°±²³´µ¶·¸¹º»¼½¾¿",
    "ÀÁÂĂÄÅÆÇÈÉÊË\u{300}ÍÎÏ",
    "ĐÑ\u{309}ÓÔƠÖ×ØÙÚÛÜƯ\u{303}ß",
    "àáâăäåæçèéêë\u{301}íîï",
    "đñ\u{323}óôơö÷øùúûüư₫ÿ",
];

fn windows_1258(bytes: &[u8]) -> Option<String> {
    let upper: Vec<char> = WINDOWS_1258.iter().flat_map(|line| line.chars()).collect();
    bytes
        .iter()
        .map(|byte| match byte {
            0 => None,
            0x80.. => upper
                .get(usize::from(byte - 0x80))
                .copied()
                .filter(|c| *c != '\0'),
            _ => Some(char::from(*byte)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_what_only_looks_like_it() {
        let utf16: Vec<u8> = "\u{feff}Số,1"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let swapped: Vec<u8> = "\u{feff}Số,1"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let texts: [&[u8]; 5] = [
            "\u{feff}Số,1".as_bytes(),
            b"a;b",
            &utf16,
            &swapped,
            b"S\xf4\xec,1",
        ];
        for text in texts {
            assert_eq!(sniff(text), Some(Format::Csv), "{text:?}");
        }
        let others: [&[u8]; 9] = [
            b"%PDF-1.7\nabc",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"PK\x03\x04 nothing of a workbook",
            b"<html><table>",
            b"{\"rows\":[]}",
            b"a\0b",
            b"\xff\xfea",
        ];
        for other in others {
            assert_eq!(sniff(other), None, "{other:?}");
        }
    }

    #[test]
    fn the_vietnamese_code_page_is_read() {
        assert_eq!(WINDOWS_1258.map(|line| line.chars().count()), [16; 8]);
        assert_eq!(
            decode(b"S\xf4\xec \xf0i\xea\xf2n").as_deref(),
            Some("Sô\u{301} điê\u{323}n")
        );
    }

    #[test]
    fn a_file_of_another_kind_is_told_what_to_do() {
        let wide =
            |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let compound = |name| [COMPOUND, &[0; 512], &wide(name)].concat();
        let table: [(&[u8], ListError); 9] = [
            (&compound("Workbook"), ListError::SaveAsXlsx),
            (&compound("EncryptedPackage"), ListError::Locked),
            (&compound("WordDocument"), ListError::NotAList),
            (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ListError::SaveAsXlsx),
            (b"PK\x03\x04word", ListError::NotAList),
            (b"<html><table>", ListError::SaveAsXlsx),
            (b"\xef\xbb\xbf <!DOCTYPE html>", ListError::SaveAsXlsx),
            (b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", ListError::SaveAsXlsx),
            (b"%PDF-1.7", ListError::NotAList),
        ];
        for (bytes, error) in table {
            assert_eq!(refusal(bytes), error, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_workbook_is_known_by_its_parts() {
        let bytes = include_bytes!("../../tests/samples/police_list.xlsx");
        assert_eq!(sniff(bytes), Some(Format::Xlsx));
        assert!(
            entries(bytes).any(|(name, size)| name == "xl/worksheets/sheet1.xml" && size > 10_000)
        );
    }
}
