//! A picture whose search can be stopped: when the time is over, the next thing done with the picture ends the search
//! where it stands.
//!
//! The search is not ours and takes as long as a picture wants: it tries every group of finder patterns, and looks for
//! marks far outside of the picture. A thread can't be ended from outside; but nothing can go on for long without
//! painting a pixel, asking for the picture's size, or making a copy of it.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    time::{Duration, Instant},
};

use image::{GenericImage, GenericImageView, GrayImage, Luma, Pixel};

/// Finder patterns of one search, three for each code: ten codes and what only looks like a pattern. The groups that
/// are tried grow with their cube.
pub(super) const MAX_FINDERS: u32 = 32;

/// Looks between two looks at the clock: about 0.1 ms of work.
const LOOKS: u32 = 1 << 13;

/// What the search paints a finder pattern with while it measures it, and for good.
const FOUND: u8 = 2;

/// The time of one picture, whatever is done with it.
pub(super) struct Watch {
    end: Instant,
    looks: Cell<u32>,
}

/// Thrown through the search to end it; no hook of panics hears of it.
struct Stopped;

impl Watch {
    pub(super) fn new(time: Duration) -> Self {
        Self {
            end: Instant::now() + time,
            looks: Cell::new(0),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn look(&self) {
        let looks = self.looks.get().wrapping_add(1);
        self.looks.set(looks);
        if looks.is_multiple_of(LOOKS) {
            self.stop_if_over();
        }
    }

    fn stop_if_over(&self) {
        if self.is_over() {
            panic::resume_unwind(Box::new(Stopped));
        }
    }
}

/// Copies are made by the search, one for each group of finder patterns it tries. The pixels are held bare, since the
/// search asks for each of them a few times.
pub(super) struct Watched<'w> {
    pixels: Vec<u8>,
    width: u32,
    height: u32,
    watch: &'w Watch,
    /// What was painted last: the search paints one thing after the other.
    painted: u8,
    finders: u32,
}

impl Watched<'_> {
    fn at(&self, x: u32, y: u32) -> usize {
        y as usize * self.width as usize + x as usize
    }
}

impl Clone for Watched<'_> {
    fn clone(&self) -> Self {
        self.watch.stop_if_over();
        Self {
            pixels: self.pixels.clone(),
            ..*self
        }
    }
}

impl GenericImageView for Watched<'_> {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.watch.look();
        (self.width, self.height)
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        Luma([self.pixels[self.at(x, y)]])
    }
}

impl GenericImage for Watched<'_> {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        let at = self.at(x, y);
        Luma::from_slice_mut(&mut self.pixels[at..=at])
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.watch.look();
        let colour = pixel.0[0];
        if colour != self.painted {
            self.painted = colour;
            self.finders += u32::from(colour == FOUND);
            if self.finders > MAX_FINDERS {
                panic::resume_unwind(Box::new(Stopped));
            }
        }
        let at = self.at(x, y);
        self.pixels[at] = colour;
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}

/// The texts of the codes in a picture, each once; none when the search was stopped, by the watch, by too many finder
/// patterns, or by a fault of its own.
pub(super) fn search(grey: GrayImage, watch: &Watch) -> Vec<String> {
    let watched = Watched {
        width: grey.width(),
        height: grey.height(),
        pixels: grey.into_raw(),
        watch,
        painted: 0,
        finders: 0,
    };
    let found = panic::catch_unwind(AssertUnwindSafe(move || {
        let mut prepared = rqrr::PreparedImage::prepare(watched);
        let grids = prepared.detect_grids();
        let decoded = grids.iter().filter_map(|grid| grid.decode().ok());
        decoded.map(|(_, text)| text).collect()
    }));
    let mut texts: Vec<String> = found.unwrap_or_default();
    texts.sort();
    texts.dedup();
    texts
}
