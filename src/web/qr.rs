//! QR codes as pictures within a page.

use qrcode::{QrCode, render::svg};

/// Smallest side of a picture, in pixels.
const SIDE: u32 = 220;

/// An SVG element that shows a QR code; empty when the text is too long for one.
pub fn picture(text: &str) -> String {
    QrCode::new(text).map_or_else(
        |_| String::new(),
        |code| {
            let drawn = code
                .render::<svg::Color<'_>>()
                .min_dimensions(SIDE, SIDE)
                .build();
            // The declaration of an XML file has no place in a page.
            drawn
                .split_once("?>")
                .map_or(drawn.clone(), |(_, rest)| rest.to_owned())
        },
    )
}
