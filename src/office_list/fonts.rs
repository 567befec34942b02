//! Old Vietnamese fonts: text typed for .VnTime (TCVN 5712:1993, VN3) or VNI-Times, which a reader of Unicode sees as
//! accented Latin letters and signs.

use unicode_normalization::UnicodeNormalization;

use super::sheet::{Nature, Sheet};

/// Letters of VN3 from 0xA1, as the same places of Latin-1 show them (TCVN 5712:1993); `\0` where there is none.
const TCVN3: [&str; 6] = [
    "ĂÂÊÔƠƯĐăâêôơưđ\0",
    "\0\0\0\0àảãáạ\0ằẳẵắ\0",
    "\0\0\0\0\0ặầẩẫấậè\0ẻẽ",
    "éẹềểễếệìỉ\0\0\0ĩíịò",
    "\0ỏõóọồổỗốộờởỡớợù",
    "\0ủũúụừửữứựỳỷỹýỵ\0",
];

/// Where each line of [`TCVN3`] begins.
const TCVN3_STARTS: [u32; 6] = [0xa1, 0xb1, 0xc1, 0xd0, 0xe0, 0xf0];

/// Letters that VNI writes as one sign.
const VNI_SINGLE: [(char, char); 14] = [
    ('ñ', 'đ'),
    ('ô', 'ơ'),
    ('ö', 'ư'),
    ('í', 'í'),
    ('ì', 'ì'),
    ('æ', 'ỉ'),
    ('ó', 'ĩ'),
    ('ò', 'ị'),
    ('î', 'ỵ'),
    ('Ñ', 'Đ'),
    ('Ô', 'Ơ'),
    ('Ö', 'Ư'),
    ('Í', 'Í'),
    ('Ì', 'Ì'),
];

/// What VNI writes behind a vowel, and the marks that it stands for.
const VNI_MARKS: [(char, &str); 17] = [
    ('ù', "\u{301}"),
    ('ø', "\u{300}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
    ('â', "\u{302}"),
    ('á', "\u{302}\u{301}"),
    ('à', "\u{302}\u{300}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{302}\u{323}"),
    ('ê', "\u{306}"),
    ('é', "\u{306}\u{301}"),
    ('è', "\u{306}\u{300}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{306}\u{323}"),
];

/// Signs and letters that these fonts use and that no Vietnamese word has in Unicode.
const FOREIGN: &str = "¡¢£¤¥¦§¨©ª«¬\u{ad}®µ¶·¸¹»¼½¾ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñöøûüþ";

/// A way to type Vietnamese before Unicode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Font {
    Tcvn3,
    Vni,
}

impl Font {
    /// The text as it was meant; none when a sign of it has no meaning in this font.
    pub(super) fn read(self, text: &str) -> Option<String> {
        match self {
            Self::Tcvn3 => text.chars().map(tcvn3).collect(),
            Self::Vni => vni(text),
        }
    }
}

/// The sheet as it reads in each old font that all its old text fits; none for a sheet in Unicode.
pub(super) fn converted(sheet: &Sheet) -> Vec<Sheet> {
    let texts = || {
        let cells = sheet.rows.iter().flat_map(|row| &row.cells);
        cells.filter(|cell| cell.nature == Nature::Text && !cell.text.is_ascii())
    };
    if !texts().any(|cell| is_old(&cell.text)) {
        return Vec::new();
    }
    // Where all is old, a word without any of the signs is old too: "Sè" is "Số".
    let all = !texts().any(|cell| is_unicode(&cell.text));
    let is_meant = |text: &str| is_old(text) || all && !text.is_ascii();
    let fonts = [Font::Vni, Font::Tcvn3].into_iter();
    fonts
        .filter_map(|font| {
            let mut sheet = sheet.clone();
            for cell in sheet.rows.iter_mut().flat_map(|row| &mut row.cells) {
                if cell.nature == Nature::Text && is_meant(&cell.text) {
                    cell.text = font.read(&cell.text)?;
                }
            }
            sheet.converted = true;
            Some(sheet)
        })
        .collect()
}

/// Whether a text has signs that Vietnamese has only in an old font.
pub(super) fn is_old(text: &str) -> bool {
    !is_unicode(text) && text.chars().any(|c| FOREIGN.contains(c))
}

/// Whether a text has letters that no old font has a place for.
fn is_unicode(text: &str) -> bool {
    let outside = |c: char| {
        let code = u32::from(c);
        (0x100..0x250).contains(&code)
            || (0x300..0x370).contains(&code)
            || (0x1e00..0x1f00).contains(&code)
    };
    text.chars().any(outside)
}

