//! Trials of pictures, and of what a child says that was taken over: an answer is within bounds and has nothing behind it.

use std::{io::Cursor, time::Duration};

use image::{GrayImage, ImageFormat};

use super::{
    job::{read_code_texts, read_list, write_list},
    picture, safe_copy,
};

/// Time for the search of a picture here.
const SEARCH: Duration = Duration::from_millis(300);
/// A code holds at most 7,089 digits, or 2,953 bytes (ISO/IEC 18004, version 40-L), some of which read as three.
const MAX_CODE: usize = 9_000;
/// Codes that are searched for in one picture.
const MAX_CODES: usize = 10;

/// A picture file.
pub(crate) fn picture(bytes: &[u8]) {
    read(bytes);
}

/// The code of a text, with some of its squares turned.
pub(crate) fn code(bytes: &[u8]) {
    let (turned, text) = bytes.split_at(bytes.len().min(8));
    let Ok(code) = qrcode::QrCode::new(text) else {
        return;
    };
    let side = code.width();
    let mut dark: Vec<bool> = code
        .to_colors()
        .iter()
        .map(|c| *c == qrcode::Color::Dark)
        .collect();
    for at in turned.as_chunks::<2>().0 {
        let place = usize::from(u16::from_le_bytes(*at));
        if let Some(square) = dark.get_mut(place) {
            *square = !*square;
        }
    }
    let pixels = (side as u32 + 8) * 3;
    let grey = GrayImage::from_fn(pixels, pixels, |x, y| {
        let at = |n: u32| (n as usize / 3).checked_sub(4).filter(|n| *n < side);
        let is_dark = at(x)
            .zip(at(y))
            .and_then(|(x, y)| dark.get(y * side + x))
            .copied();
        image::Luma([if is_dark.unwrap_or(false) { 0 } else { 255 }])
    });
    let mut file = Cursor::new(Vec::new());
    if grey.write_to(&mut file, ImageFormat::Png).is_ok() {
        let found = read(&file.into_inner());
        // Four turned squares are mended, or the code is not read: it never says another text.
        let plain = std::str::from_utf8(text).is_ok_and(|text| text.is_ascii());
        assert!(!plain || found.iter().all(|found| found.as_bytes() == text));
    }
}

fn read(bytes: &[u8]) -> Vec<String> {
    let texts = picture::texts(bytes, SEARCH);
    assert!(texts.len() <= MAX_CODES && texts.iter().all(|text| text.len() <= MAX_CODE));
    for text in &texts {
        let _ = crate::domain::identifier::Identifier::parse(text);
    }
    texts
}

/// A picture of which a copy is made: the copy is a picture, and a copy can be made of it.
pub(crate) fn safe_copy(bytes: &[u8]) {
    let made = safe_copy::draw(bytes);
    if let Ok(copy) = &made {
        let small = u64::from(copy.width) * u64::from(copy.height) < 1 << 20;
        assert!(!small || safe_copy::draw(&copy.bytes).is_ok());
    }
    let written = safe_copy::write(&made);
    assert_eq!(
        written.and_then(|answer| safe_copy::read(&answer)),
        Some(made)
    );
}

/// What a child said.
pub(crate) fn answer(bytes: &[u8]) {
    if let Some(list) = read_list(bytes) {
        for row in list.iter().flat_map(|list| &list.rows) {
            assert!(row.is_within_limits());
        }
        let again = write_list(&list).unwrap_or_default();
        assert_eq!(read_list(&again), Some(list));
    }
    if let Some(copy) = safe_copy::read(bytes) {
        assert!(copy.as_ref().map_or(0, |copy| copy.bytes.len()) <= bytes.len());
        let again = safe_copy::write(&copy).unwrap_or_default();
        assert_eq!(safe_copy::read(&again), Some(copy));
    }
    if let Some(texts) = read_code_texts(bytes) {
        let again = postcard::to_stdvec(&texts).unwrap_or_default();
        let behind = [&again[..], &[0]].concat();
        assert_eq!(read_code_texts(&behind), None);
        assert!(texts.iter().map(String::len).sum::<usize>() <= bytes.len());
    }
}
