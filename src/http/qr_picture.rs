//! Reads the text of a QR code in a picture. The picture is looked at and forgotten.

mod looking;
mod watched;

use std::time::Duration;

use actix_web::web;

use super::{payer::Payer, state::State};
use crate::{
    domain::{
        identifier::{Identifier, Reason},
        reading::Unreadable,
    },
    present::{problem::Problem, problem_code::ProblemCode},
};

/// Largest picture file, in bytes.
pub const MAX_BYTES: usize = 5 << 20;
/// Time for one picture; what is not found by then is not searched for any longer.
const TIME: Duration = Duration::from_millis(1_500);

/// What the code in a picture identifies, for who pays for it.
///
/// # Errors
/// 503 when too many pictures wait, or while shutting down.
pub async fn identify(
    state: &State,
    payer: Payer,
    bytes: impl AsRef<[u8]> + Send + 'static,
) -> Result<Result<Identifier, Unreadable>, Problem> {
    let turn = state.pictures.turn(payer).await?;
    let read = web::block(move || {
        // The turn is the work's, which goes on for a moment after its client has left.
        let _turn = turn;
        read(bytes.as_ref())
    })
    .await;
    let read = read.map_err(|_| Problem::new(ProblemCode::ShuttingDown))?;
    Ok(read.and_then(|text| Identifier::parse(&text)))
}

/// The text of the one QR code in a picture (PNG, JPEG or WebP).
///
/// # Errors
/// [`Reason::BadQr`] when there is no picture or no code, [`Reason::SeveralNumbers`] when codes with different texts are
/// in it.
pub fn read(bytes: &[u8]) -> Result<String, Unreadable> {
    let mut texts = looking::texts(bytes, TIME);
    match texts.len() {
        0 => Err(Reason::BadQr.into()),
        1 => Ok(texts.remove(0)),
        _ => Err(Reason::SeveralNumbers.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::ImageFormat;

    use super::*;

    fn picture(text: &str, format: ImageFormat) -> Vec<u8> {
        let code = qrcode::QrCode::new(text).expect("a code");
        let side = code.width() as u32 + 8;
        let grey = image::GrayImage::from_fn(side * 6, side * 6, |x, y| {
            let at = |n: u32| (n / 6).checked_sub(4).map(|n| n as usize);
            let dark = match (at(x), at(y)) {
                (Some(x), Some(y)) if x < code.width() && y < code.width() => {
                    code[(x, y)] == qrcode::Color::Dark
                }
                _ => false,
            };
            image::Luma([if dark { 20 } else { 240 }])
        });
        let mut bytes = Cursor::new(Vec::new());
        grey.write_to(&mut bytes, format).expect("a picture");
        bytes.into_inner()
    }

    #[test]
    fn a_code_is_read_from_each_kind_of_picture() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let read = read(&picture("phone:+84950001001", format));
            assert_eq!(read.as_deref(), Ok("phone:+84950001001"), "{format:?}");
        }
    }

    #[test]
    fn what_is_no_picture_of_a_code_is_refused() {
        let empty = {
            let mut bytes = Cursor::new(Vec::new());
            let grey = image::GrayImage::from_pixel(300, 300, image::Luma([255]));
            grey.write_to(&mut bytes, ImageFormat::Png)
                .expect("a picture");
            bytes.into_inner()
        };
        // A header that promises 60,000 x 60,000 pixels.
        let mut bomb = empty.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        for bytes in [&b""[..], b"GIF89a", b"<svg/>", &empty[..40], &empty, &bomb] {
            assert_eq!(read(bytes).map_err(|e| e.reason), Err(Reason::BadQr));
        }
    }
}
