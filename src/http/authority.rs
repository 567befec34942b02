//! Who runs this registry, as everybody is told.

use std::{fs, io::Read, path::Path};

use thiserror::Error;

use crate::config;

/// Largest emblem, in bytes: a first visit is to stay below 100 KB.
pub const MAX_LOGO_BYTES: u64 = 40 * 1024;

/// Why an emblem can't be shown.
#[derive(Debug, Error)]
#[error("authority.logo = \"{path}\" {why}; a PNG or SVG file of at most {} KB is wanted", MAX_LOGO_BYTES / 1024)]
pub struct BadLogo {
    path: String,
    why: String,
}

impl BadLogo {
    /// The file that the settings name.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// An emblem, as it is sent.
#[derive(Clone, Debug)]
pub struct Logo {
    pub bytes: Vec<u8>,
    /// `image/png` or `image/svg+xml`.
    pub media_type: &'static str,
}

impl Logo {
    fn read(path: &Path) -> Result<Self, BadLogo> {
        let bad = |why: String| BadLogo {
            path: path.display().to_string(),
            why,
        };
        let file = fs::File::open(path).map_err(|error| bad(format!("can't be read ({error})")))?;
        let mut bytes = Vec::new();
        file.take(MAX_LOGO_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| bad(format!("can't be read ({error})")))?;
        if bytes.len() as u64 > MAX_LOGO_BYTES {
            return Err(bad("is too large".to_owned()));
        }
        let media_type = media_type(&bytes).ok_or_else(|| bad("is no such picture".to_owned()))?;
        Ok(Self { bytes, media_type })
    }
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    let text = std::str::from_utf8(bytes)
        .ok()?
        .trim_start_matches('\u{feff}');
    let is_svg = text.trim_start().starts_with("<svg")
        || (text.trim_start().starts_with("<?xml") && text.contains("<svg"));
    is_svg.then_some("image/svg+xml")
}

/// Who runs this registry.
#[derive(Clone, Debug)]
pub struct Authority {
    pub name_vi: String,
    pub name_en: String,
    /// Empty where the settings have none, like all below.
    pub address: String,
    pub phone: String,
    pub email: String,
    pub decision: String,
    pub logo: Option<Logo>,
}

impl Authority {
    /// From the settings; none where they name nobody: then this is a trial.
    ///
    /// # Errors
    /// [`BadLogo`].
    pub fn read(config: &config::Authority) -> Result<Option<Self>, BadLogo> {
        let line = |text: &str| text.trim().to_owned();
        let logo = config.logo.as_deref().map(Logo::read).transpose()?;
        let name_vi = line(&config.name);
        let name_en = line(&config.name_en);
        Ok((!name_vi.is_empty()).then(|| Self {
            logo,
            name_en: if name_en.is_empty() {
                name_vi.clone()
            } else {
                name_en
            },
            name_vi,
            address: line(&config.address),
            phone: line(&config.phone),
            email: line(&config.email),
            decision: line(&config.decision),
        }))
    }

    /// The telephone number as it is dialled.
    pub fn dialled(&self) -> String {
        let dialled = self
            .phone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+');
        dialled.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emblem_is_a_picture_of_a_bounded_size() {
        let folder = tempfile::tempdir().unwrap();
        let read = |bytes: &[u8]| {
            let path = folder.path().join("logo");
            fs::write(&path, bytes).unwrap();
            Logo::read(&path).map(|logo| logo.media_type)
        };
        let png = |length: usize| [b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; length - 8]].concat();
        let most = usize::try_from(MAX_LOGO_BYTES).unwrap();
        assert_eq!(read(&png(most)).unwrap(), "image/png");
        assert!(
            read(&png(most + 1))
                .unwrap_err()
                .to_string()
                .contains("too large")
        );
        assert_eq!(read(b" <svg xmlns='...'/>").unwrap(), "image/svg+xml");
        assert_eq!(
            read(b"<?xml version='1.0'?><svg/>").unwrap(),
            "image/svg+xml"
        );
        for bad in [&b""[..], b"<html>", b"GIF89a", b"\xff<svg"] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        let absent = Logo::read(&folder.path().join("absent")).unwrap_err();
        assert!(absent.to_string().contains("absent"), "{absent}");
    }
}