fn tcvn3(sign: char) -> Option<char> {
    let code = u32::from(sign);
    if !(0xa1..=0xff).contains(&code) {
        return Some(sign);
    }
    let line = TCVN3_STARTS.iter().rposition(|start| *start <= code)?;
    let at = usize::try_from(code - TCVN3_STARTS[line]).ok()?;
    TCVN3[line].chars().nth(at).filter(|letter| *letter != '\0')
}

fn vni(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut vowel = false;
    for sign in text.chars() {
        let lower = sign.to_lowercase().next().unwrap_or(sign);
        let mark = VNI_MARKS.iter().find(|(mark, _)| vowel && *mark == lower);
        let single = VNI_SINGLE.iter().find(|(single, _)| *single == sign);
        let single = single.or_else(|| VNI_SINGLE.iter().find(|(single, _)| *single == lower));
        if let Some((_, marks)) = mark {
            out.push_str(marks);
            vowel = false;
        } else if let Some((_, letter)) = single {
            let upper = sign.is_uppercase() && letter.is_lowercase();
            match upper {
                true => out.extend(letter.to_uppercase()),
                false => out.push(*letter),
            }
            vowel = "ơư".contains(letter.to_lowercase().next().unwrap_or(*letter));
        } else if ('\u{a1}'..='\u{ff}').contains(&sign) {
            return None;
        } else {
            out.push(sign);
            vowel = "aeouy".contains(lower);
        }
    }
    Some(out.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_in_an_old_font_reads_as_it_was_meant() {
        for (old, meant) in [
            ("Sè ®iÖn tho¹i", "Số điện thoại"),
            ("S§T ng\u{ad}êi bÞ h¹i", "SĐT người bị hại"),
            ("gi¶ danh c«ng an", "giả danh công an"),
            (
                "Tªn chñ tµi kho¶n, Ng©n hµng",
                "Tên chủ tài khoản, Ngân hàng",
            ),
            (
                "§èi t\u{ad}îng l õa ®¶o: lõa ®¶o qua m¹ng",
                "Đối tượng l ừa đảo: lừa đảo qua mạng",
            ),
            ("ph\u{ad}êng, x·, huyÖn, tØnh", "phường, xã, huyện, tỉnh"),
            ("Thñ ®o¹n, h×nh thøc", "Thủ đoạn, hình thức"),
        ] {
            assert_eq!(Font::Tcvn3.read(old).as_deref(), Some(meant), "{old}");
            assert!(is_old(old), "{old}");
        }
        for (old, meant) in [
            ("Soá ñieän thoaïi", "Số điện thoại"),
            ("SÑT ngöôøi bò haïi", "SĐT người bị hại"),
            ("giaû danh coâng an", "giả danh công an"),
            (
                "Teân chuû taøi khoaûn, Ngaân haøng",
                "Tên chủ tài khoản, Ngân hàng",
            ),
            ("ÑOÁI TÖÔÏNG LÖØA ÑAÛO", "ĐỐI TƯỢNG LỪA ĐẢO"),
            ("phöôøng, xaõ, huyeän, tænh", "phường, xã, huyện, tỉnh"),
            ("Thuû ñoaïn, hình thöùc", "Thủ đoạn, hình thức"),
        ] {
            assert_eq!(Font::Vni.read(old).as_deref(), Some(meant), "{old}");
            assert!(is_old(old), "{old}");
        }
        assert_eq!(Font::Vni.read("Sè ®iÖn tho¹i"), None);
        for unicode in [
            "Số điện thoại",
            "Tài khoản",
            "0950001001",
            "là lý do",
            "Café",
        ] {
            assert!(!is_old(unicode), "{unicode}");
        }
    }

    #[test]
    fn every_letter_of_vietnamese_has_a_place_in_tcvn3() {
        for (start, line) in TCVN3_STARTS.iter().zip(TCVN3).skip(1) {
            let next = TCVN3_STARTS
                .iter()
                .find(|other| *other > start)
                .unwrap_or(&0x100);
            let places = u32::try_from(line.chars().count()).expect("few");
            assert!(start + places <= *next, "{line}");
        }
        let letters: String = TCVN3.concat().replace('\0', "");
        let plain = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ";
        for letter in plain.chars() {
            assert_eq!(letters.matches(letter).count(), 1, "{letter}");
        }
    }
}
